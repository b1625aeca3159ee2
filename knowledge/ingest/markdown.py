"""Markdown with or without front matter."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from knowledge.documents import Document, file_title, shortened
from knowledge.frontmatter import cleaned, markdown_sections, split_front_matter
from knowledge.ingest.defined import leaked_terms, without_leaked_tags
from knowledge.ingest.text import Page, iso_date, user_document

_TITLE = re.compile(r"\A\s*# +(?=\S)(.*)\n")
_ADDRESS_KEYS = ("url", "source", "link", "canonical_url")
_AUTHOR_KEYS = ("author", "authors")
_LONGEST_VALUE = 2000


def parse_markdown(text: str, path: Path) -> Document:
    """A Markdown file: title, address, author, date and tags from its front matter, else the first heading and the file.

    The address is the first of `url`, `source` and `link` that is one of the web. A date that is not written in ISO form is left out.
    """
    raw, body = split_front_matter(text, path.name)
    front = cleaned(raw, path.name)
    heading = _TITLE.match(body)
    title = _line(front.get("title")) or (shortened(heading.group(1).rstrip("# "), _LONGEST_VALUE) if heading else "") or file_title(path)
    body = body[heading.end() :] if heading else body
    terms = leaked_terms(body)
    if terms:
        body = "\n".join(without_leaked_tags(line) for line in body.split("\n"))
    addresses = [_line(front.get(key)) for key in _ADDRESS_KEYS]
    url = next((address for address in addresses if re.match(r"https?://", address, re.IGNORECASE)), None)
    author = next((found for key in _AUTHOR_KEYS if (found := ", ".join(_texts(front.get(key))))), None)
    page = Page(title, [], url, author, iso_date(_line(front.get("date"))), _tags(front.get("tags")), terms=terms)
    return user_document(page, body, markdown_sections(body), path)


def _tags(value: Any) -> tuple[str, ...]:
    """Tags as a list, or as one text with commas."""
    found = value.split(",") if isinstance(value, str) else _texts(value)
    return tuple(dict.fromkeys(tag for tag in (entry.strip() for entry in found) if tag))


def _texts(value: Any) -> list[str]:
    return [text for text in (_line(entry) for entry in (value if isinstance(value, list) else [value])) if text]


def _line(value: Any) -> str:
    """A value of the front matter as one line; nothing for lists and mappings."""
    return "" if value is None or isinstance(value, list | dict) else shortened(str(value), _LONGEST_VALUE)
