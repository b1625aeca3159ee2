"""How long a key takes to its echo in the prompt while 500 documents are being added: `python tests/benchmarks/typing_while_adding.py`.

The program runs in a pseudo-terminal. A key is sent, and its echo is there when the terminal was told to draw the last letters that were typed.
The next key follows after a pause, so that keys meet every part of an addition. Exits 1 when the 95th percentile is over its limit.
"""

from __future__ import annotations

import os
import random
import re
import statistics
import string
import sys
import tempfile
import time
from pathlib import Path

import pexpect
from grown_text import GrownDocuments

DOCUMENTS, KEYS, LIMIT_MS, PAUSE_SECONDS, SEED = 500, 400, 50.0, 0.05, 20260509
TAIL = 6  # letters that are looked for: no word or number of the status line has them
WAIT_SECONDS = 10.0
ENTER, ESCAPE, QUIT = "\r", "\x1b", "\x11"
_ESCAPES = re.compile(r"\x1b(?:\[[0-9;?<>=$]*[a-zA-Z]|\][^\x07\x1b]*(?:\x07|\x1b\\))")
_NO_LETTER = re.compile(r"[^a-z]")


def write_documents(folder: Path) -> None:
    """Pages of five passages each, as Markdown."""
    grown = GrownDocuments()
    for number in range(DOCUMENTS):
        page = grown.document(number)
        (folder / f"page-{number:03}.md").write_text(f"# {page.title}\n\n{page.text}\n", encoding="utf-8")


def started(home: Path) -> pexpect.spawn:
    """The program in a terminal of its own, its base open; keys go out at once."""
    environment = {**os.environ, "ALVH_HOME": str(home), "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
    child = pexpect.spawn(sys.executable, ["-m", "assistant"], env=environment, dimensions=(40, 140), encoding="utf-8", timeout=120)
    child.delaybeforesend = None
    child.expect("documents")
    return child


def milliseconds_to_echo(child: pexpect.spawn, key: str, tail: str) -> float:
    """Send a key and wait until the letters that end with it are drawn; a border may stand between them where a line ends."""
    drawn = ""
    begun = time.perf_counter()
    child.send(key)
    while tail not in _NO_LETTER.sub("", _ESCAPES.sub("", drawn)):
        assert time.perf_counter() < begun + WAIT_SECONDS, f"{tail!r} is not drawn; drawn was {drawn[-200:]!r}"
        try:
            drawn += child.read_nonblocking(65536, timeout=WAIT_SECONDS)
        except pexpect.TIMEOUT:
            continue
    return (time.perf_counter() - begun) * 1000


def measured(child: pexpect.spawn) -> list[float]:
    """The echo times of all keys, the first few of which only fill the tail."""
    chance = random.Random(SEED)
    typed, times = "", []
    for number in range(KEYS + TAIL):
        key = chance.choice(string.ascii_lowercase)
        typed += key
        if number < TAIL:
            child.send(key)
        else:
            times.append(milliseconds_to_echo(child, key, typed[-TAIL:]))
        time.sleep(PAUSE_SECONDS)
    return times


def ended(child: pexpect.spawn) -> None:
    """Quit."""
    child.send(QUIT)
    child.expect(pexpect.EOF)
    child.close()


def is_adding(child: pexpect.spawn) -> bool:
    """Whether a process that the program has started is still there."""
    return any(path.read_text() for path in Path(f"/proc/{child.pid}/task").glob("*/children"))


def main() -> int:
    """Type alone, type while adding, print."""
    with tempfile.TemporaryDirectory() as folder:
        home, pages = Path(folder) / "home", Path(folder) / "pages"
        pages.mkdir()
        write_documents(pages)
        child = started(home)
        alone = measured(child)
        ended(child)
        child = started(home)
        child.send(f"/add {pages}{ENTER}")
        child.expect(f"of {DOCUMENTS} files read")
        child.send(ESCAPE)
        child.expect("Ask a question")
        times = measured(child)
        assert is_adding(child), "the addition was over before the last key"
        ended(child)
    worst = statistics.quantiles(times, n=20)[-1]
    print(
        f"a key to its echo while {DOCUMENTS} documents are added: 95th percentile {worst:.1f} ms, median {statistics.median(times):.1f} ms, "
        f"longest {max(times):.1f} ms (n = {KEYS}, limit {LIMIT_MS:.0f} ms); without adding, 95th percentile {statistics.quantiles(alone, n=20)[-1]:.1f} ms"
    )
    return 0 if worst <= LIMIT_MS else 1


if __name__ == "__main__":
    raise SystemExit(main())
