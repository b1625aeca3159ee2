"""Sources, silences and terms back from the JSON in which a store keeps them."""

from __future__ import annotations

from typing import Any

from knowledge.documents import Source
from knowledge.frontmatter import Silence, Term


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
