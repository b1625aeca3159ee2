"""What of a hedge is in place, and how much of it one day's order may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rules.errors import RulesError
from rules.expiries import add_business_days
from rules.inputs import Holding
from rules.layers import Position
from rules.ledger import Ledger
from rules.market import MarketView
from rules.sizing import contracts_within, liquidity_limit


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a hedge has come.

    `futures_exposure_usd` is USD per VIX point; `futures` counts contracts by instrument and settlement date,
    `tranches` call contracts by tranche. `next_tranche_on` is the first day the spacing allows a new tranche,
    None when no call is held; `spacing_known` is False when a call held has no day of purchase.
    """

    futures_filled: bool
    futures_share_fraction: float
    futures_exposure_usd: float
    futures: Mapping[tuple[str, date | None], int]
    tranches: Mapping[int, int]
    next_tranche_on: date | None
    spacing_known: bool
    etf_held: bool

    def tranche_filled(self, number: int, planned: int | None, least_fraction: float) -> bool:
        """Whether a tranche counts as bought: a later one is held, or enough of the `planned` contracts (None: not sized)."""
        if any(later > number for later in self.tranches):
            return True
        contracts = self.tranches.get(number, 0)
        return contracts > 0 and (planned is None or contracts >= least_fraction * planned)


def progress_of(holdings: Sequence[Holding], planned_usd: float, view: MarketView, ledger: Ledger) -> Progress:
    """Reads the holdings: futures count as filled from the lower edge of the band on; calls by the number of their tranche.

    Raises RulesError for a hedge whose settlement date is past, and for a future that is not quoted.
    """
    exposure = 0.0
    futures: dict[tuple[str, date | None], int] = {}
    tranches: dict[int, int] = {}
    for number, holding in enumerate(holdings):
        if holding.expiry is not None and holding.expiry <= view.as_of:
            raise RulesError(f"portfolio.holdings.{number}.expiry", f"{holding.expiry} is not after as_of {view.as_of}", "leave expired hedges out")
        if holding.instrument in ("vx", "vxm"):
            future = view.future_on(holding.expiry) if holding.expiry is not None else None
            if future is None:
                raise RulesError(f"portfolio.holdings.{number}.expiry", f"no future is quoted for {holding.expiry}", "quote it in market.futures")
            exposure += holding.quantity * ledger.parameter(f"{holding.instrument}_multiplier_usd_per_index_point") * future.beta
            key = (holding.instrument, holding.expiry)
            futures[key] = futures.get(key, 0) + holding.quantity
        if holding.instrument == "vix_call":
            tranche = holding.tranche if holding.tranche is not None else max(tranches, default=0) + 1
            tranches[tranche] = tranches.get(tranche, 0) + holding.quantity
    bought = [holding.acquired_on for holding in holdings if holding.instrument == "vix_call"]
    dated = [day for day in bought if day is not None]
    share = exposure / planned_usd
    return Progress(
        futures_filled=exposure > 0 and share >= ledger.parameter("futures_share_low_fraction"),
        futures_share_fraction=share,
        futures_exposure_usd=exposure,
        futures=futures,
        tranches=tranches,
        next_tranche_on=add_business_days(max(dated), ledger.parameter("call_tranche_spacing_days"), view.closures) if dated else None,
        spacing_known=len(dated) == len(bought),
        etf_held=any(holding.instrument == "etf" for holding in holdings),
    )


def futures_due(position: Position, planned_usd: float, held: Progress, ledger: Ledger) -> int:
    """Contracts of a futures position still to buy: the plan's less those held, never beyond the upper edge of the band."""
    room = ledger.parameter("futures_share_high_fraction") * planned_usd - held.futures_exposure_usd
    missing = position.quantity - held.futures.get((position.instrument, position.expiry), 0)
    return max(min(missing, contracts_within(room, position.exposure_usd)), 0)


def order_quantity(position: Position, due: int, ledger: Ledger) -> tuple[int, str | None]:
    """How many of the contracts due may be ordered in a day by the quote's sizes, and the sentence when that limits it."""
    quote = position.call.quote if position.call is not None else position.future.quote if position.future is not None else None
    if quote is None:
        return due, None
    volume_share, interest_share = ledger.parameter("order_volume_share_fraction"), ledger.parameter("order_open_interest_share_fraction")
    limit = liquidity_limit(quote.volume_contracts, quote.open_interest_contracts, volume_share, interest_share)
    if limit is None or limit >= due:
        return due, None
    return limit, f"limited to {limit} of {due} by volume and open interest, the rest on later days"
