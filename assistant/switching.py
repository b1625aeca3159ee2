"""A follow-up that asks for another figure of the same option: 'the market is at 1.20, what iv is that?'"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from assistant.requests import CalculationRequest, still_missing

_OPTION = ("model", "right", "spot", "forward", "strike", "days_to_expiry", "expiry", "as_of", "rate", "dividend_yield")
# By the calculator before and the one asked for: the inputs that both have.
_SHARED: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("option-price", "implied-volatility"): _OPTION,
    ("implied-volatility", "option-price"): _OPTION,
}


def switched(previous: CalculationRequest, own: CalculationRequest) -> CalculationRequest | None:
    """The calculation asked for with what the one before was given; None where they share nothing or something stays open."""
    shared = _SHARED.get((previous.calculator, own.calculator), ())
    if not shared or not previous.complete or own.unplaced or own.unmodelled:
        return None
    kept = {name: value for name, value in previous.inputs.items() if name in shared}
    inputs = {**kept, **{name: value for name, value in own.inputs.items() if name in own.origin or name not in kept}}
    origin = {**{name: quantity for name, quantity in previous.origin.items() if name in shared}, **own.origin}
    found = replace(own, inputs=inputs, origin=origin, asked=(), missing=())
    found = replace(found, missing=still_missing(found, inputs), asked=tuple(entry for entry in own.asked if entry.name not in inputs))
    return found if found.complete else None
