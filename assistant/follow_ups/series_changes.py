"""What a follow-up changes in a row of closes or of daily counts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.inputs.draft import Draft
from assistant.patterns import Pattern

if TYPE_CHECKING:
    from assistant.inputs.requests import CalculationRequest

_FAR = 2.0
_PLACES = {"last": -1, "latest": -1, "final": -1, "most recent": -1, "first": 0, "opening": 0}
_APPENDS = Pattern(
    r"^\W*(?:(?:and|ok|now|then)\s+)*(?:add|append|include)\s+(?:(?:today|tomorrow|yesterday)(?:['’]?s)?|the (?:next|new|latest)|a(?:nother)?|one more)\s+"
    r"(?:close|closing|one|value|print|bar|day)?\s*(?:of|at|is|:|=)?\s*$"
)
_NAMED = Pattern(
    rf"\b(?P<place>{'|'.join(_PLACES)})\s+(?:close|one|value|print|number)?\s*(?:is|was|should|shd|to|be|have|been|really|actually|at|=|,|\s)*$"
)


def change_closes(draft: Draft, previous: CalculationRequest) -> None:
    """'add todays close 20.4' appends one. 'last close should be 20.8 not 20.1', '19.9 instead of 18.9': one takes the place of another, named by its value or place."""
    closes = previous.inputs.get("closes")
    free = draft.free("number")
    if not isinstance(closes, list) or len(free) != 1 or draft.free() != free or free[0].signed:
        return
    appended = _APPENDS.search(draft.left(free[0]))
    if appended is not None and 1 / _FAR <= free[0].number / closes[-1] <= _FAR:
        draft.take("closes", free[0], [*closes, free[0].number])
        draft.spans.append((0, free[0].end))
        return
    place = _place_of(draft, closes)
    if place is None or not 1 / _FAR <= free[0].number / closes[place] <= _FAR:
        return
    changed = list(closes)
    changed[place] = free[0].number
    draft.take("closes", free[0], changed)


def _place_of(draft: Draft, closes: list[float]) -> int | None:
    """Where the close stands that is taken back or named; None where that is not one place."""
    meant = draft.free("number")[0]
    taken_back = [q.number for q in draft.quantities if q is not meant and q.start in draft.used and q.unit == "number"]
    named = _NAMED.search(draft.text[: meant.start]) or re.match(rf"\s*(?:as|for) the (?P<place>{'|'.join(_PLACES)})\b", draft.text[meant.end :])
    places = {number % len(closes) for number in range(len(closes)) if taken_back and closes[number] == taken_back[0]}
    if named is not None:
        place = _PLACES[named["place"]] % len(closes)
        return place if not places or place in places else None
    return places.pop() if len(places) == 1 else None


_DAYS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_OF_A_DAY = Pattern(
    rf"\b(?:day (?P<day>\d{{1,2}}|{'|'.join(_DAYS)})(?:['’]?s)? (?P<counts>adv\w*|dec\w*)|"
    rf"(?P<before>adv\w*|dec\w*) (?:of|on|for) day (?P<number>\d{{1,2}}|{'|'.join(_DAYS)}))\W*(?:(?:to|is|was|were|are|at|should be|=)\W*)*$"
)


def change_counts(draft: Draft, previous: CalculationRequest) -> None:
    """'make day two's declines 1,480' changes the count of one day."""
    for quantity in draft.free("number"):
        match = _OF_A_DAY.search(draft.text[: quantity.start])
        if match is None:
            continue
        told, day = match["counts"] or match["before"], match["day"] or match["number"]
        name = "advances" if told.startswith("adv") else "declines"
        counts = previous.inputs.get(name)
        place = _DAYS.index(day) if day in _DAYS else int(day) - 1
        if isinstance(counts, list) and 0 <= place < len(counts):
            draft.take(name, quantity, [*counts[:place], quantity.number, *counts[place + 1 :]])
            draft.use(*(q for q in draft.free("number") if match.start() <= q.start < quantity.start))
            draft.spans.append((match.start(), quantity.end))
            return
