"""Markdown with or without front matter."""

from __future__ import annotations

import re
from pathlib import Path

from knowledge.documents import Document, Source, file_address, file_title, user_document_id, without_controls
from knowledge.frontmatter import markdown_sections, split_front_matter
from knowledge.ingest.subject import subject_of

_TITLE = re.compile(r"\A\s*# +(.+?) *#*\n")


def parse_markdown(text: str, path: Path) -> Document:
    """A Markdown file: title, url, author, date and tags from its front matter, else the first heading and the file."""
    front, body = split_front_matter(text, path.name)
    heading = _TITLE.match(body)
    title = _line(front.get("title") or (heading.group(1) if heading else file_title(path)))
    body = body[heading.end() :] if heading else body
    url, author, date = (None if front.get(key) is None else _line(front[key]) for key in ("url", "author", "date"))
    tags = front.get("tags") or []
    source = Source(title, url, author, date)
    address = url or file_address(path)
    return Document(
        document_id=user_document_id(title, address),
        layer="user",
        kind="original",
        subject=subject_of(title, body),
        title=title,
        text=body,
        sections=markdown_sections(body),
        sources=(source,),
        address=address,
        tags=tuple(_line(tag) for tag in (tags if isinstance(tags, list) else [tags])),
    )


def _line(value: object) -> str:
    """A value of the front matter as one line; YAML can write control characters as escapes."""
    return " ".join(without_controls(str(value)).split())
