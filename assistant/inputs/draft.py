"""A calculation being read from a question: what was found, what is left, what has to be asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.inputs.slots import Slot, value_for
from assistant.patterns import Pattern
from assistant.quantities import Quantity, Unit

FILLERS = (
    r"(?:\s|=|:|\||@|->|\b(?:is|at|of|the|a|an|about|around|total|in|are|was|were|be|comes?|came|to|out|usd|my|our|own|now|currently|just|only|set|"
    r"equals?|given|ie|today|stands?|sits?|costing|quoted|trading|trades|year|yearly|annual)\b|\bi\.e\.)*"
)
CLAUSE = Pattern(r"[;?!()]|,(?!\d)|(?<!i\.e)(?<!e\.g)(?<!\bvs)\.(?:\s|$)|\s(?:and|then|but|so|while)\s|\s--?\s")


@dataclass(frozen=True, slots=True)
class Asked:
    """Something that must be asked before a number can be computed: for which input, in which unit, in which words; `suggested` is what 'yes' would mean."""

    name: str
    unit: str
    prompt: str
    suggested: float | None = None


@dataclass(slots=True)
class Draft:
    """Inputs by path with the quantity each is from.

    `text` is the question in lower case with its spelling repaired, `quantities` all that it holds; `as_of` is the day of the
    question, ISO; `percents` are the inputs that the calculation before had as percentages, whose sign a follow-up may leave out.
    `wanted` are inputs that the words ask for though the model holds them to be optional.
    `spans` are stretches whose effect is understood, which no word of caution may be taken from.
    """

    text: str
    quantities: tuple[Quantity, ...]
    slots: tuple[Slot, ...]
    as_of: str | None = None
    follow_up: bool = False
    inputs: dict[str, Any] = field(default_factory=dict)
    origin: dict[str, Quantity] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)
    asked: list[Asked] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    percents: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()
    wanted: frozenset[str] = frozenset()

    def free(self, *units: Unit) -> list[Quantity]:
        """Quantities without a place, in order; of some units only."""
        return [q for q in self.quantities if q.start not in self.used and q.unit != "name" and (not units or q.unit in units)]

    def take(self, name: str, quantity: Quantity, value: Any = None) -> None:
        """Give a quantity to an input; `value` where it is not the quantity's own."""
        slot = self.slot(name)
        given = value if value is not None else quantity.value if slot is None else value_for(quantity, slot)
        if slot is not None and slot.whole and isinstance(given, float) and given.is_integer():
            given = int(given)
        self.inputs[name] = given
        self.origin[name] = quantity
        self.used.add(quantity.start)

    def use(self, *quantities: Quantity) -> None:
        """Mark quantities as understood."""
        self.used.update(quantity.start for quantity in quantities)

    def slot(self, name: str) -> Slot | None:
        """The input of a path, None for one that no single value fills."""
        return next((slot for slot in self.slots if slot.name == name), None)

    def ask(self, name: str, unit: str, prompt: str, suggested: float | None = None) -> None:
        """Note a question; one an input is enough."""
        if all(asked.name != name for asked in self.asked):
            self.asked.append(Asked(name, unit, prompt, suggested))

    def left(self, quantity: Quantity) -> str:
        """The words before a quantity, back to the quantity before it."""
        ends = [q.end for q in self.quantities if q.end <= quantity.start and q.unit != "name"]
        return self.text[max(ends, default=0) : quantity.start]

    def right(self, quantity: Quantity) -> str:
        """The words after a quantity, up to the next one."""
        starts = [q.start for q in self.quantities if q.start >= quantity.end and q.unit != "name"]
        return self.text[quantity.end : min(starts, default=len(self.text))]

    def numbers_a_day(self, quantity: Quantity) -> bool:
        """Whether a quantity stands behind the word 'day' as its number: 'day 90'."""
        return re.search(r"\bday\s*$", self.left(quantity)) is not None

    def left_clause(self, quantity: Quantity) -> str:
        """The words before a quantity in its clause."""
        return CLAUSE.split(self.left(quantity))[-1]

    def right_clause(self, quantity: Quantity) -> str:
        """The words after a quantity in its clause."""
        return CLAUSE.split(self.right(quantity))[0]

    def starting(self, place: int) -> Quantity | None:
        """The unused quantity that begins at a place."""
        return next((q for q in self.free() if q.start == place), None)

    def after(self, pattern: str, *units: Unit) -> Quantity | None:
        """The first unused quantity right after words of a pattern."""
        for quantity in self.free(*units):
            if re.search(rf"(?:{pattern}){FILLERS}$", self.left(quantity)):
                return quantity
        return None

    def before(self, pattern: str, *units: Unit) -> Quantity | None:
        """The first unused quantity right before words of a pattern."""
        for quantity in self.free(*units):
            if re.match(rf"{FILLERS}(?:{pattern})", self.right(quantity)):
                return quantity
        return None

    def says(self, pattern: str) -> bool:
        """Whether words of a pattern occur; their stretch counts as understood."""
        found = re.search(pattern, self.text)
        if found:
            self.spans.append(found.span())
        return found is not None


def between(quantities: Sequence[Quantity], start: int, end: int) -> list[Quantity]:
    """The quantities inside a stretch of the text."""
    return [quantity for quantity in quantities if start <= quantity.start < end]
