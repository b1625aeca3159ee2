"""A million Black-76 prices with vega at once against QuantLib one call per option: `python tests/benchmarks/pricing.py`.

The two sides are run interleaved, 7 times. QuantLib prices a part of the same options, scaled to the million: a
payoff and a BlackCalculator an option, its value and its vega.
"""

from __future__ import annotations

import statistics
import time

import numpy as np
import QuantLib as ql

from rules.options.pricing_arrays import black76_arrays

OPTIONS, PART, RUNS, LIMIT = 1_000_000, 20_000, 7, 20.0


def book() -> tuple[np.ndarray, ...]:
    """Forwards, strikes, years, volatilities, rates and rights of a million options."""
    draw = np.random.default_rng(1)
    forward, years, volatility = draw.uniform(10, 80, OPTIONS), draw.uniform(0.02, 1.0, OPTIONS), draw.uniform(0.3, 2.0, OPTIONS)
    strike = forward * np.exp(draw.uniform(-2, 2, OPTIONS) * volatility * np.sqrt(years))
    return forward, strike, years, volatility, draw.uniform(0.0, 0.06, OPTIONS), draw.random(OPTIONS) < 0.5


def by_quantlib(rows: list[tuple[float, float, float, float, float, bool]]) -> tuple[float, np.ndarray]:
    """Seconds for the million, and value and vega per unit of volatility of each row."""
    call, put, found = ql.Option.Call, ql.Option.Put, []
    started = time.perf_counter()
    for forward, strike, deviation, discount, years, is_call in rows:
        black = ql.BlackCalculator(ql.PlainVanillaPayoff(call if is_call else put, strike), forward, deviation, discount)
        found.append((black.value(), black.vega(years)))
    return (time.perf_counter() - started) * OPTIONS / len(rows), np.array(found)


def by_arrays(options: tuple[np.ndarray, ...]) -> tuple[float, np.ndarray]:
    """Seconds for the million, and the same two values of the first rows."""
    started = time.perf_counter()
    values = black76_arrays(*options)
    seconds = time.perf_counter() - started
    return seconds, np.column_stack([values.price, 100.0 * values.vega_per_vol_point])[:PART]


def main() -> None:
    """The ratio, both times and the largest difference."""
    options = book()
    forward, strike, years, volatility, rate, call = (array[:PART] for array in options)
    columns = (forward, strike, volatility * np.sqrt(years), np.exp(-rate * years), years, call)
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    by_arrays(options), by_quantlib(rows)
    pairs = [(by_quantlib(rows), by_arrays(options)) for _ in range(RUNS)]
    slow, fast = statistics.median(a[0] for a, _ in pairs), statistics.median(b[0] for _, b in pairs)
    ratio = statistics.median(a[0] / b[0] for a, b in pairs)
    apart = float(np.max(np.abs(pairs[0][0][1] - pairs[0][1][1])))
    print(f"{OPTIONS:,} Black-76 prices with vega and delta: {ratio:.1f} times as fast as QuantLib's value and vega (limit {LIMIT:g}, n = {RUNS})")
    print(f"{fast * 1000:.0f} ms against {slow * 1000:.0f} ms, scaled from {PART:,} calls; largest difference {apart:.1e} index points")


if __name__ == "__main__":
    main()
