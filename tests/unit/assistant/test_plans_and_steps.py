"""Hedge plans and next steps: curves, quotes, holdings, signals and permissions as people write them."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.session import Session
from tests.unit.assistant.test_corpus_of_numbers import same
from tests.unit.assistant.test_understanding import given_inputs

TODAY = "2026-05-08"
MARKET = "hedge plan as of 2026-06-01, planned hedge vega 3,400, vix 17.2, spx 6080, rate 4.3%, "
DATED = "VX 2026-06-17 at 18.4, VX 2026-07-22 at 19.6"
CURVE = [{"expiry": "2026-06-17", "price_index_points": 18.4}, {"expiry": "2026-07-22", "price_index_points": 19.6}]
BOOK = (
    "hedge plan as of 2026-05-11 for 10 condors 5500/5600/6300/6400 exp 2026-06-18 sold at 20.1, vols 20.5/19.5/13/12.5%, "
    "VIX 18.6, rate 4.5%, VX 2026-05-19 19.3, VX 2026-06-17 20.2. "
)
STEP = "next step: planned hedge vega 10,000, MACD bullish, A/D weak, "


@pytest.mark.parametrize(
    "futures",
    [
        "VX jun 17 at 18.4, jul 22 at 19.6",
        "VX 17 jun 18.4, VX 22 jul 19.6",
        "M1 (jun 17) 18.4, M2 (jul 22) 19.6",
        "front future 17 Jun at 18.4, second 22 Jul at 19.6",
        "the June contract (17 June) trades at 18.4 and the July contract (22 July) at 19.6",
        "June VX 18.4 (17 Jun), July VX 19.6 (22 Jul)",
        "vx jun 18.4 jul 19.6",
        "VXM6 18.4, VXN6 19.6",
        "front VX 18.4, next VX 19.6",
        "1st future 18.4, 2nd future 19.6",
        "futures 18.4 (2026-06-17) and 19.6 (2026-07-22)",
        "VX futures 18.4 (June) and 19.6 (July)",
        "June and July futures at 18.4 and 19.6 respectively",
        "futures (Jun/Jul) 18.4/19.6",
        "futures curve: 2026-06-17 18.4, 2026-07-22 19.6",
    ],
)
def test_a_curve_is_read_by_date_by_month_by_code_or_by_place(session: Session, futures: str) -> None:
    reply = session.ask(MARKET + futures, TODAY)
    assert reply.route == "calculation" and given_inputs(reply)["market"]["futures"] == CURVE


@pytest.mark.parametrize(
    "futures",
    [
        "VX jun 18 at 18.4, jul 23 at 19.6",
        "June and July futures at 18.4",
        "VX 2026-06-17 at 18.4 and the Fed meets 2026-07-22 at 19.6",
        f"{DATED}, calls 2026-07-22: 25 at 1.30/1.40, 30 at 0.80/0.90",
        f"{DATED}, vix call 26 strike 2026-07-22 at 1.25 iv 99%",
        f"{DATED}, macd not bullish yet",
        f"{DATED}, macd bullish or bearish, no idea",
    ],
)
def test_a_market_that_can_be_read_in_two_ways_is_asked_about(session: Session, futures: str) -> None:
    assert session.ask(MARKET + futures, TODAY).route == "clarify"


@pytest.mark.parametrize(
    "quote",
    [
        "VIX call 2026-07-22 strike 26 at 1.20/1.30 iv 99%",
        "2026-07-22 26 call 1.20/1.30 iv 99%",
        "2026-07-22 26C 1.20/1.30 iv 99%",
        "VIX call 7/22/2026 26 strike 1.20 bid 1.30 ask 99% iv",
        "the July 22 26 call is 1.20 bid, 1.30 offered, iv 99%",
        "vix call 2026-07-22 26 bid 1.20 ask 1.30, iv 99%",
        "vix call 26 strike 2026-07-22 1.20 x 1.30 (99% iv)",
    ],
)
def test_a_quote_of_a_call_is_no_future_and_leaves_the_curve_alone(session: Session, quote: str) -> None:
    market = given_inputs(session.ask(f"{MARKET}{DATED}, {quote}", TODAY))["market"]
    assert market["futures"] == CURVE
    assert same([{"expiry": "2026-07-22", "strike": 26, "bid": 1.2, "ask": 1.3, "implied_volatility": 0.99}], market["calls"])


def test_a_rate_behind_a_quote_is_no_volatility_of_the_call(session: Session) -> None:
    question = (
        f"hedge plan as of 2026-06-01, planned hedge vega 3,400, vix 17.2, spx 6080, {DATED}, vix call 2026-07-22 26 bid 1.2 ask 1.3, rate 4.3%"
    )
    market = given_inputs(session.ask(question, TODAY))["market"]
    assert market["rate"] == 0.043 and market["calls"][0].get("implied_volatility") is None


@pytest.mark.parametrize("level", ["S&P is at 5,990", "The SPX closed at 5,990", "Index 5,990", "spot 5,990", "The S&P 500 stands at 5,990"])
def test_the_level_of_the_index_beside_a_book_is_no_hedge_vega(session: Session, level: str) -> None:
    inputs = given_inputs(session.ask(BOOK + level, TODAY))
    assert inputs["market"]["spx"] == 5990.0 and "planned_hedge_vega_usd" not in inputs


@pytest.mark.parametrize("level", ["The S&P trades around 5990", "SPX is at 5990", "the index is at 5990"])
def test_a_plan_without_a_book_asks_for_the_vega_and_takes_no_level_for_it(session: Session, level: str) -> None:
    reply = session.ask(f"plan the hedge as of 2026-06-01. {level}, VIX 18.6, rate 4.5%, {DATED}", TODAY)
    assert reply.route == "clarify" and "planned_hedge_vega_usd" in [entry.name for entry in reply.missing]


def test_four_volatilities_share_the_sign_of_percent_of_the_last(session: Session) -> None:
    question = (
        "Plan the hedge of my book as of 2026-05-11: ten 5500/5600/6300/6400 iron condors, expiry 18 June 2026, credit 20.10, IVs 20.5, 19.5, 13.0, "
        "12.5 percent. Market: SPX 5990, VIX 18.6, rate 4.5 percent, VX 2026-05-19 19.3, VX 2026-06-17 20.2."
    )
    assert given_inputs(session.ask(question, TODAY))["portfolio"]["condors"][0]["implied_volatility"] == [0.205, 0.195, 0.13, 0.125]


@pytest.mark.parametrize("said", ["macd bullish and breadth (a/d) weak", "MACD=bullish, A/D=weak", "MACD: bullish; A/D line: weak"])
def test_states_are_read_behind_signs_and_brackets(session: Session, said: str) -> None:
    assert same({"macd": "bullish", "advance_decline": "weak"}, given_inputs(session.ask(f"{MARKET}{DATED}, {said}", TODAY))["signals"])
    assert same({"macd": "bullish", "advance_decline": "weak"}, given_inputs(session.ask(f"next step: planned vega 10k, {said}", TODAY))["signals"])


@pytest.mark.parametrize(
    ("said", "futures", "calls"),
    [
        ("my futures layer has 2000 vega, calls I have for 1000", 2000.0, 1000.0),
        ("in futures I have 2000, in calls I have 1000", 2000.0, 1000.0),
        ("futures for 2000 and calls for 1000 already bought", 2000.0, 1000.0),
        ("futures_vega=2000, calls_vega=1000", 2000.0, 1000.0),
        ("I hold 2000 (futures) and 1000 (calls)", 2000.0, 1000.0),
        ("I hold futures worth 2000 of vega, no calls, no etfs", 2000.0, 0.0),
    ],
)
def test_what_is_held_is_read_in_either_order(session: Session, said: str, futures: float, calls: float) -> None:
    holdings = given_inputs(session.ask(STEP + said, TODAY))["holdings"]
    assert (holdings["futures_vega_usd"], holdings["calls_vega_usd"]) == (futures, calls)


@pytest.mark.parametrize(
    ("said", "account"),
    [
        ("futures not allowed, options ok", {"futures_allowed": False, "options_allowed": True}),
        ("futures and options are not allowed", {"futures_allowed": False, "options_allowed": False}),
        ("futures and options are both allowed", {"futures_allowed": True, "options_allowed": True}),
        ("futures and options allowed, etfs not", {"futures_allowed": True, "options_allowed": True, "etfs_allowed": False}),
        ("futures_allowed=false", {"futures_allowed": False}),
        ("futures allowed = no, options allowed = yes", {"futures_allowed": False, "options_allowed": True}),
    ],
)
def test_permissions_are_read_with_and_without_a_verb(session: Session, said: str, account: dict[str, Any]) -> None:
    reply = session.ask(STEP + said, TODAY)
    assert reply.route == "calculation" and same(account, given_inputs(reply)["account"])


@pytest.mark.parametrize(
    "said",
    [
        "I have 1,900 on",
        "futures for 3000 tomorrow",
        "I want futures for 3000",
        "only futures and options are allowed",
        "options and futures are only allowed in the other account",
        "neither futures nor etfs allowed",
        "options are fine but futures are not",
    ],
)
def test_what_is_wished_for_or_bound_to_a_condition_is_asked_about(session: Session, said: str) -> None:
    assert session.ask(STEP + said, TODAY).route == "clarify"


def test_an_amount_that_is_held_is_no_planned_vega(session: Session) -> None:
    for held in ("futures_vega held=1,900", "I hold 1,900 so far"):
        reply = session.ask(f"next step? macd bullish, a/d weak, {held}", TODAY)
        assert reply.route == "clarify" and "planned_hedge_vega_usd" not in given_inputs(reply)


@pytest.mark.parametrize(
    "question",
    [
        "A/D strong, MACD bearish, planned hedge vega 7k - is the hedge armed or are we waiting, and on what?",
        "planned hedge vega 7,000, MACD bearish, A/D strong: is it time for the first layer yet?",
        "planned hedge vega 7,000; macd bearish, a/d strong. which layer do we start with?",
    ],
)
def test_whether_a_hedge_is_armed_asks_for_the_next_step(session: Session, question: str) -> None:
    assert same({"macd": "bearish", "advance_decline": "strong"}, given_inputs(session.ask(question, TODAY))["signals"])


def test_an_answer_to_what_was_asked_is_no_question_of_its_own(session: Session) -> None:
    first = "next step? macd bullish, a/d weak"
    reply = session.ask("planned hedge vega is 7,500", TODAY, [first])
    split = session.ask("split 7,500 of planned hedge vega over the layers", TODAY, [first])
    assert reply.calculation is not None and reply.calculation["name"] == "next-step"
    assert split.calculation is not None and split.calculation["name"] == "layer-split"
