"""A comparison as text for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rules.reports.report import DISCLAIMER, as_columns, named_value

_MOST_ROWS = 12
_LONGEST = 60
# What a reader of two plans looks at first.
_FIRST = ("stage", "summary", "planned_hedge_vega_usd", "orders")


def as_text(compared: Mapping[str, Any]) -> str:
    """Inputs, parameters and results that differ, then what moved what; long lists say how many more there are."""
    attribution = compared["attribution"]
    lines = [f"{compared['name']}: A against B", *(f"Warning: {warning}" for warning in compared["warnings"])]
    for title, rows in (("inputs", compared["inputs"]), ("parameters", compared["parameters"]), ("results", compared["results"])):
        lines += ["", f"{title} that differ: {len(rows)}", *_rows(rows)]
    if attribution["problem"] is not None:
        lines += ["", f"what moved what: {attribution['problem']}"]
    elif attribution["causes"]:
        lines += ["", "what moved what (each change alone, from A)", *_causes(attribution["causes"])]
    if attribution["together"]:
        lines += ["", f"only the changes together move: {_named(attribution['together'])}"]
    return "\n".join([*lines, "", DISCLAIMER])


def _causes(causes: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = []
    for cause in causes:
        kind = {"input": "", "inputs": "inputs under "}.get(cause["kind"], f"{cause['kind']} ")
        lines.append(f"  {kind}{cause['change']}: {_effect(cause)}")
        lines += [f"  {line}" for line in _rows(cause["moves"])]
    return lines


def _effect(cause: Mapping[str, Any]) -> str:
    back = f"; undone in B it moves {_named(cause['moves_back'])}" if cause["moves_back"] else ""
    if cause["problem"] is not None:
        return f"{cause['problem']}{back}"
    if not cause["moves"]:
        return f"moves nothing alone{back}"
    return f"moves {len(cause['moves'])} result{'' if len(cause['moves']) == 1 else 's'}"


def _rows(differences: Sequence[Mapping[str, Any]]) -> list[str]:
    ordered = sorted(differences, key=lambda each: each["path"].split(".")[0] not in _FIRST)
    rows = [[each["path"], _side(each, "a"), "->", _side(each, "b")] for each in ordered[:_MOST_ROWS]]
    more = [f"  and {len(ordered) - _MOST_ROWS} more; --json has them all"] if len(ordered) > _MOST_ROWS else []
    return [f"  {line}" for line in as_columns(rows)] + more


def _side(each: Mapping[str, Any], side: str) -> str:
    if side not in each:
        return "(absent)"
    value = each[side]
    if isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        return f"a list of {len(value)}"
    if isinstance(value, Mapping):
        return "an object"
    text = named_value(each["path"], value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _named(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - _MOST_ROWS} more" if len(paths) > _MOST_ROWS else ""
    return ", ".join(paths[:_MOST_ROWS]) + more
