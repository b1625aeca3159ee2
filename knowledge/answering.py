"""What the documents say to a question: sentences, or that the method does not state it, or that it is on something else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from knowledge.answer import MOST_SENTENCES, compose, composed
from knowledge.decision import Evidence, Silences, Standing, Verdict, evidence_for, rarities, shipped_decision
from knowledge.originals import preferring_originals
from knowledge.question_kind import abbreviation_asked, term_asked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from knowledge.base import KnowledgeBase
    from knowledge.citing import Answer
    from knowledge.disagreement.finding import Disagreement, Statement
    from knowledge.documents import Place, Silence
    from knowledge.search.retriever import Found

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


class Answering:
    """Answers from a base."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._base = base
        self._silences: Silences | None = None

    def response(self, question: str, without: frozenset[str]) -> Response:
        """The response to a question whose spelling is repaired."""
        base = self._base
        found = base.retriever.search(question, 3 * CANDIDATE_PASSAGES, base.vector(question))
        found = replace(found, hits=preferring_originals(found.hits, base.store)[:CANDIDATE_PASSAGES])
        if found.vector is None:
            answer = compose(question, found, base.store)
            matched = bool(found.hits) and found.hits[0].lexical > 0.0
            return Response("answered" if matched else "elsewhere", answer, None, found, None)
        silences = self._present_silences()
        documents = [base.store.document(document_id) for document_id in sorted({hit.passage.document_id for hit in found.hits})]
        known = silences.known_places(documents, found.vector, without)
        answer, plain = composed(question, found, base.store, MOST_SENTENCES, known)
        standing = silences.standing(question, found.vector, without)
        evidence = self._evidence(question, found, plain, standing, without)
        verdict = shipped_decision().verdict(evidence)
        meant, disagreement = self._spelled_out(question, found)
        if meant is not None:
            from knowledge.disagreement.answering import beginning_with

            verdict, answer = "answered", beginning_with(meant, answer)
        elif verdict != "answered" and self._defines(answer, term_asked(question)):
            verdict = "answered"
        nearest = self._nearest(question, found, None if evidence.added > 0.0 else standing.silence, known) if verdict == "silent" else None
        return Response(verdict, answer, standing.silence, found, nearest, evidence, disagreement or self._disagreement(question, found))

    def _spelled_out(self, question: str, found: Found) -> tuple[Statement | None, Disagreement | None]:
        """What the abbreviation that a question asks about stands for, and the values that differ on it; nothing for other questions."""
        letters = abbreviation_asked(question)
        return (None, None) if letters is None else self._base.disagreements.spelled_out(letters, found)

    def _defines(self, answer: Answer, term: str | None) -> bool:
        """Whether a sentence of an answer is the glossary's definition of a term, by one of its names."""
        definitions = (
            [entry.definition for entry in self._base.retriever.glossary() if term in (entry.term.casefold(), *entry.aliases)] if term else []
        )
        said = [sentence for citation in answer.citations for sentence, _, _ in citation.sentences]
        return any(sentence in definition for definition in definitions for sentence in said)

    def _disagreement(self, question: str, found: Found) -> Disagreement | None:
        """The values that differ on what is asked; what ships is one voice, so only in a base with added documents."""
        return self._base.disagreements.about(question, found) if self._base.store.has_added else None

    def _evidence(self, question: str, found: Found, answer: Answer, standing: Standing, without: frozenset[str]) -> Evidence:
        store, retriever = self._base.store, self._base.retriever
        documents = {hit.passage.document_id: store.document(hit.passage.document_id) for hit in found.hits}
        evidence = evidence_for(question, found, answer, standing, retriever, documents)
        added = [document.document_id for document in documents.values() if document.layer == "user"]
        if not added or found.vector is None:
            return evidence
        from knowledge.stating import statement
        from knowledge.storage.probes import title_vectors

        asked = self._present_silences().asked(found.vector, without)
        stated = statement(asked, rarities(question, retriever), found.hits, documents, title_vectors(store, added))
        return replace(evidence, added=stated, told=asked.closest)

    def _present_silences(self) -> Silences:
        if self._silences is None or self._silences.generation != self._base.store.generation:
            self._silences = Silences(self._base.store)
        return self._silences

    def _nearest(self, question: str, found: Found, silence: Silence | None, known: Mapping[Place, float]) -> Answer:
        """The sentences closest to a silent question: from the place that its entry names, where one is given, else from what was found."""
        if silence is not None:
            hits = self._base.retriever.within(*silence.nearest, found.vector)
            if hits.hits:
                return compose(question, hits, self._base.store, most=2)
        return compose(question, found, self._base.store, most=2, known=known)
