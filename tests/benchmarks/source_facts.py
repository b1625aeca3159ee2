"""How many facts of the source its answers hold: `python tests/benchmarks/source_facts.py [FILE ...] [--knowledge DIR]`.

A file (JSONL or YAML) has questions on the source article, each with the patterns (`must`) that a right answer matches. Without files
those of `tests/corpus` are asked. Without a folder the shipped articles answer. Printed: facts held by the answer's
text, questions with all of them, sentences an answer.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

from assistant.session import Session
from knowledge.base import KnowledgeBase

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
DAY = "2026-05-08"
MOST_SENTENCES = 5


def questions_of(path: Path) -> list[dict[str, Any]]:
    """The questions of a file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    found: list[dict[str, Any]] = yaml.safe_load(text)
    return found


def measure(session: Session, questions: list[dict[str, Any]]) -> tuple[int, int, int, float]:
    """(facts held, facts, questions with all facts, mean number of cited sentences)."""
    held = facts = whole = sentences = 0
    for entry in questions:
        reply = session.ask(entry["question"], DAY, entry.get("context", []))
        found = [re.search(pattern, reply.answer, re.IGNORECASE) is not None for pattern in entry["must"]]
        cited = sum(len(citation.sentences) for citation in reply.citations)
        if cited > MOST_SENTENCES:
            sys.exit(f"{cited} sentences answer {entry['question']!r}, at most {MOST_SENTENCES} may")
        held, facts, whole, sentences = held + sum(found), facts + len(found), whole + all(found), sentences + cited
    return held, facts, whole, sentences / len(questions)


def main() -> None:
    """Print a line for each file and half of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, default=sorted(CORPUS.rglob("source_questions.*")))
    parser.add_argument("--knowledge", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        session = Session(KnowledgeBase(arguments.knowledge or Path(folder)))
        for path in arguments.files:
            questions = questions_of(path)
            for half in sorted({entry.get("half", "all") for entry in questions}):
                chosen = [entry for entry in questions if entry.get("half", "all") == half]
                held, facts, whole, sentences = measure(session, chosen)
                print(f"{path.name}, {half}: {held} of {facts} facts, {whole} of {len(chosen)} questions whole, {sentences:.1f} sentences an answer")


if __name__ == "__main__":
    main()
