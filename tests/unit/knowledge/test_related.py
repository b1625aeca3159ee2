"""Questions to read next."""

from __future__ import annotations

from knowledge.related import SAME_QUESTION, related_questions


def test_related_questions_are_others_that_the_documents_found_answer(base):
    question = "How large is the futures layer?"
    vector = base.vector(question)
    found = base.ask(question)
    ids = list(dict.fromkeys(hit.passage.document_id for hit in found.found.hits))
    related = related_questions(base.store, ids, vector)
    assert 1 <= len(related) <= 3
    known = {text for document_id in ids for text in base.store.document(document_id).questions}
    assert set(related) <= known
    assert all(float(base.vector(text) @ vector) < SAME_QUESTION for text in related)


def test_without_a_vector_or_documents_there_are_none(base):
    assert related_questions(base.store, ["futures-layer"], None) == ()
    assert related_questions(base.store, [], base.vector("x")) == ()
