"""Settlement and last trading dates of monthly VIX futures and options."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import model_validator

from rules.fields import Frozen, IsoDate, unit_field
from rules.ledger import Ledger
from rules.vix.expiries import (
    WEEKDAYS,
    business_day_before,
    vix_settlement_date,
    vix_settlement_dates_from,
)

NAME = "vix-expiry"
DESCRIPTION = "Final settlement date and last option trading date of monthly VIX futures and options."
SYNONYMS = ("vix expiry", "vix expiration", "vix settlement", "settlement date", "expire", "last trading day")
SOURCES = ("vix-settlement",)
EXAMPLE = {"month": "2026-05", "as_of": "2026-05-08"}
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


class Input(Frozen):
    """A contract month, or a date and how many expiries from it on."""

    month: str | None = unit_field("Contract month, YYYY-MM", "month", synonyms=("month", "contract"), where="the contract's name", default=None)
    as_of: IsoDate | None = unit_field("Date to count days from", "date", synonyms=("as of", "from", "today"), where="the calendar", default=None)
    count: int | None = unit_field("How many expiries from as_of on", "count", synonyms=("next", "count"), default=None, ge=1, le=60)

    @model_validator(mode="after")
    def _one_question(self) -> Input:
        if self.month is None and (self.as_of is None or self.count is None):
            raise ValueError("needs month, or as_of and count, give one of the two")
        if self.month is not None and self.count is not None:
            raise ValueError("month and count exclude each other, give one of them")
        if self.month is not None and _MONTH.fullmatch(self.month) is None:
            raise ValueError(f"month {self.month!r} is not a month, write it as YYYY-MM")
        return self


class Expiry(Frozen):
    """One monthly expiry; `days_to_expiry` counts calendar days from `as_of`, null without it."""

    settlement_date: IsoDate
    last_option_trading_date: IsoDate
    days_to_expiry: int | None
    weekday: str


class Result(Frozen):
    """The first expiry asked for, and all of them when a count was given."""

    settlement_date: IsoDate
    last_option_trading_date: IsoDate
    days_to_expiry: int | None
    weekday: str
    expiries: list[Expiry] | None = None


def calculate(inputs: Input, ledger: Ledger) -> Result:
    """CFE Rule 1202(b): 30 days before the third Friday of the next month, moved for holidays."""
    days_before = ledger.parameter("vix_expiry_days_before_third_friday")
    closures = tuple(ledger.parameter("exchange_closures_announced"))
    as_of = None if inputs.as_of is None else ledger.given("as_of", inputs.as_of, "date")
    if inputs.month is not None:
        month = ledger.given("month", inputs.month, "month")
        settlements = [vix_settlement_date(int(month[:4]), int(month[5:]), days_before, closures)]
        origin = {"month": month}
    else:
        assert as_of is not None, "the validator asks for it beside count"
        count = ledger.given("count", inputs.count, "count")
        settlements = vix_settlement_dates_from(as_of, count, days_before, closures)
        origin = {"as_of": as_of, "count": count}
    expiries = [_expiry(settlement, as_of, closures) for settlement in settlements]
    formula = "Wednesday 30 days before the third Friday of the next month; business day before it if that Wednesday or Friday is a holiday"
    for number, expiry in enumerate(expiries, 1):
        used = {**origin, "vix_expiry_days_before_third_friday": days_before, "exchange_closures_announced": list(closures)}
        ledger.derive(f"settlement_date.{number}", formula, used, expiry.settlement_date, "date")
        if as_of is not None:
            used = ledger.cite("as_of", f"settlement_date.{number}")
            ledger.derive(f"days_to_expiry.{number}", "settlement_date - as_of", used, expiry.days_to_expiry, "days")
    return Result(**expiries[0].model_dump(), expiries=expiries if inputs.count is not None else None)


def _expiry(settlement: date, as_of: date | None, closures: tuple[date, ...]) -> Expiry:
    return Expiry(
        settlement_date=settlement,
        last_option_trading_date=business_day_before(settlement, closures),
        days_to_expiry=None if as_of is None else (settlement - as_of).days,
        weekday=WEEKDAYS[settlement.weekday()],
    )


def needed_beside(given: Mapping[str, Any]) -> tuple[str, ...]:
    """A month, or a day beside a count."""
    return ("as_of",) if "count" in given else ("month",)
