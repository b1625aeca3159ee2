"""The volatility at which Black-76 or Black-Scholes gives a price, or the reason why no volatility can be told from it.

Solved on the side that is out of the money, reached through put-call parity, in the normalised form of Jäckel,
"Let's be rational" (2015): x = -|ln(F/K)|, s = volatility * sqrt(T) and the value b(x, s) = e^(x/2) N(x/s + s/2) -
e^(-x/2) N(x/s - s/2) in units of e^(-rT) sqrt(F K). Newton steps inside a bracket, on a scale of b that suits its size.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from rules.options.pricing import Right, forward_less_strike, log_moneyness, normal_cdf

RESOLUTION = 1e-10
"""A volatility is told only where one unit in the last place of the price moves it by less than this."""
_SQRT_TWO_PI = math.sqrt(2.0 * math.pi)
_MOST_STEPS = 200


@dataclass(frozen=True, slots=True)
class ImpliedVolatility:
    """A volatility (a fraction a year), or None with the problem and remedy of a refusal, sentences without a full stop.

    `lowest_price` and `highest_price` are the bounds without arbitrage, index points, both exclusive.
    """

    volatility: float | None
    lowest_price: float
    highest_price: float
    problem: str = ""
    remedy: str = ""


def solve_black76(forward: float, strike: float, years: float, price: float, rate: float, right: Right) -> ImpliedVolatility:
    """Volatility of a European option on a forward or future; arguments as in `rules.options.pricing.black76`, price in index points.

    Within 1e-9 of the exact volatility wherever one unit in the last place of the price moves it by less
    than 1e-10, otherwise a refusal. Raises nothing for positive finite arguments.
    """
    return _solve(forward, forward - strike, strike, years, price, rate, right)


def solve_black_scholes(
    spot: float, strike: float, years: float, price: float, rate: float, dividend_yield: float, right: Right
) -> ImpliedVolatility:
    """Volatility of a European option on a spot with a continuous yield; as `solve_black76` on the forward S e^((r-q)T)."""
    drift = (rate - dividend_yield) * years
    return _solve(spot * math.exp(drift), forward_less_strike(spot, strike, drift), strike, years, price, rate, right)


def implied_volatility76(forward: float, strike: float, years: float, price: float, rate: float, right: Right) -> float | None:
    """The volatility of `solve_black76`; None where it refuses."""
    return solve_black76(forward, strike, years, price, rate, right).volatility


def _solve(forward: float, excess: float, strike: float, years: float, price: float, rate: float, right: Right) -> ImpliedVolatility:
    sign = 1.0 if right == "call" else -1.0
    discount = math.exp(-rate * years)
    intrinsic = max(sign * excess, 0.0)
    cap = forward if right == "call" else strike
    lowest, highest = discount * intrinsic, discount * cap
    if years <= 0.0:
        return ImpliedVolatility(None, lowest, highest, "says nothing about volatility at expiry", "give the price of an option with time left")
    undiscounted = price / discount
    time_value, room = undiscounted - intrinsic, cap - undiscounted
    if time_value < -4.0 * math.ulp(undiscounted) or room <= 0.0 or price <= 0.0:
        problem = f"{price:g} is not above {lowest:.10g} and below {highest:.10g}, the bounds of this {right} without arbitrage"
        return ImpliedVolatility(None, lowest, highest, problem, "check the price, the strike, the right and the underlying")
    scale = math.sqrt(forward) * math.sqrt(strike)
    x = -abs(log_moneyness(forward, excess, strike))
    spread = _spread(x, time_value / scale, room / scale) if time_value > 0.0 else 0.0
    vega = discount * scale * _slope(x, spread) * math.sqrt(years) if spread > 0.0 else 0.0
    if not math.ulp(price) < RESOLUTION * vega:
        problem = f"{price:.10g} says too little about the volatility: its last digit moves it by more than {RESOLUTION:g}"
        other = "put" if right == "call" else "call"
        remedy = f"use the {other} of the same strike" if intrinsic > 0.0 else "use a strike nearer the forward"
        return ImpliedVolatility(None, lowest, highest, problem, remedy)
    return ImpliedVolatility(spread / math.sqrt(years), lowest, highest)


def _value(x: float, s: float) -> float:
    """b(x, s) for x <= 0 < s."""
    return math.exp(0.5 * x) * normal_cdf(x / s + 0.5 * s) - math.exp(-0.5 * x) * normal_cdf(x / s - 0.5 * s)


def _room(x: float, s: float) -> float:
    """e^(x/2) - b(x, s), without the cancellation."""
    return math.exp(0.5 * x) * normal_cdf(-x / s - 0.5 * s) + math.exp(-0.5 * x) * normal_cdf(x / s - 0.5 * s)


def _slope(x: float, s: float) -> float:
    """Derivative of b by s."""
    return math.exp(-0.5 * (x / s) ** 2 - 0.125 * s * s) / _SQRT_TWO_PI


def _spread(x: float, value: float, room: float) -> float:
    """The s at which b(x, s) is `value`, equally e^(x/2) - b is `room`; 0 where it underflows.

    Below the inflection sqrt(2 |x|) the steps are on 1 / ln b, nearly linear in s^2; above it on b, and on the
    logarithm of the room in the upper half, where b itself is nearly flat.
    """
    inflection = math.sqrt(-2.0 * x)
    if inflection > 0.0 and value < _value(x, inflection):
        target = math.log(value)
        start = -x / math.sqrt(-2.0 * target)

        def step(s: float) -> tuple[float, float]:
            b = _value(x, s)
            if b <= 0.0:
                return -1.0, math.inf
            miss = math.log(b) - target
            slope = _slope(x, s)
            return miss, (miss * math.log(b) / target * b / slope if slope > 0.0 else math.inf)

    elif value < room:
        start = max(inflection, value * _SQRT_TWO_PI)

        def step(s: float) -> tuple[float, float]:
            miss = _value(x, s) - value
            return miss, miss / _slope(x, s)

    else:
        start = max(inflection, 1.0)

        def step(s: float) -> tuple[float, float]:
            left, slope = _room(x, s), _slope(x, s)
            if left <= 0.0:
                return 1.0, math.inf
            miss = math.log(room / left)
            return miss, (miss * left / slope if slope > 0.0 else math.inf)

    return _root(step, start)


def _root(step: Callable[[float], tuple[float, float]], start: float) -> float:
    """Zero of an increasing function; `step(s)` is (a number of its sign, Newton's step to subtract). Bisects where a step leaves the bracket."""
    low, high, s = 0.0, math.inf, start
    for _ in range(_MOST_STEPS):
        miss, change = step(s)
        if miss == 0.0:
            return s
        low, high = (s, high) if miss < 0.0 else (low, s)
        following = s - change
        if not low < following < high:
            following = 2.0 * s if high == math.inf else 0.5 * (low + high)
        if abs(following - s) <= 2.0 * math.ulp(s):
            return following
        s = following
    return s
