"""Cash flows as lists: amounts in one row and their days in another, or as pairs of day and amount."""

from __future__ import annotations

import re
from itertools import pairwise

from assistant.inputs.draft import Draft
from assistant.patterns import Pattern
from assistant.quantities import Quantity

_NUMBER = r"[-+−]?\$?[-+−]?\d[\d.]*(?:,\d{3})*(?:\.\d+)?\s?k?"
_PAIR = Pattern(rf"[(\[]\s*(?:day\s+)?({_NUMBER})\s*[,;:/]\s*({_NUMBER})\s*[)\]]")


def read_listed(draft: Draft) -> bool:
    """'-20k, 5k, 8k at days 0, 30, 60' and '(0, -15000), (30, 5000)'; pairs tell by their signs and by their order which number is the day."""
    return _read_two_rows(draft) or _read_pairs(draft)


def _read_two_rows(draft: Draft) -> bool:
    rows = draft.free("series")
    if len(rows) != 2 or len(rows[0].numbers) != len(rows[1].numbers) or draft.free() != rows:
        return False
    days = [row for row in rows if row.note == "days" or re.search(r"\bdays?\W*(?:(?:of|on|at|are)\W*)*$", draft.left(row))]
    if len(days) != 1 or not _are_days(days[0].numbers):
        return False
    amounts = rows[1] if rows[0] is days[0] else rows[0]
    if not amounts.signed:
        return False
    _give(draft, list(zip(days[0].numbers, amounts.numbers, strict=True)), rows)
    return True


def _read_pairs(draft: Draft) -> bool:
    found: list[tuple[float, float]] = []
    used: list[Quantity] = []
    for match in _PAIR.finditer(draft.text):
        inside = [quantity for quantity in draft.free() if match.start() < quantity.start < match.end()]
        values = [number for quantity in inside for number in (quantity.numbers or (quantity.number,))]
        if len(values) != len(match.groups()):
            return False
        found.append((values[0], values[1]))
        used += inside
    firsts, seconds = tuple(first for first, _ in found), tuple(second for _, second in found)
    day_first, day_last = _are_days(firsts) and min(seconds, default=0) < 0, _are_days(seconds) and min(firsts, default=0) < 0
    if len(found) < 2 or day_first == day_last or draft.free() != used:
        return False
    _give(draft, found if day_first else list(zip(seconds, firsts, strict=True)), used)
    return True


def _are_days(numbers: tuple[float, ...]) -> bool:
    return bool(numbers) and numbers[0] >= 0 and all(earlier < later for earlier, later in pairwise(numbers)) and all(n.is_integer() for n in numbers)


def _give(draft: Draft, flows: list[tuple[float, float]], used: list[Quantity]) -> None:
    draft.inputs["cash_flows_usd"] = [{"day": day, "amount": amount} for day, amount in flows]
    for quantity in used:
        draft.origin[f"cash_flows_usd.{quantity.start}"] = quantity
    draft.use(*used)
