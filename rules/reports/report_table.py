"""A calculation for a terminal: the result first, then how it came about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rules.reports.report import DISCLAIMER, as_columns, as_rows, in_words, named_value, override_warning, percent, receipt_line, sections

_LAYER_HEADING = ["layer", "what", "quantity", "share", "vega after", "cost", "state", "why"]
_WIDEST_VALUE = 90
PLAN_PARTS = ("summary", "layers", "orders", "checks", "signals", "alternatives", "notes")


def table(calculation: Mapping[str, Any]) -> str:
    """Result, steps, assumptions and receipt; a plan begins with its summary, layers, orders, checks and signals."""
    result = calculation["result"]
    lines = [str(calculation["name"]), *override_warning(calculation), ""]
    if is_plan(calculation):
        lines += _plan(result)
        result = {name: value for name, value in result.items() if name not in PLAN_PARTS}
    lines += _result(result)
    lines += [
        "steps",
        *indented(as_columns([[step["name"], _short(step["value"], step["unit"]), step["basis"]] for step in calculation["steps"]])),
        "",
    ]
    if calculation["assumptions"]:
        rows = [[item["id"], _short(item["value"], item["unit"]), item["note"]] for item in calculation["assumptions"]]
        lines += ["assumed", *indented(as_columns(rows)), ""]
    return "\n".join([*lines, receipt_line(calculation["receipt"]), DISCLAIMER])


def is_plan(calculation: Mapping[str, Any]) -> bool:
    """Whether the result is a hedge plan."""
    return calculation["name"] == "plan-hedge" and isinstance(calculation["result"].get("layers"), list)


def layer_rows(layers: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """The layers of a plan as rows of text with a heading."""
    return [
        _LAYER_HEADING,
        *(
            [
                _layer_number(layer),
                str(layer["name"]),
                in_words(layer["quantity"], ""),
                _known(layer, "share_fraction", percent),
                _known(layer, "vega_after_usd_per_vix_point", _money),
                _known(layer, "layer_cost_usd", _money),
                str(layer["state"]),
                str(layer["reason"]),
            ]
            for layer in layers
        ),
    ]


def order_rows(orders: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """The orders of a plan as rows of text."""
    return [[str(order.get("on", "")), "buy", in_words(order["quantity"], ""), str(order["name"]), str(order["reason"])] for order in orders]


def check_rows(checks: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """The checks of a plan as rows of text."""
    return [[str(check["id"]), str(check["state"]).replace("_", " "), str(check["reason"])] for check in checks]


def signal_rows(signals: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """The signals of a plan as rows of text: name, state, since when, distance to the trigger, base rate, why and what was read."""
    rows = []
    for signal in signals:
        since = "" if signal.get("since") is None else f"since {signal['since']}"
        unit = str(signal.get("distance_unit") or "")
        distance = "" if signal.get("distance_to_trigger") is None else f"{in_words(signal['distance_to_trigger'], unit)} to the trigger"
        rate = "" if signal.get("base_rate_fraction") is None else f"base rate {in_words(signal['base_rate_fraction'], 'fraction')}"
        why = "; ".join(str(signal[key]) for key in ("reason", "read") if signal.get(key))
        rows.append([str(signal["signal"]), str(signal["state"]).replace("_", " "), since, distance, rate, why])
    return rows


def alternative_rows(alternatives: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """Other ways to fill layer 1 as rows of text."""
    return [
        [
            str(entry["choice"]) + (" (chosen)" if entry.get("chosen") else ""),
            in_words(entry.get("expiry"), ""),
            in_words(entry.get("contracts_best"), ""),
            "-" if entry.get("share_fraction") is None else percent(entry["share_fraction"]),
            str(entry.get("reason", "")),
        ]
        for entry in alternatives
    ]


def indented(lines: Sequence[str]) -> list[str]:
    """Lines two columns further right."""
    return [f"  {line}" for line in lines]


def _plan(plan: Mapping[str, Any]) -> list[str]:
    orders = as_columns(order_rows(plan.get("orders", []))) or ["none today"]
    lines = [str(plan["summary"]), ""]
    lines += ["layers", *indented(as_columns(layer_rows(plan["layers"]))), ""] if plan["layers"] else []
    lines += ["orders", *indented(orders), ""]
    lines += ["checks", *indented(as_columns(check_rows(plan.get("checks", [])))), ""]
    lines += ["signals", *indented(as_columns(signal_rows(plan.get("signals", [])))), ""]
    if plan.get("alternatives"):
        lines += ["ways to fill layer 1", *indented(as_columns(alternative_rows(plan["alternatives"]))), ""]
    return [*lines, *(f"note: {note}" for note in plan.get("notes", [])), ""]


def _result(result: Mapping[str, Any]) -> list[str]:
    singles, tables = sections(result)
    lines = [*as_columns([[name, named_value(name, value)] for name, value in singles]), ""] if singles else []
    for name, items in tables:
        lines += [name, *indented(as_columns(as_rows(items))), ""]
    return lines


def _layer_number(layer: Mapping[str, Any]) -> str:
    tranche = layer.get("tranche")
    return str(layer["layer"]) if tranche is None else f"{layer['layer']}, tranche {tranche}"


def _known(layer: Mapping[str, Any], name: str, write: Any) -> str:
    value = layer.get(name)
    return "-" if value is None or not layer["quantity"] else str(write(value))


def _money(value: float) -> str:
    return in_words(value, "usd")


def _short(value: Any, unit: str) -> str:
    text = in_words(value, unit)
    return text if len(text) <= _WIDEST_VALUE else "(table)"
