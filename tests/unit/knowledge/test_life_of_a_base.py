"""A base over its life: made by an older version, encoded anew, moved to another machine."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knowledge.adding import Outcome, add_documents
from knowledge.base import KnowledgeBase
from knowledge.encoding.protocol import Vectors
from knowledge.errors import KnowledgeError
from knowledge.search.index import open_index
from knowledge.storage import migration, replacing, transfer
from knowledge.storage.checking import check_store
from knowledge.storage.opening import open_store
from knowledge.storage.reencoding import Step, encode_lacking, lacking
from knowledge.storage.schema import FILE_NAME, SCHEMA_VERSION, version_of
from knowledge.storage.transfer import export_base, opened_import
from knowledge.texts import encodable

OLD = Path(__file__).parents[2] / "fixtures" / "base-version-1.sqlite3"


class NarrowEncoder:
    """Another encoder: vectors of eight numbers."""

    name, identity, dimensions = "narrow", "narrow@0123456789abcdef", 8

    def __init__(self, fails_after: int = 10**9) -> None:
        self.asked: list[str] = []
        self._fails_after = fails_after

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        if len(self.asked) > self._fails_after:
            raise KeyboardInterrupt
        rows = np.array([[1.0 + (sum(map(ord, text)) * place) % 7 for place in range(1, 9)] for text in texts], dtype=np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def encode_batches(self, batches) -> Iterator[Vectors]:
        return (self.encode(batch) for batch in batches)

    def close(self) -> None:
        pass


def findings(store, encoder=None) -> list[str]:
    """What a check of the store says, the missing encoder aside."""
    return [f"{step.where}: {step.problem}" for step in check_store(store, encoder) if not isinstance(step, int) and step.where != "encoder"]


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A folder with a base of version 1: two pages, an article removed."""
    folder = tmp_path / "old"
    folder.mkdir()
    shutil.copy(OLD, folder / FILE_NAME)
    return folder


@pytest.fixture
def harbour(written):
    return written("Harbour rules", "The harbour opens at six. Ships wait in line for a pilot. Two pilots serve the port.")


def test_a_base_of_version_1_is_brought_to_this_version_without_encoding(old, forbidden, open_laid):
    with open_laid(old, forbidden) as store:
        titles = {store.document(row["document_id"]).title for row in store.overview() if row["layer"] == "user"}
        assert titles == {"When does the lighthouse gauge switch the ALVH hedge on?", "Harbour note"} or len(titles) == 2
        assert "etf-layer" not in store.document_ids()
        assert lacking(store, store.encoder_identity) == []
        assert findings(store) == []
    assert version_of(old / FILE_NAME) == SCHEMA_VERSION
    assert version_of(old / f"{FILE_NAME}.version-1") == 1


def test_the_vectors_of_an_older_base_are_those_of_its_texts(old, quick, open_laid):
    with open_laid(old, quick) as store:
        (note,) = [document for document in store.documents("user") if document.title == "Harbour note"]
        for text, vector in store.vectors_by_text(note).items():
            assert vector == pytest.approx(quick.encode([text])[0], abs=1e-3)


def test_a_file_added_before_the_migration_is_recognised_after_it(old, tmp_path, open_laid, pretend, add_to):
    with open_laid(old, pretend) as store:
        (note,) = [document for document in store.documents("user") if document.title == "Harbour note"]
        assert add_to(store, replace(note, address=str(tmp_path / "note.txt")), pretend) == "unchanged"
        assert add_to(store, replace(note, address=str(tmp_path / "note.txt"), text=note.text.replace("six", "ten")), pretend) == "replaced"
        assert len(list(store.documents("user"))) == 2


def test_a_migration_that_fails_leaves_the_base_as_it_was(old, monkeypatch):
    before = (old / FILE_NAME).read_bytes()
    with monkeypatch.context() as patched:
        patched.setattr(migration, "take_over", lambda *_: (_ for _ in ()).throw(KnowledgeError("disk", "is full", "make room")))
        with pytest.raises(KnowledgeError, match="is full"):
            open_store(old)
    assert (old / FILE_NAME).read_bytes() == before
    assert [path.name for path in old.iterdir()] == [FILE_NAME]
    open_store(old).close()


def test_a_base_of_version_1_that_another_program_uses_is_not_migrated(old, monkeypatch):
    monkeypatch.setattr(replacing, "WAIT_ALONE_SECONDS", 0.1)
    other = sqlite3.connect(old / FILE_NAME, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(KnowledgeError, match="close the programs that use it"):
        open_store(old)
    other.close()


def test_a_damaged_base_of_version_1_is_refused_with_a_remedy(old):
    damaged = sqlite3.connect(old / FILE_NAME)
    damaged.execute("UPDATE documents SET sections = 'no list' WHERE layer = 'user'")
    damaged.commit()
    damaged.close()
    with pytest.raises(KnowledgeError, match="older version and damaged.*restore it from a copy"):
        open_store(old)


def test_another_encoder_takes_the_place_of_the_first_when_all_is_encoded(store, pretend, harbour, add_to):
    add_to(store, harbour, pretend)
    narrow = NarrowEncoder()
    steps = list(encode_lacking(store, narrow))
    assert (store.encoder_identity, store.dimensions) == (narrow.identity, 8)
    assert steps[-1] == Step(0, 0, 0) or steps[-1].done == steps[-1].total
    assert findings(store) == []
    assert open_index(store).similarities(narrow.encode(["harbour"])[0]).shape == (store.count_passages(),)
    assert store.connection.value("SELECT count(*) FROM encoders") == 1


def test_encoding_that_is_stopped_leaves_the_old_vectors_in_use_and_goes_on_later(store, pretend):
    count = len(store.document_ids())
    with pytest.raises(KeyboardInterrupt):
        list(encode_lacking(store, NarrowEncoder(fails_after=600)))
    assert store.encoder_identity == pretend.identity
    assert findings(store) == []
    everything = [text for name in store.document_ids() for text in encodable(store.document(name)).texts]
    left = lacking(store, NarrowEncoder.identity)
    assert 0 < len(left) < count
    again = NarrowEncoder()
    list(encode_lacking(store, again))
    assert store.encoder_identity == again.identity
    assert 0 < len(again.asked) < len(everything)


def test_a_document_added_meanwhile_is_encoded_too(store, pretend, harbour, add_to):
    steps = encode_lacking(store, NarrowEncoder())
    next(steps)
    add_to(store, harbour, pretend)
    list(steps)
    assert store.dimensions == 8
    assert findings(store) == []


def test_what_is_encoded_by_the_former_encoder_is_not_added(store, pretend, harbour, add_to):
    list(encode_lacking(store, NarrowEncoder()))
    with pytest.raises(KnowledgeError, match="is now encoded by narrow; run the command again"):
        add_to(store, harbour, pretend)


def test_an_index_follows_the_change_of_encoder(store, pretend):
    before = open_index(store)
    list(encode_lacking(store, NarrowEncoder()))
    from knowledge.search.index import refreshed

    after = refreshed(before, store)
    assert after.segments[0].vectors.shape[1] == 8


def test_a_base_of_another_encoder_is_answered_by_it_and_the_remedy_named(tmp_path, monkeypatch):
    KnowledgeBase(tmp_path).close()
    monkeypatch.setenv("ALVH_ENCODER", "some/other-model")
    base = KnowledgeBase(tmp_path)
    assert "`alvh knowledge reencode`" in base.warning and "some/other-model" in base.warning
    assert base.ask("What is contango?").in_scope
    base.close()


def test_a_base_whose_own_encoder_is_gone_is_answered_by_words(tmp_path, monkeypatch):
    base = KnowledgeBase(tmp_path)
    base.store.connection.raw.execute("UPDATE encoders SET identity = 'no/such-model@1'")
    base.store.connection.raw.execute("UPDATE meta SET value = 'no/such-model@1' WHERE key = 'encoder'")
    base.store.connection.raw.execute("UPDATE meta SET value = '' WHERE key = 'shipped'")
    base.close()
    monkeypatch.setenv("ALVH_ENCODER", "no/such-model")
    base = KnowledgeBase(tmp_path)
    response = base.ask("What is contango?")
    assert response.in_scope and response.found.vector is None
    assert "answers go by words alone" in base.warning
    base.close()


def test_a_base_moves_as_one_file(tmp_path, store, pretend, forbidden, harbour, open_laid, add_to):
    add_to(store, harbour, pretend)
    store.remove("etf-layer")
    assert export_base(store, tmp_path / "mine.alvh") == 1
    with open_laid(tmp_path / "there", pretend) as there, opened_import(tmp_path / "mine.alvh") as source:
        assert (source.count, source.removed()) == (1, ["etf-layer"])
        outcomes = [step for step in add_documents(there, forbidden, source.documents(), source.vectors) if isinstance(step, Outcome)]
        assert [outcome.state for outcome in outcomes] == ["added"]
        assert there.document(harbour.document_id) == harbour
        assert findings(there) == []


def test_importing_twice_changes_nothing(tmp_path, store, pretend, forbidden, harbour, add_to):
    add_to(store, harbour, pretend)
    export_base(store, tmp_path / "mine.alvh")
    with opened_import(tmp_path / "mine.alvh") as source:
        outcomes = [step for step in add_documents(store, forbidden, source.documents(), source.vectors) if isinstance(step, Outcome)]
    assert [outcome.state for outcome in outcomes] == ["unchanged"]


def test_an_export_never_overwrites_and_is_there_whole_or_not_at_all(tmp_path, store, monkeypatch):
    (tmp_path / "taken.alvh").write_text("mine", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="exists already"):
        export_base(store, tmp_path / "taken.alvh")
    monkeypatch.setattr(transfer, "finished", lambda *_: (_ for _ in ()).throw(KnowledgeError("disk", "is full", "make room")))
    with pytest.raises(KnowledgeError, match="is full"):
        export_base(store, tmp_path / "new.alvh")
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["taken.alvh"]


@pytest.mark.parametrize("content", [b"", b"not a base", None], ids=["empty", "text", "cut off"])
def test_what_is_no_export_is_refused(tmp_path, store, content):
    file = tmp_path / "file.alvh"
    export_base(store, file)
    file.write_bytes(file.read_bytes()[:8192] if content is None else content)
    with pytest.raises(KnowledgeError, match=r"file\.alvh"), opened_import(file):
        pass


def test_an_older_base_is_imported_and_stays_as_it_was(tmp_path, old, forbidden, open_laid):
    before = (old / FILE_NAME).read_bytes()
    with open_laid(tmp_path / "there", forbidden) as there, opened_import(old / FILE_NAME) as source:
        outcomes = [step for step in add_documents(there, forbidden, source.documents(), source.vectors) if isinstance(step, Outcome)]
    assert [outcome.state for outcome in outcomes] == ["added", "added"]
    assert (old / FILE_NAME).read_bytes() == before


def test_an_import_with_vectors_that_are_none_is_encoded_anew(tmp_path, store, pretend, harbour, open_laid, add_to):
    add_to(store, harbour, pretend)
    export_base(store, tmp_path / "mine.alvh")
    hostile = sqlite3.connect(tmp_path / "mine.alvh")
    hostile.execute("UPDATE passage_vectors SET vector = zeroblob(1536)")
    hostile.commit()
    hostile.close()
    pretend.asked.clear()
    with open_laid(tmp_path / "there", pretend) as there, opened_import(tmp_path / "mine.alvh") as source:
        list(add_documents(there, pretend, source.documents(), source.vectors))
        assert len(pretend.asked) == 1
        assert findings(there) == []


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE documents SET sections = '[[\"\", 0, 99999]]'",
        "UPDATE documents SET text = text || char(27) || '[31m'",
        "UPDATE documents SET text = replace(text, 'six', 'ten')",
        "UPDATE documents SET tags = replace(hex(zeroblob(100000)), '00', '[')",
    ],
)
def test_an_import_that_does_not_hold_together_is_refused(tmp_path, store, pretend, harbour, add_to, harm):
    add_to(store, harbour, pretend)
    export_base(store, tmp_path / "mine.alvh")
    hostile = sqlite3.connect(tmp_path / "mine.alvh")
    hostile.execute(harm)
    hostile.commit()
    hostile.close()
    with opened_import(tmp_path / "mine.alvh") as source, pytest.raises(KnowledgeError, match="cannot be read"):
        list(source.documents())
