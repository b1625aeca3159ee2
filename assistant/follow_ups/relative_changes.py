"""What a follow-up changes by a move, a factor or a part of what it was: 'vol up ten points', 'double the lots', 'shrink the hedge by a quarter'."""

from __future__ import annotations

import re

from assistant.inputs.draft import Draft
from assistant.inputs.movements import DOWN_VERBS, UP_VERBS
from assistant.inputs.requests import CalculationRequest
from assistant.inputs.slots import Slot, fits, slots_of, words_pattern
from assistant.patterns import Pattern
from assistant.quantities import Quantity

_SHORT_WORDS = 8
_ITS = r"(?:the|my|that|this|as many|as much)"
# What stands for the size of a calculation: 'double the hedge', 'half the position'.
_WHOLES = {
    "planned_hedge_vega_usd": r"\b(?:whole |entire )?(?:hedge|plan)\b(?! (?:ratio|share))",
    "contracts": r"\b(?:position|size|trade|condors?)\b",
}
_SCALES = Pattern(rf"\b(?:double|triple|halve|half) {_ITS}\b")
_SHRINKS, _GROWS_BY = r"(?:shrink|cut|reduce|trim|lower|decrease|scale down)", r"(?:grow|increase|raise|lift|scale up|bump(?: up)?)"
_FACTORS = {"double": 2.0, "twice": 2.0, "triple": 3.0, "half": 0.5, "halve": 0.5}


def scales(text: str) -> bool:
    """Whether a short question makes something of the calculation before larger or smaller, which also leans on it after other answers: 'halve the hedge'."""
    return len(text.split()) <= _SHORT_WORDS and _SCALES.search(text) is not None


def read_relative(draft: Draft, previous: CalculationRequest) -> None:
    """'vol up ten points', 'credit down 2': a change of an input that the calculation has."""
    for slot in slots_of(previous.calculator):
        old = previous.inputs.get(slot.name)
        is_shocked = "shocks" in previous.inputs and slot.last in ("spot", "vix")
        if not isinstance(old, (int, float)) or isinstance(old, bool) or not slot.synonyms or is_shocked:
            continue
        words = words_pattern(slot.synonyms).pattern
        named = rf"{words}|{_WHOLES[slot.last]}" if slot.last in _WHOLES else words
        _read_factor(draft, slot, float(old), named)
        _read_part_of_itself(draft, slot, float(old), named)
        for quantity in draft.free():
            match = re.search(rf"(?:{words})\s*(?:is|was|goes|moves|were)?\s*(?P<way>{UP_VERBS}|{DOWN_VERBS})\s*(?:by\s*)?$", draft.left(quantity))
            if match is None:
                continue
            change = _change(quantity, slot)
            if change is None:
                draft.use(quantity)
                draft.ask(slot.name, slot.unit, f"By how much does {slot.name} change: by points, or by a part of itself? Give the new value.")
                continue
            up = re.fullmatch(UP_VERBS, match["way"]) is not None
            draft.take(slot.name, quantity, round(float(old) + (change if up else -change), 12))
            draft.spans.append((match.start(), quantity.end))


def _read_factor(draft: Draft, slot: Slot, old: float, words: str) -> None:
    """'double the lots', 'half the debt'."""
    match = re.search(
        rf"\b(?:(?:double|twice|triple)\s+(?:{_ITS}\s+)?|(?:half|halve)\s+(?:{_ITS}|of (?:the|that|my))\s+)(?:{words})|"
        rf"(?:{words})\s+(?:is|was|were|be|came to)\s+(?:only\s+|just\s+)?(?:double|twice|triple|half)\s+(?:that|as much|of that|as large|as big|the size)\b",
        draft.text,
    )
    if match is None or slot.name in draft.inputs or (slot.unit == "fraction" and _names_an_amount(draft, match.group(), slot)):
        return
    value = round(old * next(factor for word, factor in _FACTORS.items() if re.search(rf"\b{word}\b", match.group())), 9)
    if slot.whole and not value.is_integer():
        draft.ask(slot.name, slot.unit, f"{match.group()} would be {value:g}, and {slot.name} is a whole number. How many?")
        return
    draft.inputs[slot.name] = int(value) if slot.whole else value
    draft.spans.append(match.span())
    draft.use(*(quantity for quantity in draft.free("fraction") if match.start() <= quantity.start < match.end()))


def _read_part_of_itself(draft: Draft, slot: Slot, old: float, words: str) -> None:
    """'shrink the hedge by a quarter', 'raise the lots by 50 %': an amount or a count smaller or larger by a part of itself."""
    for quantity in draft.free("fraction"):
        match = re.search(rf"\b(?:{_SHRINKS}|{_GROWS_BY})\s+(?:{_ITS}\s+)?(?:{words})\s+(?:size\s+)?(?:up\s+|down\s+)?by\s*$", draft.left(quantity))
        if match is None or slot.unit == "fraction" or slot.is_volatility or quantity.low is not None or slot.name in draft.inputs:
            continue
        part = -quantity.number if re.match(_SHRINKS, match.group()) else quantity.number
        value = round(old * (1.0 + part), 9)
        if value > 0 and (value.is_integer() or not slot.whole):
            draft.take(slot.name, quantity, int(value) if slot.whole else value)
            draft.spans.append((match.start(), quantity.end))


def _names_an_amount(draft: Draft, words: str, rate: Slot) -> bool:
    """Whether words name an amount as well as its rate: 'double the debt' is the debt, not its cost."""
    return any(
        slot.unit != "fraction" and slot.name != rate.name and words_pattern(slot.synonyms).search(words) for slot in draft.slots if slot.synonyms
    )


def _change(quantity: Quantity, slot: Slot) -> float | None:
    if slot.is_volatility:
        return quantity.number / 100 if quantity.unit == "points" else quantity.number if quantity.unit == "vol_points" else None
    if slot.unit == "fraction":
        return quantity.number / 10_000 if quantity.unit == "bp" else None
    return quantity.number if fits(quantity, slot) and quantity.unit != "fraction" else None
