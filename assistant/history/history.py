"""Sessions and their turns, written before they are shown and found again."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from threading import RLock
from typing import TypeVar, get_args

from assistant.errors import AssistantError
from assistant.history.file import DamagedFileError, alone, identity, open_file, said_plainly, set_aside, take_over, writing
from assistant.history.turns import SavedSession, SavedTurn, TurnKind

FILE_NAME = "history.sqlite3"
MOST_TITLE_CHARACTERS = 200
_KINDS = frozenset(get_args(TurnKind))
_SESSIONS = """
    SELECT sessions.session_id, title, started_at, turns.at, count(*), max(turn_id) AS latest
    FROM sessions JOIN turns USING (session_id) WHERE {where} GROUP BY sessions.session_id ORDER BY latest DESC"""
_WORD = (
    "(instr(folded(title), ?) OR EXISTS (SELECT 1 FROM turns AS said WHERE said.session_id = sessions.session_id AND instr(folded(said.text), ?)))"
)
Result = TypeVar("Result")


class History:
    """The history in one file, or in memory for None. Usable from any thread, and beside other programs on the same file.

    What was appended is on the disk when `append` returns. A damaged file is set aside under another name, what can be read of it is
    taken over into a new one, and `notice` says so; else it is empty. Every method raises AssistantError when the file cannot be used:
    it cannot be written, or was written by a newer version of the program or by another program.
    """

    def __init__(self, path: Path | None) -> None:
        self.notice = ""
        self._path = path
        self._lock = RLock()
        with alone(path):
            self._raw = self._opened()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._raw.close()

    def start_session(self, title: str, at: str) -> int:
        """Begin a session at a time (ISO text) and return its number. It is listed from its first turn on."""
        name = _checked_title(title)

        def start(raw: sqlite3.Connection) -> int:
            with writing(raw):
                number = raw.execute("INSERT INTO sessions (title, started_at) VALUES (?, ?)", (name, at)).lastrowid
            assert number is not None, "an inserted row has a number"
            return number

        return self._with_file(start)

    def append(self, session_id: int, turn: SavedTurn) -> None:
        """Write a turn. A session that is gone, deleted by another program, begins anew with it."""
        if turn.kind not in _KINDS:
            raise AssistantError("kind", f"{turn.kind!r} is not known", f"use one of {', '.join(get_args(TurnKind))}")
        title = _cut(turn.text) or turn.kind
        row = (session_id, turn.at, turn.kind, _storable(turn.text), None if turn.reply is None else _storable(turn.reply))

        def add(raw: sqlite3.Connection) -> None:
            with writing(raw):
                raw.execute("INSERT OR IGNORE INTO sessions (session_id, title, started_at) VALUES (?, ?, ?)", (session_id, title, turn.at))
                raw.execute("INSERT INTO turns (session_id, at, kind, text, reply) VALUES (?, ?, ?, ?, ?)", row)

        self._with_file(add)

    def sessions(self, search: str = "") -> tuple[SavedSession, ...]:
        """The sessions, the one last spoken in first; with `search` those with every word of it in their title or in any turn."""
        words = search_words(search)
        where = " AND ".join([_WORD] * len(words)) or "TRUE"
        query = _SESSIONS.format(where=where)
        values = [word for word in words for _ in range(2)]  # the title and the turns are asked for each
        rows = self._with_file(lambda raw: raw.execute(query, values).fetchall())
        return tuple(SavedSession(*row[:5]) for row in rows)

    def turns(self, session_id: int, last: int | None = None, search: str = "") -> tuple[SavedTurn, ...]:
        """The turns of a session, or its last ones, oldest first; with `search` those with any word of it."""
        words = search_words(search)
        holds = " OR ".join(["instr(folded(text), ?)"] * len(words)) or "TRUE"
        query = f"SELECT at, kind, text, reply FROM turns WHERE session_id = ? AND ({holds}) ORDER BY turn_id DESC LIMIT ?"  # noqa: S608 - constants
        values = (session_id, *words, -1 if last is None else last)
        rows = self._with_file(lambda raw: raw.execute(query, values).fetchall())
        return tuple(SavedTurn(*row) for row in reversed(rows))

    def prompts(self, last: int = 500) -> tuple[str, ...]:
        """The last questions of all sessions, oldest first."""
        query = "SELECT text FROM turns WHERE kind = 'question' ORDER BY turn_id DESC LIMIT ?"
        rows = self._with_file(lambda raw: raw.execute(query, (last,)).fetchall())
        return tuple(text for (text,) in reversed(rows))

    def rename(self, session_id: int, title: str) -> None:
        """Give a session another title. Raises AssistantError for an empty one, and for a session that is gone."""
        name = _checked_title(title)
        if not self._with_file(lambda raw: raw.execute("UPDATE sessions SET title = ? WHERE session_id = ?", (name, session_id)).rowcount):
            raise AssistantError("session", "is not there any more", "another program deleted it; choose one of the list")

    def delete(self, session_id: int) -> None:
        """Remove a session and its turns; nothing happens when it is gone already."""

        def remove(raw: sqlite3.Connection) -> None:
            with writing(raw):
                raw.execute("DELETE FROM turns WHERE session_id = ?", (session_id,))
                raw.execute("DELETE FROM sessions WHERE session_id = ?", (session_id,))

        self._with_file(remove)

    def _with_file(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Do work on the file that the path names now; once more on a new file when it turns out to be damaged."""
        with self._lock, alone(self._path):
            if identity(self._path) != self._identity:  # deleted, or set aside by another program
                self._raw.close()
                self._raw = self._opened()
            try:
                with said_plainly(self._path):
                    return work(self._raw)
            except DamagedFileError:
                self._raw.close()
                self._raw = self._anew()
            with said_plainly(self._path):
                return work(self._raw)

    def _opened(self) -> sqlite3.Connection:
        try:
            raw = open_file(self._path)
        except DamagedFileError:
            return self._anew()
        return self._known(raw)

    def _anew(self) -> sqlite3.Connection:
        """A new file in the place of a damaged one."""
        assert self._path is not None, "memory is not damaged"
        aside = set_aside(self._path)
        raw = self._known(open_file(self._path))
        with said_plainly(self._path):
            taken = take_over(aside, raw)
        self.notice = f"The history in {self._path} was damaged. It is kept as {aside}; {taken} of its turns could be read and are still here."
        return raw

    def _known(self, raw: sqlite3.Connection) -> sqlite3.Connection:
        raw.create_function("folded", 1, str.casefold, deterministic=True)
        self._identity = identity(self._path)
        return raw


def search_words(search: str) -> tuple[str, ...]:
    """The words that a search looks for, each anywhere in a text, in any letter case."""
    return tuple(_storable(search).casefold().split())


def _cut(title: str) -> str:
    return " ".join(_storable(title).split())[:MOST_TITLE_CHARACTERS]


def _checked_title(title: str) -> str:
    if not _cut(title):
        raise AssistantError("title", "is empty", "write a name for the session")
    return _cut(title)


def _storable(text: str) -> str:
    """Text without what cannot be written as UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")
