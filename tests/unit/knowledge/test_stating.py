"""What an added document states of what a question asks, and that only this ends a silence."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from knowledge.answer import compose
from knowledge.base import KnowledgeBase
from knowledge.decision import Silences, shipped_decision
from knowledge.ingest import read_document
from knowledge.stating import DistinctiveSpace, share_of, unit

ENDS = Path(__file__).parents[2] / "corpus" / "understanding" / "silence_ends.jsonl"
BESIDE = """URL: https://www.example.com/ask/orders-for-vix-calls
TITLE: How are orders for VIX calls noted in the hedge diary?
Every order for VIX calls is noted with the reason for it, the price that was paid and the hour. The author reads his notes once a quarter.
An entry is never changed later. Readers of the diary learn most from the weeks in which no VIX calls were bought.
"""


@pytest.fixture(scope="module")
def pages():
    return [json.loads(line) for line in ENDS.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def added(tmp_path):
    """Adds a page, given as text, to a base of its own."""
    base = KnowledgeBase(tmp_path / "base")

    def add(text: str) -> KnowledgeBase:
        path = tmp_path / f"{len(base.store.overview())}.txt"
        path.write_text(text, encoding="utf-8")
        base.add(read_document(path))
        return base

    yield add
    base.close()


QUESTION = "What delta should the VIX calls have?"
STATES = """URL: https://www.example.com/ask/call-delta
TITLE: Which delta should VIX calls in ALVH have?
The VIX calls of the second layer are bought with a delta of 0.22. Calls nearer the money cost too much theta.
"""


def test_a_page_on_the_method_that_does_not_state_what_is_asked_ends_no_silence(added):
    response = added(BESIDE).ask(QUESTION)
    assert response.evidence.added > 0.0
    assert response.silent


def test_a_page_that_states_it_ends_the_silence_and_is_cited(added):
    added(BESIDE)
    response = added(STATES).ask(QUESTION)
    assert response.verdict == "answered"
    assert any("0.22" in sentence for citation in response.answer.citations for sentence, _, _ in citation.sentences)


def test_a_silence_beside_an_added_page_shows_the_sentences_of_all_documents_that_come_nearest(added):
    base = added(BESIDE)
    response = base.ask(QUESTION)
    assert response.silent
    documents = [base.store.document(document_id) for document_id in {hit.passage.document_id for hit in response.found.hits}]
    known = Silences(base.store).known_places(documents, response.found.vector)
    assert response.nearest == compose(QUESTION, response.found, base.store, most=2, known=known)


def test_without_an_added_page_nothing_is_stated_by_one(base):
    evidence = base.ask(QUESTION).evidence
    assert (evidence.added, evidence.told) == (0.0, 0.0)


def test_more_of_what_is_asked_speaks_for_an_answer_and_a_close_silence_against_it():
    weights = shipped_decision().added.weights
    assert weights["added"] > 0.0 > weights["told"]


def test_what_all_examples_share_counts_less_than_what_tells_them_apart():
    generator = np.random.default_rng(5)
    examples = unit(np.hstack([np.full((200, 1), 3.0), generator.normal(size=(200, 9))]).astype(np.float32))
    shared, one, other = np.eye(10, dtype=np.float32)[:3]
    both = unit(np.array([3.0 * shared + one, 3.0 * shared + other]))
    turned = DistinctiveSpace(examples).turned(both)
    assert turned[0] @ turned[1] < both[0] @ both[1] - 0.1


def test_a_space_without_examples_leaves_cosines_as_they_are():
    vectors = unit(np.random.default_rng(6).normal(size=(4, 5)).astype(np.float32))
    turned = DistinctiveSpace(np.empty((0, 5), dtype=np.float32)).turned(vectors)
    assert turned @ turned.T == pytest.approx(vectors @ vectors.T, abs=1e-6)


def test_zeros_have_no_direction():
    assert not DistinctiveSpace(np.eye(3, dtype=np.float32)).turned(np.zeros((1, 3), dtype=np.float32)).any()


def test_the_share_of_words_counts_rare_ones_more():
    assert share_of({"vix": 1.0, "delta": 3.0}, {"delta"}) == 0.75
    assert share_of({}, {"delta"}) == 0.0


def test_each_page_of_the_fit_half_ends_the_silence_that_it_is_for(tmp_path, pages):
    texts = {}
    for entry in (ENDS.parent / "unanswerable.jsonl").read_text(encoding="utf-8").splitlines():
        texts[json.loads(entry)["id"]] = json.loads(entry)["question"]
    base = KnowledgeBase(tmp_path / "base")
    fit = [entry for entry in pages if entry["half"] == "fit"]
    for number, entry in enumerate(fit):
        path = tmp_path / f"{number}.txt"
        path.write_text(entry["page"], encoding="utf-8")
        base.add(read_document(path))
    assert [entry["question_id"] for entry in fit if base.ask(texts[entry["question_id"]]).verdict != "answered"] == []
    base.close()
