"""Numbers that words change in a way the program does not understand are asked about, never computed."""

from __future__ import annotations

import pytest

from assistant.session import Session

ASKED_BACK = [
    "expected return with rf 4.5%, beta of 1.2, market premium over bills 5.5%",
    "CAPM: beta 1.2, market 5.5% above the 4.5% risk-free rate",
    "WACC for 20k debt and 80k equity at 6% and 10%, tax 25%",
    "WACC total capital 100k, debt 20k, ke 10%, kd 6%, tax 25%",
    "hedge vega $10,000 cut by 20%, split it",
    "my condor vega is 2,877 long, hedge half",
    "VIX call strike 25, 40 days, spot VIX 18, vol 100%: dollar vega",
    "UVXY at 25, futures 19.2 (11 days, 30%) and 20.1 (40 days, 70%): exposure per share",
    "digital call spot 6000 strike 6000 30 days vol 15%",
    "VIX expiry in June and July 2026",
    "planned hedge vega ¥10,000, split",
    "WACC 1m equity 500k, cost of equity 12% cost of debt 6%",
    "price of an SPX call, strike 6000, spot 5950, 30 days to expiry, IV 18%, realized vol 14%",
    "iron condor 5500/5600/6300/6400 credit 3.10 a couple of contracts max loss",
    "iron condor 5500/5600/6300/6400 credit 3.10 less 0.10 fees, ten lots, max loss",
    "capm rf 4% with market down 10%, beta 1.2",
    "wacc equity 300k at 10%, debt 100k at 6%, tax isn't 20%",
    "iron condor 5500/5600/6300/6400, credit 20.46 on each side, 10 lots",
    "iron condor 5500/5600/6300/6400 for 20.46 debit, 10 lots",
    "I have 12k of vega and already hold 3k in futures, split the rest",
    "cpi 0.3% mom ppi 0.2% mom divergence",
    "wacc 70% equity at 10% and 30% debt at 5%",
    "value of 10 vix 25 calls, fut 20.1, 40 dte, 100 vol",
    "vega 15k, 2 tranches only, how much in futures",
    "price a vix 26 call, future 20, 40 days, 95 vol, 0.30 delta",
    "irr of 18k today and 18.6k in 120 days",
    "irr on flows of -100k today, 30k in 3 months and 80k in 6 months",
    "iron condor 5500/5600/6300/6400 credit 3.10 ten to fifteen lots max loss",
    "planned hedge vega $10,000, 30% in calls: layer split",
    "planned hedge vega $10,000, etf 30%: layer split",
    "planned hedge vega $10,000, VIX up 30%: layer split",
    "planned hedge vega $10,000, not 30% futures: layer split",
    "planned hedge vega twice $10,000, split",
    "How many UVXY shares do I need if my ETF layer vega is $2,000?",
    "The futures layer should be $3,000 vega at 30%; what is the total planned hedge vega?",
    "If my call tranche is $2,000, what is the total planned hedge vega?",
    "I want $4,000 vega in futures at 40%; how large must the total hedge vega be?",
    "I bought an iron condor 5500/5600/6300/6400 for 3.10, 10 contracts. Max loss?",
    "iron condor 5500/5600/6300/6400 credit 310, 10 lots, max loss?",
    "vega of two VX futures with 30 days",
    "CAPM return with rf 4%, beta 1.2, market excess return 5%",
    "dollar vega of a VX future, 21 trading days",
    "spx 5600 put worth, spot 6000, 41 dte, 19% vol, no rate",
    "layer split 10k no futures",
    "wacc: equity 100k at 10%, debt 50k at libor+2%, tax 25%",
    "1500 up, 1200 down monday; tuesday was the reverse; ad line",
    "irr -10k now, then 2.2k every 30 days",
    "when is vix expiry the month after june 2026",
    "capm levels spx 6000 vix 18, 30 calendar days, rf 4%",
    "next step as of 2026-05-08 plan 10k, futures 3k, macd was bullish now bearish",
    "next step as of 2026-05-08 plan 10k, futures 3k sold, macd bearish",
    "break-evens 4 x 5500/5550/6250/6300 at 8, short 2 vx 19 -> 21",
    "10 5500/5550/6250/6300 condors for $8 each, max loss",
    "short 5550p long 5500p long 6250c short 6300c condor 8 credit 10 lots max loss",
    "black76 call F=20 K=22 T=90 vol=90% r=4%",
    "condor 5500/5550/6250/6300 10 x 8 max loss",
    "max loss of 5500/5600/6300/6400 ten lots at 20.46 if i already closed the put side",
    "hedge vega 10k, add 20% to it, split",
    "dollar vega of one vx and one vxm, 20 days",
    "5500/5600/6300/6400 at 20.46 x10, sorry the short put is 5620, max loss",
    "condor 5500/5600/6300/6400 for 20.46 on 10 lots and 18.2 on 5 lots, max loss",
    "next vix expiry after the fomc meeting",
    "split the hedge: vega 8k, 40% in futures max, maybe less",
    "layer split 10k, 30% futures, 30% calls",
    "spx 5600 put, spot 6000, 30 days, vol 18-20%, price",
    "vix 25 call, future 20.1, 40 days, vol 100%, price with vol up 5 points",
    "irr: -10k now, +5k in 30 days, +6k later",
]


@pytest.mark.parametrize("question", ASKED_BACK)
def test_what_is_not_understood_is_asked_about(session: Session, question: str) -> None:
    reply = session.ask(question)
    assert reply.route != "calculation" and reply.route != "both", reply.answer
    assert reply.calculation is None or reply.calculation["result"] is None


WACC = "WACC 80k equity at 10%, 20k debt at 6%, tax 25%"
CONDOR = "Condor 5500/5600/6300/6400 for 20.46 x 10"
CALL = "Black-76 call forward 20.1 strike 25 40 days vol 100% rate 4.5%"
SPLIT = "My planned hedge vega is $10,000. How much goes to futures?"


@pytest.mark.parametrize(
    ("before", "change"),
    [
        (SPLIT, "$5,000 more"),
        (SPLIT, "add $2,000"),
        (SPLIT, "20% more"),
        (CONDOR, "add 5 lots"),
        (CONDOR, "credit 2 points lower"),
        (CALL, "10 days later"),
        (CALL, "strike 2 higher"),
        (CALL, "vol 5 points higher"),
        (WACC, "debt +10k"),
        (WACC, "what if debt rises by 8%?"),
        (WACC, "what if debt costs 2% more"),
    ],
)
def test_a_change_that_is_not_understood_is_no_new_value(session: Session, before: str, change: str) -> None:
    assert session.ask(before).route == "calculation"
    assert session.ask(change, context=[before]).route == "clarify"


@pytest.mark.parametrize(
    ("before", "change", "name", "value"),
    [
        (WACC, "now double the debt", "debt_usd", 40_000.0),
        (WACC, "halve the debt", "debt_usd", 10_000.0),
        (CONDOR, "credit up 2", "credit_index_points", 22.46),
    ],
)
def test_a_change_that_is_understood_changes_what_it_names_alone(session: Session, before: str, change: str, name: str, value: float) -> None:
    first, then = session.ask(before).calculation, session.ask(change, context=[before]).calculation
    assert first is not None and then is not None and then["inputs"] == {**first["inputs"], name: value}


@pytest.mark.parametrize(
    "question", ["Do I buy UVXY now?", "Should the trader buy UVXY?", "How many UVXY shares should I hold?", "Tell me whether to close my condor"]
)
def test_nobody_is_told_what_to_trade(session: Session, question: str) -> None:
    assert session.ask(question).route == "refused"
