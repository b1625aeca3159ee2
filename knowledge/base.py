"""A knowledge base as the program uses it: the store with its encoder and retriever."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from knowledge.answer import Answer, compose, first_sentence
from knowledge.documents import Document
from knowledge.encode_worker import BulkAwareEncoder
from knowledge.encoder import MODEL_NAME, Encoder, model_folder, verify_model
from knowledge.errors import KnowledgeError
from knowledge.retriever import Found, Retriever
from knowledge.schema import FILE_NAME
from knowledge.silence import Standing, is_silent, standing
from knowledge.store import Store, add_document, open_store
from knowledge.words import content_words

if TYPE_CHECKING:
    import numpy.typing as npt

RELEVANCE_FLOOR = 0.50
COVERAGE_WEIGHT = 0.20
CANDIDATE_PASSAGES = 16


@dataclass(frozen=True, slots=True)
class Response:
    """What the documents say to a question: `in_scope` is False where nothing comes near the relevance floor."""

    in_scope: bool
    answer: Answer
    standing: Standing
    silent: bool
    found: Found
    nearest: Answer | None


class KnowledgeBase:
    """One open base. `warning` says what is missing when there is no encoder and answers go by words alone."""

    def __init__(self, folder: Path) -> None:
        self.warning: str | None = None
        self._folder = folder
        self._vectors: dict[str, npt.NDArray[np.float32]] = {}
        self.encoder = self._default_encoder(folder)
        self.store: Store = open_store(folder, self.encoder)

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    @cached_property
    def retriever(self) -> Retriever:
        """Search over the base as it is when first asked; `add` and `remove` renew it."""
        return Retriever(self.store)

    def vector(self, text: str) -> npt.NDArray[np.float32] | None:
        """The unit vector of a text, encoded once; None without an encoder."""
        if self.encoder is None:
            return None
        if text not in self._vectors:
            self._vectors[text] = self.encoder.encode([text])[0]
        return self._vectors[text]

    def stated_at(self, places: Sequence[tuple[str, str]]) -> Answer:
        """The first sentence under each (document id, heading): the one that states what the section is about."""
        answers = [first_sentence(self.store, document_id, heading) for document_id, heading in places]
        return Answer(tuple(citation for citation in answers if citation is not None), 1.0)

    def ask(self, question: str) -> Response:
        """Passages and sentences for a question, and whether it asks for something the method does not state."""
        found = self.retriever.search(question, CANDIDATE_PASSAGES, self.vector(question))
        answer = compose(question, found, self.store)
        if found.vector is None:
            matched = bool(found.hits) and found.hits[0].lexical > 0.0
            return Response(matched, answer, Standing(0.0, 0.0, None), False, found, None)
        stood = standing(question, found.vector, self.store)
        silent = is_silent(stood)
        closeness = max([answer.closeness, *(hit.dense for hit in found.hits)])
        nearest = self._nearest(question, found, stood) if silent else None
        relevance = closeness + COVERAGE_WEIGHT * self._coverage(question)
        return Response(relevance >= RELEVANCE_FLOOR, answer, stood, silent, found, nearest)

    def _coverage(self, question: str) -> float:
        """Share of a question's words that occur in the base: 'Andean condor' is not about an iron condor."""
        words = [word for word in content_words(question) if not word.isdigit()]
        return sum(self.store.knows(word) for word in words) / len(words) if words else 0.0

    def add(self, document: Document) -> str:
        """Add a document; returns `added`, `replaced` or `unchanged`. Raises KnowledgeError without an encoder or with a full disk."""
        if self.encoder is None:
            raise KnowledgeError("encoder", self.warning or "is missing", "install it before adding documents")
        if self.store.folder is None:
            raise KnowledgeError(str(self._folder / FILE_NAME), "cannot be written, so nothing can be added", "name another folder with --knowledge")
        state = add_document(self.store, document, self.encoder)
        self.__dict__.pop("retriever", None)
        return state

    def remove(self, document_id: str) -> None:
        """Remove a document. Raises KnowledgeError for an unknown id."""
        self.store.remove(document_id)
        self.__dict__.pop("retriever", None)

    def _nearest(self, question: str, found: Found, stood: Standing) -> Answer | None:
        """The sentences closest to a silent question from the place that its entry names."""
        if stood.silence is None:
            return None
        document_id, heading = stood.silence.nearest
        hits = self.retriever.within(document_id, heading, found.vector)
        return compose(question, hits, self.store, most=2) if hits.hits else None

    def _default_encoder(self, folder: Path) -> Encoder | None:
        """The encoder at hand; None, with a warning, when the model is missing. Raises KnowledgeError for a setting it cannot follow."""
        named = os.environ.get("ALVH_ENCODER")
        if named and named != MODEL_NAME:
            raise KnowledgeError("ALVH_ENCODER", f"{named} cannot be used: this version encodes with {MODEL_NAME} alone", "unset it")
        try:
            model = model_folder()
            verify_model(model, folder / "model-checked")
        except KnowledgeError as error:
            self.warning = f"{error.problem}: answers go by words alone; {error.remedy}"
            return None
        return BulkAwareEncoder(model)
