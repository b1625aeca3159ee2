"""When each hedge settles against the condors, and when to look at rolling it; the source is silent, so all of it is assumed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rules.ledger import Ledger
from rules.outcomes.models import RollPrompt
from rules.planning.book import Book
from rules.planning.layers import Position
from rules.planning.market import MarketView
from rules.vix.expiries import business_day_before
from rules.vix.instruments import beta_to_vix


def roll_calendar(
    rows: Sequence[tuple[int, Position, int]], planned_usd: float, book: Book | None, view: MarketView, ledger: Ledger
) -> list[RollPrompt]:
    """One prompt a dated hedge (row number, position, quantity), in the order of the stack."""
    return [
        _prompt(number, position, quantity, rows, planned_usd, book, view, ledger)
        for number, position, quantity in rows
        if position.expiry is not None
    ]


def _prompt(
    number: int,
    position: Position,
    quantity: int,
    rows: Sequence[tuple[int, Position, int]],
    planned_usd: float,
    book: Book | None,
    view: MarketView,
    ledger: Ledger,
) -> RollPrompt:
    expiry = position.expiry
    assert expiry is not None, "only dated hedges are prompted for"
    prompt_on = expiry
    for _ in range(ledger.parameter("roll_prompt_days")):
        prompt_on = business_day_before(prompt_on, view.closures)
    prompt_on = max(prompt_on, view.as_of)
    share = _share_at(number, position, quantity, prompt_on, planned_usd, ledger)
    above = None if share is None else _all_futures_at(number, rows, prompt_on, planned_usd, ledger) > ledger.parameter("futures_share_high_fraction")
    uncovered = None if book is None else max((book.expiry - expiry).days, 0)
    if uncovered is not None:
        used = ledger.cite("book.condors", f"futures.{expiry}.days_to_expiry")
        ledger.derive(f"roll_calendar.{number}.days_uncovered", "condors' expiry - settlement, at least 0", used, uncovered, "days")
    return RollPrompt(
        name=position.name,
        expiry=expiry,
        last_trading_date=business_day_before(expiry, view.closures) if position.call is not None else expiry,
        prompt_on=prompt_on,
        condor_expiry=None if book is None else book.expiry,
        days_uncovered=uncovered,
        share_fraction_at_prompt=share,
        above_band_at_prompt=above,
        advice=_advice(uncovered, above),
    )


def _share_at(number: int, position: Position, quantity: int, day: date, planned_usd: float, ledger: Ledger) -> float | None:
    """Share of the planned hedge vega of a future's contracts on a later day, when its beta has risen; None for calls."""
    if position.call is not None or position.expiry is None:
        return None
    days = (position.expiry - day).days
    beta = beta_to_vix(ledger.parameter("vix_beta_by_days"), days)
    share = quantity * position.multiplier_usd * beta / planned_usd
    used = ledger.cite(f"layers.{number}.quantity", "vix_beta_by_days", "roll_prompt_days", "planned_hedge_vega_usd")
    used |= ledger.cite(f"{position.instrument}_multiplier_usd_per_index_point")
    formula = "quantity * multiplier * beta at the prompt / planned_hedge_vega_usd"
    return float(ledger.derive(f"roll_calendar.{number}.share_fraction_at_prompt", formula, used, share, "fraction"))


def _all_futures_at(number: int, rows: Sequence[tuple[int, Position, int]], day: date, planned_usd: float, ledger: Ledger) -> float:
    """Share of the planned hedge vega of all futures that have not settled by a day; the band is that of all of them."""
    table = ledger.parameter("vix_beta_by_days")
    alive = [(row, p, count) for row, p, count in rows if p.call is None and p.expiry is not None and p.expiry >= day]
    share = sum(count * p.multiplier_usd * beta_to_vix(table, (p.expiry - day).days) for _, p, count in alive if p.expiry is not None) / planned_usd
    used = ledger.cite("vix_beta_by_days", "roll_prompt_days", "planned_hedge_vega_usd", *(f"layers.{row}.quantity" for row, _, _ in alive))
    used |= ledger.cite(*dict.fromkeys(f"{p.instrument}_multiplier_usd_per_index_point" for _, p, _ in alive))
    formula = "sum of quantity * multiplier * beta at the prompt / planned_hedge_vega_usd"
    return float(ledger.derive(f"roll_calendar.{number}.all_futures_share_fraction", formula, used, share, "fraction"))


def _advice(uncovered: int | None, above_band: bool | None) -> str:
    if uncovered:
        first = (
            f"settles {uncovered} day(s) before the condors: decide by the prompt whether to roll it to the next month or to leave these days open"
        )
    elif uncovered is None:
        first = "decide by the prompt whether to roll it, let it settle, or sell it"
    else:
        first = "covers the condors to their expiry: decide by the prompt whether to let it settle or to sell it"
    return f"{first}; by then its growing beta takes the futures above the band" if above_band else first
