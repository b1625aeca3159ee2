"""A base of an older version brought to this one, in a copy that takes its place when it is complete."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.documents import Document, Section, user_document_id
from knowledge.encoding.model import MODEL_IDENTITY
from knowledge.encoding.protocol import Vectors
from knowledge.encoding.quick import DIMENSIONS
from knowledge.errors import KnowledgeError
from knowledge.mappings import source_from
from knowledge.storage.replacing import alone_with, draft_store, finished, put_in_place
from knowledge.storage.schema import SCHEMA_VERSION, version_of
from knowledge.storage.store import Store
from knowledge.texts import placed_with


def migrate(path: Path) -> None:
    """Bring a store of version 1 to this version; the old file stays beside it as `....version-1`.

    What the user added and removed is taken over, with its vectors; the shipped layer is laid anew when the base is opened.
    Raises KnowledgeError when the folder cannot be written, another process uses the file, or it is damaged; it is then as it was.
    """
    if not os.access(path.parent, os.W_OK):
        raise KnowledgeError(str(path), "is of an older version and cannot be changed here", "make its folder writable, or copy it to one that is")
    with alone_with(path) as old:
        if version_of(path) == SCHEMA_VERSION:  # another process was faster
            return
        with draft_store(path.parent) as (store, draft):
            try:
                take_over(old, store)
            except (sqlite3.DatabaseError, ValueError, KeyError, IndexError) as error:
                raise KnowledgeError(str(path), f"is of an older version and damaged ({error})", "restore it from a copy") from error
            finished(store, draft)
            put_in_place(draft, path, "version-1")


def take_over(old: sqlite3.Connection, store: Store) -> int:
    """Copy the user's documents of a version 1 store, and the list of removed ones; returns how many documents."""
    count = 0
    for document, vectors in _documents(old):
        store.put(placed_with(document, vectors, DIMENSIONS), MODEL_IDENTITY)
        count += 1
    with store.changing():
        removed = old.execute("SELECT document_id FROM removed").fetchall()
        store.connection.raw.executemany("INSERT OR IGNORE INTO removed VALUES (?)", removed)
    return count


def _documents(old: sqlite3.Connection) -> Iterator[tuple[Document, dict[str, Vectors]]]:
    columns = "document_id, kind, subject, title, text, sections, sources, tags, questions"
    for row in old.execute(f"SELECT {columns} FROM documents WHERE layer = 'user' ORDER BY document_id").fetchall():  # noqa: S608 - a constant
        yield _document(row), _vectors(old, row)


def _document(row: tuple[Any, ...]) -> Document:
    document_id, kind, subject, title, text = row[:5]
    sections, sources, tags, questions = (json.loads(column) for column in row[5:])
    url = sources[0]["url"]
    return Document(
        document_id=document_id if url is None else user_document_id(title, url),
        layer="user",
        kind=kind,
        subject=subject,
        title=title,
        text=text,
        sections=tuple(Section(*section) for section in sections),
        sources=tuple(source_from(entry) for entry in sources),
        address=url or f"document:{document_id}",
        tags=tuple(tags),
        questions=tuple(questions),
    )


def _vectors(old: sqlite3.Connection, row: tuple[Any, ...]) -> dict[str, Vectors]:
    """The vectors of a document's texts, by text, as version 1 kept them: float32 in one row a passage."""
    document_id, title, text = row[0], row[3], row[4]
    found: dict[str, Vectors] = {}
    passages = old.execute('SELECT heading, start, "end", sentences, vector, sentence_vectors FROM passages WHERE document_id = ?', (document_id,))
    for heading, start, end, sentences, vector, inner in passages.fetchall():
        body = text[start:end]
        found[f"{title}. {heading}. {body}" if heading else f"{title}. {body}"] = np.frombuffer(vector, dtype=np.float32)
        spans = json.loads(sentences)
        rows = np.frombuffer(inner, dtype=np.float32).reshape(len(spans), DIMENSIONS)
        found.update((text[a:b], vector) for (a, b), vector in zip(spans, rows, strict=True))
    probes = old.execute("SELECT text, vector FROM probes WHERE kind = 'title' AND owner = ?", (document_id,)).fetchall()
    return found | {probe: np.frombuffer(vector, dtype=np.float32) for probe, vector in probes}
