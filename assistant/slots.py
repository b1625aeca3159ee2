"""From a question's quantities to a calculator's inputs, by the units and words of its own input model."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from assistant.quantities import Quantity, Unit, read_quantities

_FILLERS = r"(?:\s|=|:|@|is|at|of|the|a|an|about|around|total|in|are|was|be|comes? to|usd|my|our)*"
_CLAUSE = re.compile(r"[,;:?!()]|(?<!i\.e)(?<!e\.g)\.\s|\band\b")
_FITS: Mapping[str, tuple[Unit, ...]] = {
    "usd": ("usd", "number"),
    "fraction": ("fraction", "number"),
    "days": ("days", "number"),
    "count": ("count", "number"),
    "ratio": ("number",),
    "index_points": ("number",),
    "vix_points": ("number",),
    "usd_per_index_point": ("number",),
    "date": ("date",),
    "month": ("month",),
}
# Units that say by themselves what a quantity is: 11 days, ten lots.
_SPEAKING_UNITS = frozenset({"days", "count", "date", "month"})
_EXACT: frozenset[tuple[str, str]] = frozenset(
    {("usd", "usd"), ("fraction", "fraction"), ("days", "days"), ("count", "count"), ("date", "date"), ("month", "month")}
)


@dataclass(frozen=True, slots=True)
class Slot:
    """An input of a calculator as its model describes it."""

    name: str
    unit: str
    required: bool
    whole: bool
    synonyms: tuple[str, ...]
    choices: Mapping[str, Sequence[str]]
    group: str | None
    unless: tuple[str, ...]
    plausible: tuple[float, float] | None
    description: str
    where: str


@dataclass(slots=True)
class Filled:
    """Inputs found: by name, with the quantity each is from; `unused` are quantities without a place.

    `ambiguous`: a label stands between two quantities that it could belong to.
    """

    inputs: dict[str, Any] = field(default_factory=dict)
    origin: dict[str, Quantity] = field(default_factory=dict)
    unused: list[Quantity] = field(default_factory=list)
    ambiguous: bool = False


def slots_of(model: Any) -> list[Slot]:
    """The inputs of a calculator's pydantic model that a question can give, in order."""
    found = []
    for name, info in model.model_fields.items():
        extra = info.json_schema_extra or {}
        unit = extra.get("unit", "")
        if unit in ("object", "list"):
            continue
        found.append(
            Slot(
                name=name,
                unit=unit,
                required=info.is_required(),
                whole="int" in str(info.annotation),
                synonyms=tuple(extra.get("synonyms", ())),
                choices=extra.get("choices") or {},
                group=extra.get("group"),
                unless=tuple(extra.get("unless", ())),
                plausible=extra.get("plausible"),
                description=info.description or name,
                where=extra.get("where", ""),
            )
        )
    return found


def fill(text: str, slots: Sequence[Slot], *, follow_up: bool = False) -> Filled:
    """Give each quantity of a text to the input whose words stand beside it, else to the only input it can be.

    Nothing is guessed: a quantity that could be two inputs stays unused, and an optional input needs its words,
    except in a follow-up, which speaks of the calculation before.
    """
    quantities = read_quantities(text)
    filled = Filled()
    _fill_choices(text, slots, filled)
    foreign = [quantity for number, quantity in enumerate(quantities) if _names_another(text, quantity, quantities, number, slots)]
    rest = _fill_groups([quantity for quantity in quantities if quantity not in foreign], slots, filled)
    rest = _fill_labelled(text, rest, slots, filled)
    filled.unused = _fill_only_fit(rest, slots, filled, follow_up) + foreign
    return filled


def unread_digits(text: str) -> bool:
    """Whether a text holds digits that belong to no quantity and to no name such as 'P/CF' or 'black 76'."""
    covered = [False] * len(text)
    for quantity in read_quantities(text):
        covered[quantity.start : quantity.end] = [True] * (quantity.end - quantity.start)
    return any(character.isdigit() and not done for character, done in zip(text, covered, strict=True))


def _fill_choices(text: str, slots: Sequence[Slot], filled: Filled) -> None:
    """The allowed word whose names occur in the text; the longest name decides, then the order of the model."""
    lowered = text.lower()
    for slot in slots:
        found = [
            (len(name), -order, choice)
            for order, (choice, names) in enumerate(slot.choices.items())
            for name in names
            if re.search(rf"\b{re.escape(name)}\b", lowered)
        ]
        if found:
            filled.inputs[slot.name] = max(found)[2]


def _fill_groups(quantities: Sequence[Quantity], slots: Sequence[Slot], filled: Filled) -> list[Quantity]:
    rest = []
    for quantity in quantities:
        group = [slot for slot in slots if slot.group == quantity.unit]
        if group and isinstance(quantity.value, tuple) and len(quantity.value) == len(group) and group[0].name not in filled.inputs:
            for slot, value in zip(group, quantity.value, strict=True):
                filled.inputs[slot.name] = value
                filled.origin[slot.name] = quantity
        else:
            rest.append(quantity)
    return rest


def _fill_labelled(text: str, quantities: Sequence[Quantity], slots: Sequence[Slot], filled: Filled) -> list[Quantity]:
    scored = []
    for number, quantity in enumerate(quantities):
        left, right = _contexts(text, quantity, quantities, number)
        for slot in slots:
            score = _label_score(left, right, slot) if fits(quantity, slot) else 0.0
            if score:
                scored.append((score + 0.5 * ((slot.unit, quantity.unit) in _EXACT), -number, slot.name, quantity))
    filled.ambiguous = _has_label_between(text, quantities, slots)
    used: set[int] = set()
    for _, minus_number, name, quantity in sorted(scored, key=lambda entry: (-entry[0], -entry[1], entry[2])):
        if name not in filled.inputs and -minus_number not in used:
            _put(filled, next(slot for slot in slots if slot.name == name), quantity)
            used.add(-minus_number)
    return [quantity for number, quantity in enumerate(quantities) if number not in used]


def _has_label_between(text: str, quantities: Sequence[Quantity], slots: Sequence[Slot]) -> bool:
    """Whether the words of an input stand right between two quantities that both fit it: '1m equity 500k debt'."""
    for before, after in pairwise(quantities):
        between = text[before.end : after.start].lower()
        for slot in slots:
            if slot.synonyms and fits(before, slot) and fits(after, slot):
                names = "|".join(re.escape(synonym) for synonym in slot.synonyms)
                if re.fullmatch(rf"\s+(?:of\s+)?(?:{names})\s+", between):
                    return True
    return False


def _fill_only_fit(quantities: Sequence[Quantity], slots: Sequence[Slot], filled: Filled, follow_up: bool) -> list[Quantity]:
    """Quantities without a label: one that fits a single open input (required ones first) goes there.

    An optional input takes one only inside its plausible range: '20 %' beside a futures share of 25 to 40 % is
    more likely the rule of 20 % increments than a share.
    """
    rest = list(quantities)
    for required in (True, False):
        open_slots = [
            slot
            for slot in slots
            if slot.required is required
            and slot.name not in filled.inputs
            and not slot.choices
            and (required or follow_up or slot.unit in _SPEAKING_UNITS)
        ]
        for quantity in list(rest):
            able = _able(quantity, open_slots, required)
            if len(able) == 1 and not any(other is not quantity and _able(other, able, required) for other in rest):
                _put(filled, able[0], quantity)
                rest.remove(quantity)
                open_slots.remove(able[0])
    return rest


def _able(quantity: Quantity, slots: Sequence[Slot], required: bool) -> list[Slot]:
    """Inputs that an unlabelled quantity can be: those of its very unit, else (required ones) those it fits."""
    exact = [slot for slot in slots if (slot.unit, quantity.unit) in _EXACT and fits(quantity, slot) and (required or _plausible(quantity, slot))]
    return exact or ([slot for slot in slots if fits(quantity, slot)] if required else [])


def _plausible(quantity: Quantity, slot: Slot) -> bool:
    return slot.plausible is None or (isinstance(quantity.value, float) and slot.plausible[0] <= quantity.value <= slot.plausible[1])


def _put(filled: Filled, slot: Slot, quantity: Quantity) -> None:
    value = quantity.value
    filled.inputs[slot.name] = int(value) if isinstance(value, float) and value.is_integer() and slot.whole else value
    filled.origin[slot.name] = quantity


def fits(quantity: Quantity, slot: Slot) -> bool:
    """Whether a quantity can be a value of an input by its unit; ranges and lists cannot."""
    if quantity.low is not None or slot.choices or quantity.unit not in _FITS.get(slot.unit, ()):
        return False
    if slot.unit == "fraction" and quantity.unit == "number":
        return isinstance(quantity.value, float) and abs(quantity.value) <= 1.0
    if slot.unit in ("count", "days") and quantity.unit == "number":
        return isinstance(quantity.value, float) and quantity.value.is_integer()
    return True


def _contexts(text: str, quantity: Quantity, quantities: Sequence[Quantity], number: int) -> tuple[str, str]:
    """The words before and after a quantity, up to its neighbours or the end of the clause."""
    before = quantities[number - 1].end if number else 0
    after = quantities[number + 1].start if number + 1 < len(quantities) else len(text)
    left = _CLAUSE.split(text[before : quantity.start].lower())[-1]
    right = _CLAUSE.split(text[quantity.end : after].lower())[0]
    return left, right


def _names_another(text: str, quantity: Quantity, quantities: Sequence[Quantity], number: int, slots: Sequence[Slot]) -> bool:
    """Whether the words beside a quantity name something that no input is: 'ETF vega of 2,000' is no total hedge vega."""
    left, right = _contexts(text, quantity, quantities, number)
    words = "|".join(re.escape(word) for slot in slots if fits(quantity, slot) for word in slot.unless)
    if not words or "total" in left or "whole" in left:
        return False
    of_a_part = rf"\b(?:{words})\b(?:\s+\w+)?\s+(?:vega|exposure|layer|budget|tranche)\b"
    in_a_part = rf"\s*(?:of\s+)?vega\s+(?:in|of|for)\s+(?:the\s+|my\s+)?(?:{words})\b"
    return bool(
        re.search(of_a_part, left) or re.match(in_a_part, right) or re.match(rf"\s*(?:vega\s+)?(?:of|in)?\s*(?:the\s+|my\s+)?{of_a_part}", right)
    )


def _label_score(left: str, right: str, slot: Slot) -> float:
    best = 0.0
    for synonym in slot.synonyms:
        name = re.escape(synonym)
        if re.search(rf"\b{name}\b{_FILLERS}$", left):
            best = max(best, 3.0 + 0.01 * len(synonym))
        elif re.match(rf"{_FILLERS}\b{name}\b", right):
            best = max(best, 2.5 + 0.01 * len(synonym))
        elif len(synonym) > 2 and (re.search(rf"\b{name}\b", left) or re.search(rf"\b{name}\b", right)):
            best = max(best, 1.5 + 0.01 * len(synonym))
    return best
