"""The terminal UI: a conversation, the evidence beside it, plans as tables."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Lock
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.events import Resize
from textual.widgets import Footer, Input, TabbedContent, TabPane

from assistant.errors import AssistantError
from assistant.reply import DISCLAIMER
from assistant.tui.messages import Answered, Failed, Planned, Ready
from assistant.tui.widgets import Conversation, EvidencePane, PlanPane, StatusLine
from knowledge.errors import KnowledgeError
from rules.errors import RulesError

if TYPE_CHECKING:
    from assistant.session import Session

NARROW_COLUMNS = 100
WELCOME = """Ask about ALVH, the layered VIX hedge of short SPX iron condors, or give numbers to compute with. For example:
  What specific VIX instruments do you layer first when ALVH kicks in?
  My total planned hedge vega is $10,000. How much of it goes into futures?
  5500/5600/6300/6400 iron condor, 20.46 credit, ten lots: max loss and break-evens?
  /plan FILE plans a hedge from a JSON file; /help lists keys and commands.
"""
HELP = """Enter asks the question. /plan FILE plans a hedge from a JSON file (alvh rules show plan-hedge prints an example).
/help shows this, /clear empties the conversation, /quit ends the program.
Keys: F1 help, F2 evidence, F3 plan (arrows and Page keys scroll there), Escape back to the prompt, Ctrl+Q quit."""


class AlvhApp(App[None]):
    """The app. `open_session` opens the knowledge base; it runs in a worker after the first paint.

    `show_latency` puts the time of the last answer into the status line. When `served` in a browser nothing names the files of this machine.
    """

    TITLE = "alvh"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", priority=True),
        Binding("f1", "help", "Help"),
        Binding("f2", "side('evidence')", "Evidence"),
        Binding("f3", "side('plan')", "Plan"),
        Binding("escape", "prompt", "Prompt", show=False),
    ]

    def __init__(self, open_session: Callable[[], Session], *, show_latency: bool = True, served: bool = False) -> None:
        super().__init__()
        self._show_latency = show_latency
        self._served = served
        self._open_session = open_session
        self._session: Session | None = None
        self._asked: list[str] = []
        self._session_lock = Lock()
        self._opening_over = Event()
        self._status: dict[str, str] = {"base": "opening the knowledge base", "busy": "", "latency": ""}

    def compose(self) -> ComposeResult:
        """Conversation and side pane, prompt, status, keys."""
        with Horizontal(id="columns"):
            yield Conversation(id="conversation")
            with TabbedContent(id="side", initial="evidence"):
                with TabPane("Evidence", id="evidence"):
                    yield EvidencePane()
                with TabPane("Plan", id="plan"):
                    yield PlanPane()
        yield Input(placeholder="Ask a question, then press Enter", max_length=1000, id="prompt")
        yield StatusLine(id="status")
        yield Footer()

    def on_mount(self) -> None:
        """Paint first, open the knowledge base after it."""
        self._conversation.add(WELCOME + DISCLAIMER, "note")
        self._show_status()
        self.query_one("#prompt", Input).focus()
        self.call_after_refresh(self._open_base)

    def on_resize(self, event: Resize) -> None:
        """Side by side where there is room, else one above the other."""
        self.set_class(event.size.width < NARROW_COLUMNS, "narrow")

    @property
    def _conversation(self) -> Conversation:
        return self.query_one(Conversation)

    @work(thread=True, group="session")
    def _open_base(self) -> None:
        with self._session_lock:
            try:
                self._session = session = self._open_session()
                documents, encoder = len(session.base.store.document_ids()), session.base.store.encoder_name
            except (AssistantError, KnowledgeError, RulesError) as error:
                self.post_message(Failed(str(error), ""))
                return
            finally:
                self._opening_over.set()
        self.post_message(Ready(documents, encoder))

    @on(Input.Submitted, "#prompt")
    def _prompt_submitted(self, event: Input.Submitted) -> None:
        text = event.value.strip()
        event.input.value = ""
        if not text:
            return
        command, _, rest = text.partition(" ")
        if command == "/help":
            self.action_help()
        elif command == "/clear":
            self._conversation.remove_children()
        elif command == "/quit":
            self.exit()
        elif command == "/plan" and self._served:
            self._conversation.add("Files of this machine are not read in a browser. Use /plan in the terminal.", "failure")
        elif command == "/plan":
            self._conversation.add(text, "question")
            self._set_busy("planning")
            self._plan_in_thread(rest.strip(), text)
        elif command.startswith("/"):
            self._conversation.add(f"{command} is not a command. {HELP}", "failure")
        else:
            self._conversation.add(text, "question")
            self._set_busy("asking")
            self._ask_in_thread(text, tuple(self._asked[-1:]))

    @work(thread=True, group="asking")
    def _ask_in_thread(self, question: str, context: tuple[str, ...]) -> None:
        from assistant.evidence import evidence_of
        from assistant.understanding import refers_back

        self._opening_over.wait()
        started = time.perf_counter()
        with self._session_lock:
            try:
                session = self._opened_session()
                reply = session.ask(question, context=context if refers_back(question) else ())
                evidence = evidence_of(reply, session.base.store)
            except (AssistantError, KnowledgeError, RulesError) as error:
                self.post_message(Failed(str(error), question))
                return
        self.post_message(Answered(reply, evidence, time.perf_counter() - started))

    @work(thread=True, group="asking")
    def _plan_in_thread(self, name: str, prompt: str) -> None:
        from rules.engine import parse_json, run

        self._opening_over.wait()
        try:
            calculation = run("plan-hedge", parse_json(_file_text(name), name), self._opened_session().parameters).as_dict()
        except (AssistantError, KnowledgeError, RulesError) as error:
            self.post_message(Failed(str(error), prompt))
            return
        self.post_message(Planned(calculation))

    def _opened_session(self) -> Session:
        """The session. Raises AssistantError when the knowledge base could not be opened."""
        if self._session is None:
            raise AssistantError("knowledge base", "is not open", "see the message above")
        return self._session

    @on(Ready)
    def _base_opened(self, message: Ready) -> None:
        self._status["base"] = f"{message.documents} documents"
        self._status["encoder"] = message.encoder or "no encoder: answers go by words alone"
        self._set_busy("")

    @on(Answered)
    def _show_reply(self, message: Answered) -> None:
        reply = message.reply
        self._asked.append(reply.question)
        kind = "asked-back" if reply.route == "clarify" else "answer"
        self._conversation.add(reply.answer, kind)
        self.query_one(EvidencePane).show(message.evidence)
        if reply.calculation is not None and reply.calculation["result"] is not None:
            self.query_one(PlanPane).show(reply.calculation)
            self._bring_up("plan")
        else:
            self._bring_up("evidence")
        if self._show_latency:
            self._status["latency"] = f"last answer {message.seconds * 1000:.0f} ms"
        self._set_busy("")

    @on(Planned)
    def _show_plan(self, message: Planned) -> None:
        plan = message.calculation["result"]
        failed = [f"Check {check['id']} fails: {check['reason']}." for check in plan["checks"] if check["state"] == "fail"]
        open_parts = [f"Not sized, {layer['name']}: {layer['reason']}." for layer in plan["layers"] if layer["state"] == "blocked"]
        lines = [f"Plan of {plan['planned_on']}, stage {plan['stage']}: {plan['summary']}.", *failed, *open_parts, *plan["notes"], DISCLAIMER]
        self._conversation.add("\n".join(lines), "answer")
        self.query_one(PlanPane).show(message.calculation)
        self._bring_up("plan")
        self._set_busy("")

    @on(Failed)
    def _show_failure(self, message: Failed) -> None:
        self._conversation.add(message.text, "failure")
        prompt = self.query_one("#prompt", Input)
        if message.prompt and not prompt.value:
            prompt.value = message.prompt
            prompt.cursor_position = len(message.prompt)
        self._set_busy("")

    def action_help(self) -> None:
        """Show keys and commands in the conversation."""
        self._conversation.add(HELP, "note")

    def action_side(self, tab: str) -> None:
        """Bring a tab of the side pane to the front, for its keys to scroll it."""
        self._bring_up(tab)
        self.query_one(PlanPane if tab == "plan" else EvidencePane).focus()

    def _bring_up(self, tab: str) -> None:
        self.query_one("#side", TabbedContent).active = tab

    def action_prompt(self) -> None:
        """Put the cursor into the prompt."""
        self.query_one("#prompt", Input).focus()

    def _set_busy(self, what: str) -> None:
        self._status["busy"] = what
        self._show_status()

    def _show_status(self) -> None:
        self.query_one(StatusLine).show(self._status.values())


def _file_text(name: str) -> str:
    """The text of a file. Raises AssistantError when there is none."""
    if not name:
        raise AssistantError("/plan", "needs a file", "write /plan FILE.json")
    try:
        return Path(name).expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AssistantError(name, "cannot be read", "name a readable JSON file") from error


def run_app(knowledge: str | None, parameters: str | None, *, served: bool = False) -> int:
    """Run the UI until it is quit; `served` in a browser, where files of this machine are not to be read."""

    def open_session() -> Session:
        from assistant.__main__ import open_session as opened

        return opened(knowledge, parameters, reads_files=not served)

    AlvhApp(open_session, served=served).run()
    return 0
