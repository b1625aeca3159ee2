"""Levels from CAPM and implied volatility: ahead of one anchor, and day by day against the index."""

from __future__ import annotations

from rules.charts.again import Again
from rules.charts.models import Axis, Chart, Line, LineChart, Mark, Marker
from rules.reports.report import plain_number
from rules.signals.breaches import breach_of, confirms, quick_levels
from rules.signals.levels import distances, level, mean_return
from rules.signals.series import CapmSignal, CapmSpot

POINTS = Axis("SPX", "index_points")
TITLE = "Levels from CAPM and implied volatility"
SHOWN_ROWS = 250  # about a year of closes
LISTED_ROWS = 10


def levels_ahead(again: Again, inputs: CapmSpot) -> list[Chart]:
    """Each pair of levels for every trading day from the anchor to the horizon, where it is the calculation's."""
    ledger = again.ledger
    mean = mean_return(inputs, inputs.implied_volatility, ledger)
    year = ledger.parameter("trading_days_per_year")
    days = range(inputs.horizon_days + 1)

    def side(z: float) -> tuple[tuple[float, float], ...]:
        return tuple((float(day), level(inputs.spot, mean, inputs.implied_volatility, day / year, z)) for day in days)

    lines = []
    for z in distances(inputs, ledger):
        lines += [Line(f"upper, z = {z:g}", side(-z)), Line(f"lower, z = {z:g}", side(z))]
    horizon = float(inputs.horizon_days)
    markers = [Marker(plain_number(round(line.points[-1][1], 2)), horizon, line.points[-1][1]) for line in lines]
    marks = [Mark("horizontal", inputs.spot, f"anchor {plain_number(inputs.spot)}")]
    listed = tuple(sorted({0.0, float(inputs.horizon_days // 2), horizon}))
    note = "A close beyond the first pair at the horizon, confirmed by the next close, is a breach."
    axis = Axis("trading days from the anchor", "")
    return [LineChart("capm-levels", TITLE, axis, POINTS, tuple(lines), tuple(markers), tuple(marks), listed=listed, notes=(note,))]


def daily_levels(again: Again, inputs: CapmSignal, rows: int) -> list[Chart]:
    """SPX against the first pair of levels anchored the horizon before each close, confirmed breaches marked."""
    horizon = again.steps.get("signals.capm.horizon_days")
    if horizon is None or rows < horizon + 2:
        return []
    pair_at = quick_levels(inputs, horizon, again.ledger, "")
    pairs = {place: pair_at(place) for place in range(max(horizon, rows - SHOWN_ROWS), rows)}
    spx = inputs.spx_closes
    lines = (
        Line("SPX", tuple((place + 1.0, spx[place]) for place in pairs)),
        Line("lower level", tuple((place + 1.0, pair.lower) for place, pair in pairs.items())),
        Line("upper level", tuple((place + 1.0, pair.upper) for place, pair in pairs.items())),
    )
    markers = [
        Marker("", place + 1.0, spx[place])
        for place in pairs
        if place - 1 in pairs and confirms(spx[place], pairs[place - 1], breach_of(spx[place - 1], pairs[place - 1]))
    ]
    listed = tuple(float(place) for place in range(max(rows - LISTED_ROWS, 0) + 1, rows + 1))
    note = f"Each close against the levels anchored {horizon} trading days before; circles: the next close has confirmed a breach."
    return [LineChart("capm", TITLE, Axis("close, counted from the first", ""), POINTS, lines, tuple(markers), listed=listed, notes=(note,))]
