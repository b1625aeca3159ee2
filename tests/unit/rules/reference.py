"""A short valuation of condors and hedges, written from docs/DEFINITIONS.md alone: what the engine is measured against."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from statistics import NormalDist

YEAR = 365
# Middle of each row of the published table of betas; neighbours that rise are replaced by their mean, weighted by n.
_FRONT = (0.64 * 479 + 0.70 * 779) / (479 + 779)
_MONTH = (0.55 * 747 + 0.56 * 1040) / (747 + 1040)
BETAS = [
    (1.5, 0.78), (5, _FRONT), (10.5, _FRONT), (17.5, _MONTH), (25.5, _MONTH), (37.5, 0.46), (52.5, 0.40), (75, 0.32), (105, 0.25), (150, 0.20),
    (225, 0.16),
]  # fmt: skip
LEGS = [(5500, +1, "put", 0.205), (5600, -1, "put", 0.195), (6300, -1, "call", 0.130), (6400, +1, "call", 0.125)]
CREDIT = 20464.4
MAX_LOSS = 79535.6
CURVE = [(0, 18.0), (11, 19.2), (40, 20.1)]
LONG_CURVE = [*CURVE, (75, 20.8), (103, 21.3)]


def between(knots: Sequence[tuple[float, float]], x: float) -> float:
    """Linear between knots, flat outside."""
    if x <= knots[0][0]:
        return knots[0][1]
    for (x0, y0), (x1, y1) in itertools.pairwise(knots):
        if x <= x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return knots[-1][1]


def beta(days: float) -> float:
    """Points of a future per VIX point."""
    return between(BETAS, days)


def black(forward: float, strike: float, years: float, volatility: float, rate: float, right: str = "call") -> float:
    """Black 1976."""
    sign = 1 if right == "call" else -1
    if years <= 0:
        return max(sign * (forward - strike), 0.0)
    deviation = volatility * math.sqrt(years)
    d1 = math.log(forward / strike) / deviation + deviation / 2
    normal = NormalDist().cdf
    return math.exp(-rate * years) * sign * (forward * normal(sign * d1) - strike * normal(sign * (d1 - deviation)))


def condor_pnl(spx: float, vix_move: float, days_left: float, rate: float = 0.045, dividend: float = 0.013, per_point: float = 1.0) -> float:
    """P/L since entry of the worked ten lots: every leg's volatility moves with the VIX, USD."""
    years = max(days_left, 0) / YEAR
    forward = spx * math.exp((rate - dividend) * years)
    return CREDIT + sum(
        side * 10 * 100 * black(forward, strike, years, max(volatility + 0.01 * per_point * vix_move, 0.03), rate, right)
        for strike, side, right, volatility in LEGS
    )


def future_at(curve: Sequence[tuple[float, float]], days: float, passed: float, vix_move: float, mark: float | None = None) -> float:
    """A future after `passed` days: today's curve at its remaining time, its distance to the curve, its beta; the VIX once settled."""
    left = days - passed
    if left <= 0:
        return curve[0][1] + vix_move
    off = 0.0 if mark is None else mark - between(curve, days)
    return between(curve, left) + off + beta(left) * vix_move


def call_at(
    curve: Sequence[tuple[float, float]], days: float, strike: float, volatility: float, passed: float, vix_move: float, rate: float = 0.045
) -> float:
    """A VIX call after `passed` days: Black-76 on its future at unchanged volatility."""
    return black(future_at(curve, days, passed, vix_move), strike, max(days - passed, 0) / YEAR, volatility, rate)


def payoff(spx: float) -> float:
    """The worked ten lots at expiry, credit included, USD."""
    return CREDIT + sum(side * 1000 * max(spx - strike if right == "call" else strike - spx, 0.0) for strike, side, right, _ in LEGS)


def flat_range(fixed: float) -> tuple[float | None, float | None, float]:
    """Break-evens of the worked condor when hedges add `fixed` at expiry, and its most profit, by the width of its wings."""
    most = CREDIT + fixed
    width = most / 1000
    if most < 0:
        return None, None, most
    return (5600 - width if width <= 100 else None), (6300 + width if width <= 100 else None), most
