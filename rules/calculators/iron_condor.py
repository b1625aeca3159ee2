"""Payoff, break-evens and Greeks of a short SPX iron condor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from rules.fields import Frozen
from rules.ledger import Ledger
from rules.options.condor import CondorInput, add_greeks, credit_of_legs, for_greeks, payoff

NAME = "iron-condor"
DESCRIPTION = "Maximum profit and loss, break-evens and return on risk of a short iron condor; Greeks with spot, days and volatility."
SYNONYMS = ("iron condor", "condor", "ic", "max loss", "max profit", "breakevens")
SOURCES = ("spx-iron-condor", "break-even-and-cash-flow")
EXAMPLE = {
    "long_put": 5500,
    "short_put": 5600,
    "short_call": 6300,
    "long_call": 6400,
    "credit_index_points": 20.4644,
    "contracts": 10,
    "spot": 6000,
    "days_to_expiry": 41,
    "implied_volatility": [0.205, 0.195, 0.13, 0.125],
    "rate": 0.045,
    "dividend_yield": 0.013,
}
Input = CondorInput


class Result(Frozen):
    """USD for the whole position; break-evens in index points, null where the credit reaches a wing's width.

    Greeks are null unless spot, days to expiry and volatility are given: vega per vol point, delta per
    SPX point, theta per calendar day, all for the whole position and signed. The volatilities are solved
    from the prices of the legs when those are given instead; `notes` then says when they make another credit.
    """

    max_profit_usd: float
    max_loss_usd: float
    break_even_low: float | None
    break_even_high: float | None
    return_on_risk_fraction: float | None
    vega_usd: float | None = None
    delta_usd: float | None = None
    theta_usd_per_day: float | None = None
    probability_of_profit_fraction: float | None = None
    credit_of_leg_prices_index_points: float | None = None
    notes: list[str] = Field(default_factory=list)


def calculate(inputs: Input, ledger: Ledger) -> Result:
    """Payoff at expiry by arithmetic; Greeks leg by leg by Black-Scholes with the signs of the legs."""
    values = payoff(inputs, ledger)
    absent = inputs.absent_for_greeks()
    if not absent:
        values |= add_greeks(inputs, ledger, values["break_even_low"], values["break_even_high"])
    values["credit_of_leg_prices_index_points"], values["notes"] = credit_of_legs(inputs, ledger)
    if absent and (inputs.spot is not None or inputs.days_to_expiry is not None):
        values["notes"] = [*values["notes"], f"No Greeks are computed: {' and '.join(absent)} missing for them."]
    return Result(**values)


def needed_beside(given: Mapping[str, Any]) -> tuple[str, ...]:
    """A volatility, or prices of the legs, asks for the Greeks: spot and days go with it."""
    names = for_greeks("leg_prices_index_points" in given)
    return names if names[-1] in given else ()
