"""One session over the shipped base for all tests of the assistant."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.session import Session
from knowledge.base import KnowledgeBase


@pytest.fixture(scope="session")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """A session over the shipped layer alone."""
    return Session(KnowledgeBase(tmp_path_factory.mktemp("knowledge")))


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Our own questions."""
    return Path(__file__).parents[2] / "corpus"
