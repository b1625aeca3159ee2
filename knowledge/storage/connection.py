"""An SQLite connection whose failures are said in the words of this program."""

from __future__ import annotations

import shlex
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from knowledge.errors import KnowledgeError
from knowledge.storage.headers import closed, opened
from knowledge.storage.schema import create, initialise, is_cut_off

if TYPE_CHECKING:
    import tempfile

WAIT_SECONDS = 60.0


def repair_remedy(path: Path | None) -> str:
    """What to do about a damaged store file: the command names the folder, so that it can be copied as it is."""
    where = "" if path is None else f" --knowledge {shlex.quote(str(path.parent))}"
    return f"run `alvh knowledge check --repair{where}`, or restore it from a copy"


class Connection:
    """An open store file. `writable` is False for a folder that cannot be written: it is read as it stands."""

    def __init__(self, raw: sqlite3.Connection, path: Path | None, writable: bool, copy: tempfile.TemporaryDirectory[str] | None = None) -> None:
        self.raw, self.path, self.writable, self._copy = raw, path, writable, copy
        self._file = None if path is None else opened(path)

    def close(self) -> None:
        """Close the file, and remove the copy that stood in for it."""
        self.raw.close()
        if self._file is not None:
            closed(self._file)
            self._file = None
        if self._copy is not None:
            self._copy.cleanup()

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        """All rows of a query. Raises KnowledgeError when the file is damaged."""
        try:
            return self.raw.execute(query, values).fetchall()
        except UnicodeEncodeError as error:  # a name with bytes that are no text is the name of nothing here
            raise KnowledgeError(str(error.object).encode("ascii", "replace").decode("ascii"), "is not text", "write it in letters") from error
        except sqlite3.DatabaseError as error:
            raise KnowledgeError(self.where, f"cannot be read ({error})", repair_remedy(self.path)) from error

    def value(self, query: str, values: Sequence[Any] = ()) -> Any:
        """The first column of the first row; None without a row. Raises KnowledgeError when the file is damaged."""
        rows = self.rows(query, values)
        return rows[0][0] if rows else None

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it is kept, or none. Raises KnowledgeError when it cannot be written."""
        if not self.writable:
            raise KnowledgeError(
                self.where, "cannot be written, so nothing can be changed", "name another folder with --knowledge, or make this one writable"
            )
        try:
            self.raw.execute("BEGIN IMMEDIATE")
            yield self.raw
            self.raw.execute("COMMIT")
        except sqlite3.OperationalError as error:
            self._roll_back()
            raise KnowledgeError(
                self.where, f"cannot be written ({error})", "check the disk and the folder's permissions; nothing was changed"
            ) from error
        except sqlite3.DatabaseError as error:
            self._roll_back()
            raise KnowledgeError(self.where, f"is damaged ({error})", repair_remedy(self.path)) from error
        except BaseException:
            self._roll_back()
            raise

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Several queries that see the same moment. Raises KnowledgeError when the file is damaged."""
        self.rows("BEGIN")
        try:
            yield
        finally:
            self._roll_back()

    def _roll_back(self) -> None:
        if self.raw.in_transaction:
            self.raw.execute("ROLLBACK")

    @property
    def where(self) -> str:
        """The file as an error names it."""
        return "knowledge base" if self.path is None else str(self.path)


def connect(path: Path) -> Connection:
    """Open a store file of this version, made if absent.

    A folder that cannot be written is read as it stands, or served from memory when it holds no store. Raises
    KnowledgeError for a file that was cut off or is damaged.
    """
    if not path.exists() and not _made(path):
        raw = initialise(":memory:")
        assert raw is not None
        return Connection(raw, None, writable=True)
    if is_cut_off(path):
        raise KnowledgeError(str(path), "is shorter than it was: its end was cut off", repair_remedy(path))
    return open_existing(path)


def open_existing(path: Path) -> Connection:
    """Open a store file that is there, to write where it can be written. Raises KnowledgeError when SQLite cannot use it."""
    import os

    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        return _open_read_only(path)
    raw = sqlite3.connect(path, isolation_level=None, timeout=WAIT_SECONDS, check_same_thread=False)
    try:
        for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "temp_store = MEMORY"):
            raw.execute(f"PRAGMA {setting}")
        return Connection(raw, path, writable=True)
    except sqlite3.DatabaseError as error:
        raw.close()
        raise KnowledgeError(str(path), f"cannot be used ({error})", repair_remedy(path)) from error


def _made(path: Path) -> bool:
    """Make the file; False where the folder cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        create(path)
    except OSError:
        return False
    return True


def _open_read_only(path: Path) -> Connection:
    """A store in a folder that cannot be written: as it is when its log is empty, else a copy of file and log, since SQLite cannot read a log there."""
    import tempfile

    log = path.with_name(path.name + "-wal")
    try:
        if not log.exists() or log.stat().st_size == 0:
            raw = sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True, isolation_level=None, check_same_thread=False)
            return Connection(raw, path, writable=False)
        copy = tempfile.TemporaryDirectory(prefix="alvh-")
        for file in (path, log):
            shutil.copy(file, copy.name)
        raw = sqlite3.connect(Path(copy.name) / path.name, isolation_level=None, check_same_thread=False)
        return Connection(raw, path, writable=False, copy=copy)
    except (OSError, sqlite3.Error) as error:
        raise KnowledgeError(str(path), f"cannot be read ({error})", "check its permissions") from error
