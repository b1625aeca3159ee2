"""A calculation or plan: its tables, and its steps and assumptions to open one by one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from textual.app import ComposeResult
from textual.containers import ScrollableContainer
from textual.content import Content
from textual.widgets import Static

HINT = "Calculations appear here. /plan FILE plans a hedge from a JSON file; F7 opens a calculator as a form."


class PlanPane(ScrollableContainer):
    """A calculation: results, orders and checks as tables, then its steps."""

    def compose(self) -> ComposeResult:
        """Start with a line that says what will stand here."""
        yield Static(HINT, classes="hint")

    def show(self, calculation: Mapping[str, Any]) -> None:
        """Replace what is shown."""
        from assistant.tui.steps import Steps, filled_table
        from assistant.tui.tables import tables_of

        self.remove_children()
        tables = [
            (Static(Content(title), classes="table-title", markup=False), filled_table(columns, rows))
            for title, columns, rows in tables_of(calculation)
            if rows
        ]
        self.mount(*(widget for table in tables for widget in table))
        self.mount(Steps(calculation))
        self.scroll_home(animate=False)

    def clear(self) -> None:
        """Back to the line that says what will stand here."""
        self.remove_children()
        self.mount(Static(HINT, classes="hint"))

    def focus(self, scroll_visible: bool = True) -> PlanPane:
        """The steps take the keys where there are some; the pane scrolls with them."""
        steps = self.query("Steps")
        if steps:
            steps.first().focus(scroll_visible=False)
        else:
            super().focus(scroll_visible)
        return self
