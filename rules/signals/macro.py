"""Macro accelerators: the divergence of CPI and PPI, and FOMC surprises."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rules.ledger import Ledger
from rules.reports.report import format_number
from rules.signals.indicators import any_of, sample_deviation
from rules.signals.series import MacroSeries


@dataclass(frozen=True, slots=True)
class MacroReading:
    """What the releases and the decision say. `accelerates` is None when it cannot be evaluated; the reason says why."""

    divergence_fraction: float | None
    divergence_z: float | None
    diverging: bool | None
    surprise_bp: float | None
    surprising: bool | None
    accelerates: bool | None
    reason: str


def divergence_z(divergences: Sequence[float], position: int, releases: int) -> float | None:
    """Distance of one divergence from the mean of the `releases` before it, in their sample standard deviations.

    None where there are fewer before it, or where they are all equal.
    """
    before = divergences[max(0, position - releases) : position]
    if len(before) < releases:
        return None
    deviation = sample_deviation(before)
    return None if deviation == 0.0 else (divergences[position] - math.fsum(before) / releases) / deviation


def kuttner_surprise(rate_change_bp: float, decision_day: int, month_days: int, month_end_days: int) -> float:
    """FOMC surprise in bp from the change of a fed funds futures rate on the day of a decision.

    The contract settles on the month's average, so a change on day t of m moves it by (m - t) / m: s = m / (m - t) * change
    (Kuttner 2001, Journal of Monetary Economics 47). Unscaled on the first of a month, where the change is against the prior
    month's last one-month-ahead rate, and in the last `month_end_days` days, where it is of the next contract.
    """
    if decision_day == 1 or decision_day > month_days - month_end_days:
        return rate_change_bp
    return month_days / (month_days - decision_day) * rate_change_bp


def crosses(z_before: float | None, z: float | None, trigger: float) -> bool | None:
    """Whether |z| came from below the trigger to it or beyond; None where that is not known."""
    if z is None:
        return None
    if abs(z) < trigger:
        return False
    return None if z_before is None else abs(z_before) < trigger


def read_macro(inputs: MacroSeries, ledger: Ledger, prefix: str = "") -> MacroReading:
    """Judge what is given: a crossing of the divergence's trigger, or a surprise of the trigger's size, accelerates.

    Of two that are given the one that is not known makes the whole not known, unless the other accelerates. What is not
    given at all takes no part, and the reason says so.
    """
    divergence, z, diverging, said = _read_divergence(inputs, ledger, prefix)
    surprise, surprising, words = _read_surprise(inputs, ledger, prefix)
    parts = {f"{prefix}diverging": diverging} if divergence is not None else {}
    parts |= {f"{prefix}surprising": surprising} if surprise is not None else {}
    reason = f"{said}; {words}"
    accelerates = ledger.derive(f"{prefix}accelerates", "either of those given", parts, any_of(*parts.values()), "switch")
    return MacroReading(divergence, z, diverging, surprise, surprising, accelerates, reason)


def _read_divergence(inputs: MacroSeries, ledger: Ledger, prefix: str) -> tuple[float | None, float | None, bool | None, str]:
    if inputs.cpi_yoy_fraction is None or inputs.ppi_yoy_fraction is None:
        return None, None, None, "CPI against PPI is not given"
    cpi = ledger.given(f"{prefix}cpi_yoy_fraction", inputs.cpi_yoy_fraction, "fraction")
    ppi = ledger.given(f"{prefix}ppi_yoy_fraction", inputs.ppi_yoy_fraction, "fraction")
    used = {f"{prefix}cpi_yoy_fraction": cpi, f"{prefix}ppi_yoy_fraction": ppi}
    now = ledger.derive(f"{prefix}divergence_fraction", "cpi_yoy_fraction - ppi_yoy_fraction", used, cpi - ppi, "fraction")
    earlier = [release.cpi_yoy_fraction - release.ppi_yoy_fraction for release in inputs.history or []]
    ledger.given(f"{prefix}history_divergence_fractions", earlier, "fraction")
    releases, trigger = ledger.parameter("macro_divergence_releases"), ledger.parameter("macro_divergence_trigger_z")
    series = [*earlier, now]
    z_before = divergence_z(series, len(series) - 2, releases) if earlier else None
    z = divergence_z(series, len(series) - 1, releases)
    known = {f"{prefix}history_divergence_fractions": earlier, "macro_divergence_releases": releases}
    formula = "(divergence - mean of the releases before) / their sample standard deviation"
    ledger.derive(f"{prefix}divergence_z_before", f"{formula}, one release earlier", known, z_before, "z_score")
    ledger.derive(f"{prefix}divergence_z", formula, {f"{prefix}divergence_fraction": now, **known}, z, "z_score")
    diverging = crosses(z_before, z, trigger)
    judged = {f"{prefix}divergence_z": z, f"{prefix}divergence_z_before": z_before, "macro_divergence_trigger_z": trigger}
    ledger.derive(f"{prefix}diverging", "|z| at the trigger or beyond, and below it one release earlier", judged, diverging, "switch")
    return now, z, diverging, _divergence_words(z, diverging, len(earlier), releases, trigger)


def _divergence_words(z: float | None, diverging: bool | None, earlier: int, releases: int, trigger: float) -> str:
    if z is None and earlier < releases:
        return f"CPI against PPI is not evaluated: {releases} releases before this one are needed, {earlier} are given"
    if z is None:
        return f"CPI against PPI is not evaluated: the {releases} releases before this one do not differ, so there is nothing to measure it by"
    place = f"CPI less PPI is {format_number(z)} standard deviations from the mean of the {releases} releases before"
    if diverging is None:
        return f"{place}; whether it crossed {trigger:g} with this release is not evaluated: {releases + 1} releases before it are needed"
    if diverging:
        return f"{place}, and crossed {trigger:g} with this release"
    return f"{place}, {'beyond' if abs(z) >= trigger else 'short of'} {trigger:g}" + (" since before this release" if abs(z) >= trigger else "")


def _read_surprise(inputs: MacroSeries, ledger: Ledger, prefix: str) -> tuple[float | None, bool | None, str]:
    name = f"{prefix}surprise_bp"
    if inputs.fomc_surprise_bp is not None:
        given = ledger.given(f"{prefix}fomc_surprise_bp", inputs.fomc_surprise_bp, "bp")
        surprise = ledger.derive(name, "as given", {f"{prefix}fomc_surprise_bp": given}, given, "bp")
    elif inputs.actual_bp is not None:
        pair = {f"{prefix}{key}": ledger.given(f"{prefix}{key}", getattr(inputs, key), "bp") for key in ("actual_bp", "expected_bp")}
        surprise = ledger.derive(name, "actual_bp - expected_bp", pair, pair[f"{prefix}actual_bp"] - pair[f"{prefix}expected_bp"], "bp")
    elif inputs.rate_change_bp is not None:
        units = {"rate_change_bp": "bp", "decision_day": "day", "month_days": "days"}
        used = {f"{prefix}{key}": ledger.given(f"{prefix}{key}", getattr(inputs, key), unit) for key, unit in units.items()}
        month_end = ledger.parameter("fomc_month_end_days")
        change, day, days = used.values()
        value = kuttner_surprise(change, day, days, month_end)
        formula = "month_days / (month_days - decision_day) * rate_change_bp; on the first and in the last days of a month rate_change_bp"
        surprise = ledger.derive(name, formula, {**used, "fomc_month_end_days": month_end}, value, "bp")
    else:
        return None, None, "an FOMC surprise is not given"
    trigger = ledger.parameter("fomc_surprise_trigger_bp")
    judged = {name: surprise, "fomc_surprise_trigger_bp": trigger}
    surprising = ledger.derive(f"{prefix}surprising", "|surprise_bp| at the trigger or beyond", judged, abs(surprise) >= trigger, "switch")
    return (
        surprise,
        surprising,
        f"the FOMC surprise of {format_number(surprise)} bp is {'at least' if surprising else 'below'} {trigger:g} bp in size",
    )
