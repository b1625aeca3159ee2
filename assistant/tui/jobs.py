"""Work that runs beside the screen: each job writes what will be shown, then posts it. Jobs know no widget."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.message import Message

from assistant.errors import AssistantError
from assistant.tui.actions import ACTIONS
from assistant.tui.messages import AssumptionsRead, Computed, Copied, FactsKnown, FormReady, Looked, Planned, Saved

if TYPE_CHECKING:
    from assistant.reply import Reply
    from assistant.tui.desk import Desk
    from assistant.tui.recorder import Recorder

KEEPING = "To keep it, write it into a file and start alvh --parameters FILE; Ctrl+G shows the lines."
Post = Callable[[Message], object]


class Jobs:
    """What the app's workers do. Every method may raise AssistantError, KnowledgeError or RulesError."""

    def __init__(self, desk: Desk, recorder: Recorder, post: Post) -> None:
        self._desk, self._recorder, self._post = desk, recorder, post

    def ask(self, question: str) -> None:
        """Write the question, answer it, write the answer."""
        self._post(Saved(self._recorder.save("question", question)))
        answered = self._desk.ask(question, self._computed)
        self._post(Saved(self._recorder.save("answer", answered.reply.answer, answered.reply.as_json())))
        self._post(answered)

    def _computed(self, reply: Reply) -> None:
        if reply.calculation is not None:
            self._post(Computed(reply.calculation))

    def plan(self, file: str, typed: str) -> None:
        """Plan a hedge from a file."""
        self._post(Saved(self._recorder.save("question", typed)))
        self._calculated(self._desk.plan(file))

    def form_done(self, calculation: Mapping[str, Any]) -> None:
        """Show a form's calculation."""
        self._calculated(Planned(calculation, None))

    def _calculated(self, planned: Planned) -> None:
        """Write a finished calculation and show it; what is asked next may change it."""
        from assistant.tables import calculation_text
        from rules.canonical import to_json

        self._desk.computed(planned.calculation)
        text = calculation_text(planned.calculation)
        self._post(Saved(self._recorder.save("plan", text, to_json(planned.calculation))))
        self._post(planned)

    def look(self, reply: Reply, marker: int) -> None:
        """The evidence of an earlier answer. Raises AssistantError for a citation that it does not have."""
        markers = [citation.marker for citation in reply.citations]
        if marker and marker not in markers:
            there = f"it has {', '.join(f'[{number}]' for number in markers)}" if markers else "the answer cites nothing"
            raise AssistantError("citation", f"[{marker}] is not in the answer", there)
        self._post(Looked(reply, self._desk.evidence(reply), marker))

    def assumptions(self, names: tuple[str, ...], chosen: str) -> None:
        """The parameters behind an answer's assumptions. Raises AssistantError where there are none."""
        found = tuple(self._desk.parameters[name] for name in names if name in self._desk.parameters)
        if not found:
            raise AssistantError("assumptions", "the answer rests on none", "choose another answer with Ctrl+Up")
        self._post(AssumptionsRead(found, chosen))

    def change_assumption(self, name: str, text: str) -> None:
        """Give an assumed parameter another value, write that down, and compute the last calculation anew with it. Raises RulesError."""
        from rules.reports.report import in_words

        before, now = self._desk.set_parameter(name, text)
        was, is_now = (in_words(parameter.value, parameter.unit) for parameter in (before, now))
        self._post(Saved(self._recorder.save("note", f"{name} is {is_now} until the program ends (it was {was}). {KEEPING}")))
        anew = self._desk.computed_anew()
        if anew is not None:
            self._calculated(anew)

    def form(self, calculator: str, given: Mapping[str, Any] | None) -> None:
        """What a calculator's form needs. Raises AssistantError for a calculator that there is not."""
        from rules.catalogue import MODULES

        if calculator not in MODULES:
            raise AssistantError(calculator, "is not a calculator", "F7 lists them")
        self._post(FormReady(calculator, given, self._desk.parameters))

    def change_fact(self, name: str, value: Any) -> None:
        """Change or forget a fact, and write that down."""
        from assistant.tui.facts import as_line
        from rules.canonical import to_json

        facts = self._desk.set_fact(name, value)
        text = f"{name} is forgotten." if value is None else f"{name} is now {as_line(value)}."
        self._post(Saved(self._recorder.save("note", text, to_json({"facts": facts}))))
        self._post(FactsKnown(facts))

    def copy(self, what: str, reply: Reply | None, plan: Mapping[str, Any] | None, text: str) -> None:
        """The text that is to be copied: `text`, `markdown` or `apa` of an answer."""
        self._post(Copied(_copied(what, reply, plan, text)))

    def write_file(self, file: Path, text: str) -> None:
        """Write a file, and write that down. Raises AssistantError when it cannot be written."""
        try:
            file.write_text(text, encoding="utf-8")
        except OSError as error:
            raise AssistantError(str(file), f"cannot be written ({error.strerror})", "name a file in a folder that can be written") from error
        self._post(Saved(self._recorder.save("note", f"Saved as {file}.")))

    def session_file(self, file: Path) -> None:
        """Write the whole session as Markdown or JSON, by the name of the file."""
        from assistant.transcript import session_json, session_markdown

        turns = self._recorder.latest(None)
        if not turns:
            raise AssistantError("session", "is empty", "ask something first")
        written = session_json if file.suffix.lower() == ".json" else session_markdown
        self.write_file(file, written(self._recorder.title(), turns))

    def refuse(self, command: str, *, served: bool = False) -> None:
        """Raises AssistantError for a command that is not known, or not in a browser."""
        if served:
            raise AssistantError(command, "names a file, and files are not read in a browser", "use alvh in a terminal")
        from difflib import get_close_matches

        near = get_close_matches(command, [action.command for action in ACTIONS], n=1)
        raise AssistantError(command, "is not a command", f"did you mean {near[0]}? F1 lists all" if near else "F1 lists all")


def _copied(what: str, reply: Reply | None, plan: Mapping[str, Any] | None, text: str) -> str:
    from assistant.render import as_text
    from assistant.transcript import references, reply_markdown

    if reply is not None:
        made = {"text": as_text, "markdown": reply_markdown, "apa": references}[what](reply)
        if not made:
            raise AssistantError("references", "the answer cites nothing", "choose another answer with Ctrl+Up")
        return made
    if plan is None:
        raise AssistantError("answer", "there is none yet", "ask something first")
    if what == "markdown":
        from rules.reports.report import as_markdown

        return as_markdown(plan)
    if what == "apa":
        raise AssistantError("references", "a calculation cites nothing", "choose another answer with Ctrl+Up")
    return text
