"""Pictures of the terminal UI in three sizes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from driving import MakeApp, ask, settled
from textual.pilot import Pilot
from textual.widgets import Input

STEPS = {
    "empty": (),
    "answered": ("What specific VIX instruments do you layer first when ALVH kicks in?",),
    "calculated": ("My total planned hedge vega is $10,000. How much of it goes into futures?",),
    "asked-back": ("max loss of a 5500/5600/6300/6400 iron condor, 10 lots?",),
    "error": ("/plan /no/such/file",),
}


def keys(*pressed: str, lines: tuple[str, ...] = ()) -> Callable[[Pilot[Any]], Any]:
    """Ask lines, press keys, wait."""

    async def run(pilot: Pilot[Any]) -> None:
        pilot.app.prompt.cursor_blink = False  # type: ignore[attr-defined]
        await settled(pilot)
        for line in lines:
            await ask(pilot, line)
        for key in pressed:
            await pilot.press(key)
            await settled(pilot)
        for field in pilot.app.query(Input):
            field.cursor_blink = False
        await settled(pilot)

    return run


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("state", STEPS)
def test_a_state_looks_as_it_did(make_app: MakeApp, snap_compare: Any, state: str, size: tuple[int, int]) -> None:
    assert snap_compare(make_app(), terminal_size=size, run_before=keys(lines=STEPS[state]))


@pytest.mark.parametrize("theme", ["light", "contrast"])
def test_a_theme_looks_as_it_did(make_app: MakeApp, snap_compare: Any, theme: str) -> None:
    assert snap_compare(make_app(), terminal_size=(120, 40), run_before=keys(lines=(*STEPS["answered"], f"/theme {theme}")))


def test_ascii_mode_looks_as_it_did(make_app: MakeApp, snap_compare: Any) -> None:
    assert snap_compare(make_app(), terminal_size=(120, 40), run_before=keys(lines=(*STEPS["calculated"], "/ascii")))


@pytest.mark.parametrize("key", ["f1", "ctrl+g", "f5", "f6"])
def test_a_pane_or_screen_looks_as_it_did(make_app: MakeApp, snap_compare: Any, key: str) -> None:
    assert snap_compare(make_app(), terminal_size=(120, 40), run_before=keys(key, lines=STEPS["calculated"]))


def test_completion_looks_as_it_did(make_app: MakeApp, snap_compare: Any) -> None:
    assert snap_compare(make_app(), terminal_size=(80, 24), run_before=keys("/", "c", "o", "tab", "tab"))
