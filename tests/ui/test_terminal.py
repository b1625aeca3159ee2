"""The real program in a pseudo-terminal."""

from __future__ import annotations

import sys
from pathlib import Path

import pexpect


def test_the_program_starts_answers_and_quits(tmp_path: Path) -> None:
    environment = {"ALVH_HOME": str(tmp_path), "TERM": "xterm-256color", "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    child = pexpect.spawn(sys.executable, ["-m", "assistant"], env=environment, dimensions=(40, 140), encoding="utf-8", timeout=60)
    child.expect("28 documents")
    child.send("What is the multiplier of a VIX future?\r")
    child.expect("last answer")
    child.send("\x11")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
