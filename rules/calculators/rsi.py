"""Relative strength index of a series of closes."""

from __future__ import annotations

from rules.errors import RulesError
from rules.fields import Frozen
from rules.ledger import Ledger
from rules.signals.recorded import record_rsi
from rules.signals.series import RsiSeries

NAME = "rsi"
DESCRIPTION = "Wilder's relative strength index, 0 to 100, of any series of closes; the method reads it on the VIX."
SYNONYMS = ("rsi", "relative strength index", "wilder")
SOURCES = ("call-layer",)
EXAMPLE = {"closes": [22.5, 21.8, 21.9, 20.6, 19.9], "period_days": 3}

Input = RsiSeries


class Result(Frozen):
    """RSI of the last close, and of every close from the first that has one on.

    Null: neither a gain nor a loss up to there, so the index is not defined; `reason` says so.
    """

    rsi: float | None
    series: list[float | None]
    reason: str | None


def calculate(inputs: RsiSeries, ledger: Ledger) -> Result:
    """See `rules.signals.indicators.rsi_series`. Raises RulesError when there are too few closes for one value."""
    found = record_rsi(inputs, len(inputs.closes), ledger)
    if len(found.closes) <= found.period_days:
        raise RulesError("closes", f"holds {len(found.closes)} closes", f"give at least {found.period_days + 1} for a period of {found.period_days}")
    used = {"closes": found.closes, "period_days": found.period_days}
    formula = "100 - 100 / (1 + average gain / average loss), Wilder's averages started from a plain mean"
    series = ledger.derive("series", formula, used, found.values[found.period_days :], "rsi_points")
    last = ledger.derive("rsi", "last of series", {"series": series}, series[-1], "rsi_points")
    return Result(rsi=last, series=series, reason="the closes neither rose nor fell, so the RSI is not defined" if last is None else None)
