"""Questions to read next: what the documents found are known to answer besides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from knowledge.search.segment import STATED_KINDS
from knowledge.storage.store import Store, vector_matrix

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

MOST = 3
SAME_QUESTION = 0.85


def related_questions(store: Store, document_ids: Sequence[str], vector: npt.NDArray[np.float32] | None, most: int = MOST) -> tuple[str, ...]:
    """Questions (for an added page its title) that some documents answer, the closest to a question first, without the question itself.

    `vector` is the question's; without it there are none.
    """
    if vector is None or not document_ids:
        return ()
    owners, kinds = (",".join("?" * len(values)) for values in (document_ids, STATED_KINDS))
    rows = store.connection.rows(
        "SELECT p.text, v.vector FROM probes p JOIN documents d USING (document_number)"  # noqa: S608 - only marks
        f" LEFT JOIN probe_vectors v ON v.probe_id = p.probe_id AND v.encoder_number = ? WHERE d.document_id IN ({owners}) AND p.kind IN ({kinds})"
        " ORDER BY p.probe_id",
        [store.encoder_number(store.encoder_identity), *document_ids, *STATED_KINDS],
    )
    vectors = vector_matrix([row[1] for row in rows], store.dimensions)
    order = sorted(range(len(rows)), key=lambda place: (-float(vectors[place] @ vector), place))
    chosen: list[int] = []
    for place in order:
        if len(chosen) == most:
            break
        if float(vectors[place] @ vector) < SAME_QUESTION and all(float(vectors[place] @ vectors[other]) < SAME_QUESTION for other in chosen):
            chosen.append(place)
    return tuple(rows[place][0] for place in chosen)
