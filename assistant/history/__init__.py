"""What was asked and answered, kept in one SQLite file: sessions of turns. Knows no screen and no clock, and loads nothing heavy."""

from assistant.history.history import History
from assistant.history.turns import SavedSession, SavedTurn, TurnKind

__all__ = ["History", "SavedSession", "SavedTurn", "TurnKind"]
