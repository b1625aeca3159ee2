"""The index: exact, derived, and the same however the passages came in."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import tempfile
from pathlib import Path

import numpy as np
import pytest

from knowledge.search import index as index_module
from knowledge.search.index import SearchIndex, open_index, refreshed
from knowledge.search.postings import BODY_WEIGHT, HEADING_WEIGHT, TITLE_WEIGHT
from knowledge.search.retriever import Retriever
from knowledge.storage.opening import open_store
from knowledge.storage.schema import FILE_NAME
from knowledge.storage.store import Store
from knowledge.word_records import query_keys, vocabulary_of, word_record

QUESTIONS = ["What is contango?", "Which layer comes first?", "When do VIX options expire?", "How large is the futures layer?"]
WORDS = "harbour pilot ship lamp gauge contango vega hedge layer futures call strike expiry roll premium margin tide wind anchor quay".split()


@pytest.fixture
def small_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Segments of a few passages are kept in files."""
    monkeypatch.setattr(index_module, "KEPT_FROM_PASSAGES", 2)


def _pages(written, count: int, seed: int = 1):
    chance = random.Random(seed)
    return [written(f"Page {number}", " ".join(chance.choices(WORDS, k=30)).capitalize() + ".") for number in range(count)]


def _folders(store: Store) -> list[str]:
    folder = store.folder / "index"
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def _fts_scores(store: Store, query: str) -> dict[int, float]:
    """BM25 by SQLite's FTS5 over the same passages: an independent reckoning."""
    oracle = sqlite3.connect(":memory:")
    oracle.execute("CREATE VIRTUAL TABLE t USING fts5 (title, heading, body, tokenize = 'porter unicode61')")
    rows = store.connection.rows('SELECT passage_id, title, heading, text, start, "end" FROM passages JOIN documents USING (document_number)')
    for passage_id, title, heading, text, start, end in rows:
        oracle.execute("INSERT INTO t (rowid, title, heading, body) VALUES (?, ?, ?, ?)", (passage_id, title, heading, text[start:end]))
    weights = (TITLE_WEIGHT, HEADING_WEIGHT, BODY_WEIGHT)
    found = oracle.execute("SELECT rowid, -bm25(t, ?, ?, ?) FROM t WHERE t MATCH ?", (*weights, query)).fetchall()
    return dict(found)


def _same(one: SearchIndex, other: SearchIndex, vector) -> None:
    """Two indexes give the same bits for the same passages."""
    assert np.array_equal(one.documents, other.documents)
    assert np.array_equal(one.similarities(vector), other.similarities(vector))
    assert np.array_equal(one.lexical(query_keys(["harbour", "pilot", "hedge"])), other.lexical(query_keys(["harbour", "pilot", "hedge"])))
    assert np.array_equal(one.known_questions(vector), other.known_questions(vector))


@pytest.mark.parametrize("words", [["contango"], ["vix", "futures"], ["layer", "first", "hedge"], ["expiration", "Wednesday"], ["unheard"]])
def test_scores_of_words_are_those_of_fts5(store, words):
    index = open_index(store)
    expected = _fts_scores(store, " OR ".join(f'"{word}"' for word in words))
    scores = dict(zip(index.ids.tolist(), index.lexical(query_keys(words)).tolist(), strict=True))
    assert {passage: score for passage, score in scores.items() if score > 0} == pytest.approx(expected, rel=1e-9)


def test_scores_of_words_are_those_of_fts5_after_additions_and_removals(store, pretend, written, add_to, small_segments):
    pages = _pages(written, 9)
    for page in pages:
        add_to(store, page, pretend)
        open_index(store)
    for page in pages[::3]:
        store.remove(page.document_id)
    index = open_index(store)
    expected = _fts_scores(store, '"harbour" OR "hedge"')
    scores = dict(zip(index.ids.tolist(), index.lexical(query_keys(["harbour", "hedge"])).tolist(), strict=True))
    assert {passage: score for passage, score in scores.items() if score > 0} == pytest.approx(expected, rel=1e-9)


def test_similarities_are_the_cosines_of_the_stored_vectors(store, quick):
    rows, index = store.index_rows(), open_index(store)
    vector = quick.encode(QUESTIONS[:1])[0]
    assert index.ids.tolist() == rows.ids.tolist()
    assert index.similarities(vector) == pytest.approx(rows.vectors @ vector, abs=1e-6)
    assert index.similarities(rows.vectors[7]).argmax() == 7


def test_faiss_and_numpy_give_the_same_cosines(store, quick, monkeypatch):
    index = open_index(store)
    for vector in quick.encode(QUESTIONS):
        plain = index.similarities(vector)
        monkeypatch.setattr(index_module, "FAISS_FROM_PASSAGES", 1)
        assert index.similarities(vector) == pytest.approx(plain, abs=1e-6)
        monkeypatch.undo()


@pytest.mark.parametrize("faiss_from", [1, 10**9])
def test_the_scores_do_not_depend_on_how_the_passages_came_in(tmp_path, pretend, written, open_laid, add_to, small_segments, monkeypatch, faiss_from):
    monkeypatch.setattr(index_module, "FAISS_FROM_PASSAGES", faiss_from)
    pages = _pages(written, 30)
    vector = pretend.encode(["anything"])[0]
    with open_laid(tmp_path / "one", pretend) as one, open_laid(tmp_path / "other", pretend) as other:
        for page in pages:
            add_to(one, page, pretend)
        for number, page in enumerate(pages):
            add_to(other, page, pretend)
            if number % 4 == 0:
                open_index(other)
        assert len(open_index(other).segments) > 1
        _same(open_index(one), open_index(other), vector)


def test_an_index_that_follows_the_store_is_the_one_that_is_opened_anew(store, pretend, written, add_to):
    vector = pretend.encode(["anything"])[0]
    index = open_index(store)
    pages = _pages(written, 16)
    for number, page in enumerate(pages):
        add_to(store, page, pretend)
        index = refreshed(index, store)
        if number % 5 == 4:
            store.remove(pages[number - 2].document_id)
            index = refreshed(index, store)
        _same(index, open_index(store), vector)
    assert len(index.segments) <= index_module.MOST_SEGMENTS


def test_following_reads_only_what_is_new(store, pretend, written, add_to, monkeypatch):
    index = open_index(store)
    add_to(store, written("Harbour", "The harbour opens at six."), pretend)
    read = []
    rows = Store.index_rows
    monkeypatch.setattr(Store, "index_rows", lambda self, after=0: read.append(after) or rows(self, after))
    assert len(refreshed(index, store).ids) == len(index.ids) + 1
    assert read == [int(index.ids[-1])]


def test_a_kept_segment_is_read_and_not_made_again(store, small_segments, monkeypatch):
    last = int(open_index(store).ids[-1])
    assert len(_folders(store)) == 1
    asked = []
    rows = Store.index_rows
    monkeypatch.setattr(Store, "index_rows", lambda self, after=0: asked.append(after) or rows(self, after))
    assert len(open_index(store).ids) == store.count_passages()
    assert asked == [last]


def test_a_small_base_keeps_no_files(store):
    open_index(store)
    assert _folders(store) == []


def test_segments_are_merged_when_a_later_one_has_grown(store, pretend, written, add_to, small_segments):
    open_index(store)
    for page in _pages(written, 80):
        add_to(store, page, pretend)
        assert len(open_index(store).segments) <= 8
    kept = _folders(store)
    assert 1 <= len(kept) <= 6


def test_passages_of_forgotten_documents_are_dropped_when_segments_are_merged(store, pretend, written, add_to, small_segments):
    pages = _pages(written, 6)
    for page in pages:
        add_to(store, page, pretend)
    open_index(store)
    store.remove(pages[0].document_id)
    for page in _pages(written, 400, seed=2):
        store.remove(page.document_id) if page.document_id in store.document_ids() else add_to(store, page, pretend)
    index = open_index(store)
    assert sum(len(segment) for segment in index.segments) == len(index.ids) == store.count_passages()


@pytest.mark.parametrize("harm", ["empty", "missing", "short", "format"])
def test_a_damaged_segment_is_made_again(store, small_segments, harm):
    vector = np.ones(384, dtype=np.float32) / 384**0.5
    before = open_index(store).similarities(vector)
    folder = store.folder / "index" / _folders(store)[0]
    if harm == "empty":
        (folder / "ids.npy").write_bytes(b"")
    elif harm == "missing":
        (folder / "vectors.npy").unlink()
    elif harm == "short":
        np.save(folder / "tokens.npy", np.load(folder / "tokens.npy")[:-1])
    else:
        about = json.loads((folder / "segment.json").read_text(encoding="utf-8"))
        (folder / "segment.json").write_text(json.dumps(about | {"format": 0}), encoding="utf-8")
    assert np.array_equal(open_index(store).similarities(vector), before)


def test_an_index_of_another_base_is_not_used(store, small_segments, tmp_path, pretend, written, open_laid, add_to):
    with open_laid(tmp_path / "other", pretend) as other:
        for page in _pages(written, 5):
            add_to(other, page, pretend)
        open_index(other)
        shutil.copytree(other.folder / "index", store.folder / "index", dirs_exist_ok=True)
    add_to(store, written("Harbour", "The harbour opens at six."), pretend)
    assert open_index(store).ids.tolist() == store.index_rows().ids.tolist()


def test_an_index_that_has_outrun_a_restored_base_is_not_used(tmp_path, pretend, written, open_laid, add_to, small_segments):
    pages = _pages(written, 12)
    open_laid(tmp_path / "base", pretend).close()
    shutil.copy(tmp_path / "base" / FILE_NAME, tmp_path / "copy.sqlite3")
    with open_laid(tmp_path / "base", pretend) as store:
        for page in pages[:6]:
            add_to(store, page, pretend)
        open_index(store)
    shutil.copy(tmp_path / "copy.sqlite3", tmp_path / "base" / FILE_NAME)
    with open_laid(tmp_path / "base", pretend) as store:
        for page in pages[6:]:
            add_to(store, page, pretend)
        rows, index = store.index_rows(), open_index(store)
        assert np.array_equal(index.similarities(rows.vectors[-1]), np.einsum("ij,j->i", rows.vectors, rows.vectors[-1]))


def test_old_drafts_are_deleted_and_fresh_ones_of_another_process_are_not(store, small_segments, monkeypatch):
    (store.folder / "index" / "draft-other").mkdir(parents=True)
    open_index(store)
    assert "draft-other" in _folders(store)
    shutil.rmtree(store.folder / "index" / _folders(store)[0])
    monkeypatch.setattr(index_module, "DRAFT_SECONDS", -1.0)
    open_index(store)
    assert "draft-other" not in _folders(store)


def test_a_base_in_memory_has_an_index_too(tmp_path, pretend, open_laid, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    with open_laid(tmp_path / "base", pretend) as store:
        assert len(open_index(store).ids) == store.count_passages()


def test_an_index_that_cannot_be_written_is_held_in_memory(store, small_segments, monkeypatch):
    def refuse(path: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "mkdir", refuse)
    assert len(open_index(store).ids) == store.count_passages()
    assert not (store.folder / "index").exists()


def test_an_empty_base_is_searched_without_an_error(tmp_path):
    with open_store(tmp_path) as store:
        assert Retriever(store).search("anything", 5, None).hits == ()


def test_a_word_record_counts_title_heading_and_text_by_stem():
    record, tokens = word_record("Layered layers", "The layer", "Hedges of the layer, hedging.")
    assert tokens == 2 + 2 + 5
    assert sorted(tuple(row)[1:] for row in record.tolist()) == [(0, 0, 1), (0, 0, 2), (0, 1, 1), (2, 1, 1)]
    assert vocabulary_of("Layered layers", "", "the VIX at 25") == {"layered", "layers", "vix"}
