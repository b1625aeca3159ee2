"""How long the program takes to start, as ratios in one run: `python tests/benchmarks/start_up.py`.

Every pair is run interleaved, 9 times; the median of each side makes the ratio.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 9
ASK_BASE = "import numpy, tokenizers, sqlite3"
RULES_BASE = "import pydantic, numpy"
QUESTIONS = (
    "What specific VIX instruments do you layer first when ALVH kicks in?",
    "What RSI level on the VIX triggers the calls?",
    "My total planned hedge vega is $10,000. How much of it goes into futures?",
)


def seconds(command: list[str]) -> float:
    """Wall time of a process."""
    started = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    return time.perf_counter() - started


def ratio(name: str, command: list[str], base: str, limit: float) -> None:
    """Print the ratio of a command to a Python one-liner, and its limit."""
    reference = [sys.executable, "-c", base]
    seconds(command), seconds(reference)
    pairs = [(seconds(reference), seconds(command)) for _ in range(RUNS)]
    low, high = statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)
    print(f"{name}: {high / low:.2f} times ({high * 1000:.0f} ms against {low * 1000:.0f} ms, n = {RUNS}, limit {limit})")


def main() -> None:
    """All ratios, over a base that exists."""
    alvh = str(Path(sys.executable).with_name("alvh"))
    with tempfile.TemporaryDirectory() as home:
        os.environ["ALVH_HOME"] = home
        book = Path(home) / "vega.json"
        book.write_text('{"planned_hedge_vega_usd": 10000}', encoding="utf-8")
        for question in QUESTIONS:
            ratio(f"alvh ask {question[:48]!r}", [alvh, "ask", question], ASK_BASE, 3.0)
        ratio("alvh rules run layer-split", [alvh, "rules", "run", "layer-split", str(book)], RULES_BASE, 1.6)


if __name__ == "__main__":
    main()
