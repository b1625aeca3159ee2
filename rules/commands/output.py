"""Writing to standard output: whole lines, a full disk as one line of text, Ctrl-C between lines."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any

from rules.commands.command_line import Output
from rules.errors import RulesError


class CannotWrite(Exception):
    """Standard output takes nothing more; `reason` is what the system said."""

    def __init__(self, reason: OSError) -> None:
        super().__init__(str(reason))
        self.reason = reason


def write(output: Output) -> None:
    """Write a command's output and flush it.

    Raises CannotWrite when the output fails (a full disk, a closed pipe), RulesError when there is none,
    and KeyboardInterrupt only between two pieces.
    """
    if sys.stdout is None:
        raise RulesError("standard output", "is closed", "leave it open, or send it to a file")
    if isinstance(output, str):
        _write_bytes(f"{output}\n".encode("utf-8", "backslashreplace"))
        return
    pieces: Any = output
    with contextlib.closing(pieces), _Interrupts() as interrupts:
        for piece in pieces:
            with interrupts.held():
                _write_bytes(piece)


def drop() -> None:
    """Send what is still buffered nowhere, so that the interpreter's last flush does not fail as well."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write_bytes(data: bytes) -> None:
    stream = getattr(sys.stdout, "buffer", None)
    with failures_named():
        if stream is None:  # a text stream that stands in for the real one
            sys.stdout.write(data.decode("utf-8"))
        else:
            sys.stdout.flush()
            rest = memoryview(data)
            while rest:  # an unbuffered stream may take a part
                taken = stream.write(rest)
                if taken is None:
                    raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
                rest = rest[taken:]
        sys.stdout.flush()


@contextlib.contextmanager
def failures_named() -> Iterator[None]:
    """While this lasts a failure to write is raised as CannotWrite."""
    try:
        yield
    except OSError as error:
        raise CannotWrite(error) from error


class _Interrupts:
    """Holds Ctrl-C back while a piece is written, so that no half line is left behind; a second one is not held back."""

    def __init__(self) -> None:
        self._held = self._pending = False
        self._owner = os.getpid()
        self._before: Any = None

    def __enter__(self) -> _Interrupts:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._arrived)
        return self

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """While this lasts the first Ctrl-C waits; it is raised at the end."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
        if self._pending:
            raise KeyboardInterrupt

    def _arrived(self, _number: int, _frame: FrameType | None) -> None:
        if os.getpid() != self._owner:
            return  # a forked worker; its parent decides
        if self._held and not self._pending:
            self._pending = True
        else:
            raise KeyboardInterrupt
