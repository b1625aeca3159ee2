"""What a VIX fund loses to roll, daily resets and its fee."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rules.errors import RulesError
from rules.vix.tracking import fee_growth, reset_growth, rolled_growth, volatility_growth
from tests.unit.rules.steps import untraced

PATH = st.lists(st.floats(5, 90), min_size=2, max_size=40)
SLOPE = {"slope_fraction_per_month": 0.06, "days": 30, "leverage": 1, "fee_fraction": 0, "daily_volatility_fraction": 0}


@pytest.fixture
def track(calculate):
    return lambda **change: calculate("etf-tracking", {key: value for key, value in (SLOPE | change).items() if value is not None}).result


@pytest.fixture
def along(calculate):
    return lambda path, **more: calculate("etf-tracking", {"futures_path": path} | more).result


def test_a_year_of_contango_rolls_down_twelve_times():
    assert rolled_growth(0.06, 365, 365) == pytest.approx(1.06**-12, rel=1e-14)
    assert rolled_growth(0.06, 365 / 12, 365) == pytest.approx(1 / 1.06, rel=1e-14)
    assert rolled_growth(-0.06, 365, 365) > 1 and rolled_growth(0.0, 99, 365) == 1.0


def test_the_resets_multiply_each_days_leveraged_return_by_hand():
    assert reset_growth([100, 110, 99], 2) == pytest.approx(1.2 * 0.8)
    assert reset_growth([100, 110, 99], -1) == pytest.approx(0.9 * 1.1)
    assert reset_growth([100, 160, 80, 90], 2) == 0.0 and reset_growth([100, 200, 150], -1) == 0.0


@given(PATH)
def test_without_leverage_the_resets_lose_nothing(path):
    assert reset_growth(path, 1.0) == pytest.approx(path[-1] / path[0], rel=1e-12)


@given(PATH, st.sampled_from([-1.0, -0.5, 1.5, 2.0]))
def test_outside_0_to_1_times_the_fund_never_beats_the_power_of_the_index(path, leverage):
    assert reset_growth(path, leverage) <= (path[-1] / path[0]) ** leverage * (1 + 1e-9)


@pytest.mark.parametrize(("leverage", "drag"), [(1.5, 0.21), (-1.0, 0.56), (-0.5, 0.21), (2.0, 0.56), (1.0, 0.0)])
def test_at_75_percent_volatility_the_drag_a_year_is_that_of_the_textbook(leverage, drag):
    assert -math.log(volatility_growth(leverage, 0.75 / math.sqrt(252), 252)) == pytest.approx(drag, abs=0.003)


def test_many_small_alternating_days_lose_what_the_textbook_expects():
    up, days = 0.01, 500
    path = [100.0]
    for day in range(days):
        path.append(path[-1] * (1 + up if day % 2 == 0 else 1 / (1 + up)))
    exact = reset_growth(path, 2.0) / (path[-1] / path[0]) ** 2
    assert exact == pytest.approx(volatility_growth(2.0, math.log1p(up), days), rel=2e-4)


def test_the_fee_is_taken_every_calendar_day():
    assert fee_growth(0.0085, 1, 365) == pytest.approx(1 - 0.0085 / 365, rel=1e-15)
    assert fee_growth(0.0085, 2, 365) == pytest.approx((1 - 0.0085 / 365) ** 2, rel=1e-15) and fee_growth(0.0, 365, 365) == 1.0


def test_drag_loss_and_fee_multiply_to_the_return_of_the_fund(track):
    result = track(leverage=1.5, fee_fraction=0.0095, daily_volatility_fraction=0.05)
    kept = (1 - result["roll_drag_fraction"]) * (1 - result["compounding_loss_fraction"]) * (1 - result["fee_fraction"])
    assert result["fund_return_fraction"] == pytest.approx(kept - 1, rel=1e-12)
    assert result["tracking_difference_fraction"] == pytest.approx(kept - 1 - 1.5 * result["index_return_fraction"], rel=1e-12)


def test_an_unlevered_fund_without_a_fee_departs_from_nothing_but_rolls_down(track):
    result = track(days=365)
    assert result["roll_drag_fraction"] == pytest.approx(1 - 1.06**-12) == pytest.approx(-result["index_return_fraction"])
    assert (result["compounding_loss_fraction"], result["fee_fraction"]) == (0, 0)
    assert result["tracking_difference_fraction"] == pytest.approx(0, abs=1e-15)


def test_an_inverse_fund_gains_from_contango_and_loses_by_its_resets(track):
    result = track(leverage=-1, daily_volatility_fraction=0.05)
    assert result["roll_drag_fraction"] < 0 < result["compounding_loss_fraction"]


def test_backwardation_is_a_negative_drag(track):
    assert track(slope_fraction_per_month=-0.06)["roll_drag_fraction"] < 0


def test_left_out_leverage_fee_and_volatility_are_the_parameters_and_are_listed(calculate, track):
    calculation = calculate("etf-tracking", {"slope_fraction_per_month": 0.06, "days": 365})
    assert {"etf_leverage", "etf_fee_fraction", "etf_daily_volatility_fraction"} <= {item.id for item in calculation.assumptions}
    assert calculation.result["roll_drag_fraction"] == pytest.approx(1 - 1.06**-12, rel=1e-12)
    assert calculation.result["fee_fraction"] == pytest.approx(1 - (1 - 0.0085 / 365) ** 365, rel=1e-12)
    assert calculation.result["compounding_loss_fraction"] == 0
    double = track(leverage=2, days=365, daily_volatility_fraction=None)
    assert double["compounding_loss_fraction"] == pytest.approx(1 - math.exp(-(0.047**2) * 252), rel=1e-12)


def test_the_days_of_a_path_are_its_trading_days_as_calendar_days(along):
    result = along([20.0] * 253, fee_fraction=0.0365)
    assert result["days"] == pytest.approx(365, abs=1e-9) and result["fee_fraction"] == pytest.approx(1 - (1 - 0.0001) ** 365, rel=1e-9)
    assert along([20.0] * 253, fee_fraction=0.0365, days=10)["fee_fraction"] == pytest.approx(1 - 0.9999**10, rel=1e-9)


def test_a_path_up_and_back_costs_a_leveraged_fund_its_resets(along):
    result = along([20, 25, 20], leverage=2, fee_fraction=0)
    assert result["index_return_fraction"] == 0 and result["compounding_loss_fraction"] == pytest.approx(0.1)
    assert result["tracking_difference_fraction"] == pytest.approx(-0.1) == pytest.approx(result["fund_return_fraction"])


def test_a_trend_makes_the_tracking_difference_positive_while_the_loss_stays_one(along):
    result = along([20, 22, 24.2], leverage=2, fee_fraction=0)
    assert result["tracking_difference_fraction"] == pytest.approx(1.44 - 1 - 2 * 0.21)
    assert result["tracking_difference_fraction"] > 0 < result["compounding_loss_fraction"]


def test_a_path_tells_no_roll_drag_unless_a_slope_is_given_beside_it(along):
    alone, beside = along([20, 21, 20]), along([20, 21, 20], slope_fraction_per_month=0.06, days=365)
    assert alone["roll_drag_fraction"] is None and "roll" in alone["note"]
    assert beside["roll_drag_fraction"] == pytest.approx(1 - 1.06**-12) and beside["index_return_fraction"] == 0


def test_a_volatility_beside_a_path_is_told_apart_from_what_the_path_lost(along):
    result = along([20, 25, 20], leverage=2, daily_volatility_fraction=0.05)
    assert result["expected_compounding_loss_fraction"] == pytest.approx(1 - math.exp(-(0.05**2) * 2), rel=1e-9)
    assert result["compounding_loss_fraction"] == pytest.approx(0.1) and along([20, 25, 20])["expected_compounding_loss_fraction"] is None


def test_a_day_that_wipes_the_fund_out_is_said(along):
    result = along([15.2, 29.8, 28.0], leverage=-1.5, fee_fraction=0)
    assert result["fund_return_fraction"] == -1 and result["compounding_loss_fraction"] == 1 and "wipes the fund out" in result["note"]


@given(PATH, st.sampled_from([-1.0, -0.5, 0.0, 1.0, 1.5, 2.0]), st.floats(0, 0.03))
def test_the_tracking_difference_agrees_with_exact_arithmetic(calculate, path, leverage, fee):
    growth = Fraction(1)
    for before, after in itertools.pairwise(path):
        growth *= max(1 + Fraction(leverage) * (Fraction(after) / Fraction(before) - 1), 0)
    assume(growth < 10**9)
    index = Fraction(path[-1]) / Fraction(path[0])
    kept = float(growth) * (1 - fee / 365) ** ((len(path) - 1) * 365 / 252)
    result = calculate("etf-tracking", {"futures_path": path, "leverage": leverage, "fee_fraction": fee}).result
    expected = kept - 1 - leverage * float(index - 1)
    assert result["tracking_difference_fraction"] == pytest.approx(expected, rel=1e-7, abs=1e-9 * max(1.0, float(growth), float(index)))


@pytest.mark.parametrize("more", [{}, {"slope_fraction_per_month": 0.05, "days": 9}, {"daily_volatility_fraction": 0.03, "days": 4}])
def test_every_number_of_the_calculator_is_a_step(calculate, more):
    assert untraced(calculate("etf-tracking", {"futures_path": [20, 22, 19.5], "leverage": 2} | more)) == []
    assert untraced(calculate("etf-tracking", {"slope_fraction_per_month": 0.05, "days": 9} | more)) == []


@pytest.mark.parametrize(
    ("raw", "field", "words"),
    [
        ({}, "slope_fraction_per_month", "is missing without futures_path"),
        ({"days": 20, "leverage": 2}, "slope_fraction_per_month", "is missing without futures_path"),
        ({"slope_fraction_per_month": 0.06}, "days", "is missing beside slope_fraction_per_month"),
        ({"slope_fraction_per_month": 6, "days": 20}, "slope_fraction_per_month", "less than 5"),
        ({"futures_path": [20]}, "futures_path", "at least 2"),
        ({"futures_path": [20, 0]}, "futures_path", "not above 0"),
        ({"futures_path": [20, 21], "fee_fraction": 85}, "fee_fraction", "is not written as a fraction"),
        ({"futures_path": [20, 21], "leverage": 50}, "leverage", "less than or equal to 5"),
    ],
)
def test_unusable_inputs_are_refused_with_their_field(calculate, raw, field, words):
    with pytest.raises(RulesError) as caught:
        calculate("etf-tracking", raw)
    assert caught.value.field == field and words in str(caught.value)
