"""A filled form: the inputs that its texts stand for, and what is wrong, field by field, in the engine's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.forms.fields import Form, required_objects, value_at
from assistant.forms.values import text_of, value_of
from rules.errors import RulesError

_MISSING = "is missing"


@dataclass(frozen=True, slots=True)
class Filled:
    """What a form holds.

    `inputs`: the JSON object for the engine. `problems`: by field name, what is wrong and what to write; under the empty
    name what is wrong with no single field. `missing`: fields that are empty and needed. `cautions`: values that are
    possible and unlikely, by field name. An empty form has no problems, only what is missing.
    """

    inputs: Mapping[str, Any]
    problems: Mapping[str, str]
    missing: tuple[str, ...]
    cautions: Mapping[str, str]
    empty: bool

    @property
    def complete(self) -> bool:
        """Whether it can be computed."""
        return not (self.empty or self.problems or self.missing)


def texts_of(form: Form, inputs: Mapping[str, Any]) -> dict[str, str]:
    """The text of every field for given inputs, by field name; empty where there is no input."""
    return {field.name: text_of(value_at(inputs, field.name), field) for field in form.fields}


def filled(form: Form, texts: Mapping[str, str]) -> Filled:
    """Read the texts of a form; fields that are not named are empty."""
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for field in form.fields:
        try:
            value = value_of(texts.get(field.name, ""), field)
        except RulesError as error:
            problems[field.name] = in_words(error)
            continue
        if value is not None:
            values[field.name] = value
    inputs = _nested(form, values)
    if not values and not problems:
        return Filled(inputs, {}, tuple(field.name for field in form.fields if field.required), {}, empty=True)
    missing = _checked(form, inputs, problems)
    return Filled(inputs, problems, tuple(missing), {} if problems or missing else cautions(form.name, values), empty=False)


def _checked(form: Form, inputs: Mapping[str, Any], problems: dict[str, str]) -> list[str]:
    """Add what the engine finds wrong to the problems, those of texts that could not be read first; gives what is missing."""
    from rules.catalogue import calculator
    from rules.fields import problems as problems_of

    unread = frozenset(problems)
    missing = {field.name for field in form.fields if field.required and field.name not in unread and value_at(inputs, field.name) is None}
    for error in problems_of(calculator(form.name).Input, inputs):
        name = place_of(form, error)
        if name in unread or (not name and unread):
            continue
        if error.problem.startswith(_MISSING) and name == error.field:
            missing.add(name)
        else:
            problems.setdefault(name, in_words(error, name))
    return [field.name for field in form.fields if field.name in missing]


def place_of(form: Form, error: RulesError) -> str:
    """The field that an error is about; empty when it is about none of them alone."""
    names = [field.name for field in form.fields if error.field == field.name or error.field.startswith(f"{field.name}.")]
    return max(names, key=len, default="")


def in_words(error: RulesError, name: str | None = None) -> str:
    """An error as it stands under the field: the place inside it, the problem, the remedy."""
    inside = "" if name is None else error.field.removeprefix(name).strip(".")
    row, _, rest = inside.partition(".")
    if row.isdigit():
        inside = f"row {int(row) + 1}, {rest}" if rest else f"value {int(row) + 1}"
    elif inside == "input":
        inside = ""
    return f"{f'{inside} ' if inside else ''}{error.problem}; {error.remedy}"


def cautions(calculator: str, values: Mapping[str, Any]) -> dict[str, str]:
    """Values by path that no market has had, each with the question that the chat would ask."""
    from assistant.inputs.plausible import implausible

    return {asked.name: asked.prompt for asked in implausible(calculator, values)}


def _nested(form: Form, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by path as the JSON object that the calculator takes, in the order of its fields."""
    from assistant.inputs.slots import nested

    found = nested({path: {} for path in required_objects(form.name)} | dict(values))
    tops = dict.fromkeys(field.name.partition(".")[0] for field in form.fields)
    return {name: found[name] for name in tops if name in found}
