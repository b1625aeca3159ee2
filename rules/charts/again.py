"""A finished calculation, made ready to be computed further on: its inputs and parameters, checked against its result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rules.canonical import fingerprint
from rules.catalogue import calculator
from rules.engine import run
from rules.errors import RulesError
from rules.explaining.attribution import settings_of
from rules.fields import validated
from rules.ledger import Ledger
from rules.parameters import Parameters, load_parameters


@dataclass(frozen=True, slots=True)
class Again:
    """What a calculation was computed from. `parameters_known`: also those that it has not read are the ones it ran with."""

    name: str
    inputs: Any
    result: Mapping[str, Any]
    steps: Mapping[str, Any]
    ledger: Ledger
    parameters_known: bool

    def parameter(self, name: str) -> Any:
        """A parameter's value; None where the calculation has not read it and ran with parameters that are not known."""
        return self.ledger.parameter(name) if self.parameters_known or name in self.steps else None


def computed_again(calculation: Mapping[str, Any], shipped: Parameters | None = None) -> Again:
    """The calculation (its as_dict) computed once more; `shipped` are the parameters in use, the shipped ones when None.

    Raises RulesError when it is not whole, or when the engine does not give its result again: then a chart would
    show other numbers than the calculation.
    """
    for part in ("name", "inputs", "result", "steps", "receipt"):
        if calculation.get(part) is None:
            raise RulesError("calculation", f"has no {part}", "give a finished calculation, whole")
    used = load_parameters() if shipped is None else shipped
    settings = settings_of(calculation, calculation, used)
    name, inputs = calculation["name"], _as_read(calculation["inputs"])
    result = run(name, inputs, settings.parameters).result
    if fingerprint(result) != fingerprint(calculation["result"]):
        raise RulesError("calculation", "does not come out again as it was saved", "calculate it again with this engine")
    steps = {step["name"]: step["value"] for step in calculation["steps"]}
    read = validated(calculator(name).Input, inputs)
    return Again(name, read, calculation["result"], steps, Ledger(settings.parameters), settings.known)


def _as_read(given: Any) -> Any:
    """Inputs as the engine reads them: a date that was shown beside the days it was read as is left out."""
    if isinstance(given, Mapping):
        kept = {key: _as_read(value) for key, value in given.items()}
        if kept.get("days_to_expiry") is not None:
            kept.pop("expiry", None)
        return kept
    return [_as_read(item) for item in given] if isinstance(given, (list, tuple)) else given
