"""Calculators as forms: chosen from a list, filled in, computed while they are filled in."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.events import DescendantFocus, Resize
from textual.message import Message
from textual.screen import ModalScreen, Screen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from assistant.forms.command import command_line
from assistant.forms.fields import form_of
from assistant.forms.filling import Filled, filled, in_words, texts_of
from assistant.tui.clipboard import copy
from assistant.tui.dialogs import MOVES, point_further
from assistant.tui.footer import KeysFooter
from assistant.tui.form_fields import FieldRow
from assistant.tui.form_results import FormResults
from rules.catalogue import MODULES
from rules.engine import run
from rules.errors import RulesError, described
from rules.parameters import Parameters, load_parameters

WIDE_COLUMNS = 110
WAIT_SECONDS = 0.15
"""Typing goes on for so long before what was typed is computed."""
_NAME_WIDTH = max(map(len, MODULES))


class FormScreen(Screen[Mapping[str, Any] | None]):
    """A calculator's form, filled with the inputs given. Result: the finished calculation to show, or None.

    `parameters_file` names the file whose values `parameters` have over the shipped ones, for the command line.
    """

    DEFAULT_CSS = """
    FormScreen #form-title { height: 1; padding: 0 1; background: $panel; text-style: bold; text-wrap: nowrap; text-overflow: ellipsis; }
    FormScreen #form-parts { height: 1fr; layout: vertical; }
    FormScreen #form-left { height: 3fr; }
    FormScreen #form-fields { height: 1fr; padding: 0 1; scrollbar-size: 1 1; }
    FormScreen .section { height: auto; margin: 1 0 0 0; color: $accent; text-style: bold; }
    FormScreen #form-hint { height: auto; min-height: 1; max-height: 3; padding: 0 1; color: $text-muted; }
    FormScreen FormResults { height: 2fr; border-top: solid $panel; }
    FormScreen #form-command { height: auto; max-height: 2; padding: 0 1; background: $boost; color: $text-muted; }
    FormScreen.wide #form-parts { layout: horizontal; }
    FormScreen.wide #form-fields { padding: 1; }
    FormScreen.wide #form-command { max-height: 4; }
    FormScreen.wide #form-left { width: 3fr; height: 100%; }
    FormScreen.wide FormResults { width: 2fr; height: 100%; border-top: none; border-left: solid $panel; padding: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "example", "Example", id="form.example"),
        Binding("f6", "clear", "Clear", id="form.clear"),
        Binding("f7", "copy", "Copy command", id="form.copy"),
        Binding("f8", "send", "Show in conversation", id="form.send"),
        Binding("escape", "leave", "Close", id="form.leave"),
    ]

    @dataclass
    class Read(Message):
        """What the form held at its change of that number, and what it comes to: a calculation, or why there is none."""

        number: int
        filled: Filled
        calculation: Mapping[str, Any] | None
        problem: str

    def __init__(
        self,
        calculator: str,
        given: Mapping[str, Any] | None,
        parameters: Parameters,
        parameters_file: str | None = None,
        *,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        super().__init__()
        self._form = form_of(calculator)
        self._given = texts_of(self._form, given or {})
        self._parameters = parameters
        # Without its name the command would compute by the shipped parameters.
        self._overlay = parameters_file or ("YOUR_PARAMETERS.yaml" if parameters.sha256 != load_parameters().sha256 else None)
        self._wait_seconds = wait_seconds
        self._number = 0
        self._computing = Lock()
        self._calculation: Mapping[str, Any] | None = None
        self._command = ""
        self._waiting = self._warned = False

    def compose(self) -> ComposeResult:
        """Fields, results, the command line, keys, which can be clicked."""
        yield Static(Content(f"{self._form.name}  {self._form.description}"), id="form-title", markup=False)
        with Container(id="form-parts"):
            with Vertical(id="form-left"):
                with VerticalScroll(id="form-fields", can_focus=False):
                    section = ""
                    for field in self._form.fields:
                        if field.section != section:
                            yield Static(Content(field.section or "Besides"), classes="section", markup=False)
                        section = field.section
                        yield FieldRow(field, self._parameters, self._given[field.name])
                yield Static("", id="form-hint", markup=False)
            yield FormResults()
        yield Static("", id="form-command", markup=False)
        yield KeysFooter(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Compute what was given."""
        self.query(FieldRow).first().editor.focus()
        self._read_again()

    def on_resize(self, event: Resize) -> None:
        """Fields and results side by side where there is room."""
        self.set_class(event.size.width >= WIDE_COLUMNS, "wide")

    @on(DescendantFocus)
    def _field_entered(self) -> None:
        focused = self.focused
        row = None if focused is None else next((each for each in focused.ancestors if isinstance(each, FieldRow)), None)
        self.query_one("#form-hint", Static).update(Content("" if row is None else f"{row.field.name}: {row.hint}"))

    @on(FieldRow.Changed)
    def _changed(self) -> None:
        self._warned = False
        self._read_again()

    def _texts(self) -> dict[str, str]:
        return {row.field.name: row.text for row in self.query(FieldRow)}

    def _read_again(self) -> None:
        """Take what was shown away, since it is of other inputs, and compute anew when typing rests."""
        self._number += 1
        if not self._waiting:
            self._waiting = True
            self._calculation, self._command = None, ""
            self.query_one(FormResults).say("computing")
            self.query_one("#form-command", Static).update("")
        self._read_in_worker(self._number)

    @work(exclusive=True, group="form")
    async def _read_in_worker(self, number: int) -> None:
        await asyncio.sleep(self._wait_seconds)
        message = await asyncio.to_thread(self._read, number, self._texts())
        if message is not None:
            self.post_message(message)

    def _read(self, number: int, texts: Mapping[str, str]) -> Read | None:
        """What texts come to, one after another; None when the form has changed since."""
        with self._computing:
            if number != self._number:
                return None
            found = filled(self._form, texts)
            if not found.complete:
                return self.Read(number, found, None, "")
            try:
                return self.Read(number, found, run(self._form.name, found.inputs, self._parameters).as_dict(), "")
            except RulesError as error:
                return self.Read(number, found, None, in_words(error, ""))
            except Exception as error:  # whatever it is, the form stays open and says so
                return self.Read(number, found, None, described(error))

    @on(Read)
    def _show(self, message: Read) -> None:
        if message.number != self._number:
            return
        self._waiting = False
        found = message.filled
        for row in self.query(FieldRow):
            name = row.field.name
            row.say(found.problems.get(name, ""), found.cautions.get(name, ""), name in found.missing)
        results = self.query_one(FormResults)
        self._calculation = message.calculation
        if message.calculation is not None:
            results.show(message.calculation)
        else:
            results.say(message.problem or self._why_not(found), wrong=bool(message.problem or found.problems))
        if found.complete:
            self._command = command_line(self._form.name, found.inputs, self._overlay)
            self.query_one("#form-command", Static).update(Content(self._command))

    def _why_not(self, found: Filled) -> str:
        labels = {field.name: f"{field.label} ({field.section})" if field.section else field.label for field in self._form.fields}
        lines = [problem for name, problem in found.problems.items() if not name]
        lines += ["See the lines marked ! in the form."] if any(found.problems) else []
        lines += ["Still needed: " + "; ".join(labels[name] for name in found.missing) + "."] if found.missing else []
        lines += ["Results appear here as you type. F5 fills in an example."] if found.empty else []
        return "\n".join(lines)

    def _fill(self, texts: Mapping[str, str]) -> None:
        for row in self.query(FieldRow):
            row.text = texts.get(row.field.name, "")
        self.query(FieldRow).first().editor.focus()

    def action_example(self) -> None:
        """Fill the form with the calculator's example."""
        self._fill(texts_of(self._form, self._form.example))

    def action_clear(self) -> None:
        """Empty every field."""
        self._fill({})

    def action_copy(self) -> None:
        """Copy the command line that computes the same."""
        if not self._command:
            self.notify("There is no command yet: the form is not complete.", severity="warning", markup=False)
            return
        copy(self.app, self._command)
        self.notify("Command copied.", markup=False)

    def action_send(self) -> None:
        """Close the form and show its calculation in the conversation."""
        if self._calculation is None:
            self.notify("There is no result yet: the form is not complete.", severity="warning", markup=False)
            return
        self.dismiss(self._calculation)

    def action_leave(self) -> None:
        """Close the form; a second time when that loses what was typed."""
        if not self._warned and self._texts() != self._given:
            self._warned = True
            self.notify("Escape again closes the form and drops what was typed.", severity="warning", markup=False)
            return
        self.dismiss(None)


class Words(Input):
    """What to look for; its Enter takes all that was typed before it, and is named at the foot."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", "Open", id="choose.open")]


class ChooseCalculator(ModalScreen[str | None]):
    """The calculators with what they compute; typing keeps those that have every word. Result: a name, or None."""

    DEFAULT_CSS = """
    ChooseCalculator { align: center middle; }
    ChooseCalculator > Vertical { width: 90%; max-width: 104; height: auto; max-height: 90%; padding: 0 1; border: round $accent; background: $surface; }
    ChooseCalculator #calculator-words { margin: 1 0; padding: 0 1; background: $boost; }
    ChooseCalculator OptionList { height: auto; max-height: 24; border: none; padding: 0; text-wrap: nowrap; text-overflow: ellipsis; }
    ChooseCalculator .none { height: auto; padding: 0 1; color: $text-muted; display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close", id="choose.leave"),
        *MOVES,
    ]

    def compose(self) -> ComposeResult:
        """What to look for, the list, keys."""
        with Vertical() as frame:
            frame.border_title = "Open a calculator as a form"
            yield Words(placeholder="Type to find: condor, volatility, cost of capital", compact=True, id="calculator-words")
            yield OptionList(id="calculators", markup=False)
            yield Static("No calculator has these words.", classes="none", markup=False)
            yield KeysFooter()

    def on_mount(self) -> None:
        """List all."""
        self.query_one(Input).focus()
        self._list("")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._list(event.value)

    @on(Input.Submitted)
    def _entered(self) -> None:
        self._choose()

    @on(OptionList.OptionSelected)
    def _selected(self) -> None:
        self._choose()

    def _list(self, words: str) -> None:
        found = [name for name, what in MODULES.items() if all(word in f"{name} {what}".lower() for word in words.lower().split())]
        listed = self.query_one(OptionList)
        listed.clear_options()
        listed.add_options([Option(Content(f"{name:{_NAME_WIDTH}}  {MODULES[name]}"), id=name) for name in found])
        listed.highlighted = 0 if found else None
        self.query_one(".none").display = not found

    def action_move(self, lines: int) -> None:
        """Go up or down in the list, without leaving what is typed."""
        point_further(self.query_one(OptionList), lines)

    def _choose(self) -> None:
        option = self.query_one(OptionList).highlighted_option
        if option is not None:
            self.dismiss(option.id)

    def action_leave(self) -> None:
        """Close without a choice."""
        self.dismiss(None)
