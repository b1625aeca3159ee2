"""Keys that come in one breath with a paste are its text; the sequence that ends a paste may stand in what is pasted."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from driving import MakeApp, settled, shown
from textual.events import Event, Key, Paste

from assistant.tui.pasting import BREATH_SECONDS, Breath

NAMES = {"\r": "enter", "\n": "ctrl+j", "\t": "tab", "\x11": "ctrl+q", "\x1b": "escape"}


def typed(text: str, first: float, apart: float = 0.001) -> list[Event]:
    """The keys of a text as a terminal sends them, one so many seconds after the other."""
    return [at(Key(NAMES.get(character, character), character), first + number * apart) for number, character in enumerate(text)]


def pasted(text: str, time: float) -> list[Event]:
    return [at(Paste(text), time)]


def at(event: Event, time: float) -> Event:
    event.time = time
    return event


def taken(events: Iterable[Event]) -> list[str]:
    """What becomes of events: pasted texts in marks of quotation, keys by their names; a key that waits for more is left out."""
    breath = Breath()
    done = [done for event in events if isinstance(event, (Key, Paste)) for done in breath.take(event)]
    return [repr(each.text) if isinstance(each, Paste) else each.key for each in done if isinstance(each, (Key, Paste))]


@pytest.mark.parametrize(
    ("events", "become"),
    [
        (typed("a\r", 1), ["a", "enter"]),
        ([*pasted("x", 1), *typed("a\r\tb", 1.001)], ["'x'", "'a'", "'\\n'", "'\\t'", "'b'"]),
        ([*pasted("x", 1), *typed("\ra", 1.001)], ["'x'", "'\\n'", "'a'"]),
        ([*pasted("x", 1), *typed("\r\r", 1.001)], ["'x'", "'\\n'", "'\\n'"]),
        ([*pasted("x", 1), *typed("a\x11\x1bb", 1.001)], ["'x'", "'a'", "'b'"]),
        ([*pasted("x", 1), *typed("\r", 1.001), *pasted("y", 1.002)], ["'x'", "'\\n'", "'y'"]),
        ([*pasted("x", 1), *typed("\r", 1.001), *typed("a", 2)], ["'x'", "enter", "a"]),
        ([*pasted("x", 1), *typed("a\r", 1 + BREATH_SECONDS)], ["'x'", "a", "enter"]),
        ([*pasted("x", 1), *typed("ab", 1.001, BREATH_SECONDS * 2)], ["'x'", "'a'", "b"]),
    ],
    ids=[
        "keys alone are keys",
        "what follows a paste is its text",
        "an Enter that is followed ends a line",
        "as do two",
        "control characters are left out",
        "a paste follows an Enter",
        "an Enter that nothing follows is pressed",
        "a breath ends",
        "a breath ends between keys",
    ],
)
def test_what_follows_a_paste_in_one_breath_is_text(events: list[Event], become: list[str]) -> None:
    assert taken(events) == become


async def test_lines_after_an_early_end_of_a_paste_stay_in_the_prompt(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        for event in [*pasted("What is", 1), *typed("\rcontango?\r/quit\r\x11to the end\r", 1.001)]:
            app.post_message(event)
        await settled(pilot)
        assert app.prompt.text == "What is\ncontango?\n/quit\nto the end\n"
        assert not shown(app)


async def test_enter_after_a_paste_asks_once_nothing_has_followed(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        for event in [*pasted("What is contango?", 1), *typed("\r", 1.001)]:
            app.post_message(event)
        await settled(pilot)
        assert shown(app, "question") == ["You\nWhat is contango?"]
