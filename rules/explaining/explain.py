"""Why a calculation came out as it did: each value with the chain of steps below it, each layer with its reason."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from rules.canonical import to_json
from rules.commands.command_line import Output
from rules.errors import RulesError
from rules.explaining.differences import leaves_of
from rules.explaining.saved import read_calculation, trusted, warnings
from rules.files import source_name, text_of

Node = dict[str, Any]
Step = Mapping[str, Any]


def command(options: argparse.Namespace) -> Output:
    """`explain FILE [NAME]`: text, or JSON with --json."""
    calculation = read_calculation(text_of(options.file), source_name(options.file))
    with trusted((source_name(options.file), calculation)):
        explained = explain(calculation) if options.name is None else explain_value(calculation, options.name)
        if options.json:
            return to_json(explained, indent=2)
        from rules.explaining.explain_text import as_text

        return as_text(explained)


def explain(calculation: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that a saved calculation rests on, as JSON types.

    A plan: {name, warnings, summary, stage, layers [{layer, tranche, name, state, reason, quantity, orders,
    values, assumptions}], checks, signals, notes}; any other calculation {name, warnings, values,
    assumptions}. A value is a tree {name, value, unit, formula, basis, reference, note, inputs: [values]};
    one that was shown before has `above` true and no inputs.
    """
    if calculation["name"] == "plan-hedge" and isinstance(calculation["result"].get("layers"), list):
        from rules.explaining.explain_plan import explain_plan

        return {"name": calculation["name"], "warnings": warnings(calculation), **explain_plan(calculation)}
    trees = Trees(calculation["steps"])
    used = {name for step in calculation["steps"] for name in step["inputs"]}
    values = [trees.tree(step["name"]) for step in calculation["steps"] if step["name"] not in used]
    return _explained(calculation, values)


def explain_value(calculation: Mapping[str, Any], name: str) -> dict[str, Any]:
    """One value of a calculation: a step by its name, a result by its dotted path, or a check of a plan by its id.

    Returns {name, warnings, values, assumptions}, of a check also {checks: [it]}. A result is found by its value among
    the steps of its name, else among all. Raises RulesError with near names when there is no such step, result or check.
    """
    trees = Trees(calculation["steps"])
    check = _check_of(calculation["result"], name)
    if check is not None:
        return {**_explained(calculation, [trees.tree(found) for found in _steps_of_check(calculation["steps"], check)]), "checks": [check]}
    return _explained(calculation, [trees.tree(found) for found in _steps_for(calculation, name)])


def _steps_of_check(steps: Sequence[Step], check: Mapping[str, Any]) -> list[str]:
    """The steps that a check has of its own, or the last one that came to its value."""
    own = [step["name"] for step in steps if step["name"].startswith(f"checks.{check['id']}.")]
    same = [step["name"] for step in steps if isinstance(step["value"], float) and step["value"] == check["value"]]
    return own or same[-1:]


def _check_of(result: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    """The check of a plan by its id, alone or behind `checks.`; None for any other name."""
    return next((check for check in _checks(result) if check.get("id") == name.removeprefix("checks.")), None)


def _checks(result: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The checks of a plan; none of another calculation."""
    checks = result.get("checks")
    return [check for check in checks if isinstance(check, Mapping)] if isinstance(checks, list) else []


class Trees:
    """The steps of a calculation as trees that share what they rest on: each step is laid open once."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = {step["name"]: step for step in steps}
        self._shown: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self._steps

    def names(self) -> list[str]:
        """All steps, in the order of the calculation."""
        return list(self._steps)

    def tree(self, name: str, above: tuple[str, ...] = ()) -> Node:
        """A step with the steps below it, down to inputs and parameters."""
        step = self._steps[name]
        node: Node = {key: step[key] for key in ("name", "value", "unit", "formula", "basis", "reference", "note")}
        if name in self._shown and step["inputs"]:
            return node | {"above": True, "inputs": []}
        self._shown.add(name)
        # A file that was edited may name a step below itself; each branch is walked once.
        below = [key for key in step["inputs"] if key in self._steps and key != name and key not in above]
        return node | {"above": False, "inputs": [self.tree(key, (*above, name)) for key in below]}

    def assumptions_below(self, names: Sequence[str]) -> list[dict[str, Any]]:
        """The assumed and estimated steps that some steps rest on: [{id, value, unit, basis, note}]."""
        found: dict[str, None] = {}
        waiting = list(reversed(names))
        while waiting:
            name = waiting.pop()
            if name in self._steps and name not in found:
                found[name] = None
                waiting += reversed(list(self._steps[name]["inputs"]))
        resting = [self._steps[name] for name in found if self._steps[name]["basis"] in ("assumed", "estimated")]
        return [{"id": step["name"], "value": step["value"], "unit": step["unit"], "basis": step["basis"], "note": step["note"]} for step in resting]


def _explained(calculation: Mapping[str, Any], values: list[Node]) -> dict[str, Any]:
    assumed = Trees(calculation["steps"]).assumptions_below([value["name"] for value in values])
    return {"name": calculation["name"], "warnings": warnings(calculation), "values": values, "assumptions": assumed}


def _steps_for(calculation: Mapping[str, Any], name: str) -> list[str]:
    steps = {step["name"]: step for step in calculation["steps"]}
    if name in steps:
        return [name]
    leaves = dict(leaves_of(calculation["result"]))
    if name in leaves:
        value, last = leaves[name], name.rsplit(".", 1)[-1]
        same = [key for key, step in steps.items() if type(step["value"]) is type(value) and step["value"] == value]
        named = [key for key in same if key.rsplit(".", 1)[-1] == last]
        if not named and isinstance(value, (bool, str)):
            same = []  # a word or a switch is too common to be recognised by its value
        if named or same:
            return named or same
        raise RulesError(name, f"is {value!r}, which no step holds", "name one of the steps of the calculation")
    ending = [key for key in steps if key.endswith(f".{name}")]
    if ending:
        return ending
    from difflib import get_close_matches

    checks = [str(check["id"]) for check in _checks(calculation["result"]) if "id" in check]
    near = get_close_matches(name, [*checks, *steps, *leaves], n=3, cutoff=0.4)
    raise RulesError(
        name, "is neither a step nor a result nor a check of the calculation", f"did you mean {' or '.join(near)}?" if near else "see its steps"
    )
