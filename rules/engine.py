"""Runs a calculator on raw input: validation, calculation, steps, assumptions, receipt."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from rules import __version__
from rules.canonical import fingerprint, plain
from rules.catalogue import calculator
from rules.errors import RulesError
from rules.fields import validated
from rules.ledger import Assumption, Ledger, Step
from rules.parameters import Parameters


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a result was computed from, so that it can be computed again and compared."""

    engine_version: str
    parameters_dated: str
    parameters_sha256: str
    input_sha256: str
    result_sha256: str
    calendar_last_year: int
    assumptions: list[str]


@dataclass(frozen=True, slots=True)
class Calculation:
    """A finished calculation: the inputs as given, the result, and how it came about."""

    name: str
    inputs: Mapping[str, Any]
    result: Mapping[str, Any]
    steps: list[Step]
    assumptions: list[Assumption]
    receipt: Receipt
    parameters_overridden: tuple[str, ...]
    model: Any = field(default=None, repr=False, compare=False)
    """The result as the calculator's own model; `result` is the same as JSON types."""

    def as_dict(self) -> dict[str, Any]:
        """The JSON object of the contract: {name, inputs, result, steps, assumptions, receipt}."""
        return {
            "name": self.name,
            "inputs": dict(self.inputs),
            "result": dict(self.result),
            "steps": [plain(step.as_dict()) for step in self.steps],
            "assumptions": [plain(asdict(assumption)) for assumption in self.assumptions],
            "receipt": asdict(self.receipt),
            "parameters_overridden": list(self.parameters_overridden),
        }


def run(name: str, raw: Any, parameters: Parameters) -> Calculation:
    """Calculate `name` on a raw JSON object.

    Raises RulesError with the field's path and a remedy when the calculator is unknown or the input
    is not usable.
    """
    module = calculator(name)
    inputs = validated(module.Input, raw)
    return calculated(name, plain(inputs.model_dump(exclude_unset=True)), lambda ledger: module.calculate(inputs, ledger), parameters)


def calculated(name: str, given: Mapping[str, Any], compute: Callable[[Ledger], Any], parameters: Parameters) -> Calculation:
    """What `compute` returns, with its steps, assumptions and receipt; `given` is the input as plain values.

    Raises RulesError when numbers are too large or too small to compute with.
    """
    from rules.vix.expiries import LAST_YEAR

    ledger = Ledger(parameters)
    try:
        model = compute(ledger)
        result = plain(model)
    except RulesError:
        raise
    except (ArithmeticError, ValueError) as error:  # overflow, a logarithm of nothing, or a result that is not finite
        raise RulesError("input", "holds numbers too large or too small to compute with", "give values of the size that markets have") from error
    assumptions = ledger.assumptions()
    receipt = Receipt(
        engine_version=__version__,
        parameters_dated=parameters.dated.isoformat(),
        parameters_sha256=parameters.sha256,
        input_sha256=fingerprint(given),
        result_sha256=fingerprint(result),
        calendar_last_year=LAST_YEAR,
        assumptions=[assumption.id for assumption in assumptions],
    )
    return Calculation(name, given, result, ledger.steps, assumptions, receipt, parameters.overridden, model)


def parse_json(text: str, source: str) -> Any:
    """Parse strict JSON. Raises RulesError naming line, column and the key that the broken value belongs to."""
    try:
        return json.loads(text, object_pairs_hook=_object_without_duplicates, parse_constant=float)
    except json.JSONDecodeError as error:
        keys = re.findall(r'"([^"\\]*)"\s*:\s*$', text[: error.pos])
        line = f"line {error.lineno}, " if "\n" in text.strip() else ""
        where = f"{keys[-1]}" if keys else f"{source}, {line}column {error.colno}"
        found = re.match(r"[^\s,}\]]*", text[error.pos :])
        shown = found.group()[:20] if found and found.group() else "nothing"
        raise RulesError(where, f"{shown} is not a JSON value", "write a number, a text in double quotes, a list or an object") from error
    except ValueError as error:
        if isinstance(error, RulesError):
            raise
        raise RulesError(source, "holds a number of too many digits", "give values of the size that markets have") from error
    except RecursionError as error:
        raise RulesError(source, "is nested too deeply", "give the input as the example shows") from error


def _object_without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise RulesError(key, "appears twice", "keep one of the two")
        found[key] = value
    return found
