"""The ALVH method as arithmetic: parameters with their basis, calculators, and hedge plans that explain themselves.

    from rules import plan_hedge

    planned = plan_hedge("2026-05-08", {"condors": [...]}, market={...}, signals={"macd": "pass"})
    planned.plan.orders, planned.explain()

The package reads no clock, draws no random number and touches no file except through
`rules.parameters.load_parameters` and the command line in `rules.__main__`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rules.api import PlannedHedge, plan_hedge
    from rules.engine import Calculation, run
    from rules.errors import RulesError
    from rules.parameters import Parameters, load_parameters
    from rules.planning.inputs import Market, Portfolio, Signals
    from rules.planning.models import HedgePlan

__version__ = "0.1.0"
__all__ = [
    "Calculation",
    "HedgePlan",
    "Market",
    "Parameters",
    "PlannedHedge",
    "Portfolio",
    "RulesError",
    "Signals",
    "__version__",
    "load_parameters",
    "plan_hedge",
    "run",
]
_HOMES = {
    "rules.api": ("PlannedHedge", "plan_hedge"),
    "rules.engine": ("Calculation", "run"),
    "rules.errors": ("RulesError",),
    "rules.planning.inputs": ("Market", "Portfolio", "Signals"),
    "rules.parameters": ("Parameters", "load_parameters"),
    "rules.planning.models": ("HedgePlan",),
}


def __getattr__(name: str) -> Any:
    """A public name, loaded when it is first asked for: importing the package alone costs nothing."""
    for home, names in _HOMES.items():
        if name in names:
            from importlib import import_module

            return getattr(import_module(home), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
