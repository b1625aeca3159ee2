"""The plan pane scrolls by keys, what is typed beside the prompt reaches it, an assumption is changed and the answer with it."""

from __future__ import annotations

import pytest
from driving import MakeApp, ask, press, settled, shown, texts
from textual.events import Paste
from textual.widgets import Input

from assistant.tui.assumptions import AssumptionsScreen
from assistant.tui.dialogs import AskLine
from assistant.tui.plan import PlanPane
from assistant.tui.steps import Steps

SPLIT = "split 10k of hedge vega"
SIZE = (120, 24)


async def test_down_reads_the_tables_before_it_enters_the_steps_and_up_goes_back_to_them(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await ask(pilot, SPLIT)
        await press(pilot, "f3")
        pane, steps = app.query_one(PlanPane), app.query_one(Steps)
        below = pane.scrollable_content_region.height
        assert pane.scroll_offset.y == 0 and steps.virtual_region.y > below, "the steps begin out of sight"
        await press(pilot, "down")
        assert pane.scroll_offset.y == 1 and steps.cursor_line <= 0
        for _ in range(steps.virtual_region.y - below + 4):
            await pilot.press("down")
        await settled(pilot)
        assert steps.cursor_line > 0
        for _ in range(steps.cursor_line + pane.scroll_offset.y + 1):
            await pilot.press("up")
        await settled(pilot)
        assert pane.scroll_offset.y == 0


async def test_page_home_and_end_keys_move_the_pane_and_not_the_steps(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await ask(pilot, SPLIT)
        await press(pilot, "f3")
        pane, steps = app.query_one(PlanPane), app.query_one(Steps)
        line, places = steps.cursor_line, [pane.scroll_offset.y]
        for key in ("pagedown", "end", "pageup", "home"):
            await press(pilot, key)
            places.append(pane.scroll_offset.y)
        start, page, end, before_end, home = places
        assert start == home == 0 < page < end == pane.max_scroll_y and before_end < end
        assert steps.cursor_line == line


@pytest.mark.parametrize("key", ["f2", "f3", "f5"])
async def test_a_question_begun_while_a_pane_has_the_keys_is_typed_into_the_prompt(make_app: MakeApp, key: str) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await ask(pilot, SPLIT)
        await press(pilot, key)
        assert app.focused is not app.prompt
        await press(pilot, *"what is x")
        assert app.prompt.text == "what is x" and app.focused is app.prompt


async def test_a_text_pasted_while_a_pane_has_the_keys_reaches_the_prompt(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await ask(pilot, SPLIT)
        await press(pilot, "f3")
        app.post_message(Paste("split 9k"))
        await settled(pilot)
        assert app.prompt.text == "split 9k"


async def test_what_is_typed_into_the_glossary_stays_there(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await ask(pilot, SPLIT)
        await press(pilot, "f6")
        await press(pilot, *"beta")
        assert app.prompt.text == "" and app.side.query_one(Input).value == "beta"


async def test_an_assumption_is_changed_from_its_list_and_the_calculation_is_made_anew(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, SPLIT)
        await press(pilot, "ctrl+g")
        assert isinstance(app.screen, AssumptionsScreen) and "Range: 0.25 to 0.4" in texts(app.screen)
        await press(pilot, "enter")
        assert isinstance(app.screen, AskLine) and app.screen.query_one(Input).value == "0.325"
        app.screen.query_one(Input).value = "30 %"
        await press(pilot, "enter")
        assert any("futures_share_target_fraction is 30 % until the program ends (it was 32.5 %)" in text for text in shown(app, "note"))
        assert app.side.calculation is not None and app.side.calculation["result"]["futures_vega_usd"]["target"] == 3000.0
        await ask(pilot, "and 20k?")
        assert app.side.calculation["result"]["futures_vega_usd"]["target"] == 6000.0
        (assumed,) = (entry for entry in app.side.calculation["assumptions"] if entry["id"] == "futures_share_target_fraction")
        assert assumed["value"] == 0.3 and "Your own value from this session" in assumed["note"]


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("/assume futures_share_target_fraction 90 %", "outside its range"),
        ("/assume futures_share_target_fraction soon", "is not a JSON value"),
        ("/assume futures_share_target 30 %", "did you mean futures_share_target_fraction"),
        ("/assume futures_share_high_fraction 50 %", "is a stated value"),
        ("/assume layer_1_needs_both_signals maybe", "is not a JSON value"),
    ],
)
async def test_a_value_that_cannot_be_assumed_changes_nothing_and_is_given_back(make_app: MakeApp, typed: str, problem: str) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, SPLIT)
        before = app.side.calculation
        await ask(pilot, typed)
        assert problem in shown(app, "failure")[-1] and app.prompt.text == typed
        assert app.side.calculation == before and app.desk.parameters["futures_share_target_fraction"].value == 0.325
