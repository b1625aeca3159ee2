"""An explanation as text for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rules.reports.report import DISCLAIMER, as_columns, basis_in_words, in_words, plain_number
from rules.reports.substitution import with_numbers

_LONGEST = 100


def as_text(explained: Mapping[str, Any]) -> str:
    """What `rules.explaining.explain` found, indented by what rests on what."""
    lines = [*(f"Warning: {warning}" for warning in explained["warnings"])]
    lines += _plan(explained) if "layers" in explained else [str(explained["name"]), "", *_singled_out(explained), *_values(explained["values"], 0)]
    if "assumptions" in explained:
        lines += ["", *_assumed(explained["assumptions"], "it rests on these assumptions")]
    return "\n".join([*lines, "", DISCLAIMER])


def _singled_out(explained: Mapping[str, Any]) -> list[str]:
    """The check that was asked for, with its value and limit."""
    lines = []
    for check in explained.get("checks", []):
        value, limit = (in_words(check[key], "") for key in ("value", "limit"))
        lines += [*as_columns([_check(check)]), f"value {value}, limit {limit}"]
    return lines


def _plan(explained: Mapping[str, Any]) -> list[str]:
    lines = [f"plan of {explained['planned_on']}, stage {explained['stage']}: {explained['summary']}"]
    for layer in explained["layers"]:
        lines += ["", *layer_lines(layer)]
    lines += ["", "checks"]
    lines += [f"  {line}" for line in as_columns([_check(check) for check in explained["checks"]])]
    lines += ["", "signals"]
    lines += [f"  {line}" for line in as_columns([_signal(signal) for signal in explained["signals"]])]
    return [*lines, *(f"note: {note}" for note in explained["notes"])]


def layer_lines(layer: Mapping[str, Any]) -> list[str]:
    """A layer of `explain_plan` as lines: what it is, why it stands so, and the chain of steps that its size rests on."""
    tranche = "" if layer["tranche"] is None else f", tranche {layer['tranche']}"
    orders = [f"buy {in_words(order['quantity'], '')} today: {order['reason']}" for order in layer["orders"]] or ["no order today"]
    size = f", {in_words(layer['quantity'], '')} planned" if layer["quantity"] else ""
    lines = [
        f"layer {layer['layer']}{tranche}: {layer['name']}{size}, {str(layer['state']).replace('_', ' ')}",
        f"  why: {layer['reason']}",
        *(f"  {order}" for order in orders),
    ]
    lines += ["  rests on", *_values(layer["values"], 2)] if layer["values"] else []
    return lines + [f"  {line}" for line in _assumed(layer["assumptions"], "assumed among them")]


def _assumed(assumptions: Sequence[Mapping[str, Any]], heading: str) -> list[str]:
    rows = [[item["id"], _short(item["value"], item["unit"]), str(item["note"] or "")] for item in assumptions]
    return [heading, *(f"  {line}" for line in as_columns(rows))] if rows else []


def _values(values: Sequence[Mapping[str, Any]], depth: int) -> list[str]:
    lines = []
    for node in values:
        lines.append(f"{'  ' * depth}{node['name']} = {_short(node['value'], node['unit'])}{_how(node)}")
        lines += _values(node["inputs"], depth + 1)
    return lines


def _how(node: Mapping[str, Any]) -> str:
    """How a value came about: the formula with its numbers where that is arithmetic, else in words; or its basis."""
    if node["above"]:
        return "  (as above)"
    if node["basis"] != "derived":
        return f"  [{basis_in_words(node)}]"
    used = {item["name"]: item["value"] for item in node["inputs"]}
    numbers = with_numbers(node["formula"], used, node["value"], plain_number)
    return f"  <- {node['formula']}" + ("" if numbers is None else f"  ({numbers})")


def _check(check: Mapping[str, Any]) -> list[str]:
    return [str(check["state"]).replace("_", " "), str(check["id"]), str(check["reason"])]


def _signal(signal: Mapping[str, Any]) -> list[str]:
    since = "" if signal.get("since") is None else f" since {signal['since']}"
    decides = f"decides {', '.join(signal['decides'])}" if signal["decides"] else "decides nothing here"
    waits = "" if signal["waits_for"] is None else f"waits for {signal['waits_for']}"
    return [str(signal["signal"]), str(signal["state"]).replace("_", " ") + since, decides, waits]


def _short(value: Any, unit: str) -> str:
    text = in_words(value, unit)
    return text if len(text) <= _LONGEST else "(table)"
