"""What condors and hedge earn and lose together, after each layer: scenarios, break-evens, worst loss, margin, capital."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rules.finance.returns import AnnualisedStatus, annualised
from rules.ledger import Ledger
from rules.options.pricing import Right
from rules.outcomes.break_even import BreakEven, break_even_along, break_even_at_expiry, payoff_usd
from rules.outcomes.models import (
    BreakEvenAfter,
    BreakEvens,
    FrontierPoint,
    ProfitRangeAt,
    ScenarioOutcome,
    ScenarioSet,
    SetName,
    SetSummary,
    Side,
    VariationMargin,
)
from rules.outcomes.scenario_sets import State, default_sets, expiry_extremes, gamma_states, response_vix
from rules.outcomes.valuation import HedgePosition, Shock, World, condors_pnl_usd, hedge_pnl_usd
from rules.planning.book import Book
from rules.planning.layers import Position
from rules.planning.market import MarketView

Rate = tuple[float | None, AnnualisedStatus | Literal["not_valued"]]


def hedge_position(position: Position, quantity: int, view: MarketView) -> HedgePosition:
    """A plan's position as valuation reads it."""
    if position.fund is not None:
        legs = tuple((leg.weight_fraction, leg.price, float((leg.expiry_date(view.as_of) - view.as_of).days)) for leg in position.fund.futures)
        if position.fund.weight_basis == "dollars":
            legs = tuple((weight / price, price, days) for weight, price, days in legs)
        mark = position.fund.share_price_usd
        return HedgePosition(position.name, "fund", quantity, 1.0, position.price, mark, 0.0, leverage=position.fund.leverage, fund=legs)
    assert position.future is not None, "futures and calls have a future"
    days = float(position.future.days)
    if position.call is None:
        return HedgePosition(position.name, "future", quantity, position.multiplier_usd, position.price, position.future.price, days)
    return HedgePosition(
        position.name,
        "call",
        quantity,
        position.multiplier_usd,
        position.price,
        position.call.value.price,
        days,
        strike=position.call.quote.strike,
        volatility=position.call.implied_volatility,
        future_price=position.future.price,
    )


@dataclass(slots=True)
class Outcomes:
    """P/L of condors and of each row of the stack in every state, and what follows from it.

    P/L is USD by state, in the order of the set's states; None where a condor cannot be valued. `condor_steps` and
    `hedge_steps` are the recorded steps that the condors and each row rest on, `futures` the exposure of futures rows.
    """

    book: Book
    world: World
    ledger: Ledger
    sets: dict[SetName, list[State]]
    extremes: list[State]
    hedges: dict[int, HedgePosition]
    futures: dict[int, float]
    condor_pnl: dict[str, list[float | None]]
    hedge_pnl: dict[int, dict[str, list[float]]]
    at_expiry: dict[int, float]
    condor_steps: dict[str, object]
    hedge_steps: dict[int, dict[str, object]]


def evaluate(book: Book, rows: Sequence[tuple[int, Position, int]], view: MarketView, ledger: Ledger) -> Outcomes:
    """Value the condors and every row (number, position, quantity) of the stack in all states, recorded."""
    world = view.world()
    sets = default_sets(world, book.days_longest, ledger)
    if book.days_shortest < ledger.parameter("short_leg_min_days"):
        sets |= {"gamma": gamma_states(world, ledger)}
    extremes = expiry_extremes(world, book.positions, book.days_longest, ledger)
    hedges = {number: hedge_position(position, quantity, view) for number, position, quantity in rows}
    futures = {number: quantity * position.exposure_usd for number, position, quantity in rows if position.instrument in ("vx", "vxm")}
    condor_steps, hedge_steps = ledger.cite("book.condors"), {number: _cited(number, ledger) for number in hedges}
    found = Outcomes(book, world, ledger, sets, extremes, hedges, futures, {}, {number: {} for number in hedges}, {}, condor_steps, hedge_steps)
    held = Shock(world.spx, 0.0, float(book.days_longest))
    for name, states in [*sets.items(), ("extremes", extremes)]:
        _value(found, name, states)
    for number, hedge in hedges.items():
        pnl = hedge_pnl_usd(hedge, world, held)
        step = f"pnl.{number}.at_condor_expiry_vix_held_usd"
        formula = "quantity * multiplier * (price at the condors' expiry with the VIX held - price paid)"
        found.at_expiry[number] = ledger.derive(step, formula, hedge_steps[number], pnl, "usd")
    return found


def _value(found: Outcomes, name: str, states: Sequence[State]) -> None:
    ledger = found.ledger
    condor = [condors_pnl_usd(found.book.positions, found.world, state.shock) for state in states]
    found.condor_pnl[name] = condor
    shocks = [[state.shock.spx, state.shock.vix_points, state.shock.days] for state in states]
    sources = {
        "vol_only": ("scenario_vix_shocks_vix_points", "scenario_horizon_days"),
        "joint": ("scenario_joint_shocks",),
        "historical": ("scenario_historical_moves",),
        "gamma": ("gamma_move_fractions",),
        "extremes": (
            "scenario_vix_shocks_vix_points",
            "variation_margin_vix_shocks_vix_points",
            "spx_vix_response_vix_points_per_percent",
            "vix_floor_vix_points",
        ),
    }[name]
    used = ledger.cite("market.spx", *sources) | found.condor_steps
    ledger.derive(f"states.{name}", "SPX, move of the VIX and days of each state", used, shocks, "states")
    used = ledger.cite(f"states.{name}", "market.rate", "market.dividend_yield", "days_per_year") | found.condor_steps
    used |= ledger.cite("vol_per_vix_point", "scenario_volatility_floor_fraction", "spx_option_multiplier_usd_per_index_point")
    ledger.derive(f"pnl.condors.{name}_usd", "credit + sum over legs of side * contracts * multiplier * value", used, condor, "usd")
    for number, hedge in found.hedges.items():
        values = [hedge_pnl_usd(hedge, found.world, state.shock) for state in states]
        found.hedge_pnl[number][name] = values
        used = found.hedge_steps[number] | ledger.cite(f"states.{name}", *(("scenario_historical_moves",) if name == "historical" else ()))
        ledger.derive(f"pnl.{number}.{name}_usd", "quantity * multiplier * (price there - price paid)", used, values, "usd")


def _cited(number: int, ledger: Ledger) -> dict[str, object]:
    """The steps that the price of a row's position rests on, whatever the state."""
    used = ledger.cite(f"layers.{number}.quantity", "market.vix", "market.rate", "days_per_year", "vix_beta_by_days", f"layers.{number}.price")
    return used | ledger.cite("market.curve", f"layers.{number}.contract.name")


def total_pnl(found: Outcomes, name: str, rows: Sequence[int]) -> list[float | None]:
    """P/L of the condors and the rows given, by state of a set."""
    return [
        None if condor is None else condor + math.fsum(found.hedge_pnl[number][name][state] for number in rows)
        for state, condor in enumerate(found.condor_pnl[name])
    ]


def scenario_set(found: Outcomes, name: SetName, rows: Sequence[int], capital_usd: float, step: str) -> ScenarioSet:
    """The outcomes of one set for condors and the rows given, recorded under `step`; R = P/L / capital at risk."""
    ledger, states = found.ledger, found.sets[name]
    totals = total_pnl(found, name, rows)
    hedge = [math.fsum(found.hedge_pnl[number][name][state] for number in rows) for state in range(len(states))]
    used = ledger.cite(f"pnl.condors.{name}_usd", *(f"pnl.{number}.{name}_usd" for number in rows))
    ledger.derive(f"{step}.hedge_pnl_usd", "sum of the hedges' P/L", used, hedge, "usd")
    ledger.derive(f"{step}.pnl_usd", "condors' P/L + hedges' P/L", used, totals, "usd")
    returns = [None if pnl is None or capital_usd <= 0 else pnl / capital_usd for pnl in totals]
    used = ledger.cite(f"{step}.pnl_usd") | {"capital_at_risk_usd": capital_usd}
    ledger.derive(f"{step}.return_fraction", "P/L / capital at risk", _capital(step, used, ledger), returns, "fraction")
    rates: list[Rate] = [
        (None, "not_valued") if r is None else annualised(r, s.shock.days, found.world.days_per_year) for r, s in zip(returns, states, strict=True)
    ]
    irr = [rate for rate, _ in rates]
    used = ledger.cite(f"{step}.return_fraction", f"states.{name}", "days_per_year")
    ledger.derive(f"{step}.irr_fraction", "(1 + R)^(days_per_year / days) - 1, annualised, one-off", used, irr, "fraction")
    levels = [found.world.vix + state.shock.vix_points for state in states]
    ledger.derive(f"states.{name}.vix", "market.vix + move", ledger.cite("market.vix", f"states.{name}"), levels, "vix_points")
    outcomes = [
        ScenarioOutcome(
            label=state.label,
            spx=state.shock.spx,
            vix=levels[number],
            days=state.shock.days,
            condor_pnl_usd=found.condor_pnl[name][number],
            hedge_pnl_usd=hedge[number],
            pnl_usd=totals[number],
            return_fraction=returns[number],
            irr_fraction=irr[number],
            status=rates[number][1],
        )
        for number, state in enumerate(states)
    ]
    summary = _summary(name, states, totals, returns, irr, step, ledger)
    valued = [(pnl, state.label) for pnl, state in zip(totals, states, strict=True) if pnl is not None]
    worst = min(valued, default=None)
    return ScenarioSet(
        set=name,
        decides=name == "vol_only",
        outcomes=outcomes,
        share_positive_fraction=summary.share_positive_fraction,
        worst=None if worst is None else worst[1],
        worst_pnl_usd=None if worst is None else worst[0],
        failing=summary.failing,
    )


def _capital(step: str, used: dict[str, float], ledger: Ledger) -> dict[str, float]:
    """The capital a set is measured against, under the step of its layer."""
    value = used.pop("capital_at_risk_usd")
    name = f"{step.rsplit('.scenarios.', 1)[0]}.capital_at_risk_usd" if ".scenarios." in step else "capital.capital_at_risk_usd"
    return used | {name: value}


def _summary(
    name: SetName,
    states: Sequence[State],
    totals: Sequence[float | None],
    returns: Sequence[float | None],
    irr: Sequence[float | None],
    step: str,
    ledger: Ledger,
) -> SetSummary:
    known = [pnl for pnl in totals if pnl is not None]
    share = sum(pnl > 0 for pnl in known) / len(known) if known and len(known) == len(totals) else None
    ledger.derive(f"{step}.share_positive_fraction", "states with a profit / states", ledger.cite(f"{step}.pnl_usd"), share, "fraction")
    return SetSummary(
        set=name,
        share_positive_fraction=share,
        lowest_return_fraction=min((value for value in returns if value is not None), default=None),
        lowest_irr_fraction=min((value for value in irr if value is not None), default=None),
        failing=[state.label for state, pnl in zip(states, totals, strict=True) if pnl is not None and pnl <= 0],
    )


def set_summary(found: ScenarioSet) -> SetSummary:
    """A set in short."""
    returns = [item.return_fraction for item in found.outcomes if item.return_fraction is not None]
    rates = [item.irr_fraction for item in found.outcomes if item.irr_fraction is not None]
    return SetSummary(
        set=found.set,
        share_positive_fraction=found.share_positive_fraction,
        lowest_return_fraction=min(returns, default=None),
        lowest_irr_fraction=min(rates, default=None),
        failing=found.failing,
    )


def worst_loss(found: Outcomes, rows: Sequence[int], step: str) -> tuple[float | None, Side | None, str | None]:
    """The largest loss of condors and the rows given over expiry extremes and all sets: USD (positive), its side, the state.

    None where no state can be valued. The side is that of the middle of the short strikes.
    """
    worst: tuple[float, Side, str] | None = None
    names: list[str] = ["extremes", *found.sets]
    for name in names:
        states = found.extremes if name == "extremes" else found.sets[name]  # type: ignore[index]
        for state, pnl in zip(states, total_pnl(found, name, rows), strict=True):
            if pnl is not None and (worst is None or pnl < worst[0]):
                worst = (pnl, _side(found, state), state.label)
    used = found.ledger.cite(*(f"pnl.condors.{name}_usd" for name in names), *(f"pnl.{row}.{name}_usd" for row in rows for name in names))
    value = None if worst is None else max(-worst[0], 0.0)
    found.ledger.derive(f"{step}worst_combined_loss_usd", "largest loss over the extremes at expiry and every scenario", used, value, "usd")
    return (value, None, None) if worst is None else (value, worst[1], worst[2])


def _side(found: Outcomes, state: State) -> Side:
    """The side of the condors that a state lies on: above or below the middle of their short strikes; at an unchanged SPX by the VIX."""
    if state.shock.spx == found.world.spx:
        return "call" if state.shock.vix_points <= 0 else "put"
    shorts = [strike for condor in found.book.positions for strike, side, _ in condor.legs if side < 0]
    return "call" if state.shock.spx > sum(shorts) / len(shorts) else "put"


def variation_margin(exposures: Sequence[tuple[str, float]], step: str, ledger: Ledger) -> list[VariationMargin]:
    """The futures' cash call for each fall of the VIX; `exposures` are (step, USD per VIX point) of the futures' rows."""
    found = []
    total = math.fsum(value for _, value in exposures)
    for number, points in enumerate(ledger.parameter("variation_margin_vix_shocks_vix_points")):
        used = dict(exposures) | ledger.cite("variation_margin_vix_shocks_vix_points")
        name = f"{step}variation_margin_usd.{number}.amount_usd"
        amount = ledger.derive(name, f"-({points:g}) * sum of the futures' exposures", used, -points * total, "usd")
        found.append(VariationMargin(vix_points=points, amount_usd=amount))
    return found


def break_evens(found: Outcomes, layers: Sequence[tuple[int, str]], rows: Sequence[int], ledger: Ledger) -> BreakEvens:
    """Break-evens of the condors alone and after each layer (number, name) with the VIX held; frontier and section for all `rows`."""
    legs = _expiry_legs(found.book)
    credit, spx = found.book.credit_usd, found.world.spx
    alone = _after("condors", break_even_at_expiry(legs, credit, spx), "break_evens.condor_alone", [], found)
    after: list[BreakEvenAfter] = []
    so_far: list[int] = []
    for number, name in layers:
        so_far.append(number)
        fixed = credit + math.fsum(found.at_expiry[row] for row in so_far)
        after.append(_after(name, break_even_at_expiry(legs, fixed, spx), f"break_evens.after_layers.{len(after)}", so_far, found))
    frontier = _frontier(found, legs, rows, ledger)
    return BreakEvens(
        on=found.book.expiry, condor_alone=alone, after_layers=after, frontier=frontier, along_response=_section(found, legs, rows, ledger)
    )


def _expiry_legs(book: Book) -> list[tuple[float, float, Right]]:
    return [(strike, side * c.contracts * c.multiplier_usd, right) for c in book.positions for strike, side, right in c.legs]


def _after(name: str, edges: BreakEven, step: str, rows: Sequence[int], found: Outcomes, extra: Mapping[str, object] | None = None) -> BreakEvenAfter:
    ledger = found.ledger
    used = found.condor_steps | ledger.cite("book.credit_usd", *(f"pnl.{row}.at_condor_expiry_vix_held_usd" for row in rows)) | dict(extra or {})
    ranges = [ProfitRangeAt(low=edge.low, high=edge.high) for edge in edges.ranges]
    formula = "SPX at which payoff of the condors + credit + hedges is 0"
    ledger.derive(f"{step}.ranges", formula, used, [[edge.low, edge.high] for edge in edges.ranges], "index_points")
    most = ledger.derive(f"{step}.max_profit_usd", "the most that can be left", used, edges.max_profit_usd, "usd")
    return BreakEvenAfter(name=name, low=edges.low, high=edges.high, ranges=ranges, max_profit_usd=most)


def _frontier(found: Outcomes, legs: Sequence[tuple[float, float, Right]], rows: Sequence[int], ledger: Ledger) -> list[FrontierPoint]:
    shocks = {*ledger.parameter("scenario_vix_shocks_vix_points"), *ledger.parameter("variation_margin_vix_shocks_vix_points")}
    points: list[FrontierPoint] = []
    for shock in sorted(points for points in shocks if found.world.vix + points > 0):
        state = Shock(found.world.spx, float(shock), float(found.book.days_longest))
        hedge = math.fsum(hedge_pnl_usd(found.hedges[row], found.world, state) for row in rows)
        edges = break_even_at_expiry(legs, found.book.credit_usd + hedge, found.world.spx)
        points.append(FrontierPoint(vix=found.world.vix + shock, low=edges.low, high=edges.high, max_profit_usd=edges.max_profit_usd))
    used = ledger.cite("market.vix", "scenario_vix_shocks_vix_points", "variation_margin_vix_shocks_vix_points")
    ledger.derive("break_evens.frontier.vix", "market.vix + each shock", used, [point.vix for point in points], "vix_points")
    used = _hedge_inputs(found, rows) | found.condor_steps | ledger.cite("book.credit_usd", "break_evens.frontier.vix")
    pairs = [[point.low, point.high] for point in points]
    ledger.derive("break_evens.frontier.edges", "SPX at which the combined P/L is 0 at each VIX", used, pairs, "index_points")
    most = [point.max_profit_usd for point in points]
    ledger.derive("break_evens.frontier.max_profit_usd", "the most that can be left at each VIX", used, most, "usd")
    return points


def _hedge_inputs(found: Outcomes, rows: Sequence[int]) -> dict[str, object]:
    used: dict[str, object] = {}
    for row in rows:
        used |= found.hedge_steps[row]
    return used


def _section(found: Outcomes, legs: Sequence[tuple[float, float, Right]], rows: Sequence[int], ledger: Ledger) -> BreakEvenAfter:
    """The break-even along the declared response of the VIX to SPX, floored where the VIX has never been lower."""
    response, floor = ledger.parameter("spx_vix_response_vix_points_per_percent"), ledger.parameter("vix_floor_vix_points")
    world = found.world

    def pnl(spx: float) -> float:
        shock = Shock(spx, response_vix(world, spx, response, floor) - world.vix, float(found.book.days_longest))
        hedge = math.fsum(hedge_pnl_usd(found.hedges[row], world, shock) for row in rows)
        return found.book.credit_usd + payoff_usd(legs, spx) + hedge

    strikes = [strike for strike, _, _ in legs]
    low, high = 0.9 * min(*strikes, world.spx), 1.1 * max(*strikes, world.spx)
    edges = break_even_along(pnl, low, high, world.spx, strikes)
    extra = _hedge_inputs(found, rows)
    extra |= ledger.cite("spx_vix_response_vix_points_per_percent", "vix_floor_vix_points", "market.spx", "market.vix")
    name = f"the whole stack, the VIX answering SPX, between {low:.6g} and {high:.6g}"
    return _after(name, edges, "break_evens.along_response", [], found, extra)
