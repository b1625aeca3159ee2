"""Every calculator by name: the one list that the command line, forms and chat read."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Protocol, cast

from rules.errors import RulesError
from rules.ledger import Ledger

MODULES: Mapping[str, str] = {
    "layer-split": "One planned hedge vega split into futures, call tranches and ETFs",
    "instrument-vega": "USD per VIX point of a future, a VIX call or a fund share",
    "option-price": "Price and Greeks of a European option",
    "implied-volatility": "Volatility that the price of an option implies",
    "iron-condor": "Payoff, break-evens and Greeks of a short iron condor",
    "conversion": "Put-call parity on quotes, and the edge of a conversion and a reversal",
    "vix-expiry": "Settlement dates of VIX futures and options",
    "wacc": "Weighted average cost of capital",
    "capm": "Expected return by CAPM",
    "irr": "Internal rate of return of cash flows",
    "capital-cost": "Cost of capital after each layer, with carry apart",
    "etf-tracking": "How a VIX fund departs from its multiple of the futures",
    "next-step": "The next step of a layered hedge",
    "rsi": "Relative strength index of closes",
    "macd": "MACD of closes or of the 30-day constant maturity of VX futures",
    "advance-decline": "Advance-decline line, and whether it is weak",
    "capm-levels": "Index levels from CAPM and implied volatility",
    "macro-signal": "CPI against PPI and FOMC surprises",
    "break-even": "Break-evens of a condor alone and after each hedge",
    "scenarios": "P/L, return and IRR over shocks of SPX and the VIX",
    "plan-hedge": "A layered hedge plan for a condor book",
}


class Calculator(Protocol):
    """What a calculator module offers; `SOURCES` are the ids of the articles that explain it."""

    NAME: str
    DESCRIPTION: str
    SYNONYMS: tuple[str, ...]
    SOURCES: tuple[str, ...]
    EXAMPLE: Mapping[str, Any]
    Input: type[Any]
    Result: type[Any]

    @staticmethod
    def calculate(inputs: Any, ledger: Ledger) -> Any:
        """The result for validated inputs; every step goes through the ledger."""


def calculator(name: str) -> Calculator:
    """The module of a calculator. Raises RulesError for an unknown name, with the nearest known one."""
    if name not in MODULES:
        from difflib import get_close_matches

        near = get_close_matches(name, MODULES, n=1)
        remedy = f"did you mean {near[0]}?" if near else f"use one of {', '.join(MODULES)}"
        raise RulesError("calculator", f"{name!r} is not known", remedy)
    return cast("Calculator", import_module(f"rules.calculators.{name.replace('-', '_')}"))
