"""Following a plan on a later day: the hedge vega stays, P/L is counted, nothing is sold, moved strikes are modelled."""

from __future__ import annotations

import copy
import itertools
import json
import math
from datetime import date, timedelta

import pytest
import yaml

from rules.canonical import to_json
from rules.engine import run
from rules.errors import RulesError
from rules.following.follow import follow
from rules.parameter_file import overlaid
from rules.vix.expiries import is_business_day
from tests.unit.rules.steps import untraced

PRICES = (24.0, 23.0, 22.8, 22.7)
SMILE = {"long_put": 0.205, "short_put": 0.195, "short_call": 0.13, "long_call": 0.125}
STRIKES = {"long_put": 5500, "short_put": 5600, "short_call": 6300, "long_call": 6400}
SIDES = {"long_put": (1, "put"), "short_put": (-1, "put"), "short_call": (-1, "call"), "long_call": (1, "call")}
CREDIT, LOTS, RATE, DIVIDEND = 20.4644, 10, 0.045, 0.013
BETA_40_DAYS, BETA_37_DAYS = 0.450, 0.55582 + (0.46 - 0.55582) * (37 - 25.5) / 12


def below(x):
    return 0.5 * math.erfc(-x / math.sqrt(2.0))


def on_forward(forward, strike, years, volatility, rate=RATE):
    """Discounted call price, delta to the forward and vega per vol point."""
    spread = volatility * math.sqrt(years)
    d1 = math.log(forward / strike) / spread + spread / 2
    discount = math.exp(-rate * years)
    density = math.exp(-d1 * d1 / 2) / math.sqrt(2 * math.pi)
    return (
        discount * (forward * below(d1) - strike * below(d1 - spread)),
        discount * below(d1),
        0.01 * discount * forward * density * math.sqrt(years),
    )


def condor_value(spx, days, volatilities, strikes=STRIKES):
    """Index points that one short condor's legs are worth (negative: what closing costs), and its vega per vol point."""
    years, value, vega = days / 365, 0.0, 0.0
    forward = spx * math.exp((RATE - DIVIDEND) * years)
    for leg, (side, right) in SIDES.items():
        price, _, leg_vega = on_forward(forward, strikes[leg], years, volatilities[leg])
        if right == "put":
            price -= math.exp(-RATE * years) * (forward - strikes[leg])
        value += side * price
        vega += side * leg_vega
    return value, vega


def between(strikes, volatilities, strike):
    """Linear between the strikes, flat outside."""
    knots = sorted((strikes[leg], volatilities[leg]) for leg in strikes)
    if strike <= knots[0][0]:
        return knots[0][1]
    for (low, at_low), (high, at_high) in itertools.pairwise(knots):
        if strike <= high:
            return at_low + (at_high - at_low) * (strike - low) / (high - low)
    return knots[-1][1]


def moved(points):
    return {leg: value + 0.01 * points for leg, value in SMILE.items()}


@pytest.fixture
def plan_of(parameters):
    """`plan_of(raw)` is a plan as it is saved and read back."""
    return lambda raw: json.loads(to_json(run("plan-hedge", raw, parameters).as_dict()))


@pytest.fixture
def saved(plan_of, worked):
    return plan_of(worked)


@pytest.fixture
def later(worked):
    """`later(as_of=..., vix=..., spx=..., **more)` is a later day: contracts that have settled are not quoted."""

    def day(as_of="2026-05-11", vix=24.0, spx=5850.0, prices=PRICES, **more):
        market = copy.deepcopy(worked["market"]) | {"vix": vix, "spx": spx}
        for future, price in zip(market["futures"], prices, strict=True):
            future["price_index_points"] = price
        for quotes in ("futures", "calls"):
            market[quotes] = [quote for quote in market[quotes] if quote["expiry"] > as_of]
        if as_of >= "2026-05-19":
            market["etfs"] = []
        return {"as_of": as_of, "market": market} | more

    return day


@pytest.fixture
def followed(saved, parameters):
    """`followed(today, *moves, plan=...)` is the report as plain JSON types."""
    return lambda today, *moves, plan=None: dict(follow(saved if plan is None else plan, today, moves, parameters).result)


# --- the planned hedge vega -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("spx", "vix"), [(5850, 24), (5700, 30), (5500, 40), (5300, 55)])
def test_the_hedge_vega_stays_what_it_was_on_the_day_of_the_plan_while_the_condor_loses(followed, saved, later, spx, vix):
    report = followed(later(spx=spx, vix=vix))
    assert report["planned_hedge_vega_usd"] == saved["result"]["planned_hedge_vega_usd"] == pytest.approx(2877.07, abs=0.01)
    assert (report["planned_on"], report["as_of"]) == ("2026-05-08", "2026-05-11")
    assert report["current_need_usd_per_vix_point"] < 0.8 * report["planned_hedge_vega_usd"]
    assert report["next"]["planned_hedge_vega_usd"] == report["planned_hedge_vega_usd"]
    assert report["condor_pnl_usd"] < 0


def test_what_the_condor_asks_for_today_is_its_own_vega_today(followed, later):
    _, vega = condor_value(5850, 38, moved(6))
    assert followed(later())["current_need_usd_per_vix_point"] == pytest.approx(-100 * LOTS * vega, rel=1e-9)


def test_a_hedge_vega_raised_on_request_is_planned_on_that_day_and_lowers_the_share_of_what_is_held(followed, later):
    report = followed(later(planned_hedge_vega_usd=4100.0, signals={"macd": "pass", "advance_decline": "pass"}))
    assert (report["planned_hedge_vega_usd"], report["planned_on"]) == (4100.0, "2026-05-11")
    assert report["drift"]["state"] == "below_band" and report["drift"]["share_fraction"] == pytest.approx(2 * 1000 * BETA_37_DAYS / 4100, rel=1e-4)
    assert "The hedge vega was changed on request." in report["notes"]
    assert [order["instrument"] for order in report["next"]["orders"]] == ["vx"]


# --- profit and loss ------------------------------------------------------------------------------------------------


def test_without_holdings_the_orders_of_the_plan_count_as_filled_at_its_prices(followed, later):
    report = followed(later())
    assert [(item["name"], item["quantity"], item["entry_price"]) for item in report["positions"]] == [("VX 2026-06-17", 2, 20.1)]
    assert report["positions"][0]["pnl_usd"] == pytest.approx(2 * 1000 * (23.0 - 20.1))
    assert any("taken as filled" in note for note in report["notes"])


def test_a_plan_that_ordered_nothing_leaves_nothing_held_and_a_hedge_result_of_zero(followed, plan_of, worked, later):
    report = followed(later(), plan=plan_of(worked | {"signals": {}}))
    assert (report["positions"], report["layers"], report["hedge_pnl_usd"], report["drift"]["state"]) == ([], [], 0, "none_held")
    assert report["total_pnl_usd"] == report["condor_pnl_usd"]


def test_the_result_of_each_layer_stands_beside_what_the_betas_promised(followed, later):
    held = [
        {"instrument": "vx", "quantity": 2, "expiry": "2026-06-17", "entry_price": 20.1, "acquired_on": "2026-05-08"},
        {
            "instrument": "vix_call",
            "quantity": 41,
            "expiry": "2026-06-17",
            "strike": 25,
            "entry_price": 1.20,
            "tranche": 1,
            "acquired_on": "2026-05-08",
        },
        {"instrument": "etf", "quantity": 50, "ticker": "VIXY", "entry_price": 39.0, "acquired_on": "2026-05-08"},
    ]
    report = followed(later(holdings=held))
    mark, _, _ = on_forward(23.0, 25.0, 37 / 365, 1.0)
    _, delta, _ = on_forward(20.1, 25.0, 40 / 365, 1.0)
    beta_11 = 0.67715 + (0.55582 - 0.67715) * (11 - 10.5) / 7
    share = 40 * (0.4 * beta_11 + 0.6 * BETA_40_DAYS) / (0.4 * 19.2 + 0.6 * 20.1)
    pnl = [2 * 1000 * (23.0 - 20.1), 41 * 100 * (mark - 1.20), 50 * (40 - 39.0)]
    promised = [2 * 1000 * BETA_40_DAYS * 6, 41 * 100 * delta * BETA_40_DAYS * 6, 50 * share * 6]
    assert [layer["layer"] for layer in report["layers"]] == [1, 2, 3]
    assert [layer["pnl_usd"] for layer in report["layers"]] == pytest.approx(pnl, rel=1e-9)
    assert [layer["expected_by_beta_usd"] for layer in report["layers"]] == pytest.approx(promised, rel=1e-4)
    assert [item["difference_usd"] for item in report["positions"]] == pytest.approx([a - b for a, b in zip(pnl, promised, strict=True)], rel=1e-3)
    value, _ = condor_value(5850, 38, moved(6))
    assert report["condor_pnl_usd"] == pytest.approx(100 * LOTS * (CREDIT + value), rel=1e-9)
    assert report["hedge_pnl_usd"] == pytest.approx(sum(pnl)) and report["total_pnl_usd"] == pytest.approx(sum(pnl) + report["condor_pnl_usd"])
    assert not any("taken as filled" in note for note in report["notes"])


def test_a_hedge_bought_on_another_day_is_not_measured_from_the_vix_of_the_plan(followed, later):
    held = [
        {"instrument": "vx", "quantity": 1, "expiry": "2026-06-17", "entry_price": 20.1},
        {"instrument": "vx", "quantity": 1, "expiry": "2026-06-17", "entry_price": 21.5, "acquired_on": "2026-05-11"},
    ]
    report = followed(later(holdings=held))
    assert [item["expected_by_beta_usd"] for item in report["positions"]] == [pytest.approx(2700.0), None]
    assert "not bought by the plan of 2026-05-08" in report["positions"][1]["note"]
    assert report["layers"] == [{"layer": 1, "pnl_usd": pytest.approx(2900 + 1500), "expected_by_beta_usd": None}]


@pytest.mark.parametrize(
    ("holding", "words"),
    [
        ({"instrument": "vx", "quantity": 2, "expiry": "2026-06-17"}, "no entry_price is given"),
        ({"instrument": "vix_call", "quantity": 41, "expiry": "2026-06-17", "strike": 26, "entry_price": 1.2}, "not quoted"),
    ],
)
def test_a_hedge_whose_result_is_not_known_leaves_every_sum_with_it_open(followed, later, holding, words):
    report = followed(later(holdings=[holding]))
    assert report["positions"][0]["pnl_usd"] is None and words in report["positions"][0]["note"]
    assert (report["layers"][0]["pnl_usd"], report["hedge_pnl_usd"], report["total_pnl_usd"]) == (None, None, None)
    assert report["condor_pnl_usd"] is not None


def test_prices_of_the_legs_give_the_credit_less_the_cost_of_closing(followed, later):
    prices = {"long_put": 30.0, "short_put": 45.0, "short_call": 12.0, "long_call": 5.0}
    report = followed(later(condors=[{"leg_prices_index_points": prices}]))
    assert report["condor_pnl_usd"] == pytest.approx(100 * LOTS * (CREDIT - (45 + 12 - 30 - 5)), abs=1e-3)


def test_a_plan_of_a_hedge_vega_without_condors_is_followed_for_its_hedges_alone(followed, plan_of, worked, later):
    raw = {key: value for key, value in worked.items() if key != "portfolio"} | {"planned_hedge_vega_usd": 2877.0}
    report = followed(later(), plan=plan_of(raw))
    assert report["positions"][0]["pnl_usd"] == pytest.approx(5800.0)
    assert (report["condor_pnl_usd"], report["total_pnl_usd"], report["planned_hedge_vega_usd"]) == (None, None, 2877.0)


# --- nothing is sold ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("contracts", "state"), [(1, "below_band"), (2, "in_band"), (3, "above_band")])
def test_drift_from_the_band_is_a_state_and_above_it_an_advice_and_never_an_order(followed, later, worked, contracts, state):
    held = [{"instrument": "vx", "quantity": contracts, "expiry": "2026-06-17", "entry_price": 20.1}]
    report = followed(later(holdings=held, signals=worked["signals"]))
    assert report["drift"]["state"] == state
    assert report["drift"]["share_fraction"] == pytest.approx(contracts * 1000 * BETA_37_DAYS / 2877.072, rel=1e-4)
    assert ("an advice, never an order" in report["drift"]["reason"]) is (state == "above_band")
    assert all(order["side"] == "long" for order in report["next"]["orders"])
    assert ("vx" in [order["instrument"] for order in report["next"]["orders"]]) is (state == "below_band")
    advice = next(item for item in report["next"]["advices"] if item["id"] == "above_band")
    assert advice["state"] == ("pass" if state == "above_band" else "fail")


def test_beta_that_grows_towards_settlement_takes_the_same_contracts_above_the_band_and_nothing_is_ordered(followed, later, worked):
    report = followed(later(as_of="2026-06-09", signals=worked["signals"] | {"rsi": "fail", "capm": "fail", "macro": "fail"}))
    assert report["drift"]["planned_share_fraction"] == pytest.approx(0.3128, abs=1e-4) and report["drift"]["state"] == "above_band"
    assert report["next"]["orders"] == []


# --- condors --------------------------------------------------------------------------------------------------------


@pytest.fixture
def two_condors(worked):
    """The worked book with a nearer condor before it."""
    near = copy.deepcopy(worked["portfolio"]["condors"][0]) | {"expiry": "2026-05-15", "contracts": 1, "credit_index_points": 8.0}
    worked["portfolio"]["condors"].insert(0, near)
    return worked


@pytest.mark.parametrize(("as_of", "days"), [("2026-05-15", 34), ("2026-05-18", 31)])
def test_a_condor_that_has_expired_leaves_the_book_and_the_report_says_that_its_result_is_not_counted(
    followed, plan_of, two_condors, later, as_of, days
):
    plan = plan_of(two_condors)
    before, after = followed(later(as_of="2026-05-14"), plan=plan), followed(later(as_of=as_of), plan=plan)
    assert (len(before["next"]["condors"]), len(after["next"]["condors"])) == (2, 1)
    value, _ = condor_value(5850, days, moved(6))
    assert after["condor_pnl_usd"] == pytest.approx(100 * LOTS * (CREDIT + value), rel=1e-9)
    assert before["total_pnl_usd"] is not None and after["total_pnl_usd"] is None
    assert any("1 condor(s) of the plan have expired" in note for note in after["notes"]) and not any("expired" in note for note in before["notes"])


def test_when_every_condor_has_expired_the_hedge_is_followed_alone_with_its_hedge_vega(followed, saved, later):
    report = followed(later(as_of="2026-06-22", holdings=[{"instrument": "vx", "quantity": 1, "expiry": "2026-07-22", "entry_price": 20.8}]))
    assert report["planned_hedge_vega_usd"] == saved["result"]["planned_hedge_vega_usd"]
    assert (report["next"]["condors"], report["condor_pnl_usd"], report["current_need_usd_per_vix_point"]) == ([], None, None)
    assert report["hedge_pnl_usd"] == pytest.approx(1000 * (22.8 - 20.8))


def volatility_step(calculation, number=1):
    return next(step for step in calculation.steps if step.name == f"condor_{number}.implied_volatility")


def test_planned_volatilities_are_moved_with_the_vix_and_labelled_derived(saved, later, parameters):
    step = volatility_step(follow(saved, later(), [], parameters))
    assert step.basis == "derived" and step.value == pytest.approx(moved(6))
    assert {"vol_per_vix_point", "market.vix", "plan.market.vix"} <= set(step.inputs)


def test_volatilities_of_today_are_taken_as_they_are_and_labelled_input(saved, later, parameters):
    today = [0.25, 0.24, 0.17, 0.165]
    calculation = follow(saved, later(condors=[{"implied_volatility": today}]), [], parameters)
    step = volatility_step(calculation)
    assert step.basis == "input" and list(step.value.values()) == today
    assert not any("moved with the VIX" in note for note in calculation.result["notes"])


@pytest.mark.parametrize("condors", [None, [{}]])
def test_the_report_says_that_volatilities_were_moved_when_none_of_today_are_given(followed, later, condors):
    assert any("moved with the VIX" in note for note in followed(later(condors=condors))["notes"])


def test_a_moved_volatility_stops_at_the_floor(saved, later, parameters):
    step = volatility_step(follow(saved, later(vix=8.0), [], parameters))
    assert step.value == pytest.approx({"long_put": 0.105, "short_put": 0.095, "short_call": 0.03, "long_call": 0.03})


def test_of_two_condors_one_may_be_told_today_and_the_other_is_moved(plan_of, two_condors, later, parameters):
    today = later(condors=[{"implied_volatility": 0.3}, {}])
    calculation = follow(plan_of(two_condors), today, [], parameters)
    assert [volatility_step(calculation, number).basis for number in (1, 2)] == ["input", "derived"]
    assert volatility_step(calculation, 2).value == pytest.approx(moved(6))


def test_a_condor_without_volatilities_has_no_result_and_no_total(followed, plan_of, worked, later):
    del worked["portfolio"]["condors"][0]["implied_volatility"]
    report = followed(later(), plan=plan_of(worked | {"planned_hedge_vega_usd": 2877.0}))
    assert (report["condor_pnl_usd"], report["total_pnl_usd"]) == (None, None) and report["hedge_pnl_usd"] == pytest.approx(5800.0)
    assert any("left open" in note for note in report["notes"]) and not any("moved with the VIX" in note for note in report["notes"])


# --- rolling --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("as_of", "prompted"), [("2026-06-09", []), ("2026-06-10", ["VX 2026-06-17"]), ("2026-06-16", ["VX 2026-06-17"])])
def test_a_held_hedge_is_prompted_for_from_five_business_days_before_it_settles(followed, later, as_of, prompted):
    assert [item["name"] for item in followed(later(as_of=as_of))["to_roll"]] == prompted


def test_a_hedge_that_is_planned_and_not_held_is_never_prompted_for(followed, later):
    """Of 2,100 only the front, a day from its settlement, fits the band: the plan names it, and there is nothing to roll."""
    report = followed(later(as_of="2026-06-16", holdings=[], planned_hedge_vega_usd=2100.0))
    assert report["next"]["layers"][0]["name"] == "VX 2026-06-17" and report["to_roll"] == []


# --- moving a strike ------------------------------------------------------------------------------------------------


def modelled(leg, points, spx=5850, days=38, vix_move=6):
    """Credit (points) and vega (USD per vol point) of the condor with one strike moved, its volatility read between the strikes."""
    smile = moved(vix_move)
    strikes = STRIKES | {leg: STRIKES[leg] + points}
    volatilities = smile | {leg: between(STRIKES, smile, strikes[leg])}
    old, _ = condor_value(spx, days, smile)
    new, vega = condor_value(spx, days, volatilities, strikes)
    return CREDIT - (new - old), 100 * LOTS * vega


@pytest.mark.parametrize(
    ("leg", "points", "less_credit", "smaller_vega"),
    [("short_put", -25, True, True), ("long_put", -50, False, False), ("short_call", 40, True, True), ("long_call", 60, False, False)],
)
def test_a_moved_strike_changes_credit_vega_break_even_and_hedge_as_black_scholes_has_it(followed, later, leg, points, less_credit, smaller_vega):
    found = followed(later(), f"{leg}={points}")["what_if"]
    before, after = found["before"], found["after"]
    credit, vega = modelled(leg, points)
    assert after["credit_usd"] == pytest.approx(100 * LOTS * credit, abs=1e-3) and before["credit_usd"] == pytest.approx(100 * LOTS * CREDIT)
    assert after["vega_usd"] == pytest.approx(vega, rel=1e-9) and after["needed_hedge_vega_usd"] == pytest.approx(-vega, rel=1e-9)
    strikes = STRIKES | {leg: STRIKES[leg] + points}
    assert after["break_even_low"] == pytest.approx(strikes["short_put"] - credit, abs=1e-6)
    assert after["break_even_high"] == pytest.approx(strikes["short_call"] + credit, abs=1e-6)
    wing = max(strikes["short_put"] - strikes["long_put"], strikes["long_call"] - strikes["short_call"])
    assert after["max_loss_usd"] == pytest.approx(100 * LOTS * (wing - credit), abs=1e-3)
    assert (after["credit_usd"] < before["credit_usd"]) is less_credit
    assert (after["needed_hedge_vega_usd"] < before["needed_hedge_vega_usd"]) is smaller_vega
    assert (after["hedge_cost_usd"] < before["hedge_cost_usd"]) is smaller_vega
    assert any("modelled" in note for note in found["notes"])


def test_a_short_put_moved_far_enough_away_takes_another_first_layer(followed, later):
    """The front's 677 USD a VIX point lie inside 25 to 40 % of 2,041 and above those of the smaller need."""
    found = followed(later(holdings=[]), "short_put=-75")["what_if"]
    assert 0.40 * found["after"]["needed_hedge_vega_usd"] < 677 < 0.40 * found["before"]["needed_hedge_vega_usd"]
    assert (found["before"]["first_layer"], found["after"]["first_layer"]) == ("1 VX 2026-05-19", "1 VX 2026-06-17")


def test_two_moves_of_one_leg_add_up_and_a_move_leaves_the_other_condor_alone(followed, plan_of, two_condors, later):
    plan = plan_of(two_condors)
    once = followed(later(), "condors.1.short_put=-25", plan=plan)["what_if"]["after"]
    twice = followed(later(), "condors.1.short_put=-10", "condors.1.short_put=-15", plan=plan)["what_if"]["after"]
    other = followed(later(), "condors.0.short_put=-25", plan=plan)["what_if"]["after"]
    assert once == twice and once["credit_usd"] != other["credit_usd"]
    assert once["credit_usd"] == pytest.approx(100 * (8.0 + LOTS * modelled("short_put", -25)[0]), abs=1e-3)


def test_without_a_move_there_is_no_what_if(followed, later):
    assert followed(later())["what_if"] is None


def test_a_book_that_is_no_longer_short_vega_needs_no_hedge_on_either_side(followed, later):
    found = followed(later(spx=5300, vix=20.0, condors=[{"implied_volatility": 0.12}]), "long_put=-10")["what_if"]
    assert found["before"]["needed_hedge_vega_usd"] == 0.0 and found["before"]["first_layer"] is None


# --- every number has its step --------------------------------------------------------------------------------------


@pytest.mark.parametrize("moves", [[], ["short_put=-25", "long_call=25"]])
def test_every_number_of_a_report_is_the_value_of_a_step(saved, later, parameters, moves):
    held = [
        {"instrument": "vx", "quantity": 2, "expiry": "2026-06-17", "entry_price": 20.1},
        {"instrument": "vix_call", "quantity": 41, "expiry": "2026-06-17", "strike": 25, "entry_price": 1.2, "tranche": 1},
        {"instrument": "vix_call", "quantity": 3, "expiry": "2026-06-17", "strike": 27, "entry_price": 1.0, "tranche": 2},
        {"instrument": "etf", "quantity": 50, "ticker": "VIXY"},
    ]
    assert untraced(follow(saved, later(holdings=held), moves, parameters)) == []


def test_the_same_plan_and_day_give_the_same_bytes(saved, later, parameters):
    first, second = (to_json(follow(saved, later(), ["short_put=-25"], parameters).as_dict()) for _ in range(2))
    assert first == second


def test_a_plan_that_was_edited_since_it_was_written_is_followed_with_a_warning(followed, saved, later):
    assert not any("edited" in note for note in followed(later())["notes"])
    saved["result"]["orders"][0]["quantity"] = 1
    report = followed(later(), plan=saved)
    assert report["positions"][0]["quantity"] == 1 and any("edited since" in note for note in report["notes"])


def test_a_plan_made_with_other_parameters_is_followed_with_a_note(saved, later, parameters, tmp_path):
    (tmp_path / "half.yaml").write_text("parameters:\n  vol_per_vix_point: {value: 0.5}\n", encoding="utf-8")
    calculation = follow(saved, later(), [], overlaid(parameters, tmp_path / "half.yaml"))
    assert any("other parameters" in note for note in calculation.result["notes"])
    assert volatility_step(calculation).value == pytest.approx(moved(3))


# --- refusals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spoil",
    [
        lambda plan: [],
        lambda plan: plan | {"name": "capm"},
        lambda plan: {key: value for key, value in plan.items() if key != "inputs"},
        lambda plan: {key: value for key, value in plan.items() if key != "receipt"},
        lambda plan: plan | {"result": {}},
        lambda plan: plan | {"result": {key: value for key, value in plan["result"].items() if key != "layers"}},
        lambda plan: plan | {"result": plan["result"] | {"planned_hedge_vega_usd": 0.0}},
        lambda plan: plan | {"inputs": {"as_of": "2026-05-08"}},
    ],
)
def test_what_is_no_plan_with_a_hedge_is_refused(saved, later, parameters, spoil):
    with pytest.raises(RulesError, match="plan"):
        follow(spoil(saved), later(), [], parameters)


def test_a_plan_that_found_nothing_to_hedge_cannot_be_followed(plan_of, worked, later, parameters):
    worked["market"]["spx"] = 5300
    worked["portfolio"]["condors"][0]["implied_volatility"] = 0.12
    with pytest.raises(RulesError, match="no hedge to follow"):
        follow(plan_of(worked), later(), [], parameters)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"as_of": "2026-05-07"}, "as_of"),
        ({"condors": []}, "condors"),
        ({"condors": [{}, {}]}, "condors"),
        ({"condors": [{"implied_volatility": 18}]}, "condors.0.implied_volatility"),
        ({"condors": [{"implied_volatility": 0.2, "leg_prices_index_points": [1, 2, 2, 1]}]}, "condors.0"),
        ({"planned_hedge_vega_usd": 0}, "planned_hedge_vega_usd"),
        ({"holdings": [{"instrument": "vx", "quantity": 2, "expiry": "2026-04-15"}]}, "holdings.0.expiry"),
        ({"holdings": [{"instrument": "vx", "quantity": -2, "expiry": "2026-06-17"}]}, "holdings.0.quantity"),
        ({"spx": 5000}, "spx"),
    ],
)
def test_a_day_that_cannot_be_used_is_refused_at_its_field(followed, later, change, field):
    with pytest.raises(RulesError) as refused:
        followed(later() | change)
    assert field in refused.value.field


def test_hedges_of_the_plan_that_have_settled_since_are_asked_for(followed, later):
    with pytest.raises(RulesError, match="has settled") as refused:
        followed(later(as_of="2026-06-17"))
    assert refused.value.field == "holdings"


def test_condors_given_for_a_plan_without_condors_are_refused(followed, plan_of, worked, later):
    raw = {key: value for key, value in worked.items() if key != "portfolio"} | {"planned_hedge_vega_usd": 2877.0}
    with pytest.raises(RulesError, match="without condors"):
        followed(later(condors=[{"implied_volatility": 0.2}]), plan=plan_of(raw))


@pytest.mark.parametrize(
    ("move", "words"),
    [
        ("short_put", "is not a move"),
        ("short_put=", "is not a move"),
        ("short_put=1e3", "is not a move"),
        ("strike=25", "is not a move"),
        ("short_put=nan", "is not a move"),
        ("condors.1.short_put=-25", "not there"),
        ("short_put=800", "is not above"),
        ("short_put=-100", "is not above"),
        ("long_put=99.9", "no credit"),
        ("long_put=-5500", "takes long_put to 0"),
        ("long_put=-9000", "takes long_put to -3500"),
    ],
)
def test_a_move_that_cannot_be_read_or_made_is_refused(followed, later, move, words):
    with pytest.raises(RulesError, match=words) as refused:
        followed(later(), move)
    assert refused.value.field.startswith("--move")


def test_a_strike_cannot_be_moved_where_no_condor_is_open(followed, later):
    with pytest.raises(RulesError, match="no open condor"):
        followed(later(as_of="2026-06-22", holdings=[]), "short_put=-25")


# --- the command lines ----------------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path, saved, later):
    """Paths of a saved plan and of a later day."""
    plan, day = tmp_path / "plan.json", tmp_path / "later.json"
    plan.write_text(to_json(saved), encoding="utf-8")
    day.write_text(json.dumps(later()), encoding="utf-8")
    return str(plan), str(day)


def test_the_command_writes_a_table_or_the_json_of_the_report(fresh, files, followed, later):
    shown = fresh("follow", *files, "--format", "table", "--move", "short_put=-25")
    assert shown.returncode == 0, shown.stderr
    text = shown.stdout.decode()
    for words in ("follow", "2026-05-08", "VX 2026-06-17", "5,800", "in_band", "short_put=-25", "moved with the VIX"):
        assert words in text, words
    written = fresh("follow", *files)
    assert written.returncode == 0 and json.loads(written.stdout)["result"] == json.loads(to_json(followed(later())))


@pytest.mark.parametrize("content", ['{"name": "plan-hedge"}', "[]", "not json"])
def test_the_command_refuses_a_file_that_is_not_a_plan_in_one_line(fresh, files, tmp_path, content):
    (tmp_path / "other.json").write_text(content, encoding="utf-8")
    refused = fresh("follow", str(tmp_path / "other.json"), files[1])
    assert refused.returncode == 2 and refused.stdout == b"" and refused.stderr.count(b"\n") == 1 and b"other.json" in refused.stderr


def test_the_command_refuses_a_plan_whose_parts_were_edited_away(fresh, files, saved, tmp_path):
    del saved["result"]["orders"][0]["quantity"]
    (tmp_path / "spoilt.json").write_text(to_json(saved), encoding="utf-8")
    refused = fresh("follow", str(tmp_path / "spoilt.json"), files[1])
    assert refused.returncode == 2 and refused.stderr.count(b"\n") == 1 and b"spoilt.json" in refused.stderr


def test_estimated_betas_are_printed_as_a_file_that_parameters_takes(fresh, tmp_path, worked):
    """A future that moves 0.3 points a VIX point in one bracket of days; every other bracket keeps its shipped row."""
    days = [day for day in (date(2026, 3, 2) + timedelta(days=n) for n in range(60)) if is_business_day(day)]
    vix = [18 + (number * 7 % 5) * 0.5 for number in range(len(days))]
    expiry = date(2026, 7, 22)
    settlements = [f"{day},{expiry},{20 + 0.3 * level:.4f}" for day, level in zip(days, vix, strict=True)]
    (tmp_path / "vx.csv").write_text("\n".join(["trade_date,expiry,settle", *settlements]), encoding="utf-8")
    (tmp_path / "vix.csv").write_text("\n".join(["DATE,CLOSE", *(f"{day},{level}" for day, level in zip(days, vix, strict=True))]), encoding="utf-8")
    found = fresh("estimate-betas", str(tmp_path / "vx.csv"), "--vix", str(tmp_path / "vix.csv"))
    assert found.returncode == 0, found.stderr
    overlay = tmp_path / "betas.yaml"
    overlay.write_bytes(found.stdout)
    rows = {(row["from"], row["to"]): row["beta"] for row in yaml.safe_load(found.stdout)["parameters"]["vix_beta_by_days"]["value"]}
    assert rows[90, 120] == pytest.approx(0.3) and rows[30, 45] == 0.46
    asked = json.dumps({"instrument": "vx", "days_to_expiry": 105}).encode()
    given = fresh("run", "instrument-vega", "--parameters", str(overlay), stdin=asked)
    shipped = fresh("run", "instrument-vega", stdin=asked)
    assert (given.returncode, shipped.returncode) == (0, 0), given.stderr
    assert json.loads(shipped.stdout)["result"]["beta_to_vix"] == 0.25
    assert json.loads(given.stdout)["result"]["beta_to_vix"] == pytest.approx(0.3)


def test_estimating_betas_without_closes_of_the_vix_is_refused_with_the_remedy(fresh, tmp_path):
    (tmp_path / "vx.csv").write_text("trade_date,expiry,settle\n2026-03-02,2026-07-22,20.0\n", encoding="utf-8")
    refused = fresh("estimate-betas", str(tmp_path / "vx.csv"))
    assert refused.returncode == 2 and b"--vix" in refused.stderr and refused.stderr.count(b"\n") == 1
