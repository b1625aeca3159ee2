"""P/L over SPX and the VIX as a table of signed numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rules.charts.again import Again
from rules.charts.book import HedgedBook, book_of_plan, book_of_scenarios
from rules.charts.models import Axis, Chart, SignedTable
from rules.outcomes.valuation import Shock, is_finite_shock

SPX_MOVES = (-0.10, -0.075, -0.05, -0.025, 0.0, 0.025, 0.05, 0.075, 0.10)
SPX = Axis("SPX", "index_points")


def plan_now(again: Again) -> list[Chart]:
    """The grid that the plan was asked for, or the whole stack valued today; none where a condor has no volatilities."""
    grid = again.result["grid"]
    if grid is not None:
        title = "P/L over SPX and VIX today" if grid["days"] == 0 else f"P/L over SPX and VIX after {grid['days']} days"
        cells = tuple(tuple(row) for row in grid["pnl_usd"])
        return [SignedTable("table-now", title, SPX, Axis("VIX", "vix_points"), "usd", tuple(grid["spx"]), tuple(grid["vix"]), cells)]
    book = book_of_plan(again)
    return [] if book is None or not book.can_be_valued_today() else [_table(book, 0.0, "table-now", "P/L over SPX and VIX today", again)]


def plan_at_expiry(again: Again) -> list[Chart]:
    """The whole stack at the last condor's expiry."""
    book = book_of_plan(again)
    return [] if book is None else [_table(book, float(book.days), "table-at-expiry", "P/L over SPX and VIX at the condors' expiry", again)]


def scenarios(again: Again) -> list[Chart]:
    """Condor and hedges at the horizon."""
    book, days = book_of_scenarios(again), again.inputs.horizon_days
    return [_table(book, float(days), "table", f"P/L over SPX and VIX after {days} days", again)]


def _table(book: HedgedBook, days: float, chart: str, title: str, again: Again) -> SignedTable:
    """P/L of the whole book `days` from now; rows are the moves of the VIX that scenarios and variation margin declare."""
    ledger, world = again.ledger, book.world
    spx = [world.spx * (1.0 + move) for move in SPX_MOVES]
    declared = {*ledger.parameter("scenario_vix_shocks_vix_points"), *ledger.parameter("variation_margin_vix_shocks_vix_points"), 0}
    moves = [float(move) for move in sorted(declared) if is_finite_shock(world, Shock(world.spx, float(move), days))]
    cells = tuple(tuple(book.total_usd(Shock(level, move, days)) for level in spx) for move in moves)
    known = math.isfinite(world.vix)
    rows = Axis("VIX", "vix_points") if known else Axis("VIX moved by", "vix_points")
    return SignedTable(chart, title, SPX, rows, "usd", tuple(spx), _levels(world.vix if known else 0.0, moves), cells)


def _levels(vix: float, moves: Sequence[float]) -> tuple[float, ...]:
    return tuple(vix + move for move in moves)
