"""The pairs of SPX and VIX at which condors and hedges come to 0 at the condors' expiry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rules.charts.again import Again
from rules.charts.models import Axis, Chart, Line, LineChart, Mark
from rules.reports.report import plain_number


def of_plan(again: Again) -> list[Chart]:
    """The frontier of a plan's whole stack; none without condors."""
    edges, market = again.result["break_evens"], again.inputs.market
    return [] if edges is None or not edges["after_layers"] else _frontier(edges["frontier"], market.vix, market.spx)


def of_break_even(again: Again) -> list[Chart]:
    """The frontier of all hedges; none where they cannot be valued."""
    return _frontier(again.result["frontier"], again.inputs.vix, again.inputs.spx) if again.inputs.hedges else []


def _frontier(points: Sequence[Mapping[str, Any]], vix: float | None, spx: float | None) -> list[Chart]:
    sides = {"lower edge": "low", "upper edge": "high"}
    lines = [Line(name, tuple((point["vix"], point[side]) for point in points if point[side] is not None)) for name, side in sides.items()]
    lines = [line for line in lines if line.points]
    if not lines:
        return []
    marks = [] if vix is None else [Mark("vertical", vix, f"VIX {plain_number(vix)}")]
    if spx is not None:
        marks.append(Mark("horizontal", spx, f"SPX {plain_number(spx)}"))
    return [
        LineChart(
            "frontier",
            "Break-evens by the VIX at expiry",
            Axis("VIX at the condors' expiry", "vix_points"),
            Axis("SPX", "index_points"),
            tuple(lines),
            marks=tuple(marks),
            listed=tuple(point["vix"] for point in points),
            notes=("Condors and hedges earn between the edges; a VIX without an edge on a side has none there.",),
        )
    ]
