"""Option values against QuantLib, against themselves, and against identities."""

from __future__ import annotations

import itertools
import math

import pytest
import QuantLib as ql
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.options.pricing import OptionValue, black76, black_scholes, forward_price, normal_cdf, probability_below

UNDERLYINGS = (12.0, 20.1, 6000.0)
MONEYNESS = (0.6, 0.85, 0.97, 1.0, 1.03, 1.25, 1.7)
YEARS = (1 / 365, 11 / 365, 41 / 365, 1.0, 2.5)
VOLATILITIES = (0.08, 0.195, 1.0, 2.0)
RATES = (-0.01, 0.0, 0.045, 0.12)
YIELDS = (0.0, 0.013, 0.06)
RIGHTS = ("call", "put")
GREEKS = ("price", "delta", "gamma", "vega_per_vol_point", "theta_per_day")

market = {
    "forward": st.floats(5, 100), "moneyness": st.floats(0.7, 1.5), "years": st.floats(0.02, 2.0),
    "volatility": st.floats(0.15, 2.0), "rate": st.floats(-0.02, 0.15), "right": st.sampled_from(RIGHTS),
}  # fmt: skip
quiet = settings(deadline=None, derandomize=True, database=None, max_examples=60)


def payoff(right, strike):
    return ql.PlainVanillaPayoff(ql.Option.Call if right == "call" else ql.Option.Put, strike)


def assert_equal(found: OptionValue, expected: OptionValue, underlying: float, case: object) -> None:
    """1e-9 relative; values below the rounding of the underlying itself are compared at that rounding."""
    floors = (underlying, 1.0, 1.0 / underlying, underlying, underlying)
    for name, floor in zip(GREEKS, floors, strict=True):
        assert getattr(found, name) == pytest.approx(getattr(expected, name), rel=1e-9, abs=1e-13 * floor), (name, case)


@pytest.mark.parametrize("right", RIGHTS)
@pytest.mark.parametrize("forward", UNDERLYINGS)
def test_black76_price_and_greeks_agree_with_quantlibs_black_calculator(forward, right):
    for moneyness, years, volatility, rate in itertools.product(MONEYNESS, YEARS, VOLATILITIES, RATES):
        strike = forward * moneyness
        oracle = ql.BlackCalculator(payoff(right, strike), forward, volatility * math.sqrt(years), math.exp(-rate * years))
        expected = OptionValue(
            oracle.value(), oracle.deltaForward(), oracle.gammaForward(), oracle.vega(years) / 100, oracle.theta(forward, years) / 365
        )
        assert_equal(black76(forward, strike, years, volatility, rate, right), expected, forward, (strike, years, volatility, rate))


@pytest.mark.parametrize("right", RIGHTS)
@pytest.mark.parametrize("dividend_yield", YIELDS)
def test_black_scholes_price_and_greeks_agree_with_quantlib_on_the_forward_of_the_spot(dividend_yield, right):
    spot = 6000.0
    for moneyness, years, volatility, rate in itertools.product(MONEYNESS, YEARS, VOLATILITIES, RATES):
        strike = spot * moneyness
        forward = spot * math.exp((rate - dividend_yield) * years)
        oracle = ql.BlackCalculator(payoff(right, strike), forward, volatility * math.sqrt(years), math.exp(-rate * years))
        expected = OptionValue(oracle.value(), oracle.delta(spot), oracle.gamma(spot), oracle.vega(years) / 100, oracle.theta(spot, years) / 365)
        assert_equal(black_scholes(spot, strike, years, volatility, rate, dividend_yield, right), expected, spot, (strike, years, volatility, rate))


@pytest.mark.parametrize(("strike", "volatility", "right"), [(5500, 0.205, "put"), (5600, 0.195, "put"), (6300, 0.13, "call"), (6400, 0.125, "call")])
def test_the_legs_of_the_worked_book_agree_with_quantlibs_european_engine_on_real_dates(strike, volatility, right):
    today = ql.Date(8, 5, 2026)
    ql.Settings.instance().evaluationDate = today
    count = ql.Actual365Fixed()
    curves = [ql.YieldTermStructureHandle(ql.FlatForward(today, rate, count)) for rate in (0.013, 0.045)]
    surface = ql.BlackVolTermStructureHandle(ql.BlackConstantVol(today, ql.NullCalendar(), volatility, count))
    process = ql.BlackScholesMertonProcess(ql.QuoteHandle(ql.SimpleQuote(6000.0)), *curves, surface)
    option = ql.VanillaOption(payoff(right, float(strike)), ql.EuropeanExercise(ql.Date(18, 6, 2026)))
    option.setPricingEngine(ql.AnalyticEuropeanEngine(process))
    expected = OptionValue(option.NPV(), option.delta(), option.gamma(), option.vega() / 100, option.theta() / 365)
    assert_equal(black_scholes(6000.0, strike, 41 / 365, volatility, 0.045, 0.013, right), expected, 6000.0, strike)


@quiet
@given(**(market | {"right": st.none()}))
def test_call_minus_put_is_the_discounted_future_less_the_strike(forward, moneyness, years, volatility, rate, right):
    strike = forward * moneyness
    call, put = (black76(forward, strike, years, volatility, rate, right) for right in RIGHTS)
    discount = math.exp(-rate * years)
    assert call.price - put.price == pytest.approx(discount * (forward - strike), abs=1e-11 * forward)
    assert call.delta - put.delta == pytest.approx(discount, abs=1e-13)
    assert call.gamma == pytest.approx(put.gamma, rel=1e-12)
    assert call.vega_per_vol_point == pytest.approx(put.vega_per_vol_point, rel=1e-12)


@quiet
@given(**market)
def test_greeks_of_black76_are_the_slopes_of_its_price(forward, moneyness, years, volatility, rate, right):
    strike = forward * moneyness
    value = black76(forward, strike, years, volatility, rate, right)

    def price(f=forward, t=years, s=volatility):
        return black76(f, strike, t, s, rate, right).price

    h = 1e-4 * forward
    assert value.delta == pytest.approx((price(f=forward + h) - price(f=forward - h)) / (2 * h), abs=1e-6)
    assert value.gamma == pytest.approx((price(f=forward + h) - 2 * price() + price(f=forward - h)) / h**2, rel=1e-3, abs=1e-4 / forward)
    assert value.vega_per_vol_point == pytest.approx((price(s=volatility + 1e-5) - price(s=volatility - 1e-5)) / 2e-3, rel=1e-5, abs=1e-7 * forward)
    assert value.theta_per_day == pytest.approx((price(t=years - 1e-6) - price(t=years + 1e-6)) / 2e-6 / 365, rel=1e-4, abs=1e-7 * forward)


@quiet
@given(**market, dividend_yield=st.floats(0.0, 0.08))
def test_greeks_of_black_scholes_are_slopes_in_the_spot_with_the_spot_unchanged_in_time(
    forward, moneyness, years, volatility, rate, right, dividend_yield
):
    strike = forward * moneyness
    value = black_scholes(forward, strike, years, volatility, rate, dividend_yield, right)

    def price(spot=forward, t=years):
        return black_scholes(spot, strike, t, volatility, rate, dividend_yield, right).price

    h = 1e-4 * forward
    assert value.delta == pytest.approx((price(forward + h) - price(forward - h)) / (2 * h), abs=1e-6)
    assert value.gamma == pytest.approx((price(forward + h) - 2 * price() + price(forward - h)) / h**2, rel=1e-3, abs=1e-4 / forward)
    assert value.theta_per_day == pytest.approx((price(t=years - 1e-6) - price(t=years + 1e-6)) / 2e-6 / 365, rel=1e-4, abs=1e-7 * forward)


@quiet
@given(**market)
def test_a_price_lies_between_its_bounds_and_falls_and_bends_with_the_strike_as_it_must(forward, moneyness, years, volatility, rate, right):
    discount, rounding = math.exp(-rate * years), 1e-13 * forward
    strikes = [forward * moneyness * step for step in (0.95, 1.0, 1.05)]
    low, middle, high = (black76(forward, strike, years, volatility, rate, right).price for strike in strikes)
    sign, cap = (1, forward) if right == "call" else (-1, strikes[1])
    assert discount * max(sign * (forward - strikes[1]), 0) - rounding <= middle <= discount * cap + rounding
    assert -rounding <= sign * (low - high) <= discount * (strikes[2] - strikes[0]) + rounding
    assert 0.5 * (low + high) >= middle - rounding


@quiet
@given(**market)
def test_a_price_rises_with_volatility_and_scales_with_the_price_level(forward, moneyness, years, volatility, rate, right):
    value = black76(forward, forward * moneyness, years, volatility, rate, right)
    assert black76(forward, forward * moneyness, years, 1.01 * volatility, rate, right).price >= value.price
    double = black76(2 * forward, 2 * forward * moneyness, years, volatility, rate, right)
    assert double.price == pytest.approx(2 * value.price, rel=1e-12, abs=1e-300)
    assert double.delta == pytest.approx(value.delta, rel=1e-12, abs=1e-300)


@pytest.mark.parametrize(
    ("right", "strike", "intrinsic", "delta"), [("call", 25, 0.0, 0.0), ("call", 15, 5.1, 1.0), ("put", 25, 4.9, -1.0), ("put", 15, 0.0, 0.0)]
)
def test_an_option_without_time_left_is_worth_its_intrinsic_value(right, strike, intrinsic, delta):
    value = black76(20.1, strike, 0.0, 1.0, 0.045, right)
    assert (value.price, value.delta, value.gamma, value.vega_per_vol_point) == pytest.approx((intrinsic, delta, 0.0, 0.0))


def test_the_delta_of_an_option_on_a_future_is_discounted():
    value = black76(20.1, 1e-6, 1.0, 1.0, 0.045, "call")
    assert value.delta == pytest.approx(math.exp(-0.045), rel=1e-12)


def test_vega_is_per_vol_point_and_theta_per_calendar_day():
    value = black76(20.1, 25, 40 / 365, 1.0, 0.045, "call")
    assert black76(20.1, 25, 40 / 365, 1.01, 0.045, "call").price - value.price == pytest.approx(value.vega_per_vol_point, rel=0.01)
    assert black76(20.1, 25, 39 / 365, 1.0, 0.045, "call").price - value.price == pytest.approx(value.theta_per_day, rel=0.02)


def test_the_normal_distribution_agrees_with_quantlib_deep_into_both_tails():
    oracle = ql.CumulativeNormalDistribution()
    for x in [number / 4 for number in range(-30, 31)]:
        assert normal_cdf(x) == pytest.approx(oracle(x), rel=1e-9), x


def test_the_probability_of_ending_below_a_level_is_the_discounted_digital_undone():
    forward = forward_price(6000, 41 / 365, 0.045, 0.013)
    assert forward == pytest.approx(6000 * math.exp((0.045 - 0.013) * 41 / 365), rel=1e-15)
    narrow = (black76(forward, 5600 + 1e-3, 41 / 365, 0.2, 0.0, "put").price - black76(forward, 5600 - 1e-3, 41 / 365, 0.2, 0.0, "put").price) / 2e-3
    assert probability_below(forward, 5600, 41 / 365, 0.2) == pytest.approx(narrow, rel=1e-6)
    assert probability_below(forward, 0.0, 41 / 365, 0.2) == 0.0
