"""The inputs of a calculator as its pydantic model describes them: paths, units, words, ranges."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args

from assistant.quantities import Quantity

MOST_DAYS = 3660
# Options on the VIX have volatilities up to this one, a fraction: 1.04 is 104 %.
MOST_VOLATILITY = 4.0
_SKIPPED_UNITS = frozenset({"list", "switch", "text"})
_BY_UNIT: Mapping[str, tuple[str, ...]] = {
    "usd": ("usd", "number"),
    "fraction": ("fraction", "bp", "vol", "number"),
    "days": ("days", "number"),
    "trading_days": ("trading_days", "days", "number"),
    "count": ("count", "multiple", "number"),
    "ratio": ("number", "multiple"),
    "index_points": ("number", "points", "strike"),
    "vix_points": ("number", "points"),
    "usd_per_index_point": ("usd", "number", "multiple"),
    "bp": ("bp", "fraction", "number"),
    "z_score": ("sigma", "number"),
    "rsi_points": ("number",),
    "day": ("ordinal", "number"),
    "seconds": ("number",),
    "date": ("date",),
    "month": ("month",),
}
# Units in which a quantity says by itself which kind of input it is.
EXACT: frozenset[tuple[str, str]] = frozenset(
    {
        ("usd", "usd"), ("fraction", "fraction"), ("days", "days"), ("count", "count"), ("count", "multiple"), ("date", "date"), ("month", "month"),
        ("bp", "bp"), ("z_score", "sigma"), ("fraction", "vol"), ("trading_days", "trading_days"), ("ratio", "multiple"), ("fraction", "bp"),
        ("index_points", "strike"), ("day", "ordinal"),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Slot:
    """An input: `name` is its path in the calculator's JSON, with dots between the levels."""

    name: str
    unit: str
    required: bool
    whole: bool
    is_list: bool
    synonyms: tuple[str, ...]
    choices: Mapping[str, Sequence[str]]
    group: str | None
    unless: tuple[str, ...]
    follows: str | None
    zero: tuple[str, ...]
    plausible: tuple[float, float] | None
    description: str
    where: str

    @property
    def last(self) -> str:
        """The name without its path."""
        return self.name.rsplit(".", 1)[-1]

    @property
    def is_volatility(self) -> bool:
        """Whether it takes an implied volatility."""
        return self.last == "implied_volatility"


@cache
def slots_of(calculator: str) -> tuple[Slot, ...]:
    """The inputs of a calculator that a question can give as one value, in order; those inside objects with their path.

    Lists (cash flows, hedges, curves) and switches are read by their own readers.
    """
    return tuple(slot for slot in every_slot_of(calculator) if slot.unit not in _SKIPPED_UNITS and not slot.is_list)


@cache
def every_slot_of(calculator: str) -> tuple[Slot, ...]:
    """The same with the inputs that are lists, switches or text."""
    from rules.catalogue import calculator as module_of

    found = list(_slots(module_of(calculator).Input, "", True))
    outer = {slot.name for slot in found if "." not in slot.name}
    return tuple(slot for slot in found if "." not in slot.name or slot.last not in outer)


def needed_beside(calculator: str, inputs: Mapping[str, Any]) -> frozenset[str]:
    """Inputs that those given make necessary, though the model holds them to be optional."""
    from rules.catalogue import calculator as module_of

    needs = getattr(module_of(calculator), "needed_beside", None)
    return frozenset() if needs is None else frozenset(needs(inputs))


@cache
def every_name() -> frozenset[str]:
    """The words of more than two letters that name an input of any calculator by themselves; an index names its options as well as its level."""
    from rules.catalogue import MODULES

    words = {word for name in MODULES for slot in every_slot_of(name) if slot.unit != "name" for word in slot.synonyms}
    return frozenset(word for word in words if len(word) > 2) - {"vix", "spx", "for", "at"}


def _slots(model: Any, prefix: str, required: bool) -> Iterator[Slot]:
    for name, info in model.model_fields.items():
        extra = info.json_schema_extra or {}
        unit = extra.get("unit", "")
        if unit == "object":
            inner = _model_in(info.annotation)
            if inner is not None:
                yield from _slots(inner, f"{prefix}{name}.", required and info.is_required())
        else:
            yield _slot(name, info, extra, prefix, required)


def _slot(name: str, info: Any, extra: Mapping[str, Any], prefix: str, required: bool) -> Slot:
    follows = extra.get("follows")
    return Slot(
        name=f"{prefix}{name}",
        unit=extra.get("unit", ""),
        required=required and info.is_required(),
        whole="int" in str(info.annotation),
        is_list=str(info.annotation).startswith("list["),
        synonyms=(*extra.get("synonyms", ()), *((name.replace("_", " "),) if "_" in name else ())),
        choices=extra.get("choices") or {},
        group=extra.get("group"),
        unless=tuple(extra.get("unless", ())),
        follows=None if follows is None else f"{prefix}{follows}",
        zero=tuple(extra.get("zero", ())),
        plausible=extra.get("plausible"),
        description=info.description or name,
        where=extra.get("where", ""),
    )


def _model_in(annotation: Any) -> Any:
    """The model in an annotation such as `Portfolio | None`; None when there is none."""
    for part in (annotation, *get_args(annotation)):
        if isinstance(part, type) and hasattr(part, "model_fields"):
            return part
    return None


def fits(quantity: Quantity, slot: Slot) -> bool:
    """Whether a quantity can be a value of an input by its unit; ranges, rows and names cannot."""
    if quantity.low is not None or slot.choices or quantity.unit not in _BY_UNIT.get(slot.unit, ()):
        return False
    if quantity.note == "per_month" and "per_month" not in slot.name:
        return False
    if slot.unit == "ratio" and quantity.unit == "multiple":
        return slot.last == "leverage"
    if slot.unit == "fraction" and quantity.unit == "number" and abs(quantity.number) > (100 * MOST_VOLATILITY if slot.is_volatility else 100):
        return False
    if slot.unit == "fraction" and quantity.unit == "vol":
        return slot.is_volatility or slot.last == "daily_volatility_fraction"
    if slot.unit in ("days", "trading_days") and quantity.number > MOST_DAYS:
        return False
    if slot.unit in ("count", "days", "trading_days", "day") or slot.whole:
        return isinstance(quantity.value, float) and quantity.value.is_integer()
    return isinstance(quantity.value, (float, str))


def value_for(quantity: Quantity, slot: Slot) -> Any:
    """A quantity's value in the unit of an input."""
    value = quantity.value
    if isinstance(value, float):
        if slot.unit == "fraction" and quantity.unit == "bp":
            value = round(value / 10_000, 12)
        if slot.unit == "bp" and quantity.unit == "fraction":
            value = round(value * 10_000, 9)
        if slot.whole and value.is_integer():
            return int(value)
    return value


def is_percentage_as_number(quantity: Quantity, slot: Slot) -> bool:
    """Whether a bare number stands where a fraction belongs and cannot be one: a volatility of 18, a rate of 4.5."""
    highest = MOST_VOLATILITY if slot.is_volatility else 1.0
    return slot.unit == "fraction" and quantity.unit == "number" and abs(quantity.number) > highest


@cache
def words_pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern for any of some words or signs, the longest first, none inside another word."""
    return re.compile("|".join(_bounded(word) for word in sorted(words, key=lambda word: (-len(word), word))) or r"(?!)")


def _bounded(word: str) -> str:
    start = r"(?<![\w/'’])" if word[:1].isalnum() else ""
    end = r"(?![\w])" if word[-1:].isalnum() else ""
    return f"{start}{re.escape(word)}{end}"


def nested(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Inputs by path as the JSON object that a calculator takes."""
    found: dict[str, Any] = {}
    for name, value in inputs.items():
        place = found
        *path, last = name.split(".")
        for part in path:
            place[part] = dict(place.get(part, {}))
            place = place[part]
        place[last] = value
    return found


def by_path(inputs: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """The inputs of a calculator's JSON object by path (`market.vix`), those that are not given left out; the other way of `nested`."""
    flat: dict[str, Any] = {}
    for name, value in inputs.items():
        if isinstance(value, Mapping):
            flat |= by_path(value, f"{above}{name}.")
        elif value is not None:
            flat[f"{above}{name}"] = value
    return flat
