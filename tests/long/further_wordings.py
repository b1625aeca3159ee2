"""Asks every line of the further wordings: `python tests/long/further_wordings.py`. Ends with 1 where a calculation is wrong or a count falls."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from assistant.session import Session  # noqa: E402 - the tests are no package that is installed
from knowledge.base import KnowledgeBase  # noqa: E402
from tests.unit.assistant.test_corpus_of_numbers import answered, is_asked_for, same  # noqa: E402

FILE = ROOT / "tests" / "corpus" / "understanding" / "utterances_more.jsonl"
LEAST_ROUTED, LEAST_RIGHT, LEAST_ASKED = 2262, 1741, 164


def main() -> int:
    """Print the counts and the lines that were computed wrongly."""
    with tempfile.TemporaryDirectory() as folder:
        replies = answered(Session(KnowledgeBase(Path(folder))), FILE)
    routed = sum(reply["route"] in line.get("routes", [line["route"]]) for line, reply in replies)
    asked = sum(line["class"] == "missing" and is_asked_for(line, reply) for line, reply in replies)
    right = sum(_is_right(line, reply) for line, reply in replies)
    wrong = [line["utterance"] for line, reply in replies if _is_wrong(line, reply)]
    print(f"{len(replies)} lines: {routed} routed, {right} computed rightly, {asked} asked for what is missing, {len(wrong)} wrong")
    print(*wrong, sep="\n")
    return int(bool(wrong) or routed < LEAST_ROUTED or right < LEAST_RIGHT or asked < LEAST_ASKED)


def _is_due(line: dict[str, Any]) -> bool:
    return line["class"] in ("complete", "both", "dialogue")


def _is_computed(reply: dict[str, Any]) -> bool:
    return reply["calculation"] is not None and reply["calculation"]["result"] is not None


def _is_right(line: dict[str, Any], reply: dict[str, Any]) -> bool:
    calculation = reply["calculation"]
    return _is_due(line) and _is_computed(reply) and calculation["name"] == line["calculator"] and same(line.get("inputs", {}), calculation["inputs"])


def _is_wrong(line: dict[str, Any], reply: dict[str, Any]) -> bool:
    return _is_computed(reply) and not _is_right(line, reply) and (_is_due(line) or "calculation" not in line.get("routes", ()))


if __name__ == "__main__":
    sys.exit(main())
