"""Cost of capital and expected return."""

from __future__ import annotations

import math


def wacc(equity_usd: float, debt_usd: float, cost_of_equity: float, cost_of_debt: float, tax_rate: float) -> float:
    """Weighted average cost of capital E/V ke + D/V kd (1 - t), V = E + D; kd is before tax. All rates are fractions."""
    value = equity_usd + debt_usd
    if not math.isfinite(value):
        raise OverflowError("the capital is too large to add up")
    return equity_usd / value * cost_of_equity + debt_usd / value * cost_of_debt * (1.0 - tax_rate)


def capm(risk_free: float, beta: float, equity_risk_premium: float) -> float:
    """Expected return rf + beta * premium (Sharpe 1964). All are fractions a year."""
    return risk_free + beta * equity_risk_premium
