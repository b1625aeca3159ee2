"""The order of documents: exact values, chance taken off, phrases, and why a document stands where it does."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

from knowledge.search import retriever as retriever_module
from knowledge.search.ranking import ORIGINAL_WEIGHT, standardised
from knowledge.search.retriever import Retriever
from knowledge.storage import store as store_module
from knowledge.word_records import index_tokens, query_keys, stem_of

TEXTS = {
    "Lamps": "The lamp burns whale oil. Its oil lasts nine hours.",
    "Anchors": "An anchor holds the ship. The ship swings on its chain.",
    "Tides": "The tide lifts the ship twice a day. No lamp is needed for the tide.",
}


@pytest.fixture
def small(store, written, add_to, pretend):
    """Three pages beside the shipped layer."""
    for title, text in TEXTS.items():
        add_to(store, written(title, text), pretend)
    return Retriever(store)


def _weighted(text: str, weight: float) -> Counter[str]:
    return Counter({stem: weight * count for stem, count in Counter(stem_of(token) for token in index_tokens(text)).items()})


def _documents(store) -> dict[str, tuple[Counter[str], int]]:
    """Weighted frequencies and length of every document, its passages' title and heading counted with each."""
    found: dict[str, tuple[Counter[str], int]] = {}
    rows = store.connection.rows('SELECT document_id, title, heading, text, start, "end" FROM passages JOIN documents USING (document_number)')
    for document_id, title, heading, text, start, end in rows:
        counts, length = found.get(document_id, (Counter(), 0))
        parts = ((title, 1.5), (heading, 1.5), (text[start:end], 1.0))
        for part, weight in parts:
            counts.update(_weighted(part, weight))
        found[document_id] = (counts, length + sum(len(index_tokens(part)) for part, _ in parts))
    return found


def test_words_of_a_document_are_bm25_of_its_passages_taken_together(small, store):
    documents = _documents(store)
    average = sum(length for _, length in documents.values()) / len(documents)
    names = dict(store.connection.rows("SELECT document_number, document_id FROM documents"))
    scores = small._documents.words(query_keys(["ship", "oil", "vix"]))
    for number, score in zip(small._documents.numbers.tolist(), scores, strict=True):
        counts, length = documents[names[number]]
        expected = 0.0
        for word in ("ship", "oil", "vix"):
            holding = sum(word in other for other, _ in documents.values())
            rarity = math.log(1.0 + (len(documents) - holding + 0.5) / (holding + 0.5))
            expected += rarity * counts[word] * 2.2 / (counts[word] + 1.2 * (0.25 + 0.75 * length / average))
        assert score == pytest.approx(expected, abs=1e-9)


def test_coverage_is_one_where_a_passage_holds_every_word_and_nothing_where_none(small, store):
    names = dict(store.connection.rows("SELECT document_number, title FROM documents"))
    titles = [names[number] for number in small._documents.numbers.tolist()]
    whole = dict(zip(titles, small._documents.coverage(query_keys(["tide", "lamp"])), strict=True))
    assert whole["Tides"] == pytest.approx(1.0)
    assert 0.0 < whole["Lamps"] < 1.0
    assert whole["Anchors"] == 0.0


def test_a_document_of_many_passages_gains_less_by_their_number_alone(small):
    chance = np.random.default_rng(7)
    trials = [small._documents.meaning(chance.normal(size=len(small.index.ids))) for _ in range(400)]
    means = np.mean(trials, axis=0)
    plain = np.mean([small._documents.best(chance.normal(size=len(small.index.ids))) for _ in range(400)], axis=0)
    assert np.ptp(means) < 0.7 * np.ptp(plain)


def test_a_quoted_stretch_has_to_stand_in_the_passage_as_it_is_written(small, pretend):
    found = small.search('"swings on its chain"', 5, pretend.encode(["x"])[0])
    assert {hit.passage.document_id.split("-")[0] for hit in found.hits} == {"anchors"}
    assert found.expansions == () and found.absent == ()
    assert small.search("“SWINGS  on its chain”", 5, None).hits[0].passage.document_id.startswith("anchors")


def test_a_quoted_stretch_that_no_document_holds_is_named(small):
    assert small.search('What of "chain swings its"?', 5, None).absent == ("chain swings its",)
    assert small.search("What of chain swings?", 5, None).absent == ()


def test_a_quoted_stretch_is_looked_for_in_every_passage_however_many_hold_its_words(small, monkeypatch):
    monkeypatch.setattr(retriever_module, "READ_AT_ONCE", 1)
    found = small.search('"lamp is"', 5, None)  # the passage on lamps holds the word and comes first
    assert found.absent == ()
    assert {hit.passage.document_id.split("-")[0] for hit in found.hits} == {"tides"}


def test_more_passages_than_one_query_takes_are_read_in_their_order(store, small, monkeypatch):
    ids = small.index.ids.tolist()[::-1]
    whole = [passage.passage_id for passage in store.passages(ids)]
    monkeypatch.setattr(store_module, "MOST_AT_ONCE", 7)
    assert [passage.passage_id for passage in store.passages(ids)] == whole == ids


def test_every_candidate_is_explained_by_parts_that_give_the_order_of_the_hits(small, pretend):
    question = "How long does the oil of the lamp last?"
    vector = pretend.encode([question])[0]
    explained = small.explained(question, vector)
    found = small.search(question, 200, vector)
    best: dict[str, float] = {}
    for hit in found.hits:
        best.setdefault(hit.passage.document_id, hit.score)
    assert {candidate.document_id: pytest.approx(candidate.score) for candidate in explained} == best
    assert [candidate.document_id for candidate in explained] == list(best)
    assert sorted(candidate.words_rank for candidate in explained)[0] == 1
    originals = {candidate.document_id: candidate.original for candidate in explained}
    assert all(value == (ORIGINAL_WEIGHT if name.split("-")[0] in ("lamps", "anchors", "tides") else 0.0) for name, value in originals.items())


def test_the_same_values_have_no_standing():
    assert standardised(np.full(4, 3.0)).tolist() == [0.0] * 4
    assert standardised(np.array([1.0, 3.0])).tolist() == [-1.0, 1.0]
