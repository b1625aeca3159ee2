"""The terminal UI: every action of `actions`, by key, command and palette."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from inspect import isawaitable
from pathlib import Path
from typing import Any

from textual import on
from textual.app import SystemCommand
from textual.screen import Screen
from textual.widgets import Input

from assistant.errors import AssistantError
from assistant.settings import THEMES
from assistant.tui.actions import BY_COMMAND, BY_NAME
from assistant.tui.clipboard import copy
from assistant.tui.conversation import PAGE, Conversation, Entry, Welcome
from assistant.tui.desk import fact_of
from assistant.tui.entries import Shown
from assistant.tui.facts import FactsPane, as_line
from assistant.tui.frame import Frame
from assistant.tui.messages import AssumptionsRead, Copied, FormReady
from assistant.tui.prompt import MOST_CHARACTERS, Offers, Prompt
from assistant.tui.themes import LOOKS


class AlvhApp(Frame):
    """The app. `open_session` opens the knowledge base; it runs in a worker after the first paint.

    `home` holds settings and history; None keeps both in memory. `show_latency` puts the time of the last answer into the status line.
    """

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Every action for the palette, with its command; one that needs more words begins in the prompt."""
        for action in self.offered_actions:
            if action.name != "palette":
                run = partial(self._begin_command, action.command) if action.needs_words else partial(self.act, action.name, "")
                yield SystemCommand(action.words, f"{action.command} {action.argument}".strip(), run)

    def _begin_command(self, command: str) -> None:
        self.prompt.put(f"{command} ")
        self.prompt.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Over another screen only quitting is left of the app's own keys."""
        if len(self.screen_stack) > 1 and action in {entry.run for entry in BY_NAME.values()} - {"quit"}:
            return False
        return super().check_action(action, parameters)

    @on(Prompt.Asked)
    async def _asked(self, message: Prompt.Asked) -> None:
        text = message.text
        welcome = self.conversation.query(Welcome)
        if not text and welcome:
            text = welcome.first().chosen
        if len(text) > MOST_CHARACTERS:
            self.status.say("said", f"{len(text):,} characters; ask in at most {MOST_CHARACTERS:,}")
        elif text.startswith("/"):
            self.status.say("said", "")
            self.prompt.remember([text])
            await self.run_command(text)
        elif text:
            self.ask(text)

    def ask(self, question: str) -> None:
        """Ask a question."""
        self.status.say("said", "")
        self.prompt.remember([question])
        self.start("asking", lambda: self.jobs.ask(question), question)

    async def run_command(self, line: str) -> None:
        """Run what was typed after a `/`."""
        command, _, rest = line.partition(" ")
        action = BY_COMMAND.get(command)
        if action is None or (self.served and action.on_disk):
            self.start("", lambda: self.jobs.refuse(command, served=action is not None), line)
        else:
            await self.act(action.name, rest.strip())

    async def act(self, name: str, argument: str) -> None:
        """Run an action by its name."""
        action = BY_NAME[name]
        arguments = [action.given] if action.given else [argument] if action.argument else []
        result = getattr(self, f"action_{action.run}")(*arguments)
        if isawaitable(result):
            await result

    @on(Prompt.Moved)
    def _choose_example(self, message: Prompt.Moved) -> None:
        for welcome in self.conversation.query(Welcome):
            welcome.move(message.lines)

    @on(Prompt.Offered)
    def _show_offers(self, message: Prompt.Offered) -> None:
        width = max((len(word) for word in message.words), default=0)
        words = {word: BY_COMMAND[word] for word in message.words if word in BY_COMMAND}
        lines = [
            f"{word:{width}}  {words[word].argument} {words[word].words}".replace("   ", "  ") if word in words else word for word in message.words
        ]
        self.screen_stack[0].query_one(Offers).show(lines, message.chosen)

    @on(Conversation.Chosen)
    def _look_at_chosen(self, message: Conversation.Chosen) -> None:
        self.look_at(message.entry.shown)

    @on(Entry.Followed)
    def _follow(self, message: Entry.Followed) -> None:
        entry, link = message.entry, message.link
        if link is not None and link.kind == "question":
            self.ask(link.target)
        elif entry.shown != Shown():
            self.conversation.choose(entry)
            if link is not None and link.kind == "assumption":
                self.action_assumptions(link.target)
            else:
                self.look_at(entry.shown, int(link.target) if link is not None else 0)

    @property
    def _shown(self) -> Shown:
        chosen = self.conversation.chosen
        return Shown() if chosen is None else chosen.shown

    def action_help(self) -> None:
        """Show every key and command as they are now."""
        from assistant.tui.help import HelpScreen, sections_of
        from assistant.tui.parts import parts

        keys = {binding.id: binding.key for binding in self.known_bindings() if binding.id is not None} | dict(self.settings_file.settings.keys)
        self.push_screen(HelpScreen(sections_of(self.offered_actions, keys, parts())))

    async def action_pane(self, tab: str) -> None:
        """Bring a pane to the front, for its keys to work there."""
        (await self.side.bring_up(tab)).focus()

    async def action_glossary(self, term: str = "") -> None:
        """Look a term up."""
        (await self.side.bring_up("glossary")).look_up(term)

    def action_prompt(self) -> None:
        """Put the cursor into the prompt."""
        self.prompt.focus()

    def action_form(self, name: str = "") -> None:
        """Open a calculator as a form, filled in by the chosen answer where it is of that calculator."""
        if not name:
            from assistant.tui.forms import ChooseCalculator

            self.push_screen(ChooseCalculator(), lambda chosen: self.action_form(chosen) if chosen else None)
            return
        shown = self._shown
        known = shown.plan if shown.reply is None else shown.reply.calculation
        given = known["inputs"] if known is not None and known.get("name") == name else None
        self.start("", lambda: self.jobs.form(name, given), "")

    @on(FormReady)
    def _show_form(self, message: FormReady) -> None:
        from assistant.tui.forms import FormScreen

        self.push_screen(FormScreen(message.calculator, message.given, message.parameters, self.parameters_file), self._form_done)

    def _form_done(self, calculation: Mapping[str, Any] | None) -> None:
        if calculation is not None:
            self.start("", lambda: self.jobs.form_done(calculation), "")

    def action_plan(self, file: str) -> None:
        """Plan a hedge from a file."""
        typed = f"/plan {file}".strip()
        self.start("planning", lambda: self.jobs.plan(file, typed), typed)

    def action_cite(self, number: str) -> None:
        """Show the evidence of a citation of the chosen answer."""
        self._with_answer(lambda shown: self.jobs.look(_reply(shown), _number(number)))

    def action_next_question(self, number: str = "") -> None:
        """Ask one of the questions that the chosen answer suggests."""
        related = () if self._shown.reply is None else self._shown.reply.related
        place = int(number or "1") if (number or "1").isdigit() else 0
        if 1 <= place <= len(related):
            self.ask(related[place - 1])
        else:
            self.status.say("said", f"the answer suggests {len(related)} questions")

    def action_assumptions(self, name: str = "") -> None:
        """Show what the chosen answer assumes."""
        names = tuple(str(entry["id"]) for entry in self._shown.assumptions)
        self.start("", lambda: self.jobs.assumptions(names, name), "")

    @on(AssumptionsRead)
    def _show_assumptions(self, message: AssumptionsRead) -> None:
        from assistant.tui.assumptions import AssumptionsScreen, range_of, written
        from assistant.tui.dialogs import AskLine

        def chosen(name: str | None) -> None:
            parameter = next((known for known in message.parameters if known.id == name), None)
            if parameter is not None:
                self.push_screen(AskLine(f"Value of {name}, {range_of(parameter)}", written(parameter.value)), partial(self._assume, parameter.id))

        self.push_screen(AssumptionsScreen(message.parameters, message.chosen, self.parameters_file), chosen)

    def action_assume(self, words: str) -> None:
        """Give an assumed parameter another value: its name, then the value."""
        name, _, value = words.partition(" ")
        self._assume(name, value)

    def _assume(self, name: str, value: str | None) -> None:
        if value is not None:
            self.start("computing", lambda: self.jobs.change_assumption(name, value), f"/assume {name} {value}")

    def action_answer(self, which: str) -> None:
        """Go to the answer before or after."""
        self.conversation.step(-1 if which == "previous" else 1)

    def action_copy(self, what: str) -> None:
        """Copy the chosen answer as `text`, `markdown`, `apa`, or the `reference` that is pointed at."""
        pointed = self.side.evidence.pointed
        if what == "reference" and pointed is not None:
            self._copy(Copied(pointed.citation.apa))
            return
        chosen = self.conversation.chosen
        text = "" if chosen is None else chosen.turn.text
        shown = self._shown
        self.start("", lambda: self.jobs.copy("apa" if what == "reference" else what, shown.reply, shown.calculation, text), "")

    @on(Copied)
    def _copy(self, message: Copied) -> None:
        copy(self, message.text)
        self.status.say("said", f"copied {len(message.text):,} characters")

    def action_save_plan(self, file: str = "") -> None:
        """Save the calculation that is shown as `alvh rules run` writes it."""
        from rules.canonical import document_to_json

        calculation = self.side.calculation
        if calculation is None or calculation.get("result") is None:
            self.status.say("said", "there is no plan or calculation to save")
            return
        self._write("Save the calculation as", file, "plan.json", lambda path: self.jobs.write_file(path, document_to_json(calculation)))

    def action_export(self, file: str = "") -> None:
        """Write the session as Markdown or JSON."""
        self._write("Export the session as (.md or .json)", file, "alvh-session.md", self.jobs.session_file)

    def _write(self, question: str, file: str, usual: str, write: Callable[[Path], object]) -> None:
        """Ask for a name where none was given, and before another file is replaced."""
        from assistant.tui.dialogs import AskLine, Confirm

        def named(name: str | None) -> None:
            if not name or not name.strip():
                return
            path = Path(name.strip()).expanduser()
            if path.exists():
                self.push_screen(
                    Confirm(f"{path} is there already. Replace it?", "Replace"), lambda sure: self._start_writing(path, write) if sure else None
                )
            else:
                self._start_writing(path, write)

        if self.served:
            self.start("", lambda: self.jobs.refuse("saving", served=True), "")
        elif file:
            named(file)
        else:
            self.push_screen(AskLine(question, usual), named)

    def _start_writing(self, path: Path, write: Callable[[Path], object]) -> None:
        self.status.say("said", "")
        self.start("writing", lambda: write(path), "")

    def action_clear(self) -> None:
        """Empty the screen."""
        self.conversation.empty()

    def action_new_session(self) -> None:
        """Begin a session; the one before is kept."""
        self._open_saved(None)

    def action_sessions(self) -> None:
        """Choose another session."""
        from assistant.tui.sessions import SessionsScreen

        self.push_screen(SessionsScreen(self.recorder.history, self.recorder.session_id), self._session_chosen)

    def _session_chosen(self, session_id: int | None) -> None:
        if session_id is not None:
            self._open_saved(session_id)
        elif self.recorder.session_id is not None and not self.recorder.latest(1):
            self._open_saved(None)  # it was deleted there

    def _open_saved(self, session_id: int | None) -> None:
        self.recorder.session_id = session_id
        turns = self.recorder.latest(PAGE + 1)
        self.conversation.fill(turns[-PAGE:], has_older=len(turns) > PAGE)
        self.side.evidence.show([])
        self.side.show_calculation(None)
        self.take_up(turns)
        self.call_after_refresh(lambda: self.look_at(self._shown))
        self.prompt.focus()

    def action_library(self, path: str = "") -> None:
        """Show the documents; a path is added to them."""
        from assistant.tui.library import LibraryScreen

        if self._open_base is None:
            self.status.say("said", "there are no documents to show")
            return
        if not self.is_screen_installed("library"):
            self.install_screen(LibraryScreen(self._open_base, allow_adding=not self.served), "library")
        self.push_screen("library")
        if path:
            self.call_after_refresh(self._add_path, path)

    async def _add_path(self, path: str) -> None:
        field = self.screen.query_one("#library-path", Input)
        field.value = path
        field.focus()
        await field.action_submit()

    def on_library_changed(self, message: Any) -> None:
        """Documents came in or went out."""
        self.status.say("base", f"{message.documents:,} documents")

    def on_adding_progressed(self, message: Any) -> None:
        """An addition has come further."""
        self.status.say("adding", message.line)

    @on(FactsPane.Edit)
    def _edit_fact(self, message: FactsPane.Edit) -> None:
        from assistant.tui.dialogs import AskLine

        def changed(text: str | None) -> None:
            if text is not None:
                self.start("", lambda: self.jobs.change_fact(message.name, fact_of(message.name, text, message.value)), "")

        self.push_screen(AskLine(f"Value of {message.name}", as_line(message.value)), changed)

    @on(FactsPane.Forget)
    def _forget_fact(self, message: FactsPane.Forget) -> None:
        self.start("", lambda: self.jobs.change_fact(message.name, None), "")

    def action_theme(self, name: str = "") -> None:
        """Change the look, to the next one where none is named."""
        now = THEMES.index(self.settings_file.settings.theme)
        chosen = name or THEMES[(now + 1) % len(THEMES)]
        if chosen not in THEMES:
            self.status.say("said", f"{chosen} is not a theme; use {', '.join(THEMES)}")
            return
        look = next(known for known in THEMES if known == chosen)
        self.theme = LOOKS[look].name
        self._keep(theme=look)
        self.status.say("said", f"theme {look}")

    def action_ascii(self) -> None:
        """Draw with ASCII alone, or with all characters."""
        self.ascii = not self.ascii
        self._keep(ascii=self.ascii)
        self.refresh(repaint=True, layout=True)
        self.status.say("said", "ASCII alone" if self.ascii else "all characters")

    def _keep(self, **settings: Any) -> None:
        try:
            self.settings_file.change(**settings)
        except AssistantError as error:
            self.status.say("said", str(error))

    def _with_answer(self, job: Callable[[Shown], object]) -> None:
        shown = self._shown
        self.start("", lambda: job(shown), "")


def _reply(shown: Shown) -> Any:
    if shown.reply is None:
        raise AssistantError("citation", "there is no answer that cites", "ask something first")
    return shown.reply


def _number(text: str) -> int:
    if not text.isdigit() or not int(text):
        raise AssistantError("/cite", f"{text!r} is not a citation's number", "write, for example, /cite 1")
    return int(text)
