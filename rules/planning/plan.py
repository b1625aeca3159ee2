"""From a book, a market and signals to a hedge plan: stage, layers, orders, outcomes, checks, each with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rules.ledger import Ledger
from rules.outcomes.models import BreakEvens, Capital, LayerOutcome, PnlGrid, ScenarioSet, SetName, Side
from rules.outcomes.stack_outcomes import Outcomes, break_evens, evaluate, scenario_set, set_summary, variation_margin, worst_loss
from rules.planning.alternatives import alternatives
from rules.planning.book import Book, book_numbers, current_need_usd, planned_hedge_vega, read_book
from rules.planning.capital import CapitalAfter, capital_after_rows, capital_of_plan
from rules.planning.checks import irr_state, plan_checks, plan_notes, sized_afresh
from rules.planning.comparators import vxth
from rules.planning.execution import Purse
from rules.planning.holdings import progress_of
from rules.planning.inputs import Account
from rules.planning.layers import FuturesChoice, Position, futures_choices
from rules.planning.laying import Draft, lay
from rules.planning.market import MarketView
from rules.planning.models import HedgePlan, PlanLayer, SignalState, Stage, SyntheticFuture
from rules.planning.request import PlanInput
from rules.planning.review import advices, review_holdings, schedule
from rules.planning.roll_calendar import roll_calendar
from rules.planning.rows import number_rows
from rules.planning.shares import call_tranche_count
from rules.signals import gates

SHOWN: tuple[SetName, ...] = ("vol_only", "joint", "historical")


@dataclass(frozen=True, slots=True)
class _After:
    """What follows from the stack: outcomes by row, sets and break-evens of the whole, worst loss and capital."""

    by_row: dict[int, LayerOutcome]
    sets: list[ScenarioSet]
    gamma: ScenarioSet | None
    edges: BreakEvens
    worst: tuple[float | None, Side | None, str | None]
    capital: Capital


@dataclass(frozen=True, slots=True)
class Laid:
    """A plan before its rows are numbered: market, book, planned hedge vega, signals, layers.

    `draft` is None where there is nothing to lay layers for. Amounts are USD per VIX point.
    """

    view: MarketView
    book: Book | None
    planned_usd: float | None
    board: list[SignalState]
    need_usd: float | None
    draft: Draft | None
    choices: Sequence[FuturesChoice] = ()
    chosen: FuturesChoice | None = None

    def rows(self) -> list[tuple[int, Position, int]]:
        """The sized rows of the stack: number, position, quantity."""
        return [] if self.draft is None else _rows(self.draft)


def make_plan(request: PlanInput, ledger: Ledger) -> HedgePlan:
    """The plan of one day.

    Layers come in the stated order (source paragraph 1): futures in the stated band, calls in stated
    increments, funds for the rest. An order is given only where the layer before is filled and the
    signals allow it; what waits says why. Raises RulesError for input that cannot be planned on.
    """
    laid = laid_layers(request, ledger)
    draft = laid.draft
    if draft is None:
        from rules.planning.unplanned import unplanned

        return unplanned(request, laid.planned_usd, laid.book, laid.board, laid.need_usd, laid.view, ledger)
    layers = number_rows(draft)
    after = None if laid.book is None else _outcomes(draft, laid.book, layers, request)
    if after is not None:
        layers = [layer.model_copy(update={"outcome": after.by_row.get(number)}) for number, layer in enumerate(layers)]
    return _assembled(request, laid, draft, layers, after)


def laid_layers(request: PlanInput, ledger: Ledger) -> Laid:
    """The market read, the book valued and the layers laid: all that the numbers of a plan are computed from.

    Raises RulesError for input that cannot be planned on.
    """
    view = MarketView(request.market, request.as_of, ledger)
    portfolio = request.portfolio
    book = None if portfolio is None or not portfolio.condors else read_book(portfolio, view, ledger)
    planned = planned_hedge_vega(request.planned_hedge_vega_usd, book, ledger)
    board = gates.board(request.signals, request.as_of, ledger)
    need = current_need_usd(book, ledger)
    if not planned:
        return Laid(view, book, planned, board, need, None)
    account = Account() if portfolio is None else portfolio.account
    holdings = [] if portfolio is None else portfolio.holdings
    wished = account.etf_stands_in and account.etfs_allowed
    held = progress_of(holdings, planned, wished and not account.futures_allowed, view, ledger)
    choices = futures_choices(planned, held.first_held(), view, account, ledger)
    chosen = next((choice for choice in choices if choice.feasible), None)
    stand_in = wished and (not account.futures_allowed or (chosen is None and not held.first_layer_filled))
    if stand_in and account.futures_allowed:
        held = progress_of(holdings, planned, True, view, ledger)
    draft = Draft(
        planned_usd=planned,
        book=book,
        view=view,
        account=account,
        held=held,
        start=gates.layer_1(gates.states(board), ledger),
        timing=gates.layer_2(gates.states(board), ledger),
        spacing_override=request.spacing_override,
        ledger=ledger,
        purse=Purse(account, ledger),
        stand_in=stand_in,
    )
    lay(draft, chosen)
    return Laid(view, book, planned, board, need, draft, choices, chosen)


def _assembled(request: PlanInput, laid: Laid, draft: Draft, layers: list[PlanLayer], after: _After | None) -> HedgePlan:
    ledger, view, book, planned = draft.ledger, draft.view, draft.book, draft.planned_usd
    choices, chosen, need = laid.choices, laid.chosen, laid.need_usd
    stage = _stage(draft, chosen)
    rows = _rows(draft)
    exposures = [(f"layers.{number}.exposure_usd_per_vix_point", layers[number].exposure_usd_per_vix_point) for number, p, _ in rows if _is_future(p)]
    return HedgePlan(
        planned_on=request.as_of if request.planned_on is None else request.planned_on,
        as_of=request.as_of,
        stage=stage,
        summary=_summary(draft, stage, layers),
        planned_hedge_vega_usd=planned,
        current_need_usd_per_vix_point=need,
        vol_per_vix_point=ledger.parameter("vol_per_vix_point"),
        **book_numbers(book),
        layers=layers,
        alternatives=alternatives(choices, chosen, draft, ledger),
        orders=draft.orders,
        schedule=schedule(draft),
        checks=plan_checks(draft, layers, choices, None if after is None else after.sets, None if after is None else after.capital),
        advices=advices(draft, need, request.price_to_cash_flow, ledger),
        break_evens=None if after is None else after.edges,
        scenarios=[] if after is None else after.sets,
        gamma_moves=None if after is None else after.gamma,
        worst_combined_loss_usd=None if after is None else after.worst[0],
        worst_side=None if after is None else after.worst[1],
        worst_at=None if after is None else after.worst[2],
        variation_margin_usd=variation_margin(exposures, "", ledger),
        capital=None if after is None else after.capital,
        roll_calendar=roll_calendar(rows, planned, book, view, ledger),
        holdings=review_holdings(draft),
        synthetic_futures=_synthetic(view, ledger),
        comparators=[vxth(view, ledger)],
        grid=_grid(request, book, rows, view, ledger),
        signals=laid.board,
        notes=plan_notes(draft, layers, chosen, ledger) + sized_afresh(request.planned_hedge_vega_usd, request.portfolio),
    )


def _synthetic(view: MarketView, ledger: Ledger) -> list[SyntheticFuture]:
    if not view.market.puts:
        return []
    from rules.planning.synthetic import synthetic_futures

    return synthetic_futures(view, ledger)


def _grid(request: PlanInput, book: Book | None, rows: Sequence[tuple[int, Position, int]], view: MarketView, ledger: Ledger) -> PnlGrid | None:
    if request.grid is None or book is None:
        return None
    from rules.outcomes.pnl_grid import pnl_grid

    return pnl_grid(request.grid, book, rows, view, ledger)


def _outcomes(draft: Draft, book: Book, layers: Sequence[PlanLayer], request: PlanInput) -> _After:
    """Value the stack in every state and read it after each row."""
    ledger, rows = draft.ledger, _rows(draft)
    found = evaluate(book, rows, draft.view, ledger)
    by_capital, parts = capital_after_rows(draft, layers, request.financing)
    capital = capital_of_plan(draft, layers, by_capital, parts)
    numbers = [number for number, _, _ in rows]
    edges = break_evens(found, [(number, position.name) for number, position, _ in rows], numbers, ledger)
    by_row: dict[int, LayerOutcome] = {}
    for place, number in enumerate(numbers):
        by_row[number] = _after_row(found, number, numbers[: place + 1], layers, edges, place, by_capital[number])
    total = capital.capital_at_risk_usd
    sets = [scenario_set(found, name, numbers, total, f"scenarios.{name}") for name in SHOWN]
    gamma = scenario_set(found, "gamma", numbers, total, "scenarios.gamma") if "gamma" in found.sets else None
    return _After(by_row, sets, gamma, edges, worst_loss(found, numbers, ""), capital)


def _after_row(
    found: Outcomes, number: int, rows: Sequence[int], layers: Sequence[PlanLayer], edges: BreakEvens, place: int, capital: CapitalAfter
) -> LayerOutcome:
    """Condors and hedge after one row."""
    step, ledger = f"layers.{number}.", found.ledger
    sets = [scenario_set(found, name, rows, capital.capital_usd, f"{step}scenarios.{name}") for name in SHOWN]
    loss, side, _ = worst_loss(found, rows, step)
    exposures = [(f"layers.{row}.exposure_usd_per_vix_point", layers[row].exposure_usd_per_vix_point) for row in rows if row in found.futures]
    edge = edges.after_layers[place]
    return LayerOutcome(
        break_even_low=edge.low,
        break_even_high=edge.high,
        max_profit_vix_held_usd=edge.max_profit_usd,
        worst_combined_loss_usd=loss,
        worst_side=side,
        variation_margin_usd=variation_margin(exposures, step, ledger),
        capital_at_risk_usd=capital.capital_usd,
        wacc_fraction=capital.wacc,
        wacc_change_bp=capital.change_bp,
        carry_drag_fraction=capital.carry_drag,
        irr_positive=irr_state(sets[0]),
        sets=[set_summary(item) for item in sets],
    )


def _rows(draft: Draft) -> list[tuple[int, Position, int]]:
    """The sized rows of the stack: number, position, quantity."""
    return [(number, row.entry, row.quantity) for number, row in enumerate(draft.rows) if isinstance(row.entry, Position) and row.quantity]


def _is_future(position: Position) -> bool:
    return position.instrument in ("vx", "vxm")


def _stage(draft: Draft, chosen: FuturesChoice | None) -> Stage:
    held = draft.held
    if draft.first_layer_wanted and not held.first_layer_filled:
        missing = any(isinstance(row.entry, Position) and row.entry.layer == 1 and row.due for row in draft.rows)
        if not missing and (draft.stand_in or chosen is None):
            return "layer_1_infeasible"
        return "layer_1_futures" if draft.start.armed else "waiting_for_signals"
    if not draft.start.armed and not held.first_layer_filled:
        return "waiting_for_signals"
    if draft.tranches_filled < call_tranche_count(draft.ledger) and draft.account.options_allowed:
        return "layer_2_calls"
    account = draft.account
    if not held.positions and not (account.futures_allowed or account.options_allowed or account.etfs_allowed):
        return "forbidden"
    return "complete" if draft.funds_filled or not account.etfs_allowed else "layer_3_etfs"


def _summary(draft: Draft, stage: Stage, layers: Sequence[PlanLayer]) -> str:
    if draft.orders:
        return "; ".join(f"buy {order.quantity} {order.name}" for order in draft.orders) + f" ({draft.start.reason})"
    if stage == "layer_1_infeasible" and not draft.stand_in:
        return "no order: no whole number of futures fits the band at this planned hedge vega"
    if stage == "waiting_for_signals":
        return f"no order: {draft.start.reason}"
    if stage == "forbidden":
        return "no order: the account may trade none of the instruments of the three layers"
    waiting = [layer.reason for layer in layers if layer.state in ("waiting", "blocked")]
    return f"no order: {waiting[0]}" if waiting else "no order: every layer is in place"
