"""Numbers that say nothing new: counts that the method or the instrument always has, and the one unit that a figure is given for."""

from __future__ import annotations

import re

from assistant.draft import Draft
from assistant.quantities import Quantity

# How many of each there always are.
_ALWAYS = (
    (3.0, r"(?:layers?|instruments?|engines?)\b"),
    (3.0, r"(?:tranches|increments|clips)\b(?!\s+(?:only|filled|done|bought|on\b|already|held|left))"),
    (4.0, r"(?:legs|strikes|legged)\b"),
    (2.0, r"(?:wings|sides|break-?\s?evens?|numbers|answers|figures|results|vix months|contract months|nearest|front months?)\b"),
)
# A number said twice with its unit is one.
_RESTATED = frozenset({"sigma", "days", "trading_days", "count", "date", "usd"})
_OF_ALL = r"\b(?:all|the|these|those|both|into|across|of|in|for|between|over|my|each|other)\s+(?:of\s+)?(?:the\s+|my\s+)?$"
_UNIT_OF = r"\s*(?:vx|vxm|mini|vix|futures?|calls?|puts?|options?|shares?|etfs?|contracts?|lots?|condor|points?|pts?|handles?)\b"
_A_MOVE = r"\bvix\b(?:\s+\w+){0,3}\s*$|\bper\s*$|\bby\s*$"


def says_nothing_new(draft: Draft, quantity: Quantity) -> bool:
    """Whether a number that has no place can change no result."""
    said_before = (other for other in draft.origin.values() if other.start != quantity.start)
    if quantity.unit in _RESTATED and any(other.unit == quantity.unit and other.value == quantity.value for other in said_before):
        return True
    if quantity.unit == "sigma" and draft.inputs.get("z") == quantity.value:
        return True
    if quantity.note == "spelled" and quantity.value == draft.inputs.get("contracts") and re.search(r"\b(?:all|the)\s+$", draft.left(quantity)):
        return True
    if quantity.unit == "trading_days" and any(isinstance(given, list) and len(given) == quantity.value for given in draft.inputs.values()):
        return True
    value, left, right = quantity.value, draft.left(quantity), draft.right(quantity)
    if not isinstance(value, float) or quantity.number < 0 or quantity.low is not None:
        return False
    if quantity.unit == "number" and any(value == count and re.match(rf"\s+(?:\w+\s+){{0,2}}?{noun}", right) for count, noun in _ALWAYS):
        return re.search(_OF_ALL, left) is not None or quantity.note == "spelled"
    if value != 1.0 or not {"instrument", "strike"} & {slot.name for slot in draft.slots}:
        return False
    if quantity.unit == "count" or (quantity.unit in ("number", "points") and re.match(_UNIT_OF, right)):
        return draft.slot("contracts") is None
    return quantity.unit in ("number", "points") and draft.slot("instrument") is not None and re.search(_A_MOVE, left) is not None
