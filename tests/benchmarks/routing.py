"""How long a warm question takes to be routed and its numbers given to inputs, as a multiple of its encoding alone.

`python tests/benchmarks/routing.py`: the complete and dialogue-free lines of `tests/corpus/understanding/utterances.jsonl`, each encoded and
each understood (its encoding included) in turn; the median of the ratios and their 95th percentile.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from assistant.session import Session
from knowledge.base import KnowledgeBase

CORPUS = Path(__file__).resolve().parents[1] / "corpus" / "understanding" / "utterances.jsonl"
DAY, LIMIT, ROUNDS = "2026-05-08", 2.0, 3


def main() -> None:
    """Print the ratios."""
    lines = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]
    questions = [line["utterance"] for line in lines if line["half"] == "fit" and not line.get("context")]
    with tempfile.TemporaryDirectory() as folder:
        base = KnowledgeBase(Path(folder))
        session = Session(base)
        encoder = base.default_encoder
        if encoder is None:
            sys.exit("the encoder's model is missing: see README.md")
        ratios = []
        for number in range(ROUNDS + 1):
            for question in questions:
                asked = question + " ." * number  # a text of its own each round, which no cache answers
                started = time.perf_counter()
                encoder.encode([asked])
                encoded = time.perf_counter()
                session.taken_up([(asked, None)], {}, DAY)
                understood = time.perf_counter()
                if number:
                    ratios.append((understood - encoded) / (encoded - started))
    ratios.sort()
    print(f"routing: {statistics.median(ratios):.2f} times the encoding of the question, 95 % below {ratios[int(0.95 * len(ratios))]:.2f}", end=" ")
    print(f"(n = {len(ratios)}, limit {LIMIT})")


if __name__ == "__main__":
    main()
