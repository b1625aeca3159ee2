"""Break-evens of a condor alone and after each hedge."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import Field, model_validator

from rules.common_fields import rate_field
from rules.errors import RulesError
from rules.fields import Frozen, IsoDate, unit_field
from rules.ledger import Ledger
from rules.options.condor import LEGS, CondorStrikes, payoff
from rules.options.pricing import Right
from rules.outcomes.break_even import BreakEven, break_even_along, break_even_at_expiry, payoff_usd
from rules.outcomes.hedge_inputs import CurveQuote, Hedge, dated_hedge, days_left, mark_pnl_usd, record_hedge
from rules.outcomes.models import FrontierPoint, ProfitRangeAt
from rules.outcomes.scenario_sets import response_vix
from rules.outcomes.valuation import HedgePosition, Shock, World, hedge_pnl_usd
from rules.vix.instruments import monotone_betas

NAME = "break-even"
DESCRIPTION = (
    "Break-evens of a short iron condor alone and after each hedge: with the VIX held at the condor's expiry, and with hedges at their mark."
)
SYNONYMS = ("break even", "break-even", "breakeven after hedging", "combined break-even")
SOURCES = ("break-even-and-cash-flow", "spx-iron-condor")
EXAMPLE = {
    "condor": {
        "long_put": 5500,
        "short_put": 5600,
        "short_call": 6300,
        "long_call": 6400,
        "credit_index_points": 20.4644,
        "contracts": 10,
        "expiry": "2026-06-18",
    },
    "hedges": [
        {"instrument": "vx", "quantity": 2, "entry_price": 20.1, "mark_price": 20.1, "expiry": "2026-06-17"},
        {"instrument": "vix_call", "quantity": 41, "entry_price": 1.1217, "mark_price": 1.1217, "strike": 25, "expiry": "2026-06-17"},
    ],
    "as_of": "2026-05-08",
    "vix": 18,
    "spx": 6000,
    "rate": 0.045,
    "futures": [{"expiry": "2026-05-19", "price_index_points": 19.2}, {"expiry": "2026-06-17", "price_index_points": 20.1}],
}


class DatedCondor(CondorStrikes):
    """A condor, with its expiry where the VIX-held reading is wanted."""

    expiry: IsoDate | None = unit_field("Expiry of the condor", "date", where="the contract", default=None)
    days_to_expiry: int | None = unit_field("Calendar days to expiry, instead of a date", "days", default=None, ge=1)


class Input(Frozen):
    """A condor and its hedges in order; with `vix` and dates the hedges are read at the condor's expiry with the VIX held."""

    condor: DatedCondor = unit_field("The short iron condor", "object")
    hedges: list[Hedge] = unit_field("Hedges, in the order of the layers", "list", default_factory=list)
    as_of: IsoDate | None = unit_field("Today", "date", default=None)
    vix: float | None = unit_field(
        "VIX now", "vix_points", synonyms=("vix", "spot vix"), plausible=(8, 90), where="the index quote", default=None, gt=0
    )
    spx: float | None = unit_field(
        "SPX now", "index_points", synonyms=("spx", "spot", "s&p"), plausible=(500, 50_000), where="the index quote", default=None, gt=0
    )
    rate: float | None = rate_field()
    futures: list[CurveQuote] = unit_field("VX futures curve", "list", default_factory=list)

    @model_validator(mode="after")
    def _dates_go_together(self) -> Input:
        if self.condor.expiry is not None and self.as_of is None:
            raise ValueError("as_of is missing beside the condor's expiry, add the day")
        return self

    def condor_days(self) -> int | None:
        """Calendar days to the condor's expiry, None when not given. Raises RulesError for a condor that has expired."""
        if self.condor.days_to_expiry is not None:
            return self.condor.days_to_expiry
        if self.condor.expiry is None or self.as_of is None:
            return None
        if self.condor.expiry <= self.as_of:
            raise RulesError("condor.expiry", f"{self.condor.expiry} is not after as_of {self.as_of}", "give a condor that is still open")
        return (self.condor.expiry - self.as_of).days


class Edges(Frozen):
    """Lower and upper break-even, index points; null: the position does not lose on that side, or earns nowhere."""

    low: float | None
    high: float | None


class Section(Edges):
    """Edges around SPX now, and every range of SPX in which condor and hedges earn; an open edge is null."""

    ranges: list[ProfitRangeAt]


class AfterLayer(Frozen):
    """Condor and the hedges up to this one. `low`, `high`: VIX held, null with a `note` where dates or VIX are missing."""

    instrument: str
    low: float | None
    high: float | None
    max_profit_usd: float
    held_at_mark: Edges
    note: str | None = None


class Result(Frozen):
    """Break-evens in index points of SPX at the condor's expiry; `frontier` is the set of (SPX, VIX) with no P/L for all hedges.

    `along_response` is its section where the VIX answers SPX by the declared response; null without `spx`.
    """

    condor_alone: Edges
    after_layers: list[AfterLayer]
    frontier: list[FrontierPoint] = Field(default_factory=list)
    along_response: Section | None = None


def calculate(inputs: Input, ledger: Ledger) -> Result:
    """(a) the condor alone, exact; (b) each hedge at the condor's expiry with the VIX held; (c) the frontier (docs/DEFINITIONS.md, break-even)."""
    values = payoff(inputs.condor, ledger)
    multiplier = ledger.parameter("spx_option_multiplier_usd_per_index_point")
    size = inputs.condor.contracts * multiplier
    legs: list[tuple[float, float, Right]] = [(float(getattr(inputs.condor, leg)), side * size, right) for leg, side, right in LEGS]
    marks, recorded = [], []
    for number, hedge in enumerate(inputs.hedges):
        name, per_point = record_hedge(hedge, number, ledger)
        recorded.append((name, per_point))
        marks.append(mark_pnl_usd(hedge, per_point))
    valued = _vix_held(inputs, recorded, ledger)
    after = []
    for number, hedge in enumerate(inputs.hedges):
        at_mark = break_even_at_expiry(legs, values["max_profit_usd"] + math.fsum(marks[: number + 1]))
        names = [f"hedges.{place}.{key}" for place in range(number + 1) for key in ("quantity", "entry_price", "mark_price")]
        used = ledger.cite("max_profit_usd", *names)
        step = f"after_layers.{number}"
        ledger.derive(
            f"{step}.held_at_mark", "break-even + (mark - entry) * quantity * multiplier / (100 * contracts)", used, _pair(at_mark), "index_points"
        )
        held = None if valued is None else _held(valued, number, legs, values["max_profit_usd"])
        if held is not None:
            used = ledger.cite("max_profit_usd", *(f"hedges.{place}.pnl_vix_held_usd" for place in range(number + 1)))
            ledger.derive(f"{step}.vix_held", "SPX at which payoff + credit + hedges is 0", used, _pair(held), "index_points")
        shown = at_mark if held is None else held
        most = ledger.derive(f"{step}.max_profit_usd", "the most that is left", used, shown.max_profit_usd, "usd")
        after.append(
            AfterLayer(
                instrument=hedge.instrument,
                low=None if held is None else held.low,
                high=None if held is None else held.high,
                max_profit_usd=most,
                held_at_mark=Edges(low=at_mark.low, high=at_mark.high),
                note=_note(held, shown),
            )
        )
    alone = Edges(low=values["break_even_low"], high=values["break_even_high"])
    if valued is None or not valued.whole:
        return Result(condor_alone=alone, after_layers=after)
    frontier = _frontier(valued, legs, values["max_profit_usd"], ledger)
    section = None if inputs.spx is None else _section(valued, inputs.spx, legs, values["max_profit_usd"], ledger)
    return Result(condor_alone=alone, after_layers=after, frontier=frontier, along_response=section)


def _held(valued: _Valued, number: int, legs: Sequence[tuple[float, float, Right]], credit_usd: float) -> BreakEven | None:
    """Break-even with the VIX held after a hedge; None when it or one before it has no value then."""
    pnl = valued.pnl[: number + 1]
    known = [value for value in pnl if value is not None]
    return break_even_at_expiry(legs, credit_usd + math.fsum(known)) if len(known) == len(pnl) else None


def _pair(edges: BreakEven) -> list[float | None]:
    return [edges.low, edges.high]


def _note(held: BreakEven | None, shown: BreakEven) -> str | None:
    if not shown.ranges:
        return "earns nowhere: the hedges cost more than the credit" + ("" if held is not None else " (hedges at their mark)")
    if held is None:
        return "the reading with the VIX held needs vix, as_of, the condor's expiry and every hedge's settlement (funds have none); hedges are at their mark"
    return None


@dataclass(frozen=True, slots=True)
class _Valued:
    """Hedges at the condor's expiry, `days` from now: positions and their P/L (USD) with the VIX held; None: it cannot be valued then."""

    world: World
    days: int
    hedges: Sequence[HedgePosition]
    pnl: Sequence[float | None]

    @property
    def whole(self) -> bool:
        """Whether every hedge has a value."""
        return None not in self.pnl


def _vix_held(inputs: Input, recorded: Sequence[tuple[str, float]], ledger: Ledger) -> _Valued | None:
    """P/L of every hedge with the VIX held, recorded; None when vix or the condor's expiry is not given."""
    days = inputs.condor_days()
    if inputs.vix is None or days is None:
        return None
    world = _world(inputs, ledger)
    ledger.given("condor.days_to_expiry", days, "days")
    hedges: list[HedgePosition] = []
    pnl: list[float | None] = []
    for number, (hedge, (name, per_point)) in enumerate(zip(inputs.hedges, recorded, strict=True)):
        left = days_left(hedge, inputs.as_of, f"hedges.{number}")
        if left is None or hedge.instrument == "etf":
            pnl.append(None)
            continue
        position = dated_hedge(hedge, name, left, per_point, world, days, ledger)
        if position.days > days and not any(knot > 0 for knot, _ in world.curve):
            raise RulesError("futures", "are missing: a hedge outlives the condor and is valued on the curve", "add the futures curve of today")
        hedges.append(position)
        value = hedge_pnl_usd(position, world, Shock(1.0, 0.0, float(days)))
        used = ledger.cite("vix", "rate", "days_per_year", "condor.days_to_expiry", under=[f"{name}.", "futures."])
        formula = "quantity * multiplier * (price at the condor's expiry with the VIX held - entry price)"
        pnl.append(ledger.derive(f"{name}.pnl_vix_held_usd", formula, used, value, "usd"))
    return _Valued(world, days, hedges, pnl)


def _world(inputs: Input, ledger: Ledger) -> World:
    vix = ledger.given("vix", inputs.vix, "vix_points")
    rate = ledger.resolve("rate", inputs.rate, "rate_fraction", "fraction")
    knots: dict[float, float] = {}
    for number, quote in enumerate(inputs.futures):
        days = days_left(quote, inputs.as_of, f"futures.{number}")
        if days is None or days == 0 or float(days) in knots:
            raise RulesError(f"futures.{number}.expiry", "settles today, or appears twice", "quote every future that still trades once")
        ledger.given(f"futures.{number}.days_to_expiry", days, "days")
        knots[float(days)] = ledger.given(f"futures.{number}.price_index_points", quote.price_index_points, "index_points")
    return World(
        vix=vix,
        spx=1.0,
        rate=rate,
        dividend_yield=0.0,
        days_per_year=ledger.parameter("days_per_year"),
        curve=((0.0, vix), *sorted(knots.items())),
        betas=monotone_betas(ledger.parameter("vix_beta_by_days")),
        vol_per_vix_point=1.0,
        volatility_floor=0.0,
    )


def _frontier(valued: _Valued, legs: Sequence[tuple[float, float, Right]], credit_usd: float, ledger: Ledger) -> list[FrontierPoint]:
    """Break-evens at the condor's expiry for each VIX of the declared shocks."""
    shocks = sorted({*ledger.parameter("scenario_vix_shocks_vix_points"), *ledger.parameter("variation_margin_vix_shocks_vix_points")})
    used = ledger.cite("vix", "rate", "days_per_year", "max_profit_usd", "vix_beta_by_days", "condor.days_to_expiry", under=["hedges.", "futures."])
    used |= ledger.cite("scenario_vix_shocks_vix_points", "variation_margin_vix_shocks_vix_points")
    found: list[FrontierPoint] = []
    for shock in (float(points) for points in shocks if valued.world.vix + points > 0):
        state = Shock(1.0, shock, float(valued.days))
        edges = break_even_at_expiry(legs, credit_usd + math.fsum(hedge_pnl_usd(hedge, valued.world, state) for hedge in valued.hedges))
        step = f"frontier.{len(found)}"
        vix = ledger.derive(f"{step}.vix", "vix + shock", used, valued.world.vix + shock, "vix_points")
        ledger.derive(f"{step}.edges", "SPX at which the combined P/L is 0 at this VIX", used, _pair(edges), "index_points")
        most = ledger.derive(f"{step}.max_profit_usd", "the most that can be left at this VIX", used, edges.max_profit_usd, "usd")
        found.append(FrontierPoint(vix=vix, low=edges.low, high=edges.high, max_profit_usd=most))
    return found


def _section(valued: _Valued, spx: float, legs: Sequence[tuple[float, float, Right]], credit_usd: float, ledger: Ledger) -> Section:
    """Break-evens where the VIX answers SPX by the declared response, not below its floor."""
    response, floor = ledger.parameter("spx_vix_response_vix_points_per_percent"), ledger.parameter("vix_floor_vix_points")
    world = replace(valued.world, spx=spx)

    def pnl(level: float) -> float:
        state = Shock(level, response_vix(world, level, response, floor) - world.vix, float(valued.days))
        return credit_usd + payoff_usd(legs, level) + math.fsum(hedge_pnl_usd(hedge, valued.world, state) for hedge in valued.hedges)

    strikes = [strike for strike, _, _ in legs]
    edges = break_even_along(pnl, 0.9 * min(*strikes, spx), 1.1 * max(*strikes, spx), spx, strikes)
    used = ledger.cite("vix", "max_profit_usd", "spx_vix_response_vix_points_per_percent", "vix_floor_vix_points", "vix_beta_by_days")
    used |= ledger.cite(under=["hedges.", "futures."]) | {"spx": ledger.given("spx", spx, "index_points")}
    ranges = [[item.low, item.high] for item in edges.ranges]
    ledger.derive("along_response.ranges", "SPX at which the combined P/L is 0 along the response", used, ranges, "index_points")
    return Section(low=edges.low, high=edges.high, ranges=[ProfitRangeAt(low=item.low, high=item.high) for item in edges.ranges])
