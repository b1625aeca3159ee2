"""What a hedge costs until the condor expires, with the VIX where it is, and what it does to the condor's delta."""

from __future__ import annotations

from rules.ledger import Ledger
from rules.outcomes.valuation import HedgePosition, Shock, World, hedge_price_at
from rules.planning.layers import Position


def position_cost_usd(name: str, position: Position, hedge: HedgePosition, world: World, condor_days: int | None, ledger: Ledger) -> float | None:
    """Cost of a row of the stack (`name`) until the condor's expiry, `condor_days` from now; None where no condor gives an end.

    A call costs its whole premium, a future or a fund what it loses while the VIX stays where it is: today's curve at
    the time left, or the VIX once it has settled. Fees come on top: per contract, for a fund its yearly fee.
    """
    count = hedge.quantity
    step = f"{name}.layer_cost_usd"
    used = ledger.cite(f"{name}.quantity", f"{name}.price")
    if position.call is not None:
        fee = ledger.parameter("fee_usd_per_contract")
        used |= ledger.cite("vix_option_multiplier_usd_per_index_point", "fee_usd_per_contract")
        value = count * (position.price * position.multiplier_usd + fee)
        return float(ledger.derive(step, "quantity * (premium * multiplier + fee)", used, value, "usd"))
    if condor_days is None:
        return None
    later = hedge_price_at(hedge, world, Shock(world.spx, 0.0, float(condor_days)))
    curve = ledger.cite("market.curve", f"{name}.contract.name") | {f"{name}.price": position.price}
    formula = "price with the VIX held: today's curve at the time left then, the VIX once settled"
    ledger.derive(f"{name}.price_at_condor_expiry", formula, curve, later, "index_points")
    used |= ledger.cite(f"{name}.price_at_condor_expiry")
    if position.fund is not None:
        rate = ledger.parameter("etf_fee_fraction")
        used |= ledger.cite("etf_fee_fraction", "days_per_year")
        value = count * (position.price - later + position.fund.share_price_usd * rate * condor_days / world.days_per_year)
        return float(ledger.derive(step, "quantity * (price - price later + share price * fee * days / days_per_year)", used, value, "usd"))
    fee = ledger.parameter("fee_usd_per_contract")
    used |= ledger.cite(f"{position.instrument}_multiplier_usd_per_index_point", "fee_usd_per_contract")
    value = count * ((position.price - later) * position.multiplier_usd + fee)
    return float(ledger.derive(step, "quantity * ((price - price later) * multiplier + fee)", used, value, "usd"))


def hedge_delta_usd(exposure_usd: float, spx: float, response: float) -> float:
    """USD per SPX point of a hedge worth `exposure_usd` per VIX point, `response` VIX points per +1 % of SPX."""
    return exposure_usd * response / (0.01 * spx)
