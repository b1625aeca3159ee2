"""Series of the signals with what triggers them, of calculators and of plans that were given series."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rules.charts.again import Again
from rules.charts.levels import LISTED_ROWS, SHOWN_ROWS, daily_levels, levels_ahead
from rules.charts.models import Axis, Chart, Line, LineChart, Mark, Marker, Point
from rules.reports.report import plain_number
from rules.signals.breadth import BreadthRules
from rules.signals.indicators import mean_of_last
from rules.signals.momentum import RsiRules
from rules.signals.recorded import record_breadth, record_macd, record_rsi
from rules.signals.series import BreadthSeries, CapmNow, CapmSignal, MacdSeries, RsiSeries

CLOSE = Axis("close, counted from the first", "")
UNKNOWN = "What triggers is not drawn: the calculation ran with parameters that are not known here."


def of_rsi(again: Again) -> list[Chart]:
    """The RSI of every close."""
    return _rsi(again, again.inputs, len(again.inputs.closes))


def of_macd(again: Again) -> list[Chart]:
    """MACD, its signal line and histogram."""
    return _macd(again, again.inputs, _macd_rows(again.inputs))


def of_breadth(again: Again) -> list[Chart]:
    """The advance-decline line and its average."""
    return _breadth(again, again.inputs, len(again.inputs.advances))


def of_levels(again: Again) -> list[Chart]:
    """The levels from the anchor to the horizon."""
    return levels_ahead(again, again.inputs)


def of_plan(again: Again) -> list[Chart]:
    """The signals of a plan that were given as series, on the rows that the plan has read."""
    charts: list[Chart] = []
    for name in ("macd", "advance_decline", "rsi", "capm"):
        rows = again.steps.get(f"signals.{name}.rows", 0)
        match getattr(again.inputs.signals, name):
            case MacdSeries() as series:
                charts += _macd(again, series, rows)
            case BreadthSeries() as series:
                charts += _breadth(again, series, rows)
            case RsiSeries() as series:
                charts += _rsi(again, series, rows)
            case CapmSignal() as series:
                charts += daily_levels(again, series, rows)
            case CapmNow() as series:
                charts += levels_ahead(again, series)
            case _:
                pass  # a state that was given has no series
    return charts


def _macd_rows(inputs: MacdSeries) -> int:
    closes = inputs.closes if inputs.closes is not None else inputs.front.closes if inputs.front is not None else []
    return len(closes)


def _rsi(again: Again, inputs: RsiSeries, rows: int) -> list[Chart]:
    found = record_rsi(inputs, rows, again.ledger)
    line = _series_line("RSI", found.values)
    if not line.points:
        return []
    marks: list[Mark] = []
    notes = [f"{found.period_days} days (Wilder). The method reads the RSI of the VIX."]
    begun: list[int] = []
    if again.parameter("rsi_trigger_level") is None:
        notes.append(UNKNOWN)
    else:
        rules = RsiRules.read(again.ledger)
        marks = [Mark("horizontal", rules.level, f"trigger {plain_number(rules.level)}")]
        shift = f"a rise of {plain_number(rules.shift_points)} within {rules.shift_days} days"
        notes.append(
            f"Assumed: a trigger is an upward cross of {plain_number(rules.level)} or {shift}, confirmed at the next close, valid {rules.valid_days} days."
        )
        least = max(rules.min_bars, found.period_days + 1 + rules.reach)
        values = [0.0 if value is None else value for value in found.values]
        undefined = max((place for place, value in enumerate(found.values) if value is None), default=-1)

        def passes(place: int) -> bool:
            return place + 1 >= least and place - rules.reach > undefined and rules.days_since(values, place) is not None

        begun = _beginnings(passes, rows)
        notes.append(_marked("it passes", begun, least, rows))
    return [_series_chart("rsi", "RSI", Axis("RSI", "rsi_points"), [line], _circles(begun, found.values), marks, notes, rows)]


def _macd(again: Again, inputs: MacdSeries, rows: int) -> list[Chart]:
    found = record_macd(inputs, rows, again.ledger)
    if found.values is None:
        return []
    values = found.values
    lines = [_series_line("MACD", values.macd), _series_line("signal line", values.signal)]
    histogram = _series_line("histogram", values.histogram)
    lines.append(Line(histogram.name, histogram.points, "bars"))
    notes = ["The price is the 30-day constant maturity of two futures." if inputs.closes is None else "The price is the closes that were given."]
    begun: list[int] = []
    confirm, least = again.parameter("macd_confirm_closes"), again.parameter("macd_min_bars")
    if confirm is None or least is None:
        notes.append(UNKNOWN)
    else:
        notes.append(f"Assumed: passes with the histogram above 0 on each of the last {confirm} closes.")
        least = max(least, found.needed + confirm - 1)

        def passes(place: int) -> bool:
            return place + 1 >= least and all((value or 0.0) > 0 for value in values.histogram[place + 1 - confirm : place + 1])

        begun = _beginnings(passes, rows)
        notes.append(_marked("it passes", begun, least, rows))
    markers = _circles(begun, values.histogram)
    return [_series_chart("macd", "MACD", Axis("points of the price", "index_points"), lines, markers, [Mark("horizontal", 0.0, "0")], notes, rows)]


def _breadth(again: Again, inputs: BreadthSeries, rows: int) -> list[Chart]:
    found, rules = record_breadth(inputs, rows, again.ledger), BreadthRules.read(again.ledger)
    averages = [mean_of_last(found.line, place, rules.average_days) for place in range(rows)]
    lines = [_series_line("advance-decline line", found.line), _series_line(f"its {rules.average_days}-day average", averages)]
    begun = _beginnings(lambda place: rules.weak(found, place) is True, rows)
    notes = [f"Assumed: weak below its average on each of the last {rules.confirm_closes} closes, or diverging from an index near its high."]
    notes.append(_marked("it is weak", begun, rules.average_days + rules.confirm_closes - 1, rows))
    lines = [line for line in lines if line.points]
    y = Axis("issues, from 0", "issues")
    return [_series_chart("advance-decline", "Advance-decline line", y, lines, _circles(begun, found.line), [], notes, rows)] if rows else []


def _beginnings(holds: Callable[[int], bool], rows: int) -> list[int]:
    """The rows at which something comes to hold."""
    states = [holds(place) for place in range(rows)]
    return [place for place in range(rows) if states[place] and not (place and states[place - 1])]


def _marked(what: str, places: Sequence[int], least: int, rows: int) -> str:
    """The closes from which something holds, in words: the last three."""
    if not places and rows < least:
        return f"No trigger is marked: the signal needs {least} closes, {rows} are given."
    last = ", ".join(f"{place + 1:,}" for place in places[-3:])
    return f"Circles: {what} from that close on, last from close {last}." if places else f"Circles would mark from where {what}: it does not."


def _circles(places: Sequence[int], values: Sequence[float | None]) -> list[Marker]:
    return [Marker("", place + 1.0, values[place] or 0.0) for place in places]


def _series_line(name: str, values: Sequence[float | None]) -> Line:
    """A series by the number of its close, from 1; values that are not known are left out."""
    points: list[Point] = [(place + 1.0, value) for place, value in enumerate(values) if value is not None]
    return Line(name, tuple(points))


def _series_chart(
    chart: str, title: str, y: Axis, lines: Sequence[Line], markers: Sequence[Marker], marks: Sequence[Mark], notes: Sequence[str], rows: int
) -> LineChart:
    """The last rows of the series; what lies before is left out, and said to be."""
    first = max(rows - SHOWN_ROWS, 0) + 1.0
    kept = [Line(line.name, tuple(point for point in line.points if point[0] >= first), line.drawn) for line in lines]
    if first > 1:
        notes = [*notes, f"The last {SHOWN_ROWS} of {rows:,} closes."]
    shown = tuple(marker for marker in markers if marker.x >= first)
    places = tuple(float(place) for place in range(max(rows - LISTED_ROWS, 0) + 1, rows + 1))
    return LineChart(chart, title, CLOSE, y, tuple(kept), shown, tuple(marks), listed=places, notes=tuple(notes))
