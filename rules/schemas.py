"""JSON Schemas of every calculator, and of what `run` writes. `python -m rules.schemas FOLDER` writes them anew."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Literal

from rules.canonical import to_json
from rules.catalogue import MODULES, calculator
from rules.fields import Frozen


class Reference(Frozen):
    """Where a stated value or an exchange fact is from: a document, or an address."""

    document_id: str | None = None
    heading: str | None = None
    paragraph: int | None = None
    url: str | None = None


class Step(Frozen):
    """One line of an explanation; the names in `inputs` are earlier steps."""

    name: str
    formula: str
    inputs: dict[str, Any]
    value: Any
    unit: str
    basis: Literal["stated", "assumed", "input", "contract", "estimated", "derived"]
    reference: Reference | None
    note: str | None


class Assumption(Frozen):
    """A parameter the method does not state and the result rests on."""

    id: str
    value: Any
    unit: str
    note: str


class Receipt(Frozen):
    """What the result was computed from."""

    engine_version: str
    parameters_dated: str
    parameters_sha256: str
    input_sha256: str
    result_sha256: str
    calendar_last_year: int
    assumptions: list[str]


class Written(Frozen):
    """What `run` writes: the inputs as given, the result, and how it came about."""

    name: str
    inputs: dict[str, Any]
    result: dict[str, Any]
    steps: list[Step]
    assumptions: list[Assumption]
    receipt: Receipt
    parameters_overridden: list[str]


def schemas() -> dict[str, dict[str, Any]]:
    """The schemas by file name without ending: {input, result} of each calculator, and `calculation` around them."""
    found: dict[str, dict[str, Any]] = {"calculation": Written.model_json_schema(mode="serialization")}
    for name in MODULES:
        module = calculator(name)
        found[name] = {
            "input": module.Input.model_json_schema(),
            "result": module.Result.model_json_schema(mode="serialization"),
        }
    return found


def as_text(schema: dict[str, Any]) -> str:
    """A schema as a file holds it."""
    return to_json(schema, indent=2) + "\n"


def write(folder: Path) -> None:
    """Write a file for every schema and remove those of calculators that are gone."""
    found = schemas()
    for path in folder.glob("*.json"):
        if path.stem not in found:
            path.unlink()
    for name, schema in found.items():
        (folder / f"{name}.json").write_text(as_text(schema), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        raise SystemExit("rules.schemas: FOLDER: is missing or no folder; run python -m rules.schemas tests/schemas")
    write(Path(sys.argv[1]))
