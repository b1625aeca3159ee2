"""Strict JSON as a user writes it: what is wrong with a text, and in which line."""

from __future__ import annotations

import json
import re
from typing import Any

from rules.errors import RulesError

DEEPEST = 50
"""Levels of lists and objects within each other; no input has a tenth of that."""
# A text without its end reaches to the end, so that no place is looked at twice.
_TEXT_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[\[{\]}]', re.DOTALL)


def parse_json(text: str, source: str) -> Any:
    """Parse strict JSON. Raises RulesError naming line, column and the key that the broken value belongs to."""
    too_deep = first_too_deep(text)
    if too_deep is not None:
        raise RulesError(_place(text, too_deep, source), "is nested too deeply", f"give the input as the example shows, in at most {DEEPEST} levels")
    try:
        return json.loads(text, object_pairs_hook=_object_without_duplicates, parse_constant=float)
    except json.JSONDecodeError as error:
        keys = re.findall(r'"([^"\\]*)"\s*:\s*$', text[: error.pos])
        where = f"{keys[-1]}" if keys else _place(text, error.pos, source)
        found = re.match(r"[^\s,}\]]*", text[error.pos :])
        shown = found.group()[:20] if found and found.group() else "nothing"
        raise RulesError(where, f"{shown} is not a JSON value", "write a number, a text in double quotes, a list or an object") from error
    except ValueError as error:
        if isinstance(error, RulesError):
            raise
        raise RulesError(source, "holds a number of too many digits", "give values of the size that markets have") from error


def first_too_deep(text: str) -> int | None:
    """Where the first bracket stands that opens one level too many; None in a text within the limit."""
    if text.count("[") + text.count("{") <= DEEPEST:
        return None
    depth = 0
    for match in _TEXT_OR_BRACKET.finditer(text):
        sign = match.group()[0]
        depth += (sign in "[{") - (sign in "]}")
        if depth > DEEPEST:
            return match.start()
    return None


def _place(text: str, position: int, source: str) -> str:
    """A position as messages name it; the line where there are several."""
    line = f"line {text.count(chr(10), 0, position) + 1}, " if "\n" in text.strip() else ""
    return f"{source}, {line}column {position - text.rfind(chr(10), 0, position)}"


def _object_without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise RulesError(key, "appears twice", "keep one of the two")
        found[key] = value
    return found
