"""The record of a calculation: every number with its formula, its basis and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from rules.parameters import Basis, Parameters, Reference

StepBasis = Literal["stated", "assumed", "input", "contract", "estimated", "derived"]


IN_ITS_STEP = "(in its own step)"
"""What stands for a table or a long list among the inputs of a step: the step of that name holds it."""


def _is_short(value: Any) -> bool:
    """Whether a value is one number or word, or at most four of them."""
    if isinstance(value, Mapping):
        return len(value) <= 4 and all(_is_short(item) for item in value.values())
    if isinstance(value, (list, tuple)):
        return len(value) <= 4 and not any(isinstance(item, (list, tuple, Mapping)) for item in value)
    return True


@dataclass(frozen=True, slots=True)
class Step:
    """One line of an explanation.

    `inputs` maps the names that the formula uses to their values; each is the name of an earlier
    step. `reference` is present for what a document or an exchange page states.
    """

    name: str
    formula: str
    inputs: Mapping[str, Any]
    value: Any
    unit: str
    basis: StepBasis
    reference: Reference | None = None
    note: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The step as the JSON object of the contract (`reference` is null where there is none)."""
        return {
            "name": self.name,
            "formula": self.formula,
            "inputs": {name: value if _is_short(value) else IN_ITS_STEP for name, value in self.inputs.items()},
            "value": self.value,
            "unit": self.unit,
            "basis": self.basis,
            "reference": None if self.reference is None else self.reference.as_dict(),
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Assumption:
    """A parameter the method does not state and a result rests on."""

    id: str
    value: Any
    unit: str
    note: str


@dataclass(slots=True)
class Ledger:
    """Collects the steps of one calculation and is the only way for it to read a parameter."""

    parameters: Parameters
    steps: list[Step] = field(default_factory=list)
    _seen: dict[str, Any] = field(default_factory=dict)

    def given(self, name: str, value: Any, unit: str) -> Any:
        """Record an input once and return it."""
        return self._record(Step(name, "given", {}, value, unit, "input"))

    def parameter(self, parameter_id: str) -> Any:
        """The value of a parameter; its basis and reference become a step the first time it is read."""
        parameter = self.parameters[parameter_id]
        basis: Basis = parameter.basis
        note = parameter.reason if parameter.note is None else parameter.note
        return self._record(Step(parameter_id, "parameter", {}, parameter.value, parameter.unit, basis, parameter.reference, note))

    def derive(self, name: str, formula: str, inputs: Mapping[str, Any], value: Any, unit: str) -> Any:
        """Record a value computed from earlier steps and return it."""
        return self._record(Step(name, formula, dict(inputs), value, unit, "derived"))

    def resolve(self, name: str, value: Any | None, parameter_id: str, unit: str) -> Any:
        """An optional input: the given value, or the parameter behind it when `value` is None."""
        if value is not None:
            return self.given(name, value, unit)
        return self.derive(name, parameter_id, {parameter_id: self.parameter(parameter_id)}, self.parameter(parameter_id), unit)

    def cite(self, *names: str, under: Sequence[str] = ()) -> dict[str, Any]:
        """Steps recorded so far as inputs of a later one: those of `names`, and all whose names begin with one of `under`."""
        found = {name: self._seen[name] for name in names}
        return found | {name: value for name, value in self._seen.items() if name.startswith(tuple(under))} if under else found

    def assumptions(self) -> list[Assumption]:
        """Assumed and estimated parameters read so far, in the order of reading."""
        return [
            Assumption(step.name, step.value, step.unit, step.note or "")
            for step in self.steps
            if step.formula == "parameter" and step.basis in ("assumed", "estimated")
        ]

    def _record(self, step: Step) -> Any:
        if step.name not in self._seen:
            self._seen[step.name] = step.value
            self.steps.append(step)
        elif self._seen[step.name] != step.value:
            raise RuntimeError(f"step {step.name} was recorded with another value")
        return step.value
