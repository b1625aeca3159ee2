"""A picture of the terminal UI."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input

from assistant.tui.app import AlvhApp


def test_an_answer_with_its_evidence_looks_as_it_did(make_app: Callable[[], AlvhApp], snap_compare: Any) -> None:
    async def ask(pilot: Pilot[None]) -> None:
        await pilot.app.workers.wait_for_complete()
        prompt = pilot.app.query_one("#prompt", Input)
        prompt.cursor_blink = False
        prompt.value = "What specific VIX instruments do you layer first when ALVH kicks in?"
        await pilot.press("enter")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()

    assert snap_compare(make_app(), terminal_size=(120, 40), run_before=ask)
