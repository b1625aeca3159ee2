"""Spelling is repaired against the words of the documents, and only where a word is none."""

from __future__ import annotations

import pytest

from knowledge.base import KnowledgeBase
from knowledge.ingest import read_document
from knowledge.spelling import Speller


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("What is contnago?", "What is contango?"),
        ("how laarge is the futres layer", "how large is the futures layer"),
        ("When do VIX optoins expire?", "When do VIX options expire?"),
        ("convexxity of the calls", "convexity of the calls"),
    ],
)
def test_a_misspelled_word_is_read_as_the_one_that_was_meant(base, typed, read):
    assert base.repaired(typed).text == read


@pytest.mark.parametrize(
    "question",
    [
        "Which layer comes first?",
        "What did inflation do to the harbour pilots?",
        "VXX and UVXY vs VIXY, SPX 5500P",
        "vix 18.4, 25-40% of $10k",
        "the hedge's vega and the condor's delta",
        'the exact words "contnago drag"',
        "dte iv rsi a/d xq",
        "",
    ],
)
def test_words_tickers_numbers_and_quotations_are_left_alone(base, question):
    assert base.repaired(question).text == question


def test_what_was_changed_is_told(base):
    assert base.repaired("What is contnago?").changes == (("contnago", "contango"),)


def test_the_first_letter_is_kept_and_far_words_are_not_reached(base):
    assert base.repaired("rontango xyzzyqwert").changes == ()


def test_a_word_of_an_added_page_is_known_from_then_on(tmp_path, written):
    base = KnowledgeBase(tmp_path)
    assert base.repaired("the contangoo gauge").changes == (("contangoo", "contango"),)
    base.add(written("Gauge", "The contangoo gauge is a brass instrument."))
    assert base.repaired("the contangoo gauge").changes == ()
    base.close()


def test_an_alias_that_occurs_nowhere_is_read_as_its_term(tmp_path):
    notes = tmp_path / "notes.yaml"
    notes.write_text(
        "terms:\n  - {term: purser band, aliases: [oakum ladder], definition: A purser band is a strip of brass on the gauge.}\n", encoding="utf-8"
    )
    base = KnowledgeBase(tmp_path / "base")
    assert not base.ask("What is an oakum ladder?").in_scope
    base.add(read_document(notes))
    assert base.repaired("What is an Oakum ladder?").changes == (("oakum ladder", "purser band"),)
    response = base.ask("What is an oakum ladder?")
    assert response.in_scope
    assert "strip of brass" in response.answer.citations[0].sentences[0][0]
    base.close()


def test_without_a_list_of_english_words_only_the_documents_count(base):
    assert Speller(base.store, None).repaired("contnago").changes == (("contnago", "contango"),)


def test_a_misspelled_question_finds_what_the_right_one_finds(base):
    right, typed = (base.search(question, 5).hits for question in ("What is contango?", "What is contnago?"))
    assert [hit.passage.passage_id for hit in typed] == [hit.passage.passage_id for hit in right]


def test_a_misspelled_small_word_is_read_as_one_and_not_as_a_term(base):
    assert base.repaired("whhat has to be below 20?").changes == (("whhat", "what"),)
