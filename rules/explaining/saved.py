"""Calculations that `run` has written, read back, and whether they are still what was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rules import __version__
from rules.canonical import fingerprint
from rules.catalogue import calculator
from rules.errors import RulesError
from rules.json_input import parse_json

_PARTS: Mapping[str, type] = {"name": str, "inputs": dict, "result": dict, "steps": list, "assumptions": list, "receipt": dict}
_STEP_KEYS = ("name", "formula", "inputs", "value", "unit", "basis")
_RECEIPT_KEYS = ("engine_version", "parameters_dated", "parameters_sha256", "input_sha256", "result_sha256")
_KINDS: Mapping[type, str] = {str: "a text", dict: "an object", list: "a list"}


def read_calculation(text: str, source: str) -> dict[str, Any]:
    """A saved calculation: the JSON object {name, inputs, result, steps, assumptions, receipt} of the contract.

    Raises RulesError naming the part that is missing or not of its kind, or a calculator that is not known.
    """
    found = parse_json(text, source)
    if not isinstance(found, dict):
        raise RulesError(source, "is not a JSON object", "give a file that `rules run NAME` has written")
    for part, kind in _PARTS.items():
        if not isinstance(found.get(part), kind):
            problem = f"is not {_KINDS[kind]}" if part in found else "is missing"
            raise RulesError(f"{source}: {part}", problem, "give a file that `rules run NAME` has written, whole and as JSON")
    calculator(found["name"])
    for number, step in enumerate(found["steps"]):
        _check_keys(f"{source}: steps.{number}", step, _STEP_KEYS)
        if not isinstance(step["name"], str) or not isinstance(step["formula"], str) or not isinstance(step["inputs"], dict):
            raise RulesError(f"{source}: steps.{number}", "is not a step", "give a file that `rules run NAME` has written")
        step.setdefault("reference", None)
        step.setdefault("note", None)
    _check_keys(f"{source}: receipt", found["receipt"], _RECEIPT_KEYS)
    found.setdefault("parameters_overridden", [])
    return found


def warnings(calculation: Mapping[str, Any]) -> list[str]:
    """What a reader must know before believing a saved calculation: edits since it was written, another engine, overrides.

    The fingerprints of the receipt are computed again from inputs and result.
    """
    receipt = calculation["receipt"]
    lines = []
    if _fingerprint(calculation["inputs"]) != receipt["input_sha256"]:
        lines.append("edited since: the inputs are not those that the receipt was written for")
    if _fingerprint(calculation["result"]) != receipt["result_sha256"]:
        lines.append("edited since: the result is not the one that the receipt was written for")
    if receipt["engine_version"] != __version__:
        lines.append(f"written by engine {receipt['engine_version']}; this is {__version__}")
    if calculation["parameters_overridden"]:
        lines.append(f"stated values were overridden: {', '.join(map(str, calculation['parameters_overridden']))}")
    return lines


@contextmanager
def trusted(*calculations: tuple[str, Mapping[str, Any]]) -> Iterator[None]:
    """While saved calculations (with their sources) are read: what breaks in one that was edited is its fault, not a defect.

    Raises RulesError naming the first that is not what its receipt was written for, or is of another engine.
    """
    try:
        yield
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        for source, calculation in calculations:
            if edited(calculation) or calculation["receipt"]["engine_version"] != __version__:
                raise RulesError(source, "is not a whole calculation of this engine", "write it again with `rules run`") from error
        raise


def edited(calculation: Mapping[str, Any]) -> bool:
    """Whether inputs or result differ from what the receipt was written for."""
    receipt = calculation["receipt"]
    return (_fingerprint(calculation["inputs"]), _fingerprint(calculation["result"])) != (receipt["input_sha256"], receipt["result_sha256"])


def _fingerprint(value: Any) -> str | None:
    try:
        return fingerprint(value)
    except (OverflowError, UnicodeEncodeError):  # NaN or half a character: nothing that the engine has written
        return None


def _check_keys(where: str, value: Any, keys: tuple[str, ...]) -> None:
    missing = [key for key in keys if not isinstance(value, dict) or key not in value]
    if missing:
        raise RulesError(f"{where}.{missing[0]}", "is missing", "give a file that `rules run NAME` has written, whole and as JSON")
