"""What a fund with a daily reset loses against the futures it tracks: roll, compounding, fee."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

MONTHS_PER_YEAR = 12


def rolled_growth(slope_per_month: float, days: float, days_per_year: float) -> float:
    """Growth (1 + s)^(-months) of futures held at constant maturity for `days` calendar days on an unchanged curve.

    The slope s is the price of the next future over that of the nearer one, less one: in a month the next slides
    to where the nearer was, F / (F (1 + s)). Above 1 in backwardation (s below 0).
    """
    return math.exp(-math.log1p(slope_per_month) * days / days_per_year * MONTHS_PER_YEAR)


def reset_growth(path: Sequence[float], leverage: float) -> float:
    """Growth, before fees, of a fund that takes `leverage` times each day's return of the path anew: product of 1 + L r.

    0 from the day on which a move wipes the fund out.
    """
    growth = 1.0
    for before, after in pairwise(path):
        growth *= max(1.0 + leverage * (after / before - 1.0), 0.0)
    return growth


def volatility_growth(leverage: float, daily_volatility: float, resets: float) -> float:
    """Textbook exp(-(L^2 - L) s^2 n / 2): a fund with daily reset over the index growth to the power L, n days of volatility s."""
    return math.exp(-0.5 * (leverage * leverage - leverage) * daily_volatility * daily_volatility * resets)


def fee_growth(fee_a_year: float, days: float, days_per_year: float) -> float:
    """What is left after a yearly fee taken every calendar day: (1 - fee / days_per_year)^days."""
    return math.exp(days * math.log1p(-fee_a_year / days_per_year))
