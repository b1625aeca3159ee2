"""Exact search over passage vectors: a derived file beside the store, rebuilt whenever it is not of the present content."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from knowledge.encoder import Vectors
from knowledge.store import Store

if TYPE_CHECKING:
    import numpy.typing as npt

FAISS_FROM_PASSAGES = 20_000


class VectorIndex(Protocol):
    """Similarity of one vector to every passage."""

    ids: npt.NDArray[np.int64]

    def similarities(self, vector: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Cosine similarity to every passage, shape (passages,), in the order of `ids`."""


class MatrixIndex:
    """One numpy product over a memory-mapped matrix."""

    def __init__(self, ids: npt.NDArray[np.int64], vectors: Vectors) -> None:
        self.ids, self._vectors = ids, vectors

    def similarities(self, vector: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """See `VectorIndex`."""
        return np.asarray(self._vectors @ vector, dtype=np.float32)


class FaissIndex:
    """faiss `IndexFlatIP`, exact, on one thread; imported only for bases that are large enough to gain from it."""

    def __init__(self, ids: npt.NDArray[np.int64], index: Any) -> None:
        self.ids, self._index = ids, index

    def similarities(self, vector: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """See `VectorIndex`."""
        scores, rows = self._index.search(vector[None, :], len(self.ids))
        found = np.empty(len(self.ids), dtype=np.float32)
        found[rows[0]] = scores[0]
        return found


def open_index(store: Store, faiss_from: int = FAISS_FROM_PASSAGES) -> VectorIndex:
    """The index of a store's present content, from its file when it is current, else built and written."""
    if store.folder is None:
        ids, vectors = store.passage_vectors()
        return MatrixIndex(np.array(ids, dtype=np.int64), vectors)
    folder = store.folder / "index" / str(store.generation)
    if not folder.is_dir():
        try:
            _write(folder, *store.passage_vectors(), faiss_from)
        except OSError:
            ids, vectors = store.passage_vectors()
            return MatrixIndex(np.array(ids, dtype=np.int64), vectors)
    try:
        return _read(folder)
    except (OSError, ValueError, EOFError, RuntimeError):  # a damaged file: it is derived, so it is made again
        import shutil

        shutil.rmtree(folder, ignore_errors=True)
        _write(folder, *store.passage_vectors(), faiss_from)
        return _read(folder)


def _read(folder: Path) -> VectorIndex:
    ids = np.load(folder / "ids.npy")
    if (folder / "vectors.faiss").is_file():
        import faiss

        faiss.omp_set_num_threads(1)
        return FaissIndex(ids, faiss.read_index(str(folder / "vectors.faiss")))
    return MatrixIndex(ids, np.load(folder / "vectors.npy", mmap_mode="r"))


def _write(folder: Path, ids: list[int], vectors: Vectors, faiss_from: int) -> None:
    """Write into a folder of another name, then rename: a folder that is there is complete."""
    import shutil
    import tempfile

    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=folder.parent, prefix="draft-"))
    np.save(draft / "ids.npy", np.array(ids, dtype=np.int64))
    if len(ids) >= faiss_from:
        import faiss

        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        faiss.write_index(index, str(draft / "vectors.faiss"))
    else:
        np.save(draft / "vectors.npy", vectors)
    try:
        draft.rename(folder)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
        if not folder.is_dir():
            raise
    for old in folder.parent.iterdir():
        if old != folder:
            shutil.rmtree(old, ignore_errors=True)
