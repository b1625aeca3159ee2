"""Weighted average cost of capital of a position financed with equity and debt."""

from __future__ import annotations

from pydantic import model_validator

from rules.common_fields import cost_of_debt_field, tax_rate_field
from rules.fields import Frozen, unit_field
from rules.finance import rates as finance
from rules.ledger import Ledger

NAME = "wacc"
DESCRIPTION = "Weighted average cost of capital: E/V * ke + D/V * kd * (1 - tax)."
SYNONYMS = ("wacc", "weighted average cost of capital", "cost of capital")
SOURCES = ("cost-of-capital-check",)
EXAMPLE = {"equity_usd": 80000, "debt_usd": 20000, "cost_of_equity_fraction": 0.10, "cost_of_debt_fraction": 0.06, "tax_rate_fraction": 0.25}


class Input(Frozen):
    """Amounts in USD and yearly rates as fractions; the cost of debt is before tax."""

    equity_usd: float = unit_field(
        "Equity in the position",
        "usd",
        synonyms=("equity", "own money", "own cash", "cash", "own capital", "my own", "e"),
        where="your account statement",
        ge=0,
    )
    debt_usd: float = unit_field(
        "Debt in the position",
        "usd",
        synonyms=("debt", "loan", "borrowed", "borrowing", "borrow", "dept", "d"),
        zero=("no debt", "zero debt", "without debt", "debt free", "no borrowing"),
        where="your account statement",
        ge=0,
    )
    cost_of_equity_fraction: float = unit_field(
        "Cost of equity a year",
        "fraction",
        synonyms=("cost of equity", "coe", "ke", "re", "equity", "equity costs"),
        plausible=(0.0, 0.5),
        where="for example from CAPM",
        follows="equity_usd",
        gt=-1,
        lt=1,
    )
    cost_of_debt_fraction: float = cost_of_debt_field()
    tax_rate_fraction: float | None = tax_rate_field()

    @model_validator(mode="after")
    def _has_capital(self) -> Input:
        if self.equity_usd + self.debt_usd <= 0:
            raise ValueError("equity_usd and debt_usd are both 0, give at least one amount above 0")
        return self


class Result(Frozen):
    """The weighted average cost of capital, a fraction a year."""

    wacc_fraction: float


def calculate(inputs: Input, ledger: Ledger) -> Result:
    """E/V ke + D/V kd (1 - t); formula as taught, for example https://www.financialmodeling.tech/learnings/wacc."""
    given = {
        "equity_usd": ledger.given("equity_usd", inputs.equity_usd, "usd"),
        "debt_usd": ledger.given("debt_usd", inputs.debt_usd, "usd"),
        "cost_of_equity_fraction": ledger.given("cost_of_equity_fraction", inputs.cost_of_equity_fraction, "fraction"),
        "cost_of_debt_fraction": ledger.given("cost_of_debt_fraction", inputs.cost_of_debt_fraction, "fraction"),
    }
    tax = inputs.tax_rate_fraction
    given["tax_rate_fraction"] = ledger.parameter("tax_rate_fraction") if tax is None else ledger.given("tax_rate_fraction", tax, "fraction")
    value = finance.wacc(*given.values())
    formula = "equity / (equity + debt) * cost_of_equity + debt / (equity + debt) * cost_of_debt * (1 - tax_rate)"
    return Result(wacc_fraction=ledger.derive("wacc_fraction", formula, given, value, "fraction"))
