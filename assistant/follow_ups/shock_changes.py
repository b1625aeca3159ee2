"""What a follow-up changes in the one shock of a scenario: 'what if spx is only down 6%?'"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.inputs.draft import Draft
from assistant.patterns import Pattern
from assistant.readers.shocks import moves_of

if TYPE_CHECKING:
    from assistant.inputs.requests import CalculationRequest

# 'only vix +10' keeps the other move or leaves it out, 'and also vix +10' changes the scenario or adds one; 'spx is only down 6%' changes it.
_IN_TWO_WAYS = Pattern(
    r"^\W*(?:(?:and|ok|so|now|what if|with|then|say)\s+)*(?:only|just|nothing but)\s+(?:the\s+|a\s+)?(?:vix|spx|s&p|index|market)\b|"
    r"\b(?:alone|by itself|also|as well|too|add|plus|another|second)\b"
)


def change_shocks(draft: Draft, previous: CalculationRequest) -> None:
    """The move of one index takes the place of its move in the only shock; both, or several shocks, are read as in any question."""
    shocks = previous.inputs.get("shocks")
    if not isinstance(shocks, list) or len(shocks) != 1:
        return
    trial = replace(draft, used=set(draft.used), origin=dict(draft.origin), spans=list(draft.spans))
    found = moves_of(trial)
    if len(found) == 1:
        _, name, value = found[0]
        if _IN_TWO_WAYS.search(draft.text):
            draft.used = trial.used
            draft.origin["shocks"] = next(quantity for quantity in draft.quantities if quantity.start in trial.used)
            draft.ask(
                "shocks",
                "list",
                "Does the other index move as before, and is this another scenario beside that one? Write it whole, for example: SPX -5 % with VIX +10.",
            )
            return
        draft.inputs["shocks"] = [{**shocks[0], name: value}]
        draft.used, draft.origin, draft.spans = trial.used, trial.origin, trial.spans
