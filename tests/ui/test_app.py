"""The terminal UI, driven by a pilot."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import DataTable, Input, Static, TabbedContent

from assistant.tui.app import AlvhApp
from assistant.tui.widgets import Conversation, EvidencePane, PlanPane, StatusLine
from rules.calculators.plan_hedge import EXAMPLE

MakeApp = Callable[[], AlvhApp]


async def ask(pilot: Pilot[None], text: str) -> None:
    """Type a line, press Enter and wait for the answer."""
    prompt = pilot.app.query_one("#prompt", Input)
    prompt.value = text
    await pilot.press("enter")
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def shown(app: AlvhApp, kind: str) -> list[str]:
    """The texts of the conversation's messages of a kind."""
    return [str(message.render()) for message in app.query_one(Conversation).query(f".{kind}").results(Static)]


async def test_a_question_is_answered_with_its_evidence_beside_it(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, "Which VIX instrument is layered first?")
        assert "VIX futures come first" in shown(app, "answer")[-1]
        passages = [widget.render() for widget in app.query_one(EvidencePane).query(".passage").results(Static)]
        content = passages[0]
        highlighted = [str(content)[span.start : span.end] for span in content.spans]  # type: ignore[union-attr]
        assert any("VIX futures come first" in text for text in highlighted)
        assert app.query_one("#side", TabbedContent).active == "evidence"


async def test_a_question_asked_before_the_base_is_open_is_answered_all_the_same(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        app.query_one("#prompt", Input).value = "Which VIX instrument is layered first?"
        await pilot.press("enter")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert shown(app, "answer") and not shown(app, "failure")


async def test_a_calculation_opens_as_tables(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, "My total planned hedge vega is $10,000. How much of it goes into futures?")
        assert app.query_one("#side", TabbedContent).active == "plan"
        cells = [
            str(cell)
            for table in app.query_one(PlanPane).query(DataTable).results()
            for row in range(table.row_count)
            for cell in table.get_row_at(row)
        ]
        assert {"2,500.00 USD", "4,000.00 USD", "stated", "assumed"} <= set(cells)


async def test_a_plan_from_a_file_is_shown_as_tables(make_app: MakeApp, tmp_path: Path) -> None:
    book = tmp_path / "book.json"
    book.write_text(json.dumps(EXAMPLE), encoding="utf-8")
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, f"/plan {book}")
        assert "buy 2 VX 2026-06-17" in shown(app, "answer")[-1]
        titles = [str(title.render()) for title in app.query_one(PlanPane).query(".table-title").results(Static)]
        assert titles[:3] == ["Plan", "Orders today", "Layers"]


async def test_a_missing_input_is_asked_for(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, "max loss of a 5500/5600/6300/6400 iron condor, 10 lots?")
        assert "Credit received" in shown(app, "asked-back")[-1]


@pytest.mark.parametrize(("line", "words"), [("/plan /no/such/file", "cannot be read"), ("/plan", "needs a file"), ("/nonsense", "is not a command")])
async def test_a_failure_says_what_happened_and_the_app_goes_on(make_app: MakeApp, line: str, words: str) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, line)
        assert words in shown(app, "failure")[-1]
        await ask(pilot, "What is contango?")
        assert shown(app, "answer")


async def test_a_failed_question_is_given_back_to_the_prompt(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, "/plan /no/such/file")
        assert app.query_one("#prompt", Input).value == "/plan /no/such/file"


async def test_markup_in_a_question_is_shown_as_it_is(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, "[bold red]which layer is first?[/bold red]")
        assert "[bold red]which layer is first?[/bold red]" in shown(app, "question")[-1]


async def test_keys_open_help_and_the_side_tabs(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await pilot.app.workers.wait_for_complete()
        await pilot.press("f1")
        assert "Ctrl+Q quit" in shown(app, "note")[-1]
        await pilot.press("f3")
        assert app.query_one("#side", TabbedContent).active == "plan"
        await pilot.press("f2")
        assert app.query_one("#side", TabbedContent).active == "evidence"


async def test_the_status_line_names_documents_and_encoder(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert "all-MiniLM-L6-v2" in str(app.query_one(StatusLine).render())


async def test_ctrl_q_quits(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await pilot.press("ctrl+q")
        await pilot.pause()
        assert not app.is_running
