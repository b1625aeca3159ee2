"""Moving average convergence divergence of closes, or of the 30-day constant-maturity price of two VX futures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.errors import RulesError
from rules.fields import Frozen
from rules.ledger import Ledger
from rules.signals.indicators import Cross, cross_of
from rules.signals.recorded import record_macd
from rules.signals.series import MacdSeries

NAME = "macd"
DESCRIPTION = "MACD, its signal line and histogram, on closes or on the 30-day constant-maturity price of two VX futures series."
SYNONYMS = ("macd", "moving average convergence divergence")
SOURCES = ("activation-signals",)
EXAMPLE = {
    "closes": [18.0, 18.4, 18.1, 17.6, 17.2, 17.5, 18.3, 19.4, 20.2, 19.9, 20.6, 21.3],
    "fast": 3,
    "slow": 6,
    "signal": 3,
}

Input = MacdSeries


class Result(Frozen):
    """Values of the last bar in points of the price.

    `cross` is `up` or `down` when MACD crossed its signal line with the last bar, null when it did not or when there is no bar before.
    `price` is the last close, or the last constant-maturity price.
    """

    macd: float
    signal: float
    histogram: float
    cross: Cross | None
    price: float


def calculate(inputs: MacdSeries, ledger: Ledger) -> Result:
    """See `rules.signals.indicators.macd_series`. Raises RulesError when there are too few closes for one value."""
    rows = len(inputs.closes if inputs.closes is not None else inputs.front.closes if inputs.front is not None else [])
    found = record_macd(inputs, rows, ledger)
    if found.values is None:
        where = "closes" if inputs.closes is not None else "front.closes"
        raise RulesError(where, f"holds {rows} closes", f"give at least {found.needed} for one value of MACD and its signal line")
    steps = {step.name: step.value for step in ledger.steps}
    used: dict[str, Any] = {name: steps[name] for name in ("closes", "fast_bars", "slow_bars", "signal_bars")}
    values = found.values
    macd = ledger.derive("macd", "EMA(fast) - EMA(slow) of closes", used, values.macd[-1], "index_points")
    signal = ledger.derive("signal", "EMA(signal) of MACD", used, values.signal[-1], "index_points")
    histogram = ledger.derive("histogram", "MACD - its signal line", {"macd": macd, "signal": signal}, values.histogram[-1], "index_points")
    before = values.histogram[-2] if rows > 1 else None
    ledger.derive("histogram_before", "MACD - its signal line, one bar earlier", used, before, "index_points")
    formula = "up from 0 or below to above 0, down from 0 or above to below 0"
    cross = ledger.derive("cross", formula, {"histogram_before": before, "histogram": histogram}, cross_of(before, histogram), "name")
    price = ledger.derive("price", "last of closes", {"closes": found.closes}, found.closes[-1], "index_points")
    return Result(macd=macd, signal=signal, histogram=histogram, cross=cross, price=price)


def needed_beside(given: Mapping[str, Any]) -> tuple[str, ...]:
    """Closes, unless two futures series stand in for them."""
    return () if "front" in given else ("closes",)
