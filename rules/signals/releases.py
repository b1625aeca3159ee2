"""The macro signal: the last release or decision that counts on a day, and for how long it does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from rules.ledger import Ledger
from rules.signals.macro import MacroReading, read_macro
from rules.signals.reading import Reading
from rules.signals.readings import Rows, as_state, rows_until, too_old, unread
from rules.signals.series import MacroSeries, MacroSignal, Release

_FOMC = ("fomc_surprise_bp", "rate_change_bp", "decision_day", "month_days", "actual_bp", "expected_bp")
_CPI = ("cpi_yoy_fraction", "ppi_yoy_fraction", "history")


def macro_reading(inputs: MacroSignal, as_of: date, ledger: Ledger, prefix: str) -> Reading:
    """A crossing with the last release, or a surprise of the last decision (source paragraph 5; all figures assumed).

    A release counts until the next one, and so does a decision: one older than `macro_valid_days` has been followed
    by another that is missing. Nothing dated after `as_of` is read.
    """
    rows, releases, problem = _releases(inputs, as_of, ledger, prefix)
    decision, decision_problem = _decision(inputs, as_of, ledger, prefix)
    given = releases | decision
    if not given:
        return unread(rows, "; ".join(part for part in (problem, decision_problem) if part))
    read = read_macro(MacroSeries(**given), ledger, prefix)
    accelerates = read.accelerates
    missing = "; ".join(part for part in (problem, decision_problem) if part)
    if missing and accelerates is False:
        accelerates = None
    state = as_state(accelerates)
    distance, unit = _distance(read, ledger, prefix)
    since = _since(read, rows, inputs) if state == "pass" else None
    if since is not None:
        ledger.given(f"{prefix}since", since, "date")
    reason = f"{read.reason}; {missing}" if missing else read.reason
    if state == "not_evaluated":
        return replace(unread(rows, reason), distance=distance, unit=unit)
    return Reading(state, since, distance, unit, rows.read, reason)


def _releases(inputs: MacroSignal, as_of: date, ledger: Ledger, prefix: str) -> tuple[Rows, dict[str, Any], str | None]:
    """The releases known on the day: the last of them is the current one."""
    if inputs.cpi_yoy_fraction is None or inputs.ppi_yoy_fraction is None:
        return Rows(0, None, "no releases", None), {}, None
    released = [*(inputs.history or []), Release(cpi_yoy_fraction=inputs.cpi_yoy_fraction, ppi_yoy_fraction=inputs.ppi_yoy_fraction)]
    rows = rows_until(len(released), inputs.dates, as_of, ledger, prefix, "releases")
    if problem := too_old(rows, as_of, ledger, prefix, "macro_valid_days"):
        return rows, {}, problem
    current = released[rows.count - 1]
    values = (current.cpi_yoy_fraction, current.ppi_yoy_fraction, released[: rows.count - 1])
    return rows, dict(zip(_CPI, values, strict=True)), None


def _decision(inputs: MacroSignal, as_of: date, ledger: Ledger, prefix: str) -> tuple[dict[str, Any], str | None]:
    """The FOMC figures if the decision was made by the day and is not followed by another."""
    given = {name: getattr(inputs, name) for name in _FOMC if getattr(inputs, name) is not None}
    if not given or inputs.decided_on is None:
        return given, None
    if inputs.decided_on > as_of:
        return {}, f"no FOMC decision given is dated {as_of} or before"
    ledger.given("as_of", as_of, "date")
    decided, limit = ledger.given(f"{prefix}decided_on", inputs.decided_on, "date"), ledger.parameter("macro_valid_days")
    known = {"as_of": as_of, f"{prefix}decided_on": decided}
    age = ledger.derive(f"{prefix}decision_age_days", "as_of - decided_on", known, (as_of - decided).days, "days")
    if age > limit:
        return {}, f"the FOMC decision is of {decided}, {age} days before {as_of}: more than {limit} days is too old"
    return given, None


def _distance(read: MacroReading, ledger: Ledger, prefix: str) -> tuple[float | None, str | None]:
    """To the divergence's trigger where it is known, else to the surprise's."""
    if read.divergence_z is not None and not read.surprising:
        trigger = ledger.parameter("macro_divergence_trigger_z")
        used = {"macro_divergence_trigger_z": trigger, f"{prefix}divergence_z": read.divergence_z}
        formula = "macro_divergence_trigger_z - |divergence_z|"
        return ledger.derive(f"{prefix}distance_to_trigger", formula, used, trigger - abs(read.divergence_z), "z_score"), "z_score"
    if read.surprise_bp is not None:
        trigger = ledger.parameter("fomc_surprise_trigger_bp")
        used = {"fomc_surprise_trigger_bp": trigger, f"{prefix}surprise_bp": read.surprise_bp}
        formula = "fomc_surprise_trigger_bp - |surprise_bp|"
        return ledger.derive(f"{prefix}distance_to_trigger", formula, used, trigger - abs(read.surprise_bp), "bp"), "bp"
    return None, None


def _since(read: MacroReading, rows: Rows, inputs: MacroSignal) -> date | None:
    """The day of the release or of the decision that fired, the earlier when both did; None without a date."""
    released = rows.dates[-1] if rows.dates else None
    days = [day for fired, day in ((read.diverging, released), (read.surprising, inputs.decided_on)) if fired]
    known = [day for day in days if day is not None]
    return min(known) if known and len(known) == len(days) else None
