"""Sentences of the documents with where they stand."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.documents import Source
from knowledge.storage.store import Store


@dataclass(frozen=True, slots=True)
class Citation:
    """A document an answer takes sentences from; `sentences` are (text, start, end) with text == document.text[start:end]."""

    document_id: str
    kind: str
    subject: str
    title: str
    heading: str
    source: Source
    sentences: tuple[tuple[str, int, int], ...]
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """Sentences by citation, in reading order, and how close the best one is to the question (a cosine)."""

    citations: tuple[Citation, ...]
    closeness: float


def first_sentence(store: Store, document_id: str, heading: str) -> Citation | None:
    """The first sentence under a heading as a citation; None when the document or the heading is not there."""
    passages = store.passages(store.passages_under(document_id, heading))
    if not passages:
        return None
    document = store.document(document_id)
    start, end = passages[0].sentences[0]
    sentence = (document.text[start:end], start, end)
    return Citation(document_id, document.kind, document.subject, document.title, heading, document.source_of(heading), (sentence,), 1.0)
