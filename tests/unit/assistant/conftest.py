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
def misread(session: Session) -> Callable[..., dict[str, Any]]:
    """What a question, after two bars what is asked next, is read as where that is not the calculator and the inputs that it should be; empty where it is."""

    def differences(text: str, calculator: str, inputs: Mapping[str, Any], routes: Sequence[str] = ("calculation", "both")) -> dict[str, Any]:
        *before, question = text.split(" || ")
        reply = session.ask(question, DAY, before)
        if reply.route not in routes or reply.calculation is None:
            return {"route": reply.route, "answer": reply.answer}
        found = {"calculator": reply.calculation["name"], **reply.calculation["inputs"]}
        wanted = {"calculator": calculator, **nested(inputs)}
        expected = {name: pytest.approx(value) if isinstance(value, float) else value for name, value in wanted.items()}
        return {name: found.get(name, "absent") for name, value in expected.items() if found.get(name, "absent") != value}

    return differences


@pytest.fixture(scope="session")
def not_asked_back(session: Session) -> Callable[[str], str]:
    """The answer to a question, after two bars what is asked next, where it is not asked back or something is computed; empty where it is only asked back."""

    def answer(text: str) -> str:
        *before, question = text.split(" || ")
        reply = session.ask(question, DAY, before)
        asked = reply.route == "clarify" and (reply.calculation is None or reply.calculation["result"] is None)
        return "" if asked else f"{reply.route}: {reply.answer}"

    return answer
