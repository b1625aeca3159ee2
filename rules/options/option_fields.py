"""The terms of one European option as input fields, shared by the calculators that price it and that read its price."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import ValidationInfo, field_validator, model_validator

from rules.common_fields import dividend_yield_field, rate_field
from rules.fields import Frozen, unit_field
from rules.ledger import Ledger


class OptionTerms(Frozen):
    """One option and its underlying; `forward` goes with black76, `spot` with black_scholes."""

    model: Literal["black76", "black_scholes"] = unit_field(
        "Pricing model: black76 on a forward, black_scholes on a spot",
        "name",
        choices={"black76": ("black 76", "black76", "black-76", "vix", "future"), "black_scholes": ("black scholes", "black-scholes", "spx", "spot")},
    )
    right: Literal["call", "put"] = unit_field("Call or put", "name", choices={"call": ("call", "calls"), "put": ("put", "puts")})
    forward: float | None = unit_field(
        "Price of the future or forward of the same expiry",
        "index_points",
        synonyms=("forward", "future", "futures", "fut", "f", "fwd", "vx", "vx future", "vix future", "futures price", "future price"),
        where="the futures quote screen",
        default=None,
        validate_default=True,
        gt=0,
    )
    spot: float | None = unit_field(
        "Price of the index",
        "index_points",
        synonyms=("spot", "spx", "index", "s&p", "underlying", "cash", "s", "s0"),
        where="the index quote",
        default=None,
        validate_default=True,
        gt=0,
    )
    strike: float = unit_field("Strike", "index_points", synonyms=("strike", "k", "struck", "struck at"), where="the option chain", gt=0)
    days_to_expiry: float = unit_field(
        "Calendar days to expiry",
        "days",
        synonyms=("days", "dte", "days to expiry", "expiry in", "expires in"),
        plausible=(0, 1100),
        where="the option chain",
        ge=0,
    )
    rate: float | None = rate_field()
    dividend_yield: float | None = dividend_yield_field()

    @field_validator("forward", "spot")
    @classmethod
    def _underlying_fits_model(cls, value: float | None, info: ValidationInfo) -> float | None:
        model = info.data.get("model")
        needed = {"black76": "forward", "black_scholes": "spot"}.get(str(model))
        if info.field_name == needed and value is None:
            raise ValueError(f"is missing for {model}, add it")
        if needed is not None and info.field_name != needed and value is not None:
            raise ValueError(f"has no place in {model}, give {needed} instead")
        return value

    @model_validator(mode="after")
    def _yield_fits_model(self) -> OptionTerms:
        if self.model == "black76" and self.dividend_yield is not None:
            raise ValueError("dividend_yield has no place in black76, leave it out")
        return self


def recorded_terms(terms: OptionTerms, ledger: Ledger) -> dict[str, float]:
    """The terms by the names of their steps, with rate, dividend yield and day count resolved through the ledger."""
    used: dict[str, float] = {
        "rate": ledger.resolve("rate", terms.rate, "rate_fraction", "fraction"),
        "days_per_year": ledger.parameter("days_per_year"),
        "strike": ledger.given("strike", terms.strike, "index_points"),
        "days_to_expiry": ledger.given("days_to_expiry", terms.days_to_expiry, "days"),
    }
    if terms.forward is not None:
        return used | {"forward": ledger.given("forward", terms.forward, "index_points")}
    used["dividend_yield"] = ledger.resolve("dividend_yield", terms.dividend_yield, "dividend_yield_fraction", "fraction")
    return used | {"spot": ledger.given("spot", terms.spot, "index_points")}


def underlying_beside(given: Mapping[str, Any]) -> tuple[str, ...]:
    """The underlying's price that the model given needs."""
    return {"black76": ("forward",), "black_scholes": ("spot",)}.get(str(given.get("model")), ())


# A forward above this is one of the S&P 500 and not of the VIX.
LEAST_INDEX = 400.0


def plausible_volatility(given: Mapping[str, Any]) -> tuple[float, float]:
    """The range outside which a volatility is questioned, a fraction: VIX options move more than those of the S&P 500."""
    forward = given.get("forward")
    on_an_index = isinstance(forward, (int, float)) and forward > LEAST_INDEX
    return (0.2, 4.0) if given.get("model") == "black76" and not on_an_index else (0.03, 1.5)
