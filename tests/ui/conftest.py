"""The app over the shipped base, in a folder of the test's own, its times standing still."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from driving import AT, MakeApp

from assistant.session import Session
from assistant.tui.app import AlvhApp
from knowledge.base import KnowledgeBase


@pytest.fixture(autouse=True)
def _a_terminal_with_utf_8(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever terminal runs the tests."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def make_app(tmp_path: Path) -> MakeApp:
    """Makes the app; its base is opened by the app itself, after the first paint. Times stand still."""

    def make(**options: Any) -> AlvhApp:
        open_session = options.pop("open_session", lambda: Session(KnowledgeBase(tmp_path / "knowledge")))
        return AlvhApp(open_session, open_base=lambda: KnowledgeBase(tmp_path / "knowledge"), show_latency=False, clock=lambda: AT, **options)

    return make
