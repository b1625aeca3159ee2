"""What an answer assumes: the parameter, its reason, and the file that changes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content, Span
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from assistant.tui.clipboard import copy

if TYPE_CHECKING:
    from rules.parameters import Parameter

_BASES = {
    "assumed": "assumed: the source does not say",
    "estimated": "estimated from data",
    "stated": "stated by the source",
    "contract": "an exchange fact",
}


class AssumptionsScreen(ModalScreen[str]):
    """The assumed parameters of an answer, one below the other; the chosen one is explained. Result: the one that is to be changed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "copy", "Copy the lines of the file", id="assumptions.copy"),
        Binding("escape,q", "dismiss(None)", "Close", id="assumptions.close"),
    ]

    def __init__(self, parameters: Sequence[Parameter], chosen: str, file: str | None) -> None:
        super().__init__()
        self._parameters, self._first, self._file = list(parameters), chosen, file

    def compose(self) -> ComposeResult:
        """The list and what is known of the chosen one."""
        with Vertical(id="assumptions") as frame:
            frame.border_title = "What the answer assumes"
            frame.border_subtitle = "Enter changes it, C copies the lines for the file, Esc closes"
            yield OptionList(*(Option(Content(parameter.id), id=parameter.id) for parameter in self._parameters), markup=False)
            with VerticalScroll(can_focus=False):
                yield Static("", id="explained", markup=False)

    def on_mount(self) -> None:
        """Point at the one that was asked for."""
        listed = self.query_one(OptionList)
        ids = [parameter.id for parameter in self._parameters]
        listed.highlighted = ids.index(self._first) if self._first in ids else 0
        listed.focus()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Explain it."""
        parameter = self._parameters[event.option_index]
        self.query_one("#explained", Static).update(parameter_content(parameter, self._file))

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)

    def action_copy(self) -> None:
        """Copy what goes into the file."""
        highlighted = self.query_one(OptionList).highlighted
        if highlighted is not None:
            copy(self.app, overlay_of(self._parameters[highlighted]))
            self.notify("Lines copied.", markup=False)


def overlay_of(parameter: Parameter) -> str:
    """The lines of an overlay file that hold the parameter's present value."""
    override = ", override: true" if parameter.basis in ("stated", "contract") else ""
    return f"parameters:\n  {parameter.id}: {{value: {written(parameter.value)}{override}}}\n"


def range_of(parameter: Parameter) -> str:
    """Which values a parameter takes."""
    if parameter.choices:
        return f"one of {', '.join(parameter.choices)}"
    if parameter.low is not None and parameter.high is not None:
        return f"{parameter.low:g} to {parameter.high:g}"
    return "yes or no" if parameter.unit == "switch" else "written as it is now"


def parameter_content(parameter: Parameter, file: str | None) -> Content:
    """Value, range, basis and reason of a parameter, and how to change it."""
    from rules.reports.report import in_words

    lines = [parameter.id, in_words(parameter.value, parameter.unit), f"Basis: {_BASES[parameter.basis]}"]
    lines.append(f"Range: {range_of(parameter)}")
    lines += [text for text in (parameter.reason, parameter.note) if text]
    where = f"in {file}" if file else "in a file of your own and start alvh --parameters FILE"
    lines += ["", f"Enter changes it until the program ends. To keep a value, write {where}:", overlay_of(parameter)]
    return Content("\n".join(lines), spans=[Span(0, len(parameter.id), "bold")])


def written(value: Any) -> str:
    """A value as it is written in a file."""
    import json

    return json.dumps(value, ensure_ascii=False)
