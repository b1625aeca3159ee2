"""A calculation or plan: its tables, and its steps and assumptions to open one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from textual.containers import ScrollableContainer
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

HINT = "Calculations appear here. /plan FILE plans a hedge from a JSON file; F7 opens a calculator as a form."


class PlanPane(ScrollableContainer):
    """A calculation: results, orders and checks as tables, then its steps; None: a line that says what will stand here."""

    def __init__(self, calculation: Mapping[str, Any] | None) -> None:
        super().__init__()
        self._calculation = calculation

    def on_mount(self) -> None:
        """Draw what is shown at first."""
        self.mount(*_parts(self._calculation))

    def show(self, calculation: Mapping[str, Any] | None) -> None:
        """Replace what is shown."""
        self._calculation = calculation
        if self.is_mounted:
            self.remove_children()
            self.mount(*_parts(calculation))
            self.scroll_home(animate=False)

    def focus(self, scroll_visible: bool = True) -> PlanPane:
        """The steps take the keys where there are some; the pane scrolls with them."""
        steps = self.query("Steps")
        if steps:
            steps.first().focus(scroll_visible=False)
        else:
            super().focus(scroll_visible)
        return self


def _parts(calculation: Mapping[str, Any] | None) -> Iterator[Widget]:
    if calculation is None:
        yield Static(HINT, classes="hint")
        return
    from assistant.tables import tables_of
    from assistant.tui.steps import Steps, filled_table

    for title, columns, rows in tables_of(calculation):
        if rows:
            yield Static(Content(title), classes="table-title", markup=False)
            yield filled_table(columns, rows)
    yield Steps(calculation)
