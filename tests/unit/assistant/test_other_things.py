"""Amounts, days, levels, permissions and signals of other things than an input are asked about, never computed with."""

from __future__ import annotations

import pytest

from assistant.session import Session

CONDOR = "Condor 5500/5600/6300/6400, credit 20, 10 lots, spot 6000, expiry 2027-01-15, IV 16%"
PLAN = (
    "plan a hedge: condor 5500/5600/6300/6400 credit 20.46 10 lots expiry 2027-01-15 IV 16%, VIX 18, VX1 19.2, VX2 20.1, SPX 6000, "
    "MACD bullish, A/D weak"
)
STEP = "next step: planned hedge vega 10,000, MACD bullish, A/D weak"
# A question; after two bars what is asked next.
ASKED_BACK = [
    f"{PLAN}, account $250,000",
    f"{PLAN}, margin $80,000",
    f"{PLAN}, budget $5,000",
    f"{PLAN}, FOMC on 2026-12-09",
    "next step: MACD bullish, A/D weak, account $250,000",
    "split the layers; my condor's max loss is $79,540",
    "I have $3,000 in cash, layer split",
    "my $500,000 portfolio, layer split",
    "I have $50,000 to hedge with. How much of it goes into futures?",
    "layer split for planned hedge vega $10,000 || my account is worth $250,000",
    "layer split for planned hedge vega $10,000 || SPX is at 6,000",
    "layer split for planned hedge vega $10,000 || by the way the credit was $2,046 per lot",
    f"{CONDOR} || the VX future trades at 20.1",
    f"{CONDOR} || it trades at 12.30 now",
    "price a call strike 6300 spot 6000 41 days vol 13% rate 4.5% || in 10 days",
    "price a VIX call: future 20.1, strike 25, 40 days, vol 100% || 41 of them",
    "CAPM: rf 4%, beta 1.2, premium 5% || inflation is 3%",
    "CAPM: rf 4%, beta 1.2, premium 5% || my account made 12% last year",
    "WACC with 60,000 equity at 9% and 40,000 debt at 5%, tax 21% || my broker charges 7%",
    "VX future with 40 days: exposure || the condor expires in 30 days",
    "CAPM levels: SPX 6000, VIX 18, 10 days, rf 4.5% || the condor's short put is 5600",
    f"{CONDOR}, FOMC on 2026-12-09",
    f"{CONDOR}, earnings season starts 2027-01-12",
    f"{CONDOR}, I go on holiday 2026-12-20",
    f"{CONDOR}, opened 2026-11-02",
    "price a call strike 6300 spot 6000 41 days vol 13% negative rate of 0.5%",
    "CAPM: negative beta of 0.8, rf 4%, market 9%",
    "CAPM: rf 4%, beta 1.2, expected market loss of 9%",
    "macro: hike of 25 bp vs expected 50 bp cut",
    "macro: expected a cut of 25bp, got 50bp",
    "macro: Fed cut by 25 bp; markets had priced in a 10 bp hike",
    "macro: surprise cut of 15 bp",
    "macro: dovish surprise of 15 bp",
    "ETF tracking: 5% backwardation, 30 days",
    "ETF tracking: contango 5% per week, 30 days",
    "layer split planned hedge vega ½ million",
    "Condor 5500/5600/6300/6400 credit 20½, 10 lots",
    f"{STEP}, I hold 5 VX futures",
    f"{STEP}, 2 VX held",
    "break-even: 5500/5600/6300/6400 at 20.46 x10, 2 VX at 20.1, now 1.9 points higher",
    "Condor 5500/5600/6300/6400, credit 20, 10 lots, SPY at 600, 41 days, IV 16%",
    "conversion VIX at 18, strike 20, call 2.10/2.20, put 1.95/2.05, 40 days",
    "price a VIX call: VIX 18, strike 25, 40 days, vol 100%",
    "instrument vega of a VIX call: strike 25, 40 days, VIX 18, vol 100%",
    "RSI 3 (latest first): 22 21 20.1 18.5 19 18.2",
    "MACD 3/5/2, most recent first: 13 14 13 12 11 10 11 12 11 10",
    "ETF tracking: UVXY, contango 5% a month, 60 days",
    "ETF tracking: inverse fund, contango 5% a month, 60 days",
    "capital cost: condor 80k, futures 20k, cost of equity 9%, debt at 5%, 30% borrowed on each",
    "IRR: -1000 on day 0, +600 on day 30, another +600 30 days later",
    "VIX expiry of the contract after December 2026",
    f"{STEP}, only ETFs allowed",
    f"{STEP}, ETFs only account",
    f"{STEP}, my account is limited to ETFs",
    f"{STEP}, only options are permitted in my account",
    f"{STEP}, I'm not approved for futures",
    f"{STEP}, my broker does not let me trade VIX futures",
    f"{STEP}, neither futures nor options are permitted",
    f"{STEP}, everything but futures is permitted",
    f"{STEP}, futures: no",
    f"{STEP}, I refuse to trade futures",
    f"{STEP}, futures permission pending",
    "next step: planned hedge vega 10,000, MACD failed to turn bullish, A/D weak",
    "next step: planned hedge vega 10,000, MACD almost bullish, A/D weak",
    "next step: planned hedge vega 10,000, MACD lost its bullish cross, A/D weak",
    "next step: planned hedge vega 10,000, the SPX MACD is bullish, A/D weak",
    f"{STEP}, futures vega held 3,250, CAPM breach avoided",
    f"{STEP}, futures vega held 3,250, CAPM breach was a false alarm",
    f"{STEP}, futures vega held 3,250, CAPM level nearly breached",
    f"{STEP}, futures vega held 3,250, RSI shift reversed",
    f"{STEP}, futures vega held 3,250, RSI shift faded",
]


@pytest.mark.parametrize("turns", ASKED_BACK)
def test_what_belongs_to_something_else_is_not_taken_for_an_input(session: Session, turns: str) -> None:
    *context, question = (turn.strip() for turn in turns.split("||"))
    reply = session.ask(question, "2026-11-26", context)
    assert reply.calculation is None or reply.calculation["result"] is None, reply.answer


def test_a_percentage_of_a_follow_up_is_the_one_that_was_given(session: Session) -> None:
    reply = session.ask("with 18%?", "2026-11-26", [CONDOR])
    assert reply.calculation is not None and reply.calculation["inputs"]["implied_volatility"] == 0.18


def test_two_cuts_keep_their_signs(session: Session) -> None:
    reply = session.ask("macro: cut of 25 bp vs expected cut of 50bp")
    assert reply.calculation is not None and reply.calculation["result"]["surprise_bp"] == 25.0


def test_half_a_percent_is_no_half(session: Session) -> None:
    question = "scenario for 10 condors 5500/5600/6300/6400 at 18, spot 6000, 30 dte, iv 16%, horizon 30 days: spx up half a percent and vix -1"
    reply = session.ask(question)
    assert reply.calculation is not None and reply.calculation["inputs"]["shocks"] == [{"spx_fraction": 0.005, "vix_points": -1.0}]
