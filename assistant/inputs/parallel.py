"""Values in the order of their names: 'equity and debt cost 10.5 % and 6.25 %', '820k equity, 310k debt. costs 10.5 % and 6.25 % in that order'."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from assistant.inputs.draft import FILLERS, Draft
from assistant.inputs.slots import EXACT, Slot, fits, is_percentage_as_number
from assistant.patterns import Pattern
from assistant.quantities import Quantity, Unit

if TYPE_CHECKING:
    from assistant.inputs.binding import Label

_IN_ORDER = Pattern(r"\b(?:respectively|resp\b\.?|in (?:that|this|the same|the named|the stated|the given|said) order)")
_JOINS = Pattern(r"\s*(?:,\s*(?:and\s+)?|\band\s+|&\s*)\s*")
_JOINS_NAMES = Pattern(r"\s*(?:,\s*(?:and\s+)?|\band\s+|&\s*|then\s+)\s*(?:the\s+|a\s+|an\s+|of\s+)*")
_AND = Pattern(r"\band\b|&")
_LEADS = Pattern(rf"(?:{FILLERS}|\b(?:costs?|costing|yields?|respectively|each|run|runs)\b|\s|:)*")
_FOLLOWS = Pattern(r"\s*(?:for|on|in|as)\s+(?:the\s+)?")
_MOST_PERCENT = 40.0
_TWO = 2


def bind_in_order(draft: Draft, labels_of: Callable[[Draft], list[Label]]) -> None:
    """Give lists of values to the names that stand in a list of as many right before or behind them, or as the question says their order to be."""
    labels = labels_of(draft)
    for chain in _chains(draft):
        for values, names in (_before(draft, chain, labels), _behind(draft, chain, labels), _named_before(draft, chain, labels)):
            if values and _taken(draft, values, names):
                break


def _taken(draft: Draft, values: Sequence[Quantity], names: Sequence[Label]) -> bool:
    """Whether as many values as names found each its one input."""
    slots = [_only(draft, _as_percent(value, values), label) for value, label in zip(values, names, strict=True)]
    found = {slot.name: (slot, value) for slot, value in zip(slots, values, strict=True) if slot is not None}
    if len(found) < len(values):
        return False
    for name, (_, value) in found.items():
        draft.take(name, value, value.number if value.note == "row" else round(value.number / 100, 12) if _lacks_sign(value, values) else None)
    said = _IN_ORDER.search(draft.text)
    draft.spans += [said.span()] if said else []
    lead = re.search(r"(?:\bat\s+)?$", draft.text[: values[0].start])
    draft.spans.append((values[0].start if lead is None else lead.start(), values[-1].end))
    return True


def _chains(draft: Draft) -> list[list[Quantity]]:
    """Two or more single values without a place, with nothing but commas and 'and' between them."""
    chains: list[list[Quantity]] = []
    for before, after in pairwise(draft.free()):
        if not all(isinstance(q.value, float) and q.low is None for q in (before, after)) or not _JOINS.fullmatch(
            draft.text[before.end : after.start]
        ):
            continue
        if chains and chains[-1][-1] is before and not _is_closed(draft.text[chains[-1][0].end : before.start], draft.text[before.end : after.start]):
            chains[-1].append(after)
        elif not chains or chains[-1][-1] is not before:
            chains.append([before, after])
    for row in draft.free("series"):
        unit: Unit = "fraction" if row.note == "percent" else "number"
        chains.append([replace(row, unit=unit, value=value, note="row") for value in row.numbers])
    return chains


def _lacks_sign(quantity: Quantity, values: Sequence[Quantity]) -> bool:
    """Whether a value shares the sign of percent of the last of a list of rates: '10 and 6 %'."""
    return (
        quantity.unit == "number"
        and 1 < quantity.number <= _MOST_PERCENT
        and {v.unit for v in values[:-1]} == {"number"}
        and values[-1].unit == "fraction"
    )


def _as_percent(quantity: Quantity, values: Sequence[Quantity]) -> Quantity:
    return replace(quantity, unit="fraction", value=quantity.number / 100) if _lacks_sign(quantity, values) else quantity


def _lists_of_names(draft: Draft, labels: Sequence[Label]) -> list[list[Label]]:
    """Two or more names with nothing but commas and 'and' between them."""
    lists: list[list[Label]] = []
    for one, two in pairwise(labels):
        if not _JOINS_NAMES.fullmatch(draft.text[one.end : two.start]):
            continue
        if lists and lists[-1][-1] is one and not _is_closed(draft.text[lists[-1][0].end : one.start], draft.text[one.end : two.start]):
            lists[-1].append(two)
        elif not lists or lists[-1][-1] is not one:
            lists.append([one, two])
    return lists


def _is_closed(listed: str, join: str) -> bool:
    """Whether a list has had its 'and' and what follows a comma is no more of it: 'equity and debt, tax'."""
    return _AND.search(listed) is not None and _AND.search(join) is None


def _before(draft: Draft, chain: Sequence[Quantity], labels: Sequence[Label]) -> tuple[Sequence[Quantity], Sequence[Label]]:
    """The names in a list right before the values. Without an 'and' there are as many as there are values without a name behind them."""
    for names in _lists_of_names(draft, labels):
        if names[-1].end > chain[0].start or not _LEADS.fullmatch(draft.text[names[-1].end : chain[0].start]):
            continue
        values = list(chain)
        if _AND.search(draft.text[names[0].start : names[-1].end]) is None and _IN_ORDER.search(draft.text) is None:
            while values and any(_stands_behind(draft, values[-1], label) for label in labels):
                values.pop()
            if any(_stands_behind(draft, value, label) for value in values for label in labels):
                return (), ()
        elif len(values) > len(names) and values[len(names)].unit != values[len(names) - 1].unit:
            values = values[: len(names)]
        # Names further ahead belong to no list of theirs where each has its value before it: '20k debt, ke and kd 10 % and 6 %'.
        count = len(values)
        if (
            count >= _TWO
            and all(any(_stands_behind(draft, q, name) for q in draft.free()) for name in names[: len(names) - count])
            and count <= len(names)
        ):
            return values, names[-count:]
    return (), ()


def _stands_behind(draft: Draft, value: Quantity, label: Label) -> bool:
    """Whether a name stands right behind a value."""
    return value.end <= label.start and re.fullmatch(FILLERS, draft.text[value.end : label.start]) is not None


def _behind(draft: Draft, chain: Sequence[Quantity], labels: Sequence[Label]) -> tuple[Sequence[Quantity], Sequence[Label]]:
    """The names in a list right behind the values, with a word that says so: '10 % and 6 % for equity and debt'."""
    for names in _lists_of_names(draft, labels):
        count = len(names)
        if names[0].start < chain[-1].end or not _FOLLOWS.fullmatch(draft.text[chain[-1].end : names[0].start]) or len(chain) < count:
            continue
        values = chain[-count:]
        goes_on = len(chain) > count and chain[-count - 1].unit == values[0].unit
        if not goes_on and _AND.search(draft.text[names[0].start : names[-1].end]):
            return values, names
    return (), ()


def _named_before(draft: Draft, chain: Sequence[Quantity], labels: Sequence[Label]) -> tuple[Sequence[Quantity], Sequence[Label]]:
    """Where the question says that the order is that of the names before: the names that have no value of this kind of their own."""
    said = _IN_ORDER.search(draft.text, chain[-1].end)
    if said is None or re.search(r"[,;.?!\d]", draft.text[chain[-1].end : said.start()]):
        return (), ()
    names: dict[str, Label] = {}
    for label in labels:
        slot = _only(draft, _as_percent(chain[-1], chain), label) if label.end <= chain[0].start else None
        if slot is not None and not _has_its_own(draft, label, slot, chain):
            names.setdefault(slot.name, label)
    return (chain, list(names.values())) if len(names) == len(chain) and len({value.unit for value in chain}) == 1 else ((), ())


def _has_its_own(draft: Draft, label: Label, slot: Slot, run: Sequence[Quantity]) -> bool:
    """Whether a value outside the list stands right beside a name and fits it as well as those of the list."""
    others = [q for q in draft.free() if q not in run and q.unit == run[-1].unit and fits(q, slot)]
    return any(
        re.fullmatch(FILLERS, draft.text[label.end : q.start] if label.end <= q.start else draft.text[q.end : max(label.start, q.end)])
        for q in others
    )


def _only(draft: Draft, quantity: Quantity, label: Label) -> Slot | None:
    """The one input that a name stands for and that takes a value."""
    able = [s for s in label.slots if s.name not in draft.inputs and fits(quantity, s) and not is_percentage_as_number(quantity, s)]
    exact = [slot for slot in able if (slot.unit, quantity.unit) in EXACT]
    able = exact or able
    return able[0] if len(able) == 1 else None
