"""Runs a calculator on raw input: validation, calculation, steps, assumptions, receipt."""

from __future__ import annotations

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
