"""Questions and answers, newest at the bottom; only the last screens' worth is kept as widgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.events import Click, Resize
from textual.message import Message
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from assistant.history import SavedTurn
from assistant.reply import DISCLAIMER
from assistant.tui.entries import Link, Shown, drawn, link_at, shown_of, style_class

MOST_ENTRIES = 60
PAGE = 20
MARGIN_LINES = 1  # below an entry, as in app.tcss
EXAMPLES = (
    "What specific VIX instruments do you layer first when ALVH kicks in?",
    "My total planned hedge vega is $10,000. How much of it goes into futures?",
    "5500/5600/6300/6400 iron condor, 20.46 credit, ten lots: max loss and break-evens?",
    "When is the June 2026 VIX expiry?",
    "What does the method not state about call deltas?",
)
WELCOME = "Ask about ALVH, the layered VIX hedge of short SPX iron condors, or give numbers to compute with.\nDown chooses an example, Enter asks it."


class Entry(Static):
    """One turn; `shown` is what stands behind it, `least_lines` its height where nothing is wrapped."""

    @dataclass
    class Followed(Message):
        """A link in it was clicked; without a link the entry itself was."""

        entry: Entry
        link: Link | None

    def __init__(self, turn: SavedTurn) -> None:
        self.turn = turn
        self.shown: Shown = shown_of(turn)
        content = drawn(turn, self.shown)
        self.least_lines = content.plain.count("\n") + 1 + MARGIN_LINES
        super().__init__(content, classes=f"entry {style_class(turn, self.shown)}", markup=False)

    def on_click(self, event: Click) -> None:
        """Follow what was clicked."""
        self.post_message(self.Followed(self, link_at(event.style)))


class Welcome(Vertical):
    """What can be asked, with examples that run on Enter; there while nothing was asked."""

    def compose(self) -> ComposeResult:
        """Words, examples, the disclaimer."""
        yield Static(Content(WELCOME), markup=False)
        yield OptionList(*(Option(Content(example)) for example in EXAMPLES), id="examples", markup=False)
        yield Static(Content(f"F1 shows every key and command. {DISCLAIMER}"), classes="hint", markup=False)

    @property
    def _list(self) -> OptionList:
        return self.query_one(OptionList)

    def on_mount(self) -> None:
        """None is chosen at first, so that Enter on an empty prompt does nothing."""
        self._list.highlighted = None

    def move(self, lines: int) -> None:
        """Choose another example."""
        if lines > 0 or self._list.highlighted is not None:
            self._list.highlighted = min(max((-1 if self._list.highlighted is None else self._list.highlighted) + lines, 0), len(EXAMPLES) - 1)

    @property
    def chosen(self) -> str:
        """The example that is chosen, empty for none."""
        return "" if self._list.highlighted is None else EXAMPLES[self._list.highlighted]


class Conversation(VerticalScroll):
    """The turns of the open session. Text is shown as it is, never as markup."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str(number), f"app.cite('{number}')", f"Evidence of citation {number}", show=False, id=f"conversation.cite_{number}")
            for number in range(1, 10)
        ),
        Binding("m", "app.copy('markdown')", "Copy as Markdown", show=False, id="conversation.markdown"),
        Binding("c", "app.copy('text')", "Copy the answer", show=False, id="conversation.copy"),
        Binding("a", "app.copy('apa')", "Copy the references", show=False, id="conversation.apa"),
    ]

    class Older(Message):
        """The top is reached and there may be older turns."""

    @dataclass
    class Chosen(Message):
        """Another answer is the one that keys act on."""

        entry: Entry

    def __init__(self) -> None:
        super().__init__(id="conversation")
        self.has_older = False
        self._chosen: Entry | None = None
        self._begun_at: Entry | None = None
        self._width = 0
        self._older_is_coming = False

    @property
    def entries(self) -> list[Entry]:
        """The mounted entries, oldest first."""
        return [child for child in self.children if isinstance(child, Entry) and not child.has_class("leaving")]

    @property
    def answers(self) -> list[Entry]:
        """The entries that something stands behind."""
        return [entry for entry in self.entries if entry.shown != Shown()]

    @property
    def chosen(self) -> Entry | None:
        """The answer that keys act on: the chosen one, else the last."""
        if self._chosen is not None and self._chosen.is_attached:
            return self._chosen
        answers = self.answers
        return answers[-1] if answers else None

    def fill(self, turns: Sequence[SavedTurn], *, has_older: bool) -> None:
        """Show a session's last turns, or what can be asked where there are none.

        A screenful is mounted and drawn first; what is before it is asked for after that.
        """
        self.empty()
        entries, lines = [], 0
        for turn in reversed(turns):
            if lines < self.app.size.height:
                entries.append(Entry(turn))
                lines += entries[-1].least_lines
        self.has_older = has_older or len(entries) < len(turns)
        self.set_class(not entries, "unasked")
        self.mount(*reversed(entries) if entries else (Welcome(),))
        if lines >= self.app.size.height:
            self._stay_at_end()
        if self.has_older:
            self.call_after_refresh(self._ask_for_older)

    def _stay_at_end(self) -> None:
        """Lay out what was mounted with the end in view. Only for more than fits: an anchored screen has its room above, not below."""
        self.anchor()
        self.call_after_refresh(self.anchor, False)

    def empty(self) -> None:
        """Take everything off the screen."""
        self._leave(list(self.children))
        self._chosen = None
        self.has_older = False
        self.remove_class("unasked")

    def add(self, turn: SavedTurn) -> Entry:
        """Append a turn; old ones leave the screen."""
        self.query(Welcome).remove()
        self.remove_class("unasked")
        entry = Entry(turn)
        before = self.entries
        self.mount(entry)
        too_many = len(before) + 1 - MOST_ENTRIES
        if too_many > 0:
            self._leave(before[:too_many])
            self.has_older = True
        self.choose(entry if entry.shown != Shown() else None)
        # A long answer is read from its beginning, so the question that it answers stays in view above it.
        asked = next((other for other in reversed(before) if other.turn.kind != "note"), entry)
        first = asked if asked.turn.kind == "question" and entry.turn.kind not in ("question", "note") else entry
        self._begun_at = first
        self._scroll_to_beginning()
        return entry

    def _scroll_to_beginning(self) -> None:
        if self._begun_at is not None and self._begun_at.is_attached:
            self.call_after_refresh(self.scroll_to_widget, self._begun_at, top=True, animate=False)

    def on_resize(self, event: Resize) -> None:
        """Another width wraps every entry anew; what was asked last is at the top again."""
        if self._width and event.size.width != self._width:
            self._scroll_to_beginning()
        self._width = event.size.width

    def _leave(self, widgets: Sequence[Widget]) -> None:
        for widget in widgets:
            widget.add_class("leaving")
        self.remove_children(widgets)

    def add_older(self, turns: Sequence[SavedTurn], *, has_older: bool) -> None:
        """Put older turns above the first, what is in view stays in view."""
        self.has_older = has_older
        first = self.entries[0] if self.entries else None
        is_at_end = 0 < self.max_scroll_y == self.scroll_y
        if turns:
            self.mount(*(Entry(turn) for turn in turns), before=0)
            if is_at_end:
                self._stay_at_end()
            elif first is not None:
                self.call_after_refresh(self.scroll_to_widget, first, top=True, animate=False)
        self._older_is_coming = False

    def choose(self, entry: Entry | None) -> None:
        """Make an answer the one that keys act on; None makes it the last."""
        if self._chosen is not None:
            self._chosen.remove_class("chosen")
        self._chosen = entry

    def step(self, by: int) -> None:
        """Go to the answer before or after."""
        answers, now = self.answers, self.chosen
        if now is None:
            return
        place = min(max(answers.index(now) + by, 0), len(answers) - 1)
        self.choose(answers[place])
        answers[place].add_class("chosen")
        self.scroll_to_widget(answers[place], animate=False)
        self.post_message(self.Chosen(answers[place]))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for older turns at the top."""
        super().watch_scroll_y(old_value, new_value)
        if new_value <= 0 < old_value:
            self._ask_for_older()

    def action_scroll_home(self) -> None:
        """To the top; from the top to what is older."""
        super().action_scroll_home()
        if self.scroll_y <= 0:
            self._ask_for_older()

    def action_page_up(self) -> None:
        """A page up; from the top to what is older."""
        super().action_page_up()
        if self.scroll_y <= 0:
            self._ask_for_older()

    def _ask_for_older(self) -> None:
        if self.has_older and not self._older_is_coming:
            self._older_is_coming = True
            self.post_message(self.Older())
