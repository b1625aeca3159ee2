"""A calculation that is asked for: its inputs by path, and everything that keeps it from being computed."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from assistant.inputs.caution import unmodelled
from assistant.inputs.draft import Asked, Draft, between
from assistant.inputs.idle import says_nothing_new
from assistant.inputs.slots import Slot, every_slot_of, needed_beside, slots_of, words_pattern
from assistant.patterns import Pattern
from assistant.quantities import Quantity
from assistant.readers import read

_SHORTEST_DENIED = 3
_DENIES = Pattern(r"(?<!\w)(?:no|zero|ignor\w+|omit\w*|excluding|ex)\s")
# What says of the number before it that it is beside the point.
_SET_ASIDE = Pattern(
    r"\s*(?:on|open|live|held)?\s*,?\s*\(?(?:but\s+)?(?:please\s+)?(?:(?:ignore|disregard)(?:\s+(?:it|that|this))?|not that (?:it|that) matters|"
    r"(?:which is |that'?s |all |just )?(?:fyi|fwiw|for context|for info|irrelevant|not relevant|unrelated|beside the point))(?: here)?\s*(?=[).;,?]|$)"
)
# What stands between a number and the same number once more.
_AGAIN = Pattern(
    r"\s*,?\s*[(]?\s*(?:(?:i\.\s?e\.?|ie|that is|that's|in other words|or|equals|meaning|aka|in figures|in numbers|=)\s*,?\s*)(?:a |an )?|\s*[(]\s*=?\s*"
)
_SAME_AS: Mapping[tuple[str, str], Mapping[str, float]] = {
    ("usd", "per_contract"): {"points": 0.01, "number": 0.01},
    ("points", ""): {"number": 1.0, "usd": 100.0},
    ("fraction", ""): {"number": 1.0, "bp": 10_000.0},
    ("bp", ""): {"fraction": 0.0001},
    ("vol", ""): {"fraction": 1.0, "number": 1.0},
    ("usd", ""): {"number": 1.0},
}
_NO_DEFAULT = (
    r"\b(?:do not|don['’]?t)\s+use\s+(?:your|the|any)\s+(?:own\s+|usual\s+|built[- ]in\s+|house\s+|standard\s+|default\s+)*"
    r"(?:default|table|beta|estimate|figure|value|number)s?\b|"
    r"\b(?:rather than|instead of|not)\s+(?:your|the|any|its)\s+(?:own\s+|usual\s+|built[- ]in\s+|house\s+|standard\s+|default\s+|assumed\s+|program's\s+|tool's\s+)*"
    r"(?:default|table|usual|standard|estimate|house|assum\w+|figure|value|number|built[- ]in|one)\w*"
)
# What a number was before, beside what it is: 'beta 0.95 (was 1.1 last year)'.
_ONCE = Pattern(r"\(\s*(?:it\s+)?(?:was|were|used to be|previously|formerly|up from|down from)\b[^()]*\)")
_PLUS_A_FIGURE = r"\bplus\s+(?:the\s+|my\s+)?(?:max|break|worst|what|how|return|greeks|vega|price|compute|calc|give|show)\w*"
_ALL_PERCENT = Pattern(
    r"\b(?:all|both|everything)\b[^,;\d]{0,12}\b(?:pct|percent)\b(?:\s+(?:except|but not) (?:the )?beta\b)?|\b(?:pct|percent) (?:both|all|each)\b"
)
_LAYERS = ("futures", "calls", "etf", "etfs")
# Where a share that equals a rule of the method only repeats it; elsewhere it is a number like any other.
_RULED = frozenset({"layer-split", "next-step", "plan-hedge", "instrument-vega", "break-even", "iron-condor"})
RULE_PARAMETERS = ("futures_share_low_fraction", "futures_share_high_fraction", "call_increment_fraction")


@dataclass(frozen=True, slots=True)
class CalculationRequest:
    """A calculator with what a question gives it.

    `inputs` are by path (`market.vix`), `origin` is the quantity each is from. `missing` inputs, `unplaced` quantities, `unmodelled`
    words and `asked` questions each keep it from being computed. `facts` are levels that were named and not used, `wanted` optional
    inputs that the words ask for, `text` what was read, `touched` the inputs that its numbers were read for.
    """

    calculator: str
    inputs: Mapping[str, Any]
    origin: Mapping[str, Quantity]
    missing: tuple[Slot, ...]
    unplaced: tuple[Quantity, ...]
    asked: tuple[Asked, ...] = ()
    unmodelled: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    wanted: frozenset[str] = frozenset()
    text: str = ""
    touched: frozenset[str] = frozenset()

    @property
    def complete(self) -> bool:
        """Whether it can be calculated without guessing."""
        return not (self.missing or self.unplaced or self.unmodelled or self.asked)

    @property
    def closeness(self) -> float:
        """How well the question and the calculator fit each other, 0 to 1."""
        placed = len({quantity.start for quantity in self.origin.values()})
        asked = len(self.missing) + len(self.unplaced) + len(self.asked)
        return placed / (placed + asked) if placed + asked else 0.0


def new_draft(calculator: str, text: str, quantities: Sequence[Quantity], as_of: str | None, *, follow_up: bool = False) -> Draft:
    """An empty draft of a lower-case text, with corrected numbers set aside."""
    draft = Draft(text, tuple(quantities), slots_of(calculator), as_of, follow_up)
    set_corrected_aside(draft)
    _set_ignored_aside(draft)
    _set_restated_aside(draft)
    draft.says(_NO_DEFAULT)
    draft.says(r"\bnot that (?:it|that) matters\b")
    _set_rough_aside(draft)
    draft.says(_PLUS_A_FIGURE)
    for before in _ONCE.finditer(text):
        draft.use(*between(draft.free(), *before.span()))
    percents = _ALL_PERCENT.search(text)
    if percents is not None:
        draft.percents = frozenset(slot.name for slot in draft.slots if slot.unit == "fraction")
        draft.spans.append(percents.span())
    return draft


def set_corrected_aside(draft: Draft) -> None:
    """Numbers that are said not to hold, beside one that does: '20.4 not 19.4', 'not 40 but 25 lots', '25 instead of 40'."""
    for quantity in draft.free():
        match = re.search(r"(?:\bnot|\binstead of|\brather than)\s*$", draft.left(quantity))
        if match is None or not any(_may_stand_for(quantity, other) for other in _beside(draft, quantity)):
            continue
        start = quantity.start - len(draft.left(quantity)) + match.start()
        draft.use(quantity)
        draft.spans.append((start, quantity.end))


def _set_restated_aside(draft: Draft) -> None:
    """Numbers that say the one before them again: 'eleven percent (11 %)', '$3,010 a contract, i.e. 30.10 points'."""
    for before, quantity in pairwise(quantity for quantity in draft.quantities if quantity.unit != "name"):
        gap = re.sub(r"^\s*(?:vol\w*|iv|sigma|tax|rate|strike|premium)\b", "", draft.text[before.end : quantity.start])
        closed = "(" not in gap or re.match(r"\s*\)", draft.text[quantity.end :])
        if _AGAIN.fullmatch(gap) and closed and before.start not in draft.used and _is_the_same(before, quantity):
            draft.use(quantity)
            draft.spans.append((before.end, quantity.end))


def _is_the_same(first: Quantity, second: Quantity) -> bool:
    """Whether two quantities are one value, in one unit or in two."""
    if not (isinstance(first.value, float) and isinstance(second.value, float)) or first.low is not None or second.low is not None:
        return False
    factors = {first.unit: 1.0, **_SAME_AS.get((first.unit, first.note), _SAME_AS.get((first.unit, ""), {}))}
    return second.unit in factors and math.isclose(first.value * factors[second.unit], second.value, rel_tol=1e-9)


def _set_ignored_aside(draft: Draft) -> None:
    """Numbers that are said to be beside the point: '(the vix is 20.1, ignore that)'."""
    for quantity in draft.free():
        match = _SET_ASIDE.match(draft.text, quantity.end)
        if match is not None and quantity.low is None and isinstance(quantity.value, float):
            draft.use(quantity)
            draft.spans.append((quantity.start, match.end()))


_ROUGHLY = Pattern(
    r"\b(?:just (?:over|under)|about|roughly|around|nearly|a (?:bit|little) (?:over|under)|slightly (?:over|under)) (?:an? )?(?:quarter|third|half|fifth)\W*"
    r"(?:or )?(?=\d[\d.]*\s?(?:%|pct|percent)\s*(?:,\s*)?(?:to be (?:precise|exact)|exactly|precisely))"
)


def _set_rough_aside(draft: Draft) -> None:
    """A part that is said again exactly: 'just over a quarter, 27 % to be precise'."""
    for rough in _ROUGHLY.finditer(draft.text):
        draft.use(*between(draft.free(), *rough.span()))
        draft.spans.append(rough.span())


def _beside(draft: Draft, quantity: Quantity) -> list[Quantity]:
    """The quantities before and after one."""
    free = draft.free()
    place = free.index(quantity)
    return [*free[max(place - 1, 0) : place], *free[place + 1 : place + 2]]


def _may_stand_for(quantity: Quantity, other: Quantity) -> bool:
    """Whether one quantity can be what is meant instead of another: of the same unit, or a number without one."""
    plain = {"number", "count", "days", "points", "strike", "usd"}
    if (quantity.unit, other.unit) == ("number", "fraction"):
        return 1 < quantity.number < 100  # '32 per cent, not 35'
    return quantity.unit == other.unit or ("number" in (quantity.unit, other.unit) and {quantity.unit, other.unit} <= plain)


def request_for(calculator: str, text: str, quantities: Sequence[Quantity], rules: Mapping[str, float], as_of: str | None) -> CalculationRequest:
    """Read a question as a calculation."""
    draft = new_draft(calculator, text, quantities, as_of)
    facts = read(calculator, draft)
    return assembled(calculator, draft, rules, facts)


def assembled(calculator: str, draft: Draft, rules: Mapping[str, float], facts: Mapping[str, Any]) -> CalculationRequest:
    """The request that a draft has become."""
    _ask_which(draft)
    asked = tuple(entry for entry in draft.asked if entry.name not in draft.inputs or entry.name in draft.origin or "." in entry.name)
    named = {entry.name for entry in asked}
    groups = {slot.group for slot in draft.slots if slot.name in named and slot.group is not None}
    missing = tuple(slot for slot in _missing(calculator, draft.inputs, draft.wanted) if slot.name not in named and slot.group not in groups)
    own = rules if calculator in _RULED else {}
    unplaced = tuple(quantity for quantity in draft.free() if not names_a_rule(quantity, own) and not says_nothing_new(draft, quantity))
    parts = [(quantity.start, quantity.end) for quantity in draft.quantities if _holds_its_word(quantity, quantity.start in draft.used)]
    telling = [quantity for quantity in draft.quantities if quantity.unit != "name" and not says_nothing_new(draft, quantity)]
    numbers = [(quantity.start, quantity.end) for quantity in telling]
    words = (*unmodelled(draft.text, calculator, [*draft.spans, *parts], numbers, follow_up=draft.follow_up), *_denied(draft))
    touched = frozenset(draft.origin)
    return CalculationRequest(calculator, draft.inputs, draft.origin, missing, unplaced, asked, words, facts, draft.wanted, draft.text, touched)


def _ask_which(draft: Draft) -> None:
    """'either 9k or 11k' leaves open which is meant, so neither is taken."""
    for quantity in draft.free():
        for name, placed in list(draft.origin.items()):
            first, second = sorted((placed, quantity), key=lambda one: one.start)
            slot = draft.slot(name)
            if slot is None or placed.unit != quantity.unit or not re.fullmatch(r"\s*,?\s*or\s+(?:maybe\s+)?", draft.text[first.end : second.start]):
                continue
            draft.inputs.pop(name, None)
            del draft.origin[name]
            draft.use(quantity)
            draft.ask(name, slot.unit, f"Which is meant for {name}: {first.text.strip()} or {second.text.strip()}?")
            draft.spans += [(max(first.start - len("either "), 0), first.start)]
            break


def _denied(draft: Draft) -> tuple[str, ...]:
    """Inputs that are said to be absent, such as 'no rate', where nothing has read it as a value."""
    if _DENIES.search(draft.text) is None:
        return ()
    names = {word for slot in draft.slots for word in slot.synonyms if len(word) >= _SHORTEST_DENIED and word.isascii()}
    words = words_pattern((*sorted(names), *_LAYERS)).pattern
    found = re.finditer(rf"(?<!\w)(?:no|zero|ignor\w+|omit\w*|excluding|ex)\s+(?:any\s+|the\s+)?(?:{words})", draft.text)
    return tuple(match.group() for match in found if not any(start < match.end() and match.start() < end for start, end in draft.spans))


def _holds_its_word(quantity: Quantity, used: bool) -> bool:
    """Whether words of caution inside a quantity are its own: 'a third', 'minus 1.1', '9 times', and those of a range: 'a quarter up to 40 %'."""
    if not used:
        return quantity.low is not None
    return quantity.note in ("part", "sum") or quantity.unit == "multiple" or (quantity.signed and quantity.number < 0)


def _missing(calculator: str, inputs: Mapping[str, Any], wanted: frozenset[str]) -> list[Slot]:
    needed = needed_beside(calculator, inputs) | wanted
    given = {*inputs, *(name.removesuffix("expiry") + "days_to_expiry" for name in inputs if name.endswith("expiry"))}
    objects = tuple(f"{name}." for name in ("portfolio", "market") if name in inputs)
    slots = [slot for slot in every_slot_of(calculator) if slot.name not in given and not slot.name.startswith(objects)]
    return [slot for slot in slots if slot.required or slot.name in needed]


def still_missing(request: CalculationRequest, inputs: Mapping[str, Any]) -> tuple[Slot, ...]:
    """What a request misses once it has other inputs."""
    named = {entry.name for entry in request.asked}
    return tuple(slot for slot in _missing(request.calculator, inputs, request.wanted) if slot.name not in named)


def names_a_rule(quantity: Quantity, rules: Mapping[str, float]) -> bool:
    """Whether a quantity only repeats the method's numbers: '20 % increments', 'the 25-40 % band'."""
    if not rules or quantity.note == "part":
        return False
    low, high = rules["futures_share_low_fraction"], rules["futures_share_high_fraction"]
    if quantity.unit == "pair":
        return quantity.numbers == (round(low * 100), round(high * 100))
    if quantity.unit != "fraction":
        return False
    if quantity.low is None:
        return abs(quantity.number - rules["call_increment_fraction"]) < 1e-9
    return abs(quantity.low - low) < 1e-9 and abs(quantity.number - high) < 1e-9
