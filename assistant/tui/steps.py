"""The parts of a calculation on the screen: tables of text, and steps that open one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text
from textual.containers import ScrollableContainer
from textual.widgets import DataTable, Tree
from textual.widgets.tree import TreeNode

LAST_COLUMN_WIDTH = 54  # a receipt fits beside its names in 80 columns


class Steps(Tree[str]):
    """Steps and assumptions; Enter or Space opens and closes one, each says how it came about.

    They stand below the tables of a pane, which scrolls as a whole: Up and Down scroll it while the next step is out of sight or there is none,
    Page Up, Page Down, Home and End always.
    """

    def __init__(self, calculation: Mapping[str, Any]) -> None:
        super().__init__("calculation")
        self.show_root = False
        self.guide_depth = 3
        self._fill(calculation)

    @property
    def _pane(self) -> ScrollableContainer:
        pane = self.parent
        assert isinstance(pane, ScrollableContainer)
        return pane

    def action_cursor_down(self) -> None:
        """The next step; a line of the pane until it is in sight."""
        line_in_pane = self.virtual_region.y + max(self.cursor_line, 0)
        if line_in_pane >= self._pane.scroll_offset.y + self._pane.scrollable_content_region.height:
            self._pane.scroll_down(animate=False)
        else:
            super().action_cursor_down()

    def action_cursor_up(self) -> None:
        """The step before; a line of the pane from the first one, and while the steps are out of sight."""
        line_in_pane = self.virtual_region.y + self.cursor_line
        if self.cursor_line <= 0 or line_in_pane > self._pane.scroll_offset.y + self._pane.scrollable_content_region.height:
            self._pane.scroll_up(animate=False)
        else:
            super().action_cursor_up()

    def action_page_down(self) -> None:
        """A page of the pane."""
        self._pane.scroll_page_down(animate=False)

    def action_page_up(self) -> None:
        """A page of the pane back."""
        self._pane.scroll_page_up(animate=False)

    def action_scroll_home(self) -> None:
        """The beginning of the pane."""
        self._pane.scroll_home(animate=False)

    def action_scroll_end(self) -> None:
        """The end of the pane."""
        self._pane.scroll_end(animate=False)

    def _fill(self, calculation: Mapping[str, Any]) -> None:
        from rules.reports.report import format_number

        def shown(entry: Mapping[str, Any]) -> str:
            return "(table)" if entry["unit"] == "table" else format_number(entry["value"], entry["unit"])

        steps = self.root.add(Text(f"Steps ({len(calculation['steps'])})", style="bold"), expand=True)
        for step in calculation["steps"]:
            node = steps.add(Text(f"{step['name']} = {shown(step)}  {step['basis']}"))
            _leaves(node, step_lines(step))
        if calculation["assumptions"]:
            assumed = self.root.add(Text(f"Assumptions ({len(calculation['assumptions'])})", style="bold"), expand=True)
            for entry in calculation["assumptions"]:
                _leaves(assumed.add(Text(f"{entry['id']} = {shown(entry)}  assumed")), [entry["note"], "Ctrl+G shows how to change it."])


def step_lines(step: Mapping[str, Any]) -> list[str]:
    """How a step came about: formula, inputs, source, note."""
    from rules.reports.report import format_number

    lines = [f"formula: {step['formula']}"]
    lines += [f"  {name}: {format_number(value)}" for name, value in step["inputs"].items()]
    reference = step["reference"] or {}
    if reference.get("url"):
        lines.append(f"source: {reference['url']}")
    elif reference:
        lines.append(f"source: {reference['document_id']}, {reference['heading']}, paragraph {reference['paragraph']}")
    if step["note"]:
        lines.append(step["note"])
    return lines


def _leaves(node: TreeNode[str], lines: Sequence[str]) -> None:
    for line in lines:
        node.add_leaf(Text(" ".join(line.split()) if not line.startswith("  ") else line))


def filled_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> DataTable[Text]:
    """A table of plain text; the last column wraps. Its size is set: one that the table finds by itself may come after the pane is laid out."""
    table: DataTable[Text] = DataTable(cursor_type="none", zebra_stripes=True)
    table.can_focus = False  # the pane scrolls as a whole
    widths = [max(len(column), *(len(row[number]) for row in rows)) for number, column in enumerate(columns)]
    widths[-1] = min(widths[-1], LAST_COLUMN_WIDTH)
    heights = [_lines(row[-1], widths[-1]) for row in rows]
    for column, width in zip(columns, widths, strict=True):
        table.add_column(column, width=width)
    for row, height in zip(rows, heights, strict=True):
        table.add_row(*(Text(cell) for cell in row), height=height)
    table.styles.height = table.header_height + sum(heights)
    table.styles.width = sum(width + 2 * table.cell_padding for width in widths)
    return table


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column."""
    return len(Text(text).wrap(Console(width=width), width))
