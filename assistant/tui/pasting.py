"""What comes in one breath with a paste is text, never a command.

A pasted text may contain the sequence by which a terminal ends a paste. The rest of it then comes as keys, and each of its lines would be sent off by an
Enter that nobody has pressed, each control character would run an action.
"""

from __future__ import annotations

from textual.events import Event, Key, Paste

BREATH_SECONDS = 0.05
_WRITTEN = {"enter": "\n", "ctrl+j": "\n", "tab": "\t"}


class Breath:
    """Tells the keys of a paste from those that are pressed: they follow it and each other faster than fingers do.

    An Enter right after a paste waits until the breath is over: it is pressed if nothing has followed it, else it is a line's end.
    """

    def __init__(self) -> None:
        self._until = 0.0
        self._begins = False
        self.held: Key | None = None

    def take(self, event: Key | Paste) -> list[Event]:
        """The events to go on with now, in order."""
        pasted = event.time < self._until
        held = self.let_go(pasted=pasted)
        if isinstance(event, Paste) or pasted:
            self._until = event.time + BREATH_SECONDS
        follows, self._begins = self._begins and pasted, isinstance(event, Paste)
        if isinstance(event, Paste) or not pasted:
            return [*held, event]
        if follows and event.key == "enter":
            self.held = event
            return held
        written = _WRITTEN.get(event.key) or (event.character if event.is_printable else None)
        return [*held, Paste(written)] if written else held

    def let_go(self, *, pasted: bool) -> list[Event]:
        """The Enter that waits, if one does: pressed, or as the end of a pasted line."""
        held, self.held = self.held, None
        if held is None:
            return []
        return [Paste("\n")] if pasted else [held]
