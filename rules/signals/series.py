"""What indicators and signals are computed from: series of closes, counts and releases, oldest first."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Self

from pydantic import Field, field_validator, model_validator

from rules.common_fields import RISK_FREE_WORDS
from rules.fields import Frozen, IsoDate, unit_field

Price = Annotated[float, Field(gt=0, lt=1e9)]
Count = Annotated[float, Field(ge=0, lt=1e9)]
Days = Annotated[int, Field(ge=0, le=3660)]
Distance = Annotated[float, Field(gt=0, le=20)]


def _ascending(days: list[date] | None) -> list[date] | None:
    for before, after in zip(days or [], (days or [])[1:], strict=False):
        if after <= before:
            raise ValueError(f"dates are not strictly ascending: {after} follows {before}, sort the rows by day and keep one row a day")
    return days


def _parallel(rows: int, unit: str, **others: Sequence[Any] | None) -> None:
    """Refuse series of different lengths."""
    for name, values in others.items():
        if values is not None and len(values) != rows:
            raise ValueError(f"{name} has {len(values)} entries for {rows} {unit}, give one for each")


class _Dates(Frozen):
    """Optional days of the rows; a signal without them cannot say since when it is in its state."""

    dates: list[IsoDate] | None = unit_field("Day of each row, oldest first", "list", default=None)

    _sorted = field_validator("dates")(_ascending)


class FuturesSeries(Frozen):
    """One place of the futures curve by day: the price there, and when the contract that holds the place expires."""

    closes: list[Price] = unit_field("Settlement price of each day", "list", min_length=1)
    days_to_expiry: list[Days] | None = unit_field("Calendar days to expiry on each day", "list", default=None)
    expiries: list[IsoDate] | None = unit_field("Expiry of the contract of each day, beside dates", "list", default=None)

    @model_validator(mode="after")
    def _one_clock(self) -> Self:
        if (self.days_to_expiry is None) == (self.expiries is None):
            raise ValueError("needs days_to_expiry or expiries and not both, give one of them")
        _parallel(len(self.closes), "closes", days_to_expiry=self.days_to_expiry, expiries=self.expiries)
        return self

    def days(self, dates: Sequence[date] | None) -> list[int]:
        """Calendar days to expiry on each day."""
        if self.days_to_expiry is not None:
            return self.days_to_expiry
        assert self.expiries is not None and dates is not None, "the validators ask for one clock, and for dates beside expiries"
        return [(expiry - day).days for expiry, day in zip(self.expiries, dates, strict=True)]


class MacdSeries(_Dates):
    """Closes of one price, or the front and the second place of the VX curve, from which a constant maturity is made."""

    closes: list[Price] | None = unit_field(
        "Closes, for VX the 30-day constant-maturity price",
        "list",
        synonyms=("closes", "prices"),
        where="a price history",
        min_length=1,
        default=None,
    )
    front: FuturesSeries | None = unit_field("Nearer future by day", "object", default=None)
    second: FuturesSeries | None = unit_field("Later future by day", "object", default=None)
    fast: int | None = unit_field("Bars of the fast average", "bars", synonyms=("fast",), parameter="macd_fast_bars", default=None, ge=2, le=1000)
    slow: int | None = unit_field("Bars of the slow average", "bars", synonyms=("slow",), parameter="macd_slow_bars", default=None, ge=3, le=1000)
    signal: int | None = unit_field(
        "Bars of the signal line", "bars", synonyms=("signal",), parameter="macd_signal_bars", default=None, ge=1, le=1000
    )

    @model_validator(mode="after")
    def _one_price(self) -> Self:
        if self.closes is not None:
            if self.front is not None or self.second is not None:
                raise ValueError("closes and futures exclude each other, give closes or front and second")
            _parallel(len(self.closes), "closes", dates=self.dates)
            return self
        if self.front is None or self.second is None:
            raise ValueError("closes are missing without front and second, give closes or both futures series")
        _parallel(len(self.front.closes), "closes of front", second=self.second.closes, dates=self.dates)
        if self.dates is None and (self.front.expiries is not None or self.second.expiries is not None):
            raise ValueError("dates are missing beside expiries, give the day of each row")
        for row, (near, far) in enumerate(zip(self.front.days(self.dates), self.second.days(self.dates), strict=True)):
            if not 0 <= near < far:
                raise ValueError(
                    f"row {row} has the front {near} and the second {far} days from expiry, name contracts that live and expire in this order"
                )
        return self


class RsiSeries(Frozen):
    """Closes that the RSI is read on, in the method those of the VIX."""

    closes: list[Price] = unit_field("Closes", "list", synonyms=("closes", "prices"), where="a price history", min_length=1)
    period_days: int | None = unit_field(
        "Period", "days", synonyms=("period", "day"), plausible=(2, 50), parameter="rsi_period_days", default=None, ge=2, le=1000
    )


class BreadthSeries(Frozen):
    """Issues that rose and fell each day, and the index they belong to."""

    advances: list[Count] = unit_field(
        "Advancing issues of each day", "list", synonyms=("advances", "advancers", "advancing"), where="the exchange's daily breadth", min_length=1
    )
    declines: list[Count] = unit_field(
        "Declining issues of each day", "list", synonyms=("declines", "decliners", "declining"), where="the exchange's daily breadth", min_length=1
    )
    closes: list[Price] | None = unit_field(
        "Closes of the index, for divergence", "list", synonyms=("closes",), where="a price history", default=None
    )

    @model_validator(mode="after")
    def _side_by_side(self) -> Self:
        _parallel(len(self.advances), "advances", declines=self.declines, closes=self.closes)
        return self


class CapmTerms(Frozen):
    """What CAPM levels need besides a price and a volatility."""

    risk_free_fraction: float = unit_field(
        "Risk-free rate a year",
        "fraction",
        synonyms=(*RISK_FREE_WORDS, "rate", "r"),
        plausible=(-0.02, 0.2),
        where="Treasury bill yields",
        gt=-1,
        lt=1,
    )
    beta: float | None = unit_field(
        "Beta to the market", "ratio", synonyms=("beta", "b", "β"), plausible=(-5.0, 5.0), parameter="capm_beta", default=None, gt=-100, lt=100
    )
    equity_risk_premium_fraction: float | None = unit_field(
        "Equity risk premium a year, used as it is; without it the parameter is scaled by the VIX",
        "fraction",
        synonyms=("equity risk premium", "erp", "premium", "market premium", "risk premium", "market risk premium", "equity premium", "mrp"),
        plausible=(0.0, 0.2),
        where="your own forecast",
        parameter="equity_risk_premium_fraction",
        default=None,
        gt=-1,
        lt=1,
    )
    z: list[Distance] | Distance | None = unit_field(
        "Distance of the level in standard deviations, one or a list",
        "z_score",
        synonyms=("z", "z-score", "sigma", "sd"),
        parameter="capm_trigger_z",
        default=None,
    )

    @field_validator("z")
    @classmethod
    def _different(cls, value: list[float] | float | None) -> list[float] | float | None:
        if isinstance(value, list) and (not value or len(set(value)) < len(value)):
            raise ValueError("holds no distance or the same one twice, give each distance once")
        return value


class CapmSpot(CapmTerms):
    """One anchor: an index, its implied volatility, and how far ahead the levels lie."""

    spot: float = unit_field(
        "Index at the anchor",
        "index_points",
        synonyms=(
            "spot",
            "spx",
            "index",
            "s&p",
            "anchor",
            "s0",
            "starting from",
            "starting at",
            "start from",
            "close",
            "closed at",
            "last close",
            "closing level",
            "index level",
            "s&p 500",
            "underlying",
            "s",
        ),
        plausible=(500, 50_000),
        where="the index",
        gt=0,
        lt=1e9,
    )
    implied_volatility: float = unit_field(
        "Implied volatility a year, the VIX over 100",
        "fraction",
        synonyms=("implied volatility", "iv", "vol", "volatility", "implied vol"),
        plausible=(0.05, 1.0),
        where="the VIX",
        gt=0,
        lt=10,
    )
    horizon_days: int = unit_field(
        "Trading days from the anchor",
        "trading_days",
        synonyms=("horizon", "days", "trading days"),
        plausible=(1, 252),
        where="your choice",
        ge=1,
        le=2520,
    )


class Release(Frozen):
    """One month's inflation as released, yearly changes as fractions."""

    cpi_yoy_fraction: float = unit_field("CPI, year over year", "fraction", plausible=(-0.05, 0.2), gt=-1, lt=1)
    ppi_yoy_fraction: float = unit_field("PPI, year over year", "fraction", plausible=(-0.1, 0.3), gt=-1, lt=1)


class MacroSeries(Frozen):
    """Inflation releases, an FOMC surprise, or both. The releases before the current one are `history`, oldest first."""

    cpi_yoy_fraction: float | None = unit_field(
        "CPI, year over year",
        "fraction",
        synonyms=("cpi", "cpi yoy", "consumer prices", "consumer price index", "consumer price inflation", "consumer inflation", "cpi inflation"),
        plausible=(-0.05, 0.2),
        where="the BLS release",
        default=None,
        gt=-1,
        lt=1,
    )
    ppi_yoy_fraction: float | None = unit_field(
        "PPI, year over year",
        "fraction",
        synonyms=("ppi", "ppi yoy", "producer prices", "producer price index", "producer price inflation", "producer inflation", "ppi inflation"),
        plausible=(-0.1, 0.3),
        where="the BLS release",
        default=None,
        gt=-1,
        lt=1,
    )
    history: list[Release] | None = unit_field("Releases before, oldest first", "list", default=None)
    fomc_surprise_bp: float | None = unit_field("FOMC surprise", "bp", synonyms=("surprise",), plausible=(-100, 100), default=None, gt=-1e4, lt=1e4)
    rate_change_bp: float | None = unit_field(
        "Change on the decision day of the rate that fed funds futures imply: of the spot month; on the first of a month against "
        "the prior month's last one-month-ahead rate; in the last days of a month of the next contract",
        "bp",
        synonyms=("rate change", "futures rate", "funds rate"),
        plausible=(-100, 100),
        where="fed funds futures, 100 less the price",
        default=None,
        gt=-1e4,
        lt=1e4,
    )
    decision_day: int | None = unit_field("Day of the month of the decision", "day", synonyms=("day",), default=None, ge=1, le=31)
    month_days: int | None = unit_field("Days of that month", "days", synonyms=("month days", "day month"), default=None, ge=28, le=31)
    actual_bp: float | None = unit_field("Change decided", "bp", synonyms=("actual", "decided"), default=None, gt=-1e4, lt=1e4)
    expected_bp: float | None = unit_field("Change expected", "bp", synonyms=("expected", "priced"), default=None, gt=-1e4, lt=1e4)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.cpi_yoy_fraction is None) != (self.ppi_yoy_fraction is None):
            raise ValueError("needs cpi_yoy_fraction and ppi_yoy_fraction together, give both")
        if self.history is not None and self.cpi_yoy_fraction is None:
            raise ValueError("history stands without a current release, give cpi_yoy_fraction and ppi_yoy_fraction")
        change = (self.rate_change_bp, self.decision_day, self.month_days)
        decided = (self.actual_bp, self.expected_bp)
        for names, values in (("rate_change_bp, decision_day and month_days", change), ("actual_bp and expected_bp", decided)):
            if any(value is not None for value in values) and any(value is None for value in values):
                raise ValueError(f"needs {names} together, give all of them")
        if (self.fomc_surprise_bp is not None) + (self.rate_change_bp is not None) + (self.actual_bp is not None) > 1:
            raise ValueError("holds more than one of fomc_surprise_bp, rate_change_bp and actual_bp, give the surprise in one way")
        if self.decision_day is not None and self.month_days is not None and self.decision_day > self.month_days:
            raise ValueError(f"decision_day {self.decision_day} lies after the last of {self.month_days} days, correct one of them")
        if self.cpi_yoy_fraction is None and self.fomc_surprise_bp is None and self.rate_change_bp is None and self.actual_bp is None:
            raise ValueError("nothing to judge: neither inflation nor an FOMC surprise is given, give one of the two")
        return self


class RsiSignal(RsiSeries, _Dates):
    """Closes of the VIX with their days."""

    @model_validator(mode="after")
    def _dated(self) -> Self:
        _parallel(len(self.closes), "closes", dates=self.dates)
        return self


class BreadthSignal(BreadthSeries, _Dates):
    """Breadth and index with their days."""

    @model_validator(mode="after")
    def _dated(self) -> Self:
        _parallel(len(self.advances), "advances", dates=self.dates)
        return self


class CapmSignal(CapmTerms, _Dates):
    """Closes of the SPX and of the VIX; the anchor of each day lies the horizon before it."""

    spx_closes: list[Price] = unit_field("Closes of the SPX", "list", min_length=1)
    vix_closes: list[Annotated[float, Field(gt=0, lt=1000)]] = unit_field("Closes of the VIX on the same days", "list", min_length=1)
    horizon_days: int | None = unit_field("Trading days from the anchor", "days", parameter="capm_horizon_days", default=None, ge=1, le=2520)

    @model_validator(mode="after")
    def _dated(self) -> Self:
        _parallel(len(self.spx_closes), "spx_closes", vix_closes=self.vix_closes, dates=self.dates)
        return self


class CapmNow(CapmSpot):
    """An anchor, and the closes that may have left its levels."""

    spot_now: float | None = unit_field("Last close", "index_points", default=None, gt=0, lt=1e9)
    spot_before: float | None = unit_field("Close before the last", "index_points", default=None, gt=0, lt=1e9)


class MacroSignal(MacroSeries, _Dates):
    """Releases with the days they were published: those of `history`, then that of the current one; and the day of the decision."""

    decided_on: IsoDate | None = unit_field("Day of the FOMC decision", "date", default=None)

    @model_validator(mode="after")
    def _dated(self) -> Self:
        if self.dates is not None and self.cpi_yoy_fraction is None:
            raise ValueError("dates stand without releases, give cpi_yoy_fraction and ppi_yoy_fraction")
        _parallel(len(self.history or []) + 1, "releases", dates=self.dates)
        return self
