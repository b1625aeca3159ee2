"""The store: the shipped layer below, the user's documents above, and nothing lost on the way."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from knowledge.base import KnowledgeBase
from knowledge.errors import KnowledgeError
from knowledge.schema import SCHEMA_VERSION
from knowledge.shipped import HERE
from knowledge.store import FILE_NAME, Store, add_document, open_store

OLD, NEW = "ALVH layers its VIX instruments in a fixed order", "ALVH stacks its VIX instruments in one fixed order"


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the shipped folder that a test may edit."""
    folder = tmp_path / "shipped"
    for name in ("articles", "vectors"):
        shutil.copytree(HERE / name, folder / name)
    for name in ("glossary.yaml", "silences.yaml"):
        shutil.copy2(HERE / name, folder / name)
    return folder


@pytest.fixture
def harbour(written):
    return written("Harbour rules", "The harbour opens at six. Ships wait in line for a pilot. Two pilots serve the port.")


def _edit(folder: Path) -> None:
    path = folder / "articles" / "layering-order.md"
    text = path.read_text(encoding="utf-8")
    assert text.count(OLD) == 1
    path.write_text(text.replace(OLD, NEW), encoding="utf-8")


def test_opening_lays_the_shipped_layer_without_encoding_anything(tmp_path, forbidden, shipped):
    with open_store(tmp_path / "base", forbidden) as store:
        assert store.document_ids() == sorted(document.document_id for document in shipped.documents)
        assert all(store.document(document.document_id) == document for document in shipped.documents)
        assert len(store.terms()) == len(shipped.terms)
        assert tuple(store.terms()) == shipped.terms
        assert tuple(store.silences().values()) == shipped.silences


def test_opening_again_changes_nothing(tmp_path, forbidden, contents):
    with open_store(tmp_path / "base", forbidden) as store:
        before = contents(store)
    with open_store(tmp_path / "base", forbidden) as store:
        assert contents(store) == before


def test_every_shipped_passage_has_its_vectors(store):
    ids, vectors = store.passage_vectors()
    assert len(ids) == store.count_passages() == len(set(ids))
    assert abs((vectors**2).sum(axis=1) - 1).max() < 1e-4
    for passage in store.passages(ids):
        assert passage.sentence_vectors.shape == (len(passage.sentences), 384)


def test_a_document_is_added_once_then_unchanged_then_replaced(store, pretend, harbour, written):
    other = written("Harbour rules", "The harbour opens at seven. Ships wait in line for a pilot.")
    assert add_document(store, harbour, pretend) == "added"
    assert store.document(harbour.document_id) == harbour
    count, generation = store.count_passages(), store.generation
    assert add_document(store, harbour, pretend) == "unchanged"
    assert (store.count_passages(), store.generation) == (count, generation)
    assert add_document(store, other, pretend) == "replaced"
    assert store.document(other.document_id).text == other.text
    assert store.generation == generation + 1


def test_an_unchanged_document_is_not_encoded_again(store, pretend, forbidden, harbour):
    add_document(store, harbour, pretend)
    assert add_document(store, harbour, forbidden) == "unchanged"


def test_a_replaced_document_is_no_longer_found_by_its_old_words(store, pretend, harbour, written):
    add_document(store, harbour, pretend)
    assert store.lexical_scores('"pilots"')
    add_document(store, written("Harbour rules", "The harbour is closed."), pretend)
    assert not store.lexical_scores('"pilots"')
    assert [text for text in store.probes().texts if text == "Harbour rules"] == ["Harbour rules"]


def test_a_removed_document_leaves_nothing_behind(store, pretend, harbour, contents):
    before = contents(store)
    add_document(store, harbour, pretend)
    store.remove(harbour.document_id)
    after = contents(store)
    assert {table: rows for table, rows in after.items() if table != "meta"} == {table: rows for table, rows in before.items() if table != "meta"}


def test_an_unknown_document_is_an_error_that_names_it(store):
    for act in (store.document, store.remove):
        with pytest.raises(KnowledgeError, match="no-such-page: is not in the knowledge base"):
            act("no-such-page")


def test_a_document_that_was_added_is_there_after_reopening(tmp_path, pretend, forbidden, harbour):
    with open_store(tmp_path / "base", pretend) as store:
        add_document(store, harbour, pretend)
    with open_store(tmp_path / "base", forbidden) as store:
        assert store.document(harbour.document_id) == harbour
        assert store.lexical_scores('"pilots"')


def test_a_removed_shipped_article_stays_removed(tmp_path, forbidden, copied):
    with open_store(tmp_path / "base", forbidden, copied) as store:
        store.remove("call-layer")
    with open_store(tmp_path / "base", forbidden, copied) as store:
        assert "call-layer" not in store.document_ids()
        assert store.passages_under("call-layer", "Timing of the calls") == []
    (copied / "articles" / "etf-layer.md").touch()
    with open_store(tmp_path / "base", forbidden, copied) as store:
        assert "call-layer" not in store.document_ids()
        assert "etf-layer" in store.document_ids()


def test_an_edited_shipped_article_is_laid_again_and_only_its_changed_texts_are_encoded(tmp_path, forbidden, pretend, copied):
    open_store(tmp_path / "base", forbidden, copied).close()
    _edit(copied)
    with open_store(tmp_path / "base", pretend, copied) as store:
        assert NEW in store.document("layering-order").text
    assert len(pretend.asked) == 2
    assert all(NEW in text for text in pretend.asked)


def test_user_documents_survive_a_new_shipped_layer(tmp_path, pretend, copied, harbour):
    with open_store(tmp_path / "base", pretend, copied) as store:
        add_document(store, harbour, pretend)
        vectors = [passage.sentence_vectors.tobytes() for passage in store.passages(store.passages_under(harbour.document_id, ""))]
    _edit(copied)
    with open_store(tmp_path / "base", pretend, copied) as store:
        assert store.document(harbour.document_id) == harbour
        assert [passage.sentence_vectors.tobytes() for passage in store.passages(store.passages_under(harbour.document_id, ""))] == vectors
        assert store.lexical_scores('"pilots"')
        assert "Harbour rules" in store.probes().texts


def test_a_new_and_a_dropped_shipped_article_are_seen(tmp_path, pretend, copied):
    open_store(tmp_path / "base", pretend, copied).close()
    (copied / "articles" / "etf-layer.md").unlink()
    text = (copied / "articles" / "call-layer.md").read_text(encoding="utf-8")
    (copied / "articles" / "second-call-layer.md").write_text(text.replace("id: call-layer", "id: second-call-layer"), encoding="utf-8")
    with open_store(tmp_path / "base", pretend, copied) as store:
        assert "second-call-layer" in store.document_ids()
        assert "etf-layer" not in store.document_ids()


def _foreign_text(path: Path) -> None:
    path.write_text("My shopping list\nmilk\n" * 20, encoding="utf-8")


def _foreign_database(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE accounts (name TEXT)")
    connection.execute("INSERT INTO accounts VALUES ('mine')")
    connection.commit()
    connection.close()


def _later_version(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.execute("CREATE TABLE meta (key TEXT)")
    connection.commit()
    connection.close()


@pytest.mark.parametrize("write", [_foreign_text, _foreign_database, _later_version])
def test_a_file_that_is_no_store_of_this_program_is_refused_and_left_as_it_was(tmp_path, forbidden, write):
    path = tmp_path / FILE_NAME
    write(path)
    before = path.read_bytes()
    with pytest.raises(KnowledgeError, match=r"knowledge\.sqlite3.*another folder"):
        open_store(tmp_path, forbidden)
    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == [FILE_NAME]


@pytest.mark.parametrize("kept", [50, 4096, 0.5])
def test_a_truncated_store_is_refused_with_a_remedy_and_left_as_it_was(tmp_path, pretend, forbidden, kept):
    open_store(tmp_path, pretend).close()
    path = tmp_path / FILE_NAME
    content = path.read_bytes()
    content = content[: kept if isinstance(kept, int) else int(len(content) * kept)]
    path.write_bytes(content)
    with pytest.raises(KnowledgeError, match=r"knowledge\.sqlite3.*move it away, or name another folder"):
        open_store(tmp_path, forbidden)
    assert path.read_bytes() == content


def test_a_store_with_overwritten_pages_is_an_error_that_names_it(tmp_path):
    first = KnowledgeBase(tmp_path)
    first.close()
    path = tmp_path / FILE_NAME
    content = path.read_bytes()
    path.write_bytes(content[: 30 * 4096] + b"\xa5" * (len(content) - 30 * 4096))
    with pytest.raises(KnowledgeError, match=r"knowledge\.sqlite3"):
        KnowledgeBase(tmp_path).ask("What is contango?")


def test_a_folder_in_the_place_of_the_store_is_refused(tmp_path, forbidden):
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(KnowledgeError, match=r"knowledge\.sqlite3"):
        open_store(tmp_path, forbidden)


def test_an_uncreatable_folder_is_served_from_memory(tmp_path, forbidden, shipped):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with open_store(tmp_path / "file" / "base", forbidden) as store:
        assert store.folder is None
        assert len(store.document_ids()) == len(shipped.documents)


def test_a_read_only_folder_is_served_from_memory(tmp_path, forbidden, shipped, monkeypatch):
    def refuse(path: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "touch", refuse)
    with open_store(tmp_path, forbidden) as store:
        assert store.folder is None
        assert len(store.document_ids()) == len(shipped.documents)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_reported_as_added_to_a_base_that_lives_in_memory(tmp_path, harbour):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    base = KnowledgeBase(tmp_path / "file" / "base")
    assert base.store.folder is None
    with pytest.raises(KnowledgeError, match="file"):
        base.add(harbour)


def _failing_after_one_passage(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    insert = Store._insert

    def partial(self, document, passage_vectors, sentence_vectors):
        def one():
            yield sentence_vectors[0]
            raise error

        insert(self, document, passage_vectors, one())

    monkeypatch.setattr(Store, "_insert", partial)


@pytest.mark.parametrize(
    ("error", "seen"), [(RuntimeError("power cut"), RuntimeError), (sqlite3.OperationalError("database or disk is full"), KnowledgeError)]
)
@pytest.mark.parametrize("known", [False, True])
def test_an_addition_that_fails_midway_leaves_the_store_unchanged(store, pretend, written, contents, monkeypatch, error, seen, known):
    long = written("Long page", "\n\n".join("Sentence with nine words about the harbour and pilots. " * 6 for _ in range(4)))
    if known:
        add_document(store, written("Long page", "An earlier text of the page."), pretend)
    before = contents(store)
    with monkeypatch.context() as patched:
        _failing_after_one_passage(patched, error)
        with pytest.raises(seen):
            add_document(store, long, pretend)
    assert contents(store) == before
    assert add_document(store, long, pretend) == ("replaced" if known else "added")
    assert len(store.passages_under(long.document_id, "")) > 1


def test_one_store_reads_while_another_on_the_same_folder_adds(tmp_path, pretend, harbour):
    with open_store(tmp_path, pretend) as reader, open_store(tmp_path, pretend) as writer:
        before = reader.document_ids()
        reader._connection.execute("BEGIN")
        assert reader.document_ids() == before
        assert add_document(writer, harbour, pretend) == "added"
        assert reader.document_ids() == before
        reader._connection.execute("COMMIT")
        assert reader.document_ids() == sorted([*before, harbour.document_id])
        assert reader.generation == writer.generation


def test_a_base_answers_after_another_process_changed_its_folder(tmp_path, written):
    here, there = KnowledgeBase(tmp_path), KnowledgeBase(tmp_path)
    here.ask("What is contango?")
    there.add(written("Contango in the harbour", "Contango makes later contracts dearer than earlier ones in the harbour."))
    there.remove("futures-layer")
    response = here.ask("What is contango?")
    assert response.in_scope
    assert all(hit.passage.document_id != "futures-layer" for hit in response.found.hits)
    here.close()
    there.close()


def test_the_overview_names_every_document_with_its_address(store, pretend, harbour):
    add_document(store, harbour, pretend)
    rows = {row["document_id"]: row for row in store.overview()}
    assert set(rows) == set(store.document_ids())
    assert rows[harbour.document_id] == {
        "document_id": harbour.document_id, "layer": "user", "kind": "original", "subject": "market", "title": "Harbour rules",
        "url": "https://www.example.com/Harbour rules", "passages": 1,
    }  # fmt: skip
    assert sum(row["passages"] for row in rows.values()) == store.count_passages()
