"""Numbers and calculations as text: the only place that formats a number for a reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

DISCLAIMER = "Educational only: no recommendation to trade. Options and futures can lose more than you expect."


def format_number(value: Any, unit: str = "") -> str:
    """A value for a reader: money with two decimals, fractions also as percent, other numbers with six digits at most."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(format_number(item, unit) for item in value) or "none"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {format_number(item, unit)}" for key, item in value.items())
    if not isinstance(value, (int, float)):
        return str(value)
    if unit == "fraction":
        return f"{value:.6g} ({value * 100:.6g} %)"
    if unit.startswith("usd"):
        return f"{value:,.2f} USD"
    if unit == "year":
        return str(value)
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.6g}" if abs(value) < 1000 else f"{value:,.4f}".rstrip("0").rstrip(".")


def unit_of(name: str) -> str:
    """The unit that a result's name carries as its suffix, empty when it carries none."""
    last = name.rsplit(".", 1)[-1]
    if last in ("low", "high", "target"):
        last = name.rsplit(".", 2)[-2] if name.count(".") else last
    if last.endswith("_year"):
        return "year"
    if last.endswith("_fraction"):
        return "fraction"
    return "usd" if "_usd" in last else ""


def flatten(value: Any, prefix: str = "") -> Iterable[tuple[str, Any]]:
    """Leaves of a result with their dotted names; short lists of plain values stay together."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from flatten(item, f"{prefix}.{key}" if prefix else str(key))
    elif isinstance(value, list) and any(isinstance(item, (Mapping, list)) for item in value):
        for number, item in enumerate(value):
            yield from flatten(item, f"{prefix}.{number}")
    else:
        yield prefix, value


def as_columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of text as aligned columns, two spaces apart."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))] if rows else []
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def as_table(calculation: Mapping[str, Any]) -> str:
    """A calculation for a terminal: result, steps, assumptions, receipt."""
    lines = [str(calculation["name"]), "", *_warnings(calculation)]
    lines += as_columns([[name, format_number(value, unit_of(name))] for name, value in flatten(calculation["result"]) if value is not None])
    lines += ["", "steps"]
    lines += as_columns([[step["name"], _value(step), step["basis"], step["formula"]] for step in calculation["steps"]])
    if calculation["assumptions"]:
        lines += ["", "assumed"]
        lines += as_columns([[item["id"], format_number(item["value"], item["unit"]), item["note"]] for item in calculation["assumptions"]])
    lines += [
        "",
        f"receipt: input {calculation['receipt']['input_sha256'][:12]}, parameters {calculation['receipt']['parameters_sha256'][:12]}, "
        f"result {calculation['receipt']['result_sha256'][:12]}, engine {calculation['receipt']['engine_version']}",
        DISCLAIMER,
    ]
    return "\n".join(lines)


def as_markdown(calculation: Mapping[str, Any]) -> str:
    """A calculation as a worked example that can be checked by hand."""
    lines = [f"# {calculation['name']}", "", *_warnings(calculation), "", "| result | value |", "|---|---|"]
    lines += [f"| {name} | {format_number(value, unit_of(name))} |" for name, value in flatten(calculation["result"]) if value is not None]
    lines += ["", "## Steps", ""]
    for number, step in enumerate(calculation["steps"], 1):
        used = "; ".join(f"{name} = {_short(value)}" for name, value in step["inputs"].items())
        lines.append(f"{number}. **{step['name']}** = {_value(step)} [{step['basis']}]")
        if step["formula"] not in ("given", "parameter"):
            lines.append(f"   {step['formula']}" + (f", with {used}" if used else ""))
        if step["reference"] is not None:
            lines.append("   stated in: " + ", ".join(f"{key} {value}" for key, value in step["reference"].items()))
        if step["note"]:
            lines.append(f"   {step['note']}")
    receipt = calculation["receipt"]
    lines += ["", "## Receipt", "", *[f"- {key}: {format_number(value, unit_of(key))}" for key, value in receipt.items()], "", DISCLAIMER]
    return "\n".join(lines)


def _warnings(calculation: Mapping[str, Any]) -> list[str]:
    overridden = calculation["parameters_overridden"]
    return [f"Warning: stated values were overridden: {', '.join(overridden)}"] if overridden else []


def _value(step: Mapping[str, Any]) -> str:
    return "(table)" if step["unit"] == "table" else format_number(step["value"], step["unit"])


def _short(value: Any) -> str:
    text = format_number(value)
    return text if len(text) <= 80 else "(table)"
