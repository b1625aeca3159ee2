"""The store: the shipped layer below, the user's documents above, and nothing lost on the way."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.base import KnowledgeBase
from knowledge.documents import address_key, user_document_id
from knowledge.errors import KnowledgeError
from knowledge.ingest import read_document
from knowledge.search.index import open_index
from knowledge.shipped import HERE
from knowledge.storage import writing
from knowledge.storage.opening import open_store
from knowledge.storage.probes import probe_texts
from knowledge.storage.schema import FILE_NAME, SCHEMA_VERSION
from knowledge.storage.store import Store
from knowledge.word_records import query_keys

OLD, NEW = "ALVH layers its VIX instruments in a fixed order", "ALVH stacks its VIX instruments in one fixed order"


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the shipped folder that a test may edit."""
    folder = tmp_path / "shipped"
    for name in ("articles", "vectors"):
        shutil.copytree(HERE / name, folder / name)
    for name in ("glossary.yaml", "silences.yaml", "elsewhere.yaml"):
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


def held(store: Store, word: str) -> int:
    """How many passages of a store are indexed under a word."""
    (key,) = query_keys([word])
    return open_index(store).holding(key)


def titles(store: Store) -> list[str]:
    return list(probe_texts(store, "title")[1])


def test_opening_lays_the_shipped_layer_without_encoding_anything(tmp_path, forbidden, shipped, open_laid):
    with open_laid(tmp_path / "base", forbidden) as store:
        assert store.document_ids() == sorted(document.document_id for document in shipped.documents)
        assert all(store.document(document.document_id) == document for document in shipped.documents)
        assert tuple(store.terms()) == shipped.terms
        assert tuple(store.silences().values()) == shipped.silences


def test_opening_again_changes_nothing(tmp_path, forbidden, contents, open_laid):
    with open_laid(tmp_path / "base", forbidden) as store:
        before = contents(store)
    with open_laid(tmp_path / "base", forbidden) as store:
        assert contents(store) == before


def test_every_shipped_passage_has_its_vectors(store):
    rows = store.index_rows()
    assert len(rows.ids) == store.count_passages() == len(set(rows.ids.tolist()))
    assert abs((rows.vectors**2).sum(axis=1) - 1).max() < 1e-4
    for passage in store.passages(rows.ids.tolist()):
        assert passage.sentence_vectors.shape == (len(passage.sentences), 384)
        assert abs((passage.sentence_vectors**2).sum(axis=1) - 1).max() < 2e-3


def test_a_document_is_added_once_then_unchanged_then_replaced(store, pretend, harbour, written, add_to):
    other = written("Harbour rules", "The harbour opens at seven. Ships wait in line for a pilot.")
    assert add_to(store, harbour, pretend) == "added"
    assert store.document(harbour.document_id) == harbour
    count, generation = store.count_passages(), store.generation
    assert add_to(store, harbour, pretend) == "unchanged"
    assert (store.count_passages(), store.generation) == (count, generation)
    assert add_to(store, other, pretend) == "replaced"
    assert store.document(other.document_id).text == other.text
    assert store.generation == generation + 1


def test_an_unchanged_document_is_not_encoded_again(store, pretend, forbidden, harbour, add_to):
    add_to(store, harbour, pretend)
    assert add_to(store, harbour, forbidden) == "unchanged"


def test_of_a_replaced_document_only_the_changed_texts_are_encoded(store, pretend, written, add_to):
    long = [f"Paragraph {number} tells of the harbour. " + "Ships wait in line for a pilot in the morning. " * 5 for number in range(4)]
    add_to(store, written("Long page", "\n\n".join(long)), pretend)
    pretend.asked.clear()
    add_to(store, written("Long page", "\n\n".join([*long[:3], long[3].replace("tells", "spoke")])), pretend)
    assert len(pretend.asked) == 2
    assert all("Paragraph 3 spoke" in text for text in pretend.asked)


def test_the_same_address_with_a_new_title_is_the_same_document(store, pretend, harbour, add_to):
    moved = replace(harbour, document_id="another-title-1", title="Another title")
    add_to(store, harbour, pretend)
    assert add_to(store, moved, pretend) == "replaced"
    assert harbour.document_id not in store.document_ids()
    assert titles(store) == ["Another title"]


def test_one_title_under_two_addresses_is_two_documents(store, pretend, harbour, add_to):
    other = replace(harbour, document_id=user_document_id(harbour.title, "https://other.example.com/x"), address="https://other.example.com/x")
    assert [add_to(store, document, pretend) for document in (harbour, other)] == ["added", "added"]


def test_a_rendering_that_says_less_of_the_same_text_takes_nothing_away(store, pretend, forbidden, harbour, add_to):
    source = replace(harbour.sources[0], author="A. Pilot", date="2026-05-09")
    add_to(store, replace(harbour, sources=(source,), tags=("harbours",)), pretend)
    assert add_to(store, harbour, forbidden) == "unchanged"
    assert store.document(harbour.document_id).sources[0].author == "A. Pilot"


def test_a_rendering_that_says_more_of_the_same_text_adds_it_without_encoding(store, pretend, forbidden, harbour, add_to):
    add_to(store, harbour, pretend)
    assert add_to(store, replace(harbour, tags=("harbours",)), forbidden) == "replaced"
    assert store.document(harbour.document_id).tags == ("harbours",)


def test_the_same_text_in_two_files_is_one_document(store, pretend, forbidden, harbour, add_to):
    source = replace(harbour.sources[0], url=None)
    first = replace(harbour, address="/notes/a.txt", sources=(source,))
    second = replace(first, address="/notes/b.txt", document_id="harbour-rules-2")
    assert add_to(store, first, pretend) == "added"
    assert add_to(store, second, forbidden) == "unchanged"
    assert "harbour-rules-2" not in store.document_ids()


def test_two_lists_of_silences_with_one_title_are_two_documents(store, pretend, add_to, tmp_path):
    text = "title: Mine\nsilences:\n  - {{id: {name}, subject: a {name}, questions: [What {name}?], terms: [[{name}]], parameters: [], nearest: {{document_id: x, heading: y}}}}\n"
    for name in ("colour", "smell"):
        (tmp_path / f"{name}.yaml").write_text(text.format(name=name), encoding="utf-8")
        assert add_to(store, read_document(tmp_path / f"{name}.yaml"), pretend) == "added"
    assert {"colour", "smell"} <= set(store.silences())
    (tmp_path / "again.yaml").write_text(text.format(name="smell"), encoding="utf-8")
    assert add_to(store, read_document(tmp_path / "again.yaml"), pretend) == "unchanged"


def test_a_replaced_document_is_no_longer_found_by_its_old_words(store, pretend, harbour, written, add_to):
    add_to(store, harbour, pretend)
    assert held(store, "pilots")
    add_to(store, written("Harbour rules", "The harbour is closed."), pretend)
    assert not held(store, "pilots")
    assert titles(store) == ["Harbour rules"]


def test_a_removed_document_leaves_nothing_behind(store, pretend, harbour, contents, add_to):
    before = contents(store)
    add_to(store, harbour, pretend)
    store.remove(harbour.document_id)
    after = contents(store)
    for name in ("meta", "forgotten"):
        before.pop(name), after.pop(name)
    assert after == before


def test_an_unknown_document_is_an_error_that_names_it(store):
    for act in (store.document, store.remove):
        with pytest.raises(KnowledgeError, match="no-such-page: is not in the knowledge base"):
            act("no-such-page")


def test_a_document_that_was_added_is_there_after_reopening(tmp_path, pretend, forbidden, harbour, open_laid, add_to):
    with open_laid(tmp_path / "base", pretend) as store:
        add_to(store, harbour, pretend)
    with open_laid(tmp_path / "base", forbidden) as store:
        assert store.document(harbour.document_id) == harbour
        assert held(store, "pilots")


def test_a_removed_shipped_article_stays_removed(tmp_path, forbidden, copied, open_laid):
    with open_laid(tmp_path / "base", forbidden, copied) as store:
        store.remove("call-layer")
    with open_laid(tmp_path / "base", forbidden, copied) as store:
        assert "call-layer" not in store.document_ids()
        assert store.passages_under("call-layer", "Timing of the calls") == []
    (copied / "articles" / "etf-layer.md").touch()
    with open_laid(tmp_path / "base", forbidden, copied) as store:
        assert "call-layer" not in store.document_ids()
        assert "etf-layer" in store.document_ids()


def test_a_removed_shipped_article_is_restored(tmp_path, shipped):
    base = KnowledgeBase(tmp_path)
    base.remove("call-layer")
    with pytest.raises(KnowledgeError, match="these were: call-layer"):
        base.restore("etf-layer")
    base.restore("call-layer")
    assert base.store.document_ids() == sorted(document.document_id for document in shipped.documents)
    base.close()


def test_an_edited_shipped_article_is_laid_again_and_only_its_changed_texts_are_encoded(tmp_path, forbidden, pretend, copied, open_laid):
    open_laid(tmp_path / "base", forbidden, copied).close()
    _edit(copied)
    with open_laid(tmp_path / "base", pretend, copied) as store:
        assert NEW in store.document("layering-order").text
    assert len(pretend.asked) == 2
    assert all(NEW in text for text in pretend.asked)


def test_an_upgrade_touches_only_the_articles_that_changed(tmp_path, forbidden, pretend, copied, open_laid):
    with open_laid(tmp_path / "base", forbidden, copied) as store:
        before = store.passages_under("etf-layer", store.document("etf-layer").sections[0].heading)
    _edit(copied)
    with open_laid(tmp_path / "base", pretend, copied) as store:
        assert store.passages_under("etf-layer", store.document("etf-layer").sections[0].heading) == before
        assert len(store.forgotten_since(0)) == 1


def test_user_documents_survive_a_new_shipped_layer(tmp_path, pretend, copied, harbour, open_laid, add_to):
    with open_laid(tmp_path / "base", pretend, copied) as store:
        add_to(store, harbour, pretend)
        vectors = [passage.sentence_vectors.tobytes() for passage in store.passages(store.passages_under(harbour.document_id, ""))]
    _edit(copied)
    with open_laid(tmp_path / "base", pretend, copied) as store:
        assert store.document(harbour.document_id) == harbour
        assert [passage.sentence_vectors.tobytes() for passage in store.passages(store.passages_under(harbour.document_id, ""))] == vectors
        assert held(store, "pilots")
        assert titles(store) == ["Harbour rules"]


def test_a_new_and_a_dropped_shipped_article_are_seen(tmp_path, pretend, copied, open_laid):
    open_laid(tmp_path / "base", pretend, copied).close()
    (copied / "articles" / "etf-layer.md").unlink()
    text = (copied / "articles" / "call-layer.md").read_text(encoding="utf-8")
    (copied / "articles" / "second-call-layer.md").write_text(text.replace("id: call-layer", "id: second-call-layer"), encoding="utf-8")
    with open_laid(tmp_path / "base", pretend, copied) as store:
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
def test_a_file_that_is_no_store_of_this_program_is_refused_and_left_as_it_was(tmp_path, write):
    path = tmp_path / FILE_NAME
    write(path)
    before = path.read_bytes()
    with pytest.raises(KnowledgeError, match=r"knowledge\.sqlite3.*another folder"):
        open_store(tmp_path)
    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == [FILE_NAME]


@pytest.mark.parametrize(("kept", "words"), [(0, "is empty"), (50, "is not a knowledge store"), (4096, "cut off.*repair"), (0.5, "cut off.*repair")])
def test_a_truncated_store_is_refused_with_a_remedy_and_left_as_it_was(tmp_path, pretend, open_laid, kept, words):
    open_laid(tmp_path, pretend).close()
    path = tmp_path / FILE_NAME
    content = path.read_bytes()
    content = content[: kept if isinstance(kept, int) else int(len(content) * kept)]
    path.write_bytes(content)
    with pytest.raises(KnowledgeError, match=rf"knowledge\.sqlite3.*{words}"):
        open_store(tmp_path)
    assert path.read_bytes() == content


def test_a_store_with_overwritten_pages_is_an_error_that_names_it(tmp_path):
    first = KnowledgeBase(tmp_path)
    first.close()
    path = tmp_path / FILE_NAME
    content = path.read_bytes()
    path.write_bytes(content[: 30 * 4096] + b"\xa5" * (len(content) - 30 * 4096))
    with pytest.raises(KnowledgeError, match=r"knowledge\.sqlite3"):
        KnowledgeBase(tmp_path).ask("What is contango?")


def test_the_remedy_for_damage_names_the_folder_of_the_base(tmp_path, pretend, open_laid):
    folder = tmp_path / "my base"
    open_laid(folder, pretend).close()
    path = folder / FILE_NAME
    path.write_bytes(path.read_bytes()[:-4096])
    with pytest.raises(KnowledgeError) as refused:
        open_store(folder)
    assert f"check --repair --knowledge '{folder}'`" in refused.value.remedy


def test_a_folder_in_the_place_of_the_store_is_refused(tmp_path):
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(KnowledgeError, match=r"knowledge\.sqlite3"):
        open_store(tmp_path)


@pytest.mark.parametrize("below", ["", "base", "deeper/base"])
def test_a_path_that_is_no_folder_or_lies_below_none_is_refused(tmp_path, below):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="file: is not a folder; name the folder"):
        open_store(tmp_path / "file" / below)
    assert (tmp_path / "file").read_text(encoding="utf-8") == "in the way"


def test_a_read_only_folder_without_a_store_is_served_from_memory(tmp_path, forbidden, shipped, open_laid, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    with open_laid(tmp_path, forbidden) as store:
        assert store.folder is None
        assert len(store.document_ids()) == len(shipped.documents)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("with_log", [False, True])
def test_a_read_only_folder_with_a_store_is_read_as_it_stands(tmp_path, pretend, harbour, open_laid, add_to, monkeypatch, with_log):
    writer = open_laid(tmp_path / "base", pretend)
    add_to(writer, harbour, pretend)
    if not with_log:
        writer.close()
    assert ((tmp_path / "base" / f"{FILE_NAME}-wal").exists()) is with_log
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with open_store(tmp_path / "base") as store:
        assert not store.writable
        assert store.document(harbour.document_id) == harbour
        with pytest.raises(KnowledgeError, match="cannot be written"):
            store.remove(harbour.document_id)
    writer.close()


def test_a_read_only_base_answers_and_refuses_additions(tmp_path, harbour, monkeypatch):
    KnowledgeBase(tmp_path).close()
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    base = KnowledgeBase(tmp_path)
    assert base.ask("What is contango?").in_scope
    with pytest.raises(KnowledgeError, match="nothing can be added; name another folder"):
        base.add(harbour)
    base.close()


def test_nothing_is_reported_as_added_to_a_base_that_lives_in_memory_and_every_answer_says_so(tmp_path, harbour, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    base = KnowledgeBase(tmp_path / "base")
    assert base.store.folder is None
    assert base.warning is not None
    assert f"{tmp_path / 'base'} cannot be made or written: answers come from the shipped articles alone" in base.warning
    with pytest.raises(KnowledgeError, match="base"):
        base.add(harbour)


def _failing_after_one_passage(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    insert = writing.insert_passage_vectors
    calls = iter(range(1000))

    def partial(*arguments: object) -> None:
        if next(calls) > 0:
            raise error
        insert(*arguments)

    monkeypatch.setattr(writing, "insert_passage_vectors", partial)


@pytest.mark.parametrize(
    ("error", "seen"), [(RuntimeError("power cut"), RuntimeError), (sqlite3.OperationalError("database or disk is full"), KnowledgeError)]
)
@pytest.mark.parametrize("known", [False, True])
def test_an_addition_that_fails_midway_leaves_the_store_unchanged(store, pretend, written, contents, monkeypatch, error, seen, known, add_to):
    long = written("Long page", "\n\n".join("Sentence with nine words about the harbour and pilots. " * 6 for _ in range(4)))
    if known:
        add_to(store, written("Long page", "An earlier text of the page."), pretend)
    before = contents(store)
    with monkeypatch.context() as patched:
        _failing_after_one_passage(patched, error)
        with pytest.raises(seen):
            add_to(store, long, pretend)
    assert contents(store) == before
    assert add_to(store, long, pretend) == ("replaced" if known else "added")
    assert len(store.passages_under(long.document_id, "")) > 1


def test_one_store_reads_while_another_on_the_same_folder_adds(tmp_path, pretend, harbour, open_laid, add_to):
    with open_laid(tmp_path, pretend) as reader, open_laid(tmp_path, pretend) as writer:
        before = reader.document_ids()
        with reader.connection.reading():
            assert reader.document_ids() == before
            assert add_to(writer, harbour, pretend) == "added"
            assert reader.document_ids() == before
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


def test_the_overview_names_every_document_with_its_address(store, pretend, harbour, add_to):
    add_to(store, harbour, pretend)
    rows = {row["document_id"]: row for row in store.overview()}
    assert set(rows) == set(store.document_ids())
    assert rows[harbour.document_id] == {
        "document_id": harbour.document_id, "layer": "user", "kind": "original", "subject": "market", "title": "Harbour rules",
        "url": "https://www.example.com/Harbour rules", "passages": 1, "date": None, "address": harbour.address,
    }  # fmt: skip
    assert sum(row["passages"] for row in rows.values()) == store.count_passages()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://www.example.com/ask/x", "http://example.com/ask/x/", True),
        ("https://example.com/x?utm_source=mail&page=2#top", "https://example.com/x?page=2", True),
        ("https://example.com/x", "https://example.com/X", False),
        ("https://example.com/x", "https://api.example.com/x", False),
        ("https://example.com/x?page=1", "https://example.com/x?page=2", False),
        ("/notes/a.txt", "/notes/b.txt", False),
        ("https://[broken", "https://[broken", True),
    ],
)
def test_what_makes_two_addresses_one(one, other, same):
    assert (address_key(one) == address_key(other)) is same
