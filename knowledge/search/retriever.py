"""From a question to ranked passages: what words and vectors say of each document, standardised and summed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from knowledge.documents import Term
from knowledge.search.documents import Documents
from knowledge.search.index import SearchIndex, open_index, refreshed
from knowledge.storage.store import Store, StoredPassage
from knowledge.word_records import query_keys
from knowledge.words import content_words, expansions

if TYPE_CHECKING:
    import numpy.typing as npt

EXPANSION_WEIGHT = 0.2
WORDS_WEIGHT, COVERAGE_WEIGHT, MEANING_WEIGHT, KNOWN_WEIGHT = 0.6, 1.0, 0.8, 0.3
SENTENCE_WEIGHT, ORIGINAL_WEIGHT = 12.0, 1.0
PASSAGE_WEIGHT = 0.5
CANDIDATE_DOCUMENTS = 20
PASSAGES_A_DOCUMENT = 6
_SENTENCE_SOFTNESS = 0.05


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found: its fused score, and two of the values it is made of (`dense` is a cosine, `lexical` BM25)."""

    passage: StoredPassage
    score: float
    dense: float
    lexical: float


@dataclass(frozen=True, slots=True)
class Found:
    """Hits, best first, with the question's vector (None when no encoder is at hand) and the expansions used.

    `closest`: the question's best cosine to any passage; `stated`: to a question that a document is known to answer.
    """

    hits: tuple[Hit, ...]
    vector: npt.NDArray[np.float32] | None
    expansions: tuple[str, ...]
    closest: float = 0.0
    stated: float = 0.0


class Retriever:
    """Searches one store. Without a question's vector it searches by words alone."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.index: SearchIndex = open_index(store)
        self._documents = Documents(self.index)
        self._terms: list[Term] | None = None

    def search(self, question: str, count: int, vector: npt.NDArray[np.float32] | None, documents: int = CANDIDATE_DOCUMENTS) -> Found:
        """The best `count` passages of the best documents for a question and its unit vector; ties go to the earlier passage.

        A document's score is the weighted sum of standardised values (BM25 of its words, the largest share of the question's words
        that one passage holds, its closest passage, the closest question it is known to answer), of how close its sentences come, and of
        its standing: what the user added is an original, what ships is a paraphrase. A passage has its document's score, less
        what it falls behind the document's best passage.
        """
        self.refresh()
        other_names = expansions(question, self.glossary())
        keys = query_keys(content_words(question))
        words = self.index.lexical(keys)
        dense = np.zeros(len(words)) if vector is None else self.index.similarities(vector).astype(np.float64)
        known = np.zeros(len(words)) if vector is None else self.index.known_questions(vector)
        scores = self._document_scores(keys, query_keys(other_names), dense, known)
        hits = self._hits(best_rows(scores, documents), scores, words, dense, vector)
        return Found(hits[:count], vector, tuple(other_names), _largest(dense), _largest(known))

    def _document_scores(
        self, keys: list[int], extra: list[int], dense: npt.NDArray[np.float64], known: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.float64]:
        """What can be said of every document from its words and its passages' vectors."""
        of = self._documents
        words = of.words(keys) + (EXPANSION_WEIGHT * of.words(extra) if extra else 0.0)
        return (
            WORDS_WEIGHT * standardised(words)
            + COVERAGE_WEIGHT * standardised(of.coverage(keys))
            + MEANING_WEIGHT * standardised(of.meaning(dense))
            + KNOWN_WEIGHT * standardised(of.best(known))
        )

    def _hits(
        self,
        places: npt.NDArray[np.int64],
        scores: npt.NDArray[np.float64],
        words: npt.NDArray[np.float64],
        dense: npt.NDArray[np.float64],
        vector: npt.NDArray[np.float32] | None,
    ) -> tuple[Hit, ...]:
        """The best passages of some documents, scored with their sentences, best first."""
        strength = standardised(words) + standardised(dense)
        rows = [self._documents.rows(place) for place in places]
        rows = [some[best_rows(strength[some], PASSAGES_A_DOCUMENT)] for some in rows]
        found = self._store.passages(self.index.ids[np.concatenate(rows)].tolist()) if rows else []
        passages = {passage.passage_id: passage for passage in found}
        hits = []
        for place, some in zip(places, rows, strict=True):
            present = [
                (row, passages[number]) for row, number in zip(some.tolist(), self.index.ids[some].tolist(), strict=True) if number in passages
            ]
            if present:
                score = scores[place] + _nearness([passage for _, passage in present], vector) + ORIGINAL_WEIGHT * (present[0][1].layer == "user")
                behind = PASSAGE_WEIGHT * (strength[some] - strength[some].max())
                hits += [Hit(p, float(score + less), float(dense[row]), float(words[row])) for (row, p), less in zip(present, behind, strict=False)]
        return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.passage.passage_id)))

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
            self._documents = Documents(index)

    def glossary(self) -> list[Term]:
        """The terms of the base."""
        self.refresh()
        if self._terms is None:
            self._terms = self._store.terms()
        return self._terms


def _largest(values: npt.NDArray[np.float64]) -> float:
    return float(values.max()) if len(values) else 0.0


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


def _nearness(passages: Sequence[StoredPassage], vector: npt.NDArray[np.float32] | None) -> float:
    """How close the sentences of some passages come to a question: the soft maximum of their cosines, the closest counting most."""
    if vector is None:
        return 0.0
    cosines = np.concatenate([passage.sentence_vectors @ vector for passage in passages]).astype(np.float64)
    return SENTENCE_WEIGHT * _SENTENCE_SOFTNESS * float(np.log(np.exp(cosines / _SENTENCE_SOFTNESS).mean())) if len(cosines) else 0.0
