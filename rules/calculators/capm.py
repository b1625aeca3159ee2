"""Expected return by the capital asset pricing model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import model_validator

from rules.common_fields import RISK_FREE_WORDS
from rules.fields import Frozen, unit_field
from rules.finance import rates as finance
from rules.ledger import Ledger

NAME = "capm"
DESCRIPTION = "Expected return rf + beta * (market return - rf), or rf + beta * equity risk premium."
SYNONYMS = ("capm", "capital asset pricing model", "expected return", "cost of equity")
SOURCES = ("call-layer",)
EXAMPLE = {"risk_free_fraction": 0.045, "beta": 1.2, "market_return_fraction": 0.10}


class Input(Frozen):
    """Yearly rates as fractions; exactly one of market return and premium."""

    risk_free_fraction: float = unit_field(
        "Risk-free rate a year",
        "fraction",
        synonyms=RISK_FREE_WORDS,
        plausible=(-0.02, 0.2),
        where="Treasury bill yields",
        gt=-1,
        lt=1,
    )
    beta: float = unit_field(
        "Beta to the market", "ratio", synonyms=("beta", "b", "β"), plausible=(-5.0, 5.0), where="a regression on the index, or a data vendor"
    )
    market_return_fraction: float | None = unit_field(
        "Expected market return a year",
        "fraction",
        synonyms=("market return", "mkt", "mkt return", "market expected to return", "expected market return", "market", "rm", "index return"),
        plausible=(-0.2, 0.4),
        where="your own forecast",
        default=None,
        gt=-1,
        lt=1,
    )
    equity_risk_premium_fraction: float | None = unit_field(
        "Equity risk premium a year",
        "fraction",
        synonyms=(
            "equity risk premium",
            "erp",
            "market premium",
            "risk premium",
            "market risk premium",
            "mrp",
            "emrp",
            "rp",
            "equity premium",
            "premium",
            "excess return",
            "market excess return",
        ),
        plausible=(0.0, 0.2),
        where="your own forecast",
        default=None,
        gt=-1,
        lt=1,
    )

    @model_validator(mode="after")
    def _one_premium(self) -> Input:
        if (self.market_return_fraction is None) == (self.equity_risk_premium_fraction is None):
            raise ValueError("needs exactly one of market_return_fraction and equity_risk_premium_fraction, give one of them")
        return self


class Result(Frozen):
    """The expected return, a fraction a year."""

    expected_return_fraction: float


def calculate(inputs: Input, ledger: Ledger) -> Result:
    """rf + beta * premium; the premium is the market return less rf unless it is given."""
    risk_free = ledger.given("risk_free_fraction", inputs.risk_free_fraction, "fraction")
    beta = ledger.given("beta", inputs.beta, "ratio")
    if inputs.market_return_fraction is not None:
        market = ledger.given("market_return_fraction", inputs.market_return_fraction, "fraction")
        premium = ledger.derive(
            "equity_risk_premium_fraction",
            "market_return_fraction - risk_free_fraction",
            {"market_return_fraction": market, "risk_free_fraction": risk_free},
            market - risk_free,
            "fraction",
        )
    else:
        premium = ledger.given("equity_risk_premium_fraction", inputs.equity_risk_premium_fraction, "fraction")
    used = {"risk_free_fraction": risk_free, "beta": beta, "equity_risk_premium_fraction": premium}
    formula = "risk_free_fraction + beta * equity_risk_premium_fraction"
    return Result(
        expected_return_fraction=ledger.derive("expected_return_fraction", formula, used, finance.capm(risk_free, beta, premium), "fraction")
    )


def needed_beside(given: Mapping[str, Any]) -> tuple[str, ...]:
    """The market return, unless the premium stands in for it."""
    return () if "equity_risk_premium_fraction" in given else ("market_return_fraction",)
