"""What a sentence can give as a value, and when two values are the same one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Set
from dataclasses import dataclass
from typing import Literal

from knowledge.words import stems

Kind = Literal["share", "money", "days", "delta", "level", "words", "expansion", "definition"]
Range = tuple[float, float]
_TOLERANCE = 1e-9
_DELTAS_OF: dict[str, Range] = {"out of the money": (0.0, 0.45), "at the money": (0.45, 0.55), "in the money": (0.55, 1.0)}


@dataclass(frozen=True, slots=True)
class Value:
    """Numbers as ranges (low, high), a single number as an equal pair, in the unit of the kind; or names, sorted.

    share: fractions, of `base` (empty when it is not said). money: USD, for `base`. days: calendar days. delta: a fraction of 1, or a name
    for the strike's place. level: a reading of an index. words: names from a list.
    expansion: what an abbreviation stands for. definition: what something is said to be, where no name of a list is.
    """

    kind: Kind
    ranges: tuple[Range, ...] = ()
    names: tuple[str, ...] = ()
    base: str = ""

    @property
    def text(self) -> str:
        """The value in words, the same for all ways to write it."""
        if self.names:
            return " and ".join(self.names)
        numbers = "/".join(_range_text(part, 100.0 if self.kind == "share" else 1.0) for part in self.ranges)
        after = f" of {self.base}" if self.base and self.kind == "share" else f" for a {self.base}" if self.base else ""
        shown = {
            "share": f"{numbers}%",
            "money": f"${numbers}",
            "days": f"{numbers} {'day' if numbers == '1' else 'days'}",
            "delta": f"{numbers} delta",
        }
        return shown.get(self.kind, numbers) + after

    def agrees_with(self, other: Value) -> bool:
        """Whether the two can both hold: the same numbers of the same base, or one a part of the other."""
        if self.kind != other.kind:
            return False
        if self.kind == "delta" and bool(self.names) != bool(other.names):
            named, given = (self, other) if self.names else (other, self)
            return all(any(_within(part, _DELTAS_OF[name]) for name in named.names) for part in given.ranges)
        if self.kind == "definition":
            one, another = (stems(" ".join(value.names)) for value in (self, other))
            return 2 * len(one & another) >= min(len(one), len(another))
        if self.names or other.names:
            return _one_holds_other(set(self.names), set(other.names))
        same_base = not self.base or not other.base or self.base == other.base
        return same_base and _one_holds_other(_rounded(self.ranges), _rounded(other.ranges))


def _range_text(part: Range, scale: float) -> str:
    low, high = part[0] * scale, part[1] * scale
    if math.isinf(high):
        return f"{low:.10g}+"
    return f"{low:.10g}" if math.isclose(low, high, rel_tol=_TOLERANCE) else f"{low:.10g}-{high:.10g}"


def _rounded(ranges: Iterable[Range]) -> set[Range]:
    return {(round(low, 9), high if math.isinf(high) else round(high, 9)) for low, high in ranges}


def _one_holds_other(one: Set[object], other: Set[object]) -> bool:
    return one <= other or other <= one


def _within(part: Range, whole: Range) -> bool:
    return whole[0] - _TOLERANCE <= part[0] and part[1] <= whole[1] + _TOLERANCE
