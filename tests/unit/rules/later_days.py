"""A condor and its hedge on a later day, valued without the engine."""

from __future__ import annotations

import itertools
import math

PRICES = (24.0, 23.0, 22.8, 22.7)
SMILE = {"long_put": 0.205, "short_put": 0.195, "short_call": 0.13, "long_call": 0.125}
STRIKES = {"long_put": 5500, "short_put": 5600, "short_call": 6300, "long_call": 6400}
SIDES = {"long_put": (1, "put"), "short_put": (-1, "put"), "short_call": (-1, "call"), "long_call": (1, "call")}
CREDIT, LOTS, RATE, DIVIDEND = 20.4644, 10, 0.045, 0.013
BETA_40_DAYS, BETA_37_DAYS = 0.450, 0.55582 + (0.46 - 0.55582) * (37 - 25.5) / 12


def below(x):
    return 0.5 * math.erfc(-x / math.sqrt(2.0))


def on_forward(forward, strike, years, volatility, rate=RATE):
    """Discounted call price, delta to the forward and vega per vol point."""
    spread = volatility * math.sqrt(years)
    d1 = math.log(forward / strike) / spread + spread / 2
    discount = math.exp(-rate * years)
    density = math.exp(-d1 * d1 / 2) / math.sqrt(2 * math.pi)
    return (
        discount * (forward * below(d1) - strike * below(d1 - spread)),
        discount * below(d1),
        0.01 * discount * forward * density * math.sqrt(years),
    )


def condor_value(spx, days, volatilities, strikes=STRIKES):
    """Index points that one short condor's legs are worth (negative: what closing costs), and its vega per vol point."""
    years, value, vega = days / 365, 0.0, 0.0
    forward = spx * math.exp((RATE - DIVIDEND) * years)
    for leg, (side, right) in SIDES.items():
        price, _, leg_vega = on_forward(forward, strikes[leg], years, volatilities[leg])
        if right == "put":
            price -= math.exp(-RATE * years) * (forward - strikes[leg])
        value += side * price
        vega += side * leg_vega
    return value, vega


def between(strikes, volatilities, strike):
    """Linear between the strikes, flat outside."""
    knots = sorted((strikes[leg], volatilities[leg]) for leg in strikes)
    if strike <= knots[0][0]:
        return knots[0][1]
    for (low, at_low), (high, at_high) in itertools.pairwise(knots):
        if strike <= high:
            return at_low + (at_high - at_low) * (strike - low) / (high - low)
    return knots[-1][1]


def moved(points):
    return {leg: value + 0.01 * points for leg, value in SMILE.items()}


def volatility_step(calculation, number=1):
    return next(step for step in calculation.steps if step.name == f"condor_{number}.implied_volatility")
