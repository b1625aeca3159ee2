"""Macro accelerators: CPI against PPI, and FOMC surprises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.fields import Frozen
from rules.ledger import Ledger
from rules.signals.macro import read_macro
from rules.signals.series import MacroSeries

NAME = "macro-signal"
DESCRIPTION = "Divergence of CPI and PPI against its history, FOMC surprise (Kuttner), and whether they remove the wait for layer 2."
SYNONYMS = ("macro signal", "fomc surprise", "cpi ppi divergence", "cpi against ppi", "kuttner")
SOURCES = ("macro-accelerators",)
EXAMPLE = {"cpi_yoy_fraction": 0.031, "ppi_yoy_fraction": 0.024, "rate_change_bp": 3.5, "decision_day": 10, "month_days": 31}

Input = MacroSeries


class Result(Frozen):
    """What was given, judged. `accelerates` is null when it cannot be evaluated; `reason` says what was read and what was not."""

    divergence_fraction: float | None
    divergence_z: float | None
    surprise_bp: float | None
    accelerates: bool | None
    reason: str


def calculate(inputs: MacroSeries, ledger: Ledger) -> Result:
    """See `rules.signals.macro.read_macro`."""
    read = read_macro(inputs, ledger)
    return Result(
        divergence_fraction=read.divergence_fraction,
        divergence_z=read.divergence_z,
        surprise_bp=read.surprise_bp,
        accelerates=read.accelerates,
        reason=read.reason,
    )


def needed_beside(given: Mapping[str, Any]) -> tuple[str, ...]:
    """What completes the inflation figures, or the surprise, that are given in part; both inflation figures when nothing is given."""
    groups = (("cpi_yoy_fraction", "ppi_yoy_fraction"), ("rate_change_bp", "decision_day", "month_days"), ("actual_bp", "expected_bp"))
    begun = [group for group in groups if any(name in given for name in group)]
    if not begun and "fomc_surprise_bp" not in given:
        return groups[0]
    return tuple(name for group in begun for name in group)
