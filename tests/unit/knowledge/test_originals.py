"""An added original speaks for itself, and its paraphrases step back."""

from __future__ import annotations

import pytest

from knowledge.base import KnowledgeBase
from knowledge.documents import Document, Source, sections_from, user_document_id

TEXT = (
    "The order of the layers in ALVH is fixed: the hedge opens with VIX futures, goes on to listed VIX calls and ends with VIX ETFs.\n\n"
    "The futures layer is given 25 to 40 percent of the whole hedge vega that is planned, and calls follow in steps of twenty percent.\n\n"
    "Exchange-traded funds on the VIX come last; they keep up a hedge that stands already and start none."
)


@pytest.fixture
def with_original(tmp_path):
    base = KnowledgeBase(tmp_path / "base")
    url = base.store.document("layering-order").sources[0].url
    title = "The order of the hedge"
    address = url
    base.add(
        Document(user_document_id(title, address), "user", "original", "method", title, TEXT, sections_from(TEXT, []), (Source(title, url),), address)
    )
    yield base
    base.close()


@pytest.mark.parametrize(
    ("question", "own"),
    [
        ("In which order are the layers of ALVH bought?", "the hedge opens with VIX futures"),
        ("What share of the planned hedge vega goes into futures?", "25 to 40 percent"),
    ],
)
def test_the_sentences_of_an_added_original_are_preferred_to_their_paraphrase(with_original, base, question, own):
    paraphrased = {sentence for citation in base.ask(question).answer.citations for sentence, _, _ in citation.sentences}
    citations = with_original.ask(question).answer.citations
    said = [sentence for citation in citations for sentence, _, _ in citation.sentences]
    assert any(own in sentence for sentence in said)
    assert citations[0].kind == "original"
    assert said.index(next(sentence for sentence in said if own in sentence)) == 0 or not paraphrased & set(said[:1])


def test_without_the_original_nothing_is_replaced(base):
    hits = base.ask("In which order are the layers of ALVH bought?").found.hits
    assert hits and all(hit.passage.layer == "shipped" for hit in hits)


def test_no_passage_comes_twice(with_original):
    hits = with_original.ask("What share of the planned hedge vega goes into futures?").found.hits
    assert len({hit.passage.passage_id for hit in hits}) == len(hits)
