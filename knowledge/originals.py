"""Where the original of a paraphrased source has been added, its own sentences are preferred."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from knowledge.documents import Document, address_key
from knowledge.search.retriever import Hit
from knowledge.storage.store import Store, StoredPassage

SAME_MATTER = 0.45


def preferring_originals(hits: Sequence[Hit], store: Store) -> tuple[Hit, ...]:
    """The hits, each paraphrase of an added document replaced by the passage of it that says the same; each passage once, best first.

    A paraphrase that no passage of its original comes near (`SAME_MATTER`, the mean over its sentences of the closest cosine) stays.
    """
    originals = _Originals(store)
    found: dict[int, Hit] = {}
    for hit in hits:
        passage = originals.passage_for(hit)
        if passage.passage_id not in found or found[passage.passage_id].score < hit.score:
            found[passage.passage_id] = replace(hit, passage=passage)
    return tuple(sorted(found.values(), key=lambda hit: (-hit.score, hit.passage.passage_id)))


class _Originals:
    """The added documents that paraphrases are of, with their passages, each looked up once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._documents: dict[str, Document | None] = {}
        self._passages: dict[str, list[StoredPassage]] = {}

    def passage_for(self, hit: Hit) -> StoredPassage:
        """The original's passage for a paraphrase; the hit's own for all else."""
        document = self._store.document(hit.passage.document_id)
        url = document.source_of(hit.passage.heading).url
        if document.kind != "paraphrase" or url is None:
            return hit.passage
        if url not in self._documents:
            self._documents[url] = self._store.document_at(address_key(url))
        original = self._documents[url]
        if original is None or original.document_id == document.document_id:
            return hit.passage
        likeness = [(_likeness(hit.passage, passage), -passage.position, passage) for passage in self._passages_of(original)]
        best = max(likeness, key=lambda entry: entry[:2], default=None)
        return best[2] if best is not None and best[0] >= SAME_MATTER else hit.passage

    def _passages_of(self, document: Document) -> list[StoredPassage]:
        name = document.document_id
        if name not in self._passages:
            headings = dict.fromkeys(section.heading for section in document.sections)
            ids = [number for heading in headings for number in self._store.passages_under(name, heading)]
            self._passages[name] = self._store.passages(ids)
        return self._passages[name]


def _likeness(paraphrase: StoredPassage, original: StoredPassage) -> float:
    if not len(paraphrase.sentence_vectors) or not len(original.sentence_vectors):
        return 0.0
    return float(np.mean((paraphrase.sentence_vectors @ original.sentence_vectors.T).max(axis=1)))
