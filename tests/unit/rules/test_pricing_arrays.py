"""Arrays of options hold the same values as options priced one by one."""

from __future__ import annotations

import numpy as np
import pytest

from rules.options.pricing import black76, black_scholes
from rules.options.pricing_arrays import black76_arrays, black_scholes_arrays

COUNT = 5000


def draws(seed):
    """Underlyings, strikes within four deviations, years, volatilities, rates, yields and rights."""
    draw = np.random.default_rng(seed)
    underlying, years, volatility = draw.uniform(10, 7000, COUNT), draw.uniform(0.01, 2, COUNT), draw.uniform(0.1, 2, COUNT)
    strike = underlying * np.exp(draw.uniform(-4, 4, COUNT) * volatility * np.sqrt(years))
    return underlying, strike, years, volatility, draw.uniform(-0.02, 0.15, COUNT), draw.uniform(0, 0.08, COUNT), draw.random(COUNT) < 0.5


def assert_same(arrays, scalars):
    for name in ("price", "vega_per_vol_point", "delta"):
        np.testing.assert_allclose(getattr(arrays, name), [getattr(value, name) for value in scalars], rtol=1e-12, atol=1e-290, err_msg=name)


def test_black76_arrays_equal_the_scalars_to_twelve_digits():
    forward, strike, years, volatility, rate, _, call = draws(1)
    rows = zip(forward, strike, years, volatility, rate, call, strict=True)
    assert_same(black76_arrays(forward, strike, years, volatility, rate, call), [black76(*row[:5], "call" if row[5] else "put") for row in rows])


def test_black_scholes_arrays_equal_the_scalars_to_twelve_digits():
    *columns, call = draws(2)
    scalars = [black_scholes(*row[:6], "call" if row[6] else "put") for row in zip(*columns, call, strict=True)]
    assert_same(black_scholes_arrays(*columns, call), scalars)


def test_a_column_of_spots_and_a_row_of_volatilities_make_a_grid():
    spots, volatilities = np.linspace(5000, 7000, 41)[:, None], np.linspace(0.05, 0.8, 41)[None, :]
    grid = black_scholes_arrays(spots, 5600.0, 41 / 365, volatilities, 0.045, 0.013, False)
    assert grid.price.shape == grid.vega_per_vol_point.shape == grid.delta.shape == (41, 41)
    one = black_scholes(float(spots[7, 0]), 5600.0, 41 / 365, float(volatilities[0, 30]), 0.045, 0.013, "put")
    assert (grid.price[7, 30], grid.delta[7, 30]) == pytest.approx((one.price, one.delta), rel=1e-12)


def test_single_numbers_and_no_options_keep_their_shape():
    assert black76_arrays(20.1, 25.0, 40 / 365, 1.0, 0.045, True).price.shape == ()
    assert black76_arrays(np.empty(0), 25.0, 40 / 365, 1.0, 0.045, True).price.shape == (0,)


def test_more_options_than_a_block_are_all_priced():
    strikes = np.linspace(5, 60, 40_000)
    values = black76_arrays(20.1, strikes, 40 / 365, 1.0, 0.045, True)
    assert np.all(np.diff(values.price) < 0) and np.all(np.isfinite(values.price))
    for place in (0, 16_383, 16_384, 39_999):
        assert values.price[place] == pytest.approx(black76(20.1, float(strikes[place]), 40 / 365, 1.0, 0.045, "call").price, rel=1e-12)


@pytest.mark.parametrize(("years", "volatility"), [(0.0, 1.0), (0.5, 0.0)])
def test_without_time_or_volatility_the_intrinsic_value_is_left(years, volatility):
    strikes, call = np.array([15.0, 20.1, 25.0] * 2), np.array([True] * 3 + [False] * 3)
    scalars = [black76(20.1, float(k), years, volatility, 0.045, "call" if c else "put") for k, c in zip(strikes, call, strict=True)]
    assert_same(black76_arrays(20.1, strikes, years, volatility, 0.045, call), scalars)


def test_shapes_that_do_not_broadcast_are_refused():
    with pytest.raises(ValueError, match="broadcast"):
        black76_arrays(np.ones(3), np.ones(4), 1.0, 0.2, 0.0, True)
