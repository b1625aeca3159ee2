"""A restored session: what is mounted first, what comes after, what stays in view."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from driving import AT, MakeApp, ask, press, settled
from textual._styles_cache import StylesCache

from assistant.history import History, SavedTurn
from assistant.history.history import FILE_NAME
from assistant.tui.conversation import MOST_ENTRIES, PAGE, Conversation, Entry


def with_turns(home: Path, texts: list[str]) -> None:
    """Write a session of notes."""
    history = History(home / FILE_NAME)
    session_id = history.start_session("Restored", AT)
    for text in texts:
        history.append(session_id, SavedTurn(AT, "note", text))
    history.close()


def in_view(conversation: Conversation) -> list[str]:
    """The texts of the entries that can be seen whole."""
    return [entry.turn.text for entry in conversation.entries if conversation.region.contains_region(entry.region)]


async def test_a_screenful_is_mounted_first_its_last_turn_in_view_and_older_ones_follow(
    make_app: MakeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_turns(tmp_path, [f"turn {number}" for number in range(1000)])
    app = make_app(home=tmp_path)
    painted: list[tuple[int, str]] = []

    def painted_with_entries() -> None:
        if len(app.screen_stack) == 1 and (seen := in_view(app.conversation)):
            painted.append((len(app.conversation.entries), seen[-1]))

    monkeypatch.setattr(app, "post_display_hook", painted_with_entries)
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        assert painted[0] == (14, "turn 999"), "three lines each, 40 in all"
        assert {last for _, last in painted} == {"turn 999"}, "the end stays in view while older ones come"
        assert [entry.turn.text for entry in app.conversation.entries] == [f"turn {number}" for number in range(1000 - 14 - PAGE, 1000)]


async def test_a_session_that_fits_begins_at_the_top(make_app: MakeApp, tmp_path: Path) -> None:
    with_turns(tmp_path, ["first", "second"])
    app = make_app(home=tmp_path)
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        assert [entry.region.y - app.conversation.region.y for entry in app.conversation.entries] == [0, 3]


async def test_a_screen_that_holds_more_than_a_page_of_turns_is_filled(make_app: MakeApp, tmp_path: Path) -> None:
    with_turns(tmp_path, [f"turn {number}" for number in range(30)])
    app = make_app(home=tmp_path)
    async with app.run_test(size=(140, 80)) as pilot:
        await settled(pilot)
        assert len(app.conversation.entries) == 30
        assert in_view(app.conversation)[-1] == "turn 29"


async def test_from_the_top_older_turns_come_and_what_was_in_view_stays(make_app: MakeApp, tmp_path: Path) -> None:
    with_turns(tmp_path, [f"turn {number}" for number in range(200)])
    app = make_app(home=tmp_path)
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        conversation = app.conversation
        before = conversation.entries[0].turn.text
        conversation.focus()
        await press(pilot, "home")
        assert len(conversation.entries) == 14 + 2 * PAGE
        assert in_view(conversation)[0] == before
        await press(pilot, "end")
        assert in_view(conversation)[-1] == "turn 199"


async def test_a_longer_session_keeps_no_more_than_its_last_turns_mounted(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app(home=tmp_path)
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        for number in range(MOST_ENTRIES + 5):
            app.conversation.add(app.recorder.save("note", f"turn {number}"))
            await pilot.pause()
        await settled(pilot)
        assert len(app.conversation.query(Entry)) == MOST_ENTRIES
        assert in_view(app.conversation)[-1] == f"turn {MOST_ENTRIES + 4}"


async def test_what_turns_have_drawn_is_let_go_when_they_have_left_the_screen(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app(home=tmp_path)
    drawn: list[int] = []
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        for screens in range(1, 3):
            for number in range(MOST_ENTRIES):
                app.conversation.add(app.recorder.save("note", f"turn {screens}.{number}"))
                await pilot.pause()
            await ask(pilot, "/nothing")
            gc.collect()
            drawn.append(sum(isinstance(found, StylesCache) for found in gc.get_objects()))
    assert drawn[1] <= drawn[0] + 5
