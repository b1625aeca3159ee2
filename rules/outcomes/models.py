"""The shape of what a hedge plan earns, loses, ties up and asks for over time."""

from typing import Literal

from rules.fields import Frozen, IsoDate
from rules.finance.returns import AnnualisedStatus
from rules.planning.inputs import State

SetName = Literal["vol_only", "joint", "historical", "gamma"]
Side = Literal["put", "call"]


class VariationMargin(Frozen):
    """Cash that futures call for when the VIX moves by `vix_points` today; `amount_usd` is positive when it has to be paid."""

    vix_points: float
    amount_usd: float


class ScenarioOutcome(Frozen):
    """P/L since entry of condors and hedge in one state of the market, USD.

    `return_fraction` is P/L over capital at risk; `irr_fraction` that return annualised, as a one-off.
    """

    label: str
    spx: float
    vix: float
    days: float
    condor_pnl_usd: float | None
    hedge_pnl_usd: float
    pnl_usd: float | None
    return_fraction: float | None
    irr_fraction: float | None
    status: AnnualisedStatus | Literal["not_valued"]


class ScenarioSet(Frozen):
    """Outcomes of one set of shocks; only the set that `decides` is part of a check."""

    set: SetName
    decides: bool
    outcomes: list[ScenarioOutcome]
    share_positive_fraction: float | None
    worst: str | None
    worst_pnl_usd: float | None
    failing: list[str]


class SetSummary(Frozen):
    """One scenario set after a layer: how much of it earns, and the lowest annualised return."""

    set: SetName
    share_positive_fraction: float | None
    lowest_return_fraction: float | None
    lowest_irr_fraction: float | None
    failing: list[str]


class ProfitRangeAt(Frozen):
    """SPX levels between which condors and hedge earn; an open edge is null."""

    low: float | None
    high: float | None


class BreakEvenAfter(Frozen):
    """Break-evens at the condors' expiry with the VIX held, after a layer (or of the condors alone): edges, ranges, most profit."""

    name: str
    low: float | None
    high: float | None
    ranges: list[ProfitRangeAt]
    max_profit_usd: float


class FrontierPoint(Frozen):
    """At this VIX on the condors' expiry: the SPX edges at which condors and hedge come to 0; null: no such edge."""

    vix: float
    low: float | None
    high: float | None
    max_profit_usd: float


class BreakEvens(Frozen):
    """Where the book breaks even at the condors' expiry `on`.

    `condor_alone` and `after_layers` hold the VIX; `frontier` is the set of (SPX, VIX) with no P/L for the whole
    stack; `along_response` is its section where the VIX answers SPX by the declared response.
    """

    on: IsoDate
    condor_alone: BreakEvenAfter
    after_layers: list[BreakEvenAfter]
    frontier: list[FrontierPoint]
    along_response: BreakEvenAfter


class LayerOutcome(Frozen):
    """Condors and hedge after a layer; USD, fractions; null: not known, a check says why."""

    break_even_low: float | None
    break_even_high: float | None
    max_profit_vix_held_usd: float
    worst_combined_loss_usd: float | None
    worst_side: Side | None
    variation_margin_usd: list[VariationMargin]
    capital_at_risk_usd: float
    wacc_fraction: float | None
    wacc_change_bp: float | None
    carry_drag_fraction: float | None
    irr_positive: State
    sets: list[SetSummary]


class CapitalPart(Frozen):
    """Capital that one component ties up, USD, and where the figure is from."""

    name: str
    capital_usd: float
    note: str


class Capital(Frozen):
    """Capital at risk of the whole book and its cost; `carry_drag_fraction` is apart, never part of the WACC."""

    parts: list[CapitalPart]
    capital_at_risk_usd: float
    wacc_fraction: float | None
    carry_drag_fraction: float | None
    return_net_of_carry_fraction: float | None
    required_return_fraction: float | None


class RollPrompt(Frozen):
    """A hedge's settlement against the condors' expiry, the days left uncovered, and the band by then; all assumed."""

    name: str
    expiry: IsoDate
    last_trading_date: IsoDate
    prompt_on: IsoDate
    condor_expiry: IsoDate | None
    days_uncovered: int | None
    share_fraction_at_prompt: float | None
    above_band_at_prompt: bool | None
    advice: str


class PnlGrid(Frozen):
    """P/L since entry in USD over SPX (columns) and the VIX (rows), `days` from now."""

    days: int
    spx: list[float]
    vix: list[float]
    pnl_usd: list[list[float]]
