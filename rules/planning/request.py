"""What a hedge plan is asked with: a day, the book or its hedge vega, the market, the signals, and what is optional."""

from typing import Self

from pydantic import model_validator

from rules.common_fields import cost_of_debt_field, tax_rate_field
from rules.fields import Frozen, IsoDate, unit_field
from rules.planning.inputs import Market, Portfolio, Signals


class LayerFinancing(Frozen):
    """How one component is financed: its beta to the market (long VIX is negative) or its cost of equity, and the borrowed part."""

    beta: float | None = unit_field("Beta of the component to the market", "ratio", plausible=(-10, 5), where="a regression", default=None)
    cost_of_equity_fraction: float | None = unit_field("Cost of equity a year, instead of a beta", "fraction", default=None, gt=-1, lt=1)
    borrowed_fraction: float = unit_field("Share of its capital that is borrowed", "fraction", default=0.0, ge=0, le=1)

    @model_validator(mode="after")
    def _one_cost(self) -> Self:
        if (self.beta is None) == (self.cost_of_equity_fraction is None):
            raise ValueError("needs exactly one of beta and cost_of_equity_fraction, give one of them")
        return self


class Financing(Frozen):
    """Costs of capital for the WACC after each layer; without it the WACC is not evaluated."""

    cost_of_debt_fraction: float = cost_of_debt_field()
    tax_rate_fraction: float | None = tax_rate_field()
    condor: LayerFinancing = unit_field("Financing of the condors", "object")
    futures: LayerFinancing = unit_field("Financing of the futures' margin", "object")
    calls: LayerFinancing = unit_field("Financing of the calls' premium", "object")
    etfs: LayerFinancing = unit_field("Financing of the funds", "object")


class Grid(Frozen):
    """A table of the P/L over SPX and the VIX, `days` from now."""

    spx_points: int = unit_field("SPX levels", "count", default=41, ge=2, le=201)
    vix_points: int = unit_field("VIX levels", "count", default=41, ge=2, le=201)
    spx_range_fraction: float = unit_field("Reach on either side of SPX", "fraction", default=0.10, gt=0, lt=0.9)
    vix_low: float = unit_field("Lowest VIX", "vix_points", default=10.0, gt=0)
    vix_high: float = unit_field("Highest VIX", "vix_points", default=50.0, gt=0)
    days: int = unit_field("Calendar days from now", "days", default=0, ge=0)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.vix_low >= self.vix_high:
            raise ValueError(f"vix_high {self.vix_high:g} is not above vix_low {self.vix_low:g}, give them in order")
        return self


class PlanInput(Frozen):
    """A day, the book or the hedge vega planned for it, the market and the signals."""

    as_of: IsoDate = unit_field("Day of the plan", "date", where="the calendar")
    portfolio: Portfolio | None = unit_field("Condors, hedges held and account", "object", default=None)
    planned_hedge_vega_usd: float | None = unit_field(
        "Total planned hedge vega in USD per VIX point, instead of the one computed from the book",
        "usd",
        synonyms=("planned hedge vega", "hedge vega", "planned vega", "vega", "h"),
        where="the absolute vega of the condor book times the part of it to be hedged",
        plausible=(100, 50_000_000),
        default=None,
        gt=0,
    )
    planned_on: IsoDate | None = unit_field("Day the hedge vega was planned, when earlier than as_of", "date", default=None)
    market: Market = unit_field("Market of the day", "object")
    signals: Signals = unit_field("The five signals: states, or the series to evaluate them on", "object", default_factory=Signals)
    financing: Financing | None = unit_field("Costs of capital, for the WACC", "object", default=None)
    price_to_cash_flow: list[float] | None = unit_field(
        "Price-to-cash-flow ratio of the market by quarter, oldest first, the present one last", "ratio", default=None, min_length=1
    )
    spacing_override: str | None = unit_field(
        "Why the spacing of call tranches is set aside for this plan; recorded in the order", "text", default=None, min_length=5, max_length=200
    )
    grid: Grid | None = unit_field("A table of P/L over SPX and the VIX", "object", default=None)

    @model_validator(mode="after")
    def _something_to_hedge(self) -> Self:
        if self.portfolio is None and self.planned_hedge_vega_usd is None:
            raise ValueError("portfolio is missing without planned_hedge_vega_usd, give one of them")
        if self.portfolio is not None and not self.portfolio.condors and self.planned_hedge_vega_usd is None:
            raise ValueError("portfolio.condors is empty without planned_hedge_vega_usd, give condors or the hedge vega")
        if self.market.spx is None and self.portfolio is not None and self.portfolio.condors:
            raise ValueError("market.spx is missing beside condors, add it")
        if self.market.spx is None and self.grid is not None:
            raise ValueError("market.spx is missing beside grid, add it")
        if self.planned_on is not None and self.planned_hedge_vega_usd is None:
            raise ValueError("planned_hedge_vega_usd is missing beside planned_on, give the hedge vega planned that day")
        if self.planned_on is not None and self.planned_on > self.as_of:
            raise ValueError(f"planned_on {self.planned_on} is after as_of {self.as_of}, give the earlier day")
        return self
