"""Black-76 and Black-Scholes on numpy arrays: price, vega and delta of many options at once.

The same formulas as `rules.options.pricing`, which is the one for a single option; scipy is loaded when an array is priced.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_SQRT_TWO_PI = math.sqrt(2.0 * math.pi)
_BLOCK = 16_384  # options at a time: a block's intermediate arrays stay in the processor's cache


@dataclass(frozen=True, slots=True)
class ArrayValues:
    """Three arrays of the shape that the arguments broadcast to, in the units of `rules.options.pricing.OptionValue`.

    price: index points. vega_per_vol_point: index points per 0.01 of volatility. delta: per point of the
    forward, discounted, for Black-76; per point of the spot for Black-Scholes.
    """

    price: NDArray[np.float64]
    vega_per_vol_point: NDArray[np.float64]
    delta: NDArray[np.float64]


def black76_arrays(forward: ArrayLike, strike: ArrayLike, years: ArrayLike, volatility: ArrayLike, rate: ArrayLike, call: ArrayLike) -> ArrayValues:
    """European options on forwards or futures (Black 1976).

    Every argument is a number or an array; together they broadcast, for instance a 41 x 1 column of forwards with
    a row of 41 volatilities to 41 x 41. `forward` and `strike` are above 0, `years` and `volatility` at least 0,
    `call` is true for a call and false for a put. Raises ValueError for shapes that do not broadcast.
    """
    return _in_blocks(_forward_block, (forward, strike, years, volatility, rate), call)


def black_scholes_arrays(
    spot: ArrayLike, strike: ArrayLike, years: ArrayLike, volatility: ArrayLike, rate: ArrayLike, dividend_yield: ArrayLike, call: ArrayLike
) -> ArrayValues:
    """European options on a spot with a continuous yield (Black and Scholes 1973, Merton 1973); shapes as in `black76_arrays`."""
    return _in_blocks(_spot_block, (spot, strike, years, volatility, rate, dividend_yield), call)


def _in_blocks(block: Any, numbers: tuple[ArrayLike, ...], call: ArrayLike) -> ArrayValues:
    arrays = np.broadcast_arrays(*(np.asarray(number, dtype=np.float64) for number in numbers), np.asarray(call, dtype=np.bool_))
    shape, flat = arrays[0].shape, [array.reshape(-1) for array in arrays]
    size = flat[0].size
    price, vega, delta = np.empty(size), np.empty(size), np.empty(size)
    for start in range(0, size, _BLOCK):
        part = slice(start, start + _BLOCK)
        price[part], vega[part], delta[part] = block(*(array[part] for array in flat))
    return ArrayValues(price.reshape(shape), vega.reshape(shape), delta.reshape(shape))


def _spot_block(spot: Any, strike: Any, years: Any, volatility: Any, rate: Any, dividend_yield: Any, call: Any) -> tuple[Any, Any, Any]:
    drift = (rate - dividend_yield) * years
    growth = np.exp(drift)
    price, vega, delta = _values(spot * growth, (spot - strike) + spot * np.expm1(drift), strike, years, volatility, rate, call)
    return price, vega, delta * growth


def _forward_block(forward: Any, strike: Any, years: Any, volatility: Any, rate: Any, call: Any) -> tuple[Any, Any, Any]:
    return _values(forward, forward - strike, strike, years, volatility, rate, call)


def _values(forward: Any, excess: Any, strike: Any, years: Any, volatility: Any, rate: Any, call: Any) -> tuple[Any, Any, Any]:
    """Price, vega and delta of flat arrays; `excess` is F - K. The value out of the money is computed and the intrinsic value added."""
    from scipy.special import ndtr

    root, discount = np.sqrt(years), np.exp(-rate * years)
    spread = volatility * root
    still = spread == 0.0
    ratio = excess / strike
    near = np.abs(ratio) < 0.5
    moneyness = np.where(near, np.log1p(np.where(near, ratio, 0.0)), np.log(forward / strike))
    d1 = moneyness / np.where(still, 1.0, spread) + 0.5 * spread
    outside = np.where(excess < 0.0, 1.0, -1.0)
    sign = np.where(call, 1.0, -1.0)
    time_value = np.maximum(outside * (forward * ndtr(outside * d1) - strike * ndtr(outside * (d1 - spread))), 0.0)
    intrinsic = np.maximum(sign * excess, 0.0)
    price = discount * (intrinsic + time_value)
    vega = (0.01 / _SQRT_TWO_PI) * forward * discount * root * np.exp(-0.5 * d1 * d1)
    delta = sign * discount * ndtr(sign * d1)
    if still.any():
        price, vega = np.where(still, discount * intrinsic, price), np.where(still, 0.0, vega)
        delta = np.where(still, np.where(intrinsic > 0.0, sign * discount, 0.0), delta)
    return price, vega, delta
