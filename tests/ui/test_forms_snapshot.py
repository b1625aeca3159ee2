"""Pictures of a form and of a form with errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from assistant.tui.forms import FormScreen
from rules.catalogue import calculator
from rules.parameters import load_parameters

SIZES = [(80, 24), (120, 40), (200, 60)]
FORMS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "form": ("scenarios", calculator("scenarios").EXAMPLE),
    "errors": ("option-price", {"model": "black76", "right": "call", "strike": -5, "rate": 0.045, "implied_volatility": 19.5}),
}


class Host(App[None]):
    def __init__(self, name: str, given: Mapping[str, Any]) -> None:
        super().__init__()
        self._name, self._given = name, given

    def on_mount(self) -> None:
        self.push_screen(FormScreen(self._name, self._given, load_parameters(), wait_seconds=0))


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40", "200x60"])
@pytest.mark.parametrize("what", FORMS)
def test_a_form_looks_as_it_did(what: str, size: tuple[int, int], snap_compare: Any) -> None:
    async def settle(pilot: Pilot[None]) -> None:
        for line in pilot.app.screen.query(Input):
            line.cursor_blink = False
        for text in pilot.app.screen.query(TextArea):
            text.cursor_blink = False
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()

    assert snap_compare(Host(*FORMS[what]), terminal_size=size, run_before=settle)
