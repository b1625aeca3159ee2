"""The shipped documents as a layer of a store: replaced when the program's own have changed, the user's left alone."""

from __future__ import annotations

from knowledge.documents import Document
from knowledge.encoding.model import MODEL_IDENTITY
from knowledge.encoding.protocol import Encoder
from knowledge.errors import KnowledgeError
from knowledge.shipped import Shipped, ShippedVectors
from knowledge.storage.store import Store
from knowledge.storage.writing import forget_document, insert_document
from knowledge.texts import encodable

SIGNATURE = "shipped"


def is_laid(store: Store, signature: str) -> bool:
    """Whether the shipped layer is the program's present one."""
    return store.meta(SIGNATURE) == signature


def lay_shipped(store: Store, shipped: Shipped, signature: str, vectors: ShippedVectors, encoder: Encoder | None) -> int:
    """Bring the shipped layer to the program's present one, in one transaction; returns how many documents changed.

    Documents that are the same stay as they are, those that the user removed stay removed. Vectors are those of the base's
    encoder, or of the default one in a new base without an encoder at hand.
    """
    identity = store.encoder_identity or (MODEL_IDENTITY if encoder is None else encoder.identity)
    while True:
        seen = store.generation
        present, wanted = _layers(store, shipped)
        parts = [encodable(document) for name, document in wanted.items() if present.get(name) != document]
        matrix = vectors.vectors([text for part in parts for text in part.texts], encoder)
        with store.changing() as generation:
            if store.generation != seen:  # another process was at it, perhaps with the same: look again
                continue
            number = store.register(identity, matrix.shape[1])
            for name in present:
                if wanted.get(name) != present[name]:
                    forget_document(store.connection.raw, number_of(store, name), generation)
            begin = 0
            for part in parts:
                count = len(part.texts)
                insert_document(store.connection.raw, part.placed(matrix[begin : begin + count]), number)
                begin += count
            store.set_meta(SIGNATURE, signature)
        return len(parts)


def _layers(store: Store, shipped: Shipped) -> tuple[dict[str, Document], dict[str, Document]]:
    """The shipped documents that the store holds, and those that it should, by id."""
    removed = {row[0] for row in store.connection.rows("SELECT document_id FROM removed")}
    present = {document.document_id: document for document in store.documents("shipped")}
    return present, {document.document_id: document for document in shipped.documents if document.document_id not in removed}


def missing(store: Store, shipped: Shipped) -> list[str]:
    """Ids of shipped documents that the store should hold and does not; none before the layer was ever laid, which opening the base does."""
    if store.meta(SIGNATURE) is None:
        return []
    present, wanted = _layers(store, shipped)
    return sorted(set(wanted) - set(present))


def lay_again(store: Store) -> None:
    """Have the shipped layer looked at again when the base is next opened or laid; within a transaction."""
    store.set_meta(SIGNATURE, "")


def restore(store: Store, document_id: str, shipped: Shipped) -> Document:
    """Forget that a shipped document was removed; the next laying brings it back. Raises KnowledgeError when it was not removed."""
    found = next((document for document in shipped.documents if document.document_id == document_id), None)
    gone = [row[0] for row in store.connection.rows("SELECT document_id FROM removed ORDER BY document_id")]
    if found is None or document_id not in gone:
        known = f"these were: {', '.join(gone)}" if gone else "none was"
        raise KnowledgeError(document_id, "is not a shipped document that was removed", known)
    with store.changing():
        store.connection.raw.execute("DELETE FROM removed WHERE document_id = ?", (document_id,))
        store.set_meta(SIGNATURE, "")
    return found


def number_of(store: Store, document_id: str) -> int:
    """A document's number in the store."""
    return int(store.connection.value("SELECT document_number FROM documents WHERE document_id = ?", (document_id,)))
