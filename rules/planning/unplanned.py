"""A plan without layers: the book is not short vega, or the hedge vega has to be given."""

from __future__ import annotations

from rules.ledger import Ledger
from rules.outcomes.models import ScenarioSet
from rules.outcomes.stack_outcomes import break_evens, evaluate, scenario_set, worst_loss
from rules.planning.book import Book, book_numbers
from rules.planning.checks import empty_checks, sized_afresh
from rules.planning.market import MarketView
from rules.planning.models import HedgePlan, SignalState, Stage
from rules.planning.request import PlanInput
from rules.planning.review import advices


def unplanned(
    request: PlanInput, planned: float | None, book: Book | None, board: list[SignalState], need: float | None, view: MarketView, ledger: Ledger
) -> HedgePlan:
    """What can be said of the condors alone, and what is missing for a hedge."""
    stage: Stage = "nothing_to_hedge" if planned == 0.0 else "planned_hedge_vega_needed"
    if planned == 0.0:
        summary = "no order: the book is not short vega, so there is nothing to hedge"
    elif book is not None and book.vega_usd is None:
        summary = "no order: give implied_volatility for every condor, or planned_hedge_vega_usd"
    else:
        summary = "no order: a condor is so close to expiry that gamma dominates and matching vega means little; give planned_hedge_vega_usd"
    found = None if book is None else evaluate(book, [], view, ledger)
    sets: list[ScenarioSet] = []
    gamma: ScenarioSet | None = None
    if found is not None and book is not None:
        ledger.derive("capital.capital_at_risk_usd", "maximum loss of the condors", ledger.cite("book.max_loss_usd"), book.max_loss_usd, "usd")
        sets = [scenario_set(found, name, [], book.max_loss_usd, f"scenarios.{name}") for name in ("vol_only", "joint", "historical")]
        gamma = scenario_set(found, "gamma", [], book.max_loss_usd, "scenarios.gamma") if "gamma" in found.sets else None
    worst = (None, None, None) if found is None else worst_loss(found, [], "")
    return HedgePlan(
        planned_on=request.as_of,
        as_of=request.as_of,
        stage=stage,
        summary=summary,
        planned_hedge_vega_usd=planned,
        current_need_usd_per_vix_point=need,
        vol_per_vix_point=ledger.parameter("vol_per_vix_point"),
        **book_numbers(book),
        layers=[],
        alternatives=[],
        orders=[],
        schedule=[],
        checks=empty_checks(planned, book, ledger),
        advices=advices(None, need, request.price_to_cash_flow, ledger),
        break_evens=None if found is None else break_evens(found, [], [], ledger),
        scenarios=sets,
        gamma_moves=gamma,
        worst_combined_loss_usd=worst[0],
        worst_side=worst[1],
        worst_at=worst[2],
        variation_margin_usd=[],
        capital=None,
        roll_calendar=[],
        holdings=[],
        synthetic_futures=[],
        comparators=[],
        grid=None,
        signals=board,
        notes=sized_afresh(request.planned_hedge_vega_usd, request.portfolio),
    )
