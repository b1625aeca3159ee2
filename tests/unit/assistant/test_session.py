"""What a session answers, asks back and refuses."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from assistant.errors import AssistantError
from assistant.session import Session


def test_a_condor_in_words_is_computed(session: Session) -> None:
    reply = session.ask("5500/5600/6300/6400 iron condor, credit 20.4644, 10 lots: max loss and break-evens?")
    assert reply.calculation is not None
    result = reply.calculation["result"]
    assert (result["max_loss_usd"], result["break_even_low"], result["break_even_high"]) == (79535.6, 5579.5356, 6320.4644)


def test_the_vega_of_a_future_is_its_multiplier_times_its_beta(session: Session) -> None:
    reply = session.ask("What is the dollar vega of one VX future with 40 days to expiry?")
    assert reply.calculation is not None and reply.calculation["name"] == "instrument-vega"
    assert reply.calculation["result"]["vega_usd_per_contract"] == pytest.approx(450.0)


def test_a_call_without_volatility_is_asked_about(session: Session) -> None:
    reply = session.ask("hedge vega per contract of a VIX call, strike 26, future 20.1, 40 days")
    assert reply.route == "clarify" and [entry.name for entry in reply.missing] == ["implied_volatility"]
    assert reply.calculation is not None and reply.calculation["result"] is None
    assert reply.calculation["inputs"] == {"instrument": "vix_call", "days_to_expiry": 40.0, "strike": 26.0, "future_price": 20.1}


def test_a_condor_without_its_credit_is_asked_about(session: Session) -> None:
    reply = session.ask("max loss of a 5500/5600/6300/6400 iron condor, 10 lots?")
    assert reply.route == "clarify" and [entry.name for entry in reply.missing] == ["credit_index_points"]


def test_a_number_without_a_place_is_asked_about_and_nothing_is_computed(session: Session) -> None:
    reply = session.ask("split 9,000 of hedge vega into layers, 7 of them")
    assert reply.route == "clarify" and reply.calculation is not None and reply.calculation["result"] is None


def test_a_follow_up_changes_the_last_calculation(session: Session) -> None:
    reply = session.ask("and with 40%?", context=["split 9,000 of hedge vega with 28% in futures"])
    assert reply.calculation is not None
    assert reply.calculation["inputs"] == {"planned_hedge_vega_usd": 9000.0, "futures_share_fraction": 0.4}
    assert reply.calculation["result"]["etf_vega_usd"] == 0.0


def test_a_follow_up_question_is_read_with_the_one_before(session: Session) -> None:
    reply = session.ask("which index is that measured on?", context=["Is RSI used in deciding when to add calls?"])
    assert reply.read_as is not None and "RSI" in reply.read_as


@pytest.mark.parametrize("question", ["Should I buy VIX calls today?", "Will the VIX be above 30 next week?", "Which is better for me, VXX or UVXY?"])
def test_advice_and_forecasts_are_refused(session: Session, question: str) -> None:
    reply = session.ask(question)
    assert reply.route == "refused" and "No recommendation" in reply.answer


def test_an_impossible_credit_is_asked_about(session: Session) -> None:
    reply = session.ask("iron condor long put 5600 short put 5500 short call 6300 long call 6400 credit 20 ten lots")
    assert reply.route == "clarify" and reply.calculation is not None and reply.calculation["result"] is None


@pytest.mark.parametrize(("question", "problem"), [("", "is empty"), (" \x07 ", "is empty"), ("a" * 1001, "1,001 characters")])
def test_empty_and_long_questions_are_bad_input(session: Session, question: str, problem: str) -> None:
    with pytest.raises(AssistantError, match=problem):
        session.ask(question)


def test_every_sentence_of_every_source_answer_is_verbatim_in_its_document(session: Session, corpus: Path) -> None:
    items = yaml.safe_load((corpus / "source_questions.yaml").read_text(encoding="utf-8"))
    for item in items:
        reply = session.ask(item["question"], context=item.get("context", []))
        assert sum(len(citation.sentences) for citation in reply.citations) <= 5
        for citation in reply.citations:
            document = session.base.store.document(citation.document_id)
            assert all(document.text[s.start : s.end] == s.text for s in citation.sentences), item["question"]


def test_at_least_85_percent_of_the_source_questions_get_their_facts(session: Session, corpus: Path) -> None:
    items = yaml.safe_load((corpus / "source_questions.yaml").read_text(encoding="utf-8"))
    answers = [(item, session.ask(item["question"], context=item.get("context", [])).answer) for item in items]
    right = [item for item, answer in answers if all(re.search(pattern, answer, re.IGNORECASE) for pattern in item["must"])]
    assert len(right) >= 0.85 * len(items), f"{len(right)} of {len(items)}"


def test_far_off_topic_questions_are_refused(session: Session, corpus: Path) -> None:
    items = [item for item in yaml.safe_load((corpus / "unanswerable.yaml").read_text(encoding="utf-8")) if item["kind"] == "far"]
    answered = [item["question"] for item in items if session.ask(item["question"]).answered]
    assert len(answered) <= 0.06 * len(items), answered


def test_the_same_question_gives_the_same_bytes(session: Session) -> None:
    question = "My total planned hedge vega is $10,000. How much of it goes into futures?"
    assert session.ask(question, "2026-05-09").as_json() == session.ask(question, "2026-05-09").as_json()


def test_a_reply_has_every_key_of_the_contract(session: Session) -> None:
    keys = (
        "question route as_of read_as understood answer citations calculation missing assumptions parameters_overridden silent_on conflicts facts disclaimer"
    ).split()
    for question in ("Which instrument comes first?", "How do I boil an egg?", "Split 9,000 of hedge vega into layers"):
        assert set(keys) <= set(json.loads(session.ask(question).as_json()))


@pytest.mark.parametrize(
    "text",
    [
        "which vix\x00 layer\x07 is \bfirst?",
        "[bold red]which layer is first?[/bold red]",
        "'; DROP TABLE documents; -- which layer is first",
        "\x1b]0;x\x07first?",
    ],
)
def test_hostile_text_is_answered_without_a_control_byte(session: Session, text: str) -> None:
    reply = session.ask(text)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", reply.answer)
    assert session.base.store.document_ids()
