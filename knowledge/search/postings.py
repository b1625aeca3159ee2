"""Which passages hold a word, as arrays; exact BM25 over them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge.word_records import WORD_RECORD

if TYPE_CHECKING:
    import numpy.typing as npt

K1, B = 1.2, 0.75
TITLE_WEIGHT, HEADING_WEIGHT, BODY_WEIGHT = 1.5, 1.5, 1.0
_LEAST_IDF = 1e-6


@dataclass(frozen=True, slots=True)
class Postings:
    """Words by ascending `keys`; word i stands in the passages rows[offsets[i]:offsets[i + 1]], `counts` times in title, heading and text.

    Shapes: keys (words,), offsets (words + 1,), rows (postings,), counts (postings, 3).
    """

    keys: npt.NDArray[np.uint64]
    offsets: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int32]
    counts: npt.NDArray[np.uint8]

    def of(self, key: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float64]]:
        """Rows that hold a word and its weighted frequency in each."""
        place = int(np.searchsorted(self.keys, np.uint64(key)))
        if place == len(self.keys) or int(self.keys[place]) != key:
            return np.empty(0, dtype=np.int32), np.empty(0)
        part = slice(int(self.offsets[place]), int(self.offsets[place + 1]))
        return self.rows[part], self.counts[part] @ np.array([TITLE_WEIGHT, HEADING_WEIGHT, BODY_WEIGHT])

    def flat(self) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int32], npt.NDArray[np.uint8]]:
        """Key, row and counts of every posting."""
        return np.repeat(self.keys, np.diff(self.offsets)), np.asarray(self.rows), np.asarray(self.counts)


def postings_of(words: bytes, counts: npt.NDArray[np.int64]) -> Postings:
    """Postings of passages whose word records follow one another in `words`; passage i has counts[i] of them."""
    records: npt.NDArray[Any] = np.frombuffer(words, dtype=WORD_RECORD)
    rows = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    fields = np.stack([records["title"], records["heading"], records["body"]], axis=1) if len(records) else np.empty((0, 3), dtype=np.uint8)
    return gathered(records["key"].astype(np.uint64), rows, fields)


def gathered(keys: npt.NDArray[np.uint64], rows: npt.NDArray[np.int32], counts: npt.NDArray[np.uint8]) -> Postings:
    """Postings from their keys, rows and counts, rows ascending within a word."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    first = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(ordered) else np.empty(0, dtype=np.int64)
    return Postings(ordered[first], np.r_[first, len(ordered)].astype(np.int64), rows[order], counts[order])


def norms(tokens: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """The part of BM25's denominator that depends on a passage's length alone: k1 (1 - b + b length / average length)."""
    average = float(tokens.sum()) / len(tokens) if len(tokens) else 1.0
    return np.asarray(K1 * (1.0 - B + B * tokens / (average or 1.0)), dtype=np.float64)


def idf(holding: int, passages: int) -> float:
    """Weight of a word that `holding` of `passages` hold, as SQLite's FTS5 defines it: log((n - h + 0.5) / (h + 0.5)), at least 1e-6."""
    return max(_LEAST_IDF, math.log((passages - holding + 0.5) / (holding + 0.5)))


def add_bm25(
    scores: npt.NDArray[np.float64],
    found: Sequence[tuple[npt.NDArray[np.int32], npt.NDArray[np.float64]]],
    lengths: npt.NDArray[np.float64],
    weight: float,
) -> None:
    """Add one word's part of BM25 (Robertson et al. 1994) to the scores of the passages that hold it; each row occurs once."""
    for rows, frequency in found:
        scores[rows] += weight * frequency * (K1 + 1.0) / (frequency + lengths[rows])
