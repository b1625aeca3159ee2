"""Pictures of the whole terminal UI in every state, in three sizes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from driving import MakeApp, ask, press, settled
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from assistant.tui.form_fields import FieldRow
from assistant.tui.library import LibraryScreen
from assistant.tui.library_parts import AddingPanel
from knowledge.adding import Outcome
from knowledge.background import Progress

Act = Callable[[Pilot[Any]], Awaitable[None]]
ANSWERED = "What specific VIX instruments do you layer first when ALVH kicks in?"
CALCULATED = "My total planned hedge vega is $10,000. How much of it goes into futures?"
CONDOR = "5500/5600/6300/6400 iron condor, 20.46 credit, ten lots: max loss and break-evens?"
WRONG = {"model": "black76", "right": "call", "strike": "-5", "rate": "0.045", "implied_volatility": "19.5"}


async def at_rest(pilot: Pilot[Any]) -> None:
    """Wait until all is drawn, the cursors standing still."""
    await settled(pilot)
    for field in [*pilot.app.screen.query(Input), *pilot.app.screen.query(TextArea)]:
        field.cursor_blink = False
    await pilot.pause()


def asked(*lines: str, keys: tuple[str, ...] = (), then: Act | None = None) -> Act:
    """Ask lines, press keys, do what is done then."""

    async def run(pilot: Pilot[Any]) -> None:
        await at_rest(pilot)
        for line in lines:
            await ask(pilot, line)
        for key in keys:
            await press(pilot, key)
        if then is not None:
            await then(pilot)
        await at_rest(pilot)

    return run


async def fill_in_wrongly(pilot: Pilot[Any]) -> None:
    for row in pilot.app.screen.query(FieldRow):
        row.text = WRONG.get(row.field.name, "")


async def be_adding(pilot: Pilot[Any]) -> None:
    """Files that are under way as a process tells of them, which does not tell twice at the same pace."""
    pilot.app.screen.query_one(AddingPanel).begin()
    refused = Outcome("research/fees.xlsx", "refused", problem="is a .xlsx file", remedy="add text (.txt) or PDF (.pdf)")
    for event in (Progress(40, 12), Outcome("research/roll.pdf", "added", "roll", "Roll"), refused):
        pilot.app.screen.post_message(LibraryScreen.Added(event))


async def leave(pilot: Pilot[Any]) -> None:
    await be_adding(pilot)
    await settled(pilot)
    await pilot.press("escape")


STATES = {
    "empty": asked(),
    "answered": asked(ANSWERED),
    "calculated": asked(CALCULATED),
    "asked-back": asked("max loss of a 5500/5600/6300/6400 iron condor, 10 lots?"),
    "error": asked("/plan /no/such/file"),
    "evidence": asked(ANSWERED, keys=("f2",)),
    "steps": asked(CALCULATED, keys=("f3",)),
    "charts": asked(CONDOR, keys=("f4",)),
    "facts": asked(CONDOR, keys=("f5",)),
    "calculators": asked(keys=("f7",)),
    "form": asked("/form scenarios", keys=("f5",)),
    "form-wrong": asked("/form option-price", then=fill_in_wrongly),
    "documents": asked(keys=("f9",)),
    "document": asked(keys=("f9", "f4")),
    "adding": asked(keys=("f9",), then=be_adding),
    "adding-behind": asked(ANSWERED, keys=("f9",), then=leave),
}


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("state", STATES)
def test_a_state_looks_as_it_did(make_app: MakeApp, snap_compare: Any, state: str, size: tuple[int, int]) -> None:
    assert snap_compare(make_app(), terminal_size=size, run_before=STATES[state])


@pytest.mark.parametrize("theme", ["light", "contrast"])
def test_a_theme_looks_as_it_did(make_app: MakeApp, snap_compare: Any, theme: str) -> None:
    assert snap_compare(make_app(), terminal_size=(120, 40), run_before=asked(ANSWERED, f"/theme {theme}"))


def test_ascii_mode_looks_as_it_did(make_app: MakeApp, snap_compare: Any) -> None:
    assert snap_compare(make_app(), terminal_size=(120, 40), run_before=asked(CALCULATED, "/ascii"))


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("key", ["f1", "ctrl+g", "f6", "ctrl+p", "ctrl+s"])
def test_a_pane_or_screen_looks_as_it_did(make_app: MakeApp, snap_compare: Any, key: str, size: tuple[int, int]) -> None:
    assert snap_compare(make_app(), terminal_size=size, run_before=asked(CALCULATED, keys=(key,)))


def test_completion_looks_as_it_did(make_app: MakeApp, snap_compare: Any) -> None:
    assert snap_compare(make_app(), terminal_size=(80, 24), run_before=asked(keys=("/", "c", "o", "tab", "tab")))
