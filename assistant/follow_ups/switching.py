"""A follow-up that asks for another figure of the same option: 'the market is at 1.20, what iv is that?'"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.inputs.requests import CalculationRequest, still_missing
from assistant.patterns import Pattern
from assistant.quantities import Quantity

_OPTION = frozenset({"model", "right", "spot", "forward", "strike", "days_to_expiry", "expiry", "as_of", "rate", "dividend_yield"})
_FIGURES = frozenset({"option-price", "implied-volatility"})
_ASKS_FOR_VOLATILITY = Pattern(
    r"\b(?:what|which|whats)\b[^.;]*\b(?:iv|vol\w*|implied|sigma)\b|\b(?:iv|implied vol\w*)\b[^.;]*\b(?:price|costs?|premium)\b|\bimpl(?:ies|y)\b"
)


def volatility_asked(text: str, quantities: Sequence[Quantity], previous: CalculationRequest) -> CalculationRequest | None:
    """The implied volatility of the option before from a price: 'what iv gives 70?', 'which vol is 1.20?'."""
    if previous.calculator != "option-price" or not previous.complete or _ASKS_FOR_VOLATILITY.search(text) is None:
        return None
    found = [quantity for quantity in quantities if quantity.unit != "name"]
    if len(found) != 1 or found[0].unit not in ("number", "points") or found[0].low is not None or found[0].number <= 0:
        return None
    price = CalculationRequest("implied-volatility", {"price_index_points": found[0].number}, {"price_index_points": found[0]}, (), ())
    return _of_the_option_before(previous, price)


def switched(previous: CalculationRequest, own: CalculationRequest) -> CalculationRequest | None:
    """The calculation asked for with what the one before was given; None where they share nothing or something stays open."""
    if not {previous.calculator, own.calculator} <= _FIGURES or not previous.complete or own.unplaced or own.unmodelled:
        return None
    found = _of_the_option_before(previous, own)
    return found if found.complete else None


def _of_the_option_before(previous: CalculationRequest, own: CalculationRequest) -> CalculationRequest:
    """A request with the option of the one before, but for what it names itself."""
    kept = {name: value for name, value in previous.inputs.items() if name in _OPTION}
    inputs = {**kept, **{name: value for name, value in own.inputs.items() if name in own.origin or name not in kept}}
    origin = {**{name: quantity for name, quantity in previous.origin.items() if name in _OPTION}, **own.origin}
    asked = tuple(entry for entry in own.asked if entry.name not in inputs)
    found = replace(own, inputs=inputs, origin=origin, asked=asked)
    return replace(found, missing=still_missing(found, inputs))
