"""The shape of a report on a hedge that is followed."""

from typing import Literal

from rules.fields import Frozen, IsoDate
from rules.outcomes.models import RollPrompt
from rules.planning.layers import LayerNumber
from rules.planning.models import HedgePlan


class PositionPnl(Frozen):
    """One hedge since it was bought, USD; prices are index points, USD for a share; null: not known, `note` says why.

    `expected_by_beta_usd` is its exposure at planning times the move of the VIX since: what the assumed betas promised.
    """

    name: str
    layer: LayerNumber
    quantity: int
    entry_price: float | None
    price_now: float | None = None
    pnl_usd: float | None = None
    expected_by_beta_usd: float | None = None
    difference_usd: float | None = None
    note: str | None = None


class LayerPnl(Frozen):
    """P/L of one layer, USD, and what the assumed betas promised; null while it is not known of one of its hedges."""

    layer: LayerNumber
    pnl_usd: float | None
    expected_by_beta_usd: float | None


class BandDrift(Frozen):
    """The first layer's share of the planned hedge vega, planned and now, against the stated band."""

    planned_share_fraction: float
    share_fraction: float
    low_fraction: float
    high_fraction: float
    state: Literal["none_held", "below_band", "in_band", "above_band"]
    reason: str


class BookFigures(Frozen):
    """A condor book and the hedge it asks for: USD, index points, USD per VIX point."""

    credit_usd: float
    max_loss_usd: float
    vega_usd: float | None
    break_even_low: float | None
    break_even_high: float | None
    break_even_low_hedged: float | None
    break_even_high_hedged: float | None
    needed_hedge_vega_usd: float | None
    first_layer: str | None
    hedge_cost_usd: float | None


class WhatIf(Frozen):
    """Strikes moved: the book and its hedge before and after. Credit and volatility of a moved leg are modelled, not quoted."""

    moves: list[str]
    before: BookFigures
    after: BookFigures
    notes: list[str]


class FollowReport(Frozen):
    """An earlier plan on a later day: P/L, drift from the band, what to roll, what it would order next (`next`).

    `planned_hedge_vega_usd` stays what it was on `planned_on`; `current_need_usd_per_vix_point` is a report beside it.
    P/L is that of the condors still open and of the hedges held; `total_pnl_usd` is null while a part of it is not known.
    """

    planned_on: IsoDate
    as_of: IsoDate
    planned_hedge_vega_usd: float
    current_need_usd_per_vix_point: float | None
    vix_then: float
    vix_now: float
    condor_pnl_usd: float | None
    hedge_pnl_usd: float | None
    total_pnl_usd: float | None
    positions: list[PositionPnl]
    layers: list[LayerPnl]
    drift: BandDrift
    to_roll: list[RollPrompt]
    next: HedgePlan
    what_if: WhatIf | None
    notes: list[str]
