"""Runs every golden case: figures that docs/DEFINITIONS.md and its sources state, never figures read off the program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from rules.engine import run
from rules.parameters import load_parameters

FILES = sorted(Path(__file__).parent.glob("*.yaml"))
CASES = [case for path in FILES for case in yaml.safe_load(path.read_text(encoding="utf-8"))]
MUST, MAY = {"name", "calculator", "input"}, {"expected", "tolerance", "says"}


def at(result: Any, dotted: str) -> Any:
    """The value under a dotted key; digits index a list, and `count` is the length of a list."""
    for part in dotted.split("."):
        if isinstance(result, (list, tuple)):
            result = len(result) if part == "count" else result[int(part)]
        else:
            result = result[part]
    return result


def test_every_case_is_well_formed_and_named_by_a_sentence_of_its_own():
    assert len(CASES) >= 60
    for case in CASES:
        assert MUST <= set(case) <= MUST | MAY and ("expected" in case or "says" in case), case["name"]
        assert case["name"].count(" ") >= 3 and case["name"][0].isupper(), case["name"]
        assert case.get("tolerance", 0) >= 0
    assert len({case["name"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_engine_gives_the_figures_of_the_golden_case(case):
    result = run(case["calculator"], case["input"], load_parameters()).result
    for key, expected in case.get("expected", {}).items():
        found = at(result, key)
        if isinstance(expected, float) or (isinstance(expected, int) and isinstance(found, float)):
            assert found == pytest.approx(expected, rel=0, abs=case.get("tolerance", 0)), key
        else:
            assert found == expected and type(found) is type(expected), key
    for key, words in case.get("says", {}).items():
        for word in words:
            assert word in at(result, key), key
