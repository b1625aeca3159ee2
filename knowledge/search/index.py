"""Exact search over all passages of a store: segments derived from it, files kept for the large ones, and what was added since.

Every change of the store costs work in proportion to what is new: new passages become a segment of their own, and
segments are merged only when the later one has grown to a share of the earlier.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from knowledge.encoding.protocol import Vectors
from knowledge.errors import KnowledgeError
from knowledge.search.postings import add_bm25, idf, norms
from knowledge.search.segment import Segment, merged, name_of, read_rows, read_segment, write_segment
from knowledge.storage.store import Store

if TYPE_CHECKING:
    import numpy.typing as npt

FAISS_FROM_PASSAGES = 20_000
KEPT_FROM_PASSAGES = 512
MERGED_FROM_SHARE = 0.25
MOST_SEGMENTS = 12
DRAFT_SECONDS = 600.0


class SearchIndex:
    """The passages of one generation of a store. All arrays that it gives have one row a passage, in the order of `ids`."""

    def __init__(self, segments: Sequence[Segment], forgotten: Sequence[int], generation: int) -> None:
        self.segments, self.generation = tuple(segments), generation
        self.forgotten = np.array(sorted(forgotten), dtype=np.int64)

    @cached_property
    def ids(self) -> npt.NDArray[np.int64]:
        """Ids of the passages, ascending."""
        return self._all("ids")[self._alive]

    @cached_property
    def documents(self) -> npt.NDArray[np.int64]:
        """Number of each passage's document."""
        return self._all("documents")[self._alive]

    @cached_property
    def tokens(self) -> npt.NDArray[np.int64]:
        """Length of each passage in tokens."""
        return self._all("tokens")[self._alive]

    def postings(self, key: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        """Rows of the passages that hold a word (see `word_records.query_keys`), and its weighted frequency in each."""
        found = self._holding(key)
        rows = np.concatenate([rows for rows, _ in found]).astype(np.int64)
        if not isinstance(self._alive, slice):
            rows = np.searchsorted(self._alive, rows)
        return rows, np.concatenate([frequency for _, frequency in found])

    def similarities(self, vector: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Cosine of a unit vector to every passage's, float32; the same bits however the passages lie in segments."""
        many = len(self.ids) >= FAISS_FROM_PASSAGES
        return np.concatenate([_products(segment.vectors, vector, many) for segment in self.segments])[self._alive]

    def lexical(self, keys: Sequence[int]) -> npt.NDArray[np.float64]:
        """BM25 of every passage for some words (see `word_records.query_keys`), 0 where none occurs."""
        scores = np.zeros(len(self._every_alive))
        for key in keys:
            found = self._holding(key)
            holding = sum(len(rows) for rows, _ in found)
            add_bm25(scores, found, self._norms, idf(holding, len(self.ids)))
        return scores[self._alive]

    def holding(self, key: int) -> int:
        """How many passages hold a word."""
        return sum(len(rows) for rows, _ in self._holding(key))

    def known_questions(self, vector: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """For every passage the best cosine of a question to those that its document is known to answer, at least 0."""
        numbers, owners, places = self._known
        best = np.zeros(len(numbers))
        products = np.concatenate([_products(segment.probe_vectors, vector, False) for segment in self.segments])
        usable = owners >= 0
        np.maximum.at(best, owners[usable], products[usable].astype(np.float64))
        return best[places]

    def row_of(self, passage_ids: Sequence[int]) -> npt.NDArray[np.int64]:
        """Rows of passages by id; every id has to be there."""
        return np.searchsorted(self.ids, np.array(passage_ids, dtype=np.int64))

    @cached_property
    def _every_alive(self) -> npt.NDArray[np.bool_]:
        return ~np.isin(self._all("documents"), self.forgotten)

    @cached_property
    def _alive(self) -> npt.NDArray[np.int64] | slice:
        return slice(None) if self._every_alive.all() else np.flatnonzero(self._every_alive)

    @cached_property
    def _norms(self) -> npt.NDArray[np.float64]:
        """BM25's length norms, of all rows; the average is over those that are alive."""
        tokens = self._all("tokens")
        whole = np.zeros(len(tokens))
        whole[self._alive] = norms(tokens[self._alive])
        return whole

    @cached_property
    def _known(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """The documents' numbers, for each known question the place of its document among them (-1: none), for each passage the same."""
        numbers, places = np.unique(self.documents, return_inverse=True)
        asked = np.concatenate([segment.probe_documents for segment in self.segments])
        owners = np.searchsorted(numbers, asked)
        there = owners < len(numbers)
        there[there] = numbers[owners[there]] == asked[there]
        return numbers, np.where(there, owners, -1), places

    def _holding(self, key: int) -> list[tuple[npt.NDArray[np.int32], npt.NDArray[np.float64]]]:
        found = []
        begin = 0
        for segment in self.segments:
            rows, frequency = segment.postings.of(key)
            rows = rows + np.int32(begin)
            if not isinstance(self._alive, slice):
                alive = self._every_alive[rows]
                rows, frequency = rows[alive], frequency[alive]
            found.append((rows, frequency))
            begin += len(segment)
        return found

    def _all(self, name: str) -> npt.NDArray[np.int64]:
        return np.concatenate([getattr(segment, name) for segment in self.segments])


def open_index(store: Store) -> SearchIndex:
    """The index of a store's present content: what is kept in files, and the rest from the store. Large rests are kept in their turn."""
    index = _grown(store, kept_segments(store))
    folder = _folder(store)
    return _keep(folder, store, index) if folder is not None and store.writable else index


def refreshed(index: SearchIndex, store: Store) -> SearchIndex:
    """The index after others have changed the store; only what is new is read."""
    if store.generation == index.generation:
        return index
    if index.segments[0].span.space != store.space:
        return open_index(store)
    return _grown(store, index.segments)


def drop_index(store: Store) -> None:
    """Remove the kept files; they are made again when needed."""
    folder = _folder(store)
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


def kept_segments(store: Store) -> list[Segment]:
    """The segments that are kept in files and are of the present encoder."""
    folder = _folder(store)
    return [] if folder is None else _kept(folder, store)


def _grown(store: Store, segments: Sequence[Segment]) -> SearchIndex:
    with store.connection.reading():
        after, probes_after = (segments[-1].span.last, segments[-1].span.probes_last) if segments else (0, 0)
        new = read_rows(store, after, probes_after)
        generation = store.generation
        forgotten = store.forgotten_since(min(segment.span.generation for segment in (*segments, new)))
    every = [*segments, new] if len(new) or len(new.probe_documents) or not segments else list(segments)
    if len(every) > MOST_SEGMENTS:
        every = [every[0], merged(every[1:], np.array(forgotten, dtype=np.int64))]
    return SearchIndex(every, forgotten, generation)


def _kept(folder: Path, store: Store) -> list[Segment]:
    """Segments that follow one another from the first passage on; damaged or foreign ones are left out, since all are derived."""
    found: dict[tuple[int, int], Segment] = {}
    for name, token in sorted(store.segment_tokens().items()):
        try:
            segment = read_segment(folder / name, token)
        except (OSError, ValueError, EOFError, TypeError, KeyError):
            continue
        if segment.span.space == store.space:
            begin = (segment.span.after, segment.span.probes_after)
            if begin not in found or found[begin].span.last < segment.span.last:
                found[begin] = segment
    chain: list[Segment] = []
    begin = (0, 0)
    while begin in found:
        chain.append(found.pop(begin))
        begin = (chain[-1].span.last, chain[-1].span.probes_last)
    return chain


def _keep(folder: Path, store: Store, index: SearchIndex) -> SearchIndex:
    """Write a large new segment to files, merged with the ones before it that it has outgrown; without room the index stays in memory."""
    segments = list(index.segments)
    if len(segments[-1]) < KEPT_FROM_PASSAGES:
        return index
    while len(segments) > 1 and len(segments[-1]) >= MERGED_FROM_SHARE * len(segments[-2]):
        segments[-2:] = [merged(segments[-2:], index.forgotten)]
    names = [name_of(segment.span) for segment in segments]
    grown = SearchIndex(segments, index.forgotten.tolist(), index.generation)
    try:
        token = write_segment(folder, segments[-1])
        store.keep_segments({name: kept for name, kept in store.segment_tokens().items() if name in names} | {names[-1]: token})
    except (OSError, KnowledgeError):
        return grown
    for path in folder.iterdir():
        if path.name not in names and not (path.name.startswith("draft-") and _is_fresh(path)):
            shutil.rmtree(path, ignore_errors=True)
    return grown


def _is_fresh(path: Path) -> bool:
    """Whether another process may still be writing a draft."""
    try:
        return time.time() - path.stat().st_mtime < DRAFT_SECONDS
    except OSError:
        return True


def _folder(store: Store) -> Path | None:
    return None if store.folder is None else store.folder / "index"


def _products(vectors: Vectors, vector: npt.NDArray[np.float32], many: bool) -> npt.NDArray[np.float32]:
    """Inner product of each row, row by row, so that a row's product does not depend on its neighbours, as it would in a matrix product."""
    if not many:
        return np.asarray(np.einsum("ij,j->i", vectors, vector), dtype=np.float32)
    import faiss

    products = np.empty(len(vectors), dtype=np.float32)
    rows, query = np.ascontiguousarray(vectors), np.ascontiguousarray(vector)
    faiss.fvec_inner_products_ny(  # type: ignore[attr-defined]  # exported, not in the stubs
        faiss.swig_ptr(products), faiss.swig_ptr(query), faiss.swig_ptr(rows), rows.shape[1], len(rows)
    )
    return products
