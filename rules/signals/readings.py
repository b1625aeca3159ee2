"""How signals are read from series: which rows count, how old they may be, since when a state holds.

No row dated after the day of the plan is read. A state is pass, fail or not evaluated; too little or too old
data is never a fail.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from rules.ledger import Ledger
from rules.planning.inputs import State
from rules.signals.reading import Reading


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that count: how many, their days if given, and why they cannot be judged if they are too old or none."""

    count: int
    dates: list[date] | None
    read: str
    problem: str | None


def rows_until(total: int, dates: Sequence[date] | None, as_of: date, ledger: Ledger, prefix: str, name: str = "rows") -> Rows:
    """Rows dated `as_of` or before. Undated rows are taken to end with the last close before the plan."""
    if dates is None:
        ledger.given(f"{prefix}rows", total, "count")
        return Rows(total, None, f"{total} {name} without dates, taken to end with the last close", None)
    ledger.given("as_of", as_of, "date")
    used = list(dates[: bisect_right(dates, as_of)])
    ledger.given(f"{prefix}dates", used, "dates")
    known = {f"{prefix}dates": used, "as_of": as_of}
    ledger.derive(f"{prefix}rows", "rows dated as_of or before", known, len(used), "count")
    if not used:
        return Rows(0, used, f"no {name} dated {as_of} or before", f"no {name} are dated {as_of} or before")
    return Rows(len(used), used, f"{len(used)} {name}, {used[0]} to {used[-1]}", None)


def too_old(rows: Rows, as_of: date, ledger: Ledger, prefix: str, parameter: str = "signal_max_age_days") -> str | None:
    """Why the last row is too old to say something about `as_of`, None when it is not or has no date."""
    if not rows.dates:
        return rows.problem
    limit, last = ledger.parameter(parameter), rows.dates[-1]
    known = {f"{prefix}dates": rows.dates, "as_of": as_of}
    age = ledger.derive(f"{prefix}age_days", "as_of - last date", known, (as_of - last).days, "days")
    return f"the last row is of {last}, {age} days before {as_of}: more than {limit} days is too old" if age > limit else None


def unread(rows: Rows, reason: str) -> Reading:
    """A signal that is not evaluated."""
    return Reading("not_evaluated", None, None, None, rows.read, f"not evaluated: {reason}")


def since_when(rows: Rows, state_at: Callable[[int], State], ledger: Ledger, prefix: str) -> tuple[State, date | None, str]:
    """State of the last row, the day it came to it, and words for that day.

    Without dates, or when the state is as old as what can be evaluated, the day is not known.
    """
    first = last = rows.count - 1
    state = state_at(last)
    while first > 0 and state_at(first - 1) == state:
        first -= 1
    if rows.dates is None or state == "not_evaluated":
        return state, None, ""
    known = first > 0 and state_at(first - 1) != "not_evaluated"
    used = {f"{prefix}dates": rows.dates}
    ledger.derive(f"{prefix}since", "first day of the state that the last row has", used, rows.dates[first] if known else None, "date")
    return state, rows.dates[first] if known else None, "" if known else f", on every day that can be evaluated, from {rows.dates[first]} on"


def as_state(value: bool | None) -> State:
    """Pass, fail or not evaluated."""
    return "not_evaluated" if value is None else "pass" if value else "fail"
