"""One session over the shipped base for all tests of the assistant."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from assistant.inputs.slots import nested
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


DAY = "2026-05-08"


@pytest.fixture(scope="session")
def read_as(session: Session) -> Callable[..., None]:
    """Asserts that a question, after two bars what is asked next, is computed by a calculator with some inputs."""

    def check(text: str, calculator: str, inputs: Mapping[str, Any], routes: Sequence[str] = ("calculation", "both")) -> None:
        *before, question = text.split(" || ")
        reply = session.ask(question, DAY, before)
        assert reply.route in routes and reply.calculation is not None, reply.answer
        assert reply.calculation["name"] == calculator
        for name, value in nested(inputs).items():
            assert reply.calculation["inputs"][name] == (pytest.approx(value) if isinstance(value, float) else value), name

    return check


@pytest.fixture(scope="session")
def asked_back(session: Session) -> Callable[[str], None]:
    """Asserts that a question, after two bars what is asked next, is asked back and nothing is computed."""

    def check(text: str) -> None:
        *before, question = text.split(" || ")
        reply = session.ask(question, DAY, before)
        assert reply.route == "clarify" and (reply.calculation is None or reply.calculation["result"] is None), reply.answer

    return check
