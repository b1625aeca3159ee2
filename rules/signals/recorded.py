"""Indicators with their steps: what calculators and signals compute alike, under the names of either."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rules.errors import RulesError
from rules.ledger import Ledger
from rules.signals.indicators import MacdSeries as MacdValues
from rules.signals.indicators import advance_decline_line, constant_maturity, macd_bars_needed, macd_series, rsi_series
from rules.signals.series import BreadthSeries, FuturesSeries, MacdSeries, RsiSeries


@dataclass(frozen=True, slots=True)
class RecordedMacd:
    """MACD of closes; `values` is None where they are too few for one value, `needed` is how many it takes."""

    closes: list[float]
    values: MacdValues | None
    needed: int


def record_macd(inputs: MacdSeries, rows: int, ledger: Ledger, prefix: str = "") -> RecordedMacd:
    """MACD of the first `rows` rows; of two futures series the constant-maturity price is made first.

    Records `closes`, `fast_bars`, `slow_bars` and `signal_bars`. Raises RulesError when the fast average is not the faster one.
    """
    closes = _macd_closes(inputs, rows, ledger, prefix)
    fast = ledger.resolve(f"{prefix}fast_bars", inputs.fast, "macd_fast_bars", "bars")
    slow = ledger.resolve(f"{prefix}slow_bars", inputs.slow, "macd_slow_bars", "bars")
    signal = ledger.resolve(f"{prefix}signal_bars", inputs.signal, "macd_signal_bars", "bars")
    if fast >= slow:
        raise RulesError("fast", f"{fast} bars are not fewer than the {slow} of slow", "give fewer bars to fast than to slow")
    needed = macd_bars_needed(slow, signal)
    return RecordedMacd(closes, macd_series(closes, fast, slow, signal) if len(closes) >= needed else None, needed)


def _macd_closes(inputs: MacdSeries, rows: int, ledger: Ledger, prefix: str) -> list[float]:
    if inputs.closes is not None:
        return list(ledger.given(f"{prefix}closes", inputs.closes[:rows], "index_points"))
    assert inputs.front is not None and inputs.second is not None, "the validator asks for both beside no closes"
    dates = None if inputs.dates is None else inputs.dates[:rows]
    used: dict[str, list[float] | list[int]] = {}
    for place, series in (("front", inputs.front), ("second", inputs.second)):
        used[f"{prefix}{place}_closes"] = ledger.given(f"{prefix}{place}_closes", series.closes[:rows], "index_points")
        used[f"{prefix}{place}_days_to_expiry"] = _days(series, rows, dates, ledger, f"{prefix}{place}")
    maturity = ledger.parameter("curve_constant_maturity_days")
    first, near, later, far = used.values()
    closes = constant_maturity(first, later, near, far, maturity)  # type: ignore[arg-type]
    formula = "w * front + (1 - w) * second, w = (second days - curve_constant_maturity_days) / (second days - front days) clipped to [0, 1]"
    return list(ledger.derive(f"{prefix}closes", formula, {**used, "curve_constant_maturity_days": maturity}, closes, "index_points"))


def _days(series: FuturesSeries, rows: int, dates: list[date] | None, ledger: Ledger, name: str) -> list[int]:
    if series.days_to_expiry is not None:
        return list(ledger.given(f"{name}_days_to_expiry", series.days_to_expiry[:rows], "days"))
    assert series.expiries is not None and dates is not None, "the validators ask for one clock, and for dates beside expiries"
    known = {f"{name}_expiries": ledger.given(f"{name}_expiries", series.expiries[:rows], "dates"), f"{name}_dates": dates}
    ledger.given(f"{name}_dates", dates, "dates")
    days = [(expiry - day).days for expiry, day in zip(series.expiries[:rows], dates, strict=True)]
    return list(ledger.derive(f"{name}_days_to_expiry", "expiry - date", known, days, "days"))


@dataclass(frozen=True, slots=True)
class RecordedRsi:
    """RSI by close; None where it is not defined."""

    closes: list[float]
    values: list[float | None]
    period_days: int


def record_rsi(inputs: RsiSeries, rows: int, ledger: Ledger, prefix: str = "") -> RecordedRsi:
    """RSI of the first `rows` closes. Records `closes` and `period_days`; values are None throughout where closes are too few."""
    closes = list(ledger.given(f"{prefix}closes", inputs.closes[:rows], "index_points"))
    period = ledger.resolve(f"{prefix}period_days", inputs.period_days, "rsi_period_days", "trading_days")
    too_few: list[float | None] = [None] * len(closes)
    values = rsi_series(closes, period) if len(closes) > period else too_few
    return RecordedRsi(closes, values, period)


@dataclass(frozen=True, slots=True)
class RecordedBreadth:
    """The advance-decline line from 0, and the index beside it where it was given."""

    line: list[float]
    closes: list[float] | None


def record_breadth(inputs: BreadthSeries, rows: int, ledger: Ledger, prefix: str = "") -> RecordedBreadth:
    """The line over the first `rows` rows. Records `advances`, `declines`, `closes` and `line_series`."""
    advances = ledger.given(f"{prefix}advances", inputs.advances[:rows], "issues")
    declines = ledger.given(f"{prefix}declines", inputs.declines[:rows], "issues")
    closes = None if inputs.closes is None else list(ledger.given(f"{prefix}closes", inputs.closes[:rows], "index_points"))
    used = {f"{prefix}advances": advances, f"{prefix}declines": declines}
    line = advance_decline_line(advances, declines)
    return RecordedBreadth(list(ledger.derive(f"{prefix}line_series", "running sum of advances - declines, from 0", used, line, "issues")), closes)
