"""Index levels from CAPM and implied volatility."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rules.finance.rates import capm
from rules.ledger import Ledger
from rules.signals.series import CapmTerms


def scaled_premium(premium: float, vix: float, vix_reference: float) -> float:
    """Equity risk premium at a level of the VIX: premium * (VIX / reference)^2, as a premium proportional to variance (Merton 1980)."""
    return premium * (vix / vix_reference) ** 2


def level(spot: float, mean: float, volatility: float, years: float, z: float) -> float:
    """S exp((mu - s^2 / 2) t - z s sqrt(t)): the price of a lognormal index that lies `z` standard deviations below its median.

    `mean` and `volatility` are fractions a year; a negative `z` gives the level above. Raises OverflowError for a
    level that no number holds.
    """
    return spot * math.exp((mean - volatility**2 / 2) * years - z * volatility * math.sqrt(years))


@dataclass(frozen=True, slots=True)
class LevelPair:
    """Two levels at the same distance from the median: index points."""

    z: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Levels:
    """The levels of one anchor, and the two parts of the way to the first lower one, as fractions of the anchor's logarithm."""

    pairs: list[LevelPair]
    drift_fraction: float
    volatility_fraction: float


def distances(terms: CapmTerms, ledger: Ledger, prefix: str = "") -> list[float]:
    """The distances asked for, or the one that triggers and the one that is shown."""
    if terms.z is None:
        trigger, shown = ledger.parameter("capm_trigger_z"), ledger.parameter("capm_shown_z")
        found = [trigger] if trigger == shown else [trigger, shown]
        return [
            float(ledger.derive(f"{prefix}z.{number}", name, {name: value}, value, "z_score"))
            for number, (name, value) in enumerate(zip(("capm_trigger_z", "capm_shown_z"), found, strict=False), 1)
        ]
    asked = terms.z if isinstance(terms.z, list) else [terms.z]
    return [float(ledger.given(f"{prefix}z.{number}", value, "z_score")) for number, value in enumerate(asked, 1)]


def read_levels(terms: CapmTerms, spot: float, volatility: float, horizon_days: int, ledger: Ledger, prefix: str = "", at: str = "") -> Levels:
    """Levels of one anchor, every part recorded.

    The caller has recorded `{prefix}{at}spot`, `{prefix}{at}implied_volatility` and `{prefix}horizon_days`; `at` names the
    anchor where a calculation has several. The mean is rf + beta * premium (CAPM, Sharpe 1964).
    """
    risk_free = ledger.given(f"{prefix}risk_free_fraction", terms.risk_free_fraction, "fraction")
    beta = ledger.resolve(f"{prefix}beta", terms.beta, "capm_beta", "ratio")
    anchor = f"{prefix}{at}"
    premium = _premium(terms, volatility, ledger, prefix, anchor)
    used = {f"{prefix}risk_free_fraction": risk_free, f"{prefix}beta": beta, f"{anchor}premium_fraction": premium}
    formula = "risk_free_fraction + beta * premium_fraction"
    mean = ledger.derive(f"{anchor}mean_return_fraction", formula, used, capm(risk_free, beta, premium), "fraction")
    year = ledger.parameter("trading_days_per_year")
    known = {f"{prefix}horizon_days": horizon_days, "trading_days_per_year": year}
    years = ledger.derive(f"{anchor}years", "horizon_days / trading_days_per_year", known, horizon_days / year, "years")
    moving = {f"{anchor}mean_return_fraction": mean, f"{anchor}implied_volatility": volatility, f"{anchor}years": years}
    drift = ledger.derive(f"{anchor}drift_fraction", "(mean - s^2 / 2) * years", moving, (mean - volatility**2 / 2) * years, "fraction")
    pairs = []
    for number, z in enumerate(distances(terms, ledger, prefix), 1):
        inputs = {f"{anchor}spot": spot, **moving, f"{prefix}z.{number}": z}
        ends = {"lower": level(spot, mean, volatility, years, z), "upper": level(spot, mean, volatility, years, -z)}
        for end, value in ends.items():
            sign = "-" if end == "lower" else "+"
            text = f"spot * exp((mean - s^2 / 2) * years {sign} z * s * sqrt(years))"
            ledger.derive(f"{anchor}{end}_index_points.{number}", text, inputs, value, "index_points")
        pairs.append(LevelPair(z, ends["lower"], ends["upper"]))
    spread = pairs[0].z * volatility * math.sqrt(years)
    spreading = {f"{anchor}implied_volatility": volatility, f"{anchor}years": years, f"{prefix}z.1": pairs[0].z}
    ledger.derive(f"{anchor}volatility_fraction", "z * s * sqrt(years)", spreading, spread, "fraction")
    return Levels(pairs, drift, spread)


def mean_return(terms: CapmTerms, volatility: float, ledger: Ledger) -> float:
    """rf + beta * premium at one volatility, without steps of its own."""
    beta = ledger.parameter("capm_beta") if terms.beta is None else terms.beta
    premium = terms.equity_risk_premium_fraction
    if premium is None:
        base, reference = ledger.parameter("equity_risk_premium_fraction"), ledger.parameter("capm_vix_reference_vix_points")
        premium = scaled_premium(base, 100 * volatility, reference)
    return capm(terms.risk_free_fraction, beta, premium)


def _premium(terms: CapmTerms, volatility: float, ledger: Ledger, prefix: str, anchor: str) -> float:
    """The premium that was given, or the parameter scaled by the VIX of the anchor."""
    name = f"{anchor}premium_fraction"
    if terms.equity_risk_premium_fraction is not None:
        given = ledger.given(f"{prefix}equity_risk_premium_given_fraction", terms.equity_risk_premium_fraction, "fraction")
        return float(ledger.derive(name, "as given", {f"{prefix}equity_risk_premium_given_fraction": given}, given, "fraction"))
    base, reference = ledger.parameter("equity_risk_premium_fraction"), ledger.parameter("capm_vix_reference_vix_points")
    vix = ledger.derive(f"{anchor}vix", "100 * implied_volatility", {f"{anchor}implied_volatility": volatility}, 100 * volatility, "vix_points")
    used = {"equity_risk_premium_fraction": base, f"{anchor}vix": vix, "capm_vix_reference_vix_points": reference}
    formula = "equity_risk_premium_fraction * (vix / capm_vix_reference_vix_points)^2"
    return float(ledger.derive(name, formula, used, scaled_premium(base, vix, reference), "fraction"))
