"""YAML files by which a user adds glossary terms and silences by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from knowledge.documents import Document, Silence, Source, Term, file_address, file_title, user_document_id
from knowledge.errors import KnowledgeError
from knowledge.frontmatter import cleaned, glossary_terms_from, silence_entries_from, terms_text
from knowledge.ingest.text import http_address
from knowledge.parsing import parse_yaml

KEYS = frozenset({"title", "terms", "groups", "silences"})
_TEXT, _TEXTS, _NUMBERS, _SWITCH, _MAPPING, _LISTS = "a text", "a list of texts", "a list of numbers", "true or false", "a mapping", "a list of lists"
_TERM = {
    "term": _TEXT, "definition": _TEXT, "expansion": _TEXT, "aliases": _TEXTS, "in_method": _TEXT, "paragraphs": _NUMBERS, "reference": _MAPPING,
    "computed": _SWITCH, "reason": _TEXT, "defined_by_source": _SWITCH,
}  # fmt: skip
_SILENCE = {"id": _TEXT, "subject": _TEXT, "questions": _TEXTS, "terms": _LISTS, "parameters": _TEXTS, "nearest": _MAPPING}
_REFERENCE = {"title": _TEXT, "url": _TEXT, "author": _TEXT, "date": _TEXT}
_NEAREST = {"document_id": _TEXT, "heading": _TEXT}


def parse_notes(text: str, path: Path) -> Document:
    """Terms become sections of a text, a definition each, under the source that each names or else this file; silences have no text.

    Raises KnowledgeError naming the entry that is not usable.
    """
    raw = cleaned(parse_yaml(text, str(path)), str(path))
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
    groups = _groups(raw.get("groups") or {}, path)
    terms = [_checked(entry, f"{path}, entry {number}", _TERM) for number, entry in enumerate(_list(raw, "terms", path), 1)]
    silences = [_checked(entry, f"{path}, entry {number}", _SILENCE) for number, entry in enumerate(_list(raw, "silences", path), 1)]
    for number, term in enumerate(terms, 1):
        term["reference"] = _reference(term.get("reference"), f"{path}, entry {number}")
    for number, silence in enumerate(silences, 1):
        silence["nearest"] = _checked(silence.get("nearest") or {}, f"{path}, entry {number}", _NEAREST)
        unknown = [word for group in silence.get("terms") or [] for word in group if str(word)[:1] == "$" and str(word)[1:] not in groups]
        if unknown:
            raise KnowledgeError(f"{path}, entry {number}", f"uses the group {unknown[0]}, which is not named under groups", "name it there")
    return glossary_terms_from(terms, str(path)), silence_entries_from(silences, groups, str(path))


def _list(raw: Mapping[str, Any], key: str, path: Path) -> list[Any]:
    entries = raw.get(key) or []
    if not isinstance(entries, list):
        raise KnowledgeError(str(path), f"needs a list of entries under {key}", "write each entry on a line that begins with -")
    return entries


def _groups(value: Any, path: Path) -> dict[str, list[str]]:
    if not isinstance(value, dict) or not all(isinstance(words, list) for words in value.values()):
        raise KnowledgeError(str(path), "has groups that are not lists of words by name", "write name: [one, other]")
    return {str(name): [str(word).lower() for word in words] for name, words in value.items()}


def _checked(entry: Any, where: str, kinds: Mapping[str, str]) -> dict[str, Any]:
    """An entry without its empty keys. Raises KnowledgeError for keys that are not known and values of another kind."""
    if not isinstance(entry, dict):
        raise KnowledgeError(where, "is not a mapping", "write key: value lines")
    found = {key: value for key, value in entry.items() if value is not None}
    for key, value in found.items():
        if key not in kinds:
            raise KnowledgeError(where, f"has the unknown key {str(key)[:40]}", f"use {', '.join(kinds)}")
        if not _is(value, kinds[key]):
            raise KnowledgeError(where, f"is not usable: {key} is not {kinds[key]}", "mend it; `alvh knowledge check` names its line")
    return {key: _as(value, kinds[key], key == "aliases") for key, value in found.items()}


def _as(value: Any, kind: str, lower: bool) -> Any:
    """A value with its texts as texts."""
    if kind == _TEXTS:
        return [str(entry).lower() if lower else str(entry) for entry in value]
    return str(value) if kind == _TEXT else value


def _is(value: Any, kind: str) -> bool:
    if kind == _TEXT:  # numbers and days are texts that YAML has read otherwise
        return not isinstance(value, list | dict | bool) and bool(str(value).strip())
    if kind == _SWITCH:
        return isinstance(value, bool)
    if kind == _MAPPING:
        return isinstance(value, dict)
    if kind == _NUMBERS:
        return isinstance(value, list) and all(type(entry) is int for entry in value)
    scalars = isinstance(value, list) and not any(isinstance(entry, list | dict) for entry in value)
    return scalars if kind == _TEXTS else isinstance(value, list) and all(_is(entry, _TEXTS) for entry in value)


def _reference(value: Any, where: str) -> dict[str, Any] | None:
    """The source of a definition, with its address only where it is one of the web."""
    if value is None:
        return None
    found = _checked(value, where, _REFERENCE)
    if "title" not in found:
        raise KnowledgeError(where, "has a reference without a title", "add title:, or delete the reference if the definition is your own")
    return found | {"url": http_address(found.get("url"))}
