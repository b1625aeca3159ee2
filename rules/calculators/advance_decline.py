"""The advance-decline line of a market, and whether it is weak."""

from __future__ import annotations

from rules.fields import Frozen
from rules.ledger import Ledger
from rules.signals.breadth import BreadthRules, read_breadth
from rules.signals.recorded import record_breadth
from rules.signals.series import BreadthSeries

NAME = "advance-decline"
DESCRIPTION = "Running sum of advancing less declining issues, its average, and weakness: below the average, or diverging from the index."
SYNONYMS = ("advance-decline", "advance decline", "a/d line", "breadth")
SOURCES = ("activation-signals",)
EXAMPLE = {"advances": [1510, 1320, 2040], "declines": [1290, 1580, 760]}

Input = BreadthSeries


class Result(Frozen):
    """The line of the last day in issues, from 0 before the first.

    `average`, `weak` and `divergence` are null where days or the index's closes are too few; `reason` says which.
    """

    line: float
    average: float | None
    weak: bool | None
    divergence: bool | None
    reason: str


def calculate(inputs: BreadthSeries, ledger: Ledger) -> Result:
    """See `rules.signals.breadth.read_breadth`."""
    found = record_breadth(inputs, len(inputs.advances), ledger)
    read = read_breadth(found, BreadthRules.read(ledger), ledger)
    return Result(line=read.line, average=read.average, weak=read.weak, divergence=read.diverging, reason=read.reason)
