"""The many ways in which cash flows, lists, quotes and rates are said, and those among them that have two readings."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.quantities.decimals import with_points
from assistant.session import Session


def inputs_of(session: Session, turns: str) -> dict[str, Any]:
    """The inputs that were computed with; turns of a dialogue are parted by '||'."""
    *context, question = (turn.strip() for turn in turns.split("||"))
    reply = session.ask(question, "2026-05-08", context)
    assert reply.calculation is not None and reply.calculation["result"] is not None, reply.answer
    return {name: value for name, value in reply.calculation["inputs"].items() if value is not None}


def flows(*pairs: tuple[float, float]) -> list[dict[str, float]]:
    """Payments by day."""
    return [{"day": day, "amount": amount} for day, amount in pairs]


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        ("put up 64k day 0, 66.1k comes back after 38 days. irr?", flows((0, -64_000), (38, 66_100))),
        ("irr when 30,000 dollars are paid today and 31,200 dollars come back after 100 days", flows((0, -30_000), (100, 31_200))),
        ("I have payed 25000 at the begin and after 75 days I received 25900. irr?", flows((0, -25_000), (75, 25_900))),
        ("out 42k day 0. back 10k d60, 26k d210. irr", flows((0, -42_000), (60, 10_000), (210, 26_000))),
        ("irr: on day 0 I paid 10k, on day 30 I was paid 4k, on day 90 I got 7k", flows((0, -10_000), (30, 4_000), (90, 7_000))),
        ("irr of three flows: -10k day 0, +4k day 30, +7k day 60", flows((0, -10_000), (30, 4_000), (60, 7_000))),
        ("irr: flows -20k, 5k, 8k, 9k at days 0, 30, 60, 90", flows((0, -20_000), (30, 5_000), (60, 8_000), (90, 9_000))),
        ("irr of (0, -15000), (30, 5000), (75, 11000)", flows((0, -15_000), (30, 5_000), (75, 11_000))),
        ("irr, -12000 now, then +4100 every 30 days two times", flows((0, -12_000), (30, 4_100), (60, 4_100))),
        ("irr: -30k on day 0, +31k on day 50 || Suppose the 31k arrives on day 80 instead.", flows((0, -30_000), (80, 31_000))),
        ("irr: -30k on day 0, +10k on day 50, +25k day 90 || 26k on day 90 instead", flows((0, -30_000), (50, 10_000), (90, 26_000))),
    ],
)
def test_cash_flows_are_read_with_their_verbs_and_days_on_either_side(session: Session, turns: str, expected: list[dict[str, float]]) -> None:
    assert inputs_of(session, turns)["cash_flows_usd"] == expected


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        (
            "820k equity, 310k debt. costs 10.5% and 6.25% in that order. tax zero. wacc?",
            {"cost_of_equity_fraction": 0.105, "cost_of_debt_fraction": 0.0625, "tax_rate_fraction": 0},
        ),
        ("wacc: equity and debt 820k and 310k at 10% and 6% respectively, no tax", {"equity_usd": 820_000, "debt_usd": 310_000}),
        ("wacc: 80k equity, 20k debt, 10% and 6% for equity and debt, tax 25%", {"cost_of_equity_fraction": 0.1, "cost_of_debt_fraction": 0.06}),
        ("wacc: 80k equity, 20k debt, ke, kd 10%, 6%, tax 25%", {"cost_of_equity_fraction": 0.1, "cost_of_debt_fraction": 0.06}),
        ("capm: 4%, 1.2 and 9% for rf, beta and market", {"risk_free_fraction": 0.04, "beta": 1.2, "market_return_fraction": 0.09}),
        ("wacc: 80k equity, 20k debt, cost of equity and debt 10 and 6%, tax 25%", {"cost_of_equity_fraction": 0.1, "cost_of_debt_fraction": 0.06}),
        ("future 21.35, 75 dte, strike 28, 96% vol, rate 4.2%, hedge vega of a vix call", {"strike": 28, "implied_volatility": 0.96, "rate": 0.042}),
    ],
)
def test_values_in_a_list_are_those_of_the_names_in_a_list(session: Session, turns: str, expected: dict[str, Any]) -> None:
    inputs = inputs_of(session, turns)
    assert {name: inputs[name] for name in expected} == expected


QUOTES = {"call_bid": 1.75, "call_ask": 1.85, "put_bid": 2.4, "put_ask": 2.5}


@pytest.mark.parametrize(
    "words",
    [
        "1.75/1.85 for the call, 2.40/2.50 for the put",
        "1.75 bid, 1.85 offered for the call and 2.40 bid, 2.50 offered for the put",
        "calls 1.75 bid, offered at 1.85; puts 2.40 bid, offered at 2.50",
        "call bid is 1.75 and ask is 1.85, put bid is 2.40 and ask is 2.50",
        "bid 1.75, ask 1.85 on the 20 call, bid 2.40, ask 2.50 on the 20 put",
        "call bid/ask 1.75, 1.85; put bid/ask 2.40, 2.50",
        "C bid 1.75 C ask 1.85 P bid 2.40 P ask 2.50",
        "call 1.75 at 1.85, put 2.40 at 2.50",
    ],
)
def test_quotes_are_read_in_any_order_of_side_and_words(session: Session, words: str) -> None:
    inputs = inputs_of(session, f"vix conversion, strike 20, future 19.3, 22 days: {words}")
    assert {name: inputs[name] for name in QUOTES} == QUOTES


def test_one_side_of_a_quote_is_kept_while_the_other_is_asked_for(session: Session) -> None:
    reply = session.ask("vix conversion. K 20, F 19.3, C 1.75/1.85, P bid 2.40, 22d. edge?")
    assert reply.calculation is not None and reply.calculation["inputs"]["put_bid"] == 2.4
    assert [missing.name for missing in reply.missing] == ["put_ask"]


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        ("In the last seven days VIX has closed 16.1, 16.8, 16.4, 17.5, 18.3, 18.0 and 19.2. RSI with 5 days please?", {"period_days": 5}),
        ("17.1, 17.4, 16.9, 18.2, 19.0, 18.6, 20.3 <- vix last 7 days. 5-day rsi pls", {"period_days": 5}),
        (
            "macd 3/5/2 of eight daily closes of the thirty-day VIX future: 19.4 19.1 18.8 18.9 18.5 18.3 18.6 19.2",
            {"fast": 3, "slow": 5, "signal": 2},
        ),
        ("macd of 19.4, 19.1, 18.8, 18.9, 18.5, 18.3, 18.6, 19.2 with periods of 3, 5 and 2", {"fast": 3, "slow": 5, "signal": 2}),
        ("a/d line over three days from 0: adv 1240, 1655, 880, dec 1610, 1190, 1975", {"advances": [1240, 1655, 880]}),
        ("wacc: 500k equity costing 11 percent (11%), 250k debt at 6% i.e. 600 bp, tax 25%", {"cost_of_debt_fraction": 0.06}),
        ("IV of the spx 5600 put, spot 6000, 43 dte, r 4.5%, priced $3,010 a contract i.e. 30.10 pts", {"price_index_points": 30.1}),
        ("capital cost: condor 80k no borrowing, futures margin 18k and 50% of that borrowed; ke 12%, kd 6.5%", {"cost_of_equity_fraction": 0.12}),
        (
            "capital cost of two hedge layers: futures 24k, 40% of it borrowed, calls 13k paid outright; ke 12%, kd 6%",
            {"cost_of_debt_fraction": 0.06},
        ),
    ],
)
def test_a_number_that_counts_a_list_or_repeats_another_changes_nothing(session: Session, turns: str, expected: dict[str, Any]) -> None:
    inputs = inputs_of(session, turns)
    assert {name: inputs[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        ("capm levels. S0=5870; iv=21.5%; horizon=15 trading days; rf=0.041; beta=1.1; erp=4.5%", {"spot": 5870}),
        ("the 1 and 2 sigma capm levels: close was 6210, vix 15.8, 8 trading days, risk free 4.4%", {"spot": 6210, "z": [1, 2]}),
        ("capm band, 5925 spot, 22% vol, 5 sessions, tbill 4.1 pct, beta 1, erp 4.5%", {"risk_free_fraction": 0.041}),
        ("capm rf=.043 b=1.3 mrp=5.2%", {"equity_risk_premium_fraction": 0.052, "beta": 1.3}),
        ("capm, when t-bill gives 4,1 %, the market 9,6 % and my beta is 0,85", {"risk_free_fraction": 0.041, "beta": 0.85}),
        (
            "The consumer price index is up 3.4 percent year on year and the producer price index 1.1 percent. Divergence?",
            {"cpi_yoy_fraction": 0.034, "ppi_yoy_fraction": 0.011},
        ),
        ("cpi rose 3.4% over the year, ppi fell 0.5%: divergence?", {"cpi_yoy_fraction": 0.034, "ppi_yoy_fraction": -0.005}),
        ("street had the fed at -18bp, got -25bp. fomc surprise in bp?", {"actual_bp": -25, "expected_bp": -18}),
        ("fomc came 10bp below consensus, surprise?", {"fomc_surprise_bp": -10}),
        ("black scholes 6450 call, index at 6280, sigma 0.145, 52 days, 4% rate, x100 multiplier", {"multiplier": 100}),
    ],
)
def test_names_and_figures_of_rates_are_known_in_their_usual_forms(session: Session, turns: str, expected: dict[str, Any]) -> None:
    inputs = inputs_of(session, turns)
    assert {name: inputs[name] for name in expected} == expected


@pytest.mark.parametrize(
    "turns",
    [
        "irr: 64k in today, 66k out in 50 days",
        "irr: pay 10k today, pay 11k back in 50 days",
        "irr: money in 10k on day zero, money back 10.6k on day 95",
        "irr: 10k paid today, 4k at day 30, 7k comes back day 60",
        "-10k in 10 days, +5k in 30 days, +6k later irr",
        "irr: flows 20k, 5k, 8k, 9k at days 0, 30, 60, 90",
        "irr: -30k on day 0, +10k on day 50, +25k day 90 || another 5k on day 90",
        "irr: -30k on day 0, +15k on day 50, +15k day 90 || the 15k comes on day 70",
        "equity 820k debt 310k costs 10.5% and 6.25% and 4% in that order wacc",
        "wacc: ke and kd 10%, 6% and 4%; equity 80k debt 20k",
        "wacc equity 80k, debt 20k, cost of equity 11% (12%), kd 6%",
        "vix conversion K 20 F 19.3 22d 1.75/1.85 and 2.40/2.50",
        "vix conversion K 20, F 19.3, 22 d, call bid 1.75, call mid 1.80, put 2.40/2.50",
        "a/d line, five days: adv 1300, 1580, 900; dec 1620, 1240, 1800",
        "a/d line from 1000: adv 1300, 1580, 900; dec 1620, 1240, 1800",
        "RSI with 5 days and 7 days: 16.1, 16.8, 16.4, 17.5, 18.3, 18.0, 19.2, 20",
        "macd of ten closes 3/5/2: 19.4 19.1 18.8 18.9 18.5 18.3 18.6 19.2",
        "spx 5600 put 26.20 ($2,610 per contract), spot 6000, 43 dte: implied vol",
        "cpi up 0.3% on the month, ppi up 0.2%, divergence",
        "cpi up 3.4% from 3.1% yoy, ppi 1.1%: divergence",
        "fed cut 10bp more than expected, surprise",
        "capm rf=.043 beta=1.3 xyz=5.2%",
        "capm levels spx 6000 close 6100 vix 18, 10 trading days, rf 4%",
        "price vix 25 call, future 20,1, 40 days, vol 95 %",
        "scenario for 10 condors 5500/5600/6300/6400 at 18, spot 6000, 30 dte, iv 16%, horizon 30 days: spx -5% and vix +4 || vix jumps to 30",
    ],
)
def test_what_has_two_readings_is_asked_about(session: Session, turns: str) -> None:
    *context, question = (turn.strip() for turn in turns.split("||"))
    reply = session.ask(question, "2026-05-08", context)
    assert reply.calculation is None or reply.calculation["result"] is None, reply.answer


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("rf 4,1 %, beta 0,85", "rf 4.1 %, beta 0.85"),
        ("vix 18,5 and rf 4,25 %", "vix 18.5 and rf 4.25 %"),
        ("closes 19,2; 19,5; 20,1", "closes 19.2; 19.5; 20.1"),
        ("increments of 20,40 %", "increments of 20,40 %"),
        ("macd 12,26,9", "macd 12,26,9"),
        ("spx 6,000 at 4,5 %", "spx 6,000 at 4,5 %"),
        ("spot 6,000.50, rate 4,5 %", "spot 6,000.50, rate 4,5 %"),
    ],
)
def test_a_comma_is_a_decimal_one_where_it_can_be_nothing_else(typed: str, read: str) -> None:
    assert with_points(typed) == read
