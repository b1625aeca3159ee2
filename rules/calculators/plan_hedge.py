"""A layered hedge plan for a book of short iron condors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.ledger import Ledger
from rules.planning.models import HedgePlan
from rules.planning.plan import make_plan
from rules.planning.request import PlanInput

NAME = "plan-hedge"
DESCRIPTION = "Plans the three layers for a condor book: stage, whole contracts, the day's orders, cost against the credit, and why."
SYNONYMS = ("plan", "hedge plan", "plan hedge", "plan my hedge")
SOURCES = ("layering-order", "position-sizing", "activation-signals")
EXAMPLE = {
    "as_of": "2026-05-08",
    "portfolio": {
        "condors": [
            {
                "long_put": 5500,
                "short_put": 5600,
                "short_call": 6300,
                "long_call": 6400,
                "credit_index_points": 20.4644,
                "contracts": 10,
                "expiry": "2026-06-18",
                "implied_volatility": [0.205, 0.195, 0.13, 0.125],
            }
        ]
    },
    "market": {
        "vix": 18,
        "spx": 6000,
        "rate": 0.045,
        "dividend_yield": 0.013,
        "futures": [{"expiry": "2026-05-19", "price_index_points": 19.2}, {"expiry": "2026-06-17", "price_index_points": 20.1}],
        "calls": [{"expiry": "2026-06-17", "strike": 25, "implied_volatility": 1.0}],
    },
    "signals": {"macd": "pass", "advance_decline": "pass", "rsi": "pass", "capm": "not_evaluated", "macro": "not_evaluated"},
}


Input = PlanInput
Result = HedgePlan


def calculate(inputs: PlanInput, ledger: Ledger) -> HedgePlan:
    """See `rules.planning.plan.make_plan`."""
    return make_plan(inputs, ledger)


def needed_beside(given: Mapping[str, Any]) -> tuple[str, ...]:
    """The hedge vega, unless a book is given to compute it from."""
    return () if "portfolio" in given or "portfolio.condors" in given else ("planned_hedge_vega_usd",)
