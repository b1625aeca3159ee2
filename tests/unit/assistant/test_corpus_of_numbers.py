"""The fit half of the corpus of numeric questions is understood; its counts are minimums."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from assistant.session import Session

FIT_LINES = 122
MORE_ROUTED, MORE_CALCULATED, MORE_ASKED = 1129, 778, 125


@pytest.fixture(scope="module")
def replies(session: Session, corpus: Path) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Each line of the fit half with its reply."""
    return answered(session, corpus / "understanding" / "utterances.jsonl")


@pytest.fixture(scope="module")
def more_replies(session: Session, corpus: Path) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Every fourth line of the further wordings with its reply; `tests/long/further_wordings.py` asks all."""
    return answered(session, corpus / "understanding" / "utterances_more.jsonl", every=4)


def answered(session: Session, path: Path, every: int = 1) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """The lines of a file's fit half, or every so many of them, with their replies."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    fit = [line for line in lines if line["half"] == "fit"][::every]
    return [(line, json.loads(session.ask(line["utterance"], "2026-11-26", line.get("context", [])).as_json())) for line in fit]


def same(wanted: Any, found: Any) -> bool:
    """Whether a found input is the wanted one; further keys of an object are no difference."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(key in found and same(value, found[key]) for key, value in wanted.items())
    if isinstance(wanted, list):
        return isinstance(found, list) and len(found) == len(wanted) and all(same(a, b) for a, b in zip(wanted, found, strict=True))
    if isinstance(wanted, (int, float)) and not isinstance(wanted, bool):
        return isinstance(found, (int, float)) and found == pytest.approx(wanted, rel=1e-6)
    return bool(found == wanted)


def at(result: Any, path: str) -> Any:
    """The value at a dotted path; a number is a place in a list."""
    for part in path.split("."):
        result = result[int(part)] if isinstance(result, list) else result.get(part) if isinstance(result, dict) else None
    return result


def test_every_line_is_routed_as_it_should(replies: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    wrong = [line["utterance"] for line, reply in replies if reply["route"] not in line.get("routes", [line["route"]])]
    assert len(replies) == FIT_LINES and not wrong


def test_every_calculation_is_the_right_one_with_the_right_inputs(replies: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    due = [(line, reply["calculation"]) for line, reply in replies if line["class"] in ("complete", "both", "dialogue") and line.get("calculator")]
    wrong = [
        line["utterance"]
        for line, calculation in due
        if calculation is None or calculation["name"] != line["calculator"] or not same(line["inputs"], calculation["inputs"])
    ]
    assert len(due) == 82 and not wrong


def test_no_number_is_wrong(replies: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    wrong = []
    for line, reply in replies:
        result = (reply["calculation"] or {}).get("result")
        tolerance = line.get("tolerance", {})
        for path, value in line.get("expected", {}).items() if result is not None else ():
            found = at(result, path)
            if isinstance(value, float):
                near = found == pytest.approx(value, rel=tolerance.get("rel"), abs=tolerance.get("abs"))
                ok = near or (path in line.get("signless", ()) and -found == pytest.approx(value, rel=tolerance.get("rel"), abs=tolerance.get("abs")))
            else:
                ok = found == value or (path in line.get("signless", ()) and -found == value)
            wrong += [] if ok else [(line["utterance"], path, found)]
    assert not wrong


def is_asked_for(line: dict[str, Any], reply: dict[str, Any]) -> bool:
    """Whether a reply names every input that a line misses."""
    names = [entry["name"].rsplit(".", 1)[-1] for entry in reply["missing"]]
    pattern = line.get("missing_pattern")
    return all(set(name.split("|")) & set(names) for name in line["missing"]) or bool(pattern and any(re.search(pattern, n) for n in names))


def _is_due(line: dict[str, Any]) -> bool:
    return line["class"] in ("complete", "both", "dialogue")


def _is_computed(reply: dict[str, Any]) -> bool:
    return reply["calculation"] is not None and reply["calculation"]["result"] is not None


def is_right(line: dict[str, Any], reply: dict[str, Any]) -> bool:
    """Whether a calculation that is due was computed by the right calculator with the right inputs."""
    calculation = reply["calculation"]
    return _is_due(line) and _is_computed(reply) and calculation["name"] == line["calculator"] and same(line["inputs"], calculation["inputs"])


def is_wrong(line: dict[str, Any], reply: dict[str, Any]) -> bool:
    """Whether another was computed, or one where none is allowed."""
    return _is_computed(reply) and not is_right(line, reply) and (_is_due(line) or not {"calculation", "both"} & set(line.get("routes", ())))


def test_what_is_missing_is_asked_for(replies: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    assert [line["utterance"] for line, reply in replies if line["class"] == "missing" and not is_asked_for(line, reply)] == []


def test_most_further_wordings_are_routed_and_asked_about_as_they_should(more_replies: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    routed = [line for line, reply in more_replies if reply["route"] in line.get("routes", [line["route"]])]
    asked = [line for line, reply in more_replies if line["class"] == "missing" and is_asked_for(line, reply)]
    assert len(routed) >= MORE_ROUTED and len(asked) >= MORE_ASKED


def test_a_further_wording_is_read_rightly_or_asked_about_and_never_computed_wrongly(
    more_replies: list[tuple[dict[str, Any], dict[str, Any]]],
) -> None:
    right = sum(is_right(line, reply) for line, reply in more_replies)
    wrong = [line["utterance"] for line, reply in more_replies if is_wrong(line, reply)]
    assert right >= MORE_CALCULATED and not wrong
