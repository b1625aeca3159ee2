"""Shares of the planned hedge vega, reckoned as they are written in decimals, so that the budget closes exactly."""

from __future__ import annotations

from decimal import Decimal

from rules.ledger import Ledger


def as_written(value: float) -> Decimal:
    """A number as its decimals say, not as its bits do: 0.1 is one tenth, so that 1 - 0.4 is three times 0.2."""
    return Decimal(repr(value))


def call_tranche_share_fraction(ledger: Ledger) -> float:
    """Share of the planned hedge vega of one call tranche.

    The stated increment (source paragraph 6), of the whole planned hedge vega or, by the switch `call_increment_base`,
    of the call budget: what the upper edge of the futures band leaves.
    """
    increment = float(ledger.parameter("call_increment_fraction"))
    if ledger.parameter("call_increment_base") == "planned_hedge_vega":
        return increment
    high = ledger.parameter("futures_share_high_fraction")
    share = float(as_written(increment) * (1 - as_written(high)))
    used = {"call_increment_fraction": increment, "futures_share_high_fraction": high}
    formula = "call_increment_fraction * (1 - futures_share_high_fraction)"
    return float(ledger.derive("call_tranche_share_fraction", formula, used, share, "fraction"))


def call_tranche_count(ledger: Ledger) -> int:
    """How many call increments always fit beside the futures band: (1 - high) / share of a tranche."""
    high = ledger.parameter("futures_share_high_fraction")
    increment = call_tranche_share_fraction(ledger)
    count = int((1 - as_written(high)) / as_written(increment))
    inputs = {"futures_share_high_fraction": high, tranche_share_step(ledger): increment}
    ledger.derive("call_tranches", "floor((1 - futures_share_high_fraction) / share of a tranche)", inputs, count, "count")
    return count


def tranche_share_step(ledger: Ledger) -> str:
    """Name of the step that holds the share of one call tranche."""
    whole = ledger.parameter("call_increment_base") == "planned_hedge_vega"
    return "call_increment_fraction" if whole else "call_tranche_share_fraction"


def call_tranche_budget_usd(planned_usd: float, ledger: Ledger) -> float:
    """Vega of one call tranche, USD per VIX point."""
    share = call_tranche_share_fraction(ledger)
    step = tranche_share_step(ledger)
    used = {"planned_hedge_vega_usd": planned_usd, step: share}
    return float(ledger.derive("call_tranche_vega_usd", f"planned_hedge_vega_usd * {step}", used, round(planned_usd * share, 10), "usd"))


def etf_share_fraction(ledger: Ledger, futures_share: float, tranches: int) -> float:
    """What is left for ETFs: 1 - futures share - tranches * share of a tranche, never below 0."""
    increment = call_tranche_share_fraction(ledger)
    # The futures share may be a sum of quotients: what is left of them past twelve decimals is their rounding.
    left = max(round(float(1 - as_written(futures_share) - tranches * as_written(increment)), 12), 0.0)
    inputs = {"futures_share_fraction": futures_share, "call_tranches": tranches, tranche_share_step(ledger): increment}
    formula = "max(1 - futures_share_fraction - call_tranches * share of a tranche, 0)"
    ledger.derive("etf_share_fraction", formula, inputs, left, "fraction")
    return left
