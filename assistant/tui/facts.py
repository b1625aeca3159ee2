"""What the session knows, and the glossary."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content, Span
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

if TYPE_CHECKING:
    from knowledge.documents import Term

NO_FACTS = 'Nothing is known yet. Levels, curves, condors and files that you name are kept here, for example "VIX is 18.2".'


class FactsPane(Vertical):
    """Facts by name; Enter edits one, Delete forgets it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("delete,d", "forget", "Forget the fact", show=False, id="facts.forget")]

    @dataclass
    class Edit(Message):
        """A fact is to be edited."""

        name: str
        value: Any

    @dataclass
    class Forget(Message):
        """A fact is to be forgotten."""

        name: str

    def __init__(self, facts: Mapping[str, Any]) -> None:
        super().__init__()
        self._facts = facts

    def compose(self) -> ComposeResult:
        """What to do with them, and the list."""
        yield Static(NO_FACTS, classes="hint", markup=False)
        yield OptionList(markup=False)

    def on_mount(self) -> None:
        """Fill the list; an empty one is not shown."""
        self._draw()

    def show(self, facts: Mapping[str, Any]) -> None:
        """Replace what is shown."""
        self._facts = facts
        if self.is_mounted:
            self._draw()

    def _draw(self) -> None:
        facts = self._facts
        listed = self.query_one(OptionList)
        listed.display = bool(facts)
        pointed = listed.highlighted
        listed.clear_options()
        widest = max((len(name) for name in facts), default=0)
        listed.add_options([Option(Content(f"{name:{widest}}  {as_line(value)}"), id=name) for name, value in facts.items()])
        listed.highlighted = min(pointed, len(facts) - 1) if pointed is not None and facts else None
        self.query_one(Static).update(Content("Enter edits, Delete forgets." if facts else NO_FACTS))

    def focus(self, scroll_visible: bool = True) -> FactsPane:
        """The list takes the keys, one fact pointed at."""
        listed = self.query_one(OptionList)
        if listed.highlighted is None and listed.option_count:
            listed.highlighted = 0
        listed.focus(scroll_visible)
        return self

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_id is not None:
            self.post_message(self.Edit(event.option_id, self._facts[event.option_id]))

    def action_forget(self) -> None:
        """Ask the app to forget the fact that is pointed at."""
        option = self.query_one(OptionList).highlighted_option
        if option is not None and option.id is not None:
            self.post_message(self.Forget(option.id))


def as_line(value: Any) -> str:
    """A fact on one line, as it can be typed again."""
    return json.dumps(_without_zeros(value), ensure_ascii=False)


def _without_zeros(value: Any) -> Any:
    """The value with 5500 for 5500.0."""
    if isinstance(value, Mapping):
        return {name: _without_zeros(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_zeros(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


class GlossaryPane(Vertical):
    """Terms to look up; typing narrows the list."""

    MOST_LISTED: ClassVar[int] = 200

    def __init__(self, terms: Sequence[Term]) -> None:
        super().__init__()
        self._terms = _by_name(terms)

    def compose(self) -> ComposeResult:
        """A search, the terms found, and what the chosen one means."""
        yield Input(placeholder="A term or words of its meaning", compact=True)
        yield OptionList(markup=False)
        with VerticalScroll(can_focus=True):
            yield Static("", markup=False)

    def take(self, terms: Sequence[Term]) -> None:
        """Other terms."""
        self._terms = _by_name(terms)
        if self.is_mounted:
            self._list()

    def on_mount(self) -> None:
        """All terms at first."""
        self._list()

    def look_up(self, word: str) -> None:
        """Search for a term, the keys go there."""
        field = self.query_one(Input)
        field.value = word
        field.focus()
        self._list()

    def focus(self, scroll_visible: bool = True) -> GlossaryPane:
        """The search takes the keys."""
        self.look_up(self.query_one(Input).value)
        return self

    @on(Input.Changed)
    def _list(self) -> None:
        found = matching(list(self._terms.values()), self.query_one(Input).value)[: self.MOST_LISTED]
        listed = self.query_one(OptionList)
        listed.clear_options()
        listed.add_options([Option(Content(term.term), id=term.term) for term in found])
        listed.highlighted = 0 if found else None
        if not found:
            self.query_one(Static).update(Content("No term has these words."))

    @on(Input.Submitted)
    def _to_list(self) -> None:
        self.query_one(OptionList).focus()

    @on(OptionList.OptionHighlighted)
    def _explain(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if event.option_id in self._terms:
            self.query_one(Static).update(term_content(self._terms[event.option_id]))

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()


def _by_name(terms: Sequence[Term]) -> dict[str, Term]:
    return {term.term: term for term in sorted(terms, key=lambda term: term.term.casefold())}


def matching(terms: Sequence[Term], words: str) -> list[Term]:
    """The terms whose name begins with the words, then those that have them in a name, then those that have them in their meaning."""
    wanted = " ".join(words.casefold().split())
    ranked: tuple[list[Term], list[Term], list[Term]] = ([], [], [])
    for term in terms:
        names = [name.casefold() for name in (term.term, term.expansion or "", *term.aliases)]
        if any(name.startswith(wanted) for name in names):
            ranked[0].append(term)
        elif any(wanted in name for name in names):
            ranked[1].append(term)
        elif wanted in f"{term.definition} {term.in_method or ''}".casefold():
            ranked[2].append(term)
    return [*ranked[0], *ranked[1], *ranked[2]]


def term_content(term: Term) -> Content:
    """What a term means, what the method says of it, and whether the engine computes it."""
    name = f"{term.term} ({term.expansion})" if term.expansion else term.term
    parts = [name, " ".join(term.definition.split())]
    if term.in_method:
        parts.append(f"In the method: {' '.join(term.in_method.split())}")
    if term.aliases:
        parts.append(f"Also: {', '.join(term.aliases)}")
    if not term.computed and term.reason:
        parts.append(f"Not computed: {term.reason}")
    return Content("\n\n".join(parts), spans=[Span(0, len(name), "bold")])
