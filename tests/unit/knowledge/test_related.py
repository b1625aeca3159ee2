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


def test_what_the_sections_already_read_answer_is_not_suggested_and_no_two_questions_are_of_one_section(base):
    response = base.ask("How large is the futures layer?")
    read = {(citation.document_id, citation.heading) for citation in response.answer.citations}
    under = {
        (document_id, question): heading
        for document_id in {hit.passage.document_id for hit in response.found.hits}
        for question, heading in zip(base.store.document(document_id).questions, base.store.document(document_id).asked_under, strict=True)
    }
    places = [(document_id, heading) for text in base.related(response) for (document_id, question), heading in under.items() if question == text]
    assert places and len(set(places)) == len(places) and not read & set(places)


def test_suggested_questions_are_written_out(base):
    for question in ("how much goes into futures?", "otm or itm calls", "why etfs last"):
        assert all(text[0].isupper() for text in base.related(base.ask(question)))
