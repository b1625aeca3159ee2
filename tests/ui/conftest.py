"""The app over the shipped base, in a folder of the test's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.session import Session
from assistant.tui.app import AlvhApp
from knowledge.base import KnowledgeBase


@pytest.fixture
def make_app(tmp_path: Path) -> Callable[[], AlvhApp]:
    """Makes the app; its base is opened by the app itself, after the first paint."""
    return lambda: AlvhApp(lambda: Session(KnowledgeBase(tmp_path / "knowledge")), show_latency=False)
