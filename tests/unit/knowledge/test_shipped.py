"""The shipped layer: articles, glossary, silences and their vectors fit together and borrow no wording."""

from __future__ import annotations

import re

import numpy as np
import pytest
import yaml

from knowledge.errors import KnowledgeError
from knowledge.frontmatter import article, example_questions, glossary_terms, silence_entries
from knowledge.passages import sentences_of
from knowledge.shipped import HERE, ShippedVectors, load_shipped, shipped_files
from knowledge.texts import encodable

ARTICLES = sorted((HERE / "articles").glob("*.md"))
TERMS = """ALVH, iron condor, MACD, A/D line, RSI, CAPM, contango, vega, delta, time value, time-shifting, False Binary, Steward, second engine, Temporal Theta,
    CPI, PPI, FOMC, WACC, IRR, break-even, P/CF, conversion, convexity, liquidity tiers, mean reversion"""
RUN = 8


def _words(text: str) -> list[str]:
    """Words in lower case; what is joined by a hyphen or a slash is one word."""
    return re.findall(r"[a-z0-9]+(?:[-–/'’&.][a-z0-9]+)*", text.lower())


def _runs(text: str) -> set[tuple[str, ...]]:
    words = _words(text)
    return {tuple(words[start : start + RUN]) for start in range(len(words) - RUN + 1)}


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_every_article_parses_and_its_id_is_its_file_name(path):
    document = article(path.read_text(encoding="utf-8"), path.name, "shipped")
    assert document.document_id == path.stem
    assert document.kind == "paraphrase"
    assert document.subject in {"method", "instrument", "market"}
    assert document.title and document.sections and document.sources and document.questions
    assert document.sources[0].url


def test_headings_named_in_sources_exist(shipped):
    lost = [
        (document.document_id, heading)
        for document in shipped.documents
        for source in document.sources
        for heading in set(source.headings) - {section.heading for section in document.sections}
    ]
    assert lost == []


def test_no_heading_stands_twice_in_an_article(shipped):
    for document in shipped.documents:
        headings = [section.heading for section in document.sections]
        assert len(headings) == len(set(headings)), document.document_id


def test_document_ids_and_silence_ids_are_unique(shipped):
    for ids in (
        [document.document_id for document in shipped.documents],
        [silence.id for silence in shipped.silences],
        [term.term for term in shipped.terms],
    ):
        assert len(ids) == len(set(ids))


def test_the_nearest_place_of_every_silence_exists(shipped):
    places = {(document.document_id, section.heading) for document in shipped.documents for section in document.sections}
    assert [silence.id for silence in shipped.silences if silence.nearest not in places] == []


def test_the_parameters_of_every_silence_exist(shipped, project):
    known = yaml.safe_load((project / "rules" / "parameters.yaml").read_text(encoding="utf-8"))["parameters"]
    assert [(silence.id, name) for silence in shipped.silences for name in silence.parameters if name not in known] == []


def test_every_shipped_text_has_a_shipped_vector_and_no_vector_is_left_over(shipped):
    vectors = ShippedVectors(HERE / "vectors")
    assert vectors.missing(shipped.texts()) == []
    assert vectors.all().shape == (len(set(shipped.texts())), 384)


def test_shipped_vectors_equal_fresh_ones(shipped, quick, forbidden):
    sample = list(dict.fromkeys(shipped.texts()))[::40]
    stored = ShippedVectors(HERE / "vectors").vectors(sample, forbidden)
    assert np.abs(stored - quick.encode(sample)).max() < 1e-5


@pytest.mark.parametrize("name", ["articles", "glossary.yaml", "silences.yaml"])
def test_no_run_of_eight_words_is_shared_with_the_source(shared, shipped, name):
    source = set().union(*(_runs(path.read_text(encoding="utf-8")) for path in sorted((shared / "source").glob("*.txt"))))
    texts = {
        "articles": [text for document in shipped.documents for text in (document.title, document.text, *document.questions)],
        "glossary.yaml": [" ".join(filter(None, (term.term, term.definition, term.in_method, term.reason))) for term in shipped.terms],
        "silences.yaml": [text for silence in shipped.silences for text in (silence.subject, *silence.questions)],
    }[name]
    assert len(source) > 500
    assert [" ".join(run) for text in texts for run in sorted(_runs(text) & source)] == []


@pytest.mark.parametrize("term", [" ".join(term.split()) for term in TERMS.split(",")])
def test_the_glossary_names_every_term_a_reader_of_the_source_needs(shipped, term):
    names = {name.lower() for entry in shipped.terms for name in (entry.term, entry.expansion or "", *entry.aliases)}
    assert term.lower() in names


def test_no_sentence_opens_with_a_word_that_refers_back(shipped):
    opening = re.compile(r"(It|This|They|These)\b")
    found = [
        document.text[start:end]
        for document in shipped.documents
        for section in document.sections
        for start, end in sentences_of(document.text, section.start, section.end)
        if opening.match(document.text[start:end])
    ]
    assert found == []


def test_shipped_texts_hold_no_control_characters():
    from knowledge.documents import without_controls

    for path in shipped_files():
        text = path.read_text(encoding="utf-8")
        assert without_controls(text) == text, path.name


FRONT = "---\nid: x\ntitle: T\nsubject: method\nsources: [{title: S}]\ntags: []\nquestions: {Part: [what?]}\n---\n# Part\n\nText.\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (FRONT.replace("tags: []\n", ""), "x.md: front matter lacks tags"),
        (FRONT.replace("tags: []\n", "tags: []\nextra: 1\n"), "x.md: front matter has the unknown key extra"),
        (FRONT.replace("[{title: S}]", "[{name: S}]"), "x.md: has a source that is not usable"),
        (FRONT.replace("title: T", "title: [T"), r"x.md, line \d+: is not valid YAML"),
        ("No front matter.", "x.md: front matter lacks"),
        (FRONT.replace("{Part: [what?]}", "[what?]"), "x.md: questions is not a mapping of headings"),
        (FRONT.replace("Part: [", "Parts: ["), "x.md: questions: 'Parts' is no heading of the article; use one of Part"),
    ],
)
def test_an_article_that_is_not_usable_is_named(text, words):
    with pytest.raises(KnowledgeError, match=words):
        article(text, "x.md", "shipped")


def test_each_question_of_an_article_belongs_to_the_heading_that_answers_it(shipped):
    assert article(FRONT, "x.md", "shipped").asked_under == ("Part",)
    for document in shipped.documents:
        if document.kind == "paraphrase" and document.asked_under:
            assert len(document.asked_under) == len(document.questions)
            assert set(document.asked_under) <= {section.heading for section in document.sections}


def test_glossary_and_silence_entries_that_are_not_usable_are_named():
    with pytest.raises(KnowledgeError, match=r"glossary.yaml, entry 2: needs term and definition"):
        glossary_terms("- {term: a, definition: b}\n- {term: c}\n")
    with pytest.raises(KnowledgeError, match=r"silences.yaml, entry 1: lacks 'subject'"):
        silence_entries("groups: {}\nsilences:\n  - {id: a}\n")
    with pytest.raises(KnowledgeError, match="needs exactly the keys groups and silences"):
        silence_entries("silences: []\n")


def test_every_glossary_entry_has_its_definition_under_its_name(shipped):
    glossary = next(document for document in shipped.documents if document.document_id == "glossary")
    sections = {section.heading: glossary.text[section.start : section.end] for section in glossary.sections}
    for term in shipped.terms:
        name = term.term if term.expansion is None else f"{term.term} ({term.expansion})"
        assert term.definition in sections[name]
    assert load_shipped().documents == shipped.documents


def test_questions_of_elsewhere_are_many_each_once_and_none_is_one_of_the_method(shipped):
    elsewhere = next(document for document in shipped.documents if document.document_id == "elsewhere")
    ours = {text for document in shipped.documents if document is not elsewhere for text in encodable(document).texts}
    assert len(elsewhere.questions) > 300
    assert len(set(elsewhere.questions)) == len(elsewhere.questions)
    assert not ours & set(elsewhere.questions)
    assert elsewhere.text == "" and elsewhere.subject == "elsewhere"


def test_a_list_of_questions_of_another_form_is_refused():
    with pytest.raises(KnowledgeError, match=r"elsewhere.yaml: needs exactly the key questions"):
        example_questions("- one\n", "elsewhere.yaml")
