"""YAML files by which a user adds glossary terms and silences by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from knowledge.documents import Document, Silence, Source, Term, file_address, file_title, user_document_id, without_controls
from knowledge.errors import KnowledgeError
from knowledge.frontmatter import glossary_terms_from, parse_yaml, silence_entries_from, terms_text

KEYS = frozenset({"title", "terms", "groups", "silences"})


def parse_notes(text: str, path: Path) -> Document:
    """Terms become sections of a text, a definition each, under the source that each names or else this file; silences have no text.

    Raises KnowledgeError naming the entry that is not usable.
    """
    raw = cleaned(parse_yaml(text, str(path)))
    if not isinstance(raw, dict) or not set(raw) <= KEYS or not (raw.get("terms") or raw.get("silences")):
        raise KnowledgeError(
            str(path),
            f"needs terms or silences, and no other keys than {', '.join(sorted(KEYS))}",
            "`alvh knowledge new FILE.yaml` writes a skeleton",
        )
    terms, silences = _entries(raw, path)
    title = " ".join(str(raw.get("title") or file_title(path)).split())
    address = file_address(path)
    note = Source(title)
    body, sections, sources = terms_text(terms, note, note)
    return Document(
        document_id=user_document_id(title, address),
        layer="user",
        kind="original",
        subject="glossary" if terms else "method",
        title=title,
        text=body,
        sections=sections,
        sources=(note, *sources),
        address=address,
        terms=tuple(terms),
        silences=tuple(silences),
    )


def _entries(raw: dict[str, Any], path: Path) -> tuple[list[Term], list[Silence]]:
    try:
        terms = glossary_terms_from(raw.get("terms") or [], str(path))
        silences = silence_entries_from(raw.get("silences") or [], raw.get("groups") or {}, str(path))
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        if isinstance(error, KnowledgeError):
            raise
        raise KnowledgeError(str(path), f"has an entry that is not usable ({error})", f"run `alvh knowledge check {path.name}`") from error
    for term in terms:
        texts = (term.term, term.definition, term.expansion or "", term.in_method or "", term.reason or "")
        if not all(isinstance(text, str) for text in texts):
            raise KnowledgeError(str(path), f"has a term {term.term} whose fields are not texts", f"run `alvh knowledge check {path.name}`")
    return terms, silences


def cleaned(value: Any) -> Any:
    """YAML values without control characters, which its escapes can write."""
    if isinstance(value, str):
        return without_controls(value)
    if isinstance(value, dict):
        return {cleaned(key): cleaned(item) for key, item in value.items()}
    if isinstance(value, list):
        return [cleaned(item) for item in value]
    return value
