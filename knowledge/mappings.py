"""Documents and their parts from the JSON in which stores and processes hand them on."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from knowledge.documents import Document, Section, Silence, Source, Term


def document_to_json(document: Document) -> str:
    """A document on one line of ASCII."""
    return json.dumps(asdict(document))


def document_from_json(text: str) -> Document:
    """The document back. Raises ValueError, KeyError or TypeError for anything else."""
    raw: dict[str, Any] = json.loads(text)
    parts = {
        "sections": tuple(Section(**entry) for entry in raw["sections"]),
        "sources": tuple(source_from(entry) for entry in raw["sources"]),
        "terms": tuple(term_from(entry) for entry in raw["terms"]),
        "silences": tuple(silence_from(entry) for entry in raw["silences"]),
        "tags": tuple(raw["tags"]),
        "questions": tuple(raw["questions"]),
        "asked_under": tuple(raw["asked_under"]),
    }
    return Document(**(raw | parts))


def source_from(entry: dict[str, Any]) -> Source:
    """A source from its mapping."""
    return Source(**(entry | {"paragraphs": tuple(entry["paragraphs"]), "headings": tuple(entry["headings"])}))


def silence_from(entry: dict[str, Any]) -> Silence:
    """A silence from its mapping."""
    groups = tuple(tuple(group) for group in entry["terms"])
    nearest = (entry["nearest"][0], entry["nearest"][1])
    return Silence(
        **(entry | {"questions": tuple(entry["questions"]), "terms": groups, "parameters": tuple(entry["parameters"]), "nearest": nearest})
    )


def term_from(entry: dict[str, Any]) -> Term:
    """A glossary term from its mapping."""
    reference = None if entry["reference"] is None else source_from(entry["reference"])
    return Term(**(entry | {"aliases": tuple(entry["aliases"]), "paragraphs": tuple(entry["paragraphs"]), "reference": reference}))
