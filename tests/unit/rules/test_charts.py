"""Charts as data: golden points against closed forms, and every value the engine's own."""

from __future__ import annotations

import copy
import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.calculators import scenarios as scenarios_calculator
from rules.canonical import to_json
from rules.catalogue import MODULES, calculator
from rules.charts import DRAWN, charts_of
from rules.charts.listing import listed, table_lines
from rules.charts.models import Axis, BarChart, LineChart, SignedTable, zero_crossings
from rules.engine import run
from rules.errors import RulesError
from rules.parameter_file import overlaid
from rules.parameters import load_parameters
from tests.unit.rules.signal_series import breadth, days, wave
from tests.unit.rules.test_provenance import PLANS, whole

PARAMETERS = load_parameters()
CONDOR = calculator("iron-condor").EXAMPLE
CREDIT_USD, WING_USD = 20_464.4, 79_535.6


def saved(name, raw, parameters=PARAMETERS):
    """A calculation as it is saved and read back."""
    return json.loads(to_json(run(name, raw, parameters).as_dict()))


def charts(name, raw):
    return {chart.id: chart for chart in charts_of(saved(name, raw))}


def line(chart, name):
    return next(item for item in chart.lines if item.name == name)


def test_the_condor_at_expiry_earns_its_credit_between_the_short_strikes_and_loses_the_wing_beyond_the_long_ones():
    at_expiry = line(charts("iron-condor", CONDOR)["payoff"], "at expiry")
    assert [round(at_expiry.at(strike), 6) for strike in (5500, 5600, 6000, 6300, 6400)] == [-WING_USD, CREDIT_USD, CREDIT_USD, CREDIT_USD, -WING_USD]
    assert all(-WING_USD - 1e-6 <= value <= CREDIT_USD + 1e-6 for _, value in at_expiry.points)


def test_the_curve_crosses_zero_at_the_break_evens_which_are_marked():
    chart = charts("iron-condor", CONDOR)["payoff"]
    marked = {marker.x for marker in chart.markers}
    assert {5579.5356, 6320.4644} <= {round(x, 9) for x in marked}
    for name in ("at expiry", "today, volatility unchanged"):
        for crossing in zero_crossings(line(chart, name)):
            assert min(abs(crossing - x) for x in marked) < 1e-6


def test_without_a_market_only_the_expiry_is_drawn_and_no_spx_is_marked():
    alone = {key: value for key, value in CONDOR.items() if key not in ("spot", "days_to_expiry", "implied_volatility", "rate", "dividend_yield")}
    chart = charts("iron-condor", alone)["payoff-at-expiry"]
    assert [item.name for item in chart.lines] == ["at expiry"]
    assert not [mark for mark in chart.marks if mark.direction == "vertical"]


def test_a_plan_is_drawn_after_each_layer_with_the_break_evens_of_its_result(worked):
    result = saved("plan-hedge", worked)["result"]
    chart = charts("plan-hedge", worked)["payoff-at-expiry"]
    after = result["break_evens"]["after_layers"]
    assert [item.name for item in chart.lines] == ["condors alone", *(f"after {layer['name']}" for layer in after)]
    for curve, edges in zip(chart.lines, [result["break_evens"]["condor_alone"], *after], strict=True):
        assert [pytest.approx(edges["low"], abs=1e-6), pytest.approx(edges["high"], abs=1e-6)] == (zero_crossings(curve) or [None, None])
        assert max(value for _, value in curve.points) == pytest.approx(edges["max_profit_usd"], abs=1e-6)


def test_where_the_vix_answers_spx_the_curve_crosses_zero_at_the_section_of_the_frontier(worked):
    edges = saved("plan-hedge", worked)["result"]["break_evens"]["along_response"]["ranges"]
    curve = line(charts("plan-hedge", worked)["payoff-now"], "hedged at expiry, VIX answering")
    ends = sorted(end for item in edges for end in (item["low"], item["high"]) if end is not None)
    for end in ends:
        assert abs(curve.at(end)) < 1e-3
    low, high = curve.points[1][0], curve.points[-2][0]
    assert [round(x, 3) for x in zero_crossings(curve) if low < x < high] == [round(end, 3) for end in ends if low < end < high]


def test_the_tables_of_a_plan_hold_the_outcomes_of_its_scenarios(worked):
    result = saved("plan-hedge", worked)["result"]
    found = charts("plan-hedge", worked)
    expiry = found["table-at-expiry"]
    outcomes = next(item for item in result["scenarios"] if item["set"] == "vol_only")["outcomes"]
    compared = 0
    for outcome in outcomes:
        if outcome["days"] == 41:
            cell = expiry.cells[expiry.row_values.index(outcome["vix"])][expiry.column_values.index(6000.0)]
            assert cell == pytest.approx(outcome["pnl_usd"], abs=1e-6)
            compared += 1
    assert compared == 5
    joint = next(item for item in result["scenarios"] if item["set"] == "joint")["outcomes"]
    now = found["table-now"]
    fall = next(item for item in joint if item["vix"] == 15.0 and item["spx"] == 6300.0)
    assert now.cells[now.row_values.index(15.0)][now.column_values.index(6300.0)] == pytest.approx(fall["pnl_usd"], abs=1e-6)


def test_a_grid_that_was_asked_for_is_the_table(worked):
    worked["grid"] = {"spx_points": 5, "vix_points": 4, "days": 3}
    result = saved("plan-hedge", worked)["result"]["grid"]
    table = charts("plan-hedge", worked)["table-now"]
    assert [list(row) for row in table.cells] == result["pnl_usd"]
    assert (list(table.column_values), list(table.row_values)) == (result["spx"], result["vix"])
    assert "after 3 days" in table.title


def test_the_default_table_is_the_engines_grid_at_the_same_levels(worked):
    table = charts("plan-hedge", worked)["table-now"]
    worked["grid"] = {"spx_points": 9, "vix_points": 2, "vix_low": table.row_values[0], "vix_high": table.row_values[-1]}
    grid = saved("plan-hedge", worked)["result"]["grid"]
    for row, cells in zip((0, -1), grid["pnl_usd"], strict=True):
        assert list(table.cells[row]) == pytest.approx(cells, rel=1e-9, abs=1e-6)


def test_shares_are_those_of_the_layers_against_the_stated_band(worked):
    plan = saved("plan-hedge", worked)["result"]
    bars = charts("plan-hedge", worked)["shares"].bars
    assert [bar.label for bar in bars] == ["futures", "calls, tranche 1", "calls, tranche 2", "calls, tranche 3", "funds"]
    assert [bar.value for bar in bars] == [layer["share_fraction"] for layer in plan["layers"]]
    assert (bars[0].low, bars[0].high) == (0.25, 0.40)
    assert {bar.high for bar in bars[1:4]} == {0.20}
    assert bars[4].high == pytest.approx(0.4 - bars[0].value)


@pytest.mark.parametrize("change", PLANS.values(), ids=PLANS.keys())
def test_every_kind_of_plan_is_drawn_with_the_numbers_of_its_result(change):
    raw = whole()
    change(raw)
    plan, found = saved("plan-hedge", raw)["result"], charts("plan-hedge", raw)
    for chart in found.values():
        if isinstance(chart, LineChart):
            assert all(math.isfinite(y) for item in chart.lines for _, y in item.points)
    shares = math.fsum(bar.value for bar in found["shares"].bars) if "shares" in found else 0.0
    assert shares == pytest.approx(math.fsum(layer["share_fraction"] for layer in plan["layers"]), abs=1e-12)
    if plan["break_evens"] is None:
        assert "payoff-at-expiry" not in found
        return
    edges = [plan["break_evens"]["condor_alone"], *plan["break_evens"]["after_layers"]]
    for curve, edge in zip(found["payoff-at-expiry"].lines, edges, strict=True):
        ends = [end for item in edge["ranges"] for end in (item["low"], item["high"]) if end is not None]
        assert zero_crossings(curve) == pytest.approx(ends, abs=1e-6)
        assert max(value for _, value in curve.points) == pytest.approx(edge["max_profit_usd"], abs=1e-6)


def test_a_split_is_drawn_with_the_amounts_of_its_result():
    bars = charts("layer-split", {"planned_hedge_vega_usd": 10000})["shares"].bars
    assert [bar.value for bar in bars] == [0.325, 0.2, 0.2, 0.2, 0.075]
    assert [bar.words for bar in bars] == ["3,250.00 USD", "2,000.00 USD", "2,000.00 USD", "2,000.00 USD", "750.00 USD"]


def test_the_curve_begins_at_the_vix_and_goes_through_the_quotes(worked):
    chart = charts("plan-hedge", worked)["curve"]
    assert chart.lines[0].points == ((0.0, 18.0), (11.0, 19.2), (40.0, 20.1), (75.0, 20.8), (103.0, 21.3))
    assert [mark.at for mark in chart.marks] == [41.0]


def test_a_plan_without_condors_has_no_payoff_and_one_without_volatilities_none_for_today(worked):
    bare = {"as_of": "2026-05-08", "planned_hedge_vega_usd": 10000, "market": {"vix": 18, "futures": worked["market"]["futures"]}}
    assert set(charts("plan-hedge", bare)) == {"shares", "curve"}
    del worked["portfolio"]["condors"][0]["implied_volatility"]
    worked["planned_hedge_vega_usd"] = 2877
    found = charts("plan-hedge", worked)
    assert "payoff-at-expiry" in found and not {"payoff-now", "table-now"} & set(found)


def test_break_evens_after_each_hedge_are_where_the_curves_cross():
    raw = calculator("break-even").EXAMPLE
    result, found = saved("break-even", raw)["result"], charts("break-even", raw)
    for curve, edges in zip(found["payoff-at-expiry"].lines, [result["condor_alone"], *result["after_layers"]], strict=True):
        assert zero_crossings(curve) == [pytest.approx(edges["low"], abs=1e-6), pytest.approx(edges["high"], abs=1e-6)]
    lower = line(found["frontier"], "lower edge")
    assert lower.points == tuple((point["vix"], point["low"]) for point in result["frontier"] if point["low"] is not None)


def test_without_vix_and_dates_hedges_are_drawn_at_their_mark_and_said_to_be():
    raw = {"condor": {k: v for k, v in calculator("break-even").EXAMPLE["condor"].items() if k != "expiry"}}
    raw["hedges"] = [{"instrument": "vx", "quantity": 2, "entry_price": 20.1, "mark_price": 21.1}]
    result = saved("break-even", raw)["result"]["after_layers"][0]["held_at_mark"]
    chart = charts("break-even", raw)["payoff-at-expiry"]
    assert zero_crossings(chart.lines[1]) == [pytest.approx(result["low"], abs=1e-6), pytest.approx(result["high"], abs=1e-6)]
    assert "at its mark" in chart.lines[1].name and "at their mark" in chart.notes[0]


def test_shocks_of_scenarios_lie_at_their_outcomes_and_unmoved_ones_on_the_line():
    raw = calculator("scenarios").EXAMPLE
    result, chart = saved("scenarios", raw)["result"], charts("scenarios", raw)["payoff"]
    assert [(marker.x, marker.y) for marker in chart.markers] == [
        (6000 * (1 + outcome["spx_fraction"]), outcome["pnl_usd"]) for outcome in result["outcomes"]
    ]
    assert line(chart, "hedged after 10 days").at(6000.0) == pytest.approx(result["outcomes"][0]["pnl_usd"], abs=1e-9)


def test_a_hedge_that_settles_before_the_expiry_is_not_drawn_there_without_the_vix():
    raw = {key: value for key, value in calculator("scenarios").EXAMPLE.items() if key not in ("vix", "futures")}
    found = charts("scenarios", raw)
    assert "hedged at expiry" not in [item.name for item in found["payoff"].lines]
    assert found["table"].rows.label == "VIX moved by"
    assert all(math.isfinite(cell) for row in found["table"].cells for cell in row)


@settings(max_examples=25, deadline=None)
@given(fraction=st.floats(-0.12, 0.12), points=st.integers(-5, 25), horizon=st.integers(0, 41), quantity=st.integers(1, 9))
def test_any_outcome_of_the_engine_is_on_the_chart(fraction, points, horizon, quantity):
    raw = copy.deepcopy(scenarios_calculator.EXAMPLE)
    raw |= {"horizon_days": horizon, "shocks": [{"spx_fraction": fraction, "vix_points": 0}, {"spx_fraction": fraction, "vix_points": points}]}
    raw["hedges"][0]["quantity"] = quantity
    outcomes = saved("scenarios", raw)["result"]["outcomes"]
    chart = charts("scenarios", raw)["payoff"]
    hedged = next(item for item in chart.lines if item.name.startswith("hedged after"))
    assert hedged.at(6000 * (1.0 + fraction)) == pytest.approx(outcomes[0]["pnl_usd"], rel=1e-12, abs=1e-6)
    assert chart.markers[1].y == outcomes[1]["pnl_usd"]


def test_the_rsi_is_the_series_of_the_result_and_passes_where_the_signal_does(worked):
    closes = wave(200)
    chart = charts("rsi", {"closes": closes})["rsi"]
    assert [value for _, value in chart.lines[0].points] == saved("rsi", {"closes": closes})["result"]["series"]
    assert [mark.at for mark in chart.marks] == [50]
    begun = int(chart.markers[-1].x)
    for rows, state in ((begun - 1, "fail"), (begun, "pass")):
        worked["signals"]["rsi"] = {"closes": closes[:rows], "dates": days(rows)}
        signal = next(entry for entry in saved("plan-hedge", worked)["result"]["signals"] if entry["signal"] == "rsi")
        assert signal["state"] == state
    assert signal["since"] == days(begun)[-1]
    assert charts("plan-hedge", worked)["rsi"].lines[0].points == chart.lines[0].points[: begun - 14]


def test_no_trigger_is_marked_on_fewer_closes_than_the_signal_needs():
    chart = charts("rsi", {"closes": wave(60)})["rsi"]
    assert not chart.markers and "needs 150 closes, 60 are given" in " ".join(chart.notes)


def test_the_last_values_of_macd_are_the_result():
    closes = wave(200)
    result, chart = saved("macd", {"closes": closes})["result"], charts("macd", {"closes": closes})["macd"]
    assert [item.points[-1] for item in chart.lines] == [(200.0, result[name]) for name in ("macd", "signal", "histogram")]
    histogram = dict(chart.lines[2].points)
    for marker in chart.markers:
        assert histogram[marker.x] > 0 and histogram[marker.x - 1] > 0


def test_the_advance_decline_line_and_its_average_end_at_the_result():
    raw = {name: values for name, values in breadth([200 * math.sin(n / 9) for n in range(120)], wave(120)).items() if name != "dates"}
    result, chart = saved("advance-decline", raw)["result"], charts("advance-decline", raw)["advance-decline"]
    assert [item.points[-1] for item in chart.lines] == [(120.0, result["line"]), (120.0, result["average"])]
    assert chart.lines[1].points[0][0] == 50.0


def test_levels_start_at_the_anchor_and_end_at_the_result():
    raw = calculator("capm-levels").EXAMPLE
    result, chart = saved("capm-levels", raw)["result"], charts("capm-levels", raw)["capm-levels"]
    ends = {level["z"]: (level["upper_index_points"], level["lower_index_points"]) for level in result["levels"]}
    for place, z in enumerate(ends):
        upper, lower = chart.lines[2 * place : 2 * place + 2]
        assert upper.points[0] == lower.points[0] == (0.0, 6000.0)
        assert (upper.points[-1][1], lower.points[-1][1]) == pytest.approx(ends[z], rel=1e-12)


def test_a_plans_capm_signal_is_drawn_day_by_day(worked):
    spx = [6000.0 * math.exp(0.0004 * n - (0.08 if n > 55 else 0.0)) for n in range(60)]
    worked["signals"]["capm"] = {"spx_closes": spx, "vix_closes": [18.0] * 60, "risk_free_fraction": 0.04, "dates": days(60)}
    chart = charts("plan-hedge", worked)["capm"]
    signal = next(entry for entry in saved("plan-hedge", worked)["result"]["signals"] if entry["signal"] == "capm")
    assert (signal["state"] == "pass") == (chart.markers[-1].x == 60.0)
    assert [item.name for item in chart.lines] == ["SPX", "lower level", "upper level"]


def test_what_triggers_is_left_out_where_the_parameters_are_not_known_and_follows_those_in_use(tmp_path):
    overlay = tmp_path / "mine.yaml"
    overlay.write_text("parameters:\n  rsi_trigger_level: {value: 55}\n", encoding="utf-8")
    mine = overlaid(PARAMETERS, overlay)
    calculation = saved("rsi", {"closes": wave(200)}, mine)
    assert not charts_of(calculation)[0].marks
    assert [mark.at for mark in charts_of(calculation, mine)[0].marks] == [55]


def test_an_edited_calculation_is_refused():
    calculation = saved("iron-condor", CONDOR)
    calculation["result"]["max_loss_usd"] = 1.0
    with pytest.raises(RulesError, match="does not come out again"):
        charts_of(calculation)
    with pytest.raises(RulesError, match="has no receipt"):
        charts_of({"name": "rsi", "inputs": {}, "result": {}, "steps": []})


def test_a_calculation_asked_in_words_with_a_date_beside_its_days_is_drawn():
    calculation = saved("iron-condor", CONDOR)
    calculation["inputs"] |= {"expiry": "2026-06-18"}
    assert charts_of(calculation)[0].lines


@pytest.mark.parametrize("name", MODULES)
def test_every_example_is_drawn_as_the_table_says_and_nothing_else_is(name):
    found = charts_of(saved(name, calculator(name).EXAMPLE))
    assert bool(found) == (name in DRAWN)
    assert len({chart.id for chart in found}) == len(found)
    for chart in found:
        assert len(listed(chart)) > 1 and len({len(row) for row in listed(chart)}) == 1
        if isinstance(chart, LineChart):
            assert len({item.name for item in chart.lines}) == len(chart.lines)


def test_the_same_calculation_gives_the_same_charts(worked):
    assert charts_of(saved("plan-hedge", worked)) == charts_of(run("plan-hedge", worked, PARAMETERS).as_dict())


def test_the_zero_contour_runs_between_cells_of_different_sign():
    cells = ((-5.0, 3.0, 4.0), (-2.0, -1.0, 0.0))
    table = SignedTable("t", "T", Axis("SPX", ""), Axis("VIX", ""), "usd", (1.0, 2.0, 3.0), (10.0, 20.0), cells)
    assert table.crossed_right(0, 0) and not table.crossed_right(0, 1) and not table.crossed_right(0, 2)
    assert table.crossed_below(0, 1) and not table.crossed_below(0, 0) and not table.crossed_below(1, 1)
    assert table_lines(table, ascii_only=True) == [
        "VIX \\ SPX   1   2   3",
        "       10  -5| +3  +4",
        "               --",
        "       20  -2  -1|  0",
    ]


def test_a_thinned_table_keeps_its_corners_and_its_middle():
    cells = tuple(tuple(float(10 * row + column) for column in range(9)) for row in range(7))
    table = SignedTable("t", "T", Axis("SPX", ""), Axis("VIX", ""), "usd", tuple(map(float, range(9))), tuple(map(float, range(7))), cells).thinned(
        6, 3
    )
    assert (table.cells[0][0], table.cells[0][-1], table.cells[-1][0], table.cells[-1][-1]) == (0.0, 8.0, 60.0, 68.0)
    assert (table.column_values, table.row_values) == ((0.0, 2.0, 4.0, 6.0, 8.0), (0.0, 3.0, 6.0))


def test_bars_are_listed_with_what_they_may_take():
    chart = charts("layer-split", {"planned_hedge_vega_usd": 10000})["shares"]
    assert isinstance(chart, BarChart)
    assert listed(chart)[1] == ["futures", "32.5 %", "25 %", "40 %", "3,250.00 USD"]
