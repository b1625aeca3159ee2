"""A base as one file: what the user added and removed, to be taken to another machine or kept as a copy."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from knowledge.documents import Document, Section, user_document_id, without_controls
from knowledge.encoding.protocol import Vectors
from knowledge.errors import KnowledgeError
from knowledge.storage.connection import open_existing
from knowledge.storage.migration import migrate
from knowledge.storage.records import store_key
from knowledge.storage.replacing import draft_store, finished
from knowledge.storage.schema import FILE_NAME, SCHEMA_VERSION, is_cut_off, version_of
from knowledge.storage.store import Store
from knowledge.texts import of_unit_length, placed_with


def export_base(store: Store, target: Path) -> int:
    """Write the user's documents with their vectors, and the list of removed ones, to a file; returns how many documents.

    The file is there whole or not at all. Raises KnowledgeError when it exists already or cannot be written.
    """
    if target.exists():
        raise KnowledgeError(str(target), "exists already", "name another file")
    if not target.parent.is_dir():
        raise KnowledgeError(str(target.parent), "is not a folder", "name a file in a folder that is there")
    count = 0
    with draft_store(target.parent) as (draft_of, draft):
        for document in store.documents("user"):
            draft_of.put(placed_with(document, store.vectors_by_text(document), store.dimensions), store.encoder_identity)
            count += 1
        with draft_of.changing():
            removed = store.connection.rows("SELECT document_id FROM removed")
            draft_of.connection.raw.executemany("INSERT INTO removed VALUES (?)", removed)
        finished(draft_of, draft)
        try:
            os.link(draft, target)
        except OSError:  # a file system without hard links
            draft.rename(target)
    return count


class Import:
    """An exported file opened for reading; it may be of an older version, and nothing in it is trusted."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def count(self) -> int:
        """How many documents the file holds."""
        return int(self._store.connection.value("SELECT count(*) FROM documents WHERE layer = 'user'"))

    @property
    def encoder_identity(self) -> str:
        """The encoder of its vectors."""
        return self._store.encoder_identity

    def documents(self) -> Iterator[Document]:
        """Its documents, cleaned as a file's would be. Raises KnowledgeError for one that does not hold together."""
        try:
            for document in self._store.documents("user"):
                if self._store.fingerprint(document.document_id) != document.text_sha256:
                    raise ValueError(f"the text of {document.document_id} is not the one that was exported")
                yield cleaned(document)
        except (ValueError, KeyError, IndexError, TypeError, RecursionError) as error:
            raise KnowledgeError(self._store.connection.where, f"holds a document that cannot be read ({error})", "export it again") from error

    def vectors(self, document: Document) -> Mapping[str, Vectors]:
        """The vectors it has of a document's texts, as far as they are vectors of length 1."""
        found = self._store.document_at(store_key(document))
        return {} if found is None else of_unit_length(self._store.vectors_by_text(found))

    def removed(self) -> list[str]:
        """Ids of shipped documents that were removed."""
        return [str(row[0]) for row in self._store.connection.rows("SELECT document_id FROM removed ORDER BY document_id")]


@contextmanager
def opened_import(file: Path) -> Iterator[Import]:
    """Open an exported file, through a copy, so that it stays as it is. Raises KnowledgeError for a file that is no base."""
    if not file.exists():
        raise KnowledgeError(str(file), "is not there", "name a file that `alvh knowledge export` has written")
    version = version_of(file, "name a file that `alvh knowledge export` has written")
    if is_cut_off(file):
        raise KnowledgeError(str(file), "is shorter than it was: its end was cut off", "export it again")
    with tempfile.TemporaryDirectory(prefix="alvh-") as folder:
        copy = Path(folder) / FILE_NAME
        shutil.copy(file, copy)
        if version < SCHEMA_VERSION:
            migrate(copy)
        with Store(open_existing(copy)) as store:
            yield Import(store)


def cleaned(document: Document) -> Document:
    """A document of the user's layer, without control characters; its id is made from title and address. Raises ValueError when its sections do not fit."""
    text, title = without_controls(document.text), " ".join(without_controls(document.title).split())
    if text != document.text or any(not 0 <= section.start <= section.end <= len(text) for section in document.sections):
        raise ValueError(f"{document.document_id} has sections that do not fit its text")
    sections = tuple(Section(without_controls(section.heading), section.start, section.end) for section in document.sections)
    own = user_document_id(title, document.address)
    kept = document.document_id if document.address.startswith("document:") else own
    return replace(document, layer="user", title=title, sections=sections, document_id=without_controls(kept))
