"""Keys and commands, as they are bound at present."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content, Span
from textual.events import Resize
from textual.screen import ModalScreen
from textual.widgets import Static

from assistant.tui.actions import BY_NAME, Action

WIDEST_COLUMNS = 112
_FRAME_COLUMNS = 6  # border, padding and scroll bar
_LEAST_COLUMNS = 20
Section = tuple[str, Sequence[tuple[str, str, str]]]
_NAMES = {"escape": "Esc", "pagedown": "PgDn", "pageup": "PgUp", "delete": "Del", "space": "Space", "enter": "Enter", "tab": "Tab"}
_PARTS = {"ctrl": "Ctrl", "alt": "Alt", "shift": "Shift"}


class HelpScreen(ModalScreen[None]):
    """What can be pressed and typed. Escape closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1,q", "dismiss(None)", "Close", id="help.close")]

    def __init__(self, sections: Sequence[Section]) -> None:
        super().__init__()
        self._sections = sections

    def compose(self) -> ComposeResult:
        """One list a section."""
        with VerticalScroll(id="help") as scroll:
            scroll.border_title = "Keys and commands"
            scroll.border_subtitle = "Esc closes"
            yield Static("", markup=False)

    def on_mount(self) -> None:
        """The list takes the keys."""
        self.query_one("#help").focus()

    def on_resize(self, event: Resize) -> None:
        """The columns as wide as the screen lets them be."""
        width = min(event.size.width * 96 // 100, WIDEST_COLUMNS) - _FRAME_COLUMNS
        self.query_one(Static).update(help_content(self._sections, width))


def shown_key(keys: str) -> str:
    """Keys as they are named on a keyboard: `ctrl+y,f2` as `Ctrl+Y or F2`."""
    return " or ".join(
        "+".join(
            _PARTS.get(part) or _NAMES.get(part) or (part.upper() if len(part) == 1 or part[1:].isdigit() else part.capitalize())
            for part in key.split("+")
        )
        for key in keys.split(",")
        if key and not key.startswith("unbound_")
    )


def sections_of(actions: Iterable[Action], keys: dict[str, str], parts: Sequence[tuple[str, Sequence[Binding]]]) -> list[Section]:
    """The actions by group with the key each has now, then the keys of single parts of the screen."""
    groups: dict[str, list[tuple[str, str, str]]] = {}
    for action in actions:
        command = f"{action.command} {action.argument}".strip()
        groups.setdefault(action.group, []).append((shown_key(keys.get(action.name, "")), command, action.words))
    sections: list[Section] = list(groups.items())
    for title, bindings in parts:
        rows: dict[str, list[str]] = {}
        for name, binding in {binding.id: binding for binding in bindings}.items():
            if name is not None and name not in BY_NAME and name in keys:
                rows.setdefault(_without_number(binding.description), []).append(shown_key(keys[name]))
        sections.append(
            (title, [(" or ".join(pressed) if len(pressed) < 3 else f"{pressed[0]} to {pressed[-1]}", "", words) for words, pressed in rows.items()])
        )
    return sections


def _without_number(words: str) -> str:
    return words.rstrip("0123456789").strip()


def help_content(sections: Sequence[Section], width: int) -> Content:
    """The sections as aligned columns: key, command, words; those wrap in their column."""
    rows = [row for _, listed in sections for row in listed]
    key_width, command_width = (max(len(row[column]) for row in rows) for column in (0, 1))
    beside = " " * (key_width + command_width + 6)
    words_width = max(width - len(beside), _LEAST_COLUMNS)
    lines: list[str] = []
    spans: list[Span] = []
    for title, listed in sections:
        start = sum(map(len, lines)) + len(lines)
        spans.append(Span(start, start + len(title), "bold"))
        lines.append(title)
        for key, command, words in listed:
            first, *more = wrap(words, words_width) or [""]
            lines += [f"  {key:{key_width}}  {command:{command_width}}  {first}", *(beside + line for line in more)]
        lines.append("")
    return Content("\n".join(lines).rstrip(), spans=spans)
