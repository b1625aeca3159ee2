"""What a hedge costs until the condor expires, with the VIX where it is."""

from __future__ import annotations

from dataclasses import dataclass

from rules.layers import Position
from rules.ledger import Ledger
from rules.market import MarketView


@dataclass(frozen=True, slots=True)
class PositionCost:
    """USD for the whole position: premium paid, roll-down of futures and funds with the VIX held, and fees."""

    premium_usd: float
    roll_down_usd: float | None
    fees_usd: float

    @property
    def total_usd(self) -> float | None:
        """Premium + roll-down + fees; None while the roll-down cannot be known."""
        return None if self.roll_down_usd is None else self.premium_usd + self.roll_down_usd + self.fees_usd


def position_cost(position: Position, view: MarketView, condor_days: int | None, ledger: Ledger) -> PositionCost:
    """Cost of a position until the condor's expiry, `condor_days` from now (None: no condor given).

    A call costs its premium. A future loses price - (the VIX, or today's curve at its remaining time). A
    fund's roll is not computed here: its cost stays unknown.
    """
    fee = ledger.parameter("fee_usd_per_contract")
    count = position.quantity
    name = f"cost.{position.name}"
    fees = 0.0 if position.instrument == "etf" else count * fee
    if position.call is not None:
        tranche = f"layer_2.tranche_{position.tranche}"
        used = {
            f"{tranche}.contracts": count,
            f"{tranche}.premium_index_points": position.price,
            "vix_option_multiplier_usd_per_index_point": position.multiplier_usd,
            "fee_usd_per_contract": fee,
        }
        premium = count * position.price * position.multiplier_usd
        ledger.derive(f"{name}.total_usd", "contracts * (premium * multiplier + fee)", used, premium + fees, "usd")
        return PositionCost(premium, 0.0, fees)
    if position.future is None or condor_days is None:
        return PositionCost(0.0, None, fees)
    left = position.future.days - condor_days
    later = view.vix if left <= 0 else view.price_with_vix_held(left)
    roll = count * position.multiplier_usd * (position.price - later)
    curve = {f"futures.{position.expiry}.price_index_points": position.price, "market.vix": view.vix}
    formula = "the VIX" if left <= 0 else f"today's curve at {left} days"
    ledger.derive(f"{name}.price_at_condor_expiry", formula, curve, later, "index_points")
    used = {
        f"futures.{position.expiry}.price_index_points": position.price,
        f"{name}.price_at_condor_expiry": later,
        f"{position.instrument}_multiplier_usd_per_index_point": position.multiplier_usd,
        "fee_usd_per_contract": fee,
    }
    ledger.derive(f"{name}.total_usd", f"{count} * ((price - price_at_condor_expiry) * multiplier + fee)", used, roll + fees, "usd")
    return PositionCost(0.0, roll, fees)


def hedge_delta_usd(exposure_usd: float, spx: float, response: float) -> float:
    """USD per SPX point of a hedge worth `exposure_usd` per VIX point, `response` VIX points per +1 % of SPX."""
    return exposure_usd * response / (0.01 * spx)
