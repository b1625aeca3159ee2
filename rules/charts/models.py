"""What a chart is: lines, bars or a table of signed numbers, with everything that has to be read beside them in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

Point = tuple[float, float]
Direction = Literal["vertical", "horizontal"]


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis measures, in words, and its unit as `rules.reports.report` knows it."""

    label: str
    unit: str


@dataclass(frozen=True, slots=True)
class Line:
    """Points from left to right under a name; `bars` are drawn as bars from 0, not joined."""

    name: str
    points: tuple[Point, ...]
    drawn: Literal["line", "bars"] = "line"

    def at(self, x: float) -> float | None:
        """The value at one of its own points, None at any other x: nothing is interpolated."""
        return next((value for place, value in self.points if place == x), None)


@dataclass(frozen=True, slots=True)
class Marker:
    """A point to be marked, with what it says; an empty label is marked without words."""

    label: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A level across the whole chart: `vertical` at a value of x, `horizontal` at a value of y."""

    direction: Direction
    at: float
    label: str


@dataclass(frozen=True, slots=True)
class LineChart:
    """Lines over one axis. `listed` are the values of x at which the numbers of every line are worth reading."""

    id: str
    title: str
    x: Axis
    y: Axis
    lines: tuple[Line, ...]
    markers: tuple[Marker, ...] = ()
    marks: tuple[Mark, ...] = ()
    listed: tuple[float, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """One amount against the band it has to lie in; None: no lower or upper edge. `words` say more of it."""

    label: str
    value: float
    low: float | None
    high: float | None
    words: str = ""


@dataclass(frozen=True, slots=True)
class BarChart:
    """Amounts side by side, each against its own band."""

    id: str
    title: str
    y: Axis
    bars: tuple[Bar, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SignedTable:
    """Numbers with their sign over two axes, `cells[row][column]`; the zero contour runs between cells of different sign."""

    id: str
    title: str
    columns: Axis
    rows: Axis
    unit: str
    column_values: tuple[float, ...]
    row_values: tuple[float, ...]
    cells: tuple[tuple[float, ...], ...]
    notes: tuple[str, ...] = ()

    def crossed_right(self, row: int, column: int) -> bool:
        """Whether the zero contour runs between a cell and the one to its right."""
        cells = self.cells[row]
        return column + 1 < len(cells) and (cells[column] >= 0) != (cells[column + 1] >= 0)

    def crossed_below(self, row: int, column: int) -> bool:
        """Whether the zero contour runs between a cell and the one below it."""
        return row + 1 < len(self.cells) and (self.cells[row][column] >= 0) != (self.cells[row + 1][column] >= 0)

    def thinned(self, columns: int, rows: int) -> SignedTable:
        """The same table with at most so many columns and rows, evenly chosen: the first, the last, and of an odd number the middle."""
        across, down = _chosen(len(self.column_values), columns), _chosen(len(self.row_values), rows)
        return replace(
            self,
            column_values=tuple(self.column_values[place] for place in across),
            row_values=tuple(self.row_values[place] for place in down),
            cells=tuple(tuple(self.cells[row][column] for column in across) for row in down),
        )


Chart = LineChart | BarChart | SignedTable


def _chosen(count: int, most: int) -> Sequence[int]:
    """Places spread evenly to both sides of the middle one, which is kept: of an odd count an odd number is chosen."""
    if count <= most:
        return range(count)
    if count % 2 == 0 or most < 3:
        return sorted({round(place * (count - 1) / max(most - 1, 1)) for place in range(most)})
    middle, sides = count // 2, (most - 1) // 2
    offsets = [int(middle * place / sides + 0.5) for place in range(1, sides + 1)]
    return [*(middle - offset for offset in reversed(offsets)), middle, *(middle + offset for offset in offsets)]


def zero_crossings(line: Line) -> list[float]:
    """Where the straight pieces of a line cross 0, from left to right."""
    found = []
    for (x0, y0), (x1, y1) in pairwise(line.points):
        if (y0 >= 0) != (y1 >= 0):
            found.append(x0 + (x1 - x0) * y0 / (y0 - y1))
    return found
