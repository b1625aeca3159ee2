"""What is shown is written first: the open session of the history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

from assistant.errors import AssistantError
from assistant.history import History, SavedTurn, TurnKind

if TYPE_CHECKING:
    from assistant.history import SavedSession

UNSAVED = "From here on nothing is saved."


def now() -> str:
    """The time as ISO text."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


class Recorder:
    """Writes the turns of the open session; usable from any thread.

    When the history's file cannot be used, the conversation goes on in memory and `notices` says so once.
    """

    def __init__(self, path: Path | None, clock: Callable[[], str] = now) -> None:
        self._clock = clock
        self._lock = RLock()
        self._notices: list[str] = []
        self.session_id: int | None = None
        self.history = self._opened(path)

    def _opened(self, path: Path | None) -> History:
        try:
            return History(path)
        except AssistantError as error:
            self._notices.append(f"{error}. {UNSAVED}")
            return History(None)

    def save(self, kind: TurnKind, text: str, reply: str | None = None) -> SavedTurn:
        """Write a turn of the open session, which begins with its first one; on the disk when this returns."""
        turn = SavedTurn(self._clock(), kind, text, reply)
        with self._lock:
            try:
                self._append(turn)
            except AssistantError as error:
                self._notices.append(f"{error}. {UNSAVED}")
                kept = self.latest(None)
                self.history, self.session_id = History(None), None
                for earlier in (*kept, turn):
                    self._append(earlier)
        return turn

    def _append(self, turn: SavedTurn) -> None:
        if self.session_id is None:
            self.session_id = self.history.start_session(turn.text, turn.at)
        self.history.append(self.session_id, turn)

    def notices(self) -> list[str]:
        """What the user has to know of the history, each once."""
        with self._lock:
            found, self._notices = self._notices, []
            if self.history.notice:
                found.append(self.history.notice)
                self.history.notice = ""
            return found

    def latest(self, last: int | None) -> tuple[SavedTurn, ...]:
        """The last turns of the open session, oldest first; none where it cannot be read."""
        if self.session_id is None:
            return ()
        try:
            return self.history.turns(self.session_id, last)
        except AssistantError as error:
            self._notices.append(str(error))
            return ()

    def prompts(self) -> tuple[str, ...]:
        """What was asked before, oldest first."""
        try:
            return self.history.prompts()
        except AssistantError as error:
            self._notices.append(str(error))
            return ()

    def take_up_last(self) -> None:
        """Open the session that was last spoken in, if there is one."""
        listed = self._sessions()
        self.session_id = listed[0].session_id if listed else None

    def title(self) -> str:
        """The title of the open session."""
        return next((session.title for session in self._sessions() if session.session_id == self.session_id), "New session")

    def _sessions(self) -> tuple[SavedSession, ...]:
        try:
            return self.history.sessions()
        except AssistantError as error:
            self._notices.append(str(error))
            return ()
