"""Settlement dates of VX futures and VIX options, by CFE Rule 1202(b)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from functools import cache
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


@cache
def _exchange_holidays(year: int) -> frozenset[date]:
    """Full-day closures of the New York Stock Exchange in a year, which Cboe Options follows."""
    from holidays.financial.ny_stock_exchange import NewYorkStockExchange

    return frozenset(NewYorkStockExchange(years=year))  # type: ignore[no-untyped-call]


def is_business_day(day: date, closures: Collection[date] = ()) -> bool:
    """Whether the exchange is open on `day`; `closures` are announced after the holiday calendar was made."""
    return day.weekday() < 5 and day not in _exchange_holidays(day.year) and day not in closures


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
