"""Numbers of a follow-up that may be meant otherwise than they were read: asked about, not taken."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.inputs.draft import Draft
from assistant.patterns import Pattern
from assistant.quantities import Quantity
from assistant.readers.macro import PRICES_OF_FED_FUNDS

if TYPE_CHECKING:
    from assistant.inputs.requests import CalculationRequest

_LEAP = 30.0
_BARE = Pattern(r"\d[\d.,]*")
_OF_THE_VIX = Pattern(r"\bvix\W*(?:(?:is|at|to|now|goes|index|level)\W*)*$")
_VOLATILITY = Pattern(r"\b(?:iv|vols?|volatility|sigma|implied)\b")
_NAMED_VOLATILITY = Pattern(r"\b(?:iv|vols?|volatility|sigma)\s*(?:is|=|:|to|of)?\s*$|\bvix\b\W*(?:(?:is|at|to|now|popped|pops)\W*)*$")
_PRICES_OF_AN_OPTION = frozenset({"strike", "forward", "future_price", "price_index_points"})


def doubt(draft: Draft, previous: CalculationRequest) -> None:
    """Take back what was read from a number that may as well be something else, and ask."""
    for name, quantity in list(draft.origin.items()):
        slot, last = draft.slot(name), name.rsplit(".", 1)[-1]
        if slot is None:
            continue
        shown = quantity.text.strip()
        if last in _PRICES_OF_AN_OPTION and _OF_THE_VIX.search(draft.left(quantity)):
            _ask(draft, name, slot.unit, f"Is {shown} the VIX itself? An option on it is priced from its future: what is the future?")
        elif last == "implied_volatility" and _may_be_a_price(draft, quantity):
            _ask(draft, name, slot.unit, f"Is {shown} a volatility ({100 * quantity.number:g} %) or a price of the option?")
        elif last == "implied_volatility" and draft.slot("condor.short_put") is not None and _OF_THE_VIX.search(draft.left(quantity)):
            _ask(draft, name, slot.unit, f"Is {shown} the new level of the VIX in the scenario, a move of it in points, or the implied volatility?")
        elif last == "rate_change_bp" and PRICES_OF_FED_FUNDS[0] <= quantity.number <= PRICES_OF_FED_FUNDS[1]:
            _ask(draft, name, slot.unit, f"Is {shown} a price of the future? Give both prices, before and after the decision.")
        elif last == "credit_index_points" and "hedges" in previous.inputs and re.search(r"\b(?:sold|closed|exited)\b", draft.left(quantity)):
            _ask(draft, name, slot.unit, f"Was the hedge sold at {shown}, or is it the credit of the condor?")
        elif last == "days_to_expiry" and "horizon_days" in previous.inputs and re.match(r"\s*(?:left|before|from)\b", draft.right(quantity)):
            _ask(draft, name, slot.unit, f"Is the condor to expire in {shown}, or is the scenario read so many days before its expiry?")
    _doubt_leaps(draft, previous)


def _may_be_a_price(draft: Draft, quantity: Quantity) -> bool:
    """Whether a bare number that was read as the volatility of an option may be its price: 'implied vol at 1.20', 'at 1.20'."""
    if quantity.unit != "number" or draft.slot("strike") is None or _NAMED_VOLATILITY.search(draft.left(quantity)):
        return False
    return quantity.number > 1 or not _VOLATILITY.search(draft.text)


def _doubt_leaps(draft: Draft, previous: CalculationRequest) -> None:
    """Ask about a bare number of quite another size than the value it would replace: 'make debt cost 7' beside a debt of 100,000."""
    for name, quantity in list(draft.origin.items()):
        slot, old, new = draft.slot(name), previous.inputs.get(name), draft.inputs.get(name)
        if slot is None or not isinstance(old, (int, float)) or not isinstance(new, (int, float)) or _BARE.fullmatch(quantity.text.strip()) is None:
            continue
        if old and new and not 1 / _LEAP <= abs(new / old) <= _LEAP:
            _ask(draft, name, slot.unit, f"{name} is {old:g} so far. Is {quantity.text.strip()} its new value, or which input is it?")


def _ask(draft: Draft, name: str, unit: str, prompt: str) -> None:
    del draft.inputs[name]
    draft.ask(name, unit, prompt)
