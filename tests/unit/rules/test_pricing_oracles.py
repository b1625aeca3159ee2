"""Prices and Greeks on 10,000 random points against QuantLib, and against 50 digits of mpmath where QuantLib itself is off."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from typing import NamedTuple

import mpmath
import pytest
import QuantLib as ql

from rules.options.pricing import OptionValue, Right, black76, black_scholes

POINTS = 10_000
GREEKS = ("price", "delta", "gamma", "vega_per_vol_point", "theta_per_day")
DIGITS = mpmath.MPContext()
DIGITS.dps = 50
ROOT_TWO, ROOT_TWO_PI = DIGITS.sqrt(2), DIGITS.sqrt(2 * DIGITS.pi)


class Point(NamedTuple):
    """One option: `underlying` is the forward or the spot, `dividend_yield` equals `rate` on a forward."""

    model: str
    underlying: float
    strike: float
    days: float
    volatility: float
    rate: float
    dividend_yield: float
    right: Right


def points(model: str, deviations: float, seed: int, spreads: tuple[float, float] = (0.0, 3.0)) -> Iterator[Point]:
    """Random options with strikes within so many standard deviations of the forward; `spreads` bounds volatility * sqrt(T)."""
    draw = random.Random(seed)
    count = POINTS
    while count:
        volatility, days = math.exp(draw.uniform(math.log(0.03), math.log(4.0))), draw.choice((draw.uniform(0.5, 60), draw.uniform(1, 1100)))
        spread = volatility * math.sqrt(days / 365)
        if not spreads[0] <= spread <= spreads[1]:
            continue
        underlying, rate = math.exp(draw.uniform(math.log(5.0), math.log(10_000.0))), draw.uniform(-0.02, 0.2)
        dividend_yield = rate if model == "black76" else draw.uniform(0.0, 0.1)
        forward = underlying * math.exp((rate - dividend_yield) * days / 365)
        strike = forward * math.exp(draw.uniform(-deviations, deviations) * spread)
        yield Point(model, underlying, strike, days, volatility, rate, dividend_yield, draw.choice(("call", "put")))
        count -= 1


def engine(point: Point) -> OptionValue:
    """What is tested."""
    years = point.days / 365
    if point.model == "black76":
        return black76(point.underlying, point.strike, years, point.volatility, point.rate, point.right)
    return black_scholes(point.underlying, point.strike, years, point.volatility, point.rate, point.dividend_yield, point.right)


def exact(point: Point) -> tuple[list[mpmath.mpf], mpmath.mpf]:
    """The five values by the textbook formulas of Black, Scholes and Merton in 50 digits, and the size of theta's terms."""
    mp = DIGITS
    spot, strike, sigma = mp.mpf(point.underlying), mp.mpf(point.strike), mp.mpf(point.volatility)
    rate, paid, years, sign = mp.mpf(point.rate), mp.mpf(point.dividend_yield), mp.mpf(point.days) / 365, 1 if point.right == "call" else -1
    root = mp.sqrt(years)
    d1 = (mp.log(spot / strike) + (rate - paid + sigma * sigma / 2) * years) / (sigma * root)
    kept, discount = mp.exp(-paid * years), mp.exp(-rate * years)
    first, second = (mp.erfc(-sign * d / ROOT_TWO) / 2 for d in (d1, d1 - sigma * root))
    density = kept * mp.exp(-d1 * d1 / 2) / ROOT_TWO_PI
    decay, carry, interest = spot * density * sigma / (2 * root), sign * paid * spot * kept * first, sign * rate * strike * discount * second
    if point.model == "black76":  # a forward stays where it is while time runs
        carry, interest = sign * rate * spot * discount * first, sign * rate * strike * discount * second
    price = sign * (spot * kept * first - strike * discount * second)
    values = [price, sign * kept * first, density / (spot * sigma * root), spot * density * root / 100, (carry - interest - decay) / 365]
    return values, (abs(carry) + abs(interest) + decay) / 365


def quantlib(point: Point) -> list[float]:
    """The same values by QuantLib's calculators."""
    years, right = point.days / 365, ql.Option.Call if point.right == "call" else ql.Option.Put
    deviation, discount = point.volatility * math.sqrt(years), math.exp(-point.rate * years)
    growth = math.exp((point.rate - point.dividend_yield) * years)
    forward = point.underlying * growth
    black = ql.BlackCalculator(ql.PlainVanillaPayoff(right, point.strike), forward, deviation, discount)
    return [
        black.value(),
        black.delta(point.underlying),
        black.gamma(point.underlying),
        black.vega(years) / 100,
        black.theta(point.underlying, years) / 365,
    ]


def misses(point: Point, expected: list[float] | list[mpmath.mpf], theta_scale: float) -> list[str]:
    """Names of the values that are off by more than 1e-9, relative; theta, which crosses zero, by more than 1e-12 of its terms."""
    found = engine(point)
    allowed = [1e-9 * abs(value) for value in expected]
    allowed[4] = max(allowed[4], 1e-12 * theta_scale)
    return [
        f"{name}: {getattr(found, name)!r} is not {float(value)!r} for {point}"
        for name, value, tolerance in zip(GREEKS, expected, allowed, strict=True)
        if not abs(getattr(found, name) - value) <= tolerance
    ]


@pytest.mark.parametrize(("model", "seed"), [("black76", 1), ("black_scholes", 2)])
def test_values_agree_with_quantlib_to_nine_digits_within_four_standard_deviations(model, seed):
    wrong = []
    for point in points(model, 4.0, seed, (0.02, 1.0)):  # outside these QuantLib's terms cancel; 50 digits hold the rest
        value = engine(point)
        scale = abs(point.rate * value.price) + abs(point.underlying * value.delta * (point.rate - point.dividend_yield)) + value.vega_per_vol_point
        wrong += misses(point, quantlib(point), scale / 365)
    assert wrong == []


@pytest.mark.parametrize(("model", "seed"), [("black76", 3), ("black_scholes", 4)])
def test_values_agree_with_fifty_digits_to_nine_digits_out_to_six_standard_deviations(model, seed):
    wrong = []
    for point in points(model, 6.0, seed):
        expected, scale = exact(point)
        wrong += misses(point, expected, float(scale))
    assert wrong == []
