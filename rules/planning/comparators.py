"""What a public rule-based hedge would do on the same day, for comparison only."""

from __future__ import annotations

from rules.brackets import bracket_for
from rules.ledger import Ledger
from rules.planning.market import MarketView
from rules.planning.models import Comparator

MONTH_DAYS = 30


def vxth(view: MarketView, ledger: Ledger) -> Comparator:
    """Share of the Cboe VIX Tail Hedge index that goes into one-month VIX calls at the next roll, by the price of their future.

    The future is the quoted one that settles nearest a month from now, ties to the earlier; upper edges of the
    brackets are inclusive (http://www.cboe.com/index/dashboard/VXTH), on which public texts differ.
    """
    future = min(view.futures, key=lambda quoted: (abs(quoted.days - MONTH_DAYS), quoted.days))
    table = ledger.parameter("vxth_call_budget_by_forward")
    used = ledger.cite(f"futures.{future.expiry}.price_index_points", "vxth_call_budget_by_forward")
    budget = float(bracket_for(table, future.price)["budget_fraction"])
    ledger.derive("comparators.vxth.call_budget_fraction", "the row of the table that holds the future's price", used, budget, "fraction")
    note = "A comparison, no part of the method: the index buys one-month calls of 30 delta with this share at each settlement."
    return Comparator(name="VXTH", expiry=future.expiry, forward_index_points=future.price, call_budget_fraction=budget, note=note)
