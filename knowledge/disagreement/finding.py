"""Disagreements of a base: of one question over what was retrieved for it, and of all topics over all documents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from knowledge.disagreement import abbreviations
from knowledge.disagreement.statements import Stated, stated_in
from knowledge.disagreement.topics import Topic, shipped_topics
from knowledge.disagreement.values import Value
from knowledge.disagreement.wording import Wording
from knowledge.documents import Document, address_key
from knowledge.encoding.protocol import Encoder, Vectors
from knowledge.passages import Span
from knowledge.search.retriever import PASSAGES_A_DOCUMENT, Found, Hit, Retriever
from knowledge.shipped import HERE, ShippedVectors
from knowledge.storage.store import Store, StoredPassage

if TYPE_CHECKING:
    import numpy.typing as npt

ASKED_FROM = 0.50
SEARCHED_QUESTIONS, SEARCHED_DOCUMENTS = 2, 20
REFERS_BACK_COST = 0.15
READ_AT_ONCE = 256
_REFERS_BACK = re.compile(r"^(this|that|these|those|they|it|its|such|he|she|here|both|either)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Statement:
    """A document's sentence, text == document.text[span[0]:span[1]], that states a value; `closeness` is its cosine to the topic's questions, or to the question asked."""

    value: Value
    document: Document
    heading: str
    span: Span
    closeness: float

    @property
    def text(self) -> str:
        """The sentence, verbatim."""
        return self.document.text[self.span[0] : self.span[1]]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Statements of one topic with values that cannot all hold, one a value: the source's first, if it states one, then the closest.

    `source`: whether the method's source comes first, is silent on the topic, or is no longer in the base.
    """

    topic: Topic
    statements: tuple[Statement, ...]
    source: Literal["first", "silent", "absent"]


class Disagreements:
    """The topics over one store. Only documents that were added can disagree: what is shipped is one voice, that of the source."""

    def __init__(self, store: Store, retriever: Retriever, encoder: Encoder, topics: Sequence[Topic] = ()) -> None:
        self._store, self._retriever, self.encoder = store, retriever, encoder
        self._topics = tuple(topics) or shipped_topics()

    def about(self, question: str, found: Found) -> Disagreement | None:
        """The disagreement on what a question asks for, among the passages found for it and for its topic; None when there is none."""
        topic = self.topic_of(question, found.vector)
        return None if topic is None else self._disagreement(topic, self._stated_about(topic, found))

    def spelled_out(self, letters: str, found: Found) -> tuple[Statement | None, Disagreement | None]:
        """What an abbreviation stands for, the method's source first, then the closest; and the disagreement on it. None where there is none."""
        topic = abbreviations.topic_of(self._as_written(letters))
        statements = self._stated_about(topic, found)
        best = min(statements, key=lambda statement: (statement.document.layer == "user", *_order(statement)), default=None)
        return best, self._disagreement(topic, statements)

    def _stated_about(self, topic: Topic, found: Found) -> list[Statement]:
        """The best statement of each document, among the passages found for a question and for the topic."""
        passages = {hit.passage.passage_id: hit.passage for hit in (*found.hits, *self._hits_of(topic))}
        best: dict[str, Statement] = {}
        for passage in passages.values():
            document = self._store.document(passage.document_id)
            for _, statement in self._stated(passage, document, [topic], found.vector):
                _keep(best, document.document_id, statement)
        return list(best.values())

    def all(self) -> Iterator[Disagreement]:
        """Every topic on which the documents of the base disagree, in the order of the topics, and after them abbreviations by their letters."""
        best: dict[str, dict[Value, Statement]] = {topic.id: {} for topic in self._topics}
        topics = {topic.id: topic for topic in self._topics}
        for topic, statement in self._best_of_documents():
            stated = best.setdefault(topic.id, {})
            known = stated.get(statement.value)
            if known is None or _order(statement) < _order(known):
                stated[statement.value] = statement
            topics.setdefault(topic.id, topic)
        for name in (*(topic.id for topic in self._topics), *sorted(set(topics) - {topic.id for topic in self._topics})):
            found = self._disagreement(topics[name], best[name].values())
            if found is not None:
                yield found

    def topic_of(self, question: str, vector: npt.NDArray[np.float32] | None) -> Topic | None:
        """The topic whose words a question holds and to whose questions it is closest; without a vector there is none."""
        if vector is None:
            return None
        wording = Wording(question)
        near = []
        for topic in self._topics:
            if wording.holds_one_of_each(topic.asked) and not any(wording.holds(phrase) for phrase in topic.not_asked):
                near.append((float((self._vectors[topic.id] @ vector).max()), topic))
        closeness, best = max(near, key=lambda item: item[0], default=(0.0, None))
        return best if closeness >= ASKED_FROM else None

    def _as_written(self, letters: str) -> str:
        """An abbreviation as the documents write it most often, whatever the case of the question."""
        texts = (self._text_of(hit.passage) for hit in self._retriever.search(letters, PASSAGES_A_DOCUMENT, None).hits)
        written = [word for text in texts for word in re.findall(rf"\b{letters}\b", text, re.IGNORECASE) if not word.islower()]
        return max(sorted(set(written)), key=written.count, default=letters.upper())

    @cached_property
    def _vectors(self) -> dict[str, Vectors]:
        """The vectors of each topic's questions, one row each."""
        known = ShippedVectors(HERE / "disagreement" / "vectors")
        matrix = known.vectors([question for topic in self._topics for question in topic.questions], self.encoder)
        edges = np.cumsum([len(topic.questions) for topic in self._topics])[:-1]
        return {topic.id: part for topic, part in zip(self._topics, np.split(matrix, edges), strict=True)}

    def _hits_of(self, topic: Topic) -> Iterator[Hit]:
        """The passages found for some of a topic's questions, and for the words by which a sentence states it."""
        if not topic.questions:
            yield from self._retriever.search(topic.cues, PASSAGES_A_DOCUMENT * SEARCHED_DOCUMENTS, None, SEARCHED_DOCUMENTS).hits
            return
        vectors = self._vectors[topic.id]
        for words, vector in zip((*topic.questions[:SEARCHED_QUESTIONS], topic.cues), (*vectors[:SEARCHED_QUESTIONS], vectors[0]), strict=True):
            yield from self._retriever.search(words, PASSAGES_A_DOCUMENT * SEARCHED_DOCUMENTS, vector, SEARCHED_DOCUMENTS).hits

    def _stated(
        self, passage: StoredPassage, document: Document, topics: Sequence[Topic], asked: npt.NDArray[np.float32] | None = None
    ) -> Iterator[tuple[Topic, Statement]]:
        """What a passage states, close enough to its topic; with the vector of a question, how close to that counts as well.

        Of the shipped documents only what abbreviations stand for: else what they state is the source's.
        """
        if document.layer != "user":
            topics = [topic for topic in topics if not topic.questions]
        for topic, stated in stated_in(passage, document, topics):
            statement = self._statement(topic, stated, passage, document)
            if statement.closeness >= topic.closeness:
                to_asked = -1.0 if asked is None else float(asked @ passage.sentence_vectors[stated.number])
                yield topic, replace(statement, closeness=max(statement.closeness, to_asked))

    def _statement(self, topic: Topic, stated: Stated, passage: StoredPassage, document: Document) -> Statement:
        closeness = float((self._vectors[topic.id] @ passage.sentence_vectors[stated.number]).max()) if topic.questions else 0.0
        closeness -= REFERS_BACK_COST if _REFERS_BACK.match(document.text[stated.span[0] : stated.span[1]]) else 0.0
        return Statement(stated.value, document, passage.heading, stated.span, closeness)

    def _best_of_documents(self) -> Iterator[tuple[Topic, Statement]]:
        """Of every added document the closest statement of each topic; passages are read a few at a time."""
        ids = self._store.user_passage_ids()
        topics = {topic.id: topic for topic in self._topics}
        best: dict[str, Statement] = {}
        document: Document | None = None
        for begin in range(0, len(ids), READ_AT_ONCE):
            for passage in self._store.passages(ids[begin : begin + READ_AT_ONCE]):
                if document is None or document.document_id != passage.document_id:
                    yield from ((topics[name], statement) for name, statement in best.items())
                    best, document = {}, self._store.document(passage.document_id)
                spelled = [abbreviations.topic_of(letters) for letters in abbreviations.spelled_out(document.text[passage.start : passage.end])]
                topics |= {topic.id: topic for topic in spelled}
                for topic, statement in self._stated(passage, document, (*self._topics, *spelled)):
                    _keep(best, topic.id, statement)
        yield from ((topics[name], statement) for name, statement in best.items())

    def _text_of(self, passage: StoredPassage) -> str:
        return self._store.document(passage.document_id).text[passage.start : passage.end]

    def _disagreement(self, topic: Topic, statements: Iterable[Statement]) -> Disagreement | None:
        """One statement of each value that no statement before it agrees with: the source's, then the closest."""
        ordered = sorted(statements, key=_order)
        heads: list[Statement] = []
        source = self._of_source(topic) if topic.questions else next((one for one in ordered if one.document.layer != "user"), None)
        if source is not None:
            own = address_key(source.document.source_of(source.heading).url or "") if topic.questions else None
            ordered = [one for one in ordered if one.document.layer == "user" and address_key(one.document.address) != own]
            heads = [source]
        for statement in ordered:
            if not any(statement.value.agrees_with(head.value) for head in heads):
                heads.append(statement)
        standing: Literal["first", "silent", "absent"] = "first" if source is not None else "silent" if topic.source is None else "absent"
        return Disagreement(topic, tuple(heads), standing) if len(heads) > 1 else None

    def _of_source(self, topic: Topic) -> Statement | None:
        """What the source states: the words of its original, if that was added, else of a shipped article; None where it is silent or gone."""
        if topic.source is None or not self._store.passages_under(*topic.source):
            return None
        paraphrase = self._closest_in(self._store.document(topic.source[0]), topic, [topic.source[1]])
        if paraphrase is None:
            return None
        url = paraphrase.document.source_of(paraphrase.heading).url
        original = None if url is None else self._store.document_at(address_key(url))
        own_words = None if original is None else self._closest_in(original, topic, [section.heading for section in original.sections])
        if own_words is None or not own_words.value.agrees_with(paraphrase.value):
            return paraphrase
        return replace(own_words, value=paraphrase.value)

    def _closest_in(self, document: Document, topic: Topic, headings: Sequence[str]) -> Statement | None:
        """Of the sentences under some headings of a document the one that states a topic's value and is closest to it."""
        ids = [number for heading in dict.fromkeys(headings) for number in self._store.passages_under(document.document_id, heading)]
        found = [
            self._statement(topic, stated, passage, document)
            for passage in self._store.passages(ids)
            for _, stated in stated_in(passage, document, [topic])
        ]
        return min(found, key=_order, default=None)


def _keep(best: dict[str, Statement], key: str, statement: Statement) -> None:
    if key not in best or _order(statement) < _order(best[key]):
        best[key] = statement


def _order(statement: Statement) -> tuple[float, str, Span]:
    return -statement.closeness, statement.document.document_id, statement.span
