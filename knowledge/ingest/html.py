"""HTML pages, through trafilatura: their text in the line form of text pages, so that both renderings of a page are read alike."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knowledge.documents import Document, file_title, without_controls
from knowledge.errors import KnowledgeError
from knowledge.ingest.defined import leaked_terms, terms_of
from knowledge.ingest.text import Page, http_address, iso_date, page_document, page_of

_SITE = re.compile(r"\s[|–—-]\s[^|–—]{2,40}$")
_WHOLE = re.compile(r"<(?:!doctype|html|head|body)[\s>]", re.IGNORECASE)
_LATEST_DATE = "2100-01-01"
_MOST_HEADERS = 20
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_BLOCKS = _HEADINGS | frozenset("p div section article main header footer ul ol dl dt dd table blockquote pre figure figcaption list quote".split())
_ITEMS = frozenset(("li", "item"))
_ROWS = frozenset(("tr", "row"))
_CELLS = frozenset(("td", "th", "cell"))
_BREAKS = frozenset(("br", "lb", "hr"))
_DROPPED = frozenset("script style noscript template svg nav aside footer iframe form button select".split())
_BULLET = "\n\x00"  # no text holds the character: the controls are taken out before
_UNTITLED = frozenset(("", "Untitled page", "Untitled term"))


def parse_html(text: str, path: Path) -> Document:
    """An HTML page: title, canonical address, author, date and tags from its head, its text with headings and lists, boilerplate left out.

    Raises KnowledgeError when no text is found in it.
    """
    tree = _tree(text, path)
    about = _about(tree)
    page = _page(tree, about, path)
    page.title = page.title if page.title not in _UNTITLED else _SITE.sub("", about["title"]) or file_title(path)
    page.url = about["url"] or page.url
    page.author, page.date = page.author or about["author"], page.date or about["date"]
    page.tags = page.tags or about["tags"]
    page.terms += leaked_terms(text) or terms_of(
        (link.get("data-term"), link.get("data-def")) for link in tree.xpath("//*[@data-term and @data-def]")
    )
    return page_document(page, path)


def _tree(text: str, path: Path) -> Any:
    from trafilatura import load_html

    try:
        tree = load_html(text if _WHOLE.search(text) else f"<html>{text}</html>")
    except (ValueError, RecursionError):
        tree = None
    if tree is None:
        raise KnowledgeError(str(path), "is not HTML that can be read", "save its text as .txt")
    _set_down(tree)
    return tree


def _set_down(tree: Any) -> None:
    """Raised digits as text that means the same: a power after a number (10^2), nothing where they mark a footnote after a word."""
    for raised in list(tree.iter("sup")):
        text = _line("".join(raised.itertext()))
        if not text.strip("[]()*†‡ ").isdigit():
            continue
        before = _line(_text_before(raised))
        for child in list(raised):
            raised.remove(child)
        raised.text = f"^{text}" if before[-1:].isdigit() and text.isdigit() else ""


def _text_before(element: Any) -> str:
    """The text directly before an element, within its parent."""
    previous = element.getprevious()
    if previous is not None:
        return (previous.tail or "") or "".join(previous.itertext())
    parent = element.getparent()
    return "" if parent is None else parent.text or ""


def _about(tree: Any) -> dict[str, Any]:
    """What the page's head says of it; a date only where it is written in the head, never guessed."""
    from trafilatura.metadata import extract_metadata

    dates = {"extensive_search": False, "original_date": True, "max_date": _LATEST_DATE}
    found = extract_metadata(tree, date_config=dates)
    addresses = [tree.xpath("string(//link[@rel='canonical']/@href)"), tree.xpath("string(//meta[@property='og:url']/@content)")]
    tags = [_line(tag) for tag in (found.tags or [])] + [_line(tag) for tag in (found.categories or [])]
    return {
        "title": _line(found.title),
        "url": next((line for line in (_line(address) for address in addresses) if http_address(line)), None),
        "author": _line(tree.xpath("string(//meta[@name='author']/@content)")) or _line(found.author) or None,
        "date": iso_date(_line(found.date)),
        "tags": tuple(dict.fromkeys(tag for tag in tags if tag)),
    }


def _page(tree: Any, about: dict[str, Any], path: Path) -> Page:
    """A page of a known form is taken whole, with its frame, and read as its text is; of others the main text is taken."""
    whole, headings = _lines(_body(tree))
    known = page_of(whole)
    if known is not None:
        return known
    from trafilatura import bare_extraction

    found = bare_extraction(tree, include_comments=False, include_tables=True, include_formatting=False, deduplicate=False)
    body = getattr(found, "body", None)
    if body is not None:
        lines, found_headings = _lines(body)
        found_count = sum(map(bool, lines))
        # One line out of many is the last resort of the extraction: all text of the page, run together.
        if found_count > 1 or (found_count and sum(map(bool, whole)) == 1):
            whole, headings = lines, found_headings
    if not any(whole):
        raise KnowledgeError(str(path), "holds no text that can be told from its menus and frames", "save its text as .txt")
    title = about["title"] or file_title(path)
    return Page(_SITE.sub("", title) or title, _without_title(whole, title), headings=headings)


def _body(tree: Any) -> Any:
    return next(iter(tree.iter("body")), tree)


def _lines(root: Any) -> tuple[list[str], frozenset[str]]:
    """The text below an element, a line a block, blank lines between paragraphs, list items and rows as bullets; and its headings."""
    parts: list[str] = []
    headings: list[str] = []
    begun: tuple[Any, int] | None = None
    for is_start, element, within_item in _walk(root):
        name = element.tag if isinstance(element.tag, str) else ""
        is_heading = name in _HEADINGS or (name == "head" and element is not root)
        if is_start:
            parts.append(_mark_before(name, is_heading, within_item))
            begun = (element, len(parts)) if is_heading and begun is None else begun
            parts.append(_spaced(element.text))
            continue
        if begun is not None and element is begun[0]:
            headings.append(_line("".join(parts[begun[1] :])))
            begun = None
        parts.append("\n\n" if is_heading or (name in _BLOCKS and not within_item) or name == "table" else "")
        parts.append("" if element is root else _spaced(element.tail))
    text = re.sub(r"\n?\x00[ \n\x00|]*", "\n- ", "".join(parts))
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return [line for line in lines if line != "-"], frozenset(heading for heading in headings if heading)


def _mark_before(name: str, is_heading: bool, within_item: bool) -> str:
    """What stands in the text for the start of an element."""
    if name in _ITEMS or name in _ROWS:
        return _BULLET
    if name in _CELLS:
        return " | "
    if name in _BREAKS:
        return "\n"
    return "\n\n" if is_heading or (name in _BLOCKS and not within_item) else " " if name in _BLOCKS else ""


def _spaced(text: str | None) -> str:
    """Text with its white space as HTML shows it, and without control characters, which references can write."""
    return re.sub(r"\s+", " ", without_controls(text)) if text else ""


def _walk(root: Any) -> Iterator[tuple[bool, Any, bool]]:
    """Starts and ends of elements, and whether they are within a list item or a row; not recursive, since pages nest deeply.

    What is never text, and the frame around it, is passed over: the header of a site is the one that holds no title.
    """
    frames = {header for header in itertools.islice(root.iter("header"), _MOST_HEADERS) if header.find(".//h1") is None}
    stack = [(True, root, False)]
    while stack:
        is_start, element, within_item = stack.pop()
        if not is_start:
            yield False, element, within_item
            continue
        stack.append((False, element, within_item))
        if isinstance(element.tag, str) and element.tag not in _DROPPED and element not in frames:
            yield True, element, within_item
            inner = within_item or element.tag in _ITEMS or element.tag in _ROWS
            stack.extend((True, child, inner) for child in reversed(element))


def _without_title(lines: list[str], title: str) -> list[str]:
    """The lines without the page's own title at their head, with or without the site's name."""
    first = next((number for number, line in enumerate(lines) if line), len(lines))
    return lines[first + 1 :] if first < len(lines) and lines[first] in (title, _SITE.sub("", title)) else lines


def _line(value: object) -> str:
    return "" if value is None else " ".join(without_controls(str(value)).split())
