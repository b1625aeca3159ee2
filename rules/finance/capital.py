"""What the capital of a layered structure costs, layer by layer, and what holding it drags, kept apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CapitalLayer:
    """One component of the structure.

    `capital_usd` above 0 is the money it ties up (maximum loss, margin, premium, cost of a fund),
    `borrowed_fraction` the share of it that is debt, `cost_of_equity` its own, a fraction a year (None: that of the
    structure). `carry_cost_usd_per_year` is what holding it costs (roll, theta, fees; negative when it earns), None when not known.
    """

    name: str
    capital_usd: float
    borrowed_fraction: float = 0.0
    cost_of_equity: float | None = None
    carry_cost_usd_per_year: float | None = None


@dataclass(frozen=True, slots=True)
class LayerCost:
    """The structure up to and including one layer, rates as fractions a year.

    `cost_of_capital` is of this layer alone; `capital_usd`, `wacc` and `carry_drag` of all layers so far. `change_bp` is the
    change of the WACC that this layer brings, None for the first. The drags are carry cost over capital, None while
    the carry of a layer in them is not known; they are never part of the WACC.
    """

    name: str
    capital_usd: float
    cost_of_capital: float
    wacc: float
    change_bp: float | None
    layer_carry_drag: float | None
    carry_drag: float | None


def cost_of_capital(borrowed_fraction: float, cost_of_equity: float, cost_of_debt: float, tax_rate: float) -> float:
    """(1 - x) ke + x rd (1 - tax) for a share x of debt; the cost of debt is before tax. All are fractions a year."""
    return (1.0 - borrowed_fraction) * cost_of_equity + borrowed_fraction * cost_of_debt * (1.0 - tax_rate)


def layered_wacc(layers: Sequence[CapitalLayer], cost_of_equity: float | None, cost_of_debt: float, tax_rate: float) -> list[LayerCost]:
    """WACC = sum K [(1 - x) ke + x rd (1 - tax)] / sum K after each layer, in the order given.

    `cost_of_equity` serves the layers without their own. Raises ValueError when a layer then has none, or no capital.
    """
    found: list[LayerCost] = []
    capital: list[float] = []
    costs: list[float] = []
    carries: list[float | None] = []
    for layer in layers:
        own = cost_of_equity if layer.cost_of_equity is None else layer.cost_of_equity
        if own is None or not layer.capital_usd > 0:
            raise ValueError(f"layer {layer.name} has no cost of equity, or no capital")
        rate = cost_of_capital(layer.borrowed_fraction, own, cost_of_debt, tax_rate)
        capital.append(layer.capital_usd)
        costs.append(layer.capital_usd * rate)
        carries.append(layer.carry_cost_usd_per_year)
        total = math.fsum(capital)
        wacc = math.fsum(costs) / total
        known = [carry for carry in carries if carry is not None]
        found.append(
            LayerCost(
                name=layer.name,
                capital_usd=total,
                cost_of_capital=rate,
                wacc=wacc,
                change_bp=(wacc - found[-1].wacc) * 10_000 if found else None,
                layer_carry_drag=None if layer.carry_cost_usd_per_year is None else layer.carry_cost_usd_per_year / layer.capital_usd,
                carry_drag=math.fsum(known) / total if len(known) == len(carries) else None,
            )
        )
    return found
