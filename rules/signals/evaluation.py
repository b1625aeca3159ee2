"""Which reading belongs to which signal given as series."""

from __future__ import annotations

from datetime import date

from rules.errors import RulesError
from rules.fields import Frozen
from rules.ledger import Ledger
from rules.signals.breaches import capm_now_reading, capm_series_reading
from rules.signals.momentum import breadth_reading, macd_reading, rsi_reading
from rules.signals.reading import Reading
from rules.signals.releases import macro_reading
from rules.signals.series import BreadthSignal, CapmNow, CapmSignal, MacdSeries, MacroSignal, RsiSignal


def evaluate(name: str, series: Frozen, as_of: date, ledger: Ledger, prefix: str) -> Reading:
    """The reading of one signal's series on a day; steps are named from `prefix` on.

    Raises RulesError, its field under `signals`, when the series cannot be read.
    """
    try:
        return _evaluated(series, as_of, ledger, prefix)
    except RulesError as error:
        raise RulesError(f"signals.{name}.{error.field}", error.problem, error.remedy) from error


def _evaluated(series: Frozen, as_of: date, ledger: Ledger, prefix: str) -> Reading:
    match series:
        case MacdSeries():
            return macd_reading(series, as_of, ledger, prefix)
        case BreadthSignal():
            return breadth_reading(series, as_of, ledger, prefix)
        case RsiSignal():
            return rsi_reading(series, as_of, ledger, prefix)
        case CapmSignal():
            return capm_series_reading(series, as_of, ledger, prefix)
        case CapmNow():
            return capm_now_reading(series, ledger, prefix)
        case MacroSignal():
            return macro_reading(series, as_of, ledger, prefix)
    raise TypeError(f"{type(series).__name__} is not a series of a signal")
