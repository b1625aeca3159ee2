"""Cells of a sheet, spaced thousands, alternating counts, amounts by their place and other forms; and what near them is asked back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from assistant.session import Session

DAY = "2026-05-08"
SCENARIO = "condor 5500/5600/6300/6400 20.46 cr 10x, spot 6000, iv 16%, 41 days, spx -5% vix +8, horizon 10 days"
READ: list[tuple[str, str, dict[str, Any]]] = [
    ("A2 hedge vega = 12400, A3 futures share = 0.33. what do futures, tranche and etf show", "layer-split", {"planned_hedge_vega_usd": 12_400, "futures_share_fraction": 0.33}),
    ("three and a half grand of hedge vega, split it over the layers", "layer-split", {"planned_hedge_vega_usd": 3500}),
    ("planned hedge vega is 27 500 usd, how much is the futures layer", "layer-split", {"planned_hedge_vega_usd": 27_500}),
    ("hedge vega 7,300 (vix 18.2, four condors on), size of a call tranche?", "layer-split", {"planned_hedge_vega_usd": 7300}),
    ("ic 5450p/5500p x 6200c/6250c, 3 lots, filled 9.10, max loss", "iron-condor", {"long_put": 5450, "long_call": 6250, "contracts": 3}),
    ("sold the 5500 put and the 6300 call, bought the 5400 put and the 6400 call, two condors, each one paid me $1,910. max loss?", "iron-condor",
     {"credit_index_points": 19.1, "contracts": 2}),
    ("sold the spx 5700 put and the 6400 call, bought the wings 50 points further out on both sides, 9.2 credit, 4 lots, break-evens", "iron-condor",
     {"long_put": 5650, "long_call": 6450}),
    ("took in $9,600 in total on six 5500/5550/6250/6300 condors, max loss", "iron-condor", {"credit_index_points": 16.0, "contracts": 6}),
    ("what does one VX with 33 days left earn per one-point rise in the vix, beta to the vix 0.6", "instrument-vega", {"instrument": "vx", "beta_to_vix": 0.6}),
    ("vega per share of an etf at $31, 1x, 100% weight in one future at 20.1 with 28 days to expiry, beta to vix .5", "instrument-vega",
     {"futures": [{"price": 20.1, "days_to_expiry": 28, "weight_fraction": 1.0}], "beta_to_vix": 0.5}),
    ("4 contracts 5500/5600/6300/6400 for 18, spx 6000, 30 days, implied 16.5%, rate 4%, horizon 30 days: spx -6% with vix +10", "scenarios", {"implied_volatility": 0.165}),
    ("I put 300k own money which must earn 11% and the bank lends me 90k for 7%, tax 20%, weighted cost of capital", "wacc", {"debt_usd": 90_000, "equity_usd": 300_000}),
    ("irr when i pay 3,000 today, pay another 700 in 45 days and get nothing back", "irr",
     {"cash_flows_usd": [{"day": 0, "amount": -3000}, {"day": 45, "amount": -700}]}),
    ("dec 1820 adv 1105, dec 990 adv 1940, dec 2044 adv 870, advance decline line", "advance-decline", {"advances": [1105, 1940, 870], "declines": [1820, 990, 2044]}),
    ("irr of -30k today, +16k on day 90 and +17k on day 180 || make the second payment 15k", "irr",
     {"cash_flows_usd": [{"day": 0, "amount": -30_000}, {"day": 90, "amount": 15_000}, {"day": 180, "amount": 17_000}]}),
    ("10 condors 5500/5600/6300/6400 at 20, 45 DTE, vix at 18, max loss", "iron-condor", {"contracts": 10, "days_to_expiry": 45}),
    ("irr of -1000 on day 0, 300 on day 30, 900 on day 60", "irr",
     {"cash_flows_usd": [{"day": 0, "amount": -1000}, {"day": 30, "amount": 300}, {"day": 60, "amount": 900}]}),
    ("irr -1000 day 0, 300 day 30, 900 day 60", "irr",
     {"cash_flows_usd": [{"day": 0, "amount": -1000}, {"day": 30, "amount": 300}, {"day": 60, "amount": 900}]}),
    ("fomc surprise: futures-implied rate fell 5bp, meeting on day 20 of a 31-day month", "macro-signal",
     {"rate_change_bp": -5, "decision_day": 20, "month_days": 31}),
    ("give me VIX expiries for the next five months from 2026-06-01", "vix-expiry", {"as_of": "2026-06-01", "count": 5}),
    ("dollar vega per share of a 1x etf at $28, which holds two VX futures: 18.9 with 12 days, 55%, and 19.7 with 40 days, 45%", "instrument-vega",
     {"share_price_usd": 28.0, "leverage": 1.0}),
    ("break-evens of a single condor with its long strikes at 5400 and 6600, its short strikes at 5450 and 6550, 7.20 pts collected", "iron-condor",
     {"long_put": 5400, "short_put": 5450, "short_call": 6550, "long_call": 6600, "contracts": 1}),
    ("wacc of $200,000 of equity, which costs 11 percent, and $80,000 of borrowings at 7 percent, no tax", "wacc",
     {"cost_of_equity_fraction": 0.11, "cost_of_debt_fraction": 0.07}),
    ("advancing issues were 1,705 on Monday, 1,210 on Tuesday and 990 on Wednesday; declining issues were 1,100, 1,640 and 1,905. a/d line?", "advance-decline",
     {"advances": [1705, 1210, 990], "declines": [1100, 1640, 1905]}),
    ("cpi 2.9% year on year, ppi 2.2%. the divergence between the two?", "macro-signal", {"cpi_yoy_fraction": 0.029, "ppi_yoy_fraction": 0.022}),
    ("irr if 9,300 dollars comes back in 120 days on 9,000 dollars put in now", "irr",
     {"cash_flows_usd": [{"day": 0, "amount": -9000}, {"day": 120, "amount": 9300}]}),
    ("split 12k of hedge vega || and if the planned vega were only half that?", "layer-split", {"planned_hedge_vega_usd": 6000}),
    ("split 9k hedge vega with 35% in futures || oops, I meant 31 per cent, not 35", "layer-split", {"futures_share_fraction": 0.31}),
    ("I put in 8,000 today and get 8,240 back later, irr? || after 75 days", "irr",
     {"cash_flows_usd": [{"day": 0, "amount": -8000}, {"day": 75, "amount": 8240}]}),
    ("the next 5 months of vix expirations after 2026-06-01", "vix-expiry", {"as_of": "2026-06-01", "count": 5}),
    ("sold the 5750/5800 put spread plus the 6200/6250 call spread for 7.10, 3 contracts, worst case", "iron-condor", {"long_put": 5750, "long_call": 6250}),
    ("condor 5300/5350/6200/6275 at 4.20, 12 lots, max loss (wings aren't equal)", "iron-condor", {"long_call": 6275, "contracts": 12}),
    ("capm for beta 0.8, t-bills at 3.9%, market expected 8.2%", "capm", {"market_return_fraction": 0.082}),
    ("irr: 60k at risk on day 0 and only 58k comes back on day 45", "irr",
     {"cash_flows_usd": [{"day": 0, "amount": -60_000}, {"day": 45, "amount": 58_000}]}),
    ("irr for outflows of 5k now and 5k at day 40, then 10.6k in at day 160", "irr",
     {"cash_flows_usd": [{"day": 0, "amount": -5000}, {"day": 40, "amount": -5000}, {"day": 160, "amount": 10_600}]}),
    ("macd histogram of these vix future prices (2, 5, 3 settings): 17.2, 17.5, 17.1, 17.9, 18.4, 18.2, 18.8, 19.3, 19.0", "macd",
     {"fast": 2, "slow": 5, "signal": 3}),
    ("conversion edge on vix 21s: future 20.9, 21 call 1.60/1.70, 21 put 1.65/1.75, 33 days, rate 4.3%", "conversion", {"strike": 21, "put_ask": 1.75}),
    ("split 9k hedge vega || double the hedge", "layer-split", {"planned_hedge_vega_usd": 18_000}),
    ("10 condors 5500/5600/6300/6400 at 20, max loss || half the position", "iron-condor", {"contracts": 5}),
    ("how big is the futures layer in dollars if futures take 30%? || 9.4k hedge vega", "layer-split", {"planned_hedge_vega_usd": 9400, "futures_share_fraction": 0.3}),
]  # fmt: skip
ASKED_BACK = [
    "split 10k hedge vega fifty-fifty between futures and calls",
    "hedge vega 500 (per condor, three condors on), size of a call tranche?",
    "12x 5500/5600/6300/6400 at 20 credit and 2 VX on top, marked at 23.1. combined break-evens?",
    "vega of 10 condors 5500/5600/6300/6400 at 20",
    "delta of 5 short condors, 5500/5575/6325/6400, credit 13.9, spx at 6,025, 32 dte",
    f"{SCENARIO} || only vix +10",
    f"{SCENARIO} || and also with vix +12",
    "dollars in futures at 30%, how many is that for me?",
    "irr of -30k today, +16k on day 90 and +17k on day 180 || make the last one -17k",
    "irr of -30k today, +16k on day 90 and +17k on day 180 || add another to the last one, 3k",
    "irr when i pay 3,000 today and pay another 700 in 45 days",
]


@pytest.mark.parametrize(("text", "calculator", "inputs"), READ, ids=[text for text, _, _ in READ])
def test_other_forms_are_read(misread: Callable[..., dict[str, Any]], text: str, calculator: str, inputs: dict[str, Any]) -> None:
    assert misread(text, calculator, inputs) == {}


@pytest.mark.parametrize("text", ASKED_BACK)
def test_what_is_near_them_is_asked_back(not_asked_back: Callable[[str], str], text: str) -> None:
    assert not_asked_back(text) == ""


def test_a_hedge_without_its_price_is_asked_for_that_price(session: Session) -> None:
    reply = session.ask("12x 5500/5600/6300/6400 at 20 credit and 2 VX on top, marked at 23.1. combined break-evens?", DAY)
    assert [missing.name for missing in reply.missing] == ["hedges.0.entry_price"]


def test_a_month_of_a_contract_is_no_share(session: Session) -> None:
    assert "stated band" not in session.ask("Would a fourth-month VX contract fit the description of the first layer?", DAY).answer


def test_a_share_below_the_stated_minimum_is_held_against_the_band(session: Session) -> None:
    assert "below the stated band" in session.ask("Would 18 per cent of the hedge vega in futures fall short of the stated minimum?", DAY).answer


def test_what_part_something_plays_and_whether_there_is_an_edge_is_a_question_for_both(session: Session) -> None:
    question = "What part does conversion play in rebalancing, and is there an edge? VIX 20 strike, future 20.4, call 1.90/2.00, put 1.50/1.60, 27 days, rate 4%."
    assert session.ask(question, DAY).route == "both"


def test_an_even_split_is_held_against_the_band(session: Session) -> None:
    assert "50 % in futures is above the stated band" in session.ask("fifty-fifty futures and calls, does that fit the rule", DAY).answer


def test_where_a_price_will_settle_is_a_forecast(session: Session) -> None:
    assert session.ask("where will the july VX settle, above or below 22?", DAY).route == "refused"
