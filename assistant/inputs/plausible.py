"""Inputs that are possible for a computer and unlikely for a market, as questions with the likely correction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from assistant import phrases
from assistant.inputs.draft import Asked
from assistant.inputs.slots import Slot, every_slot_of

_SPX_MOVES, _VIX_MOVES = (-0.45, 0.3), (-60.0, 80.0)
_UNDERLYING_PRICES = ("forward", "spot", "future_price", "future_bid", "future_ask")
_MOST_OF_SPX, _MOST_OF_VIX = 2.5, 5.0
_LEGS = ("long_put", "short_put", "short_call", "long_call")


def implausible(calculator: str, inputs: Mapping[str, Any]) -> tuple[Asked, ...]:
    """What to ask about inputs by path: values outside their plausible range, and a credit that no condor has."""
    from rules.catalogue import calculator as module_of

    beside = getattr(module_of(calculator), "plausible_beside", None)
    ranges: Mapping[str, tuple[float, float]] = {} if beside is None else beside(inputs)
    found = []
    for slot in every_slot_of(calculator):
        limits = ranges.get(slot.name, slot.plausible)
        for value in _numbers(inputs.get(slot.name)):
            if limits is not None and not limits[0] <= value <= limits[1]:
                found.append(Asked(slot.name, slot.unit, _question(slot, value, limits)))
                break
    return (*found, *_curve(inputs), *_credit(inputs), *_shocks(inputs), *_strike(inputs))


def _strike(inputs: Mapping[str, Any]) -> list[Asked]:
    """A strike that lies farther from the price of its underlying than any that is listed: five times a VIX future, two and a half times SPX."""
    strike = inputs.get("strike")
    price = next((inputs[name] for name in _UNDERLYING_PRICES if isinstance(inputs.get(name), (int, float))), None)
    if not isinstance(strike, (int, float)) or price is None or price <= 0:
        return []
    most = _MOST_OF_SPX if "spot" in inputs else _MOST_OF_VIX
    if price / most <= strike <= price * most:
        return []
    thousand = f" Did you mean {strike / 1000:g}?" if price / most <= strike / 1000 <= price * most else ""
    return [Asked("strike", "index_points", f"A strike of {strike:g} is unusual beside an underlying at {price:g}.{thousand} What is the strike?")]


def _numbers(value: Any) -> Iterable[float]:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return [float(value)]
    if isinstance(value, list) and all(isinstance(item, (int, float)) for item in value):
        return [float(item) for item in value]
    return []


def _question(slot: Slot, value: float, limits: tuple[float, float]) -> str:
    shown = f"{value * 100:g} %" if slot.unit == "fraction" else f"{value:g}"
    hint = ""
    if slot.unit == "fraction" and limits[0] <= value / 100 <= limits[1]:
        hint = f" {value:g} % is {value / 100:g}: did you mean that?"
    elif slot.unit == "fraction" and limits[0] <= value / 10 <= limits[1]:
        hint = f" Did you mean {value * 10:g} %?"
    return f"{slot.name} = {shown} is unusual.{hint} {phrases.prompt_for(slot)}"


def _curve(inputs: Mapping[str, Any]) -> list[Asked]:
    rows = inputs.get("market.futures") or []
    odd = [row["price_index_points"] for row in rows if not 5 <= row["price_index_points"] <= 150]
    return [
        Asked("market.futures", "index_points", f"A VX future at {price:g} is unusual, they trade between 5 and 150. What is the price?")
        for price in odd[:1]
    ]


def _shocks(inputs: Mapping[str, Any]) -> list[Asked]:
    """Moves beyond those of the worst days and weeks: SPX -20 % in a day of 1987, the VIX 82.7 at a close of 2020."""
    for shock in inputs.get("shocks") or []:
        spx, vix = shock["spx_fraction"], shock["vix_points"]
        if not _SPX_MOVES[0] <= spx <= _SPX_MOVES[1]:
            return [Asked("shocks", "fraction", f"A move of SPX by {spx * 100:g} % is unusual. Did you mean {spx * 10:g} %, or what is it?")]
        if not _VIX_MOVES[0] <= vix <= _VIX_MOVES[1]:
            return [Asked("shocks", "vix_points", f"A move of the VIX by {vix:g} points is unusual. How many points is it?")]
    return []


def _credit(inputs: Mapping[str, Any]) -> list[Asked]:
    for prefix in ("", "condor."):
        legs = [inputs.get(f"{prefix}{name}") for name in _LEGS]
        strikes = [leg for leg in legs if isinstance(leg, (int, float))]
        credit = inputs.get(f"{prefix}credit_index_points")
        if len(strikes) == len(_LEGS) and isinstance(credit, (int, float)):
            narrower = min(strikes[1] - strikes[0], strikes[3] - strikes[2])
            if credit >= narrower > 0:
                return [Asked(f"{prefix}credit_index_points", "index_points", phrases.credit_line(credit, narrower))]
    return []
