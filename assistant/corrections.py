"""Numbers that a question takes back in the same breath: '18k, no wait, make that 16k' is read as '16k'."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.patterns import Pattern
from assistant.quantities import Quantity, read_quantities
from assistant.spelling import Spelled

_STRONG = r"(?:no\s*,?\s*wait|wait\s*,?\s*no|no\s+sorry|sorry|scratch that|strike that|correction|i mean|i meant|oops|my bad|no\s*,|make (?:that|it)|(?<=[,.–—-] )no)"
_WEAK = r"(?:wait|typo|actually|rather|um+|er+|hm+|make (?:that|it)|it's|its|it is|that's|that is|should be|i mean|say|no|is|,|\.|-|–)"
# What stands between a number and the one that takes its place; words of the first number may follow it.
_BETWEEN = Pattern(rf"(?P<own>[^;?!]*?\??)(?P<mark>[\s,.–—(-]*\b{_STRONG}(?:[\s,.:–—-]+{_WEAK})*[\s,.:–—-]*)")
_MOST_OWN_WORDS = 4
_MOST_TIMES = 3
_FAR = 5.0
# A unit that only the second number has is that of both, where they are of one size: 'had 35 in futures, no, make that 30 pct'.
_WITH_A_UNIT, _ALIKE = frozenset({"fraction", "bp", "days", "count"}), 2.5
_SAME_KIND = frozenset({"number", "usd", "points", "count", "days", "strike"})
_DIGITS = re.compile(r"\d[\d.,]*\d|\d")


def corrected(repaired: Spelled) -> tuple[Spelled, list[Quantity]]:
    """A text with each number that is taken back replaced by the one that is meant, and its quantities; places stay those of the text as typed."""
    found = read_quantities(repaired.text)
    for _ in range(_MOST_TIMES):
        changed = _once(repaired, found)
        if changed is None:
            break
        repaired = changed
        found = read_quantities(repaired.text)
    return repaired, found


def _once(repaired: Spelled, found: Sequence[Quantity]) -> Spelled | None:
    """The text with its first correction made; None when there is none."""
    for place, meant in enumerate(found[1:], 1):
        before = found[place - 1]
        match = _BETWEEN.fullmatch(repaired.text[before.end : meant.start].lower())
        if match is None or len(match["own"].split()) > _MOST_OWN_WORDS:
            continue
        old = next((quantity for quantity in reversed(found[:place]) if _takes_the_place(meant, quantity)), None)
        if old is not None:
            return _replaced(repaired, old, meant, before.end + match.end("own"))
    return None


def _takes_the_place(meant: Quantity, old: Quantity) -> bool:
    """Whether one number can be what is meant instead of another: of one unit, or without one and near it."""
    if meant.unit == old.unit and meant.unit in ("date", "month", "series", "pair"):
        return True
    if not (isinstance(meant.value, float) and isinstance(old.value, float)) or old.low is not None or meant.low is not None:
        return False
    kinds = meant.unit == "number" or (old.unit == "number" and meant.unit in ("usd", "points")) or {meant.unit, old.unit} == {"usd", "points"}
    if old.unit == "number" and meant.unit in _WITH_A_UNIT:
        return _are_alike(old.number, _as_written(meant))
    if meant.unit == "number" and old.unit == "fraction":
        return _are_alike(meant.number, _as_written(old))
    near = 0 < abs(meant.number) <= _FAR * abs(old.number) and abs(old.number) <= _FAR * abs(meant.number)
    plain = {meant.unit, old.unit} <= _SAME_KIND
    return near and (meant.unit == old.unit or (kinds and plain))


def _as_written(quantity: Quantity) -> float:
    """The digits of a number: 35 for '35 %'."""
    return quantity.number * 100 if quantity.unit == "fraction" else quantity.number


def _are_alike(first: float, second: float) -> bool:
    return 0 < abs(first) <= _ALIKE * abs(second) and abs(second) <= _ALIKE * abs(first)


def _replaced(repaired: Spelled, old: Quantity, meant: Quantity, cut: int) -> Spelled | None:
    """The text with the meant number, in the old one's unit where it has none, in the old one's place, and not repeated behind."""
    text, origin = repaired.text, repaired.origin
    before, behind = "", ""
    if meant.unit == "number" and old.unit != "number":
        digits = _DIGITS.search(old.text)
        if digits is None:
            return None
        before, behind = old.text[: digits.start()], old.text[digits.end() :]
    # The old one's unit counts as a part of the number that takes its place.
    own = (*(origin[meant.start],) * len(before), *origin[meant.start : meant.end], *(origin[meant.end - 1],) * len(behind))
    pieces = [text[: old.start], before, text[meant.start : meant.end], behind, text[old.end : cut], text[meant.end :]]
    return Spelled("".join(pieces), (*origin[: old.start], *own, *origin[old.end : cut], *origin[meant.end :]))
