"""The quantities and facts of the method that documents may state differently: what is asked, which sentences state it, what a value looks like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, get_args

from knowledge.disagreement.values import Kind
from knowledge.disagreement.wording import Phrase, phrase_of
from knowledge.errors import KnowledgeError
from knowledge.parsing import parse_yaml

TOPICS_FILE = Path(__file__).parents[1] / "topics.yaml"
Groups = tuple[tuple[Phrase, ...], ...]

_NEEDED = frozenset({"id", "claim", "questions", "asked", "near", "values"})
_MORE = frozenset({"stated", "about", "not_asked", "not_stated", "rivals", "between", "whole_sentence", "names", "closeness", "source"})


@dataclass(frozen=True, slots=True)
class Topic:
    """One quantity or fact.

    `claim` completes "The documents disagree on ...". A question is about it when it holds a phrase of every group of `asked`, none of
    `not_asked`, and is close to one of `questions`. A sentence is when it holds one of `near`, one of every group of `stated`, none of
    `not_stated`, with its title and heading one of every group of `about`, and its cosine to one of `questions` is `closeness` or more.
    Its value is read by the first kind of `values` that gives one: the mention closest to a phrase of `near`, and closer to it than to one
    of `rivals`, with one of `between` standing between them; or all mentions with `whole_sentence`. `names` are the phrases of kinds that
    look for words, each with the name of its value, empty for phrases that are none. `cues` are the words of `near`, to search for.
    `source`: document id and heading where the method's source states it; None where the source is silent.
    """

    id: str
    claim: str
    questions: tuple[str, ...]
    asked: Groups
    near: tuple[Phrase, ...]
    values: tuple[Kind, ...]
    stated: Groups = ()
    about: Groups = ()
    not_asked: tuple[Phrase, ...] = ()
    not_stated: tuple[Phrase, ...] = ()
    cues: str = ""
    rivals: tuple[Phrase, ...] = ()
    between: tuple[Phrase, ...] = ()
    whole_sentence: bool = False
    closeness: float = 0.3
    names: Mapping[Phrase, str] = field(default_factory=dict)
    source: tuple[str, str] | None = None


@cache
def shipped_topics() -> tuple[Topic, ...]:
    """The topics that come with the program."""
    return topics_from(TOPICS_FILE.read_text(encoding="utf-8"), TOPICS_FILE.name)


def topics_from(text: str, name: str) -> tuple[Topic, ...]:
    """Topics from YAML text. Raises KnowledgeError naming the entry that is not usable."""
    raw = parse_yaml(text, name)
    if not isinstance(raw, dict) or set(raw) != {"groups", "names", "topics"}:
        raise KnowledgeError(name, "needs exactly the keys groups, names and topics", "see the shipped file")
    found = []
    for number, entry in enumerate(raw["topics"] or [], 1):
        where = f"{name}, entry {number}"
        try:
            found.append(_topic(entry, raw["groups"], raw["names"], where))
        except (KeyError, TypeError, AttributeError) as error:
            raise KnowledgeError(where, f"is not usable: {error}", "see the entries above it") from error
    if len({topic.id for topic in found}) < len(found):
        raise KnowledgeError(name, "has two topics with one id", "give each an id of its own")
    return tuple(found)


def _topic(entry: Mapping[str, Any], groups: Mapping[str, list[str]], names: Mapping[str, Any], where: str) -> Topic:
    keys = set(entry)
    if not keys >= _NEEDED or keys - _NEEDED - _MORE:
        problem = f"lacks {', '.join(sorted(_NEEDED - keys))}" if not keys >= _NEEDED else f"has the unknown key {sorted(keys - _NEEDED - _MORE)[0]}"
        raise KnowledgeError(where, problem, f"give {', '.join(sorted(_NEEDED))} and any of {', '.join(sorted(_MORE))}")
    if not set(entry["values"]) <= set(get_args(Kind)):
        raise KnowledgeError(where, f"has values {entry['values']}", f"use kinds out of {', '.join(get_args(Kind))}")
    source = entry.get("source")
    return Topic(
        id=entry["id"],
        claim=entry["claim"],
        questions=tuple(entry["questions"]),
        asked=_groups(entry["asked"], groups),
        stated=_groups(entry.get("stated", []), groups),
        values=tuple(entry["values"]),
        about=_groups(entry.get("about", []), groups),
        not_asked=_phrases(entry.get("not_asked", []), groups),
        not_stated=_phrases(entry.get("not_stated", []), groups),
        near=_phrases(entry["near"], groups),
        cues=" ".join(dict.fromkeys(" ".join(_words(entry["near"], groups)).lower().split())),
        rivals=_phrases(entry.get("rivals", []), groups),
        between=_phrases(entry.get("between", []), groups),
        closeness=entry.get("closeness", 0.3),
        whole_sentence=entry.get("whole_sentence", False),
        names=_names(names[entry["names"]]) if "names" in entry else {},
        source=(source["document_id"], source["heading"]) if source else None,
    )


def _groups(lists: Sequence[Sequence[Any]], groups: Mapping[str, list[str]]) -> Groups:
    return tuple(_phrases(words, groups) for words in lists)


def _phrases(words: Sequence[Any], groups: Mapping[str, list[str]]) -> tuple[Phrase, ...]:
    """Phrases of a list; `$name` stands for a named group."""
    return tuple(dict.fromkeys(phrase_of(word) for word in _words(words, groups)))


def _words(words: Sequence[Any], groups: Mapping[str, list[str]]) -> list[str]:
    return [entry for word in words for entry in (groups[str(word)[1:]] if str(word).startswith("$") else [str(word)])]


def _names(entries: Mapping[str, list[str]]) -> dict[Phrase, str]:
    """Each phrase with its name; the name `none` is for phrases that hold a name of the list and mean something else."""
    return {phrase_of(str(words)): "" if name == "none" else name for name, several in entries.items() for words in several}
