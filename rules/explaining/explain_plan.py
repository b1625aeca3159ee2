"""Why each layer and tranche of a saved plan is ordered, waits or cannot be had."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rules.explaining.explain import Trees
from rules.signals.gates import LABELS

_URGENCY = {"fail": 0, "not_evaluated": 1, "pass": 2}
_ROOTS = ("quantity", "share_fraction")


def explain_plan(calculation: Mapping[str, Any]) -> dict[str, Any]:
    """Summary, stage, layers with their chains of steps, checks (failures first), signals and what waits for them."""
    plan, trees = calculation["result"], Trees(calculation["steps"])
    checks = sorted(plan.get("checks", []), key=lambda check: _URGENCY.get(check["state"], 1))
    return {
        "planned_on": plan.get("planned_on"),
        "summary": plan.get("summary"),
        "stage": plan.get("stage"),
        "layers": [_layer(number, layer, plan.get("orders", []), trees) for number, layer in enumerate(plan["layers"])],
        "checks": checks,
        "signals": [_signal(signal, calculation["steps"]) for signal in plan.get("signals", [])],
        "notes": plan.get("notes", []),
    }


def _layer(number: int, layer: Mapping[str, Any], orders: Sequence[Mapping[str, Any]], trees: Trees) -> dict[str, Any]:
    roots = _roots(number, layer, trees)
    own = [order for order in orders if order["name"] == layer["name"]]
    return {
        "layer": layer["layer"],
        "tranche": layer.get("tranche"),
        "name": layer["name"],
        "state": layer["state"],
        "reason": layer["reason"],
        "quantity": layer["quantity"],
        "orders": [{"quantity": order["quantity"], "reason": order["reason"]} for order in own],
        "assumptions": trees.assumptions_below(roots),
        "values": [trees.tree(name) for name in roots],
    }


def _roots(number: int, layer: Mapping[str, Any], trees: Trees) -> list[str]:
    """The steps that a layer rests on: its quantity and share, and what decides when it is bought.

    A part that could not be sized has no steps of its own name; what was worked out for its place in the
    stack stands in for them.
    """
    found = [name for name in (f"layers.{number}.{root}" for root in _ROOTS) if name in trees]
    if not found:
        place = f"layer_{layer['layer']}." + ("" if layer.get("tranche") is None else f"tranche_{layer['tranche']}.")
        found = [name for name in trees.names() if name.startswith(place)][-1:]
    return found + [name for name in trees.names() if name.startswith(f"layer_{layer['layer']}_") and name.endswith(("_armed", "_timed"))]


def _signal(signal: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A signal, the gates that read it, and what has to happen before it passes."""
    name, state = str(signal["signal"]), str(signal["state"])
    gates = [step["name"] for step in steps if f"signals.{name}" in step["inputs"]]
    waits = {"pass": None, "fail": "its turn: it is evaluated and does not pass"}.get(state, f"data: give signals.{name}")
    about = next((label for known, label in LABELS.items() if known == name), name)
    return {**signal, "about": about, "decides": gates, "waits_for": waits}
