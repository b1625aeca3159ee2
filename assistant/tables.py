"""Calculations as rows and lines of text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.plan_parts import part_lines
from rules.reports.report import DISCLAIMER, flatten, format_number, unit_of

Table = tuple[str, tuple[str, ...], list[tuple[str, ...]]]


def tables_of(calculation: Mapping[str, Any]) -> list[Table]:
    """Tables (title, columns, rows) of a calculation: a plan's orders and layers, or a result; then the receipt."""
    result = calculation["result"]
    tables = _plan_tables(result) if calculation["name"] == "plan-hedge" else [("Result", ("name", "value"), _result_rows(result))]
    receipt = [(name, format_number(value, unit_of(name))) for name, value in calculation["receipt"].items() if name != "assumptions"]
    return [*tables, ("Receipt", ("what", "value"), receipt)]


def calculation_text(calculation: Mapping[str, Any]) -> str:
    """A calculation in lines: a plan's summary with what fails and what is open, or a result; what it assumes; the disclaimer."""
    result = calculation["result"]
    lines = (
        plan_lines(result) if calculation["name"] == "plan-hedge" else [f"{calculation['name']}:", *(": ".join(row) for row in _result_rows(result))]
    )
    assumed = [f"Assumed: {entry['id']} = {_shown(entry)}. {entry['note']}" for entry in calculation["assumptions"]]
    return "\n".join([*lines, *assumed, DISCLAIMER])


def plan_lines(plan: Mapping[str, Any]) -> list[str]:
    """A plan in short: what is done today, which checks fail, what could not be sized, what to keep in mind."""
    failed = [f"Check {check['id']} fails: {check['reason']}." for check in plan["checks"] if check["state"] == "fail"]
    open_parts = [f"Not sized, {layer['name']}: {layer['reason']}." for layer in plan["layers"] if layer["state"] == "blocked"]
    return [_headline(plan), *failed, *open_parts, *plan["notes"]]


def plan_digest(plan: Mapping[str, Any]) -> list[str]:
    """A plan in lines, one an order, layer and check; what it holds besides is left to its tables and steps."""
    orders = [f"Order of {line}" for line in part_lines(plan, "orders")] if plan["orders"] else []
    checks = [f"Check {line}" for line in part_lines(plan, "checks")]
    lines = [_headline(plan), *orders, *part_lines(plan, "layers"), *checks]
    lines += [f"{title}: {value}" for title, value in _summary_rows(plan) if title.endswith("_usd") and value not in ("none", "-")]
    return [*lines, *plan["notes"]]


def _headline(plan: Mapping[str, Any]) -> str:
    return f"Plan of {plan['planned_on']}, stage {plan['stage']}: {plan['summary']}."


def _shown(entry: Mapping[str, Any]) -> str:
    return "a table" if entry["unit"] == "table" else format_number(entry["value"], entry["unit"])


def _result_rows(result: Mapping[str, Any]) -> list[tuple[str, ...]]:
    return [(name, format_number(value, unit_of(name))) for name, value in flatten(result) if value is not None]


def _plan_tables(plan: Mapping[str, Any]) -> list[Table]:
    layers: list[tuple[str, ...]] = [
        (
            str(layer["layer"]),
            layer["name"],
            str(layer["quantity"]),
            _money(layer["exposure_usd_per_vix_point"]),
            f"{layer['share_fraction']:.1%}",
            _money(layer["hedge_cost_usd"]),
            _money(layer["max_profit_after_usd"]),
            layer["state"],
            layer["reason"],
        )
        for layer in plan["layers"]
    ]
    orders: list[tuple[str, ...]] = [(order["on"], order["side"], str(order["quantity"]), order["name"], order["reason"]) for order in plan["orders"]]
    return [
        ("Plan", ("what", "value"), _summary_rows(plan)),
        ("Orders today", ("on", "side", "quantity", "instrument", "reason"), orders or [("-", "-", "-", "none", plan["summary"])]),
        ("Layers", ("layer", "instrument", "quantity", "USD per VIX point", "share", "cost so far", "profit left", "state", "reason"), layers),
        ("Ways to fill layer 1", ("choice", "fits", "contracts", "reason"), _alternative_rows(plan["alternatives"])),
        ("Checks", ("check", "state", "reason"), [(check["id"], check["state"], check["reason"]) for check in plan["checks"]]),
        ("Notes", ("note",), [(note,) for note in plan["notes"]]),
    ]


def _summary_rows(plan: Mapping[str, Any]) -> list[tuple[str, ...]]:
    names = ("planned_on", "stage", "summary", "planned_hedge_vega_usd", "book_vega_usd", "book_delta_usd", "credit_usd")
    return [(name, format_number(plan[name], unit_of(name))) for name in names]


def _alternative_rows(alternatives: Sequence[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    return [
        (
            entry["choice"] + (" (chosen)" if entry["chosen"] else ""),
            "yes" if entry["feasible"] else "no",
            format_number(entry["contracts_best"]),
            entry["reason"],
        )
        for entry in alternatives
    ]


def _money(value: float | None) -> str:
    return "-" if value is None else f"{value:,.2f}"
