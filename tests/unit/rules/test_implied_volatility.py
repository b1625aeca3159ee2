"""Implied volatility: to 1e-9 wherever the price carries it, a refusal everywhere else."""

from __future__ import annotations

import itertools
import math
import random

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.errors import RulesError
from rules.options.implied_volatility import ImpliedVolatility, implied_volatility76, solve_black76, solve_black_scholes
from rules.options.pricing import black76

DIGITS = mpmath.MPContext()
DIGITS.dps = 50
PUT = {
    "model": "black_scholes", "right": "put", "spot": 6000, "strike": 5600, "days_to_expiry": 41,
    "price_index_points": 25.36, "rate": 0.045, "dividend_yield": 0.013,
}  # fmt: skip
CALL = {"model": "black76", "right": "call", "forward": 20.1, "strike": 25, "days_to_expiry": 40, "price_index_points": 1.2, "rate": 0.045}


def exact(spot, strike, years, volatility, rate, paid, right):
    """Price and vega per unit of volatility in 50 digits."""
    mp = DIGITS
    spot, strike, years, volatility, rate, paid = (mp.mpf(number) for number in (spot, strike, years, volatility, rate, paid))
    sign, deviation = (1 if right == "call" else -1), volatility * mp.sqrt(years)
    d1 = (mp.log(spot / strike) + (rate - paid) * years) / deviation + deviation / 2
    first, second = (mp.erfc(-sign * d / mp.sqrt(2)) / 2 for d in (d1, d1 - deviation))
    kept = spot * mp.exp(-paid * years)
    return sign * (kept * first - strike * mp.exp(-rate * years) * second), kept * mp.sqrt(years / (2 * mp.pi)) * mp.exp(-d1 * d1 / 2)


def options(count, seed):
    """Random options from deep in to deep out of the money, from half a day to three years."""
    draw = random.Random(seed)
    for _ in range(count):
        underlying, days = math.exp(draw.uniform(math.log(5), math.log(8000))), draw.choice((0.5, 1, 2, 7, 30, 41, 120, 365, 1095))
        volatility = math.exp(draw.uniform(math.log(0.02), math.log(4)))
        strike = underlying * math.exp(draw.uniform(-7, 7) * volatility * math.sqrt(days / 365))
        yield underlying, strike, days / 365, volatility, draw.uniform(-0.02, 0.15), draw.uniform(0, 0.08), draw.choice(("call", "put"))


@pytest.mark.parametrize(("model", "seed"), [("black76", 5), ("black_scholes", 6)])
def test_the_volatility_is_right_to_nine_digits_wherever_the_price_carries_it_and_refused_elsewhere(model, seed):
    solved_count = 0
    for underlying, strike, years, volatility, rate, dividend_yield, right in options(4000, seed):
        paid = rate if model == "black76" else dividend_yield
        value, vega = exact(underlying, strike, years, volatility, rate, paid, right)
        price, case = float(value), (underlying, strike, years, volatility, rate, paid, right)
        if price <= 0.0:
            continue
        if model == "black76":
            solved = solve_black76(underlying, strike, years, price, rate, right)
        else:
            solved = solve_black_scholes(underlying, strike, years, price, rate, paid, right)
        step = math.ulp(price) / float(vega) if vega > 0 else math.inf
        if step < 0.99e-10:
            assert solved.volatility is not None, case
        if step > 1.01e-10:
            assert solved.volatility is None and solved.problem and solved.remedy, case
        if solved.volatility is not None:
            solved_count += 1
            assert abs(solved.volatility - volatility - float((DIGITS.mpf(price) - value) / vega)) < 1e-9, case
    assert solved_count > 2500


@settings(deadline=None, derandomize=True, database=None, max_examples=300)
@given(
    forward=st.floats(1e-3, 1e6), ratio=st.floats(1e-3, 1e3), years=st.floats(1e-4, 30), price=st.floats(1e-12, 1e6),
    rate=st.floats(-0.5, 1), right=st.sampled_from(("call", "put")),
)  # fmt: skip
def test_any_price_is_solved_so_that_it_prices_back_or_refused_in_words(forward, ratio, years, price, rate, right):
    solved = solve_black76(forward, forward * ratio, years, price, rate, right)
    if solved.volatility is None:
        assert solved.problem and solved.remedy
    else:
        assert solved.lowest_price <= price < solved.highest_price
        again = black76(forward, forward * ratio, years, solved.volatility, rate, right).price
        assert again == pytest.approx(price, rel=1e-9, abs=1e-14 * forward * (1 + ratio))


def test_the_same_volatility_comes_from_the_call_and_from_the_put():
    for strike, volatility in itertools.product((15.0, 20.0, 20.1, 22.5, 30.0), (0.3, 0.9, 1.6)):
        both = [
            implied_volatility76(20.1, strike, 40 / 365, black76(20.1, strike, 40 / 365, volatility, 0.045, right).price, 0.045, right)
            for right in ("call", "put")
        ]
        assert both == pytest.approx([volatility] * 2, abs=1e-9)


@pytest.mark.parametrize(
    ("right", "strike", "price"),
    [("call", 15, 4.9), ("call", 15, 20.1), ("put", 25, 4.5), ("put", 25, 25.0), ("call", 25, -0.1), ("call", 25, 0.0), ("call", 25, 1e300)],
)
def test_a_price_outside_the_bounds_is_refused_with_the_bounds(right, strike, price):
    solved = solve_black76(20.0, strike, 40 / 365, price, 0.045, right)
    assert solved.volatility is None
    assert f"{solved.lowest_price:.10g}" in solved.problem and f"{solved.highest_price:.10g}" in solved.problem
    assert solved.lowest_price == pytest.approx(math.exp(-0.045 * 40 / 365) * max((20.0 - strike) * (1 if right == "call" else -1), 0))
    assert solved.highest_price == pytest.approx(math.exp(-0.045 * 40 / 365) * (20.0 if right == "call" else strike))


def test_a_price_at_its_intrinsic_value_says_nothing_and_the_other_right_is_proposed():
    solved = solve_black76(20.0, 5.0, 40 / 365, black76(20.0, 5.0, 40 / 365, 0.3, 0.045, "call").price, 0.045, "call")
    assert solved.volatility is None and "too little" in solved.problem and "put" in solved.remedy


def test_an_option_at_expiry_has_no_implied_volatility():
    assert solve_black76(20.0, 15.0, 0.0, 5.5, 0.045, "call") == ImpliedVolatility(
        None, 5.0, 20.0, "says nothing about volatility at expiry", "give the price of an option with time left"
    )


def test_the_calculator_solves_the_put_that_is_quoted_at_25_36(calculate):
    assert calculate("implied-volatility", PUT).result["implied_volatility"] == pytest.approx(0.1949986008792744, abs=1e-12)


@pytest.mark.parametrize("terms", [PUT, CALL], ids=["black_scholes", "black76"])
def test_the_calculator_is_the_inverse_of_option_price(calculate, terms):
    volatility = calculate("implied-volatility", terms).result["implied_volatility"]
    priced = {name: value for name, value in terms.items() if name != "price_index_points"} | {"implied_volatility": volatility}
    assert calculate("option-price", priced).result["price_index_points"] == pytest.approx(terms["price_index_points"], rel=1e-12)


@pytest.mark.parametrize(("change", "words"), [({"price_index_points": 5600}, "5571.764573"), ({"spot": 4000, "price_index_points": 3}, "below")])
def test_the_calculator_refuses_a_price_outside_the_bounds_and_says_what_they_are(calculate, change, words):
    with pytest.raises(RulesError, match=words) as caught:
        calculate("implied-volatility", PUT | change)
    assert caught.value.field == "price_index_points" and "without arbitrage" in caught.value.problem


@pytest.mark.parametrize(
    ("terms", "change", "field"),
    [
        (PUT, {"price_index_points": float("nan")}, "price_index_points"),
        (PUT, {"price_index_points": float("inf")}, "price_index_points"),
        (PUT, {"price_index_points": -1.0}, "price_index_points"),
        (PUT, {"days_to_expiry": 0}, "days_to_expiry"),
        (PUT, {"strike": 0}, "strike"),
        (PUT, {"rate": 45}, "rate"),
        (PUT, {"forward": 6000}, "forward"),
        (CALL, {"forward": None}, "forward"),
        (CALL, {"dividend_yield": 0.01}, "dividend_yield"),
    ],
)
def test_the_calculator_refuses_what_is_no_number_or_has_no_place_under_its_field(calculate, terms, change, field):
    with pytest.raises(RulesError) as caught:
        calculate("implied-volatility", terms | change)
    assert caught.value.field == field
