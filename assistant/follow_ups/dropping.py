"""A follow-up that takes back an input for which the method or an assumption stands in: 'scrap the 30, use the default'."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.inputs.draft import Draft
from assistant.patterns import Pattern

if TYPE_CHECKING:
    from assistant.inputs.requests import CalculationRequest

_DROPS = Pattern(r"\b(?:scrap|forget|drop|ditch|remove|cancel|undo|lose|skip)\s+(?:about\s+)?(?:the|that|my)\s+(?=\d)")
_DEFAULT = Pattern(r"\b(?:just\s+)?(?:use|take|with)\s+(?:the|your|its)\s+(?:own\s+|usual\s+)?defaults?\b")
_UNHEDGED = Pattern(r"\b(?:without|no|minus|ex|excluding)(?: (?:the|any|my|all))? hedg(?:es?|ing)\W*$|\bunhedged\W*$")


def dropped(draft: Draft, previous: CalculationRequest) -> frozenset[str]:
    """The optional input whose value a follow-up names to be dropped; the value is marked as understood. Empty where it is not one input. The hedges of a scenario are one."""
    unhedged = _UNHEDGED.search(draft.text)
    if unhedged is not None and previous.calculator == "scenarios" and "hedges" in previous.inputs:
        draft.spans.append(unhedged.span())
        return frozenset({"hedges"})
    match = _DROPS.search(draft.text)
    quantity = draft.starting(match.end()) if match else None
    if match is None or quantity is None or not isinstance(quantity.value, float):
        return frozenset()
    values = (quantity.number, quantity.number / 100)
    names = [
        slot.name
        for slot in draft.slots
        if not slot.required and slot.name in previous.origin and any(previous.inputs.get(slot.name) == value for value in values)
    ]
    if len(names) != 1:
        return frozenset()
    draft.use(quantity)
    draft.spans.append((match.start(), quantity.end))
    draft.spans += [default.span() for default in _DEFAULT.finditer(draft.text)]
    return frozenset(names)
