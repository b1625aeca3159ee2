"""Answering, declaring silence and refusing as one decision, calibrated on labelled questions."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from knowledge.citing import Answer
from knowledge.documents import Document, Place, Silence
from knowledge.encoding.protocol import Vectors
from knowledge.examples import Examples, Questions
from knowledge.leaning import FAR_SIDES
from knowledge.question_kind import asks_for_now, asks_for_number
from knowledge.search.documents import rarity
from knowledge.search.retriever import Found
from knowledge.stating import Asked, DistinctiveSpace, share_of, unit
from knowledge.storage.store import Store
from knowledge.word_records import index_tokens, query_keys, stem_of, stems_in
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

    `silence` is the closest one whose words occur in it, `near` the silences' questions that come closest. By all examples together (see
    `leaning.Sides`): `leaning`, to the silent ones from the answered ones; `outward`, to what the program does not answer from both.
    """

    stated: float
    silent: float
    elsewhere: float
    silence: Silence | None
    near: tuple[str, ...]
    leaning: float
    outward: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for an answer and against one.

    `closest`: the closest passage; `sentence`: the closest sentence of the answer; `stated`: the closest question that an article answers;
    `silent`, `elsewhere`: the closest that is known not to be answered (all cosines). `leaning`, `outward`: as in `Standing`.
    `silent_words`: the largest share of its words in a question that is known to be silent; `known`: share of the question's words that any
    document holds; `covered`: the largest share that one passage holds; `found`: the share in the passages found of documents on the
    method; rare words count more in each. `now`: whether it asks for a present or coming event, which no document can state.
    `asks_number`, `numberless`: whether it asks for a number, and the answer's sentences then hold none.
    `added`: how closely a sentence of a document that the user added states what is asked, 0 without one; `told`: how close the closest
    question that is known to be silent comes in the same space (see `stating.statement`).
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
    outward: float
    asks_number: float
    numberless: float
    added: float = 0.0
    told: float = 0.0


class Silences:
    """What one generation of a base says is and is not answered, with the vectors of the questions that ask for it."""

    def __init__(self, store: Store) -> None:
        self.generation = store.generation
        self._entries = store.silences()
        self.examples = Examples(store)
        self._stated, self._silent, self._elsewhere = self.examples.stated, self.examples.silent, self.examples.elsewhere

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
        leanings = (self.examples.sides[side].leaning(vector, without) for side in FAR_SIDES)
        return Standing(_largest(stated), _largest(silent), _largest(elsewhere), found, near, *leanings)

    def known_places(
        self, documents: Iterable[Document], vector: npt.NDArray[np.float32], without: frozenset[str] = frozenset()
    ) -> dict[Place, float]:
        """Of each section of some documents (document id, heading) the closest cosine of a question to those that it is known to answer.

        `without` leaves out the examples of these texts, as above.
        """
        found: dict[Place, float] = {}
        for document in documents:
            rows = self._rows_of_articles.get(document.document_id, ())
            if len(rows) < len(document.asked_under) or not document.asked_under:
                continue
            cosines = self._stated.vectors[list(rows)] @ vector
            for text, heading, cosine in zip(document.questions, document.asked_under, cosines.tolist(), strict=False):
                place = (document.document_id, heading)
                if text not in without and cosine > found.get(place, -1.0):
                    found[place] = cosine
        return found

    @cached_property
    def _rows_of_articles(self) -> dict[str, list[int]]:
        """The places of each article's questions among the stated ones, in the order of the article."""
        found: dict[str, list[int]] = {}
        for row, owner in enumerate(self._stated.owners):
            found.setdefault(owner, []).append(row)
        return found

    def asked(self, vector: npt.NDArray[np.float32], without: frozenset[str] = frozenset()) -> Asked:
        """What a question of this vector asks, in the space that tells the examples apart; `without` as above."""
        direction = self._space.turned(vector[np.newaxis])[0]
        cosines = self._turned @ direction
        cosines[[text in without for text in self._silent.texts]] = -1.0
        if not len(cosines):
            return Asked(self._space, direction, 0.0)
        nearest = self._silent.owners[int(np.argmax(cosines))]
        ways = [owner == nearest and cosine > -1.0 for owner, cosine in zip(self._silent.owners, cosines.tolist(), strict=True)]
        return Asked(self._space, unit(direction + unit(self._turned[ways].mean(axis=0))), float(cosines.max()))

    @cached_property
    def _space(self) -> DistinctiveSpace:
        return DistinctiveSpace(self.examples.sides["silent"].vectors)

    @cached_property
    def _turned(self) -> Vectors:
        return self._space.turned(self._silent.vectors)


def evidence_for(
    question: str, found: Found, answer: Answer, standing: Standing, retriever: Retriever, documents: Mapping[str, Document]
) -> Evidence:
    """The evidence on a question but for what added documents state: what was found for it, its answer, its standing; `documents`: those of the hits."""
    weights = rarities(question, retriever)
    held: set[str] = set()
    number = asks_for_number(question)
    said = [sentence for citation in answer.citations for sentence, _, _ in citation.sentences]
    for hit in found.hits:
        document = documents[hit.passage.document_id]
        if document.subject in ("method", "glossary"):
            held |= stems_in(f"{document.title} {hit.passage.heading} {document.text[hit.passage.start : hit.passage.end]}")
    return Evidence(
        closest=found.closest,
        sentence=answer.closeness,
        stated=standing.stated,
        silent=standing.silent,
        elsewhere=standing.elsewhere,
        known=share_of(weights, _known(question, retriever)),
        covered=found.covered,
        found=share_of(weights, held),
        now=float(asks_for_now(question)),
        silent_words=max((share_of(weights, stems_in(text)) for text in standing.near), default=0.0),
        leaning=standing.leaning,
        outward=standing.outward,
        asks_number=float(number),
        numberless=float(number and not any(character.isdigit() for sentence in said for character in sentence)),
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
    """Is the question on something `elsewhere`, and is it all the same `held` by added documents; is the method `silent` on it, and do `added` ones state it."""

    elsewhere: Rule
    held: Rule
    silent: Rule
    added: Rule

    def verdict(self, evidence: Evidence) -> Verdict:
        """Answered, or what it is instead. What the shipped documents do not answer or state, only an added one can."""
        anything_added = evidence.added > 0.0
        if self.elsewhere.holds(evidence) and not (anything_added and self.held.holds(evidence)):
            return "elsewhere"
        return "silent" if self.silent.holds(evidence) and not (anything_added and self.added.holds(evidence)) else "answered"


@cache
def shipped_decision() -> Decision:
    """The decision that ships, see `tests/benchmarks/abstention.py`."""
    raw = json.loads(FILE.read_text(encoding="utf-8"))
    return Decision(*(Rule(**raw[field.name]) for field in fields(Decision)))


def rarities(question: str, retriever: Retriever) -> dict[str, float]:
    """The stems of a question's words, stop words left out, with their rarity."""
    passages = len(retriever.index.ids)
    return {stem_of(token): rarity(retriever.index.holding(query_keys([token])[0]), passages) for token in _asked_tokens(question)}


def _known(question: str, retriever: Retriever) -> set[str]:
    return {stem_of(token) for token in _asked_tokens(question) if retriever.index.holding(query_keys([token])[0])}


def _asked_tokens(question: str) -> list[str]:
    return [token for word in content_words(question) for token in index_tokens(word) if token not in STOP_WORDS]


def _mentions(words: str, silence: Silence) -> bool:
    return all(any(_occurs(words, word) for word in group) for group in silence.terms)


def _occurs(words: str, word: str) -> bool:
    if word == "#":
        return any(character.isdigit() for character in words)
    return f" {' '.join(tokens(word))} " in words


def _cosines(probes: Questions, vector: npt.NDArray[np.float32], without: frozenset[str]) -> npt.NDArray[np.float32]:
    cosines: npt.NDArray[np.float32] = probes.vectors @ vector
    if without:
        cosines[[text in without for text in probes.texts]] = 0.0
    return cosines


def _largest(cosines: npt.NDArray[np.float32]) -> float:
    return float(cosines.max()) if len(cosines) else 0.0
