"""What the signals do exactly at each of their numbers, and one step beyond."""

from __future__ import annotations

import math
from datetime import date, timedelta
from statistics import stdev

import pytest

from rules.errors import RulesError
from rules.ledger import Ledger
from rules.signals.momentum import RsiRules


def signal(result, name):
    return next(item for item in result["signals"] if item["signal"] == name)


def test_each_signal_comes_with_the_share_of_days_on_which_it_passed(plan, worked):
    rates = {item["signal"]: item["base_rate_fraction"] for item in plan(worked)["signals"]}
    assert rates == {"macd": 0.47, "advance_decline": 0.35, "rsi": 0.3, "capm": 0.12, "macro": 0.06}


def test_the_history_of_the_two_signals_that_arm_names_the_jumps_they_preceded_and_two_they_did_not(plan, worked):
    for name in ("macd", "advance_decline"):
        said = signal(plan(worked), name)["history"]
        for words in ("both passed on 20% of days", "before 39 of the 110 days", "rose 20% or more", "not before 2020-02-24 nor 2024-08-05"):
            assert words in said


def test_the_history_of_the_levels_says_how_often_the_lower_ones_were_breached(plan, worked):
    said = signal(plan(worked), "capm")["history"]
    assert "triggers on 10.0% of days" in said and "shown on 1.7%" in said


def flat_then(*last, rows=150, level=20.0):
    return [level] * (rows - len(last)) + list(last)


@pytest.mark.parametrize(
    ("closes", "state"), [(flat_then(20.0, 21.0), "fail"), (flat_then(21.0, 22.0), "pass"), (flat_then(21.0, 22.0, rows=149), "not_evaluated")]
)
def test_macd_passes_on_two_closes_above_zero_out_of_150(plan, worked, closes, state):
    assert signal(plan(worked | {"signals": {"macd": {"closes": closes}}}), "macd")["state"] == state


def test_macd_of_a_line_that_rises_a_tenth_a_day_is_half_of_the_14_bars_between_its_averages(calculate):
    # An average of n bars lags a straight line by (n - 1) / 2 of them: 0.1 * (26 - 12) / 2.
    result = calculate("macd", {"closes": [18 + 0.1 * day for day in range(34)]}).result
    assert result["macd"] == pytest.approx(0.7, abs=1e-9) and result["signal"] == pytest.approx(0.7, abs=1e-9)


@pytest.mark.parametrize(("fast", "slow", "lag"), [(12, 27, 0.75), (11, 26, 0.75)])
def test_a_bar_more_between_the_averages_is_half_a_step_more(calculate, fast, slow, lag):
    result = calculate("macd", {"closes": [18 + 0.1 * day for day in range(40)], "fast": fast, "slow": slow}).result
    assert result["macd"] == pytest.approx(lag, abs=1e-9)


def test_26_and_9_bars_make_34_closes_the_fewest_for_macd_and_its_line(calculate):
    closes = [18 + 0.1 * day for day in range(34)]
    assert calculate("macd", {"closes": closes}).result["cross"] is None
    with pytest.raises(RulesError, match="give at least 34"):
        calculate("macd", {"closes": closes[1:]})


def breadth(line, closes):
    """Advances and declines whose running sum is `line`."""
    moves = [value - before for before, value in zip([0.0, *line], line, strict=False)]
    return {"advances": [20000.0 + move for move in moves], "declines": [20000.0] * len(moves), "closes": closes}


def line_with_a_gap(deviations, rows=60):
    """A line that ends so many of its own sample deviations below its high of 1000."""
    values = [1000.0, -1000.0] * ((rows - 1) // 2) + [1000.0] * ((rows - 1) % 2)
    last = 0.0
    for _ in range(60):
        last = 1000.0 - deviations * stdev([*values, last])
    return [*values, last]


@pytest.mark.parametrize(("deviations", "diverges"), [(0.505, True), (0.495, False)])
def test_a_line_diverges_more_than_half_a_deviation_below_its_high(calculate, deviations, diverges):
    raw = breadth(line_with_a_gap(deviations), [100.0] * 60)
    assert calculate("advance-decline", raw).result["divergence"] is diverges


@pytest.mark.parametrize(("close", "diverges"), [(99.005, True), (98.995, False)])
def test_a_line_diverges_from_an_index_within_one_percent_of_its_high(calculate, close, diverges):
    raw = breadth(line_with_a_gap(1.0), [100.0] * 59 + [close])
    assert calculate("advance-decline", raw).result["divergence"] is diverges


@pytest.mark.parametrize(("rows", "diverges"), [(60, True), (59, None)])
def test_divergence_takes_sixty_days(calculate, rows, diverges):
    raw = breadth(line_with_a_gap(1.0)[-rows:], [100.0] * rows)
    assert calculate("advance-decline", raw).result["divergence"] is diverges


@pytest.mark.parametrize(("last", "weak"), [([0.0, -1.0], False), ([-1.0, -2.0], True)])
def test_a_line_is_weak_on_its_second_close_below_its_average(calculate, last, weak):
    raw = breadth([0.0] * 58 + last, [50.0] * 59 + [40.0])
    assert calculate("advance-decline", raw).result["weak"] is weak


def test_the_average_of_the_line_is_that_of_its_last_fifty_values(calculate):
    # the mean of 11 to 60
    raw = breadth([float(day) for day in range(1, 61)], [100.0] * 60)
    assert calculate("advance-decline", raw).result["average"] == pytest.approx(35.5, abs=1e-9)


def test_fifteen_closes_make_one_rsi_and_fourteen_none(calculate):
    closes = [20.0 + (day % 3) for day in range(15)]
    assert len(calculate("rsi", {"closes": closes}).result["series"]) == 1
    with pytest.raises(RulesError):
        calculate("rsi", {"closes": closes[1:]})


def test_a_trigger_of_the_rsi_is_valid_on_five_days_from_its_confirmation(parameters):
    rules = RsiRules.read(Ledger(parameters))
    values = [45.0] * 10 + [50.0] + [50.0] + [49.0] * 9  # crosses 50 on row 10, confirmed on row 11
    assert [rules.days_since(values, position) for position in (10, 11, 15, 16)] == [None, 0, 4, None]


@pytest.mark.parametrize(("values", "triggered"), [([49.99, 50.0], True), ([49.98, 49.995], False), ([49.995, 60.0], True), ([50.0, 51.0], False)])
def test_the_rsi_triggers_on_an_upward_cross_of_fifty(parameters, values, triggered):
    assert RsiRules.read(Ledger(parameters)).triggers([49.0, 49.0, 49.0, 50.5, *values], 5) is triggered


@pytest.mark.parametrize(("rise", "triggered"), [(10.0, True), (9.995, False)])
def test_the_rsi_triggers_on_a_rise_of_ten_points(parameters, rise, triggered):
    assert RsiRules.read(Ledger(parameters)).triggers([70.0, 60.0, 65.0, 65.0, 65.0, 65.0, 60.0 + rise], 6) is triggered


@pytest.mark.parametrize(("low_at", "triggered"), [(1, True), (0, False)])
def test_the_rise_of_the_rsi_is_measured_from_the_five_days_before(parameters, low_at, triggered):
    values = [65.0] * 6 + [72.0]
    values[low_at] = 61.0
    assert RsiRules.read(Ledger(parameters)).triggers(values, 6) is triggered


@pytest.mark.parametrize(("rows", "state"), [(150, "fail"), (149, "not_evaluated")])
def test_the_rsi_is_read_on_150_closes(plan, worked, rows, state):
    closes = [20.0 + (-1) ** day for day in range(rows)]
    assert signal(plan(worked | {"signals": {"rsi": {"closes": closes}}}), "rsi")["state"] == state


@pytest.mark.parametrize(("rows", "state"), [(12, "fail"), (11, "not_evaluated")])
def test_the_levels_are_anchored_ten_days_before_two_closes(plan, worked, rows, state):
    series = {"spx_closes": [6000.0] * rows, "vix_closes": [18.0] * rows, "risk_free_fraction": 0.045}
    assert signal(plan(worked | {"signals": {"capm": series}}), "capm")["state"] == state


def releases_with_a_z_of(z):
    """38 releases that alternate about 1 %, then one so many of their sample deviations above; 18 either way in any 36."""
    deviation = 0.001 * math.sqrt(36 / 35)
    history = [{"cpi_yoy_fraction": 0.01 + 0.001 * (-1) ** month, "ppi_yoy_fraction": 0.0} for month in range(38)]
    return {"cpi_yoy_fraction": 0.01 + z * deviation, "ppi_yoy_fraction": 0.0, "history": history}


@pytest.mark.parametrize(("z", "fires"), [(1.505, True), (1.495, False), (-1.505, True)])
def test_the_divergence_of_cpi_and_ppi_fires_at_one_and_a_half_deviations(calculate, z, fires):
    result = calculate("macro-signal", releases_with_a_z_of(z)).result
    assert result["accelerates"] is fires and result["divergence_z"] == pytest.approx(z, abs=1e-9)


def test_a_divergence_is_measured_against_thirty_six_releases(calculate):
    raw = releases_with_a_z_of(1.0)
    raw["history"] = [{"cpi_yoy_fraction": 0.5, "ppi_yoy_fraction": 0.0}, *raw["history"]]
    assert calculate("macro-signal", raw).result["divergence_z"] == pytest.approx(1.0, abs=1e-9)
    raw["history"] = raw["history"][-36:]
    assert calculate("macro-signal", raw).result["divergence_z"] == pytest.approx(1.0, abs=1e-9)
    raw["history"] = raw["history"][-35:]
    assert calculate("macro-signal", raw).result["divergence_z"] is None


@pytest.mark.parametrize(("surprise", "fires"), [(10.0, True), (9.995, False), (-10.0, True)])
def test_a_surprise_of_ten_basis_points_fires(calculate, surprise, fires):
    assert calculate("macro-signal", {"fomc_surprise_bp": surprise}).result["accelerates"] is fires


@pytest.mark.parametrize(("day", "surprise"), [(23, 3 * 30 / 7), (24, 3.0)])
def test_in_the_last_seven_days_of_a_month_a_change_is_not_scaled(calculate, day, surprise):
    raw = {"rate_change_bp": 3, "decision_day": day, "month_days": 30}
    assert calculate("macro-signal", raw).result["surprise_bp"] == pytest.approx(surprise, abs=1e-9)


@pytest.mark.parametrize(("days", "state"), [(45, "pass"), (46, "not_evaluated")])
def test_a_decision_counts_for_45_days(plan, worked, days, state):
    decided = date.fromisoformat(worked["as_of"]) - timedelta(days=days)
    given = {"fomc_surprise_bp": 25.0, "decided_on": decided.isoformat()}
    assert signal(plan(worked | {"signals": {"macro": given}}), "macro")["state"] == state


@pytest.mark.parametrize(("days", "state"), [(5, "fail"), (6, "not_evaluated")])
def test_closes_of_five_days_ago_are_read_and_older_ones_not(plan, worked, days, state):
    last = date.fromisoformat(worked["as_of"]) - timedelta(days=days)
    dates = [(last - timedelta(days=back)).isoformat() for back in range(149, -1, -1)]
    given = {"closes": flat_then(), "dates": dates}
    assert signal(plan(worked | {"signals": {"macd": given}}), "macd")["state"] == state
