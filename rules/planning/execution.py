"""How much of what a plan calls for may be ordered in one day."""

from __future__ import annotations

from dataclasses import dataclass

from rules.ledger import Ledger
from rules.planning.inputs import Account
from rules.planning.layers import Position
from rules.planning.sizing import contracts_within, liquidity_limit


def daily_limit(position: Position, ledger: Ledger) -> int | None:
    """The largest order of a day by volume and open interest of the quote; None when neither is known."""
    quote = position.call.quote if position.call is not None else position.future.quote if position.future is not None else None
    if quote is None:
        return None
    volume_share, interest_share = ledger.parameter("order_volume_share_fraction"), ledger.parameter("order_open_interest_share_fraction")
    volume = quote.volume_contracts
    if isinstance(volume, list):
        days = volume[-ledger.parameter("order_volume_lookback_days") :]
        volume = sum(days) / len(days) if days else None
    return liquidity_limit(volume, quote.open_interest_contracts, volume_share, interest_share)


@dataclass(slots=True)
class Purse:
    """What an account still has for the day's orders, in USD; None is no limit."""

    account: Account
    ledger: Ledger
    cash_usd: float | None = None
    margin_usd: float | None = None

    def __post_init__(self) -> None:
        self.cash_usd = self.account.cash_available_usd
        self.margin_usd = self.account.margin_available_usd

    def affordable(self, position: Position, count: int) -> tuple[int, str | None]:
        """How many of `count` the purse pays for, and the sentence when that is fewer; what is taken is gone from the purse."""
        margin = margin_usd(position, self.account)
        per_unit = cost_usd_per_unit(position, self.ledger) if margin is None else margin
        limit = self.cash_usd if position.instrument in ("vix_call", "etf") else self.margin_usd
        if limit is None or per_unit is None:
            return count, None
        found = min(contracts_within(limit, per_unit), count)
        if position.instrument in ("vix_call", "etf"):
            self.cash_usd = limit - found * per_unit
        else:
            self.margin_usd = limit - found * per_unit
        words = "cash_available_usd" if position.instrument in ("vix_call", "etf") else "margin_available_usd"
        return found, None if found == count else f"limited to {found} of {count} by {words}"


def margin_usd(position: Position, account: Account) -> float | None:
    """Initial margin of one contract of a future, USD; None for other instruments and when it is not given."""
    if account.futures_margin is None or position.instrument not in ("vx", "vxm"):
        return None
    margins = account.futures_margin
    return margins.vx_usd_per_contract if position.instrument == "vx" else margins.vxm_usd_per_contract


def cost_usd_per_unit(position: Position, ledger: Ledger) -> float | None:
    """Cash for one contract of calls or one share, USD, fees included; None for futures, which take margin."""
    if position.instrument in ("vx", "vxm"):
        return None
    fee = 0.0 if position.instrument == "etf" else float(ledger.parameter("fee_usd_per_contract"))
    return position.price * position.multiplier_usd + fee


def allowed_today(position: Position, due: int, purse: Purse, ledger: Ledger) -> tuple[int, str | None]:
    """How many of the contracts due may be ordered today, and the sentence when something limits it."""
    limit = daily_limit(position, ledger)
    count, words = due, None
    if limit is not None and limit < due:
        count, words = limit, f"limited to {limit} of {due} by volume and open interest, the rest on later days"
    paid, short = purse.affordable(position, count)
    return paid, words if short is None else short if words is None else f"{words}; {short}"
