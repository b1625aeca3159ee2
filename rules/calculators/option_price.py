"""Price and Greeks of one European option."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import model_validator

from rules.fields import Frozen, unit_field
from rules.ledger import Ledger
from rules.pricing import OptionValue, black76, black_scholes

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


class Input(Frozen):
    """One option; `forward` goes with black76, `spot` with black_scholes."""

    model: Literal["black76", "black_scholes"] = unit_field(
        "Pricing model: black76 on a forward, black_scholes on a spot",
        "name",
        choices={"black76": ("black 76", "black76", "black-76", "vix", "future"), "black_scholes": ("black scholes", "black-scholes", "spx", "spot")},
    )
    right: Literal["call", "put"] = unit_field("Call or put", "name", choices={"call": ("call", "calls"), "put": ("put", "puts")})
    forward: float | None = unit_field(
        "Price of the future or forward of the same expiry",
        "index_points",
        synonyms=("forward", "future", "fut"),
        where="the futures quote screen",
        default=None,
        gt=0,
    )
    spot: float | None = unit_field(
        "Price of the index", "index_points", synonyms=("spot", "spx", "index"), where="the index quote", default=None, gt=0
    )
    strike: float = unit_field("Strike", "index_points", synonyms=("strike", "k"), where="the option chain", gt=0)
    days_to_expiry: float = unit_field(
        "Calendar days to expiry", "days", synonyms=("days", "dte", "days to expiry"), plausible=(0, 1100), where="the option chain", ge=0
    )
    implied_volatility: float = unit_field(
        "Implied volatility, 0.18 for 18 %",
        "fraction",
        synonyms=("implied volatility", "iv", "vol"),
        plausible=(0.03, 4.0),
        where="the option chain",
        gt=0,
        lt=10,
    )
    rate: float | None = unit_field(
        "Interest rate a year", "fraction", synonyms=("rate", "r"), plausible=(-0.02, 0.2), parameter="rate_fraction", default=None, gt=-1, lt=10
    )
    dividend_yield: float | None = unit_field(
        "Dividend yield of the index a year",
        "fraction",
        synonyms=("dividend yield", "yield", "q"),
        plausible=(0.0, 0.1),
        parameter="dividend_yield_fraction",
        default=None,
        gt=-1,
        lt=10,
    )
    multiplier: float | None = unit_field(
        "USD per index point of one contract", "usd_per_index_point", synonyms=("multiplier",), plausible=(1, 1000), default=None, gt=0
    )

    @model_validator(mode="after")
    def _underlying_fits_model(self) -> Input:
        if self.model == "black76" and (self.forward is None or self.spot is not None):
            raise ValueError("black76 prices on the forward, give forward and not spot")
        if self.model == "black_scholes" and (self.spot is None or self.forward is not None):
            raise ValueError("black_scholes prices on the spot, give spot and not forward")
        if self.model == "black76" and self.dividend_yield is not None:
            raise ValueError("dividend_yield has no place in black76, leave it out")
        return self


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
    rate = ledger.resolve("rate", inputs.rate, "rate_fraction", "fraction")
    year = ledger.parameter("days_per_year")
    used: dict[str, float] = {
        "strike": ledger.given("strike", inputs.strike, "index_points"),
        "days_to_expiry": ledger.given("days_to_expiry", inputs.days_to_expiry, "days"),
        "implied_volatility": ledger.given("implied_volatility", inputs.implied_volatility, "fraction"),
        "rate": rate,
        "days_per_year": year,
    }
    years = inputs.days_to_expiry / year
    if inputs.forward is not None:
        used["forward"] = ledger.given("forward", inputs.forward, "index_points")
        value = black76(inputs.forward, inputs.strike, years, inputs.implied_volatility, rate, inputs.right, year)
        return value, used, "Black-76: e^(-rT) (F N(d1) - K N(d2)) for a call"
    assert inputs.spot is not None, "the validator lets no option through without an underlying"
    dividend = ledger.resolve("dividend_yield", inputs.dividend_yield, "dividend_yield_fraction", "fraction")
    used |= {"spot": ledger.given("spot", inputs.spot, "index_points"), "dividend_yield": dividend}
    value = black_scholes(inputs.spot, inputs.strike, years, inputs.implied_volatility, rate, dividend, inputs.right, year)
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
    return {"black76": ("forward",), "black_scholes": ("spot",)}.get(str(given.get("model")), ())
