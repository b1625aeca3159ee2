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
from knowledge.ingest.text import Page, page_document, page_of

_PAGE_NUMBER = re.compile(r"^(?:page\s+)?\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?$", re.IGNORECASE)
_BULLET = re.compile(r"^[-*•·]\s+|^\d{1,3}[.)]\s+")
_DATE = re.compile(r"D:(\d{4})(\d{2})(\d{2})")
_JUNK_TITLE = re.compile(r"^(?:untitled|microsoft word\b.*|.*\.(?:docx?|odt|indd|tex|pdf|pages))$", re.IGNORECASE)
_EDGE_LINES = 2
_RUNNING_SHARE = 0.5
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
        about, pages = reader.metadata, [page.extract_text() for page in reader.pages]
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
    found: list[str] = []
    for line in kept:
        if found and found[-1] and line and _goes_on(found[-1], kept_width=width, line=line):
            joint = found[-1][:-1] if _is_divided(found[-1], line) else found[-1] + " "
            found[-1] = joint + line
            continue
        found.append(line)
    return found


def _page(lines: list[str], about: Any, path: Path) -> Page:
    recorded = _line(getattr(about, "title", None))
    page = page_of(lines)
    if page is None:
        first = next(number for number, line in enumerate(lines) if line)
        own = lines[first] if len(lines[first]) <= 200 and any(lines[first + 1 :]) else ""
        title = recorded if recorded and not _JUNK_TITLE.match(recorded) else own or file_title(path)
        page = Page(title, lines[first + 1 :] if own == title else lines)
    page.author = page.author or _line(getattr(about, "author", None)) or None
    page.date = page.date or _date(about)
    return page


def _date(about: Any) -> str | None:
    """The day on which the file says it was made."""
    match = _DATE.match(str((about or {}).get("/CreationDate", "")))
    if match is None or not (match.group(1) >= "1900" and "01" <= match.group(2) <= "12" and "01" <= match.group(3) <= "31"):
        return None
    return "-".join(match.groups())


def _running(pages: Sequence[Sequence[str]]) -> set[str]:
    """Lines at the edges of more than half of at least three pages, numbers aside."""
    if len(pages) < 3:
        return set()
    counts: Counter[str] = Counter()
    for page in pages:
        lines = [" ".join(line.split()) for line in page]
        counts.update({_key(lines[place]) for place in _edges(lines)})
    return {key for key, count in counts.items() if key and count > _RUNNING_SHARE * len(pages)}


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


def _goes_on(above: str, kept_width: int, line: str) -> bool:
    """Whether a line is the rest of the one above: that was full, and this begins no bullet."""
    last = above.rsplit("\n", 1)[-1]
    if _BULLET.match(line):
        return False
    full = len(last) >= _FULL_LINE * kept_width
    return full and (not last.endswith((".", "?", "!", ":")) or line[:1].islower() or len(last) >= kept_width)


def _is_divided(above: str, line: str) -> bool:
    return above.endswith("-") and above[-2:-1].isalpha() and line[:1].islower()


def _line(value: object) -> str:
    return "" if value is None else " ".join(without_controls(str(value)).split())
