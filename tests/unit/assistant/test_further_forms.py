"""Forms in which traders write, and what is near them and has to be asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from assistant.session import Session

CALL = "b76 24c fwd 20.2 40 dte 95 vol r 4.2%, px"
IV = "implied vol of the vix 22 call at 1.90, future 19.7, 48 days, r 4.5%"
BREADTH = "advances 1600, 1450 and declines 1300, 1580. a/d line?"
WACC = "wacc: 400k equity at 11%, 100k debt at 6%, tax 25%"
FOMC = "implied ff rate +4bp on fomc day, the 12th of a 30 day month, surprise?"
SPX_CALL = "price the spx 6250 call, spot 6075, 13.5% vol, 28 days, r 4.4%, q 1.3%"
SPLIT = "layer split for 6,800 of planned vega with 35 pct in futures"

READ: list[tuple[str, str, Mapping[str, Any]]] = [
    (f"{CALL} || bump vol to 115", "option-price", {"strike": 24.0, "implied_volatility": 1.15}),
    (f"{CALL} || make vol 115", "option-price", {"strike": 24.0, "implied_volatility": 1.15}),
    ("vix 30 call: june future 21.4, vol 110, 38 days, rate 4%. hedge vega per contract", "instrument-vega", {"implied_volatility": 1.1}),
    ("5600 put, spx 6000, vol 18, 30 days, r 4%: price", "option-price", {"implied_volatility": 0.18}),
    ("atm call, fwd 20 strike 20, 365 days, 80% vol, zero rates, black 76. price", "option-price", {"forward": 20.0, "strike": 20.0, "rate": 0.0}),
    ("spx 6100c, s 6025, 19 dte, 14.2% iv, r 4.3%, dy 1.25%: theta/day", "option-price", {"dividend_yield": 0.0125}),
    ("paid $92 for one vix call strike 30, fut 21.2, 55 dte, rate 4%. back out the vol", "implied-volatility", {"price_index_points": 0.92}),
    (f"{IV} || i meant 2.10", "implied-volatility", {"price_index_points": 2.1, "strike": 22.0, "rate": 0.045}),
    ("spx parity 6000k, s 6018, c 118.5-120.1, p 86.0-87.4, 30 dte, r 4.4% q 1.3%", "conversion", {"strike": 6000.0}),
    (
        "ten pairs at the vix 18 strike: F 19.3, call bid 2.55 ask 2.65, put bid 1.25 ask 1.35, 26 days, r 4%. conversion and reversal edge",
        "conversion",
        {"strike": 18.0, "contracts": 10},
    ),
    ("surprise if a 22bp hike was priced n they got 25", "macro-signal", {"actual_bp": 25.0, "expected_bp": 22.0}),
    ("fed cut 50, strip had 31 of cuts in. fomc surprise in bp?", "macro-signal", {"actual_bp": -50.0, "expected_bp": -31.0}),
    ("FOMC cut 25bp, market was looking for a 40bp cut. signed surprise in bp", "macro-signal", {"actual_bp": -25.0, "expected_bp": -40.0}),
    (f"{FOMC} || it's a 31 day month", "macro-signal", {"rate_change_bp": 4.0, "decision_day": 12, "month_days": 31}),
    ("closes 22.4 22.2 22.0 21.8 21.6 21.4 21.2 21.0 20.8 20.6 - macd fast 2 slow 5 sig 3?", "macd", {"fast": 2, "slow": 5, "signal": 3}),
    ("breadth 3 days, adv/dec: 2,110/620, 1,450/1,300, 880/1,905. cum a/d line?", "advance-decline", {"declines": [620.0, 1300.0, 1905.0]}),
    (f"{BREADTH} || make day two's declines 1,480", "advance-decline", {"advances": [1600.0, 1450.0], "declines": [1300.0, 1480.0]}),
    (f"{BREADTH} || day 1 advances 1700", "advance-decline", {"advances": [1700.0, 1450.0], "declines": [1300.0, 1580.0]}),
    ("wacc w/ $2.4m of equity (10.8%) and $600k of debt (475 bps), tax 0", "wacc", {"cost_of_equity_fraction": 0.108, "cost_of_debt_fraction": 0.0475}),
    (f"{WACC} || what if tax was zero", "wacc", {"tax_rate_fraction": 0.0, "equity_usd": 400_000.0}),
    ("short strikes 5680 / 6290, longs 5630 / 6340, credit 6.15, 9 lots. max gain", "iron-condor", {"long_put": 5630.0, "short_call": 6290.0}),
    ("ic short 5600p 6300c, wings 5500p + 6400c, cr 19.8, x10: max loss", "iron-condor", {"long_put": 5500.0, "long_call": 6400.0, "contracts": 10}),
    ("iron condor with strikes 6420 6320 5620 5520, a dozen of them, 18.8 credit. return on risk?", "iron-condor", {"long_put": 5520.0, "long_call": 6420.0}),
    ("we are short 64,000 vega and only 75% of that gets hedged. size of one call increment?", "layer-split", {"planned_hedge_vega_usd": 48_000.0}),
    ("whole hedge is 920 bucks a vix pt, whats the most vega i can park in vx", "layer-split", {"planned_hedge_vega_usd": 920.0}),
    (f"{SPLIT} || so how big is one call tranche in $", "layer-split", {"planned_hedge_vega_usd": 6800.0, "futures_share_fraction": 0.35}),
    ("split 11.5k of hedge vega, 30% futs || no i meant 15.1k", "layer-split", {"planned_hedge_vega_usd": 15_100.0, "futures_share_fraction": 0.3}),
    ("layer sizes for 14,000 hedge vega || why 20% per call tranche? || ok and if i halve the hedge", "layer-split", {"planned_hedge_vega_usd": 7000.0}),
    ("range for the futures layer? || 27,500 in total", "layer-split", {"planned_hedge_vega_usd": 27_500.0}),
    ("irr of -30k now and +31.2k in 95 days || actually its 31.9k back", "irr", {"cash_flows_usd": [{"day": 0.0, "amount": -30_000.0}, {"day": 95.0, "amount": 31_900.0}]}),
    (f"{SPX_CALL} || wrong side, i want the put", "option-price", {"right": "put", "strike": 6250.0}),
    (
        "condor ties up 80k, add 20k futures margin half of it borrowed. cost of equity 12%, debt 6%, tax 0. wacc after that layer",
        "capital-cost",
        {"cost_of_debt_fraction": 0.06, "tax_rate_fraction": 0.0},
    ),
    (
        "10 condors 5500/5600/6300/6400 at 20.46, spx 6000, 17% vol, 41 dte: horizon 41 days, scenarios spx -3%, -8%, +4%, vix unchanged each time",
        "scenarios",
        {"shocks": [{"spx_fraction": -0.03, "vix_points": 0.0}, {"spx_fraction": -0.08, "vix_points": 0.0}, {"spx_fraction": 0.04, "vix_points": 0.0}]},
    ),
]  # fmt: skip
ASKED_BACK = [
    "price a vix 115 call, future 20.2, 40 days, 95% vol, r 4%",
    "spx 6300 put, spot 600, 30 days, vol 18%, r 4%: price",
    "price the 5600 put, spx 6000, volatility 18, 30 days, r 4%",
    "price the 5600 put, spx 6000, vol 18-20, 30 days, r 4%",
    "$ per vix pt on one vx lot?",
    "one vx future, whats its vega against spot",
    "size the call tranche in usd for my hedge",
    "kuttner surprise for a 4bp move in the spot month, meeting on the 18th",
    f"{BREADTH} || day 3 declines 1,480",
    "10,000 in today, only 9,400 out 45 days later, yearly irr",
]


@pytest.mark.parametrize(("text", "calculator", "inputs"), READ)
def test_what_is_written_so_is_read(misread: Callable[..., dict[str, Any]], text: str, calculator: str, inputs: Mapping[str, Any]) -> None:
    assert misread(text, calculator, inputs) == {}


@pytest.mark.parametrize("text", ASKED_BACK)
def test_what_is_near_them_is_asked_back(not_asked_back: Callable[[str], str], text: str) -> None:
    assert not_asked_back(text) == ""


@pytest.mark.parametrize(
    "question",
    ["does fomc matter for layer 2? and surprise if 22bp hike was priced n got 25", "why futs first + $ per vix pt of one vx, 20 dte"],
)
def test_a_reason_beside_a_sum_brings_both(session: Session, question: str) -> None:
    assert session.ask(question, "2026-05-08").route == "both"


@pytest.mark.parametrize(
    "question",
    [
        "vix higher or lower a month from now? pick one",
        "im 29 and down 20k this month, should i double my vx position to get it back",
        "place an order for 5 june vx at market",
        "I'm 58 with 1.2m saved, what share of it should be in UVXY",
    ],
)
def test_recommendations_forecasts_and_orders_are_refused(session: Session, question: str) -> None:
    assert session.ask(question, "2026-05-08").route == "refused"


@pytest.mark.parametrize(
    "question",
    ["what two things tell me to switch the hedge on", "irr > 0 just in base case or across vol scenarios?", "is a first layer of 45% allowed"],
)
def test_questions_on_the_method_stay_with_the_documents(session: Session, question: str) -> None:
    reply = session.ask(question, "2026-05-08")
    assert reply.route == "knowledge" and reply.citations and not reply.silent_on
