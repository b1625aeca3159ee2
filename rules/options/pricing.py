"""European options on a forward (Black 1976) and on a spot with a yield (Black and Scholes 1973; Merton 1973).

Scalars only, with `math.erfc` for the normal distribution; `rules.options.pricing_arrays` has the same for arrays. Times are in years (ACT/365 days divided by 365),
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
    return _on_forward(forward, forward - strike, strike, years, volatility, rate, right, days_per_year)


def black_scholes(
    spot: float, strike: float, years: float, volatility: float, rate: float, dividend_yield: float, right: Right, days_per_year: float = 365.0
) -> OptionValue:
    """Value of a European option on a spot that pays a continuous yield.

    The price is Black-76 on the forward S e^((r-q)T); delta and gamma are with respect to the spot, and
    theta keeps the spot (not the forward) unchanged.
    """
    drift = (rate - dividend_yield) * years
    growth = math.exp(drift)
    on_forward = _on_forward(spot * growth, forward_less_strike(spot, strike, drift), strike, years, volatility, rate, right, days_per_year)
    carry = on_forward.delta * spot * growth * (rate - dividend_yield)
    return OptionValue(
        price=on_forward.price,
        delta=on_forward.delta * growth,
        gamma=on_forward.gamma * growth * growth,
        vega_per_vol_point=on_forward.vega_per_vol_point,
        theta_per_day=on_forward.theta_per_day - carry / days_per_year,
    )


def _on_forward(
    forward: float, excess: float, strike: float, years: float, volatility: float, rate: float, right: Right, days_per_year: float
) -> OptionValue:
    """Black-76 with `excess` = F - K given apart, for the digits that a rounded forward has lost.

    The value out of the money is computed and the intrinsic value added: in the money the difference of the two
    terms would drown a small time value in their rounding.
    """
    sign = 1.0 if right == "call" else -1.0
    discount = math.exp(-rate * years)
    spread = volatility * math.sqrt(years)
    intrinsic = max(sign * excess, 0.0)
    if spread == 0.0:
        price = discount * intrinsic
        delta = sign * discount if intrinsic > 0.0 else 0.0
        return OptionValue(price, delta, 0.0, 0.0, rate * price / days_per_year)
    d1 = log_moneyness(forward, excess, strike) / spread + 0.5 * spread
    d2 = d1 - spread
    outside = 1.0 if excess < 0.0 else -1.0
    time_value = max(outside * (forward * normal_cdf(outside * d1) - strike * normal_cdf(outside * d2)), 0.0)
    price = discount * (intrinsic + time_value)
    density = discount * normal_pdf(d1)
    theta = rate * price - 0.5 * forward * density * volatility / math.sqrt(years)
    return OptionValue(
        price=price,
        delta=sign * discount * normal_cdf(sign * d1),
        gamma=density / (forward * spread),
        vega_per_vol_point=0.01 * forward * density * math.sqrt(years),
        theta_per_day=theta / days_per_year,
    )


def log_moneyness(forward: float, excess: float, strike: float) -> float:
    """ln(F/K) with `excess` = F - K, to the last digits also where F is near K."""
    ratio = excess / strike
    return math.log1p(ratio) if abs(ratio) < 0.5 else math.log(forward / strike)


def forward_less_strike(spot: float, strike: float, drift: float) -> float:
    """S e^drift - K with the digits that rounding the forward first would lose where the two are near each other."""
    return (spot - strike) + spot * math.expm1(drift)


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
