"""The file of a knowledge store: its tables, and the marks in its header by which it is known."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Literal

from knowledge.errors import KnowledgeError
from knowledge.storage.headers import read_header

FILE_NAME = "knowledge.sqlite3"
_SQLITE_HEADER = b"SQLite format 3\0"

SCHEMA_VERSION = 2
OLDEST_VERSION = 1
APPLICATION_ID = 0x414C5648  # ALVH in the header of the file

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE encoders (encoder_number INTEGER PRIMARY KEY, identity TEXT NOT NULL UNIQUE, dimensions INTEGER NOT NULL);
CREATE TABLE documents (
    document_number INTEGER PRIMARY KEY AUTOINCREMENT, document_id TEXT NOT NULL UNIQUE, address_key TEXT NOT NULL UNIQUE,
    layer TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, title TEXT NOT NULL, address TEXT NOT NULL, text TEXT NOT NULL,
    sections TEXT NOT NULL, sources TEXT NOT NULL, tags TEXT NOT NULL, questions TEXT NOT NULL, text_sha256 TEXT NOT NULL
);
CREATE INDEX documents_by_text ON documents (text_sha256);
CREATE TABLE passages (
    passage_id INTEGER PRIMARY KEY AUTOINCREMENT, document_number INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE, position INTEGER NOT NULL,
    heading TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, sentences TEXT NOT NULL, tokens INTEGER NOT NULL, words BLOB NOT NULL
);
CREATE INDEX passages_by_document ON passages (document_number, position);
CREATE TABLE passage_vectors (
    passage_id INTEGER NOT NULL REFERENCES passages ON DELETE CASCADE, encoder_number INTEGER NOT NULL, vector BLOB NOT NULL,
    UNIQUE (passage_id, encoder_number)
);
CREATE TABLE sentence_vectors (
    passage_id INTEGER NOT NULL REFERENCES passages ON DELETE CASCADE, encoder_number INTEGER NOT NULL, vectors BLOB NOT NULL,
    UNIQUE (passage_id, encoder_number)
);
CREATE TABLE probes (
    probe_id INTEGER PRIMARY KEY AUTOINCREMENT, document_number INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    kind TEXT NOT NULL, owner TEXT NOT NULL, text TEXT NOT NULL
);
CREATE INDEX probes_by_document ON probes (document_number);
CREATE INDEX probes_by_kind ON probes (kind);
CREATE TABLE probe_vectors (
    probe_id INTEGER NOT NULL REFERENCES probes ON DELETE CASCADE, encoder_number INTEGER NOT NULL, vector BLOB NOT NULL,
    UNIQUE (probe_id, encoder_number)
);
CREATE TABLE terms (
    term_number INTEGER PRIMARY KEY, document_number INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE, entry TEXT NOT NULL
);
CREATE INDEX terms_by_document ON terms (document_number);
CREATE TABLE silences (
    silence_number INTEGER PRIMARY KEY, document_number INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE, silence_id TEXT NOT NULL, entry TEXT NOT NULL
);
CREATE INDEX silences_by_document ON silences (document_number);
CREATE TABLE vocabulary (word TEXT PRIMARY KEY, passages INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE forgotten (document_number INTEGER PRIMARY KEY, generation INTEGER NOT NULL);
CREATE TABLE kept_segments (name TEXT PRIMARY KEY, token TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE removed (document_id TEXT PRIMARY KEY) WITHOUT ROWID;
"""


def version_of(path: Path, remedy: str = "move it away, or name another folder with --knowledge") -> int:
    """Version of a store file, from its header alone, so that it stays untouched.

    Raises KnowledgeError, with the remedy, for what is no store, was cut off, or is of a version this program does not know.
    """
    if not path.is_file():
        raise KnowledgeError(str(path), "is not a file", remedy)
    try:
        head = read_header(path)
    except OSError as error:
        raise KnowledgeError(str(path), f"cannot be read ({error.strerror})", "check its permissions") from error
    if not head:
        raise KnowledgeError(str(path), "is empty: what it held was cut off", f"restore it from a copy, or {remedy}")
    version, application = int.from_bytes(head[60:64], "big"), int.from_bytes(head[68:72], "big")
    if head[:16] != _SQLITE_HEADER or (application != APPLICATION_ID and version <= SCHEMA_VERSION):
        raise KnowledgeError(str(path), "is not a knowledge store", remedy)
    if not OLDEST_VERSION <= version <= SCHEMA_VERSION:
        raise KnowledgeError(str(path), f"is of version {version}, this program uses {SCHEMA_VERSION}", f"use the program that made it, or {remedy}")
    return version


def is_cut_off(path: Path) -> bool:
    """Whether a store file is shorter than its header says; not known while a write-ahead log lies beside it."""
    log = path.with_name(path.name + "-wal")
    return not (log.exists() and log.stat().st_size > 0) and path.stat().st_size < size_in_header(path)


def size_in_header(path: Path) -> int:
    """Bytes that a store file should have by its header; 0 where the header does not tell."""
    head = read_header(path)
    page = int.from_bytes(head[16:18], "big")
    pages = int.from_bytes(head[28:32], "big") if head[24:28] == head[92:96] else 0
    return pages * (65536 if page == 1 else page)


def create(path: Path) -> None:
    """Make an empty store; it appears complete or not at all, and one that another process made in the same moment is left alone.

    Raises OSError when the folder cannot be written.
    """
    import tempfile

    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    os.close(handle)
    draft = Path(name)
    try:
        initialise(draft)
        try:
            os.link(draft, path)
        except FileExistsError:
            return
        except OSError:  # a file system without hard links
            if not path.exists():
                draft.rename(path)
    finally:
        for suffix in ("", "-wal", "-shm"):
            with suppress(OSError):
                Path(name + suffix).unlink()


def initialise(path: Path | Literal[":memory:"]) -> sqlite3.Connection | None:
    """Make the tables of a new file and leave its log switched on; for `:memory:` returns the open connection."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    marks = f"PRAGMA user_version = {SCHEMA_VERSION}; PRAGMA application_id = {APPLICATION_ID};"
    try:
        connection.executescript(f"BEGIN; {SCHEMA} {marks} COMMIT;")
    except sqlite3.OperationalError as error:
        connection.close()
        raise OSError(28 if "full" in str(error) else 5, str(error)) from error
    if path == ":memory:":
        return connection
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    return None
