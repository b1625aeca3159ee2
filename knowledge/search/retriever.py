"""From a question to ranked passages: lexical and dense scores, standardised and summed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from knowledge.documents import Term
from knowledge.search.index import SearchIndex, open_index, refreshed
from knowledge.storage.store import Store, StoredPassage
from knowledge.word_records import query_keys
from knowledge.words import content_words, expansions

if TYPE_CHECKING:
    import numpy.typing as npt

EXPANSION_WEIGHT = 0.5
QUESTION_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found: its fused score, and the two it is made of (`dense` is a cosine, `lexical` BM25)."""

    passage: StoredPassage
    score: float
    dense: float
    lexical: float


@dataclass(frozen=True, slots=True)
class Found:
    """Hits, best first, with the question's vector (None when no encoder is at hand) and the expansions used.

    `stated`: the question's best cosine to one that a document is known to answer.
    """

    hits: tuple[Hit, ...]
    vector: npt.NDArray[np.float32] | None
    expansions: tuple[str, ...]
    stated: float = 0.0


class Retriever:
    """Searches one store. Without a question's vector it searches by words alone."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.index: SearchIndex = open_index(store)
        self._terms: list[Term] | None = None

    def search(self, question: str, count: int, vector: npt.NDArray[np.float32] | None) -> Found:
        """The best `count` passages for a question and its unit vector.

        Score = standardised BM25 + standardised cosine, each over all passages (those that do not match
        count as BM25 0), + how close the question is to those that the passage's document is known to
        answer, standardised over documents. Ties go to the earlier passage.
        """
        self.refresh()
        other_names = expansions(question, self.glossary())
        words = self._lexical(question, other_names)
        dense = np.zeros(len(words)) if vector is None else self.index.similarities(vector).astype(np.float64)
        known = np.zeros(len(words)) if vector is None else self.index.known_questions(vector)
        fused = standardised(words) + standardised(dense) + QUESTION_WEIGHT * standardised(known)
        best = _best(fused, count)
        passages = self._store.passages(self.index.ids[best].tolist())
        rows = self.index.row_of([passage.passage_id for passage in passages]).tolist()
        hits = tuple(Hit(p, float(fused[row]), float(dense[row]), float(words[row])) for p, row in zip(passages, rows, strict=True))
        return Found(hits, vector, tuple(other_names), float(known.max()) if len(known) else 0.0)

    def within(self, document_id: str, heading: str, vector: npt.NDArray[np.float32] | None) -> Found:
        """The passages under one heading of a document, scored by their cosine to a question's vector."""
        self.refresh()
        passages = self._store.passages(self._store.passages_under(document_id, heading))
        rows = self.index.row_of([passage.passage_id for passage in passages]).tolist()
        cosines = np.zeros(len(self.index.ids)) if vector is None else self.index.similarities(vector)
        return Found(tuple(Hit(p, float(cosines[row]), float(cosines[row]), 0.0) for p, row in zip(passages, rows, strict=True)), vector, ())

    def knows(self, word: str) -> bool:
        """Whether a word, in any of its forms, occurs in the base."""
        self.refresh()
        return any(self.index.holding(key) for key in query_keys([word]))

    def refresh(self) -> None:
        """Take up what another process changed since."""
        index = refreshed(self.index, self._store)
        if index is not self.index:
            self.index, self._terms = index, None

    def _lexical(self, question: str, other_names: list[str]) -> npt.NDArray[np.float64]:
        scores = self.index.lexical(query_keys(content_words(question)))
        extra = query_keys(other_names)
        return scores + EXPANSION_WEIGHT * self.index.lexical(extra) if extra else scores

    def glossary(self) -> list[Term]:
        """The terms of the base."""
        self.refresh()
        if self._terms is None:
            self._terms = self._store.terms()
        return self._terms


def _best(scores: npt.NDArray[np.float64], count: int) -> npt.NDArray[np.int64]:
    """Rows of the highest scores, best first, ties by row."""
    rows = np.arange(len(scores))
    if count < len(scores):
        edge = np.partition(scores, len(scores) - count)[len(scores) - count]
        rows = np.flatnonzero(scores >= edge)
    return rows[np.lexsort((rows, -scores[rows]))][:count]


def standardised(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    spread = float(values.std()) if len(values) else 0.0
    return (values - values.mean()) / spread if spread > 0.0 else np.zeros_like(values)
