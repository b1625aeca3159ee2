"""A disagreement as citations: one sentence a value, and what an answer can still hold beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from knowledge.answer import MAX_SENTENCES
from knowledge.citing import Answer, Citation
from knowledge.disagreement.finding import Disagreement, Statement


def values_first(disagreement: Disagreement, answer: Answer) -> tuple[Answer, Answer]:
    """The sentences that state the values, and those of an answer that are not among them; five in all at most.

    Where there are more values than that, the last place is left to the document that answers the question best, if it states none of them.
    """
    statements = disagreement.statements[:MAX_SENTENCES]
    shown_documents = {statement.document.document_id for statement in statements}
    if len(statements) < len(disagreement.statements) and answer.citations and answer.citations[0].document_id not in shown_documents:
        statements = statements[:-1]
    values = tuple(_citation(statement) for statement in statements)
    return Answer(values, answer.closeness), Answer(_besides(values, answer), answer.closeness)


def beginning_with(statement: Statement, answer: Answer) -> Answer:
    """An answer with a sentence before its others; five in all at most."""
    first = (_citation(statement),)
    return Answer(first + _besides(first, answer), answer.closeness)


def _besides(shown: Sequence[Citation], answer: Answer) -> tuple[Citation, ...]:
    """The citations of an answer less the sentences shown, as many as there is room for."""
    known = {(citation.document_id, citation.sentences[0]) for citation in shown}
    room = MAX_SENTENCES - len(shown)
    rest: list[Citation] = []
    for citation in answer.citations:
        sentences = tuple(sentence for sentence in citation.sentences if (citation.document_id, sentence) not in known)[:room]
        room -= len(sentences)
        rest += [replace(citation, sentences=sentences)] if sentences else []
    return tuple(rest)


def _citation(statement: Statement) -> Citation:
    document = statement.document
    sentence = (statement.text, *statement.span)
    source = document.source_of(statement.heading)
    return Citation(
        document.document_id, document.kind, document.subject, document.title, statement.heading, source, (sentence,), statement.closeness
    )
