"""PDF files, through pypdf: their text with wrapped lines joined, page numbers and running headers left out."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from knowledge.documents import Document, file_title, without_controls
from knowledge.errors import KnowledgeError
from knowledge.ingest.text import Page, is_mark, iso_date, page_document, page_of

_PAGE_NUMBER = re.compile(r"^(?:page\s+)?\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?$", re.IGNORECASE)
_BULLET = re.compile(r"^[-*•·]\s+|^\d{1,3}[.)]\s+")
_DATE = re.compile(r"D:(\d{4})(\d{2})(\d{2})")
_JUNK_TITLE = re.compile(r"^(?:untitled|microsoft word\b.*|.*\.(?:docx?|odt|indd|tex|pdf|pages))$", re.IGNORECASE)
_EDGE_LINES = 2
_RUNNING_SHARE = 1 / 3
_RUNNING_PAGES = 3
_FULL_LINE = 0.75


def parse_pdf(data: bytes, path: Path) -> Document:
    """A PDF: title, author and date from its own record, else its first line; text page by page.

    Raises KnowledgeError for a file that is damaged, protected by a password, or holds pictures only.
    """
    import pypdf
    from pypdf.errors import DependencyError, PyPdfError

    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise KnowledgeError(str(path), "is protected by a password", "save it without one")
        about, pages = _particulars(reader.metadata), [page.extract_text() for page in reader.pages]
    except KnowledgeError:
        raise
    except DependencyError as error:
        raise KnowledgeError(str(path), "is protected by an encryption that cannot be read here", "save it without one") from error
    except (
        PyPdfError,
        ValueError,
        KeyError,
        IndexError,
        TypeError,
        AttributeError,
        OSError,
        AssertionError,
        NotImplementedError,
        OverflowError,
    ) as error:
        raise KnowledgeError(
            str(path), f"is a damaged PDF ({type(error).__name__})", "open and save it with another program, or save its text as .txt"
        ) from error
    lines = joined_lines([without_controls(page).split("\n") for page in pages])
    if not any(lines):
        raise KnowledgeError(str(path), "is a PDF without text, of pictures perhaps", "have its text recognised first")
    return page_document(_page(lines, about, path), path)


def joined_lines(pages: Sequence[Sequence[str]]) -> list[str]:
    """The lines of all pages: without what runs along every page, words that were divided at a line's end whole, wrapped lines joined."""
    kept: list[str] = []
    running = _running(pages)
    for page in pages:
        lines = [" ".join(line.split()) for line in page]
        edges = _edges(lines)
        kept += [line for place, line in enumerate(lines) if not (place in edges and (_key(line) in running or _PAGE_NUMBER.match(line)))]
    width = _usual_width(kept)
    paragraphs: list[list[str]] = []
    above = ""
    for line in kept:
        if above and line and _goes_on(above, line, width):
            if above.endswith("-") and above[-2:-1].isalpha() and line[:1].islower():
                paragraphs[-1][-1] = above[:-1]
                paragraphs[-1].append(line)
            else:
                paragraphs[-1] += [" ", line]
        else:
            paragraphs.append([line])
        above = line
    return ["".join(paragraph) for paragraph in paragraphs]


def _page(lines: list[str], about: tuple[str, str | None, str | None], path: Path) -> Page:
    recorded, author, made = about
    page = page_of(lines)
    if page is None:
        first = next(number for number, line in enumerate(lines) if line)
        own = lines[first] if len(lines[first]) <= 200 and any(lines[first + 1 :]) else ""
        title = recorded if recorded and not _JUNK_TITLE.match(recorded) else own or file_title(path)
        page = Page(title, lines[first + 1 :] if own == title else lines)
    page.author, page.date = page.author or author, page.date or made
    return page


def _particulars(about: Any) -> tuple[str, str | None, str | None]:
    """Title, author, and the day on which the file says it was made."""
    if about is None:
        return "", None, None
    match = _DATE.match(str(about.get("/CreationDate", "")))
    return _line(about.title), _line(about.author) or None, iso_date("-".join(match.groups())) if match and match.group(1) >= "1900" else None


def _running(pages: Sequence[Sequence[str]]) -> set[str]:
    """Lines at the edges of at least three pages and of every third, numbers aside: left and right pages may carry different ones."""
    if len(pages) < 3:
        return set()
    counts: Counter[str] = Counter()
    for page in pages:
        lines = [" ".join(line.split()) for line in page]
        counts.update({_key(lines[place]) for place in _edges(lines)})
    return {key for key, count in counts.items() if key and count >= max(_RUNNING_PAGES, _RUNNING_SHARE * len(pages))}


def _edges(lines: Sequence[str]) -> set[int]:
    """Places of the first and the last lines of a page, two each, fewer of a short page."""
    filled = [place for place, line in enumerate(lines) if line]
    count = min(_EDGE_LINES, max(1, len(filled) // 4))
    return {*filled[:count], *filled[-count:]}


def _key(line: str) -> str:
    return re.sub(r"\d+", "#", line).lower()


def _usual_width(lines: Sequence[str]) -> int:
    """Length of a full line: nine of ten are no longer."""
    lengths = sorted(len(line) for line in lines if line)
    return lengths[int(0.9 * (len(lengths) - 1))] if lengths else 0


def _goes_on(above: str, line: str, width: int) -> bool:
    """Whether a line is the rest of the one above: that reached the margin, this begins no bullet, and neither is a mark of a page.

    Where the line above ends a sentence, a line that begins one is the rest only if the one above was as wide as lines are.
    """
    if _BULLET.match(line) or is_mark(above) or is_mark(line) or len(above) < _FULL_LINE * width:
        return False
    return not above.endswith((".", "?", "!", ":")) or line[:1].islower() or len(above) >= width


def _line(value: object) -> str:
    return "" if value is None else " ".join(without_controls(str(value)).split())
