"""A plan talked about: what it lacks is asked and taken, its parts and reasons are shown, a shock is read on the whole stack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from assistant.follow_ups.about import PLAN_PARTS
from assistant.plan_parts import PARTS
from assistant.reply import Reply
from assistant.session import Session

TODAY = "2026-05-08"
CONDOR = "10 condors 5500/5600/6300/6400 credit 20.46"
MARKET = "spx 6000, vix 18.4, jun vx 19.2, jul vx 20.1, macd bullish, breadth weak"
BOOK = f"plan my hedge: {CONDOR} expiring 2026-06-18 iv 19.5%, {MARKET}"


def result_of(reply: Reply) -> Mapping[str, Any]:
    assert reply.route in ("calculation", "both") and reply.calculation is not None, reply.answer
    result = reply.calculation["result"]
    assert isinstance(result, dict)
    return result


def inputs_of(reply: Reply) -> Mapping[str, Any]:
    assert reply.calculation is not None, reply.answer
    inputs = reply.calculation["inputs"]
    assert isinstance(inputs, dict)
    return inputs


def condor_of(reply: Reply) -> Mapping[str, Any]:
    (condor,) = inputs_of(reply)["portfolio"]["condors"]
    assert isinstance(condor, dict)
    return condor


@pytest.mark.parametrize(
    ("lacking", "answers", "part", "value"),
    [
        (f"{CONDOR} at 19.5% vol", ["it expires 2026-06-18"], "expiry", "2026-06-18"),
        (f"{CONDOR} at 19.5% vol", ["june 18"], "expiry", "2026-06-18"),
        (f"{CONDOR} at 19.5% vol", ["2026-06-18"], "expiry", "2026-06-18"),
        (f"{CONDOR} at 19.5% vol", ["41 days"], "days_to_expiry", 41),
        (f"{CONDOR} expiring 2026-06-18", ["20%"], "implied_volatility", 0.2),
        (f"{CONDOR} expiring 2026-06-18", ["20.5/19.5/13/12.5"], "implied_volatility", [0.205, 0.195, 0.13, 0.125]),
        (CONDOR, ["june 18", "19.5 %"], "implied_volatility", 0.195),
        ("5500/5600/6300/6400 condors credit 20.46 expiring 2026-06-18 iv 19.5%", ["10"], "contracts", 10),
    ],
)
def test_what_the_condor_of_a_plan_lacks_is_asked_and_the_answer_completes_it(
    session: Session, lacking: str, answers: list[str], part: str, value: Any
) -> None:
    question = f"plan my hedge: {lacking}, {MARKET}"
    first = session.ask(question, TODAY)
    assert first.route == "clarify" and any(part in entry.name or entry.name.endswith("expiry") for entry in first.missing)
    *before, last = [question, *answers]
    reply = session.ask(last, TODAY, before)
    assert reply.route == "calculation" and condor_of(reply)[part] == value


def test_a_number_that_cannot_be_the_asked_volatility_is_not_taken_for_it(session: Session) -> None:
    reply = session.ask("20", TODAY, [f"plan my hedge: {CONDOR} expiring 2026-06-18, {MARKET}"])
    assert reply.route == "clarify"


@pytest.mark.parametrize(
    ("change", "part", "value"),
    [("and with 15 condors?", "contracts", 15), ("credit 18.50", "credit_index_points", 18.5), ("iv 22%", "implied_volatility", 0.22)],
)
def test_a_follow_up_changes_the_condor_of_a_plan_and_keeps_the_rest(session: Session, change: str, part: str, value: Any) -> None:
    before, after = condor_of(session.ask(BOOK, TODAY)), condor_of(session.ask(change, TODAY, [BOOK]))
    assert after == {**before, part: value}


@pytest.mark.parametrize("asked", ["make a plan for this condor", "plan the hedge for it", "how do i hedge it?"])
def test_the_condor_named_before_is_the_one_that_is_planned_for(session: Session, asked: str) -> None:
    before = [f"{CONDOR}, spx 6000, 41 dte, iv 19.5%", asked]
    reply = session.ask("vix 18.4, jun vx 19.2, jul vx 20.1", TODAY, before)
    expected = {"short_put": 5600.0, "contracts": 10, "days_to_expiry": 41, "implied_volatility": 0.195}
    assert {name: condor_of(reply)[name] for name in expected} == expected
    assert inputs_of(reply)["market"]["spx"] == 6000.0 and result_of(reply)["book_vega_usd"] < 0


def test_asking_how_to_hedge_a_condor_that_is_given_asks_for_what_the_plan_lacks(session: Session) -> None:
    reply = session.ask(f"I have {CONDOR}, spx 6000, vix 18.4, expiring 2026-06-18, iv 19.5%, how do I hedge?", TODAY)
    assert reply.route == "clarify" and [entry.name for entry in reply.missing] == ["market.futures"]


def test_every_part_of_a_plan_that_can_be_asked_for_has_its_lines() -> None:
    assert set(PLAN_PARTS) == set(PARTS)


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("show the scenarios", "SPX -5 %, VIX +8, at once: -23,078.60 USD (condors -30,278.60 USD, hedge 7,200.00 USD)"),
        ("what are the break-evens?", "condors alone: 5,579.54 to 6,320.46, most profit 20,460.00 USD"),
        ("which checks fail?", "vega_match, fail"),
        ("show me the orders please", "2026-05-08: buy 2 VX 2026-06-17"),
        ("when do i have to roll it?", "look at it on 2026-06-10"),
        ("what does it cost?", "2 VX 2026-06-17: 1,600.00 USD"),
        ("how much can i lose?", "Worst combined loss of condors and hedge: 97,140.00 USD, on the call side"),
        ("show the variation margin", "VIX -3 points today: the futures call for 2,700.00 USD."),
        ("list the alternatives", "VX, second month (chosen): fits, 38.2352 % of the hedge"),
        ("show the greeks", "vega -2,353.85 USD before, -1,453.85 USD after"),
        ("show the signals", "macd, pass: given as it is"),
        ("show the capital", "Capital at risk: 79,540.00 USD."),
        ("show the layers", "Layer 1, VX 2026-06-17: 2, 900.00 USD per VIX point"),
        ("show the notes", "One VIX point is taken as 1 vol point(s)"),
        ("show the holdings", "The plan has no holdings."),
        ("show the synthetics", "The plan has no synthetics."),
    ],
)
def test_a_part_of_a_plan_is_shown_by_its_name_and_nothing_else_of_it(session: Session, question: str, shown: str) -> None:
    reply = session.ask(question, TODAY, [BOOK])
    assert reply.route == "calculation" and shown in reply.answer
    assert "Order of" not in reply.answer


@pytest.mark.parametrize(
    ("question", "layer", "rests_on"),
    [
        ("why 2 futures?", "layer 1: VX 2026-06-17, 2 planned, ordered", "futures_share_low_fraction = 25 %  [stated by the source"),
        ("why so few futures?", "layer 1: VX 2026-06-17, 2 planned, ordered", "market.spx = 6,000 index points  [an input]"),
        ("why no calls?", "layer 2, tranche 1: VIX call, blocked", "no VIX call is quoted for 2026-06-17"),
        ("why?", "layer 1: VX 2026-06-17, 2 planned, ordered", "vx_multiplier_usd_per_index_point = 1,000.00 USD per index point  [exchange fact"),
    ],
)
def test_why_shows_the_chain_of_steps_behind_a_layer_down_to_inputs_and_parameters(
    session: Session, question: str, layer: str, rests_on: str
) -> None:
    reply = session.ask(question, TODAY, [BOOK])
    assert reply.route == "both" and layer in reply.answer and rests_on in reply.answer


@pytest.mark.parametrize(
    "question", ["why are futures the first layer?", "why 25 to 40 % in futures?", "what is vega?", "why 20% increments for the calls?"]
)
def test_a_question_on_the_method_after_a_plan_is_answered_from_the_documents(session: Session, question: str) -> None:
    reply = session.ask(question, TODAY, [BOOK])
    assert reply.route == "knowledge" and reply.calculation is None


@pytest.mark.parametrize("question", ["show the steps", "which are assumed?", "show the scenarios", "why 2 futures?"])
def test_the_last_plan_can_be_asked_about_after_other_answers(session: Session, question: str) -> None:
    reply = session.ask(question, TODAY, [BOOK, "how are VIX options settled?"])
    assert reply.calculation is not None and reply.calculation["name"] == "plan-hedge"


def test_after_another_answer_a_bare_why_is_of_that_answer(session: Session) -> None:
    assert session.ask("why?", TODAY, [BOOK, "how are VIX options settled?"]).calculation is None


def test_a_shock_of_a_plan_is_read_on_condor_and_hedge_together_as_the_plan_itself_reads_it(session: Session) -> None:
    plan = result_of(session.ask(BOOK, TODAY))
    (joint,) = (found for found in plan["scenarios"] if found["set"] == "joint")
    own = next(outcome for outcome in joint["outcomes"] if outcome["label"] == "SPX -5 %, VIX +8, at once")
    before = [BOOK, "what if spx drops 5% and vix jumps 8?"]
    assert [entry.name for entry in session.ask(before[-1], TODAY, before[:1]).missing] == ["horizon_days"]
    (outcome,) = result_of(session.ask("0 days", TODAY, before))["outcomes"]
    for name in ("condor_pnl_usd", "hedge_pnl_usd", "pnl_usd"):
        assert outcome[name] == pytest.approx(own[name])


def test_a_shocked_plan_can_be_read_without_its_hedge(session: Session) -> None:
    before = [BOOK, "what if spx drops 5% and vix jumps 10 in 5 days?"]
    hedged = result_of(session.ask(before[-1], TODAY, before[:1]))["outcomes"][0]
    alone = result_of(session.ask("without the hedge?", TODAY, before))["outcomes"][0]
    assert hedged["hedge_pnl_usd"] > 0 and alone["hedge_pnl_usd"] == 0
    assert alone["pnl_usd"] == alone["condor_pnl_usd"] == pytest.approx(hedged["condor_pnl_usd"])


@pytest.mark.parametrize(
    ("said", "macd", "breadth"),
    [("both signals pass", "pass", "pass"), ("MACD passes, breadth fails", "pass", "fail"), ("macd and the a/d line both pass", "pass", "pass")],
)
def test_the_signals_of_a_plan_are_read_as_passed_or_failed(session: Session, said: str, macd: str, breadth: str) -> None:
    reply = session.ask(f"plan a hedge for 3000 vega, vix 18, M1 19.2, M2 20.1, spx 6000, {said}", TODAY)
    assert reply.route == "calculation" and inputs_of(reply)["signals"] == pytest.approx(
        {**inputs_of(reply)["signals"], "macd": macd, "advance_decline": breadth}
    )


@pytest.mark.parametrize("said", ["macd does not pass", "macd almost passes", "macd passes if breadth does", "MACD failed to pass"])
def test_a_signal_that_is_not_plainly_said_to_pass_is_asked_about(session: Session, said: str) -> None:
    reply = session.ask(f"plan a hedge for 3000 vega, vix 18, M1 19.2, M2 20.1, spx 6000, {said}", TODAY)
    assert reply.route == "clarify"
