"""Draws one chart on matplotlib's axes so that it can be read without colour: styles of lines, marks on them, names at their ends."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from typing import Any

from rules.charts.listing import listed, number
from rules.charts.models import Axis, BarChart, Chart, Line, LineChart, SignedTable
from rules.reports.report import named_axis

# Colours that the colour-blind tell apart (Okabe and Ito); style and mark alone tell the lines apart too.
STYLES: tuple[tuple[Any, str, str], ...] = (
    ("-", "o", "#000000"),
    ("--", "s", "#0072B2"),
    (":", "^", "#D55E00"),
    ("-.", "D", "#009E73"),
    ((0, (3, 1, 1, 1, 1, 1)), "v", "#CC79A7"),
    ((0, (8, 2)), "P", "#56B4E9"),
    ((0, (1, 2)), "X", "#555555"),
)
PAPER = {"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.85}
LABEL_GAP = 0.075  # of the height of the axes
MOST_COLUMNS, MOST_ROWS = 11, 15


def draw(axes: Any, chart: Chart) -> None:
    """Draw a chart of any kind."""
    if isinstance(chart, LineChart):
        _draw_lines(axes, chart)
    elif isinstance(chart, BarChart):
        _draw_bars(axes, chart)
    else:
        _draw_table(axes, chart.thinned(MOST_COLUMNS, MOST_ROWS))


def _draw_lines(axes: Any, chart: LineChart) -> None:
    for place, (line, (style, mark, colour)) in enumerate(zip(chart.lines, cycle(STYLES), strict=False)):
        across, up = [point[0] for point in line.points], [point[1] for point in line.points]
        if line.drawn == "bars":
            axes.bar(across, up, width=0.8, color="none", edgecolor=colour, linewidth=0.8, hatch="////")
        else:
            every = max(len(across) // 12, 1)
            axes.plot(across, up, linestyle=style, marker=mark, markevery=(place * every // 7, every), markersize=4, color=colour, linewidth=1.5)
    _scale(axes, chart)
    _draw_marks(axes, chart)
    _draw_markers(axes, chart)
    _name_at_ends(axes, chart.lines)


def _draw_markers(axes: Any, chart: LineChart) -> None:
    """Circles, their labels above and below in turn, so that neighbours do not overlap."""
    ordered = sorted(chart.markers, key=lambda item: item.x)
    for marker in ordered:
        axes.plot([marker.x], [marker.y], marker="o", markersize=7, markerfacecolor="white", markeredgecolor="black", linestyle="none", zorder=5)
    for place, marker in enumerate(marker for marker in ordered if marker.label):
        offset, side = ((0, 9), "bottom") if place % 2 == 0 else ((0, -9), "top")
        axes.annotate(marker.label, (marker.x, marker.y), offset, textcoords="offset points", ha="center", va=side, fontsize=8, bbox=PAPER, zorder=6)


def _draw_marks(axes: Any, chart: LineChart) -> None:
    for mark in chart.marks:
        if mark.direction == "horizontal":
            axes.axhline(mark.at, color="#777777", linewidth=0.9)
            if mark.label != "0":
                axes.text(0.99, mark.at, mark.label, transform=axes.get_yaxis_transform(), ha="right", va="bottom", fontsize=8, bbox=PAPER)
        else:
            axes.axvline(mark.at, color="#777777", linewidth=0.9, linestyle=(0, (5, 3)))
            axes.text(mark.at, 1.0, f" {mark.label}", transform=axes.get_xaxis_transform(), va="bottom", ha="center", fontsize=8)


def _scale(axes: Any, chart: LineChart) -> None:
    from matplotlib.ticker import FuncFormatter

    axes.margins(x=0.0 if len(chart.lines[0].points) > 20 else 0.05, y=0.08)
    axes.set_xlabel(named_axis(chart.x.label, chart.x.unit))
    axes.set_ylabel(named_axis(chart.y.label, chart.y.unit))
    for axis, what in ((axes.xaxis, chart.x), (axes.yaxis, chart.y)):
        axis.set_major_formatter(FuncFormatter(_formatted(what)))
    axes.grid(True, linewidth=0.3, color="#cccccc")
    axes.set_axisbelow(True)


def _formatted(axis: Axis) -> Any:
    return lambda value, _place: number(round(float(value), 10), axis)


def _name_at_ends(axes: Any, lines: Sequence[Line]) -> None:
    """Names right of the axes, each tied to the end of its line, moved apart where they would overlap."""
    axes.figure.canvas.draw()
    low, high = axes.get_ylim()
    ends = sorted(((line.points[-1][1] - low) / (high - low), place) for place, line in enumerate(lines) if line.points)
    heights = spread([height for height, _ in ends], LABEL_GAP)
    for height, (_, place) in zip(heights, ends, strict=True):
        line, (_, _, colour) = lines[place], STYLES[place % len(STYLES)]
        axes.annotate(
            line.name,
            line.points[-1],
            xytext=(1.03, height),
            textcoords="axes fraction",
            va="center",
            fontsize=8.5,
            color=colour,
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "linewidth": 0.6, "color": colour},
        )


def spread(heights: Sequence[float], gap: float) -> list[float]:
    """Ascending heights moved apart until each is at least `gap` above the one before, their middle kept."""
    found: list[float] = []
    for height in heights:
        found.append(height if not found else max(height, found[-1] + gap))
    shift = sum(after - before for after, before in zip(found, heights, strict=True)) / len(found) if found else 0.0
    return [height - shift for height in found]


def _draw_bars(axes: Any, chart: BarChart) -> None:
    from matplotlib.ticker import FuncFormatter

    for place, bar in enumerate(chart.bars):
        axes.bar([place], [bar.value], width=0.55, facecolor="#eeeeee", edgecolor="black", hatch="//")
        axes.text(place, bar.value / 2, number(bar.value, chart.y), ha="center", va="center", fontsize=9, weight="bold", bbox=PAPER, zorder=4)
        for edge, word, style in ((bar.low, "least", ":"), (bar.high, "most", "--")):
            if edge is not None and edge > 0:
                axes.hlines(edge, place - 0.4, place + 0.4, colors="black", linestyles=style, linewidth=1.6)
                axes.text(place + 0.4, edge, f"{word} {number(edge, chart.y)}", ha="right", va="bottom", fontsize=7.5, zorder=5)
    axes.set_xlim(-0.6, len(chart.bars) - 0.4)
    axes.set_xticks(range(len(chart.bars)), [_wrapped(f"{bar.label}\n{bar.words}") for bar in chart.bars], fontsize=8)
    axes.yaxis.set_major_formatter(FuncFormatter(_formatted(chart.y)))
    axes.set_ylabel(named_axis(chart.y.label, chart.y.unit))
    axes.margins(y=0.15)


def _wrapped(text: str) -> str:
    from textwrap import fill

    return "\n".join(fill(line, 16) for line in text.split("\n"))


def _draw_table(axes: Any, table: SignedTable) -> None:
    """Numbers in cells; the zero contour is the thick line between them."""
    heading, *rows = listed(table)
    columns, count = len(heading) - 1, len(rows)
    axes.set_xlim(-1.0, columns)
    axes.set_ylim(count, -1.0)
    axes.axis("off")
    for place, text in enumerate(heading):
        axes.text(place - 0.5, -0.5, text, ha="center", va="center", fontsize=8, weight="bold")
    for down, row in enumerate(rows):
        for place, text in enumerate(row):
            axes.text(place - 0.5, down + 0.5, text, ha="center", va="center", fontsize=8, weight="bold" if place == 0 else "normal")
    for edge in range(columns + 1):
        axes.plot([edge, edge], [0, count], color="#cccccc", linewidth=0.5)
    for edge in range(count + 1):
        axes.plot([0, columns], [edge, edge], color="#cccccc", linewidth=0.5)
    for start, end in _contour(table):
        axes.plot([start[0], end[0]], [start[1], end[1]], color="black", linewidth=2.6, solid_capstyle="round")


def _contour(table: SignedTable) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    found = []
    for down in range(len(table.row_values)):
        for across in range(len(table.column_values)):
            if table.crossed_right(down, across):
                found.append(((across + 1, down), (across + 1, down + 1)))
            if table.crossed_below(down, across):
                found.append(((across, down + 1), (across + 1, down + 1)))
    return found
