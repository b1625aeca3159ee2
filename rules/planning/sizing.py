"""Whole contracts inside the stated band, and the hedge sizes at which a contract would fit."""

from __future__ import annotations

import math
from dataclasses import dataclass

_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Fit:
    """Whole contracts of one instrument inside the band of a planned hedge vega H.

    `low` and `high` are the fewest and most contracts inside the band (low > high: none fits), `best` the
    number closest to the target share, ties to fewer. `nearest_below_usd` and `nearest_above_usd` are the
    nearest H at which some number fits; both None when one fits already, the lower one None when there is none.
    """

    low: int
    high: int
    best: int | None
    nearest_below_usd: float | None
    nearest_above_usd: float | None

    @property
    def feasible(self) -> bool:
        """Whether some whole number of contracts lies inside the band."""
        return self.best is not None


def fit_contracts(
    planned_usd: float, exposure_usd: float, low_fraction: float, high_fraction: float, target_fraction: float, held_usd: float = 0.0
) -> Fit:
    """Contracts n of at least 1 with low * H <= held + n * D <= high * H, for H = `planned_usd` and D = `exposure_usd`, both above 0.

    `held_usd` is the exposure that is already there, USD per VIX point.
    """
    low = max(math.ceil((low_fraction * planned_usd - held_usd) / exposure_usd - _TOLERANCE), 1)
    high = math.floor((high_fraction * planned_usd - held_usd) / exposure_usd + _TOLERANCE)
    if low <= high:
        exact = (target_fraction * planned_usd - held_usd) / exposure_usd
        below = min(max(math.floor(exact), low), high)
        above = min(below + 1, high)
        best = below if exact - below <= above - exact + _TOLERANCE else above
        return Fit(low, high, best, None, None)
    # n contracts fit every H from (held + n D) / high to (held + n D) / low: the gap lies between two such intervals.
    most = max(high, 0)
    below_usd = (held_usd + most * exposure_usd) / low_fraction if most >= 1 or held_usd > 0.0 else None
    return Fit(low, high, None, below_usd, (held_usd + (most + 1) * exposure_usd) / high_fraction)


def contracts_within(budget_usd: float, exposure_usd: float) -> int:
    """The most whole contracts (or shares) whose exposure does not exceed a budget."""
    return math.floor(budget_usd / exposure_usd + _TOLERANCE)


def liquidity_limit(volume: float | None, open_interest: float | None, volume_share: float, interest_share: float) -> int | None:
    """The largest order a quote's sizes allow; None when neither volume nor open interest is known."""
    limits = [math.floor(size * share + _TOLERANCE) for size, share in ((volume, volume_share), (open_interest, interest_share)) if size is not None]
    return min(limits) if limits else None


def spread_too_wide(bid: float | None, ask: float | None, points: float, fraction: float) -> bool:
    """Whether a quote's spread exceeds the larger of `points` and `fraction` of the mid; unknown quotes are not too wide."""
    if bid is None or ask is None:
        return False
    return ask - bid > max(points, fraction * 0.5 * (bid + ask)) + _TOLERANCE
