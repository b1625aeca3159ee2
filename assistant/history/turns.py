"""What the history keeps: sessions, and the turns in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TurnKind = Literal["question", "answer", "failure", "note", "plan"]


@dataclass(frozen=True, slots=True)
class SavedTurn:
    """One entry of a conversation as it was shown.

    `at` is the time as ISO text, given by the caller. `reply` is the canonical JSON of what stands behind the text (a reply, or a
    plan's calculation), None for text alone.
    """

    at: str
    kind: TurnKind
    text: str
    reply: str | None = None


@dataclass(frozen=True, slots=True)
class SavedSession:
    """A conversation: its number and title, when it began and when something was last said (ISO texts), and its number of turns."""

    session_id: int
    title: str
    started_at: str
    changed_at: str
    turns: int
