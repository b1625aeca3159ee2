"""From a book, a market and signals to a hedge plan: stage, layers, orders, checks, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from rules import signals as gates
from rules.book import Book, planned_hedge_vega, read_book
from rules.execution import Progress, futures_due, order_quantity, progress_of
from rules.inputs import Account, Market, Portfolio, Signals
from rules.layers import (
    FuturesChoice,
    Gap,
    Position,
    call_positions,
    futures_choices,
    futures_positions,
)
from rules.ledger import Ledger
from rules.market import MarketView
from rules.outcomes import hedge_delta_usd, position_cost
from rules.plan_checks import plan_checks, plan_notes
from rules.plan_models import (
    Alternative,
    HedgePlan,
    LayerState,
    Order,
    PlanLayer,
    SignalState,
    Stage,
)
from rules.shares import call_tranche_count
from rules.stack import etf_position


@dataclass(slots=True)
class _Draft:
    """What is known while the layers are laid one after the other."""

    planned_usd: float
    book: Book | None
    view: MarketView
    account: Account
    ledger: Ledger
    layers: list[PlanLayer] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    tranches_filled: int = 0
    exposure_usd: float = 0.0
    cost_usd: float | None = 0.0


def make_plan(as_of: date, portfolio: Portfolio | None, planned_usd: float | None, market: Market, signals: Signals, ledger: Ledger) -> HedgePlan:
    """The plan of one day.

    Layers come in the stated order (source paragraph 1): futures in the stated band, calls in stated
    increments, funds for the rest. An order is given only where the layer before is filled and the
    signals allow it; what waits says why. Raises RulesError for input that cannot be planned on.
    """
    view = MarketView(market, as_of, ledger)
    book = None if portfolio is None else read_book(portfolio, view, ledger)
    planned = planned_hedge_vega(planned_usd, book, ledger)
    board = gates.board(signals)
    found = gates.states(board)
    if not planned:
        return _unplanned(as_of, planned, book, board, ledger)
    account = Account() if portfolio is None else portfolio.account
    draft = _Draft(planned, book, view, account, ledger)
    held = progress_of([] if portfolio is None else portfolio.holdings, planned, view, ledger)
    choices = futures_choices(planned, view, account, ledger)
    chosen = next((choice for choice in choices if choice.feasible), None)
    start, timing = gates.layer_1(found, ledger), gates.layer_2(found, ledger)
    _lay_futures(draft, chosen, start, held)
    _lay_calls(draft, start, timing, held)
    _lay_etf(draft, start, held)
    stage = _stage(draft, start, chosen, held)
    return HedgePlan(
        planned_on=as_of,
        stage=stage,
        summary=_summary(draft, stage, start.reason),
        planned_hedge_vega_usd=planned,
        condors=[] if book is None else book.condors,
        book_vega_usd=None if book is None else book.vega_usd,
        book_delta_usd=None if book is None else book.delta_usd,
        credit_usd=None if book is None else book.credit_usd,
        layers=draft.layers,
        alternatives=[_alternative(choice, choice is chosen, planned) for choice in choices],
        orders=draft.orders,
        checks=plan_checks(planned, book, draft.layers, choices, held.futures_share_fraction, ledger),
        signals=board,
        notes=plan_notes(view, account, chosen, ledger),
    )


def _lay_futures(draft: _Draft, chosen: FuturesChoice | None, start: gates.Arming, held: Progress) -> None:
    if not draft.account.futures_allowed:
        return
    held_words = f"futures held make up {held.futures_share_fraction:.1%} of the planned hedge vega"
    for position in [] if chosen is None else futures_positions(chosen, draft.ledger):
        due = futures_due(position, draft.planned_usd, held, draft.ledger)
        if held.futures_filled:
            _add(draft, position, "filled", held_words)
        elif not start.armed:
            _add(draft, position, "waiting", start.reason)
        elif due == 0:
            _add(draft, position, "blocked", f"{held_words}; another contract would leave the band")
        else:
            _add(draft, position, "ordered", start.reason if due == position.quantity else f"{start.reason}; {held_words}", due)


def _lay_calls(draft: _Draft, start: gates.Arming, timing: gates.Arming, held: Progress) -> None:
    least = draft.ledger.parameter("call_tranche_filled_fraction")
    for entry in call_positions(draft.planned_usd, call_tranche_count(draft.ledger), draft.view, draft.ledger):
        number = entry.tranche or 0
        filled = held.tranche_filled(number, None if isinstance(entry, Gap) else entry.quantity, least)
        draft.tranches_filled += filled
        if isinstance(entry, Gap):
            _add_gap(draft, entry, "filled" if filled else "blocked")
        elif not draft.account.options_allowed:
            _add(draft, entry, "forbidden", "the account may not buy options")
        elif filled:
            _add(draft, entry, "filled", f"tranche {number} is held")
        elif reason := _call_waits(draft, start, timing, held, number):
            _add(draft, entry, "waiting", reason)
        else:
            _add(draft, entry, "ordered", timing.reason, entry.quantity - held.tranches.get(number, 0))


def _call_waits(draft: _Draft, start: gates.Arming, timing: gates.Arming, held: Progress, number: int) -> str | None:
    """Why a tranche is not ordered today, None when it is."""
    if number > draft.tranches_filled + 1:
        spacing = draft.ledger.parameter("call_tranche_spacing_days")
        return f"waits for tranche {number - 1}, then {spacing} business days"
    if draft.account.futures_allowed and not held.futures_filled:
        return (
            f"waits for the futures layer to be filled; {timing.reason}" if start.armed else f"waits for the futures layer, which is {start.reason}"
        )
    if not draft.account.futures_allowed and not start.armed:
        return start.reason
    if not timing.armed:
        return timing.reason
    if number in held.tranches:
        return None
    if not held.spacing_known:
        return "the calls held have no acquired_on, so their spacing cannot be kept; give it"
    if held.next_tranche_on is not None and held.next_tranche_on > draft.view.as_of:
        return f"spaced: the next tranche may be bought on {held.next_tranche_on}"
    return None


def _lay_etf(draft: _Draft, start: gates.Arming, held: Progress) -> None:
    shares = {f"plan.{layer.name}.share_fraction": layer.share_fraction for layer in draft.layers if layer.layer == 1}
    entry = etf_position(draft.planned_usd, shares, draft.view, draft.ledger)
    if isinstance(entry, Gap):
        _add_gap(draft, entry, "blocked" if entry.needed else "not_needed")
    elif not draft.account.etfs_allowed:
        _add(draft, entry, "forbidden", "the account may not buy ETFs")
    elif held.etf_held:
        _add(draft, entry, "filled", "an ETF position is held")
    elif not held.futures_filled and (draft.account.futures_allowed or not start.armed):
        _add(draft, entry, "waiting", "waits for the futures layer" if draft.account.futures_allowed else start.reason)
    elif draft.account.options_allowed and draft.tranches_filled < call_tranche_count(draft.ledger):
        _add(draft, entry, "waiting", "waits for all call tranches")
    else:
        reason = "all tranches are held" if draft.account.options_allowed else "the account may not buy options, and the layers before are in place"
        _add(draft, entry, "ordered", reason, entry.quantity)


def _add(draft: _Draft, position: Position, state: LayerState, reason: str, due: int = 0) -> None:
    """Append a position with cumulative cost and Greeks, and the order for what is `due` of it today."""
    book, ledger = draft.book, draft.ledger
    total = position.quantity * position.exposure_usd
    cost = position_cost(position, draft.view, None if book is None else book.days_longest, ledger).total_usd
    draft.cost_usd = None if cost is None or draft.cost_usd is None else draft.cost_usd + cost
    credit = None if book is None else book.credit_usd
    before = draft.exposure_usd
    draft.exposure_usd = after = before + total
    mapping, response = ledger.parameter("vol_per_vix_point"), ledger.parameter("spx_vix_response_vix_points_per_percent")
    book_vega = None if book is None or book.vega_usd is None else book.vega_usd * mapping
    book_delta = None if book is None else book.delta_usd
    added_delta = hedge_delta_usd(total, draft.view.spx, response)
    hedge_delta = hedge_delta_usd(before, draft.view.spx, response)
    name = f"plan.{position.name}"
    ledger.derive(f"{name}.quantity", "as sized, ten minis to a full contract", {position.sized_by: position.sized}, position.quantity, "contracts")
    used = {"planned_hedge_vega_usd": draft.planned_usd, f"{name}.quantity": position.quantity, position.exposure_step: position.exposure_usd}
    ledger.derive(f"{name}.share_fraction", "quantity * exposure / planned_hedge_vega_usd", used, total / draft.planned_usd, "fraction")
    quantity, limited = order_quantity(position, due, ledger)
    if quantity:
        text = reason if limited is None else f"{reason}; {limited}"
        draft.orders.append(
            Order(on=draft.view.as_of, instrument=position.instrument, name=position.name, side="long", quantity=quantity, reason=text)
        )
    draft.layers.append(
        PlanLayer(
            layer=position.layer,
            instrument=position.instrument,
            name=position.name,
            expiry=position.expiry,
            strike=None if position.call is None else position.call.quote.strike,
            tranche=position.tranche,
            quantity=position.quantity,
            exposure_usd_per_contract=position.exposure_usd,
            exposure_usd_per_vix_point=total,
            share_fraction=total / draft.planned_usd,
            layer_cost_usd=cost,
            hedge_cost_usd=draft.cost_usd,
            hedge_cost_of_credit_fraction=None if draft.cost_usd is None or not credit else draft.cost_usd / credit,
            max_profit_after_usd=None if draft.cost_usd is None or credit is None else credit - draft.cost_usd,
            vega_before_usd_per_vix_point=None if book_vega is None else book_vega + before,
            vega_after_usd_per_vix_point=None if book_vega is None else book_vega + after,
            delta_before_usd=None if book_delta is None else book_delta + hedge_delta,
            delta_after_usd=None if book_delta is None else book_delta + hedge_delta + added_delta,
            delta_note=_delta_note(book_delta, added_delta),
            state="blocked" if due and not quantity else state,
            reason=reason if limited is None else f"{reason}; {limited}",
        )
    )


def _delta_note(book_delta: float | None, added: float) -> str | None:
    if book_delta is None or book_delta == 0.0:
        return None
    return "this layer adds to the condor's delta" if book_delta * added > 0 else "this layer offsets the condor's delta"


def _add_gap(draft: _Draft, gap: Gap, state: LayerState) -> None:
    """Append a part that cannot be sized, and why."""
    draft.layers.append(
        PlanLayer(
            layer=gap.layer,
            instrument=gap.instrument,
            name=gap.instrument,
            expiry=None,
            strike=None,
            tranche=gap.tranche,
            quantity=0,
            exposure_usd_per_contract=None,
            exposure_usd_per_vix_point=0.0,
            share_fraction=0.0,
            layer_cost_usd=None,
            hedge_cost_usd=None,
            hedge_cost_of_credit_fraction=None,
            max_profit_after_usd=None,
            vega_before_usd_per_vix_point=None,
            vega_after_usd_per_vix_point=None,
            delta_before_usd=None,
            delta_after_usd=None,
            delta_note=None,
            state=state,
            reason=gap.reason,
        )
    )


def _stage(draft: _Draft, start: gates.Arming, chosen: FuturesChoice | None, held: Progress) -> Stage:
    if draft.account.futures_allowed and not held.futures_filled:
        if chosen is None:
            return "layer_1_infeasible"
        return "layer_1_futures" if start.armed else "waiting_for_signals"
    if not start.armed and not held.futures_filled:
        return "waiting_for_signals"
    if draft.tranches_filled < call_tranche_count(draft.ledger) and draft.account.options_allowed:
        return "layer_2_calls"
    return "complete" if held.etf_held or not draft.account.etfs_allowed else "layer_3_etfs"


def _summary(draft: _Draft, stage: Stage, signals_reason: str) -> str:
    if draft.orders:
        return "; ".join(f"buy {order.quantity} {order.name}" for order in draft.orders) + f" ({signals_reason})"
    if stage == "layer_1_infeasible":
        return "no order: no whole number of futures fits the band at this planned hedge vega"
    if stage == "waiting_for_signals":
        return f"no order: {signals_reason}"
    waiting = [layer.reason for layer in draft.layers if layer.state in ("waiting", "blocked")]
    return f"no order: {waiting[0]}" if waiting else "no order: every layer is in place"


def _alternative(choice: FuturesChoice, chosen: bool, planned_usd: float) -> Alternative:
    fit, exposure = choice.fit, choice.unit_exposure_usd
    if fit is None or exposure is None:
        reason = choice.problem or "not quoted"
    elif fit.feasible:
        unit = "minis (10 to a full contract)" if choice.instruments != ("vx",) else "contracts"
        reason = f"{fit.low} to {fit.high} {unit} lie inside the band"
    else:
        near = [value for value in (fit.nearest_below_usd, fit.nearest_above_usd) if value is not None]
        reason = "no whole number lies inside the band; the nearest planned hedge vega that would fit: " + " or ".join(
            f"{value:,.2f}" for value in near
        )
    best = None if fit is None else fit.best
    return Alternative(
        choice=choice.label,
        instruments=list(choice.instruments),
        expiry=None if choice.future is None else choice.future.expiry,
        chosen=chosen,
        feasible=choice.feasible,
        exposure_usd_per_contract=exposure,
        contracts_low=fit.low if fit and fit.feasible else None,
        contracts_high=fit.high if fit and fit.feasible else None,
        contracts_best=best,
        share_fraction=None if best is None or exposure is None else best * exposure / planned_usd,
        nearest_feasible_below_usd=None if fit is None else fit.nearest_below_usd,
        nearest_feasible_above_usd=None if fit is None else fit.nearest_above_usd,
        reason=reason,
    )


def _unplanned(as_of: date, planned: float | None, book: Book | None, board: list[SignalState], ledger: Ledger) -> HedgePlan:
    """A plan without layers: the book is not short vega, or the hedge vega has to be given."""
    stage: Stage = "nothing_to_hedge" if planned == 0.0 else "planned_hedge_vega_needed"
    if planned == 0.0:
        summary = "no order: the book is not short vega, so there is nothing to hedge"
    elif book is not None and book.vega_usd is None:
        summary = "no order: give implied_volatility for every condor, or planned_hedge_vega_usd"
    else:
        summary = "no order: a condor is so close to expiry that gamma dominates and matching vega means little; give planned_hedge_vega_usd"
    return HedgePlan(
        planned_on=as_of,
        stage=stage,
        summary=summary,
        planned_hedge_vega_usd=planned,
        condors=[] if book is None else book.condors,
        book_vega_usd=None if book is None else book.vega_usd,
        book_delta_usd=None if book is None else book.delta_usd,
        credit_usd=None if book is None else book.credit_usd,
        layers=[],
        alternatives=[],
        orders=[],
        checks=plan_checks(planned, book, [], [], 0.0, ledger),
        signals=board,
        notes=[],
    )
