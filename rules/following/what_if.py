"""What moving a strike would do to credit, vega, break-even and hedge. Modelled prices, never quotes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from rules.engine import Calculation, run
from rules.errors import RulesError
from rules.fields import validated
from rules.following.models import BookFigures, WhatIf
from rules.ledger import Ledger
from rules.options.condor import LEGS, Leg
from rules.options.pricing import black_scholes
from rules.parameters import Parameters
from rules.planning.inputs import IronCondor
from rules.planning.request import PlanInput
from rules.vix.instruments import interpolate

_MOVE = re.compile(r"(?:condors\.(\d+)\.)?(long_put|short_put|short_call|long_call)=([+-]?\d+(?:\.\d+)?)")


def what_if(request: PlanInput, moves: Sequence[str], parameters: Parameters, ledger: Ledger) -> WhatIf:
    """The book of `request` and its hedge, sized afresh, before and after `moves` ('short_put=-25', 'condors.1.long_call=50').

    Raises RulesError for a move that cannot be read or that takes the strikes out of order.
    """
    if request.portfolio is None or not request.portfolio.condors:
        raise RulesError("--move", "has no open condor to move a strike of", "leave it out")
    moved = [_as_moved(condor.model_copy(), number, moves, request, parameters) for number, condor in enumerate(request.portfolio.condors)]
    raw = request.model_dump(exclude_unset=True, exclude_none=True)
    raw = {key: value for key, value in raw.items() if key not in ("planned_hedge_vega_usd", "planned_on")}
    changed = {**raw, "portfolio": {**raw["portfolio"], "condors": moved}}
    before = run("plan-hedge", raw, parameters)
    after = run("plan-hedge", changed, parameters)
    for name, calculation in (("before", before), ("after", after)):
        ledger.steps += [
            replace(step, name=f"what_if.{name}.{step.name}", inputs={f"what_if.{name}.{key}": value for key, value in step.inputs.items()})
            for step in calculation.steps
        ]
    notes = [
        "Credit and volatility of a moved leg are modelled on the volatilities between the strikes, not quoted.",
        "The hedge is sized afresh on both sides.",
    ]
    return WhatIf(moves=list(moves), before=_figures(before), after=_figures(after), notes=notes)


def _read(move: str, condors: int) -> tuple[int, Leg, float]:
    found = _MOVE.fullmatch(move.strip())
    if found is None:
        raise RulesError("--move", f"{move!r} is not a move", "write short_put=-25, or condors.1.short_put=-25 for the second condor")
    number = int(found[1] or 0)
    if number >= condors:
        raise RulesError("--move", f"{move!r} names a condor that is not there", f"count from 0 to {condors - 1}")
    leg: Leg = next(name for name, _, _ in LEGS if name == found[2])
    return number, leg, float(found[3])


def _as_moved(condor: IronCondor, number: int, moves: Sequence[str], request: PlanInput, parameters: Parameters) -> dict[str, Any]:
    """A condor with its strikes moved: each moved leg at the volatility between today's strikes, the credit by the change of its value."""
    assert request.portfolio is not None, "checked by the caller"
    raw = condor.model_dump(exclude_unset=True, exclude_none=True)
    shifts = [(leg, points) for place, leg, points in (_read(move, len(request.portfolio.condors)) for move in moves) if place == number]
    smile = condor.leg_volatilities()
    if not shifts:
        return raw
    if smile is None:
        raise RulesError(f"condors.{number}", "has no volatilities to price a moved strike with", "give implied_volatility of today in condors")
    knots = [(float(getattr(condor, leg)), smile[leg]) for leg, _, _ in LEGS]
    strikes = {leg: float(getattr(condor, leg)) for leg, _, _ in LEGS}
    for leg, points in shifts:
        strikes[leg] += points
        if strikes[leg] <= 0:
            raise RulesError("--move", f"takes {leg} to {strikes[leg]:g}", "move a strike less")
    validated(IronCondor, raw | strikes, "--move")
    credit = condor.credit_index_points
    volatilities = dict(smile)
    for leg, side, right in LEGS:
        volatilities[leg] = interpolate(knots, strikes[leg])
        change = _value(strikes[leg], volatilities[leg], right, condor, request, parameters)
        change -= _value(float(getattr(condor, leg)), smile[leg], right, condor, request, parameters)
        credit -= side * change
    if credit <= 0:
        raise RulesError("--move", f"leaves no credit ({credit:.2f} index points)", "move a strike less")
    return raw | strikes | {"credit_index_points": credit, "implied_volatility": volatilities}


def _value(strike: float, volatility: float, right: Any, condor: IronCondor, request: PlanInput, parameters: Parameters) -> float:
    market = request.market
    rate = parameters["rate_fraction"].value if market.rate is None else market.rate
    dividend = parameters["dividend_yield_fraction"].value if market.dividend_yield is None else market.dividend_yield
    year = parameters["days_per_year"].value
    years = (condor.expiry_date(request.as_of) - request.as_of).days / year
    assert market.spx is not None, "the request's validator asks for it beside condors"
    return black_scholes(market.spx, strike, years, volatility, rate, dividend, right, year).price


def _figures(calculation: Calculation) -> BookFigures:
    plan: Mapping[str, Any] = calculation.result
    edges = plan["break_evens"]
    after = edges["after_layers"][-1] if edges["after_layers"] else None
    sized = [layer for layer in plan["layers"] if layer["quantity"]]
    first = next((f"{layer['quantity']} {layer['name']}" for layer in sized if layer["layer"] == 1), None)
    return BookFigures(
        credit_usd=plan["credit_usd"],
        max_loss_usd=sum(condor["max_loss_usd"] for condor in plan["condors"]),
        vega_usd=plan["book_vega_usd"],
        break_even_low=edges["condor_alone"]["low"],
        break_even_high=edges["condor_alone"]["high"],
        break_even_low_hedged=None if after is None else after["low"],
        break_even_high_hedged=None if after is None else after["high"],
        needed_hedge_vega_usd=plan["planned_hedge_vega_usd"],
        first_layer=first,
        hedge_cost_usd=sized[-1]["hedge_cost_usd"] if sized else None,
    )
