"""Every number of docs/DEFINITIONS.md decides something: what happens exactly at it, and one step beyond."""

from __future__ import annotations

import copy
import math
from datetime import date, timedelta
from statistics import NormalDist

import pytest

from rules.ledger import Ledger
from rules.outcomes.scenario_sets import default_sets, expiry_extremes, gamma_states
from rules.outcomes.valuation import CondorPosition, World
from rules.vix.beta_estimation import overlay_text
from rules.vix.instruments import monotone_betas

NORMAL = NormalDist()
WORLD = World(100.0, 6000.0, 0.0, 0.0, 365.0, ((0.0, 100.0), (30.0, 100.0)), monotone_betas([{"from": 0, "to": 30, "beta": 0.5, "n": 9}]), 1.0, 0.03)


def check(result, name):
    return next(item for item in result["checks"] if item["id"] == name)


def black_scholes_reference(spot, strike, years, volatility, rate, dividend, right):
    """Black-Scholes-Merton 1973, per unit of the index."""
    forward = spot * math.exp((rate - dividend) * years)
    d1 = (math.log(forward / strike) + volatility**2 * years / 2) / (volatility * math.sqrt(years))
    d2 = d1 - volatility * math.sqrt(years)
    call = math.exp(-rate * years) * (forward * NORMAL.cdf(d1) - strike * NORMAL.cdf(d2))
    return call if right == "call" else call - math.exp(-rate * years) * (forward - strike)


# --- the scenarios -------------------------------------------------------------------------------------------------


def test_the_volatility_scenarios_are_falls_of_3_none_and_rises_of_5_10_and_20_after_10_days_and_at_expiry(parameters):
    shocks = [state.shock for state in default_sets(WORLD, 41, Ledger(parameters))["vol_only"]]
    assert [(shock.spx, shock.vix_points, shock.days) for shock in shocks] == [
        (6000.0, points, days) for days in (10, 41) for points in (-3, 0, 5, 10, 20)
    ]


def test_a_condor_that_expires_within_ten_days_is_read_at_its_expiry_only(parameters):
    assert {state.shock.days for state in default_sets(WORLD, 10, Ledger(parameters))["vol_only"]} == {10.0}
    assert {state.shock.days for state in default_sets(WORLD, 9, Ledger(parameters))["vol_only"]} == {9.0}
    assert {state.shock.days for state in default_sets(WORLD, 11, Ledger(parameters))["vol_only"]} == {10.0, 11.0}


def test_the_joint_scenarios_move_spx_and_the_vix_against_each_other_at_once(parameters):
    shocks = [state.shock for state in default_sets(WORLD, 41, Ledger(parameters))["joint"]]
    expected = [(6300.0, -3), (6120.0, -2), (5880.0, 3), (5700.0, 8), (5520.0, 15)]
    assert [(round(shock.spx, 6), shock.vix_points, shock.days) for shock in shocks] == [(spx, points, 0.0) for spx, points in expected]


DAYS_OF_HISTORY = {
    "2018-02-05": (5754.0, 20.01, {9: 17.60, 44: 13.00, 72: 9.65, 100: 5.68, 135: 3.95, 226: 2.70}),
    "2020-03-16": (5281.2, 24.86, {2: 19.20, 30: 15.25, 65: 10.35, 93: 8.30, 128: 6.50, 219: 3.98}),
    "2024-08-05": (5820.0, 15.18, {16: 10.25, 44: 8.41, 72: 5.07, 107: 2.55, 135: 2.63, 225: 3.24}),
}


@pytest.mark.parametrize("day", DAYS_OF_HISTORY)
def test_a_day_of_history_moves_spx_the_vix_and_each_future_as_on_that_day(parameters, day):
    spx, vix, moves = DAYS_OF_HISTORY[day]
    shock = next(state.shock for state in default_sets(WORLD, 41, Ledger(parameters))["historical"] if state.label.startswith(day))
    assert (round(shock.spx, 6), shock.vix_points, shock.days) == (spx, vix, 0.0)
    assert {days: shock.future_move(days) for days in moves} == pytest.approx(moves, abs=1e-9)


@pytest.mark.parametrize("day", DAYS_OF_HISTORY)
def test_between_two_futures_of_that_day_the_move_lies_on_the_line_and_outside_it_is_flat(parameters, day):
    moves = sorted(DAYS_OF_HISTORY[day][2].items())
    shock = next(state.shock for state in default_sets(WORLD, 41, Ledger(parameters))["historical"] if state.label.startswith(day))
    for (near, first), (far, second) in (moves[:2], moves[-2:]):
        for days in (near + 1, far - 1):
            assert shock.future_move(days) == pytest.approx(first + (second - first) * (days - near) / (far - near), abs=1e-9)
    assert shock.future_move(0) == moves[0][1] and shock.future_move(300) == moves[-1][1]


def test_gamma_is_shown_for_moves_of_1_2_and_3_percent_either_way(parameters):
    states = gamma_states(WORLD, Ledger(parameters))
    assert [round(state.shock.spx, 6) for state in states] == [5820.0, 5880.0, 5940.0, 6060.0, 6120.0, 6180.0]


def test_the_worst_at_expiry_is_looked_for_at_falls_of_1_3_and_5_and_rises_of_5_10_and_20(parameters):
    condor = CondorPosition("condor", ((5500.0, 1, "put"), (6500.0, 1, "call")), 1, 0.0, 41, 100.0, None)
    found = [(state.shock.spx, state.shock.vix_points) for state in expiry_extremes(WORLD, [condor], 41, Ledger(parameters))]
    by_response = -1.20 * 100 / 12  # SPX up by a twelfth
    assert found[:4] == [(5500.0, points) for points in (0, 5, 10, 20)]
    assert [points for _, points in found[4:]] == pytest.approx([by_response, -5, -3, -1, 0], abs=1e-9) and {spx for spx, _ in found[4:]} == {6500.0}


def test_no_shock_takes_a_legs_volatility_below_three_percent(calculate):
    legs = {"long_put": 5800, "short_put": 5900, "short_call": 6100, "long_call": 6200}
    raw = {
        "condor": legs | {"credit_index_points": 10, "contracts": 1}, "spot": 6000, "days_to_expiry": 40, "implied_volatility": 0.05, "rate": 0.045,
        "dividend_yield": 0.013, "horizon_days": 10, "shocks": [{"spx_fraction": 0, "vix_points": -3}],
    }  # fmt: skip
    signs = {"long_put": (1, "put"), "short_put": (-1, "put"), "short_call": (-1, "call"), "long_call": (1, "call")}
    value = sum(side * black_scholes_reference(6000, legs[leg], 30 / 365, 0.03, 0.045, 0.013, right) for leg, (side, right) in signs.items())
    found = calculate("scenarios", raw).result["outcomes"][0]["condor_pnl_usd"]
    assert found == pytest.approx(1000 + 100 * value, abs=1e-6)


def test_without_rate_and_dividend_a_scenario_is_valued_at_four_and_one_point_three_percent(calculate):
    legs = {"long_put": 5500, "short_put": 5600, "short_call": 6300, "long_call": 6400}
    raw = {
        "condor": legs | {"credit_index_points": 10, "contracts": 1}, "spot": 6000, "days_to_expiry": 41, "implied_volatility": 0.18,
        "horizon_days": 10, "shocks": [{"spx_fraction": -0.02, "vix_points": 3}],
    }  # fmt: skip
    signs = {"long_put": (1, "put"), "short_put": (-1, "put"), "short_call": (-1, "call"), "long_call": (1, "call")}
    value = sum(side * black_scholes_reference(5880, legs[leg], 31 / 365, 0.21, 0.04, 0.013, right) for leg, (side, right) in signs.items())
    found = calculate("scenarios", raw).result["outcomes"][0]["condor_pnl_usd"]
    assert found == pytest.approx(1000 + 100 * value, abs=1e-6)


# --- the plan -------------------------------------------------------------------------------------------------------


def test_the_futures_call_for_cash_when_the_vix_falls_by_1_3_and_5(plan, worked):
    found = plan(worked)["layers"][0]["outcome"]["variation_margin_usd"]
    # b(40) = 0.46 + (0.40 - 0.46) * (40 - 37.5) / 15 = 0.45, so two contracts are worth 900 dollars a VIX point
    assert [(item["vix_points"], round(item["amount_usd"], 6)) for item in found] == [(-1, 900.0), (-3, 2700.0), (-5, 4500.0)]


def test_the_hedge_vega_of_the_worked_book_is_its_vega_to_the_cent(plan, worked):
    assert plan(worked)["planned_hedge_vega_usd"] == pytest.approx(2877.07, abs=0.005)


def test_a_point_of_the_spx_takes_a_fiftieth_of_a_vix_point_from_the_hedge(plan, worked):
    # -1.20 VIX points per +1 % of 6000 = -0.02 a point; two contracts of 450 dollars a VIX point: -18 dollars
    layer = plan(worked)["layers"][0]
    assert layer["delta_after_usd"] - layer["delta_before_usd"] == pytest.approx(-18.0, abs=1e-6)


@pytest.mark.parametrize(("expiry", "state"), [("2026-05-15", "fail"), ("2026-05-14", "not_evaluated")])
def test_the_match_of_vegas_is_tested_with_seven_days_left_and_no_longer_with_six(plan, worked, expiry, state):
    worked["portfolio"]["condors"][0]["expiry"] = expiry
    raw = worked | {"planned_hedge_vega_usd": 2877.0}
    found = plan(raw)
    assert check(found, "vega_match")["state"] == state
    assert (found["gamma_moves"] is None) == (state == "fail")


@pytest.mark.parametrize(("as_of", "first"), [("2026-05-11", "2026-05-19"), ("2026-05-12", "2026-06-17")])
def test_the_front_month_is_preferred_with_eight_days_left_and_passed_over_with_seven(plan, worked, as_of, first):
    assert plan(worked | {"as_of": as_of, "planned_hedge_vega_usd": 20000.0})["alternatives"][0]["expiry"] == first


@pytest.mark.parametrize(("as_of", "expiry"), [("2026-05-18", "2026-06-17"), ("2026-05-19", "2026-07-22")])
def test_calls_go_to_the_first_monthly_expiry_thirty_days_out(plan, worked, as_of, expiry):
    worked["market"]["futures"] = worked["market"]["futures"][1:]
    worked["market"]["etfs"] = []
    raw = worked | {"as_of": as_of, "planned_hedge_vega_usd": 5000.0}
    assert next(layer for layer in plan(raw)["layers"] if layer["tranche"] == 1)["expiry"] == expiry


@pytest.mark.parametrize(("deltas", "chosen"), [((0.31, 0.28995), 0), ((0.29, 0.31005), 0), ((0.31, 0.29005), 1), ((0.29, 0.30995), 1)])
def test_of_two_quoted_calls_the_one_nearer_to_a_delta_of_thirty_hundredths_is_bought(plan, worked, deltas, chosen):
    years, future, volatility = 40 / 365, 20.1, 1.0
    spread = volatility * math.sqrt(years)
    # delta = e^(-rT) N(d1), solved for the strike
    strikes = [
        future * math.exp(spread**2 / 2 - spread * NORMAL.inv_cdf(delta * math.exp(0.045 * years))) for delta in deltas
    ]  # fmt: skip
    worked["market"]["calls"] = [{"expiry": "2026-06-17", "strike": strike, "implied_volatility": volatility} for strike in strikes]
    assert next(layer for layer in plan(worked)["layers"] if layer["tranche"] == 1)["strike"] == strikes[chosen]


@pytest.mark.parametrize(("size", "contracts"), [("volume_contracts", 500), ("open_interest_contracts", 200)])
def test_of_ten_thousand_contracts_a_day_orders_five_percent_of_the_volume_or_two_of_the_open_interest(plan, worked, size, contracts):
    worked["market"]["futures"][1][size] = 10000
    orders = plan(worked | {"planned_hedge_vega_usd": 1_000_000.0, "as_of": "2026-05-12"})["orders"]
    assert [(order["instrument"], order["quantity"]) for order in orders] == [("vx", contracts)]


@pytest.mark.parametrize(
    ("bid", "ask", "blocked"), [(0.50, 0.60, False), (0.50, 0.6099, True), (1.90, 2.10, False), (1.89995, 2.10005, True)],
    ids=["ten cents", "almost eleven cents", "ten percent", "a hundredth of a percent more"],
)  # fmt: skip
def test_a_call_is_quoted_too_wide_beyond_ten_cents_and_ten_percent_of_its_mid(plan, worked, bid, ask, blocked):
    worked["market"]["calls"] = [{"expiry": "2026-06-17", "strike": 25, "implied_volatility": 1.0, "bid": bid, "ask": ask}]
    layer = next(layer for layer in plan(worked)["layers"] if layer["tranche"] == 1)
    assert (layer["state"] == "blocked") == blocked and ("wider than the limit" in layer["reason"]) == blocked


@pytest.mark.parametrize(("credit", "state"), [(20.0, "pass"), (7 / 0.35005, "fail")])
def test_a_hedge_may_cost_35_percent_of_the_credit_and_not_half_a_basis_point_more(plan, worked, credit, state):
    # Two June contracts at 21.5 roll down to a VIX of 18: 2 * 1000 * 3.5 = 7,000 dollars; the credit is 1000 dollars a point.
    worked["market"]["futures"][1]["price_index_points"] = 21.5
    worked["portfolio"]["condors"][0]["credit_index_points"] = credit
    worked["portfolio"]["account"] = {"options_allowed": False, "etfs_allowed": False}
    found = check(plan(worked), "cost_within_credit")
    assert found["state"] == state and found["value"] == pytest.approx(7 / credit, abs=1e-9)


@pytest.mark.parametrize(("credit", "state"), [(20.0, "not_evaluated"), (7 / 0.35005, "fail")])
def test_a_hedge_whose_calls_are_not_quoted_does_not_pass_for_its_cost_and_may_fail_already(plan, worked, credit, state):
    worked["market"]["futures"][1]["price_index_points"] = 21.5
    worked["portfolio"]["condors"][0]["credit_index_points"] = credit
    worked["market"]["calls"], worked["market"]["etfs"] = [], []
    found = check(plan(worked), "cost_within_credit")
    assert found["state"] == state and "could not be sized and would cost more" in found["reason"]


@pytest.mark.parametrize(("vix", "said"), [(50.0, False), (50.01, True)])
def test_the_silence_of_the_source_on_extremes_is_said_above_a_vix_of_50(plan, worked, vix, said):
    worked["market"]["vix"] = vix
    assert any("the source is silent on levels this extreme" in note for note in plan(worked)["notes"]) == said


def test_a_roll_is_prompted_five_business_days_before_settlement(plan, worked):
    # Wednesday 17 June less five business days is Wednesday 10 June.
    assert plan(worked)["roll_calendar"][0]["prompt_on"] == "2026-06-10"


def quarters_with_a_z_of(z):
    """Twenty quarters of mean 10 and sample deviation 1, then one z deviations away; a quarter far off stands before them."""
    half = math.sqrt(19 / 20)
    return [500.0] + [10 - half, 10 + half] * 10 + [10 + z]


@pytest.mark.parametrize(("z", "state"), [(-1.005, "pass"), (-0.995, "fail")])
def test_strikes_are_reviewed_when_price_to_cash_flow_lies_a_deviation_below_its_twenty_quarters(plan, worked, z, state):
    found = plan(worked | {"price_to_cash_flow": quarters_with_a_z_of(z)})["advices"][0]
    assert found["id"] == "review_strikes" and found["state"] == state and found["value"] == pytest.approx(z, abs=1e-9)


def test_nineteen_quarters_are_no_history_for_price_to_cash_flow_and_twenty_are(plan, worked):
    states = [plan(worked | {"price_to_cash_flow": quarters_with_a_z_of(-2)[-count:]})["advices"][0]["state"] for count in (20, 21)]
    assert states == ["not_evaluated", "pass"]


def test_without_rate_and_dividend_the_book_is_priced_at_four_and_one_point_three_percent(plan, worked):
    del worked["market"]["rate"], worked["market"]["dividend_yield"]
    given = copy.deepcopy(worked)
    given["market"] |= {"rate": 0.04, "dividend_yield": 0.013}
    assert plan(worked)["book_vega_usd"] == pytest.approx(plan(given)["book_vega_usd"], abs=1e-9)


# --- betas from a settlement file ----------------------------------------------------------------------------------

SHIPPED_ROWS = [
    (0, 3, 0.78, 293), (3, 7, 0.64, 479), (7, 14, 0.7, 779), (14, 21, 0.55, 747), (21, 30, 0.56, 1040), (30, 45, 0.46, 1556), (45, 60, 0.4, 1500),
    (60, 90, 0.32, 3373), (90, 120, 0.25, 3369), (120, 180, 0.2, 6406), (180, 270, 0.16, 9633),
]  # fmt: skip


def settlements(pairs, days_to_expiry=119):
    """CSV of a future that moves half a point for each point of the VIX, in so many pairs of days inside one bracket."""
    rows = ["trade_date,expiry,settle,vix"]
    for contract in range(2):
        day = date(2025, 3, 3) + timedelta(weeks=52 * contract)
        expiry, count = day + timedelta(days=days_to_expiry), pairs // 2 + (pairs % 2 if contract else 0)
        for _ in range(count + 1):
            vix = 20 + day.toordinal() % 3
            rows.append(f"{day},{expiry},{10 + vix / 2},{vix}")
            day += timedelta(days=1 if day.weekday() < 4 else 3)
    return "\n".join(rows)


@pytest.mark.parametrize(("days_to_expiry", "row"), [(119, 8), (160, 9)])
def test_brackets_that_a_settlement_file_says_nothing_of_keep_their_rows_with_their_counts(parameters, days_to_expiry, row):
    lines = overlay_text(settlements(30, days_to_expiry), None, ("own.csv", None), parameters).splitlines()[5:]
    expected = [f"{{from: {low}, to: {high}, beta: {beta}, n: {n}}}" for low, high, beta, n in SHIPPED_ROWS]
    expected[row] = f"{{from: {SHIPPED_ROWS[row][0]}, to: {SHIPPED_ROWS[row][1]}, beta: 0.5000, n: 30}}"
    assert [line.removeprefix("      - ").split("  #")[0] for line in lines] == expected


@pytest.mark.parametrize(("pairs", "replaced"), [(20, True), (19, False)])
def test_a_bracket_is_estimated_from_twenty_pairs_of_days_on(parameters, pairs, replaced):
    both = settlements(40) + "\n" + settlements(pairs, 160).split("\n", 1)[1]
    line = overlay_text(both, None, ("own.csv", None), parameters).splitlines()[14]
    assert line.startswith(f"      - {{from: 120, to: 180, beta: 0.5000, n: {pairs}}}") == replaced
