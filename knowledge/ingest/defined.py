"""Definitions that pages hold: under a Definition heading, and in attributes that leaked into the text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from knowledge.documents import Section, Term, without_controls

_ATTRIBUTE = re.compile(r'"[\s\u00a0]{1,20}(?:class|data-[a-z]{1,40}|href|title)="')
_TAG_EDGE = re.compile(r"[<>]")
_LONGEST_TAG = 4000
_LONGEST_WORD = 80
_LONGEST_TERM = 120
_DEFINED = re.compile(r'data-term="([^"<>]{1,120})"[^<>]{0,200}?data-def="([^"<>]{1,2000})"')
_ABBREVIATION = r"[A-Z][A-Za-z0-9/&-]{1,11}"
_SHORT_FIRST = re.compile(rf"({_ABBREVIATION}) \(([A-Z][^()]{{3,80}})\)$")
_LONG_FIRST = re.compile(rf"([A-Z][^()]{{3,80}}) \(({_ABBREVIATION})\)$")


def without_leaked_tags(line: str) -> str:
    """A line without the rests of tags that leaked into it: `word" class="x" data-def="...">`, the word before included.

    Linear: the edge of a tag is looked for once for all attributes before it.
    """
    if '="' not in line:
        return line
    kept, end, edge = [], 0, -1
    for match in _ATTRIBUTE.finditer(line):
        if match.start() < end:
            continue
        if edge < match.end():
            found = _TAG_EDGE.search(line, match.end())
            edge = len(line) if found is None else found.start()
        if edge == len(line) or line[edge] == "<" or edge - match.end() > _LONGEST_TAG:
            continue
        kept.append(line[end : _word_start(line, end, match.start())])
        end = edge + 1
    return "".join([*kept, line[end:]])


def _word_start(line: str, lowest: int, place: int) -> int:
    """Where the word that ends at a place begins."""
    start = place
    while start > max(lowest, place - _LONGEST_WORD) and not line[start - 1].isspace() and line[start - 1] != '"':
        start -= 1
    return start


def leaked_terms(text: str) -> tuple[Term, ...]:
    """Definitions in attributes that a page was saved with, each term once."""
    if "data-def" not in text:
        return ()
    return terms_of((html.unescape(term), html.unescape(definition)) for term, definition in _DEFINED.findall(text))


def terms_of(pairs: Iterable[tuple[str, str]]) -> tuple[Term, ...]:
    """Terms from pairs of name and definition without control characters, each name once; an expansion is taken out of the name."""
    found: dict[str, Term] = {}
    for name, definition in pairs:
        term = named_term(" ".join(without_controls(name).split()), without_controls(definition))
        if term.term and term.definition:
            found[term.term] = term
    return tuple(found.values())


def defined_term(title: str, body: str, sections: tuple[Section, ...]) -> tuple[Term, ...]:
    """The term that a glossary page is about: its title, with the first paragraph under Definition."""
    section = next((section for section in sections if section.heading == "Definition"), None)
    if section is None or title.endswith("?") or len(title) > _LONGEST_TERM:
        return ()
    return (named_term(title, body[section.start : section.end].strip().split("\n\n")[0]),)


def named_term(name: str, definition: str) -> Term:
    """A term whose name may give its expansion, either way around, or whose definition gives the abbreviation that is its name."""
    text = " ".join(definition.split())
    if match := _SHORT_FIRST.fullmatch(name):
        return Term(match.group(1), text, match.group(2))
    if match := _LONG_FIRST.fullmatch(name):
        return Term(match.group(2), text, match.group(1))
    return Term(name, text, _expansion_in(name, text) if re.fullmatch(_ABBREVIATION, name) else None)


def _expansion_in(name: str, text: str) -> str | None:
    """What an abbreviation stands for, where a text says so: `Expected Daily Range (EDR)` or `EDR (Expected Daily Range)`."""
    place = text.find(f" ({name})")
    if place > 0:
        words = text[:place].split()[-len(name) - 2 :]
        for count in range(1, len(words) + 1):
            chosen = words[-count:]
            if "".join(word[0] for word in chosen if word[0].isupper()) == name.upper() and chosen[0][0].isupper():
                return " ".join(chosen)
    match = re.search(rf"\b{re.escape(name)} \(([A-Z][^()]{{3,80}})\)", text)
    return match.group(1) if match else None
