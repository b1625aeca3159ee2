"""Hedge plans: what is ordered, what waits, and why."""

from __future__ import annotations

import copy
import itertools

import pytest

from rules.parameter_file import overlaid
from tests.unit.rules.plans import SIGNALS, STATES, WORDS, every_signal_state, instruments, layer

# --- signals ------------------------------------------------------------------------------------------------------


def test_futures_are_ordered_exactly_when_macd_and_the_advance_decline_line_both_pass(plan, worked):
    for signals in every_signal_state():
        armed = signals["macd"] == signals["advance_decline"] == "pass"
        result = plan(worked | {"signals": signals})
        assert instruments(result) == (["vx"] if armed else []), signals
        assert result["stage"] == ("layer_1_futures" if armed else "waiting_for_signals")


def test_calls_are_ordered_exactly_when_the_futures_are_held_and_a_timing_signal_passes(plan, worked, held):
    worked["portfolio"]["holdings"] = held(futures=True)
    for signals in every_signal_state():
        timed = "pass" in (signals["rsi"], signals["capm"], signals["macro"])
        assert instruments(plan(worked | {"signals": signals})) == (["vix_call"] if timed else []), signals


def test_the_macro_signal_alone_never_creates_a_hedge(plan, worked):
    result = plan(worked | {"signals": {"macro": "pass"}})
    assert result["orders"] == [] and result["stage"] == "waiting_for_signals"


@pytest.mark.parametrize(
    "signals", [{}, {"macd": "pass"}, {"advance_decline": "pass", "rsi": "pass"}, {"macd": "not_evaluated", "advance_decline": "not_evaluated"}]
)
def test_a_signal_that_is_not_given_reads_as_not_evaluated_and_never_as_failed(plan, worked, signals):
    result = plan(worked | {"signals": signals})
    assert result["orders"] == []
    assert [item["state"] for item in result["signals"]] == [signals.get(name, "not_evaluated") for name in SIGNALS]
    assert "not evaluated" in result["summary"]
    assert not any("fails" in text for text in [result["summary"], *(item["reason"] for item in result["layers"])])


@pytest.mark.parametrize("name", ["macd", "advance_decline"])
@pytest.mark.parametrize(("state", "word"), [("fail", "fails"), ("not_evaluated", "is not evaluated")])
def test_a_plan_without_orders_names_the_signal_it_waits_for(plan, worked, name, state, word):
    worked["signals"][name] = state
    result = plan(worked)
    assert result["orders"] == [] and WORDS[name] in result["summary"] and word in result["summary"]
    assert "both are needed" in layer(result, 1)["reason"]


def test_either_signal_suffices_once_the_switch_says_so(parameters, worked, tmp_path):
    from rules.engine import run

    (tmp_path / "either.yaml").write_text("parameters:\n  layer_1_needs_both_signals: {value: false}\n", encoding="utf-8")
    either = overlaid(parameters, tmp_path / "either.yaml")
    for states in itertools.product(STATES, repeat=2):
        result = run("plan-hedge", worked | {"signals": dict(zip(SIGNALS, states, strict=False))}, either).result
        assert bool(result["orders"]) is ("pass" in states), states


def test_a_signal_with_its_date_keeps_the_date(plan, worked):
    worked["signals"]["macd"] = {"state": "pass", "since": "2026-05-06"}
    result = plan(worked)
    assert (result["signals"][0]["state"], result["signals"][0]["since"]) == ("pass", "2026-05-06") and instruments(result) == ["vx"]


# --- order of the layers --------------------------------------------------------------------------------------------


def test_layers_stand_in_the_stated_order_and_tranches_in_theirs(plan, worked, held):
    for futures, tranches in itertools.product((False, True), range(4)):
        worked["portfolio"]["holdings"] = held(futures, tranches)
        result = plan(worked)
        assert [(item["layer"], item["tranche"]) for item in result["layers"]] == [(1, None), (2, 1), (2, 2), (2, 3), (3, None)]
        assert [item["instrument"] for item in result["layers"]] == ["vx", "vix_call", "vix_call", "vix_call", "etf"]


@pytest.mark.parametrize(
    ("futures", "tranches", "ordered", "stage"),
    [
        (False, 0, ["vx"], "layer_1_futures"),
        (True, 0, ["vix_call"], "layer_2_calls"),
        (True, 1, ["vix_call"], "layer_2_calls"),
        (True, 2, ["vix_call"], "layer_2_calls"),
        (True, 3, ["etf"], "layer_3_etfs"),
    ],
)
def test_with_every_signal_passing_only_the_next_layer_is_ordered(plan, worked, held, futures, tranches, ordered, stage):
    worked["portfolio"]["holdings"] = held(futures, tranches)
    result = plan(worked)
    assert (instruments(result), result["stage"]) == (ordered, stage)


@pytest.mark.parametrize("tranches", [1, 2, 3])
def test_calls_held_without_futures_do_not_let_a_later_layer_jump_the_futures(plan, worked, held, tranches):
    worked["portfolio"]["holdings"] = held(False, tranches)
    for signals in every_signal_state():
        assert set(instruments(plan(worked | {"signals": signals}))) <= {"vx"}, signals


def test_a_full_stack_orders_nothing(plan, worked, held):
    worked["portfolio"]["holdings"] = [*held(True, 3), {"instrument": "etf", "quantity": 185}]
    result = plan(worked)
    assert (result["orders"], result["stage"]) == ([], "complete")


@pytest.mark.parametrize(("acquired_on", "ordered"), [("2026-05-01", True), ("2026-05-04", False), ("2026-05-08", False), ("2026-04-30", True)])
def test_tranches_are_at_least_five_business_days_apart(plan, worked, held, acquired_on, ordered):
    worked["portfolio"]["holdings"] = held(True, 1)
    worked["portfolio"]["holdings"][-1]["acquired_on"] = acquired_on
    result = plan(worked)
    assert bool(result["orders"]) is ordered
    assert ("spaced" in layer(result, 2, 2)["reason"]) is not ordered


def test_tranche_k_goes_to_the_kth_monthly_expiry_at_least_thirty_days_out(plan, worked):
    result = plan(worked)
    assert [layer(result, 2, number)["expiry"] for number in (1, 2, 3)] == ["2026-06-17", "2026-07-22", "2026-08-19"]
    assert layer(plan(worked | {"as_of": "2026-05-18"}), 2, 1)["expiry"] == "2026-06-17", "30 days out is far enough"
    worked["market"]["futures"] = worked["market"]["futures"][1:]
    del worked["market"]["etfs"]
    assert layer(plan(worked | {"as_of": "2026-05-19"}), 2, 1)["expiry"] == "2026-07-22", "29 days out is not"


def test_a_call_is_out_of_the_money_and_the_nearest_to_the_target_delta(plan, worked):
    for strike in (15, 20, 22, 24, 30, 40):
        worked["market"]["calls"].append({"expiry": "2026-06-17", "strike": strike, "implied_volatility": 1.0})
    assert layer(plan(worked), 2, 1)["strike"] == 25
    worked["market"]["calls"] = [{"expiry": "2026-06-17", "strike": 20.1, "implied_volatility": 1.0}]
    blocked = layer(plan(worked), 2, 1)
    assert blocked["state"] == "blocked" and "out of the money" in blocked["reason"]


def test_a_tranche_never_costs_more_vega_than_its_increment(plan, worked):
    for contracts in range(1, 40):
        worked["portfolio"]["condors"][0]["contracts"] = contracts
        shares = [item["share_fraction"] for item in plan(worked)["layers"] if item["layer"] == 2]
        assert all(0 <= share <= 0.20 + 1e-9 for share in shares)


def test_the_whole_stack_never_exceeds_the_planned_hedge_vega(plan, worked):
    for planned in range(1200, 30_000, 371):
        result = plan(worked | {"planned_hedge_vega_usd": planned})
        assert sum(item["share_fraction"] for item in result["layers"]) <= 1 + 0.5e-4, planned


# --- the futures layer ------------------------------------------------------------------------------------------------


def test_the_futures_layer_lies_inside_the_band_for_every_hedge_vega_or_is_infeasible_with_two_ways_out(plan, worked):
    del worked["portfolio"]["account"]
    for planned in range(100, 20_000, 97):
        result = plan(worked | {"planned_hedge_vega_usd": planned})
        share = sum(item["share_fraction"] for item in result["layers"] if item["layer"] == 1)
        if result["stage"] == "layer_1_infeasible":
            futures = [item for item in result["alternatives"] if not item["stand_in"]]
            assert share == 0 and result["orders"] == [] and all(item["nearest_feasible_above_usd"] > planned for item in futures)
        else:
            assert 0.25 - 1e-9 <= share <= 0.40 + 1e-9, planned


def test_the_ways_to_fill_layer_one_are_tried_as_vx_then_the_other_month_then_minis(plan, worked):
    choices = [item["choice"] for item in plan(worked)["alternatives"]]
    assert choices == ["VX, front month", "VX, second month", "VX and VXM, front month", "VX and VXM, second month", "VIXY in place of futures"]


@pytest.mark.parametrize(
    ("as_of", "first"), [("2026-05-11", "VX, front month"), ("2026-05-12", "VX, second month"), ("2026-05-18", "VX, second month")]
)
def test_the_front_month_is_passed_over_in_its_last_week(plan, worked, as_of, first):
    assert plan(worked | {"as_of": as_of})["alternatives"][0]["choice"] == first


def test_only_the_first_two_contract_months_are_candidates(plan, worked):
    worked["market"]["futures"] = worked["market"]["futures"][2:]
    del worked["market"]["etfs"]
    result = plan(worked)
    assert result["stage"] == "layer_1_infeasible" and {item["reason"] for item in result["alternatives"]} == {"not quoted"}


def test_minis_stand_in_when_no_whole_vx_fits_and_ten_make_a_full_contract(plan, worked):
    small = plan(worked | {"planned_hedge_vega_usd": 1000})
    assert [(order["instrument"], order["quantity"]) for order in small["orders"]] == [("vxm", 5)]
    worked["market"]["futures"] = worked["market"]["futures"][:1]
    large = plan(worked | {"planned_hedge_vega_usd": 3000})
    assert [(order["instrument"], order["quantity"]) for order in large["orders"]] == [("vx", 1), ("vxm", 5)]


def test_without_minis_an_infeasible_hedge_names_both_nearest_hedge_vegas_that_fit(plan, worked):
    worked["portfolio"]["account"] = {"vxm_allowed": False}
    worked["market"]["futures"] = worked["market"]["futures"][:1]
    result = plan(worked | {"planned_hedge_vega_usd": 3000})
    front = result["alternatives"][0]
    assert result["stage"] == "layer_1_infeasible" and result["orders"] == []
    for nearest in (front["nearest_feasible_below_usd"], front["nearest_feasible_above_usd"]):
        assert f"{nearest:,.2f}" in front["reason"]
        assert plan(worked | {"planned_hedge_vega_usd": nearest})["alternatives"][0]["feasible"]


def test_infeasible_futures_do_not_hide_the_rest_of_the_answer(plan, worked):
    worked["portfolio"]["account"] = {"vxm_allowed": False}
    result = plan(worked | {"planned_hedge_vega_usd": 1000})
    assert result["stage"] == "layer_1_infeasible" and layer(result, 2, 1)["quantity"] > 0


def test_an_order_beside_futures_already_held_keeps_the_layer_inside_the_band(plan, worked):
    worked["portfolio"]["holdings"] = [{"instrument": "vx", "quantity": 1, "expiry": "2026-06-17"}]
    result = plan(worked)
    ordered = sum(order["quantity"] for order in result["orders"] if order["instrument"] == "vx")
    assert (1 + ordered) * 450 <= 0.40 * result["planned_hedge_vega_usd"]


# --- liquidity ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sizes", "ordered"),
    [
        ({"volume_contracts": 20}, 1),
        ({"volume_contracts": 40}, 2),
        ({"open_interest_contracts": 50}, 1),
        ({"volume_contracts": 1e5, "open_interest_contracts": 99}, 1),
    ],
)
def test_an_order_is_capped_by_five_percent_of_volume_and_two_percent_of_open_interest(plan, worked, sizes, ordered):
    worked["market"]["futures"][1] |= sizes
    result = plan(worked)
    assert result["orders"][0]["quantity"] == ordered
    assert ("limited to 1 of 2" in result["orders"][0]["reason"]) is (ordered == 1)
    assert layer(result, 1)["quantity"] == 2


def test_a_contract_that_hardly_trades_is_blocked_and_not_ordered(plan, worked):
    worked["market"]["futures"][1]["volume_contracts"] = 19
    result = plan(worked)
    assert result["orders"] == [] and layer(result, 1)["state"] == "blocked" and "limited to 0 of 2" in layer(result, 1)["reason"]


def test_a_tranche_bought_in_part_is_not_yet_filled(plan, worked, held):
    worked["portfolio"]["holdings"] = [*held(futures=True), held(tranches=1)[0] | {"quantity": 10}]
    worked["market"]["calls"][0]["volume_contracts"] = 200
    assert layer(plan(worked), 2, 1)["state"] != "filled", "the order said that the rest follows on later days"


def test_a_call_quoted_too_wide_is_passed_over(plan, worked):
    worked["market"]["calls"][0] |= {"bid": 1.0, "ask": 1.3}
    blocked = layer(plan(worked), 2, 1)
    assert blocked["state"] == "blocked" and "wider than the limit" in blocked["reason"]


# --- account ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("switch", "gone"), [("futures_allowed", {"vx", "vxm"}), ("options_allowed", {"vix_call"}), ("etfs_allowed", {"etf"})])
def test_an_instrument_that_the_account_forbids_is_never_ordered(plan, worked, held, switch, gone):
    worked["portfolio"]["account"] = {switch: False}
    for futures, tranches in itertools.product((False, True), range(4)):
        worked["portfolio"]["holdings"] = held(futures, tranches)
        assert not gone & set(instruments(plan(worked)))


def test_calls_come_first_for_an_account_that_may_not_trade_futures(plan, worked):
    worked["portfolio"]["account"] = {"futures_allowed": False}
    assert instruments(plan(worked)) == ["vix_call"]
    worked["signals"]["macd"] = "fail"
    assert instruments(plan(worked)) == []


def test_funds_come_after_futures_for_an_account_that_may_not_buy_options(plan, worked, held):
    worked["portfolio"] |= {"account": {"options_allowed": False}, "holdings": held(futures=True)}
    result = plan(worked)
    assert (result["stage"], instruments(result)) == ("layer_3_etfs", ["etf"])


# --- the hedge vega -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("times", [2, 3, 10, 250])
def test_an_n_fold_book_has_an_n_fold_planned_hedge_vega(plan, worked, times):
    single = plan(copy.deepcopy(worked))
    more_lots, more_condors = copy.deepcopy(worked), copy.deepcopy(worked)
    more_lots["portfolio"]["condors"][0]["contracts"] *= times
    more_condors["portfolio"]["condors"] *= times
    for raw in (more_lots, more_condors):
        result = plan(raw)
        assert result["planned_hedge_vega_usd"] == pytest.approx(times * single["planned_hedge_vega_usd"], rel=1e-12)
        assert result["credit_usd"] == pytest.approx(times * single["credit_usd"], rel=1e-12)


def test_a_book_that_is_not_short_vega_has_nothing_to_hedge(plan, worked):
    worked["market"]["spx"] = 5500
    result = plan(worked)
    assert result["book_vega_usd"] > 0
    assert (result["stage"], result["planned_hedge_vega_usd"], result["orders"], result["layers"]) == ("nothing_to_hedge", 0.0, [], [])
    assert "not short vega" in result["summary"]


def test_no_order_is_ever_a_sale(plan, worked, held):
    for futures, tranches in itertools.product((False, True), range(4)):
        worked["portfolio"]["holdings"] = held(futures, tranches)
        assert {order["side"] for order in plan(worked)["orders"]} <= {"long"}


def test_a_hedge_vega_that_is_given_replaces_the_one_of_the_book(plan, worked):
    result = plan(worked | {"planned_hedge_vega_usd": 2600})
    assert result["planned_hedge_vega_usd"] == 2600 and result["book_vega_usd"] == pytest.approx(-2877.07, abs=0.01)


def test_a_hedge_vega_alone_makes_a_plan_without_a_book(plan, worked):
    del worked["portfolio"]
    result = plan(worked | {"planned_hedge_vega_usd": 2600})
    assert instruments(result) == ["vx"] and result["credit_usd"] is None and layer(result, 1)["hedge_cost_of_credit_fraction"] is None


@pytest.mark.parametrize("given", [True, False])
def test_in_the_last_week_of_a_condor_the_hedge_vega_has_to_be_given(plan, worked, given):
    worked["portfolio"]["condors"][0]["expiry"] = "2026-05-14"
    result = plan(worked | ({"planned_hedge_vega_usd": 2600} if given else {}))
    assert (result["stage"] == "planned_hedge_vega_needed") is not given
    assert next(check for check in result["checks"] if check["id"] == "vega_match")["state"] == "not_evaluated"


def test_a_condor_without_volatilities_asks_for_them_or_for_the_hedge_vega(plan, worked):
    del worked["portfolio"]["condors"][0]["implied_volatility"]
    result = plan(worked)
    assert (
        result["stage"] == "planned_hedge_vega_needed" and "implied_volatility" in result["summary"] and "planned_hedge_vega_usd" in result["summary"]
    )


def test_days_to_expiry_read_the_same_as_the_dates(plan, worked):
    dated = plan(copy.deepcopy(worked))
    del worked["portfolio"]["condors"][0]["expiry"]
    worked["portfolio"]["condors"][0]["days_to_expiry"] = 41
    for quote, days in zip(worked["market"]["futures"], (11, 40, 75, 103), strict=True):
        del quote["expiry"]
        quote["days_to_expiry"] = days
    assert plan(worked) == dated


def test_vega_and_delta_before_a_layer_are_those_after_the_layer_before(plan, worked):
    layers = plan(worked)["layers"]
    for earlier, later in itertools.pairwise(layers):
        assert later["vega_before_usd_per_vix_point"] == pytest.approx(earlier["vega_after_usd_per_vix_point"])
        assert later["delta_before_usd"] == pytest.approx(earlier["delta_after_usd"])
    assert layers[0]["vega_before_usd_per_vix_point"] == pytest.approx(-2877.07, abs=0.01)
    assert all(item["delta_note"] == "this layer adds to the condor's delta" for item in layers)


def test_costs_add_up_layer_by_layer_and_leave_the_rest_of_the_credit(plan, worked):
    worked["market"]["etfs"] = []
    total = 0.0
    for item in plan(worked)["layers"][:4]:
        total += item["layer_cost_usd"]
        assert item["hedge_cost_usd"] == pytest.approx(total)
        assert item["max_profit_after_usd"] == pytest.approx(20464.4 - total)
        assert item["hedge_cost_of_credit_fraction"] == pytest.approx(total / 20464.4)


def test_above_vix_fifty_the_plan_says_that_the_source_is_silent(plan, worked):
    def notes(vix):
        worked["market"]["vix"] = vix
        return " ".join(plan(worked)["notes"])

    assert "silent" not in notes(50) and "silent" in notes(50.01)
