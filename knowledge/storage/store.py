"""An open knowledge base: what is read from it, and the two changes, a document in and a document out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge.documents import Document, Silence, Term
from knowledge.encoding.protocol import Vectors
from knowledge.errors import KnowledgeError
from knowledge.mappings import silence_from, term_from
from knowledge.passages import Span
from knowledge.storage.connection import Connection
from knowledge.storage.records import DOCUMENT_COLUMNS, document_from, store_key
from knowledge.storage.writing import forget_document, insert_document
from knowledge.texts import Encoded

if TYPE_CHECKING:
    import numpy.typing as npt

MOST_KEPT = 128
MOST_AT_ONCE = 10_000  # SQLite takes 32,766 values in one query


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with what retrieval and answers need; `sentence_vectors` has one row a sentence."""

    passage_id: int
    document_id: str
    layer: str
    position: int
    heading: str
    start: int
    end: int
    sentences: tuple[Span, ...]
    sentence_vectors: Vectors


@dataclass(frozen=True, slots=True)
class IndexRows:
    """Passages in the order of their ids, as search needs them: `words` holds each passage's word record one after the other, `counts` their lengths."""

    ids: npt.NDArray[np.int64]
    documents: npt.NDArray[np.int64]
    tokens: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]
    words: bytes
    vectors: Vectors


class Store:
    """An open knowledge base. Use as a context manager or call `close`. One thread at a time may use it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._read: tuple[int, dict[str, Document]] = (-1, {})

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; everything reported as added is on disk already."""
        self.connection.close()

    @property
    def folder(self) -> Path | None:
        """The folder of the base; None for one in memory."""
        return None if self.connection.path is None else self.connection.path.parent

    @property
    def writable(self) -> bool:
        """Whether documents can be kept here."""
        return self.connection.writable and self.connection.path is not None

    @property
    def generation(self) -> int:
        """Number of the present content: every change of it raises the number."""
        return int(self.meta("generation") or 0)

    @property
    def encoder_identity(self) -> str:
        """Identity of the encoder whose vectors are searched; empty before anything was encoded."""
        return self.meta("encoder") or ""

    @property
    def encoder_name(self) -> str:
        """Name of that encoder."""
        return self.encoder_identity.rpartition("@")[0] or self.encoder_identity

    @property
    def space(self) -> str:
        """What the present vectors are of: the encoder, and how often vectors of stored passages were made anew."""
        return f"{self.encoder_identity}#{self.meta('epoch') or 0}"

    @property
    def dimensions(self) -> int:
        """Length of its vectors; 0 before anything was encoded."""
        return int(self.connection.value("SELECT dimensions FROM encoders WHERE identity = ?", (self.encoder_identity,)) or 0)

    def encoder_number(self, identity: str) -> int:
        """Number under which an encoder's vectors are kept; 0 when there are none."""
        return int(self.connection.value("SELECT encoder_number FROM encoders WHERE identity = ?", (identity,)) or 0)

    def renew_space(self) -> None:
        """Make every index of the present vectors out of date; within a transaction."""
        self.set_meta("epoch", str(int(self.meta("epoch") or 0) + 1))

    def document_ids(self) -> list[str]:
        """All document ids in order."""
        return [row[0] for row in self.connection.rows("SELECT document_id FROM documents ORDER BY document_id")]

    def overview(self) -> list[dict[str, Any]]:
        """One mapping a document: id, layer, kind, subject, title, url, passages, date, address."""
        rows = self.connection.rows(
            "SELECT document_id, layer, kind, subject, title, sources, (SELECT count(*) FROM passages p WHERE p.document_number = d.document_number), address"
            " FROM documents d ORDER BY layer DESC, document_id"
        )
        names = ("document_id", "layer", "kind", "subject", "title", "url", "passages", "date", "address")
        sources = [json.loads(row[5])[0] for row in rows]
        return [
            dict(zip(names, (*row[:5], source["url"], row[6], source["date"], row[7]), strict=True))
            for row, source in zip(rows, sources, strict=True)
        ]

    @property
    def has_added(self) -> bool:
        """Whether there is a document that the user added."""
        return self.connection.value("SELECT 1 FROM documents WHERE layer = 'user' LIMIT 1") is not None

    def document(self, document_id: str) -> Document:
        """A document; those that answers come from are kept until the content changes. Raises KnowledgeError for an unknown id."""
        generation, kept = self._read
        if generation != self.generation or len(kept) >= MOST_KEPT:
            kept = {}
            self._read = (self.generation, kept)
        if document_id not in kept:
            kept[document_id] = self._document_called(document_id)
        return kept[document_id]

    def _document_called(self, document_id: str) -> Document:
        rows = self.connection.rows(f"SELECT document_number, {DOCUMENT_COLUMNS} FROM documents WHERE document_id = ?", (document_id,))  # noqa: S608 - a constant
        if not rows:
            raise KnowledgeError(document_id, "is not in the knowledge base", "`alvh knowledge list` shows what is")
        return self._document(rows[0])

    def documents(self, layer: str = "user") -> Iterator[Document]:
        """The documents of a layer, one at a time, in the order in which they were added."""
        for (number,) in self.connection.rows("SELECT document_number FROM documents WHERE layer = ? ORDER BY document_number", (layer,)):
            document = self.document_numbered(number)
            if document is not None:
                yield document

    def document_numbered(self, number: int) -> Document | None:
        """A document by its number, which is never given twice; None when it is gone."""
        rows = self.connection.rows(f"SELECT document_number, {DOCUMENT_COLUMNS} FROM documents WHERE document_number = ?", (number,))  # noqa: S608 - a constant
        return self._document(rows[0]) if rows else None

    def passages(self, ids: Sequence[int]) -> list[StoredPassage]:
        """Passages by id, in the order asked for; what is not there is left out."""
        return [passage for begin in range(0, len(ids), MOST_AT_ONCE) for passage in self._some_passages(ids[begin : begin + MOST_AT_ONCE])]

    def _some_passages(self, ids: Sequence[int]) -> list[StoredPassage]:
        marks = ",".join("?" * len(ids))
        rows = self.connection.rows(
            'SELECT p.passage_id, d.document_id, d.layer, p.position, p.heading, p.start, p."end", p.sentences, s.vectors FROM passages p JOIN documents d USING (document_number)'  # noqa: S608 - only marks
            f" LEFT JOIN sentence_vectors s ON s.passage_id = p.passage_id AND s.encoder_number = ? WHERE p.passage_id IN ({marks})",
            [self.encoder_number(self.encoder_identity), *ids],
        )
        dimensions = self.dimensions
        found = {}
        for passage_id, document_id, layer, position, heading, start, end, sentences, vectors in rows:
            spans = tuple((a, b) for a, b in json.loads(sentences))
            matrix = sentence_matrix(vectors, len(spans), dimensions)
            found[passage_id] = StoredPassage(passage_id, document_id, layer, position, heading, start, end, spans, matrix)
        return [found[passage_id] for passage_id in ids if passage_id in found]

    def index_rows(self, after: int = 0) -> IndexRows:
        """Every passage with an id above `after`, with its words and its vector (zeros where it has none)."""
        dimensions = self.dimensions
        rows = self.connection.rows(
            "SELECT p.passage_id, p.document_number, p.tokens, p.words, v.vector FROM passages p"
            " LEFT JOIN passage_vectors v ON v.passage_id = p.passage_id AND v.encoder_number = ? WHERE p.passage_id > ? ORDER BY p.passage_id",
            (self.encoder_number(self.encoder_identity), after),
        )
        from knowledge.word_records import WORD_RECORD

        numbers = np.array([row[:3] for row in rows], dtype=np.int64).reshape(len(rows), 3)
        counts = np.array([len(row[3]) // WORD_RECORD.itemsize for row in rows], dtype=np.int64)
        vectors = vector_matrix([row[4] for row in rows], dimensions)
        return IndexRows(numbers[:, 0], numbers[:, 1], numbers[:, 2], counts, b"".join(row[3] for row in rows), vectors)

    def segment_tokens(self) -> dict[str, str]:
        """The index files made from this base, by name, each with the token that it holds: a file of another base, or of one restored from a copy, has none."""
        return dict(self.connection.rows("SELECT name, token FROM kept_segments"))

    def keep_segments(self, tokens: Mapping[str, str]) -> None:
        """Note which index files are those of this base. Raises KnowledgeError when it cannot be written."""
        with self.connection.writing() as raw:
            raw.execute("DELETE FROM kept_segments")
            raw.executemany("INSERT INTO kept_segments VALUES (?, ?)", sorted(tokens.items()))

    def forgotten_since(self, generation: int) -> list[int]:
        """Numbers of the documents that were removed or replaced after a generation."""
        return [int(row[0]) for row in self.connection.rows("SELECT document_number FROM forgotten WHERE generation > ?", (generation,))]

    def passages_under(self, document_id: str, heading: str) -> list[int]:
        """Ids of the passages under one heading of a document, in reading order."""
        rows = self.connection.rows(
            "SELECT passage_id FROM passages JOIN documents USING (document_number) WHERE document_id = ? AND heading = ? ORDER BY position",
            (document_id, heading),
        )
        return [int(row[0]) for row in rows]

    def user_passage_ids(self) -> list[int]:
        """Ids of the passages of added documents, document by document."""
        rows = self.connection.rows(
            "SELECT passage_id FROM passages JOIN documents USING (document_number) WHERE layer = 'user' ORDER BY document_number, position"
        )
        return [int(row[0]) for row in rows]

    def count_passages(self) -> int:
        """How many passages the base holds."""
        return int(self.connection.value("SELECT count(*) FROM passages"))

    def silences(self) -> dict[str, Silence]:
        """What the method does not state, by id."""
        rows = self.connection.rows("SELECT silence_id, entry FROM silences ORDER BY silence_number")
        return {row[0]: silence_from(json.loads(row[1])) for row in rows}

    def terms(self) -> list[Term]:
        """The glossary's entries."""
        return [term_from(json.loads(row[0])) for row in self.connection.rows("SELECT entry FROM terms ORDER BY term_number")]

    def fingerprint(self, document_id: str) -> str | None:
        """The fingerprint of a document's text as it was added."""
        found = self.connection.value("SELECT text_sha256 FROM documents WHERE document_id = ?", (document_id,))
        return None if found is None else str(found)

    def document_at(self, key: str) -> Document | None:
        """The document with an address key (see `records.store_key`)."""
        rows = self.connection.rows(f"SELECT document_number, {DOCUMENT_COLUMNS} FROM documents WHERE address_key = ?", (key,))  # noqa: S608 - a constant
        return self._document(rows[0]) if rows else None

    def twin_of(self, document: Document) -> str | None:
        """Id of a document that says the same, terms and silences included, and like this one is known only by a file's path."""
        if document.sources[0].url is not None:
            return None
        rows = self.connection.rows(
            "SELECT document_id FROM documents WHERE text_sha256 = ? AND layer = 'user' AND address_key != ? ORDER BY document_number",
            (document.text_sha256, store_key(document)),
        )
        said = (document.terms, document.silences)
        others = (self.document(row[0]) for row in rows)
        return next((other.document_id for other in others if other.sources[0].url is None and (other.terms, other.silences) == said), None)

    def vectors_by_text(self, document: Document) -> dict[str, Vectors]:
        """The vectors that the present encoder made of a stored document's texts, by text."""
        from knowledge.texts import encodable

        parts = encodable(document)
        number, dimensions = self.encoder_number(self.encoder_identity), self.dimensions
        known: dict[str, Vectors] = {}
        rows = self.connection.rows(
            "SELECT v.vector, s.vectors FROM passages p JOIN documents d USING (document_number)"
            " JOIN passage_vectors v ON v.passage_id = p.passage_id AND v.encoder_number = ?"
            " JOIN sentence_vectors s ON s.passage_id = p.passage_id AND s.encoder_number = ? WHERE d.document_id = ? ORDER BY p.position",
            (number, number, document.document_id),
        )
        if len(rows) == len(parts.passages):
            for text, sentences, (vector, inner) in zip(parts.passage_texts, parts.sentence_texts, rows, strict=True):
                known[text] = vector_matrix([vector], dimensions)[0]
                known.update(zip(sentences, sentence_matrix(inner, len(sentences), dimensions), strict=True))
        probes = self.connection.rows(
            "SELECT p.text, v.vector FROM probes p JOIN documents d USING (document_number)"
            " JOIN probe_vectors v ON v.probe_id = p.probe_id AND v.encoder_number = ? WHERE d.document_id = ?",
            (number, document.document_id),
        )
        return known | {text: vector_matrix([vector], dimensions)[0] for text, vector in probes}

    def put(self, encoded: Encoded, identity: str) -> str:
        """Add a document or replace the one at its address, in one transaction; returns `added` or `replaced`.

        Raises KnowledgeError when the base cannot be written, or is by now of another encoder.
        """
        with self.changing() as generation:
            if self.encoder_identity not in ("", identity):
                raise KnowledgeError(self.connection.where, f"is now encoded by {self.encoder_name}", "run the command again")
            names = (store_key(encoded.of.document), encoded.of.document.document_id)
            before = self.connection.rows("SELECT document_number FROM documents WHERE address_key = ? OR document_id = ?", names)
            for (number,) in before:
                forget_document(self.connection.raw, number, generation)
            insert_document(self.connection.raw, encoded, self.register(identity, encoded.passages.shape[1]))
        return "replaced" if before else "added"

    def remove(self, document_id: str) -> None:
        """Remove a document; a shipped one stays removed after upgrades. Raises KnowledgeError for an unknown id."""
        rows = self.connection.rows("SELECT document_number, layer FROM documents WHERE document_id = ?", (document_id,))
        if not rows:
            raise KnowledgeError(document_id, "is not in the knowledge base", "`alvh knowledge list` shows what is")
        with self.changing() as generation:
            forget_document(self.connection.raw, rows[0][0], generation)
            if rows[0][1] == "shipped":
                self.connection.raw.execute("INSERT OR REPLACE INTO removed VALUES (?)", (document_id,))

    @contextmanager
    def changing(self) -> Iterator[int]:
        """A transaction that makes a new generation of the base; gives its number."""
        with self.connection.writing():
            generation = self.generation + 1
            yield generation
            self.set_meta("generation", str(generation))

    def meta(self, key: str) -> str | None:
        """A fact about the base as a whole."""
        value = self.connection.value("SELECT value FROM meta WHERE key = ?", (key,))
        return None if value is None else str(value)

    def set_meta(self, key: str, value: str) -> None:
        """Keep a fact about the base as a whole; within a transaction."""
        self.connection.raw.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def register(self, identity: str, dimensions: int) -> int:
        """The number of an encoder, given when it is first met, within a transaction; the first one is the base's."""
        self.connection.raw.execute("INSERT OR IGNORE INTO encoders (identity, dimensions) VALUES (?, ?)", (identity, dimensions))
        if not self.encoder_identity:
            self.set_meta("encoder", identity)
        return self.encoder_number(identity)

    def _document(self, row: Sequence[Any]) -> Document:
        terms = [entry for (entry,) in self.connection.rows("SELECT entry FROM terms WHERE document_number = ? ORDER BY term_number", (row[0],))]
        silences = [
            entry for (entry,) in self.connection.rows("SELECT entry FROM silences WHERE document_number = ? ORDER BY silence_number", (row[0],))
        ]
        return document_from(row[1:], terms, silences)


def vector_matrix(blobs: Sequence[bytes | None], dimensions: int) -> Vectors:
    """Vectors of float32, one row each; a row of zeros for one that is missing."""
    empty = bytes(4 * dimensions)
    data = b"".join(empty if blob is None else blob for blob in blobs)
    return np.frombuffer(data, dtype=np.float32).reshape(len(blobs), dimensions)


def sentence_matrix(blob: bytes | None, count: int, dimensions: int) -> Vectors:
    """Vectors of sentences, kept with half precision (a cosine is exact to about 1e-4); zeros where they are missing."""
    if blob is None:
        return np.zeros((count, dimensions), dtype=np.float32)
    with np.errstate(invalid="ignore"):  # damaged bytes can be no number; the check finds them
        return np.frombuffer(blob, dtype=np.float16).reshape(count, dimensions).astype(np.float32)
