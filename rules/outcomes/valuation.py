"""What condors and hedges are worth when SPX, the VIX and the calendar have moved.

A shock moves each leg's implied volatility by `vol_per_vix_point` vol points per VIX point and each future by its
beta; calls are valued by Black-76 on their own future at unchanged implied volatility; without a shock futures
come down today's curve towards the VIX, and what has expired is settled at the VIX (docs/DEFINITIONS.md, scenarios and
break-even).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rules.options.pricing import Right, black76, black_scholes
from rules.vix.instruments import interpolate

HedgeKind = Literal["future", "call", "fund"]
FutureMove = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class World:
    """Today's market as valuation needs it.

    `curve` are (days to expiry, price) of VX futures from the VIX at 0 days outwards, `betas` (days, points per VIX
    point). `vol_per_vix_point` is vol points per VIX point, `volatility_floor` a fraction. Rates are yearly fractions.
    """

    vix: float
    spx: float
    rate: float
    dividend_yield: float
    days_per_year: float
    curve: tuple[tuple[float, float], ...]
    betas: tuple[tuple[float, float], ...]
    vol_per_vix_point: float
    volatility_floor: float

    def curve_price(self, days: float) -> float:
        """Price of a future with this many days left on today's curve, index points; the VIX at 0 days and before."""
        return self.vix if days <= 0 else interpolate(self.curve, days)

    def curve_slope(self, days: float) -> float:
        """Points per day by which today's curve rises just below `days`; 0 beyond the last quoted future."""
        for (x0, y0), (x1, y1) in itertools.pairwise(self.curve):
            if x0 < days <= x1:
                return (y1 - y0) / (x1 - x0)
        return 0.0

    def beta(self, days: float) -> float:
        """Move of a future with this many days left per VIX point."""
        return interpolate(self.betas, days)


@dataclass(frozen=True, slots=True)
class Shock:
    """A state to value at: `days` from today, SPX and VIX there, and how futures of given days left have moved.

    `future_move` maps the days left then to points; None: beta times the move of the VIX.
    """

    spx: float
    vix_points: float
    days: float
    future_move: FutureMove | None = None


@dataclass(frozen=True, slots=True)
class CondorPosition:
    """A short condor: legs as (strike, side +1 or -1, right), credit in USD, volatilities in the order of the legs.

    `multiplier_usd` is USD per index point of one condor. Volatilities are None when not known: such a condor can
    be valued at its expiry only.
    """

    name: str
    legs: tuple[tuple[float, int, Right], ...]
    contracts: int
    credit_usd: float
    days: int
    multiplier_usd: float
    volatilities: tuple[float, ...] | None


@dataclass(frozen=True, slots=True)
class HedgePosition:
    """A long hedge: `entry` is what was paid per unit (index points; USD for a share of a fund), `days` to its settlement.

    Calls carry strike, implied volatility and the price of their future today; funds their days-weighted futures as
    (weight as a count of contracts, price, days) and leverage. `mark` is the price today that a future starts from.
    """

    name: str
    kind: HedgeKind
    quantity: float
    multiplier_usd: float
    entry: float
    mark: float
    days: float
    strike: float = 0.0
    volatility: float = 0.0
    future_price: float = 0.0
    leverage: float = 1.0
    fund: tuple[tuple[float, float, float], ...] = ()


def condor_pnl_usd(condor: CondorPosition, world: World, shock: Shock) -> float | None:
    """P/L since entry of a condor in USD; None where it has to be valued before expiry without volatilities."""
    left = condor.days - shock.days
    total = 0.0
    for number, (strike, side, right) in enumerate(condor.legs):
        if left <= 0:
            value = max(shock.spx - strike, 0.0) if right == "call" else max(strike - shock.spx, 0.0)
        elif condor.volatilities is None:
            return None
        else:
            moved = condor.volatilities[number] + 0.01 * world.vol_per_vix_point * shock.vix_points
            volatility = max(moved, world.volatility_floor)
            years = left / world.days_per_year
            value = black_scholes(shock.spx, strike, years, volatility, world.rate, world.dividend_yield, right, world.days_per_year).price
        total += side * value
    return condor.credit_usd + condor.contracts * condor.multiplier_usd * total


def condors_pnl_usd(condors: Sequence[CondorPosition], world: World, shock: Shock) -> float | None:
    """P/L since entry of all condors in USD; None where one of them cannot be valued."""
    total = 0.0
    for condor in condors:
        pnl = condor_pnl_usd(condor, world, shock)
        if pnl is None:
            return None
        total += pnl
    return total


def future_price_at(world: World, shock: Shock, days: float, mark: float | None = None) -> float:
    """Price of a future that has `days` left today, in the shocked state; its VIX once it has settled.

    `mark` is its price today where that differs from the curve: the distance to the curve is kept. Never below 0.
    """
    left = days - shock.days
    if left <= 0:
        return max(world.vix + shock.vix_points, 0.0)
    move = world.beta(left) * shock.vix_points if shock.future_move is None else shock.future_move(left)
    off_curve = 0.0 if mark is None else mark - world.curve_price(days)
    return max(world.curve_price(left) + off_curve + move, 0.0)


def hedge_price_at(hedge: HedgePosition, world: World, shock: Shock) -> float:
    """Price of one unit of a hedge in the shocked state: index points, or USD for a share of a fund."""
    if hedge.kind == "fund":
        return _fund_price(hedge, world, shock)
    left = hedge.days - shock.days
    if hedge.kind == "future":
        return future_price_at(world, shock, hedge.days, hedge.mark)
    future = future_price_at(world, shock, hedge.days, hedge.future_price)
    if left <= 0:
        return max(future - hedge.strike, 0.0)
    if future <= 0.0:
        return 0.0
    return black76(future, hedge.strike, left / world.days_per_year, hedge.volatility, world.rate, "call", world.days_per_year).price


def hedge_pnl_usd(hedge: HedgePosition, world: World, shock: Shock) -> float:
    """P/L since entry of a hedge in USD."""
    return hedge.quantity * hedge.multiplier_usd * (hedge_price_at(hedge, world, shock) - hedge.entry)


def fund_roll_fraction_per_day(world: World, fund: Sequence[tuple[float, float, float]]) -> float:
    """Daily return of a fund's futures while the curve stands still: they slide down it (a loss in contango is negative)."""
    value = sum(weight * price for weight, price, _ in fund)
    return -sum(weight * world.curve_slope(days) for weight, _, days in fund) / value


def _fund_price(hedge: HedgePosition, world: World, shock: Shock) -> float:
    """A fund keeps its maturity by rolling: it loses the slide of its futures each day and moves with their betas."""
    value = sum(weight * price for weight, price, _ in hedge.fund)
    rolled = math.pow(1.0 + hedge.leverage * fund_roll_fraction_per_day(world, hedge.fund), shock.days)

    def moved(days: float) -> float:
        return world.beta(days) * shock.vix_points if shock.future_move is None else shock.future_move(days)

    move = sum(weight * moved(days) for weight, _, days in hedge.fund) / value
    return max(hedge.mark * (rolled + hedge.leverage * move), 0.0)


def moves_by_days(points: Mapping[float, float]) -> FutureMove:
    """Moves of futures on one day as a function of their days left: linear between `points`, flat outside."""
    knots = tuple(sorted(points.items()))
    return lambda days: interpolate(knots, days)


def is_finite_shock(world: World, shock: Shock) -> bool:
    """Whether a state can be valued at all: SPX and the VIX stay above 0."""
    return shock.spx > 0.0 and world.vix + shock.vix_points > 0.0 and math.isfinite(shock.spx)
