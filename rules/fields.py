"""Input models: the frozen base, and fields that say their unit, their words and where a trader finds them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError, ValidationInfo, model_validator

from rules.errors import RulesError

ModelT = TypeVar("ModelT", bound=BaseModel)


class Frozen(BaseModel):
    """Base of every input and result: immutable, no unknown keys, no NaN or infinity, no silent conversion."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=True, protected_namespaces=(), defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _expiry_as_days(cls, data: Any, info: ValidationInfo) -> Any:
        """`expiry` with `as_of`, here or in the input around it, wherever `days_to_expiry` is the field."""
        if not isinstance(data, dict) or "days_to_expiry" not in cls.model_fields or "expiry" in cls.model_fields:
            return data
        if "expiry" not in data:
            # The day may stand here for what is nested below.
            return data if "as_of" in cls.model_fields else {key: value for key, value in data.items() if key != "as_of"}
        if "days_to_expiry" in data:
            raise ValueError("expiry and days_to_expiry are both given, give one of them")
        around = info.context or {}
        as_of = data.get("as_of", around.get("as_of"))
        if as_of is None:
            raise ValueError("as_of is missing beside expiry, add the day, or give days_to_expiry")
        days = (_iso_day("expiry", data["expiry"]) - _iso_day("as_of", as_of)).days
        if days < 0:
            raise ValueError(f"expiry {data['expiry']} is before as_of {as_of}, give a date that has not passed")
        kept = {key: value for key, value in data.items() if key != "expiry" and (key != "as_of" or "as_of" in cls.model_fields)}
        return kept | {"days_to_expiry": days}


def _iso_day(name: str, value: Any) -> date:
    found = _iso_date(value) if isinstance(value, (str, date)) else None
    if not isinstance(found, date):
        raise ValueError(f"{name} {value!r} is not a date, write it as YYYY-MM-DD")
    return found


def _iso_date(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise ValueError(f"{value!r} is not a date, write it as YYYY-MM-DD") from error
    return value


IsoDate = Annotated[date, BeforeValidator(_iso_date)]


def unit_field(
    description: str,
    unit: str,
    *,
    synonyms: Sequence[str] = (),
    plausible: tuple[float, float] | None = None,
    where: str = "",
    parameter: str | None = None,
    choices: Mapping[str, Sequence[str]] | None = None,
    group: str | None = None,
    unless: Sequence[str] = (),
    follows: str | None = None,
    zero: Sequence[str] = (),
    **constraints: Any,
) -> Any:
    """A pydantic field with what the chat, forms and help need to know about it.

    `synonyms` are the words a trader may use for it (lower case), `plausible` the range outside which a
    value is questioned, `where` tells where a trader finds the value, `parameter` names the parameter
    that stands in for an optional input. `choices` maps each allowed word to the words a trader may use for
    it; fields of one `group` may be given together, in their order (5500/5600/6300/6400); `unless` are words that name another
    quantity when they stand with the number (the vega of a layer is not the vega of the hedge). `follows` names the input after
    which this one may stand without words of its own ("equity 300k at 10 %"); `zero` are words that say it is 0 ("no tax").
    `constraints` go to `pydantic.Field`.
    """
    extra: dict[str, Any] = {
        "unit": unit,
        "synonyms": list(synonyms),
        "plausible": plausible,
        "where": where,
        "parameter": parameter,
        "choices": choices,
        "group": group,
        "unless": list(unless),
        "follows": follows,
        "zero": list(zero),
    }
    return Field(description=description, json_schema_extra={k: v for k, v in extra.items() if v not in (None, "", [])}, **constraints)


def validated(model: type[ModelT], raw: Any, prefix: str = "") -> ModelT:
    """`raw` as a model. Raises RulesError for the first thing wrong, with the field's dotted path and a remedy."""
    try:
        return model.model_validate(raw, context=_around(raw))
    except ValidationError as error:
        raise _translate(error.errors()[0], prefix, model) from error


def problems(model: type[BaseModel], raw: Any) -> tuple[RulesError, ...]:
    """Everything wrong with `raw` as input of a model; what `validated` raises comes first."""
    try:
        model.model_validate(raw, context=_around(raw))
    except ValidationError as error:
        found = error.errors()
        if isinstance(raw, dict) and all(not each["loc"] for each in found):
            found += _of_fields(model, raw)  # a check of the whole can come before those of its fields, and hide them
        return tuple(_translate(each, "", model) for each in found)
    return ()


def _of_fields(model: type[BaseModel], raw: dict[str, Any]) -> list[Any]:
    """The errors of each field by itself, with the name of the field in their place."""
    found: list[Any] = []
    for name, info in model.model_fields.items():
        if name in raw:
            try:
                kind: Any = Annotated[info.annotation, name, *info.metadata]
                TypeAdapter(kind).validate_python(raw[name], strict=True, context=_around(raw))
            except ValidationError as error:
                found += [{**each, "loc": (name, *each["loc"])} for each in error.errors()]
    return found


def _around(raw: Any) -> dict[str, Any]:
    """What the models nested in an input may need of it: the day."""
    return {"as_of": raw.get("as_of") if isinstance(raw, dict) else None}


# Pydantic puts the member of a union into the path; it is a type of this program, not a name in the input.
_TYPE_NAME = re.compile(r"[\[A-Z]|^(?:float|int|str|bool|literal|function-.*)$")
_REMEDIES: Mapping[str, str] = {
    "missing": "add it",
    "finite_number": "give a finite number",
    "float_type": "give a number without quotation marks",
    "int_type": "give a whole number without quotation marks",
    "int_from_float": "give a whole number",
    "bool_type": "give true or false",
    "date_type": "write it as YYYY-MM-DD",
    "model_type": "give a JSON object",
    "model_attributes_type": "give a JSON object",
    "dict_type": "give a JSON object",
    "list_type": "give a JSON list",
}


def _translate(error: Any, prefix: str, model: type[BaseModel]) -> RulesError:
    place = ".".join(str(part) for part in error["loc"] if not (isinstance(part, str) and _TYPE_NAME.search(part)))
    where = ".".join(part for part in (prefix, place) if part) or "input"
    kind = error["type"]
    if kind == "extra_forbidden":
        known = ", ".join(model.model_fields) if "." not in place else "the names in the contract of this calculator"
        return RulesError(where, "is not a known name", f"use one of {known}" if "." not in place else f"use {known}")
    message = str(error["msg"]).removeprefix("Value error, ")
    problem = {"missing": "is missing", "finite_number": f"is not a finite number (got {error['input']})"}.get(kind, _lower(message))
    if kind == "value_error" and ", " in message:
        problem, remedy = message.rsplit(", ", 1)
        first, _, rest = problem.partition(" ")
        if (
            re.fullmatch(r"[a-z]+([._][a-z0-9]+)+", first)
            or first in model.model_fields
            or (re.fullmatch(r"[a-z]+", first) and rest.startswith("is missing"))
        ):
            return RulesError(first if where == "input" else f"{where}.{first}", rest, remedy)
        return RulesError(where, _lower(problem), remedy)
    got = error.get("input")
    if kind in ("less_than", "less_than_equal") and isinstance(got, (int, float)) and 1 <= got <= 1000 and _is_fraction(place):
        return RulesError(where, f"{got:g} is not written as a fraction", f"did you mean {got / 100:g}, that is {got:g} %?")
    shown = f" (got {got!r})" if isinstance(got, (int, float, str)) and kind not in ("missing", "finite_number") else ""
    return RulesError(where, f"{problem}{shown}", _REMEDIES.get(kind, "correct the value"))


def _is_fraction(place: str) -> bool:
    name = place.rsplit(".", 1)[-1]
    return name.endswith("_fraction") or name in ("implied_volatility", "rate", "dividend_yield")


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:].rstrip(".")
