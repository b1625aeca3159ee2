"""Writing knowledge by hand: skeletons to fill in, and what is wrong with a file, line by line."""

from __future__ import annotations

import bisect
import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from knowledge.documents import without_controls
from knowledge.errors import KnowledgeError
from knowledge.files import bytes_of
from knowledge.frontmatter import markdown_headings, split_front_matter
from knowledge.ingest import PLACEHOLDER
from knowledge.ingest.encodings import decoded
from knowledge.parsing import line_too_deep
from knowledge.passages import is_complete, sentences_of

Kind = Literal["article", "terms", "silences"]
_LONGEST_PROBLEM = 300
_LONG_FILE = 200_000
_SHIPPED_GLOSSARY = "glossary.yaml"  # a list of terms; files of users name it terms
_LINE_ENDS = re.compile(r"\r\n?")
_NULL = "tag:yaml.org,2002:null"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that keeps a file from being added, or from being cited well."""

    path: Path
    line: int
    problem: str
    remedy: str


def skeleton(kind: Kind, title: str) -> str:
    """The text of a file to fill in; every place to fill in says so."""
    return _SKELETONS[kind].replace("@title@", json.dumps(" ".join(without_controls(title).split()) or f"{PLACEHOLDER}: a title", ensure_ascii=False))


def problems_of(path: Path, places: Collection[tuple[str, str]] | None = None) -> list[Problem]:
    """What is wrong with an article (Markdown with front matter), a glossary, a list of silences or a notes file, in the order of lines.

    `places`: the (document id, heading) pairs that a silence may name as its nearest; None: that is not looked at.
    """
    try:
        text = _LINE_ENDS.sub("\n", decoded(bytes_of(path), path))
    except KnowledgeError as error:
        return [Problem(path, 1, error.problem, error.remedy)]
    found = list(_placeholders(path, text))
    if path.suffix.lower() in (".yaml", ".yml"):
        found += _yaml_problems(path, text, places)
    else:
        found += _article_problems(path, text)
    return sorted(set(found), key=lambda problem: (problem.line, problem.problem))


def _placeholders(path: Path, text: str) -> Iterator[Problem]:
    for number, line in enumerate(text.split("\n"), 1):
        if PLACEHOLDER in line:
            yield Problem(path, number, f"still says {PLACEHOLDER}", "replace it, or delete the line")
        if without_controls(line) != line:
            yield Problem(path, number, "holds control characters", "delete them")


class _Fields:
    """A mapping in YAML with the line of each key, and the problems found on the way."""

    def __init__(self, path: Path, offset: int = 0) -> None:
        self.path, self._offset, self.found = path, offset, list[Problem]()

    def say(self, node: Any, problem: str, remedy: str) -> None:
        words = (_clean(text) for text in (problem, remedy))
        self.found.append(Problem(self.path, node.start_mark.line + 1 + self._offset, *words))

    def mapping(self, node: Any, what: str, known: dict[str, str], needed: Sequence[str]) -> dict[str, Any]:
        """The values of a mapping by key; `known` gives each key its kind: text, texts, mapping, list, date, url, switch."""
        if node.id != "mapping":
            self.say(node, f"{what} is not a mapping", "write key: value lines")
            return {}
        values: dict[str, Any] = {}
        for key, value in node.value:
            if key.id != "scalar":
                self.say(key, f"{what} has a key that is not a word", f"use {', '.join(known)}")
                continue
            if key.value in values:
                self.say(key, f"{what} has {key.value} twice", "delete one of them")
            if key.value not in known:
                self.say(key, f"{what} has the unknown key {key.value}", f"use {', '.join(known)}")
                continue
            if value.tag == _NULL:
                continue
            values[key.value] = value
            self._kind(value, f"{key.value} of {what}", known[key.value])
        for name in needed:
            if name not in values:
                self.say(node, f"{what} lacks {name}", f"add {name}:")
        return values

    def _kind(self, node: Any, what: str, kind: str) -> None:
        if kind == "list" and node.id != "sequence":
            self.say(node, f"{what} is not a list", "write each entry on a line that begins with -")
        elif kind == "texts" and (node.id != "sequence" or any(entry.id != "scalar" for entry in node.value)):
            self.say(node, f"{what} is not a list of texts", "write [one, other], or [] for none")
        elif kind == "mapping" and node.id != "mapping":
            self.say(node, f"{what} is not a mapping", "write key: value lines")
        elif kind in ("text", "url", "date", "switch") and (node.id != "scalar" or not str(node.value).strip()):
            self.say(node, f"{what} is not a text", "write one line of text, in quotation marks if it holds a colon")
        elif kind == "url" and not re.fullmatch(r"https?://\S+", node.value):
            self.say(node, f"{what} is no address of the web", "write it with https://, or delete it")
        elif kind == "date" and not _is_date(node.value):
            self.say(node, f"{what} is no date", "write it as 2026-05-09")
        elif kind == "switch" and node.value not in ("true", "false"):
            self.say(node, f"{what} is neither true nor false", "write true or false")


def _clean(text: str) -> str:
    """A text of a problem on one line; keys and values of the file stand in it."""
    return " ".join(without_controls(text).split())[:_LONGEST_PROBLEM]


def _words(node: Any) -> list[str]:
    """The keys of a mapping that are words."""
    return [key.value for key, _ in node.value if key.id == "scalar"] if node is not None and node.id == "mapping" else []


def _entries(node: Any) -> list[Any]:
    """The entries of a list; none of anything else, which is a problem of its own."""
    return list(node.value) if node is not None and node.id == "sequence" else []


_SOURCE = {"title": "text", "url": "url", "author": "text", "date": "date", "paragraphs": "texts", "headings": "texts"}
_TERM = {
    "term": "text", "expansion": "text", "aliases": "texts", "definition": "text", "in_method": "text", "paragraphs": "texts",
    "reference": "mapping", "computed": "switch", "reason": "text", "defined_by_source": "switch",
}  # fmt: skip
_SILENCE = {"id": "text", "subject": "text", "questions": "texts", "terms": "list", "parameters": "texts", "nearest": "mapping"}
_SHIPPED_ARTICLE = {"id": "text", "title": "text", "subject": "text", "sources": "list", "tags": "texts", "questions": "mapping"}
_OWN_ARTICLE = {"title": "text", "url": "url", "author": "text", "date": "date", "tags": "texts"}


def _yaml_problems(path: Path, text: str, places: Collection[tuple[str, str]] | None) -> list[Problem]:
    fields = _Fields(path)
    node = _composed(fields, text, 0)
    if node is None:
        return fields.found
    if node.id == "sequence":
        if path.name != _SHIPPED_GLOSSARY:
            fields.say(node, "the file is a list", "write terms: above it")
        _terms(fields, node)
        return fields.found
    values = fields.mapping(node, "the file", {"title": "text", "terms": "list", "groups": "mapping", "silences": "list"}, ())
    if not {"terms", "silences"} & set(values):
        fields.say(node, "the file has neither terms nor silences", "`alvh knowledge new FILE.yaml` writes a skeleton")
    if not (_entries(values.get("terms")) or _entries(values.get("silences"))):
        fields.say(node, "the file has no entries", "write at least one term or silence")
    if "terms" in values:
        _terms(fields, values["terms"])
    if "silences" in values:
        _silences(fields, values["silences"], values.get("groups"), places)
    return fields.found


def _terms(fields: _Fields, node: Any) -> None:
    names: dict[str, int] = {}
    for entry in _entries(node):
        values = fields.mapping(entry, "a term", _TERM, ("term", "definition"))
        if "term" in values:
            _once(fields, values["term"], names, "the term")
        if "definition" in values and values["definition"].id == "scalar" and not is_complete(values["definition"].value):
            fields.say(values["definition"], "the definition does not end as a sentence", "end it with a full stop")
        if "reference" in values and values["reference"].id == "mapping":
            fields.mapping(values["reference"], "the reference", _SOURCE, ("title",))


def _silences(fields: _Fields, node: Any, groups: Any, places: Collection[tuple[str, str]] | None) -> None:
    named = set(_words(groups))
    ids: dict[str, int] = {}
    for name, words in groups.value if groups is not None and groups.id == "mapping" else []:
        if words.id != "sequence" or any(word.id != "scalar" for word in words.value):
            fields.say(name, "a group is not a list of words", "write name: [one, other]")
    for entry in _entries(node):
        values = fields.mapping(entry, "a silence", _SILENCE, tuple(_SILENCE))
        if "id" in values:
            _once(fields, values["id"], ids, "the silence")
            if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", str(values["id"].value)):
                fields.say(values["id"], "the id of a silence is not of small letters, digits and hyphens", "write it as in lamp-level")
        if "nearest" in values and values["nearest"].id == "mapping":
            _nearest(fields, values["nearest"], places)
        if "questions" in values and not values["questions"].value:
            fields.say(values["questions"], "a silence has no questions", "write at least two ways to ask")
        for group in _entries(values.get("terms")):
            for word in _entries(group):
                if word.id != "scalar":
                    fields.say(word, "a word of a silence's terms is a list or a mapping", "write - [one, other]")
                elif word.value.startswith("$") and word.value[1:] not in named:
                    fields.say(word, f"the group {word.value} is not named under groups", "name it there, or write the words")
            if group.id != "sequence":
                fields.say(group, "terms of a silence is not a list of lists", "write - [one, other]")


def _nearest(fields: _Fields, node: Any, places: Collection[tuple[str, str]] | None) -> None:
    found = fields.mapping(node, "nearest", {"document_id": "text", "heading": "text"}, ("document_id", "heading"))
    place = tuple(str(found[name].value) for name in ("document_id", "heading") if name in found)
    if places is not None and len(place) == 2 and place not in places:
        remedy = "`alvh knowledge list` shows the ids, `alvh knowledge show ID` the headings"
        fields.say(node, f"nearest names {place[0]}, {place[1]!r}, which the base does not hold", remedy)


def _article_problems(path: Path, text: str) -> list[Problem]:
    match = re.match(r"\A---\n(.*?)\n---\n", text, re.DOTALL)
    if match is None:
        return [*_problems_of_toml(path, text)]
    fields = _Fields(path, offset=1)
    node = _composed(fields, match.group(1), 1)
    if node is not None:
        shipped = "id" in _words(node)
        known = _SHIPPED_ARTICLE if shipped else _OWN_ARTICLE
        values = fields.mapping(node, "the front matter", known, tuple(known) if shipped else ("title",))
        for source in _entries(values.get("sources")):
            fields.mapping(source, "a source", _SOURCE, ("title",))
        _questions(fields, values.get("questions"), {heading for heading, _, _ in markdown_headings(text[match.end() :])})
    fields.found += _body_problems(path, text, match.end())
    return fields.found


def _questions(fields: _Fields, node: Any, headings: Collection[str]) -> None:
    """The questions of a shipped article, each below the heading whose section answers it."""
    if node is not None and node.id == "mapping":
        fields.mapping(node, "questions", dict.fromkeys(headings, "texts"), ())


def _problems_of_toml(path: Path, text: str) -> Iterator[Problem]:
    """What is wrong with an article whose front matter is TOML, as other programs write it; its keys are not looked at, since they are those of the other."""
    try:
        front, body = split_front_matter(text, path.name)
    except KnowledgeError as error:
        line = re.search(r"line (\d+)$", error.field)
        yield Problem(path, int(line.group(1)) if line else 1, error.problem, error.remedy)
        return
    if body == text:
        yield Problem(path, 1, "has no front matter", "begin with --- and key: value lines, as `alvh knowledge new FILE.md` writes them")
        return
    if "title" not in front:
        yield Problem(path, 1, "the front matter has no title", "add it")
    yield from _body_problems(path, text, len(text) - len(body))


def _body_problems(path: Path, text: str, start: int) -> Iterator[Problem]:
    """Headings that stand twice or over nothing, and sentences that do not end."""
    headings: dict[str, int] = {}
    breaks = [match.start() for match in re.finditer("\n", text)]
    sections = [(begin, after, heading) for heading, begin, after in markdown_headings(text[start:])]
    ends = [*(begin for begin, _, _ in sections[1:]), len(text) - start][: len(sections)]
    if not text[start:].strip():
        yield Problem(path, _line_of(breaks, start), "has no text below its front matter", "write at least one sentence")
    for (begin, after, heading), end in zip(sections, ends, strict=True):
        line = _line_of(breaks, start + begin)
        if heading in headings:
            yield Problem(path, line, _clean(f"the heading {heading} stands twice (first in line {headings[heading]})"), "give it another name")
        headings.setdefault(heading, line)
        if not text[start + after : start + end].strip():
            yield Problem(path, line, _clean(f"the heading {heading} has no text"), "write a sentence below it, or delete it")
    edges = [start, *(start + begin for begin, _, _ in sections), len(text)]
    bodies = [start, *(start + after for _, after, _ in sections)]
    for begin, end in zip(bodies, edges[1:], strict=True):
        for a, b in sentences_of(text, begin, end):
            if not is_complete(text[a:b]):
                yield Problem(path, _line_of(breaks, b - 1), f"the sentence {text[a:b][:40]!r} does not end", "end it with a full stop")


def _composed(fields: _Fields, text: str, offset: int) -> Any:
    """The tree of a YAML text; None, with a problem, when it is no YAML or empty."""
    import yaml

    try:
        line = _line_too_deep(text)
        if line is not None:
            fields.found.append(Problem(fields.path, line + offset, "is nested too deeply", "write it with fewer levels"))
            return None
        # The parser in Python is slow, and tells the line of a mistake better than the one in C.
        quick = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        node = yaml.compose(text, Loader=yaml.SafeLoader if len(text) < _LONG_FILE else quick)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = " ".join(str(getattr(error, "problem", None) or "is not valid").split())
        fields.found.append(Problem(fields.path, (mark.line if mark else 0) + 1 + offset, f"is not valid YAML ({reason})", "repair the line"))
        return None
    if node is None:
        fields.found.append(Problem(fields.path, 1, "is empty", "`alvh knowledge new` writes a skeleton"))
    return node


def _line_too_deep(text: str) -> int | None:
    """The line that goes too deep, None where none does before the first mistake: the parser that names a mistake best comes later."""
    import yaml

    try:
        return line_too_deep(text)
    except yaml.YAMLError:
        return None


def _once(fields: _Fields, node: Any, seen: dict[str, int], what: str) -> None:
    if node.id != "scalar":
        return
    if node.value in seen:
        fields.say(node, f"{what} {node.value} stands twice (first in line {seen[node.value]})", "delete one of them")
    seen.setdefault(node.value, node.start_mark.line + 1)


def _is_date(text: str) -> bool:
    """Whether a text is a day, a month or a year in ISO form."""
    from datetime import date

    try:
        date.fromisoformat(f"{text}-01-01"[:10] if len(text) == 4 else f"{text}-01"[:10])
    except ValueError:
        return False
    return len(text) in (4, 7, 10)


def _line_of(breaks: Sequence[int], place: int) -> int:
    """The line of a place, from the places of the line breaks."""
    return bisect.bisect_left(breaks, place) + 1


_SKELETONS: dict[Kind, str] = {
    "article": """---
title: @title@
url: https://FILL IN   # where the text is from; delete the line if it is your own
author: FILL IN        # delete the line if it is not known
date: FILL IN          # as 2026-05-09; delete the line if it is not known
tags: []
---

## FILL IN: what the section is about

FILL IN: sentences are cited one by one, so let each name its subject and stand alone. The first one states what the section is about.
""",
    "terms": """title: @title@
terms:
  - term: FILL IN
    expansion: FILL IN    # what an abbreviation stands for; delete the line for other terms
    aliases: []           # other names, in lower case
    definition: FILL IN, as one or more full sentences.
    reference:            # where the definition is from; delete these three lines if it is your own
      title: FILL IN
      url: https://FILL IN
""",
    "silences": """title: @title@
groups:
  example: [level, threshold]   # words to use below as $example; delete the line if there are none
silences:
  - id: FILL IN
    subject: FILL IN    # completes "The documents do not state ..."
    questions:          # ways to ask for it, at least two
      - FILL IN?
      - FILL IN in other words?
    terms:              # one word of every group has to occur in a question; # is any number
      - [FILL IN]
      - [$example]
    parameters: []      # parameters of the engine that are assumed instead
    nearest: {document_id: FILL IN, heading: FILL IN}   # the closest place that is stated
""",
}
