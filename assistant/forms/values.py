"""What is typed into a field as the value that the engine takes, and a value as the text to show in a field."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from assistant.forms.fields import Field, Kind
from rules.errors import RulesError
from rules.json_input import parse_json

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_EITHER = re.compile(r"(?<![\d.])\d{1,3},\d{3}(?![\d.])")
_SPACES = re.compile(r"[ \t\n;]+")
_YES_NO: Mapping[str, bool] = {"yes": True, "true": True, "no": False, "false": False}
_MOST_DIGITS = 15


def value_of(text: str, field: Field) -> Any:
    """The value that a text in a field stands for; None for an empty one. Raises RulesError that says what to write instead.

    What the engine checks itself, ranges and words, is left to it: a date and a word stay as they are typed.
    """
    text = text.replace("\r\n", "\n").strip()
    if not text:
        return None
    if field.kind == "rows":
        return _rows(text, field)
    return _value(text, field.kind, field.unit, field.name, field.always_list)


def _value(text: str, kind: Kind, unit: str, place: str, always_list: bool = False) -> Any:
    if kind in ("number", "whole"):
        return _number(text, unit, place)
    if kind == "yes_no":
        if text.lower() not in _YES_NO:
            raise RulesError(place, f"{text!r} is neither yes nor no", "write yes or no")
        return _YES_NO[text.lower()]
    if kind in ("numbers", "dates", "json") and text[0] in "[{":
        return parse_json(text, place)
    if kind == "numbers":
        found = [_number(part, unit, place) for part in _parts(text, place)]
        return found if always_list or len(found) > 1 else found[0]
    if kind == "dates":
        return [part for part in re.split(r"[,;\s]+", text) if part]
    return text


def _number(text: str, unit: str, place: str) -> int | float:
    """A number as a trader writes it: `10,000`, `$310`, `4.5 %` where a fraction is asked."""
    digits = text.replace("\u2212", "-")
    digits = re.sub(r"^([+-]?)\s*\$\s*", r"\1", digits) if "usd" in unit else digits
    percent = unit == "fraction" and digits.endswith("%")
    digits = digits.removesuffix("%").rstrip() if percent else digits
    if _GROUPED.fullmatch(digits):
        digits = digits.replace(",", "")
    if not _NUMBER.fullmatch(digits):
        remedy = "write decimals with a point, as 20.5" if re.fullmatch(r"[+-]?\d+,\d+", digits) else "write it in digits, as 20.5"
        raise RulesError(place, f"{text!r} is not a number", remedy)
    if percent:
        return float(Decimal(digits) / 100)
    return int(digits) if re.fullmatch(rf"[+-]?\d{{1,{_MOST_DIGITS}}}", digits) else float(digits)


def _parts(text: str, place: str) -> list[str]:
    """The numbers of a list, between commas, semicolons, spaces or lines.

    A comma with three digits behind it may stand inside a number: where no space tells, it is asked about.
    """
    apart = [part.strip(",") for part in _SPACES.split(text) if part.strip(",")]
    if "," in text and not any("," in part for part in apart):
        return apart
    found: list[str] = []
    for part in apart:
        either = _EITHER.search(part)
        if either is not None:
            shown = either.group()
            raise RulesError(place, f"{shown} may be one number or two", f"write {shown.replace(',', '')} or {shown.replace(',', ', ')}")
        found += [each for each in part.split(",") if each]
    return found


def _rows(text: str, field: Field) -> list[Any]:
    """Rows as a JSON list, as one JSON object a line, or as lines of cells below a line with the names of the columns."""
    if text[0] == "[":
        found = parse_json(text, field.name)
        return found if isinstance(found, list) else [found]
    if text[0] == "{":
        return _objects(text, field.name)
    lines = [line for line in text.split("\n") if line.strip()]
    comma = next((mark for mark in "\t;" if mark in lines[0]), ",")
    names, *rows = ([cell.strip() for cell in cells] for cells in csv.reader(io.StringIO("\n".join(lines)), delimiter=comma))
    if not set(names) & set(field.columns):
        raise RulesError(field.name, "has no line with the names of the columns", f"begin with {comma.join(_shortest(field))}")
    return [_row(cells, names, number, field) for number, cells in enumerate(rows, 1)]


def _objects(text: str, place: str) -> list[Any]:
    lines = [line.strip().removesuffix(",") for line in text.split("\n") if line.strip()]
    if all(line.endswith("}") for line in lines):
        return [parse_json(line, place) for line in lines]
    return [parse_json(text, place)]


def _row(cells: Sequence[str], names: Sequence[str], number: int, field: Field) -> dict[str, Any]:
    if len(cells) > len(names):
        problem = f"row {number} has {len(cells)} cells for {len(names)} columns"
        raise RulesError(field.name, problem, "write numbers without commas, one cell a column")
    found = {}
    for name, cell in zip(names, cells, strict=False):
        if cell:
            try:
                found[name] = _value(cell, field.columns.get(name, "text"), "fraction" if "fraction" in name else "", field.name)
            except RulesError as error:
                raise RulesError(field.name, f"row {number}, {name}: {error.problem}", error.remedy) from error
    return found


def _shortest(field: Field) -> list[str]:
    """The first columns of a table's rows, enough to show how it begins."""
    return list(field.columns)[:4]


def text_of(value: Any, field: Field) -> str:
    """A value as the text that `value_of` reads as the same value; empty for None."""
    if value is None:
        return ""
    if field.kind == "rows" and isinstance(value, Sequence):
        return _table(value, field)
    return _text(value, field.kind, field.always_list)


def _text(value: Any, kind: Kind, always_list: bool = False) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return _digits(value)
    if isinstance(value, str):
        return value
    plain = isinstance(value, Sequence) and all(isinstance(item, (int, float, str)) and not isinstance(item, bool) for item in value)
    if plain and value and (kind == "dates" or always_list or len(value) > 1):
        return ", ".join(_text(item, kind) for item in value)
    return _json(value)


def _digits(value: int | float) -> str:
    """A number in digits, a whole one without a point."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() and abs(value) < 10**_MOST_DIGITS else repr(value)


def _table(rows: Sequence[Any], field: Field) -> str:
    """Rows with plain cells as lines of cells below their names, others as one JSON object a line."""
    if not rows or not all(_is_plain_row(row, field) for row in rows):
        return "\n".join(map(_json, rows)) if rows and all(isinstance(row, Mapping) for row in rows) else _json(rows)
    names = list(dict.fromkeys(name for row in rows for name in row))
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\n")
    lines.writerow(names)
    lines.writerows([_text(row.get(name, ""), "text") if row.get(name) is not None else "" for name in names] for row in rows)
    return written.getvalue().rstrip("\n")


def _is_plain_row(row: Any, field: Field) -> bool:
    """Whether a row's cells read back as what they are: single values of known columns, texts not empty nor with spaces around."""
    if not isinstance(row, Mapping) or not row:
        return False
    cells: Iterable[tuple[str, Any]] = ((name, cell) for name, cell in row.items() if cell is not None)
    return all(name in field.columns and isinstance(cell, (int, float, str)) and _is_plain_cell(cell, field.columns[name]) for name, cell in cells)


def _is_plain_cell(cell: int | float | str, kind: Kind) -> bool:
    if not isinstance(cell, str):
        return kind not in ("word", "text", "date", "dates")
    return kind in ("word", "text", "date") and cell != "" and cell == cell.strip() and "\n" not in cell


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
