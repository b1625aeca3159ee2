"""Settlement dates of VX futures and VIX options, by CFE Rule 1202(b)."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

from rules.errors import RulesError

FIRST_YEAR, LAST_YEAR = 2004, 2050
WEEKDAYS: tuple[Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"], ...] = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)


KEPT_CLOSURES = Path(__file__).with_name("closures.json")


@cache
def exchange_closures() -> frozenset[date]:
    """Scheduled full-day closures of the New York Stock Exchange, which Cboe Options follows, over the years of the calendar.

    Kept by `rules.ship` from the holidays library: importing it costs more than any calculation with a date.
    """
    return frozenset(date.fromisoformat(day) for day in json.loads(KEPT_CLOSURES.read_text(encoding="utf-8")))


def is_business_day(day: date, closures: Collection[date] = ()) -> bool:
    """Whether the exchange is open on `day`; `closures` are announced after the holiday calendar was made.

    Raises RulesError outside the years of the calendar.
    """
    if not FIRST_YEAR - 1 <= day.year <= LAST_YEAR + 1:
        raise RulesError("as_of", f"{day} lies outside the holiday calendar ({FIRST_YEAR} to {LAST_YEAR})", "choose a day inside it")
    return day.weekday() < 5 and day not in exchange_closures() and day not in closures


def business_day_before(day: date, closures: Collection[date] = ()) -> date:
    """The last business day before `day`."""
    day -= timedelta(days=1)
    while not is_business_day(day, closures):
        day -= timedelta(days=1)
    return day


def add_business_days(day: date, count: int, closures: Collection[date] = ()) -> date:
    """The business day `count` business days after `day` (count 0 or more)."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_business_day(day, closures)
    return day


def third_friday(year: int, month: int) -> date:
    """The third Friday of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(4 - first.weekday()) % 7 + 14)


def vix_settlement_date(year: int, month: int, days_before: int = 30, closures: Collection[date] = ()) -> date:
    """Final settlement date of the monthly VX future and VIX options of a contract month.

    The Wednesday `days_before` days before the third Friday of the next month; if that Wednesday or that
    Friday is an exchange holiday, the business day before that Wednesday. Raises RulesError outside the
    years of the holiday calendar.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise RulesError("month", f"{year} lies outside the holiday calendar ({FIRST_YEAR} to {LAST_YEAR})", "choose a month inside it")
    friday = third_friday(year + month // 12, month % 12 + 1)
    wednesday = friday - timedelta(days=days_before)
    if is_business_day(wednesday, closures) and is_business_day(friday, closures):
        return wednesday
    return business_day_before(wednesday, closures)


def vix_settlement_dates_from(day: date, count: int, days_before: int = 30, closures: Collection[date] = ()) -> list[date]:
    """The next `count` monthly settlement dates on or after `day`, in order. Raises RulesError outside the holiday calendar."""
    dates: list[date] = []
    year, month = day.year, day.month
    while len(dates) < count:
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise RulesError("as_of", f"{day} needs dates outside the holiday calendar ({FIRST_YEAR} to {LAST_YEAR})", "choose a day inside it")
        settlement = vix_settlement_date(year, month, days_before, closures)
        if settlement >= day:
            dates.append(settlement)
        year, month = year + month // 12, month % 12 + 1
    return dates
