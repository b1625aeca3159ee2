"""A total by one of its parts, credits and fills that are added up, shares told before their whole, middles; and what near them is asked back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

CONDOR = {"long_put": 5500, "short_put": 5600, "short_call": 6300, "long_call": 6400}
READ: list[tuple[str, str, dict[str, Any]]] = [
    ("a 20% call tranche of my plan comes to 2,400 vega, what is the total hedge and the futures layer", "layer-split", {"planned_hedge_vega_usd": 12_000}),
    ("900 of my 3,000 planned hedge vega goes into vx futures, size of a tranche?", "layer-split", {"planned_hedge_vega_usd": 3000, "futures_share_fraction": 0.3}),
    ("split 8k hedge vega, futures at the middle of the 25-40 band", "layer-split", {"planned_hedge_vega_usd": 8000, "futures_share_fraction": 0.325}),
    ("split 16k hedge vega || cut the plan by 25%", "layer-split", {"planned_hedge_vega_usd": 12_000}),
    ("split 16k hedge vega with 35% futures || vega goes to 20k", "layer-split", {"planned_hedge_vega_usd": 20_000, "futures_share_fraction": 0.35}),
    ("condor 5500/5600/6300/6400, call side 7.10 and put side 9.30, 4 lots, max loss", "iron-condor", {**CONDOR, "credit_index_points": 16.4}),
    ("fills: -5600p 21.10, +5500p 14.60, -6300c 18.20, +6400c 7.30, 3 lots. return on risk", "iron-condor", {**CONDOR, "credit_index_points": 17.4, "contracts": 3}),
    ("5500-5600p 6300-6400c for 17.4, 2 lots, break-evens", "iron-condor", CONDOR),
    ("condor 5500/5600/6300/6400 for 17.4 x2, max loss || roll the put side down 50: 5450/5550", "iron-condor", {"long_put": 5450, "short_put": 5550, "short_call": 6300}),
    ("condor 5500/5600/6300/6400 17.4 x2 vega: spot 6000, 30 dte, ivs by strike 19 18 13 12 pct", "iron-condor", {"implied_volatility": [0.19, 0.18, 0.13, 0.12]}),
    ("spx 5700 put quoted 21.4 at 22.2, iv at the mid? spot 6000, 40 dte, r 4%, q 1.2%", "implied-volatility", {"price_index_points": 21.8}),
    ("vix 25 call paid .95, back out the vol: future 20.1, 40 days, 4%", "implied-volatility", {"price_index_points": 0.95, "strike": 25}),
    ("bills yield 4%, equities beat them by 500bp, beta 1.1, capm?", "capm", {"risk_free_fraction": 0.04, "equity_risk_premium_fraction": 0.05}),
    ("capm with zero beta, rf 4%, premium 5%", "capm", {"beta": 0}),
    ("capital 400k, 70% of it equity at 12%, rest debt at 7%, wacc?", "wacc", {"equity_usd": 280_000, "debt_usd": 120_000}),
    ("advances 1500 & 1400, declines 1300 & 1450, a/d line", "advance-decline", {"advances": [1500, 1400], "declines": [1300, 1450]}),
    ("conversion edge: vix 19 strike, vx 19.4/19.5, calls 1.9/2.0 puts 1.5/1.6, 20d, 4%", "conversion", {"future_bid": 19.4, "future_ask": 19.5}),
    ("20k margin out today, 20,900 back on day 60, irr", "irr", {"cash_flows_usd": [{"day": 0, "amount": -20_000}, {"day": 60, "amount": 20_900}]}),
    ("spx 1x etf roll: contango 3% a month, 30 days, expense 0.9%, vix etf drag", "etf-tracking", {"fee_fraction": 0.009}),
    ("combined break-evens: 5500/5600/6300/6400 at 17.4, 5 lots, and 20 vix calls paid 1.2 now 1.9", "break-even",
     {"hedges": [{"instrument": "vix_call", "quantity": 20, "entry_price": 1.2, "mark_price": 1.9}]}),
    ("what does the june 17 2026 vix 24 call cost as of 2026-05-08, june future 20.1, vol 95%, 4.5%", "option-price", {"expiry": "2026-06-17", "as_of": "2026-05-08"}),
]  # fmt: skip
ASKED_BACK = (
    "iron condor 5500/5600/6300/6400, credit under 17.4, 5 lots, max loss",
    "max loss of 5 condors 5500/5600/6300/6400 at 17.4 or better",
    "roll drag of a vix etf over 30 days with contango of 6% a year",
    "last 3 vix expiries",
    "next 3 vix expiries after 2026-05-19",
    "capm with a short beta 1.2, rf 4%, premium 5%",
    "condor with a 5500/5600 put spread and a short 6300 call, 12.1 credit, 3 lots, max loss",
    "how many vx for 2,600 vega",
)


@pytest.mark.parametrize(("text", "calculator", "inputs"), READ, ids=[text for text, _, _ in READ])
def test_what_parts_and_wholes_say_is_read(misread: Callable[..., dict[str, Any]], text: str, calculator: str, inputs: dict[str, Any]) -> None:
    assert misread(text, calculator, inputs) == {}


@pytest.mark.parametrize("text", ASKED_BACK)
def test_what_only_looks_like_it_is_asked_back(not_asked_back: Callable[[str], str], text: str) -> None:
    assert not_asked_back(text) == ""
