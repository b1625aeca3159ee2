"""The three layers: which contracts, how many, and what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from rules.ledger import Ledger
from rules.planning.inputs import Account, EtfQuote, HedgeInstrument
from rules.planning.market import MarketView, MonthlyFuture, PricedCall
from rules.planning.shares import call_tranche_budget_usd
from rules.planning.sizing import Fit, contracts_within, fit_contracts, spread_too_wide

LayerNumber = Literal[1, 2, 3]
MINIS_PER_FUTURE = 10


@dataclass(frozen=True, slots=True)
class Position:
    """Contracts or shares of one instrument that a layer calls for.

    `sized_by`, `exposure_step` and `price_step` name the steps that its quantity (`sized`, before division into contracts
    and minis), its exposure and its price come from. `exposure_usd` and `price` (paid, or today's) are per contract (USD per VIX point, index points; USD for a share);
    `multiplier_usd` turns index points into USD.
    """

    layer: LayerNumber
    instrument: HedgeInstrument
    quantity: int
    exposure_usd: float
    price: float
    multiplier_usd: float
    future: MonthlyFuture | None = None
    call: PricedCall | None = None
    tranche: int | None = None
    ticker: str | None = None
    fund: EtfQuote | None = None
    sized_by: str = ""
    sized: int = 0
    exposure_step: str = ""
    price_step: str = ""

    @property
    def expiry(self) -> date | None:
        """Settlement date of the contract; None for a fund."""
        return None if self.future is None else self.future.expiry

    @property
    def name(self) -> str:
        """The position in words: 'VX 2026-06-17', 'VIX call 25 2026-06-17', 'VIXY'."""
        if self.instrument == "etf":
            return self.ticker or "etf"
        if self.call is not None:
            return f"VIX call {self.call.quote.strike:g} {self.expiry}"
        return f"{self.instrument.upper()} {self.expiry}"


@dataclass(frozen=True, slots=True)
class FuturesChoice:
    """One way to fill layer 1: `unit` contracts of one month; `fit` says how many go inside the band."""

    label: str
    instruments: tuple[HedgeInstrument, ...]
    future: MonthlyFuture | None
    unit_exposure_usd: float | None
    fit: Fit | None
    problem: str | None = None

    @property
    def feasible(self) -> bool:
        """Whether whole contracts of this choice lie inside the band."""
        return self.fit is not None and self.fit.feasible


@dataclass(frozen=True, slots=True)
class FirstHeld:
    """What of the first layer is held and not yet enough: USD per VIX point, the steps it is recorded in, the months held."""

    exposure_usd: float = 0.0
    steps: Mapping[str, float] = field(default_factory=dict)
    months: frozenset[date | None] = frozenset()


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of a layer that cannot be sized, and why; `needed` is False when too little is left for it."""

    layer: LayerNumber
    instrument: HedgeInstrument
    tranche: int | None
    reason: str
    needed: bool = True


def futures_choices(planned_usd: float, first: FirstHeld, view: MarketView, account: Account, ledger: Ledger) -> list[FuturesChoice]:
    """All ways to fill layer 1 in the order of trial: VX in the preferred month, VX in the others, then with minis.

    The months are the first `futures_months_eligible` (source paragraph 1); the preferred one is the front unless it
    settles within the avoided days (source paragraph 2 allows the nearest future or the next; the rule is assumed).
    Beside futures that are held in part, the months held come first, and what is counted is what is still missing.
    """
    avoided = ledger.parameter("front_month_avoided_within_days")
    eligible = range(1, ledger.parameter("futures_months_eligible") + 1)
    front_days = (view.monthly_dates[0] - view.as_of).days
    months = list(eligible) if front_days > avoided else [*eligible[1:], 1]
    months.sort(key=lambda month: view.monthly_dates[month - 1] not in first.months)
    words = {1: "front month", 2: "second month"} | {month: f"month {month}" for month in eligible[2:]}
    choices = [_choice(f"VX, {words[month]}", ("vx",), view.month(month), planned_usd, first, ledger) for month in months]
    if account.vxm_allowed:
        choices += [_choice(f"VX and VXM, {words[month]}", ("vx", "vxm"), view.month(month), planned_usd, first, ledger) for month in months]
    return choices


def _choice(
    label: str, instruments: tuple[HedgeInstrument, ...], future: MonthlyFuture | None, planned_usd: float, first: FirstHeld, ledger: Ledger
) -> FuturesChoice:
    if future is None:
        return FuturesChoice(label, instruments, None, None, None, "not quoted")
    unit = instruments[-1]
    exposure = _future_exposure(unit, future, ledger)
    low, high = ledger.parameter("futures_share_low_fraction"), ledger.parameter("futures_share_high_fraction")
    target = ledger.parameter("futures_share_target_fraction")
    fit = fit_contracts(planned_usd, exposure, low, high, target, first.exposure_usd)
    used = {
        "planned_hedge_vega_usd": planned_usd,
        f"layer_1.{unit}.{future.expiry}.exposure_usd_per_contract": exposure,
        "futures_share_low_fraction": low,
        "futures_share_high_fraction": high,
        "futures_share_target_fraction": target,
    }
    used |= first.steps
    name = f"layer_1.{'_'.join(instruments)}.{future.expiry}.contracts"
    held = "held + " if first.steps else ""
    formula = f"whole n with low * H <= {held}n * D <= high * H, {held}n * D closest to target * H"
    ledger.derive(name, formula, used, fit.best, "contracts")
    return FuturesChoice(label, instruments, future, exposure, fit)


def futures_positions(choice: FuturesChoice, ledger: Ledger) -> list[Position]:
    """The positions of a feasible choice; minis beyond ten are full contracts."""
    assert choice.future is not None and choice.fit is not None and choice.fit.best is not None, "only feasible choices are filled"
    best = choice.fit.best
    big, small = (best, 0) if choice.instruments == ("vx",) else divmod(best, MINIS_PER_FUTURE)
    sized_by = f"layer_1.{'_'.join(choice.instruments)}.{choice.future.expiry}.contracts"
    counts: tuple[tuple[Literal["vx", "vxm"], int], ...] = (("vx", big), ("vxm", small))
    return [future_position(instrument, count, choice.future, ledger, sized_by=sized_by, sized=best) for instrument, count in counts if count]


def future_position(
    instrument: Literal["vx", "vxm"], count: int, future: MonthlyFuture, ledger: Ledger, *, sized_by: str, sized: int, entry: float | None = None
) -> Position:
    """`count` contracts of a future, at today's price or, when held, at the price paid (`entry`, index points)."""
    quoted = f"futures.{future.expiry}.price_index_points"
    holding = sized_by.rsplit(".", 1)[0]
    return Position(
        1,
        instrument,
        count,
        _future_exposure(instrument, future, ledger),
        future.price if entry is None else entry,
        ledger.parameter(f"{instrument}_multiplier_usd_per_index_point"),
        future,
        sized_by=sized_by,
        sized=sized,
        exposure_step=f"layer_1.{instrument}.{future.expiry}.exposure_usd_per_contract",
        price_step=quoted if entry is None else f"{holding}.entry_price",
    )


def _future_exposure(instrument: str, future: MonthlyFuture, ledger: Ledger) -> float:
    """USD per VIX point of one contract, recorded."""
    multiplier_id = f"{instrument}_multiplier_usd_per_index_point"
    multiplier = ledger.parameter(multiplier_id)
    used = {multiplier_id: multiplier, f"futures.{future.expiry}.beta_to_vix": future.beta}
    name = f"layer_1.{instrument}.{future.expiry}.exposure_usd_per_contract"
    return float(ledger.derive(name, f"{multiplier_id} * beta_to_vix", used, multiplier * future.beta, "usd"))


def call_positions(planned_usd: float, tranches: int, view: MarketView, ledger: Ledger) -> list[Position | Gap]:
    """One entry a tranche: the call nearest the target delta at the k-th monthly expiry far enough out, or why there is none."""
    least = ledger.parameter("call_min_days_to_expiry")
    far_enough = [day for day in view.monthly_dates if (day - view.as_of).days >= least]
    budget = call_tranche_budget_usd(planned_usd, ledger)
    beyond = "no monthly settlement of the next year lies far enough out"
    return [
        _tranche(number, far_enough[number - 1], budget, view, ledger) if number <= len(far_enough) else Gap(2, "vix_call", number, beyond)
        for number in range(1, tranches + 1)
    ]


def _tranche(number: int, expiry: date, budget_usd: float, view: MarketView, ledger: Ledger) -> Position | Gap:
    future = view.future_on(expiry)
    if future is None:
        return Gap(2, "vix_call", number, f"no VX future is quoted for {expiry}, on which its calls are priced")
    call, reason = _nearest_to_target_delta(future, view, ledger)
    if call is None:
        return Gap(2, "vix_call", number, reason)
    name = f"layer_2.tranche_{number}"
    exposure = call_exposure(name, call, view, ledger)
    count = contracts_within(budget_usd, exposure)
    sizes = {"call_tranche_vega_usd": budget_usd, f"{name}.exposure_usd_per_contract": exposure}
    ledger.derive(f"{name}.contracts", "floor(call_tranche_vega_usd / exposure_usd_per_contract)", sizes, count, "contracts")
    if count == 0:
        return Gap(2, "vix_call", number, f"one contract is worth {exposure:.2f} USD per VIX point, more than the increment of {budget_usd:.2f}")
    return Position(
        2,
        "vix_call",
        count,
        exposure,
        call.premium,
        ledger.parameter("vix_option_multiplier_usd_per_index_point"),
        future,
        call,
        number,
        sized_by=f"{name}.contracts",
        sized=count,
        exposure_step=f"{name}.exposure_usd_per_contract",
        price_step=f"{name}.premium_index_points",
    )


def call_exposure(name: str, call: PricedCall, view: MarketView, ledger: Ledger) -> float:
    """USD per VIX point of one call, 100 * delta * b(T), recorded under `name` with its delta and premium."""
    multiplier_id = "vix_option_multiplier_usd_per_index_point"
    multiplier, future = ledger.parameter(multiplier_id), call.future
    prices = {f"futures.{future.expiry}.price_index_points": future.price, f"futures.{future.expiry}.days_to_expiry": future.days}
    prices |= {"market.rate": view.rate, "days_per_year": view.days_per_year}
    prices |= {f"{name}.strike": ledger.given(f"{name}.strike", call.quote.strike, "index_points")}
    prices |= {f"{name}.implied_volatility": _call_volatility(name, call, view, ledger)}
    delta = ledger.derive(f"{name}.delta", "Black-76: e^(-rT) N(d1) on the future of the same settlement date", prices, call.value.delta, "fraction")
    if call.quote.ask is None:
        ledger.derive(f"{name}.premium_index_points", "Black-76: e^(-rT) (F N(d1) - K N(d2))", prices, call.premium, "index_points")
    else:
        ledger.given(f"{name}.premium_index_points", call.premium, "index_points")
    used = {multiplier_id: multiplier, f"{name}.delta": delta, f"futures.{future.expiry}.beta_to_vix": future.beta}
    formula = f"{multiplier_id} * delta * beta_to_vix"
    return float(ledger.derive(f"{name}.exposure_usd_per_contract", formula, used, multiplier * delta * future.beta, "usd"))


def _call_volatility(name: str, call: PricedCall, view: MarketView, ledger: Ledger) -> float:
    """The call's implied volatility, as quoted or as solved from its mid, recorded."""
    quote, future = call.quote, call.future
    step = f"{name}.implied_volatility"
    if quote.implied_volatility is not None:
        return float(ledger.given(step, call.implied_volatility, "fraction"))
    used = {
        f"{name}.bid": ledger.given(f"{name}.bid", quote.bid, "index_points"),
        f"{name}.ask": ledger.given(f"{name}.ask", quote.ask, "index_points"),
        f"futures.{future.expiry}.price_index_points": future.price,
        f"futures.{future.expiry}.days_to_expiry": future.days,
        "market.rate": view.rate,
        "days_per_year": view.days_per_year,
    }
    return float(ledger.derive(step, "the volatility at which Black-76 gives the mid of bid and ask", used, call.implied_volatility, "fraction"))


def _nearest_to_target_delta(future: MonthlyFuture, view: MarketView, ledger: Ledger) -> tuple[PricedCall | None, str]:
    """The out-of-the-money call of a future's expiry whose delta is closest to the target (ties to the higher strike)."""
    target = ledger.parameter("call_target_delta_fraction")
    points, fraction = ledger.parameter("spread_limit_index_points"), ledger.parameter("spread_limit_fraction")
    quotes = [quote for quote in view.market.calls if quote.expiry_date(view.as_of) == future.expiry]
    if not quotes:
        return None, f"no VIX call is quoted for {future.expiry}"
    otm = [quote for quote in quotes if quote.strike > future.price]
    if not otm:
        return None, f"no quoted call of {future.expiry} is out of the money: all strikes lie at or below the future at {future.price:g}"
    tight = [quote for quote in otm if not spread_too_wide(quote.bid, quote.ask, points, fraction)]
    if not tight:
        return (
            None,
            f"every out-of-the-money call of {future.expiry} is quoted wider than the limit (spread_limit_index_points, spread_limit_fraction)",
        )
    priced = [call for call in (view.priced_call(quote, future) for quote in tight) if call is not None]
    if not priced:
        return None, f"the quotes of {future.expiry} fit no volatility: bid and ask lie outside the price bounds of a call"
    return min(priced, key=lambda call: (abs(call.value.delta - target), -call.quote.strike)), ""
