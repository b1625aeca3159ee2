"""Documents into a base: read, encoded together, written one by one, with progress, and to be gone on with when stopped."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from knowledge.documents import Document
from knowledge.encoding.protocol import Encoder, Vectors
from knowledge.errors import KnowledgeError
from knowledge.storage.records import store_key
from knowledge.storage.store import Store
from knowledge.texts import Encodable, batched, encodable

State = Literal["added", "replaced", "unchanged", "refused", "removed"]


KnownVectors = Callable[[Document], Mapping[str, Vectors]]


def no_vectors(_: Document) -> Mapping[str, Vectors]:
    """Nothing is known of a document that is new."""
    return {}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document. Removed: an import did so, as was done in the base it came from.

    Refused: `problem` and `remedy` say why; otherwise `document_id` and `title` name it. `instead_of`: the place that came before it
    in the same run under the same address, and whose text it has replaced.
    """

    place: str
    state: State
    document_id: str | None = None
    title: str | None = None
    problem: str | None = None
    remedy: str | None = None
    instead_of: str | None = None

    @property
    def note(self) -> str:
        """What is worth saying of it beside its state; empty for nothing."""
        if self.instead_of is None:
            return ""
        return f"{self.place} and {self.instead_of} have one address: the later text counts, that of {self.place}"


@dataclass(frozen=True, slots=True)
class Encoding:
    """Texts that were encoded since the last event."""

    texts: int


def add_documents(store: Store, encoder: Encoder, documents: Iterable[Document], vectors: KnownVectors = no_vectors) -> Iterator[Outcome | Encoding]:
    """Add documents; one outcome each. Raises KnowledgeError when the base cannot be written; what was reported before is in.

    `vectors` gives those that are known of a document's texts, by text, of the base's own encoder.
    """
    return _Line(store, encoder, vectors).run((document.title, document) for document in documents)


def add_files(
    store: Store, encoder: Encoder, files: Iterable[Path | KnowledgeError], read: Callable[[Path], Document]
) -> Iterator[Outcome | Encoding]:
    """The same for files as they are read. One that cannot be used is refused and does not stop the rest."""
    return _Line(store, encoder, no_vectors).run(_read(files, read))


def _read(files: Iterable[Path | KnowledgeError], read: Callable[[Path], Document]) -> Iterator[tuple[str, Document | KnowledgeError]]:
    for file in files:
        if isinstance(file, KnowledgeError):
            yield file.field, file
            continue
        try:
            yield str(file), read(file)
        except KnowledgeError as error:
            yield str(file), error


class _Line:
    """Documents on their way, in order: those read wait for the vectors of their texts, which come batch by batch."""

    def __init__(self, store: Store, encoder: Encoder, vectors: KnownVectors) -> None:
        self._store, self._encoder, self._vectors = store, encoder, vectors
        self._waiting: deque[Outcome | tuple[str, Encodable, Mapping[str, Vectors], int]] = deque()
        self._rows: deque[Vectors] = deque()
        self._places: dict[str, str] = {}

    def run(self, found: Iterable[tuple[str, Document | KnowledgeError]]) -> Iterator[Outcome | Encoding]:
        texts = (text for place, document in found for text in self._texts(place, document))
        for vectors in self._encoder.encode_batches(batched(texts)):  # batches across documents, so that short ones are encoded together
            yield Encoding(len(vectors))
            self._rows.extend(vectors)
            yield from self._finished()
        yield from self._finished()

    def _texts(self, place: str, document: Document | KnowledgeError) -> list[str]:
        """What has to be encoded for a document; nothing for one that is refused or there already."""
        if isinstance(document, KnowledgeError):
            self._waiting.append(Outcome(place, "refused", problem=document.problem, remedy=document.remedy))
            return []
        before = self._store.document_at(store_key(document))
        if before is not None:
            document = completed(document, before)
        same = before if before == document else None
        twin = self._store.twin_of(document) if before is None else None
        if same is not None:
            self._places[store_key(document)] = place
        if same is not None or twin is not None:
            self._waiting.append(Outcome(place, "unchanged", twin or document.document_id, document.title))
            return []
        known = self._vectors(document) if before is None else self._store.vectors_by_text(before)
        parts = encodable(document)
        new = [text for text in parts.texts if text not in known]
        self._waiting.append((place, parts, known, len(new)))
        return new

    def _finished(self) -> Iterator[Outcome]:
        """Outcomes in the order of the documents, each written when its vectors are all there."""
        while self._waiting:
            first = self._waiting[0]
            if isinstance(first, Outcome):
                yield first
                self._waiting.popleft()
                continue
            place, parts, known, count = first
            if len(self._rows) < count:
                return
            self._waiting.popleft()
            rows = [known[text] if text in known else self._rows.popleft() for text in parts.texts]
            matrix = np.array(rows, dtype=np.float32).reshape(len(rows), self._encoder.dimensions)
            state: State = "added" if self._store.put(parts.placed(matrix), self._encoder.identity) == "added" else "replaced"
            key = store_key(parts.document)
            before, self._places[key] = self._places.get(key), place
            yield Outcome(place, state, parts.document.document_id, parts.document.title, instead_of=before)


def completed(document: Document, before: Document) -> Document:
    """Another rendering of the same text with what was known and it does not say: author, date, tags, terms. A new text stays as it is."""
    if document.text_sha256 != before.text_sha256:
        return document
    source, known = document.sources[0], before.sources[0]
    source = replace(source, url=source.url or known.url, author=source.author or known.author, date=source.date or known.date)
    return replace(
        document,
        address=before.address,
        sources=(source, *document.sources[1:]),
        tags=document.tags or before.tags,
        terms=document.terms or before.terms,
        questions=document.questions or before.questions,
        asked_under=document.asked_under if document.questions else before.asked_under,
    )
