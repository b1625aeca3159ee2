"""The file of a knowledge store: its tables, and the marks in its header by which it is known."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from knowledge.errors import KnowledgeError

FILE_NAME = "knowledge.sqlite3"
_SQLITE_HEADER = b"SQLite format 3\0"

SCHEMA_VERSION = 1
APPLICATION_ID = 0x414C5648  # ALVH in the header of the file

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
    document_id TEXT PRIMARY KEY, layer TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, title TEXT NOT NULL,
    text TEXT NOT NULL, sections TEXT NOT NULL, sources TEXT NOT NULL, tags TEXT NOT NULL, questions TEXT NOT NULL, content_sha256 TEXT NOT NULL
);
CREATE TABLE passages (
    passage_id INTEGER PRIMARY KEY, document_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE, position INTEGER NOT NULL,
    heading TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, sentences TEXT NOT NULL, vector BLOB NOT NULL, sentence_vectors BLOB NOT NULL
);
CREATE INDEX passages_by_document ON passages (document_id, position);
CREATE VIRTUAL TABLE passages_text USING fts5 (title, heading, body, tokenize = 'porter unicode61');
CREATE TABLE probes (kind TEXT NOT NULL, owner TEXT NOT NULL, text TEXT NOT NULL, vector BLOB NOT NULL);
CREATE TABLE silences (id TEXT PRIMARY KEY, entry TEXT NOT NULL);
CREATE TABLE terms (term TEXT PRIMARY KEY, entry TEXT NOT NULL);
CREATE TABLE removed (document_id TEXT PRIMARY KEY) WITHOUT ROWID;
"""


def refuse_foreign(path: Path) -> None:
    """Raise KnowledgeError for a file that is no store of this version, from its header alone, so that it stays untouched."""
    remedy = "move it away, or name another folder with --knowledge"
    if not path.is_file():
        raise KnowledgeError(str(path), "is not a file", remedy)
    with path.open("rb") as stream:
        head = stream.read(100)
    if not head:
        return
    version, application = int.from_bytes(head[60:64], "big"), int.from_bytes(head[68:72], "big")
    if head[:16] != _SQLITE_HEADER or (application != APPLICATION_ID and version <= SCHEMA_VERSION):
        raise KnowledgeError(str(path), "is not a knowledge store", remedy)
    if version != SCHEMA_VERSION:
        raise KnowledgeError(str(path), f"is of version {version}, this program uses {SCHEMA_VERSION}", f"use the program that made it, or {remedy}")


def initialise(connection: sqlite3.Connection) -> None:
    """Make the tables of a new file, in one transaction; another process may have done so in the same moment."""
    marks = f"PRAGMA user_version = {SCHEMA_VERSION}; PRAGMA application_id = {APPLICATION_ID};"
    if _version(connection) == 0:
        try:
            connection.executescript(f"BEGIN IMMEDIATE; {SCHEMA} {marks} COMMIT;")
        except sqlite3.OperationalError:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if _version(connection) == 0:
                raise


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
