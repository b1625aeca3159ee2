"""Files to documents: one module a format, `read_document` chooses."""

from __future__ import annotations

from pathlib import Path

from knowledge.documents import Document, without_controls
from knowledge.errors import KnowledgeError

MAX_BYTES = 20_000_000
TEXT_SUFFIXES = frozenset({".txt", ".text", ""})
MARKDOWN_SUFFIXES = frozenset({".md", ".markdown"})


def read_document(path: Path) -> Document:
    """A file as a document of the user's layer.

    Raises KnowledgeError naming the file when it cannot be read, is too large, is not text, is of another
    kind, or holds no sentence.
    """
    from knowledge.ingest.markdown import parse_markdown
    from knowledge.ingest.text import parse_page

    suffix = path.suffix.lower()
    if suffix not in TEXT_SUFFIXES | MARKDOWN_SUFFIXES:
        raise KnowledgeError(str(path), f"is a {suffix} file", "add text (.txt) or Markdown (.md)")
    text = without_controls(_text_of(path))
    parse = parse_markdown if suffix in MARKDOWN_SUFFIXES else parse_page
    document = parse(text, path)
    if not document.sections:
        raise KnowledgeError(str(path), "holds no text", "add a file with at least one sentence below its title")
    return document


def _text_of(path: Path) -> str:
    if path.exists() and not path.is_file():
        raise KnowledgeError(str(path), "cannot be read (not a regular file)", "name a readable file")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise KnowledgeError(str(path), f"is larger than {MAX_BYTES // 1_000_000} MB", "split it into smaller files")
        data = path.read_bytes()
    except OSError as error:
        raise KnowledgeError(str(path), f"cannot be read ({error.strerror})", "name a readable file") from error
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise KnowledgeError(str(path), "is a binary file", "add text (.txt) or Markdown (.md)")
    for encoding in ("utf-16", "utf-8-sig") if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise KnowledgeError(str(path), "is not text in UTF-8, UTF-16 or Windows-1252", "save it as UTF-8")
