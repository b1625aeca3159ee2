"""Files that commands name: regular files and pipes are read up to a stated size, so that nothing is waited for without end."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

from rules.errors import RulesError

MOST_BYTES = 50_000_000


def source_name(file: str) -> str:
    """A file as messages name it."""
    return "standard input" if file == "-" else file


def bytes_of(file: str, most_bytes: int = MOST_BYTES, kind: str = "JSON file") -> bytes:
    """The bytes of a regular file or of a pipe, of standard input for "-".

    `kind` is what the remedy asks for. Raises RulesError naming the file when it is neither, cannot be read, or is larger.
    """
    try:
        stream = opened(file, kind)
        with nullcontext() if file == "-" else stream:
            data: bytes = stream.read(most_bytes + 1)
            piped = _is_named_pipe(file, stream)
    except (OSError, ValueError) as error:
        raise _unreadable(file, error, kind) from error
    if len(data) > most_bytes:
        raise RulesError(source_name(file), f"is larger than {_size(most_bytes)}", f"give a {kind} of at most that size")
    if piped and not data:
        raise _silent_pipe(file)
    return data


def text_of(file: str) -> str:
    """The text of a JSON file, or of standard input for "-".

    Raises RulesError naming the file when it cannot be read, is not UTF-8, or is empty.
    """
    source, data = source_name(file), bytes_of(file)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RulesError(source, "is not UTF-8 text", "give a JSON file") from error
    if not text.strip():
        raise RulesError(source, "is empty", "give a JSON object; `rules show NAME` prints an example")
    return text


def lines_of(file: str, most_bytes: int = MOST_BYTES, kind: str = "JSONL file") -> Iterator[bytes]:
    """The lines of a regular file or of a pipe without their ends, as they come; of standard input for "-".

    Raises RulesError as `bytes_of` does: when it is called for a file that cannot be opened, else at the line that is longer.
    """
    try:
        return _lines(file, opened(file, kind), most_bytes, kind)
    except (OSError, ValueError) as error:
        raise _unreadable(file, error, kind) from error


def opened(file: str, kind: str) -> Any:
    """A regular file or a pipe as a binary stream. Raises RulesError for anything else, OSError for what cannot be opened."""
    if file == "-":
        return standard_input()
    # Without waiting for somebody to write to a pipe; then with waiting, for what is being written.
    handle = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    mode = os.fstat(handle).st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
        os.close(handle)
        raise RulesError(source_name(file), "cannot be read (not a regular file or a pipe)", f"name a readable {kind}, or - for standard input")
    if stat.S_ISFIFO(mode):
        os.set_blocking(handle, True)
    return os.fdopen(handle, "rb")


def standard_input() -> Any:
    """Standard input as a binary stream. Raises RulesError when there is none."""
    if sys.stdin is None:
        raise RulesError("standard input", "is closed", "name a readable JSON file")
    return sys.stdin.buffer


def _lines(file: str, stream: Any, most_bytes: int, kind: str) -> Iterator[bytes]:
    number = 0
    with stream:
        piped = _is_named_pipe(file, stream)
        while True:
            try:
                line = stream.readline(most_bytes + 2)
            except OSError as error:
                raise _unreadable(file, error, kind) from error
            if not line:
                break
            number += 1
            text = line.rstrip(b"\r\n")
            if len(text) > most_bytes:
                raise RulesError(f"{source_name(file)}, line {number}", f"is longer than {_size(most_bytes)}", "write one JSON object on each line")
            yield text
    if piped and not number:
        raise _silent_pipe(file)


def _is_named_pipe(file: str, stream: Any) -> bool:
    return file != "-" and stat.S_ISFIFO(os.fstat(stream.fileno()).st_mode)


def _size(most_bytes: int) -> str:
    return f"{most_bytes // 1_000_000:,} MB" if most_bytes >= 1_000_000 else f"{most_bytes // 1_000:,} kB"


def _silent_pipe(file: str) -> RulesError:
    return RulesError(file, "is a pipe that nothing came through", "start what writes to it first, or pipe that into standard input with -")


def _unreadable(file: str, error: Exception, kind: str) -> RulesError:
    if isinstance(error, RulesError):
        return error
    why = getattr(error, "strerror", None) or "not a file name"
    return RulesError(source_name(file), f"cannot be read ({why})", f"name a readable {kind}, or - for standard input")
