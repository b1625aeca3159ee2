"""The first bytes of store files, read without giving up the locks that SQLite holds on them.

POSIX locks belong to the process: closing any handle of a file gives up those of all its connections. A store that this process has open
would then look unused to another one, which takes its log away when it ends; what is read afterwards is damaged. (SQLite, "How To
Corrupt An SQLite Database File", section 2.2.) So the handle that a header is read with stays open as long as a connection does.
"""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path
from typing import BinaryIO

LENGTH = 100
_File = tuple[int, int]
_lock = threading.Lock()
_connections: Counter[_File] = Counter()
_handles: dict[_File, BinaryIO] = {}


def read_header(path: Path) -> bytes:
    """The first 100 bytes of a file, or as many as it has. Raises OSError."""
    with _lock:
        file = _identity(path)
        if file in _handles:
            _handles[file].seek(0)
            return _handles[file].read(LENGTH)
        stream = path.open("rb", buffering=0)
        try:
            return stream.read(LENGTH)
        finally:
            if _connections[file]:
                _handles[file] = stream
            else:
                stream.close()


def opened(path: Path) -> _File:
    """Note a connection to a file; what it returns is for `closed`."""
    with _lock:
        file = _identity(path)
        _connections[file] += 1
        return file


def closed(file: _File) -> None:
    """Note the end of a connection, after it was closed."""
    with _lock:
        _connections[file] -= 1
        if not _connections[file]:
            del _connections[file]
            if file in _handles:
                _handles.pop(file).close()


def _identity(path: Path) -> _File:
    status = path.stat()
    return status.st_dev, status.st_ino
