"""The process that adds files, started by `background.BackgroundAddition` with the folder of the base and the paths.

Every line of standard output is JSON: `{"files", "read"}`, an outcome, `{"error": [field, problem, remedy]}`, and at the end `{"over": true}`.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from knowledge.adding import Outcome, add_files
from knowledge.base import KnowledgeBase
from knowledge.errors import KnowledgeError
from knowledge.ingest.finding import found_files
from knowledge.ingest.limits import LimitedReader
from knowledge.search.index import open_index

Tell = Callable[[Any], None]


def main() -> int:
    """Add what the arguments name."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle: it ends this process
    if hasattr(os, "nice"):
        os.nice(10)  # whoever types or waits for an answer goes first
    lines = os.fdopen(os.dup(1), "w", encoding="ascii", newline="\n")
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)  # whatever a library prints must not mix with the lines

    def tell(event: Any) -> None:
        print(json.dumps(event), file=lines, flush=True)

    try:
        _add(Path(sys.argv[1]), sys.argv[2:], tell)
        tell({"over": True})
    except KnowledgeError as error:
        tell({"error": [error.field, error.problem, error.remedy]})
    return 0


def _add(folder: Path, paths: Sequence[str], tell: Tell) -> None:
    base = KnowledgeBase(folder)
    try:
        encoder = base.require_encoder()
        files = list(found_files(paths))
        tell({"files": len(files), "read": 0})
        new = False
        with LimitedReader() as reader:
            for step in add_files(base.store, encoder, _counted(files, tell), reader.read):
                if isinstance(step, Outcome):
                    new = new or step.state in ("added", "replaced")
                    tell(asdict(step))
        if new:
            open_index(base.store)
    finally:
        base.close()


def _counted(files: Sequence[Path | KnowledgeError], tell: Tell) -> Iterator[Path | KnowledgeError]:
    """The files, each counted when the next is asked for: it is then read."""
    for number, file in enumerate(files, 1):
        yield file
        tell({"files": len(files), "read": number})
