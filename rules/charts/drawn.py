"""What is drawn for which calculation: one table."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from rules.charts.models import Chart
from rules.parameters import Parameters

DRAWN: Mapping[str, tuple[str, ...]] = {
    "plan-hedge": (
        "payoff:plan_at_expiry",
        "payoff:plan_now",
        "shares:of_plan",
        "curve:of_plan",
        "table:plan_now",
        "table:plan_at_expiry",
        "frontier:of_plan",
        "signals:of_plan",
    ),
    "iron-condor": ("payoff:condor",),
    "break-even": ("payoff:break_even", "frontier:of_break_even", "curve:of_hedges"),
    "scenarios": ("payoff:scenarios", "table:scenarios", "curve:of_hedges"),
    "layer-split": ("shares:of_split",),
    "rsi": ("signals:of_rsi",),
    "macd": ("signals:of_macd",),
    "advance-decline": ("signals:of_breadth",),
    "capm-levels": ("signals:of_levels",),
}
"""Calculator -> "module:function" of this package, in the order in which they are shown; a function returns its charts, none where nothing can be drawn."""


def charts_of(calculation: Mapping[str, Any], parameters: Parameters | None = None) -> tuple[Chart, ...]:
    """The charts of a finished calculation (its as_dict); empty for a calculator without any.

    Every value is computed by the functions that computed the result. `parameters` are those in use; without them the
    shipped ones. Raises RulesError when the calculation is not whole, or was edited or written by another engine, so
    that its result does not come out again.
    """
    names = DRAWN.get(str(calculation.get("name")), ())
    if not names:
        return ()
    from rules.charts.again import computed_again

    again = computed_again(calculation, parameters)
    charts: list[Chart] = []
    for name in names:
        module, _, function = name.partition(":")
        charts += getattr(import_module(f"rules.charts.{module}"), function)(again)
    return tuple(charts)
