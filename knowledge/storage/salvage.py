"""A damaged store file read out document by document, into a new file that takes its place."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.documents import Document
from knowledge.encoding.model import MODEL_IDENTITY
from knowledge.encoding.quick import DIMENSIONS
from knowledge.errors import KnowledgeError
from knowledge.shipped import load_shipped
from knowledge.storage.connection import Connection
from knowledge.storage.replacing import draft_store, finished, put_in_place
from knowledge.storage.schema import FILE_NAME, size_in_header
from knowledge.storage.store import Store
from knowledge.texts import of_unit_length, placed_with

_MOST_NUMBERS = 100_000
_NAMES = "SELECT document_number, document_id FROM documents INDEXED BY sqlite_autoindex_documents_1"


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What came of it: ids of the user's documents saved, names of those lost (their ids where these can still be read), and the damaged file."""

    saved: tuple[str, ...]
    lost: tuple[str, ...]
    damaged: Path


def salvage(folder: Path) -> Salvaged:
    """Save what can be read whole of a damaged store; the damaged file stays beside the new one.

    A document counts as whole when its text has the fingerprint with which it was added. Vectors that cannot be read are
    lacking afterwards. Raises KnowledgeError when nothing of the file can be read or the folder cannot be written; it is then as it was.
    """
    path = folder / FILE_NAME
    with _copied(path) as copy, Store(Connection(sqlite3.connect(copy, isolation_level=None), path, writable=False)) as old:
        if _or(0, old.connection.value, "SELECT count(*) FROM sqlite_schema") == 0:
            raise KnowledgeError(str(path), "cannot be read at all", "restore it from a copy, or move it away")
        saved: list[str] = []
        lost: list[str] = []
        with draft_store(folder) as (store, draft):
            for name, document in _found(old):
                if document is None:
                    lost.append(name)
                else:
                    _keep(old, store, document)
                    saved.append(document.document_id)
            _take_removed(old, store)
            finished(store, draft)
            damaged = put_in_place(draft, path, "damaged")
            path.with_name(path.name + "-wal").unlink(missing_ok=True)
        return Salvaged(tuple(saved), tuple(lost), damaged)


@contextmanager
def _copied(path: Path) -> Iterator[Path]:
    """A copy of a store file with its log, as long as its header says: SQLite reads nothing of a file that is shorter."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".salvage-") as name:
        copy = Path(name) / path.name
        shutil.copy(path, copy)
        log = path.with_name(path.name + "-wal")
        if log.exists():
            shutil.copy(log, copy.with_name(log.name))
        with copy.open("rb+") as stream:
            stream.truncate(max(copy.stat().st_size, size_in_header(copy)))
        yield copy


def _found(old: Store) -> Iterator[tuple[str, Document | None]]:
    """The user's documents by number, None for one that is not whole; the names come from an index of their own, which may outlive the rows."""
    shipped = {document.document_id for document in load_shipped().documents}
    if all(_or(None, old.connection.rows, query) is None for query in (_NAMES, "SELECT title FROM documents LIMIT 1")):
        yield "all documents (their table cannot be read)", None
        return
    named = dict(_or([], old.connection.rows, _NAMES))
    last = _or(None, old.connection.value, "SELECT seq FROM sqlite_sequence WHERE name = 'documents'") or _MOST_NUMBERS
    for number in sorted(named) if named else range(1, int(last) + 1):
        rows = _or(None, old.connection.rows, "SELECT document_id, layer, text_sha256 FROM documents WHERE document_number = ?", (number,))
        if rows == [] or (rows and rows[0][1] != "user") or named.get(number) in shipped:
            continue
        document = _or(None, old.document, rows[0][0]) if rows else None
        whole = document is not None and document.text_sha256 == rows[0][2]
        yield str(named.get(number, f"document number {number}")), document if whole else None


def _keep(old: Store, store: Store, document: Document) -> None:
    dimensions = _or(0, getattr, old, "dimensions")
    vectors = of_unit_length(_or({}, old.vectors_by_text, document)) if dimensions else {}
    identity = _or("", getattr, old, "encoder_identity")
    store.put(placed_with(document, vectors, dimensions or DIMENSIONS), identity or MODEL_IDENTITY)


def _take_removed(old: Store, store: Store) -> None:
    removed = _or([], old.connection.rows, "SELECT document_id FROM removed")
    with store.changing():
        store.connection.raw.executemany("INSERT OR IGNORE INTO removed VALUES (?)", removed)


def _or(otherwise: Any, read: Callable[..., Any], *arguments: Any) -> Any:
    """What a reading gives, or something else where the file is damaged."""
    try:
        return read(*arguments)
    except (KnowledgeError, ValueError, KeyError, IndexError, TypeError):
        return otherwise
