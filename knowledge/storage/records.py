"""Documents to the columns in which a store keeps them, and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from knowledge.documents import Document, Section, address_key
from knowledge.mappings import silence_from, source_from, term_from

DOCUMENT_COLUMNS = "document_id, layer, kind, subject, title, address, text, sections, sources, tags, questions"


def document_row(document: Document) -> tuple[str, ...]:
    """Values of DOCUMENT_COLUMNS, then the address key and the fingerprint of the text."""
    return (
        document.document_id,
        document.layer,
        document.kind,
        document.subject,
        document.title,
        document.address,
        document.text,
        json.dumps([[section.heading, section.start, section.end] for section in document.sections]),
        json.dumps([asdict(source) for source in document.sources]),
        json.dumps(document.tags),
        json.dumps(list(zip(document.questions, document.asked_under, strict=True)) if document.asked_under else document.questions),
        store_key(document),
        document.text_sha256,
    )


def store_key(document: Document) -> str:
    """What tells a document from others in a store; a shipped document never meets a user's."""
    return address_key(document.address) if document.layer == "user" else f"shipped:{document.document_id}"


def _questions_from(raw: Sequence[str | list[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Questions as they are kept: texts, or pairs of a text and the heading that answers it."""
    pairs = [entry for entry in raw if isinstance(entry, list)]
    if not pairs:
        return tuple(str(entry) for entry in raw), ()
    return tuple(text for text, _ in pairs), tuple(heading for _, heading in pairs)


def document_from(row: Sequence[Any], terms: Sequence[str], silences: Sequence[str]) -> Document:
    """A document from the values of DOCUMENT_COLUMNS and the JSON of its terms and silences."""
    questions, asked_under = _questions_from(json.loads(row[10]))
    return Document(
        document_id=row[0],
        layer=row[1],
        kind=row[2],
        subject=row[3],
        title=row[4],
        address=row[5],
        text=row[6],
        sections=tuple(Section(*section) for section in json.loads(row[7])),
        sources=tuple(source_from(entry) for entry in json.loads(row[8])),
        tags=tuple(json.loads(row[9])),
        questions=questions,
        asked_under=asked_under,
        terms=tuple(term_from(json.loads(entry)) for entry in terms),
        silences=tuple(silence_from(json.loads(entry)) for entry in silences),
    )
