"""Bracket tables: validated once as sorted, disjoint and complete, looked up purely.

A row covers `from <= x < to`, or, in a table spelled with `above` and `up_to`, `above < x <= up_to`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rules.errors import RulesError

_EDGES = (("from", "to"), ("above", "up_to"))


def check_brackets(where: str, rows: Any) -> None:
    """Refuse a table that is not sorted, disjoint and complete.

    The next row starts where a row ends; only the last upper edge may be null (open end), only the
    first `above` may be null. Raises RulesError naming the row.
    """
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise RulesError(where, "is not a table", "give a list of rows with from and to")
    lower, upper = _edges(rows[0])
    for number, row in enumerate(rows):
        place = f"{where}.value.{number}"
        if lower not in row or upper not in row:
            raise RulesError(place, f"has no {lower} and {upper}", "give both edges of the row")
        for edge in (lower, upper):
            if isinstance(row[edge], bool) or not isinstance(row[edge], (int, float, type(None))):
                raise RulesError(f"{place}.{edge}", f"{row[edge]!r} is not a number", "give a number")
        if row[lower] is None and (number or lower == "from"):
            raise RulesError(f"{place}.{lower}", "is empty", f"give the number at which the row starts; only the first {_EDGES[1][0]} may be null")
        last = number == len(rows) - 1
        if row[upper] is None:
            if not last:
                raise RulesError(place, "is open-ended before the last row", f"only the last row may have {upper}: null")
        elif row[lower] is not None and not row[lower] < row[upper]:
            raise RulesError(place, "does not end above its start", f"give {lower} below {upper}")
        if not last and rows[number + 1].get(lower) != row[upper]:
            raise RulesError(place, "leaves a gap to, or overlaps, the next row", "start each row where the row before ends")


def bracket_for(rows: Sequence[dict[str, Any]], x: float) -> dict[str, Any]:
    """The row that covers `x`. Raises ValueError when x lies outside the table."""
    lower, upper = _edges(rows[0])
    for row in rows:
        low, high = row[lower], row[upper]
        if lower == "from" and low <= x and (high is None or x < high):
            return row
        if lower == "above" and (low is None or low < x) and (high is None or x <= high):
            return row
    raise ValueError(f"{x} lies outside the table")


def _edges(row: dict[str, Any]) -> tuple[str, str]:
    return _EDGES[1] if "above" in row else _EDGES[0]
