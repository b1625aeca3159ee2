"""Documents written by hand: Markdown with front matter, the glossary and the list of silences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from knowledge.documents import Document, Layer, Section, Silence, Source, Term, sections_from, without_controls
from knowledge.errors import KnowledgeError
from knowledge.parsing import DEEPEST, parse_toml, parse_yaml

_FRONT = re.compile(r"\A(---|\+\+\+)\n(.*?)\n\1\n", re.DOTALL)
_HEADING = re.compile(r"^#{1,6} +(?=\S)(.*)$", re.MULTILINE)
_FENCE = re.compile(r"^ {0,3}(```|~~~)", re.MULTILINE)
_MOST_VALUES = 1_000_000
_ARTICLE_KEYS = frozenset({"id", "title", "subject", "sources", "tags", "questions"})
_SOURCE_KEYS = frozenset({"title", "author", "url", "date", "paragraphs", "headings"})

GLOSSARY_NOTES = Source("Notes of this program: terms as they are generally used", author="alvh-assistant", date="2026-05-09")


def split_front_matter(text: str, name: str) -> tuple[dict[str, Any], str]:
    """Front matter (YAML between lines of ---, TOML between lines of +++) and body of a Markdown text; an empty mapping where there is none.

    Raises KnowledgeError with file and line where the front matter is not valid.
    """
    match = _FRONT.match(text)
    if match is None:
        return {}, text
    text_of_front = f"\n{match.group(2)}"  # the line above it counts where a problem is located
    front = parse_yaml(text_of_front, name) if match.group(1) == "---" else parse_toml(text_of_front, name)
    if not isinstance(front, dict):
        raise KnowledgeError(name, "has front matter that is not a mapping", "write key: value lines between the --- lines")
    return front, text[match.end() :]


def markdown_sections(body: str) -> tuple[Section, ...]:
    """Sections of a Markdown body by its heading lines."""
    return sections_from(body, list(markdown_headings(body)))


def markdown_headings(body: str) -> Iterator[tuple[str, int, int]]:
    """Heading lines of a Markdown body, each as (heading, line start, line end); what stands in fences is no heading."""
    fences = [match.start() for match in _FENCE.finditer(body)]
    passed = 0
    for match in _HEADING.finditer(body):
        while passed < len(fences) and fences[passed] < match.start():
            passed += 1
        heading = _heading_text(match.group(1))
        if heading and (passed % 2 == 0 or passed == len(fences)):  # a fence that is never closed divides nothing
            yield heading, match.start(), match.end()


def _heading_text(rest: str) -> str:
    """The text of a heading line without the signs that may close it."""
    text = rest.rstrip()
    return text.rstrip("#").rstrip(" ") or text


def cleaned(value: Any, name: str) -> Any:
    """YAML values without control characters, which its escapes can write. Raises KnowledgeError where aliases repeat values without end."""
    left = [_MOST_VALUES]

    def clean(item: Any, depth: int) -> Any:
        left[0] -= 1
        if left[0] < 0 or depth > DEEPEST:
            raise KnowledgeError(name, "is nested too deeply, or repeats its values by aliases", "write the values out")
        if isinstance(item, str):
            return without_controls(item)
        if isinstance(item, dict):
            return {clean(key, depth + 1): clean(entry, depth + 1) for key, entry in item.items()}
        return [clean(entry, depth + 1) for entry in item] if isinstance(item, list) else item

    return clean(value, 0)


def article(text: str, name: str, layer: Layer) -> Document:
    """A shipped article. Raises KnowledgeError naming the file and what its front matter lacks."""
    front, body = split_front_matter(text, name)
    missing, unknown = _ARTICLE_KEYS - set(front), set(front) - _ARTICLE_KEYS
    if missing or unknown:
        words = f"lacks {', '.join(sorted(missing))}" if missing else f"has the unknown key {', '.join(sorted(unknown))}"
        raise KnowledgeError(name, f"front matter {words}", f"use exactly {', '.join(sorted(_ARTICLE_KEYS))}")
    questions, asked_under = _questions(front["questions"], body, name)
    return Document(
        document_id=str(front["id"]),
        layer=layer,
        kind="paraphrase",
        subject=front["subject"],
        title=str(front["title"]),
        text=body,
        sections=markdown_sections(body),
        sources=tuple(_source(entry, name) for entry in front["sources"]),
        address=str(front["id"]),
        tags=tuple(str(tag) for tag in front["tags"]),
        questions=questions,
        asked_under=asked_under,
    )


def _questions(raw: Any, body: str, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The questions of an article with the heading that answers each. Raises KnowledgeError for a heading that the article does not have."""
    if not isinstance(raw, dict) or not all(isinstance(asked, list) for asked in raw.values()):
        raise KnowledgeError(
            name, "questions is not a mapping of headings", "write each heading with the questions that its section answers below it"
        )
    headings = {heading for heading, _, _ in markdown_headings(body)}
    lost = next((heading for heading in raw if heading not in headings), None)
    if lost is not None:
        raise KnowledgeError(f"{name}: questions", f"{lost!r} is no heading of the article", f"use one of {', '.join(sorted(headings))}")
    pairs = [(str(question), str(heading)) for heading, asked in raw.items() for question in asked]
    return tuple(question for question, _ in pairs), tuple(heading for _, heading in pairs)


def glossary_terms(text: str, name: str = "glossary.yaml") -> list[Term]:
    """The glossary's entries. Raises KnowledgeError naming the entry that is not usable."""
    return glossary_terms_from(parse_yaml(text, name), name)


def glossary_terms_from(entries: Sequence[Any], name: str) -> list[Term]:
    """Terms from their mappings. Raises KnowledgeError naming the entry that is not usable."""
    terms = []
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, dict) or not entry.get("term") or not entry.get("definition"):
            raise KnowledgeError(f"{name}, entry {number}", "needs term and definition", "see the entries above it")
        reference = entry.get("reference")
        terms.append(
            Term(
                term=entry["term"],
                expansion=entry.get("expansion"),
                aliases=tuple(entry.get("aliases") or ()),
                definition=_folded(entry["definition"]),
                in_method=_folded(entry["in_method"]) if entry.get("in_method") else None,
                paragraphs=tuple(entry.get("paragraphs") or ()),
                reference=None if reference is None else Source(title=reference["title"], url=reference.get("url")),
                computed=entry.get("computed", True),
                reason=_folded(entry["reason"]) if entry.get("reason") else None,
                defined_by_source=entry.get("defined_by_source", False),
            )
        )
    return terms


def glossary_document(terms: list[Term], method: Source) -> Document:
    """The shipped glossary as a document.

    A definition cites its reference, the method's source when that is what defines the term, or the
    program's own notes; what the method says of a term cites its source with the paragraphs that use it.
    """
    text, sections, sources = terms_text(terms, method, GLOSSARY_NOTES)
    return Document(
        document_id="glossary",
        layer="shipped",
        kind="paraphrase",
        subject="glossary",
        title="Glossary",
        text=text,
        sections=sections,
        sources=(GLOSSARY_NOTES, *sources),
        address="glossary",
        tags=("glossary",),
    )


def terms_text(terms: Sequence[Term], method: Source, notes: Source) -> tuple[str, tuple[Section, ...], tuple[Source, ...]]:
    """Terms as a text with a section for each definition, for what is in the method, and why it is not computed; a source a section."""
    text = ""
    headings: list[tuple[str, int, int]] = []
    sources: list[Source] = []
    for term in terms:
        for heading, body, source in _entries(term, method, notes):
            headings.append((heading, len(text), len(text) + len(heading)))
            sources.append(replace(source, headings=(heading,)))
            text += f"{heading}\n\n{body}\n\n"
    return text, sections_from(text, headings), tuple(sources)


def _entries(term: Term, method: Source, notes: Source) -> list[tuple[str, str, Source]]:
    """Heading, text and source of each part of a term's entry."""
    name = term.term if term.expansion is None else f"{term.term} ({term.expansion})"
    in_source = replace(method, paragraphs=term.paragraphs)
    defined_by = in_source if term.defined_by_source else term.reference or notes
    found = [(name, term.definition, defined_by)]
    if term.in_method is not None:
        found.append((f"{term.term} in ALVH", term.in_method, in_source))
    if term.reason is not None:
        found.append((f"{term.term} in this program", term.reason, notes))
    return found


def example_questions(text: str, name: str) -> tuple[str, ...]:
    """A list of questions. Raises KnowledgeError for a file of another form."""
    raw = parse_yaml(text, name)
    if not isinstance(raw, dict) or set(raw) != {"questions"} or not all(isinstance(question, str) for question in raw["questions"] or ()):
        raise KnowledgeError(name, "needs exactly the key questions, with texts", "see the shipped file")
    return tuple(dict.fromkeys(_folded(question) for question in raw["questions"]))


def silence_entries(text: str, name: str = "silences.yaml") -> list[Silence]:
    """The list of silences. Raises KnowledgeError naming the entry that is not usable."""
    raw = parse_yaml(text, name)
    if not isinstance(raw, dict) or set(raw) != {"groups", "silences"}:
        raise KnowledgeError(name, "needs exactly the keys groups and silences", "see the shipped file")
    return silence_entries_from(raw["silences"] or [], raw["groups"], name)


def silence_entries_from(entries: Sequence[Any], groups: Mapping[str, list[str]], name: str) -> list[Silence]:
    """Silences from their mappings, with the named groups of words. Raises KnowledgeError naming the entry that is not usable."""
    found = []
    for number, entry in enumerate(entries, 1):
        try:
            found.append(
                Silence(
                    id=entry["id"],
                    subject=entry["subject"],
                    questions=tuple(entry["questions"]),
                    terms=tuple(_word_group(group, groups) for group in entry["terms"]),
                    parameters=tuple(entry["parameters"]),
                    nearest=(entry["nearest"]["document_id"], entry["nearest"]["heading"]),
                )
            )
        except (KeyError, TypeError) as error:
            raise KnowledgeError(f"{name}, entry {number}", f"lacks {error}", "give id, subject, questions, terms, parameters and nearest") from error
    return found


def _word_group(words: list[Any], groups: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Words of a group in lower case; `$name` stands for a named group."""
    found: list[str] = []
    for word in words:
        found += groups[str(word)[1:]] if str(word).startswith("$") else [str(word).lower()]
    return tuple(found)


def _source(entry: Mapping[str, Any], name: str) -> Source:
    if not isinstance(entry, dict) or not set(entry) <= _SOURCE_KEYS or "title" not in entry:
        raise KnowledgeError(name, "has a source that is not usable", f"give title and any of {', '.join(sorted(_SOURCE_KEYS))}")
    date = entry.get("date")
    return Source(
        title=str(entry["title"]),
        url=entry.get("url"),
        author=entry.get("author"),
        date=None if date is None else str(date),
        paragraphs=tuple(entry.get("paragraphs") or ()),
        headings=tuple(str(heading) for heading in entry.get("headings") or ()),
    )


def _folded(text: str) -> str:
    return " ".join(str(text).split())
