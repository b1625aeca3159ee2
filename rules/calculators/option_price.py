"""Price and Greeks of one European option."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.fields import Frozen, unit_field
from rules.ledger import Ledger
from rules.options.option_fields import OptionTerms, plausible_volatility, recorded_terms, underlying_beside
from rules.options.pricing import OptionValue, black76, black_scholes
from rules.options.volatility_fields import Volatility

NAME = "option-price"
DESCRIPTION = "Price and Greeks of a European option: black76 on a future or forward, black_scholes on a spot with a yield."
SYNONYMS = ("option price", "price of the call", "price of the put", "worth", "black 76", "black scholes", "premium")
SOURCES = ("vix-options", "spx-options")
EXAMPLE = {
    "model": "black76",
    "right": "call",
    "forward": 20.1,
    "strike": 25,
    "days_to_expiry": 40,
    "implied_volatility": 1.0,
    "rate": 0.045,
    "multiplier": 100,
}


class Input(OptionTerms):
    """One option with its volatility."""

    implied_volatility: Volatility = unit_field(
        "Implied volatility, 0.18 for 18 %",
        "fraction",
        synonyms=("implied volatility", "iv", "sigma", "vol", "volatility", "implied vol", "implied"),
        plausible=(0.03, 4.0),
        where="the option chain",
    )
    multiplier: float | None = unit_field(
        "USD per index point of one contract", "usd_per_index_point", synonyms=("multiplier",), plausible=(1, 1000), default=None, gt=0
    )


class Result(Frozen):
    """Per unit in index points, and the premium of one contract in USD."""

    price_index_points: float
    premium_usd: float
    delta: float
    gamma: float
    vega_per_vol_point: float
    theta_per_day: float


def value_option(inputs: Input, ledger: Ledger) -> tuple[OptionValue, dict[str, float], str]:
    """The option's value, the inputs that went in, and the formula, with defaults resolved through the ledger."""
    used = recorded_terms(inputs, ledger)
    used["implied_volatility"] = ledger.given("implied_volatility", inputs.implied_volatility, "fraction")
    rate, year = used["rate"], used["days_per_year"]
    years = inputs.days_to_expiry / year
    if inputs.forward is not None:
        value = black76(inputs.forward, inputs.strike, years, inputs.implied_volatility, rate, inputs.right, year)
        return value, used, "Black-76: e^(-rT) (F N(d1) - K N(d2)) for a call"
    value = black_scholes(used["spot"], inputs.strike, years, inputs.implied_volatility, rate, used["dividend_yield"], inputs.right, year)
    return value, used, "Black-Scholes: S e^(-qT) N(d1) - K e^(-rT) N(d2) for a call"


def calculate(inputs: Input, ledger: Ledger) -> Result:
    """Black 1976, or Black-Scholes-Merton 1973, ACT/365; theta per calendar day."""
    value, used, formula = value_option(inputs, ledger)
    names = ("price_index_points", "delta", "gamma", "vega_per_vol_point", "theta_per_day")
    units = ("index_points", "fraction", "per_index_point", "index_points", "index_points_per_day")
    amounts = (value.price, value.delta, value.gamma, value.vega_per_vol_point, value.theta_per_day)
    for name, unit, amount in zip(names, units, amounts, strict=True):
        ledger.derive(name, formula if name == "price_index_points" else f"derivative of {formula.split(':')[0]}", used, amount, unit)
    if inputs.multiplier is None:
        standard = "vix_option_multiplier_usd_per_index_point" if inputs.forward is not None else "spx_option_multiplier_usd_per_index_point"
        multiplier_name, multiplier = standard, ledger.parameter(standard)
    else:
        multiplier_name, multiplier = "multiplier", ledger.given("multiplier", inputs.multiplier, "usd_per_index_point")
    premium = ledger.derive(
        "premium_usd",
        f"price_index_points * {multiplier_name}",
        {"price_index_points": value.price, multiplier_name: multiplier},
        value.price * multiplier,
        "usd",
    )
    return Result(**dict(zip(names, amounts, strict=True)), premium_usd=premium)


def needed_beside(given: Mapping[str, Any]) -> tuple[str, ...]:
    """The underlying's price that the model given needs."""
    return underlying_beside(given)


def plausible_beside(given: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """Plausible ranges that hang on other inputs."""
    return {"implied_volatility": plausible_volatility(given)}
