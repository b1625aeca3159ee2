"""The knowledge base as one SQLite file: the user's documents, and the shipped layer laid under them.

The shipped layer is derived: it is replaced whenever the program's own files differ from what the store was
made with. What the user added, and which shipped documents the user removed, is kept.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.documents import Document, Section
from knowledge.encoder import DIMENSIONS, Encoder, Vectors
from knowledge.errors import KnowledgeError
from knowledge.frontmatter import Silence, Term
from knowledge.passages import Span, passages_of
from knowledge.records import silence_from, source_from, term_from
from knowledge.schema import FILE_NAME, initialise, refuse_foreign
from knowledge.shipped import (
    HERE,
    Shipped,
    ShippedVectors,
    load_shipped,
    passage_texts,
    shipped_signature,
)
from knowledge.words import fts_query


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with what retrieval and answers need; `sentence_vectors` has one row a sentence."""

    passage_id: int
    document_id: str
    position: int
    heading: str
    start: int
    end: int
    sentences: tuple[Span, ...]
    sentence_vectors: Vectors


@dataclass(frozen=True, slots=True)
class Probes:
    """Questions whose answer is known to be stated (`article`, a user's page by its `title`) or not stated (`silence`), with vectors."""

    kinds: tuple[str, ...]
    owners: tuple[str, ...]
    texts: tuple[str, ...]
    vectors: Vectors


class _Rows(list[tuple[Any, ...]]):
    """Rows of a query, with the two ways in which they are read."""

    def fetchone(self) -> tuple[Any, ...] | None:
        """The first row, None when there is none."""
        return self[0] if self else None

    def fetchall(self) -> _Rows:
        """All rows."""
        return self


class Store:
    """An open knowledge base. Use as a context manager or call `close`. One thread at a time may use it."""

    def __init__(self, connection: sqlite3.Connection, folder: Path | None) -> None:
        self._connection = connection
        self.folder = folder

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; everything reported as added is on disk already."""
        self._connection.close()

    @property
    def generation(self) -> int:
        """Number of the present content: every change of passages raises it."""
        return int(self._meta("generation") or 0)

    @property
    def encoder_name(self) -> str:
        """Name of the encoder whose vectors the store holds."""
        return self._meta("encoder") or ""

    def document_ids(self) -> list[str]:
        """All document ids in order."""
        return [row[0] for row in self._rows("SELECT document_id FROM documents ORDER BY document_id")]

    def overview(self) -> list[dict[str, Any]]:
        """One mapping a document: id, layer, kind, subject, title, url, passages."""
        rows = self._rows(
            "SELECT d.document_id, layer, kind, subject, title, sources, (SELECT count(*) FROM passages p WHERE p.document_id = d.document_id)"
            " FROM documents d ORDER BY layer DESC, d.document_id"
        )
        names = ("document_id", "layer", "kind", "subject", "title", "url", "passages")
        return [dict(zip(names, (*row[:5], json.loads(row[5])[0]["url"], row[6]), strict=True)) for row in rows]

    def document(self, document_id: str) -> Document:
        """A document. Raises KnowledgeError for an unknown id."""
        row = self._rows(
            "SELECT layer, kind, subject, title, text, sections, sources, tags, questions FROM documents WHERE document_id = ?", (document_id,)
        ).fetchone()
        if row is None:
            raise KnowledgeError(document_id, "is not in the knowledge base", "`alvh knowledge list` shows what is")
        return Document(
            document_id=document_id,
            layer=row[0],
            kind=row[1],
            subject=row[2],
            title=row[3],
            text=row[4],
            sections=tuple(Section(*section) for section in json.loads(row[5])),
            sources=tuple(source_from(entry) for entry in json.loads(row[6])),
            tags=tuple(json.loads(row[7])),
            questions=tuple(json.loads(row[8])),
        )

    def passages(self, ids: Sequence[int]) -> list[StoredPassage]:
        """Passages by id, in the order asked for."""
        marks = ",".join("?" * len(ids))
        rows = self._rows(
            f'SELECT passage_id, document_id, position, heading, start, "end", sentences, sentence_vectors FROM passages WHERE passage_id IN ({marks})',  # noqa: S608 - only marks
            list(ids),
        )
        found = {}
        for passage_id, document_id, position, heading, start, end, sentences, vectors in rows:
            spans = tuple((a, b) for a, b in json.loads(sentences))
            matrix = np.frombuffer(vectors, dtype=np.float32).reshape(-1, DIMENSIONS)
            found[passage_id] = StoredPassage(passage_id, document_id, position, heading, start, end, spans, matrix)
        return [found[passage_id] for passage_id in ids if passage_id in found]

    def passage_vectors(self) -> tuple[list[int], Vectors]:
        """Ids and vectors of all passages, in the order of ids; vectors have shape (count, 384)."""
        rows = self._rows("SELECT passage_id, vector FROM passages ORDER BY passage_id").fetchall()
        matrix = np.frombuffer(b"".join(row[1] for row in rows), dtype=np.float32).reshape(len(rows), DIMENSIONS)
        return [row[0] for row in rows], matrix

    def lexical_scores(self, query: str) -> dict[int, float]:
        """BM25 of every passage that matches an FTS5 query, higher is better; titles and headings count more."""
        rows = self._rows("SELECT rowid, -bm25(passages_text, 1.5, 1.5, 1.0) FROM passages_text WHERE passages_text MATCH ?", (query,))
        return {int(row[0]): float(row[1]) for row in rows}

    def knows(self, word: str) -> bool:
        """Whether a word, in any of its forms, occurs in the base."""
        query = fts_query([word])
        return bool(query) and self._rows("SELECT 1 FROM passages_text WHERE passages_text MATCH ? LIMIT 1", (query,)).fetchone() is not None

    def passages_under(self, document_id: str, heading: str) -> list[int]:
        """Ids of the passages under one heading of a document, in reading order."""
        rows = self._rows("SELECT passage_id FROM passages WHERE document_id = ? AND heading = ? ORDER BY position", (document_id, heading))
        return [int(row[0]) for row in rows]

    def passage_documents(self) -> dict[int, str]:
        """Document id by passage id."""
        return {int(row[0]): str(row[1]) for row in self._rows("SELECT passage_id, document_id FROM passages")}

    def count_passages(self) -> int:
        """How many passages the base holds."""
        return int(self._rows("SELECT count(*) FROM passages")[0][0])

    def probes(self) -> Probes:
        """Known questions for telling what is stated from what is not."""
        rows = self._rows("SELECT kind, owner, text, vector FROM probes ORDER BY rowid").fetchall()
        vectors = np.frombuffer(b"".join(row[3] for row in rows), dtype=np.float32).reshape(len(rows), DIMENSIONS)
        return Probes(tuple(row[0] for row in rows), tuple(row[1] for row in rows), tuple(row[2] for row in rows), vectors)

    def silences(self) -> dict[str, Silence]:
        """What the method does not state, by id."""
        return {row[0]: silence_from(json.loads(row[1])) for row in self._rows("SELECT id, entry FROM silences ORDER BY rowid")}

    def terms(self) -> list[Term]:
        """The glossary's entries."""
        return [term_from(json.loads(row[0])) for row in self._rows("SELECT entry FROM terms ORDER BY rowid")]

    def state_of(self, document: Document) -> str:
        """Whether adding a document would be `added`, `replaced` or `unchanged`."""
        row = self._rows("SELECT content_sha256 FROM documents WHERE document_id = ?", (document.document_id,)).fetchone()
        if row is None:
            return "added"
        return "unchanged" if row[0] == document.content_sha256 else "replaced"

    def add(self, document: Document, passage_vectors: Vectors, sentence_vectors: Sequence[Vectors], title_vector: Vectors) -> None:
        """Add or replace a document with its vectors, in one transaction. Its title counts as a question it answers."""
        with self._writing():
            self._forget(document.document_id)
            self._insert(document, passage_vectors, sentence_vectors)
            self._connection.execute("INSERT INTO probes VALUES ('title', ?, ?, ?)", (document.document_id, document.title, title_vector.tobytes()))

    def remove(self, document_id: str) -> None:
        """Remove a document; a shipped one stays removed until it is restored. Raises KnowledgeError for an unknown id."""
        layer = self.document(document_id).layer
        with self._writing():
            self._forget(document_id)
            if layer == "shipped":
                self._connection.execute("INSERT OR REPLACE INTO removed VALUES (?)", (document_id,))

    def lay_shipped(self, shipped: Shipped, signature: str, vectors: ShippedVectors, encoder: Encoder | None) -> None:
        """Replace the shipped layer, in one transaction; the user's documents stay."""
        texts = {document.document_id: passage_texts(document) for document in shipped.documents}
        removed = {row[0] for row in self._rows("SELECT document_id FROM removed")}
        with self._writing():
            for row in self._connection.execute("SELECT document_id FROM documents WHERE layer = 'shipped'").fetchall():
                self._forget(row[0])
            for document in shipped.documents:
                if document.document_id not in removed:
                    passages, sentences = texts[document.document_id]
                    self._insert(document, vectors.vectors(passages, encoder), [vectors.vectors(group, encoder) for group in sentences])
            self._connection.execute("DELETE FROM probes WHERE kind != 'title'")
            self._connection.execute("DELETE FROM silences")
            self._connection.execute("DELETE FROM terms")
            self._insert_probes(shipped, vectors, encoder)
            self._connection.executemany("INSERT INTO silences VALUES (?, ?)", [(entry.id, json.dumps(asdict(entry))) for entry in shipped.silences])
            self._connection.executemany("INSERT INTO terms VALUES (?, ?)", [(entry.term, json.dumps(asdict(entry))) for entry in shipped.terms])
            self._set_meta("shipped", signature)
            self._set_meta("encoder", "" if encoder is None else encoder.name)

    def is_laid(self, signature: str, encoder_name: str) -> bool:
        """Whether the shipped layer is the program's present one, encoded by the present encoder."""
        return self._meta("shipped") == signature and self.encoder_name == encoder_name

    def _insert_probes(self, shipped: Shipped, vectors: ShippedVectors, encoder: Encoder | None) -> None:
        rows = [("article", document.document_id, text) for document in shipped.documents for text in document.questions]
        rows += [("silence", silence.id, text) for silence in shipped.silences for text in silence.questions]
        matrix = vectors.vectors([row[2] for row in rows], encoder)
        self._connection.executemany(
            "INSERT INTO probes VALUES (?, ?, ?, ?)", [(*row, vector.tobytes()) for row, vector in zip(rows, matrix, strict=True)]
        )

    def _insert(self, document: Document, passage_vectors: Vectors, sentence_vectors: Sequence[Vectors]) -> None:
        self._connection.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                document.document_id,
                document.layer,
                document.kind,
                document.subject,
                document.title,
                document.text,
                json.dumps([[section.heading, section.start, section.end] for section in document.sections]),
                json.dumps([asdict(source) for source in document.sources]),
                json.dumps(document.tags),
                json.dumps(document.questions),
                document.content_sha256,
            ),
        )
        for position, (passage, vector, inner) in enumerate(zip(passages_of(document), passage_vectors, sentence_vectors, strict=True)):
            cursor = self._connection.execute(
                'INSERT INTO passages (document_id, position, heading, start, "end", sentences, vector, sentence_vectors) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
                (
                    document.document_id,
                    position,
                    passage.heading,
                    passage.start,
                    passage.end,
                    json.dumps(passage.sentences),
                    vector.tobytes(),
                    inner.tobytes(),
                ),
            )
            self._connection.execute(
                "INSERT INTO passages_text (rowid, title, heading, body) VALUES (?, ?, ?, ?)",
                (cursor.lastrowid, document.title, passage.heading, document.text[passage.start : passage.end]),
            )

    def _forget(self, document_id: str) -> None:
        self._connection.execute("DELETE FROM passages_text WHERE rowid IN (SELECT passage_id FROM passages WHERE document_id = ?)", (document_id,))
        self._connection.execute("DELETE FROM passages WHERE document_id = ?", (document_id,))
        self._connection.execute("DELETE FROM probes WHERE kind = 'title' AND owner = ?", (document_id,))
        self._connection.execute("DELETE FROM documents WHERE document_id = ?", (document_id,))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield
            self._set_meta("generation", str(self.generation + 1))
            self._connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            self._roll_back()
            where = FILE_NAME if self.folder is None else str(self.folder / FILE_NAME)
            raise KnowledgeError(where, f"cannot be written ({error})", "check the disk and the folder's permissions; nothing was changed") from error
        except BaseException:
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def _rows(self, query: str, values: Sequence[Any] = ()) -> _Rows:
        """The rows of a query. Raises KnowledgeError when the file is damaged."""
        try:
            return _Rows(self._connection.execute(query, values).fetchall())
        except sqlite3.DatabaseError as error:
            where = FILE_NAME if self.folder is None else str(self.folder / FILE_NAME)
            raise KnowledgeError(where, f"cannot be read ({error})", "restore it from a copy, or name another folder with --knowledge") from error

    def _meta(self, key: str) -> str | None:
        row = self._rows("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def _set_meta(self, key: str, value: str) -> None:
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))


def open_store(folder: Path, encoder: Encoder | None, shipped_folder: Path = HERE) -> Store:
    """Open the base in a folder, created if absent, with the program's present shipped layer.

    A folder that cannot be written is served from memory with the shipped layer alone, if it holds no store.
    Raises KnowledgeError for a file that is no store, or one of another version.
    """
    store = _connect(folder)
    signature = shipped_signature(shipped_folder)
    if not store.is_laid(signature, "" if encoder is None else encoder.name):
        store.lay_shipped(load_shipped(shipped_folder), signature, ShippedVectors(shipped_folder / "vectors"), encoder)
    return store


def _connect(folder: Path) -> Store:
    path = folder / FILE_NAME
    if path.exists():
        refuse_foreign(path)
    else:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.touch()
        except OSError:
            connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
            initialise(connection)
            return Store(connection, None)
    connection = sqlite3.connect(path, isolation_level=None, timeout=30.0, check_same_thread=False)
    try:
        initialise(connection)  # before the log is switched on, so that the marks are in the header of the file itself
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA foreign_keys = ON")
        return Store(connection, folder)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise KnowledgeError(str(path), f"cannot be used ({error})", "move it away, or name another folder with --knowledge") from error


def add_document(store: Store, document: Document, encoder: Encoder) -> str:
    """Add a document with its vectors unless it is there unchanged; returns `added`, `replaced` or `unchanged`."""
    state = store.state_of(document)
    if state != "unchanged":
        passages, sentences = passage_texts(document)
        vectors = encoder.encode([*passages, document.title, *(sentence for group in sentences for sentence in group)])
        groups, begin = [], len(passages) + 1
        for group in sentences:
            groups.append(vectors[begin : begin + len(group)])
            begin += len(group)
        store.add(document, vectors[: len(passages)], groups, vectors[len(passages)])
    return state
