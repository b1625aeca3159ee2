"""Adding files in a process of its own, so that the program that started it goes on answering and typing stays quick."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.adding import Outcome
from knowledge.errors import KnowledgeError
from knowledge.processes import command_for


@dataclass(frozen=True, slots=True)
class Progress:
    """How many files were found, and how many of them have been read so far."""

    files: int
    read: int


class BackgroundAddition:
    """Files on their way into the base in a folder. `cancel` may be called from any thread: what was reported as added stays."""

    def __init__(self, folder: Path, paths: Sequence[str]) -> None:
        self._command = command_for("knowledge.background_child", str(folder), *paths)
        self._process: subprocess.Popen[str] | None = None
        self.cancelled = False

    @property
    def process_id(self) -> int | None:
        """Process id of what adds; None before it is started."""
        return None if self._process is None else self._process.pid

    def events(self) -> Iterator[Outcome | Progress]:
        """What becomes of each file, and the progress between. Raises KnowledgeError when the base cannot be added to."""
        try:
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter
                self._command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="ascii"
            )
        except OSError as error:
            raise KnowledgeError("adding", f"no process can be started ({error.strerror})", "close other programs") from error
        if self.cancelled:
            self._process.terminate()
        over = False
        with self._process as process:
            assert process.stdout is not None, "it is a pipe"
            for line in process.stdout:
                event = _event(line)
                over = over or event is None
                if event is not None:
                    yield event
        if not over and not self.cancelled:
            raise KnowledgeError("adding", "the process that adds has ended early", "add the files again: what is in is left as it is")

    def cancel(self) -> None:
        """End the process."""
        self.cancelled = True
        if self._process is not None:
            self._process.terminate()


def _event(line: str) -> Outcome | Progress | None:
    """A line of the process; None for its last. Raises KnowledgeError for one that says why nothing more is added."""
    try:
        told = json.loads(line)
        if "error" in told:
            raise KnowledgeError(*told["error"])
        if "files" in told:
            return Progress(told["files"], told["read"])
        return None if "over" in told else Outcome(**told)
    except KnowledgeError:
        raise
    except (ValueError, TypeError, KeyError):
        return None  # a line that was cut off when the process was ended
