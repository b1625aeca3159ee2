"""The knowledge base, the engine and the dialogue behind the screen. Called from workers; knows no widget."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Event, RLock
from typing import TYPE_CHECKING, Any

from assistant.errors import AssistantError
from assistant.tui.messages import Answered, Planned, Ready
from knowledge.errors import KnowledgeError
from knowledge.parsing import parse_json

if TYPE_CHECKING:
    from assistant.evidence import Evidence
    from assistant.reply import Reply
    from assistant.session import Exchange, Session, Turn
    from rules.parameters import Parameter, Parameters

WAY_OUT = "see the message above, then start alvh anew"


class Desk:
    """One piece of work at a time. Everything but `open` waits until the base is open."""

    def __init__(self, open_session: Callable[[], Session]) -> None:
        self._open_session = open_session
        self._session: Session | None = None
        self._turn: Turn | None = None
        self._lock = RLock()
        self._opening_over = Event()

    def open(self) -> Ready:
        """Open the knowledge base: how many documents, by which encoder, and the glossary.

        Raises AssistantError, KnowledgeError or RulesError when it cannot be used.
        """
        try:
            with self._lock:
                self._session = session = self._open_session()
                return Ready(len(session.base.store.document_ids()), session.base.store.encoder_name, tuple(session.base.retriever.glossary()))
        finally:
            self._opening_over.set()

    @property
    def session(self) -> Session:
        """The open session. Raises AssistantError when the knowledge base could not be opened."""
        self._opening_over.wait()
        if self._session is None:
            raise AssistantError("knowledge base", "is not open", WAY_OUT)
        return self._session

    @property
    def parameters(self) -> Parameters:
        """The method's numbers with the user's changes."""
        return self.session.parameters

    def ask(self, question: str, computed: Callable[[Reply], None]) -> Answered:
        """Answer the next question of the dialogue; `computed` gets a calculation before the sentences beside it."""
        from assistant.session import START

        session = self.session
        with self._lock:
            started = time.perf_counter()
            reply, self._turn = session.follow(question, self._turn or START, computed=computed)
            return Answered(reply, self.evidence(reply), time.perf_counter() - started)

    def evidence(self, reply: Reply) -> list[Evidence]:
        """The passages behind a reply."""
        from assistant.evidence import evidence_of

        session = self.session
        with self._lock:
            return evidence_of(reply, session.base.store)

    def plan(self, name: str) -> Planned:
        """The plan of a JSON file."""
        from rules.engine import run
        from rules.files import text_of
        from rules.json_input import parse_json

        if not name:
            raise AssistantError("/plan", "needs a file", "write /plan FILE.json")
        started = time.perf_counter()
        calculation = run("plan-hedge", parse_json(text_of(str(Path(name).expanduser().absolute())), name), self.parameters).as_dict()
        return Planned(calculation, time.perf_counter() - started)

    def computed(self, calculation: Mapping[str, Any]) -> None:
        """Make the calculation of a form or a plan file the last one of the dialogue."""
        from assistant.session import START

        with self._lock:
            self._turn = self.session.after_calculation(calculation, self._turn or START)

    def begin(self, exchanges: Sequence[Exchange], facts: Mapping[str, Any]) -> None:
        """Take up a dialogue by its last exchanges and its facts; without any begin one. Nothing happens where the base is not open."""
        self._opening_over.wait()
        with self._lock:
            if self._session is not None:
                self._turn = self._session.taken_up(exchanges, facts)

    def set_parameter(self, name: str, text: str) -> tuple[Parameter, Parameter]:
        """Change a number of the method for as long as the program runs; returns it as it was and as it is. Raises RulesError."""
        with self._lock:
            return self.session.own_parameters.change(name, text)

    def computed_anew(self) -> Planned | None:
        """The last calculation with the numbers as they are now; None where there is none that is complete."""
        from assistant.inputs.slots import nested
        from rules.engine import run

        with self._lock:
            last = None if self._turn is None else self._turn.previous
            if last is None or not last.complete:
                return None
            started = time.perf_counter()
            return Planned(run(last.calculator, nested(last.inputs), self.parameters).as_dict(), time.perf_counter() - started)

    def set_fact(self, name: str, value: Any) -> Mapping[str, Any]:
        """Change what the dialogue knows, or forget it (None); returns all facts."""
        from assistant.session import START

        with self._lock:
            turn = self._turn or START
            facts = {key: kept for key, kept in {**turn.facts, name: value}.items() if kept is not None}
            self._turn = replace(turn, facts=facts)
            return facts


def fact_of(name: str, text: str, before: Any) -> Any:
    """A fact's value as it was typed. Raises AssistantError where it is not of the kind it was before."""
    try:
        value = parse_json(text, name)
    except KnowledgeError as error:
        raise AssistantError(name, f"{text!r} cannot be read", "write a number, or JSON as it was") from error
    numeric = isinstance(before, (int, float))
    if isinstance(value, bool) or (numeric and not isinstance(value, (int, float))) or (not numeric and type(value) is not type(before)):
        raise AssistantError(name, f"{text!r} is not of the kind it was", "write a number" if numeric else "write JSON of the same shape")
    return value
