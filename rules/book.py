"""The condor book of a plan: credit, Greeks, and the hedge vega planned for it."""

from __future__ import annotations

from dataclasses import dataclass

from rules.condor import payoff, position_greeks
from rules.errors import RulesError
from rules.inputs import Portfolio
from rules.ledger import Ledger
from rules.market import MarketView
from rules.plan_models import CondorSummary


@dataclass(frozen=True, slots=True)
class Book:
    """Totals over the condors. Greeks are None when a condor has no volatility; days are calendar days."""

    condors: list[CondorSummary]
    credit_usd: float
    max_loss_usd: float
    vega_usd: float | None
    delta_usd: float | None
    days_shortest: int
    days_longest: int


def read_book(portfolio: Portfolio, view: MarketView, ledger: Ledger) -> Book:
    """Payoff and Greeks of every condor, recorded. Raises RulesError for a condor that has expired."""
    multiplier = ledger.parameter("spx_option_multiplier_usd_per_index_point")
    summaries, days_all = [], []
    for number, condor in enumerate(portfolio.condors, 1):
        expiry = condor.expiry_date(view.as_of)
        days = (expiry - view.as_of).days
        if days < 1:
            raise RulesError(f"portfolio.condors.{number - 1}.expiry", f"{expiry} is not after as_of {view.as_of}", "leave expired condors out")
        prefix = f"condor_{number}."
        values = payoff(condor, ledger, prefix)
        ledger.given(f"{prefix}days_to_expiry", days, "days")
        volatilities = condor.leg_volatilities()
        greeks = None
        if volatilities is not None:
            greeks = position_greeks(condor, view.spx, days, volatilities, view.rate, view.dividend_yield, view.days_per_year, multiplier)
            ledger.given(f"{prefix}implied_volatility", volatilities, "fraction")
            used = {"market.spx": view.spx, "market.rate": view.rate, "market.dividend_yield": view.dividend_yield}
            used |= {f"{prefix}days_to_expiry": days, f"{prefix}implied_volatility": volatilities}  # type: ignore[dict-item]
            formula = "sum over legs of side * contracts * multiplier * Black-Scholes value"
            ledger.derive(f"{prefix}vega_usd", formula, used, greeks["vega_usd"], "usd_per_vol_point")
            ledger.derive(f"{prefix}delta_usd", formula, used, greeks["delta_usd"], "usd_per_index_point")
        days_all.append(days)
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
    return _totals(summaries, days_all, ledger)


def _totals(condors: list[CondorSummary], days: list[int], ledger: Ledger) -> Book:
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
    return Book(condors, credit, sum(condor.max_loss_usd for condor in condors), vega, delta, min(days), max(days))


def planned_hedge_vega(given_usd: float | None, book: Book | None, ledger: Ledger) -> float | None:
    """H in USD per VIX point: as given, or hedge ratio * |vega| * vol points per VIX point; 0 when the book is not short vega.

    None when it has to be given: no volatilities, or a leg so short that gamma dominates.
    """
    if given_usd is not None:
        return float(ledger.given("planned_hedge_vega_usd", given_usd, "usd"))
    if book is None or book.vega_usd is None or book.days_shortest < ledger.parameter("short_leg_min_days"):
        return None
    ratio, mapping = ledger.parameter("hedge_ratio_fraction"), ledger.parameter("vol_per_vix_point")
    planned = ratio * max(-book.vega_usd, 0.0) * mapping
    used = {"book.vega_usd": book.vega_usd, "hedge_ratio_fraction": ratio, "vol_per_vix_point": mapping}
    formula = "hedge_ratio_fraction * |book.vega_usd| * vol_per_vix_point; 0 when the book is not short vega"
    return float(ledger.derive("planned_hedge_vega_usd", formula, used, planned, "usd"))
