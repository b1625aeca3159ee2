"""Adding in a process of its own: what it tells, that questions go on meanwhile, and that it can be stopped."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from knowledge.adding import Outcome
from knowledge.background import BackgroundAddition, Progress
from knowledge.base import KnowledgeBase
from knowledge.errors import KnowledgeError
from knowledge.storage.schema import FILE_NAME


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A folder with three notes and a file of no known format."""
    folder = tmp_path / "notes"
    folder.mkdir()
    for number in range(3):
        (folder / f"note{number}.md").write_text(
            f"# Note {number}\n\nA zebra crossing number {number} is painted on day {number}.\n", encoding="utf-8"
        )
    (folder / "sheet.xlsx").write_text("x", encoding="utf-8")
    return folder


def test_each_file_is_told_with_what_became_of_it_and_the_progress_between(tmp_path: Path, notes: Path) -> None:
    events = list(BackgroundAddition(tmp_path / "base", [str(notes)]).events())
    assert events[0] == Progress(4, 0) and Progress(4, 4) in events
    outcomes = [event for event in events if isinstance(event, Outcome)]
    assert [outcome.state for outcome in outcomes] == ["added", "added", "added", "refused"]
    assert outcomes[0].title == "Note 0" and outcomes[3].problem == "is a .xlsx file" and "Markdown" in str(outcomes[3].remedy)
    again = [event.state for event in BackgroundAddition(tmp_path / "base", [str(notes)]).events() if isinstance(event, Outcome)]
    assert again == ["unchanged", "unchanged", "unchanged", "refused"]


def test_an_open_base_answers_while_an_addition_stands_still_and_sees_what_it_adds(tmp_path: Path, notes: Path) -> None:
    base = KnowledgeBase(tmp_path / "base")
    addition = BackgroundAddition(tmp_path / "base", [str(notes)])
    events = addition.events()
    assert next(events) == Progress(4, 0)
    assert addition.process_id is not None
    os.kill(addition.process_id, signal.SIGSTOP)
    assert base.ask("Which VIX instrument is layered first?").verdict == "answered"
    os.kill(addition.process_id, signal.SIGCONT)
    assert sum(isinstance(event, Outcome) and event.state == "added" for event in events) == 3
    assert base.search("zebra crossing painted", 3).hits[0].passage.document_id.startswith("note-")
    base.close()


def test_a_stopped_addition_ends_at_once_and_the_base_stays_whole(tmp_path: Path, notes: Path) -> None:
    addition = BackgroundAddition(tmp_path / "base", [str(notes)])
    events = addition.events()
    next(events)
    addition.cancel()
    told = [event for event in events if isinstance(event, Outcome) and event.state == "added"]
    assert addition.cancelled
    base = KnowledgeBase(tmp_path / "base")
    assert {event.document_id for event in told} <= set(base.store.document_ids())
    base.close()


def test_one_that_is_stopped_before_it_has_begun_adds_nothing(tmp_path: Path, notes: Path) -> None:
    addition = BackgroundAddition(tmp_path / "base", [str(notes)])
    addition.cancel()
    assert not any(isinstance(event, Outcome) for event in addition.events())


def test_a_process_that_ends_early_is_said_to_have_done_so(tmp_path: Path, notes: Path) -> None:
    addition = BackgroundAddition(tmp_path / "base", [str(notes)])
    events = addition.events()
    next(events)
    assert addition.process_id is not None
    os.kill(addition.process_id, signal.SIGKILL)
    with pytest.raises(KnowledgeError, match="ended early"):
        list(events)


def test_a_base_that_cannot_be_used_is_said_in_its_own_words(tmp_path: Path, notes: Path) -> None:
    folder = tmp_path / "base"
    folder.mkdir()
    (folder / FILE_NAME).write_text("no database " * 200, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=FILE_NAME):
        list(BackgroundAddition(folder, [str(notes)]).events())
