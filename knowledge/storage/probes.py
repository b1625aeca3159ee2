"""The questions that a base keeps vectors of: those that documents answer, titles of added pages, and examples of what is silent or elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from knowledge.encoding.protocol import Vectors
from knowledge.storage.store import Store, vector_matrix

if TYPE_CHECKING:
    import numpy.typing as npt

_WITH_VECTORS = "LEFT JOIN probe_vectors v ON v.probe_id = p.probe_id AND v.encoder_number = ?"


@dataclass(frozen=True, slots=True)
class StatedRows:
    """Probes in the order of their ids, with the numbers of their documents and their vectors, one row a probe."""

    ids: npt.NDArray[np.int64]
    documents: npt.NDArray[np.int64]
    vectors: Vectors


def stated_rows(store: Store, kinds: Sequence[str], after: int = 0) -> StatedRows:
    """Probes of some kinds with an id above `after`."""
    rows = store.connection.rows(
        f"SELECT p.probe_id, p.document_number, v.vector FROM probes p {_WITH_VECTORS}"  # noqa: S608 - a constant and marks
        f" WHERE p.kind IN ({_marks(kinds)}) AND p.probe_id > ? ORDER BY p.probe_id",
        [_encoder(store), *kinds, after],
    )
    numbers = np.array([row[:2] for row in rows], dtype=np.int64).reshape(len(rows), 2)
    return StatedRows(numbers[:, 0], numbers[:, 1], vector_matrix([row[2] for row in rows], store.dimensions))


def probe_texts(store: Store, kind: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Owners and texts of the probes of a kind, in the order of their ids."""
    rows = store.connection.rows("SELECT owner, text FROM probes WHERE kind = ? ORDER BY probe_id", (kind,))
    return tuple(row[0] for row in rows), tuple(row[1] for row in rows)


def probe_vectors(store: Store, kind: str) -> Vectors:
    """The vectors of those probes, one row each (zeros where one has none)."""
    rows = store.connection.rows(
        f"SELECT v.vector FROM probes p {_WITH_VECTORS} WHERE p.kind = ? ORDER BY p.probe_id",  # noqa: S608 - a constant
        [_encoder(store), kind],
    )
    return vector_matrix([row[0] for row in rows], store.dimensions)


def probes_of(store: Store, document_ids: Sequence[str], kinds: Sequence[str]) -> tuple[list[tuple[str, str]], Vectors]:
    """Texts and document ids of the probes of some kinds that belong to some documents, in the order of their ids, with their vectors."""
    rows = store.connection.rows(
        f"SELECT p.text, d.document_id, v.vector FROM probes p JOIN documents d USING (document_number) {_WITH_VECTORS}"  # noqa: S608 - a constant and marks
        f" WHERE d.document_id IN ({_marks(document_ids)}) AND p.kind IN ({_marks(kinds)}) ORDER BY p.probe_id",
        [_encoder(store), *document_ids, *kinds],
    )
    return [(row[0], row[1]) for row in rows], vector_matrix([row[2] for row in rows], store.dimensions)


def title_vectors(store: Store, document_ids: Sequence[str]) -> dict[str, Vectors]:
    """Vectors of the titles of added documents, by document id; none for a title without one."""
    rows = store.connection.rows(
        "SELECT d.document_id, v.vector FROM probes p JOIN documents d USING (document_number)"  # noqa: S608 - only marks
        " JOIN probe_vectors v ON v.probe_id = p.probe_id AND v.encoder_number = ?"
        f" WHERE p.kind = 'title' AND d.document_id IN ({_marks(document_ids)})",
        [_encoder(store), *document_ids],
    )
    return {str(document_id): vector_matrix([vector], store.dimensions)[0] for document_id, vector in rows}


def _marks(values: Sequence[str]) -> str:
    return ",".join("?" * len(values))


def _encoder(store: Store) -> int:
    return store.encoder_number(store.encoder_identity)
