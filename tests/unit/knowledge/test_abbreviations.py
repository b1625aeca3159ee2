"""What an abbreviation stands for: read from a sentence, asked for, and shown with every page that spells it differently."""

from __future__ import annotations

import pytest

from knowledge.base import KnowledgeBase
from knowledge.disagreement.abbreviations import spelled_out, topic_of
from knowledge.disagreement.statements import value_of
from knowledge.disagreement.wording import Wording
from knowledge.question_kind import abbreviation_asked


@pytest.mark.parametrize(
    ("letters", "sentence", "words"),
    [
        ("RSAi", "RSAi stands for Relative Skew Adjusted index.", "Relative Skew Adjusted Index"),
        ("WACC", "WACC is the weighted average cost of capital.", None),
        ("WACC", "WACC is the Weighted Average Cost of Capital.", "Weighted Average Cost Of Capital"),
        ("ALVH", "ALVH, the Adaptive Layered VIX Hedge, has layers.", "Adaptive Layered VIX Hedge"),
        ("EDR", "The Expected Daily Range (EDR) is wide.", "Expected Daily Range"),
        ("EDR", "EDR is wide on some days.", None),
        ("EDR", "EDR does not stand for Estimated Daily Range.", None),
        ("XYZ", "EDR is the Expected Daily Range.", None),
    ],
)
def test_a_sentence_spells_out_an_abbreviation_by_words_with_its_initials(letters, sentence, words):
    value = value_of(Wording(sentence), topic_of(letters))
    assert (None if value is None else value.text) == words


@pytest.mark.parametrize(
    ("question", "letters"),
    [
        ("What does EDR stand for?", "EDR"),
        ("what does edr mean", "edr"),
        ("what is rsai short for", "rsai"),
        ("EDR meaning", "EDR"),
        ("full form of MACD", "MACD"),
        ("What is RSAi?", "RSAi"),
        ("what is vega", None),
        ("Which layer comes first?", None),
    ],
)
def test_a_question_for_the_words_of_an_abbreviation_is_known_by_its_form(question, letters):
    assert abbreviation_asked(question) == letters


def test_only_abbreviations_whose_words_stand_beside_them_are_listed():
    assert list(spelled_out("The Expected Daily Range (EDR) beats RSI. The EDR is wide, and NYSE opens.")) == ["EDR"]


def test_an_answer_begins_with_the_sentence_that_says_what_the_letters_stand_for(base):
    response = base.ask("What does WACC stand for?")
    assert response.verdict == "answered" and response.disagreement is None
    assert response.answer.citations[0].sentences[0][0].startswith("WACC, the Weighted Average Cost of Capital, is")


def test_letters_that_pages_spell_differently_are_shown_with_each_and_listed(tmp_path, written):
    base = KnowledgeBase(tmp_path / "base")
    for number, words in enumerate(("Quiet Zone Threshold", "Quoted Zero Tenor"), 1):
        base.add(written(f"Page {number}", f"On this page QZT stands for {words}. It is read daily."))
    response = base.ask("what does qzt stand for")
    assert response.disagreement is not None and response.disagreement.topic.claim == "what QZT stands for"
    assert {one.value.text for one in response.disagreement.statements} == {"Quiet Zone Threshold", "Quoted Zero Tenor"}
    assert [found.topic.claim for found in base.disagreements.all()] == ["what QZT stands for"]
    base.close()
