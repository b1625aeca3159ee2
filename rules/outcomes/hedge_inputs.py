"""Hedges as the break-even and scenario calculators take them: what was paid, what it is worth, when it settles."""

from datetime import date
from typing import Literal, Self

from pydantic import model_validator

from rules.errors import RulesError
from rules.fields import Frozen, IsoDate, unit_field
from rules.ledger import Ledger
from rules.options.implied_volatility import implied_volatility76
from rules.outcomes.valuation import HedgePosition, World

MULTIPLIERS = {
    "vx": "vx_multiplier_usd_per_index_point",
    "vxm": "vxm_multiplier_usd_per_index_point",
    "vix_call": "vix_option_multiplier_usd_per_index_point",
}


class CurveQuote(Frozen):
    """One VX future of the curve."""

    expiry: IsoDate | None = unit_field("Settlement date", "date", default=None)
    days_to_expiry: int | None = unit_field("Calendar days to settlement, instead of a date", "days", default=None, ge=0)
    price_index_points: float = unit_field("Price", "index_points", plausible=(5, 150), gt=0)

    @model_validator(mode="after")
    def _one_expiry(self) -> Self:
        if (self.expiry is None) == (self.days_to_expiry is None):
            raise ValueError("expiry or days_to_expiry is needed and not both, give one of them")
        return self


class Hedge(Frozen):
    """A long hedge. Prices are index points, for a fund USD a share; `mark_price` is today's, what was paid if not given.

    Of a call that is only read at its mark no strike is needed.
    """

    instrument: Literal["vx", "vxm", "vix_call", "etf"] = unit_field("Instrument", "name")
    quantity: int = unit_field("Contracts or shares", "count", ge=1)
    entry_price: float = unit_field("Price paid", "index_points", where="your trade confirmation", gt=0)
    mark_price: float | None = unit_field("Price now", "index_points", where="the quote screen", default=None, ge=0)
    strike: float | None = unit_field("Strike of a call", "index_points", default=None, gt=0)
    expiry: IsoDate | None = unit_field("Settlement date", "date", default=None)
    days_to_expiry: int | None = unit_field("Calendar days to settlement, instead of a date", "days", default=None, ge=0)
    implied_volatility: float | None = unit_field("Implied volatility of a call, 1.0 for 100 %", "fraction", default=None, gt=0, lt=10)
    future_price: float | None = unit_field("Price of the future of a call's settlement date", "index_points", default=None, gt=0)
    margin_usd: float | None = unit_field("Initial margin of all its contracts", "usd", default=None, ge=0)

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.expiry is not None and self.days_to_expiry is not None:
            raise ValueError("expiry and days_to_expiry are both given, give one of them")
        return self

    @property
    def mark(self) -> float:
        """Price now: as given, else the price paid."""
        return self.entry_price if self.mark_price is None else self.mark_price


def record_hedge(hedge: Hedge, number: int, ledger: Ledger) -> tuple[str, float]:
    """Record what a hedge is; returns the name its steps begin with and USD per point of one contract (1 for a share)."""
    name = f"hedges.{number}"
    ledger.given(f"{name}.quantity", hedge.quantity, "count")
    unit = "usd" if hedge.instrument == "etf" else "index_points"
    ledger.given(f"{name}.entry_price", hedge.entry_price, unit)
    ledger.given(f"{name}.mark_price", hedge.mark, unit)
    return name, 1.0 if hedge.instrument == "etf" else float(ledger.parameter(MULTIPLIERS[hedge.instrument]))


def mark_pnl_usd(hedge: Hedge, usd_per_point: float) -> float:
    """What a hedge has earned at its mark, USD; `usd_per_point` as `record_hedge` returns it."""
    return (hedge.mark - hedge.entry_price) * hedge.quantity * usd_per_point


def days_left(hedge: Hedge | CurveQuote, as_of: date | None, where: str) -> int | None:
    """Calendar days to settlement. Raises RulesError for a settlement that has passed or a date without `as_of`."""
    if hedge.days_to_expiry is not None:
        return hedge.days_to_expiry
    if hedge.expiry is None:
        return None
    if as_of is None:
        raise RulesError("as_of", "is missing beside an expiry", "add the day, or give days_to_expiry")
    days = (hedge.expiry - as_of).days
    if days < 0:
        raise RulesError(f"{where}.expiry", f"{hedge.expiry} is before as_of {as_of}", "leave settled hedges out")
    return days


def dated_hedge(hedge: Hedge, name: str, days: int, multiplier: float, world: World, read_after_days: int, ledger: Ledger) -> HedgePosition:
    """A future or call as valuation reads it, `days` before its settlement, to be valued `read_after_days` from now.

    A call that has settled by then is worth what the VIX leaves of it, whatever its future and its volatility today.
    Raises RulesError for a call that lives on and whose future or volatility cannot be known.
    """
    ledger.given(f"{name}.days_to_expiry", days, "days")
    label = f"{hedge.instrument} {days} days"
    if hedge.instrument != "vix_call":
        return HedgePosition(label, "future", hedge.quantity, multiplier, hedge.entry_price, hedge.mark, float(days))
    if hedge.strike is None:
        raise RulesError(f"{name}.strike", "is missing for vix_call, and its value at a later day rests on it", "add the strike")
    strike = ledger.given(f"{name}.strike", hedge.strike, "index_points")
    if days <= read_after_days:
        return HedgePosition(label, "call", hedge.quantity, multiplier, hedge.entry_price, hedge.mark, float(days), strike=strike)
    future = _future_of(hedge, name, days, world, ledger)
    volatility = _volatility_of(hedge, name, days, future, strike, world, ledger)
    return HedgePosition(
        label,
        "call",
        hedge.quantity,
        multiplier,
        hedge.entry_price,
        hedge.mark,
        float(days),
        strike=strike,
        volatility=volatility,
        future_price=future,
    )


def _future_of(hedge: Hedge, name: str, days: int, world: World, ledger: Ledger) -> float:
    """The price of the future that a call stands on: as given, or on the curve of futures at its settlement."""
    if hedge.future_price is not None:
        return float(ledger.given(f"{name}.future_price", hedge.future_price, "index_points"))
    quoted = {knot: price for knot, price in world.curve if knot > 0}
    if float(days) not in quoted:
        remedy = "add future_price, or the future of that date to futures"
        raise RulesError(f"{name}.future_price", "is missing: a VIX call stands on the future of its own settlement date", remedy)
    used = ledger.cite(f"{name}.days_to_expiry", under=["futures."])
    return float(ledger.derive(f"{name}.future_price", "the future of the same settlement date", used, quoted[float(days)], "index_points"))


def _volatility_of(hedge: Hedge, name: str, days: int, future: float, strike: float, world: World, ledger: Ledger) -> float:
    if hedge.implied_volatility is not None:
        return float(ledger.given(f"{name}.implied_volatility", hedge.implied_volatility, "fraction"))
    found = implied_volatility76(future, strike, days / world.days_per_year, hedge.mark, world.rate, "call")
    if found is None:
        remedy = "correct the price, or give implied_volatility"
        raise RulesError(f"{name}.mark_price", f"{hedge.mark:g} fits no volatility of a {strike:g} call on {future:g}", remedy)
    used = ledger.cite(f"{name}.mark_price", f"{name}.future_price", f"{name}.strike", f"{name}.days_to_expiry", "rate", "days_per_year")
    return float(ledger.derive(f"{name}.implied_volatility", "the volatility at which Black-76 gives the mark", used, found, "fraction"))
