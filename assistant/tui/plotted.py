"""Lines drawn with plotext, every line with a mark of its own; loaded when the first chart with lines is shown."""

from __future__ import annotations

from rich.text import Text
from textual.app import RenderResult
from textual_plotext import PlotextPlot

from assistant.tui.chart_text import ASCII_CIRCLE, CIRCLE, color_of, mark_of, tick_labels, tick_values
from rules.charts.models import LineChart

# The frame and the levels that plotext draws, for terminals without these characters.
_TO_ASCII = str.maketrans("┌┐└┘├┤┬┴┼│─", "+++++++++|-")
COLUMNS_A_TICK, ROWS_A_TICK = 12, 3
ROOM_FRACTION = 0.04  # above and below the lines


class PlottedLines(PlotextPlot):
    """One chart with lines, as large as the widget."""

    can_focus = False

    def __init__(self, chart: LineChart, ascii_only: bool) -> None:
        super().__init__()
        self._chart, self._ascii = chart, ascii_only

    def render(self) -> RenderResult:
        """The picture for the size at hand: ticks are as many as fit."""
        self._draw()
        found = super().render()
        if self._ascii and isinstance(found, Text):
            return Text(found.plain.translate(_TO_ASCII), spans=found.spans)
        return found

    def _draw(self) -> None:
        chart, plot = self._chart, self.plt
        plot.clear_data()
        across = [x for line in chart.lines for x, _ in line.points]
        up = [y for line in chart.lines for _, y in line.points] + [marker.y for marker in chart.markers]
        up += [mark.at for mark in chart.marks if mark.direction == "horizontal"]
        low, high = min(up), max(up)
        room = ROOM_FRACTION * ((high - low) or 1.0)
        low, high = low - room, high + room
        plot.xlim(min(across), max(across))
        plot.ylim(low, high)
        for mark in chart.marks:
            (plot.vline if mark.direction == "vertical" else plot.hline)(mark.at, "default")
        for place in sorted(range(len(chart.lines)), key=lambda place: chart.lines[place].drawn != "bars"):
            line = chart.lines[place]
            points = [x for x, _ in line.points], [y for _, y in line.points]
            plot.plot(*points, marker=mark_of(chart, place, self._ascii), color=color_of(place), fillx=line.drawn == "bars")
        self._interleave(min(across), max(across))
        circle = ASCII_CIRCLE if self._ascii else CIRCLE
        if chart.markers:
            plot.scatter([marker.x for marker in chart.markers], [marker.y for marker in chart.markers], marker=circle, color="default")
        ticks = tick_values(min(across), max(across), max(self.size.width // COLUMNS_A_TICK, 2))
        plot.xticks(ticks, tick_labels(chart, ticks, "x"))
        ticks = tick_values(low, high, max(self.size.height // ROWS_A_TICK, 2))
        plot.yticks(ticks, tick_labels(chart, ticks, "y"))

    def _interleave(self, left: float, right: float) -> None:
        """Where lines share their cells the marks of all of them are seen: in each column another line's is on top."""
        chart, columns = self._chart, max(self.size.width, 1)
        lines = [place for place, line in enumerate(chart.lines) if line.drawn == "line"]
        for turn, place in enumerate(lines):
            kept = [(x, y) for x, y in chart.lines[place].points if int((x - left) / ((right - left) or 1.0) * columns) % len(lines) == turn]
            if kept:
                across, up = zip(*kept, strict=True)
                self.plt.scatter(across, up, marker=mark_of(chart, place, self._ascii), color=color_of(place))
