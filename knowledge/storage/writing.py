"""The rows that one document makes in a store; each function works within the caller's transaction."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from dataclasses import asdict

import numpy as np

from knowledge.encoding.protocol import Vectors
from knowledge.storage.records import DOCUMENT_COLUMNS, document_row
from knowledge.texts import Encoded
from knowledge.word_records import vocabulary_of, word_record


def insert_document(connection: sqlite3.Connection, encoded: Encoded, encoder_number: int) -> None:
    """Write a document with its passages, words, vectors, probes, terms and silences."""
    document = encoded.of.document
    marks = ", ".join("?" * 13)
    cursor = connection.execute(f"INSERT INTO documents ({DOCUMENT_COLUMNS}, address_key, text_sha256) VALUES ({marks})", document_row(document))  # noqa: S608 - constants
    number = cursor.lastrowid
    assert number is not None
    _insert_passages(connection, encoded, number, encoder_number)
    for probe, vector in zip(encoded.of.probes, encoded.probes, strict=True):
        cursor = connection.execute(
            "INSERT INTO probes (document_number, kind, owner, text) VALUES (?, ?, ?, ?)", (number, probe.kind, probe.owner, probe.text)
        )
        insert_probe_vector(connection, cursor.lastrowid, encoder_number, vector)
    connection.executemany(
        "INSERT INTO terms (document_number, entry) VALUES (?, ?)", [(number, json.dumps(asdict(term))) for term in document.terms]
    )
    connection.executemany(
        "INSERT INTO silences (document_number, silence_id, entry) VALUES (?, ?, ?)",
        [(number, silence.id, json.dumps(asdict(silence))) for silence in document.silences],
    )


def forget_document(connection: sqlite3.Connection, number: int, generation: int) -> None:
    """Remove a document's rows; its number is kept as forgotten, so that an index made before leaves it out."""
    _count_words(connection, _words_of(connection, number), -1)
    connection.execute("DELETE FROM documents WHERE document_number = ?", (number,))  # passages, probes, terms, silences and vectors go with it
    connection.execute("INSERT OR REPLACE INTO forgotten VALUES (?, ?)", (number, generation))


def insert_passage_vectors(connection: sqlite3.Connection, passage_id: int | None, encoder_number: int, vector: Vectors, sentences: Vectors) -> None:
    """Keep a passage's vector as float32 and its sentences' as float16, row after row, little-endian; zeros are vectors not yet made."""
    if vector.any() and sentences.any(axis=1).all():
        values = (passage_id, encoder_number)
        connection.execute("INSERT OR REPLACE INTO passage_vectors VALUES (?, ?, ?)", (*values, np.ascontiguousarray(vector, dtype="<f4").tobytes()))
        connection.execute(
            "INSERT OR REPLACE INTO sentence_vectors VALUES (?, ?, ?)", (*values, np.ascontiguousarray(sentences, dtype="<f2").tobytes())
        )


def insert_probe_vector(connection: sqlite3.Connection, probe_id: int | None, encoder_number: int, vector: Vectors) -> None:
    """Keep a probe's vector as float32, little-endian; zeros are a vector not yet made."""
    if vector.any():
        values = (probe_id, encoder_number, np.ascontiguousarray(vector, dtype="<f4").tobytes())
        connection.execute("INSERT OR REPLACE INTO probe_vectors VALUES (?, ?, ?)", values)


def _insert_passages(connection: sqlite3.Connection, encoded: Encoded, number: int, encoder_number: int) -> None:
    document = encoded.of.document
    words: Counter[str] = Counter()
    for position, (passage, vector, inner) in enumerate(zip(encoded.of.passages, encoded.passages, encoded.sentences, strict=True)):
        body = document.text[passage.start : passage.end]
        record, tokens = word_record(document.title, passage.heading, body)
        words.update(vocabulary_of(document.title, passage.heading, body))
        cursor = connection.execute(
            'INSERT INTO passages (document_number, position, heading, start, "end", sentences, tokens, words) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
            (number, position, passage.heading, passage.start, passage.end, json.dumps(passage.sentences), tokens, record.tobytes()),
        )
        insert_passage_vectors(connection, cursor.lastrowid, encoder_number, vector, inner)
    _count_words(connection, words, 1)


def _words_of(connection: sqlite3.Connection, number: int) -> Counter[str]:
    title, text = connection.execute("SELECT title, text FROM documents WHERE document_number = ?", (number,)).fetchone()
    words: Counter[str] = Counter()
    for heading, start, end in connection.execute('SELECT heading, start, "end" FROM passages WHERE document_number = ?', (number,)):
        words.update(vocabulary_of(title, heading, text[start:end]))
    return words


def _count_words(connection: sqlite3.Connection, words: Counter[str], sign: int) -> None:
    connection.executemany(
        "INSERT INTO vocabulary VALUES (?1, ?2) ON CONFLICT (word) DO UPDATE SET passages = passages + ?2",
        [(word, sign * count) for word, count in sorted(words.items())],
    )
    if sign < 0:
        connection.executemany("DELETE FROM vocabulary WHERE word = ? AND passages <= 0", [(word,) for word in words])
