"""Whole contracts inside the stated band."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.planning.sizing import contracts_within, fit_contracts, liquidity_limit, spread_too_wide

LOW, HIGH, TARGET = 0.25, 0.40, 0.325
many = settings(deadline=None, derandomize=True, database=None, max_examples=400)
planned_usd = st.floats(1, 1e7)
exposure_usd = st.floats(0.5, 2000)
bands = st.tuples(st.floats(0.05, 0.6), st.floats(0.01, 0.4)).map(lambda pair: (pair[0], pair[0] + pair[1]))


def fit(planned, exposure, low=LOW, high=HIGH, target=TARGET):
    return fit_contracts(planned, exposure, low, high, target)


@many
@given(planned_usd, exposure_usd)
def test_the_contracts_chosen_lie_inside_the_band_and_never_above_it(planned, exposure):
    found = fit(planned, exposure)
    if found.best is not None:
        for contracts in (found.low, found.best, found.high):
            assert contracts >= 1
            assert LOW * planned - 1e-8 * exposure <= contracts * exposure <= HIGH * planned + 1e-8 * exposure
        assert (found.low - 1) * exposure < LOW * planned or found.low == 1
        assert (found.high + 1) * exposure > HIGH * planned


@many
@given(st.floats(1, 1e5), exposure_usd)
def test_the_contracts_chosen_are_the_closest_to_the_target_and_a_tie_goes_to_fewer(planned, exposure):
    found = fit(planned, exposure)
    if found.best is not None and found.high - found.low < 1000:
        distance = [abs(n * exposure - TARGET * planned) for n in range(found.low, found.high + 1)]
        assert abs(found.best * exposure - TARGET * planned) <= min(distance) + 1e-8 * exposure


def test_a_tie_between_two_counts_goes_to_the_smaller():
    assert fit(1000, 130, 0.1, 0.6, 0.325).best == 2


@many
@given(planned_usd, exposure_usd, bands)
def test_an_infeasible_band_names_both_nearest_hedge_vegas_and_each_is_just_feasible(planned, exposure, band):
    low, high = band
    found = fit(planned, exposure, low, high, (low + high) / 2)
    if found.feasible:
        assert (found.nearest_below_usd, found.nearest_above_usd) == (None, None)
        return
    above, below = found.nearest_above_usd, found.nearest_below_usd
    assert above is not None and above > planned
    assert fit(above, exposure, low, high, (low + high) / 2).feasible
    assert not fit(max(above * (1 - 1e-6), planned), exposure, low, high, (low + high) / 2).feasible
    if below is None:
        assert planned * high < exposure * (1 + 1e-9), "there is nothing below only when not even one contract fits"
    else:
        assert below < planned
        assert fit(below, exposure, low, high, (low + high) / 2).feasible
        assert not fit(min(below * (1 + 1e-6), planned), exposure, low, high, (low + high) / 2).feasible


@pytest.mark.parametrize(
    ("planned", "feasible"), [(2.4, False), (2.5, True), (4.0, True), (4.01, False), (4.99, False), (5.0, True), (7.4, True), (1e5, True)]
)
def test_one_contract_fits_between_two_and_a_half_and_four_exposures_and_two_from_five_on(planned, feasible):
    assert fit(planned, 1.0).feasible is feasible


def test_every_hedge_vega_from_five_exposures_on_fits_but_the_gap_between_four_and_five_does_not():
    assert all(fit(hundredths / 100, 1.0).feasible for hundredths in range(500, 3000))
    assert not any(fit(hundredths / 100, 1.0).feasible for hundredths in range(401, 500))
    assert not any(fit(hundredths / 100, 1.0).feasible for hundredths in range(1, 250))


@many
@given(planned_usd, exposure_usd, st.floats(0.001, 1000))
def test_a_fit_does_not_depend_on_the_unit_of_money(planned, exposure, scale):
    found, scaled = fit(planned, exposure), fit(planned * scale, exposure * scale)
    assert math.isclose(found.low, scaled.low, abs_tol=1) and found.feasible == scaled.feasible


@many
@given(st.floats(0, 1e6), st.floats(0.01, 1e4))
def test_contracts_within_a_budget_are_the_most_that_do_not_exceed_it(budget, exposure):
    count = contracts_within(budget, exposure)
    assert count * exposure <= budget + 1e-8 * exposure < (count + 1) * exposure + 2e-8 * exposure


def test_a_budget_of_exactly_three_contracts_buys_three_despite_rounding():
    assert contracts_within(0.3, 0.1) == 3


@pytest.mark.parametrize(
    ("volume", "open_interest", "limit"),
    [
        (1000, 10_000, 50),
        (1000, 1000, 20),
        (1000, None, 50),
        (None, 1000, 20),
        (None, None, None),
        (10, None, 0),
        (0, 0, 0),
        (19, 50, 0),
        (20, 50, 1),
    ],
)
def test_an_order_is_at_most_five_percent_of_volume_and_two_percent_of_open_interest(volume, open_interest, limit):
    assert liquidity_limit(volume, open_interest, 0.05, 0.02) == limit


@pytest.mark.parametrize(
    ("bid", "ask", "wide"),
    [(0.50, 0.60, False), (0.50, 0.61, True), (1.90, 2.10, False), (1.89, 2.11, True), (None, 2.0, False), (2.0, None, False), (2.0, 2.0, False)],
)
def test_a_spread_is_too_wide_above_a_tenth_of_a_point_and_a_tenth_of_the_mid(bid, ask, wide):
    assert spread_too_wide(bid, ask, 0.10, 0.10) is wide
