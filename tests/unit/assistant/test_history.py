"""The history keeps what was shown, through kills, damage and other programs."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assistant.errors import AssistantError
from assistant.history import History, SavedTurn
from assistant.history import file as history_file
from assistant.history import history as history_module
from assistant.history.file import APPLICATION_ID, SCHEMA_VERSION

AT = "2026-03-02T09:30:00-05:00"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "history.sqlite3"


@pytest.fixture
def open_history(path: Path) -> Iterator[Callable[[], History]]:
    """Opens the history; each call is another program's view of the same file."""
    opened: list[History] = []

    def open_one() -> History:
        opened.append(History(path))
        return opened[-1]

    yield open_one
    for history in opened:
        history.close()


def question(text: str) -> SavedTurn:
    return SavedTurn(AT, "question", text)


def texts(history: History, session_id: int) -> list[str]:
    return [turn.text for turn in history.turns(session_id)]


def test_what_was_appended_is_there_when_the_program_starts_again(open_history: Callable[[], History]) -> None:
    history = open_history()
    session_id = history.start_session("Layers", AT)
    turns = (
        question("What comes first?"),
        SavedTurn(AT, "answer", "VIX futures [1]", '{"route": "knowledge"}'),
        SavedTurn(AT, "note", "Größe\nzwei"),
    )
    for turn in turns:
        history.append(session_id, turn)
    history.close()
    again = open_history()
    assert again.turns(session_id) == turns
    (session,) = again.sessions()
    assert (session.session_id, session.title, session.started_at, session.turns) == (session_id, "Layers", AT, 3)


def test_the_last_turns_of_a_long_session_come_oldest_first(open_history: Callable[[], History]) -> None:
    history = open_history()
    session_id = history.start_session("Long", AT)
    for number in range(5):
        history.append(session_id, question(f"q{number}"))
    assert [turn.text for turn in history.turns(session_id, last=2)] == ["q3", "q4"]


def test_a_session_is_listed_from_its_first_turn_on_the_one_last_spoken_in_first(open_history: Callable[[], History]) -> None:
    history = open_history()
    first, second, _ = (history.start_session(title, AT) for title in ("first", "second", "nothing said"))
    history.append(second, question("b"))
    history.append(first, SavedTurn("2026-03-02T10:00:00-05:00", "question", "a"))
    assert [(session.title, session.changed_at[11:16]) for session in history.sessions()] == [("first", "10:00"), ("second", "09:30")]


def test_search_looks_in_every_turn_and_title_in_any_letter_case(open_history: Callable[[], History]) -> None:
    history = open_history()
    condor = history.start_session("Monday", AT)
    history.append(condor, question("5500/5600/6300/6400 iron condor"))
    history.append(condor, SavedTurn(AT, "answer", "Its maximum loss is 100 % of the wing ÜBER the credit"))
    layers = history.start_session("Tuesday", AT)
    history.append(layers, question("Which layer comes first?"))

    def found(words: str) -> list[str]:
        return [session.title for session in history.sessions(words)]

    assert found("CONDOR") == ["Monday"]
    assert found("über wing") == ["Monday"]
    assert found("tuesday layer") == ["Tuesday"]
    assert found("condor layer") == []
    assert found("100 %") == ["Monday"]
    assert found("_") == []
    assert found("  ") == ["Tuesday", "Monday"]


def test_the_turns_that_a_search_found_can_be_shown_alone(open_history: Callable[[], History]) -> None:
    history = open_history()
    session_id = history.start_session("Monday", AT)
    for text in ("Iron condor", "layers", "the Credit", "condors again"):
        history.append(session_id, question(text))
    assert [turn.text for turn in history.turns(session_id, search="CONDOR credit")] == ["Iron condor", "the Credit", "condors again"]
    assert [turn.text for turn in history.turns(session_id, last=1, search="condor")] == ["condors again"]


def test_a_session_is_renamed_and_deleted_with_its_turns(open_history: Callable[[], History]) -> None:
    history = open_history()
    session_id = history.start_session("old", AT)
    history.append(session_id, question("a"))
    history.rename(session_id, "  new\nname ")
    assert history.sessions()[0].title == "new name"
    history.delete(session_id)
    history.delete(session_id)
    assert (history.sessions(), history.turns(session_id), history.prompts()) == ((), (), ())
    with pytest.raises(AssistantError, match="not there any more"):
        history.rename(session_id, "again")
    with pytest.raises(AssistantError, match="title: is empty"):
        history.rename(session_id, " \n")


def test_the_number_of_a_deleted_session_is_not_given_again(open_history: Callable[[], History]) -> None:
    history = open_history()
    first = history.start_session("a", AT)
    history.delete(first)
    assert history.start_session("b", AT) > first


def test_the_prompts_history_is_the_last_questions_of_all_sessions(open_history: Callable[[], History]) -> None:
    history = open_history()
    for title in ("a", "b"):
        session_id = history.start_session(title, AT)
        history.append(session_id, question(f"{title}?"))
        history.append(session_id, SavedTurn(AT, "answer", "yes"))
    assert history.prompts() == ("a?", "b?")
    assert history.prompts(last=1) == ("b?",)


def test_text_that_is_no_unicode_is_kept_as_far_as_it_can_be_written(open_history: Callable[[], History]) -> None:
    history = open_history()
    session_id = history.start_session("a\udcff", AT)
    history.append(session_id, question("b\udcff"))
    assert texts(history, session_id) == ["b?"]


def test_a_kind_that_is_not_known_is_refused(open_history: Callable[[], History]) -> None:
    history = open_history()
    with pytest.raises(AssistantError, match="kind: 'aside' is not known"):
        history.append(1, SavedTurn(AT, "aside", "x"))  # type: ignore[arg-type]


_WRITER = """
import sys
from pathlib import Path
from assistant.history import History, SavedTurn
print("ready", flush=True)
sys.stdin.readline()
history = History(Path(sys.argv[1]))
session_id = history.start_session(sys.argv[2], "2026-03-02")
for number in range(int(sys.argv[3])):
    history.append(session_id, SavedTurn("2026-03-02", "question", f"{sys.argv[2]} {number}"))
    print(f"{sys.argv[2]} {number}", flush=True)
"""


def writer(path: Path, root: Path, title: str, turns: int) -> subprocess.Popen[str]:
    """Another program that appends turns and shows each only when it is written. It begins when it gets a line."""
    process = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(path), title, str(turns)], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def begin(*processes: subprocess.Popen[str]) -> None:
    """Let programs begin, all at once."""
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()


def test_a_program_that_is_killed_loses_nothing_that_it_had_shown(open_history: Callable[[], History], path: Path, root: Path) -> None:
    with writer(path, root, "killed", 1_000_000) as process:
        begin(process)
        assert process.stdout is not None
        shown = [process.stdout.readline().strip() for _ in range(20)]
        process.send_signal(signal.SIGKILL)
        shown += process.stdout.read().split("\n")
    shown = [line for line in shown if line]
    history = open_history()
    (session,) = history.sessions()
    kept = texts(history, session.session_id)
    assert kept[: len(shown)] == shown
    assert len(kept) <= len(shown) + 1
    assert history.notice == ""


def test_programs_that_start_and_write_at_once_keep_every_turn(open_history: Callable[[], History], path: Path, root: Path) -> None:
    processes = [writer(path, root, f"program {number}", 10) for number in range(4)]
    begin(*processes)
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    history = open_history()
    assert sorted(session.title for session in history.sessions()) == [f"program {number}" for number in range(4)]
    for session in history.sessions():
        assert texts(history, session.session_id) == [f"{session.title} {number}" for number in range(10)]


def test_each_of_two_programs_sees_what_the_other_wrote(open_history: Callable[[], History]) -> None:
    one, other = open_history(), open_history()
    session_id = one.start_session("shared", AT)
    one.append(session_id, question("a"))
    other.append(session_id, question("b"))
    assert texts(one, session_id) == texts(other, session_id) == ["a", "b"]


def test_a_session_that_another_program_deleted_begins_anew_with_the_next_turn(open_history: Callable[[], History]) -> None:
    one, other = open_history(), open_history()
    session_id = one.start_session("shared", AT)
    one.append(session_id, question("a"))
    other.delete(session_id)
    one.append(session_id, question("b"))
    assert [(session.session_id, session.title) for session in other.sessions()] == [(session_id, "b")]


def test_a_file_that_is_no_database_is_set_aside_and_said(open_history: Callable[[], History], path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"not a database " * 100)
    history = open_history()
    aside = path.with_name("history.sqlite3.damaged")
    assert aside.read_bytes() == b"not a database " * 100
    assert str(aside) in history.notice
    assert "0 of its turns" in history.notice
    assert history.sessions() == ()
    path.write_bytes(b"not a database " * 100)
    assert "history.sqlite3.damaged.2" in open_history().notice


def test_turns_outside_the_damaged_part_of_a_file_are_taken_over(open_history: Callable[[], History], path: Path) -> None:
    history = open_history()
    session_id = history.start_session("Big", AT)
    for number in range(200):
        history.append(session_id, question(f"{number} " + "x" * 3000))
    history.close()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    middle = path.stat().st_size // 2
    with path.open("r+b") as stream:
        stream.seek(middle)
        stream.write(b"\xff" * 8192)
    again = open_history()
    kept = texts(again, session_id)
    numbers = [int(text.split()[0]) for text in kept]
    assert numbers == sorted(numbers)
    assert {0, 199} <= set(numbers)
    assert 150 < len(numbers) < 200
    assert f"{len(numbers)} of its turns" in again.notice
    again.append(session_id, question("on"))
    assert texts(again, session_id)[-1] == "on"
    assert [session.title for session in again.sessions()] == ["Big"]


def test_damage_found_while_writing_loses_no_new_turn(open_history: Callable[[], History], path: Path) -> None:
    first = open_history()
    session_id = first.start_session("Day", AT)
    first.append(session_id, question("a"))
    first.close()
    one, other = open_history(), open_history()
    with path.open("r+b") as stream:
        stream.seek(4096)
        stream.write(b"\xff" * (path.stat().st_size - 4096))
    one.append(session_id, question("b"))
    other.append(session_id, question("c"))
    assert texts(one, session_id) == ["b", "c"]
    assert "was damaged" in one.notice
    assert other.notice == "", "one program sets the file aside, the other follows it"


def test_programs_that_start_at_once_on_a_damaged_file_set_it_aside_once_and_keep_every_turn(
    open_history: Callable[[], History], path: Path, root: Path
) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"not a database " * 1000)
    processes = [writer(path, root, f"program {number}", 5) for number in range(4)]
    begin(*processes)
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    assert [session.turns for session in open_history().sessions()] == [5, 5, 5, 5]
    assert [file.name for file in path.parent.glob("*.damaged*")] == ["history.sqlite3.damaged"]


def test_other_programs_wait_while_a_damaged_file_is_set_aside(
    open_history: Callable[[], History], path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = open_history()
    session_id = other.start_session("Day", AT)
    waited = []

    def set_aside(damaged: Path) -> Path:
        with pytest.raises(AssistantError, match="database is locked"):
            other.append(session_id, question("a"))
        waited.append(damaged)
        return history_file.set_aside(damaged)

    monkeypatch.setattr(history_module, "set_aside", set_aside)
    monkeypatch.setattr(history_file, "WAIT_SECONDS", 0)
    path.write_bytes(b"not a database " * 1000)
    open_history()
    assert waited == [path]
    other.append(session_id, question("b"))
    assert texts(open_history(), session_id) == ["b"]


def test_a_file_that_was_deleted_while_in_use_is_made_again(open_history: Callable[[], History], path: Path) -> None:
    history = open_history()
    session_id = history.start_session("Day", AT)
    for file in path.parent.iterdir():
        file.unlink()
    history.append(session_id, question("b"))
    assert texts(open_history(), session_id) == ["b"]


@pytest.mark.parametrize(
    ("marks", "problem"),
    [
        ((APPLICATION_ID, SCHEMA_VERSION + 1), "was written by a newer version of alvh; update alvh"),
        ((APPLICATION_ID + 1, 0), "is a database of another program"),
        ((0, 7), "is a database of another program"),
    ],
)
def test_a_file_of_a_newer_version_or_another_program_is_refused_untouched(path: Path, marks: tuple[int, int], problem: str) -> None:
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TABLE other (x)")
        raw.execute(f"PRAGMA application_id = {marks[0]}")
        raw.execute(f"PRAGMA user_version = {marks[1]}")
    before = path.read_bytes()
    with pytest.raises(AssistantError, match=problem):
        History(path)
    assert path.read_bytes() == before
    assert sorted(file.name for file in path.parent.iterdir()) == ["history.sqlite3", "history.sqlite3.lock"]


def test_a_folder_that_cannot_be_made_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(AssistantError, match="cannot be opened .*; make its folder writable, or set ALVH_HOME"):
        History(tmp_path / "file" / "history.sqlite3")


def test_a_folder_in_the_place_of_the_file_is_refused(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(AssistantError, match="cannot be read or written"):
        History(path)


def test_without_a_file_everything_is_kept_in_memory() -> None:
    history = History(None)
    session_id = history.start_session("a", AT)
    history.append(session_id, question("b"))
    assert texts(history, session_id) == ["b"]
    history.close()


def test_the_file_is_for_its_owner_alone(open_history: Callable[[], History], path: Path) -> None:
    open_history()
    assert path.stat().st_mode & 0o077 == 0


def test_loading_the_history_loads_nothing_heavy(root: Path) -> None:
    code = "import sys, assistant.history; print(sorted({'textual', 'pydantic', 'numpy', 'rules', 'knowledge', 'torch'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True).stdout.strip() == "[]"
