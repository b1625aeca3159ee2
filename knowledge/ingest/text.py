"""Text pages: the site's question pages and glossary pages in their renderings, digests with URL and TITLE lines, plain text."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from knowledge.documents import Document, Section, Source, Term, file_address, file_title, user_document_id
from knowledge.ingest.subject import subject_of

_ANSWER = re.compile(r"^\S+ Answer$")
_BYLINE_DATE = re.compile(r"\b((?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* \d{1,2}, \d{4})\b")
_FOOTER = re.compile(
    r"^(⚠️? ?Risk Disclaimer|📖|💬|APA Citation$|Put This Knowledge to Work|Start Free Trial|Have a question about this|Keep Reading|\d+ ?/ ?\d+$)"
)
_DISCLAIMER = re.compile(r"\b(educational|learning)\b.*\b(not|nor)\b.*\b(recommendation|advice)", re.IGNORECASE | re.DOTALL)
_ADDRESS = re.compile(r"https?://[^\s)>\]]+")
_LEAKED = re.compile(r"[^\s\"]{0,80}\"\s+(?:class|data-[a-z]+|href|title)=\"[^<>]{0,4000}>")
_BULLET = re.compile(r"^[-*•·]\s+|^\d+[.)]\s+")
_GLOSSARY_HEADINGS = frozenset({"Definition", "Formula / Rules", "How It Works"})
_SMALL_WORDS = frozenset("a an and as at by for from in into is of on or the to vs with".split())
_LONGEST_HEADING = 200
_LONGEST_DISCLAIMER = 2000
_DEFINED = re.compile(r'data-term="([^"<>]{1,120})"[^<>]{0,200}?data-def="([^"<>]{1,2000})"')
_EXPANDED = re.compile(r"([A-Z][A-Za-z/&-]{1,11}) \(([A-Z][^()]{3,80})\)$")
_DECORATION = frozenset({"🔒"})


@dataclass(slots=True)
class Page:
    """What was found on a page; `lines` is the body, blank lines included.

    `headings`: the lines that are known to be headings; None where they have to be recognised.
    """

    title: str
    lines: list[str]
    url: str | None = None
    author: str | None = None
    date: str | None = None
    tags: tuple[str, ...] = ()
    headings: frozenset[str] | None = None
    terms: tuple[Term, ...] = ()


def parse_page(text: str, path: Path) -> Document:
    """A text file as a document: title, address, author, date, tags, definitions and body; boilerplate left out."""
    lines = [_LEAKED.sub("", line).strip() for line in text.split("\n")]
    page = page_of(lines) or _plain(lines, path)
    page.terms += leaked_terms(text)
    return page_document(page, path)


def page_of(lines: list[str]) -> Page | None:
    """A page in one of the forms in which pages are kept: with `URL:` and `TITLE:` lines, of questions, of the glossary."""
    return _digest(lines) or _site_page(lines) or _glossary_page(lines)


def page_document(page: Page, path: Path) -> Document:
    """A page as a document of the user's layer."""
    body, sections = _body(page.lines, page.headings)
    url = http_address(page.url)
    address = url or file_address(path)
    return Document(
        document_id=user_document_id(page.title, address),
        layer="user",
        kind="original",
        subject=subject_of(page.title, body),
        title=page.title,
        text=body,
        sections=sections,
        sources=(Source(page.title, url, page.author, page.date),),
        address=address,
        tags=page.tags,
        terms=page.terms or _defined_term(page.title, body, sections),
    )


def http_address(url: str | None) -> str | None:
    """An address of the web without spaces; None for anything else."""
    return url if url is not None and re.fullmatch(r"https?://[^\s<>\"]{1,2000}", url, re.IGNORECASE) else None


def leaked_terms(text: str) -> tuple[Term, ...]:
    """Definitions in attributes that a page was saved with, each term once."""
    pairs = [(html.unescape(term).strip(), " ".join(html.unescape(definition).split())) for term, definition in _DEFINED.findall(text)]
    found = {term: Term(term, definition) for term, definition in pairs if term and definition}
    return tuple(found.values())


def _defined_term(title: str, body: str, sections: tuple[Section, ...]) -> tuple[Term, ...]:
    """The term that a glossary page is about: its title, with the first paragraph under Definition."""
    section = next((section for section in sections if section.heading == "Definition"), None)
    if section is None:
        return ()
    definition = body[section.start : section.end].strip().split("\n\n")[0]
    match = _EXPANDED.match(title)
    term, expansion = (match.group(1), match.group(2)) if match else (title, None)
    return (Term(term, " ".join(definition.split()), expansion),)


def _digest(lines: list[str]) -> Page | None:
    """`URL:` and `TITLE:` lines, then the text."""
    head = {match.group(1): match.group(2).strip() for line in lines[:4] if (match := re.match(r"(URL|TITLE):(.*)", line))}
    if "TITLE" not in head:
        return None
    return Page(head["TITLE"], _before_footer(lines[len(head) :]), url=head.get("URL") or None)


def _site_page(lines: list[str]) -> Page | None:
    """A question page: whatever stands above the answer's heading is title, byline and tags."""
    answer = next((number for number, line in enumerate(lines) if _ANSWER.match(line)), None)
    if answer is None:
        return None
    head = [line for line in lines[:answer] if line]
    byline = next((number for number, line in enumerate(head) if " · " in line), None)
    above = head if byline is None else head[:byline]
    title = above[-1] if above else "Untitled page"
    found = Page(title, _before_footer(lines[answer + 1 :]), url=_address_of(lines))
    if byline is not None:
        _read_byline(found, head[byline])
        found.tags = tuple(above[:-1] + head[byline + 1 :])
    return found


def _glossary_page(lines: list[str]) -> Page | None:
    """A glossary page: a title, then Definition and further headings."""
    if "Definition" not in lines:
        return None
    start = lines.index("Definition")
    head = [line for line in lines[:start] if line and line not in _DECORATION]
    return Page(head[0] if head else "Untitled term", _before_footer(lines[start:]), url=_address_of(lines))


def _plain(lines: list[str], path: Path) -> Page:
    filled = [number for number, line in enumerate(lines) if line]
    if len(filled) < 2 or len(lines[filled[0]]) > 200:
        return Page(file_title(path), lines)
    return Page(lines[filled[0]], lines[filled[0] + 1 :])


def _before_footer(lines: list[str]) -> list[str]:
    end = next((number for number, line in enumerate(lines) if _FOOTER.match(line)), len(lines))
    return lines[:end]


def _address_of(lines: list[str]) -> str | None:
    """The address in the citation that a page gives of itself."""
    for line in lines:
        if "Retrieved from" in line and (match := _ADDRESS.search(line)):
            return match.group().rstrip(".")
    return None


def _read_byline(page: Page, line: str) -> None:
    page.author = line.split(" · ")[0].strip()
    if match := _BYLINE_DATE.search(line):
        for form in ("%B %d, %Y", "%b %d, %Y"):
            try:
                page.date = datetime.strptime(match.group(1), form).date().isoformat()
            except ValueError:
                continue


def _body(lines: list[str], known: frozenset[str] | None = None) -> tuple[str, tuple[Section, ...]]:
    """Paragraphs joined by blank lines, bullets on lines of their own, and the sections under the headings found."""
    headings: list[tuple[str, int, int]] = []
    parts, length = [], 0
    for paragraph in _paragraphs(lines, known):
        if _is_disclaimer(paragraph):
            continue
        if _is_heading(paragraph, known):
            headings.append((paragraph, length, length + len(paragraph)))
        parts.append(paragraph)
        length += len(paragraph) + 2
    text = _without_cut_sentence("\n\n".join(parts).rstrip("\n"))
    starts = [0, *(end for _, _, end in headings)]
    ends = [*(start for _, start, _ in headings), len(text)]
    names = ["", *(heading for heading, _, _ in headings)]
    spans = zip(names, starts, ends, strict=True)
    return text, tuple(Section(name, start, end) for name, start, end in spans if text[start:end].strip())


def _paragraphs(lines: list[str], known: frozenset[str] | None) -> list[str]:
    """A blank line ends a paragraph; where a page has none between its texts, so does every line. Bullets stay with the text above."""
    found: list[list[str]] = []
    blank = True
    for line in lines:
        if not line or line in _DECORATION:
            blank = True
            continue
        if _BULLET.match(line) and found and not _is_heading_line(found[-1], known):
            found[-1].append("- " + _BULLET.sub("", line))
        elif blank or not found or len(line) > 60 or _is_heading(line, known) or _is_closed(found[-1], known):
            found.append([line])
        else:
            found[-1].append(line)
        blank = False
    return ["\n".join(paragraph) for paragraph in found]


def _is_closed(paragraph: list[str], known: frozenset[str] | None) -> bool:
    """Whether the next line cannot belong to a paragraph: it ends with a stop, or is a heading."""
    return paragraph[-1].rstrip().endswith((".", "?", "!", ":")) or _is_heading_line(paragraph, known)


def _is_heading_line(paragraph: list[str], known: frozenset[str] | None) -> bool:
    return len(paragraph) == 1 and _is_heading(paragraph[0], known)


def _is_disclaimer(paragraph: str) -> bool:
    """Whether a paragraph only says that it is no advice; a long text that also says so is kept."""
    return len(paragraph) < _LONGEST_DISCLAIMER and _DISCLAIMER.search(paragraph) is not None


def _is_heading(paragraph: str, known: frozenset[str] | None = None) -> bool:
    """A line known as a heading, or a short line without a full stop that reads like a title or a question."""
    if known is not None:
        return paragraph in known
    if len(paragraph) > _LONGEST_HEADING or "\n" in paragraph or _BULLET.match(paragraph):
        return False
    if paragraph in _GLOSSARY_HEADINGS:
        return True
    words = paragraph.split()
    telling = [word for word in words if word.lower() not in _SMALL_WORDS]
    titled = sum(word[:1].isupper() for word in telling) >= 0.6 * len(telling)
    return 2 <= len(words) <= 12 and (paragraph.endswith("?") or (paragraph[-1].isalnum() and titled))


def _without_cut_sentence(text: str) -> str:
    """`text` without a last sentence that was cut off; bullets may end without a stop."""
    last_line = text.rsplit("\n", 1)[-1]
    if not text or last_line.startswith("- ") or re.search(r"[.!?…:;\"'”’)\]%]$", text):
        return text
    ends = [match.end() for match in re.finditer(r"[.!?…][\"'”’)\]]*(?=\s)", last_line)]
    if ends:
        return text[: len(text) - len(last_line) + ends[-1]]
    head = text[: len(text) - len(last_line)].rstrip()
    return head if head and not _is_rule(last_line) else text


def _is_rule(line: str) -> bool:
    return bool(re.match(r"^.{1,40}: .{1,60}$", line))
