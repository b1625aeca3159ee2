"""What a plan is made from: the condor book, what is already held, the account, the market, the signals."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from rules.common_fields import dividend_yield_field, rate_field
from rules.fields import Frozen, IsoDate, unit_field
from rules.options.condor import CondorStrikes
from rules.signals.series import BreadthSignal, CapmNow, CapmSignal, MacdSeries, MacroSignal, RsiSignal

State = Literal["pass", "fail", "not_evaluated"]
MacdWord = Literal["bullish", "bearish"]
BreadthWord = Literal["weak", "strong", "divergent"]
STATE_OF_WORD: Mapping[str, State] = {"bullish": "pass", "bearish": "fail", "weak": "pass", "divergent": "pass", "strong": "fail"}
"""What a word of the next step's signals is as a state: the hedge is activated by a bullish MACD and a weak or divergent line (METHODOLOGY, P2)."""
HedgeInstrument = Literal["vx", "vxm", "vix_call", "etf"]


class Dated(Frozen):
    """Anything with an expiry, given as a date or as calendar days from `as_of`."""

    expiry: IsoDate | None = unit_field("Expiry, or settlement date", "date", where="the contract", default=None)
    days_to_expiry: int | None = unit_field("Calendar days to expiry, instead of a date", "days", where="the contract", default=None, ge=0)

    @model_validator(mode="after")
    def _one_expiry(self) -> Self:
        if (self.expiry is None) == (self.days_to_expiry is None):
            raise ValueError("expiry or days_to_expiry is needed and not both, give one of them")
        return self

    def expiry_date(self, as_of: date) -> date:
        """The expiry as a date."""
        return self.expiry if self.expiry is not None else as_of + timedelta(days=self.days_to_expiry or 0)


class IronCondor(CondorStrikes, Dated):
    """One short SPX iron condor in the book, with the implied volatility of its legs."""


class Holding(Frozen):
    """A hedge already held: long `quantity` contracts or shares; `tranche` numbers a call tranche."""

    instrument: HedgeInstrument = unit_field("Instrument held", "name")
    quantity: int = unit_field("Contracts or shares held", "count", ge=1)
    expiry: IsoDate | None = unit_field("Its settlement date", "date", default=None)
    strike: float | None = unit_field("Strike of a call", "index_points", default=None, gt=0)
    tranche: int | None = unit_field("Number of the call tranche", "count", default=None, ge=1)
    acquired_on: IsoDate | None = unit_field("Day it was bought", "date", default=None)
    entry_price: float | None = unit_field("Price paid: index points, or USD for a share", "index_points", default=None, gt=0)
    ticker: str | None = unit_field("Ticker of a fund", "name", default=None, min_length=1, max_length=10)

    @model_validator(mode="after")
    def _has_expiry(self) -> Self:
        if self.instrument != "etf" and self.expiry is None:
            raise ValueError(f"expiry is missing for {self.instrument}, add it")
        if self.instrument == "vix_call" and self.strike is None:
            raise ValueError("strike is missing for vix_call, add it")
        return self


class FuturesMargin(Frozen):
    """Initial margin of one long contract, as the broker asked on a day: margins change with the VIX, so they carry a date."""

    vx_usd_per_contract: float = unit_field("Margin of one VX future", "usd", where="the broker's margin page", gt=0)
    vxm_usd_per_contract: float = unit_field("Margin of one VXM mini", "usd", where="the broker's margin page", gt=0)
    dated: IsoDate = unit_field("Day the margins were read", "date")


class Account(Frozen):
    """What the account may trade, and how much it has for it; an amount not given is no limit."""

    futures_allowed: bool = unit_field("VX futures may be traded", "switch", default=True)
    vxm_allowed: bool = unit_field("VXM minis may be traded", "switch", default=True)
    options_allowed: bool = unit_field("VIX options may be bought", "switch", default=True)
    etfs_allowed: bool = unit_field("VIX ETFs may be bought", "switch", default=True)
    etf_stands_in: bool = unit_field("An ETF shall stand in for futures that are forbidden or do not fit the band", "switch", default=False)
    futures_margin: FuturesMargin | None = unit_field("Initial margin of the futures", "object", default=None)
    cash_available_usd: float | None = unit_field("Cash for premiums and shares", "usd", where="your account statement", default=None, ge=0)
    margin_available_usd: float | None = unit_field("Margin free for futures", "usd", where="your account statement", default=None, ge=0)

    @model_validator(mode="after")
    def _margin_is_known(self) -> Self:
        if self.margin_available_usd is not None and self.futures_margin is None:
            raise ValueError("futures_margin is missing beside margin_available_usd, give the broker's margins with their date")
        return self


class Portfolio(Frozen):
    """The book to be hedged and the hedge that exists."""

    condors: list[IronCondor] = unit_field("Short iron condors", "list", default_factory=list)
    holdings: list[Holding] = unit_field("Hedges held", "list", default_factory=list)
    account: Account = unit_field("What the account may trade", "object", default_factory=Account)


class Quoted(Dated):
    """A quote with optional sizes; volume is the average of the last days, or those days' volumes, oldest first."""

    bid: float | None = unit_field("Bid", "index_points", default=None, ge=0)
    ask: float | None = unit_field("Ask", "index_points", default=None, gt=0)
    volume_contracts: Annotated[float, Field(ge=0)] | list[Annotated[float, Field(ge=0)]] | None = unit_field(
        "Average daily volume, or the volume of each day, oldest first", "contracts", default=None
    )
    open_interest_contracts: float | None = unit_field("Open interest", "contracts", default=None, ge=0)

    @model_validator(mode="after")
    def _not_crossed(self) -> Self:
        if self.bid is not None and self.ask is not None and self.bid > self.ask:
            raise ValueError(f"bid {self.bid:g} is above the ask {self.ask:g}, correct the quote")
        return self


class FutureQuote(Quoted):
    """One VX future; VXM of the same date is priced alike."""

    price_index_points: float = unit_field("Price", "index_points", plausible=(5, 150), gt=0)


class CallQuote(Quoted):
    """One VIX call; with an implied volatility, or a bid and ask to solve it from."""

    strike: float = unit_field("Strike", "index_points", gt=0)
    implied_volatility: float | None = unit_field("Implied volatility, 1.0 for 100 %", "fraction", plausible=(0.2, 4.0), default=None, gt=0, lt=10)

    @model_validator(mode="after")
    def _priced(self) -> Self:
        if self.implied_volatility is None and (self.bid is None or self.ask is None):
            raise ValueError("implied_volatility is missing without bid and ask, give it or both prices")
        return self


class PutQuote(Quoted):
    """One VIX put; with a call of the same strike and date it makes a synthetic future."""

    strike: float = unit_field("Strike", "index_points", gt=0)


class FundHolding(Dated):
    """One future that a fund holds."""

    price: float = unit_field("Price of the future", "index_points", gt=0)
    weight_fraction: float = unit_field("Weight", "fraction", gt=0, le=1)


class EtfQuote(Frozen):
    """One VIX fund."""

    ticker: str = unit_field("Ticker", "name", min_length=1, max_length=10)
    share_price_usd: float = unit_field("Price of a share", "usd", gt=0)
    leverage: float = unit_field("Daily leverage", "ratio", default=1.0, gt=0, le=3)
    weight_basis: Literal["contract_counts", "dollars"] | None = unit_field(
        "What the weights are shares of", "name", parameter="etf_weight_basis", default=None
    )
    futures: list[FundHolding] = unit_field("Futures the fund holds", "list", min_length=1)


class Market(Frozen):
    """One moment of the market."""

    vix: float = unit_field("VIX", "vix_points", synonyms=("vix", "spot vix", "vix at", "vix spot"), plausible=(8, 90), where="the index quote", gt=0)
    spx: float | None = unit_field(
        "SPX, needed beside condors",
        "index_points",
        synonyms=("spx", "s&p", "spx spot"),
        plausible=(500, 50_000),
        where="the index quote",
        default=None,
        gt=0,
    )
    rate: float | None = rate_field()
    dividend_yield: float | None = dividend_yield_field()
    futures: list[FutureQuote] = unit_field(
        "Prices of the front two VX futures (the curve)", "list", where="the futures quote screen, for example M1 19.2 M2 20.1", min_length=1
    )
    calls: list[CallQuote] = unit_field("VIX call quotes", "list", default_factory=list)
    puts: list[PutQuote] = unit_field("VIX put quotes, for synthetic futures", "list", default_factory=list)
    etfs: list[EtfQuote] = unit_field("VIX funds", "list", default_factory=list)


class SignalReading(Frozen):
    """A signal evaluated elsewhere, with the day it came to this state."""

    state: State = unit_field("State", "name")
    since: IsoDate | None = unit_field("In this state since", "date", default=None)


def _form(value: Any) -> str:
    """Which form a signal is given in: a word, a state with its day, or the series to evaluate it on."""
    if isinstance(value, Mapping):
        return "Reading" if "state" in value or "since" in value else "Series"
    return "Reading" if isinstance(value, SignalReading) else "Series" if isinstance(value, Frozen) else "State"


def _capm_form(value: Any) -> str:
    """As `_form`; an anchor with its `spot` is told from series of closes."""
    anchored = isinstance(value, CapmNow) or (isinstance(value, Mapping) and "spot" in value)
    return "Now" if anchored and _form(value) == "Series" else _form(value)


_Reading = Annotated[SignalReading, Tag("Reading")]
_Given = Annotated[State, Tag("State")] | _Reading


class Signals(Frozen):
    """The five signals of the method: each a state, a state with its day, or the series it is evaluated on.

    MACD and breadth also take the words of a next step, such as `bullish` and `weak`.

    One that is not given is not evaluated. Series may have `dates`; rows after the day of the plan are never read.
    """

    macd: Annotated[_Reading | Annotated[State | MacdWord, Tag("State")] | Annotated[MacdSeries, Tag("Series")], Discriminator(_form)] = unit_field(
        "MACD on the VIX futures curve", "name", default="not_evaluated"
    )
    advance_decline: Annotated[
        _Reading | Annotated[State | BreadthWord, Tag("State")] | Annotated[BreadthSignal, Tag("Series")], Discriminator(_form)
    ] = unit_field("Advance-decline line", "name", default="not_evaluated")
    rsi: Annotated[_Given | Annotated[RsiSignal, Tag("Series")], Discriminator(_form)] = unit_field("RSI of the VIX", "name", default="not_evaluated")
    capm: Annotated[_Given | Annotated[CapmSignal, Tag("Series")] | Annotated[CapmNow, Tag("Now")], Discriminator(_capm_form)] = unit_field(
        "Levels from CAPM and implied volatility", "name", default="not_evaluated"
    )
    macro: Annotated[_Given | Annotated[MacroSignal, Tag("Series")], Discriminator(_form)] = unit_field(
        "CPI against PPI, FOMC surprise", "name", default="not_evaluated"
    )
