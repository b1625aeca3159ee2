"""Parameter files: strict reading of YAML, validation of every entry, and a user's changes laid over the shipped values."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from rules.brackets import check_brackets
from rules.errors import RulesError
from rules.files import bytes_of
from rules.json_input import DEEPEST
from rules.parameters import Basis, Parameter, Parameters, Reference

BASES: tuple[Basis, ...] = ("stated", "assumed", "contract", "estimated")
UNITS = frozenset(
    "fraction days business_days trading_days bars months contracts count usd usd_per_contract usd_per_index_point "
    "index_points vix_points vol_points vol_points_per_vix_point vix_points_per_percent bp z_score "
    "rsi_points standard_deviations seconds quarters releases closes ratio switch name names dates table fractions "
    "vix_points_list shocks day_moves".split()
)
_KEYS = frozenset({"choices", "value", "unit", "basis", "range", "reference", "reason", "note"})
_REFERENCE_KEYS = (frozenset({"document_id", "heading", "paragraph"}), frozenset({"url"}))


class _StrictLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Safe YAML in which a key that appears twice is an error instead of a silent overwrite."""


def _mapping_without_duplicates(loader: Any, node: Any) -> dict[Any, Any]:
    for key_node, _ in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise RulesError(f"{loader.name}, line {key_node.start_mark.line + 1}", "a key is a list or a mapping", "write the key as one word")
    pairs = [(loader.construct_object(key, deep=True), loader.construct_object(item, deep=True)) for key, item in node.value]
    seen: set[Any] = set()
    for (key, _), (key_node, _) in zip(pairs, node.value, strict=True):
        if key in seen:
            raise RulesError(f"{loader.name}, line {key_node.start_mark.line + 1}", f"the key {key!r} appears twice", "keep one of the two")
        seen.add(key)
    return dict(pairs)


_StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping_without_duplicates)


def read_parameters(path: Path) -> Parameters:
    """Read a parameter file.

    Raises RulesError naming file, key and remedy when the file cannot be read, is not YAML, or an
    entry breaks a rule (duplicate or unknown key, unknown unit or basis, value out of range, missing
    reference or reason, a bracket table that is not sorted, disjoint and complete).
    """
    raw = _read(path)
    if not isinstance(raw, dict) or set(raw) != {"dated", "parameters"} or not isinstance(raw["parameters"], dict):
        raise RulesError(path.name, "the file needs exactly the keys dated and parameters", "compare it with the shipped rules/parameters.yaml")
    if not isinstance(raw["dated"], date):
        raise RulesError(f"{path.name}: dated", "is not a date", "write it as YYYY-MM-DD")
    entries = {str(key): _entry(path.name, str(key), value) for key, value in raw["parameters"].items()}
    return Parameters(raw["dated"], entries)


def overlaid(base: Parameters, path: Path) -> Parameters:
    """`base` with the values of a user's file: {parameters: {id: {value: ..., [override: true]}}}.

    Assumed and estimated values change freely inside their range; stated and contract values only with
    `override: true`, and are then named in `overridden`. Raises RulesError naming file, key and remedy.
    """
    raw = _read(path)
    if not isinstance(raw, dict) or set(raw) != {"parameters"} or not isinstance(raw["parameters"], dict):
        raise RulesError(path.name, "the file needs exactly the key parameters", "write parameters: and below it an id with value")
    return laid_over(base, raw["parameters"], path.name)


def laid_over(base: Parameters, changes: Mapping[Any, Any], source: str) -> Parameters:
    """`base` with changes {id: {value: ..., [override: true]}}; `source` is named as where they are from. Raises RulesError as `overlaid` does."""
    entries, overridden = dict(base), list(base.overridden)
    for key, change in changes.items():
        where = f"{source}: {key}"
        if key not in base:
            from difflib import get_close_matches

            near = get_close_matches(str(key), list(base), n=1)
            raise RulesError(where, "is not a known parameter", f"did you mean {near[0]}?" if near else "see `alvh rules parameters`")
        if base[key].unit == "names":
            raise RulesError(where, "is the order that the engine lays its layers in and cannot be changed", "leave it out")
        if not isinstance(change, dict) or not {"value"} <= set(change) <= {"value", "override"}:
            raise RulesError(where, "needs value and at most override beside it", "write value: and the new value")
        if base[key].basis in ("stated", "contract"):
            if change.get("override") is not True:
                raise RulesError(where, f"is a {base[key].basis} value", "add override: true to change it all the same")
            overridden.append(str(key))
        entries[key] = _changed(where, source, base[key], change["value"])
    low, target, high = (entries[f"futures_share_{edge}_fraction"].value for edge in ("low", "target", "high"))
    if not low <= target <= high:
        raise RulesError(source, f"futures shares are not in order: low {low:g}, target {target:g}, high {high:g}", "change all three together")
    return Parameters(base.dated, entries, tuple(overridden))


def _changed(where: str, source: str, parameter: Parameter, value: Any) -> Parameter:
    """The parameter with a user's value, which is assumed whatever the shipped one was."""
    check_value(where, value, parameter.unit, parameter.choices)
    if parameter.low is not None and parameter.high is not None:
        if not parameter.low <= value <= parameter.high:
            raise RulesError(
                f"{where}.value", f"{value} lies outside its range {parameter.low:g} to {parameter.high:g}", "choose a value inside the range"
            )
        if isinstance(parameter.value, int) and not isinstance(value, int):
            raise RulesError(f"{where}.value", f"{value} is not a whole number", f"give a whole number of {parameter.unit}")
    if parameter.unit == "table" and set(value[0]) != set(parameter.value[0]):
        raise RulesError(f"{where}.value", "has other columns than the shipped table", f"give {', '.join(parameter.value[0])}")
    shown = "a table" if parameter.unit == "table" else repr(parameter.value)
    reason = f"Your own value from {source}; the shipped one is {shown} ({parameter.basis})."
    return replace(parameter, value=value, basis="assumed", reference=None, reason=reason, note=None)


def _read(path: Path) -> Any:
    try:
        text = bytes_of(str(path), kind="parameter file").decode("utf-8")
    except UnicodeDecodeError as error:
        raise RulesError(str(path), "is not UTF-8 text", "save the file as UTF-8") from error
    try:
        _check_depth(text, path.name)
        return _loaded(text, path.name)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = path.name if mark is None else f"{path.name}, line {mark.line + 1}"
        raise RulesError(where, "is not valid YAML", "repair the line") from error


def _check_depth(text: str, name: str) -> None:
    """Refuse too many levels before anything is built from them: the loader goes down one call a level. Raises RulesError."""
    depth = 0
    for event in yaml.parse(text, Loader=_StrictLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            line = int(event.start_mark.line) + 1  # type: ignore[union-attr]  # every event of a text has its place
            raise RulesError(f"{name}, line {line}", "is nested too deeply", "write it as the shipped rules/parameters.yaml")


def _loaded(text: str, name: str) -> Any:
    loader = _StrictLoader(text)
    loader.name = name
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


def _entry(file: str, key: str, raw: Any) -> Parameter:
    where = f"{file}: {key}"
    if not isinstance(raw, dict):
        raise RulesError(where, "is not a mapping", "give value, unit, basis and a reference or reason")
    for name in raw:
        if name not in _KEYS:
            raise RulesError(f"{where}.{name}", "is not a known key", f"use one of {', '.join(sorted(_KEYS))}")
    for name in ("value", "unit", "basis"):
        if raw.get(name) is None:
            raise RulesError(f"{where}.{name}", "is missing", "every parameter has a value, a unit and a basis")
    if not isinstance(raw["unit"], str) or raw["unit"] not in UNITS:
        raise RulesError(f"{where}.unit", f"{raw['unit']!r} is not a known unit", f"use one of {', '.join(sorted(UNITS))}")
    if not isinstance(raw["basis"], str) or raw["basis"] not in BASES:
        raise RulesError(f"{where}.basis", f"{raw['basis']!r} is not a known basis", f"use one of {', '.join(BASES)}")
    choices = tuple(raw.get("choices") or ())
    check_value(where, raw["value"], raw["unit"], choices)
    low, high = _range(where, raw)
    reference = _reference(where, raw)
    _check_provenance(where, raw, reference)
    return Parameter(key, raw["value"], raw["unit"], raw["basis"], low, high, reference, raw.get("reason"), raw.get("note"), choices)


def check_value(where: str, value: Any, unit: str, choices: Sequence[str] = ()) -> None:
    """Refuse a value that is not of its unit's kind: numbers, lists of numbers, dates, words among the choices, tables."""
    if unit == "table":
        check_brackets(where, value)
        for number, row in enumerate(value):
            if set(row) != set(value[0]) or not all(_is_number(cell) for key, cell in row.items() if cell is not None):
                raise RulesError(
                    f"{where}.value.{number}", "is not a row of numbers with the columns of the first", f"give {', '.join(map(str, value[0]))}"
                )
    elif unit in ("fractions", "vix_points_list", "dates", "names", "shocks", "day_moves"):
        if not isinstance(value, list) or not all(_is_item(item, unit) for item in value):
            raise RulesError(
                f"{where}.value", f"{value!r} is not a list of {unit.replace('_list', '').replace('_', ' ')}", "write it like the shipped value"
            )
    elif unit == "name":
        if value not in choices:
            raise RulesError(f"{where}.value", f"{value!r} is not one of its choices", f"use one of {', '.join(choices) or 'the choices'}")
    elif unit == "switch":
        if not isinstance(value, bool):
            raise RulesError(f"{where}.value", f"{value!r} is not true or false", "write true or false")
    elif isinstance(value, bool) or not isinstance(value, (int, float)):
        raise RulesError(f"{where}.value", f"{value!r} is not a number", f"give a number of {unit}")


def _is_item(item: Any, unit: str) -> bool:
    if unit == "dates":
        return isinstance(item, date)
    if unit == "names":
        return isinstance(item, str)
    if unit == "shocks":
        return isinstance(item, list) and len(item) == 2 and all(_is_number(part) for part in item)
    if unit == "day_moves":
        return _is_day_move(item)
    return _is_number(item)


def _is_day_move(item: Any) -> bool:
    """A day with its moves: date, spx_fraction, vix_points, and as many future_points as ascending days."""
    if not isinstance(item, dict) or set(item) != {"date", "spx_fraction", "vix_points", "days", "future_points"}:
        return False
    days, points = item["days"], item["future_points"]
    if not (isinstance(days, list) and isinstance(points, list) and days and len(days) == len(points)):
        return False
    numbers = [item["spx_fraction"], item["vix_points"], *days, *points]
    return isinstance(item["date"], date) and all(_is_number(number) for number in numbers) and days == sorted(set(days))


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _range(where: str, raw: Mapping[str, Any]) -> tuple[float | None, float | None]:
    value = raw["value"]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None, None
    bounds = raw.get("range")
    if not isinstance(bounds, list) or len(bounds) != 2 or not all(isinstance(b, (int, float)) for b in bounds):
        raise RulesError(f"{where}.range", "is missing or not two numbers", "give the allowed range as [low, high]")
    low, high = float(bounds[0]), float(bounds[1])
    if not low <= value <= high:
        raise RulesError(f"{where}.value", f"{value} lies outside its range {low:g} to {high:g}", "choose a value inside the range")
    return low, high


def _reference(where: str, raw: Mapping[str, Any]) -> Reference | None:
    reference = raw.get("reference")
    if reference is None:
        return None
    if not isinstance(reference, dict) or frozenset(reference) not in _REFERENCE_KEYS:
        raise RulesError(f"{where}.reference", "is not a reference", "give document_id, heading and paragraph, or url")
    return Reference(**reference)


def _check_provenance(where: str, raw: Mapping[str, Any], reference: Reference | None) -> None:
    if raw["basis"] in ("stated", "contract") and reference is None:
        raise RulesError(f"{where}.reference", f"a {raw['basis']} value needs a reference", "say where it is stated")
    if raw["basis"] in ("assumed", "estimated") and not raw.get("reason"):
        raise RulesError(f"{where}.reason", f"an {raw['basis']} value needs a reason", "say why this value was chosen")
