"""Replies made of what the documents say: sentences with their markers, values that differ, words that stand nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant import phrases
from assistant.references import apa
from assistant.reply import Citation, CitedSentence, Reply
from knowledge.citing import Answer
from knowledge.citing import Citation as Cited

if TYPE_CHECKING:
    from knowledge.answering import Response
    from knowledge.disagreement.finding import Disagreement


def absent(start: Reply, absent: Sequence[str]) -> Reply:
    """Say that what a question quotes stands in no document."""
    silent = tuple(phrases.phrase_subject(phrase) for phrase in absent)
    return replace(start, answer="\n".join(phrases.absent_line(phrase) for phrase in absent), silent_on=silent)


def disagreed(start: Reply, answer: Answer, disagreement: Disagreement) -> Reply:
    """Each value with its document, the source's first, and after them what else is close to the question."""
    from knowledge.disagreement.answering import values_first

    values, rest = values_first(disagreement, answer)
    stated, citations = _marked(values)
    besides, others = _marked(rest, len(citations) + 1)
    lines = [phrases.disagreement_line(disagreement.topic.claim, disagreement.source), *stated]
    left = len(disagreement.statements) - len(stated)
    lines += [phrases.more_values_line(left)] if left else []
    lines += [phrases.BESIDES, *besides] if besides else []
    named = [{"value": statement.value.text, "document_id": statement.document.document_id} for statement in disagreement.statements]
    conflicts = ({"claim": disagreement.topic.claim, "values": named},)
    return replace(start, answer="\n".join(lines), citations=citations + others, conflicts=conflicts)


def others(response: Response, stated: Answer) -> tuple[Cited, ...]:
    """What the documents say to a question besides the sentences of a rule; nothing when it is out of scope or silent."""
    if not response.in_scope or response.silent:
        return ()
    known = {(cited.document_id, sentence) for cited in stated.citations for sentence in cited.sentences}
    return tuple(cited for cited in response.answer.citations if not any((cited.document_id, s) in known for s in cited.sentences))


def cited(answer: Answer) -> tuple[str, tuple[Citation, ...]]:
    """The answer's sentences with their markers as one text, and the citations."""
    parts, citations = _marked(answer)
    return " ".join(parts), citations


def _marked(answer: Answer, first: int = 1) -> tuple[list[str], tuple[Citation, ...]]:
    """The answer's sentences with their markers, and the citations in the order of the markers, which begin at `first`."""
    parts, citations = [], []
    for marker, cited in enumerate(answer.citations, first):
        sentences = tuple(CitedSentence(text, start, end) for text, start, end in cited.sentences)
        parts += [f"{' '.join(sentence.text.split())} [{marker}]" for sentence in sentences]
        citations.append(_citation(marker, cited, sentences))
    return parts, tuple(citations)


def _citation(marker: int, cited: Cited, sentences: tuple[CitedSentence, ...]) -> Citation:
    source = cited.source
    return Citation(
        marker,
        cited.document_id,
        cited.kind,
        cited.title,
        source.url,
        cited.heading,
        sentences,
        cited.score,
        source.title,
        source.author,
        source.date,
        source.paragraphs,
        apa(source.title, source.author, source.date, source.url),
    )
