"""Which input or parameter moved which result: both calculations again, with one change at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from rules.canonical import fingerprint, plain
from rules.engine import run
from rules.errors import RulesError
from rules.explaining.differences import Difference, differences, grouped, reversed_change, with_changes
from rules.parameters import Parameter, Parameters

MOST_CHANGES = 40
_MOST_PARAMETERS = 20

Calculation = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs: an input, a branch of inputs, a parameter, or a number of them."""

    kind: str
    name: str
    parts: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """The parameters a calculation ran with; `known` is false where the receipt's fingerprint is not theirs."""

    parameters: Parameters
    known: bool


def settings_of(calculation: Calculation, other: Calculation, shipped: Parameters) -> Settings:
    """A calculation's parameters: the values its steps hold over the shipped ones.

    A parameter that only the other calculation has read is taken from it where that, and not the shipped
    value, gives the fingerprint of the receipt.
    """
    own, far = read_parameters(calculation), read_parameters(other)
    wanted = calculation["receipt"]["parameters_sha256"]
    for values in (own, {**far, **own}):
        found = _laid_over(shipped, values)
        if found.sha256 == wanted:
            return Settings(found, True)
    return Settings(_laid_over(shipped, own), False)


def read_parameters(calculation: Calculation) -> dict[str, Any]:
    """The values of the parameters that a calculation has read, by id."""
    return {step["name"]: step["value"] for step in calculation["steps"] if step["formula"] == "parameter"}


def parameter_differences(a: Parameters, b: Parameters, names: Sequence[str]) -> list[Difference]:
    """Parameters among `names` with another value; the whole value of each, tables too."""
    pairs = [(name, plain(a[name].value), plain(b[name].value)) for name in names if name in a and name in b]
    return [Difference((name,), before, after) for name, before, after in pairs if differences(before, after)]


def changes_between(inputs: Sequence[Difference], parameters: Sequence[Difference]) -> list[Change]:
    """What differs, one by one; from 40 on by branch, and the parameters together from 20 on."""
    if len(parameters) > _MOST_PARAMETERS:
        settings = [Change("parameters", f"{len(parameters)} parameters", tuple(parameters))]
    else:
        settings = [Change("parameter", each.name, (each,)) for each in parameters]
    groups = grouped(inputs, MOST_CHANGES - len(settings))
    return [Change("input" if len(parts) == 1 else "inputs", name, tuple(parts)) for name, parts in groups] + settings


def attribute(a: Calculation, b: Calculation, settings_a: Settings, settings_b: Settings, changes: Sequence[Change]) -> dict[str, Any]:
    """Which results move with each change alone, from A and back from B; and which only with several together.

    Returns {reproduced, problem, causes [{kind, change, moves, moves_back, problem}], together}. `moves` are the
    results that differ from A when only this change is made, `moves_back` the paths that leave B when only
    this one is undone. Nothing is attributed when one of the two does not come out again as it was saved.
    """
    for label, calculation, settings in (("A", a, settings_a), ("B", b, settings_b)):
        again = _result(calculation["name"], calculation["inputs"], settings.parameters)
        if isinstance(again, RulesError) or fingerprint(again) != fingerprint(calculation["result"]):
            problem = f"{label} does not come out again as it was saved, so what moved it cannot be told apart"
            return {"reproduced": False, "problem": problem, "causes": [], "together": []}
    moved = [each.name for each in differences(a["result"], b["result"])]
    causes, explained = [], set()
    for change in changes:
        alone = _varied(a, settings_a.parameters, change, [*change.parts])
        back = _varied(b, settings_b.parameters, change, [reversed_change(each) for each in change.parts])
        cause: dict[str, Any] = {"kind": change.kind, "change": change.name, "moves": [], "moves_back": [], "problem": None}
        if isinstance(alone, RulesError):
            cause["problem"] = f"cannot be made alone: {alone}"
        else:
            cause["moves"] = [each.as_dict() for each in differences(a["result"], alone)]
            explained |= {entry["path"] for entry in cause["moves"]}
        if not isinstance(back, RulesError):
            cause["moves_back"] = [each.name for each in differences(b["result"], back)]
        causes.append(cause)
    return {"reproduced": True, "problem": None, "causes": causes, "together": [name for name in moved if not _covered(name, explained)]}


def _covered(name: str, explained: set[str]) -> bool:
    """Whether a result, or a list that holds it, moves with one change alone."""
    parts = name.split(".")
    return any(".".join(parts[:length]) in explained for length in range(1, len(parts) + 1)) or any(each.startswith(f"{name}.") for each in explained)


def _varied(base: Calculation, parameters: Parameters, change: Change, parts: list[Difference]) -> Any:
    if change.kind.startswith("parameter"):
        return _result(base["name"], base["inputs"], _laid_over(parameters, {each.name: each.b for each in parts}))
    return _result(base["name"], with_changes(base["inputs"], parts), parameters)


def _result(name: str, inputs: Any, parameters: Parameters) -> Any:
    """The result for these inputs, or the RulesError that they meet with."""
    try:
        return run(name, inputs, parameters).result
    except RulesError as error:
        return error


def _laid_over(base: Parameters, values: Mapping[str, Any]) -> Parameters:
    entries = dict(base)
    for name, value in values.items():
        if name in entries:
            entries[name] = _with_value(entries[name], value)
    return Parameters(base.dated, entries, base.overridden)


def _with_value(parameter: Parameter, value: Any) -> Parameter:
    """The parameter with a saved value. Raises RulesError when that is not of the parameter's kind."""
    if plain(parameter.value) == value:
        return parameter
    from rules.parameter_file import check_value

    where = f"steps.{parameter.id}"
    if parameter.unit == "dates":
        try:
            value = [date.fromisoformat(day) for day in value]
        except (TypeError, ValueError) as error:
            raise RulesError(where, "is not a list of dates", "write the calculation again with `rules run`") from error
    check_value(where, value, parameter.unit, parameter.choices)
    return replace(parameter, value=value)
