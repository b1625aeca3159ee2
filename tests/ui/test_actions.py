"""Every key, every `/` command and the palette."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from driving import MakeApp, ask, press, settled, shown, texts
from textual.widgets import Input, OptionList, Static
from textual.widgets._footer import FooterKey

from assistant.session import Session
from assistant.tui.actions import ACTIONS, BY_COMMAND
from assistant.tui.app import AlvhApp
from assistant.tui.assumptions import AssumptionsScreen
from assistant.tui.evidence import EvidencePane
from assistant.tui.facts import FactsPane, GlossaryPane
from assistant.tui.forms import FormScreen
from assistant.tui.prompt import Offers
from knowledge.base import KnowledgeBase

FIRST = "Which VIX instrument is layered first?"
SPLIT = "My total planned hedge vega is $10,000. How much of it goes into futures?"


def copied(app: AlvhApp) -> str:
    return app.clipboard


async def test_citations_are_reached_by_number_by_key_and_by_click(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, SPLIT)
        pane = app.query_one(EvidencePane)
        await ask(pilot, "/cite 2")
        assert app.side.active == "evidence" and pane.pointed is not None and pane.pointed.marker == 2
        app.conversation.focus()
        await press(pilot, "1")
        assert pane.pointed is not None and pane.pointed.marker == 1
        pane.focus()
        await pilot.press("n")
        assert pane.pointed is not None and pane.pointed.marker == 2
        await pilot.press("p")
        assert pane.pointed is not None and pane.pointed.marker == 1
        await ask(pilot, "/cite 9")
        assert "[9] is not in the answer" in shown(app, "failure")[-1]


async def test_a_click_on_a_citation_or_assumption_follows_it(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, SPLIT)
        entry = app.conversation.entries[-1]
        for words, met in (
            ("[2]", lambda: app.query_one(EvidencePane).pointed.marker == 2),
            ("Assumed: call", lambda: isinstance(app.screen, AssumptionsScreen)),
        ):  # type: ignore[union-attr]
            rows = [entry.render_line(row).text for row in range(entry.size.height)]
            row = next(number for number, text in enumerate(rows) if words in text)
            await pilot.click(entry, offset=(rows[row].index(words) + 1 + entry.gutter.left, row))
            await settled(pilot)
            assert met()
        assert "call_increment_base" in texts(app.screen, "#explained")


async def test_the_assumption_screen_says_why_and_how_to_change_it(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, SPLIT)
        await press(pilot, "ctrl+g")
        said = texts(app.screen, "#explained")
        assert "the middle of the band is used" in said and "alvh --parameters FILE" in said and "Range: 0.25 to 0.4" in said
        await pilot.press("c")
        assert copied(app) == "parameters:\n  futures_share_target_fraction: {value: 0.325}\n"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("/copy", "Sources:\n[1] "),
        ("/markdown", "## Which VIX instrument is layered first?\n\n"),
        ("/apa", "VixShield Research Team. (2026, May 9). "),
    ],
)
async def test_an_answer_is_copied(make_app: MakeApp, line: str, words: str) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, FIRST)
        await ask(pilot, line)
        assert words in copied(app)
        assert str(app.status.render()).startswith(f"copied {len(copied(app)):,} characters")


@pytest.mark.parametrize(
    ("focus", "key", "words"),
    [
        ("prompt", "ctrl+y", "Sources:"),
        ("conversation", "c", "Sources:"),
        ("conversation", "m", "## "),
        ("conversation", "a", "VixShield"),
        ("evidence", "a", "VixShield"),
    ],
)
async def test_keys_copy_what_is_pointed_at(make_app: MakeApp, focus: str, key: str, words: str) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, FIRST)
        {"prompt": app.prompt, "conversation": app.conversation, "evidence": app.query_one(EvidencePane)}[focus].focus()
        await press(pilot, key)
        assert words in copied(app)


async def test_keys_go_to_the_answer_before_and_act_on_it(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, FIRST)
        await ask(pilot, SPLIT)
        await press(pilot, "ctrl+up", "ctrl+y")
        assert copied(app).startswith("ALVH layers")
        await press(pilot, "ctrl+down", "ctrl+y")
        assert copied(app).startswith("Understood: layer-split")
        await ask(pilot, "/previous")
        await ask(pilot, "/copy")
        assert copied(app).startswith("ALVH layers")
        await ask(pilot, "/following")
        await ask(pilot, "/copy")
        assert copied(app).startswith("Understood")


async def test_a_suggested_question_is_asked_by_its_number(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, "What specific VIX instruments do you layer first when ALVH kicks in?")
        related = app.conversation.answers[-1].shown.reply.related  # type: ignore[union-attr]
        await ask(pilot, "/next 1")
        assert shown(app, "question")[-1] == f"You\n{related[0]}"


async def test_a_plan_and_a_session_are_saved_and_no_file_is_replaced_unasked(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, SPLIT)
        await ask(pilot, f"/save {tmp_path / 'plan.json'}")
        assert json.loads((tmp_path / "plan.json").read_text())["name"] == "layer-split"
        await ask(pilot, f"/export {tmp_path / 'said.md'}")
        assert "## Question, 2026-05-08T09:30:00-04:00" in (tmp_path / "said.md").read_text()
        await ask(pilot, f"/export {tmp_path / 'said.json'}")
        assert [turn["kind"] for turn in json.loads((tmp_path / "said.json").read_text())["turns"]][:2] == ["question", "answer"]
        (tmp_path / "plan.json").write_text("mine")
        await ask(pilot, f"/save {tmp_path / 'plan.json'}")
        assert "Replace it?" in texts(app.screen, ".asked")
        await press(pilot, "escape")
        assert (tmp_path / "plan.json").read_text() == "mine"
        await pilot.press("ctrl+s")
        await pilot.pause()
        app.screen.query_one(Input).value = str(tmp_path / "plan.json")
        await pilot.press("enter")
        await pilot.pause()
        await press(pilot, "y")
        assert json.loads((tmp_path / "plan.json").read_text())["name"] == "layer-split"


async def test_a_form_opens_by_name_and_its_result_is_shown(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, "/form layer-split")
        assert isinstance(app.screen, FormScreen)
        app.screen.dismiss({**json.loads(RESULT)})
        await settled(pilot)
        assert "futures_vega_usd.low" in shown(app, "answer")[-1] and app.side.active == "plan"
        await ask(pilot, "/form nonsense")
        assert "is not a calculator" in shown(app, "failure")[-1]


async def test_facts_are_edited_and_forgotten(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, "VIX is 18.2")
        await pilot.press("f5", "enter")
        await pilot.pause()
        app.screen.query_one(Input).value = "19.5"
        await press(pilot, "enter")
        assert "vix is now 19.5." in shown(app, "note")[-1]
        await pilot.press("enter")
        await pilot.pause()
        app.screen.query_one(Input).value = "many"
        await press(pilot, "enter")
        assert "cannot be read" in shown(app, "failure")[-1]
        await press(pilot, "f5", "delete")
        assert "vix is forgotten." in shown(app, "note")[-1]
        assert not app.query_one(FactsPane).query_one(OptionList).display


async def test_the_foot_names_the_keys_of_the_program_in_the_order_of_its_actions(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        assert [key.description for key in app.screen.query(FooterKey)] == [action.label for action in ACTIONS if action.label]


async def test_charts_are_drawn_with_the_numbers_that_the_calculation_was_computed_with(make_app: MakeApp, tmp_path: Path) -> None:
    overlay = tmp_path / "mine.yaml"
    overlay.write_text("parameters:\n  futures_share_target_fraction: {value: 0.3}\n", encoding="utf-8")
    app = make_app(open_session=lambda: Session(KnowledgeBase(tmp_path / "knowledge"), overlay))
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, SPLIT)
        await press(pilot, "f4")
        assert "Share of the planned hedge vega" in texts(app.side)


async def test_the_glossary_is_searched_as_one_types(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, "/glossary contango")
        pane = app.query_one(GlossaryPane)
        assert "contango" in str(pane.query_one(OptionList).get_option_at_index(0).prompt)
        assert "contango" in str(pane.query("VerticalScroll Static").first(Static).render()).lower()
        await press(pilot, "end", *"zzz")
        assert "No term has these words." in texts(pane, "VerticalScroll Static")


async def test_a_new_session_begins_and_an_earlier_one_is_opened_again(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app(home=tmp_path)
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, "5500/5600/6300/6400 iron condor, 20.46 credit, ten lots: max loss?")
        await press(pilot, "ctrl+n")
        assert not shown(app)
        await ask(pilot, "What is contango?")
        await press(pilot, "f8")
        await press(pilot, "down", "enter")
        assert shown(app, "question") == ["You\n5500/5600/6300/6400 iron condor, 20.46 credit, ten lots: max loss?"]
        await ask(pilot, "and with 20 lots?")
        assert "contracts = 20" in shown(app, "answer")[-1]
        await ask(pilot, "/clear")
        assert not shown(app)


async def test_themes_and_ascii_are_kept_in_the_settings(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app(home=tmp_path)
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, "/theme")
        assert app.theme == "alvh-light"
        await ask(pilot, "/theme contrast")
        await ask(pilot, "/ascii")
        await ask(pilot, "/theme purple")
        assert "purple is not a theme" in str(app.status.render())
        assert json.loads((tmp_path / "settings.json").read_text()) == {"theme": "contrast", "ascii": True, "keys": {}}
    again = make_app(home=tmp_path)
    assert again.theme == "alvh-contrast" and again.ascii


async def test_keys_are_changed_in_the_settings_and_the_help_shows_them(make_app: MakeApp, tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text(json.dumps({"keys": {"copy_answer": "ctrl+k", "ask": "ctrl+r", "nonsense": "x"}}))
    app = make_app(home=tmp_path)
    async with app.run_test(size=(140, 60)) as pilot:
        await settled(pilot)
        assert "nonsense: no such action" in shown(app, "note")[-1]
        app.prompt.put(FIRST)
        await pilot.press("enter")
        assert app.prompt.text == f"{FIRST}\n" or app.prompt.text == FIRST, "Enter does not ask any more"
        await press(pilot, "ctrl+r")
        assert shown(app, "answer")
        await press(pilot, "ctrl+k")
        assert copied(app).startswith("ALVH layers")
        await pilot.press("f1")
        await pilot.pause()
        help_text = texts(app.screen, "#help Static")
        assert "Ctrl+K" in help_text and "Ctrl+Y" not in help_text and "Ctrl+R" in help_text


async def test_a_settings_file_that_cannot_be_read_is_said_and_left_alone(make_app: MakeApp, tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"theme": "purple"}')
    app = make_app(home=tmp_path)
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        assert "'purple' is not known; use one of dark, light, contrast" in shown(app, "note")[-1]
        await ask(pilot, "/theme light")
    assert (tmp_path / "settings.json").read_text() == '{"theme": "purple"}'


async def test_the_help_names_every_action(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(140, 60)) as pilot:
        await pilot.press("f1")
        await pilot.pause()
        said = " ".join(texts(app.screen, "#help Static").split())
        assert all(action.words in said and action.command in said for action in ACTIONS)


async def test_the_palette_has_every_action(make_app: MakeApp) -> None:
    app = make_app()
    titles = {command.title for command in app.get_system_commands(None)}  # type: ignore[arg-type]
    assert titles == {action.words for action in ACTIONS if action.name != "palette"}


async def test_a_command_that_needs_more_words_is_begun_by_the_palette(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        app.conversation.focus()
        await press(pilot, "ctrl+p", *"from a json")
        await press(pilot, "down", "enter")
        assert app.prompt.text == "/plan " and app.focused is app.prompt


async def test_a_served_app_offers_no_files(make_app: MakeApp) -> None:
    app = make_app(served=True)
    async with app.run_test(size=(140, 40)) as pilot:
        await ask(pilot, SPLIT)
        for line in ("/save x.json", "/export x.md", "/plan x.json", "/add x"):
            await ask(pilot, line)
            assert "files are not read in a browser" in shown(app, "failure")[-1]
            app.prompt.put("")
        await press(pilot, "ctrl+s")
        assert "files are not read in a browser" in shown(app, "failure")[-1] and len(app.screen_stack) == 1
        assert not any(action.on_disk for action in app.offered_actions)


async def test_typing_a_slash_offers_the_commands_and_tab_goes_through_them(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await pilot.press("/", "s")
        await pilot.pause()
        offered = str(app.query_one(Offers).render())
        assert all(command in offered for command in BY_COMMAND if command.startswith("/s"))
        await pilot.press("tab")
        assert app.prompt.text == "/steps"
        await pilot.press("tab")
        assert app.prompt.text == "/save"


RESULT = """{"name": "layer-split", "inputs": {"planned_hedge_vega_usd": 1.0}, "result": {"futures_vega_usd": {"low": 1.0}}, "steps": [], "assumptions": [], "receipt": {}}"""
