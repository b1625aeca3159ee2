"""Topics, the sentences that state their values, and what a whole base disagrees on."""

from __future__ import annotations

import json

import numpy as np
import pytest

from knowledge.disagreement.finding import Disagreements
from knowledge.disagreement.statements import stated_in
from knowledge.disagreement.topics import shipped_topics, topics_from
from knowledge.errors import KnowledgeError
from knowledge.search.retriever import Retriever
from knowledge.shipped import HERE, ShippedVectors

QUESTIONS = [question for topic in shipped_topics() for question in topic.questions]
GOOD = """groups: {}
names: {}
topics:
  - {id: a, claim: the size, questions: [How large?], asked: [[large]], near: [size], values: [share]}
"""
DAYS = "The VIX calls of the hedge are bought at 30, 110 and 220 days to expiration."
OTHER_DAYS = "The VIX calls of the hedge are bought 7-14 days before expiration."


@pytest.fixture(scope="module")
def pages(written):
    return [written("Fixed tenors", DAYS), written("Short tenors", OTHER_DAYS), written("Same tenors", f"{DAYS[:-1]} too.")]


@pytest.fixture
def small(base, store, quick, add_to, pages):
    """A base with three pages whose vectors are real."""
    for page in pages:
        add_to(store, page, quick)
    return Disagreements(store, Retriever(store), quick)


def test_the_source_of_every_topic_states_a_value_at_the_place_that_is_named(base):
    unread = []
    for topic in shipped_topics():
        if topic.source is not None:
            passages = base.store.passages(base.store.passages_under(*topic.source))
            if not [found for passage in passages for found in stated_in(passage, base.store.document(passage.document_id), [topic])]:
                unread.append(topic.id)
    assert unread == []


def test_every_topic_is_asked_for_by_its_own_questions(base):
    missed = []
    for topic in shipped_topics():
        missed += [
            question for question in topic.questions if getattr(base.disagreements.topic_of(question, base.vector(question)), "id", None) != topic.id
        ]
    assert missed == []


def test_every_question_of_a_topic_has_a_shipped_vector_and_no_vector_is_left_over(forbidden):
    vectors = ShippedVectors(HERE / "disagreement" / "vectors")
    assert vectors.missing(QUESTIONS) == []
    assert vectors.all().shape == (len(set(QUESTIONS)), 384)


def test_shipped_vectors_of_topics_equal_fresh_ones(quick, forbidden):
    sample = QUESTIONS[::10]
    stored = ShippedVectors(HERE / "disagreement" / "vectors").vectors(sample, forbidden)
    assert np.abs(stored - quick.encode(sample)).max() < 1e-5


def test_good_topics_are_read():
    (topic,) = topics_from(GOOD, "topics.yaml")
    assert (topic.id, topic.values, topic.source) == ("a", ("share",), None)


@pytest.mark.parametrize(
    ("change", "to", "words"),
    [
        ("claim: the size, ", "", "lacks claim"),
        ("values: [share]", "values: [share], colour: red", "unknown key colour"),
        ("values: [share]", "values: [weight]", "weight"),
        ("near: [size]", "near: [$sizes]", "sizes"),
        ("names: {}\n", "", "exactly the keys"),
        ("values: [share]}", "values: [share]}\n  - {id: a, claim: b, questions: [b], asked: [[b]], near: [b], values: [share]}", "one id"),
    ],
)
def test_topics_that_cannot_be_used_are_refused_with_the_reason(change, to, words):
    with pytest.raises(KnowledgeError, match="topics.yaml") as refused:
        topics_from(GOOD.replace(change, to), "topics.yaml")
    assert words in str(refused.value)


def test_a_base_lists_each_value_once_with_a_verbatim_sentence(small):
    (found,) = list(small.all())
    assert (found.topic.id, found.source) == ("call-expiries", "silent")
    assert {statement.value.text for statement in found.statements} == {"30/110/220 days", "7-14 days"}
    for statement in found.statements:
        start, end = statement.span
        assert statement.document.text[start:end] == statement.text


def test_pages_that_agree_do_not_disagree(small, store, pages):
    store.remove(pages[1].document_id)
    assert list(small.all()) == []


def test_a_removed_source_article_leaves_the_pages_and_is_not_called_silent(store, quick, add_to, written):
    add_to(store, written("Macd one", "For the hedge MACD is computed on daily closes of spot VIX."), quick)
    add_to(store, written("Macd two", "For the hedge MACD is computed on the VVIX."), quick)
    store.remove("activation-signals")
    (found,) = list(Disagreements(store, Retriever(store), quick).all())
    assert (found.topic.id, found.source, len(found.statements)) == ("macd-series", "absent", 2)


def test_the_source_as_it_was_published_takes_the_place_of_its_paraphrase(store, quick, add_to, written):
    from dataclasses import replace

    url = store.document("activation-signals").sources[0].url
    article = written("The source", "For the hedge traders watch the MACD on the VIX futures curve.")
    article = replace(article, address=url, sources=(replace(article.sources[0], url=url),))
    add_to(store, article, quick)
    add_to(store, written("Macd one", "For the hedge MACD is computed on daily closes of spot VIX."), quick)
    (found,) = list(Disagreements(store, Retriever(store), quick).all())
    assert [statement.document.kind for statement in found.statements] == ["original", "original"]
    assert found.statements[0].document.document_id == article.document_id and found.source == "first"


def test_conflicts_lists_topic_value_document_and_sentence(command, tmp_path):
    assert command("conflicts").stdout == "no disagreements\n"
    for name, text in (("one", DAYS), ("two", OTHER_DAYS)):
        (tmp_path / f"{name}.txt").write_text(f"URL: https://www.example.com/{name}\nTITLE: Page {name}\n{text}\n", encoding="utf-8")
    assert command("add", str(tmp_path / "one.txt"), str(tmp_path / "two.txt")).returncode == 0
    done = command("conflicts", "--json")
    (entry,) = json.loads(done.stdout)
    assert (done.returncode, entry["claim"], entry["source"]) == (0, "the expiries of the VIX calls", "silent")
    assert {(value["value"], value["url"], value["sentence"]["text"]) for value in entry["values"]} == {
        ("30/110/220 days", "https://www.example.com/one", DAYS),
        ("7-14 days", "https://www.example.com/two", OTHER_DAYS),
    }
    assert DAYS in command("conflicts").stdout
