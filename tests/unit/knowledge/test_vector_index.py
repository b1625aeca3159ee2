"""The index of passage vectors: derived, exact, and the same with and without faiss."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from knowledge.store import Store, add_document, open_store
from knowledge.vector_index import FaissIndex, MatrixIndex, open_index

QUESTIONS = ["What is contango?", "Which layer comes first?", "When do VIX options expire?", "How large is the futures layer?"]


def _folders(store: Store) -> list[str]:
    return sorted(path.name for path in (store.folder / "index").iterdir())


def _reopened(store: Store, **options: int) -> FaissIndex | MatrixIndex:
    shutil.rmtree(store.folder / "index", ignore_errors=True)
    return open_index(store, **options)


def test_faiss_and_the_matrix_rank_alike(store, quick):
    matrix, faiss = _reopened(store), _reopened(store, faiss_from=1)
    assert isinstance(matrix, MatrixIndex)
    assert isinstance(faiss, FaissIndex)
    assert np.array_equal(matrix.ids, faiss.ids)
    for vector in quick.encode(QUESTIONS):
        one, other = matrix.similarities(vector), faiss.similarities(vector)
        assert one == pytest.approx(other, abs=1e-6)
        assert np.array_equal(np.argsort(-one, kind="stable")[:20], np.argsort(-other, kind="stable")[:20])


def test_similarities_are_the_cosines_of_the_stored_vectors(store, quick):
    ids, vectors = store.passage_vectors()
    index = open_index(store)
    vector = quick.encode(QUESTIONS[:1])[0]
    assert index.ids.tolist() == ids
    assert index.similarities(vector) == pytest.approx(vectors @ vector, abs=1e-6)
    assert index.similarities(vectors[7]).argmax() == 7


@pytest.mark.parametrize("faiss_from", [1, 10**9])
def test_an_index_that_is_missing_is_built_again(store, pretend, faiss_from):
    vector = pretend.encode(["anything"])[0]
    first = _reopened(store, faiss_from=faiss_from).similarities(vector)
    assert np.array_equal(_reopened(store, faiss_from=faiss_from).similarities(vector), first)
    assert _folders(store) == [str(store.generation)]


def test_a_written_index_is_read_and_not_built_again(store, monkeypatch):
    open_index(store)
    monkeypatch.setattr(Store, "passage_vectors", lambda self: pytest.fail("the index was built again"))
    assert len(open_index(store).ids) == store.count_passages()


def test_old_generations_are_deleted(store, pretend, written):
    open_index(store)
    first = store.generation
    add_document(store, written("Harbour", "The harbour opens at six."), pretend)
    index = open_index(store)
    assert store.generation == first + 1
    assert _folders(store) == [str(first + 1)]
    assert len(index.ids) == store.count_passages()


def test_drafts_of_an_interrupted_process_are_deleted(store):
    (store.folder / "index" / "draft-left").mkdir(parents=True)
    open_index(store)
    assert _folders(store) == [str(store.generation)]


def test_a_damaged_index_is_built_again(store):
    open_index(store)
    (store.folder / "index" / str(store.generation) / "ids.npy").write_bytes(b"")
    assert len(open_index(store).ids) == store.count_passages()


def test_a_base_in_memory_has_an_index_too(tmp_path, pretend):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with open_store(tmp_path / "file" / "base", pretend) as store:
        assert len(open_index(store).ids) == store.count_passages()


def test_an_index_that_cannot_be_written_is_held_in_memory(store, monkeypatch):
    def refuse(path: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "mkdir", refuse)
    assert len(open_index(store).ids) == store.count_passages()
    assert not (store.folder / "index").exists()
