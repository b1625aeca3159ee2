"""Mending a base whose file is sound: what is derived is made again from the texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from knowledge.documents import without_controls
from knowledge.errors import KnowledgeError
from knowledge.search.index import drop_index
from knowledge.storage.checking import Finding
from knowledge.storage.shipped_layer import lay_again
from knowledge.storage.store import Store
from knowledge.storage.writing import forget_document, insert_document
from knowledge.texts import encodable, placed_with
from knowledge.word_records import vocabulary_of


def mend(store: Store, findings: Sequence[Finding]) -> list[str]:
    """Make again what the findings name: passages and words of documents, vocabulary, index. Returns the ids of documents made anew.

    Their vectors are then lacking: `reencoding.encode_lacking` makes them. Raises KnowledgeError when the base cannot be written.
    """
    names = list(dict.fromkeys(finding.document_id for finding in findings if finding.document_id is not None))
    for name in names:
        _made_again(store, name)
    with store.changing():
        for table, row in store.connection.rows('SELECT "table", rowid FROM pragma_foreign_key_check WHERE rowid IS NOT NULL'):
            store.connection.raw.execute(f"DELETE FROM {table} WHERE rowid = ?", (row,))  # noqa: S608 - a table of the schema
        _count_again(store)
        store.renew_space()
        lay_again(store)
    drop_index(store)
    return names


def _made_again(store: Store, document_id: str) -> None:
    """Write a document's rows anew from its text; its vectors are left to be encoded."""
    document = store.document(document_id)
    clean = without_controls(document.text)
    if clean != document.text or without_controls(document.title) != document.title:
        raise KnowledgeError(document_id, "holds control characters, and its spans go by them", "remove it and add it again")
    number, fingerprint = store.connection.rows("SELECT document_number, text_sha256 FROM documents WHERE document_id = ?", (document_id,))[0]
    with store.changing() as generation:
        forget_document(store.connection.raw, number, generation)
        empty = placed_with(document, {}, store.dimensions)
        insert_document(store.connection.raw, empty, store.encoder_number(store.encoder_identity))
        # A text that is not the one that was added stays marked as such.
        store.connection.raw.execute("UPDATE documents SET text_sha256 = ? WHERE document_id = ?", (fingerprint, document_id))


def _count_again(store: Store) -> None:
    words: Counter[str] = Counter()
    for name in store.document_ids():
        document = store.document(name)
        for passage in encodable(document).passages:
            words.update(vocabulary_of(document.title, passage.heading, document.text[passage.start : passage.end]))
    store.connection.raw.execute("DELETE FROM vocabulary")
    store.connection.raw.executemany("INSERT INTO vocabulary VALUES (?, ?)", sorted(words.items()))
