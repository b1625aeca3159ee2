"""The fields of a form, as the calculator's own input model describes them."""

from __future__ import annotations

import datetime
import re
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

Kind = Literal["number", "whole", "date", "word", "yes_no", "text", "numbers", "dates", "rows", "json"]
"""What is typed into a field: one value; `numbers` and `dates` one or several; `rows` a table; `json` a word or any JSON."""

_PLAIN: Mapping[Any, Kind] = {bool: "yes_no", int: "whole", float: "number", datetime.date: "date", str: "text"}
_UNITS_WITHOUT_WORDS = frozenset({"", "name", "list", "object", "switch", "text", "date", "month", "ratio"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `name` is its path in the calculator's JSON, with dots between the levels.

    `detail` is what its description says after the label. `section` is what the object around it is called, empty at the top. `required`: without it nothing can be computed.
    `choices` are the words it takes. `bounds` is the range that the engine enforces, in words, `plausible` the one
    outside which a value is questioned. `parameter` stands in when it is empty. `always_list`: one number
    is a list of one. `columns` are those of its rows.
    """

    name: str
    label: str
    detail: str
    section: str
    unit: str
    kind: Kind
    required: bool
    choices: tuple[str, ...]
    bounds: str
    plausible: tuple[float, float] | None
    where: str
    parameter: str | None
    default: Any
    always_list: bool
    columns: Mapping[str, Kind]

    @property
    def last(self) -> str:
        """The name without its path."""
        return self.name.rsplit(".", 1)[-1]

    @property
    def unit_words(self) -> str:
        """The unit as it stands beside the field."""
        if self.unit in _UNITS_WITHOUT_WORDS:
            return ""
        return self.unit.replace("_", " ").replace("usd", "USD").replace("vix", "VIX").replace("rsi", "RSI")


@dataclass(frozen=True, slots=True)
class Form:
    """A calculator as a form: what it computes, its fields in order, and an example that fills it."""

    name: str
    description: str
    fields: tuple[Field, ...]
    example: Mapping[str, Any]


@cache
def form_of(calculator: str) -> Form:
    """The form of a calculator. Raises RulesError for an unknown name."""
    from rules.catalogue import calculator as module_of

    module = module_of(calculator)
    fields = list(_fields(module.Input, "", "", True))
    sections = list(dict.fromkeys(field.section for field in fields))
    return Form(calculator, module.DESCRIPTION, tuple(sorted(fields, key=lambda field: sections.index(field.section))), module.EXAMPLE)


def value_at(inputs: Mapping[str, Any], path: str) -> Any:
    """The value at a path with dots; None when there is none."""
    place: Any = inputs
    for part in path.split("."):
        place = place.get(part) if isinstance(place, Mapping) else None
    return place


@cache
def required_objects(calculator: str) -> tuple[str, ...]:
    """Paths of the objects that a calculator cannot do without: an empty form has them empty, so that what they need is named."""
    from rules.catalogue import calculator as module_of

    return tuple(_required_objects(module_of(calculator).Input, ""))


def _required_objects(model: Any, prefix: str) -> Iterator[str]:
    for name, info in model.model_fields.items():
        inner = _object_in(info)
        if inner is not None and info.is_required():
            yield f"{prefix}{name}"
            yield from _required_objects(inner, f"{prefix}{name}.")


def _fields(model: Any, prefix: str, section: str, required: bool) -> Iterator[Field]:
    for name, info in model.model_fields.items():
        inner = _object_in(info)
        if inner is None:
            yield _field(f"{prefix}{name}", info, section, required and info.is_required())
        else:
            yield from _fields(inner, f"{prefix}{name}.", _divided(info.description or name.replace("_", " "))[0], required and info.is_required())


def _field(path: str, info: Any, section: str, required: bool) -> Field:
    extra = info.json_schema_extra or {}
    kind = kind_of(info.annotation)
    label, detail = _divided(info.description or path.rsplit(".", 1)[-1].replace("_", " ").capitalize())
    return Field(
        name=path,
        label=label,
        detail=detail,
        section=section,
        unit=extra.get("unit", ""),
        kind=kind,
        required=required,
        choices=_words_in(info.annotation),
        bounds=_bounds(info.metadata, extra.get("unit") in ("list", "text")),
        plausible=extra.get("plausible"),
        where=extra.get("where", ""),
        parameter=extra.get("parameter"),
        default=None if info.is_required() or info.default_factory is not None else info.default,
        always_list=[get_origin(member) for member in _members(info.annotation)] == [list],
        columns=_columns(info.annotation) if kind == "rows" else {},
    )


def _divided(description: str) -> tuple[str, str]:
    """A description's first words, which name the field, and what follows a comma, colon or semicolon."""
    label, *detail = re.split(r"[,:;] ", description, maxsplit=1)
    return label, "".join(detail)


def kind_of(annotation: Any) -> Kind:
    """What is typed for a value of an annotated type."""
    members = _members(annotation)
    origins = {get_origin(member) for member in members}
    if Any in members:
        return "numbers"
    if list in origins:
        items = _members(next(get_args(member)[0] for member in members if get_origin(member) is list))
        if any(_is_model(item) for item in items):
            return "rows"
        return "dates" if datetime.date in items else "numbers"
    if Literal in origins:
        return "word" if len(members) == 1 else "json"
    if any(_is_model(member) for member in members) or len(members) > 1:
        return "json"
    return _PLAIN.get(members[0], "json")


def _members(annotation: Any) -> tuple[Any, ...]:
    """The types that an annotation allows, None left out, each without what is noted beside it."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _members(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return tuple(member for part in get_args(annotation) for member in _members(part))
    return () if annotation is type(None) else (annotation,)


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and hasattr(annotation, "model_fields")


def _object_in(info: Any) -> Any:
    """The model of an input that is one object; None for any other."""
    members = _members(info.annotation)
    return members[0] if len(members) == 1 and _is_model(members[0]) else None


def _words_in(annotation: Any) -> tuple[str, ...]:
    return tuple(word for member in _members(annotation) if get_origin(member) is Literal for word in get_args(member))


def _columns(annotation: Any) -> dict[str, Kind]:
    """The columns of a table's rows, those that a row cannot do without first."""
    lists = (member for member in _members(annotation) if get_origin(member) is list)
    row = next(item for found in lists for item in _members(get_args(found)[0]) if _is_model(item))
    names = sorted(row.model_fields, key=lambda name: not row.model_fields[name].is_required())
    return {name: kind_of(row.model_fields[name].annotation) for name in names}


_BOUNDS: Mapping[str, str] = {"gt": "above {}", "ge": "at least {}", "lt": "below {}", "le": "at most {}"}
_LENGTHS: Mapping[str, str] = {"min_length": "at least {}", "max_length": "at most {}"}


def _bounds(metadata: Any, counted: bool) -> str:
    """The constraints of a field in words: `above 0, at most 1`."""
    names = _LENGTHS if counted else _BOUNDS
    found = [words.format(f"{limit:,g}") for item in metadata for name, words in names.items() if (limit := getattr(item, name, None)) is not None]
    return ", ".join(found)
