"""The shape of a hedge plan."""

from typing import Literal

from rules.fields import Frozen, IsoDate
from rules.outcomes.models import BreakEvens, Capital, LayerOutcome, PnlGrid, RollPrompt, ScenarioSet, VariationMargin
from rules.planning.inputs import HedgeInstrument, State
from rules.planning.layers import LayerNumber

Stage = Literal[
    "nothing_to_hedge",
    "planned_hedge_vega_needed",
    "waiting_for_signals",
    "layer_1_futures",
    "layer_1_infeasible",
    "layer_2_calls",
    "layer_3_etfs",
    "complete",
    "forbidden",
]
LayerState = Literal["ordered", "waiting", "filled", "held", "blocked", "forbidden", "not_needed"]


class PlanLayer(Frozen):
    """One position of the stack, in order. Costs, Greeks and `outcome` are cumulative: with this position and all before it.

    `quantity` is what the hedge holds once this part is in place, `held_quantity` what of it is held,
    `entry_price` what one was or is bought at (index points; USD for a share).
    `exposure_usd_per_vix_point` and `share_fraction` (of the planned hedge vega) are of this position;
    `layer_cost_usd` too. `exposure_left_usd_per_vix_point` is what of the planned hedge vega is still open.
    Vega is USD per VIX point, delta USD per SPX point: of the condors alone, of the hedge alone, and of both.
    Null: not known, `reason` says why.
    """

    layer: LayerNumber
    instrument: HedgeInstrument
    name: str
    expiry: IsoDate | None
    strike: float | None
    tranche: int | None
    quantity: int
    held_quantity: int
    entry_price: float | None
    exposure_usd_per_contract: float | None
    exposure_usd_per_vix_point: float
    share_fraction: float
    exposure_left_usd_per_vix_point: float
    layer_cost_usd: float | None
    hedge_cost_usd: float | None
    hedge_cost_of_credit_fraction: float | None
    max_profit_after_usd: float | None
    vega_before_usd_per_vix_point: float | None
    vega_after_usd_per_vix_point: float | None
    hedge_vega_usd_per_vix_point: float
    delta_before_usd: float | None
    delta_after_usd: float | None
    hedge_delta_usd: float | None
    delta_note: str | None
    outcome: LayerOutcome | None
    state: LayerState
    reason: str


class Alternative(Frozen):
    """Another way to fill layer 1: contracts inside the band, or the nearest planned hedge vega that would fit.

    For choices with minis the contracts are counted in minis, ten to a full contract; `stand_in` is a fund in
    place of futures, counted in shares.
    """

    choice: str
    stand_in: bool
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
    """One signal on the day of the plan.

    `since` is null where the day is not known. `distance_to_trigger` is how far the last value is from where the signal
    triggers: positive short of it, negative beyond; null for a state that was given. `base_rate_fraction` is the share of
    history in which the signal passed, `history` what followed from it there, `read` what was read, `reason` why.
    """

    signal: str
    state: State
    since: IsoDate | None
    distance_to_trigger: float | None
    distance_unit: str | None
    base_rate_fraction: float | None
    read: str
    reason: str
    history: str | None


class ScheduledOrder(Frozen):
    """What is ordered today or waits, with the first day it can be ordered and what for; null: no day can be named yet."""

    earliest_on: IsoDate | None
    instrument: HedgeInstrument
    name: str
    quantity: int
    state: Literal["ordered", "waiting"]
    reason: str


class Advice(Frozen):
    """Something to look at, never an order: an id, its state (pass: it applies), the figure and the reason."""

    id: str
    state: State
    value: float | None
    limit: float | None
    reason: str


class SyntheticFuture(Frozen):
    """A call bought and a put sold at one strike and date, against the future (source paragraph 9); ten pairs to a VX contract.

    Prices are index points. `edge_usd_per_pair` is what the synthetic costs less than the future at the quotes.
    """

    expiry: IsoDate
    strike: float
    synthetic_bid_index_points: float
    synthetic_ask_index_points: float
    future_price_index_points: float
    quotes_consistent: bool
    edge_usd_per_pair: float
    pairs_per_future: int
    note: str


class HoldingReview(Frozen):
    """A hedge that is held: what to do with it is add, leave, or look (`above_band`); never an order to sell."""

    name: str
    instrument: HedgeInstrument
    quantity: int
    exposure_usd_per_vix_point: float | None
    share_fraction: float | None
    action: Literal["leave", "add", "above_band", "quote_it"]
    reason: str


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


class Comparator(Frozen):
    """A public rule-based hedge on the same day: the share of its value that it would spend on calls of `expiry`."""

    name: str
    expiry: IsoDate
    forward_index_points: float
    call_budget_fraction: float
    note: str


class HedgePlan(Frozen):
    """A layered hedge for a book of short iron condors, as planned on one day.

    `planned_hedge_vega_usd` is H, USD per VIX point, fixed on `planned_on`; `current_need_usd_per_vix_point` is what the
    condors' vega asks for on `as_of`, a report that never lowers H. `orders` are the day's only orders; everything
    else waits, with the reason in its layer and in `schedule`. `worst_combined_loss_usd` is a positive amount,
    `worst_side` the side of the condors it lies on; `variation_margin_usd` the cash call of the futures when the VIX falls.
    """

    planned_on: IsoDate
    as_of: IsoDate
    stage: Stage
    summary: str
    planned_hedge_vega_usd: float | None
    current_need_usd_per_vix_point: float | None
    vol_per_vix_point: float
    condors: list[CondorSummary]
    book_vega_usd: float | None
    book_delta_usd: float | None
    credit_usd: float | None
    layers: list[PlanLayer]
    alternatives: list[Alternative]
    orders: list[Order]
    schedule: list[ScheduledOrder]
    checks: list[Check]
    advices: list[Advice]
    break_evens: BreakEvens | None
    scenarios: list[ScenarioSet]
    gamma_moves: ScenarioSet | None
    worst_combined_loss_usd: float | None
    worst_side: Literal["put", "call"] | None
    worst_at: str | None
    variation_margin_usd: list[VariationMargin]
    capital: Capital | None
    roll_calendar: list[RollPrompt]
    holdings: list[HoldingReview]
    synthetic_futures: list[SyntheticFuture]
    comparators: list[Comparator]
    grid: PnlGrid | None
    signals: list[SignalState]
    notes: list[str]
