"""European options on a forward (Black 1976) and on a spot with a yield (Black and Scholes 1973; Merton 1973).

Scalars only, with `math.erfc` for the normal distribution. Times are in years (ACT/365 days divided by 365),
volatilities and rates are fractions, prices are index points per unit of the underlying.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Right = Literal["call", "put"]
_SQRT_TWO = math.sqrt(2.0)
_SQRT_TWO_PI = math.sqrt(2.0 * math.pi)


@dataclass(frozen=True, slots=True)
class OptionValue:
    """Price and Greeks of one option, in index points per unit of the underlying.

    delta: price change per point of the underlying (of the forward for Black-76, discounted; of the spot
    for Black-Scholes). gamma: change of delta per point. vega_per_vol_point: per 0.01 of volatility.
    theta_per_day: per calendar day, everything else unchanged.
    """

    price: float
    delta: float
    gamma: float
    vega_per_vol_point: float
    theta_per_day: float


def normal_cdf(x: float) -> float:
    """Standard normal distribution function."""
    return 0.5 * math.erfc(-x / _SQRT_TWO)


def normal_pdf(x: float) -> float:
    """Standard normal density."""
    return math.exp(-0.5 * x * x) / _SQRT_TWO_PI


def black76(forward: float, strike: float, years: float, volatility: float, rate: float, right: Right, days_per_year: float = 365.0) -> OptionValue:
    """Value of a European option on a forward or future.

    Price e^(-rT) (F N(d1) - K N(d2)) for a call, d1 = (ln(F/K) + s^2 T / 2) / (s sqrt(T)), d2 = d1 - s sqrt(T)
    (Black, "The pricing of commodity contracts", 1976). With no time or no volatility left the discounted
    intrinsic value is returned, with delta 0 or e^(-rT).
    """
    sign = 1.0 if right == "call" else -1.0
    discount = math.exp(-rate * years)
    spread = volatility * math.sqrt(years)
    if spread == 0.0:
        intrinsic = max(sign * (forward - strike), 0.0)
        price = discount * intrinsic
        delta = sign * discount if intrinsic > 0.0 else 0.0
        return OptionValue(price, delta, 0.0, 0.0, rate * price / days_per_year)
    d1 = math.log(forward / strike) / spread + 0.5 * spread
    d2 = d1 - spread
    price = max(discount * sign * (forward * normal_cdf(sign * d1) - strike * normal_cdf(sign * d2)), 0.0)
    density = discount * normal_pdf(d1)
    theta = rate * price - 0.5 * forward * density * volatility / math.sqrt(years)
    return OptionValue(
        price=price,
        delta=sign * discount * normal_cdf(sign * d1),
        gamma=density / (forward * spread),
        vega_per_vol_point=0.01 * forward * density * math.sqrt(years),
        theta_per_day=theta / days_per_year,
    )


def black_scholes(
    spot: float, strike: float, years: float, volatility: float, rate: float, dividend_yield: float, right: Right, days_per_year: float = 365.0
) -> OptionValue:
    """Value of a European option on a spot that pays a continuous yield.

    The price is Black-76 on the forward S e^((r-q)T); delta and gamma are with respect to the spot, and
    theta keeps the spot (not the forward) unchanged.
    """
    growth = math.exp((rate - dividend_yield) * years)
    on_forward = black76(spot * growth, strike, years, volatility, rate, right, days_per_year)
    drift = on_forward.delta * spot * growth * (rate - dividend_yield)
    return OptionValue(
        price=on_forward.price,
        delta=on_forward.delta * growth,
        gamma=on_forward.gamma * growth * growth,
        vega_per_vol_point=on_forward.vega_per_vol_point,
        theta_per_day=on_forward.theta_per_day - drift / days_per_year,
    )


def forward_price(spot: float, years: float, rate: float, dividend_yield: float) -> float:
    """Forward of an index: S e^((r-q)T), in index points."""
    return spot * math.exp((rate - dividend_yield) * years)


def probability_below(forward: float, level: float, years: float, volatility: float) -> float:
    """Risk-neutral probability that the underlying ends below `level`: N(-d2). 0 for a level at or below 0."""
    if level <= 0.0:
        return 0.0
    spread = volatility * math.sqrt(years)
    if spread == 0.0:
        return 1.0 if forward < level else 0.0
    return normal_cdf(-(math.log(forward / level) / spread - 0.5 * spread))


def implied_volatility76(forward: float, strike: float, years: float, price: float, rate: float, right: Right) -> float | None:
    """Volatility at which Black-76 gives `price`, by bisection to the last bit.

    None where no volatility between 0.0001 and 20 gives the price: below the discounted intrinsic value, or
    at or above the bound e^(-rT) F (call) or e^(-rT) K (put).
    """
    low, high = 1e-4, 20.0
    if not black76(forward, strike, years, low, rate, right).price <= price <= black76(forward, strike, years, high, rate, right).price:
        return None
    while True:
        middle = 0.5 * (low + high)
        if middle in (low, high):
            return middle
        if black76(forward, strike, years, middle, rate, right).price < price:
            low = middle
        else:
            high = middle
