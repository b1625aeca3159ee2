"""Asks every line of the further wordings: `python tests/long/further_wordings.py`. Ends with 1 where a calculation is wrong or a count falls."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from assistant.session import Session  # noqa: E402 - the tests are no package that is installed
from knowledge.base import KnowledgeBase  # noqa: E402
from tests.unit.assistant.test_corpus_of_numbers import answered, is_asked_for, is_right, is_wrong  # noqa: E402

FILE = ROOT / "tests" / "corpus" / "understanding" / "utterances_more.jsonl"
LEAST_ROUTED, LEAST_RIGHT, LEAST_ASKED = 4530, 3150, 497


def main() -> int:
    """Print the counts and the lines that were computed wrongly."""
    with tempfile.TemporaryDirectory() as folder:
        replies = answered(Session(KnowledgeBase(Path(folder))), FILE)
    routed = sum(reply["route"] in line.get("routes", [line["route"]]) for line, reply in replies)
    asked = sum(line["class"] == "missing" and is_asked_for(line, reply) for line, reply in replies)
    right = sum(is_right(line, reply) for line, reply in replies)
    wrong = [line["utterance"] for line, reply in replies if is_wrong(line, reply)]
    print(f"{len(replies)} lines: {routed} routed, {right} computed rightly, {asked} asked for what is missing, {len(wrong)} wrong")
    print(*wrong, sep="\n")
    return int(bool(wrong) or routed < LEAST_ROUTED or right < LEAST_RIGHT or asked < LEAST_ASKED)


if __name__ == "__main__":
    sys.exit(main())
