"""The CAPM signal: a close beyond a level, confirmed by the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, Literal

from rules.ledger import Ledger
from rules.reports.report import format_number
from rules.signals.levels import LevelPair, Levels, distances, level, mean_return, read_levels
from rules.signals.reading import Reading
from rules.signals.readings import Rows, as_state, rows_until, since_when, too_old, unread
from rules.signals.series import CapmNow, CapmSignal

Side = Literal["lower", "upper"]


def breach_of(close: float, pair: LevelPair) -> Side | None:
    """The level that a close lies beyond, None between the two."""
    if close < pair.lower:
        return "lower"
    return "upper" if close > pair.upper else None


def confirms(close: float, pair: LevelPair, side: Side | None) -> bool:
    """Whether a close lies beyond the level that the one before it was beyond."""
    return side is not None and breach_of(close, pair) == side


def capm_series_reading(inputs: CapmSignal, as_of: date, ledger: Ledger, prefix: str) -> Reading:
    """Levels anchored the horizon before each close: passes when one close breached a level and the next is still beyond it.

    Source paragraph 3; a trigger is confirmed at the next close (assumed).
    """
    rows = rows_until(len(inputs.spx_closes), inputs.dates, as_of, ledger, prefix, "closes of SPX and VIX")
    if problem := too_old(rows, as_of, ledger, prefix):
        return unread(rows, problem)
    horizon = ledger.resolve(f"{prefix}horizon_days", inputs.horizon_days, "capm_horizon_days", "trading_days")
    spx = ledger.given(f"{prefix}spx_closes", inputs.spx_closes[: rows.count], "index_points")
    vix = ledger.given(f"{prefix}vix_closes", inputs.vix_closes[: rows.count], "vix_points")
    if rows.count < horizon + 2:
        return unread(rows, f"{horizon + 2} closes are needed, {rows.count} are given")
    last = rows.count - 1
    series = {f"{prefix}spx_closes": spx, f"{prefix}vix_closes": vix}
    before = _anchored(inputs, series, last - 1, "before.", horizon, ledger, prefix)
    now = _anchored(inputs, series, last, "", horizon, ledger, prefix)
    pair_at = quick_levels(inputs, horizon, ledger, prefix)

    def confirmed(position: int) -> bool | None:
        if position < horizon + 1:
            return None
        pair = pair_at(position - 1)
        return confirms(spx[position], pair, breach_of(spx[position - 1], pair))

    state, since, words = since_when(rows, lambda position: as_state(confirmed(position)), ledger, prefix)
    closes = {f"{prefix}spx_closes": spx}
    close = ledger.derive(f"{prefix}close", "last of spx_closes", closes, spx[-1], "index_points")
    ledger.derive(f"{prefix}close_before", "last but one of spx_closes", closes, spx[-2], "index_points")
    distance = _distance(now.pairs[0], close, ledger, prefix)
    reason = _words(spx[-2], close, before.pairs[0], now) + words
    return Reading(state, since, distance, "index_points", rows.read, reason)


def _anchored(inputs: CapmSignal, series: dict[str, list[float]], position: int, at: str, horizon: int, ledger: Ledger, prefix: str) -> Levels:
    """Levels for one close, anchored the horizon before it, with their steps."""
    used: dict[str, Any] = {**series, f"{prefix}horizon_days": horizon}
    back = position - horizon
    spot = ledger.derive(f"{prefix}{at}spot", "SPX close horizon_days before", used, inputs.spx_closes[back], "index_points")
    formula = "VIX close horizon_days before / 100"
    volatility = ledger.derive(f"{prefix}{at}implied_volatility", formula, used, inputs.vix_closes[back] / 100, "fraction")
    return read_levels(inputs, spot, volatility, horizon, ledger, prefix, at)


def quick_levels(inputs: CapmSignal, horizon: int, ledger: Ledger, prefix: str) -> Callable[[int], LevelPair]:
    """The first pair of levels for the close at a position, without steps, for the walk back in time."""
    z = distances(inputs, ledger, prefix)[0]
    years = horizon / ledger.parameter("trading_days_per_year")

    def pair_at(position: int) -> LevelPair:
        spot, volatility = inputs.spx_closes[position - horizon], inputs.vix_closes[position - horizon] / 100
        mean = mean_return(inputs, volatility, ledger)
        return LevelPair(z, level(spot, mean, volatility, years, z), level(spot, mean, volatility, years, -z))

    return pair_at


def capm_now_reading(inputs: CapmNow, ledger: Ledger, prefix: str) -> Reading:
    """One anchor and the last two closes, which are taken to lie the horizon after it; without a close before, a breach is not confirmed."""
    rows = Rows(0, None, "one anchor and the closes given, without dates", None)
    spot = ledger.given(f"{prefix}spot", inputs.spot, "index_points")
    volatility = ledger.given(f"{prefix}implied_volatility", inputs.implied_volatility, "fraction")
    horizon = ledger.given(f"{prefix}horizon_days", inputs.horizon_days, "trading_days")
    levels = read_levels(inputs, spot, volatility, horizon, ledger, prefix)
    pair = levels.pairs[0]
    if inputs.spot_now is None:
        return unread(rows, f"{_between(pair)} are known but no close to compare them with; give spot_now")
    close = ledger.given(f"{prefix}close", inputs.spot_now, "index_points")
    distance = _distance(pair, close, ledger, prefix)
    side = breach_of(close, pair)
    if side is not None and inputs.spot_before is None:
        reason = f"the close {format_number(close)} is beyond the {side} level at z = {pair.z:g}; a breach counts when the next close confirms it, give spot_before"
        return replace(unread(rows, reason), distance=distance, unit="index_points")
    before = close if inputs.spot_before is None else ledger.given(f"{prefix}close_before", inputs.spot_before, "index_points")
    state = as_state(confirms(close, pair, breach_of(before, pair)))
    return Reading(state, None, distance, "index_points", rows.read, _words(before, close, pair, levels))


def _distance(pair: LevelPair, close: float, ledger: Ledger, prefix: str) -> float:
    """Points from the close to the nearer level, negative beyond it."""
    used = {f"{prefix}close": close, f"{prefix}lower_index_points.1": pair.lower, f"{prefix}upper_index_points.1": pair.upper}
    formula = "the smaller of close - lower level and upper level - close"
    return float(ledger.derive(f"{prefix}distance_to_trigger", formula, used, min(close - pair.lower, pair.upper - close), "index_points"))


def _between(pair: LevelPair) -> str:
    return f"the levels {format_number(pair.lower)} and {format_number(pair.upper)} at z = {pair.z:g}"


def _words(before: float, close: float, pair_before: LevelPair, now: Levels) -> str:
    side = breach_of(before, pair_before)
    if confirms(close, pair_before, side):
        found = f"the close before, {format_number(before)}, breached the {side} level and the last, {format_number(close)}, is still beyond it"
    elif side is not None:
        found = f"the close before, {format_number(before)}, breached the {side} level and the last, {format_number(close)}, did not confirm it"
    elif breach_of(close, now.pairs[0]) is not None:
        found = f"the last close, {format_number(close)}, breached the {breach_of(close, now.pairs[0])} level, which the next close has to confirm"
    else:
        found = f"the last close, {format_number(close)}, lies between the levels"
    return found + "; " + "; ".join(_between(pair) for pair in now.pairs)
