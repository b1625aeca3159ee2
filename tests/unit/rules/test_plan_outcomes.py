"""What condors and hedge earn, lose and ask for together, after each layer of a plan."""

from __future__ import annotations

import copy
import math

import pytest

from tests.unit.rules import reference as ref

JUNE_CALL = ref.black(20.1, 25, 40 / 365, 1.0, 0.045)
CALLS = [(40, 25, 1.0, 20.1), (75, 27, 0.9, 20.8), (103, 28, 0.85, 21.3)]
COUNTS = (41, 54, 65)
VOL_ONLY = [(points, days) for days in (10, 41) for points in (-3, 0, 5, 10, 20)]
JOINT = [(0.05, -3), (0.02, -2), (-0.02, 3), (-0.05, 8), (-0.08, 15)]
HISTORY = {
    "2018-02-05": (-0.0410, 20.01, [(9, 17.60), (44, 13.00), (72, 9.65), (100, 5.68), (135, 3.95), (226, 2.70)]),
    "2020-03-16": (-0.1198, 24.86, [(2, 19.20), (30, 15.25), (65, 10.35), (93, 8.30), (128, 6.50), (219, 3.98)]),
    "2024-08-05": (-0.0300, 15.18, [(16, 10.25), (44, 8.41), (72, 5.07), (107, 2.55), (135, 2.63), (225, 3.24)]),
}


@pytest.fixture
def bare(worked):
    """The worked book without funds: two June futures and three tranches of calls."""
    worked["market"]["etfs"] = []
    return worked


def futures_pnl(passed, points):
    return 2000 * (ref.future_at(ref.LONG_CURVE, 40, passed, points) - 20.1)


def call_pnl(number, passed, points):
    days, strike, volatility, future = CALLS[number]
    paid = ref.black(future, strike, days / 365, volatility, 0.045)
    return COUNTS[number] * 100 * (ref.call_at(ref.LONG_CURVE, days, strike, volatility, passed, points) - paid)


def hedge_pnl(passed, points, rows=4):
    return sum([futures_pnl(passed, points), *(call_pnl(number, passed, points) for number in range(3))][:rows])


def scenario(result, name):
    return next(item for item in result["scenarios"] if item["set"] == name)


# --- scenarios -----------------------------------------------------------------------------------------------------


def test_the_volatility_scenarios_are_valued_after_ten_days_and_at_expiry(plan, bare):
    outcomes = scenario(plan(bare), "vol_only")["outcomes"]
    assert [(item["vix"] - 18, item["days"], item["spx"]) for item in outcomes] == [(points, days, 6000) for points, days in VOL_ONLY]
    for item, (points, days) in zip(outcomes, VOL_ONLY, strict=True):
        condor = ref.condor_pnl(6000, points, 41 - days) if days < 41 else ref.payoff(6000)
        assert item["condor_pnl_usd"] == pytest.approx(condor, abs=1e-6)
        assert item["hedge_pnl_usd"] == pytest.approx(hedge_pnl(days, points), abs=1e-6)


def test_the_joint_scenarios_are_valued_at_once(plan, bare):
    outcomes = scenario(plan(bare), "joint")["outcomes"]
    for item, (spx, points) in zip(outcomes, JOINT, strict=True):
        assert item["condor_pnl_usd"] == pytest.approx(ref.condor_pnl(6000 * (1 + spx), points, 41), abs=1e-6)
        assert item["hedge_pnl_usd"] == pytest.approx(hedge_pnl(0, points), abs=1e-6)
        assert (item["irr_fraction"], item["status"]) == (None, "undefined"), "a loss at once has no annual rate"


def test_on_historical_days_each_future_moves_by_its_own_points_of_that_day(plan, bare):
    for item, (day, (spx, points, moves)) in zip(scenario(plan(bare), "historical")["outcomes"], HISTORY.items(), strict=True):
        hedge = 2000 * ref.between(moves, 40)
        for count, (days, strike, volatility, future) in zip(COUNTS, CALLS, strict=True):
            now, then = (ref.black(price, strike, days / 365, volatility, 0.045) for price in (future, future + ref.between(moves, days)))
            hedge += count * 100 * (then - now)
        assert day in item["label"] and item["hedge_pnl_usd"] == pytest.approx(hedge, abs=1e-6)
        assert item["condor_pnl_usd"] == pytest.approx(ref.condor_pnl(6000 * (1 + spx), points, 41), abs=1e-6)


def test_a_return_is_over_the_capital_at_risk_and_its_rate_is_annualised_by_the_days(plan, bare):
    result = plan(bare)
    premium = sum(count * 100 * ref.black(future, k, d / 365, v, 0.045) for count, (d, k, v, future) in zip(COUNTS, CALLS, strict=True))
    capital = ref.MAX_LOSS + premium
    assert result["capital"]["capital_at_risk_usd"] == pytest.approx(capital)
    for item in scenario(result, "vol_only")["outcomes"]:
        assert item["return_fraction"] == pytest.approx(item["pnl_usd"] / capital)
        assert item["irr_fraction"] == pytest.approx((1 + item["pnl_usd"] / capital) ** (365 / item["days"]) - 1)


def test_only_the_volatility_scenarios_decide_and_the_failing_ones_are_named(plan, bare):
    result = plan(bare)
    check = next(item for item in result["checks"] if item["id"] == "irr_positive")
    losing = [item["label"] for item in scenario(result, "vol_only")["outcomes"] if item["pnl_usd"] <= 0]
    assert losing and check["state"] == "fail" and all(label in check["reason"] for label in losing)
    assert [item["decides"] for item in result["scenarios"]] == [True, False, False]
    assert "a hedge always loses in rallies" in check["reason"]


def test_a_set_that_only_loses_in_joint_and_historical_states_still_passes(plan, bare):
    bare["portfolio"]["condors"][0]["credit_index_points"] = 48
    bare["planned_hedge_vega_usd"] = 1200.0
    result = plan(bare)
    assert min(item["pnl_usd"] for item in scenario(result, "vol_only")["outcomes"]) > 0
    assert min(item["pnl_usd"] for name in ("joint", "historical") for item in scenario(result, name)["outcomes"]) < 0
    assert next(item for item in result["checks"] if item["id"] == "irr_positive")["state"] == "pass"


# --- worst loss and margin -------------------------------------------------------------------------------------------


def test_the_worst_combined_loss_is_the_worst_of_every_strike_at_expiry_and_every_scenario(plan, bare):
    result = plan(bare)
    falls, rises = (-5, -3, -1, 0), (0, 5, 10, 20)
    for row, layer in enumerate(result["layers"][:4], 1):
        states = [(ref.payoff(spx) + hedge_pnl(41, points, row)) for spx, response in ((6300, -6), (6400, -8)) for points in (*falls, response)]
        states += [(ref.payoff(spx) + hedge_pnl(41, points, row)) for spx in (5500, 5600) for points in rises]
        states += [ref.condor_pnl(6000, points, 41 - days) + hedge_pnl(days, points, row) for points, days in VOL_ONLY if days < 41]
        states += [ref.condor_pnl(6000 * (1 + spx), points, 41) + hedge_pnl(0, points, row) for spx, points in JOINT]
        assert layer["outcome"]["worst_combined_loss_usd"] == pytest.approx(-min(states), abs=1e-6)
    assert result["worst_combined_loss_usd"] == pytest.approx(ref.MAX_LOSS - hedge_pnl(41, -8), abs=1e-6)
    assert (result["worst_side"], result["worst_at"]) == ("call", "SPX at 6400, VIX -8, at the condors' expiry")


def test_the_worst_loss_of_a_hedged_condor_is_more_than_its_maximum_loss(plan, bare):
    assert plan(bare)["worst_combined_loss_usd"] > ref.MAX_LOSS


def test_the_futures_ask_for_their_exposure_times_each_fall_of_the_vix(plan, bare):
    result = plan(bare)
    expected = [{"vix_points": points, "amount_usd": pytest.approx(-points * 2 * 1000 * ref.beta(40))} for points in (-1, -3, -5)]
    assert result["variation_margin_usd"] == expected
    assert [layer["outcome"]["variation_margin_usd"] for layer in result["layers"][:4]] == [expected] * 4, "calls ask for none"


def test_contracts_and_minis_ask_for_margin_together(plan, bare):
    bare["planned_hedge_vega_usd"] = 3000
    bare["market"]["futures"] = bare["market"]["futures"][:1]
    assert plan(bare)["variation_margin_usd"][0]["amount_usd"] == pytest.approx(1.5 * 1000 * ref.beta(11))


# --- hedge cost ------------------------------------------------------------------------------------------------------


def test_three_tranches_of_forty_days_cost_about_13_8_thousand(plan, bare, held):
    call = held(tranches=1)[0]
    bare["market"]["calls"] = bare["market"]["calls"][:1]
    bare["portfolio"]["holdings"] = [call | {"tranche": number, "entry_price": JUNE_CALL} for number in (1, 2, 3)]
    rows = [layer for layer in plan(bare)["layers"] if layer["layer"] == 2]
    assert sum(row["layer_cost_usd"] for row in rows) == pytest.approx(13_800, abs=50)


def test_staggered_over_three_expiries_the_calls_cost_about_23_7_thousand_and_leave_nothing_to_earn(plan, bare):
    bare["market"]["calls"][1] |= {"strike": 26.5, "implied_volatility": 0.90}
    bare["market"]["calls"][2] |= {"strike": 28, "implied_volatility": 0.80}
    result = plan(bare)
    assert sum(row["layer_cost_usd"] for row in result["layers"] if row["layer"] == 2) == pytest.approx(23_700, abs=50)
    assert result["layers"][3]["max_profit_after_usd"] < 0, "more than the condor can ever earn"
    cost = next(item for item in result["checks"] if item["id"] == "cost_within_credit")
    assert cost["state"] == "fail" and cost["value"] > 1


@pytest.mark.parametrize("fee", [0.0, 1.5])
def test_fees_come_on_top_per_contract(bare, parameters, tmp_path, fee):
    from rules.engine import run
    from rules.parameter_file import overlaid

    (tmp_path / "fee.yaml").write_text(f"parameters:\n  fee_usd_per_contract: {{value: {fee}}}\n", encoding="utf-8")
    layers = run("plan-hedge", bare, overlaid(parameters, tmp_path / "fee.yaml")).result["layers"]
    assert layers[0]["layer_cost_usd"] == pytest.approx(2 * (1000 * (20.1 - 18) + fee))
    assert layers[1]["layer_cost_usd"] == pytest.approx(41 * (100 * JUNE_CALL + fee))


# --- break-evens -----------------------------------------------------------------------------------------------------


def test_break_evens_after_each_layer_hold_the_vix(plan, bare):
    result = plan(bare)
    for row, found in enumerate(result["break_evens"]["after_layers"], 1):
        low, high, most = ref.flat_range(hedge_pnl(41, 0.0, row))
        assert (found["low"], found["high"]) == (low and pytest.approx(low), high and pytest.approx(high))
        assert found["max_profit_usd"] == pytest.approx(most)
        outcome = result["layers"][row - 1]["outcome"]
        assert (outcome["break_even_low"], outcome["break_even_high"]) == (found["low"], found["high"])
    alone = result["break_evens"]["condor_alone"]
    assert (alone["low"], alone["high"]) == (pytest.approx(5579.5356), pytest.approx(6320.4644)) and result["break_evens"]["on"] == "2026-06-18"


def test_when_all_hedges_settle_first_the_most_profit_is_the_credit_less_the_cost(plan, bare):
    bare["market"]["calls"] = bare["market"]["calls"][:1]
    result = plan(bare)
    assert result["break_evens"]["after_layers"][-1]["max_profit_usd"] == pytest.approx(result["layers"][1]["max_profit_after_usd"])
    assert result["layers"][1]["max_profit_after_usd"] == pytest.approx(ref.CREDIT - 4200 - 4100 * JUNE_CALL)


def test_every_point_of_the_frontier_of_a_plan_has_no_profit_and_no_loss(plan, bare):
    points = plan(bare)["break_evens"]["frontier"]
    assert [point["vix"] - 18 for point in points] == [-5, -3, -1, 0, 5, 10, 20]
    for point in points:
        low, high, most = ref.flat_range(hedge_pnl(41, point["vix"] - 18))
        assert point["max_profit_usd"] == pytest.approx(most, abs=1e-6)
        assert (point["low"], point["high"]) == (low and pytest.approx(low), high and pytest.approx(high))


def test_along_the_response_of_the_vix_the_edges_of_a_plan_have_no_profit_and_no_loss(plan, bare):
    bare["planned_hedge_vega_usd"] = 1200.0
    bare["market"]["calls"] = []
    found = plan(bare)
    edges = found["break_evens"]["along_response"]
    (layer,) = [row for row in found["layers"] if row["quantity"]]
    for spx in (edges["low"], edges["high"]):
        vix = max(18 - 1.20 * 100 * (spx / 6000 - 1), 9)
        assert ref.payoff(spx) + layer["exposure_usd_per_contract"] / ref.beta(40) * layer["quantity"] * (vix - 20.1) == pytest.approx(0, abs=0.01)


# --- several condors -------------------------------------------------------------------------------------------------


@pytest.fixture
def two(bare):
    """The worked condor and a later, wider one of other strikes."""
    other = copy.deepcopy(bare["portfolio"]["condors"][0])
    other |= {"long_put": 5300, "short_put": 5450, "short_call": 6400, "long_call": 6500, "credit_index_points": 30, "contracts": 4}
    bare["portfolio"]["condors"].append(other | {"expiry": "2026-07-16"})
    return bare


def test_condors_of_different_strikes_break_even_together_where_their_payoffs_cancel(plan, two):
    result = plan(two)
    edges = result["break_evens"]["condor_alone"]

    def total(spx):
        second = 12_000 + 400 * (max(5300 - spx, 0) - max(5450 - spx, 0) - max(spx - 6400, 0) + max(spx - 6500, 0))
        return ref.payoff(spx) + second

    assert total(edges["low"]) == pytest.approx(0, abs=1e-6) and total(edges["high"]) == pytest.approx(0, abs=1e-6)
    assert edges["max_profit_usd"] == pytest.approx(ref.CREDIT + 12_000) and result["break_evens"]["on"] == "2026-07-16"


def test_scenarios_run_to_the_last_expiry_and_an_earlier_condor_is_then_its_payoff(plan, two):
    outcomes = scenario(plan(two), "vol_only")["outcomes"]
    assert {item["days"] for item in outcomes} == {10, 69}
    assert [item["condor_pnl_usd"] for item in outcomes[5:]] == pytest.approx([ref.CREDIT + 12_000] * 5)


def test_the_worst_loss_visits_the_strikes_of_every_condor(plan, two):
    two["planned_hedge_vega_usd"] = 100.0  # too little for any future, and for any call
    two["market"]["calls"] = []
    two["portfolio"]["account"] = {"vxm_allowed": False}
    result = plan(two)
    assert not any(row["quantity"] for row in result["layers"])
    own = max(-ref.payoff(6500) - 12_000 + 400 * 100, -ref.payoff(5300) - 12_000 + 400 * 150)
    assert result["worst_combined_loss_usd"] == pytest.approx(own)
    assert (result["worst_side"], result["worst_at"]) == ("put", "SPX at 5300, VIX +0, at the condors' expiry")


def test_capital_waits_for_the_last_expiry(plan, two):
    two["financing"] = {"cost_of_debt_fraction": 0.06} | {part: {"cost_of_equity_fraction": 0.08} for part in ("condor", "futures", "calls", "etfs")}
    assert plan(two)["capital"]["required_return_fraction"] == pytest.approx(0.08 * 69 / 365)


# --- the last week -----------------------------------------------------------------------------------------------------


@pytest.fixture
def last_week(bare):
    bare["portfolio"]["condors"][0]["expiry"] = "2026-05-14"
    return bare | {"planned_hedge_vega_usd": 2600}


def test_in_the_last_week_moves_of_one_two_and_three_percent_either_way_are_shown(plan, last_week):
    found = plan(last_week)["gamma_moves"]
    assert [item["spx"] / 6000 - 1 for item in found["outcomes"]] == pytest.approx([-0.03, -0.02, -0.01, 0.01, 0.02, 0.03])
    for item in found["outcomes"]:
        assert item["vix"] == 18 and item["days"] == 0
        assert item["condor_pnl_usd"] == pytest.approx(ref.condor_pnl(item["spx"], 0.0, 6), abs=1e-6)
        assert item["hedge_pnl_usd"] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(("expiry", "shown"), [("2026-05-14", True), ("2026-05-15", False)])
def test_gamma_moves_are_shown_below_seven_days_and_not_from_seven_on(plan, last_week, expiry, shown):
    last_week["portfolio"]["condors"][0]["expiry"] = expiry
    result = plan(last_week)
    vega = next(item for item in result["checks"] if item["id"] == "vega_match")
    assert (result["gamma_moves"] is not None, vega["state"] == "not_evaluated", result["current_need_usd_per_vix_point"] is None) == (shown,) * 3


def test_without_a_hedge_vega_the_last_week_still_shows_its_moves_and_asks_for_it(plan, last_week):
    del last_week["planned_hedge_vega_usd"]
    result = plan(last_week)
    assert result["stage"] == "planned_hedge_vega_needed" and len(result["gamma_moves"]["outcomes"]) == 6 and result["orders"] == []


# --- roll calendar -----------------------------------------------------------------------------------------------------


def test_each_hedge_has_its_days_left_uncovered_and_a_prompt_five_business_days_before(plan, bare):
    june, call, july, august = plan(bare)["roll_calendar"]
    assert (june["days_uncovered"], june["prompt_on"], june["last_trading_date"]) == (1, "2026-06-10", "2026-06-17")
    assert (call["last_trading_date"], call["share_fraction_at_prompt"]) == ("2026-06-16", None)
    assert (july["days_uncovered"], august["days_uncovered"]) == (0, 0) and "settles 1 day" in june["advice"]


def test_the_band_drifts_as_the_beta_of_the_futures_rises(plan, bare):
    june = plan(bare)["roll_calendar"][0]
    assert june["share_fraction_at_prompt"] == pytest.approx(2 * 1000 * ref.beta(7) / 2877.07, rel=1e-5)
    assert june["above_band_at_prompt"] and "above the band" in june["advice"]


def test_the_drift_of_the_band_counts_contracts_and_minis_together(plan, bare):
    bare["planned_hedge_vega_usd"] = 3700.0
    bare["portfolio"]["holdings"] = [
        {"instrument": "vx", "quantity": 2, "expiry": "2026-06-17"},
        {"instrument": "vxm", "quantity": 3, "expiry": "2026-06-17"},
    ]
    full, mini = plan(bare)["roll_calendar"][:2]
    assert full["share_fraction_at_prompt"] + mini["share_fraction_at_prompt"] == pytest.approx(2300 * ref.beta(7) / 3700)
    assert max(full["share_fraction_at_prompt"], mini["share_fraction_at_prompt"]) < 0.40
    assert full["above_band_at_prompt"] and mini["above_band_at_prompt"]


# --- table ---------------------------------------------------------------------------------------------------------------


def test_the_table_of_profits_agrees_with_the_reference_in_every_cell(plan, bare):
    grid = plan(bare | {"grid": {"spx_points": 3, "vix_points": 3, "spx_range_fraction": 0.05, "vix_low": 12, "vix_high": 42, "days": 5}})["grid"]
    assert grid["spx"] == pytest.approx([5700, 6000, 6300]) and grid["vix"] == pytest.approx([12, 27, 42])
    for row, vix in enumerate((12, 27, 42)):
        for column, spx in enumerate((5700, 6000, 6300)):
            expected = ref.condor_pnl(spx, vix - 18, 36) + hedge_pnl(5, vix - 18)
            assert grid["pnl_usd"][row][column] == pytest.approx(expected, abs=1e-6)
    assert all(math.isfinite(cell) for line in grid["pnl_usd"] for cell in line)
