"""Text pages: the site's question pages and glossary pages in their renderings, digests with URL and TITLE lines, plain text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from knowledge.documents import Document, Section, Source, Term, file_address, file_title, shortened, user_document_id
from knowledge.ingest.defined import defined_term, leaked_terms, without_leaked_tags
from knowledge.ingest.subject import subject_of

_ANSWER = re.compile(r"^\S+ Answer$")
_BYLINE_DATE = re.compile(r"\b((?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* \d{1,2}, \d{4})\b")
_FOOTER = re.compile(  # with its picture or without, which fonts of PDF files do not have
    r"^(?:\W{0,4}Risk Disclaimer(?::|$)|\W{0,4}(?:Community Pulse|Glossary Terms Referenced)$|⚠️? ?Risk Disclaimer|📖|💬|APA Citation$"
    r"|Put This Knowledge to Work|Start Free Trial|Have a question about this|Keep Reading|\d+ ?/ ?\d+$)"
)
_DISCLAIMER = tuple(re.compile(words, re.IGNORECASE) for words in (r"\b(educational|learning)\b", r"\b(not|nor)\b", r"\b(recommendation|advice)"))
_ADDRESS = re.compile(r"https?://[^\s)>\]]+")
_BULLET = re.compile(r"^[-*•·]\s+|^\d+[.)]\s+")
_GLOSSARY_HEADINGS = frozenset({"Definition", "Formula / Rules", "How It Works"})
_SMALL_WORDS = frozenset("a an and as at by for from in into is of on or the to vs with".split())
_LONGEST_HEADING = 200
_LONGEST_DISCLAIMER = 2000
_LONGEST_TITLE = 300
_LONGEST_NAME = 200
_MOST_TAGS = 100
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
    lines = [without_leaked_tags(line).strip() for line in text.split("\n")]
    page = page_of(lines) or _plain(lines, path)
    page.terms += leaked_terms(text)
    return page_document(page, path)


def page_of(lines: list[str]) -> Page | None:
    """A page in one of the forms in which pages are kept: with `URL:` and `TITLE:` lines, of questions, of the glossary."""
    return _digest(lines) or _site_page(lines) or _glossary_page(lines)


def page_document(page: Page, path: Path) -> Document:
    """A page as a document of the user's layer, its body divided by the headings that it is known to have or that read like ones."""
    body, sections = _body(page.lines, page.headings)
    page.terms = page.terms or defined_term(shortened(page.title, _LONGEST_TITLE), body, sections)
    return user_document(page, body, sections, path)


def user_document(page: Page, body: str, sections: tuple[Section, ...], path: Path) -> Document:
    """A document of the user's layer with a page's particulars; an address that is not of the web is dropped."""
    title = shortened(page.title, _LONGEST_TITLE) or file_title(path)
    url = http_address(page.url)
    address = url or file_address(path)
    tags = (shortened(tag, _LONGEST_NAME) for tag in page.tags[:_MOST_TAGS])
    return Document(
        document_id=user_document_id(title, address),
        layer="user",
        kind="original",
        subject=subject_of(title, body),
        title=title,
        text=body,
        sections=sections,
        sources=(Source(title, url, shortened(page.author or "", _LONGEST_NAME) or None, page.date),),
        address=address,
        tags=tuple(tag for tag in tags if tag),
        terms=page.terms,
    )


def iso_date(text: str) -> str | None:
    """The day, month or year that a text in ISO form begins with; None for other texts."""
    match = re.match(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?![\d-])", text)
    if match is None:
        return None
    try:
        date(int(match.group(1)), int(match.group(2) or 1), int(match.group(3) or 1))
    except ValueError:
        return None
    return match.group()


def http_address(url: str | None) -> str | None:
    """An address of the web without spaces; None for anything else."""
    return url if url is not None and re.fullmatch(r"https?://[^\s<>\"]{1,2000}", url, re.IGNORECASE) else None


def _digest(lines: list[str]) -> Page | None:
    """`URL:` and `TITLE:` lines, then the text."""
    head: dict[str, str] = {}
    rest = 0
    for number, line in enumerate(lines[:4]):
        match = re.match(r"(URL|TITLE):(.*)", line, re.IGNORECASE)
        if match is None and line:
            break
        if match is not None:
            head.setdefault(match.group(1).upper(), match.group(2).strip())
            rest = number + 1
    url = http_address(head.get("URL"))
    if not head.get("TITLE") and url is None:
        return None
    body = _before_footer(lines[rest:])
    if not head.get("TITLE"):
        first = next((number for number, line in enumerate(body) if line), None)
        return None if first is None else Page(body[first], body[first + 1 :], url=url)
    return Page(head["TITLE"], body, url=url)


def _site_page(lines: list[str]) -> Page | None:
    """A question page: whatever stands above the answer's heading is title, byline and tags."""
    answer = next((number for number, line in enumerate(lines) if _ANSWER.match(line)), None)
    if answer is None:
        return None
    head = [line for line in lines[:answer] if line]
    byline = next((number for number, line in enumerate(head) if " · " in line), None)
    above = head if byline is None else head[:byline]
    if any(_is_prose(line) for line in above):
        return None
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
    if any(_is_prose(line) for line in head):
        return None
    return Page(head[0] if head else "Untitled term", _before_footer(lines[start:]), url=_address_of(lines))


def _is_prose(line: str) -> bool:
    """Whether a line is part of a text rather than a title, a byline or a tag: a text that would be lost above a page's answer."""
    return len(line) > _LONGEST_TITLE or (len(line) > 60 and line.endswith((".", "!", ":")))


def _plain(lines: list[str], path: Path) -> Page:
    filled = [number for number, line in enumerate(lines) if line]
    if len(filled) < 2 or len(lines[filled[0]]) > 200:
        return Page(file_title(path), lines)
    return Page(lines[filled[0]], lines[filled[0] + 1 :])


def is_mark(line: str) -> bool:
    """Whether a line of a page tells its parts from each other: a byline, the answer's heading, the begin of what follows the text."""
    return " · " in line or _ANSWER.match(line) is not None or _FOOTER.match(line) is not None


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
    return paragraph[-1].rstrip().endswith((".", "?", "!", ":", "。", "！", "？")) or _is_heading_line(paragraph, known)


def _is_heading_line(paragraph: list[str], known: frozenset[str] | None) -> bool:
    return len(paragraph) == 1 and _is_heading(paragraph[0], known)


def _is_disclaimer(paragraph: str) -> bool:
    """Whether a paragraph only says that it is no advice; a long text that also says so is kept."""
    if len(paragraph) >= _LONGEST_DISCLAIMER:
        return False
    place = 0
    for words in _DISCLAIMER:  # one after the other: a single pattern for all three would try every pair of places
        match = words.search(paragraph, place)
        if match is None:
            return False
        place = match.end()
    return True


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
    if not text or last_line.startswith("- ") or re.search(r"[.!?…:;\"'”’)\]%。！？」』]$", text):
        return text
    ends = [match.end() for match in re.finditer(r"[.!?…][\"'”’)\]]*(?=\s)|[。！？][」』]*", last_line)]
    if ends:
        return text[: len(text) - len(last_line) + ends[-1]]
    head = text[: len(text) - len(last_line)].rstrip()
    return head if head and not _is_rule(last_line) else text


def _is_rule(line: str) -> bool:
    return bool(re.match(r"^.{1,40}: .{1,60}$", line))
