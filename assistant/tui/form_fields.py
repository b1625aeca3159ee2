"""One field of a form: what it is, where it is typed, its unit, and what is wrong with it."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive
from textual.widgets import Input, Select, Static, TextArea

from assistant.forms.fields import Field
from rules.parameters import Parameters
from rules.reports.report import in_words

_SEVERAL_LINES = frozenset({"rows", "dates", "json"})
_YES_NO = ("yes", "no")


class FormInput(Input):
    """A line of a form: the arrows and Enter go from field to field."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "app.focus_previous", show=False),
        Binding("down,enter", "app.focus_next", show=False),
    ]
    # A line stays where it is whatever is typed: without this every key lays out the whole form.
    virtual_size = Reactive(Size(0, 0), layout=False)


class FieldRow(Vertical):
    """A field with its label, editor and unit; below it what is wrong, or what to look at again."""

    DEFAULT_CSS = """
    FieldRow { height: auto; }
    FieldRow > Horizontal { height: auto; }
    FieldRow .label { width: 32; height: auto; padding: 0 1 0 0; }
    FieldRow .unit { width: 20; padding: 0 0 0 1; color: $text-muted; }
    FieldRow FormInput, FieldRow Select { width: 1fr; background: $boost; }
    FieldRow FormInput.-textual-compact, FieldRow TextArea.-textual-compact { padding: 0 1; }
    FieldRow Select.-textual-compact > SelectCurrent { padding: 0 1; }
    FieldRow Select > SelectCurrent { background: $boost; }
    FieldRow TextArea { width: 1fr; height: auto; min-height: 1; max-height: 7; background: $boost; }
    FieldRow FormInput:focus, FieldRow TextArea:focus, FieldRow Select:focus > SelectCurrent { background: $primary-muted; }
    FieldRow.needed .label { text-style: bold; }
    FieldRow .said { height: auto; margin: 0 0 0 32; display: none; }
    FieldRow.wrong .said { display: block; color: $text-error; }
    FieldRow.odd .said { display: block; color: $text-warning; }
    """

    class Changed(Message):
        """The text of a field has changed."""

    def __init__(self, field: Field, parameters: Parameters, text: str) -> None:
        super().__init__()
        self.field = field
        self._parameters = parameters
        self._said = ("", "", False)
        self.editor = self._made_editor(text)
        """The widget in which the value is typed or chosen."""

    def compose(self) -> ComposeResult:
        """Label, editor and unit in a line, what is said below."""
        label = f"{self.field.label} *" if self.field.required else self.field.label
        with Horizontal():
            yield Static(Content(label), classes="label", markup=False)
            yield self.editor
            yield Static(Content(self.field.unit_words), classes="unit", markup=False)
        yield Static("", classes="said", markup=False)

    def on_mount(self) -> None:
        """Tables and lists take the place of a unit that they do not have."""
        self.query_one(".unit").display = bool(self.field.unit_words) or not isinstance(self.editor, TextArea)

    def _made_editor(self, text: str) -> FormInput | Select[str] | TextArea:
        field = self.field
        if field.kind in ("word", "yes_no"):
            words = field.choices or _YES_NO
            chosen = text if text in words else Select.NULL
            return Select([(Content(word), word) for word in words], prompt=_empty(field, self._parameters) or "choose", value=chosen, compact=True)
        if field.kind in _SEVERAL_LINES or field.always_list:
            return TextArea(
                text,
                compact=True,
                soft_wrap=self.field.kind != "rows",
                placeholder=_empty(field, self._parameters),
                highlight_cursor_line=False,
            )
        return FormInput(text, placeholder=_empty(field, self._parameters), compact=True, select_on_focus=False)

    @property
    def text(self) -> str:
        """What the field holds."""
        editor = self.editor
        if isinstance(editor, Select):
            return editor.value if isinstance(editor.value, str) else ""
        return editor.text if isinstance(editor, TextArea) else editor.value

    @text.setter
    def text(self, text: str) -> None:
        editor = self.editor
        if isinstance(editor, Select):
            editor.value = text if text in (self.field.choices or _YES_NO) else Select.NULL
        elif isinstance(editor, TextArea):
            editor.text = text
        else:
            editor.value = text

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(Select.Changed)
    def _edited(self, event: Message) -> None:
        event.stop()
        self.post_message(self.Changed())

    def say(self, problem: str, caution: str, needed: bool) -> None:
        """Show what is wrong, else what is unlikely, else nothing; and whether the field is still needed."""
        if (problem, caution, needed) == self._said:
            return
        self._said = (problem, caution, needed)
        self.set_class(bool(problem), "wrong")
        self.set_class(bool(caution) and not problem, "odd")
        self.set_class(needed, "needed")
        self.query_one(".said", Static).update(Content(f"! {problem}" if problem else f"? {caution}"))

    @property
    def hint(self) -> str:
        """What may be typed, where to find it, and what holds when it is empty, in one line."""
        field = self.field
        parts = [field.detail, field.bounds, _usual(field), _how(field), field.where, _stands_in(field, self._parameters)]
        return " · ".join(part for part in parts if part) or "any value"


def _empty(field: Field, parameters: Parameters) -> str:
    """What an empty field shows: what is assumed for it, else the words it takes or its usual range."""
    if field.parameter is not None and _is_short(parameters[field.parameter].value):
        return f"{_worded(parameters[field.parameter].value, field.unit)} assumed"
    if field.default is not None:
        return f"{_worded(field.default, field.unit)} unless given"
    if field.kind == "rows":
        return ", ".join(field.columns)
    if field.kind == "json" and field.choices:
        return f"{', '.join(field.choices)}, or JSON"
    return _usual(field) or ("YYYY-MM-DD" if field.kind in ("date", "dates") else "")


def _is_short(value: object) -> bool:
    return isinstance(value, (int, float, str))


def _worded(value: object, unit: str) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else in_words(value, unit if unit == "fraction" else "")


def _usual(field: Field) -> str:
    if field.plausible is None:
        return ""
    low, high = field.plausible
    return f"usually {low:,.12g} to {high:,.12g}"


def _how(field: Field) -> str:
    """How a value of several parts is written."""
    if field.kind == "rows":
        return "one row a line below the names of the columns, or JSON"
    if field.kind == "numbers" and field.always_list:
        return "numbers with spaces, commas or lines between"
    return "YYYY-MM-DD" if field.kind in ("date", "dates") else ""


def _stands_in(field: Field, parameters: Parameters) -> str:
    if field.parameter is None:
        return ""
    parameter = parameters[field.parameter]
    value = _worded(parameter.value, parameter.unit) if _is_short(parameter.value) else "its table"
    return f"empty: {value} ({field.parameter}, {parameter.basis})"
