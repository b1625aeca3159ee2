"""The knowledge base in the UI, driven by a pilot."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from driving import press, settled, texts, until
from textual.app import App
from textual.message import Message
from textual.pilot import Pilot
from textual.widgets import Button, DataTable, Input, OptionList, ProgressBar, Static

from assistant.session import Session
from assistant.tui.app import AlvhApp
from assistant.tui.conversation import Conversation
from assistant.tui.library import AddingProgressed, LibraryChanged, LibraryScreen
from assistant.tui.library_parts import AddingPanel, DocumentScreen, PathInput, matching_paths
from knowledge.base import KnowledgeBase
from knowledge.errors import KnowledgeError

SIZE = (140, 45)


class Host(App[None]):
    """An app with the library installed and open, which keeps what the library tells it."""

    def __init__(self, open_base: Callable[[], KnowledgeBase], allow_adding: bool = True) -> None:
        super().__init__()
        self.library = LibraryScreen(open_base, allow_adding)
        self.told: list[Message] = []

    def on_mount(self) -> None:
        self.install_screen(self.library, "library")
        self.push_screen("library")

    def on_library_changed(self, message: LibraryChanged) -> None:
        self.told.append(message)

    def on_adding_progressed(self, message: AddingProgressed) -> None:
        self.told.append(message)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A folder with three notes and a file of no known format."""
    folder = tmp_path / "notes"
    folder.mkdir()
    for number in range(3):
        text = f"# Note {number}\n\n## Zebra {number}\n\nA zebra crossing is painted on day {number}.\n\n## Gnu {number}\n\nThe gnu waits.\n"
        (folder / f"note{number}.md").write_text(text, encoding="utf-8")
    (folder / "sheet.xlsx").write_text("x", encoding="utf-8")
    return folder


@pytest.fixture
def make_host(tmp_path: Path) -> Callable[[], Host]:
    return lambda: Host(lambda: KnowledgeBase(tmp_path / "base"))


def titles(app: Host) -> list[str]:
    table = app.library.query_one(DataTable)
    return [str(table.get_row_at(row)[0]) for row in range(table.row_count)]


def heading_line(app: Host) -> str:
    return texts(app.library, "#library-title")


async def add(pilot: Pilot[Any], app: Host, path: Path) -> None:
    """Type a path and wait until it is added."""
    await pilot.press("f2")
    app.library.query_one(PathInput).value = str(path)
    await press(pilot, "enter")


async def test_the_documents_are_listed_with_kind_date_and_address(make_host: Callable[[], Host]) -> None:
    app = make_host()
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert heading_line(app) == "Knowledge · 28 documents, 0 added by you"
        rows = [[str(cell) for cell in app.library.query_one(DataTable).get_row_at(row)] for row in range(28)]
        assert ["When the hedge is activated", "paraphrase", "shipped", "2026-05-09"] in [cells[:4] for cells in rows]
        assert any(cells[4].startswith("https://www.cboe.com") for cells in rows)


async def test_a_folder_is_added_with_progress_and_its_refusals_are_listed_with_reasons(make_host: Callable[[], Host], notes: Path) -> None:
    app = make_host()
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await add(pilot, app, notes)
        panel = app.library.query_one(AddingPanel)
        assert panel.line == "done · 3 added · 1 refused"
        bar = panel.query_one(ProgressBar)
        assert (bar.progress, bar.total) == (4, 4)
        refused = [str(line.render()) for line in panel.query_one("#refused").query(Static)]
        assert len(refused) == 1 and "sheet.xlsx: is a .xlsx file; add text (.txt)" in refused[0]
        assert titles(app)[:3] == ["Note 0", "Note 1", "Note 2"] and "3 added by you" in heading_line(app)
        assert LibraryChanged(31) in app.told
        lines = [message.line for message in app.told if isinstance(message, AddingProgressed)]
        assert lines[0] == "0 of 4 files read" and "4 of 4 files read · 3 added · 1 refused" in lines and lines[-1] == ""


async def test_two_files_with_one_address_are_named_with_the_one_that_counts(make_host: Callable[[], Host], tmp_path: Path) -> None:
    front = "---\ntitle: Lamps\nurl: https://www.example.com/lamps\n---\n\n"
    for name, text in (("one", "The lamp is lit at dusk."), ("two", "The lamp is lit at noon.")):
        (tmp_path / f"{name}.md").write_text(f"{front}{text}\n", encoding="utf-8")
    app = make_host()
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await add(pilot, app, tmp_path / "*.md")
        (said,) = app.library.query_one(AddingPanel).query_one("#refused").query(Static)
        assert "two.md and" in str(said.render()) and "the later text counts" in str(said.render())


async def test_a_question_is_answered_while_an_addition_runs_and_the_library_is_left(tmp_path: Path, notes: Path) -> None:
    app = AlvhApp(lambda: Session(KnowledgeBase(tmp_path / "base")), show_latency=False)
    library = LibraryScreen(lambda: KnowledgeBase(tmp_path / "base"))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        app.install_screen(library, "library")
        await app.push_screen("library")
        await settled(pilot)
        library.query_one(PathInput).value = str(notes)
        await pilot.press("f2", "enter")
        await until(pilot, lambda: library._addition is not None and library._addition.process_id is not None)
        addition = library._addition
        assert addition is not None and addition.process_id is not None
        os.kill(addition.process_id, signal.SIGSTOP)
        await pilot.press("escape")
        app.prompt.focus()
        app.prompt.put("Which VIX instrument is layered first?")
        await pilot.press("enter")
        await until(pilot, lambda: bool(app.screen.query_one(Conversation).query(".answer")))
        assert library._addition is addition
        os.kill(addition.process_id, signal.SIGCONT)
        await until(pilot, lambda: library._addition is None)
        assert library.query_one(AddingPanel).line == "done · 3 added · 1 refused"


async def test_the_stop_key_ends_an_addition_and_keeps_what_is_in(make_host: Callable[[], Host], notes: Path) -> None:
    app = make_host()
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("f6")
        app.library.query_one(PathInput).value = str(notes)
        await pilot.press("f2", "enter")
        await until(pilot, lambda: app.library._addition is not None and app.library._addition.process_id is not None)
        addition = app.library._addition
        assert addition is not None and addition.process_id is not None
        os.kill(addition.process_id, signal.SIGSTOP)
        app.library.query_one(PathInput).value = str(notes)
        await pilot.press("enter")
        assert "An addition is under way" in texts(app.library, "#library-said")
        await pilot.press("f6")
        os.kill(addition.process_id, signal.SIGCONT)
        await settled(pilot)
        assert app.library.query_one(AddingPanel).line.startswith("stopped: what is listed is in")
        await add(pilot, app, notes)
        assert app.library.query_one(AddingPanel).line.startswith("done")


async def test_leaving_the_program_ends_an_addition(make_host: Callable[[], Host], notes: Path) -> None:
    app = make_host()
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        app.library.query_one(PathInput).value = str(notes)
        await pilot.press("f2", "enter")
        await until(pilot, lambda: app.library._addition is not None and app.library._addition.process_id is not None)
        addition = app.library._addition
    assert addition is not None and addition.cancelled


async def test_a_path_that_names_nothing_is_refused_with_what_to_do(make_host: Callable[[], Host], tmp_path: Path) -> None:
    app = make_host()
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await add(pilot, app, tmp_path / "absent.md")
        assert app.library.query_one(AddingPanel).line == "done · 1 refused"
        await pilot.press("enter")
        assert app.library.query_one(AddingPanel).line == "done · 1 refused"


async def test_tab_completes_a_path_and_shows_what_it_may_become(make_host: Callable[[], Host], notes: Path) -> None:
    app = make_host()
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("f2")
        line = app.library.query_one(PathInput)
        line.value = f"{notes.parent}/no"
        await settled(pilot)
        await press(pilot, "tab")
        assert line.value == f"{notes}/" and line.cursor_position == len(line.value)
        assert texts(app.library, "#library-paths") == "note0.md  note1.md  note2.md"
        await press(pilot, "tab")
        assert line.value == f"{notes}/note"
        await pilot.press("tab")
        assert not line.has_focus
        line.value = ""
        await settled(pilot)
        assert texts(app.library, "#library-paths") == ""


def test_hidden_files_complete_after_a_dot_and_an_unreadable_folder_to_nothing(tmp_path: Path) -> None:
    (tmp_path / ".hidden.md").write_text("x", encoding="utf-8")
    (tmp_path / "a.md").write_text("x", encoding="utf-8")
    assert matching_paths(f"{tmp_path}/") == [f"{tmp_path}/a.md"]
    assert matching_paths(f"{tmp_path}/.") == [f"{tmp_path}/.hidden.md"]
    assert matching_paths(f"{tmp_path}/absent/") == []


async def test_typing_filters_titles_and_enter_searches_the_texts(make_host: Callable[[], Host]) -> None:
    app = make_host()
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press(*"vxm")
        await pilot.pause()
        assert titles(app) == ["VXM futures (Mini VIX)"]
        await pilot.press(*"zzz")
        await pilot.pause()
        assert not titles(app) and "Enter searches the texts" in texts(app.library, "#library-said")
        app.library.query_one("#library-words", Input).value = "contango"
        await press(pilot, "enter")
        assert titles(app)[0] == "Glossary" and "best passage first: contango" in texts(app.library, "#library-said")
        await pilot.press("f3")
        assert app.library.query_one("#library-words").has_focus
        await pilot.press("home", "enter")


async def test_a_document_opens_where_the_words_were_found_and_is_read_by_keys(make_host: Callable[[], Host], notes: Path) -> None:
    app = make_host()
    async with app.run_test(size=(100, 12)) as pilot:
        await settled(pilot)
        await add(pilot, app, notes)
        await pilot.press("f3")
        app.library.query_one("#library-words", Input).value = "gnu waits"
        await press(pilot, "enter")
        await press(pilot, "enter")
        document = app.screen
        assert isinstance(document, DocumentScreen)
        headings = document.query_one("#headings", OptionList)
        assert headings.highlighted == document._headings.index(next(name for name in document._headings if name.startswith("Gnu")))
        last = headings.highlighted
        await pilot.press("p")
        assert headings.highlighted == last - 1
        await pilot.press("n", "n")
        assert headings.highlighted == last
        await pilot.press("escape")
        assert app.screen is app.library


@pytest.mark.parametrize(("keys", "removed"), [("f8,y", True), ("f8,n", False), ("f8,escape", False)])
async def test_a_document_is_removed_after_asking_once(make_host: Callable[[], Host], notes: Path, keys: str, removed: bool) -> None:
    app = make_host()
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await add(pilot, app, notes)
        await press(pilot, *keys.split(","))
        assert ("Note 0" not in titles(app)) is removed
        assert (LibraryChanged(30) in app.told) is removed


async def test_a_document_is_removed_by_clicks(make_host: Callable[[], Host]) -> None:
    app = make_host()
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        first = titles(app)[0]
        await pilot.press("f8")
        await pilot.pause()
        asked = str(app.screen.query_one(".asked", Static).render())
        assert first in asked and "alvh knowledge restore" in asked
        await pilot.click(app.screen.query_one("#yes", Button))
        await settled(pilot)
        assert first not in titles(app)


async def test_the_read_key_opens_the_document_that_is_pointed_at(make_host: Callable[[], Host]) -> None:
    app = make_host()
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await press(pilot, "f4")
        assert isinstance(app.screen, DocumentScreen)
        assert str(app.screen.query_one("#document-title", Static).render()) == titles(app)[0]


async def test_a_base_that_cannot_be_opened_is_said_and_the_library_stays_open() -> None:
    def broken() -> KnowledgeBase:
        raise KnowledgeError("knowledge.db", "is damaged", "repair it")

    app = Host(broken)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert texts(app.library, "#library-said") == "! knowledge.db: is damaged; repair it"
        await pilot.press("f8", "f4")
        app.library.query_one(PathInput).value = "x.md"
        await press(pilot, "f2", "enter")
        assert texts(app.library, "#library-said") == "! knowledge.db: is damaged; repair it"


async def test_nothing_can_be_added_where_that_is_not_allowed(tmp_path: Path) -> None:
    app = Host(lambda: KnowledgeBase(tmp_path / "base"), allow_adding=False)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("f2")
        assert not app.library.query_one(PathInput).display and not app.library.query_one(PathInput).has_focus


async def test_a_library_that_is_opened_again_shows_its_list(make_host: Callable[[], Host]) -> None:
    app = make_host()
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("escape")
        assert app.screen is not app.library
        await app.push_screen("library")
        await settled(pilot)
        assert len(titles(app)) == 28
