"""Charts as lines of text: the legend in words, bars against their bands, and the numbers behind, for a given width."""

from __future__ import annotations

import math
from collections.abc import Sequence
from textwrap import wrap

from rules.charts.listing import listed, number, table_lines
from rules.charts.models import BarChart, Chart, LineChart, SignedTable
from rules.reports.report import named_axis, plain_number

# Distinct without colour, and of one column in every terminal.
MARKS = "●×+◦▲#*"
ASCII_MARKS = "ox+.^#*"
# Of a middle brightness, to be seen on dark and on light; the first is the theme's own.
COLORS: tuple[tuple[int, int, int] | None, ...] = (None, (224, 134, 0), (66, 150, 214), (0, 160, 118), (205, 112, 168), (213, 94, 0), (140, 140, 140))
BARS, ASCII_BARS = "░", ":"
CIRCLE, ASCII_CIRCLE = "◎", "@"
GAP = "  "
MOST_ROWS = 15  # of a table of signed numbers


def mark_of(chart: LineChart, place: int, ascii_only: bool) -> str:
    """The mark that a line is drawn with."""
    if chart.lines[place].drawn == "bars":
        return ASCII_BARS if ascii_only else BARS
    marks = ASCII_MARKS if ascii_only else MARKS
    return marks[place % len(marks)]


def color_of(place: int) -> tuple[int, int, int] | str:
    """The colour of a line as plotext takes it."""
    color = COLORS[place % len(COLORS)]
    return "default" if color is None else color


def legend_lines(chart: LineChart, ascii_only: bool) -> list[str]:
    """What each mark stands for, line by line; then the levels that are drawn, what is circled, and what the axes measure."""
    found = [f"{mark_of(chart, place, ascii_only)} {line.name}" for place, line in enumerate(chart.lines)]
    upright, level = ("|", "-") if ascii_only else ("│", "─")
    found += [f"{upright if mark.direction == 'vertical' else level} {mark.label}" for mark in chart.marks if mark.label != "0"]
    if chart.markers:
        words = [marker.label for marker in chart.markers if marker.label]
        found.append(f"{ASCII_CIRCLE if ascii_only else CIRCLE} {'; '.join(words) if words else 'see below'}")
    return [*found, f"Up: {named_axis(chart.y.label, chart.y.unit)}. Across: {named_axis(chart.x.label, chart.x.unit)}."]


def number_lines(chart: Chart, width: int, ascii_only: bool) -> list[str]:
    """The numbers behind a chart in lines of at most `width` where they can be; columns that do not fit stand below."""
    if isinstance(chart, SignedTable):
        return table_lines(fitted(chart, width), ascii_only)
    if isinstance(chart, BarChart):
        return bar_lines(chart, width, ascii_only)
    heading, *rows = listed(chart)
    names = [chart.x.label.split(",")[0], *(mark_of(chart, place, ascii_only) for place in range(len(chart.lines)))]
    return _in_blocks([names, *rows], width) if len(heading) > 1 else []


def _in_blocks(rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """Rows as right-aligned columns; the first column is repeated in each block of columns that fit."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines: list[str] = []
    column = 1
    while column < len(widths):
        upto, used = column, widths[0]
        while upto < len(widths) and (upto == column or used + len(GAP) + widths[upto] <= width):
            used += len(GAP) + widths[upto]
            upto += 1
        shown = [0, *range(column, upto)]
        lines += [*([""] if lines else []), *(GAP.join(f"{row[place]:>{widths[place]}}" for place in shown) for row in rows)]
        column = upto
    return lines


def fitted(table: SignedTable, width: int) -> SignedTable:
    """The table with as many columns as fit into `width`, two at the least."""
    for columns in range(len(table.column_values), 2, -1):
        thinned = table.thinned(columns, MOST_ROWS)
        if max(len(line) for line in table_lines(thinned)) <= width:
            return thinned
    return table.thinned(2, MOST_ROWS)


def bar_lines(chart: BarChart, width: int, ascii_only: bool) -> list[str]:
    """Each part as a bar, an upright stroke at the edges of its band, and its numbers in words."""
    full, empty, edge = ("#", ".", "|") if ascii_only else ("█", "·", "┃")
    most = max([bar.value for bar in chart.bars] + [bar.high for bar in chart.bars if bar.high is not None] + [1e-9])
    label = max(len(bar.label) for bar in chart.bars)
    cells = max(min(width - label - 3, 60), 10)
    lines = [*wrap(f"{named_axis(chart.y.label, chart.y.unit)}; {edge} an edge of what a part may take", max(width, 20)), ""]
    for bar in chart.bars:
        strokes = [full if (cell + 0.5) / cells * most <= bar.value else empty for cell in range(cells)]
        for limit in (bar.low, bar.high):
            if limit is not None and limit > 0:
                strokes[min(round(limit / most * cells), cells - 1)] = edge
        limits = [f"{word} {number(limit, chart.y)}" for word, limit in (("least", bar.low), ("most", bar.high)) if limit is not None]
        words = [", ".join([number(bar.value, chart.y), *limits]), bar.words]
        beside = [line for text in words for line in wrap(text, cells)]
        lines += [f"{bar.label:<{label}}{GAP}{''.join(strokes)}", *(f"{'':<{label}}{GAP}{line}" for line in beside)]
    return lines


def tick_values(low: float, high: float, most: int) -> list[float]:
    """Multiples of a round number between two values: as many as there are up to `most`."""
    if not high > low:
        return [low]
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    for factor in (1, 2, 5, 10, 20, 50):
        step = power * factor
        first, last = math.ceil(low / step), math.floor(high / step)
        if last - first + 1 <= most:
            break
    return [round(count * step, 10) for count in range(first, last + 1)]


def tick_labels(chart: LineChart, values: Sequence[float], direction: str) -> list[str]:
    """Ticks as text: x or y."""
    axis = chart.x if direction == "x" else chart.y
    return [plain_number(value) if axis.unit == "" else number(value, axis) for value in values]
