"""Following a plan on a later day: the hedge vega stays, P/L is counted, nothing is sold, moved strikes are modelled."""

from __future__ import annotations

import pytest

from rules.following.follow import follow
from tests.unit.rules.later_days import (
    BETA_37_DAYS,
    BETA_40_DAYS,
    CREDIT,
    LOTS,
    condor_value,
    moved,
    on_forward,
    volatility_step,
)

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


def test_with_every_condor_expired_nothing_is_ordered(followed, later, worked):
    today = later(as_of="2026-06-18", signals=worked["signals"], holdings=[])
    report = followed(today)
    assert (report["next"]["stage"], report["next"]["orders"], report["next"]["schedule"]) == ("nothing_to_hedge", [], [])
    assert "has expired" in report["next"]["summary"] and not any(item["state"] == "ordered" for item in report["next"]["layers"])


def test_the_part_of_an_expired_condor_leaves_the_hedge_vega(followed, plan_of, two_condors, later):
    plan = plan_of(two_condors)
    vegas = [condor["vega_usd"] for condor in plan["result"]["condors"]]
    report = followed(later(as_of="2026-05-18", holdings=[]), plan=plan)
    assert report["planned_hedge_vega_usd"] == pytest.approx(plan["result"]["planned_hedge_vega_usd"] * vegas[1] / sum(vegas), rel=1e-12)
