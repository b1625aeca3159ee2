"""Values in the order of their names: 'equity and debt cost 10.5 % and 6.25 %', '820k equity, 310k debt. costs 10.5 % and 6.25 % in that order'."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from assistant.draft import FILLERS, Draft
from assistant.patterns import Pattern
from assistant.quantities import Quantity, Unit
from assistant.slots import EXACT, Slot, fits, is_percentage_as_number

if TYPE_CHECKING:
    from assistant.binding import Label

_IN_ORDER = Pattern(r"\b(?:respectively|resp\b\.?|in (?:that|this|the same|the named|the stated|the given|said) order)")
_JOINS = Pattern(r"\s*(?:,\s*(?:and\s+)?|\band\s+|&\s*)\s*")
_JOINS_NAMES = Pattern(r"\s*(?:,\s*(?:and\s+)?|\band\s+|&\s*|then\s+)\s*(?:the\s+|a\s+|an\s+|of\s+)*")
_LEADS = Pattern(rf"(?:{FILLERS}|\b(?:costs?|costing|yields?|respectively|each|run|runs)\b|\s|:)*")
_FOLLOWS = Pattern(r"\s*(?:for|on|in|as)\s+(?:the\s+)?")
_MOST_PERCENT = 40.0


def bind_in_order(draft: Draft, labels_of: Callable[[Draft], list[Label]]) -> None:
    """Give lists of values to the names that stand in a list of as many right before or behind them, or as the question says their order to be."""
    said = _IN_ORDER.search(draft.text)
    for run in _runs(draft):
        if said is None and not _ends_with_and(draft.text[run[0].start : run[-1].end]):
            continue
        names = _beside(draft, run, labels_of(draft)) or _named_before(draft, run, labels_of(draft))
        slots = [_only(draft, _as_percent(quantity, run), label) for quantity, label in zip(run, names, strict=False)]
        if len(names) != len(run) or None in slots or len({slot.name for slot in slots if slot is not None}) != len(run):
            continue
        for quantity, slot in zip(run, slots, strict=True):
            if slot is not None:
                draft.take(slot.name, quantity, round(quantity.number / 100, 12) if _lacks_sign(quantity, run) else None)
        draft.spans += [said.span()] if said else []


def _ends_with_and(text: str) -> bool:
    """Whether a list is closed by an 'and', which makes one list of it: '28, 96 % vol' are two things."""
    return re.search(r"(?:\band\b|&)[^,;]*$", text) is not None


def _runs(draft: Draft) -> list[list[Quantity]]:
    """Lists of two or more single values without a place."""
    runs: list[list[Quantity]] = []
    for before, after in pairwise(draft.free()):
        if not all(isinstance(q.value, float) and q.low is None for q in (before, after)) or not _JOINS.fullmatch(
            draft.text[before.end : after.start]
        ):
            continue
        if not (before.unit == after.unit or (before.unit == "number" and after.unit == "fraction" and 1 < before.number <= _MOST_PERCENT)):
            continue
        if runs and runs[-1][-1] is before:
            runs[-1].append(after)
        else:
            runs.append([before, after])
    for row in draft.free("series"):
        unit: Unit = "fraction" if row.note == "percent" else "number"
        runs.append([replace(row, unit=unit, value=value, note="") for value in row.numbers])
    return runs


def _lacks_sign(quantity: Quantity, run: Sequence[Quantity]) -> bool:
    """Whether a value shares the sign of percent of the last of its list."""
    return quantity.unit == "number" and run[-1].unit == "fraction"


def _as_percent(quantity: Quantity, run: Sequence[Quantity]) -> Quantity:
    return replace(quantity, unit="fraction", value=quantity.number / 100) if _lacks_sign(quantity, run) else quantity


def _beside(draft: Draft, run: Sequence[Quantity], labels: Sequence[Label]) -> list[Label]:
    """The names in a list right before the values or right behind them."""
    first, last = run[0].start, run[-1].end
    for place in range(len(labels) - len(run) + 1):
        names = list(labels[place : place + len(run)])
        if not all(_JOINS_NAMES.fullmatch(draft.text[one.end : two.start]) for one, two in pairwise(names)):
            continue
        if not _ends_with_and(draft.text[names[0].start : names[-1].end]) and _IN_ORDER.search(draft.text) is None:
            continue
        if names[-1].end <= first and _LEADS.fullmatch(draft.text[names[-1].end : first]):
            return names
        if names[0].start >= last and _FOLLOWS.fullmatch(draft.text[last : names[0].start]):
            return names
    return []


def _named_before(draft: Draft, run: Sequence[Quantity], labels: Sequence[Label]) -> list[Label]:
    """Where the question says that the order is that of the names before: the names that have no value of this kind of their own."""
    said = _IN_ORDER.search(draft.text)
    if said is None or re.search(r"[^,;.?!]*", draft.text[run[-1].end :]).group().find(said.group()) < 0:  # type: ignore[union-attr]
        return []
    names: dict[str, Label] = {}
    for label in labels:
        slot = _only(draft, run[-1], label) if label.end <= run[0].start else None
        if slot is not None and not _has_its_own(draft, label, slot, run):
            names.setdefault(slot.name, label)
    return list(names.values())


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
