"""Index levels from CAPM and implied volatility."""

from __future__ import annotations

from rules.fields import Frozen
from rules.ledger import Ledger
from rules.reports.report import format_number
from rules.signals.levels import Levels, read_levels
from rules.signals.series import CapmSpot

NAME = "capm-levels"
DESCRIPTION = "Levels below and above an index at z standard deviations, the drift from CAPM and the spread from implied volatility."
SYNONYMS = ("capm levels", "capm-levels", "capm level", "key levels")
SOURCES = ("call-layer",)
EXAMPLE = {"spot": 6000, "implied_volatility": 0.18, "horizon_days": 10, "risk_free_fraction": 0.045}

Input = CapmSpot


class Level(Frozen):
    """Levels at one distance."""

    z: float
    lower_index_points: float
    upper_index_points: float


class Result(Frozen):
    """Levels of the first distance, and of all. The two fractions are the parts of the way to the first, as logarithms."""

    lower_index_points: float
    upper_index_points: float
    levels: list[Level]
    drift_fraction: float
    volatility_fraction: float
    volatility_share_fraction: float
    note: str


def calculate(inputs: CapmSpot, ledger: Ledger) -> Result:
    """See `rules.signals.levels.read_levels`."""
    spot = ledger.given("spot", inputs.spot, "index_points")
    volatility = ledger.given("implied_volatility", inputs.implied_volatility, "fraction")
    horizon = ledger.given("horizon_days", inputs.horizon_days, "trading_days")
    found = read_levels(inputs, spot, volatility, horizon, ledger)
    levels = [Level(z=pair.z, lower_index_points=pair.lower, upper_index_points=pair.upper) for pair in found.pairs]
    share = _volatility_share(found, ledger)
    return Result(
        lower_index_points=levels[0].lower_index_points,
        upper_index_points=levels[0].upper_index_points,
        levels=levels,
        drift_fraction=found.drift_fraction,
        volatility_fraction=found.volatility_fraction,
        volatility_share_fraction=share,
        note=f"volatility does {format_number(100 * share)} % of the work in the first level, the CAPM drift the rest",
    )


def _volatility_share(found: Levels, ledger: Ledger) -> float:
    """How much of the two parts' sizes the volatility is."""
    used = {"volatility_fraction": found.volatility_fraction, "drift_fraction": found.drift_fraction}
    share = found.volatility_fraction / (found.volatility_fraction + abs(found.drift_fraction))
    formula = "volatility_fraction / (volatility_fraction + |drift_fraction|)"
    return float(ledger.derive("volatility_share_fraction", formula, used, share, "fraction"))
