"""Inputs that several calculators share, described once."""

from typing import Any

from rules.fields import unit_field

RISK_FREE_WORDS = (
    "risk free", "risk-free", "riskfree", "risk free rate", "rf", "r_f", "tbills", "t-bills", "t-bill", "t bill", "t bills", "tbill", "bill", "bills",
    "treasury bill", "treasury bills", "treasury", "treasuries", "riskless", "riskless rate",
)  # fmt: skip
"""What traders call the risk-free rate."""
SMALL_RATE: dict[str, Any] = {"gt": -1, "lt": 1}
"""Yearly rates lie below 100 %: 4.5 is a percentage typed where a fraction belongs."""


def rate_field() -> Any:
    """Interest rate a year, a fraction; the parameter stands in for it."""
    return unit_field(
        "Interest rate a year",
        "fraction",
        synonyms=(
            "rate",
            "money at",
            "money",
            "money costs",
            "rates",
            "r",
            "interest",
            "interest rate",
            "funding",
            "funding rate",
            "discounting",
            "discounting at",
            "discounted at",
            "discount rate",
            "risk free",
            "risk-free",
            "riskfree",
            "risk free rate",
            "rf",
        ),
        zero=("zero rates", "zero rate", "zero interest", "no interest", "rates at zero", "rate at zero", "rates zero", "rate zero", "rate is zero"),
        plausible=(-0.02, 0.2),
        parameter="rate_fraction",
        default=None,
        **SMALL_RATE,
    )


def dividend_yield_field() -> Any:
    """Dividend yield of the S&P 500 a year, a fraction; the parameter stands in for it."""
    return unit_field(
        "Dividend yield of the S&P 500 a year",
        "fraction",
        synonyms=("dividend yield", "yield", "q", "dividend", "div yield", "dy", "d/y", "dividends", "div", "divs", "yld"),
        zero=("no dividends", "no dividend", "zero dividends", "zero dividend", "without dividends", "no divs", "no div", "no yield"),
        plausible=(0.0, 0.1),
        parameter="dividend_yield_fraction",
        default=None,
        **SMALL_RATE,
    )


def cost_of_debt_field() -> Any:
    """Cost of debt a year before tax, a fraction."""
    return unit_field(
        "Cost of debt a year, before tax",
        "fraction",
        synonyms=("cost of debt", "cod", "kd", "debt", "debt costs", "borrow", "borrowing cost", "margin rate", "rd", "dept", "d"),
        follows="debt_usd",
        plausible=(0.0, 0.3),
        where="your broker's margin rate",
        **SMALL_RATE,
    )


def tax_rate_field() -> Any:
    """Tax rate, a fraction; the parameter stands in for it."""
    return unit_field(
        "Tax rate",
        "fraction",
        synonyms=("tax", "tax rate", "taxes", "taxed at", "taxed", "t"),
        zero=(
            "no tax",
            "no taxes",
            "tax free",
            "tax-free",
            "without tax",
            "untaxed",
            "zero tax",
            "tax is zero",
            "tax zero",
            "tax of zero",
            "tax is nil",
        ),
        plausible=(0.0, 0.6),
        where="your tax return",
        parameter="tax_rate_fraction",
        default=None,
        ge=0,
        lt=1,
    )
