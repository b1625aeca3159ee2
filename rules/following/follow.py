"""Following a hedge: an earlier plan against today's market, with its hedge vega fixed on the day it was planned.

A hedge sized afresh every day would be sold in the loss it was bought for: what the condors ask for today is
reported, and never lowers the planned hedge vega (docs/DEFINITIONS.md, hedge vega).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

from rules.engine import Calculation, calculated
from rules.errors import RulesError
from rules.explaining.saved import warnings
from rules.fields import validated
from rules.following.condors_today import (
    condors_today,
    moved,
    open_condors,
    open_share_fraction,
    planned_volatilities,
    record_hedge_vega,
    record_volatilities,
)
from rules.following.models import BandDrift, FollowReport, LayerPnl, PositionPnl
from rules.following.today import Today
from rules.following.what_if import what_if
from rules.ledger import Ledger
from rules.outcomes.stack_outcomes import hedge_position
from rules.outcomes.valuation import Shock, condor_pnl_usd
from rules.parameters import Parameters
from rules.planning.book import read_book
from rules.planning.holdings import Held, progress_of
from rules.planning.inputs import Account, Holding, Portfolio
from rules.planning.market import MarketView
from rules.planning.models import HedgePlan
from rules.planning.plan import make_plan
from rules.planning.request import PlanInput


def follow(plan: Any, today: Any, moves: Sequence[str], parameters: Parameters) -> Calculation:
    """An earlier plan (the JSON that `run plan-hedge` wrote) on today's market; `moves` like 'short_put=-25' ask what if.

    Raises RulesError when `plan` is not a plan with a hedge, or today's input cannot be used.
    """
    given = _checked_plan(plan)
    earlier = validated(PlanInput, given["inputs"], "plan.inputs")
    now = validated(Today, today)
    if now.as_of < earlier.as_of:
        raise RulesError("as_of", f"{now.as_of} is before the plan's {earlier.as_of}", "give a later day")
    smiles = planned_volatilities(given, earlier, now)
    request = _request(earlier, given["result"], now, moved(smiles, earlier, now, parameters))
    inputs = {"plan": {"inputs": given["inputs"], "receipt": given.get("receipt")}, "today": today, "moves": list(moves)}

    def compute(ledger: Ledger) -> FollowReport:
        if now.planned_hedge_vega_usd is None:
            record_hedge_vega(given["result"], earlier, request, ledger)
        record_volatilities(smiles, earlier, request, ledger)
        return _report(given, earlier, now, request, moves, parameters, ledger)

    return calculated("follow", inputs, compute, parameters)


def _checked_plan(plan: Any) -> Mapping[str, Any]:
    if not isinstance(plan, Mapping) or plan.get("name") != "plan-hedge" or not isinstance(plan.get("result"), Mapping):
        raise RulesError("plan", "is not a plan", "give the JSON that `rules run plan-hedge` wrote")
    if not plan["result"].get("planned_hedge_vega_usd"):
        raise RulesError("plan.result.planned_hedge_vega_usd", "is missing or 0: there is no hedge to follow", "plan a hedge first")
    parts = {part: plan.get(part) for part in ("inputs", "receipt")} | {
        f"result.{part}": plan["result"].get(part) for part in ("layers", "orders", "planned_on")
    }
    for part, value in parts.items():
        if value is None:
            raise RulesError(f"plan.{part}", "is missing", "give the whole JSON that `rules run plan-hedge` wrote")
    return plan


def _request(earlier: PlanInput, result: Mapping[str, Any], now: Today, smiles: Mapping[int, Mapping[str, float]]) -> PlanInput:
    """The plan's condors, account and hedge vega on today's market."""
    portfolio = earlier.portfolio
    holdings = _held_today(earlier, result, now)
    if portfolio is None and now.condors:
        raise RulesError("condors", "are given for a plan without condors", "leave them out")
    condors = [] if portfolio is None else condors_today(earlier, now, smiles)
    account = Account() if portfolio is None else portfolio.account
    raw = {
        "condors": condors,
        "holdings": [holding.model_dump(exclude_unset=True) for holding in holdings],
        "account": account.model_dump(exclude_unset=True),
    }
    planned = now.planned_hedge_vega_usd
    if planned is None:
        planned = float(result["planned_hedge_vega_usd"]) * (open_share_fraction(earlier, result, now.as_of) or 1.0)
    request = {
        "as_of": now.as_of,
        "portfolio": raw if condors else None,
        "planned_hedge_vega_usd": planned,
        "planned_on": date.fromisoformat(str(result["planned_on"])) if now.planned_hedge_vega_usd is None else now.as_of,
        "market": now.market.model_dump(exclude_unset=True),
        "signals": now.signals.model_dump(exclude_unset=True),
        "price_to_cash_flow": now.price_to_cash_flow,
        "financing": None if earlier.financing is None else earlier.financing.model_dump(exclude_unset=True),
    }
    found = validated(PlanInput, request)
    if condors:
        return found
    # A portfolio that is asked for has condors; one that is followed outlives them.
    return found.model_copy(update={"portfolio": Portfolio.model_construct(condors=[], holdings=list(holdings), account=account)})


def _held_today(earlier: PlanInput, result: Mapping[str, Any], now: Today) -> list[Holding]:
    """The hedges as given, or those of the plan. Raises RulesError for one that has settled: its result is in the account, not on the market."""
    holdings = _as_filled(earlier.portfolio, result, earlier.as_of) if now.holdings is None else now.holdings
    for number, holding in enumerate(holdings):
        if holding.expiry is not None and holding.expiry <= now.as_of:
            if now.holdings is None:
                problem = f"are not given, and the plan's {holding.instrument} of {holding.expiry} has settled by {now.as_of}"
                raise RulesError("holdings", problem, "give the hedges that are held today")
            raise RulesError(f"holdings.{number}.expiry", f"{holding.expiry} is not after as_of {now.as_of}", "leave settled hedges out")
    return holdings


def _as_filled(portfolio: Portfolio | None, result: Mapping[str, Any], day: date) -> list[Holding]:
    """The hedges held when the plan was made, and its orders as if filled that day at the plan's prices."""
    held = [] if portfolio is None else list(portfolio.holdings)
    layers = {layer["name"]: layer for layer in result["layers"]}
    for order in result["orders"]:
        layer = layers[order["name"]]
        raw = {
            "instrument": order["instrument"],
            "quantity": order["quantity"],
            "expiry": layer["expiry"],
            "strike": layer["strike"],
            "tranche": layer["tranche"],
            "acquired_on": day,
            "entry_price": layer.get("entry_price"),
            "ticker": order["name"] if order["instrument"] == "etf" else None,
        }
        held.append(validated(Holding, {key: value for key, value in raw.items() if value is not None}, "plan.result.orders"))
    return held


def _report(
    plan: Mapping[str, Any], earlier: PlanInput, now: Today, request: PlanInput, moves: Sequence[str], parameters: Parameters, ledger: Ledger
) -> FollowReport:
    following = make_plan(request, ledger)
    if now.planned_hedge_vega_usd is None and open_share_fraction(earlier, plan["result"], now.as_of) == 0.0:
        following = _nothing_left(following)
    planned = following.planned_hedge_vega_usd
    assert planned is not None, "the hedge vega is given"
    view = MarketView(request.market, request.as_of, ledger)
    stand_in = bool(request.portfolio and request.portfolio.account.etf_stands_in)
    holdings = [] if request.portfolio is None else request.portfolio.holdings
    progress = progress_of(holdings, planned, stand_in, view, ledger)
    vix_then = float(ledger.given("plan.market.vix", earlier.market.vix, "vix_points"))
    pnl = [_pnl(held, plan["result"], earlier.as_of, vix_then, view, ledger) for held in progress.positions]
    condor = _condor_pnl(request, view, ledger)
    hedge = _sum_known([item.pnl_usd for item in pnl])
    used = ledger.cite(*(f"pnl.{number}.pnl_usd" for number, item in enumerate(pnl) if item.pnl_usd is not None))
    ledger.derive("hedge_pnl_usd", "sum of the hedges' P/L; not known while one is not", used, hedge, "usd")
    expired = 0 if earlier.portfolio is None else len(earlier.portfolio.condors) - len(open_condors(earlier, now.as_of))
    total = None
    if condor is not None and hedge is not None and not expired:
        total = ledger.derive("total_pnl_usd", "condors + hedges", ledger.cite("condor_pnl_usd", "hedge_pnl_usd"), condor + hedge, "usd")
    held_names = {held.position.name for held in progress.positions if held.position is not None}
    return FollowReport(
        planned_on=following.planned_on,
        as_of=now.as_of,
        planned_hedge_vega_usd=planned,
        current_need_usd_per_vix_point=following.current_need_usd_per_vix_point,
        vix_then=vix_then,
        vix_now=view.vix,
        condor_pnl_usd=condor,
        hedge_pnl_usd=hedge,
        total_pnl_usd=total,
        positions=pnl,
        layers=_by_layer(pnl, ledger),
        drift=_drift(plan["result"], progress.first_layer_share_fraction, following, ledger),
        to_roll=[prompt for prompt in following.roll_calendar if prompt.prompt_on <= now.as_of and prompt.name in held_names],
        next=following,
        what_if=what_if(request, moves, parameters, ledger) if moves else None,
        notes=_notes(plan, now, parameters, earlier, request, expired),
    )


def _nothing_left(following: HedgePlan) -> HedgePlan:
    """A plan for a book whose condors have all expired: what is held is shown, nothing is ordered."""
    reason = "every condor of the plan has expired: there is nothing left to hedge"
    layers = [
        layer.model_copy(update={"state": "not_needed", "reason": reason}) if layer.state in ("ordered", "waiting", "blocked") else layer
        for layer in following.layers
    ]
    return following.model_copy(
        update={"stage": "nothing_to_hedge", "summary": f"no order: {reason}", "orders": [], "schedule": [], "layers": layers}
    )


def _sum_known(values: Sequence[float | None]) -> float | None:
    """The sum; None as soon as one value is not known."""
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def _pnl(held: Held, result: Mapping[str, Any], planned_on: date, vix_then: float, view: MarketView, ledger: Ledger) -> PositionPnl:
    """P/L of a hedge since it was bought, beside what its exposure at planning times the move of the VIX would have given.

    The two are compared only for a hedge bought on the day of the plan: another has another VIX to start from.
    """
    number, holding, position = held.number, held.holding, held.position
    name = holding.instrument if position is None else position.name
    found = PositionPnl(name=name, layer=_layer(holding), quantity=holding.quantity, entry_price=holding.entry_price, note=held.problem)
    if position is None:
        return found
    if holding.entry_price is None:
        return found.model_copy(update={"note": "no entry_price is given, so there is no P/L"})
    hedge = hedge_position(position, holding.quantity, view)
    step = f"pnl.{number}"
    quoted = ledger.cite(under=[f"futures.{position.expiry}.", f"holdings.{number}.", "market."])
    price = ledger.derive(f"{step}.price_now", "today's quote, or Black-76 on today's future", quoted, hedge.mark, "index_points")
    used = ledger.cite(f"holdings.{number}.quantity", f"holdings.{number}.entry_price", f"{step}.price_now")
    value = holding.quantity * position.multiplier_usd * (hedge.mark - holding.entry_price)
    pnl = ledger.derive(f"{step}.pnl_usd", "quantity * multiplier * (price now - entry price)", used, value, "usd")
    then = next((layer["exposure_usd_per_contract"] for layer in result["layers"] if layer["name"] == position.name), None)
    expected = gap = None
    ordered = position.name in {order["name"] for order in result["orders"]}
    on_the_day = ordered if holding.acquired_on is None else holding.acquired_on == planned_on
    note = None if then is not None and on_the_day else f"not bought by the plan of {planned_on}, so the VIX it starts from is not known"
    if then is not None and on_the_day:
        ledger.given(f"{step}.exposure_at_plan_usd_per_contract", float(then), "usd")
        used = ledger.cite(f"holdings.{number}.quantity", f"{step}.exposure_at_plan_usd_per_contract", "market.vix", "plan.market.vix")
        value = holding.quantity * float(then) * (view.vix - vix_then)
        expected = ledger.derive(f"{step}.expected_by_beta_usd", "quantity * exposure at planning * move of the VIX", used, value, "usd")
        used = ledger.cite(f"{step}.pnl_usd", f"{step}.expected_by_beta_usd")
        gap = ledger.derive(f"{step}.difference_usd", "P/L - expected", used, pnl - expected, "usd")
    return found.model_copy(update={"price_now": price, "pnl_usd": pnl, "expected_by_beta_usd": expected, "difference_usd": gap, "note": note})


def _layer(holding: Holding) -> Literal[1, 2, 3]:
    return 1 if holding.instrument in ("vx", "vxm") else 2 if holding.instrument == "vix_call" else 3


def _by_layer(positions: Sequence[PositionPnl], ledger: Ledger) -> list[LayerPnl]:
    found = []
    for layer in sorted({item.layer for item in positions}):
        members = [(number, item) for number, item in enumerate(positions) if item.layer == layer]
        sums = {}
        for name in ("pnl_usd", "expected_by_beta_usd"):
            values = {f"pnl.{number}.{name}": getattr(item, name) for number, item in members}
            used = ledger.cite(*(step for step, value in values.items() if value is not None))
            total = _sum_known(list(values.values()))
            sums[name] = ledger.derive(f"layer_pnl.{layer}.{name}", "sum of its hedges; not known while one is not", used, total, "usd")
        found.append(LayerPnl(layer=layer, **sums))
    return found


def _condor_pnl(request: PlanInput, view: MarketView, ledger: Ledger) -> float | None:
    """P/L of the open condors at today's volatilities; None when there are none."""
    if request.portfolio is None or not request.portfolio.condors:
        return None
    book = read_book(request.portfolio, view, ledger)
    assert view.spx is not None, "reading the book asks for it"
    values = [condor_pnl_usd(position, view.world(), Shock(view.spx, 0.0, 0.0)) for position in book.positions]
    known = [value for value in values if value is not None]
    if len(known) != len(values):
        return None
    used = ledger.cite("market.spx", "market.rate", "market.dividend_yield", "days_per_year", "book.condors")
    return float(ledger.derive("condor_pnl_usd", "credit + value of the legs at today's volatilities", used, sum(known), "usd"))


def _drift(result: Mapping[str, Any], share: float, following: HedgePlan, ledger: Ledger) -> BandDrift:
    planned = sum(float(layer["share_fraction"]) for layer in result["layers"] if layer["layer"] == 1)
    low, high = ledger.parameter("futures_share_low_fraction"), ledger.parameter("futures_share_high_fraction")
    state: Literal["none_held", "below_band", "in_band", "above_band"] = "in_band"
    if share == 0:
        state = "none_held"
    elif share < low:
        state = "below_band"
    elif share > high:
        state = "above_band"
    ledger.given("plan.first_layer_share_fraction", planned, "fraction")
    words = "an advice, never an order" if state == "above_band" else f"of the hedge vega planned on {following.planned_on}"
    reason = f"the first layer held makes up {share:.1%}, planned were {planned:.1%}; the band is {low:.0%} to {high:.0%}; {words}"
    return BandDrift(planned_share_fraction=planned, share_fraction=share, low_fraction=low, high_fraction=high, state=state, reason=reason)


def _notes(plan: Mapping[str, Any], now: Today, parameters: Parameters, earlier: PlanInput, request: PlanInput, expired: int) -> list[str]:
    notes = [f"The plan was {line}." if line.startswith(("edited", "written")) else f"In the plan, {line}." for line in warnings(plan)]
    if now.holdings is None:
        notes.append("No holdings are given: the plan's orders are taken as filled at its prices.")
    condors = [] if request.portfolio is None else request.portfolio.condors
    told = [] if now.condors is None else [now.condors[number] for number in open_condors(earlier, now.as_of)]
    untold = len(condors) - sum(bool(entry.model_dump(exclude_none=True)) for entry in told)
    if any(condor.implied_volatility is None and condor.leg_prices_index_points is None for condor in condors):
        notes.append("Volatilities of a condor are known neither from the plan nor from today: its P/L is left open.")
    elif untold:
        notes.append("No volatilities of today are given for the condors: the planned ones are moved with the VIX (vol_per_vix_point).")
    if expired and now.planned_hedge_vega_usd is None and open_share_fraction(earlier, plan["result"], now.as_of) is None:
        notes.append("A condor has expired and its part of the hedge vega is not known: give planned_hedge_vega_usd for the condors still open.")
    if expired:
        notes.append(f"{expired} condor(s) of the plan have expired: what they earned or lost is in the account, not in this P/L.")
    if plan["receipt"].get("parameters_sha256") != parameters.sha256:
        notes.append("The plan was made with other parameters than are used today: see `rules compare`.")
    if now.planned_hedge_vega_usd is not None:
        notes.append("The hedge vega was changed on request.")
    return notes
