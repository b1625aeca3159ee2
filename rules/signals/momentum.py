"""Readings of MACD, of the advance-decline line and of the RSI."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rules.ledger import Ledger
from rules.planning.inputs import State
from rules.reports.report import format_number
from rules.signals.breadth import BreadthRules, read_breadth
from rules.signals.reading import Reading
from rules.signals.readings import as_state, rows_until, since_when, too_old, unread
from rules.signals.recorded import record_breadth, record_macd, record_rsi
from rules.signals.series import BreadthSignal, MacdSeries, RsiSignal


def macd_reading(inputs: MacdSeries, as_of: date, ledger: Ledger, prefix: str) -> Reading:
    """MACD on the curve: the histogram above zero on each of the last closes (source paragraph 2; all figures assumed)."""
    total = len(inputs.closes if inputs.closes is not None else inputs.front.closes if inputs.front is not None else [])
    rows = rows_until(total, inputs.dates, as_of, ledger, prefix, "closes")
    if problem := too_old(rows, as_of, ledger, prefix):
        return unread(rows, problem)
    confirm, least = ledger.parameter("macd_confirm_closes"), ledger.parameter("macd_min_bars")
    found = record_macd(inputs, rows.count, ledger, prefix)
    least = max(least, found.needed + confirm - 1)
    if found.values is None or rows.count < least:
        return unread(rows, f"{least} closes are needed, {rows.count} are given")
    histogram = found.values.histogram

    def state_at(position: int) -> State:
        if position + 1 < least:
            return "not_evaluated"
        return as_state(all(value is not None and value > 0 for value in histogram[position + 1 - confirm : position + 1]))

    state, since, words = since_when(rows, state_at, ledger, prefix)
    used: dict[str, Any] = {f"{prefix}closes": found.closes, "macd_confirm_closes": confirm}
    last = ledger.derive(f"{prefix}histogram", "MACD less its signal line on the last closes", used, histogram[-confirm:], "index_points")
    distance = ledger.derive(f"{prefix}distance_to_trigger", "0 - last histogram", {f"{prefix}histogram": last}, 0.0 - last[-1], "index_points")
    place = f"the histogram is {format_number(last)} on the last {confirm} closes" if confirm > 1 else f"the histogram is {format_number(last)}"
    return Reading(state, since, distance, "index_points", rows.read, f"{place}, above 0 on each is needed{words}")


def breadth_reading(inputs: BreadthSignal, as_of: date, ledger: Ledger, prefix: str) -> Reading:
    """The advance-decline line: passes when it is weak (source paragraph 2; all figures assumed)."""
    rows = rows_until(len(inputs.advances), inputs.dates, as_of, ledger, prefix, "days of breadth")
    if problem := too_old(rows, as_of, ledger, prefix):
        return unread(rows, problem)
    found, rules = record_breadth(inputs, rows.count, ledger, prefix), BreadthRules.read(ledger)
    read = read_breadth(found, rules, ledger, prefix)
    if read.weak is None:
        return unread(rows, read.reason)
    state, since, words = since_when(rows, lambda position: as_state(rules.weak(found, position)), ledger, prefix)
    distance = None
    if read.average is not None:
        used = {f"{prefix}line": read.line, f"{prefix}average": read.average}
        distance = ledger.derive(f"{prefix}distance_to_trigger", "line - average", used, read.line - read.average, "issues")
    return Reading(state, since, distance, "issues", rows.read, f"{read.reason}{words}")


@dataclass(frozen=True, slots=True)
class RsiRules:
    """The parameters of an RSI trigger."""

    level: float
    shift_points: float
    shift_days: int
    valid_days: int
    min_bars: int

    @classmethod
    def read(cls, ledger: Ledger) -> RsiRules:
        """All five through the ledger."""
        names = ("rsi_trigger_level", "rsi_shift_points", "rsi_shift_days", "rsi_valid_days", "rsi_min_bars")
        return cls(*(ledger.parameter(name) for name in names))

    def triggers(self, values: Sequence[float], position: int) -> bool:
        """An upward cross of the level with this close, or a rise of the shift from the lowest of the days before."""
        now, before = values[position], values[position - self.shift_days : position]
        return before[-1] < self.level <= now or now - min(before) >= self.shift_points

    def confirmed(self, values: Sequence[float], position: int) -> bool:
        """A trigger on the close before, and the RSI at least as high on this one."""
        return self.triggers(values, position - 1) and values[position] >= values[position - 1]

    def days_since(self, values: Sequence[float], position: int) -> int | None:
        """Days since the last confirmation that is still valid, 0 on its day."""
        return next((back for back in range(self.valid_days) if self.confirmed(values, position - back)), None)

    @property
    def reach(self) -> int:
        """Values before a position that its state depends on."""
        return self.valid_days + self.shift_days

    def gap(self, values: Sequence[float]) -> float:
        """Points that the RSI has to rise for the nearer trigger; of the two only the shift can trigger above the level."""
        now = values[-1]
        shift = min(values[-self.shift_days :]) + self.shift_points - now
        return min(shift, self.level - now) if now < self.level else shift


def rsi_reading(inputs: RsiSignal, as_of: date, ledger: Ledger, prefix: str) -> Reading:
    """RSI of the VIX: a confirmed trigger that is still valid (source paragraph 3; all figures assumed)."""
    rows = rows_until(len(inputs.closes), inputs.dates, as_of, ledger, prefix, "closes")
    if problem := too_old(rows, as_of, ledger, prefix):
        return unread(rows, problem)
    rules = RsiRules.read(ledger)
    found = record_rsi(inputs, rows.count, ledger, prefix)
    least = max(rules.min_bars, found.period_days + 1 + rules.reach)
    if rows.count < least:
        return unread(rows, f"{least} closes are needed, {rows.count} are given")
    if any(value is None for value in found.values[-1 - rules.reach :]):
        return unread(rows, "the closes neither rose nor fell, so the RSI is not defined")
    values = [0.0 if value is None else value for value in found.values]
    undefined = max((position for position, value in enumerate(found.values) if value is None), default=-1)

    def state_at(position: int) -> State:
        if position + 1 < least or position - rules.reach <= undefined:
            return "not_evaluated"
        return as_state(rules.days_since(values, position) is not None)

    state, since, words = since_when(rows, state_at, ledger, prefix)
    days = rules.days_since(values, rows.count - 1)
    used = {f"{prefix}closes": found.closes, f"{prefix}period_days": found.period_days}
    recent = ledger.derive(f"{prefix}rsi", "RSI of the last closes", used, values[-1 - rules.reach :], "rsi_points")
    limits = {"rsi_trigger_level": rules.level, "rsi_shift_points": rules.shift_points, "rsi_shift_days": rules.shift_days}
    known = {f"{prefix}rsi": recent, **limits}
    valid = {**known, "rsi_valid_days": rules.valid_days}
    ledger.derive(f"{prefix}days_since_confirmation", "days since the close that confirmed a trigger, 0 on it", valid, days, "trading_days")
    formula = "rise to the level if below it, or from the lowest of the shift days by the shift, whichever is nearer"
    distance = ledger.derive(f"{prefix}distance_to_trigger", formula, known, rules.gap(values), "rsi_points")
    return Reading(state, since, distance, "rsi_points", rows.read, _rsi_words(values[-1], days, rules) + words)


def _rsi_words(now: float, days: int | None, rules: RsiRules) -> str:
    trigger = f"an upward cross of {rules.level:g} or a rise of {rules.shift_points:g} within {rules.shift_days} days"
    if days is None:
        return f"the RSI is {format_number(now)}; {trigger}, confirmed at the next close, did not happen in the last {rules.valid_days} days"
    return f"the RSI is {format_number(now)}; {trigger} was confirmed {days} trading days ago and is valid on the first {rules.valid_days} days"
