"""The parts of the screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import ScrollableContainer, VerticalScroll
from textual.content import Content, Span
from textual.widgets import DataTable, Static

from assistant.evidence import Evidence
from assistant.tui.tables import tables_of

LAST_COLUMN_WIDTH = 56


class Conversation(VerticalScroll):
    """Questions and answers, newest at the bottom. Text is shown as it is, never as markup."""

    _question: Static | None = None

    def add(self, text: str, kind: str) -> None:
        """Append a message of a kind: `question`, `answer`, `asked-back`, `failure` or `note`."""
        message = Static(Content(text), classes=f"message {kind}", markup=False)
        self.mount(message)
        if kind == "question":
            self._question = message
        # A long answer is read from its beginning, so the question stays in view above it.
        self.call_after_refresh(self.scroll_to_widget, self._question or message, top=True, animate=False)


class EvidencePane(VerticalScroll):
    """The passages behind the last answer, used sentences highlighted."""

    def compose(self) -> ComposeResult:
        """Start with a line that says what will stand here."""
        yield Static("The passages behind an answer appear here.", classes="hint")

    def show(self, evidence: Sequence[Evidence]) -> None:
        """Replace what is shown."""
        self.remove_children()
        if not evidence:
            self.mount(Static("No document was cited.", classes="hint"))
        for entry in evidence:
            self.mount(Static(Content(entry.line), classes="source", markup=False))
            self.mount(Static(highlighted(entry), classes="passage", markup=False))
        self.scroll_home(animate=False)


class PlanPane(ScrollableContainer):
    """A calculation or plan as tables."""

    def compose(self) -> ComposeResult:
        """Start with a line that says what will stand here."""
        yield Static("Calculations appear here. /plan FILE plans a hedge from a JSON file.", classes="hint")

    def show(self, calculation: Mapping[str, Any]) -> None:
        """Replace what is shown."""
        self.remove_children()
        for title, columns, rows in tables_of(calculation):
            if rows:
                self.mount(Static(Content(title), classes="table-title", markup=False), filled_table(columns, rows))
        self.scroll_home(animate=False)


class StatusLine(Static):
    """One line: documents, encoder, what is going on, how long the last answer took."""

    def show(self, parts: Iterable[str]) -> None:
        """Show the parts, a bar between them."""
        self.update(Content(" | ".join(part for part in parts if part)))


def highlighted(entry: Evidence) -> Content:
    """A passage with the used sentences in the style of a highlight."""
    spans = [Span(start, end, "bold reverse") for start, end in entry.used]
    return Content(entry.text, spans=spans)


def filled_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> DataTable[Text]:
    """A table of plain text; the last column wraps."""
    table: DataTable[Text] = DataTable(cursor_type="none", zebra_stripes=True)
    table.can_focus = False  # the pane scrolls as a whole
    for number, column in enumerate(columns):
        widest = max(len(column), *(len(row[number]) for row in rows))
        table.add_column(column, width=min(widest, LAST_COLUMN_WIDTH) if number == len(columns) - 1 else widest)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row), height=None)
    return table
