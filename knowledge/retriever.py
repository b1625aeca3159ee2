"""From a question to ranked passages: lexical and dense scores, standardised and summed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from knowledge.frontmatter import Term
from knowledge.store import Store, StoredPassage
from knowledge.vector_index import VectorIndex, open_index
from knowledge.words import content_words, expansions, fts_query

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
    """Hits, best first, with the question's vector (None when no encoder is at hand) and the expansions used."""

    hits: tuple[Hit, ...]
    vector: npt.NDArray[np.float32] | None
    expansions: tuple[str, ...]


class Retriever:
    """Searches one store. Without a question's vector it searches by words alone."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._generation = store.generation
        self._index: VectorIndex = open_index(store)
        self._terms: list[Term] | None = None

    def search(self, question: str, count: int, vector: npt.NDArray[np.float32] | None) -> Found:
        """The best `count` passages for a question and its unit vector.

        Score = standardised BM25 + standardised cosine, each over all passages (those that do not match
        count as BM25 0), + how close the question is to those that the passage's document is known to
        answer, standardised over documents. Ties go to the earlier passage.
        """
        self._refresh()
        other_names = expansions(question, self._glossary())
        lexical = self._lexical(question, other_names)
        ids = self._index.ids
        rows = {int(passage_id): row for row, passage_id in enumerate(ids)}
        words = np.zeros(len(ids), dtype=np.float64)
        for passage_id, score in lexical.items():
            if passage_id in rows:
                words[rows[passage_id]] = score
        dense = np.zeros(len(ids), dtype=np.float64) if vector is None else self._index.similarities(vector).astype(np.float64)
        fused = _standardised(words) + _standardised(dense) + QUESTION_WEIGHT * self._known_questions(vector)
        best = np.lexsort((ids, -fused))[:count]
        passages = self._store.passages([int(ids[row]) for row in best])
        places = {int(ids[row]): row for row in best}
        hits = tuple(Hit(p, float(fused[row]), float(dense[row]), float(words[row])) for p in passages for row in (places[p.passage_id],))
        return Found(hits, vector, tuple(other_names))

    def within(self, document_id: str, heading: str, vector: npt.NDArray[np.float32] | None) -> Found:
        """The passages under one heading of a document, scored by their cosine to a question's vector."""
        ids = self._store.passages_under(document_id, heading)
        rows = {int(passage_id): row for row, passage_id in enumerate(self._index.ids)}
        cosines = np.zeros(len(rows)) if vector is None else self._index.similarities(vector)
        hits = [
            Hit(passage, float(cosines[rows[passage.passage_id]]), float(cosines[rows[passage.passage_id]]), 0.0)
            for passage in self._store.passages(ids)
        ]
        return Found(tuple(hits), vector, ())

    def _refresh(self) -> None:
        """Take up what another process changed since."""
        if self._store.generation != self._generation:
            self._generation = self._store.generation
            self._index, self._terms = open_index(self._store), None

    def _known_questions(self, vector: npt.NDArray[np.float32] | None) -> npt.NDArray[np.float64]:
        """Per passage: the best cosine of the question to a question of its document (0 where it has none), standardised."""
        probes = self._store.probes()
        best: dict[str, float] = {}
        if vector is not None and len(probes.texts):
            for owner, kind, cosine in zip(probes.owners, probes.kinds, probes.vectors @ vector, strict=True):
                if kind != "silence":
                    best[owner] = max(best.get(owner, 0.0), float(cosine))
        known = self._store.passage_documents()
        return _standardised(np.array([best.get(known.get(int(passage_id), ""), 0.0) for passage_id in self._index.ids], dtype=np.float64))

    def _lexical(self, question: str, other_names: list[str]) -> Mapping[int, float]:
        query = fts_query(content_words(question))
        scores = dict(self._store.lexical_scores(query)) if query else {}
        extra = fts_query(other_names)
        if extra:
            for passage_id, score in self._store.lexical_scores(extra).items():
                scores[passage_id] = scores.get(passage_id, 0.0) + EXPANSION_WEIGHT * score
        return scores

    def _glossary(self) -> list[Term]:
        if self._terms is None:
            self._terms = self._store.terms()
        return self._terms


def _standardised(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    spread = float(values.std()) if len(values) else 0.0
    return (values - values.mean()) / spread if spread > 0.0 else np.zeros_like(values)
