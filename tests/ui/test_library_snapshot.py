"""Pictures of the library while files are added, and of a document that is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input

from assistant.tui.library import LibraryScreen
from assistant.tui.library_parts import AddingPanel
from knowledge.adding import Outcome
from knowledge.background import Progress
from knowledge.base import KnowledgeBase

SIZES = [(80, 24), (120, 40), (200, 60)]
IDS = ["80x24", "120x40", "200x60"]


class Host(App[None]):
    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def on_mount(self) -> None:
        self.push_screen(LibraryScreen(lambda: KnowledgeBase(self._folder)))


async def settle(pilot: Pilot[None]) -> None:
    """Wait until the documents are listed, cursors at rest."""
    for line in pilot.app.screen.query(Input):
        line.cursor_blink = False
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


@pytest.mark.parametrize("size", SIZES, ids=IDS)
def test_files_that_are_being_added_look_as_they_did(size: tuple[int, int], tmp_path: Path, snap_compare: Any) -> None:
    async def add(pilot: Pilot[None]) -> None:
        await settle(pilot)
        pilot.app.screen.query_one(AddingPanel).begin()
        refused = Outcome("research/fees.xlsx", "refused", problem="is a .xlsx file", remedy="add text (.txt) or PDF (.pdf)")
        for event in (Progress(40, 12), Outcome("research/roll.pdf", "added", "roll", "Roll"), refused):
            pilot.app.screen.post_message(LibraryScreen.Added(event))
        await pilot.pause()

    assert snap_compare(Host(tmp_path / "base"), terminal_size=size, run_before=add)


@pytest.mark.parametrize("size", SIZES, ids=IDS)
def test_a_document_that_is_read_looks_as_it_did(size: tuple[int, int], tmp_path: Path, snap_compare: Any) -> None:
    async def read(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await pilot.press("f4")
        await settle(pilot)
        await pilot.pause()

    assert snap_compare(Host(tmp_path / "base"), terminal_size=size, run_before=read)
