"""A command that brings in documents, and a form that is followed by a question."""

from __future__ import annotations

from pathlib import Path

from driving import MakeApp, ask, settled
from textual.widgets import Input

from assistant.tui.form_fields import FieldRow
from assistant.tui.forms import FormScreen
from assistant.tui.library import LibraryScreen


async def test_add_with_a_path_adds_it_and_the_status_line_counts_it(make_app: MakeApp, tmp_path: Path) -> None:
    note = tmp_path / "zebra.md"
    note.write_text("# Zebra\n\n## Crossing\n\nA zebra crossing is painted on day one.\n", encoding="utf-8")
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        before = str(app.status.render())
        await ask(pilot, f"/add {note}")
        assert isinstance(app.screen, LibraryScreen)
        while app.screen._adding:
            await settled(pilot)
        await settled(pilot)
        assert "Zebra" in "\n".join(document.title for document in app.screen._all)
        assert str(app.status.render()) != before


async def test_what_is_asked_after_a_form_changes_its_calculation(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ask(pilot, "/form layer-split")
        assert isinstance(app.screen, FormScreen)
        for field in app.screen.query(FieldRow):
            if field.field.name == "planned_hedge_vega_usd":
                field.query_one(Input).value = "10000"
        await settled(pilot)
        while app.screen._calculation is None:
            await settled(pilot)
        await pilot.press("f8")
        await settled(pilot)
        await ask(pilot, "and with $20,000?")
        reply = app._shown.reply
        assert reply is not None and reply.calculation is not None
        assert reply.calculation["name"] == "layer-split" and reply.calculation["inputs"]["planned_hedge_vega_usd"] == 20000
