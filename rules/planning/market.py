"""The market of a plan, seen from its date: monthly expiries, the curve, betas, rates; every reading recorded."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from rules.errors import RulesError
from rules.ledger import Ledger
from rules.options.implied_volatility import implied_volatility76
from rules.options.pricing import OptionValue, black76
from rules.outcomes.valuation import World
from rules.planning.inputs import CallQuote, FutureQuote, Market
from rules.vix.expiries import vix_settlement_dates_from
from rules.vix.instruments import beta_to_vix, monotone_betas


@dataclass(frozen=True, slots=True)
class MonthlyFuture:
    """A monthly VX future: `month` 1 is the nearest. `beta` is points per VIX point, prices index points."""

    month: int
    expiry: date
    days: int
    quote: FutureQuote
    beta: float

    @property
    def price(self) -> float:
        """Price in index points."""
        return self.quote.price_index_points


@dataclass(frozen=True, slots=True)
class PricedCall:
    """A VIX call on its future: `premium` is what a buyer pays, index points."""

    future: MonthlyFuture
    quote: CallQuote
    implied_volatility: float
    premium: float
    value: OptionValue


class MarketView:
    """Reads the market input once, records what it reads, and answers by contract month.

    Raises RulesError when a quoted date has passed, appears twice, or no monthly future is quoted.
    """

    def __init__(self, market: Market, as_of: date, ledger: Ledger) -> None:
        self.market, self.as_of, self._ledger = market, as_of, ledger
        self.vix = float(ledger.given("market.vix", market.vix, "vix_points"))
        self.spx = None if market.spx is None else float(ledger.given("market.spx", market.spx, "index_points"))
        self.rate = float(ledger.resolve("market.rate", market.rate, "rate_fraction", "fraction"))
        self.dividend_yield = float(ledger.resolve("market.dividend_yield", market.dividend_yield, "dividend_yield_fraction", "fraction"))
        self.days_per_year = float(ledger.parameter("days_per_year"))
        days_before = ledger.parameter("vix_expiry_days_before_third_friday")
        self.closures = tuple(ledger.parameter("exchange_closures_announced"))
        self.monthly_dates = [day for day in vix_settlement_dates_from(as_of, 13, days_before, self.closures) if day > as_of]
        self.futures = self._monthly_futures()
        self._check_calls()

    def _monthly_futures(self) -> list[MonthlyFuture]:
        table = self._ledger.parameter("vix_beta_by_days")
        quotes: dict[date, FutureQuote] = {}
        for number, quote in enumerate(self.market.futures):
            expiry = quote.expiry_date(self.as_of)
            if expiry <= self.as_of:
                raise RulesError(
                    f"market.futures.{number}.expiry", f"{expiry} is not after as_of {self.as_of}", "quote futures that are still trading"
                )
            if expiry in quotes:
                raise RulesError(f"market.futures.{number}.expiry", f"{expiry} appears twice", "keep one quote a settlement date")
            quotes[expiry] = quote
        found = []
        for month, expiry in enumerate(self.monthly_dates, 1):
            if expiry in quotes:
                days = (expiry - self.as_of).days
                name = f"futures.{expiry}"
                self._ledger.given(f"{name}.price_index_points", quotes[expiry].price_index_points, "index_points")
                self._ledger.given(f"{name}.days_to_expiry", days, "days")
                used = {f"{name}.days_to_expiry": days, "vix_beta_by_days": table}
                beta = self._ledger.derive(
                    f"{name}.beta_to_vix", "monotone table, linear between the middles of its rows", used, beta_to_vix(table, days), "ratio"
                )
                found.append(MonthlyFuture(month, expiry, days, quotes[expiry], beta))
        if not found:
            expected = " and ".join(day.isoformat() for day in self.monthly_dates[:2])
            raise RulesError("market.futures", "holds no monthly VX future", f"quote the ones that settle on {expected}")
        used = self._ledger.cite("market.vix", under=["futures."])
        curve = [[0, self.vix], *([future.days, future.price] for future in found)]
        self._ledger.derive("market.curve", "days and price: the VIX today, then the monthly futures", used, curve, "curve")
        return found

    def _check_calls(self) -> None:
        seen: set[tuple[date, float]] = set()
        for number, quote in enumerate(self.market.calls):
            expiry = quote.expiry_date(self.as_of)
            if expiry <= self.as_of:
                raise RulesError(f"market.calls.{number}.expiry", f"{expiry} is not after as_of {self.as_of}", "quote calls that are still trading")
            if (expiry, quote.strike) in seen:
                raise RulesError(f"market.calls.{number}.strike", f"the {quote.strike:g} call of {expiry} appears twice", "keep one quote a call")
            seen.add((expiry, quote.strike))

    def month(self, number: int) -> MonthlyFuture | None:
        """The quoted future of the n-th monthly expiry, None when it is not quoted."""
        return next((future for future in self.futures if future.month == number), None)

    def future_on(self, expiry: date) -> MonthlyFuture | None:
        """The quoted monthly future that settles on a date."""
        return next((future for future in self.futures if future.expiry == expiry), None)

    def world(self) -> World:
        """The market as valuation reads it."""
        table = self._ledger.parameter("vix_beta_by_days")
        return World(
            vix=self.vix,
            spx=math.nan if self.spx is None else self.spx,  # only condors are priced on it, and they ask for it
            rate=self.rate,
            dividend_yield=self.dividend_yield,
            days_per_year=self.days_per_year,
            curve=((0.0, self.vix), *((float(future.days), future.price) for future in self.futures)),
            betas=monotone_betas(table),
            vol_per_vix_point=float(self._ledger.parameter("vol_per_vix_point")),
            volatility_floor=float(self._ledger.parameter("scenario_volatility_floor_fraction")),
        )

    def priced_call(self, quote: CallQuote, future: MonthlyFuture) -> PricedCall | None:
        """A call valued on its future; None when no volatility fits its quotes. The premium is the ask, or the model price."""
        years = future.days / self.days_per_year
        volatility = quote.implied_volatility
        if volatility is None:
            assert quote.bid is not None and quote.ask is not None, "the validator asks for them"
            volatility = implied_volatility76(future.price, quote.strike, years, 0.5 * (quote.bid + quote.ask), self.rate, "call")
        if volatility is None:
            return None
        value = black76(future.price, quote.strike, years, volatility, self.rate, "call", self.days_per_year)
        return PricedCall(future, quote, volatility, value.price if quote.ask is None else quote.ask, value)
