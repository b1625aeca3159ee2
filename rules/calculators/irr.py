"""Internal rate of return of dated cash flows, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, model_validator

from rules.fields import Frozen, unit_field
from rules.finance.returns import IrrStatus, internal_rate, net_flows
from rules.ledger import Ledger

NAME = "irr"
DESCRIPTION = "Annualised internal rate of return of cash flows; null with a reason where there is none, or more than one."
SYNONYMS = ("irr", "internal rate of return", "annualised return", "annualized return")
SOURCES = ("cost-of-capital-check",)
EXAMPLE = {
    "cash_flows_usd": [
        {"day": 0, "amount": -50000},
        {"day": 90, "amount": 20000},
        {"day": 180, "amount": 20000},
        {"day": 270, "amount": 15000},
    ]
}
_MOST_FLOWS = 500


class CashFlow(Frozen):
    """One payment; money that goes out is negative."""

    day: float = unit_field("Calendar day of the payment, counted from any common start", "days", ge=0, le=36525)
    amount: float = unit_field("Amount, negative for money that goes out", "usd", ge=-1e15, le=1e15)


class Input(Frozen):
    """Dated cash flows in any order, or amounts one period apart from day 0 on."""

    cash_flows_usd: list[CashFlow] | None = unit_field(
        "Payments with their day, negative for money that goes out",
        "list",
        synonyms=("cash flows", "cashflows", "flows", "payments"),
        where="your account statement",
        default=None,
        min_length=1,
        max_length=_MOST_FLOWS,
    )
    amounts: list[Annotated[float, Field(ge=-1e15, le=1e15)]] | None = unit_field(
        "Payments one period apart, negative for money that goes out; used with period_days",
        "list",
        synonyms=("amounts",),
        where="your account statement",
        default=None,
        min_length=1,
        max_length=_MOST_FLOWS,
    )
    period_days: float | None = unit_field(
        "Calendar days from one amount to the next", "days", synonyms=("period", "every"), plausible=(1, 366), default=None, gt=0, le=3660
    )

    @model_validator(mode="after")
    def _one_list(self) -> Input:
        if self.cash_flows_usd is None and self.amounts is None:
            raise ValueError("cash_flows_usd is missing without amounts, give one of them")
        if self.cash_flows_usd is not None and self.amounts is not None:
            raise ValueError("cash_flows_usd and amounts exclude each other, give one of them")
        if self.amounts is not None and self.period_days is None:
            raise ValueError("period_days is missing beside amounts, add it")
        if self.amounts is None and self.period_days is not None:
            raise ValueError("period_days belongs to amounts, leave it out beside cash_flows_usd")
        return self


class Result(Frozen):
    """The yearly rate, a fraction, or null with the reason in words.

    `rates_fraction` lists every rate above -100 % that brings the net present value to zero, ascending; the
    rate is given only where it is the one (`ok`) or all is lost (`total_loss`). Where money comes in first the rate is what
    the financing costs, not what it earns: the reason says so.
    """

    irr_fraction: float | None
    status: IrrStatus
    reason: str
    rates_fraction: list[float]


def calculate(inputs: Input, ledger: Ledger) -> Result:
    """Net present value zero at ACT/365 (textbook, for example Brealey and Myers); several rates or none are said, never chosen from."""
    year = ledger.parameter("days_per_year")
    used: dict[str, Any] = {}
    if inputs.cash_flows_usd is not None:
        flows = [(flow.day, flow.amount) for flow in inputs.cash_flows_usd]
        used["cash_flows_usd"] = ledger.given("cash_flows_usd", [{"day": day, "amount": amount} for day, amount in flows], "list")
    else:
        assert inputs.amounts is not None and inputs.period_days is not None, "the validator asks for them"
        flows = [(number * inputs.period_days, amount) for number, amount in enumerate(inputs.amounts)]
        used["amounts"] = ledger.given("amounts", inputs.amounts, "list")
        used["period_days"] = ledger.given("period_days", inputs.period_days, "days")
    net = [{"day": day, "amount": amount} for day, amount in net_flows(flows)]
    ledger.derive("net_flows_usd", "by day, amounts of the same day added", used, net, "list")
    found = internal_rate(flows, year)
    resting = {"net_flows_usd": net, "days_per_year": year}
    formula = "every r above -1 with sum(amount / (1 + r)^(day / days_per_year)) = 0"
    rates = ledger.derive("rates_fraction", formula, resting, list(found.rates), "fractions")
    reason = found.reason
    if found.status == "ok" and next(flow["amount"] for flow in net if flow["amount"]) > 0:
        reason += "; money comes in first, so it is what the financing costs, not what it earns"
    ledger.derive("irr_fraction", reason, {"rates_fraction": rates, "net_flows_usd": net}, found.rate, "fraction")
    return Result(irr_fraction=found.rate, status=found.status, reason=reason, rates_fraction=rates)


def needed_beside(given: Mapping[str, Any]) -> tuple[str, ...]:
    """Dated cash flows unless amounts are given, and then the days between them."""
    return ("period_days",) if "amounts" in given else ("cash_flows_usd",)
