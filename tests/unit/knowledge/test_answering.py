"""Which sentences answer: those of the section that is known to answer such questions stand before others."""

from __future__ import annotations

import re

import pytest

from knowledge.answer import compose
from knowledge.base import KnowledgeBase
from knowledge.decision import Silences
from knowledge.ingest import read_document

QUESTION = "Which instrument is bought first?"


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """The shipped articles alone."""
    return KnowledgeBase(tmp_path_factory.mktemp("base"))


def places(answer):
    return [(citation.document_id, citation.heading) for citation in answer.citations]


def test_sentences_of_a_section_that_is_known_to_answer_the_question_come_first(base):
    found = base.ask(QUESTION).found
    plain = compose(QUESTION, found, base.store)
    other = next(
        (hit.passage.document_id, hit.passage.heading)
        for hit in found.hits
        if (hit.passage.document_id, hit.passage.heading) not in places(plain) and hit.passage.document_id != "glossary"
    )
    assert places(compose(QUESTION, found, base.store, known={other: 1.0}))[0] == other


def test_a_far_question_raises_no_section(base):
    found = base.ask(QUESTION).found
    known = {(hit.passage.document_id, hit.passage.heading): 0.2 for hit in found.hits}
    assert compose(QUESTION, found, base.store, known=known) == compose(QUESTION, found, base.store)


def test_an_added_page_stands_as_the_section_that_comes_closest(tmp_path):
    page = tmp_path / "page.txt"
    page.write_text(
        "URL: https://example.com/first\nTITLE: Which instrument is bought first\n\nThe instrument bought first is the VIX future.\n",
        encoding="utf-8",
    )
    base = KnowledgeBase(tmp_path / "base")
    base.add(read_document(page))
    found = base.ask(QUESTION).found
    shipped = next(
        (hit.passage.document_id, hit.passage.heading) for hit in found.hits if base.store.document(hit.passage.document_id).layer == "shipped"
    )
    (added,) = {hit.passage.document_id for hit in found.hits if base.store.document(hit.passage.document_id).layer == "user"}
    assert added in [document_id for document_id, _ in places(compose(QUESTION, found, base.store, known={shipped: 1.0}))]


def test_the_closest_known_question_of_each_section_counts_and_those_left_out_do_not(base):
    silences = Silences(base.store)
    document = next(one for one in (base.store.document(name) for name in base.store.document_ids()) if len(one.asked_under) > 2)
    question, heading = document.questions[0], document.asked_under[0]
    vector = base.vector(question)
    place = (document.document_id, heading)
    assert silences.known_places([document], vector)[place] == pytest.approx(1.0, abs=1e-5)
    without = frozenset(text for text, under in zip(document.questions, document.asked_under, strict=True) if under == heading)
    assert place not in silences.known_places([document], vector, without)


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("how much goes into futures?", "25-40%"),
        ("what percentage in futures", "25-40%"),
        ("are the calls itm or otm?", "out-of-the-money"),
        ("what is meant by the steward tool", "maintain"),
        ("why vx before calls", "futures"),
    ],
)
def test_short_questions_on_the_method_are_answered_with_the_fact(base, question, fact):
    text = " ".join(sentence for citation in base.ask(question).answer.citations for sentence, _, _ in citation.sentences)
    assert re.search(re.escape(fact), text)


@pytest.mark.parametrize(
    ("question", "beginning"), [("What is contango?", "Contango is"), ("what is vega", "Vega is"), ("what is a tranche", "A tranche is")]
)
def test_a_term_that_is_asked_for_is_answered_by_its_definition(base, question, beginning):
    assert any(sentence.startswith(beginning) for citation in base.ask(question).answer.citations for sentence, _, _ in citation.sentences)
