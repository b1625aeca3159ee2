"""What `follow` is told of today."""

from __future__ import annotations

from pydantic import Field

from rules.fields import Frozen, IsoDate, unit_field
from rules.options.volatility_fields import PriceByLeg, Volatility, VolatilityByLeg
from rules.planning.inputs import Holding, Market, Signals


class CondorToday(Frozen):
    """Volatilities or prices of one condor's legs today; without them the planned volatilities move with the VIX."""

    implied_volatility: Volatility | list[Volatility] | VolatilityByLeg | None = unit_field("Implied volatility today", "fraction", default=None)
    leg_prices_index_points: list[float] | PriceByLeg | None = unit_field("Prices of the legs today", "index_points", default=None)


class Today(Frozen):
    """Today: the market, the signals, and what is held; without `holdings` the plan's orders are taken as filled at its prices."""

    as_of: IsoDate = unit_field("Today", "date")
    market: Market = unit_field("Market of today", "object")
    signals: Signals = unit_field("The five signals", "object", default_factory=Signals)
    holdings: list[Holding] | None = unit_field("Hedges held today", "list", default=None)
    condors: list[CondorToday] | None = Field(default=None, description="Leg volatilities or prices today, one entry a condor of the plan")
    planned_hedge_vega_usd: float | None = unit_field("A raised hedge vega, on request", "usd", default=None, gt=0)
    price_to_cash_flow: list[float] | None = unit_field("Price-to-cash-flow ratio by quarter, oldest first", "ratio", default=None, min_length=1)
