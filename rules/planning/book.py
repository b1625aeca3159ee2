"""The condor book of a plan: credit, Greeks, and the hedge vega planned for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rules.canonical import plain
from rules.errors import RulesError
from rules.ledger import Ledger
from rules.options.condor import LEGS, Leg, LegMarket, payoff, position_greeks, solved_volatilities
from rules.outcomes.valuation import CondorPosition
from rules.planning.inputs import IronCondor, Portfolio
from rules.planning.market import MarketView
from rules.planning.models import CondorSummary


@dataclass(frozen=True, slots=True)
class Book:
    """Totals over the condors. Greeks are None when a condor has no volatility; days are calendar days.

    `max_loss_usd` adds up the condors' own maximum losses, which is what they tie up. `expiry` is the last one.
    """

    condors: list[CondorSummary]
    positions: list[CondorPosition]
    credit_usd: float
    max_loss_usd: float
    expiry: date
    vega_usd: float | None
    delta_usd: float | None
    days_shortest: int
    days_longest: int


def read_book(portfolio: Portfolio, view: MarketView, ledger: Ledger) -> Book:
    """Payoff and Greeks of every condor, recorded. Raises RulesError for a condor that has expired and for a market without SPX."""
    if view.spx is None:
        raise RulesError("market.spx", "is missing beside condors", "add it")
    multiplier = ledger.parameter("spx_option_multiplier_usd_per_index_point")
    summaries, positions = [], []
    for number, condor in enumerate(portfolio.condors, 1):
        expiry = condor.expiry_date(view.as_of)
        days = (expiry - view.as_of).days
        if days < 1:
            raise RulesError(f"portfolio.condors.{number - 1}.expiry", f"{expiry} is not after as_of {view.as_of}", "leave expired condors out")
        prefix = f"condor_{number}."
        values = payoff(condor, ledger, prefix)
        ledger.given(f"{prefix}days_to_expiry", days, "days")
        steps = {"market.spx": view.spx, "market.rate": view.rate, "market.dividend_yield": view.dividend_yield}
        steps |= {f"{prefix}days_to_expiry": days, "days_per_year": view.days_per_year}
        legs = LegMarket(view.spx, days, view.rate, view.dividend_yield, view.days_per_year, steps)
        volatilities = solved_volatilities(condor, legs, ledger, prefix, f"portfolio.condors.{number - 1}.")
        greeks = None
        if volatilities is not None:
            greeks = position_greeks(condor, view.spx, days, volatilities, view.rate, view.dividend_yield, view.days_per_year, multiplier)
            used = {**steps, f"{prefix}implied_volatility": volatilities, f"{prefix}contracts": condor.contracts}
            used |= {f"{prefix}{leg}": getattr(condor, leg) for leg, _, _ in LEGS}
            used["spx_option_multiplier_usd_per_index_point"] = multiplier
            formula = "sum over legs of side * contracts * multiplier * Black-Scholes value"
            ledger.derive(f"{prefix}vega_usd", formula, used, greeks["vega_usd"], "usd_per_vol_point")
            ledger.derive(f"{prefix}delta_usd", formula, used, greeks["delta_usd"], "usd_per_index_point")
        positions.append(_position(f"condor_{number}", condor, values["max_profit_usd"], days, multiplier, volatilities))
        summaries.append(
            CondorSummary(
                expiry=expiry,
                contracts=condor.contracts,
                credit_usd=values["max_profit_usd"],
                max_loss_usd=values["max_loss_usd"],
                break_even_low=values["break_even_low"],
                break_even_high=values["break_even_high"],
                vega_usd=None if greeks is None else greeks["vega_usd"],
                delta_usd=None if greeks is None else greeks["delta_usd"],
            )
        )
    return _totals(summaries, positions, ledger)


def _position(
    name: str, condor: IronCondor, credit_usd: float, days: int, multiplier_usd: float, volatilities: Mapping[Leg, float] | None
) -> CondorPosition:
    legs = tuple((float(getattr(condor, leg)), side, right) for leg, side, right in LEGS)
    smile = None if volatilities is None else tuple(volatilities[leg] for leg, _, _ in LEGS)
    return CondorPosition(name, legs, condor.contracts, credit_usd, days, multiplier_usd, smile)


def _totals(condors: list[CondorSummary], positions: list[CondorPosition], ledger: Ledger) -> Book:
    credit = sum(condor.credit_usd for condor in condors)
    ledger.derive(
        "book.credit_usd",
        "sum of the condors' credits",
        {f"condor_{n}.max_profit_usd": c.credit_usd for n, c in enumerate(condors, 1)},
        credit,
        "usd",
    )
    vega = delta = None
    if all(condor.vega_usd is not None for condor in condors):
        vega = sum(condor.vega_usd or 0.0 for condor in condors)
        delta = sum(condor.delta_usd or 0.0 for condor in condors)
        ledger.derive(
            "book.vega_usd",
            "sum of the condors' vegas",
            {f"condor_{n}.vega_usd": c.vega_usd for n, c in enumerate(condors, 1)},
            vega,
            "usd_per_vol_point",
        )
        ledger.derive(
            "book.delta_usd",
            "sum of the condors' deltas",
            {f"condor_{n}.delta_usd": c.delta_usd for n, c in enumerate(condors, 1)},
            delta,
            "usd_per_index_point",
        )
    losses = {f"condor_{n}.max_loss_usd": c.max_loss_usd for n, c in enumerate(condors, 1)}
    loss = ledger.derive("book.max_loss_usd", "sum of the condors' maximum losses", losses, sum(losses.values()), "usd")
    days = [position.days for position in positions]
    terms = [[p.name, [list(leg) for leg in p.legs], p.contracts, p.credit_usd, p.days, p.volatilities] for p in positions]
    ledger.derive(
        "book.condors", "every condor: legs, contracts, credit, days, volatilities", ledger.cite(under=["condor_"]), plain(terms), "condors"
    )
    return Book(condors, positions, credit, loss, max(c.expiry for c in condors), vega, delta, min(days), max(days))


def planned_hedge_vega(given_usd: float | None, book: Book | None, ledger: Ledger) -> float | None:
    """H in USD per VIX point: as given, or hedge ratio * |vega| * vol points per VIX point; 0 when the book is not short vega.

    None when it has to be given: no volatilities, or a leg so short that gamma dominates.
    """
    if given_usd is not None:
        return float(ledger.given("planned_hedge_vega_usd", given_usd, "usd"))
    return _asked_for("planned_hedge_vega_usd", book, ledger)


def current_need_usd(book: Book | None, ledger: Ledger) -> float | None:
    """What the condors' vega asks for today, USD per VIX point: a report beside the planned hedge vega, which it never lowers.

    None where the vega is not known or means little so close to expiry.
    """
    return _asked_for("current_need_usd_per_vix_point", book, ledger)


def _asked_for(step: str, book: Book | None, ledger: Ledger) -> float | None:
    """Hedge ratio * |vega| * vol points per VIX point, recorded as `step`; None without volatilities or so close to expiry that gamma dominates."""
    if book is None or book.vega_usd is None or book.days_shortest < ledger.parameter("short_leg_min_days"):
        return None
    ratio, mapping = ledger.parameter("hedge_ratio_fraction"), ledger.parameter("vol_per_vix_point")
    used = {"book.vega_usd": book.vega_usd, "hedge_ratio_fraction": ratio, "vol_per_vix_point": mapping}
    formula = "hedge_ratio_fraction * |book.vega_usd| * vol_per_vix_point; 0 when the book is not short vega"
    return float(ledger.derive(step, formula, used, ratio * max(-book.vega_usd, 0.0) * mapping, "usd"))


def book_numbers(book: Book | None) -> dict[str, Any]:
    """The book as a plan shows it; empty and unknown without condors."""
    return {
        "condors": [] if book is None else book.condors,
        "book_vega_usd": None if book is None else book.vega_usd,
        "book_delta_usd": None if book is None else book.delta_usd,
        "credit_usd": None if book is None else book.credit_usd,
    }
