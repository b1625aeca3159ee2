"""A knowledge base as the program uses it: the store with its encoder and retriever."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from knowledge.citing import Answer, first_sentence
from knowledge.documents import Document
from knowledge.encoding.choice import chosen_name, encoder_named
from knowledge.encoding.model import MODEL_NAME, model_folder
from knowledge.encoding.protocol import Encoder
from knowledge.errors import KnowledgeError
from knowledge.shipped import HERE, ShippedVectors, load_shipped, shipped_signature
from knowledge.spelling import Repaired, Speller, english_words
from knowledge.storage.opening import open_store
from knowledge.storage.schema import FILE_NAME
from knowledge.storage.shipped_layer import is_laid, lay_shipped, restore
from knowledge.storage.store import Store
from knowledge.words import by_their_terms, content_words

if TYPE_CHECKING:
    import numpy.typing as npt

    from knowledge.answering import Answering, Response
    from knowledge.disagreement.finding import Disagreements
    from knowledge.search.retriever import Candidate, Found, Retriever

MOST_VECTORS = 100  # kept at once: the texts of one question are asked for again and again


class KnowledgeBase:
    """One open base."""

    def __init__(self, folder: Path, shipped_folder: Path = HERE) -> None:
        self._about_encoder: str | None = None
        self._folder, self._shipped_folder = folder, shipped_folder
        self._vectors: dict[str, npt.NDArray[np.float32]] = {}
        self.store: Store = open_store(folder)
        self.encoder = self._encoder()
        self.lay_shipped()

    @property
    def warning(self) -> str | None:
        """What a reader has to know of the base: no encoder or not the one that the setting names, no place to keep documents in; None for a sound one."""
        in_memory = (
            f"the folder {self._folder} cannot be made or written: answers come from the shipped articles alone, and nothing can be added; "
            "name another with --knowledge or ALVH_KNOWLEDGE"
        )
        parts = [part for part in (in_memory if self.store.folder is None else None, self._about_encoder) if part]
        return "; ".join(parts) or None

    def close(self) -> None:
        """Close the store, and end what encodes."""
        if self.encoder is not None:
            self.encoder.close()
        self.store.close()

    @cached_property
    def retriever(self) -> Retriever:
        """Search over the base; it takes up what has changed since."""
        from knowledge.search.retriever import Retriever

        return Retriever(self.store)

    def vector(self, text: str) -> npt.NDArray[np.float32] | None:
        """The unit vector of a text in the space of the base's vectors, kept for a while; None without an encoder."""
        if self.encoder is not None and self.store.encoder_name not in ("", self.encoder.name):
            self.encoder.close()  # another process has encoded the base anew
            self.encoder = self._encoder()
            self._vectors.clear()
        if self.encoder is None:
            return None
        if text not in self._vectors:
            if len(self._vectors) == MOST_VECTORS:
                del self._vectors[next(iter(self._vectors))]
            try:
                self._vectors[text] = self.encoder.encode([text])[0]
            except KnowledgeError as error:  # a model that was named once and is no longer there
                self._do_without(error)
                return None
        return self._vectors[text]

    def default_vector(self, text: str) -> npt.NDArray[np.float32] | None:
        """The same in the space of the default encoder, in which the program's own examples are; None where it is missing."""
        if self.default_encoder is None:
            return None
        return self.vector(text) if self.default_encoder is self.encoder else self.default_encoder.encode([text])[0]

    @cached_property
    def default_encoder(self) -> Encoder | None:
        """The default encoder; None where its model is missing."""
        if self.encoder is not None and self.encoder.name == MODEL_NAME:
            return self.encoder
        try:
            return encoder_named(MODEL_NAME, self._folder / "model-checked")
        except KnowledgeError:
            return None

    def is_english(self, word: str) -> bool:
        """Whether a word is English, by the vocabulary of the default encoder; none is where that is missing."""
        return word in english_words(self._english_file)

    @cached_property
    def _english_file(self) -> Path | None:
        return None if self.default_encoder is None else model_folder() / "vocab.txt"

    def stated_at(self, places: Sequence[tuple[str, str]]) -> Answer:
        """The first sentence under each (document id, heading): the one that states what the section is about."""
        answers = [first_sentence(self.store, document_id, heading) for document_id, heading in places]
        return Answer(tuple(citation for citation in answers if citation is not None), 1.0)

    def repaired(self, question: str) -> Repaired:
        """The question with words that occur nowhere read as what they name: an alias as its term, a misspelled word as the nearest one."""
        speller: Speller | None = self.__dict__.get("_speller")
        if speller is None or speller.generation != self.store.generation:
            speller = self.__dict__["_speller"] = Speller(self.store, self._english_file)
        unknown = [word for word in content_words(question) if not self.retriever.knows(word)]
        question, changes = by_their_terms(question, self.retriever.glossary(), unknown) if unknown else (question, ())
        spelled = speller.repaired(question)
        return Repaired(spelled.text, (*changes, *spelled.changes))

    def search(self, question: str, documents: int) -> Found:
        """The best passages of at most so many documents for a question as it was typed."""
        from knowledge.search.retriever import PASSAGES_A_DOCUMENT

        text = self.repaired(question).text
        return self.retriever.search(text, PASSAGES_A_DOCUMENT * documents, self.vector(text), documents)

    def ask(self, question: str, without: frozenset[str] = frozenset()) -> Response:
        """Passages and sentences for a question with its spelling repaired, and whether it asks for something the method does not state.

        `without` judges it without the example questions of these texts (see `Silences.standing`).
        """
        return self._answering.response(self.repaired(question).text, without)

    @cached_property
    def _answering(self) -> Answering:
        from knowledge.answering import Answering

        return Answering(self)

    def explained(self, question: str) -> tuple[Candidate, ...]:
        """The documents that were weighed for a question, best first, with every part of their scores."""
        text = self.repaired(question).text
        return tuple(self.retriever.explained(text, self.vector(text)))

    def related(self, response: Response) -> tuple[str, ...]:
        """Questions to read next: what the documents found are known to answer besides."""
        from knowledge.related import related_questions

        ids = list(dict.fromkeys(hit.passage.document_id for hit in response.found.hits))
        read = {(citation.document_id, citation.heading) for citation in response.answer.citations}
        return related_questions(self.store, ids, response.found.vector, read)

    @property
    def disagreements(self) -> Disagreements:
        """Where the documents differ. Raises KnowledgeError when the encoder is missing."""
        from knowledge.disagreement.finding import Disagreements

        present: Disagreements | None = self.__dict__.get("_present_disagreements")
        if present is None or present.encoder is not self.encoder:
            present = self.__dict__["_present_disagreements"] = Disagreements(self.store, self.retriever, self._present_encoder())
        return present

    def add(self, document: Document) -> str:
        """Add a document; returns `added`, `replaced` or `unchanged`. Raises KnowledgeError without an encoder or with a full disk."""
        from knowledge.adding import Outcome, add_documents

        steps = add_documents(self.store, self.require_encoder(), [document])
        return next(step.state for step in list(steps) if isinstance(step, Outcome))

    def remove(self, document_id: str) -> None:
        """Remove a document. Raises KnowledgeError for an unknown id."""
        self.store.remove(document_id)

    def restore(self, document_id: str) -> None:
        """Bring back a shipped document that was removed. Raises KnowledgeError when it was not."""
        restore(self.store, document_id, load_shipped(self._shipped_folder))
        self.lay_shipped()

    def require_encoder(self) -> Encoder:
        """The encoder, for adding. Raises KnowledgeError when it is missing or nothing can be kept here."""
        encoder = self._present_encoder()
        if not self.store.writable:
            raise KnowledgeError(str(self._folder / FILE_NAME), "cannot be written, so nothing can be added", "name another folder with --knowledge")
        return encoder

    def wanted_encoder(self) -> Encoder | None:
        """The encoder that the setting names when it is not the base's; None when it is. Raises KnowledgeError when it cannot be loaded."""
        wanted = chosen_name()
        if wanted == self.store.encoder_name and (self.encoder is None or self.encoder.identity == self.store.encoder_identity):
            return None
        return encoder_named(wanted, self._folder / "model-checked")

    def adopt(self, encoder: Encoder) -> None:
        """Go on with an encoder that the base has been encoded by."""
        if self.encoder is not None and self.encoder is not encoder:
            self.encoder.close()
        self.encoder, self._about_encoder = encoder, None
        self._vectors.clear()
        self.lay_shipped()

    def _present_encoder(self) -> Encoder:
        if self.encoder is None:
            raise KnowledgeError("encoder", self._about_encoder or "is missing", "install it before adding documents")
        return self.encoder

    def _encoder(self) -> Encoder | None:
        """The encoder of the base's vectors, or of the setting in a new base; None, with a warning, when it is missing."""
        wanted = chosen_name()
        name = self.store.encoder_name or wanted
        if name != wanted:
            self._about_encoder = f"the base is encoded by {name}; `alvh knowledge reencode` encodes it by {wanted}, which the setting names"
        try:
            return encoder_named(name, self._folder / "model-checked")
        except KnowledgeError as error:
            self._do_without(error)
            return None

    def _do_without(self, error: KnowledgeError) -> None:
        """Go on without an encoder, and say so."""
        self.encoder = None
        self._about_encoder = f"{error.problem}: answers go by words alone; {error.remedy}"

    def lay_shipped(self) -> None:
        """Bring the shipped layer up to date; a base that cannot be written, or whose own encoder is not there, keeps the one it has."""
        signature = shipped_signature(self._shipped_folder)
        if not self.store.connection.writable or is_laid(self.store, signature):
            return
        vectors = ShippedVectors(self._shipped_folder / "vectors")
        try:
            lay_shipped(self.store, load_shipped(self._shipped_folder), signature, vectors, self.encoder)
        except KnowledgeError as error:
            if error.field != "encoder":
                raise
            self._do_without(error)
