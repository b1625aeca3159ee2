"""Hedges already held, priced on today's market, and how far the hedge has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from typing import Literal

from rules.errors import RulesError
from rules.ledger import Ledger
from rules.planning.inputs import EtfQuote, Holding
from rules.planning.layers import FirstHeld, Position, call_exposure, future_position
from rules.planning.market import MarketView
from rules.planning.stack import fund_exposure
from rules.vix.expiries import add_business_days


@dataclass(frozen=True, slots=True)
class Held:
    """One hedge held. `position` is None, and `problem` says why, where today's market does not price it."""

    number: int
    holding: Holding
    position: Position | None
    problem: str | None = None
    tranche: int | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a hedge has come.

    `first_layer_usd` is the exposure (USD per VIX point) of futures, and of a fund that stands in for them; `futures`
    counts contracts by instrument and settlement date, `share_step` names the step of the share, `tranches` call contracts by tranche. `next_tranche_on` is the
    first day the spacing allows a new tranche, None when no call is held; `spacing_known` is False when a call held
    has no day of purchase.
    """

    first_layer_filled: bool
    first_layer_share_fraction: float
    first_layer_usd: float
    futures: Mapping[tuple[str, date | None], int]
    tranches: Mapping[int, int]
    next_tranche_on: date | None
    spacing_known: bool
    etf_shares: int
    positions: Sequence[Held]
    share_step: str

    def first_held(self) -> FirstHeld:
        """What of the first layer is held and still to be added to; nothing when the layer is filled or empty."""
        if self.first_layer_filled or self.first_layer_usd == 0.0:
            return FirstHeld()
        steps = {self.share_step: self.first_layer_share_fraction}
        return FirstHeld(self.first_layer_usd, steps, frozenset(month for _, month in self.futures))

    def tranche_filled(self, number: int, planned: Position | None, least_fraction: float) -> bool:
        """Whether a tranche counts as bought: a later one is held, or enough of it (`planned` None: not sized, anything is enough)."""
        if any(later > number for later in self.tranches):
            return True
        if number not in self.tranches or planned is None:
            return number in self.tranches
        return self.tranche_contracts(number, planned) >= least_fraction * planned.quantity

    def tranche_contracts(self, number: int, planned: Position) -> float:
        """What is held of a tranche, in contracts of the planned call.

        The planned call itself, and calls that the user numbered as this tranche, count one by one, so that a drifting
        delta does not reopen it; any other call by its exposure.
        """
        total = 0.0
        for held in self.of_layer(2, number):
            own = held.position is not None and held.position.name == planned.name
            if own or held.holding.tranche is not None or held.position is None:
                total += held.holding.quantity
            else:
                total += held.position.quantity * held.position.exposure_usd / planned.exposure_usd
        return total

    def of_layer(self, layer: int, tranche: int | None = None) -> list[Held]:
        """The hedges held of one layer, and of one tranche of calls."""
        instruments = {1: ("vx", "vxm"), 2: ("vix_call",), 3: ("etf",)}[layer]
        found = [held for held in self.positions if held.holding.instrument in instruments]
        return found if tranche is None else [held for held in found if held.tranche == tranche]

    def exposure_usd(self) -> float:
        """USD per VIX point of everything held that has a price."""
        return sum(held.position.quantity * held.position.exposure_usd for held in self.positions if held.position is not None)


def progress_of(holdings: Sequence[Holding], planned_usd: float, stand_in: bool, view: MarketView, ledger: Ledger) -> Progress:
    """Reads and prices the holdings: the first layer counts as filled from the lower edge of the band on.

    `stand_in`: a fund counts towards the first layer. Raises RulesError for a hedge whose settlement date is past,
    and for a future that is not quoted.
    """
    numbers = tranche_numbers(holdings)
    positions = [_numbered(_priced(number, holding, view, ledger), numbers[number]) for number, holding in enumerate(holdings)]
    first = ("vx", "vxm", "etf") if stand_in else ("vx", "vxm")
    counted = {
        f"holdings.{held.number}.exposure_usd_per_vix_point": held.position.quantity * held.position.exposure_usd
        for held in positions
        if held.position is not None and held.holding.instrument in first
    }
    exposure = sum(counted.values())
    share = exposure / planned_usd
    used = counted | {"planned_hedge_vega_usd": planned_usd}
    step = "held.first_layer_with_fund_share_fraction" if stand_in else "held.first_layer_share_fraction"
    ledger.derive(step, "exposure of the first layer held / planned_hedge_vega_usd", used, share, "fraction")
    futures: dict[tuple[str, date | None], int] = {}
    tranches: dict[int, int] = {}
    for held in positions:
        holding = held.holding
        if holding.instrument in ("vx", "vxm"):
            key = (holding.instrument, holding.expiry)
            futures[key] = futures.get(key, 0) + holding.quantity
        if holding.instrument == "vix_call":
            tranche = held.tranche or 0
            tranches[tranche] = tranches.get(tranche, 0) + holding.quantity
    bought = [holding.acquired_on for holding in holdings if holding.instrument == "vix_call"]
    dated = [day for day in bought if day is not None]
    return Progress(
        first_layer_filled=exposure > 0 and share >= ledger.parameter("futures_share_low_fraction"),
        first_layer_share_fraction=share,
        first_layer_usd=exposure,
        futures=futures,
        tranches=tranches,
        next_tranche_on=add_business_days(max(dated), ledger.parameter("call_tranche_spacing_days"), view.closures) if dated else None,
        spacing_known=len(dated) == len(bought),
        etf_shares=sum(holding.quantity for holding in holdings if holding.instrument == "etf"),
        positions=positions,
        share_step=step,
    )


def tranche_numbers(holdings: Sequence[Holding]) -> list[int | None]:
    """The tranche of each call: as given, or by settlement date, earlier dates first, in the numbers that are free; None for other hedges."""
    taken = {holding.tranche for holding in holdings if holding.tranche is not None}
    unnumbered = sorted({h.expiry for h in holdings if h.instrument == "vix_call" and h.tranche is None and h.expiry is not None})
    free = (number for number in count(1) if number not in taken)
    by_date = dict(zip(unnumbered, free, strict=False))
    numbered = [h.tranche if h.tranche is not None or h.expiry is None else by_date.get(h.expiry) for h in holdings]
    return [number if holding.instrument == "vix_call" else None for holding, number in zip(holdings, numbered, strict=True)]


def _numbered(held: Held, tranche: int | None) -> Held:
    return replace(held, tranche=tranche, position=None if held.position is None else replace(held.position, tranche=tranche))


def _priced(number: int, holding: Holding, view: MarketView, ledger: Ledger) -> Held:
    """One holding on today's market, its exposure recorded. Raises RulesError as `progress_of` says."""
    where = f"portfolio.holdings.{number}"
    if holding.expiry is not None and holding.expiry <= view.as_of:
        raise RulesError(f"{where}.expiry", f"{holding.expiry} is not after as_of {view.as_of}", "leave expired hedges out")
    if holding.acquired_on is not None and holding.acquired_on > view.as_of:
        raise RulesError(f"{where}.acquired_on", f"{holding.acquired_on} is after as_of {view.as_of}", "give the day it was bought")
    ledger.given(f"holdings.{number}.quantity", holding.quantity, "count")
    if holding.entry_price is not None:
        ledger.given(f"holdings.{number}.entry_price", holding.entry_price, "index_points")
    found: Position | str
    if holding.instrument in ("vx", "vxm"):
        found = _held_future(number, holding, view, ledger)
    elif holding.instrument == "vix_call":
        found = _held_call(number, holding, view, ledger)
    else:
        found = _held_fund(number, holding, view, ledger)
    if isinstance(found, str):
        return Held(number, holding, None, found)
    name = f"holdings.{number}.exposure_usd_per_vix_point"
    used = {f"holdings.{number}.quantity": holding.quantity, found.exposure_step: found.exposure_usd}
    ledger.derive(name, "quantity * exposure", used, holding.quantity * found.exposure_usd, "usd")
    return Held(number, holding, found)


def _held_future(number: int, holding: Holding, view: MarketView, ledger: Ledger) -> Position:
    future = view.future_on(holding.expiry) if holding.expiry is not None else None
    if future is None:
        where = f"portfolio.holdings.{number}.expiry"
        raise RulesError(where, f"no monthly future is quoted for {holding.expiry}", "quote it in market.futures")
    instrument: Literal["vx", "vxm"] = "vx" if holding.instrument == "vx" else "vxm"
    return future_position(
        instrument, holding.quantity, future, ledger, sized_by=f"holdings.{number}.quantity", sized=holding.quantity, entry=holding.entry_price
    )


def _held_call(number: int, holding: Holding, view: MarketView, ledger: Ledger) -> Position | str:
    assert holding.expiry is not None and holding.strike is not None, "the validator asks for both"
    future = view.future_on(holding.expiry)
    quote = next((q for q in view.market.calls if q.expiry_date(view.as_of) == holding.expiry and q.strike == holding.strike), None)
    if future is None or quote is None:
        return f"the VIX call {holding.strike:g} of {holding.expiry} is held and not quoted: quote it and its future, its exposure is left out"
    call = view.priced_call(quote, future)
    if call is None:
        return f"the quotes of the VIX call {holding.strike:g} of {holding.expiry} fit no volatility, its exposure is left out"
    exposure = call_exposure(f"holdings.{number}", call, view, ledger)
    if holding.entry_price is None:  # what it cost is not known: what it is worth today stands for it
        price, price_step = call.value.price, f"holdings.{number}.mark_index_points"
        used = ledger.cite(f"holdings.{number}.strike", f"holdings.{number}.implied_volatility", "market.rate", "days_per_year")
        used |= ledger.cite(f"futures.{future.expiry}.price_index_points", f"futures.{future.expiry}.days_to_expiry")
        ledger.derive(price_step, "Black-76: e^(-rT) (F N(d1) - K N(d2))", used, price, "index_points")
    else:
        price, price_step = holding.entry_price, f"holdings.{number}.entry_price"
    return Position(
        2,
        "vix_call",
        holding.quantity,
        exposure,
        price,
        ledger.parameter("vix_option_multiplier_usd_per_index_point"),
        future,
        call,
        holding.tranche,
        sized_by=f"holdings.{number}.quantity",
        sized=holding.quantity,
        exposure_step=f"holdings.{number}.exposure_usd_per_contract",
        price_step=price_step,
    )


def _held_fund(number: int, holding: Holding, view: MarketView, ledger: Ledger) -> Position | str:
    fund: EtfQuote | None = next((f for f in view.market.etfs if holding.ticker in (None, f.ticker)), None)
    if fund is None:
        return f"the fund {holding.ticker or ''} is held and not quoted: quote it, its exposure is left out".replace("  ", " ")
    place = view.market.etfs.index(fund)
    exposure = fund_exposure(fund, place, view, ledger)
    quoted = f"market.etfs.{place}.share_price_usd"
    price, price_step = (fund.share_price_usd, quoted) if holding.entry_price is None else (holding.entry_price, f"holdings.{number}.entry_price")
    return Position(
        3,
        "etf",
        holding.quantity,
        exposure,
        price,
        1.0,
        ticker=fund.ticker,
        fund=fund,
        sized_by=f"holdings.{number}.quantity",
        sized=holding.quantity,
        exposure_step=f"market.etfs.{place}.exposure_usd_per_share",
        price_step=price_step,
    )
