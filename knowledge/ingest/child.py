"""The process that reads files: `python -m knowledge.ingest.child MEGABYTES`.

Every line of standard input is a path as JSON; the answer is a line of JSON, `{"document": ...}` or
`{"problem": ..., "remedy": ...}`. It ends when its input ends.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import warnings
from pathlib import Path

from knowledge.errors import KnowledgeError
from knowledge.mappings import document_to_json

STACK_LIMIT = 3000


def main() -> int:
    """Answer until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle: it ends this process
    answers = os.fdopen(os.dup(1), "w", encoding="ascii", newline="\n")
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)  # whatever a library prints must not mix with the answers, nor reach a terminal
    os.dup2(null, 2)
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    _limit_memory(int(sys.argv[1]))
    for line in sys.stdin:
        print(_answer(Path(json.loads(line))), file=answers, flush=True)
    return 0


def _limit_memory(megabytes: int) -> None:
    """Let allocations beyond the limit fail; on systems without such limits nothing is limited."""
    try:
        import resource
    except ImportError:
        return
    try:
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    except (OSError, ValueError):
        return


def _answer(path: Path) -> str:
    from knowledge.ingest import read_document

    try:
        return f'{{"document": {document_to_json(read_document(path))}}}'
    except KnowledgeError as error:
        return json.dumps({"problem": error.problem, "remedy": error.remedy})
    except MemoryError:
        return json.dumps({"problem": "needs more memory to read than is allowed", "remedy": "split it into smaller files"})
    except RecursionError:
        return json.dumps({"problem": "is nested too deeply", "remedy": "save its text as .txt"})
    except Exception as error:  # a parser's own defect is about this file and no reason to stop
        return json.dumps({"problem": f"cannot be read ({type(error).__name__})", "remedy": "save its text as .txt"})


if __name__ == "__main__":
    raise SystemExit(main())
