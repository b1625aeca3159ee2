"""Answers to what was asked are understood, moves are no levels, and what cannot be told is asked before it is computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from assistant.session import Session

DAY = "2026-05-08"
BOOK = (
    "plan my hedge: 10 condors 5500/5600/6300/6400 credit 20.46 expiring 2026-06-18 iv 19.5%, spx 6000, vix 18.4, jun vx 19.2, jul vx 20.1, "
    "macd bullish, breadth weak"
)
CONDOR = "condor 5500/5600/6300/6400 credit 20.46 10 lots expiring 2026-06-18 iv 19.5% spx 6000"
PUT = "price the 5600 put, spx 6000, volatility 19.5, 30 days, r 4%"
IN_USD = "10 condors 5500/5600/6300/6400 for $2,046, max loss"
WACC = "wacc: 60k equity at 12%, 40k debt at 5%, tax 21%"
SPLIT = "split 9k vega 30% futs"

ANSWERED: list[tuple[str, str, Mapping[str, Any]]] = [
    (f"{PUT} || yes", "option-price", {"implied_volatility": 0.195}),
    (f"{PUT} || percent", "option-price", {"implied_volatility": 0.195}),
    (f"{IN_USD} || per contract", "iron-condor", {"credit_index_points": 20.46}),
    (f"{IN_USD} || in total", "iron-condor", {"credit_index_points": 2.046}),
    (f"{BOOK} || vix +10 || vix 28.4", "plan-hedge", {"as_of": DAY}),
    (f"{CONDOR} || 5 more condors || 15 condors", "iron-condor", {"contracts": 15}),
    (f"{WACC} || add 10k debt || debt 50k", "wacc", {"debt_usd": 50_000.0}),
    ("price spx 6000 option, 30 days, 18% vol, r 4%, spot 5950 || call", "option-price", {"right": "call"}),
    ("price a 26 call, fut 20.1, iv 95% || 2026-06-17", "option-price", {"expiry": "2026-06-17", "as_of": DAY}),
    (f"{BOOK} || on 2026-06-01: vix 22, spx 5800, jun vx 21", "plan-hedge", {"as_of": "2026-06-01"}),
    (f"{BOOK} || macd bearish", "plan-hedge", {"as_of": DAY}),
    ("conversion vix future 20.1 strike 20 call 2.00/2.10 put 1.85/1.95 40 days || 5 pairs", "conversion", {"strike": 20.0, "contracts": 5}),
    (f"{SPLIT} || scrap the 30, just use your default", "layer-split", {"planned_hedge_vega_usd": 9000.0}),
]
ASKED_BACK = [
    f"{BOOK} || what if vix jumps 20 percent",
    f"{BOOK} || add 5 condors",
    f"{BOOK} || buy back 3",
    f"{BOOK} || actually 12",
    f"{CONDOR} || actually 12",
    f"{CONDOR} || spx jumps 3%",
    f"{WACC} || add 10k debt",
    f"{WACC} || add 10k debt || tax 25%",
    "wacc: equity 60k at 12%, debt 40k at 5%, ignore the 21% tax",
    "hedge vega 10k, ignore 30% futures",
    "wacc equity 60k debt-to-equity 0.5 ke 12% kd 5%",
    "wacc equity 60k ke 12%, debt 40k at 5% net of tax at 21%",
    "bs put 6000 k 5900 30d 15 vol",
    "bs call 6000 6100 30d 15%",
    "condor 5500/5600/6300/6400 credit 10.23 on each wing, 10 lots, max loss",
    "condor 5500/5600/6300/6400 credit 10.23, 10 lots on ES, max loss",
    "5600 put, spx 6000, 30 days, iv rank 50%, r 4%: price",
]


@pytest.mark.parametrize(("text", "calculator", "inputs"), ANSWERED)
def test_an_answer_or_a_change_is_taken_for_what_it_says(
    misread: Callable[..., dict[str, Any]], text: str, calculator: str, inputs: Mapping[str, Any]
) -> None:
    assert misread(text, calculator, inputs) == {}


@pytest.mark.parametrize("text", ASKED_BACK)
def test_what_may_be_meant_otherwise_is_asked_before_it_is_computed(not_asked_back: Callable[[str], str], text: str) -> None:
    assert not_asked_back(text) == ""


@pytest.mark.parametrize(
    ("said", "vix"), [("what if vix jumps 10?", 28.4), ("vix surges 12", 30.4), ("vix slumps 4 points", 14.4), ("vix jumps to 25", 25.0)]
)
def test_a_move_is_added_to_the_level_and_a_level_takes_its_place(session: Session, said: str, vix: float) -> None:
    reply = session.ask(said, DAY, [BOOK])
    assert reply.route == "calculation" and reply.calculation is not None
    assert reply.calculation["inputs"]["market"]["vix"] == pytest.approx(vix)


@pytest.mark.parametrize("before", [BOOK, CONDOR, WACC, "next 3 vix expiries after 2026-06-01"])
@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("Which VIX instrument comes first?", "VIX futures come first"),
        ("What size is the futures layer?", "25-40%"),
        ("What is the multiplier of VXM?", "$100"),
    ],
)
def test_a_question_that_stands_by_itself_is_answered_as_if_nothing_had_been_computed(
    session: Session, before: str, question: str, fact: str
) -> None:
    reply = session.ask(question, DAY, [before])
    assert reply.route == "knowledge" and not reply.silent_on and fact in reply.answer
    assert reply.answer == session.ask(question, DAY).answer


def test_a_question_that_leans_on_an_answer_is_asked_with_the_question_before(session: Session) -> None:
    reply = session.ask("and the calls?", DAY, ["Why are the futures bought first?"])
    assert reply.read_as is not None and reply.read_as.startswith("Why are the futures bought first?")
