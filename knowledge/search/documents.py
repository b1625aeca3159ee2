"""What a question's words and vector say of whole documents, from the rows of their passages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from knowledge.search.index import SearchIndex
from knowledge.search.postings import K1, norms

if TYPE_CHECKING:
    import numpy.typing as npt

CHANCE_SHARE = 0.5


@dataclass(frozen=True)
class Documents:
    """The documents of an index in the order of their passages: a document's passages follow one another.

    Its arrays have one row a document, in the order of `numbers`.
    """

    index: SearchIndex

    @cached_property
    def starts(self) -> npt.NDArray[np.int64]:
        """Row of each document's first passage."""
        owners = self.index.documents
        return np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]]) if len(owners) else np.empty(0, dtype=np.int64)

    @cached_property
    def numbers(self) -> npt.NDArray[np.int64]:
        """Numbers of the documents."""
        return np.asarray(self.index.documents[self.starts])

    @cached_property
    def sizes(self) -> npt.NDArray[np.int64]:
        """How many passages each has."""
        return np.asarray(np.diff(np.r_[self.starts, len(self.index.documents)]))

    def rows(self, place: int) -> npt.NDArray[np.int64]:
        """Rows of a document's passages."""
        return np.arange(self.starts[place], self.starts[place] + self.sizes[place])

    def places(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The documents that some passages belong to, each once."""
        return np.unique(self._places[rows])

    def words(self, keys: Sequence[int]) -> npt.NDArray[np.float64]:
        """BM25 of each document as one text for some words (see `word_records.query_keys`)."""
        scores = np.zeros(len(self.starts))
        for key in keys:
            rows, frequency = self.index.postings(key)
            if len(rows):
                counts = np.bincount(self._places[rows], weights=frequency, minlength=len(scores))
                scores += rarity(int((counts > 0.0).sum()), len(scores)) * counts * (K1 + 1.0) / (counts + self._norms)
        return scores

    def coverage(self, keys: Sequence[int]) -> npt.NDArray[np.float64]:
        """Of each document's passages the largest share of a question's words that one holds, rare words counting more, 0 to 1."""
        covered, total = np.zeros(len(self.index.ids)), 0.0
        for key in keys:
            rows, _ = self.index.postings(key)
            weight = rarity(len(rows), len(covered))
            covered[rows] += weight
            total += weight
        return self.best(covered) / (total or 1.0)

    def meaning(self, cosines: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Of each document the best cosine of its passages, less half of what the best of so many would gain by chance.

        The best of n normal values lies about sqrt(2 ln n) standard deviations above their mean (Cramér 1946): without this a long
        document comes near everything.
        """
        gain = np.sqrt(2.0 * np.log(self.sizes + 1.0))
        return self.best(cosines) - CHANCE_SHARE * float(cosines.std()) * gain if len(cosines) else np.empty(0)

    def best(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """The largest value among each document's passages."""
        return np.asarray(np.maximum.reduceat(values, self.starts)) if len(values) else np.empty(0)

    @cached_property
    def _places(self) -> npt.NDArray[np.int64]:
        return np.repeat(np.arange(len(self.starts)), self.sizes)

    @cached_property
    def _norms(self) -> npt.NDArray[np.float64]:
        tokens = self.index.tokens
        return norms(np.add.reduceat(tokens, self.starts)) if len(tokens) else np.empty(0)


def rarity(holding: int, of: int) -> float:
    """Weight of a word that `holding` of `of` texts hold: log(1 + (n - h + 0.5) / (h + 0.5)), above 0 for every word (Lucene's BM25Similarity)."""
    return math.log(1.0 + (of - holding + 0.5) / (holding + 0.5))
