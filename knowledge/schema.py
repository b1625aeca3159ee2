"""The tables of a knowledge store."""

from __future__ import annotations

SCHEMA_VERSION = 1
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
