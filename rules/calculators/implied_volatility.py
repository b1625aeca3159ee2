"""The volatility that the price of one European option implies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.errors import RulesError
from rules.fields import Frozen, unit_field
from rules.ledger import Ledger
from rules.options.implied_volatility import solve_black76, solve_black_scholes
from rules.options.option_fields import OptionTerms, recorded_terms, underlying_beside

NAME = "implied-volatility"
DESCRIPTION = "Implied volatility of a European option from its price: black76 on a future or forward, black_scholes on a spot with a yield."
SYNONYMS = ("implied volatility", "what iv", "which volatility", "solve for volatility", "iv is")
SOURCES = ("spx-options", "vix-options")
EXAMPLE = {
    "model": "black_scholes",
    "right": "put",
    "spot": 6000,
    "strike": 5600,
    "days_to_expiry": 41,
    "price_index_points": 25.36,
    "rate": 0.045,
    "dividend_yield": 0.013,
}


class Input(OptionTerms):
    """One option with its price."""

    days_to_expiry: float = unit_field(
        "Calendar days to expiry", "days", synonyms=("days", "dte", "days to expiry"), plausible=(0, 1100), where="the option chain", gt=0
    )
    price_index_points: float = unit_field(
        "Price of the option",
        "index_points",
        synonyms=(
            "price",
            "premium",
            "quoted",
            "quoted at",
            "trades at",
            "trading",
            "trading at",
            "trades",
            "at",
            "mid",
            "costs",
            "bid",
            "for",
            "priced at",
            "worth",
            "@",
        ),
        where="the option chain; the middle of bid and ask",
        gt=0,
    )


class Result(Frozen):
    """The volatility, a fraction a year, and the bounds without arbitrage that the price lies between, index points."""

    implied_volatility: float
    lowest_price_index_points: float
    highest_price_index_points: float


def calculate(inputs: Input, ledger: Ledger) -> Result:
    """The volatility at which Black 1976, or Black-Scholes-Merton 1973, gives the price; ACT/365.

    Raises RulesError under `price_index_points` for a price outside the bounds without arbitrage, and for one
    whose last digit moves the volatility by more than 1e-10.
    """
    used = recorded_terms(inputs, ledger)
    price = ledger.given("price_index_points", inputs.price_index_points, "index_points")
    rate, years = used["rate"], inputs.days_to_expiry / used["days_per_year"]
    if inputs.forward is not None:
        formula, solved = "Black-76", solve_black76(inputs.forward, inputs.strike, years, price, rate, inputs.right)
    else:
        formula = "Black-Scholes"
        solved = solve_black_scholes(used["spot"], inputs.strike, years, price, rate, used["dividend_yield"], inputs.right)
    if solved.volatility is None:
        raise RulesError("price_index_points", solved.problem, solved.remedy)
    bounds = {
        "lowest_price_index_points": ("the price without volatility: e^(-rT) max(F - K, 0) for a call, K - F for a put", solved.lowest_price),
        "highest_price_index_points": ("the price with endless volatility: e^(-rT) F for a call, K for a put", solved.highest_price),
    }
    for name, (meaning, value) in bounds.items():
        ledger.derive(name, meaning, used, value, "index_points")
    volatility = ledger.derive(
        "implied_volatility", f"{formula} price = price_index_points, solved for the volatility", used | {"price_index_points": price},
        solved.volatility, "fraction",
    )  # fmt: skip
    return Result(implied_volatility=volatility, lowest_price_index_points=solved.lowest_price, highest_price_index_points=solved.highest_price)


def needed_beside(given: Mapping[str, Any]) -> tuple[str, ...]:
    """The underlying's price that the model given needs."""
    return underlying_beside(given)
