"""Condors and hedges of a calculation as valuation reads them, and their P/L in any state."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rules.charts.again import Again
from rules.ledger import Ledger
from rules.options.condor import LEGS, CondorInput, LegMarket, payoff, solved_volatilities
from rules.outcomes.scenario_sets import response_vix
from rules.outcomes.stack_outcomes import hedge_position
from rules.outcomes.valuation import CondorPosition, HedgePosition, Shock, World, condors_pnl_usd, hedge_pnl_usd
from rules.planning.plan import laid_layers


@dataclass(frozen=True, slots=True)
class HedgedBook:
    """Condors, hedges in the order of the layers (name, position) and the market they are valued in; days to the last expiry."""

    world: World
    condors: tuple[CondorPosition, ...]
    hedges: tuple[tuple[str, HedgePosition], ...]
    days: float

    @property
    def strikes(self) -> list[float]:
        """All strikes, ascending."""
        return sorted({strike for condor in self.condors for strike, _, _ in condor.legs})

    def can_be_valued_today(self) -> bool:
        """Whether every condor has its volatilities."""
        return all(condor.volatilities is not None for condor in self.condors)

    def condors_usd(self, shock: Shock) -> float:
        """P/L of the condors; the caller has seen to it that they can be valued."""
        pnl = condors_pnl_usd(self.condors, self.world, shock)
        assert pnl is not None, "valued at expiry, or with volatilities"
        return pnl

    def hedges_usd(self, shock: Shock, count: int | None = None) -> float:
        """P/L of the first `count` hedges, of all when None."""
        return math.fsum(hedge_pnl_usd(hedge, self.world, shock) for _, hedge in self.hedges[:count])

    def total_usd(self, shock: Shock) -> float:
        """P/L of condors and hedges."""
        return self.condors_usd(shock) + self.hedges_usd(shock)

    def answered(self, spx: float, days: float, ledger: Ledger) -> Shock:
        """The state at an SPX level where the VIX answers SPX by the declared response, not below its floor."""
        response, floor = ledger.parameter("spx_vix_response_vix_points_per_percent"), ledger.parameter("vix_floor_vix_points")
        return Shock(spx, response_vix(self.world, spx, response, floor) - self.world.vix, days)


def book_of_plan(again: Again) -> HedgedBook | None:
    """The book of a plan with the rows of its stack; None for a plan without condors."""
    laid = laid_layers(again.inputs, again.ledger)
    if laid.book is None:
        return None
    hedges = tuple((position.name, hedge_position(position, quantity, laid.view)) for _, position, quantity in laid.rows())
    return HedgedBook(laid.view.world(), tuple(laid.book.positions), hedges, laid.book.days_longest)


def book_of_scenarios(again: Again) -> HedgedBook:
    """Condor and hedges of the scenarios calculator."""
    from rules.calculators.scenarios import positions_of

    credit = payoff(again.inputs.condor, again.ledger)["max_profit_usd"]
    world, condor, hedges = positions_of(again.inputs, credit, again.ledger)
    return HedgedBook(world, (condor,), tuple((hedge.name, hedge) for hedge in hedges), condor.days)


def book_of_condor(again: Again) -> HedgedBook:
    """One condor alone, in its market where that is given; its days are whole or not, as given."""
    inputs: CondorInput = again.inputs
    ledger = again.ledger
    credit = payoff(inputs, ledger)["max_profit_usd"]
    days, spot = inputs.days_to_expiry or 0.0, inputs.spot or 0.0
    rate, dividend = again.steps.get("rate", 0.0), again.steps.get("dividend_yield", 0.0)
    year = ledger.parameter("days_per_year")
    volatilities = None
    if inputs.spot is not None:
        volatilities = solved_volatilities(inputs, LegMarket(spot, days, rate, dividend, year, {}), ledger)
    # Nothing here moves the VIX, so volatilities stay as they are.
    world = World(0.0, spot, rate, dividend, year, ((0.0, 0.0),), ((0.0, 0.0),), 0.0, 0.0)
    smile = None if volatilities is None else tuple(volatilities[leg] for leg, _, _ in LEGS)
    return HedgedBook(world, (_position(inputs, credit, days, ledger, smile),), (), 0)


def condor_at_expiry(condor: CondorInput, credit_usd: float, ledger: Ledger) -> CondorPosition:
    """A condor that is valued at its expiry only."""
    return _position(condor, credit_usd, 0.0, ledger, None)


def _position(condor: CondorInput, credit_usd: float, days: float, ledger: Ledger, volatilities: Sequence[float] | None) -> CondorPosition:
    legs = tuple((float(getattr(condor, leg)), side, right) for leg, side, right in LEGS)
    multiplier = ledger.parameter("spx_option_multiplier_usd_per_index_point")
    smile = None if volatilities is None else tuple(volatilities)
    return CondorPosition("condor", legs, condor.contracts, credit_usd, days, multiplier, smile)  # type: ignore[arg-type]
