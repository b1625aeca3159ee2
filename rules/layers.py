"""The three layers: which contracts, how many, and what stands in the way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from rules.inputs import Account, HedgeInstrument
from rules.ledger import Ledger
from rules.market import MarketView, MonthlyFuture, PricedCall
from rules.sizing import Fit, contracts_within, fit_contracts, spread_too_wide

LayerNumber = Literal[1, 2, 3]
MINIS_PER_FUTURE = 10


@dataclass(frozen=True, slots=True)
class Position:
    """Contracts or shares of one instrument that a layer calls for.

    `sized_by` and `exposure_step` name the steps that its quantity (`sized`, before division into contracts and
    minis) and its exposure come from. `exposure_usd` and `price` are per contract (USD per VIX point, index points; USD for a share);
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
    sized_by: str = ""
    sized: int = 0
    exposure_step: str = ""

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
class Gap:
    """A part of a layer that cannot be sized, and why; `needed` is False when too little is left for it."""

    layer: LayerNumber
    instrument: HedgeInstrument
    tranche: int | None
    reason: str
    needed: bool = True


def futures_choices(planned_usd: float, view: MarketView, account: Account, ledger: Ledger) -> list[FuturesChoice]:
    """All ways to fill layer 1 in the order of trial: VX in the preferred month, VX in the other, then with minis.

    The preferred month is the front unless it settles within the avoided days (source paragraph 2 allows
    the nearest future or the next; the rule between them is assumed).
    """
    avoided = ledger.parameter("front_month_avoided_within_days")
    ledger.parameter("futures_months_eligible")
    front_days = (view.monthly_dates[0] - view.as_of).days
    months = (1, 2) if front_days > avoided else (2, 1)
    words = {1: "front month", 2: "second month"}
    choices = [_choice(f"VX, {words[month]}", ("vx",), view.month(month), planned_usd, ledger) for month in months]
    if account.vxm_allowed:
        choices += [_choice(f"VX and VXM, {words[month]}", ("vx", "vxm"), view.month(month), planned_usd, ledger) for month in months]
    return choices


def _choice(label: str, instruments: tuple[HedgeInstrument, ...], future: MonthlyFuture | None, planned_usd: float, ledger: Ledger) -> FuturesChoice:
    if future is None:
        return FuturesChoice(label, instruments, None, None, None, "not quoted")
    unit = instruments[-1]
    multiplier_id = f"{unit}_multiplier_usd_per_index_point"
    multiplier = ledger.parameter(multiplier_id)
    beta_name = f"futures.{future.expiry}.beta_to_vix"
    exposure = ledger.derive(
        f"layer_1.{unit}.{future.expiry}.exposure_usd_per_contract",
        f"{multiplier_id} * beta_to_vix",
        {multiplier_id: multiplier, beta_name: future.beta},
        multiplier * future.beta,
        "usd",
    )
    low, high = ledger.parameter("futures_share_low_fraction"), ledger.parameter("futures_share_high_fraction")
    target = ledger.parameter("futures_share_target_fraction")
    fit = fit_contracts(planned_usd, exposure, low, high, target)
    used = {
        "planned_hedge_vega_usd": planned_usd,
        f"layer_1.{unit}.{future.expiry}.exposure_usd_per_contract": exposure,
        "futures_share_low_fraction": low,
        "futures_share_high_fraction": high,
        "futures_share_target_fraction": target,
    }
    name = f"layer_1.{'_'.join(instruments)}.{future.expiry}.contracts"
    formula = "whole n with low * H <= n * D <= high * H, closest to target * H"
    ledger.derive(name, formula, used, fit.best, "contracts")
    return FuturesChoice(label, instruments, future, exposure, fit)


def futures_positions(choice: FuturesChoice, ledger: Ledger) -> list[Position]:
    """The positions of a feasible choice; minis beyond ten are full contracts."""
    assert choice.future is not None and choice.fit is not None and choice.fit.best is not None, "only feasible choices are filled"
    assert choice.unit_exposure_usd is not None
    future, best = choice.future, choice.fit.best
    big, small = (best, 0) if choice.instruments == ("vx",) else divmod(best, MINIS_PER_FUTURE)
    found = []
    for instrument, count in (("vx", big), ("vxm", small)):
        if count:
            multiplier = ledger.parameter(f"{instrument}_multiplier_usd_per_index_point")
            found.append(
                Position(
                    1,
                    "vx" if instrument == "vx" else "vxm",
                    count,
                    multiplier * future.beta,
                    future.price,
                    multiplier,
                    future,
                    sized_by=f"layer_1.{'_'.join(choice.instruments)}.{future.expiry}.contracts",
                    sized=best,
                    exposure_step=f"layer_1.{instrument}.{future.expiry}.exposure_usd_per_contract",
                )
            )
    return found


def call_positions(planned_usd: float, tranches: int, view: MarketView, ledger: Ledger) -> list[Position | Gap]:
    """One entry a tranche: the call nearest the target delta at the k-th monthly expiry far enough out, or why there is none."""
    least = ledger.parameter("call_min_days_to_expiry")
    increment = ledger.parameter("call_increment_fraction")
    ledger.parameter("call_increment_base")
    far_enough = [day for day in view.monthly_dates if (day - view.as_of).days >= least]
    budget = ledger.derive(
        "call_tranche_vega_usd",
        "planned_hedge_vega_usd * call_increment_fraction",
        {"planned_hedge_vega_usd": planned_usd, "call_increment_fraction": increment},
        planned_usd * increment,
        "usd",
    )
    return [_tranche(number, far_enough[number - 1], budget, view, ledger) for number in range(1, tranches + 1)]


def _tranche(number: int, expiry: date, budget_usd: float, view: MarketView, ledger: Ledger) -> Position | Gap:
    future = view.future_on(expiry)
    if future is None:
        return Gap(2, "vix_call", number, f"no VX future is quoted for {expiry}, on which its calls are priced")
    call, reason = _nearest_to_target_delta(future, view, ledger)
    if call is None:
        return Gap(2, "vix_call", number, reason)
    multiplier_id = "vix_option_multiplier_usd_per_index_point"
    multiplier = ledger.parameter(multiplier_id)
    name = f"layer_2.tranche_{number}"
    prices = {f"futures.{expiry}.price_index_points": future.price, f"futures.{expiry}.days_to_expiry": future.days, "market.rate": view.rate}
    prices |= {
        f"{name}.strike": ledger.given(f"{name}.strike", call.quote.strike, "index_points"),
        f"{name}.implied_volatility": ledger.given(f"{name}.implied_volatility", call.implied_volatility, "fraction"),
    }
    delta = ledger.derive(f"{name}.delta", "Black-76: e^(-rT) N(d1) on the future of the same settlement date", prices, call.value.delta, "fraction")
    used = {multiplier_id: multiplier, f"{name}.delta": delta, f"futures.{expiry}.beta_to_vix": future.beta}
    exposure = ledger.derive(
        f"{name}.exposure_usd_per_contract", f"{multiplier_id} * delta * beta_to_vix", used, multiplier * delta * future.beta, "usd"
    )
    if call.quote.ask is None:
        ledger.derive(f"{name}.premium_index_points", "Black-76: e^(-rT) (F N(d1) - K N(d2))", prices, call.premium, "index_points")
    else:
        ledger.given(f"{name}.premium_index_points", call.premium, "index_points")
    count = contracts_within(budget_usd, exposure)
    sizes = {"call_tranche_vega_usd": budget_usd, f"{name}.exposure_usd_per_contract": exposure}
    ledger.derive(f"{name}.contracts", "floor(call_tranche_vega_usd / exposure_usd_per_contract)", sizes, count, "contracts")
    if count == 0:
        return Gap(2, "vix_call", number, f"one contract is worth {exposure:.2f} USD per VIX point, more than the increment of {budget_usd:.2f}")
    steps = (f"{name}.contracts", count, f"{name}.exposure_usd_per_contract")
    return Position(2, "vix_call", count, exposure, call.premium, multiplier, future, call, number, None, *steps)


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
