"""Files to documents: one module a format, `read_document` chooses. Reading within limits: `limits.LimitedReader`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from knowledge.documents import Document, without_controls
from knowledge.errors import KnowledgeError
from knowledge.files import bytes_of

MAX_CHARACTERS = 5_000_000
PLACEHOLDER = "FILL IN"  # what the skeletons of `authoring` say in each place to fill in
TEXT_SUFFIXES = frozenset({".txt", ".text", ""})
MARKDOWN_SUFFIXES = frozenset({".md", ".markdown"})
HTML_SUFFIXES = frozenset({".html", ".htm", ".xhtml"})
NOTES_SUFFIXES = frozenset({".yaml", ".yml"})
KNOWN = "text (.txt), Markdown (.md), HTML (.html), PDF (.pdf) or notes (.yaml)"

Format = Literal["page", "markdown", "html", "pdf", "notes"]
_MARKUP = re.compile(rb"\s*(?:<\?xml[^>]{0,200}>\s*|<!--.{0,2000}?-->\s*){0,5}<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE | re.DOTALL)
_OTHERS = (
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a rar archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"{\\rtf", "a rich text document"),
    (b"SQLite format 3\0", "a database (`alvh knowledge import` takes exported bases)"),
)


def read_document(path: Path) -> Document:
    """A file as a document of the user's layer, by its content and its ending.

    Raises KnowledgeError naming the file when it cannot be read, is too large, is of another kind, or holds no sentence.
    """
    data = bytes_of(path)
    try:
        document = _parsed(data, path, _format(data, path))
    except RecursionError:
        raise KnowledgeError(str(path), "is nested too deeply", "save its text as .txt") from None
    if not document.sections and not document.silences:
        raise KnowledgeError(str(path), "holds no text", "add a file with at least one sentence below its title")
    if len(document.text) + sum(len(term.definition) for term in document.terms) > MAX_CHARACTERS:
        raise _too_long(path)
    return document


def _too_long(path: Path) -> KnowledgeError:
    return KnowledgeError(str(path), f"holds more than {MAX_CHARACTERS // 1_000_000} million characters", "split it into smaller files")


def _parsed(data: bytes, path: Path, kind: Format) -> Document:
    if kind == "pdf":
        from knowledge.ingest.pdf import parse_pdf

        return parse_pdf(data, path)
    from knowledge.ingest.encodings import decoded

    text = without_controls(decoded(data, path, markup=kind == "html"))
    if kind in ("markdown", "notes") and PLACEHOLDER in text:
        line = text.count("\n", 0, text.index(PLACEHOLDER)) + 1
        raise KnowledgeError(
            str(path), f"still says {PLACEHOLDER} in line {line}", f"fill it in; `alvh knowledge check {path.name}` names every place"
        )
    if kind != "html" and len(text) > 2 * MAX_CHARACTERS:  # boilerplate is never as long as the text
        raise _too_long(path)
    if kind == "html":
        from knowledge.ingest.html import parse_html as parse
    elif kind == "markdown":
        from knowledge.ingest.markdown import parse_markdown as parse
    elif kind == "notes":
        from knowledge.ingest.notes import parse_notes as parse
    else:
        from knowledge.ingest.text import parse_page as parse
    return parse(text, path)


def _format(data: bytes, path: Path) -> Format:
    """What a file is: PDF and HTML by their beginning, whatever they are called; the rest by their ending."""
    suffix = path.suffix.lower()
    if b"%PDF-" in data[:1024] and (suffix == ".pdf" or data.lstrip()[:5] == b"%PDF-"):
        return "pdf"
    for mark, name in _OTHERS:
        if data.startswith(mark):
            raise KnowledgeError(str(path), f"is {name}", f"add {KNOWN}")
    if suffix == ".pdf":
        raise KnowledgeError(str(path), "is named .pdf and is no PDF", f"add {KNOWN}")
    if suffix in HTML_SUFFIXES or (suffix in TEXT_SUFFIXES | MARKDOWN_SUFFIXES and _MARKUP.match(_without_marks(data[:8192]))):
        return "html"
    if suffix in MARKDOWN_SUFFIXES:
        return "markdown"
    if suffix in NOTES_SUFFIXES:
        return "notes"
    if suffix not in TEXT_SUFFIXES:
        raise KnowledgeError(str(path), f"is a {without_controls(suffix)[:40]} file", f"add {KNOWN}")
    return "page"


def _without_marks(beginning: bytes) -> bytes:
    """The first bytes without a byte order mark, and those of UTF-16 as ASCII, to look for markup in."""
    return beginning.lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\0", b"")
