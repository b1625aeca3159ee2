"""A reply: what was asked, how it was understood, the answer, and what it rests on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Route = Literal["knowledge", "calculation", "both", "clarify", "refused"]
DISCLAIMER = "Educational only: no recommendation to trade. Options and futures can lose more than you expect."


@dataclass(frozen=True, slots=True)
class Understood:
    """A quantity found in the question, with its span and what it was used for (`name`, empty when unused)."""

    text: str
    start: int
    end: int
    name: str
    value: Any
    unit: str


@dataclass(frozen=True, slots=True)
class CitedSentence:
    """A sentence of a document, verbatim: document.text[start:end]."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Citation:
    """A place that sentences of the answer are from; `marker` is the number in the answer's brackets, `apa` the entry for a reference list."""

    marker: int
    document_id: str
    kind: str
    title: str
    url: str | None
    heading: str
    sentences: tuple[CitedSentence, ...]
    score: float
    source_title: str
    author: str | None
    date: str | None
    paragraphs: tuple[int, ...]
    apa: str


@dataclass(frozen=True, slots=True)
class Missing:
    """An input still needed, and the question to ask for it."""

    name: str
    unit: str
    prompt: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer, in the shape of the contract; `related` are questions to read next, `explanation` is why it stands on these documents, if asked for."""

    question: str
    route: Route
    as_of: str | None
    read_as: str | None
    understood: tuple[Understood, ...]
    answer: str
    citations: tuple[Citation, ...] = ()
    calculation: Mapping[str, Any] | None = None
    missing: tuple[Missing, ...] = ()
    assumptions: tuple[Mapping[str, Any], ...] = ()
    parameters_overridden: tuple[str, ...] = ()
    silent_on: tuple[str, ...] = ()
    conflicts: tuple[Mapping[str, Any], ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    related: tuple[str, ...] = ()
    explanation: tuple[Mapping[str, Any], ...] = ()
    warning: str | None = None
    disclaimer: str = DISCLAIMER

    @property
    def answered(self) -> bool:
        """Whether the question was answered: not refused, not asked back, not silent."""
        return self.route in ("knowledge", "calculation", "both") and not self.silent_on

    def as_json(self, *, indent: int | None = None) -> str:
        """Canonical JSON of the reply."""
        return json.dumps(asdict(self), ensure_ascii=False, allow_nan=False, indent=indent)


def reply_of(text: str) -> Reply:
    """The reply that its canonical JSON stands for. Raises ValueError or TypeError for any other text."""
    raw = json.loads(text)
    raw["understood"] = tuple(Understood(**entry) for entry in raw["understood"])
    raw["citations"] = tuple(_citation_of(entry) for entry in raw["citations"])
    raw["missing"] = tuple(Missing(**entry) for entry in raw["missing"])
    for name in ("assumptions", "parameters_overridden", "silent_on", "conflicts", "related", "explanation"):
        raw[name] = tuple(raw[name])
    return Reply(**raw)


def _citation_of(entry: dict[str, Any]) -> Citation:
    sentences = tuple(CitedSentence(**sentence) for sentence in entry["sentences"])
    return Citation(**{**entry, "sentences": sentences, "paragraphs": tuple(entry["paragraphs"])})
