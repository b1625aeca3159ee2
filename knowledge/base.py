"""A knowledge base as the program uses it: the store with its encoder and retriever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from knowledge.answer import Answer, compose, first_sentence
from knowledge.decision import Evidence, Silences, Standing, Verdict, evidence_for, rarities, shipped_decision
from knowledge.documents import Document, Silence
from knowledge.encoding.choice import chosen_name, encoder_named
from knowledge.encoding.model import MODEL_NAME, model_folder
from knowledge.encoding.protocol import Encoder
from knowledge.errors import KnowledgeError
from knowledge.originals import preferring_originals
from knowledge.question_kind import abbreviation_asked
from knowledge.related import related_questions
from knowledge.search.retriever import PASSAGES_A_DOCUMENT, Candidate, Found, Retriever
from knowledge.shipped import HERE, ShippedVectors, load_shipped, shipped_signature
from knowledge.spelling import Repaired, Speller, english_words
from knowledge.stating import statement
from knowledge.storage.opening import open_store
from knowledge.storage.schema import FILE_NAME
from knowledge.storage.shipped_layer import is_laid, lay_shipped, restore
from knowledge.storage.store import Store
from knowledge.words import by_their_terms, content_words

if TYPE_CHECKING:
    import numpy.typing as npt

    from knowledge.disagreement.finding import Disagreement, Disagreements, Statement

CANDIDATE_PASSAGES = 16


@dataclass(frozen=True, slots=True)
class Response:
    """What the documents say to a question.

    `verdict`: answered, silent (the method does not state it; `silence` names what, where it is known, and `nearest` gives what is stated
    instead), or elsewhere (it is on something else). `evidence` is what the verdict rests on; None where only words were searched.
    `disagreement`: the values that documents give for what is asked, where they differ.
    """

    verdict: Verdict
    answer: Answer
    silence: Silence | None
    found: Found
    nearest: Answer | None
    evidence: Evidence | None = None
    disagreement: Disagreement | None = None

    @property
    def in_scope(self) -> bool:
        """Whether the question is on what the documents are on."""
        return self.verdict != "elsewhere"

    @property
    def silent(self) -> bool:
        """Whether it asks for something that the method does not state."""
        return self.verdict == "silent"


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
        return Retriever(self.store)

    def vector(self, text: str) -> npt.NDArray[np.float32] | None:
        """The unit vector of a text in the space of the base's vectors, encoded once; None without an encoder."""
        if self.encoder is not None and self.store.encoder_name not in ("", self.encoder.name):
            self.encoder.close()  # another process has encoded the base anew
            self.encoder = self._encoder()
            self._vectors.clear()
        if self.encoder is None:
            return None
        if text not in self._vectors:
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
        text = self.repaired(question).text
        return self.retriever.search(text, PASSAGES_A_DOCUMENT * documents, self.vector(text), documents)

    def ask(self, question: str, without: frozenset[str] = frozenset()) -> Response:
        """Passages and sentences for a question with its spelling repaired, and whether it asks for something the method does not state.

        `without` judges it without the example questions of these texts (see `Silences.standing`).
        """
        question = self.repaired(question).text
        found = self.retriever.search(question, 3 * CANDIDATE_PASSAGES, self.vector(question))
        found = replace(found, hits=preferring_originals(found.hits, self.store)[:CANDIDATE_PASSAGES])
        answer = compose(question, found, self.store)
        if found.vector is None:
            matched = bool(found.hits) and found.hits[0].lexical > 0.0
            return Response("answered" if matched else "elsewhere", answer, None, found, None)
        standing = self._silences().standing(question, found.vector, without)
        evidence = self._evidence(question, found, answer, standing, without)
        verdict = shipped_decision().verdict(evidence)
        meant, disagreement = self._spelled_out(question, found)
        if meant is not None:
            from knowledge.disagreement.answering import beginning_with

            verdict, answer = "answered", beginning_with(meant, answer)
        nearest = self._nearest(question, found, None if evidence.added > 0.0 else standing.silence) if verdict == "silent" else None
        return Response(verdict, answer, standing.silence, found, nearest, evidence, disagreement or self._disagreement(question, found))

    def explained(self, question: str) -> tuple[Candidate, ...]:
        """The documents that were weighed for a question, best first, with every part of their scores."""
        text = self.repaired(question).text
        return tuple(self.retriever.explained(text, self.vector(text)))

    def related(self, response: Response) -> tuple[str, ...]:
        """Questions to read next: what the documents found are known to answer besides."""
        ids = list(dict.fromkeys(hit.passage.document_id for hit in response.found.hits))
        return related_questions(self.store, ids, response.found.vector)

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

    def _spelled_out(self, question: str, found: Found) -> tuple[Statement | None, Disagreement | None]:
        """What the abbreviation that a question asks about stands for, and the values that differ on it; nothing for other questions."""
        letters = abbreviation_asked(question)
        return (None, None) if letters is None else self.disagreements.spelled_out(letters, found)

    def _disagreement(self, question: str, found: Found) -> Disagreement | None:
        """The values that differ on what is asked; what ships is one voice, so only in a base with added documents."""
        return self.disagreements.about(question, found) if self.store.has_added else None

    def _evidence(self, question: str, found: Found, answer: Answer, standing: Standing, without: frozenset[str]) -> Evidence:
        documents = {hit.passage.document_id: self.store.document(hit.passage.document_id) for hit in found.hits}
        evidence = evidence_for(question, found, answer, standing, self.retriever, documents)
        added = [document.document_id for document in documents.values() if document.layer == "user"]
        if not added or found.vector is None:
            return evidence
        asked = self._silences().asked(found.vector, without)
        stated = statement(asked, rarities(question, self.retriever), found.hits, documents, self.store.title_vectors(added))
        return replace(evidence, added=stated, told=asked.closest)

    def _silences(self) -> Silences:
        present: Silences | None = self.__dict__.get("_present_silences")
        if present is None or present.generation != self.store.generation:
            present = self.__dict__["_present_silences"] = Silences(self.store)
        return present

    def _nearest(self, question: str, found: Found, silence: Silence | None) -> Answer:
        """The sentences closest to a silent question: from the place that its entry names, where one is given, else from what was found."""
        if silence is not None:
            hits = self.retriever.within(*silence.nearest, found.vector)
            if hits.hits:
                return compose(question, hits, self.store, most=2)
        return compose(question, found, self.store, most=2)

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
