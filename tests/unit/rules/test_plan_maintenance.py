"""Hedges that are held: filled in part, beyond the band, in other months, not quoted; the hedge vega stays what was planned."""

from __future__ import annotations

import pytest

from rules.errors import RulesError
from tests.unit.rules import reference as ref

JUNE, MAY, JULY = "2026-06-17", "2026-05-19", "2026-07-22"
JUNE_CALL = ref.black(20.1, 25, 40 / 365, 1.0, 0.045)


def vx(quantity, expiry=JUNE, **more):
    return {"instrument": "vx", "quantity": quantity, "expiry": expiry, **more}


@pytest.fixture
def holding(plan, worked):
    """`holding(vx(1))` is the worked plan with these hedges held."""

    def planned(*holdings, **more):
        worked["portfolio"]["holdings"] = list(holdings)
        return plan(worked | more)

    return planned


def orders(result):
    return [(order["name"], order["quantity"]) for order in result["orders"]]


def advice(result, name):
    return next(item for item in result["advices"] if item["id"] == name)


# --- holdings ------------------------------------------------------------------------------------------------------


def test_futures_held_in_part_are_added_to_up_to_the_plan(holding):
    result = holding(vx(1))
    assert orders(result) == [(f"VX {JUNE}", 1)] and result["stage"] == "layer_1_futures"
    row = result["layers"][0]
    assert (row["quantity"], row["held_quantity"], row["state"]) == (2, 1, "ordered")
    assert (result["holdings"][0]["action"], result["holdings"][0]["share_fraction"]) == ("add", pytest.approx(450 / 2877.07, rel=1e-5))


def test_futures_held_in_another_month_count_and_the_rest_stays_inside_the_band(holding):
    result = holding(vx(1, MAY), planned_hedge_vega_usd=2877.07)
    held = 1000 * ref.beta(11)
    assert held / 2877.07 < 0.25
    assert orders(result) == [(f"VX {JUNE}", 1)] and held + 450 <= 0.40 * 2877.07
    assert [(row["name"], row["quantity"], row["held_quantity"]) for row in result["layers"][:2]] == [(f"VX {MAY}", 1, 1), (f"VX {JUNE}", 1, 0)]


def test_futures_of_a_third_month_are_valued_though_they_are_no_candidates(holding):
    result = holding(vx(3, JULY))
    assert result["layers"][0]["exposure_usd_per_vix_point"] == pytest.approx(3000 * ref.beta(75))
    assert result["layers"][0]["state"] == "filled" and "vx" not in [order["instrument"] for order in result["orders"]]


def test_futures_beyond_the_band_are_an_advice_and_never_an_order(holding):
    result = holding(vx(3))
    share = 1350 / 2877.07
    assert all(order["side"] == "long" and order["instrument"] != "vx" for order in result["orders"])
    assert result["holdings"][0]["action"] == "above_band"
    found = advice(result, "above_band")
    assert (found["state"], found["value"], found["limit"]) == ("pass", pytest.approx(share, rel=1e-5), 0.40)
    band = next(item for item in result["checks"] if item["id"] == "futures_share_in_band")
    assert band["state"] == "fail" and "above_band" in band["reason"] and "never an order" in band["reason"]


def test_inside_the_band_there_is_no_advice(holding):
    assert advice(holding(vx(2)), "above_band")["state"] == "fail" and holding(vx(2))["holdings"][0]["action"] == "leave"


def test_a_call_that_is_not_quoted_is_shown_without_numbers_and_asked_to_be_quoted(holding, held):
    result = holding(vx(2), held(tranches=1)[0] | {"strike": 30})
    review = result["holdings"][1]
    assert (review["action"], review["exposure_usd_per_vix_point"]) == ("quote_it", None) and "quote it" in review["reason"]
    row = result["layers"][1]
    assert (row["held_quantity"], row["exposure_usd_per_vix_point"], row["layer_cost_usd"], row["entry_price"]) == (41, 0.0, None, None)


def test_a_future_bought_at_another_price_costs_and_earns_from_there(holding):
    cheap, today = holding(vx(2, entry_price=18.5)), holding(vx(2))
    assert cheap["layers"][0]["layer_cost_usd"] == pytest.approx(2000 * (18.5 - 18))
    gains = [
        a["hedge_pnl_usd"] - b["hedge_pnl_usd"] for a, b in zip(cheap["scenarios"][0]["outcomes"], today["scenarios"][0]["outcomes"], strict=True)
    ]
    assert gains == pytest.approx([2000 * (20.1 - 18.5)] * 10)


def test_what_is_added_to_a_future_bought_at_another_price_is_priced_apart(holding):
    row = holding(vx(1, entry_price=19.0))["layers"][0]
    assert row["entry_price"] == pytest.approx((19.0 + 20.1) / 2)
    assert row["layer_cost_usd"] == pytest.approx(1000 * (19.0 - 18) + 1000 * (20.1 - 18))


def test_a_tranche_bought_in_part_is_completed_without_spacing_at_its_two_prices(holding, held):
    call = held(tranches=1)[0] | {"quantity": 20, "entry_price": 1.5, "acquired_on": "2026-05-07"}
    result = holding(vx(2), call)
    assert orders(result) == [(f"VIX call 25 {JUNE}", 21)]
    assert result["layers"][1]["layer_cost_usd"] == pytest.approx(2000 * 1.5 + 2100 * JUNE_CALL)


@pytest.mark.parametrize(("contracts", "filled"), [(32, False), (33, True), (41, True), (60, True)])
def test_a_tranche_counts_as_bought_from_four_fifths_of_its_contracts_on(holding, held, contracts, filled):
    result = holding(vx(2), held(tranches=1)[0] | {"quantity": contracts})
    first = next(row for row in result["layers"] if row["tranche"] == 1)
    assert (first["state"] == "filled") is filled
    assert orders(result)[0][0].startswith("VIX call 27" if filled else "VIX call 25")


def test_part_of_a_tranche_in_another_strike_is_shown_apart_and_not_as_the_call_that_is_added(holding, held, worked):
    worked["market"]["calls"].append({"expiry": JUNE, "strike": 30, "implied_volatility": 1.1})
    result = holding(vx(2), held(tranches=1)[0] | {"quantity": 10, "strike": 30, "entry_price": 0.9})
    rows = [(row["strike"], row["quantity"], row["held_quantity"], row["state"]) for row in result["layers"] if row["tranche"] == 1]
    assert rows == [(30.0, 10, 10, "held"), (25.0, 31, 0, "ordered")]
    assert next(row for row in result["layers"] if row["strike"] == 30)["layer_cost_usd"] == pytest.approx(900)


# --- the hedge vega that was planned -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("spx", "vega"), [(6000, -2877), (5700, -1270), (5600, -603), (5500, 38)])
def test_the_planned_hedge_vega_stays_while_the_need_of_the_day_falls_as_the_condor_loses(plan, worked, spx, vega):
    worked["market"]["spx"] = spx
    result = plan(worked | {"as_of": "2026-05-08", "planned_on": "2026-05-08", "planned_hedge_vega_usd": 2877.07})
    assert result["book_vega_usd"] == pytest.approx(vega, abs=0.5)
    assert result["planned_hedge_vega_usd"] == 2877.07 and result["layers"][0]["quantity"] == 2
    assert result["current_need_usd_per_vix_point"] == pytest.approx(max(-vega, 0), abs=0.5)


def test_a_hedge_in_place_is_never_sold_while_the_condor_loses(holding, worked, held):
    for spx in (6000, 5700, 5600, 5500):
        worked["market"]["spx"] = spx
        result = holding(vx(2), *held(tranches=1), planned_on="2026-05-07", planned_hedge_vega_usd=2877.07)
        assert {order["side"] for order in result["orders"]} <= {"long"} and result["holdings"][0]["action"] == "leave"


def test_a_greater_need_is_told_and_raises_nothing_until_it_is_asked_for(holding):
    before = holding(vx(2), planned_on="2026-05-01", planned_hedge_vega_usd=2300.0)
    need = advice(before, "need_above_plan")
    assert (need["value"], need["limit"]) == (pytest.approx(2877.07, abs=0.01), 2300.0) and "on request only" in need["reason"]
    assert before["planned_hedge_vega_usd"] == 2300.0 and before["planned_on"] == "2026-05-01"
    after = holding(vx(2), planned_hedge_vega_usd=2877.08, planned_on="2026-05-01")
    assert after["planned_hedge_vega_usd"] == 2877.08 and not [item for item in after["advices"] if item["id"] == "need_above_plan"]


@pytest.mark.parametrize(("given", "spx", "warned"), [(None, 6000, True), (2877.07, 6000, False), (None, 5500, True)])
def test_hedges_held_without_the_hedge_vega_they_were_planned_for_draw_a_warning(holding, worked, given, spx, warned):
    worked["market"]["spx"] = spx
    result = holding(vx(2), **({} if given is None else {"planned_hedge_vega_usd": given}))
    assert any("taken afresh" in note for note in result["notes"]) is warned


# --- costs of capital ----------------------------------------------------------------------------------------------------

FINANCING = {
    "cost_of_debt_fraction": 0.06, "tax_rate_fraction": 0.25,
    "condor": {"beta": 0.4}, "futures": {"beta": -2.5}, "calls": {"beta": -3.0, "borrowed_fraction": 0.2}, "etfs": {"cost_of_equity_fraction": 0.01},
}  # fmt: skip
MARGINS = {"vx_usd_per_contract": 9000, "vxm_usd_per_contract": 900, "dated": "2026-05-08"}


def test_the_wacc_after_each_row_and_its_change_follow_the_formula(plan, worked):
    worked["portfolio"]["account"] = {"futures_margin": MARGINS}
    result = plan(worked | {"financing": FINANCING})
    equity = {"vx": 0.045 - 2.5 * 0.05, "vix_call": 0.045 - 3.0 * 0.05, "etf": 0.01}
    parts = [(ref.MAX_LOSS, 0.045 + 0.4 * 0.05)]
    for row in result["layers"]:
        before = sum(k * rate for k, rate in parts) / sum(k for k, _ in parts)
        borrowed = 0.2 if row["instrument"] == "vix_call" else 0.0
        capital = 18_000 if row["instrument"] == "vx" else row["quantity"] * row["entry_price"] * (100 if row["instrument"] == "vix_call" else 1)
        parts.append((capital, (1 - borrowed) * equity[row["instrument"]] + borrowed * 0.06 * 0.75))
        wacc = sum(k * rate for k, rate in parts) / sum(k for k, _ in parts)
        assert row["outcome"]["wacc_fraction"] == pytest.approx(wacc)
        assert row["outcome"]["wacc_change_bp"] == pytest.approx((wacc - before) * 10_000)
        assert row["outcome"]["carry_drag_fraction"] == pytest.approx(row["hedge_cost_usd"] / sum(k for k, _ in parts))
    assert result["capital"]["wacc_fraction"] == pytest.approx(wacc)
    assert result["capital"]["required_return_fraction"] == pytest.approx(wacc * 41 / 365)


def test_futures_without_a_margin_change_no_cost_of_capital(plan, worked):
    first = plan(worked | {"financing": FINANCING})["layers"][0]["outcome"]
    assert (first["wacc_fraction"], first["wacc_change_bp"]) == (pytest.approx(0.045 + 0.4 * 0.05), 0.0)


def test_carry_is_shown_apart_and_never_moves_the_wacc(plan, worked):
    worked["market"]["vix"] = 20.0  # a flatter curve: the futures roll down less
    flat = plan(worked | {"financing": FINANCING})["layers"][0]["outcome"]
    worked["market"]["vix"] = 16.0
    steep = plan(worked | {"financing": FINANCING})["layers"][0]["outcome"]
    assert flat["wacc_fraction"] == steep["wacc_fraction"] and steep["carry_drag_fraction"] > flat["carry_drag_fraction"]


@pytest.mark.parametrize(("rate", "state"), [(None, "not_evaluated"), (0.01, "pass"), (0.99, "pass"), (0.5, "pass")])
def test_the_return_net_of_carry_is_held_against_the_wacc_for_the_days_of_the_condor(plan, worked, rate, state):
    worked["market"]["calls"] = []
    worked["market"]["etfs"] = []
    same = {part: {"cost_of_equity_fraction": rate} for part in ("condor", "futures", "calls", "etfs")}
    costs = {} if rate is None else {"financing": {"cost_of_debt_fraction": 0.05} | same}
    check = next(item for item in plan(worked | costs)["checks"] if item["id"] == "carry_covers_wacc")
    assert check["state"] == state
    if rate is not None:
        assert check["value"] == pytest.approx((ref.CREDIT - 4200) / ref.MAX_LOSS) and check["limit"] == pytest.approx(rate * 41 / 365)


def test_a_condor_that_cannot_lose_ties_up_nothing_and_has_no_return(plan, worked):
    worked["portfolio"]["condors"][0]["credit_index_points"] = 100.0
    worked["market"]["calls"] = []
    worked["market"]["etfs"] = []
    result = plan(worked | {"financing": FINANCING})
    assert result["capital"]["capital_at_risk_usd"] == 0 and result["capital"]["carry_drag_fraction"] is None
    assert all(item["return_fraction"] is None for found in result["scenarios"] for item in found["outcomes"])


# --- price to cash flow ------------------------------------------------------------------------------------------------------

HISTORY = [14.0, 16.0] * 10  # mean 15, sample standard deviation sqrt(20 / 19)
SPREAD = (20 / 19) ** 0.5


@pytest.mark.parametrize(("z", "state"), [(-1.01, "pass"), (-0.99, "fail"), (-3.0, "pass"), (0.0, "fail"), (2.0, "fail")])
def test_a_price_to_cash_flow_one_deviation_below_its_history_advises_to_look_at_the_strikes(plan, worked, z, state):
    found = advice(plan(worked | {"price_to_cash_flow": [*HISTORY, 15 + z * SPREAD]}), "review_strikes")
    assert (found["state"], found["value"], found["limit"]) == (state, pytest.approx(z), -1.0)
    assert "no direction and no size" in found["reason"]


def test_exactly_twenty_quarters_before_the_present_are_enough_and_nineteen_are_not(plan, worked):
    enough = advice(plan(worked | {"price_to_cash_flow": [*HISTORY, 12.0]}), "review_strikes")
    short = advice(plan(worked | {"price_to_cash_flow": [*HISTORY[1:], 12.0]}), "review_strikes")
    assert enough["state"] == "pass" and (short["state"], short["value"]) == ("not_evaluated", None) and "19 before it" in short["reason"]


def test_only_the_last_twenty_quarters_count(plan, worked):
    assert advice(plan(worked | {"price_to_cash_flow": [900.0, *HISTORY, 15.0]}), "review_strikes")["value"] == pytest.approx(0)


@pytest.mark.parametrize("ratios", [None, [15.0] * 21])
def test_no_ratios_and_ratios_that_never_move_are_not_evaluated(plan, worked, ratios):
    found = advice(plan(worked | ({} if ratios is None else {"price_to_cash_flow": ratios})), "review_strikes")
    assert (found["state"], found["value"]) == ("not_evaluated", None)


def test_the_advice_changes_nothing_else_in_the_plan(plan, worked):
    quiet, loud = (plan(worked | {"price_to_cash_flow": [*HISTORY, last]}) for last in (15.0, 9.0))
    assert quiet["advices"] != loud["advices"] and quiet | {"advices": []} == loud | {"advices": []}


# --- synthetic futures -----------------------------------------------------------------------------------------------------


def test_a_call_and_a_put_of_one_strike_and_date_make_a_future(plan, worked):
    worked["market"]["calls"][0] |= {"bid": 1.10, "ask": 1.16}
    worked["market"]["puts"] = [{"expiry": JUNE, "strike": 25, "bid": 5.95, "ask": 6.05}, {"expiry": JUNE, "strike": 30, "bid": 10, "ask": 10.2}]
    (pair,) = plan(worked)["synthetic_futures"]
    discount = 2.718281828459045 ** (-0.045 * 40 / 365)
    assert pair["synthetic_bid_index_points"] == pytest.approx(25 + (1.10 - 6.05) / discount)
    assert pair["synthetic_ask_index_points"] == pytest.approx(25 + (1.16 - 5.95) / discount)
    assert pair["edge_usd_per_pair"] == pytest.approx(100 * discount * (20.1 - 25 - (1.16 - 5.95) / discount))
    assert pair["pairs_per_future"] == 10 and pair["quotes_consistent"] and "cannot rebalance vega" in pair["note"]


def test_a_pair_that_breaks_parity_is_shown_with_a_warning(plan, worked):
    worked["market"]["calls"][0] |= {"bid": 1.10, "ask": 1.16}
    worked["market"]["puts"] = [{"expiry": JUNE, "strike": 25, "bid": 5.0, "ask": 5.1}]
    (pair,) = plan(worked)["synthetic_futures"]
    assert not pair["quotes_consistent"] and "Check time stamps" in pair["note"]


def test_without_both_quotes_of_both_options_there_is_no_synthetic_future(plan, worked):
    worked["market"]["puts"] = [{"expiry": JUNE, "strike": 25, "bid": 5.0, "ask": 5.1}]
    assert plan(worked)["synthetic_futures"] == []


def test_a_first_layer_held_in_part_is_filled_up_in_the_month_held(plan, worked):
    worked |= {"as_of": "2026-05-11", "planned_hedge_vega_usd": 4000}
    worked["portfolio"]["holdings"] = [{"instrument": "vx", "quantity": 2, "expiry": "2026-06-17"}]
    result = plan(worked)
    june = 1000 * ref.beta(37)
    assert 2 * june < 0.25 * 4000 <= 3 * june <= 0.40 * 4000
    assert [(order["name"], order["quantity"]) for order in result["orders"]] == [("VX 2026-06-17", 1)]
    assert result["alternatives"][0]["choice"] == "VX, second month" and "beside the" in result["alternatives"][0]["reason"]


def test_beside_futures_held_the_nearest_hedge_vegas_that_fit_count_them(plan, worked):
    worked["portfolio"] |= {"account": {"vxm_allowed": False}, "holdings": [{"instrument": "vx", "quantity": 1, "expiry": "2026-06-17"}]}
    worked["market"]["futures"] = [future for future in worked["market"]["futures"] if future["expiry"] == "2026-06-17"]
    del worked["market"]["etfs"]
    result = plan(worked | {"planned_hedge_vega_usd": 1900})
    june = 1000 * ref.beta(40)
    assert result["stage"] == "layer_1_infeasible" and result["orders"] == []
    second = next(item for item in result["alternatives"] if item["choice"] == "VX, second month")
    assert second["nearest_feasible_above_usd"] == pytest.approx(2 * june / 0.40)
    assert second["nearest_feasible_below_usd"] == pytest.approx(june / 0.25), "up to there the one held is enough"


def test_where_the_curve_lies_below_the_vix_the_plan_says_that_the_roll_is_a_gain(plan, worked):
    worked["market"]["vix"] = 30
    assert any("taken off the hedge cost" in note for note in plan(worked)["notes"])
    worked["market"]["vix"] = 18
    assert not any("taken off the hedge cost" in note for note in plan(worked)["notes"])


def bought(*lots):
    return [{"instrument": "vix_call", "quantity": q, "expiry": day, "strike": strike, "acquired_on": "2026-04-01"} for q, strike, day in lots]


FIRST = {"instrument": "vx", "quantity": 2, "expiry": "2026-06-17"}


def test_lots_of_one_settlement_are_one_tranche(plan, worked):
    worked["portfolio"]["holdings"] = [FIRST, *bought((20, 25, "2026-06-17"), (21, 25, "2026-06-17"))]
    result = plan(worked)
    assert [item["state"] for item in result["layers"] if item["tranche"] == 1] == ["filled", "filled"]
    assert [(order["name"], order["quantity"]) for order in result["orders"]] == [("VIX call 27 2026-07-22", 54)]


def test_calls_far_out_of_the_money_fill_a_tranche_by_their_exposure_only(plan, worked):
    worked["market"]["calls"].append({"expiry": "2026-06-17", "strike": 60, "implied_volatility": 1.0})
    worked["portfolio"]["holdings"] = [FIRST, *bought((41, 60, "2026-06-17"))]
    result = plan(worked)
    assert [(order["name"], order["quantity"] >= 39) for order in result["orders"]] == [("VIX call 25 2026-06-17", True)]
    worked["portfolio"]["holdings"][1]["tranche"] = 1
    assert [order["name"] for order in plan(worked)["orders"]] == ["VIX call 27 2026-07-22"], "the user says that this is tranche 1"


def test_a_hedge_that_is_whole_is_not_added_to(plan, worked):
    worked["portfolio"]["holdings"] = [FIRST, *bought((170, 25, "2026-06-17"))]
    result = plan(worked)
    assert result["orders"] == [] and result["stage"] == "complete"
    assert all("leaves no room" in item["reason"] for item in result["layers"] if item["state"] == "not_needed" and item["layer"] == 2)


def test_a_fund_held_in_part_is_filled_up(plan, worked, held):
    whole = plan(worked | {"portfolio": worked["portfolio"] | {"holdings": held(True, 3)}})["orders"][0]["quantity"]
    worked["portfolio"]["holdings"] = [*held(True, 3), {"instrument": "etf", "quantity": 1}]
    result = plan(worked)
    assert (result["stage"], [order["quantity"] for order in result["orders"]]) == ("layer_3_etfs", [whole - 1])


def test_a_hedge_bought_after_the_day_of_the_plan_is_refused(plan, worked):
    worked["portfolio"]["holdings"] = [FIRST | {"acquired_on": "2026-06-01"}]
    with pytest.raises(RulesError) as caught:
        plan(worked)
    assert caught.value.field == "portfolio.holdings.0.acquired_on"


@pytest.mark.parametrize("numbered", [True, False])
def test_calls_of_a_tranche_beyond_the_planned_count_are_in_the_layers_and_in_every_total(holding, held, worked, numbered):
    september = {"expiry": "2026-09-16", "price_index_points": 21.6}
    worked["market"]["futures"].append(september)
    worked["market"]["calls"].append({"expiry": "2026-09-16", "strike": 29, "implied_volatility": 0.8})
    calls = held(tranches=3)
    beyond = {"instrument": "vix_call", "quantity": 10, "expiry": "2026-09-16", "strike": 29, "tranche": 4, "acquired_on": "2026-04-20"}
    for call in () if numbered else (*calls, beyond):
        del call["tranche"]
    without, result = holding(vx(2), *calls), holding(vx(2), *calls, beyond)
    row = result["layers"][4]
    assert (row["name"], row["tranche"], row["quantity"], row["state"]) == ("VIX call 29 2026-09-16", 4, 10, "filled")
    assert row["reason"] == "tranche 4 is held, beyond the 3 that are planned"
    exposures = [layer["exposure_usd_per_vix_point"] for layer in result["layers"]]
    assert row["exposure_usd_per_vix_point"] > 0 and row["hedge_vega_usd_per_vix_point"] == pytest.approx(sum(exposures[:5]))
    assert result["worst_combined_loss_usd"] != without["worst_combined_loss_usd"]
    assert "vix_call" not in [order["instrument"] for order in result["orders"]]


def test_every_hedge_held_is_in_a_row_of_the_stack(holding, held):
    calls = [call | {"tranche": number} for call, number in zip(held(tranches=3), (2, 4, 7), strict=True)]
    result = holding(vx(1), *calls)
    assert sum(row["held_quantity"] for row in result["layers"]) == 1 + sum(call["quantity"] for call in calls)
    assert [row["tranche"] for row in result["layers"] if row["instrument"] == "vix_call"] == [1, 2, 3, 4, 7]
