"""Distances, bounds, totals of parts, moves told by any verb and days counted on: what may be meant otherwise is asked back, never computed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

ASKED_BACK = (
    "5600 spx put, spot 6000, 19.5% iv, expires tomorrow",
    "vix call vega: strike 5 points above the future at 20, 30 days, 95 vol",
    "vix call vega: strike 5 over the future at 20, 30 days, 95 vol",
    "vix call vega strike 7 points higher than the future 20, 30 days, 95 vol",
    "VIX call 5 points OTM, future 20, 30 days, vol 95: delta",
    "VIX put 6 points OTM, future 20, 30 days, vol 85: price",
    "VIX call 6 points in the money, future 20, 30 days, vol 85: price",
    "VIX put 4 under the future at 20, 30 days, vol 85: price",
    "VIX call three above the future at 12, 30 days, vol 95: price",
    "option price: strike 10 points over, future 20, call, 30 days, 95 vol",
    "VIX call five strikes up from a 20 future, 30 days, vol 95",
    "VIX call 10 wide of a 20 future, 30 days, vol 95: price",
    "conversion VIX future bid 20.05 ask 20.15 K 20 call bid 2.10 call ask 2.20 put bid 2.00 put ask 2.10 40 days size 50 x 100",
    "next step H 10,000, futures 20%, no calls, macd bullish ad weak",
    "next step H 10k futures 3250, rsi shift but not confirmed",
    "next step H 10k, macd bullish ad weak, short 1000 vega of futures",
    "next step H 10k futures 3250, calls 2000 per tranche two tranches, capm breach",
    "next step H 10k futures 3250, last tranche 3 days ago, calls 2000, rsi triggered",
    "next step H 10k, futures filled, rsi shift yes",
    "next step H 10k: first layer done, waiting on calls, CAPM breached",
    "next step H 10k, futures fully on, calls two tranches, rsi shift",
    "next step: H 10k, futures layer filled, account can't trade options",
    "fomc cut 50bp, 25 expected: surprise || and if they had expected 50?",
    "fomc cut 50bp, 25 expected: surprise || expected 10",
    "fomc cut 25bp, 50 expected || and 25 expected",
    "Fed moved rates down 25bp vs up 25bp expected",
    "wacc: equity 80k, debt 20k, cost of equity 9%, debt 5% || borrow 15k on top",
    "wacc: equity 80k, debt 20k, cost of equity 9%, debt 5% || take on debt of 15k",
    "wacc: equity 80k, debt 20k, cost of equity 9%, debt 5% || pay back 5k of the debt",
    "wacc: equity 80k, debt 20k, cost of equity 9%, debt 5% || I put in 10k of equity",
    "wacc: equity 80k, debt 20k, cost of equity 9%, debt 5% || withdraw 10k of equity",
    "wacc: equity 80k, debt 20k, cost of equity 9%, debt 5% || refinance 10k of debt at 4%",
    "condor 5500/5600/6300/6400 20.46 10 lots || get 2 points of credit on top",
    "condor 5500/5600/6300/6400 20.46 10 lots || collect 1.5 points credit rolling",
    "condor 5500/5600/6300/6400 20.46 10 lots || rolled for a 3 credit",
    "condor 5500/5600/6300/6400 20.46 10 lots || 1.5 better credit",
    "My planned hedge vega is 8000, split it || I still need 1500 vega on top",
    "My planned hedge vega is 8000, split it || take off 1500 vega",
    "My planned hedge vega is 8000, split it || shave 1500 vega",
    "layer split 10k vega || pull 2,000 vega out",
    "layer split 10k vega || peel off 2k vega",
    "layer split 10k vega || roll 2000 vega",
    "layer split 10k vega || layer in 2000 vega",
    "layer split 10k || give 2k vega back",
    "My futures share is 32.5% and I need 2,000 vega more, split it",
    "vega of a VX future with 11 days || 3 days have gone by",
    "vega of a VX future with 40 days || 10 days gone",
    "hedge -8000 vega, calls cover 60%",
    "layer split of a $50,000 hedge budget",
    "layer split of 50,000 dollars notional hedge",
    "layer split of hedge cost 20,000",
    "layer split with hedge theta 8000",
    "layer split for gamma of 500",
    "layer split for delta -4000",
    "irr -100 day 0, 60 day 180, 60 a further 180 days later",
    "irr: -5000 today, 30 days later 2000, 30 days later 3500",
    "irr: pay 10k today, get 5k in 30 days and 5.5k 30 days after",
    "irr: -10k today, 4k in 30 days, 7k another 30 days on",
    "irr: -5,000 day 0, 5.500 day 41",
    "capital cost: condor 79,540, futures margin 12,000, calls 5,600 premium; cost of equity 9%, debt 6%, margin half borrowed",
    "capital cost: condor 80k, futures 12k, calls 6k; everything 20% borrowed; ke 9%, kd 6%",
    "capital cost: condor 80k, futures 12k, calls 6k; all half borrowed; ke 9%, kd 6%",
    "VIX expiration after June 2026",
    "VIX expiry before March 2025",
    "VIX futures that expire prior to July 2026",
    "VIX expiries until September 2026",
    "days until VIX June 2026 expiry from June 1",
    "day after VIX June 2026 expiry",
    "condor 5500/5600/6300/6400 20.46 10 lots break even with 40 VIX 25 calls paid 4,480 in total, worth 7,200",
    "condor 5500/5600/6300/6400 20.46 10 lots break even with two VX at 20.1, one now closed, mark 22",
    "conversion VIX 20 future 20.1 call 2.1/2.2 put 2.0/2.1 40 days fees 1.50 per contract, 10 contracts",
    "capm: rf 4%, beta 1.2, market 9% || market at 5% premium",
    "split 10000 of hedge vega with futures under 40%",
    "split H=10k with over 30% in futures",
    "split H=10k with a max of 35% futures",
    "H = 7.5k, what's left for ETFs if futures take the max",
    "split 10k vega, minimum futures",
    "split 10k vega, max futures allowed",
    "split H=10k, a third in futures and the rest in calls",
    "/ES condor 5500/5600/6300/6400 20.46 10 lots: max loss",
    "condor 5500/5600/6300/6400 20.46 10 lots || and a second one 5400/5500/6400/6500 at 12",
    "plan hedge H 2877, vix 18, spx 6000, VX 2026-05-19 19.2, 2026-06-17 20.1, macd bullish, ad weak, no options",
)
READ: list[tuple[str, str, dict[str, Any]]] = [
    ("hedge -8000 vega, futures cover a quarter", "layer-split", {"planned_hedge_vega_usd": 8000, "futures_share_fraction": 0.25}),
    ("When does VIX December 2026 expire? || and January?", "vix-expiry", {"month": "2027-01"}),
    ("xirr 2026-05-08 -79540; 2026-06-18 +100000", "irr", {"cash_flows_usd": [{"day": 0, "amount": -79_540}, {"day": 41, "amount": 100_000}]}),
    ("wacc: equity 80k coe 9%, debt 20k cod 5%", "wacc", {"cost_of_equity_fraction": 0.09, "cost_of_debt_fraction": 0.05}),
    ("if 39% of my 8,100 hedge vega sits in vx, what is left for etfs", "layer-split", {"futures_share_fraction": 0.39}),
    ("half a million equity at 13%, 90k debt at 8%, wacc (10 lots on, vix 16.8)", "wacc", {"equity_usd": 500_000}),
]


@pytest.mark.parametrize("text", ASKED_BACK)
def test_what_is_no_plain_value_is_asked_back(not_asked_back: Callable[[str], str], text: str) -> None:
    assert not_asked_back(text) == ""


@pytest.mark.parametrize(("text", "calculator", "inputs"), READ, ids=[text for text, _, _ in READ])
def test_what_stands_near_them_is_read(misread: Callable[..., dict[str, Any]], text: str, calculator: str, inputs: dict[str, Any]) -> None:
    assert misread(text, calculator, inputs) == {}
