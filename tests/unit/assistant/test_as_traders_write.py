"""Ways of writing that are read without a question back: names of inputs, lists, movements, codes, signs; and what near them is still asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from assistant.session import Session

DAY = "2026-05-08"
CONDOR = {"long_put": 5500, "short_put": 5550, "short_call": 6300, "long_call": 6350}
# A question, after two bars what is asked next; the calculator; inputs that have to be so.
READ: list[tuple[str, str, dict[str, Any]]] = [
    # Names of inputs with underscores and equals signs, cells with bars.
    ("calc=layer_split; planned_hedge_vega_usd=9000; futures_share=0.28", "layer-split", {"planned_hedge_vega_usd": 9000, "futures_share_fraction": 0.28}),
    ("instrument=vix_call, strike=26, future_price=20.4, iv=98%, dte=30, r=4.2% -> vega_usd_per_contract?", "instrument-vega", {"instrument": "vix_call", "strike": 26}),
    ("total hedge vega | 8,400 usd | futures share | 30% -> per tranche", "layer-split", {"planned_hedge_vega_usd": 8400, "futures_share_fraction": 0.3}),
    # Points of a list.
    ("(1) why are the calls out of the money (2) price the 26 call: fut 20.1, 40 dte, 100% vol, r 4%", "option-price", {"strike": 26, "forward": 20.1}),
    # Percentages of rates without their sign.
    ("5700p: spx 6050, 18% vol, 21 dte, r=4.25 q=1.3, price", "option-price", {"rate": 0.0425, "dividend_yield": 0.013}),
    ("capm: rf 4, beta 1.2, erp 5", "capm", {"risk_free_fraction": 0.04, "equity_risk_premium_fraction": 0.05}),
    # Days and months as they are written and coded.
    ("days to the may 2027 vix settlement from 12-Apr-2027", "vix-expiry", {"month": "2027-05", "as_of": "2027-04-12"}),
    ("settle date of VXZ6", "vix-expiry", {"month": "2026-12"}),
    ("when does /VX U26 expire", "vix-expiry", {"month": "2026-09"}),
    ("last day to trade dec vix options, the 2026 ones", "vix-expiry", {"month": "2026-12"}),
    # Legs with letters, signs and sides.
    ("sold twelve of the 5500p-5550p-6300c-6350c condors for $425 apiece, most this can lose", "iron-condor", {**CONDOR, "contracts": 12}),
    ("IC: +5500P -5550P -6300C +6350C @ 6.20, qty 15, roi", "iron-condor", {**CONDOR, "contracts": 15, "credit_index_points": 6.2}),
    ("four condors, 5500 and 5550 on the put side, 6300 and 6350 on the calls, 6.10 credit. max loss", "iron-condor", {**CONDOR, "contracts": 4}),
    ("50 wide wings around 5550 and 6300 shorts, 6.40 credit, 30 contracts, max loss", "iron-condor", {**CONDOR, "contracts": 30}),
    ("what does a single 5,500 / 5,550 / 6,300 / 6,350 condor at 4.75 pay vs risk?", "iron-condor", {**CONDOR, "contracts": 1}),
    ("3 condors 5500/5550/6300/6350 for 6.20, what do i make at most (account is 250k btw)", "iron-condor", {**CONDOR, "contracts": 3}),
    # Shares of the futures.
    ("split 9k vega at 30%", "layer-split", {"futures_share_fraction": 0.3}),
    ("8 grand vega total. third of it in futures. rest?", "layer-split", {"planned_hedge_vega_usd": 8000, "futures_share_fraction": 1 / 3}),
    ("carve up $2,640 of hedge vega, at the bottom of the futures range, a quarter", "layer-split", {"futures_share_fraction": 0.25}),
    ("H = 15,000, futures at the top of the band i.e. 40%, what is left", "layer-split", {"futures_share_fraction": 0.4}),
    ("total planned hedge vega 7250, had 35 in futures, no, make that 30 pct", "layer-split", {"futures_share_fraction": 0.3}),
    ("27.5% futures, then the three 20s, rest etf, planned vega 640", "layer-split", {"futures_share_fraction": 0.275}),
    ("why cap futures at 40 pct, and what's the $ range on 6,400 of planned hedge vega", "layer-split", {"planned_hedge_vega_usd": 6400}),
    # A fund's futures with their weights behind, and its name beside them.
    (
        "uvxy vega per share: $14.20, 1.5x, holds 18.9 (12 days) and 20.05 (40 days), 45/55",
        "instrument-vega",
        {"leverage": 1.5, "futures": [{"price": 18.9, "days_to_expiry": 12, "weight_fraction": 0.45}, {"price": 20.05, "days_to_expiry": 40, "weight_fraction": 0.55}]},
    ),
    ("27 vix call hedge vega: fut 20.85, 33d, 104 vol, r 4.3% (vvix 96 fyi)", "instrument-vega", {"strike": 27, "future_price": 20.85}),
    # Movements to a value and small words in what follows.
    ("5500/5550/6300/6350 for 6.20 x3, max loss || hm make that 7 lots", "iron-condor", {"contracts": 7}),
    ("5500/5550/6300/6350 for 6.20 x3, max loss || and if it had been twenty contracts?", "iron-condor", {"contracts": 20}),
    ("5500/5550/6300/6350 for 6.20 x3, max loss || damn ok what if i only got 5.9 for it", "iron-condor", {"credit_index_points": 5.9}),
    ("5500/5550/6300/6350 for 6.20 x3, max loss || cut the lots to 2", "iron-condor", {"contracts": 2}),
    ("wacc: 300k equity 11%, 100k debt 6%, tax 21% || debt goes up to 450k", "wacc", {"debt_usd": 450_000}),
    ("wacc: 300k equity 11%, 100k debt 6%, tax 21% || debt goes up by 50k", "wacc", {"debt_usd": 150_000}),
    ("wacc: 300k equity 11%, 100k debt 6%, tax 21% || zero tax", "wacc", {"tax_rate_fraction": 0.0}),
    ("CAPM levels for SPX 6000, VIX 18, horizon 10 trading days, rf 4.5% || vix pops to 24", "capm-levels", {"implied_volatility": 0.24}),
    ("when does the oct 2026 vix settle || n dec?", "vix-expiry", {"month": "2026-12"}),
    ("when does the oct 2026 vix settle || aug?", "vix-expiry", {"month": "2026-08"}),
    ("split 9k hedge vega with 30% in futures || use 35 instead", "layer-split", {"futures_share_fraction": 0.35}),
    ("split 10,400 of hedge vega with 38% futures || show it for half that vega", "layer-split", {"planned_hedge_vega_usd": 5200, "futures_share_fraction": 0.38}),
]  # fmt: skip
# Near those, two readings are left, or none.
ASKED_BACK = [
    "5700p: spx 6050, volatility 18, 21 dte, r=4.25% q=1.3%, price",
    "price a 5600 put spx 6000 volatility 18 r 4.5% 41 dte",
    "cpi 3.1 ppi 0.4, divergence?",
    "split 9k vega at 60%",
    "H = 15,000, futures at the bottom of the band i.e. 40%",
    "8 grand vega total, tenth of it in etfs",
    "hedge at 30% a 9k vega book with calls at 35%, split",
    "wacc: 300k equity 11%, 100k debt 6%, tax 21% || make debt cost 7",
    "split 9k hedge vega with 30% in futures || hmm 12",
]


@pytest.mark.parametrize(("text", "calculator", "inputs"), READ, ids=[text for text, _, _ in READ])
def test_it_is_read_as_a_trader_means_it(misread: Callable[..., dict[str, Any]], text: str, calculator: str, inputs: dict[str, Any]) -> None:
    assert misread(text, calculator, inputs) == {}


@pytest.mark.parametrize("text", ASKED_BACK)
def test_what_can_be_meant_otherwise_is_asked_back(not_asked_back: Callable[[str], str], text: str) -> None:
    assert not_asked_back(text) == ""


@pytest.mark.parametrize(
    ("question", "route"),
    [
        ("would you buy?", "refused"),
        ("is VXX a buy", "refused"),
        ("nvda calls before earnings. buy 12 or wait?", "refused"),
        ("where does spx close this friday", "refused"),
        ("how much of it ought she to put in VIXY, 10 percent or 20?", "refused"),
        ("dinner was 186 bucks, split 5 ways with 20% tip", "refused"),
        ("Can VIX calls be exercised early?", "knowledge"),
        ("Is VXX an ETF?", "knowledge"),
        ("is the 40% cap guaranteed to hold?", "knowledge"),
        ("what exact rsi number triggers the calls, 30? 50? 70?", "knowledge"),
        ("irr needs to stay above 0 in every vol scenario or just the base case?", "knowledge"),
    ],
)
def test_advice_is_refused_and_facts_are_not(session: Session, question: str, route: str) -> None:
    assert session.ask(question, DAY).route == route
