"""The hedges of a calculation before, as a follow-up changes them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from assistant.inputs.draft import Draft
from assistant.inputs.requests import CalculationRequest, new_draft
from assistant.quantities import Quantity
from assistant.readers.hedges import read_hedges

_OF_A_CONDOR = ("long_put", "short_put", "short_call", "long_call", "credit_index_points", "contracts")


def with_hedges(text: str, quantities: Sequence[Quantity], previous: CalculationRequest) -> CalculationRequest | None:
    """The break-evens of the condor before where a follow-up names a hedge of it: 'and with 15 VXM bought at 18.90?'; None where it does not."""
    if previous.calculator != "iron-condor" or not previous.complete or set(previous.inputs) != set(_OF_A_CONDOR):
        return None
    draft = new_draft("break-even", text, quantities, None, follow_up=True)
    read_hedges(draft)
    if "hedges" not in draft.inputs:
        return None
    inputs = {f"condor.{name}": value for name, value in previous.inputs.items()}
    return replace(
        previous, calculator="break-even", inputs=inputs, origin={f"condor.{name}": quantity for name, quantity in previous.origin.items()}
    )


_MARK_ALONE = r"\b(?:mark(?:ed|s)?|now|trading|trades?|worth|(?:go(?:es)?|went|rises?|falls?|drops?|jumps?|moves?)\s+to)\s*(?:at|is|to)?\s*$"
_MARK_WORDS = rf"{_MARK_ALONE}|\bat\s*$"


def change_hedges(draft: Draft, previous: CalculationRequest) -> None:
    """'with 3 VX?' changes how many are held."""
    hedges = previous.inputs.get("hedges")
    if not isinstance(hedges, list):
        return
    marks = [q for q in draft.free("number", "points") if re.search(_MARK_WORDS, draft.left(q)) or _is_now(draft, q)]
    named = re.search(r"\b(vxm|minis?|vx|futures?|calls?)\b", draft.text)
    marks = [q for q in marks if named is not None or re.search(r"\bat\s*$", re.sub(_MARK_ALONE, "", draft.left(q))) is None]
    marked = _with_one_changed(hedges, named, "mark_price", marks[0].number) if len(marks) == len(draft.free()) == 1 else None
    if marked is not None:
        draft.take("hedges", marks[0], marked)
        return
    for quantity in draft.free("number", "multiple", "count"):
        match = re.match(r"\s*(vxm|minis?|vx|futures?|calls?|vix calls?)\b", draft.right(quantity))
        if len(draft.free("number", "points")) != 1 or not quantity.number.is_integer():
            continue
        changed = _with_one_changed(hedges, match, "quantity", int(quantity.number))
        if changed is not None:
            draft.take("hedges", quantity, changed)
            return


def _is_now(draft: Draft, quantity: Quantity) -> bool:
    """Whether a number is what the instrument stands at: 'vx is 24.5 now'."""
    return (
        re.search(r"\b(?:vxm|minis?|vx|futures?|calls?)\s+(?:is|are|at|=)\s*$", draft.left(quantity)) is not None
        and re.match(r"\s*(?:right )?(?:now|today)\b", draft.right(quantity)) is not None
    )


def _with_one_changed(hedges: Sequence[Mapping[str, Any]], named: re.Match[str] | None, key: str, value: float) -> list[dict[str, Any]] | None:
    """The hedges with a value changed in the one of the instrument that a match names, or in the only one; None where it is none or more than one."""
    word = "" if named is None else named.group(1)
    instrument = "vix_call" if "call" in word else "vxm" if word in ("vxm", "mini", "minis") else "vx"
    unnamed = named is None and key == "mark_price"
    places = [number for number, hedge in enumerate(hedges) if unnamed or (named is not None and hedge["instrument"] == instrument)]
    if len(places) != 1:
        return None
    changed = [dict(hedge) for hedge in hedges]
    changed[places[0]][key] = value
    return changed
