"""The saved sessions: searched, opened, renamed, deleted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content, Span
from textual.events import Resize
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from assistant.errors import AssistantError
from assistant.history import History, SavedSession, SavedTurn
from assistant.history.history import search_words
from assistant.tui.dialogs import MOVES, AskLine, Confirm, point_further
from assistant.tui.footer import KeysFooter

WIDE_COLUMNS = 110
MOST_LISTED = 300
MOST_PREVIEWED = 8
EXCERPT_CHARACTERS = 400
_HEADER = f"{'last said':16}  {'turns':>6}  title"
_SPEAKERS = {"question": "You", "answer": "Answer", "failure": "Failure", "note": "Note", "plan": "Plan"}


class Search(Input):
    """The line to search with; its keys take what was typed before them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Open", id="sessions.open"),
        Binding("ctrl+d", "screen.delete", "Delete", id="sessions.delete"),
    ]


class SessionsScreen(ModalScreen[int | None]):
    """Search in all turns, look into a session, open, rename or delete it. Result: the number of the session to open, or None.

    `current` is the session that is open now; it is marked.
    """

    DEFAULT_CSS = """
    SessionsScreen { align: center middle; }
    SessionsScreen > #sessions { width: 90%; max-width: 150; height: 90%; padding: 0 1; border: round $accent; background: $surface; }
    SessionsScreen #search { margin: 1 0; padding: 0 1; background: $boost; }
    SessionsScreen #header { padding: 0 1; color: $text-muted; }
    SessionsScreen #parts { height: 1fr; layout: vertical; }
    SessionsScreen #listed { height: 3fr; border: none; padding: 0; text-wrap: nowrap; text-overflow: ellipsis; }
    SessionsScreen #preview { height: 2fr; padding: 0 1; border-top: solid $panel; }
    SessionsScreen #listed > .option-list--option { padding: 0 1; }
    SessionsScreen #said { height: auto; max-height: 3; padding: 0 1; color: $text-muted; }
    SessionsScreen #said.failure { color: $text-error; }
    SessionsScreen .speaker { color: $text-muted; text-style: bold; }
    SessionsScreen .excerpt { height: auto; margin: 0 0 1 0; }
    SessionsScreen.wide #parts { layout: horizontal; }
    SessionsScreen.wide #listed { width: 1fr; height: 100%; }
    SessionsScreen.wide #preview { width: 1fr; height: 100%; border-top: none; border-left: solid $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "rename", "Rename", id="sessions.rename"),
        Binding("ctrl+d,delete", "delete", "Delete", id="sessions.delete"),
        Binding("escape", "leave", "Close", id="sessions.leave"),
        *MOVES,
    ]

    @dataclass
    class Found(Message):
        """The sessions that a search found, and the one to point at."""

        search: str
        sessions: Sequence[SavedSession]
        chosen: int | None

    @dataclass
    class Looked(Message):
        """What a session holds, as far as it is shown."""

        session_id: int
        turns: Sequence[SavedTurn]

    @dataclass
    class Refused(Message):
        """The history could not be used: what is wrong and what to do."""

        text: str

    def __init__(self, history: History, current: int | None = None) -> None:
        super().__init__()
        self._history = history
        self._current = current
        self._sessions: dict[int, SavedSession] = {}
        self._listed: str | None = None  # the search whose sessions are listed
        self._opens = False

    def compose(self) -> ComposeResult:
        """Search, list, preview, what was done, keys."""
        with Vertical(id="sessions") as frame:
            frame.border_title = "Sessions"
            yield Search(placeholder="Search in every question and answer", compact=True, id="search")
            yield Static(_HEADER, id="header", markup=False)
            with Container(id="parts"):
                yield OptionList(id="listed", markup=False)
                yield VerticalScroll(id="preview")
            yield Static("", id="said", markup=False)
            yield KeysFooter()

    def on_mount(self) -> None:
        """List all sessions."""
        self.query_one("#search", Input).focus()
        self._find(self._current)

    def on_resize(self, event: Resize) -> None:
        """List and preview side by side where there is room."""
        self.set_class(event.size.width >= WIDE_COLUMNS, "wide")

    @on(Input.Changed, "#search")
    def _search_changed(self) -> None:
        self._opens = False
        self._find(None)

    @on(Input.Submitted, "#search")
    def _search_submitted(self) -> None:
        self._opens = True
        if self._listed == self._searched:
            self._open()

    @on(OptionList.OptionSelected)
    def _selected(self) -> None:
        self._open()

    def _find(self, chosen: int | None) -> None:
        self._find_in_thread(self._searched, chosen)

    @work(thread=True, group="finding")
    def _find_in_thread(self, search: str, chosen: int | None) -> None:
        try:
            self.post_message(self.Found(search, self._history.sessions(search), chosen))
        except AssistantError as error:
            self.post_message(self.Refused(str(error)))

    @on(Found)
    def _list(self, message: Found) -> None:
        if message.search != self._searched:
            return  # more was typed since
        self._sessions = {session.session_id: session for session in message.sessions[:MOST_LISTED]}
        listed = self.query_one("#listed", OptionList)
        listed.clear_options()
        listed.add_options([Option(self._line(session), id=str(session.session_id)) for session in self._sessions.values()])
        if self._sessions:
            numbers = list(self._sessions)
            listed.highlighted = numbers.index(message.chosen) if message.chosen in self._sessions else 0
        else:
            self.query_one("#preview").remove_children()
        self._say(_summary(len(message.sessions), bool(search_words(message.search))))
        self._listed = message.search
        if self._opens:  # Enter was quicker than the search
            self._open()

    def _line(self, session: SavedSession) -> Content:
        now = "(open now) " if session.session_id == self._current else ""
        return Content(f"{_minute(session.changed_at):16}  {session.turns:>6,}  {now}{session.title}")

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        assert event.option_id is not None, "every line has its session's number"
        self._look_in_thread(int(event.option_id), self._searched)

    @work(thread=True, group="looking")
    def _look_in_thread(self, session_id: int, search: str) -> None:
        try:
            turns = self._history.turns(session_id, MOST_PREVIEWED, search) or self._history.turns(session_id, MOST_PREVIEWED)
            self.post_message(self.Looked(session_id, turns))
        except AssistantError as error:
            self.post_message(self.Refused(str(error)))

    @on(Looked)
    def _preview(self, message: Looked) -> None:
        chosen = self._chosen
        if chosen is None or chosen.session_id != message.session_id:
            return  # another one was pointed at since
        preview = self.query_one("#preview", VerticalScroll)
        preview.remove_children()
        words = search_words(self._searched)
        for turn in message.turns:
            speaker = Static(f"{_SPEAKERS[turn.kind]}, {_minute(turn.at)}", classes="speaker", markup=False)
            preview.mount(speaker, Static(excerpt(turn.text, words), classes="excerpt", markup=False))
        preview.scroll_home(animate=False)

    @on(Refused)
    def _refused(self, message: Refused) -> None:
        self._say(message.text, failure=True)

    def action_move(self, lines: int) -> None:
        """Point at another session, from the search as well."""
        point_further(self.query_one("#listed", OptionList), lines)

    def _open(self) -> None:
        """End with the session that is pointed at."""
        self._opens = False
        chosen = self._chosen
        if chosen is not None:
            self.dismiss(chosen.session_id)

    def action_leave(self) -> None:
        """Empty the search, or end without a choice."""
        search = self.query_one("#search", Input)
        if search.value:
            search.value = ""
        else:
            self.dismiss(None)

    def action_rename(self) -> None:
        """Ask for another title."""
        chosen = self._chosen
        if chosen is not None:
            self.app.push_screen(AskLine("Title of the session", chosen.title), partial(self._rename, chosen))

    def _rename(self, session: SavedSession, title: str | None) -> None:
        if title is None:
            return
        try:
            self._history.rename(session.session_id, title)
        except AssistantError as error:
            self._say(str(error), failure=True)
            return
        self._find(session.session_id)

    def action_delete(self) -> None:
        """Ask, then delete."""
        chosen = self._chosen
        if chosen is not None:
            question = f'Delete "{chosen.title}" with its {_counted(chosen.turns, "turn")}? This cannot be undone.'
            self.app.push_screen(Confirm(question, "Delete"), partial(self._delete, chosen.session_id))

    def _delete(self, session_id: int, sure: bool | None) -> None:
        if not sure:
            return
        try:
            self._history.delete(session_id)
        except AssistantError as error:
            self._say(str(error), failure=True)
            return
        numbers = list(self._sessions)
        place = numbers.index(session_id) if session_id in numbers else 0
        near = numbers[place + 1 : place + 2] or numbers[:place][-1:]
        self._find(near[0] if near else None)

    @property
    def _searched(self) -> str:
        return self.query_one("#search", Input).value

    @property
    def _chosen(self) -> SavedSession | None:
        listed = self.query_one("#listed", OptionList)
        option = listed.highlighted_option
        return None if option is None or option.id is None else self._sessions.get(int(option.id))

    def _say(self, text: str, *, failure: bool = False) -> None:
        said = self.query_one("#said", Static)
        said.set_class(failure, "failure")
        said.update(Content(text))


def excerpt(text: str, words: Sequence[str]) -> Content:
    """The part of a text around the first of the words, or its beginning; every place of a word is marked."""
    pattern = re.compile("|".join(re.escape(word) for word in words), re.IGNORECASE) if words else None
    first = pattern.search(text) if pattern is not None else None
    start = 0 if first is None else max(first.start() - EXCERPT_CHARACTERS // 3, 0)
    end = start + EXCERPT_CHARACTERS
    part = f"{'... ' if start else ''}{text[start:end].strip()}{' ...' if end < len(text) else ''}"
    places = [] if pattern is None else [Span(place.start(), place.end(), "bold reverse") for place in pattern.finditer(part)]
    return Content(part, spans=places)


def _summary(count: int, searched: bool) -> str:
    if not count:
        return "No session has these words." if searched else "No sessions yet. What you ask is kept here."
    shown = f", the last {MOST_LISTED} are listed; search for the others" if count > MOST_LISTED else ""
    return f"{_counted(count, 'session')}{' found' if searched else ''}{shown}"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _minute(at: str) -> str:
    """An ISO time as day and minute."""
    return at[:16].replace("T", " ")
