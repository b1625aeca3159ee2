"""CPI against PPI, and FOMC surprises."""

from __future__ import annotations

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import RulesError
from rules.signals.macro import crosses, divergence_z, kuttner_surprise


def releases(values):
    """Releases whose CPI less PPI is the given fraction."""
    return [{"cpi_yoy_fraction": 0.02 + value, "ppi_yoy_fraction": 0.02} for value in values]


def raw(values):
    """Input with the last value as the current release."""
    *history, last = releases(values)
    return last | {"history": history}


STEADY = [0.001 * (number % 3) for number in range(36)]


def at_z(z, before=None):
    """A series of `len(before) + 1` divergences of which the last lies `z` deviations from the mean of the 36 before it."""
    base = STEADY if before is None else before
    window = base[-36:]
    return [*base, statistics.fmean(window) + z * statistics.stdev(window)]


# --- FOMC ---------------------------------------------------------------------------------------------------------


def test_a_surprise_scales_the_change_by_the_days_left_in_the_month(calculate):
    result = calculate("macro-signal", {"rate_change_bp": 3.5, "decision_day": 10, "month_days": 31}).result
    assert result["surprise_bp"] == pytest.approx(31 / 21 * 3.5) and result["accelerates"] is False
    assert result["divergence_fraction"] is result["divergence_z"] is None and "CPI against PPI is not given" in result["reason"]


@pytest.mark.parametrize(
    ("day", "days", "factor"),
    [(1, 31, 1), (2, 31, 31 / 29), (24, 31, 31 / 7), (25, 31, 1), (31, 31, 1), (23, 30, 30 / 7), (24, 30, 1), (21, 28, 4), (22, 28, 1)],
)
def test_the_first_and_the_last_seven_days_of_a_month_are_unscaled(calculate, day, days, factor):
    result = calculate("macro-signal", {"rate_change_bp": 2.0, "decision_day": day, "month_days": days}).result
    assert result["surprise_bp"] == pytest.approx(2.0 * factor) and kuttner_surprise(2.0, day, days, 7) == pytest.approx(2.0 * factor)


def test_decided_less_expected_is_a_surprise_too(calculate):
    assert calculate("macro-signal", {"actual_bp": 50, "expected_bp": 25.5}).result["surprise_bp"] == 24.5


@pytest.mark.parametrize(("surprise", "fires"), [(9.995, False), (10, True), (-9.995, False), (-10, True), (0, False)])
def test_a_surprise_of_ten_basis_points_either_way_accelerates(calculate, surprise, fires):
    result = calculate("macro-signal", {"fomc_surprise_bp": surprise}).result
    assert (result["accelerates"], result["surprise_bp"]) == (fires, surprise)


# --- CPI against PPI ----------------------------------------------------------------------------------------------


def test_the_divergence_is_measured_against_the_36_releases_before(calculate):
    values = [0.0005 * ((7 * number) % 11) for number in range(60)]
    result = calculate("macro-signal", raw(values)).result
    before = values[-37:-1]
    assert result["divergence_fraction"] == pytest.approx(values[-1])
    assert result["divergence_z"] == pytest.approx((values[-1] - statistics.fmean(before)) / statistics.stdev(before), abs=1e-9)


def test_36_releases_before_make_a_z_score_and_35_do_not(calculate):
    assert calculate("macro-signal", raw(at_z(1.0))).result["divergence_z"] == pytest.approx(1.0)
    short = calculate("macro-signal", raw(at_z(1.0)[1:])).result
    assert short["divergence_z"] is short["accelerates"] is None
    assert "36 releases before this one are needed, 35 are given" in short["reason"]


@pytest.mark.parametrize(("z", "fires"), [(1.495, False), (1.505, True), (-1.495, False), (-1.505, True)])
@pytest.mark.parametrize("before", [1.0, -1.0])
def test_a_crossing_of_one_and_a_half_deviations_accelerates(calculate, z, fires, before):
    assert calculate("macro-signal", raw(at_z(z, at_z(before)))).result["accelerates"] is fires


@pytest.mark.parametrize(("before", "fires"), [(1.495, True), (1.505, False), (-1.505, False), (3.0, False)])
def test_a_divergence_that_was_already_beyond_does_not_accelerate_again(calculate, before, fires):
    assert calculate("macro-signal", raw(at_z(2.5, at_z(before)))).result["accelerates"] is fires


def test_a_divergence_beyond_the_trigger_whose_release_before_cannot_be_measured_is_not_evaluated(calculate):
    result = calculate("macro-signal", raw(at_z(2.0))).result
    assert result["divergence_z"] == pytest.approx(2.0) and result["accelerates"] is None and "37 releases before it are needed" in result["reason"]
    assert calculate("macro-signal", raw(at_z(1.0))).result["accelerates"] is False


def test_releases_that_never_differ_give_no_z_score(calculate):
    result = calculate("macro-signal", raw([0.01] * 40)).result
    assert result["divergence_z"] is result["accelerates"] is None and "do not differ" in result["reason"]


def test_without_history_the_divergence_is_shown_and_not_judged(calculate):
    result = calculate("macro-signal", {"cpi_yoy_fraction": 0.031, "ppi_yoy_fraction": 0.024}).result
    assert result["divergence_fraction"] == pytest.approx(0.007) and result["accelerates"] is None


def test_what_is_unknown_leaves_the_whole_unknown_unless_the_other_fires(calculate):
    unknown = {"cpi_yoy_fraction": 0.031, "ppi_yoy_fraction": 0.024}
    assert calculate("macro-signal", unknown | {"fomc_surprise_bp": 9}).result["accelerates"] is None
    assert calculate("macro-signal", unknown | {"fomc_surprise_bp": 10}).result["accelerates"] is True
    assert calculate("macro-signal", raw(at_z(1.0)) | {"fomc_surprise_bp": 9}).result["accelerates"] is False


@given(
    st.lists(st.integers(-300, 300).map(lambda n: n / 1e4), min_size=37, max_size=60),
    st.lists(st.integers(-300, 300).map(lambda n: n / 1e4), max_size=5),
)
def test_later_releases_never_change_an_earlier_z_score(values, later):
    position = len(values) - 1
    assert divergence_z(values, position, 36) == divergence_z([*values, *later], position, 36)


def test_reaching_the_trigger_exactly_is_a_crossing_and_staying_on_it_is_none():
    assert [crosses(1.4, 1.5, 1.5), crosses(1.5, 1.5, 1.5), crosses(-1.4, -1.5, 1.5), crosses(None, 1.4, 1.5), crosses(None, 1.5, 1.5)] == [
        True,
        False,
        True,
        False,
        None,
    ]


@pytest.mark.parametrize(
    ("given_raw", "words"),
    [
        ({}, "nothing to judge"), ({"cpi_yoy_fraction": 0.03}, "needs cpi_yoy_fraction and ppi_yoy_fraction together"),
        ({"history": [], "fomc_surprise_bp": 5.0}, "history: stands without"), ({"actual_bp": 25}, "actual_bp and expected_bp"),
        ({"rate_change_bp": 3.5, "decision_day": 10}, "month_days"), ({"fomc_surprise_bp": 5, "actual_bp": 1, "expected_bp": 1}, "in one way"),
        ({"rate_change_bp": 3.5, "decision_day": 31, "month_days": 30}, "after the last of 30 days"), ({"cpi_yoy_fraction": 3, "ppi_yoy_fraction": 2}, "cpi_yoy_fraction"),
    ],
)  # fmt: skip
def test_input_that_cannot_be_judged_is_refused(calculate, given_raw, words):
    with pytest.raises(RulesError) as caught:
        calculate("macro-signal", given_raw)
    assert words in str(caught.value)
