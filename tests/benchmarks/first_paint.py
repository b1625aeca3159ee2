"""How long until the screen is there, its last session of 1,000 turns restored: `python tests/benchmarks/first_paint.py`.

The ratio of the time to first paint to `python -c "import textual.app"`, each pair run after one another, 9 times; the median counts.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pexpect

from assistant.history import History, SavedTurn
from assistant.history.history import FILE_NAME

RUNS, TURNS, LIMIT = 9, 1000, 2.0
MARK = "the last answer of all"


def with_history(home: Path) -> None:
    """Write a session of 1,000 turns."""
    history = History(home / FILE_NAME)
    session_id = history.start_session("Long", "2026-05-08T09:30:00-04:00")
    for number in range(TURNS - 1):
        history.append(session_id, SavedTurn("2026-05-08T09:30:00-04:00", "question", f"question {number}"))
    history.append(session_id, SavedTurn("2026-05-08T09:30:00-04:00", "answer", MARK))
    history.close()


def seconds_to_import() -> float:
    """Wall time of the import alone."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import textual.app"], check=True)
    return time.perf_counter() - started


def seconds_to_paint(home: Path) -> float:
    """Wall time until the restored session is on the screen."""
    environment = {**os.environ, "ALVH_HOME": str(home), "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
    started = time.perf_counter()
    child = pexpect.spawn(sys.executable, ["-m", "assistant"], env=environment, dimensions=(40, 140), encoding="utf-8", timeout=60)
    child.expect(MARK)
    seconds = time.perf_counter() - started
    child.expect("documents")
    with Path(f"/proc/{child.pid}/maps").open() as maps:
        assert "libtorch" not in maps.read(), "torch is loaded"
    child.send("\x11")
    child.expect(pexpect.EOF)
    child.close()
    return seconds


def main() -> None:
    """Print the median of the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with_history(home)
        seconds_to_paint(home), seconds_to_import()
        ratios = [seconds_to_paint(home) / seconds_to_import() for _ in range(RUNS)]
    print(f"first paint: {statistics.median(ratios):.2f} times import textual.app (n = {RUNS}, limit {LIMIT})")


if __name__ == "__main__":
    main()
