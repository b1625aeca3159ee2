"""Shares of the planned hedge vega in whole basis points, so that the budget closes exactly."""

from __future__ import annotations

from rules.ledger import Ledger


def basis_points(fraction: float) -> int:
    """A fraction as whole basis points: 0.325 is 3250."""
    return round(fraction * 10_000)


def call_tranche_count(ledger: Ledger) -> int:
    """How many call increments always fit beside the futures band: (1 - high) / increment, in whole basis points."""
    high = ledger.parameter("futures_share_high_fraction")
    increment = ledger.parameter("call_increment_fraction")
    count = (10_000 - basis_points(high)) // basis_points(increment)
    inputs = {"futures_share_high_fraction": high, "call_increment_fraction": increment}
    ledger.derive("call_tranches", "floor((1 - futures_share_high_fraction) / call_increment_fraction)", inputs, count, "count")
    return count


def etf_share_fraction(ledger: Ledger, futures_share: float, tranches: int) -> float:
    """What is left for ETFs: 1 - futures share - tranches * increment, never below 0."""
    increment = ledger.parameter("call_increment_fraction")
    left = max(10_000 - basis_points(futures_share) - tranches * basis_points(increment), 0) / 10_000
    inputs = {"futures_share_fraction": futures_share, "call_tranches": tranches, "call_increment_fraction": increment}
    formula = "max(1 - futures_share_fraction - call_tranches * call_increment_fraction, 0)"
    ledger.derive("etf_share_fraction", formula, inputs, left, "fraction")
    return left
