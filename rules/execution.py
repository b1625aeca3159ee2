"""What of a hedge is in place, and how much of it one day's order may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rules.errors import RulesError
from rules.expiries import add_business_days
from rules.inputs import Holding
from rules.layers import Position
from rules.ledger import Ledger
from rules.market import MarketView
from rules.sizing import liquidity_limit


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a hedge has come; `next_tranche_on` is the first day the spacing allows another tranche."""

    futures_filled: bool
    futures_reason: str
    tranches_filled: int
    next_tranche_on: date | None
    etf_held: bool


def progress_of(holdings: Sequence[Holding], planned_usd: float, view: MarketView, ledger: Ledger) -> Progress:
    """Reads the holdings: futures count as filled from the lower edge of the band on; tranches by their number.

    Raises RulesError for a future or call held whose settlement date is past or not quoted.
    """
    exposure = 0.0
    for number, holding in enumerate(holdings):
        if holding.expiry is not None and holding.expiry <= view.as_of:
            raise RulesError(f"portfolio.holdings.{number}.expiry", f"{holding.expiry} is not after as_of {view.as_of}", "leave expired hedges out")
        if holding.instrument in ("vx", "vxm"):
            future = view.future_on(holding.expiry) if holding.expiry is not None else None
            if future is None:
                raise RulesError(f"portfolio.holdings.{number}.expiry", f"no future is quoted for {holding.expiry}", "quote it in market.futures")
            multiplier = ledger.parameter(f"{holding.instrument}_multiplier_usd_per_index_point")
            exposure += holding.quantity * multiplier * future.beta
    low = ledger.parameter("futures_share_low_fraction")
    share = exposure / planned_usd
    calls = [holding for holding in holdings if holding.instrument == "vix_call"]
    bought = [holding.acquired_on for holding in calls if holding.acquired_on is not None]
    spacing = ledger.parameter("call_tranche_spacing_days")
    return Progress(
        futures_filled=exposure > 0 and share >= low,
        futures_reason=f"futures held make up {share:.1%} of the planned hedge vega",
        tranches_filled=len({holding.tranche if holding.tranche is not None else -number for number, holding in enumerate(calls, 1)}),
        next_tranche_on=add_business_days(max(bought), spacing, view.closures) if bought else None,
        etf_held=any(holding.instrument == "etf" for holding in holdings),
    )


def order_quantity(position: Position, ledger: Ledger) -> tuple[int, str | None]:
    """How much of a position may be ordered in a day by the quote's sizes, and the sentence when that limits it."""
    quote = position.call.quote if position.call is not None else position.future.quote if position.future is not None else None
    if quote is None:
        return position.quantity, None
    volume_share, interest_share = ledger.parameter("order_volume_share_fraction"), ledger.parameter("order_open_interest_share_fraction")
    limit = liquidity_limit(quote.volume_contracts, quote.open_interest_contracts, volume_share, interest_share)
    if limit is None or limit >= position.quantity:
        return position.quantity, None
    return limit, f"limited to {limit} of {position.quantity} by volume and open interest, the rest on later days"
