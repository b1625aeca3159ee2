"""The numbers behind a chart as rows of text, and a table of signed numbers as lines."""

from __future__ import annotations

from collections.abc import Sequence

from rules.charts.models import Axis, BarChart, Chart, LineChart, SignedTable
from rules.reports.report import in_words, named_axis, percent, plain_number, signed_number

Rows = list[list[str]]


def listed(chart: Chart) -> Rows:
    """The numbers of a chart, the heading first: a row for each listed x of lines, each bar, or each row of a table."""
    if isinstance(chart, LineChart):
        places = [place for place in chart.listed if any(line.at(place) is not None for line in chart.lines)]
        return [
            [named_axis(chart.x.label, chart.x.unit), *(line.name for line in chart.lines)],
            *([number(place, chart.x), *(number(line.at(place), chart.y) for line in chart.lines)] for place in places),
        ]
    if isinstance(chart, BarChart):
        heading = ["part", named_axis(chart.y.label, chart.y.unit), "least", "most", "what"]
        return [
            heading,
            *([bar.label, number(bar.value, chart.y), number(bar.low, chart.y), number(bar.high, chart.y), bar.words] for bar in chart.bars),
        ]
    heading = [f"{chart.rows.label} \\ {chart.columns.label}", *(plain_number(value) for value in chart.column_values)]
    return [
        heading,
        *([plain_number(row), *(signed_number(cell) for cell in cells)] for row, cells in zip(chart.row_values, chart.cells, strict=True)),
    ]


def number(value: float | None, axis: Axis) -> str:
    """A value on an axis, without the unit that the axis names."""
    if value is None:
        return "-"
    if axis.unit == "fraction":
        return percent(value)
    return signed_number(value) if axis.unit == "usd" else plain_number(value)


def table_lines(table: SignedTable, ascii_only: bool = False) -> list[str]:
    """A table as lines of one width: numbers with their signs, the zero contour as strokes between cells of different sign."""
    upright, level = ("|", "-") if ascii_only else ("│", "─")
    heading, *rows = listed(table)
    widths = [max(len(row[place]) for row in [heading, *rows]) for place in range(len(heading))]
    lines = [_line(heading, widths, [" "] * len(heading))]
    for place, row in enumerate(rows):
        strokes = [" ", *(upright if table.crossed_right(place, column) else " " for column in range(len(row) - 1))]
        lines.append(_line(row, widths, strokes))
        below = [table.crossed_below(place, column) for column in range(len(row) - 1)]
        if any(below):
            lines.append(
                _line(["", *(level * width if crossed else "" for crossed, width in zip(below, widths[1:], strict=True))], widths, [" "] * len(row))
            )
    return lines


def _line(cells: Sequence[str], widths: Sequence[int], strokes: Sequence[str]) -> str:
    return "".join(f"{cell:>{width}}{stroke} " for cell, width, stroke in zip(cells, widths, strokes, strict=True)).rstrip()


def bar_words(chart: BarChart) -> list[str]:
    """Each bar against its band in a sentence."""
    found = []
    for bar in chart.bars:
        edges = [
            f"at least {in_words(bar.low, chart.y.unit)}" if bar.low is not None else "",
            f"at most {in_words(bar.high, chart.y.unit)}" if bar.high is not None else "",
        ]
        found.append(f"{bar.label}: {in_words(bar.value, chart.y.unit)}, {' and '.join(edge for edge in edges if edge)}")
    return found
