"""What every calculation's steps must keep: each input of a step is an earlier step, each number of the result a step."""

from __future__ import annotations

from typing import Any


def untraced(calculation: Any) -> list[str]:
    """Inputs of steps that are no earlier step of that value, and numbers of the result that are no step's value."""
    seen: dict[str, Any] = {}
    found = []
    for step in calculation.steps:
        found += [f"{name} in {step.name}" for name, value in step.inputs.items() if name not in seen or seen[name] != value]
        found += [f"{step.name} twice"] if step.name in seen else []
        seen[step.name] = step.value
    known = _numbers(list(seen.values()))
    return found + [f"{number!r} of the result" for number in _numbers(calculation.result) if number not in known]


def _numbers(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [number for item in value.values() for number in _numbers(item)]
    if isinstance(value, (list, tuple)):
        return [number for item in value for number in _numbers(item)]
    return [value] if isinstance(value, (int, float)) and not isinstance(value, bool) else []
