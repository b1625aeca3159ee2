"""The memory of the UI over a long session: `python tests/long/ten_minutes.py [--minutes N]`.

The real program runs in a pseudo-terminal: 500 questions, 50 calculations and 20 additions in one order, one after the other; `--minutes 10` spreads them
evenly, else each follows the one before. After every step the resident memory of the UI's process is read. Its level after the last tenth of the steps
must be within 20 % of that after the first tenth. Prints both and exits 1 when it is not. Needs Linux.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pexpect

from assistant.history.history import FILE_NAME

QUESTIONS, CALCULATIONS, ADDITIONS = 500, 50, 20
MOST_GROWTH = 0.2
READINGS = 15  # a level is the median of so many readings, so that one collection of garbage more or less does not move it
WAIT_SECONDS = 120.0
ENTER, ESCAPE, QUIT = "\r", "\x1b", "\x11"
CORPUS = Path(__file__).parent.parent / "corpus" / "retrieval"
_ESCAPES = re.compile(r"\x1b(?:\[[0-9;?<>=$]*[a-zA-Z]|\][^\x07\x1b]*(?:\x07|\x1b\\))")


@dataclass(frozen=True, slots=True)
class Step:
    """A line to type: a question, a calculation, or the path of a page to add."""

    kind: Literal["question", "calculation", "addition"]
    line: str


def steps() -> Iterator[Step]:
    """All steps, the three kinds evenly mixed."""
    files = ("source_questions.jsonl", "page_questions.jsonl")
    asked = [json.loads(line)["question"] for name in files for line in (CORPUS / name).read_text(encoding="utf-8").splitlines()]
    pages = sorted((CORPUS / "pages").glob("*.txt"))
    for number in range(QUESTIONS):
        yield Step("question", asked[number % len(asked)])
        if number % (QUESTIONS // CALCULATIONS) == 0:
            vega = 5000 + 100 * number
            yield Step("calculation", f"My total planned hedge vega is ${vega:,}. How much of it goes into futures?")
        if number % (QUESTIONS // ADDITIONS) == 0:
            yield Step("addition", str(pages[number // (QUESTIONS // ADDITIONS)]))


class Program:
    """The program in a terminal of its own, in a home of its own."""

    def __init__(self, home: Path) -> None:
        environment = {**os.environ, "ALVH_HOME": str(home), "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
        self._child = pexpect.spawn(
            sys.executable, ["-m", "assistant"], env=environment, dimensions=(40, 140), encoding="utf-8", timeout=WAIT_SECONDS
        )
        self._child.delaybeforesend = None
        self._history = home / FILE_NAME
        self._drawn = ""
        self._wait(lambda: "documents" in self._drawn, "the base was not opened")

    def take(self, step: Step) -> None:
        """Do a step and wait until it is done."""
        self._drawn = ""
        if step.kind == "addition":
            self._child.send(f"/add {step.line}{ENTER}")
            self._wait(lambda: "done · 1" in self._drawn, f"{step.line} was not added")
            self._drawn = ""
            self._child.send(ESCAPE)
            self._wait(lambda: "Ask a question" in self._drawn, "the documents were not left")
            return
        answers = self._answers()
        self._child.send(f"{step.line}{ENTER}")
        self._wait(lambda: self._answers() > answers, f"{step.line!r} was not answered")
        self._wait(lambda: "last answer" in self._drawn, f"the answer to {step.line!r} was not shown")

    def megabytes(self) -> tuple[float, float]:
        """The resident memory of the UI's own process, and the part of it that is no mapped file."""
        told = dict(line.split(":", 1) for line in Path(f"/proc/{self._child.pid}/status").read_text(encoding="utf-8").splitlines())
        resident, own = (int(told[name].split()[0]) / 1024 for name in ("VmRSS", "RssAnon"))
        return resident, own

    def read(self, seconds: float) -> None:
        """Let the program draw for a while."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                self._drawn += _ESCAPES.sub("", self._child.read_nonblocking(65536, timeout=min(left, 0.05)))
            except pexpect.TIMEOUT:
                continue

    def quit(self) -> None:
        """End it."""
        self._child.send(QUIT)
        self._child.expect(pexpect.EOF)
        self._child.close()

    def _answers(self) -> int:
        with closing(sqlite3.connect(self._history)) as history:
            return int(history.execute("SELECT count(*) FROM turns WHERE kind <> 'question'").fetchone()[0])

    def _wait(self, is_so: Callable[[], bool], problem: str) -> None:
        end = time.monotonic() + WAIT_SECONDS
        while not is_so():
            assert time.monotonic() < end, f"{problem}; drawn was {self._drawn[-300:]!r}"
            self.read(0.02)


def level(readings: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The medians of both figures."""
    resident, own = zip(*readings, strict=True)
    return statistics.median(resident), statistics.median(own)


def main() -> int:
    """Take all steps, compare the levels."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=0.0, help="how long the session is to last at least")
    minutes = parser.parse_args().minutes
    listed = list(steps())
    tenth = len(listed) // 10
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as home:
        program = Program(Path(home))
        readings: list[tuple[float, float]] = []
        for number, step in enumerate(listed, 1):
            program.take(step)
            program.read(max(begun + number / len(listed) * minutes * 60 - time.monotonic(), 0.0))
            readings.append(program.megabytes())
            if number % tenth == 0:
                print(
                    f"{number} of {len(listed)} steps, {time.monotonic() - begun:.0f} s: {readings[-1][0]:.0f} MB, {readings[-1][1]:.0f} MB its own",
                    flush=True,
                )
        program.quit()
    (first, first_own), (last, last_own) = level(readings[tenth : tenth + READINGS]), level(readings[-READINGS:])
    print(
        f"memory after the first tenth of {len(listed)} steps {first:.0f} MB, at the end {last:.0f} MB ({last / first - 1:+.0%}, limit {MOST_GROWTH:.0%}); "
        f"without mapped files {first_own:.0f} and {last_own:.0f} MB"
    )
    return 0 if abs(last / first - 1) <= MOST_GROWTH else 1


if __name__ == "__main__":
    raise SystemExit(main())
