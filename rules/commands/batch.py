"""One calculation a line of a JSONL file, on all cores, in the order of the lines."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from rules.canonical import plain_to_json
from rules.catalogue import calculator
from rules.commands.command_line import error_to_json
from rules.engine import run
from rules.errors import Defect, RulesError, described
from rules.files import lines_of, standard_input
from rules.json_input import parse_json
from rules.parameters import Parameters

LINES_A_CHUNK = 16
# A process costs more to start than this many lines cost to compute.
LINES_IN_PROCESS = 4 * LINES_A_CHUNK
# Chunks handed out ahead for each process: enough to keep it busy, few enough to hold in memory.
CHUNKS_AHEAD = 4

Numbered = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Replies to some lines, as whole lines of UTF-8, and the first defect of the program among them."""

    text: bytes
    lines: int
    defect: str | None


def run_file(name: str, file: str, parameters: Parameters, processes: int | None = None) -> Iterator[bytes]:
    """Replies to the lines of a file ("-": standard input), as pieces of whole lines in input order.

    A line that cannot be used is answered in place with {"error": {field, problem, remedy}}, a blank line
    too, so that line n of the output answers line n of the input. Nothing is written for an empty file.
    Raises RulesError when the calculator is unknown or the file cannot be read, and Defect after the last
    line when one was answered with a defect of the program.
    """
    calculator(name)
    progress = Progress(_line_count(file))
    return _pieces(run_lines(name, _lines(file), parameters, processes or _cores()), progress)


def run_lines(name: str, lines: Iterable[bytes], parameters: Parameters, processes: int) -> Iterator[Chunk]:
    """Replies to lines, chunk by chunk in input order; the same bytes whatever the number of processes."""
    numbered = enumerate(lines, 1)
    first = list(islice(numbered, LINES_IN_PROCESS))
    if processes == 1 or len(first) < LINES_IN_PROCESS:
        for chunk in _chunks(first, numbered):
            yield _answered(name, chunk, parameters)
    else:
        yield from _on_processes(name, _chunks(first, numbered), parameters, processes)


def reply(name: str, line: Numbered, parameters: Parameters) -> tuple[str, str | None]:
    """The reply to one numbered line as canonical one-line JSON, and the defect it met with, if any."""
    number, data = line
    where, defect = f"line {number}", None
    try:
        return plain_to_json(run(name, parse_json(_text(data, where), where), parameters).as_dict()), None
    except RulesError as error:
        found = error
    except Exception as error:  # one line's defect must not cost the replies to all others
        defect = f"{where}: {described(error)}"
        found = RulesError(where, described(error).partition(";")[0], "please report it with this line")
    return error_to_json(found), defect


def _text(data: bytes, where: str) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RulesError(where, "is not UTF-8 text", "write the line as UTF-8") from error
    if not text.strip():
        raise RulesError(where, "is blank", "write a JSON object on every line")
    return text


def _answered(name: str, chunk: Sequence[Numbered], parameters: Parameters) -> Chunk:
    replies = [reply(name, line, parameters) for line in chunk]
    text = "".join(f"{answer}\n" for answer, _ in replies).encode("utf-8", "backslashreplace")
    return Chunk(text, len(chunk), next((defect for _, defect in replies if defect is not None), None))


def _chunks(first: Sequence[Numbered], rest: Iterator[Numbered]) -> Iterator[list[Numbered]]:
    for start in range(0, len(first), LINES_A_CHUNK):
        yield list(first[start : start + LINES_A_CHUNK])
    while chunk := list(islice(rest, LINES_A_CHUNK)):
        yield chunk


_job: tuple[str, Parameters]


def _begin(name: str, parameters: Parameters) -> None:
    """What a worker does first: leave Ctrl-C to its parent, and keep what every chunk needs."""
    global _job  # noqa: PLW0603  a worker process has one job for its whole life
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _job = (name, parameters)


def _work(chunk: Sequence[Numbered]) -> Chunk:
    name, parameters = _job
    return _answered(name, chunk, parameters)


def _on_processes(name: str, chunks: Iterator[list[Numbered]], parameters: Parameters, processes: int) -> Iterator[Chunk]:
    import multiprocessing
    from concurrent.futures import Future, ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    # One thread for each process: cores are shared out by lines, not inside a line.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # A fork has the calculator and the parameters already loaded. It is safe here, where no thread runs yet, except on
    # macOS, whose own libraries start threads; Windows has none.
    method = "fork" if sys.platform == "linux" else "spawn"
    pool = ProcessPoolExecutor(processes, multiprocessing.get_context(method), _begin, (name, parameters))
    waiting: deque[Future[Chunk]] = deque()
    try:
        for chunk in chunks:
            waiting.append(pool.submit(_work, chunk))
            if len(waiting) >= processes * CHUNKS_AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        raise RulesError("batch", "lost a process, perhaps for want of memory", "run it with --processes 1") from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _pieces(chunks: Iterator[Chunk], progress: Progress) -> Iterator[bytes]:
    defect = None
    try:
        for chunk in chunks:
            defect = defect or chunk.defect
            yield chunk.text
            progress.add(chunk.lines)
    finally:
        progress.clear()
        close: Any = getattr(chunks, "close", None)
        if close is not None:
            close()
    if defect is not None:
        raise Defect(defect)


def _lines(file: str) -> Iterator[bytes]:
    if file == "-" and standard_input().isatty():
        raise RulesError("standard input", "is a terminal", "pipe JSON objects in, one a line, or name a file")
    return lines_of(file)


def _line_count(file: str) -> int | None:
    """How many lines a file has, for the progress shown; None when that is not known before reading."""
    if file == "-" or not sys.stderr or not sys.stderr.isatty() or not os.path.isfile(file):  # noqa: PTH113  a name may be no path at all
        return None
    count, last = 0, b"\n"
    with open(file, "rb") as stream:  # noqa: PTH123
        while block := stream.read(1 << 20):
            count, last = count + block.count(b"\n"), block[-1:]
    return count + (last != b"\n")


def _cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Progress:
    """Lines done, rate and remaining time on standard error, only when that is a terminal."""

    def __init__(self, total: int | None) -> None:
        self._total, self._done, self._shown = total, 0, False
        self._active = sys.stderr is not None and sys.stderr.isatty()
        self._began = self._last = time.monotonic()

    def add(self, lines: int) -> None:
        """Count lines; the text is written anew at most five times a second."""
        self._done += lines
        now = time.monotonic()
        if self._active and now - self._last >= 0.2:
            self._last, self._shown = now, True
            sys.stderr.write(f"\r\x1b[K{progress_text(self._done, self._total, now - self._began)}")
            sys.stderr.flush()

    def clear(self) -> None:
        """Take the text away."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def progress_text(done: int, total: int | None, seconds: float) -> str:
    """Lines done of a total (None: not known), lines a second, and the seconds that the rest takes at that rate."""
    rate = done / seconds if seconds > 0 else 0.0
    text = f"{done:,} lines" if total is None else f"{done:,} of {total:,} lines"
    text += f", {rate:,.0f} a second"
    if total is not None and rate > 0:
        text += f", {max(total - done, 0) / rate:,.0f} s left"
    return text
