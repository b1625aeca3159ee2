"""The pane of charts: one at a time, drawn with marks, its legend and the numbers behind it in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content, Span
from textual.events import Resize, Show
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from assistant.errors import AssistantError
from rules.errors import RulesError

if TYPE_CHECKING:
    from rules.charts.models import Chart, LineChart
    from rules.parameters import Parameters

HINT = "Charts of a calculation or a plan appear here."
LEAST_ROWS, MOST_ROWS = 9, 24
WORDS_ROWS = 8  # rows left for the heading and the legend


class ChartsPane(VerticalScroll):
    """Charts of the last calculation. They are made in a thread when the pane is first seen after `show`.

    `parameters` gives the numbers that the engine computes with, and is called in that thread; without it the shipped ones are used.
    """

    DEFAULT_CSS = """
    ChartsPane { padding: 0 1; }
    ChartsPane .chart-heading { text-style: bold; height: auto; }
    ChartsPane .chart-keys { color: $text-muted; height: auto; margin: 0 0 1 0; }
    ChartsPane .chart-legend, ChartsPane .chart-notes { height: auto; margin: 1 0 0 0; }
    ChartsPane .chart-numbers { height: auto; width: auto; margin: 1 0 0 0; }
    ChartsPane .chart-body { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,n", "step(1)", "Next chart", show=False, id="charts.next"),
        Binding("left,p", "step(-1)", "Chart before", show=False, id="charts.previous"),
        *(Binding(str(number), f"pick({number - 1})", f"Chart {number}", show=False, id=f"charts.pick_{number}") for number in range(1, 10)),
    ]

    @dataclass
    class Made(Message):
        """Charts that a thread has made of a calculation, or why it could not; `order` says of which `show`."""

        order: int
        name: str
        charts: tuple[Chart, ...]
        problem: str = ""

    def __init__(
        self, calculation: Mapping[str, Any] | None = None, parameters: Callable[[], Parameters] | None = None, *, ascii_only: bool = False
    ) -> None:
        super().__init__()
        self._parameters, self.ascii_only = parameters, ascii_only
        self._charts: tuple[Chart, ...] = ()
        self._place = self._order = 0
        self._waiting: Mapping[str, Any] | None = calculation

    def compose(self) -> ComposeResult:
        """Start with a line that says what will stand here."""
        yield Vertical(Static(HINT, classes="hint", markup=False), classes="chart-body")

    def show(self, calculation: Mapping[str, Any] | None) -> None:
        """Draw the charts of a finished calculation (its as_dict), or none."""
        self._order += 1
        self._waiting = calculation
        if calculation is None:
            self._charts = ()
            if self.is_mounted:
                self._fill([Static(HINT, classes="hint", markup=False)])
            return
        if self.is_on_screen:
            self._make_waiting()

    @property
    def chart(self) -> Chart | None:
        """The chart that is shown."""
        return self._charts[self._place] if self._charts else None

    @on(Show)
    def _seen(self) -> None:
        self._make_waiting()

    @on(Resize)
    def _resized(self) -> None:
        if self._charts:
            self._draw()

    def _make_waiting(self) -> None:
        if self._waiting is not None:
            calculation, self._waiting = self._waiting, None
            self._make(calculation, self._order)

    @work(thread=True, group="charts")
    def _make(self, calculation: Mapping[str, Any], order: int) -> None:
        from rules.charts import charts_of

        name = str(calculation.get("name"))
        try:
            made = self.Made(order, name, charts_of(calculation, None if self._parameters is None else self._parameters()))
        except (AssistantError, RulesError) as error:
            made = self.Made(order, name, (), f"No charts: {error}")
        self.post_message(made)

    @on(Made)
    def _show_made(self, message: Made) -> None:
        message.stop()
        if message.order != self._order:
            return  # another calculation has come since
        self._charts, self._place = message.charts, 0
        if not self._charts:
            self._fill([Static(message.problem or f"There is nothing to draw for {message.name}.", classes="hint", markup=False)])
        else:
            self._draw()
        self.scroll_home(animate=False)

    def action_step(self, by: int) -> None:
        """The next chart, or the one before; after the last comes the first."""
        if self._charts:
            self.action_pick((self._place + by) % len(self._charts))

    def action_pick(self, place: int) -> None:
        """A chart by its place; one that does not exist changes nothing."""
        if place < len(self._charts):
            self._place = place
            self._draw()
            self.scroll_home(animate=False)

    def _draw(self) -> None:
        from assistant.tui.chart_text import number_lines
        from rules.charts.models import LineChart

        chart = self._charts[self._place]
        width = max(self.size.width - 4, 20)
        parts: list[Widget] = [_text(f"{self._place + 1}/{len(self._charts)}  {chart.title}", "chart-heading")]
        if len(self._charts) > 1:
            parts.append(_text(f"Left, Right or 1-{min(len(self._charts), 9)}: other charts", "chart-keys"))
        if isinstance(chart, LineChart):
            from assistant.tui.plotted import PlottedLines

            plotted = PlottedLines(chart, self.ascii_only)
            plotted.styles.height = min(max(self.size.height - WORDS_ROWS, LEAST_ROWS), MOST_ROWS)
            parts += [plotted, Static(_legend(chart, self.ascii_only), classes="chart-legend", markup=False)]
        parts.append(_text("\n".join(number_lines(chart, width, self.ascii_only)), "chart-numbers"))
        if chart.notes:
            parts.append(_text("\n".join(chart.notes), "chart-notes"))
        self._fill(parts)

    def _fill(self, parts: list[Widget]) -> None:
        body = self.query_one(".chart-body", Vertical)
        with self.app.batch_update():
            body.remove_children()
            body.mount(*parts)


def _text(text: str, classes: str) -> Static:
    """Text as it is, never as markup."""
    return Static(Content(text), classes=classes, markup=False)


def _legend(chart: LineChart, ascii_only: bool) -> Content:
    """The legend, its marks in the colours of their lines."""
    from assistant.tui.chart_text import COLORS, legend_lines

    lines = legend_lines(chart, ascii_only)
    spans, start = [], 0
    for place, line in enumerate(lines):
        color = COLORS[place % len(COLORS)] if place < len(chart.lines) else None
        if color is not None:
            spans.append(Span(start, start + 1, "rgb({},{},{})".format(*color)))
        start += len(line) + 1
    return Content("\n".join(lines), spans=spans)
