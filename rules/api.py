"""The engine from a Python program: typed calls on the same path as the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from rules.canonical import plain, to_json
from rules.engine import Calculation, run
from rules.parameters import Parameters, load_parameters
from rules.planning.inputs import Market, Portfolio, Signals
from rules.planning.models import HedgePlan


@dataclass(frozen=True, slots=True)
class PlannedHedge:
    """A hedge plan, and the calculation that explains it: inputs, steps, assumptions, receipt."""

    plan: HedgePlan
    calculation: Calculation

    def as_json(self, indent: int | None = 2) -> str:
        """What `rules run plan-hedge` writes: {name, inputs, result, steps, assumptions, receipt}."""
        return to_json(self.calculation.as_dict(), indent=indent)

    def explain(self, name: str | None = None) -> str:
        """Why each layer is ordered or waits, as text; or what one step or result rests on. Raises RulesError for an unknown name."""
        from rules.explaining.explain import explain, explain_value
        from rules.explaining.explain_text import as_text

        written = plain(self.calculation.as_dict())
        return as_text(explain(written) if name is None else explain_value(written, name))


def plan_hedge(
    as_of: date | str,
    portfolio: Portfolio | Mapping[str, Any] | None = None,
    *,
    market: Market | Mapping[str, Any],
    signals: Signals | Mapping[str, Any] | None = None,
    planned_hedge_vega_usd: float | None = None,
    planned_on: date | str | None = None,
    financing: Mapping[str, Any] | None = None,
    price_to_cash_flow: Sequence[float] | None = None,
    spacing_override: str | None = None,
    grid: Mapping[str, Any] | None = None,
    parameters: Parameters | str | Path | None = None,
) -> PlannedHedge:
    """The layered hedge plan of one day (docs/DEFINITIONS.md: layers in the source's fixed order, whole contracts, reasons).

    `as_of` is a date or ISO text. `portfolio` holds the short condors, the hedges held and what the account may
    trade; without it `planned_hedge_vega_usd`, the total planned hedge vega in USD per VIX point, is needed, and
    with both it replaces the one computed from the book, and `planned_on` is the day it was planned. `market` is one moment: VIX, SPX, rate as a fraction,
    futures, calls and funds with prices in index points. `signals` are states (`pass`, `fail`,
    `not_evaluated`); those left out are not evaluated. `financing` (costs of capital, for the
    WACC), `price_to_cash_flow` (quarterly ratios, oldest first), `spacing_override` (why the spacing of tranches is set
    aside) and `grid` (a table of P/L) are optional. `parameters` are the shipped ones, or those with the
    values of a user's file (a path) laid over them. Portfolio, market and signals are models or mappings with
    the names of the JSON input.

    Raises RulesError (field, problem, remedy) for input that cannot be used. A model built directly raises
    pydantic's ValidationError when it is built.
    """
    given = {
        "as_of": as_of,
        "portfolio": portfolio,
        "planned_hedge_vega_usd": planned_hedge_vega_usd,
        "market": market,
        "signals": signals,
        "planned_on": planned_on,
        "financing": financing,
        "price_to_cash_flow": None if price_to_cash_flow is None else list(price_to_cash_flow),
        "spacing_override": spacing_override,
        "grid": grid,
    }
    raw = {name: _raw(value) for name, value in given.items() if value is not None}
    calculation = run("plan-hedge", raw, _parameters(parameters))
    plan = calculation.model
    assert isinstance(plan, HedgePlan), "the result of this calculator"
    return PlannedHedge(plan, calculation)


def _raw(value: Any) -> Any:
    """A model as the JSON that it was made from, so that defaults stay defaults; anything else as it is."""
    return plain(value.model_dump(exclude_unset=True)) if hasattr(value, "model_dump") else value


def _parameters(given: Parameters | str | Path | None) -> Parameters:
    if isinstance(given, Parameters):
        return given
    if given is None:
        return load_parameters()
    from rules.parameter_file import overlaid

    return overlaid(load_parameters(), Path(given))
