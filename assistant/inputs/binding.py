"""Gives quantities to inputs by the words beside them, then by their unit alone. Nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from assistant.inputs.belonging import is_anothers, is_called_otherwise, is_of_something_else, is_spot, leans_elsewhere, names_another
from assistant.inputs.draft import CLAUSE, FILLERS, Draft
from assistant.inputs.movements import DOWN_VERBS, UP_VERBS
from assistant.inputs.parallel import bind_in_order
from assistant.inputs.slots import EXACT, Slot, fits, is_percentage_as_number, words_pattern
from assistant.patterns import Pattern
from assistant.quantities import Quantity

ADJACENT_LEFT, ADJACENT_RIGHT, LOOSE_LEFT, LOOSE_RIGHT, EXACT_UNIT = 3.0, 2.5, 1.6, 1.4, 0.5
MOST_WORDS_BETWEEN = 4
# Words between a name and a number that make the number a change or a bound of what is named, not its value.
_MOVES = Pattern(rf"\b(?:{UP_VERBS}|{DOWN_VERBS}|below|above|under|over|less|more|least|most|by|chang\w+|mov\w+|from|per)\b")
# A sign that points to what follows: in 'vix 22: future 21.4' the words are not those of the 22.
_POINTS_ON = Pattern(r"[:=@|]|->")
Needed = Callable[[Mapping[str, Any]], frozenset[str]]
_SPEAKING_UNITS = frozenset({"days", "trading_days", "count", "date", "month", "z_score"})


@dataclass(frozen=True, slots=True)
class Label:
    """Words of the text that name inputs."""

    start: int
    end: int
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """One way to give a quantity to an input."""

    score: float
    label: Label
    slot: Slot
    quantity: Quantity
    adjacent: bool


# '2.4m of equity (10.8 %)'
_IN_BRACKETS = Pattern(r"\s*(?:in |of )?(?:equity|debt|own capital|loans?|borrowings?)?\s*\(\s*(?:at |@ ?|costs? |costing )?")
# '350k of equity, which costs 12 percent'
_WHICH_COSTS = Pattern(r",\s*(?:which|that)\s+(?:costs?|earns?|must earn|has to earn|should earn|is at|runs? at)\b")


def bind(draft: Draft, needed: Needed = lambda _: frozenset()) -> None:
    """Fill the inputs that words, position and unit decide. `needed` tells which optional inputs those given make necessary."""
    bind_zeros(draft)
    bind_in_order(draft, labels_of)
    bind_labelled(draft)
    bind_following(draft)
    bind_only_fit(draft, needed(draft.inputs))
    bind_rate(draft)


def bind_choices(draft: Draft) -> None:
    """Inputs with a few allowed words: the word whose names occur; the longest name decides, then the order of the model."""
    for slot in draft.slots:
        if slot.name in draft.inputs or any(entry.name == slot.name for entry in draft.asked):
            continue
        found = [
            (len(name), -order, choice)
            for order, (choice, names) in enumerate(slot.choices.items())
            for name in names
            if words_pattern((name,)).search(draft.text)
        ]
        if found:
            draft.inputs[slot.name] = max(found)[2]


def bind_zeros(draft: Draft) -> None:
    """Inputs that words say to be 0, such as 'no tax'."""
    for slot in draft.slots:
        match = words_pattern(slot.zero).search(draft.text) if slot.zero else None
        if match is None and slot.synonyms and slot.unit in ("fraction", "usd") and not slot.choices and re.search(r"\b(?:zero|nil)\b", draft.text):
            named = rf"(?:{words_pattern(slot.synonyms).pattern})\s*(?:of|is|are|was|were|goes to|at|to|=|:)?\s*(?:zero|nil)\b(?!-)"
            match = re.search(named, draft.text)
        if match and slot.name not in draft.inputs:
            draft.inputs[slot.name] = 0.0
            draft.spans.append(match.span())
            again = [q for q in draft.free() if q.value == 0.0 and re.fullmatch(r"\W{0,3}", draft.text[match.end() : max(q.start, match.end())])]
            draft.use(*[quantity for quantity in again if quantity.start >= match.end()])


def labels_of(draft: Draft) -> list[Label]:
    """The words that name open inputs, the longest first, none inside another or inside a quantity."""
    by_word: dict[str, list[Slot]] = {}
    for slot in draft.slots:
        for word in slot.synonyms:
            by_word.setdefault(word, []).append(slot)
    taken = [(quantity.start, quantity.end) for quantity in draft.quantities if quantity.unit != "name"]
    found = []
    for match in sorted(words_pattern(tuple(by_word)).finditer(draft.text), key=lambda m: (m.start() - m.end(), m.start())) if by_word else ():
        if all(match.end() <= start or end <= match.start() for start, end in taken):
            found.append(Label(match.start(), match.end(), tuple(by_word[match.group()])))
    return sorted(found, key=lambda label: label.start)


def bind_labelled(draft: Draft) -> None:
    """Quantities with an input's words beside them, the closest pairs first."""
    labels = labels_of(draft)
    foreign = {quantity.start for quantity in draft.free() if names_another(draft, quantity)}
    free = [quantity for quantity in draft.free() if quantity.start not in foreign]
    edges = [edge for quantity in free for label in labels for edge in _edges(draft, quantity, label, labels)]
    edges = _settled(draft, [edge for edge in edges if not leans_elsewhere(draft, draft.text[edge.label.start : edge.label.end], edge.quantity)])
    spoken: set[tuple[int, str]] = set()
    for edge in sorted(edges, key=lambda e: (-e.score, e.quantity.start, e.slot.name)):
        spoken_for = (edge.label.start, edge.slot.name)
        if edge.quantity.start in draft.used or edge.slot.name in draft.inputs or spoken_for in spoken:
            continue
        spoken.add(spoken_for)
        if edge.slot.unit == "days" and edge.quantity.unit == "number" and draft.text[edge.label.start : edge.label.end].endswith(" in"):
            draft.use(edge.quantity)  # 'expires in 6' may be days, weeks or months
            draft.ask(edge.slot.name, "days", f"{edge.quantity.text.strip()} what: in how many calendar days is the expiry?")
            continue
        if is_percentage_as_number(edge.quantity, edge.slot):
            if edge.slot.name in draft.percents or _can_only_be_a_percent(edge.quantity, edge.slot):
                draft.take(edge.slot.name, edge.quantity, round(edge.quantity.number / 100, 12))
            else:
                _doubt_fraction(draft, edge.quantity, edge.slot)
        else:
            draft.take(edge.slot.name, edge.quantity)


def _can_only_be_a_percent(quantity: Quantity, slot: Slot) -> bool:
    """Whether a bare number above one beside a rate's name is its percentage: 'rate 4.3', 'q=1.3', where 430 % would be no rate at all.

    A volatility is asked about: 18 may be meant as 18 %, and as a level of the VIX.
    """
    return not slot.is_volatility and slot.plausible is not None and slot.plausible[0] <= quantity.number / 100 <= slot.plausible[1]


def _doubt_fraction(draft: Draft, quantity: Quantity, slot: Slot) -> None:
    number = quantity.number
    meant = round(number / 100, 12)
    draft.ask(
        slot.name, slot.unit, f"{quantity.text.strip()} for {slot.name} has no unit. {number:g} % is {number / 100:g}: did you mean that?", meant
    )
    draft.use(quantity)


def _edges(draft: Draft, quantity: Quantity, label: Label, labels: Sequence[Label]) -> list[Edge]:
    before = label.end <= quantity.start
    between = draft.text[label.end : quantity.start] if before else draft.text[quantity.end : label.start]
    low, high = (label.end, quantity.start) if before else (quantity.end, label.start)
    if any(low <= other.start < high for other in draft.quantities if other.unit != "name"):
        return []
    if not before and re.match(r"\s*[=|]|\s*:\s*[$+-]?[\d.]", draft.text[label.end :]):
        return []  # 'sigma .94 r = .043', 'at 680bp. equity: 225k': the words belong to the number that follows them
    if re.fullmatch(FILLERS, between) and (before or not _POINTS_ON.search(between)):
        score = ADJACENT_LEFT if before else ADJACENT_RIGHT
    elif (
        _MOVES.search(between)
        or CLAUSE.search(between)
        or any(low <= other.start < high for other in labels)
        or len(between.split()) > MOST_WORDS_BETWEEN
    ):
        return []
    else:
        score = (LOOSE_LEFT if before else LOOSE_RIGHT) - 0.1 * len(between.split())
    score += 0.01 * (label.end - label.start)
    return [
        Edge(
            score + EXACT_UNIT * ((slot.unit, quantity.unit) in EXACT) - is_percentage_as_number(quantity, slot),
            label,
            slot,
            quantity,
            score >= ADJACENT_RIGHT,
        )
        for slot in label.slots
        if slot.name not in draft.inputs and fits(quantity, slot)
    ]


def _settled(draft: Draft, edges: Sequence[Edge]) -> list[Edge]:
    """Without the wrong one of two pairs where words stand right between two quantities that both fit.

    'strike 26 future 20.1' is read to the right and '1m equity 500k debt' to the left, since either gives every number words of
    its own; where both or neither does, it is asked which is meant.
    """
    kept = list(edges)
    for chain in _chains(draft, edges):
        shared = [_ways(edges, first) & _ways(edges, second) for first, second in pairwise(chain)]
        leading, trailing = bool(_ways(edges, chain[0]) - shared[0]), bool(_ways(edges, chain[-1]) - shared[-1])
        if leading == trailing:
            start, name = min(shared[0])
            words = next(draft.text[e.label.start : e.label.end] for e in edges if e.label.start == start)
            slot = next(e.slot for e in edges if e.slot.name == name)
            draft.ask(name, slot.unit, f"Which number is {words}: {chain[0].text.strip()} or {chain[1].text.strip()}?")
            open_ways = set().union(*shared)
            kept = [edge for edge in kept if (edge.label.start, edge.slot.name) not in open_ways]
            continue
        for (first, second), ways in zip(pairwise(chain), shared, strict=True):
            loser = first if leading else second
            kept = [edge for edge in kept if not (edge.quantity is loser and (edge.label.start, edge.slot.name) in ways)]
    return kept


def _chains(draft: Draft, edges: Sequence[Edge]) -> list[list[Quantity]]:
    """Runs of quantities in which each shares words with the next."""
    chains: list[list[Quantity]] = []
    for first, second in pairwise(draft.free()):
        if _ways(edges, first) & _ways(edges, second):
            if chains and chains[-1][-1] is first:
                chains[-1].append(second)
            else:
                chains.append([first, second])
    return chains


def _ways(edges: Sequence[Edge], quantity: Quantity) -> set[tuple[int, str]]:
    """The (label, input) pairs right beside a quantity."""
    return {(edge.label.start, edge.slot.name) for edge in edges if edge.quantity is quantity and edge.adjacent}


def bind_following(draft: Draft) -> None:
    """Inputs that stand after another without words of their own: 'equity 300k at 10.5 %'."""
    for slot in draft.slots:
        before = draft.origin.get(slot.follows) if slot.follows else None
        led = next((other for other in draft.slots if other.follows == slot.name and other.name in draft.origin), None)
        if before is None and led is not None and slot.name not in draft.inputs:
            # 'cost of equity 1,250 bp on 75k'
            before = draft.origin[led.name]
            later = next((q for q in draft.quantities if q.start > before.start and q.unit != "name"), None)
            if later is not None and not re.fullmatch(r"\s*(?:on|of)\s*(?:the\s+|my\s+)?", draft.text[before.end : later.start]):
                continue
        if before is None or slot.name in draft.inputs:
            continue
        later = next((q for q in draft.quantities if q.start > before.start and q.unit != "name"), None)
        if later is None or later.start in draft.used or not fits(later, slot) or is_percentage_as_number(later, slot):
            continue
        if _IN_BRACKETS.fullmatch(draft.text[before.end : later.start]) or not CLAUSE.search(
            _WHICH_COSTS.sub(" ", draft.text[before.end : later.start])
        ):
            draft.take(slot.name, later)


def bind_only_fit(draft: Draft, needed: frozenset[str] = frozenset()) -> None:
    """Quantities without words: one that fits a single open input, required ones first, goes there.

    An optional input takes one only when the unit speaks for itself and the value is plausible: '20 %' beside a
    futures share of 25 to 40 % is more likely the rule of 20 % increments than a share.
    """
    for required in (True, False):
        open_slots = [
            slot
            for slot in draft.slots
            if (slot.required or slot.name in needed) is required
            and slot.name not in draft.inputs
            and not slot.choices
            and (required or draft.follow_up or slot.unit in _SPEAKING_UNITS or slot.is_volatility or slot.last == "leverage")
        ]
        for quantity in draft.free():
            if names_another(draft, quantity) or is_called_otherwise(draft, quantity) or is_of_something_else(draft, quantity):
                continue
            is_rate = quantity.unit == "fraction"  # a percentage alone is of the one rate that there was
            wanted = _like_before(draft, quantity, draft.slots if is_rate else open_slots) if draft.follow_up and (is_rate or not required) else None
            able = wanted if wanted is not None else _able(quantity, open_slots, required)
            able = [slot for slot in able if not is_anothers(draft, quantity, slot) and not is_spot(draft, quantity, slot)]
            if len(able) == 1 and not any(
                other is not quantity and not is_anothers(draft, other, able[0]) and _able(other, able, required) for other in draft.free()
            ):
                if is_percentage_as_number(quantity, able[0]):
                    _doubt_fraction(draft, quantity, able[0])
                else:
                    draft.take(able[0].name, quantity)
                open_slots = [slot for slot in open_slots if slot is not able[0]]


def bind_rate(draft: Draft) -> None:
    """A single percentage left over beside VIX options is their interest rate: they have no dividend yield."""
    slot = draft.slot("rate")
    on_vix = "black76" in draft.inputs.values() or "vix" in draft.inputs.values() or "vix_call" in draft.inputs.values()
    volatility_open = any(other.is_volatility and other.name not in draft.inputs for other in draft.slots)
    left = draft.free("fraction")
    if slot is None or slot.name in draft.inputs or draft.follow_up or not on_vix or volatility_open or len(left) != 1:
        return
    if (
        left[0].low is None
        and left[0].note != "part"
        and is_plausible(left[0], slot)
        and not re.search(r"[a-z]", re.sub(r"\b(?:at|with|and)\b", "", draft.left_clause(left[0])))
    ):
        draft.take(slot.name, left[0])


def _like_before(draft: Draft, quantity: Quantity, slots: Sequence[Slot]) -> list[Slot]:
    """The inputs of the very unit that the calculation before was given; where it was given none, the one that there is."""
    exact = [slot for slot in slots if (slot.unit, quantity.unit) in EXACT and fits(quantity, slot)]
    given = [slot for slot in exact if slot.name in draft.given]
    return given or (exact if len(exact) == 1 and is_plausible(quantity, exact[0]) else [])


def _able(quantity: Quantity, slots: Sequence[Slot], required: bool) -> list[Slot]:
    """Inputs that an unlabelled quantity can be: those of its very unit, else (required ones) those it fits."""
    exact = [slot for slot in slots if (slot.unit, quantity.unit) in EXACT and fits(quantity, slot) and (required or is_plausible(quantity, slot))]
    if not required:
        return [slot for slot in exact if not (slot.is_volatility and quantity.unit != "vol")]
    if exact:
        return exact
    return [slot for slot in slots if fits(quantity, slot) and slot.unit not in ("days", "trading_days", "count", "fraction", "date")]


def is_plausible(quantity: Quantity, slot: Slot) -> bool:
    """Whether a value lies in the plausible range of an input, if it has one."""
    return slot.plausible is None or (isinstance(quantity.value, float) and slot.plausible[0] <= quantity.number <= slot.plausible[1])
