"""The screen of saved sessions, driven by a pilot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from driving import press, settled, texts
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Button, Input, OptionList, Static

from assistant.errors import AssistantError
from assistant.history import History, SavedTurn
from assistant.tui.sessions import SessionsScreen, excerpt

TITLES = ("Layers of the hedge", "Condor of Monday", "What is contango?")


class Host(App[int | str | None]):
    """An app that opens the sessions at once, and ends with their result."""

    def __init__(self, history: History, current: int | None = None) -> None:
        super().__init__()
        self._history, self._current = history, current

    def on_mount(self) -> None:
        self.push_screen(SessionsScreen(self._history, self._current), self.exit)


@pytest.fixture
def history(tmp_path: Path) -> History:
    """Three sessions, the last one on contango."""
    history = History(tmp_path / "history.sqlite3")
    for day, title in enumerate(TITLES, 2):
        session_id = history.start_session(title, f"2026-03-0{day}T09:30:00-05:00")
        history.append(session_id, SavedTurn(f"2026-03-0{day}T09:30:00-05:00", "question", f"{title} Say more."))
        history.append(session_id, SavedTurn(f"2026-03-0{day}T09:30:02-05:00", "answer", f"Day {day}: " + "the hedge is layered in steps. " * day))
    return history


def listed(app: App[Any]) -> list[str]:
    """The lines of the list."""
    options = app.screen.query_one("#listed", OptionList)
    return [str(options.get_option_at_index(number).prompt) for number in range(options.option_count)]


def pointed_at(app: App[Any]) -> str:
    option = app.screen.query_one("#listed", OptionList).highlighted_option
    return "" if option is None else str(option.prompt)


def previewed(app: App[Any]) -> list[str]:
    return [str(excerpt.render()) for excerpt in app.screen.query("#preview .excerpt").results(Static)]


async def test_the_session_last_spoken_in_comes_first_with_a_look_into_it(history: History) -> None:
    app = Host(history, current=1)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        lines = listed(app)
        assert [line.split("  ")[-1] for line in lines] == ["What is contango?", "Condor of Monday", "(open now) Layers of the hedge"]
        assert lines[0].startswith("2026-03-04 09:30       2  ")
        assert pointed_at(app) == lines[2], "the open session is pointed at"
        assert previewed(app)[0] == "Layers of the hedge Say more."
        assert texts(app.screen, "#said") == "3 sessions"


async def test_typing_searches_every_turn_and_marks_what_it_found(history: History) -> None:
    app = Host(history)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, *"DAY", "space", "3")
        assert [line.split("  ")[-1] for line in listed(app)] == ["Condor of Monday"]
        assert texts(app.screen, "#said") == "1 session found"
        assert [text[:6] for text in previewed(app)] == ["Condor", "Day 3:"]
        await press(pilot, *"zzz")
        assert (listed(app), previewed(app), texts(app.screen, "#said")) == ([], [], "No session has these words.")
        await pilot.press("enter", "f2", "ctrl+d")
        assert isinstance(app.screen, SessionsScreen), "with no session there is nothing to open, rename or delete"
        await press(pilot, "escape")
        assert len(listed(app)) == 3, "the first Escape empties the search"


@pytest.mark.parametrize(
    ("keys", "opened"),
    [
        (("enter",), 3),
        (("down", "enter"), 2),
        (("down", "down", "down", "up", "enter"), 2),
        (("pagedown", "enter"), 1),
        (("pagedown", "pageup", "enter"), 3),
        (("tab", "down", "enter"), 2),
        (("escape",), None),
    ],
)
async def test_keys_choose_the_session_to_open(history: History, keys: tuple[str, ...], opened: int | None) -> None:
    app = Host(history)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press(*keys)
        await pilot.pause()
    assert app.return_value == opened


async def test_enter_opens_what_was_typed_before_it_even_when_the_search_is_slower(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    entered = Event()
    find = history.sessions

    def find_slowly(search: str = "") -> Any:
        entered.wait()
        return find(search)

    monkeypatch.setattr(history, "sessions", find_slowly)
    app = Host(history)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"condor", "enter")
        await pilot.pause()
        entered.set()
        for _ in range(100):
            if app.return_value is None:
                await pilot.pause()
    assert app.return_value == 2


async def test_a_click_opens_a_session(history: History) -> None:
    app = Host(history)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.click("#listed", offset=(5, 1))
        await pilot.pause()
    assert app.return_value == 2


async def test_f2_gives_a_session_another_title(history: History) -> None:
    app = Host(history)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("down", "f2")
        app.screen.query_one(Input).value = "Monday [bold]morning"
        await press(pilot, "enter")
        assert pointed_at(app).endswith("Monday [bold]morning")
        assert history.sessions()[1].title == "Monday [bold]morning"
        await pilot.press("f2", *"unkept", "escape", "f2")
        app.screen.query_one(Input).value = "  "
        await press(pilot, "enter")
        assert texts(app.screen, "#said") == "title: is empty; write a name for the session"
        assert history.sessions()[1].title == "Monday [bold]morning"


async def test_ctrl_d_deletes_a_session_only_after_a_yes(history: History) -> None:
    app = Host(history)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        for kept in (("enter",), ("n",), ("escape",)):
            await pilot.press("ctrl+d")
            assert 'Delete "What is contango?" with its 2 turns?' in str(app.screen.query_one(".asked", Static).render())
            await press(pilot, *kept)
            assert len(history.sessions()) == 3
        await press(pilot, "ctrl+d", "right", "enter")
        assert pointed_at(app).endswith("Condor of Monday"), "the next one is pointed at"
        await press(pilot, "down", "ctrl+d", "y")
        assert [line.split("  ")[-1] for line in listed(app)] == ["Condor of Monday"]
        await pilot.press("ctrl+d")
        await pilot.pause()
        app.screen.query_one("#yes", Button).press()
        await settled(pilot)
        assert (listed(app), texts(app.screen, "#said")) == ([], "No sessions yet. What you ask is kept here.")


async def test_a_history_that_cannot_be_used_is_said(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssistantError("history", "cannot be read", "check the disk")

    app = Host(history)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        for name in ("sessions", "rename", "delete", "turns"):
            monkeypatch.setattr(history, name, refuse)
        for keys in (("ctrl+d", "y"), ("f2", "enter"), ("a",)):
            app.screen.query_one("#said", Static).update("")
            await press(pilot, *keys)
            assert texts(app.screen, "#said") == "history: cannot be read; check the disk"
        assert app.screen.query_one("#said").has_class("failure")


def test_an_excerpt_is_the_part_around_the_first_word_with_every_place_marked() -> None:
    text = "a" * 300 + " Vega and vega " + "b" * 600
    content = excerpt(text, ("vega",))
    shown = str(content)
    assert shown.startswith("... a") and shown.endswith("b ...")
    assert [shown[span.start : span.end] for span in content.spans] == ["Vega", "vega"]
    assert str(excerpt("short", ())) == "short"


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_sessions_look_as_they_did(history: History, snap_compare: Callable[..., bool], size: tuple[int, int]) -> None:
    async def search(pilot: Pilot[Any]) -> None:
        pilot.app.screen.query_one("#search", Input).cursor_blink = False
        await press(pilot, *"layer")

    assert snap_compare(Host(history, current=2), terminal_size=size, run_before=search)


@pytest.mark.parametrize("key", ["f2", "ctrl+d"])
def test_the_questions_before_a_change_look_as_they_did(history: History, snap_compare: Callable[..., bool], key: str) -> None:
    async def ask(pilot: Pilot[Any]) -> None:
        await settled(pilot)
        await pilot.press(key)
        for field in pilot.app.screen.query(Input):
            field.cursor_blink = False

    assert snap_compare(Host(history), terminal_size=(80, 24), run_before=ask)
