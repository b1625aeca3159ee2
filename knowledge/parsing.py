"""JSON, YAML and TOML that a user wrote or named: what is wrong with a text, and in which line."""

from __future__ import annotations

import json
import re
from typing import Any

from knowledge.errors import KnowledgeError

DEEPEST = 50
"""Levels of lists and mappings within each other; no file of a user has a tenth of that."""
# A text without its end reaches to the end, so that no place is looked at twice.
_TEXT_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[\[{\]}]', re.DOTALL)


def parse_json(text: str, where: str) -> Any:
    """JSON text as plain values; NaN and infinities are no JSON. Raises KnowledgeError with the place that is not valid or one level too deep."""
    too_deep = _first_too_deep(text)
    if too_deep is not None:
        raise KnowledgeError(_place(text, too_deep, where), "is nested too deeply", f"write it in at most {DEEPEST} levels")
    try:
        return json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise KnowledgeError(_place(text, error.pos, where), "is not JSON", "repair what stands there") from error
    except ValueError as error:
        raise KnowledgeError(where, f"holds a number that cannot be read ({error})"[:200], "write numbers of the size that markets have") from error


def parse_json_object(data: bytes, where: str, example: str) -> dict[str, Any]:
    """The JSON object of a line. Raises KnowledgeError for anything else; `example` is what to write."""
    try:
        found = parse_json(data.decode("utf-8-sig"), where)
    except UnicodeDecodeError as error:
        raise KnowledgeError(where, "is not UTF-8 text", "write the line as UTF-8") from error
    if not isinstance(found, dict):
        raise KnowledgeError(where, "is not a JSON object", f"write {example}")
    return found


def parse_yaml(text: str, name: str) -> Any:
    """YAML text as plain values. Raises KnowledgeError with file and line when it is not valid, or is one level too deep."""
    import yaml

    try:
        line = line_too_deep(text)
        if line is not None:
            raise KnowledgeError(f"{name}, line {line}", "is nested too deeply", f"write it in at most {DEEPEST} levels")
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe loader, in C where it is built
    except KnowledgeError:
        raise
    except (yaml.YAMLError, ValueError, TypeError) as error:  # a date such as 2026-02-30 is a ValueError, a key that is a list a TypeError
        mark = getattr(error, "problem_mark", None)
        where = name if mark is None else f"{name}, line {mark.line + 1}"
        raise KnowledgeError(where, "is not valid YAML", "repair the line") from error


def parse_toml(text: str, name: str) -> dict[str, Any]:
    """TOML text as plain values. Raises KnowledgeError with file and line when it is not valid."""
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        raise KnowledgeError(f"{name}, line {line.group(1)}" if line else name, "is not valid TOML", "repair the line") from error
    except RecursionError as error:
        raise KnowledgeError(name, "is nested too deeply", f"write it in at most {DEEPEST} levels") from error


def line_too_deep(text: str) -> int | None:
    """The line of a YAML text that goes one level too deep; None where none does. Raises yaml.YAMLError where it cannot be read so far.

    To be asked before anything is built of a text: the builder in C goes down one call a level, until the process ends.
    """
    import yaml

    depth = 0
    for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            return int(event.start_mark.line) + 1  # type: ignore[union-attr]  # every event of a text has its place
    return None


def _first_too_deep(text: str) -> int | None:
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


def _place(text: str, position: int, where: str) -> str:
    """A position as messages name it; the line where there are several."""
    line = f"line {text.count(chr(10), 0, position) + 1}, " if "\n" in text.strip() else ""
    return f"{where}, {line}column {position - text.rfind(chr(10), 0, position)}"


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number")
