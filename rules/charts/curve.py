"""The VX futures curve, from the VIX today outwards."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count, takewhile

from rules.charts.again import Again
from rules.charts.models import Axis, Chart, Line, LineChart, Mark, Marker
from rules.reports.report import plain_number

Knot = tuple[float, float, str]


def of_plan(again: Again) -> list[Chart]:
    """The curve that a plan has read; the days on which the condors expire are marked."""
    dates = {again.steps[name]: name.split(".")[1] for name in again.steps if name.startswith("futures.") and name.endswith(".days_to_expiry")}
    knots = [(float(days), price, dates.get(days, "VIX")) for days, price in again.steps["market.curve"]]
    condors = sorted({value for name, value in again.steps.items() if name.startswith("condor_") and name.endswith(".days_to_expiry")})
    return _curve(knots, condors)


def of_hedges(again: Again) -> list[Chart]:
    """The curve given to a calculation with hedges; none without futures."""
    steps = again.steps
    numbers = list(takewhile(lambda number: f"futures.{number}.days_to_expiry" in steps, count()))
    knots = [(float(steps[f"futures.{n}.days_to_expiry"]), steps[f"futures.{n}.price_index_points"], "") for n in numbers]
    if not knots:
        return []
    if steps.get("vix") is not None:
        knots.append((0.0, steps["vix"], "VIX"))
    days = steps.get("condor.days_to_expiry", steps.get("days_to_expiry"))
    return _curve(sorted(knots), [] if days is None else [days])


def _curve(knots: Sequence[Knot], condor_days: Sequence[float]) -> list[Chart]:
    if len(knots) < 2:
        return []
    line = Line("VX futures", tuple((days, price) for days, price, _ in knots))
    markers = [Marker(f"{name} {plain_number(price)}".strip(), days, price) for days, price, name in knots]
    marks = [Mark("vertical", float(days), "condors expire") for days in condor_days]
    note = "The VIX itself stands at 0 days; a future settles at the VIX of its last day, not on this line."
    title, x, y = "VX futures curve", Axis("calendar days to settlement", "days"), Axis("price", "index_points")
    return [LineChart("curve", title, x, y, (line,), tuple(markers), tuple(marks), listed=tuple(days for days, _, _ in knots), notes=(note,))]
