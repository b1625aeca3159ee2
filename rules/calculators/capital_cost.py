"""WACC of a layered structure after each layer, with the drag of carry apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import model_validator

from rules.common_fields import RISK_FREE_WORDS, cost_of_debt_field, tax_rate_field
from rules.fields import Frozen, unit_field
from rules.finance.capital import CapitalLayer, LayerCost, layered_wacc
from rules.finance.rates import capm
from rules.ledger import Ledger

NAME = "capital-cost"
DESCRIPTION = "Weighted average cost of capital after each layer, its change in basis points, and the drag of carry apart."
SYNONYMS = ("capital cost", "wacc impact", "wacc by layer", "wacc after each layer", "add to wacc", "adds to wacc", "carry drag")
SOURCES = ("cost-of-capital-check",)
EXAMPLE = {
    "layers": [
        {"name": "condor", "capital_usd": 80000},
        {"name": "futures", "capital_usd": 10000, "borrowed_fraction": 0.5, "carry_cost_usd_per_day": 20},
    ],
    "cost_of_equity_fraction": 0.10,
    "cost_of_debt_fraction": 0.06,
    "tax_rate_fraction": 0.25,
}
_CAPM = ("beta", "equity_risk_premium_fraction", "market_return_fraction", "risk_free_fraction")


class Layer(Frozen):
    """One component: its capital, how it is financed, and what holding it costs."""

    name: str = unit_field("Name of the layer", "name", min_length=1, max_length=60)
    capital_usd: float = unit_field("Maximum loss, margin, premium or cost that it ties up", "usd", gt=0, le=1e15)
    borrowed_fraction: float = unit_field("Share of the capital that is borrowed", "fraction", default=0.0, ge=0, le=1)
    cost_of_equity_fraction: float | None = unit_field("Its own cost of equity a year", "fraction", default=None, gt=-1, lt=1)
    beta: float | None = unit_field("Its beta to the market, negative for long volatility", "ratio", default=None, ge=-100, le=100)
    carry_cost_usd_per_day: float | None = unit_field(
        "What holding it costs a calendar day (roll, theta, fees), negative when it earns", "usd", default=None, ge=-1e12, le=1e12
    )
    carry_cost_usd: float | None = unit_field("What holding it costs over `days`, instead of a day", "usd", default=None, ge=-1e15, le=1e15)
    days: float | None = unit_field("Calendar days that carry_cost_usd covers", "days", default=None, gt=0, le=36500)

    @model_validator(mode="after")
    def _one_of_each(self) -> Layer:
        if self.cost_of_equity_fraction is not None and self.beta is not None:
            raise ValueError("cost_of_equity_fraction and beta exclude each other, give one of them")
        if self.carry_cost_usd is not None and self.carry_cost_usd_per_day is not None:
            raise ValueError("carry_cost_usd and carry_cost_usd_per_day exclude each other, give one of them")
        if (self.carry_cost_usd is None) != (self.days is None):
            raise ValueError("carry_cost_usd and days belong together, give both or neither")
        return self


class Input(Frozen):
    """Layers in the order in which they are added, and what equity and debt cost a year."""

    layers: list[Layer] = unit_field("Components in the order in which they are added", "list", where="your plan", min_length=1, max_length=100)
    cost_of_equity_fraction: float | None = unit_field(
        "Cost of equity a year",
        "fraction",
        synonyms=("cost of equity", "coe", "ke", "equity", "re"),
        plausible=(0.0, 0.5),
        where="for example from CAPM",
        default=None,
        gt=-1,
        lt=1,
    )
    cost_of_debt_fraction: float = cost_of_debt_field()
    tax_rate_fraction: float | None = tax_rate_field()
    risk_free_fraction: float | None = unit_field(
        "Risk-free rate a year, for costs of equity by CAPM",
        "fraction",
        synonyms=RISK_FREE_WORDS,
        plausible=(-0.02, 0.2),
        where="Treasury bill yields",
        parameter="rate_fraction",
        default=None,
        gt=-1,
        lt=1,
    )
    beta: float | None = unit_field(
        "Beta of the structure to the market",
        "ratio",
        synonyms=("beta",),
        plausible=(-5.0, 5.0),
        parameter="capm_beta",
        default=None,
        ge=-100,
        le=100,
    )
    equity_risk_premium_fraction: float | None = unit_field(
        "Equity risk premium a year",
        "fraction",
        synonyms=("equity risk premium", "erp", "market premium"),
        plausible=(0.0, 0.2),
        parameter="equity_risk_premium_fraction",
        default=None,
        gt=-1,
        lt=1,
    )
    market_return_fraction: float | None = unit_field(
        "Expected market return a year", "fraction", synonyms=("market return",), plausible=(-0.2, 0.4), default=None, gt=-1, lt=1
    )

    @model_validator(mode="after")
    def _one_cost_of_equity(self) -> Input:
        if self.equity_risk_premium_fraction is not None and self.market_return_fraction is not None:
            raise ValueError("market_return_fraction and equity_risk_premium_fraction exclude each other, give one of them")
        if self.cost_of_equity_fraction is None and self.risk_free_fraction is None and any(_needs_base(layer) for layer in self.layers):
            raise ValueError("cost_of_equity_fraction is missing without risk_free_fraction for CAPM, give one of them")
        if self.beta is not None and self.cost_of_equity_fraction is not None:
            raise ValueError("cost_of_equity_fraction and beta exclude each other, give one of them")
        by_capm = any(layer.beta is not None for layer in self.layers) or (
            self.cost_of_equity_fraction is None and any(_needs_base(layer) for layer in self.layers)
        )
        for name in _CAPM:
            if not by_capm and getattr(self, name) is not None:
                raise ValueError(f"{name} is used by no layer, leave it out")
        return self


def _needs_base(layer: Layer) -> bool:
    return layer.cost_of_equity_fraction is None and layer.beta is None


class LayerResult(Frozen):
    """The structure up to and including one layer; rates are fractions a year.

    `wacc_fraction`, `capital_usd` and `carry_drag_fraction` are of all layers so far, `cost_of_capital_fraction` and
    `layer_carry_drag_fraction` of this one alone. `change_bp` is null for the first layer, which changes nothing. A drag is carry
    cost over capital, positive for a cost, and null while the carry of a layer in it is not given.
    """

    name: str
    capital_usd: float
    cost_of_capital_fraction: float
    wacc_fraction: float
    change_bp: float | None
    layer_carry_drag_fraction: float | None
    carry_drag_fraction: float | None


class Result(Frozen):
    """Each layer in order, then the whole structure. The carry drag is apart and never added to the WACC."""

    by_layer: list[LayerResult]
    wacc_fraction: float
    carry_drag_fraction: float | None


def calculate(inputs: Input, ledger: Ledger) -> Result:
    """WACC = sum K [(1 - x) ke + x rd (1 - tax)] / sum K, with ke by CAPM where a beta is given."""
    rates = {
        "cost_of_debt_fraction": ledger.given("cost_of_debt_fraction", inputs.cost_of_debt_fraction, "fraction"),
        "tax_rate_fraction": _or_parameter(ledger, "tax_rate_fraction", inputs.tax_rate_fraction),
    }
    base = _base_cost_of_equity(inputs, ledger) if any(_needs_base(layer) for layer in inputs.layers) else None
    layers = [_read(number, layer, base, inputs, ledger) for number, layer in enumerate(inputs.layers)]
    costs = layered_wacc(layers, base, rates["cost_of_debt_fraction"], rates["tax_rate_fraction"])
    own = "(1 - borrowed_fraction) * cost_of_equity_fraction + borrowed_fraction * cost_of_debt_fraction * (1 - tax_rate_fraction)"
    for number, (layer, cost) in enumerate(zip(layers, costs, strict=True)):
        equity = (
            {"cost_of_equity_fraction": base} if layer.cost_of_equity is None else {f"layers.{number}.cost_of_equity_fraction": layer.cost_of_equity}
        )
        used = {f"layers.{number}.borrowed_fraction": layer.borrowed_fraction} | equity | rates
        ledger.derive(f"layers.{number}.cost_of_capital_fraction", own, used, cost.cost_of_capital, "fraction")
        _record_so_far(number, layers, costs, ledger)
    return Result(
        by_layer=[
            LayerResult(
                name=cost.name,
                capital_usd=cost.capital_usd,
                cost_of_capital_fraction=cost.cost_of_capital,
                wacc_fraction=cost.wacc,
                change_bp=cost.change_bp,
                layer_carry_drag_fraction=cost.layer_carry_drag,
                carry_drag_fraction=cost.carry_drag,
            )
            for cost in costs
        ],
        wacc_fraction=costs[-1].wacc,
        carry_drag_fraction=costs[-1].carry_drag,
    )


def _or_parameter(ledger: Ledger, name: str, value: float | None) -> float:
    return float(ledger.parameter(name) if value is None else ledger.given(name, value, "fraction"))


def _premium(inputs: Input, ledger: Ledger) -> dict[str, float]:
    """Risk-free rate and equity risk premium, as steps; the premium is the market return less the rate unless given or assumed."""
    risk_free = ledger.resolve("risk_free_fraction", inputs.risk_free_fraction, "rate_fraction", "fraction")
    if inputs.market_return_fraction is None:
        premium = _or_parameter(ledger, "equity_risk_premium_fraction", inputs.equity_risk_premium_fraction)
    else:
        market = ledger.given("market_return_fraction", inputs.market_return_fraction, "fraction")
        used = {"market_return_fraction": market, "risk_free_fraction": risk_free}
        formula = "market_return_fraction - risk_free_fraction"
        premium = ledger.derive("equity_risk_premium_fraction", formula, used, market - risk_free, "fraction")
    return {"risk_free_fraction": risk_free, "equity_risk_premium_fraction": premium}


def _base_cost_of_equity(inputs: Input, ledger: Ledger) -> float:
    if inputs.cost_of_equity_fraction is not None:
        return float(ledger.given("cost_of_equity_fraction", inputs.cost_of_equity_fraction, "fraction"))
    parts = _premium(inputs, ledger)
    beta = ledger.resolve("beta", inputs.beta, "capm_beta", "ratio")
    return _by_capm("cost_of_equity_fraction", "beta", beta, parts, ledger)


def _by_capm(name: str, beta_name: str, beta: float, parts: Mapping[str, float], ledger: Ledger) -> float:
    value = capm(parts["risk_free_fraction"], beta, parts["equity_risk_premium_fraction"])
    formula = "risk_free_fraction + beta * equity_risk_premium_fraction"
    return float(ledger.derive(name, formula, {**parts, beta_name: beta}, value, "fraction"))


def _read(number: int, layer: Layer, base: float | None, inputs: Input, ledger: Ledger) -> CapitalLayer:
    place = f"layers.{number}"
    ledger.given(f"{place}.capital_usd", layer.capital_usd, "usd")
    ledger.given(f"{place}.borrowed_fraction", layer.borrowed_fraction, "fraction")
    own: float | None = None
    if layer.beta is not None:
        beta = ledger.given(f"{place}.beta", layer.beta, "ratio")
        own = _by_capm(f"{place}.cost_of_equity_fraction", f"{place}.beta", beta, _premium(inputs, ledger), ledger)
    elif layer.cost_of_equity_fraction is not None:
        own = ledger.given(f"{place}.cost_of_equity_fraction", layer.cost_of_equity_fraction, "fraction")
    return CapitalLayer(layer.name, layer.capital_usd, layer.borrowed_fraction, own, _carry_a_year(place, layer, ledger))


def _carry_a_year(place: str, layer: Layer, ledger: Ledger) -> float | None:
    if layer.carry_cost_usd_per_day is None and layer.carry_cost_usd is None:
        return None
    year = ledger.parameter("days_per_year")
    used: dict[str, Any] = {"days_per_year": year}
    if layer.carry_cost_usd_per_day is not None:
        used[f"{place}.carry_cost_usd_per_day"] = ledger.given(f"{place}.carry_cost_usd_per_day", layer.carry_cost_usd_per_day, "usd")
        value, formula = layer.carry_cost_usd_per_day * year, "carry_cost_usd_per_day * days_per_year"
    else:
        assert layer.carry_cost_usd is not None and layer.days is not None, "the validator asks for both"
        used[f"{place}.carry_cost_usd"] = ledger.given(f"{place}.carry_cost_usd", layer.carry_cost_usd, "usd")
        used[f"{place}.days"] = ledger.given(f"{place}.days", layer.days, "days")
        value, formula = layer.carry_cost_usd / layer.days * year, "carry_cost_usd / days * days_per_year"
    return float(ledger.derive(f"{place}.carry_cost_usd_per_year", formula, used, value, "usd"))


def _record_so_far(number: int, layers: list[CapitalLayer], costs: list[LayerCost], ledger: Ledger) -> None:
    """The steps of the structure up to a layer: capital, WACC, its change, carry drag."""
    place, cost, so_far = f"layers.{number}", costs[number], range(number + 1)
    capital = {f"layers.{k}.capital_usd": layers[k].capital_usd for k in so_far}
    ledger.derive(f"{place}.capital_so_far_usd", "sum of capital_usd", capital, cost.capital_usd, "usd")
    rates = {f"layers.{k}.cost_of_capital_fraction": costs[k].cost_of_capital for k in so_far}
    formula = "sum(capital_usd * cost_of_capital_fraction) / sum(capital_usd)"
    ledger.derive(f"{place}.wacc_fraction", formula, capital | rates, cost.wacc, "fraction")
    if cost.change_bp is not None:
        used = {f"{place}.wacc_fraction": cost.wacc, f"layers.{number - 1}.wacc_fraction": costs[number - 1].wacc}
        ledger.derive(f"{place}.change_bp", "10000 * (wacc_fraction - wacc_fraction of the layer before)", used, cost.change_bp, "bp")
    if layers[number].carry_cost_usd_per_year is not None:
        own = {f"{place}.carry_cost_usd_per_year": layers[number].carry_cost_usd_per_year, f"{place}.capital_usd": layers[number].capital_usd}
        ledger.derive(f"{place}.layer_carry_drag_fraction", "carry_cost_usd_per_year / capital_usd", own, cost.layer_carry_drag, "fraction")
    if cost.carry_drag is not None:
        carries = {f"layers.{k}.carry_cost_usd_per_year": layers[k].carry_cost_usd_per_year for k in so_far}
        formula = "sum(carry_cost_usd_per_year) / sum(capital_usd)"
        ledger.derive(f"{place}.carry_drag_fraction", formula, capital | carries, cost.carry_drag, "fraction")


def needed_beside(given: Mapping[str, Any]) -> tuple[str, ...]:
    """A cost of equity, unless every layer has its own or CAPM inputs stand in for it."""
    layers = given.get("layers")
    own = isinstance(layers, list) and layers and all("cost_of_equity_fraction" in layer for layer in layers if isinstance(layer, Mapping))
    return () if own or "risk_free_fraction" in given else ("cost_of_equity_fraction",)
