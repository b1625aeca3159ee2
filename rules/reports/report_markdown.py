"""A calculation as a worked example that a trader can check by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rules.ledger import IN_ITS_STEP
from rules.reports.report import (
    DISCLAIMER,
    as_rows,
    basis_in_words,
    in_words,
    named_value,
    override_warning,
    plain_number,
    sections,
)
from rules.reports.report_table import PLAN_PARTS, alternative_rows, check_rows, is_plan, layer_rows, order_rows, signal_rows
from rules.reports.substitution import with_numbers


def markdown(calculation: Mapping[str, Any]) -> str:
    """Inputs, what the method states, assumptions, steps with their numbers put in, result, receipt; a plan, of hundreds of steps, begins with its result."""
    steps = calculation["steps"]
    lines = [f"# {calculation['name']}", "", *(f"**{warning}**\n" for warning in override_warning(calculation))]
    lines += _plan_result(calculation["result"]) if is_plan(calculation) else []
    lines += _section("Inputs", [step for step in steps if step["basis"] == "input"], _valued)
    lines += _section("What the method and the exchanges state", [step for step in steps if step["basis"] in ("stated", "contract")], _with_basis)
    lines += _section(
        "Assumptions", [step for step in steps if step["basis"] in ("assumed", "estimated") and step["formula"] == "parameter"], _with_basis
    )
    lines += _steps([step for step in steps if step["formula"] not in ("given", "parameter")])
    lines += [] if is_plan(calculation) else _result("Result", calculation["result"])
    receipt = [f"- {name}: {_receipt_value(value)}" for name, value in calculation["receipt"].items() if name != "assumptions"]
    return "\n".join([*lines, "## Receipt", "", *receipt, "", DISCLAIMER])


def worked_step(step: Mapping[str, Any]) -> list[str]:
    """A step as lines: what it is, the formula in words, the formula with the numbers put in."""
    lines = [f"**{step['name']}** = {in_words(step['value'], step['unit'])}", f"formula: {step['formula']}"]
    numbers = with_numbers(step["formula"], step["inputs"], step["value"], plain_number)
    if numbers is not None:
        lines.append(f"numbers: {numbers} = {in_words(step['value'], step['unit'])}")
    elif step["inputs"]:
        lines.append("numbers: " + "; ".join(f"{name} = {short(value)}" for name, value in step["inputs"].items()))
    return lines


def markdown_table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of text, the first of them the heading, as a Markdown table."""
    heading, *rest = rows
    cells = [_row(heading), "|" + "---|" * len(heading), *(_row(row) for row in rest)]
    return [*cells, ""]


def _row(row: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"


def _section(title: str, steps: Sequence[Mapping[str, Any]], write: Any) -> list[str]:
    return [f"## {title}", "", *(f"- {write(step)}" for step in steps), ""] if steps else []


def _valued(step: Mapping[str, Any]) -> str:
    return f"{step['name']} = {in_words(step['value'], step['unit'])}"


def _with_basis(step: Mapping[str, Any]) -> str:
    note = "" if step["note"] is None or step["reference"] is None else f" ({step['note']})"
    return f"{_valued(step)}: {basis_in_words(step)}{note}"


def _steps(steps: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = ["## Steps", ""] if steps else []
    for number, step in enumerate(steps, 1):
        first, *rest = worked_step(step)
        lines += [f"{number}. {first}", *(f"   - {line}" for line in rest), f"   - basis: {basis_in_words(step)}"]
    return [*lines, ""] if steps else []


def _plan_result(plan: Mapping[str, Any]) -> list[str]:
    lines = ["## Result", "", str(plan["summary"]), ""]
    tables = (
        ("Layers", layer_rows(plan["layers"])),
        ("Orders", [["on", "side", "quantity", "what", "why"], *order_rows(plan.get("orders", []))]),
        ("Checks", [["check", "state", "why"], *check_rows(plan.get("checks", []))]),
        ("Ways to fill layer 1", [["choice", "expiry", "contracts", "share", "why"], *alternative_rows(plan.get("alternatives", []))]),
        ("Signals", [["signal", "state", "since", "distance", "history", "why"], *signal_rows(plan.get("signals", []))]),
    )
    for title, rows in tables:
        lines += [f"### {title}", "", *(markdown_table(rows) if len(rows) > 1 else ["none", ""])]
    notes = [f"- {note}" for note in plan.get("notes", [])]
    rest = {name: value for name, value in plan.items() if name not in PLAN_PARTS}
    return [*lines, *(["### Notes", "", *notes, ""] if notes else []), *_result("More of the plan", rest, "###")]


def _result(title: str, result: Mapping[str, Any], level: str = "##") -> list[str]:
    singles, tables = sections(result)
    lines = [f"{level} {title}", ""]
    lines += markdown_table([["result", "value"], *([name, named_value(name, value)] for name, value in singles)]) if singles else []
    for name, items in tables:
        lines += [f"{level}# {name}", "", *markdown_table(as_rows(items))]
    return lines


def _receipt_value(value: Any) -> str:
    return str(value) if isinstance(value, (int, str)) else in_words(value, "")


def short(value: Any) -> str:
    """A value for a line of numbers; a long one is named, its step shows it."""
    text = in_words(value, "")
    return text if len(text) <= 120 else IN_ITS_STEP
