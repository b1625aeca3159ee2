"""The check of a base finds each kind of damage, and the repair mends it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from knowledge.encoding.model import model_folder
from knowledge.encoding.quick import QuickEncoder
from knowledge.search import index as index_module
from knowledge.search.index import open_index
from knowledge.storage.checking import Finding, check_store
from knowledge.storage.opening import open_store
from knowledge.storage.reencoding import encode_lacking
from knowledge.storage.repair import mend
from knowledge.storage.salvage import salvage
from knowledge.storage.schema import FILE_NAME


@pytest.fixture
def harbour(written):
    return written("Harbour rules", "The harbour opens at six. Ships wait in line for a pilot. Two pilots serve the port.")


@pytest.fixture
def held(store, quick, harbour, add_to):
    """A store with one page."""
    add_to(store, harbour, quick)
    return store


def found(store, encoder) -> list[Finding]:
    return [step for step in check_store(store, encoder) if isinstance(step, Finding) and (encoder is not None or step.where != "encoder")]


def test_a_sound_base_passes(held, quick):
    open_index(held)
    assert found(held, quick) == []


PAGE = "(SELECT document_number FROM documents WHERE layer = 'user')"
PASSAGE = f"(SELECT passage_id FROM passages WHERE document_number = {PAGE} LIMIT 1)"
DAMAGE = {
    "a passage is missing": f"DELETE FROM passages WHERE document_number = {PAGE}",
    "a span is moved": f"UPDATE passages SET start = start + 1 WHERE document_number = {PAGE}",
    "a sentence is moved": f"UPDATE passages SET sentences = '[[0, 3]]' WHERE document_number = {PAGE}",
    "words are those of another": f"UPDATE passages SET words = (SELECT words FROM passages LIMIT 1) WHERE document_number = {PAGE}",
    "a length is wrong": f"UPDATE passages SET tokens = tokens + 1 WHERE document_number = {PAGE}",
    "a vector is missing": f"DELETE FROM passage_vectors WHERE passage_id = {PASSAGE}",
    "sentence vectors are missing": f"DELETE FROM sentence_vectors WHERE passage_id = {PASSAGE}",
    "a vector is of zeros": f"UPDATE passage_vectors SET vector = zeroblob(1536) WHERE passage_id = {PASSAGE}",
    "a vector is short": f"UPDATE passage_vectors SET vector = substr(vector, 1, 8) WHERE passage_id = {PASSAGE}",
    "a sentence vector is short": f"UPDATE sentence_vectors SET vectors = substr(vectors, 1, 8) WHERE passage_id = {PASSAGE}",
    "a known question is missing": f"DELETE FROM probes WHERE document_number = {PAGE}",
    "a known question has no vector": f"DELETE FROM probe_vectors WHERE probe_id = (SELECT probe_id FROM probes WHERE document_number = {PAGE})",
    "a word is miscounted": "UPDATE vocabulary SET passages = passages + 1 WHERE word = 'pilots'",
    "a word is missing": "DELETE FROM vocabulary WHERE word = 'pilots'",
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_damage_is_found_and_mended(held, quick, harbour, contents, damage):
    held.connection.raw.execute("PRAGMA foreign_keys = ON")
    held.connection.raw.execute(damage)
    findings = found(held, quick)
    assert findings
    mend(held, findings)
    list(encode_lacking(held, quick))
    assert found(held, quick) == []
    assert held.document(harbour.document_id) == harbour


def test_a_vector_of_another_text_is_found_by_encoding_a_sample_again(held, quick):
    held.connection.raw.execute("UPDATE passage_vectors SET vector = (SELECT vector FROM passage_vectors ORDER BY passage_id DESC LIMIT 1)")
    assert {"has a vector that is not of its text"} == {finding.problem for finding in found(held, quick)}


def test_a_changed_text_is_found_and_not_mended_silently(held, quick, harbour):
    held.connection.raw.execute("UPDATE documents SET text = replace(text, 'six', 'ten') WHERE layer = 'user'")
    findings = found(held, quick)
    assert any("not the one that was added" in finding.problem and "add it again" in finding.remedy for finding in findings)
    mend(held, findings)
    list(encode_lacking(held, quick))
    assert any("not the one that was added" in finding.problem for finding in found(held, quick))


def test_rows_without_a_document_are_found_and_mended(held, quick):
    held.connection.raw.execute("PRAGMA foreign_keys = OFF")
    held.connection.raw.execute(f"DELETE FROM documents WHERE document_number = {PAGE}")
    held.connection.raw.execute("PRAGMA foreign_keys = ON")
    findings = found(held, quick)
    assert any("belong to no document" in finding.problem for finding in findings)
    mend(held, findings)
    assert found(held, quick) == []


@pytest.mark.parametrize("array", ["ids", "documents", "tokens", "vectors", "rows", "counts"])
def test_an_index_that_does_not_agree_is_found_and_mended(held, quick, monkeypatch, array):
    import numpy as np

    monkeypatch.setattr(index_module, "KEPT_FROM_PASSAGES", 2)
    open_index(held)
    (folder,) = (held.folder / "index").iterdir()
    values = np.load(folder / f"{array}.npy")
    values[-1] = values[-2] + 5 if array != "rows" else 0
    np.save(folder / f"{array}.npy", values)
    findings = found(held, quick)
    assert [finding.where for finding in findings] == ["index"]
    mend(held, findings)
    open_index(held)
    assert found(held, quick) == []


def test_another_encoder_than_the_base_s_is_said(held, quick):
    class Other(QuickEncoder):
        identity = "other@1"

    quick = Other(model_folder())
    assert "run `alvh knowledge reencode`" in [finding.remedy for finding in found(held, quick)]


def _pages(written, count: int):
    return [written(f"Page {number}", f"Page {number} tells of the harbour. " + "Ships wait in line for a pilot. " * 20) for number in range(count)]


def _broken(folder: Path, pretend, written, open_laid, add_to, share: float) -> list[str]:
    """A base of 40 pages whose file is cut to a share of its size; returns the ids of the pages."""
    pages = _pages(written, 40)
    with open_laid(folder, pretend) as store:
        for page in pages:
            add_to(store, page, pretend)
    path = folder / FILE_NAME
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share) // 4096 * 4096])
    return [page.document_id for page in pages]


@pytest.mark.parametrize("share", [0.97, 0.8, 0.6])
def test_a_cut_off_store_is_read_out_and_what_is_lost_is_named(tmp_path, pretend, written, open_laid, add_to, share):
    names = _broken(tmp_path / "base", pretend, written, open_laid, add_to, share)
    result = salvage(tmp_path / "base")
    assert set(result.saved) | set(result.lost) == set(names)
    assert not set(result.saved) & set(result.lost)
    assert result.damaged.is_file()
    with open_laid(tmp_path / "base", pretend) as store:
        list(encode_lacking(store, pretend))
        assert found(store, None) == []
        assert {document.document_id for document in store.documents("user")} == set(result.saved)
        for page in _pages(written, 40):
            if page.document_id in result.saved:
                assert store.document(page.document_id) == page


def test_most_of_a_slightly_damaged_store_is_saved(tmp_path, pretend, written, open_laid, add_to):
    _broken(tmp_path / "base", pretend, written, open_laid, add_to, 0.98)
    assert len(salvage(tmp_path / "base").saved) >= 30


def test_a_second_salvage_keeps_the_first_damaged_file(tmp_path, pretend, written, open_laid, add_to):
    for number in range(2):
        _broken(tmp_path / "base", pretend, written, open_laid, add_to, 0.9)
        salvage(tmp_path / "base")
        assert len(list((tmp_path / "base").glob("*.damaged*"))) == number + 1


def test_overwritten_pages_are_found(tmp_path, pretend, open_laid):
    open_laid(tmp_path, pretend).close()
    path = tmp_path / FILE_NAME
    content = bytearray(path.read_bytes())
    content[40 * 4096 : 41 * 4096] = b"\xa5" * 4096
    path.write_bytes(content)
    from knowledge.errors import KnowledgeError

    with open_store(tmp_path) as store:
        try:
            assert found(store, None)
        except KnowledgeError as error:
            assert "repair" in error.remedy


def test_a_store_file_without_any_table_cannot_be_read_out(tmp_path):
    from knowledge.errors import KnowledgeError

    sqlite3.connect(tmp_path / FILE_NAME).close()
    with pytest.raises(KnowledgeError, match="cannot be read at all"):
        salvage(tmp_path)


def test_a_store_whose_table_of_documents_cannot_be_read_is_said_in_one_line(tmp_path, pretend, written, open_laid, add_to):
    with open_laid(tmp_path / "base", pretend) as store:
        add_to(store, written("Page", "The harbour opens at six."), pretend)
        roots = [page for (page,) in store.connection.rows("SELECT rootpage FROM sqlite_schema WHERE tbl_name = 'documents' AND rootpage > 0")]
    path = tmp_path / "base" / FILE_NAME
    content = bytearray(path.read_bytes())
    for page in roots:
        content[(page - 1) * 4096 : page * 4096] = bytes(4096)
    path.write_bytes(content)
    result = salvage(tmp_path / "base")
    assert (result.saved, result.lost) == ((), ("all documents (their table cannot be read)",))
