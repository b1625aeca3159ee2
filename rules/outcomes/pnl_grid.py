"""The P/L of condors and hedge over a table of SPX and VIX levels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rules.errors import RulesError
from rules.ledger import Ledger
from rules.outcomes.models import PnlGrid
from rules.outcomes.stack_outcomes import hedge_position
from rules.outcomes.valuation import CondorPosition, Shock, World, hedge_pnl_usd
from rules.planning.book import Book
from rules.planning.layers import Position
from rules.planning.market import MarketView
from rules.planning.request import Grid

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def pnl_grid(grid: Grid, book: Book, rows: Sequence[tuple[int, Position, int]], view: MarketView, ledger: Ledger) -> PnlGrid:
    """P/L since entry in USD, one row a VIX level, one column an SPX level.

    Raises RulesError when a condor without volatilities would have to be valued before its expiry.
    """
    import numpy as np

    world = view.world()
    spx = [float(x) for x in np.linspace(1.0 - grid.spx_range_fraction, 1.0 + grid.spx_range_fraction, grid.spx_points) * world.spx]
    vix = [float(x) for x in np.linspace(grid.vix_low, grid.vix_high, grid.vix_points)]
    shocks = np.array(vix)[:, None] - world.vix
    total: Array = np.zeros((len(vix), len(spx)))
    for condor in book.positions:
        total = total + _condor_values(condor, world, np.array(spx)[None, :], shocks, float(grid.days))
    hedges = [hedge_position(position, quantity, view) for _, position, quantity in rows]
    states = [Shock(world.spx, level - world.vix, float(grid.days)) for level in vix]
    by_vix = np.array([sum(hedge_pnl_usd(hedge, world, state) for hedge in hedges) for state in states])
    table = [[float(cell) for cell in line] for line in total + by_vix[:, None]]
    used = ledger.cite("vol_per_vix_point", "scenario_volatility_floor_fraction", "book.condors", "market.curve", "market.spx", "market.rate")
    used |= ledger.cite("market.dividend_yield", "days_per_year", "vix_beta_by_days")
    used |= ledger.cite(*(f"layers.{number}.{part}" for number, _, _ in rows for part in ("quantity", "price", "contract.name")))
    used |= {"grid.days": ledger.given("grid.days", grid.days, "days")}
    ledger.derive("grid.spx", "market.spx and its reach, evenly spaced", ledger.cite("market.spx"), spx, "index_points")
    ledger.given("grid.vix", vix, "vix_points")
    ledger.derive("grid.pnl_usd", "condors' P/L + hedges' P/L at each SPX and VIX", used, table, "usd")
    return PnlGrid(days=grid.days, spx=spx, vix=vix, pnl_usd=table)


def _condor_values(condor: CondorPosition, world: World, levels: Array, moves: Array, days: float) -> Array:
    """P/L of a condor in USD for SPX levels (1, n) and VIX moves (m, 1), shape (m, n)."""
    import numpy as np

    from rules.options.pricing_arrays import black_scholes_arrays

    left = condor.days - days
    if left > 0 and condor.volatilities is None:
        raise RulesError("grid", f"{condor.name} has no volatilities to be valued with before its expiry", "give them, or days up to its expiry")
    total: Array = np.zeros(np.broadcast_shapes(levels.shape, moves.shape))
    for number, (strike, side, right) in enumerate(condor.legs):
        if left <= 0 or condor.volatilities is None:
            value = np.maximum(levels - strike, 0.0) if right == "call" else np.maximum(strike - levels, 0.0)
        else:
            volatility = np.maximum(condor.volatilities[number] + 0.01 * world.vol_per_vix_point * moves, world.volatility_floor)
            years = left / world.days_per_year
            value = black_scholes_arrays(levels, strike, years, volatility, world.rate, world.dividend_yield, right == "call").price
        total = total + side * value
    return condor.credit_usd + condor.contracts * condor.multiplier_usd * total
