"""The real program in a pseudo-terminal."""

from __future__ import annotations

import sys
from pathlib import Path

import pexpect

from assistant.history import History

PASTE, PASTED = "\x1b[200~", "\x1b[201~"
ENTER, NEW_LINE, QUIT, DOWN = "\r", "\n", "\x11", "\x1b[B"
TO_CONVERSATION, TOP = "\x1b[Z\x1b[Z\x1b[Z", "\x1b[H"


def started(home: Path, lines: int = 40, columns: int = 140) -> pexpect.spawn:
    """The program in a fresh terminal, its base open."""
    environment = {"ALVH_HOME": str(home), "TERM": "xterm-256color", "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    child = pexpect.spawn(sys.executable, ["-m", "assistant"], env=environment, dimensions=(lines, columns), encoding="utf-8", timeout=60)
    child.delaybeforesend = None
    child.expect("28 documents")
    return child


def ended(child: pexpect.spawn) -> int | None:
    """Quit and return the exit code."""
    child.send(QUIT)
    child.expect(pexpect.EOF)
    child.close()
    return child.exitstatus


def test_asking_following_up_calculating_citing_and_finding_it_all_again(tmp_path: Path) -> None:
    child = started(tmp_path)
    child.send(f"Which VIX instrument is layered first?{ENTER}")
    child.expect("last answer")
    child.send(f"5500/5600/6300/6400 iron condor, 20.46 credit,{NEW_LINE}ten lots: max loss?{ENTER}")
    child.expect("max_loss_usd")
    child.send(f"and with 20 lots?{ENTER}")
    child.expect("contracts = 20")
    child.send(f"What is contango?{ENTER}")
    child.expect("last answer")
    child.send(f"/cite 1{ENTER}")
    child.expect("APA")
    assert ended(child) == 0
    child = started(tmp_path)
    assert "Contango" in str(child.before), "the last answer is on the first screen"
    child.send(f"{TO_CONVERSATION}{TOP}")
    child.expect("Which VIX instrument is layered first")
    assert ended(child) == 0


def test_an_example_of_the_first_screen_runs_on_enter_in_a_small_terminal(tmp_path: Path) -> None:
    child = started(tmp_path, 24, 80)
    child.send(DOWN)
    child.send(ENTER)
    child.expect("last answer")
    assert ended(child) == 0


def test_a_paste_that_says_it_is_over_before_it_is_asks_nothing_and_runs_nothing(tmp_path: Path) -> None:
    child = started(tmp_path)
    child.send(f"{PASTE}What is{PASTED}{ENTER}contango?{ENTER}{QUIT}to the end{ENTER}{PASTED}")
    child.expect("to the end")
    child.close()
    assert child.signalstatus is not None, "it did not end by itself"
    assert History(tmp_path / "history.sqlite3").prompts() == ()


def test_enter_right_after_a_paste_asks(tmp_path: Path) -> None:
    child = started(tmp_path)
    child.send(f"{PASTE}What is{ENTER}contango?{PASTED}{ENTER}")
    child.expect("last answer")
    assert ended(child) == 0
    assert [prompt.split() for prompt in History(tmp_path / "history.sqlite3").prompts()] == [["What", "is", "contango?"]]


def test_a_terminal_without_utf_8_gets_ascii(tmp_path: Path) -> None:
    environment = {"ALVH_HOME": str(tmp_path), "TERM": "linux", "PATH": "/usr/bin:/bin", "LANG": "C"}
    child = pexpect.spawn(sys.executable, ["-m", "assistant"], env=environment, dimensions=(40, 140), timeout=60)
    child.expect(b"28 documents")
    child.send(b"Which VIX instrument is layered first?\r")
    child.expect(b"last answer")
    written = child.before
    child.send(b"\x11")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert written.isascii()
