"""Reading files in a process of their own, with limits: no file can stop the program, fill the memory or write to the terminal."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import IO

from knowledge.documents import Document
from knowledge.errors import KnowledgeError
from knowledge.mappings import document_from_json
from knowledge.processes import command_for

SECONDS = 9.5  # ending the process counts as well: ten in all
MEGABYTES = 500
_LOOK_EVERY = 0.2  # seconds; a Ctrl-C that comes just before a wait begins is not seen until that wait ends


class LimitedReader:
    """Reads files one after another in a child process, which is started at the first and again after it had to be ended.

    `seconds`: wall time a file. `megabytes` (of 1,048,576 bytes): address space of the child, which Linux holds it to; macOS does not
    enforce it reliably and Windows has no such limit, so that there only the time limits a file. Use as a context manager or call `close`.
    """

    def __init__(self, seconds: float = SECONDS, megabytes: int = MEGABYTES) -> None:
        self._seconds, self._megabytes = seconds, megabytes
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.Queue[str] = queue.Queue()

    def __enter__(self) -> LimitedReader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @property
    def process_id(self) -> int | None:
        """Process id of the child; None while there is none."""
        return None if self._process is None else self._process.pid

    def read(self, path: Path) -> Document:
        """A file as a document. Raises KnowledgeError when it cannot be used, or not within the limits."""
        try:
            self._ask(path)
            answer = self._answer()
        except queue.Empty:
            self.close()
            raise KnowledgeError(str(path), f"takes longer than {self._seconds:g} s to read", "split it, or save its text as .txt") from None
        except OSError as error:
            self.close()
            raise KnowledgeError(str(path), f"cannot be read, since no process can be started ({error.strerror})", "close other programs") from error
        except BaseException:
            self.close()
            raise
        return self._document(path, answer)

    def close(self) -> None:
        """End the child."""
        if self._process is not None:
            process, self._process = self._process, None
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    _closed(stream)

    def _answer(self) -> str:
        """The child's next line. Raises queue.Empty when it does not come within the time."""
        end = time.monotonic() + self._seconds
        while True:
            left = end - time.monotonic()
            try:
                return self._lines.get(timeout=max(0.0, min(left, _LOOK_EVERY)))
            except queue.Empty:
                if left <= _LOOK_EVERY:
                    raise

    def _ask(self, path: Path) -> None:
        """Hand a path to the child; to a new one when that has ended since the last file."""
        question = json.dumps(str(path)) + "\n"
        try:
            self._write(question)
        except BrokenPipeError:
            self.close()
            self._write(question)

    def _write(self, question: str) -> None:
        process = self._started()
        assert process.stdin is not None
        process.stdin.write(question)
        process.stdin.flush()

    def _started(self) -> subprocess.Popen[str]:
        if self._process is not None and self._process.poll() is not None:
            self.close()
        if self._process is None:
            command = command_for("knowledge.ingest.child", str(self._megabytes), str(self._seconds))
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="ascii"
            )
            self._lines = queue.Queue()
            threading.Thread(target=_hand_on, args=(self._process.stdout, self._lines), daemon=True).start()
        return self._process

    def _document(self, path: Path, answer: str) -> Document:
        try:
            raw = json.loads(answer)
            if raw.get("spent"):
                self.close()
            if "document" in raw:
                return document_from_json(json.dumps(raw["document"]))
            problem, remedy = str(raw["problem"]), str(raw["remedy"])
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):
            self.close()
            problem = f"ended the process that read it (it has {self._megabytes} MB)"
            remedy = "split it, or save its text as .txt"
        raise KnowledgeError(str(path), problem, remedy)


def _hand_on(stream: IO[str], lines: queue.Queue[str]) -> None:
    """Answers as they come; an empty one when the child has ended."""
    try:
        for line in stream:
            lines.put(line)
    except ValueError:  # closed by the parent
        pass
    lines.put("")


def _closed(stream: IO[str]) -> None:
    try:
        stream.close()
    except OSError:
        return
