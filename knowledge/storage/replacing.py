"""A whole store file in place of another: made aside, complete before it takes the place, the old one kept."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from knowledge.errors import KnowledgeError
from knowledge.storage.connection import open_existing
from knowledge.storage.schema import initialise
from knowledge.storage.store import Store

WAIT_ALONE_SECONDS = 10.0


@contextmanager
def draft_store(folder: Path) -> Iterator[tuple[Store, Path]]:
    """An empty store in a file of its own in a folder, removed at the end unless it was moved. Raises KnowledgeError when it cannot be written."""
    import tempfile

    try:
        handle, name = tempfile.mkstemp(dir=folder, prefix=".draft-", suffix=".sqlite3")
        os.close(handle)
        path = Path(name)
        initialise(path)
    except OSError as error:
        raise KnowledgeError(
            str(folder), f"cannot be written ({error.strerror})", "check the disk and the folder's permissions; nothing was changed"
        ) from error
    store = Store(open_existing(path))
    try:
        yield store, path
    finally:
        store.close()
        for suffix in ("", "-wal", "-shm"):
            with suppress(OSError):
                Path(name + suffix).unlink()


def finished(store: Store, draft: Path) -> None:
    """Close a draft so that all of it is in its one file, and on the disk."""
    store.connection.raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    with draft.open("rb+") as stream:
        os.fsync(stream.fileno())


def put_in_place(draft: Path, path: Path, kept_as: str) -> Path:
    """Move a finished draft to a store's path; the old file stays as `kept_as`, numbered if that is taken. Returns where it is now."""
    backup = free_name(path.with_name(f"{path.name}.{kept_as}"))
    try:
        os.link(path, backup)
    except OSError:  # a file system without hard links
        shutil.copy2(path, backup)
    draft.replace(path)
    return backup


def free_name(path: Path) -> Path:
    """The path, or with the first number that is free."""
    number, found = 2, path
    while found.exists():
        found, number = path.with_name(f"{path.name}.{number}"), number + 1
    return found


@contextmanager
def alone_with(path: Path) -> Iterator[sqlite3.Connection]:
    """A store file with its log folded in and nobody else at it. Raises KnowledgeError when another process has it open."""
    raw = sqlite3.connect(path, isolation_level=None, timeout=WAIT_ALONE_SECONDS, check_same_thread=False)
    try:
        raw.execute("PRAGMA journal_mode = DELETE")
        raw.execute("BEGIN EXCLUSIVE")
        yield raw
    except sqlite3.OperationalError as error:
        raise KnowledgeError(
            str(path), f"cannot be changed as a whole ({error})", "close the programs that use it, check the disk, and try again"
        ) from error
    finally:
        raw.close()
