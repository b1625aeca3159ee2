"""The committed JSON Schemas are those of the calculators: a difference is a change of the API."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rules.canonical import plain
from rules.catalogue import MODULES, calculator
from rules.schemas import Written, as_text, schemas, write

FOLDER = Path(__file__).resolve().parents[2] / "schemas"
REMEDY = "a change of the API; if it is meant, run: python -m rules.schemas tests/schemas"
FOUND = schemas()


@pytest.mark.parametrize("name", FOUND)
def test_the_committed_schema_is_the_one_of_the_program(name):
    path = FOLDER / f"{name}.json"
    assert path.is_file(), f"{path.name} is missing: {REMEDY}"
    assert path.read_text(encoding="utf-8") == as_text(FOUND[name]), f"{path.name} differs: {REMEDY}"


def test_no_schema_is_left_over_from_a_calculator_that_is_gone():
    assert {path.stem for path in FOLDER.glob("*.json")} == {*MODULES, "calculation"}, REMEDY


@pytest.mark.parametrize("name", MODULES)
def test_what_a_calculator_writes_has_the_shape_of_the_schemas(name, calculate):
    written = plain(calculate(name, calculator(name).EXAMPLE).as_dict())
    assert Written.model_validate(written).name == name
    schema = FOUND[name]["result"]
    assert set(schema["required"]) <= set(written["result"]) <= set(schema["properties"])
    assert set(written["inputs"]) <= set(FOUND[name]["input"]["properties"])


def test_writing_makes_every_file_and_removes_those_that_are_gone(tmp_path):
    (tmp_path / "gone.json").write_text("{}", encoding="utf-8")
    write(tmp_path)
    assert {path.stem for path in tmp_path.iterdir()} == {*MODULES, "calculation"}
    assert json.loads((tmp_path / "capm.json").read_text(encoding="utf-8")) == FOUND["capm"]
