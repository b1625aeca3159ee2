"""Vectors that a base lacks: of another encoder, or lost. The present ones stay in use until all of the new ones are there."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.encoding.protocol import Encoder, Vectors
from knowledge.errors import KnowledgeError
from knowledge.storage.store import Store
from knowledge.storage.writing import insert_passage_vectors, insert_probe_vector
from knowledge.texts import Encodable, batched, encodable


@dataclass(frozen=True, slots=True)
class Step:
    """How far the encoding is: documents done, of how many, and the texts encoded since the last step."""

    done: int
    total: int
    texts: int


def lacking(store: Store, identity: str) -> list[int]:
    """Numbers of the documents of which an encoder has not made every vector, in the order of adding."""
    number = store.encoder_number(identity)
    rows = store.connection.rows(
        "SELECT document_number FROM documents d WHERE EXISTS (SELECT 1 FROM passages p WHERE p.document_number = d.document_number AND (NOT EXISTS"
        " (SELECT 1 FROM passage_vectors v WHERE v.passage_id = p.passage_id AND v.encoder_number = ?1) OR NOT EXISTS"
        " (SELECT 1 FROM sentence_vectors v WHERE v.passage_id = p.passage_id AND v.encoder_number = ?1)))"
        " OR EXISTS (SELECT 1 FROM probes q WHERE q.document_number = d.document_number AND NOT EXISTS"
        " (SELECT 1 FROM probe_vectors v WHERE v.probe_id = q.probe_id AND v.encoder_number = ?1)) ORDER BY document_number",
        (number,),
    )
    return [row[0] for row in rows]


def encode_lacking(store: Store, encoder: Encoder) -> Iterator[Step]:
    """Make the vectors that the base lacks of an encoder, and search by it from then on.

    Stopped in between, it goes on from there the next time. Raises KnowledgeError when the base cannot be written.
    """
    identity = encoder.identity
    with store.connection.writing():
        number = store.register(identity, encoder.dimensions)
    missing = lacking(store, identity)
    while True:
        yield Step(0, len(missing), 0)
        yield from _encode(store, encoder, number, missing)
        if _switched(store, identity, number):
            return
        tried, missing = set(missing), lacking(store, identity)
        if tried >= set(missing):
            raise KnowledgeError(store.connection.where, "holds documents that cannot be encoded", "run `alvh knowledge check --repair`")


def _encode(store: Store, encoder: Encoder, number: int, missing: Sequence[int]) -> Iterator[Step]:
    waiting: deque[tuple[int, Encodable]] = deque()
    rows: deque[Vectors] = deque()
    done = 0
    for vectors in encoder.encode_batches(batched(_texts(store, missing, waiting))):
        rows.extend(vectors)
        while waiting and len(rows) >= len(waiting[0][1].texts):
            document_number, parts = waiting.popleft()
            matrix = np.array([rows.popleft() for _ in parts.texts], dtype=np.float32)
            _keep(store, document_number, parts, matrix, number)
            done += 1
        yield Step(done, len(missing), len(vectors))


def _texts(store: Store, missing: Sequence[int], waiting: deque[tuple[int, Encodable]]) -> Iterator[str]:
    for number in missing:
        document = store.document_numbered(number)
        if document is not None:  # it may have been removed meanwhile
            waiting.append((number, encodable(document)))
            yield from waiting[-1][1].texts


def _keep(store: Store, document_number: int, parts: Encodable, matrix: Vectors, number: int) -> None:
    """Write a document's vectors, unless it was replaced or removed meanwhile: it then has another number, or none."""
    encoded = parts.placed(matrix)
    with store.changing():
        passages = store.connection.rows("SELECT passage_id FROM passages WHERE document_number = ? ORDER BY position", (document_number,))
        probes = store.connection.rows("SELECT probe_id FROM probes WHERE document_number = ? ORDER BY probe_id", (document_number,))
        if len(passages) == len(parts.passages) and len(probes) == len(parts.probes):
            for (passage_id,), vector, sentences in zip(passages, encoded.passages, encoded.sentences, strict=True):
                insert_passage_vectors(store.connection.raw, passage_id, number, vector, sentences)
            for (probe_id,), vector in zip(probes, encoded.probes, strict=True):
                insert_probe_vector(store.connection.raw, probe_id, number, vector)


def _switched(store: Store, identity: str, number: int) -> bool:
    """Search by an encoder from now on and forget the others' vectors; False when documents came in that it has not encoded."""
    with store.changing():
        if lacking(store, identity):
            return False
        store.set_meta("encoder", identity)
        store.renew_space()
        for table in ("passage_vectors", "sentence_vectors", "probe_vectors"):
            store.connection.raw.execute(f"DELETE FROM {table} WHERE encoder_number != ?", (number,))  # noqa: S608 - constants
        store.connection.raw.execute("DELETE FROM encoders WHERE encoder_number != ?", (number,))
    return True
