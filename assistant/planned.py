"""The hedge of a plan as a scenario takes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from assistant.inputs.requests import CalculationRequest
from assistant.inputs.slots import nested
from rules.errors import RulesError

if TYPE_CHECKING:
    from rules.parameters import Parameters


def with_planned_hedges(request: CalculationRequest, previous: CalculationRequest | None, parameters: Parameters) -> CalculationRequest:
    """A scenario of a plan's condor with all that the plan sizes for it: a shock asked of a plan is one of the whole stack."""
    if previous is None or previous.calculator != "plan-hedge" or "condor.long_put" in request.origin or "hedges" in request.inputs:
        return request
    from rules.engine import run

    given = nested(previous.inputs)
    try:
        plan = run("plan-hedge", given, parameters).result
    except RulesError:
        return request  # the plan was asked back about, so there is no hedge of it
    market = given.get("market", {})
    hedges = [_hedge(layer, market) for layer in plan["layers"] if layer["quantity"]]
    return replace(request, inputs={**request.inputs, "hedges": hedges}) if hedges else request


def _hedge(layer: Mapping[str, Any], market: Mapping[str, Any]) -> dict[str, Any]:
    """A position of the stack at what it cost and what it is worth today."""
    found = {name: layer[name] for name in ("instrument", "quantity", "entry_price", "strike", "expiry") if layer[name] is not None}
    if layer["instrument"] == "vix_call":
        quote = _quote(market.get("calls", ()), expiry=layer["expiry"], strike=layer["strike"])
        volatility = quote.get("implied_volatility")
        middle = (quote["bid"] + quote["ask"]) / 2 if {"bid", "ask"} <= set(quote) else None
        return {**found, **({"mark_price": middle} if middle is not None else {"implied_volatility": volatility} if volatility is not None else {})}
    quote = _quote(market.get("futures", ()), expiry=layer["expiry"])
    return {**found, **({"mark_price": quote["price_index_points"]} if "price_index_points" in quote else {})}


def _quote(quotes: Sequence[Mapping[str, Any]], **of: Any) -> Mapping[str, Any]:
    """The quote of an instrument, empty where there is none."""
    return next((quote for quote in quotes if all(quote.get(name) == value for name, value in of.items())), {})
