"""The history's file: opened, made when absent, set aside when damaged."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from assistant.errors import AssistantError

SCHEMA_VERSION = 1
APPLICATION_ID = 0x414C4853  # ALHS in the header of the file
WAIT_SECONDS = 10.0
TABLES = {"sessions": "session_id, title, started_at", "turns": "turn_id, session_id, at, kind, text, reply"}
_SCHEMA = (
    "CREATE TABLE sessions (session_id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, started_at TEXT NOT NULL)",
    "CREATE TABLE turns (turn_id INTEGER PRIMARY KEY AUTOINCREMENT, session_id INTEGER NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL,"
    " text TEXT NOT NULL, reply TEXT)",
    "CREATE INDEX turns_by_session ON turns (session_id, turn_id)",
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {SCHEMA_VERSION}",
)
_OTHER_HOME = "or set ALVH_HOME to another folder"


class DamagedFileError(AssistantError):
    """The file is no database any more, or a part of it cannot be read."""

    def __init__(self, path: Path | None, problem: str) -> None:
        super().__init__(_where(path), f"is damaged ({problem})", f"move it away, {_OTHER_HOME}")


@contextmanager
def alone(path: Path | None) -> Iterator[None]:
    """Nobody else uses the file in the meantime: what is written to a file while it is being set aside would be lost with it."""
    if path is None:
        yield
        return
    with said_plainly(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = sqlite3.connect(path.with_name(path.name + ".lock"), isolation_level=None, timeout=WAIT_SECONDS)
    with closing(lock):
        with said_plainly(path):
            lock.execute("BEGIN EXCLUSIVE")
        yield


def open_file(path: Path | None) -> sqlite3.Connection:
    """The file ready to read and write, made if absent; None keeps everything in memory. To be called `alone` with it.

    Raises AssistantError, with the file as it was, when it is of a newer version of the program, of another program, or cannot be
    written; DamagedFileError when it cannot be read as a database.
    """
    with said_plainly(path):
        if path is not None and not path.exists():
            path.touch(mode=0o600)  # positions are nobody else's business
        raw = sqlite3.connect(":memory:" if path is None else path, isolation_level=None, timeout=WAIT_SECONDS, check_same_thread=False)
        try:
            raw.text_factory = lambda kept: kept.decode("utf-8", "replace")
            _check(raw, path)
            raw.execute("PRAGMA journal_mode = WAL")
            raw.execute("PRAGMA synchronous = FULL")
        except BaseException:
            raw.close()
            raise
        return raw


@contextmanager
def said_plainly(path: Path | None) -> Iterator[None]:
    """SQLite's and the system's errors as this program's: DamagedFileError for damage, else AssistantError."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise DamagedFileError(path, str(error)) from error
        raise AssistantError(_where(path), f"cannot be read or written ({error})", f"check the disk and its permissions, {_OTHER_HOME}") from error
    except OSError as error:
        raise AssistantError(_where(path), f"cannot be opened ({error.strerror})", f"make its folder writable, {_OTHER_HOME}") from error


@contextmanager
def writing(raw: sqlite3.Connection) -> Iterator[None]:
    """One transaction: all of it is on the disk afterwards, or none."""
    raw.execute("BEGIN IMMEDIATE")
    try:
        yield
        raw.execute("COMMIT")
    finally:
        if raw.in_transaction:
            raw.execute("ROLLBACK")


def identity(path: Path | None) -> tuple[int, int] | None:
    """Which file a path names at present, None when there is none."""
    with suppress(OSError):
        if path is not None:
            found = path.stat()
            return found.st_dev, found.st_ino
    return None


def set_aside(path: Path) -> Path:
    """Rename a damaged file, with its log, to a free name beside it, `alone` with it; returns the name. Raises AssistantError when it cannot be renamed."""
    from knowledge.storage.replacing import free_name

    aside = free_name(path.with_name(f"{path.name}.damaged"))
    try:
        path.replace(aside)
        for suffix in ("-wal", "-shm"):
            with suppress(FileNotFoundError):
                path.with_name(path.name + suffix).replace(aside.with_name(aside.name + suffix))
    except OSError as error:
        remedy = f"close the programs that use it and rename it, {_OTHER_HOME}"
        raise AssistantError(str(path), f"is damaged and cannot be set aside ({error.strerror})", remedy) from error
    return aside


def take_over(damaged: Path, raw: sqlite3.Connection) -> int:
    """Copy what can be read of a damaged file; returns the number of turns. The damaged file stays as it is."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(damaged, isolation_level=None)) as old, writing(raw):
        for table, columns in TABLES.items():
            key = columns.partition(",")[0]
            marks = ", ".join("?" for _ in columns.split(","))
            for order in ("ASC", "DESC"):  # from both ends up to the damaged place
                with suppress(sqlite3.Error):
                    for row in old.execute(f"SELECT {columns} FROM {table} ORDER BY {key} {order}"):  # noqa: S608 - constants
                        with suppress(sqlite3.Error):
                            raw.execute(f"INSERT OR IGNORE INTO {table} ({columns}) VALUES ({marks})", row)  # noqa: S608 - constants
        raw.execute("INSERT OR IGNORE INTO sessions SELECT session_id, 'Recovered session', min(at) FROM turns GROUP BY session_id")
    return int(raw.execute("SELECT count(*) FROM turns").fetchone()[0])


def _check(raw: sqlite3.Connection, path: Path | None) -> None:
    """Make the tables in an empty file; leave any other file untouched unless it is a history of this version."""
    if _is_empty(raw):
        with writing(raw):
            if _is_empty(raw):  # another program may have been faster
                for statement in _SCHEMA:
                    raw.execute(statement)
    if raw.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise AssistantError(_where(path), "is a database of another program", f"move it away, {_OTHER_HOME}")
    if raw.execute("PRAGMA user_version").fetchone()[0] > SCHEMA_VERSION:
        raise AssistantError(_where(path), "was written by a newer version of alvh", f"update alvh, {_OTHER_HOME}")
    tables = {name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables >= set(TABLES):
        raise DamagedFileError(path, "tables are missing")


def _is_empty(raw: sqlite3.Connection) -> bool:
    marked = raw.execute("PRAGMA application_id").fetchone()[0] or raw.execute("PRAGMA user_version").fetchone()[0]
    return not marked and raw.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0


def _where(path: Path | None) -> str:
    return "history" if path is None else str(path)
