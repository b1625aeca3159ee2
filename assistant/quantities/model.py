"""What a quantity is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Unit = Literal[
    "usd",  # US dollars
    "fraction",  # 0.25 for 25 %
    "bp",  # basis points
    "vol",  # a volatility in words: 0.90 for "90 vol"
    "days",  # calendar days
    "trading_days",
    "count",  # lots, contracts, condors
    "multiple",  # "10x", "2x": a count or a leverage
    "points",  # index points
    "vol_points",  # a change of volatility, 0.10 for ten points
    "strike",  # a strike with its right in `note`: "6300C"
    "sigma",  # standard deviations
    "ordinal",  # "10th"
    "series",  # three or more numbers in a row
    "pair",  # two numbers as a quote: "1.05-1.15"
    "date",
    "day",  # a date without its year, "06-17"
    "month",
    "name",  # a name that holds digits: "M1", "black 76", "layer 2"
    "number",
    "unclear",  # more than one reading, or a unit that nothing here takes
]
Value = float | tuple[float, ...] | str


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity in text[start:end], its value in `unit`.

    `low` is set for a range, whose upper end is `value`. `signed`: a plus or minus stands before it. `note` tells what
    the words around the number add: `per_contract`, `per_month`, `call`, `put`, `slash` (how a series is written), `part`
    (a spelled part such as half).
    """

    text: str
    start: int
    end: int
    unit: Unit
    value: Value
    low: float | None = None
    signed: bool = False
    note: str = ""

    @property
    def number(self) -> float:
        """The value of a quantity that is one number; 0 for others, which no caller asks for."""
        return self.value if isinstance(self.value, float) else 0.0

    @property
    def numbers(self) -> tuple[float, ...]:
        """The values of a series or pair; empty for others."""
        return self.value if isinstance(self.value, tuple) else ()
