"""Gives quantities to inputs by the words beside them, then by their unit alone. Nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from assistant.inputs.draft import CLAUSE, FILLERS, Draft
from assistant.inputs.movements import DOWN_VERBS, UP_VERBS
from assistant.inputs.parallel import bind_in_order
from assistant.inputs.plain_words import SAYING_NOTHING, SOMETHING_ELSE
from assistant.inputs.slots import EXACT, Slot, every_name, fits, is_percentage_as_number, words_pattern
from assistant.patterns import Pattern
from assistant.quantities import Quantity

ADJACENT_LEFT, ADJACENT_RIGHT, LOOSE_LEFT, LOOSE_RIGHT, EXACT_UNIT = 3.0, 2.5, 1.6, 1.4, 0.5
MOST_WORDS_BETWEEN = 4
# Words between a name and a number that make the number a change or a bound of what is named, not its value.
_MOVES = Pattern(rf"\b(?:{UP_VERBS}|{DOWN_VERBS}|below|above|under|over|less|more|least|most|by|chang\w+|mov\w+|from|per)\b")
# 'mrp=5.2 %' is no market return only because that is what is left open.
_NAMED = Pattern(r"(?<![\w])([a-zβσ][\w-]*)\s*=\s*$")
_MOVED = Pattern(rf"\b(?:{UP_VERBS}|{DOWN_VERBS})\s+(?:by\s+)?$")
# A sign that points to what follows: in 'vix 22: future 21.4' the words are not those of the 22.
_POINTS_ON = Pattern(r"[:=@|]|->")
Needed = Callable[[Mapping[str, Any]], frozenset[str]]
_SPEAKING_UNITS = frozenset({"days", "trading_days", "count", "date", "month", "z_score"})


_CONDOR_WORDS = frozenset({"condor", "condors"})
_WEAK_LABELS = frozenset({"at", "for", "got", "in", "x", "s", "f"})


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
    foreign = {quantity.start for quantity in draft.free() if _names_another(draft, quantity)}
    free = [quantity for quantity in draft.free() if quantity.start not in foreign]
    edges = [edge for quantity in free for label in labels for edge in _edges(draft, quantity, label, labels)]
    edges = _settled(draft, [edge for edge in edges if not _leans_elsewhere(draft, edge)])
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


def _names_another(draft: Draft, quantity: Quantity) -> bool:
    """Whether the words beside a quantity name something that no input is: 'ETF vega of 2,000' is no total hedge vega."""
    words = "|".join(re.escape(word) for slot in draft.slots if fits(quantity, slot) for word in slot.unless)
    left, right = draft.left_clause(quantity), draft.right_clause(quantity)
    if not words or re.search(r"\b(?:total|whole|planned|overall)\b", left + right):
        return False
    of_a_part = rf"\b(?:{words})\b(?:\s+\w+)?\s+(?:vega|exposure|layer|budget|tranche)\b"
    in_a_part = rf"\s*(?:of\s+)?vega\s+(?:in|of|for)\s+(?:the\s+|my\s+)?(?:{words})\b"
    return bool(
        re.search(of_a_part, left) or re.match(in_a_part, right) or re.match(rf"\s*(?:vega\s+)?(?:of|in)?\s*(?:the\s+|my\s+)?{of_a_part}", right)
    )


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
            if _names_another(draft, quantity) or _is_called_otherwise(draft, quantity) or is_of_something_else(draft, quantity):
                continue
            is_rate = quantity.unit == "fraction"  # a percentage alone is of the one rate that there was
            wanted = _like_before(draft, quantity, draft.slots if is_rate else open_slots) if draft.follow_up and (is_rate or not required) else None
            able = wanted if wanted is not None else _able(quantity, open_slots, required)
            able = [slot for slot in able if not _is_anothers(draft, quantity, slot) and not _is_spot(draft, quantity, slot)]
            if len(able) == 1 and not any(
                other is not quantity and not _is_anothers(draft, other, able[0]) and _able(other, able, required) for other in draft.free()
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


def _is_called_otherwise(draft: Draft, quantity: Quantity) -> bool:
    """Whether a quantity is said to be a move, or the name of an input that this calculation does not have, or has filled, stands right before it."""
    left = draft.left_clause(quantity)
    if quantity.unit in ("number", "fraction") and _MOVED.search(left):
        return True
    named = _NAMED.search(left) if quantity.unit in ("number", "fraction") else None
    if named is not None and not any(named.group(1) in (*slot.synonyms, slot.last) for slot in draft.slots):
        return True
    match = re.search(rf"(?<![\w])([a-z][a-z-]*){FILLERS}$", left)
    if match is None or quantity.unit not in ("number", "fraction"):
        return False
    word = match.group(1)
    named_slots = [slot for slot in draft.slots if word in slot.synonyms and slot.name not in draft.inputs]
    return word in every_name() and not any(fits(quantity, slot) for slot in named_slots)


def is_of_something_else(draft: Draft, quantity: Quantity) -> bool:
    """Whether the clause of a quantity speaks of what no input here is: an account's worth, a margin, inflation, another position.

    In a follow-up every word of the clause has to be one of the calculation's own or one that says nothing.
    """
    own = {part for slot in draft.slots for word in (*slot.synonyms, slot.last.replace("_", " ")) for part in word.split()}
    own |= {part for slot in draft.slots for names in slot.choices.values() for name in names for part in name.split()}
    own |= {*_CONDOR_WORDS, "ic"} if _takes_condors(draft) else set()
    words = _words_beside(draft, quantity)
    if draft.follow_up:
        later = re.search(r"\b(?:in|after)\s*$", draft.left(quantity)) or re.match(
            r"\s*(?:from now|later|hence|of (?:them|those|these))\b", draft.right(quantity)
        )
        return bool(words - own - SAYING_NOTHING) or (later is not None and not any("horizon" in slot.name for slot in draft.slots))
    return quantity.unit in ("usd", "number", "fraction", "points") and bool((words & SOMETHING_ELSE) - own)


def _leans_elsewhere(draft: Draft, edge: Edge) -> bool:
    """Whether a follow-up's words beside an input's speak of another thing: 'the VX future trades at 20.1', 'the condor expires in 30 days'."""
    if not draft.follow_up:
        return False
    if draft.text[edge.label.start : edge.label.end] in _WEAK_LABELS and is_of_something_else(draft, edge.quantity):
        return True
    return not _takes_condors(draft) and bool(_words_beside(draft, edge.quantity) & _CONDOR_WORDS)


def _words_beside(draft: Draft, quantity: Quantity) -> set[str]:
    """The words of the clause that a quantity stands in."""
    return set(re.findall(r"[a-z]+", f"{draft.left_clause(quantity)} {draft.right_clause(quantity)}"))


def _takes_condors(draft: Draft) -> bool:
    """Whether the strikes of a condor are among the inputs."""
    return any(slot.last == "short_put" for slot in draft.slots)


def _like_before(draft: Draft, quantity: Quantity, slots: Sequence[Slot]) -> list[Slot]:
    """The inputs of the very unit that the calculation before was given; where it was given none, the one that there is."""
    exact = [slot for slot in slots if (slot.unit, quantity.unit) in EXACT and fits(quantity, slot)]
    given = [slot for slot in exact if slot.name in draft.given]
    return given or (exact if len(exact) == 1 and is_plausible(quantity, exact[0]) else [])


def _is_spot(draft: Draft, quantity: Quantity, slot: Slot) -> bool:
    """Whether a level of the VIX would be taken for another price: its future's, a credit."""
    return (
        slot.unit == "index_points"
        and slot.last != "strike"
        and re.search(r"\bvix\b\W*(?:(?:is|at|now|spot|index)\W*)*$", draft.left(quantity)) is not None
    )


def _is_anothers(draft: Draft, quantity: Quantity, slot: Slot) -> bool:
    """Whether a volatility belongs to another quantity that says so: '15.2 vol' beside '4.3 %'."""
    return slot.is_volatility and quantity.unit != "vol" and bool(draft.free("vol"))


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
