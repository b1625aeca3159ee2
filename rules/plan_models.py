"""The shape of a hedge plan."""

from __future__ import annotations

from typing import Literal

from rules.fields import Frozen, IsoDate
from rules.inputs import HedgeInstrument, State
from rules.layers import LayerNumber

Stage = Literal[
    "nothing_to_hedge",
    "planned_hedge_vega_needed",
    "waiting_for_signals",
    "layer_1_futures",
    "layer_1_infeasible",
    "layer_2_calls",
    "layer_3_etfs",
    "complete",
]
LayerState = Literal["ordered", "waiting", "filled", "blocked", "forbidden", "not_needed"]


class PlanLayer(Frozen):
    """One position of the stack, in order. Costs and Greeks are cumulative: with this position and all before it.

    `exposure_usd_per_vix_point` and `share_fraction` (of the planned hedge vega) are of this position;
    `layer_cost_usd` too. Vega is USD per VIX point, delta USD per SPX point, of condors plus hedge.
    Null: not known, `reason` says why.
    """

    layer: LayerNumber
    instrument: HedgeInstrument
    name: str
    expiry: IsoDate | None
    strike: float | None
    tranche: int | None
    quantity: int
    exposure_usd_per_contract: float | None
    exposure_usd_per_vix_point: float
    share_fraction: float
    layer_cost_usd: float | None
    hedge_cost_usd: float | None
    hedge_cost_of_credit_fraction: float | None
    max_profit_after_usd: float | None
    vega_before_usd_per_vix_point: float | None
    vega_after_usd_per_vix_point: float | None
    delta_before_usd: float | None
    delta_after_usd: float | None
    delta_note: str | None
    state: LayerState
    reason: str


class Alternative(Frozen):
    """Another way to fill layer 1: contracts inside the band, or the nearest planned hedge vega that would fit.

    For choices with minis the contracts are counted in minis, ten to a full contract.
    """

    choice: str
    instruments: list[HedgeInstrument]
    expiry: IsoDate | None
    chosen: bool
    feasible: bool
    exposure_usd_per_contract: float | None
    contracts_low: int | None
    contracts_high: int | None
    contracts_best: int | None
    share_fraction: float | None
    nearest_feasible_below_usd: float | None
    nearest_feasible_above_usd: float | None
    reason: str


class Order(Frozen):
    """One order of the plan's day. Always a purchase that opens a hedge."""

    on: IsoDate
    instrument: HedgeInstrument
    name: str
    side: Literal["long"]
    quantity: int
    reason: str


class Check(Frozen):
    """One check: pass, fail or not evaluated, with the value, its limit and the reason."""

    id: str
    state: State
    value: float | None
    limit: float | None
    reason: str


class SignalState(Frozen):
    """One signal as given."""

    signal: str
    state: State
    since: IsoDate | None


class CondorSummary(Frozen):
    """One condor of the book: payoff at expiry and its Greeks (USD for the whole position, signed)."""

    expiry: IsoDate
    contracts: int
    credit_usd: float
    max_loss_usd: float
    break_even_low: float | None
    break_even_high: float | None
    vega_usd: float | None
    delta_usd: float | None


class HedgePlan(Frozen):
    """A layered hedge for a book of short iron condors, as planned on one day.

    `planned_hedge_vega_usd` is H, USD per VIX point, fixed when planned. `orders` are the day's only orders;
    everything else waits, with the reason in its layer.
    """

    planned_on: IsoDate
    stage: Stage
    summary: str
    planned_hedge_vega_usd: float | None
    condors: list[CondorSummary]
    book_vega_usd: float | None
    book_delta_usd: float | None
    credit_usd: float | None
    layers: list[PlanLayer]
    alternatives: list[Alternative]
    orders: list[Order]
    checks: list[Check]
    signals: list[SignalState]
    notes: list[str]
