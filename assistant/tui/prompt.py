"""The prompt: several lines, history, completion, a counter."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Key
from textual.message import Message
from textual.widgets import Static, TextArea

from assistant.tui.completion import completions

MOST_CHARACTERS = 1000
MOST_KEPT = 500


class Prompt(TextArea):
    """Enter asks, Ctrl+J or Alt+Enter begins a line, Up and Down at the first and last line bring earlier questions, Tab completes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "ask", "Ask", show=False, id="ask"),
        Binding("ctrl+j,alt+enter", "new_line", "New line", show=False, id="new_line"),
        Binding("tab", "complete", "Complete a command or a term; else go to the next pane", show=False, id="complete"),
    ]

    @dataclass
    class Asked(Message):
        """The text was sent off."""

        text: str

    @dataclass
    class Moved(Message):
        """Up or Down where the prompt itself has nothing to move to."""

        lines: int

    @dataclass
    class Offered(Message):
        """What Tab can complete; `chosen` is the one that stands there now, -1 for none."""

        words: Sequence[str]
        chosen: int

    def __init__(self, commands: Sequence[str], keys: Mapping[str, str]) -> None:
        super().__init__(id="prompt", placeholder="Ask a question, or / for commands", compact=True, highlight_cursor_line=False, max_checkpoints=20)
        self.terms: Sequence[str] = ()
        self._own_keys: dict[str, Callable[[], None]] = {"up": self.action_cursor_up, "down": self.action_cursor_down}
        for binding in self.BINDINGS:
            assert isinstance(binding, Binding) and binding.id is not None
            for key in keys.get(binding.id, binding.key).split(","):
                self._own_keys[key.strip()] = getattr(self, f"action_{binding.action}")
        self._commands = commands
        self._earlier: list[str] = []
        self._place: int | None = None
        self._draft = ""
        self._cycle: tuple[int, list[str], int] | None = None
        self._completed = ""

    def remember(self, texts: Sequence[str]) -> None:
        """Add what was asked; the newest is the first that Up brings."""
        for text in texts:
            if self._earlier[-1:] != [text]:
                self._earlier.append(text)
        del self._earlier[:-MOST_KEPT]
        self._place = None

    def put(self, text: str) -> None:
        """Replace the text; the cursor stands at its end."""
        self.text = text
        self.move_cursor(self.document.end)

    async def _on_key(self, event: Key) -> None:
        """The prompt's own keys, in the order they were pressed: a binding would be run before or after the letters beside it."""
        action = self._own_keys.get(event.key)
        if action is None:
            await super()._on_key(event)
            return
        event.stop()
        event.prevent_default()
        action()

    def on_text_area_changed(self) -> None:
        """Count, and forget what Tab was going through."""
        length = len(self.text)
        self.border_subtitle = f"{length:,}/{MOST_CHARACTERS:,}" if length else ""
        self.set_class(length > MOST_CHARACTERS, "too-long")
        if self._cycle is not None and self.text != self._completed:
            self._cycle = None
        if self._cycle is None:
            before = self._before
            _, found = completions(before, self._commands, ()) if before.startswith("/") else (0, [])
            self.post_message(self.Offered(found, -1))

    def action_ask(self) -> None:
        """Send the text off; it stays when it is too long."""
        text = self.text.strip()
        if len(text) <= MOST_CHARACTERS:
            self.text = ""
        self._place = None
        self.post_message(self.Asked(text))

    def action_new_line(self) -> None:
        """Begin a line."""
        self.insert("\n")

    def action_cursor_up(self, select: bool = False) -> None:
        """A line up; from the first line the question before."""
        if select or self.cursor_location[0] > 0:
            super().action_cursor_up(select)
        elif not self._recall(-1):
            self.post_message(self.Moved(-1))

    def action_cursor_down(self, select: bool = False) -> None:
        """A line down; from the last line the question after."""
        if select or self.cursor_location[0] < self.document.line_count - 1:
            super().action_cursor_down(select)
        elif not self._recall(1):
            self.post_message(self.Moved(1))

    def _recall(self, step: int) -> bool:
        last = len(self._earlier)
        place = last if self._place is None else self._place
        if place == last:
            self._draft = self.text
        if not 0 <= place + step <= last:
            return False
        self._place = place + step
        self.put(self._draft if self._place == last else self._earlier[self._place])
        return True

    def action_complete(self) -> None:
        """Put in the next completion; without any go to the next pane."""
        if self._cycle is None:
            start, found = completions(self._before, self._commands, self.terms)
            if not found:
                self.screen.focus_next()
                return
            self._cycle = start, found, -1
        start, found, chosen = self._cycle
        chosen = (chosen + 1) % len(found)
        self._cycle = start, found, chosen
        lines = self._before[:start].split("\n")
        self.replace(found[chosen], (len(lines) - 1, len(lines[-1])), self.cursor_location)
        self._completed = self.text
        self.post_message(self.Offered(found, chosen))

    @property
    def _before(self) -> str:
        """The text before the cursor."""
        row, column = self.cursor_location
        lines = self.text.split("\n")
        return "\n".join([*lines[:row], lines[row][:column]])


class Offers(Static):
    """What Tab can complete, on a few lines above the prompt; not there when it is nothing."""

    MOST_LINES: ClassVar[int] = 6

    def show(self, lines: Sequence[str], chosen: int) -> None:
        """Show lines around the chosen one."""
        first = min(max(chosen - self.MOST_LINES + 2, 0), max(len(lines) - self.MOST_LINES, 0))
        shown = lines[first : first + self.MOST_LINES]
        marked = [f"{'>' if first + number == chosen else ' '} {line}" for number, line in enumerate(shown)]
        more = len(lines) - first - len(shown)
        if more:
            marked[-1] += f"   ({more} more)"
        self.update(Content("\n".join(marked)))
        self.display = bool(lines)
