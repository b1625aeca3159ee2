"""Where documents disagree, an answer shows each value with its page, the source first, and merges none."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.reply import Reply
from assistant.session import Session
from knowledge.adding import add_documents
from knowledge.answer import MAX_SENTENCES
from knowledge.base import KnowledgeBase
from knowledge.encoding.model import model_folder
from knowledge.encoding.quick import QuickEncoder
from knowledge.ingest import read_document

CORPUS = Path(__file__).parents[2] / "corpus"
KNOWN = yaml.safe_load((CORPUS / "retrieval" / "disagreements.yaml").read_text(encoding="utf-8"))["disagreements"]
ASKED = [pytest.param(entry, question, id=f"{entry['id']}: {question}") for entry in KNOWN for question in entry["asks"]]
SILENT = [param for param in ASKED if not param.values[0]["values"][0]["stated"]]


@pytest.fixture(scope="module")
def disagreeing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A session over the shipped layer and a page for each value that the source does not state."""
    base = KnowledgeBase(tmp_path_factory.mktemp("disagreeing"))
    pages = [read_document(path) for path in sorted((CORPUS / "retrieval" / "pages").glob("d*.txt"))]
    list(add_documents(base.store, QuickEncoder(model_folder()), pages))
    yield Session(base)
    base.close()


def sentences(reply: Reply) -> list[tuple[str, str | None]]:
    """The sentences of an answer with the addresses of their pages, in the order in which they are shown."""
    return [(sentence.text, citation.url) for citation in reply.citations for sentence in citation.sentences]


@pytest.mark.parametrize(("known", "question"), ASKED)
def test_every_value_is_shown_with_its_page(disagreeing: Session, known: dict[str, Any], question: str) -> None:
    shown = sentences(disagreeing.ask(question))
    for value in known["values"][1:]:
        assert any(re.search(value["match"], text, re.IGNORECASE) and url == value["url"] for text, url in shown), value["value"]


@pytest.mark.parametrize(("known", "question"), ASKED)
def test_what_the_source_states_comes_first(disagreeing: Session, known: dict[str, Any], question: str) -> None:
    source = known["values"][0]
    reply = disagreeing.ask(question)
    first = sentences(reply)[0][0] if source["stated"] else reply.answer.splitlines()[0]
    assert re.search(source["match"], first, re.IGNORECASE)
    assert (reply.citations[0].kind == "paraphrase") == source["stated"]


@pytest.mark.parametrize(("known", "question"), SILENT)
def test_a_silent_source_is_said_and_ends_as_a_silence_where_pages_state_it(disagreeing: Session, known: dict[str, Any], question: str) -> None:
    reply = disagreeing.ask(question)
    assert reply.answer.startswith("The source does not state ") and reply.silent_on == () and reply.answered


@pytest.mark.parametrize(("known", "question"), ASKED)
def test_an_answer_stays_at_five_verbatim_sentences_each_with_its_marker(disagreeing: Session, known: dict[str, Any], question: str) -> None:
    reply = disagreeing.ask(question)
    assert 2 <= len(sentences(reply)) <= MAX_SENTENCES
    assert [citation.marker for citation in reply.citations] == list(range(1, len(reply.citations) + 1))
    for citation in reply.citations:
        text = disagreeing.base.store.document(citation.document_id).text
        for sentence in citation.sentences:
            assert text[sentence.start : sentence.end] == sentence.text
            assert f"{' '.join(sentence.text.split())} [{citation.marker}]" in reply.answer


def test_the_conflicts_of_a_reply_name_the_claim_and_every_value_with_its_document(disagreeing: Session) -> None:
    reply = json.loads(disagreeing.ask("How large should the first ALVH layer be?").as_json())
    (conflict,) = reply["conflicts"]
    assert conflict["claim"] == "the size of the first layer"
    assert conflict["values"][0] == {"value": "25-40% of vega", "document_id": "position-sizing"}
    assert {value["value"] for value in conflict["values"][1:]} == {"10-20% of notional", "25-40% of credit"}
    assert {value["document_id"] for value in conflict["values"]} <= set(disagreeing.base.store.document_ids())


def test_the_same_question_gives_the_same_bytes(disagreeing: Session) -> None:
    question = "What does 4/4/2 stand for?"
    assert disagreeing.ask(question).as_json() == Session(disagreeing.base).ask(question).as_json()


def test_a_question_why_is_answered_without_the_values(disagreeing: Session) -> None:
    assert disagreeing.ask("Why do VIX futures come before calls?").conflicts == ()


def test_the_shipped_articles_alone_never_disagree(session: Session) -> None:
    asked = [entry["question"] for entry in yaml.safe_load((CORPUS / "source_questions.yaml").read_text(encoding="utf-8")) if entry["half"] == "fit"]
    asked += [question for known in KNOWN for question in known["asks"]]
    assert [question for question in asked if session.ask(question).conflicts] == []


def test_values_without_room_are_counted(disagreeing: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.disagreement.answering.MAX_SENTENCES", 2)
    reply = disagreeing.ask("What does 4/4/2 stand for?")
    assert len(sentences(reply)) == 2 and "2 more values: `alvh knowledge conflicts` lists all." in reply.answer
    assert len(reply.conflicts[0]["values"]) == 4
