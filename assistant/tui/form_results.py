"""A calculation beside its form: results, what was assumed, nothing more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text
from textual.containers import ScrollableContainer
from textual.content import Content
from textual.widgets import Static

from rules.reports.report import as_rows, in_words, named_value, override_warning, sections

_MOST_ROWS = 60


class FormResults(ScrollableContainer):
    """The results of what stands in the form; empty while that is being computed."""

    DEFAULT_CSS = """
    FormResults { padding: 0 1; scrollbar-size: 1 1; }
    FormResults .state { height: auto; color: $text-muted; }
    FormResults .wrong { color: $text-error; }
    FormResults .title { height: auto; margin: 1 0 0 0; text-style: bold; }
    FormResults .table { width: auto; height: auto; }
    FormResults .warning { height: auto; color: $text-warning; }
    """

    def say(self, text: str, *, wrong: bool = False) -> None:
        """Show a line in place of results."""
        self.remove_children()
        self.mount(Static(Content(text), classes="state wrong" if wrong else "state", markup=False))

    def show(self, calculation: Mapping[str, Any]) -> None:
        """Show the results of a calculation."""
        self.remove_children()
        singles, tables = sections(calculation["result"])
        self.mount(*(Static(Content(line), classes="warning", markup=False) for line in override_warning(calculation)))
        if singles:
            self.mount(Static(_pairs([(name, _worded(name, value)) for name, value in singles])))
        for name, items in tables:
            self.mount(Static(Content(name), classes="title", markup=False), Static(_table(as_rows(items)), classes="table"))
        assumed = [(item["id"], _assumed(item)) for item in calculation["assumptions"]]
        if assumed:
            self.mount(Static(Content("assumed, since no source states it"), classes="title", markup=False), Static(_pairs(assumed)))
        self.scroll_home(animate=False)


def _worded(name: str, value: Any) -> str:
    """A value in words; sentences one below the other."""
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return "\n".join(value)
    return named_value(name, value)


def _assumed(item: Mapping[str, Any]) -> str:
    value = "its table" if item["unit"] == "table" else in_words(item["value"], item["unit"])
    return value if len(value) < _MOST_ROWS else "its table"


def _pairs(rows: Sequence[tuple[str, str]]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    for name, value in rows:
        table.add_row(Text(name), Text(value))
    return table


def _table(rows: Sequence[Sequence[str]]) -> Table:
    heading, *body = rows
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=True, header_style="dim")
    for name in heading:
        table.add_column(Text(name), no_wrap=True)
    for row in body[:_MOST_ROWS]:
        table.add_row(*(Text(cell) for cell in row))
    if len(body) > _MOST_ROWS:
        table.add_row(Text(f"and {len(body) - _MOST_ROWS} more: F8 shows all"))
    return table
