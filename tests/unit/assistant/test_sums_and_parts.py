"""What a question tells as a sum, a difference, a middle or a part of its numbers; and what near it is asked back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from assistant.session import Session

DAY = "2026-05-08"
CONDOR = {"long_put": 5500, "short_put": 5600, "short_call": 6300, "long_call": 6400}
READ: list[tuple[str, str, dict[str, Any]]] = [
    # A whole and a part of it.
    ("total capital 600k, of which 150k is borrowed at 7%; owners want 12%, no tax. wacc?", "wacc", {"equity_usd": 450_000, "debt_usd": 150_000}),
    ("wacc: whole funding 600k, of which 450k is equity at 12%, debt costs 7%, tax 20%", "wacc", {"equity_usd": 450_000, "debt_usd": 150_000}),
    # A base rate and its spread.
    ("wacc of 90k equity at 12% and 30k debt at sofr 4.3% + 150bp, tax zero", "wacc", {"cost_of_debt_fraction": 0.058}),
    ("wacc of 90k equity at 12% and 30k debt at 4.3% + 150 bp, tax 20%", "wacc", {"cost_of_debt_fraction": 0.058}),
    ("ke 12% on 90 grand, plus a 30 grand margin loan at 5.8%, tax zero. wacc", "wacc", {"equity_usd": 90_000, "debt_usd": 30_000}),
    # What was sold less what was bought.
    ("sold 5600p 31.20, bot 5500p 22.85, sold 6300c 18.40, bot 6400c 8.15, 4x, max loss", "iron-condor", {**CONDOR, "credit_index_points": 18.6, "contracts": 4}),
    ("short the 5600 put and the 6300 call with 100-pt wings either side, eight lots, net credit 14.35. max loss", "iron-condor", {**CONDOR, "contracts": 8}),
    ("long_put=5500 (iv .212) short_put=5600 (iv .198) short_call=6300 (iv .137) long_call=6400 (iv .131) spot=5933.5 dte=27 credit=13.9 n=12, vega",
     "iron-condor", {"implied_volatility": [0.212, 0.198, 0.137, 0.131]}),
    # The middle of a quote, a letter that is two inputs.
    ("iv of the vix 28 call, .85 bid .95 offered, mid; F=19.75; 47 dte; r=4%", "implied-volatility", {"price_index_points": 0.9}),
    ("vix 28c 0.85/0.95, iv at mid, F=19.75, 47 dte, r=4%", "implied-volatility", {"price_index_points": 0.9}),
    ("put, S=K=5980, T=30d, sigma=15.5%, rf=4%, q=1.3%, price", "option-price", {"spot": 5980, "strike": 5980, "model": "black_scholes"}),
    ("what vol reprices a 6200 call to 28.60 points if the SPX forward is 6044, 39 days, discount rate 4.25%",
     "implied-volatility", {"model": "black76", "forward": 6044, "price_index_points": 28.6}),
    # A decision against what was priced, and prices of the futures.
    ("Market was pricing a 22bp cut and the Fed cut 50bp. Size of the FOMC surprise?", "macro-signal", {"actual_bp": -50, "expected_bp": -22}),
    ("fed funds contract went 95.685 -> 95.620 on the decision, the 18th of a 30 day month. kuttner surprise?",
     "macro-signal", {"rate_change_bp": 6.5, "decision_day": 18, "month_days": 30}),
    ("fed funds futures from 95.50 to 95.62 on day 12 of a 31 day month, surprise in bp", "macro-signal", {"rate_change_bp": -12}),
    # Numbers that are taken back.
    ("futs 30 pct - no, 35!! total planned hedge vega 18.5k, all three buckets", "layer-split", {"futures_share_fraction": 0.35}),
    ("20 lot iron condor 5500/5600/6300/6400, took in $685 per spread, sorry typo, $585 per spread. break evens?", "iron-condor", {"credit_index_points": 5.85}),
    ("wacc: $2.4m capital of which 600k is debt at 480 bp, equity at 10%, tax rate zero", "wacc", {"equity_usd": 1_800_000, "debt_usd": 600_000}),
    ("500k total capital, 30% of it debt @ 625 bps, rest equity @ 11.5%, 21% tax, wacc??", "wacc", {"equity_usd": 350_000, "debt_usd": 150_000}),
    ("wacc on 500k of capital, 60% of it equity at 12.5%, the rest debt at 6.4%, tax rate 22%", "wacc", {"equity_usd": 300_000, "debt_usd": 200_000}),
    ("sold the 5600p at 24.10 and 6300c at 19.80, bought 5500p for 15.90 & 6400c for 8.50, 3 lots. return on risk?", "iron-condor", {**CONDOR, "credit_index_points": 19.5}),
    ("sold 1 spx 5600 put at 31.40, bought the 5500 put at 22.10, sold the 6300 call at 19.60, bought the 6400 call at 8.30. max loss?",
     "iron-condor", {**CONDOR, "credit_index_points": 20.6, "contracts": 1}),
    ("spx 6,012, vix 16.4: ironcondr 5500/5600/6300/6400 x20 @ 11.85 -> maxloss", "iron-condor", {**CONDOR, "contracts": 20}),
    ("uvxy 1.5x, curve backwardated 3% per month, 25 days, fee 0.95%/yr, daily vol 4%: tracking difference?", "etf-tracking", {"slope_fraction_per_month": -0.03}),
    ("$18k hedge vega with futures at the bottom of the 25-40 band, split please", "layer-split", {"futures_share_fraction": 0.25}),
    ("split 18k hedge vega, futures at the top of the 25-40% range", "layer-split", {"futures_share_fraction": 0.4}),
    ("back out vol from 31.50 on the spx 6200 call; spot 6040 days 30 rate 4.1% div 1.2%", "implied-volatility", {"price_index_points": 31.5, "strike": 6200}),
    ("iv of a vix 18 put at $0.95, VX 19.7, 26 dte, risk free 400bp", "implied-volatility", {"price_index_points": 0.95, "forward": 19.7}),
    ("theo for the 6200 call on spx: index 6050, 25 days out, use VIX 18.5 as the vol, r 4.4%, q 1.25%", "option-price", {"model": "black_scholes", "spot": 6050}),
    ("up issues 880 then 1,205, down issues 1,930 then 1,610. cumulative advance decline?", "advance-decline", {"advances": [880, 1205], "declines": [1930, 1610]}),
    ("run scenarios to expiry (28d): 4 contracts 5500/5600/6300/6400 for 16.80, spx 6120, iv 15.5%, moves of -7% with vix +12 / +6% with vix -3", "scenarios",
     {"horizon_days": 28, "shocks": [{"spx_fraction": -0.07, "vix_points": 12}, {"spx_fraction": 0.06, "vix_points": -3}]}),
    ("stress 2 lot 5500/5600/6300/6400 ic, $1,150 credit per contract, spx 6150, 21 dte, vol 14%; horizon 14 days, spx flat vix +10, and spx flat vix +20", "scenarios",
     {"shocks": [{"spx_fraction": 0, "vix_points": 10}, {"spx_fraction": 0, "vix_points": 20}]}),
    ("BE w/ hedge, 6 contracts 5500/5600/6300/6400 at $1,920 credit each, hedged w 40 vix 22 calls bot 1.10 mkt 0.70", "break-even",
     {"hedges": [{"instrument": "vix_call", "quantity": 40, "entry_price": 1.1, "mark_price": 0.7, "strike": 22}]}),
    ("layer by layer cost of capital: condor 60k unlevered w/ cost of equity 10%, vx layer 25k 40% borrowed w/ cost of equity 6%. debt costs 5.5%, tax 20%",
     "capital-cost", {"cost_of_debt_fraction": 0.055}),
    ("is there a conversion in these? VIX 25s, future 24.80, C 2.90/3.05 P 3.10/3.25, 19 dte, 3.8% (spot vix 26.1 but thats irrelevant)", "conversion", {"future_price": 24.8}),
    # Payments, anchors, betas and quotes by name.
    ("put up 80k, got back 1,250 at day 30, another 1,250 at day 60 and 81,250 at day 90. irr", "irr",
     {"cash_flows_usd": [{"day": 0, "amount": -80_000}, {"day": 30, "amount": 1250}, {"day": 60, "amount": 1250}, {"day": 90, "amount": 81_250}]}),
    ("lower CAPM band from 6,045.75 with VIX at 23 over five trading days, rf 4.25%", "capm-levels", {"spot": 6045.75, "implied_volatility": 0.23}),
    ("we run our own beta, 0.52, on the 30-day VX. vega per contract?", "instrument-vega", {"beta_to_vix": 0.52, "days_to_expiry": 30}),
    ("underlying=vix strike=18 future_bid=19.15 future_ask=19.20 call_bid=2.30 call_ask=2.40 put_bid=0.95 put_ask=1.05 dte=51 rate=3.95% -> reversal edge",
     "conversion", {"strike": 18, "future_bid": 19.15, "future_ask": 19.2}),
    ("took 31k credit on the 15 lots, planned hedge vega is 4,480 $/pt. ceiling for the futures bucket?", "layer-split", {"planned_hedge_vega_usd": 4480}),
]  # fmt: skip
FOLLOW_UPS: list[tuple[str, str, dict[str, Any]]] = [
    ("capm return, rf 4.1% and beta .9 || erp 525bp", "capm", {"equity_risk_premium_fraction": 0.0525}),
    ("5500/5600/6300/6400 condor, 14.2 credit, 5 lots. max loss? || what if id done 8 lots", "iron-condor", {"contracts": 8}),
    ("capm levels for spx 6000, vix 18, 10 trading days, rf 4.5%, erp 5% || n the 2 sigma one?", "capm-levels", {"z": 2}),
    ("irr of -30k now and +26k at day 90 || plus another 6k at day 200", "irr",
     {"cash_flows_usd": [{"day": 0, "amount": -30_000}, {"day": 90, "amount": 26_000}, {"day": 200, "amount": 6000}]}),
    ("irr of -40k today and +41.2k in 60 days || what if only 40.5k comes back", "irr", {"cash_flows_usd": [{"day": 0, "amount": -40_000}, {"day": 60, "amount": 40_500}]}),
    ("price the vix 25 call, fut 20.1, 40 days, vol 100%, r 4.5% || whats the theta on that, per day", "option-price", {"strike": 25}),
    ("price the vix 25 call, fut 20.1, 40 days, vol 100%, r 4.5% || mkt is actually 1.20 for it, what iv is that", "implied-volatility", {"strike": 25, "price_index_points": 1.2}),
    ("price a call strike 6300 spot 6000 41 days vol 13% rate 4.5% || it trades at 25, implied vol?", "implied-volatility", {"strike": 6300, "price_index_points": 25}),
    ("breakevens w/ hedge: 10 lots 5500/5600/6300/6400 @ 20.46, long 2 VX from 20.10 marked 23.60 || vx is 24.5 now", "break-even",
     {"hedges": [{"instrument": "vx", "quantity": 2, "entry_price": 20.1, "mark_price": 24.5}]}),
    ("3 period rsi of 22.5 21.8 21.9 20.6 19.9 || add todays close 20.4", "rsi", {"closes": [22.5, 21.8, 21.9, 20.6, 19.9, 20.4]}),
    ("10x 5500/5600/6300/6400 for 20.46, spx 6000, 41dte, iv 17%. scenario at 41 days: spx -8%, vix +15 || ok what if spx is only down 6%", "scenarios",
     {"shocks": [{"spx_fraction": -0.06, "vix_points": 15}]}),
]  # fmt: skip
ASKED_BACK = [
    "value the 24 vix call, future 20.2, vol 90%, rate 4%, expires in 6",
    "capm: 4% risk free, beta 1.1, 9%",
    "layer split, hedge vega either 9k or 11k, 30% futures",
    "implied vol of the vix 26 call with F at 20.7, 50 days, 4% rate",
    "wacc: 600k, 150k borrowed at 7%, owners want 12%, no tax",
    "wacc of 90k equity plus 30k at 12%, 20k debt at 6%, tax 20%",
    "wacc of 90k equity at 12% and 30k debt at sofr + 150bp, tax zero",
    "sold 5600p 8.15, bot 5500p 22.85, sold 6300c 3.40, bot 6400c 8.15, 4x, max loss",
    "iv of the vix 28 call, .85 bid .95 offered; F=19.75; 47 dte; r=4%",
    "fed funds contract went from 95.685 lower on the 18th of a 30 day month, kuttner surprise?",
    # Words that are denied, what is an input here asked for, numbers that fit two inputs.
    "5900 put, not call, spot 6000, 30 days, iv 17%: price",
    "price of a 5900 call, spot 6000, 30 days, iv 17%, sorry put",
    "price of a 5900 put or call, spot 6000, 30 days, iv 17%",
    "vega of the vx, not vxm, 40 days",
    "vega of an ordinary vx future; the mini is too small; 40 days",
    "capm: what erp gives 10% at beta 1.2 and rf 4%",
    "wacc must be 8%, equity 500k, debt 250k, kd 5%, ke?",
    "price of a vix 20 call, future 19.2, 11 days, iv 100% || implied vol at 1.20",
    "price of a vix 20 call, future 19.2, 11 days, iv 100% || at 1.20",
    "price of a vix 20 call, future 19.2, 11 days, iv 100% || with vix at 18",
    "condor 5500/5600/6300/6400 20.46 cr 10x, spot 6000, iv 16%, 41 days, spx -5% vix +8, horizon 10 days || vix 12",
    "condor 5500/5600/6300/6400 20.46 cr 10x, spot 6000, iv 16%, 41 days, spx -5% vix +8 with 10 days left",
    "capm rf 4.3% beta 1.2 erp 5% || 6%",
    "wacc equity 500k debt 250k ke 9% kd 5% tax 21% || 25%",
    "wacc enterprise value 1m, debt 250k, ke 9% kd 5%",
    "wacc equity 700k of which 200k debt, ke 9%, kd 5%",
    "capital cost: condor 80k, futures 25k, calls 5k, ke 9%, kd 5%, 20% of it debt",
    "capital cost: condor 80k, futures 25k, calls 5k, ke 9%, kd 5%, futures fully debt-financed",
    "capital cost: condor 80k, futures 25k, calls 5k, ke 9%, kd 5%, 20% borrowed",
    "break-even of 5500/5600/6300/6400 condor, 20.46 credit, 10 lots, hedged with 2 vx bought at 20.1 now 22.1 || sold at 23",
    "iron condor 5500/5600/6300/6400 credit 20.46, 10 lots, only the put spread, max loss",
    "ff futures price rose 6.5bp on fomc day 18 in a 30 day month, surprise",
    "split 10k vega, target lower end of band",
]


@pytest.mark.parametrize(("text", "calculator", "inputs"), READ, ids=[text for text, _, _ in READ])
def test_what_is_told_in_parts_is_put_together(misread: Callable[..., dict[str, Any]], text: str, calculator: str, inputs: dict[str, Any]) -> None:
    assert misread(text, calculator, inputs) == {}


@pytest.mark.parametrize(("text", "calculator", "inputs"), FOLLOW_UPS, ids=[text.split(" || ")[1] for text, _, _ in FOLLOW_UPS])
def test_a_follow_up_changes_what_it_names_and_keeps_the_rest(
    misread: Callable[..., dict[str, Any]], text: str, calculator: str, inputs: dict[str, Any]
) -> None:
    assert misread(text, calculator, inputs, routes=("calculation",)) == {}


def test_an_optional_input_is_taken_back(session: Session) -> None:
    reply = session.ask("scrap the 30, just use your default", DAY, ["split 9k vega 30% futs"])
    assert reply.route == "calculation" and reply.calculation is not None
    assert "futures_share_fraction" not in reply.calculation["inputs"] or reply.calculation["inputs"]["futures_share_fraction"] is None


@pytest.mark.parametrize("text", ASKED_BACK)
def test_what_can_be_taken_in_two_ways_is_asked_back(not_asked_back: Callable[[str], str], text: str) -> None:
    assert not_asked_back(text) == ""


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Futures share has drifted to 48% of planned vega. Too much?", "above"),
        ("My futures carry 45% of the planned hedge vega. Over the top?", "above"),
        ("is a futures layer of 22% too small?", "below"),
    ],
)
def test_a_share_is_held_against_the_band_without_an_amount(session: Session, text: str, verdict: str) -> None:
    reply = session.ask(text, DAY)
    assert reply.route == "knowledge" and f"in futures is {verdict} the stated band" in reply.answer and reply.citations


def test_why_something_was_so_is_no_calculation(session: Session) -> None:
    reply = session.ask("Why was the VIX settlement of 15 March 2022 on a Tuesday?", DAY)
    assert reply.route == "knowledge" and "15 March 2022" in reply.answer


def test_a_price_told_after_an_option_gives_its_implied_volatility(session: Session) -> None:
    reply = session.ask("what iv gives 70", DAY, ["price of 5900 put spot 6000 30 days iv 17%"])
    assert reply.calculation is not None and reply.calculation["name"] == "implied-volatility"
    assert reply.calculation["inputs"]["price_index_points"] == 70


def test_a_bound_of_the_band_is_not_passed(session: Session) -> None:
    assert "above the stated band" in session.ask("may futures exceed 40%", DAY).answer
    assert "in futures is inside" not in session.ask("can the first layer be 30% of my account", DAY).answer
    assert "stated band" not in session.ask("why does the source say 25 % in futures", DAY).answer
