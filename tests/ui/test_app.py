"""Asking in the terminal UI, driven by a pilot."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Event

import pytest
from driving import MakeApp, ask, press, settled, shown
from textual.widgets import DataTable

from assistant.errors import AssistantError
from assistant.session import Session
from assistant.tui.app import AlvhApp
from assistant.tui.conversation import EXAMPLES, Welcome
from assistant.tui.evidence import EvidencePane, Passage
from assistant.tui.plan import PlanPane
from assistant.tui.steps import Steps
from knowledge.base import KnowledgeBase
from rules.calculators.plan_hedge import EXAMPLE

FIRST = "Which VIX instrument is layered first?"
SPLIT = "My total planned hedge vega is $10,000. How much of it goes into futures?"


async def test_a_question_is_answered_with_its_evidence_beside_it(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, FIRST)
        assert "VIX futures come first" in shown(app, "answer")[-1]
        content = app.query_one(EvidencePane).query(Passage).first().render()
        highlighted = [str(content)[span.start : span.end] for span in content.spans if "reverse" in str(span.style)]  # type: ignore[union-attr]
        assert any("VIX futures come first" in text for text in highlighted)
        assert "2026-05-09" in str(content) and "https://" in str(content) and "APA" in str(content)
        assert app.side.active == "evidence"


async def test_questions_asked_before_the_base_is_open_are_answered_in_order(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        for question in (FIRST, "What is contango?", SPLIT):
            app.prompt.put(question)
            await pilot.press("enter")
        await settled(pilot)
        assert [text.partition("\n")[0] for text in shown(app)] == ["You", "Answer"] * 2 + ["You", "Computed"]
        assert not shown(app, "failure")


async def test_a_calculation_opens_as_tables_with_steps_that_expand_and_collapse(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, SPLIT)
        assert app.side.active == "plan"
        pane = app.query_one(PlanPane)
        cells = [str(cell) for table in pane.query(DataTable).results() for row in range(table.row_count) for cell in table.get_row_at(row)]
        assert {"2,500.00 USD", "4,000.00 USD"} <= set(cells)
        steps = pane.query_one(Steps)
        step = next(node for node in steps.root.children[0].children if str(node.label).startswith("futures_vega_usd.low"))
        assert "2,500.00 USD" in str(step.label) and "derived" in str(step.label)
        await pilot.press("f3")
        assert app.focused is steps
        steps.cursor_line = step.line
        await pilot.press("enter")
        await pilot.pause()
        assert step.is_expanded
        assert str(step.children[0].label) == "formula: planned_hedge_vega_usd * futures_share_low_fraction"
        await pilot.press("enter")
        await pilot.pause()
        assert not step.is_expanded
        assumed = [str(node.label) for node in steps.root.children[1].children]
        assert any(label.startswith("futures_share_target_fraction = 0.325") for label in assumed)


async def test_the_calculation_is_shown_before_the_sentences_that_belong_to_it(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_app()
    parts: list[str] = []
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        monkeypatch.setattr(app.side, "show_calculation", lambda calculation: parts.append("calculation"))
        add = app.conversation.add
        monkeypatch.setattr(app.conversation, "add", lambda turn: (parts.append(turn.kind), add(turn))[1])
        await ask(pilot, SPLIT)
        assert parts[:3] == ["question", "calculation", "answer"]


async def test_a_plan_from_a_file_is_shown_as_tables(make_app: MakeApp, tmp_path: Path) -> None:
    book = tmp_path / "book.json"
    book.write_text(json.dumps(EXAMPLE), encoding="utf-8")
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, f"/plan {book}")
        assert "buy 2 VX 2026-06-17" in shown(app, "answer")[-1]
        titles = [str(title.render()) for title in app.query_one(PlanPane).query(".table-title").results()]  # type: ignore[attr-defined]
        assert titles[:3] == ["Plan", "Orders today", "Layers"]


async def test_a_missing_input_is_asked_for(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, "max loss of a 5500/5600/6300/6400 iron condor, 10 lots?")
        assert shown(app, "asked-back")[-1].startswith("Asked back\n") and "Credit received" in shown(app, "asked-back")[-1]


async def test_a_follow_up_leans_on_everything_said_before(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, "5500/5600/6300/6400 iron condor, 20.46 credit, ten lots: max loss?")
        await ask(pilot, "What is contango?")
        await ask(pilot, "VIX is 18.2")
        await ask(pilot, "max loss of my condor?")
        assert "long_put = 5,500" in shown(app, "answer")[-1], "the condor of three questions before"


@pytest.mark.parametrize(
    ("line", "words"),
    [("/plan /no/such/file", "cannot be read"), ("/plan", "needs a file"), ("/plam", "did you mean /plan?"), ("/cite 7", "is no answer")],
)
async def test_a_failure_says_what_happened_gives_the_text_back_and_the_app_goes_on(make_app: MakeApp, line: str, words: str) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, line)
        assert words in shown(app, "failure")[-1]
        assert app.prompt.text == ("" if line.startswith("/cite") else line)
        await ask(pilot, "What is contango?")
        assert shown(app, "answer")


async def test_a_defect_in_a_worker_becomes_a_message(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        monkeypatch.setattr(app.desk, "ask", lambda *_, **__: 1 / 0)
        await ask(pilot, FIRST)
        assert "ZeroDivisionError" in shown(app, "failure")[-1] and "Try it in other words" in shown(app, "failure")[-1]
        assert app.prompt.text == FIRST and app.is_running


async def test_a_base_that_cannot_be_opened_is_said_and_every_question_says_so(make_app: MakeApp) -> None:
    def refuse() -> None:
        raise AssistantError("store", "is locked", "close the other program")

    app = make_app(open_session=refuse)
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        assert "is locked; close the other program" in shown(app, "failure")[-1]
        await ask(pilot, FIRST)
        assert "knowledge base: is not open" in shown(app, "failure")[-1]


async def test_the_app_closes_while_the_base_is_still_opening(make_app: MakeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = Event()

    def open_slowly() -> Session:
        closed.wait()
        return Session(KnowledgeBase(tmp_path / "knowledge"))

    app = make_app(open_session=open_slowly)
    close_screens = app._close_all

    async def close_screens_before_the_base_is_open() -> None:
        await close_screens()
        closed.set()
        await app.workers.wait_for_complete()

    monkeypatch.setattr(app, "_close_all", close_screens_before_the_base_is_open)
    async with app.run_test() as pilot:
        await pilot.pause()
    assert not app.is_running, "and nothing was raised"


async def test_markup_in_a_question_is_shown_as_it_is(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, "[bold red]which layer is first?[/bold red]")
        assert "[bold red]which layer is first?[/bold red]" in shown(app, "question")[-1]


async def test_the_first_screen_offers_examples_that_run_on_enter(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        await press(pilot, "enter")
        assert app.conversation.query(Welcome) and not shown(app), "nothing is chosen at first"
        await press(pilot, "down", "down", "down", "up", "enter")
        assert shown(app, "question")[-1] == f"You\n{EXAMPLES[1]}"
        assert not app.conversation.query(Welcome)


async def test_every_example_is_answered(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        for example in EXAMPLES:
            await ask(pilot, example)
        assert not shown(app, "failure") and not shown(app, "asked-back")


async def test_a_narrow_screen_has_the_panes_below(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert app.side.region.y > app.conversation.region.y and app.side.region.width == 80
        await pilot.resize_terminal(200, 60)
        await pilot.pause()
        assert app.side.region.y == app.conversation.region.y


async def test_the_status_line_names_documents_and_encoder(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        assert str(app.status.render()) == "28 documents | all-MiniLM-L6-v2"


def test_the_app_is_named(make_app: MakeApp) -> None:
    assert isinstance(make_app(), AlvhApp) and AlvhApp.TITLE == "alvh"
