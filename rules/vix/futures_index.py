"""Daily returns of the S&P 500 VIX futures indices from settlements, by the index rules.

Source of the rules: the VXX and VXZ pricing supplement, index description, PS-29 to PS-31. Weights are counts of contracts.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from rules.errors import RulesError
from rules.vix.expiries import add_business_days, is_business_day, vix_settlement_dates_from

Index = Literal["short_term", "mid_term"]
# Place on the curve of the first contract held, and how many months are held whole between the first and the last.
_CONTRACTS: Mapping[Index, tuple[int, int]] = {"short_term": (1, 0), "mid_term": (4, 2)}
_LONGEST_ROLL_DAYS = 50


@dataclass(frozen=True, slots=True)
class Roll:
    """Where a day's close stands in its roll period.

    `days` (dt) are the business days from the settlement date that starts the period, included, to the one that ends it,
    excluded; `days_left` (dr) those from the business day after the close, included. `settlements` are the monthly settlement
    dates of the first, second, ... future at the close, the first being the one that ends the period.
    """

    days: int
    days_left: int
    settlements: tuple[date, ...]


def roll(day: date, months: int, days_before: int, closures: Collection[date] = ()) -> Roll:
    """The roll at the close of a business day, with the next `months` settlement dates.

    `days_before` is the parameter of the settlement rule. From the close of the day before a settlement on the period
    is the next one, so that the expiring future is no longer held. Raises RulesError outside the holiday calendar.
    """
    following = add_business_days(day, 1, closures)
    earlier = vix_settlement_dates_from(following - timedelta(days=_LONGEST_ROLL_DAYS), months + 3, days_before, closures)
    start = max(settlement for settlement in earlier if settlement <= following)
    ahead = tuple(settlement for settlement in earlier if settlement > following)[:months]
    return Roll(_business_days(start, ahead[0], closures), _business_days(following, ahead[0], closures), ahead)


def contract_weights(index: Index, day: date, days_before: int, closures: Collection[date] = ()) -> dict[date, float]:
    """Contracts held at the close of a day, by settlement date, those of weight 0 left out.

    Short-term: dr/dt of the first future and (dt - dr)/dt of the second. Mid-term: dr/dt of the fourth, one each of the
    fifth and sixth, (dt - dr)/dt of the seventh. Raises RulesError outside the holiday calendar.
    """
    first, whole = _CONTRACTS[index]
    found = roll(day, first + whole + 1, days_before, closures)
    left = found.days_left / found.days
    weights = (left, *(1.0,) * whole, (found.days - found.days_left) / found.days)
    return {settlement: weight for settlement, weight in zip(found.settlements[first - 1 :], weights, strict=True) if weight > 0.0}


def contract_return(weights: Mapping[date, float], before: Mapping[date, float], after: Mapping[date, float]) -> float:
    """Daily contract return sum(w P_t) / sum(w P_t-1) - 1 of contract counts w, without interest; a fraction.

    `before` and `after` are settlement prices by settlement date. Raises RulesError for a contract held that has no price above 0.
    """
    for where, prices in (("before", before), ("after", after)):
        for settlement in weights:
            price = prices.get(settlement)
            if price is None or not 0.0 < price < math.inf:
                raise RulesError(
                    f"{where}.{settlement}", "has no settlement price above 0", "give the settlement of every contract that the index holds"
                )
    return math.fsum(w * after[s] for s, w in weights.items()) / math.fsum(w * before[s] for s, w in weights.items()) - 1.0


def _business_days(start: date, end: date, closures: Collection[date]) -> int:
    return sum(is_business_day(start + timedelta(days=k), closures) for k in range((end - start).days))
