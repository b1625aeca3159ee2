"""HTML pages, through trafilatura: their text in the line form of text pages, so that both renderings of a page are read alike."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from knowledge.documents import Document, file_title, without_controls
from knowledge.errors import KnowledgeError
from knowledge.ingest.text import Page, leaked_terms, page_document, page_of

_HEADING = re.compile(r"^#{1,6} +(.+?) *#*$")
_MARKS = re.compile(r"(?<![\w*])\*{1,3}(?=\S)|(?<=\S)\*{1,3}(?![\w*])|`")
_LINK = re.compile(r"\[([^\[\]]{1,300})\]\([^()\s]{0,2000}\)")
_SITE = re.compile(r"\s+[|–—-]\s+[^|–—]{2,40}$")
_LATEST_DATE = "2100-01-01"


def parse_html(text: str, path: Path) -> Document:
    """An HTML page: title, canonical address, author, date and tags from its head, its text with headings and lists, boilerplate left out.

    Raises KnowledgeError when no text is found in it.
    """
    tree = _tree(text, path)
    about = _about(tree)
    lines, headings = _lines(text, tree)
    if not any(lines):
        raise KnowledgeError(str(path), "holds no text that can be told from its menus and frames", "save its text as .txt")
    page = page_of(lines) or Page(about["title"] or file_title(path), _without_title(lines, about["title"]))
    page.title = _title(page.title, about["title"], path)
    page.url = about["url"] or page.url
    page.author, page.date = page.author or about["author"], page.date or about["date"]
    page.tags = page.tags or about["tags"]
    page.headings = headings
    page.terms += leaked_terms(text)
    return page_document(page, path)


def _tree(text: str, path: Path) -> Any:
    from trafilatura import load_html

    try:
        tree = load_html(text)
    except (ValueError, RecursionError):
        tree = None
    if tree is None:
        raise KnowledgeError(str(path), "is not HTML that can be read", "save its text as .txt")
    return tree


def _about(tree: Any) -> dict[str, Any]:
    """What the page's head says of it; a date only where it is written in the head, never guessed."""
    from trafilatura.metadata import extract_metadata

    dates = {"extensive_search": False, "original_date": True, "max_date": _LATEST_DATE}
    found = extract_metadata(tree, date_config=dates)
    canonical = tree.xpath("string(//link[@rel='canonical']/@href)") or tree.xpath("string(//meta[@property='og:url']/@content)") or ""
    tags = [_line(tag) for tag in (found.tags or [])] + [_line(tag) for tag in (found.categories or [])]
    return {
        "title": _line(found.title),
        "url": _line(canonical) or None,
        "author": _line(tree.xpath("string(//meta[@name='author']/@content)")) or _line(found.author) or None,
        "date": _line(found.date) or None,
        "tags": tuple(dict.fromkeys(tag for tag in tags if tag)),
    }


def _lines(text: str, tree: Any) -> tuple[list[str], frozenset[str]]:
    """The page's text as lines, and which of them are headings; a page of the known form is taken whole, with its frame."""
    whole = _whole(tree)
    if page_of(whole) is not None:
        return whole, _headings_of(tree)
    from trafilatura import extract

    found = extract(text, output_format="markdown", include_formatting=True, include_comments=False, include_tables=True, deduplicate=False) or ""
    lines, headings = [], set()
    for line in without_controls(found).split("\n"):
        clean = _LINK.sub(r"\1", _MARKS.sub("", line)).strip()
        if match := _HEADING.match(clean):
            clean = match.group(1)
            headings.add(clean)
        lines.append(clean)
    return lines, frozenset(headings)


_BLOCKS = frozenset("p div section article main header footer li ul ol h1 h2 h3 h4 h5 h6 br tr table blockquote pre title".split())
_DROPPED = frozenset("script style noscript template svg nav iframe form head".split())


def _whole(tree: Any) -> list[str]:
    """All text of the page, a line a block, blank lines between paragraphs, list items as bullets."""
    parts: list[str] = []
    for event, element in _walk(tree):
        name = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if name in _BLOCKS:
                parts.append("\n- " if name == "li" else "\n" if name == "br" else "\n\n")
            parts.append(element.text or "")
        else:
            if name in _BLOCKS and name not in ("li", "br"):
                parts.append("\n\n")
            parts.append(element.tail or "")
    text = without_controls("".join(part if part.isspace() or part == "\n- " else re.sub(r"\s+", " ", part) for part in parts))
    lines = [line.strip() for line in text.split("\n")]
    return [line for line in lines if line != "-"]


def _walk(tree: Any) -> Any:
    """Starts and ends of the body's elements, without what is never text; not recursive, since pages nest deeply."""
    root = next(iter(tree.iter("body")), tree)
    stack = [("start", root)]
    while stack:
        event, element = stack.pop()
        dropped = not isinstance(element.tag, str) or element.tag in _DROPPED
        if event == "end":
            yield event, element
            continue
        if not dropped:
            yield event, element
        stack.append(("end", element))
        if not dropped:
            stack.extend(("start", child) for child in reversed(element))


def _headings_of(tree: Any) -> frozenset[str]:
    found = {_line("".join(element.itertext())) for name in ("h2", "h3", "h4", "h5", "h6") for element in tree.iter(name)}
    return frozenset(found - {""})


def _without_title(lines: list[str], title: str) -> list[str]:
    """The lines without the page's own title at their head."""
    first = next((number for number, line in enumerate(lines) if line), len(lines))
    return lines[first + 1 :] if first < len(lines) and lines[first] == title else lines


def _title(found: str, head: str, path: Path) -> str:
    """The title on the page where it is one; else that of the head without the site's name."""
    if found and found not in ("Untitled page", "Untitled term"):
        return found
    return _SITE.sub("", head) or file_title(path)


def _line(value: object) -> str:
    return "" if value is None else " ".join(without_controls(str(value)).split())
