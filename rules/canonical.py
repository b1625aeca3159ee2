"""Canonical JSON and its fingerprints: the same values always give the same bytes."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from datetime import date
from typing import Any


def plain(value: Any) -> Any:
    """`value` as JSON types: models and mappings to dicts, sequences to lists, dates to ISO text, -0.0 to 0.0.

    Raises OverflowError for NaN and infinities, which canonical JSON cannot hold.
    """
    if hasattr(value, "model_dump"):
        return plain(value.model_dump())
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        if not math.isfinite(value):
            raise OverflowError(f"{value} has no place in a result")
        return 0.0 if value == 0.0 else value
    return value


def to_json(value: Any, *, indent: int | None = None) -> str:
    """Canonical JSON text of `value`: UTF-8, keys in model order, Python float repr, no NaN, no -0.0."""
    return plain_to_json(plain(value), indent=indent)


def plain_to_json(value: Any, *, indent: int | None = None) -> str:
    """As `to_json`, of a value that is made of JSON types already; a batch saves a walk over every line."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)


def document_to_json(parts: Mapping[str, Any]) -> str:
    """Canonical JSON of a calculation, of JSON types already, for a reader: parts indented, lists of objects (steps) one object a line.

    The pure-Python writer behind `indent` costs more than a plan on its hundreds of steps; a line each also reads better.
    """
    written = []
    for name, value in parts.items():
        if isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
            text = "[\n" + ",\n".join(f"    {plain_to_json(item)}" for item in value) + "\n  ]"
        else:
            text = plain_to_json(value, indent=2).replace("\n", "\n  ")
        written.append(f"  {plain_to_json(name)}: {text}")
    return "{\n" + ",\n".join(written) + "\n}"


def fingerprint(value: Any) -> str:
    """SHA-256 (hex) of the canonical JSON of `value` with sorted keys, so that key order does not matter."""
    text = json.dumps(plain(value), ensure_ascii=False, allow_nan=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
