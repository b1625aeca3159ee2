"""What comes with an answer from the documents: references, questions to read next, quoted words, and why it stands on these documents."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from assistant.explanation import HEAD, explanation_lines
from assistant.session import Session


def test_every_citation_has_its_entry_for_a_reference_list(session: Session) -> None:
    reply = session.ask("Which VIX instrument comes first?")
    assert reply.citations
    for citation in reply.citations:
        assert citation.source_title.rstrip(".?!") in citation.apa
        assert citation.url is None or citation.apa.endswith(citation.url)


def test_every_silence_is_answered_in_json_with_the_values_of_its_assumptions(session: Session) -> None:
    for silence in session.base.store.silences().values():
        reply = session.ask(silence.questions[0])
        assert json.loads(reply.as_json())["question"] == silence.questions[0]
        assert json.loads(reply.as_json())["assumptions"] == [dict(assumption) for assumption in reply.assumptions]


def test_an_answer_names_questions_to_read_next_and_not_its_own(session: Session) -> None:
    reply = session.ask("How large is the futures layer?")
    assert 1 <= len(reply.related) <= 3
    assert "How large is the futures layer?" not in reply.related
    assert session.ask("How long do I bake sourdough bread?").related == ()


def test_quoted_words_that_no_document_holds_are_said_to_stand_nowhere(session: Session) -> None:
    reply = session.ask('What does "zebra stripes of vega" mean in ALVH?')
    assert not reply.answered and reply.silent_on == ("the words “zebra stripes of vega”",)
    assert reply.citations == ()


def test_quoted_words_are_answered_from_sentences_that_hold_them(session: Session) -> None:
    reply = session.ask('What about "daily resets"?')
    assert reply.answered
    assert any("daily reset" in sentence.text.lower() for citation in reply.citations for sentence in citation.sentences)


def test_an_explanation_lists_the_documents_best_first_with_both_ranks(session: Session) -> None:
    candidates = session.explanation("How large is the futures layer?")
    assert [candidate.score for candidate in candidates] == sorted((candidate.score for candidate in candidates), reverse=True)
    lines = explanation_lines(candidates)
    assert lines[0] == HEAD and len(lines) == len(candidates) + 1
    assert all(candidate.document_id in line for candidate, line in zip(candidates, lines[1:], strict=True))


def test_the_command_explains_when_it_is_asked_to(tmp_path) -> None:
    environment = os.environ | {"ALVH_HOME": str(tmp_path)}
    arguments = [sys.executable, "-m", "assistant", "ask", "Why are calls bougth in steps?", "--explain", "--json"]
    reply = json.loads(subprocess.run(arguments, capture_output=True, text=True, env=environment, cwd=tmp_path, check=True).stdout)
    assert reply["read_as"] == "Why are calls bought in steps?"
    assert {"document_id", "score", "words_rank", "meaning_rank"} <= reply["explanation"][0].keys()
    cited = {citation["document_id"] for citation in reply["citations"]}
    assert cited <= {candidate["document_id"] for candidate in reply["explanation"]}


@pytest.mark.parametrize("greeting", ["hello", "Hi there!", "help", "What can you do?", "how does this work"])
def test_a_greeting_is_answered_with_what_can_be_asked(session: Session, greeting: str) -> None:
    reply = session.ask(greeting)
    assert reply.route == "clarify" and "For example" in reply.answer
    assert [entry.name for entry in reply.missing] == ["question"]
    assert session.ask("How does the hedge work?").route == "knowledge"
