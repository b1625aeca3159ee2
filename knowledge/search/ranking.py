"""How documents and their passages are ordered for a question: weights, values, and the sum of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from knowledge.search.documents import Documents
from knowledge.storage.store import StoredPassage

if TYPE_CHECKING:
    import numpy.typing as npt

EXPANSION_WEIGHT = 0.2
WORDS_WEIGHT, COVERAGE_WEIGHT, MEANING_WEIGHT, KNOWN_WEIGHT = 0.6, 1.0, 0.8, 0.3
SENTENCE_WEIGHT, ORIGINAL_WEIGHT = 12.0, 1.0
PASSAGE_WEIGHT = 0.5
_SENTENCE_SOFTNESS = 0.05


@dataclass(frozen=True, slots=True)
class Query:
    """A question as search takes it: keys of its words and of its expansions (see `word_records.query_keys`), its unit vector or None."""

    keys: Sequence[int]
    extra: Sequence[int]
    vector: npt.NDArray[np.float32] | None


@dataclass(frozen=True)
class Signals:
    """What words and vectors say of every document and every passage of an index, for one question."""

    query: Query
    of: Documents

    @cached_property
    def lexical(self) -> npt.NDArray[np.float64]:
        """BM25 of each passage."""
        return self.of.index.lexical(self.query.keys)

    @cached_property
    def dense(self) -> npt.NDArray[np.float64]:
        """Cosine of each passage; zeros without a vector."""
        vector = self.query.vector
        return np.zeros(len(self.of.index.ids)) if vector is None else self.of.index.similarities(vector).astype(np.float64)

    @cached_property
    def known(self) -> npt.NDArray[np.float64]:
        """Of each document the question's closest cosine to those that it is known to answer."""
        vector = self.query.vector
        return np.zeros(len(self.of.starts)) if vector is None else self.of.best(self.of.index.known_questions(vector))

    @cached_property
    def words(self) -> npt.NDArray[np.float64]:
        """BM25 of each document as one text, its expansions counting less."""
        extra = EXPANSION_WEIGHT * self.of.words(self.query.extra) if self.query.extra else 0.0
        return self.of.words(self.query.keys) + extra

    @cached_property
    def coverage(self) -> npt.NDArray[np.float64]:
        """Of each document the largest share of the question's words in one passage."""
        return self.of.coverage(self.query.keys)

    @cached_property
    def meaning(self) -> npt.NDArray[np.float64]:
        """Of each document its closest passage, chance taken off."""
        return self.of.meaning(self.dense)

    @cached_property
    def documents(self) -> npt.NDArray[np.float64]:
        """Score of each document before its sentences are looked at."""
        return (
            WORDS_WEIGHT * standardised(self.words)
            + COVERAGE_WEIGHT * standardised(self.coverage)
            + MEANING_WEIGHT * standardised(self.meaning)
            + KNOWN_WEIGHT * standardised(self.known)
        )

    @cached_property
    def passages(self) -> npt.NDArray[np.float64]:
        """Strength of each passage beside the others of its document."""
        return PASSAGE_WEIGHT * (standardised(self.lexical) + standardised(self.dense))


def nearness(passages: Sequence[StoredPassage], vector: npt.NDArray[np.float32] | None) -> float:
    """How close the sentences of some passages come to a question: the soft maximum of their cosines, weighted; 0 without a vector."""
    if vector is None:
        return 0.0
    cosines = np.concatenate([passage.sentence_vectors @ vector for passage in passages]).astype(np.float64)
    return SENTENCE_WEIGHT * _SENTENCE_SOFTNESS * float(np.log(np.exp(cosines / _SENTENCE_SOFTNESS).mean())) if len(cosines) else 0.0


def standing(passage: StoredPassage) -> float:
    """What a passage's document has for being an original: what the user added is one, what ships is a paraphrase."""
    return ORIGINAL_WEIGHT if passage.layer == "user" else 0.0


def best_rows(scores: npt.NDArray[np.float64], count: int) -> npt.NDArray[np.int64]:
    """Rows of the highest scores, best first, ties by row."""
    rows = np.arange(len(scores))
    if count < len(scores):
        edge = np.partition(scores, len(scores) - count)[len(scores) - count]
        rows = np.flatnonzero(scores >= edge)
    return rows[np.lexsort((rows, -scores[rows]))][:count]


def standardised(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Values as standard deviations from their mean; zeros where all are the same."""
    spread = float(values.std()) if len(values) else 0.0
    return (values - values.mean()) / spread if spread > 0.0 else np.zeros_like(values)
