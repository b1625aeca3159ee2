"""Indicators over closing prices and breadth counts: RSI, MACD, constant maturity, the advance-decline line.

Series are lists in time order, oldest first. A value at position t depends on positions up to t only, and is
None where the series is too short there or the value is not defined.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Literal

Cross = Literal["up", "down"]
# Averages of equal prices differ by rounding; a histogram below this share of the largest price is zero.
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class MacdSeries:
    """MACD, its signal line and the difference of the two, in points of the price; None while averages warm up."""

    macd: list[float | None]
    signal: list[float | None]
    histogram: list[float | None]


def rsi_series(closes: Sequence[float], period_days: int) -> list[float | None]:
    """Relative strength index (Wilder 1978), 0 to 100, one value per close.

    The first averages of gains and losses are plain means of `period_days` changes, later ones
    (previous * (n - 1) + change) / n, as TA-Lib computes them. Gains without losses give 100. Without gains
    and losses the index is not defined: None. `period_days` is 2 or more.
    """
    values = _library().RSI(_array(closes), timeperiod=period_days).tolist()
    found: list[float | None] = []
    gained = lost = False
    for position, value in enumerate(values):
        change = closes[position] - closes[position - 1] if position else 0.0
        gained, lost = gained or change > 0, lost or change < 0
        if position < period_days:
            found.append(None)
        elif value == 0.0 and gained:
            # TA-Lib prints 0 where both averages are too small to divide.
            found.append(None if lost else 100.0)
        else:
            found.append(float(value) if gained or lost else None)
    return found


def macd_bars_needed(slow: int, signal: int) -> int:
    """Closes needed for the first value of MACD and its signal."""
    return slow + signal - 1


def macd_series(closes: Sequence[float], fast: int, slow: int, signal: int) -> MacdSeries:
    """Moving average convergence divergence: EMA(fast) - EMA(slow), its EMA(signal), and the difference.

    The factor of an EMA is 2 / (n + 1). As in TA-Lib each EMA starts from a plain mean: the slow one of the first
    `slow` closes, the fast one of the `fast` closes that end there. `fast` < `slow`.
    """
    macd, line, histogram = (values.tolist() for values in _library().MACD(_array(closes), fast, slow, signal))
    zero = _ROUNDING * max((abs(close) for close in closes), default=0.0)
    return MacdSeries(_defined(macd), _defined(line), [None if math.isnan(value) else 0.0 if abs(value) <= zero else value for value in histogram])


def _defined(values: Sequence[float]) -> list[float | None]:
    return [None if math.isnan(value) else value for value in values]


def cross_of(before: float | None, now: float | None) -> Cross | None:
    """Whether the histogram came to stand above zero (`up`) or below it (`down`) with the last bar."""
    if before is None or now is None:
        return None
    if before <= 0 < now:
        return "up"
    return "down" if before >= 0 > now else None


def constant_maturity(
    front: Sequence[float], second: Sequence[float], front_days: Sequence[int], second_days: Sequence[int], maturity_days: int
) -> list[float]:
    """Price of a future `maturity_days` out: w F1 + (1 - w) F2, w = (d2 - maturity) / (d2 - d1) clipped to [0, 1].

    Prices in index points and calendar days to expiry per bar; the second contract expires after the front.
    """
    rows = zip(front, second, front_days, second_days, strict=True)
    return [_between(first, later, (far - maturity_days) / (far - near)) for first, later, near, far in rows]


def _between(first: float, later: float, weight: float) -> float:
    share = min(1.0, max(0.0, weight))
    return share * first + (1.0 - share) * later


def advance_decline_line(advances: Sequence[float], declines: Sequence[float]) -> list[float]:
    """Running sum of advancing minus declining issues, from 0."""
    return list(accumulate(up - down for up, down in zip(advances, declines, strict=True)))


def mean_of_last(values: Sequence[float], position: int, days: int) -> float | None:
    """Mean of the `days` values that end at `position`, None where there are fewer."""
    return None if position + 1 < days else math.fsum(values[position + 1 - days : position + 1]) / days


def below_average(line: Sequence[float], position: int, average_days: int, closes_needed: int) -> bool | None:
    """Whether the line stands below its own mean on each of the last `closes_needed` bars; None where that is not known."""
    averages = [(at, mean_of_last(line, at, average_days)) for at in range(position + 1 - closes_needed, position + 1) if at >= 0]
    if len(averages) < closes_needed or any(average is None for _, average in averages):
        return None
    return all(average is not None and line[at] < average for at, average in averages)


@dataclass(frozen=True, slots=True)
class Divergence:
    """How far index and line stand below their highs of one window.

    `index_gap_fraction` is of the index's high; `line_gap_deviations` counts sample standard deviations of the line.
    """

    index_gap_fraction: float
    line_gap_deviations: float

    def holds(self, index_near_fraction: float, line_gap_limit: float) -> bool:
        """The index near its high while the line is further below its own than the limit."""
        return self.index_gap_fraction <= index_near_fraction and self.line_gap_deviations > line_gap_limit


def divergence(line: Sequence[float], closes: Sequence[float] | None, position: int, window_days: int) -> Divergence | None:
    """Index against line over the `window_days` bars that end at `position`; None without closes or where there are fewer."""
    if closes is None or position + 1 < window_days:
        return None
    lines, prices = (values[position + 1 - window_days : position + 1] for values in (line, closes))
    high, peak = max(prices), max(lines)
    deviation = sample_deviation(lines)
    return Divergence((high - prices[-1]) / high, 0.0 if deviation == 0.0 else (peak - lines[-1]) / deviation)


def sample_deviation(values: Sequence[float]) -> float:
    """Sample standard deviation (divisor n - 1) of two values or more."""
    mean = math.fsum(values) / len(values)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))


def any_of(*parts: bool | None) -> bool | None:
    """Three-valued "or": true if any is true, unknown if any other is unknown, else false."""
    if any(part is True for part in parts):
        return True
    return None if any(part is None for part in parts) else False


def _array(values: Sequence[float]) -> Any:
    import numpy as np

    return np.asarray(values, dtype=np.float64)


def _library() -> Any:
    """TA-Lib. It imports pandas and polars where they are installed, which takes longer than any indicator: it is told they are not."""
    hidden = [name for name in ("pandas", "polars") if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        import talib
    finally:
        for name in hidden:
            sys.modules.pop(name, None)
    return talib
