"""What a follow-up changes in the one shock of a scenario: 'what if spx is only down 6%?'"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.inputs.draft import Draft
from assistant.readers.shocks import moves_of

if TYPE_CHECKING:
    from assistant.inputs.requests import CalculationRequest


def change_shocks(draft: Draft, previous: CalculationRequest) -> None:
    """The move of one index takes the place of its move in the only shock; both, or several shocks, are read as in any question."""
    shocks = previous.inputs.get("shocks")
    if not isinstance(shocks, list) or len(shocks) != 1:
        return
    trial = replace(draft, used=set(draft.used), origin=dict(draft.origin), spans=list(draft.spans))
    found = moves_of(trial)
    if len(found) == 1:
        _, name, value = found[0]
        draft.inputs["shocks"] = [{**shocks[0], name: value}]
        draft.used, draft.origin, draft.spans = trial.used, trial.origin, trial.spans
