"""How many dollars one VIX point is worth in each hedging instrument."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any


def monotone_betas(rows: Sequence[Mapping[str, Any]]) -> tuple[tuple[float, float], ...]:
    """Knots (days to expiry, beta) of a beta table made non-increasing in the days.

    Pool-adjacent-violators, weighted by the number of observations `n`: neighbours that rise are replaced by
    their weighted mean. Knots sit at the middle of each row's days.
    """
    blocks: list[tuple[float, float, int]] = []
    for row in rows:
        blocks.append((float(row["beta"]), float(row["n"]), 1))
        while len(blocks) > 1 and blocks[-2][0] < blocks[-1][0]:
            (beta_a, n_a, size_a), (beta_b, n_b, size_b) = blocks[-2], blocks[-1]
            blocks[-2:] = [((beta_a * n_a + beta_b * n_b) / (n_a + n_b), n_a + n_b, size_a + size_b)]
    pooled = [beta for beta, _, size in blocks for _ in range(size)]
    middles = [(float(row["from"]) + float(row["to"])) / 2.0 for row in rows]
    return tuple(zip(middles, pooled, strict=True))


def interpolate(knots: Sequence[tuple[float, float]], x: float) -> float:
    """Linear between knots sorted by their first coordinate, flat outside them."""
    if x <= knots[0][0]:
        return knots[0][1]
    for (x0, y0), (x1, y1) in itertools.pairwise(knots):
        if x <= x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return knots[-1][1]


def beta_to_vix(table: Sequence[Mapping[str, Any]], days_to_expiry: float) -> float:
    """Change of a VX future per point of change of the VIX, `days_to_expiry` calendar days before it settles."""
    return interpolate(monotone_betas(table), float(days_to_expiry))


def etf_exposure_usd_per_vix_point(
    share_price_usd: float, leverage: float, legs: Sequence[tuple[float, float, float]], dollar_weights: bool
) -> float:
    """USD per share and VIX point of a fund that holds VIX futures; `legs` are (weight, price, beta).

    With contract counts w: price * leverage * sum(w b) / sum(w F), since the index return is the change of
    sum(w F) (S&P 500 VIX futures index rules, VXX pricing supplement PS-29). With dollar weights v the
    legs' returns add up: price * leverage * sum(v b / F), v scaled to sum 1.
    """
    if dollar_weights:
        total = sum(weight for weight, _, _ in legs)
        return share_price_usd * leverage * sum(weight / total * beta / price for weight, price, beta in legs)
    move = sum(weight * beta for weight, _, beta in legs)
    value = sum(weight * price for weight, price, _ in legs)
    return share_price_usd * leverage * move / value
