"""Files that a user names: regular files, and pipes where that makes sense, up to a stated size, so that nothing is waited for without end."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import BinaryIO

from knowledge.errors import KnowledgeError

MAX_BYTES = 50_000_000
_JSONL = "name a readable JSONL file, or - for standard input"


def bytes_of(path: Path) -> bytes:
    """The bytes of a regular file within the limit of size. Raises KnowledgeError, without ever waiting, for everything else."""
    try:
        with _opened(path, pipes=False, remedy="name a readable file") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise _unreadable(str(path), error, "name a readable file") from error
    if len(data) > MAX_BYTES:
        raise KnowledgeError(str(path), f"is larger than {MAX_BYTES // 1_000_000} MB", "split it into smaller files")
    return data


def lines_of(name: str, most_bytes: int = MAX_BYTES) -> Iterator[tuple[int, bytes]]:
    """The lines of a regular file or of a pipe as they come, of standard input for "-"; numbered from 1, blank ones left out.

    Raises KnowledgeError when the first line is asked for where the file cannot be read, or nothing comes through a pipe, and at a
    line that is longer than the limit.
    """
    number = 0
    try:
        with nullcontext(_standard_input()) if name == "-" else _opened(Path(name), pipes=True, remedy=_JSONL) as stream:
            while line := stream.readline(most_bytes + 2):
                number += 1
                text = line.rstrip(b"\r\n")
                if len(text) > most_bytes:
                    raise KnowledgeError(
                        f"{_source(name)}, line {number}", f"is longer than {most_bytes // 1_000_000} MB", "write one question a line"
                    )
                if text.strip():
                    yield number, text
            if not number and name != "-" and stat.S_ISFIFO(os.fstat(stream.fileno()).st_mode):
                raise KnowledgeError(
                    name, "is a pipe that nothing came through", "start what writes to it first, or pipe that into standard input with -"
                )
    except (OSError, ValueError) as error:
        raise _unreadable(_source(name), error, _JSONL) from error


def _source(name: str) -> str:
    return "standard input" if name == "-" else name


def _opened(path: Path, *, pipes: bool, remedy: str) -> BinaryIO:
    # Without waiting for somebody to write to a pipe; then with waiting, for what is being written.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    mode = os.fstat(handle).st_mode
    if not (stat.S_ISREG(mode) or (pipes and stat.S_ISFIFO(mode))):
        os.close(handle)
        raise KnowledgeError(str(path), f"cannot be read (not a regular file{' or a pipe' if pipes else ''})", remedy)
    if stat.S_ISFIFO(mode):
        os.set_blocking(handle, True)
    return os.fdopen(handle, "rb")


def _standard_input() -> BinaryIO:
    if sys.stdin is None:
        raise KnowledgeError("standard input", "is closed", "name a readable JSONL file")
    return sys.stdin.buffer


def _unreadable(name: str, error: Exception, remedy: str) -> KnowledgeError:
    if isinstance(error, KnowledgeError):
        return error
    why = getattr(error, "strerror", None) or "not a file name"  # a name with a NUL byte
    return KnowledgeError(name, f"cannot be read ({why})", remedy)
