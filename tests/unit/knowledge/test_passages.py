"""Sentences and passages: spans that never overlap, lose nothing, and do not break at abbreviations."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.documents import Document, Source, sections_from
from knowledge.frontmatter import markdown_sections
from knowledge.passages import MAX_PASSAGE_WORDS, is_complete, passages_of, sentences_of

PIECES = st.sampled_from(
    ["The hedge costs 0.40 points.", "e.g. futures vs. calls", "Is it armed?", "U.S. yields rose!", "\n\n", "\n", "\n- first step", "\n1. numbered", "\n# Heading\n",
     " ", "\t", "…", ". ", "“Quoted.” ", "(Aside.) ", "word " * 30, "one. two. Three. ", "\u2003", "•", "$5. A", "\n \n"]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=200), st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=40).map("".join))
BULLET = re.compile(r"[-*•·]|\d+[.)]")
RELAXED = settings(max_examples=150, deadline=None)


def _document(text: str) -> Document:
    return Document("x", "user", "original", "market", "X", text, markdown_sections(text), (Source("X"),), "x")


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences_of(text, 0, len(text))]


@RELAXED
@given(TEXTS)
def test_sentences_are_ordered_disjoint_trimmed_and_inside_the_text(text):
    last = 0
    for start, end in sentences_of(text, 0, len(text)):
        assert last <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip() != ""
        last = end


@RELAXED
@given(TEXTS)
def test_between_sentences_only_blanks_and_bullets_are_left(text):
    spans = sentences_of(text, 0, len(text))
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        assert all(BULLET.fullmatch(word) for word in text[start:end].split())


@RELAXED
@given(TEXTS, st.data())
def test_sentences_of_a_stretch_stay_inside_it(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert all(start <= a < b <= end for a, b in sentences_of(text, start, end))


@RELAXED
@given(TEXTS)
def test_passages_are_whole_sentences_of_one_section_in_order(text):
    document = _document(text)
    last = 0
    for passage in passages_of(document):
        section = next(section for section in document.sections if section.start <= passage.start and passage.end <= section.end)
        assert passage.heading == section.heading
        assert (passage.start, passage.end) == (passage.sentences[0][0], passage.sentences[-1][1])
        for start, end in passage.sentences:
            assert last <= start < end
            assert text[start:end] == text[start:end].strip() != ""
            last = end


@RELAXED
@given(TEXTS)
def test_a_passage_is_long_only_if_one_sentence_is(text):
    for passage in passages_of(_document(text)):
        words = sum(len(text[start:end].split()) for start, end in passage.sentences)
        assert words <= MAX_PASSAGE_WORDS or len(passage.sentences) == 1


@RELAXED
@given(TEXTS)
def test_every_section_with_a_sentence_has_a_passage(text):
    document = _document(text)
    with_sentences = [section.heading for section in document.sections if sentences_of(text, section.start, section.end)]
    assert set(with_sentences) == {passage.heading for passage in passages_of(document)}


@pytest.mark.parametrize(
    "sentence",
    [
        "The first leg is small, e.g. 10-15% of the plan.",
        "It compares Loyalty vs. Motion in a table.",
        "The spread costs approx. 0.40 points in all.",
        "Yields of the U.S. Treasury rose on Monday.",
        "The VIX closed at 19.5 and the future at 20.25.",
        "Prices (e.g. Mondays) and (cf. Chapter 2) are listed.",
        "The market opens at 9 a.m. Chicago time.",
        "Rule No. 12 of the book applies.",
        "That is, i.e. The whole stack is meant.",
        "Mr. Clark and Dr. Smith wrote it, et al. Nobody else.",
        "Contract J. Smith signed is void.",
        "The ratio is .5 and costs $.25 each.",
    ],
)
def test_abbreviations_and_decimals_do_not_end_a_sentence(sentence):
    assert _sentences(sentence) == [sentence]
    assert _sentences(f"{sentence} Then the next one came.") == [sentence, "Then the next one came."]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The level is 19.5. The next is 20.", ["The level is 19.5.", "The next is 20."]),
        ("Is it armed? Yes! It is.", ["Is it armed?", "Yes!", "It is."]),
        ('He said "stop." Then he left.', ['He said "stop."', "Then he left."]),
        ("One (an aside.) Two follows.", ["One (an aside.)", "Two follows."]),
        ("Wait… Then go.", ["Wait…", "Then go."]),
        ("A wrapped\nline goes on. Next.", ["A wrapped\nline goes on.", "Next."]),
        ("Costs 5. $10 is the cap.", ["Costs 5.", "$10 is the cap."]),
        ("No stop at the end", ["No stop at the end"]),
        ("", []),
        (" \n\t ", []),
    ],
)
def test_sentences_end_at_stops(text, expected):
    assert _sentences(text) == expected


@pytest.mark.parametrize("mark", ["-", "*", "•", "·", "1.", "2)"])
def test_bullets_are_sentences_of_their_own_without_their_marks(mark):
    assert _sentences(f"Two steps:\n{mark} read the north gauge\n{mark} read the south gauge") == [
        "Two steps:",
        "read the north gauge",
        "read the south gauge",
    ]


def test_a_bullet_of_two_sentences_is_two_sentences():
    assert _sentences("- Read it. Then write.\n- Stop") == ["Read it.", "Then write.", "Stop"]


def test_a_sentence_that_was_cut_off_is_not_complete():
    assert not is_complete("The sizing rule is 60–70 % o")
    assert all(is_complete(text) for text in ("It ends.", "Does it?", "(Yes.)", "“Quoted.”", "So:"))


def test_a_long_paragraph_becomes_several_passages():
    text = " ".join(f"Sentence number {number} has exactly eight words here." for number in range(30))
    passages = passages_of(_document(text))
    assert len(passages) == 3
    assert sum(len(passage.sentences) for passage in passages) == 30


def test_short_paragraphs_join_and_long_ones_do_not():
    long = "word " * 45 + "end."
    assert len(passages_of(_document("Short one.\n\nShort two."))) == 1
    assert len(passages_of(_document(f"{long}\n\n{long}"))) == 2


def test_headings_divide_and_are_not_part_of_passages():
    text = "Alpha line.\n# Beta\nBeta line.\n## Gamma ##\nGamma line."
    assert [(passage.heading, text[passage.start : passage.end]) for passage in passages_of(_document(text))] == [
        ("", "Alpha line."), ("Beta", "Beta line."), ("Gamma", "Gamma line."),
    ]  # fmt: skip


def test_sections_cover_the_text_between_headings():
    text = "Head\n\nBody of it."
    assert [(section.heading, text[section.start : section.end].strip()) for section in sections_from(text, [("Head", 0, 4)])] == [
        ("Head", "Body of it.")
    ]
