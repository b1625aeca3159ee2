"""What futures, calls, funds and condors are worth when SPX, the VIX and the calendar have moved."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.outcomes.pnl_grid import _condor_values
from rules.outcomes.valuation import (
    CondorPosition,
    HedgePosition,
    Shock,
    World,
    condor_pnl_usd,
    fund_roll_fraction_per_day,
    future_price_at,
    hedge_pnl_usd,
    hedge_price_at,
    is_finite_shock,
    moves_by_days,
)
from rules.parameters import load_parameters
from rules.vix.instruments import monotone_betas
from tests.unit.rules import reference as ref

BETAS = monotone_betas(load_parameters()["vix_beta_by_days"].value)
WORLD = World(18.0, 6000.0, 0.045, 0.013, 365, tuple((float(x), y) for x, y in ref.LONG_CURVE), BETAS, 1.0, 0.03)
LEGS = tuple((float(strike), side, right) for strike, side, right, _ in ref.LEGS)
CONDOR = CondorPosition("condor", LEGS, 10, ref.CREDIT, 41, 100.0, tuple(volatility for *_, volatility in ref.LEGS))
FUND = HedgePosition("VIXY", "fund", 100, 1.0, 40.0, 40.0, 0.0, fund=((0.4, 19.2, 11.0), (0.6, 20.1, 40.0)))


@settings(max_examples=50, deadline=None)
@given(days=st.integers(1, 150), passed=st.integers(0, 160), points=st.floats(-8, 40))
def test_a_future_slides_down_todays_curve_and_moves_by_the_beta_of_the_time_left(days, passed, points):
    found = future_price_at(WORLD, Shock(6000.0, points, float(passed)), float(days))
    assert found == pytest.approx(ref.future_at(ref.LONG_CURVE, days, passed, points), rel=1e-12)


def test_a_future_settles_at_the_vix_and_is_never_below_zero():
    assert future_price_at(WORLD, Shock(6000.0, 7.0, 11.0), 11.0, 19.2) == 25.0
    assert future_price_at(WORLD, Shock(6000.0, -17.9, 0.0), 1.0, 0.05) == 0.0


@settings(max_examples=50, deadline=None)
@given(spx=st.floats(4500, 7500), points=st.floats(-10, 40), passed=st.integers(0, 45))
def test_a_condor_is_revalued_leg_by_leg_and_is_its_payoff_once_it_has_expired(spx, points, passed):
    found = condor_pnl_usd(CONDOR, WORLD, Shock(spx, points, float(passed)))
    expected = ref.condor_pnl(spx, points, 41 - passed) if passed < 41 else ref.payoff(spx)
    assert found == pytest.approx(expected, abs=1e-6)


def test_a_condor_without_volatilities_has_a_value_at_its_expiry_only():
    bare = CondorPosition("condor", LEGS, 10, ref.CREDIT, 41, 100.0, None)
    assert condor_pnl_usd(bare, WORLD, Shock(5550.0, 0.0, 40.0)) is None
    assert condor_pnl_usd(bare, WORLD, Shock(5550.0, 0.0, 41.0)) == pytest.approx(ref.payoff(5550))


def test_volatility_never_falls_below_the_floor():
    low, lower = (condor_pnl_usd(CONDOR, WORLD, Shock(6000.0, points, 0.0)) for points in (-17.5, -17.9))
    assert low == pytest.approx(lower) == pytest.approx(ref.condor_pnl(6000, -17.5, 41))


def test_without_a_shock_a_fund_loses_the_slide_of_its_futures_every_day():
    slide = (0.4 * (19.2 - 18) / 11 + 0.6 * (20.1 - 19.2) / 29) / (0.4 * 19.2 + 0.6 * 20.1)
    assert fund_roll_fraction_per_day(WORLD, FUND.fund) == pytest.approx(-slide)
    assert hedge_price_at(FUND, WORLD, Shock(6000.0, 0.0, 30.0)) == pytest.approx(40 * (1 - slide) ** 30)


def test_a_fund_moves_with_the_betas_of_its_futures_and_its_leverage():
    move = 5 * (0.4 * ref.beta(11) + 0.6 * ref.beta(40)) / (0.4 * 19.2 + 0.6 * 20.1)
    assert hedge_pnl_usd(FUND, WORLD, Shock(6000.0, 5.0, 0.0)) == pytest.approx(100 * 40 * move)
    double = HedgePosition("UVXY", "fund", 100, 1.0, 40.0, 40.0, 0.0, leverage=2.0, fund=FUND.fund)
    assert hedge_pnl_usd(double, WORLD, Shock(6000.0, 5.0, 0.0)) == pytest.approx(100 * 40 * 2 * move)
    assert hedge_price_at(double, WORLD, Shock(6000.0, -200.0, 0.0)) == 0.0


@pytest.mark.parametrize(("days", "move"), [(1, 17.60), (9, 17.60), (26.5, 15.30), (44, 13.00), (58, 11.325), (226, 2.70), (300, 2.70)])
def test_historical_moves_are_linear_between_the_days_on_record_and_flat_outside(days, move):
    history = load_parameters()["scenario_historical_moves"].value[0]
    found = moves_by_days(dict(zip(history["days"], history["future_points"], strict=True)))
    assert found(days) == pytest.approx(move)


def test_a_historical_day_moves_a_future_by_its_own_points_and_not_by_its_beta():
    shock = Shock(5700.0, 20.0, 0.0, moves_by_days({9.0: 17.6, 44.0: 13.0}))
    future = HedgePosition("VX", "future", 2, 1000.0, 20.1, 20.1, 40.0)
    assert hedge_pnl_usd(future, WORLD, shock) == pytest.approx(2000 * (17.6 - 4.6 * 31 / 35))


@pytest.mark.parametrize(
    ("spx", "points", "valued"), [(6000, 0, True), (0, 0, False), (6000, -18, False), (6000, -17.99, True), (float("inf"), 0, False)]
)
def test_a_state_with_spx_or_the_vix_at_zero_cannot_be_valued(spx, points, valued):
    assert is_finite_shock(WORLD, Shock(float(spx), float(points), 0.0)) is valued


@pytest.mark.parametrize("days", [0.0, 20.0, 41.0, 50.0])
def test_the_table_of_profits_agrees_with_the_valuation_of_single_states(days):
    import numpy as np

    levels, moves = np.array([[5300.0, 5600.0, 6000.0, 6350.0]]), np.array([[-8.0], [0.0], [25.0]])
    table = _condor_values(CONDOR, WORLD, levels, moves, days)
    for row, points in enumerate((-8.0, 0.0, 25.0)):
        for column, spx in enumerate((5300.0, 5600.0, 6000.0, 6350.0)):
            assert table[row, column] == pytest.approx(condor_pnl_usd(CONDOR, WORLD, Shock(spx, points, days)), abs=1e-6)
