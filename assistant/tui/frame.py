"""The screen's layout and what its messages do; the actions on it are in `app`."""

from __future__ import annotations

import gc
import json
import os
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on, work
from textual._styles_cache import StylesCache
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.events import Event, Key, Paste, Resize
from textual.filter import LineFilter
from textual.message import Message
from textual.widgets import Input, TextArea

from assistant.errors import AssistantError
from assistant.history import SavedTurn
from assistant.settings import SettingsFile, draws_plainly, terminal_encoding
from assistant.tui.actions import ACTIONS, Action, bindings
from assistant.tui.conversation import PAGE, Conversation
from assistant.tui.desk import Desk
from assistant.tui.entries import Shown, shown_of
from assistant.tui.footer import KeysFooter
from assistant.tui.jobs import Jobs
from assistant.tui.main_screen import MainScreen
from assistant.tui.memory import give_back_large_blocks
from assistant.tui.messages import Answered, Computed, FactsKnown, Failed, Finished, Looked, Planned, Ready, Saved
from assistant.tui.pasting import BREATH_SECONDS, Breath
from assistant.tui.plain import AsciiFilter
from assistant.tui.prompt import Offers, Prompt
from assistant.tui.recorder import Recorder, now
from assistant.tui.side import Side
from assistant.tui.status import StatusLine
from assistant.tui.themes import LOOKS
from knowledge.errors import KnowledgeError
from rules.errors import RulesError

if TYPE_CHECKING:
    from assistant.session import Exchange, Session
    from knowledge.base import KnowledgeBase

NARROW_COLUMNS = 100


class Frame(App[None]):
    """Conversation, side pane, prompt, status. One job at a time runs in a worker; the rest waits in order."""

    TITLE = "alvh"
    CSS_PATH = "app.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings()]

    def __init__(
        self,
        open_session: Callable[[], Session],
        *,
        open_base: Callable[[], KnowledgeBase] | None = None,
        home: Path | None = None,
        parameters_file: str | None = None,
        served: bool = False,
        show_latency: bool = True,
        clock: Callable[[], str] = now,
    ) -> None:
        super().__init__()
        self.served = served
        self.parameters_file = parameters_file
        self.settings_file = SettingsFile(home)
        self.ascii = not served and draws_plainly(self.settings_file.settings, os.environ, terminal_encoding())
        self.recorder = Recorder(None if home is None else home / "history.sqlite3", clock)
        self.desk = Desk(open_session)
        self.jobs = Jobs(self.desk, self.recorder, self.post_message)
        self._open_base = open_base
        self._show_latency = show_latency
        self._ascii_filter = AsciiFilter()
        self._waiting: deque[tuple[str, Callable[[], object], str]] = deque()
        self._is_working = False
        self._breath = Breath()
        for theme in LOOKS.values():
            self.register_theme(theme)
        self.theme = LOOKS[self.settings_file.settings.theme].name

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Everything in ASCII where it is wanted."""
        return [*super().get_line_filters(), *([self._ascii_filter] if self.ascii else [])]

    def get_default_screen(self) -> MainScreen:
        """The screen that everything is laid on."""
        return MainScreen(id="_default")

    def compose(self) -> ComposeResult:
        """Conversation and side pane, prompt, status, keys: in the order in which they are read."""
        with Horizontal(id="columns"):
            yield Conversation()
            yield Side(lambda: self.desk.parameters, lambda: self.ascii)
        yield Offers(id="offers")
        yield Prompt([action.command for action in self.offered_actions], self.settings_file.settings.keys)
        yield StatusLine(id="status")
        yield KeysFooter(show_command_palette=False, compact=True)

    @property
    def offered_actions(self) -> list[Action]:
        """The actions there are; those on files are off in a browser."""
        return [action for action in ACTIONS if not (self.served and action.on_disk)]

    def on_mount(self) -> None:
        """Paint the last session first, open the knowledge base after it."""
        self.set_keymap(dict(self.settings_file.settings.keys))
        self.status.say("base", "opening the knowledge base")
        self.recorder.take_up_last()
        turns = self.recorder.latest(PAGE + 1)
        self.conversation.fill(turns[-PAGE:], has_older=len(turns) > PAGE)
        self.prompt.focus()
        self._is_working = True  # what is asked waits until the base is open
        self.take_up(turns)
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self._run(self._open, "")
        self.prompt.remember(self.recorder.prompts())
        self._tell_problems()
        chosen = self.conversation.chosen
        if chosen is not None:
            self.look_at(chosen.shown)

    def _open(self) -> None:
        give_back_large_blocks()
        try:
            self.post_message(self.desk.open())
        finally:
            if not gc.isenabled():  # the program was started without it
                gc.collect()
                gc.freeze()  # what is loaded by now stays; to look through it again and again would be felt in typing
                gc.enable()

    def _tell_problems(self) -> None:
        problem = self.settings_file.problem
        keys = self.settings_file.settings.keys
        unknown = sorted(set(keys) - {binding.id for binding in self.known_bindings()}) if keys else []
        for text in [problem, f"settings: {', '.join(unknown)}: no such action; F1 lists them" if unknown else "", *self.recorder.notices()]:
            if text:
                self.conversation.add(self.recorder.save("note", text))

    def known_bindings(self) -> list[Binding]:
        """Every binding of the app and its parts that can be changed in the settings."""
        from assistant.tui.parts import parts

        return [*bindings(), *(binding for _, listed in parts() for binding in listed)]

    @property
    def conversation(self) -> Conversation:
        """Questions and answers."""
        return self.screen_stack[0].query_one(Conversation)

    @property
    def prompt(self) -> Prompt:
        """Where one types."""
        return self.screen_stack[0].query_one(Prompt)

    @property
    def status(self) -> StatusLine:
        """The line at the bottom."""
        return self.screen_stack[0].query_one(StatusLine)

    @property
    def side(self) -> Side:
        """The panes beside the conversation."""
        return self.screen_stack[0].query_one(Side)

    async def on_event(self, event: Event) -> None:
        """Keys that belong to a paste are handed on as its text."""
        if not isinstance(event, (Key, Paste)) or event.is_forwarded:
            await super().on_event(event)
            return
        for each in self._breath.take(event):
            await super().on_event(each)
        if self._breath.held is event:
            self.set_timer(BREATH_SECONDS, self._end_breath)

    def on_key(self, event: Key) -> None:
        """A character that the pane with the keys has no use for begins a question: it is typed into the prompt."""
        if event.is_printable and event.character is not None and not event.character.isspace() and event.key not in self.active_bindings:
            self._type_on(event, event.character)

    def on_paste(self, event: Paste) -> None:
        """So does a text that is pasted."""
        self._type_on(event, event.text)

    def _type_on(self, event: Event, text: str) -> None:
        if len(self.screen_stack) == 1 and not isinstance(self.focused, (Input, TextArea)):
            event.stop()
            event.prevent_default()
            self.screen.set_focus(self.prompt)
            self.prompt.insert(text)

    async def _end_breath(self) -> None:
        for each in self._breath.let_go(pasted=False):
            await super().on_event(each)

    async def _on_message(self, message: Message) -> None:
        """Nothing is shown of what a worker still tells when the screens are closed already."""
        if self.screen_stack:
            await super()._on_message(message)

    def on_resize(self, event: Resize) -> None:
        """Side by side where there is room, else one above the other."""
        self.set_class(event.size.width < NARROW_COLUMNS, "narrow")

    def take_up(self, turns: Sequence[SavedTurn]) -> None:
        """Go on with a session where it stood, by its facts and its last exchanges; a question that was not answered is given back."""
        exchanges = _last_exchanges(turns)
        facts = next((known for turn in reversed(turns) if (known := _facts_of(turn)) is not None), {})
        self.side.show_facts(facts)
        self.start("", lambda: self.desk.begin(exchanges, facts), "")
        if turns and turns[-1].kind == "question":
            self.prompt.put(turns[-1].text)

    def look_at(self, shown: Shown, marker: int = 0) -> None:
        """Show what stands behind an answer beside it, in the pane for it unless another one is looked at."""
        reply = shown.reply
        if shown.calculation is not None:
            self.side.show_calculation(shown.calculation)
            if self.side.active == "evidence":
                self.bring_up("plan")
        elif reply is not None and self.side.active in ("plan", "charts"):
            self.bring_up("evidence")
        if reply is not None:
            self.start("", lambda: self.jobs.look(reply, marker), "")

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being done and nothing waits."""
        return not self._is_working and not self._waiting and self._breath.held is None

    def start(self, busy: str, job: Callable[[], object], prompt: str) -> None:
        """Run a job after those before it; `prompt` is given back when it fails."""
        self._waiting.append((busy, job, prompt))
        self._next_job()

    def _next_job(self) -> None:
        if self._is_working or not self._waiting:
            return
        busy, job, prompt = self._waiting.popleft()
        self._is_working = True
        waiting = f" ({len(self._waiting)} waiting)" if self._waiting and busy else ""
        self.status.say("busy", f"{busy}...{waiting}" if busy else "")
        self._run(job, prompt)

    @work(thread=True, group="jobs", exit_on_error=False)
    def _run(self, job: Callable[[], object], prompt: str) -> None:
        try:
            job()
        except (AssistantError, KnowledgeError, RulesError) as error:
            self._fail(str(error), prompt)
        except Exception as error:  # whatever it was, the program goes on
            self._fail(f"Something went wrong: {type(error).__name__}: {error}. Try it in other words; if it stays, please report it.", prompt)
        finally:
            self.post_message(Finished())

    def _fail(self, text: str, prompt: str) -> None:
        self.post_message(Saved(self.recorder.save("failure", text)))
        self.post_message(Failed(text, prompt))

    @on(Finished)
    def _job_is_over(self) -> None:
        self._is_working = False
        StylesCache.get_inner_outer.cache_clear()  # it keeps whatever the last thousand widgets have drawn, those that are gone as well
        if not self._waiting:
            self.status.say("busy", "")
        for notice in self.recorder.notices():
            self.conversation.add(self.recorder.save("note", notice))
        self._next_job()

    @on(Ready)
    def _base_opened(self, message: Ready) -> None:
        self.status.say("base", f"{message.documents:,} documents")
        self.status.say("encoder", message.encoder or "no encoder: answers go by words alone")
        self.prompt.terms = sorted({name for term in message.terms for name in (term.term, *term.aliases)}, key=str.casefold)
        self.side.take_terms(message.terms)

    @on(Saved)
    def _show_turn(self, message: Saved) -> None:
        self.conversation.add(message.turn)

    @on(Computed)
    def _show_first_part(self, message: Computed) -> None:
        self.side.show_calculation(message.calculation)
        self.bring_up("plan")
        self.status.say("busy", "computed, looking for the sentences behind it...")

    @on(Answered)
    def _show_reply(self, message: Answered) -> None:
        reply = message.reply
        self.side.evidence.show(message.evidence)
        self.side.show_facts(reply.facts)
        calculation = Shown(reply=reply).calculation
        if calculation is not None:
            if calculation != self.side.calculation:
                self.side.show_calculation(calculation)
            self.bring_up("plan")
        elif reply.citations:
            self.bring_up("evidence")
        self._say_latency(message.seconds)

    @on(Planned)
    def _show_plan(self, message: Planned) -> None:
        self.side.show_calculation(message.calculation)
        self.bring_up("plan")
        if message.seconds is not None:
            self._say_latency(message.seconds)

    def _say_latency(self, seconds: float) -> None:
        if self._show_latency:
            self.status.say("latency", f"last answer {seconds * 1000:.0f} ms")

    @on(Looked)
    def _show_evidence(self, message: Looked) -> None:
        self.side.evidence.show(message.evidence, message.marker)
        if message.marker:
            self.bring_up("evidence")

    @on(FactsKnown)
    def _show_facts(self, message: FactsKnown) -> None:
        self.side.show_facts(message.facts)

    @on(Failed)
    def _give_back(self, message: Failed) -> None:
        if message.prompt and not self.prompt.text:
            self.prompt.put(message.prompt)

    @on(Conversation.Older)
    def _show_older(self) -> None:
        mounted = len(self.conversation.entries)
        turns = self.recorder.latest(mounted + PAGE + 1)
        older = turns[: max(len(turns) - mounted, 0)]
        self.conversation.add_older(older[-PAGE:], has_older=len(older) > PAGE)

    def bring_up(self, tab: str) -> None:
        """Bring a pane to the front."""
        self.side.active = tab


def _last_exchanges(turns: Sequence[SavedTurn]) -> list[Exchange]:
    """The last question with a calculation and the last question, which may be one: what comes next leans on no more."""
    exchanges: list[Exchange] = []
    for turn in turns:
        calculation = shown_of(turn).calculation
        if turn.kind == "question" and not turn.text.startswith("/"):
            exchanges.append((turn.text, None))
        elif calculation is not None:
            question = exchanges.pop()[0] if turn.kind == "answer" and exchanges else ""
            exchanges.append((question, calculation))
    calculated = [exchange for exchange in exchanges if exchange[1] is not None]
    return [*calculated[-1:], *(exchange for exchange in exchanges[-1:] if exchange[1] is None)]


def _facts_of(turn: SavedTurn) -> Mapping[str, Any] | None:
    """The facts that were known after a turn."""
    if turn.kind == "answer":
        reply = shown_of(turn).reply
        return None if reply is None else reply.facts
    if turn.kind != "note" or turn.reply is None:
        return None
    facts = json.loads(turn.reply).get("facts")
    return facts if isinstance(facts, dict) else None
