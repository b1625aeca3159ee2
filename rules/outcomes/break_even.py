"""Where a hedged condor book breaks even: exactly at expiry, and along a declared response of the VIX."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rules.options.pricing import Right

SCAN_STEPS = 120
TOLERANCE = 1e-11  # of a level of SPX: far below a tick


@dataclass(frozen=True, slots=True)
class ProfitRange:
    """SPX levels between which the P/L is at least 0; an edge is None where the range is open."""

    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Every range of profit, and the most that can be earned. `low` and `high` are the edges of the profit around today's SPX.

    Where there are several ranges, theirs is the one that SPX lies in or nearest to; None: no such edge.
    """

    low: float | None
    high: float | None
    ranges: tuple[ProfitRange, ...]
    max_profit_usd: float


def payoff_usd(legs: Sequence[tuple[float, float, Right]], spx: float) -> float:
    """Value at expiry of legs (strike, signed USD per point, right), in USD."""
    return sum(size * (max(spx - strike, 0.0) if right == "call" else max(strike - spx, 0.0)) for strike, size, right in legs)


def break_even_at_expiry(legs: Sequence[tuple[float, float, Right]], fixed_usd: float, around: float | None = None) -> BreakEven:
    """Break-evens of payoff(legs) + `fixed_usd`, exactly: the payoff is a straight line between strikes.

    Zero, one, two or more edges are all answers: with no profit anywhere the ranges are empty. `around` is SPX today,
    the middle of the strikes when not given.
    """
    strikes = sorted({strike for strike, _, _ in legs})
    # One point beyond each end, where the payoff of spreads no longer changes; the lowest is SPX at 0.
    points = [0.0, *strikes, strikes[-1] + 1.0]
    values = [payoff_usd(legs, point) + fixed_usd for point in points]
    middle = 0.5 * (strikes[0] + strikes[-1]) if around is None else around
    return _edges(points, values, lambda a, b, fa, fb: a + (b - a) * fa / (fa - fb), middle)


def break_even_along(pnl_usd: Callable[[float], float], low: float, high: float, around: float, kinks: Sequence[float] = ()) -> BreakEven:
    """Break-evens of any continuous P/L between two SPX levels: a scan, then bisection inside each change of sign.

    `around` is SPX today. `kinks` are levels (strikes) that the scan has to visit; `max_profit_usd` is the most among the levels visited.
    """
    steps = (low + (high - low) * step / SCAN_STEPS for step in range(SCAN_STEPS + 1))
    points = sorted({*steps, *(kink for kink in kinks if low < kink < high)})
    values = [pnl_usd(point) for point in points]

    def bisect(a: float, b: float, fa: float, _fb: float) -> float:
        while b - a > TOLERANCE * max(abs(b), 1.0):
            middle = 0.5 * (a + b)
            value = pnl_usd(middle)
            if (value >= 0) == (fa >= 0):
                a = middle
            else:
                b = middle
        return 0.5 * (a + b)

    return _edges(points, values, bisect, around)


def _edges(points: Sequence[float], values: Sequence[float], root: Callable[[float, float, float, float], float], around: float) -> BreakEven:
    ranges: list[ProfitRange] = []
    open_low: float | None = None
    inside = values[0] >= 0
    for (a, b), (fa, fb) in zip(itertools.pairwise(points), itertools.pairwise(values), strict=True):
        if (fa >= 0) == (fb >= 0):
            continue
        edge = root(a, b, fa, fb)
        if fa >= 0:
            ranges.append(ProfitRange(open_low, edge))
            inside = False
        else:
            open_low, inside = edge, True
    if inside:
        ranges.append(ProfitRange(open_low, None))
    nearest = min(ranges, key=lambda item: _distance(item, around), default=ProfitRange(None, None))
    return BreakEven(nearest.low, nearest.high, tuple(ranges), max(values))


def _distance(item: ProfitRange, level: float) -> float:
    below = 0.0 if item.low is None else item.low - level
    above = 0.0 if item.high is None else level - item.high
    return max(below, above, 0.0)
