"""Questions to read next: what the documents found are known to answer besides."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from knowledge.search.segment import STATED_KINDS
from knowledge.storage.probes import probes_of
from knowledge.storage.store import Store

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from knowledge.documents import Place

MOST = 3
SAME_QUESTION = 0.85


def related_questions(
    store: Store,
    document_ids: Sequence[str],
    vector: npt.NDArray[np.float32] | None,
    read: Collection[Place] = (),
    most: int = MOST,
) -> tuple[str, ...]:
    """Questions (for an added page its title) that some documents answer, the closest to a question first, without the question itself.

    Those that are written out as questions, one a section, none that the sections already read (document id, heading) answer.
    `vector` is the question's; without it there are none.
    """
    if vector is None or not document_ids:
        return ()
    asked, vectors = probes_of(store, document_ids, STATED_KINDS)
    cosines = (vectors @ vector).tolist()
    places = _places(store, document_ids)
    taken = set(read)
    chosen: list[int] = []
    for row in sorted(range(len(asked)), key=lambda row: (-cosines[row], row)):
        text, document_id = asked[row]
        place = (document_id, places.get((document_id, text), text))
        if len(chosen) == most:
            break
        if place in taken or not _is_written_out(text) or cosines[row] >= SAME_QUESTION:
            continue
        if all(float(vectors[row] @ vectors[other]) < SAME_QUESTION for other in chosen):
            chosen.append(row)
            taken.add(place)
    return tuple(asked[row][0] for row in chosen)


def _places(store: Store, document_ids: Sequence[str]) -> dict[tuple[str, str], str]:
    """The heading that answers each known question of some documents."""
    documents = [store.document(document_id) for document_id in document_ids]
    return {
        (document.document_id, question): heading
        for document in documents
        for question, heading in zip(document.questions, document.asked_under, strict=False)
    }


def _is_written_out(text: str) -> bool:
    """Whether a question, or the title of a page, reads well by itself; others are ways in which people type."""
    return text[:1].isupper()
