"""The process that reads files, started by `limits.LimitedReader` with two arguments: MEGABYTES and SECONDS.

Every line of standard input is a path as JSON; the answer is a line of JSON, `{"document": ...}` or
`{"problem": ..., "remedy": ...}`; `"spent": true` with it says that the next file needs a new process. It ends when its input ends.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import warnings
from pathlib import Path

from knowledge.documents import without_controls
from knowledge.errors import KnowledgeError
from knowledge.mappings import document_to_json

_SPENT_SHARE = 0.5
_SPARE_SECONDS = 30


def main() -> int:
    """Answer until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle: it ends this process
    answers = os.fdopen(os.dup(1), "w", encoding="ascii", newline="\n")
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)  # whatever a library prints must not mix with the answers, nor reach a terminal
    os.dup2(null, 2)
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    megabytes, seconds = int(sys.argv[1]), float(sys.argv[2])
    _limit("RLIMIT_AS", megabytes << 20)
    _limit("RLIMIT_CORE", 0)
    for line in sys.stdin:
        # A parent that was killed cannot end this process: the time of the processor does.
        _limit("RLIMIT_CPU", int(sum(os.times()[:2]) + seconds + _SPARE_SECONDS))
        answer, exhausted = _answer(Path(json.loads(line)))
        if exhausted or _megabytes_held() > _SPENT_SHARE * megabytes:
            answer = f'{answer[:-1]}, "spent": true}}'
        print(answer, file=answers, flush=True)
    return 0


def _limit(name: str, most: int) -> None:
    """Set a limit of the system for this process; on systems without it nothing is limited."""
    try:
        import resource
    except ImportError:
        return
    try:
        number = getattr(resource, name)
        resource.setrlimit(number, (most, resource.getrlimit(number)[1]))
    except (AttributeError, OSError, ValueError):
        return


def _megabytes_held() -> float:
    """Address space in use, where the system tells it as Linux does; else 0."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def _answer(path: Path) -> tuple[str, bool]:
    """The answer for a file, and whether reading it has used up what the process may have."""
    from knowledge.ingest import read_document

    try:
        return f'{{"document": {document_to_json(read_document(path))}}}', False
    except KnowledgeError as error:
        return _refusal(_with_place(error, path), error.remedy), False
    except MemoryError:
        return _refusal("needs more memory to read than is allowed", "split it into smaller files"), True
    except Exception as error:  # a parser's own defect is about this file and no reason to stop
        return _refusal(f"cannot be read ({type(error).__name__})", "save its text as .txt"), True


def _refusal(problem: str, remedy: str) -> str:
    words = (" ".join(without_controls(text).split()) for text in (problem, remedy))
    return json.dumps(dict(zip(("problem", "remedy"), words, strict=True)))


def _with_place(error: KnowledgeError, path: Path) -> str:
    """What is wrong, with the line or the entry that the error names besides the file."""
    place = error.field.removeprefix(str(path)).removeprefix(path.name).lstrip(", ")
    return f"{error.problem} ({place})" if place else error.problem


if __name__ == "__main__":
    raise SystemExit(main())
