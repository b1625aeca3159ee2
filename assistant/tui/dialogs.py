"""Small questions over the screen: yes or no, and one line of text."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Footer, Input, OptionList, Static

# Keys that go through a list while one types beside it; a screen that has them calls `point_further`.
MOVES: list[BindingType] = [
    Binding("down", "move(1)", show=False),
    Binding("up", "move(-1)", show=False),
    Binding("pagedown", "move(10)", show=False),
    Binding("pageup", "move(-10)", show=False),
]
_FRAME = """
    {name} {{ align: center middle; }}
    {name} > Vertical {{ width: 72; max-width: 90%; height: auto; padding: 1 2; border: round $accent; background: $surface; }}
    {name} .asked {{ height: auto; margin: 0 0 1 0; }}
    {name} Horizontal {{ height: auto; align-horizontal: right; }}
    {name} Button {{ margin: 0 0 0 2; }}
"""


def point_further(listed: OptionList, lines: int) -> None:
    """Point at another entry of a list, so many lines further, at most at its ends."""
    if listed.option_count:
        listed.highlighted = min(max((listed.highlighted or 0) + lines, 0), listed.option_count - 1)


class Confirm(ModalScreen[bool]):
    """Asks before something that cannot be undone; the safe choice has the focus. Result: whether to do it."""

    DEFAULT_CSS = _FRAME.format(name="Confirm")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes"),
        Binding("n,escape", "answer(False)", "No"),
        Binding("left,right", "app.focus_next", show=False),
    ]

    def __init__(self, question: str, yes: str, no: str = "Keep") -> None:
        super().__init__()
        self._question, self._yes, self._no = question, yes, no

    def compose(self) -> ComposeResult:
        """The question and two buttons."""
        with Vertical():
            yield Static(Content(self._question), classes="asked", markup=False)
            with Horizontal():
                yield Button(Content(self._no), id="no")
                yield Button(Content(self._yes), id="yes", variant="error")
        yield Footer()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")

    def action_answer(self, yes: bool) -> None:
        """Answer by a key."""
        self.dismiss(yes)


class Line(Input):
    """A line of text whose Enter is named at the foot of the screen, and takes what was typed before it.

    A key that the screen takes first would overtake letters that still wait for the line.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", "Keep")]


class AskLine(ModalScreen[str | None]):
    """Asks for one line of text. Result: the line, or None when it was left."""

    DEFAULT_CSS = _FRAME.format(name="AskLine")
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave")]

    def __init__(self, question: str, value: str = "") -> None:
        super().__init__()
        self._question, self._value = question, value

    def compose(self) -> ComposeResult:
        """The question and a field."""
        with Vertical():
            yield Static(Content(self._question), classes="asked", markup=False)
            yield Line(self._value)
        yield Footer()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value)

    def action_leave(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)
