"""What comes next in a layered hedge of a planned size: which layer, whether it is armed, what it waits for."""

from __future__ import annotations

from typing import Literal

from rules.errors import RulesError
from rules.fields import Frozen, IsoDate, unit_field
from rules.ledger import Ledger
from rules.planning import next_step as steps
from rules.planning.inputs import HedgeInstrument
from rules.planning.models import Stage
from rules.planning.next_step import Situation, Waiting
from rules.vix.expiries import FIRST_YEAR, LAST_YEAR

NAME = "next-step"
DESCRIPTION = "The next step of a layered hedge: its stage, whether it is armed, what to buy or what to wait for."
SYNONYMS = ("next step", "what next", "what should happen next", "which layer is next", "what comes next")
SOURCES = ("layering-order", "activation-signals", "call-layer", "time-shifting")
EXAMPLE = {
    "as_of": "2026-05-08",
    "planned_hedge_vega_usd": 10000,
    "holdings": {"futures_vega_usd": 3000, "calls_vega_usd": 2000, "last_tranche_on": "2026-04-30"},
    "signals": {"macd": "bullish", "advance_decline": "weak", "rsi": 58, "rsi_shift": True, "capm_breach": False},
}


class Held(Frozen):
    """What is held of each layer, USD per VIX point; an amount left out is none held."""

    futures_vega_usd: float = unit_field("Vega of the VIX futures held", "usd", default=0.0, ge=0, le=1e12)
    calls_vega_usd: float = unit_field("Vega of the VIX calls held", "usd", default=0.0, ge=0, le=1e12)
    etf_vega_usd: float = unit_field("Vega of the VIX ETFs held", "usd", default=0.0, ge=0, le=1e12)
    last_tranche_on: IsoDate | None = unit_field("Day on which calls were last bought", "date", default=None)


class Readings(Frozen):
    """The signals as read by the trader; one that is left out is unknown, never false."""

    macd: Literal["bullish", "bearish"] | None = unit_field("MACD on the VIX futures curve: its histogram above 0 is bullish", "name", default=None)
    advance_decline: Literal["weak", "strong", "divergent"] | None = unit_field("Advance-decline line", "name", default=None)
    rsi: float | None = unit_field("RSI of the VIX: a level, which triggers nothing alone", "rsi_points", default=None, ge=0, le=100)
    rsi_shift: bool | None = unit_field("Whether the RSI crossed its level upward or rose by its shift", "switch", default=None)
    capm_breach: bool | None = unit_field("Whether SPX breached a level from CAPM and implied volatility", "switch", default=None)
    macro_accelerates: bool | None = unit_field("Whether CPI against PPI or an FOMC surprise fired", "switch", default=None)


class Permissions(Frozen):
    """What the account may trade, and whether a fund shall stand in for futures that it may not."""

    futures_allowed: bool = unit_field("VX futures may be traded", "switch", default=True)
    options_allowed: bool = unit_field("VIX options may be bought", "switch", default=True)
    etfs_allowed: bool = unit_field("VIX ETFs may be bought", "switch", default=True)
    etf_stands_in: bool = unit_field("An ETF shall stand in for futures that are forbidden", "switch", default=False)


class Input(Frozen):
    """A day, the planned hedge vega, and what is held, read and allowed. Without holdings nothing is held."""

    as_of: IsoDate = unit_field("Day of the step", "date", synonyms=("as of", "today"), where="the calendar")
    planned_hedge_vega_usd: float = unit_field(
        "Total planned hedge vega, a positive magnitude in USD per VIX point",
        "usd",
        synonyms=("planned hedge vega", "hedge vega", "total vega", "hedge budget", "planned", "h", "planned vega"),
        plausible=(100.0, 50_000_000.0),
        where="the absolute vega of the condor book times the part of it to be hedged",
        ge=0,
        le=1e12,
    )
    holdings: Held = unit_field("What is held of each layer", "object", where="your account", default_factory=Held)
    signals: Readings = unit_field("The signals, each unknown unless given", "object", where="your charts", default_factory=Readings)
    account: Permissions = unit_field("What the account may trade", "object", where="your broker", default_factory=Permissions)


class Result(Frozen):
    """The stage of the hedge and its next step.

    `armed` is null while it hangs on a signal that was not given. `waits_for` names the inputs that have to change or to be
    looked up, empty when `buy` and `vega_to_add_usd` (USD per VIX point) say what may be bought today, or nothing is left to do.
    `choices` are offered and never ordered, `advice` neither.
    """

    stage: Stage
    armed: bool | None
    next_action: str
    waits_for: list[Waiting]
    buy: HedgeInstrument | None
    vega_to_add_usd: float | None
    next_tranche_on: IsoDate | None
    choices: list[str]
    advice: list[str]


def calculate(inputs: Input, ledger: Ledger) -> Result:
    """The stated order: futures, calls, ETFs (source paragraph 1). Raises RulesError for a tranche bought after `as_of`."""
    held, read, may = inputs.holdings, inputs.signals, inputs.account
    ledger.given("as_of", inputs.as_of, "date")
    for name, day in (("as_of", inputs.as_of), ("holdings.last_tranche_on", held.last_tranche_on)):
        if day is not None and not FIRST_YEAR <= day.year < LAST_YEAR:
            raise RulesError(name, f"{day} lies outside the holiday calendar ({FIRST_YEAR} to {LAST_YEAR})", "choose a day inside it")
    if held.last_tranche_on is not None and held.last_tranche_on > inputs.as_of:
        raise RulesError("holdings.last_tranche_on", f"{held.last_tranche_on} is after as_of {inputs.as_of}", "give the day of the last purchase")
    situation = Situation(
        as_of=inputs.as_of,
        planned_usd=inputs.planned_hedge_vega_usd,
        futures_usd=held.futures_vega_usd,
        calls_usd=held.calls_vega_usd,
        etf_usd=held.etf_vega_usd,
        last_tranche_on=held.last_tranche_on,
        macd_bullish=None if read.macd is None else read.macd == "bullish",
        breadth_weak=None if read.advance_decline is None else read.advance_decline != "strong",
        rsi=read.rsi,
        rsi_shift=read.rsi_shift,
        capm_breach=read.capm_breach,
        macro_accelerates=read.macro_accelerates,
        futures_allowed=may.futures_allowed,
        options_allowed=may.options_allowed,
        etfs_allowed=may.etfs_allowed,
        etf_stands_in=may.etf_stands_in,
    )
    found = steps.next_step(situation, ledger)
    return Result(
        stage=found.stage,
        armed=found.armed,
        next_action=found.action,
        waits_for=list(found.waits_for),
        buy=found.buy,
        vega_to_add_usd=found.vega_usd,
        next_tranche_on=found.next_tranche_on,
        choices=found.choices,
        advice=found.advice,
    )
