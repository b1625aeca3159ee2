"""Working with it: documents come in by a command, what is asked changes a form, a plan, a session of yesterday, and what was done is in view."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from driving import MakeApp, ask, press, settled, shown
from textual.widgets import Input

from assistant.tui.form_fields import FieldRow
from assistant.tui.forms import FormScreen
from assistant.tui.library import LibraryScreen
from rules.calculators.plan_hedge import EXAMPLE

CONDOR = "5500/5600/6300/6400 iron condor, 20.46 credit, ten lots: max loss and break-evens?"


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
        await press(pilot, "f8")
        await ask(pilot, "and with $20,000?")
        reply = app._shown.reply
        assert reply is not None and reply.calculation is not None
        assert reply.calculation["name"] == "layer-split" and reply.calculation["inputs"]["planned_hedge_vega_usd"] == 20000


async def test_what_is_asked_after_a_plan_changes_the_plan(make_app: MakeApp, tmp_path: Path) -> None:
    book = tmp_path / "book.json"
    book.write_text(json.dumps(EXAMPLE), encoding="utf-8")
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ask(pilot, f"/plan {book}")
        await ask(pilot, "and with the VIX at 25?")
        calculation = app.side.calculation
        assert calculation is not None and calculation["name"] == "plan-hedge" and calculation["inputs"]["market"]["vix"] == 25
        answer = shown(app, "answer")[-1]
        assert "Plan of 2026-05-08, stage layer_1_futures" in answer and "market.vix = 25" in answer
        assert "layers.0.layer" not in answer, "the plan pane has the rest"


@pytest.mark.parametrize(
    ("lines", "inputs"),
    [
        ((CONDOR, "and with 20 lots?"), {"long_put": 5500, "contracts": 5}),
        ((CONDOR, "and with twice the lots?", "What is contango?"), {"long_put": 5500, "contracts": 5}),
        (("What is contango?", "/form iron-condor"), {"long_put": 5500, "contracts": 5, "spot": 6000}),
    ],
    ids=["a follow-up", "a question on the method after it", "a form"],
)
async def test_a_calculation_is_changed_by_what_is_asked_when_the_program_runs_again(
    make_app: MakeApp, tmp_path: Path, lines: tuple[str, ...], inputs: dict[str, float]
) -> None:
    app = make_app(home=tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        for line in lines:
            await ask(pilot, line)
        if isinstance(app.screen, FormScreen):
            await press(pilot, "f5")
            await press(pilot, "f8")
    again = make_app(home=tmp_path)
    async with again.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await ask(pilot, "and with 5 lots?")
        calculation = again.side.calculation
        assert calculation is not None and calculation["name"] == "iron-condor"
        assert {name: calculation["inputs"][name] for name in inputs} == inputs


async def test_the_pane_in_front_is_that_of_the_answer_that_is_looked_at(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app(home=tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await ask(pilot, "What is contango?")
        await ask(pilot, CONDOR)
        for key, tab in (("ctrl+up", "evidence"), ("ctrl+down", "plan"), ("f5", "facts"), ("ctrl+up", "facts")):
            await press(pilot, key)
            assert app.side.active == tab
    again = make_app(home=tmp_path)
    async with again.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        assert again.side.active == "plan"


@pytest.mark.parametrize("line", ["/cite 9", "/save {folder}/kept.json"])
async def test_what_became_of_a_command_is_in_view_after_a_long_answer(make_app: MakeApp, tmp_path: Path, line: str) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await ask(pilot, CONDOR)
        await ask(pilot, line.format(folder=tmp_path))
        last = app.conversation.entries[-1]
        assert last.turn.kind in ("failure", "note")
        assert last.region.bottom <= app.conversation.region.bottom and last.region.height


async def test_what_was_asked_last_is_at_the_top_after_the_terminal_has_another_size(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        for line in ("What is contango?", "What is vega?", CONDOR):
            await ask(pilot, line)
        for size in ((80, 24), (110, 16), (60, 18)):
            await pilot.resize_terminal(*size)
            await settled(pilot)
            assert app.conversation.entries[-2].region.y == app.conversation.region.y
