"""Volatilities and prices by leg as input fields: one number, four in strike order, or a mapping, with refusals that name the place."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Field, Tag

from rules.fields import Frozen

HIGHEST = 10.0
"""Implied volatilities are below this, a fraction: what lies above is a percentage typed without its sign."""


def _no_percentage(value: Any) -> Any:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if value <= 0:
            raise ValueError("a volatility is above 0, write 18 % as 0.18")
        if HIGHEST <= value < 100 * HIGHEST:
            raise ValueError(f"{value:g} is not below {HIGHEST:g} and the volatility is a fraction, did you mean {value / 100:g}?")
    return value


def _four(value: Any) -> Any:
    if isinstance(value, (list, tuple)) and len(value) != 4:
        raise ValueError(f"{len(value)} numbers are given for four legs, give four in strike order")
    return value


Volatility = Annotated[float, BeforeValidator(_no_percentage), Field(gt=0, lt=HIGHEST)]
"""An implied volatility, a fraction above 0 and below 10; 18 is refused with the question whether 0.18 is meant."""
LegPrice = Annotated[float, Field(gt=0)]


class LegVolatilities(Frozen):
    """Implied volatility of each leg, a fraction."""

    long_put: Volatility
    short_put: Volatility
    short_call: Volatility
    long_call: Volatility


class LegPrices(Frozen):
    """Price of each leg, in index points."""

    long_put: LegPrice
    short_put: LegPrice
    short_call: LegPrice
    long_call: LegPrice


def _shape(value: Any) -> str:
    # The shape decides which form is validated, so that a refusal speaks of that form only; tags are written as types, which paths leave out.
    if isinstance(value, (Mapping, Frozen)):
        return "mapping[leg]"
    return "list[float]" if isinstance(value, (list, tuple)) else "float"


VolatilityByLeg = Annotated[
    Annotated[Volatility, Tag("float")]
    | Annotated[list[Volatility], BeforeValidator(_four), Field(min_length=4, max_length=4), Tag("list[float]")]
    | Annotated[LegVolatilities, Tag("mapping[leg]")],
    Discriminator(_shape),
]
PriceByLeg = Annotated[
    Annotated[list[LegPrice], BeforeValidator(_four), Field(min_length=4, max_length=4), Tag("list[float]")]
    | Annotated[LegPrices, Tag("mapping[leg]")],
    Discriminator(lambda value: "mapping[leg]" if _shape(value) == "mapping[leg]" else "list[float]"),
]
