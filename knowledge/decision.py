"""Answering, declaring silence and refusing as one decision, calibrated on labelled questions."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from knowledge.answer import Answer
from knowledge.documents import Document, Silence
from knowledge.encoding.model import MODEL_IDENTITY
from knowledge.encoding.protocol import Vectors
from knowledge.leaning import fitted, leaning, left_out
from knowledge.question_kind import asks_for_now, asks_for_number
from knowledge.search.documents import rarity
from knowledge.search.retriever import Found
from knowledge.shipped import shipped_vectors
from knowledge.storage.store import ProbeRows, Store
from knowledge.word_records import index_tokens, query_keys, stem_of
from knowledge.words import STOP_WORDS, content_words, tokens

if TYPE_CHECKING:
    import numpy.typing as npt

    from knowledge.search.retriever import Retriever

FILE = Path(__file__).parent / "decision.json"
NAMED_FROM = 0.50
MOST_NEAR = 60
Verdict = Literal["answered", "silent", "elsewhere"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a question stands to example questions (closest cosines): of articles, of silences, of what the program does not answer.

    `silence` is the closest one whose words occur in it, `near` the silences' questions that come closest; `leaning`: to the silent side
    or the answered one by all examples together (see `leaning.leaning`).
    """

    stated: float
    silent: float
    elsewhere: float
    silence: Silence | None
    near: tuple[str, ...]
    leaning: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for an answer and against one.

    `closest`: the closest passage; `sentence`: the closest sentence of the answer; `stated`: the closest question that an article answers;
    `silent`, `elsewhere`: the closest that is known not to be answered (all cosines). `leaning`: to the silent side or the answered one.
    `silent_words`: the largest share of its words in a question that is known to be silent; `known`: share of the question's words that any
    document holds; `covered`: the largest share that one passage holds; `found`: the share in the passages found of documents on the
    method; rare words count more in each. `now`: whether it asks for a present or coming event, which no document can state.
    `asks_number`, `numberless`: whether it asks for a number, and the answer's sentences then hold none.
    `added_closest`, `added_sentence`, `added_covered`: the same of the passages found in documents that the user added; 0 without one.
    """

    closest: float
    sentence: float
    stated: float
    silent: float
    elsewhere: float
    known: float
    covered: float
    found: float
    now: float
    silent_words: float
    leaning: float
    asks_number: float
    numberless: float
    added_closest: float
    added_sentence: float
    added_covered: float


class Silences:
    """What one generation of a base says is and is not answered, with the vectors of the questions that ask for it."""

    def __init__(self, store: Store) -> None:
        self.generation = store.generation
        self._weights_without: dict[frozenset[str], tuple[Vectors, npt.NDArray[np.float64]]] = {}
        self._default_encoder = store.encoder_identity == MODEL_IDENTITY
        self._entries = store.silences()
        self._stated, self._silent, self._elsewhere = (store.probe_rows([kind]) for kind in ("article", "silence", "elsewhere"))

    def standing(self, question: str, vector: npt.NDArray[np.float32], without: frozenset[str] = frozenset()) -> Standing:
        """Compare a question with the examples; a silence is named only if its words occur in the question.

        `without` leaves out the examples of these texts, so that an example can be judged by the others.
        """
        words = f" {' '.join(tokens(question))} "
        stated, silent, elsewhere = (_cosines(probes, vector, without) for probes in (self._stated, self._silent, self._elsewhere))
        order = np.argsort(-silent, kind="stable").tolist()
        found = None
        for place in order:
            if silent[place] < NAMED_FROM:
                break
            if _mentions(words, self._entries[self._silent.owners[place]]):
                found = self._entries[self._silent.owners[place]]
                break
        near = tuple(self._silent.texts[place] for place in order[:MOST_NEAR] if self._silent.texts[place] not in without)
        return Standing(_largest(stated), _largest(silent), _largest(elsewhere), found, near, self._leaning(vector, without))

    @cached_property
    def examples(self) -> tuple[Vectors, npt.NDArray[np.float64], tuple[str, ...]]:
        """Vectors, sides (-1 answered, 1 silent) and texts of the questions that a question leans to."""
        both = (self._stated, self._silent)
        sides = np.repeat([-1.0, 1.0], [len(probes.texts) for probes in both])
        return np.concatenate([probes.vectors for probes in both]), sides, (*self._stated.texts, *self._silent.texts)

    @cached_property
    def _weights(self) -> npt.NDArray[np.float64]:
        """The weights that ship; with another encoder they are fitted to its vectors."""
        vectors, sides, texts = self.examples
        return shipped_vectors().leanings(texts) if self._default_encoder else fitted(vectors, sides.tolist())

    def _leaning(self, vector: npt.NDArray[np.float32], without: frozenset[str]) -> float:
        if not without:
            return leaning(vector, self.examples[0], self._weights)
        if len(without) == 1:
            (text,) = without
            return self._left_out.get(text, leaning(vector, self.examples[0], self._weights))
        if without not in self._weights_without:
            vectors, sides, texts = self.examples
            others = np.array([text not in without for text in texts])
            self._weights_without[without] = vectors[others], fitted(vectors[others], sides[others].tolist())
        return leaning(vector, *self._weights_without[without])

    @cached_property
    def _left_out(self) -> dict[str, float]:
        """The leaning of each example by the others."""
        vectors, sides, texts = self.examples
        return dict(zip(texts, left_out(vectors, sides.tolist()).tolist(), strict=True))


def evidence_for(question: str, found: Found, answer: Answer, standing: Standing, retriever: Retriever, documents: dict[str, Document]) -> Evidence:
    """The evidence on a question: what was found for it, its answer, its standing; `documents` are those of the hits by id."""
    weights, known = _weights(question, retriever)
    total = math.fsum(weights.values()) or 1.0
    held: set[str] = set()
    added = []
    number = asks_for_number(question)
    said = [sentence for citation in answer.citations for sentence, _, _ in citation.sentences]
    for hit in found.hits:
        document = documents[hit.passage.document_id]
        present = weights.keys() & stems_in(f"{document.title} {hit.passage.heading} {document.text[hit.passage.start : hit.passage.end]}")
        held |= present if document.subject in ("method", "glossary") else set()
        if document.layer == "user" and found.vector is not None:
            added.append((hit.dense, _largest(hit.passage.sentence_vectors @ found.vector), _share(present, weights, total)))
    return Evidence(
        closest=found.closest,
        sentence=answer.closeness,
        stated=standing.stated,
        silent=standing.silent,
        elsewhere=standing.elsewhere,
        known=_share(known, weights, total),
        covered=found.covered,
        found=_share(held, weights, total),
        now=float(asks_for_now(question)),
        silent_words=max((_share(weights.keys() & stems_in(text), weights, total) for text in standing.near), default=0.0),
        leaning=standing.leaning,
        asks_number=float(number),
        numberless=float(number and not any(character.isdigit() for sentence in said for character in sentence)),
        added_closest=max((values[0] for values in added), default=0.0),
        added_sentence=max((values[1] for values in added), default=0.0),
        added_covered=max((values[2] for values in added), default=0.0),
    )


@dataclass(frozen=True, slots=True)
class Rule:
    """A calibrated yes or no: log-odds are `intercept` + the weighted evidence, yes from `threshold` on.

    `risk`: share of the questions it was fitted on that are no and lie above, or, where the opposite is the worse mistake, that are yes and lie below.
    """

    intercept: float
    weights: dict[str, float]
    threshold: float
    risk: float

    def log_odds(self, evidence: Evidence) -> float:
        """Log-odds of yes."""
        return self.intercept + math.fsum(weight * getattr(evidence, name) for name, weight in self.weights.items())

    def holds(self, evidence: Evidence) -> bool:
        """Whether it is yes."""
        return self.log_odds(evidence) >= self.threshold


@dataclass(frozen=True, slots=True)
class Decision:
    """Three rules: is the question on something `elsewhere`, does it ask what the method is `silent` on, do `added` documents state it all the same."""

    elsewhere: Rule
    silent: Rule
    added: Rule

    def verdict(self, evidence: Evidence) -> Verdict:
        """Answered, or what it is instead. A silence is what the shipped documents do not state: only an added one can end it."""
        if self.elsewhere.holds(evidence):
            return "elsewhere"
        ended = evidence.added_sentence > 0.0 and self.added.holds(evidence)
        return "silent" if self.silent.holds(evidence) and not ended else "answered"


@cache
def shipped_decision() -> Decision:
    """The decision that ships, see `tests/benchmarks/abstention.py`."""
    raw = json.loads(FILE.read_text(encoding="utf-8"))
    return Decision(*(Rule(**raw[field.name]) for field in fields(Decision)))


def _weights(question: str, retriever: Retriever) -> tuple[dict[str, float], set[str]]:
    """The stems of a question's words, stop words left out, with their rarity; and those that occur."""
    passages = len(retriever.index.ids)
    weights, known = {}, set()
    for token in (token for word in content_words(question) for token in index_tokens(word) if token not in STOP_WORDS):
        holding = retriever.index.holding(query_keys([token])[0])
        weights[stem_of(token)] = rarity(holding, passages)
        known |= {stem_of(token)} if holding else set()
    return weights, known


def _share(stems: Collection[str], weights: Mapping[str, float], total: float) -> float:
    """The weight of some stems in all; summed exactly, since the order of a set differs between processes."""
    return math.fsum(weights[stem] for stem in stems) / total


@lru_cache(maxsize=5_000)
def stems_in(text: str) -> frozenset[str]:
    """Stems of all words of a text."""
    return frozenset(stem_of(token) for token in index_tokens(text))


def _mentions(words: str, silence: Silence) -> bool:
    return all(any(_occurs(words, word) for word in group) for group in silence.terms)


def _occurs(words: str, word: str) -> bool:
    if word == "#":
        return any(character.isdigit() for character in words)
    return f" {' '.join(tokens(word))} " in words


def _cosines(probes: ProbeRows, vector: npt.NDArray[np.float32], without: frozenset[str]) -> npt.NDArray[np.float32]:
    cosines: npt.NDArray[np.float32] = probes.vectors @ vector
    if without:
        cosines[[text in without for text in probes.texts]] = 0.0
    return cosines


def _largest(cosines: npt.NDArray[np.float32]) -> float:
    return float(cosines.max()) if len(cosines) else 0.0
