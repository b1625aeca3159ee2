"""Every key and every command, from a state in which its effect is not there: one that does nothing fails, and so does one without a case."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from driving import MakeApp, ask, settled, shown, texts
from every import (
    ANSWERED,
    CALCULATED,
    KEYS,
    Case,
    asking,
    at_answer_before,
    away_from,
    closed,
    copied,
    held_to,
    looks_at,
    on,
    parts_with_keys,
    pressing,
)
from textual.command import CommandPalette

from assistant.tui.actions import ACTIONS
from assistant.tui.app import AlvhApp
from assistant.tui.assumptions import AssumptionsScreen
from assistant.tui.forms import FormScreen
from assistant.tui.help import HelpScreen
from assistant.tui.library import LibraryScreen
from assistant.tui.sessions import SessionsScreen
from rules.calculators.plan_hedge import EXAMPLE

SIZE = (140, 50)
ASKED = {
    "Frame": (ANSWERED, CALCULATED),
    "Conversation": (CALCULATED,),
    "EvidencePane": (CALCULATED,),
    "AssumptionsScreen": (CALCULATED,),
    "Search": (ANSWERED,),
    "SessionsScreen": (ANSWERED, "/new", CALCULATED),
}


def test_every_key_has_a_case() -> None:
    bound = {(part, key) for part, keys in parts_with_keys().items() for key in keys}
    assert bound == {(part, case.pressed) for part, cases in KEYS.items() for case in cases}


@pytest.mark.parametrize("part", KEYS)
async def test_every_key_of_a_part_has_its_effect(make_app: MakeApp, tmp_path: Path, part: str) -> None:
    app = make_app()
    app.begun_path = str(tmp_path / "no")
    (tmp_path / "note.md").write_text("# Note", encoding="utf-8")
    async with app.run_test(size=SIZE) as pilot:
        for line in ASKED.get(part, ()):
            await ask(pilot, line)
        for case in KEYS[part]:
            await held_to(pilot, case, pressing(case.pressed))


def commands(folder: Path) -> list[Case]:
    """A case for each command; the files stand in a folder."""
    before_first = lambda app: app.conversation.chosen is app.conversation.answers[0]  # noqa: E731 - what two cases ask
    return [
        Case("/help", on(HelpScreen)),
        Case("/evidence", looks_at("evidence"), away_from("evidence")),
        Case("/steps", looks_at("plan"), away_from("plan")),
        Case("/charts", looks_at("charts"), away_from("charts")),
        Case("/facts", looks_at("facts"), away_from("facts")),
        Case("/glossary contango", looks_at("glossary"), away_from("glossary")),
        Case("/form wacc", on(FormScreen)),
        Case("/cite 2", lambda app: app.side.evidence.pointed.marker == 2),
        Case("/assumptions", on(AssumptionsScreen)),
        Case("/previous", before_first),
        Case("/following", lambda app: not before_first(app)),
        Case("/copy", copied("Understood")),
        Case("/markdown", copied("## ")),
        Case("/apa", copied("VixShield")),
        Case(f"/save {folder / 'kept.json'}", lambda _: (folder / "kept.json").exists()),
        Case(f"/export {folder / 'said.md'}", lambda _: (folder / "said.md").exists()),
        Case("/sessions", on(SessionsScreen)),
        Case("/documents", on(LibraryScreen)),
        Case(f"/add {folder / 'note.md'}", lambda app: on(LibraryScreen)(app) and "done · 1 added" in texts(app.screen)),
        Case("/theme light", lambda app: app.theme == "alvh-light"),
        Case("/ascii", lambda app: app.ascii),
        Case("/palette", on(CommandPalette)),
        Case("/next 1", lambda app: len(shown(app, "question")) == 3, at_answer_before),
        Case(
            "/assume futures_share_target_fraction 30 %",
            lambda app: any("futures_share_target_fraction is 30 %" in text for text in shown(app, "note")),
        ),
        Case(f"/plan {folder / 'book.json'}", lambda app: "buy 2 VX 2026-06-17" in shown(app, "answer")[-1]),
        Case("/clear", lambda app: closed(app) and not shown(app)),
        Case("/new", lambda app: not shown(app), asking(ANSWERED)),
        Case("/quit", lambda app: not app.is_running),
    ]


async def test_every_command_has_its_effect(make_app: MakeApp, tmp_path: Path) -> None:
    (tmp_path / "note.md").write_text("# Zebra\n\n## Crossing\n\nA zebra crossing is painted on day one.\n", encoding="utf-8")
    (tmp_path / "book.json").write_text(json.dumps(EXAMPLE), encoding="utf-8")
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await ask(pilot, ANSWERED)
        await ask(pilot, CALCULATED)
        for case in commands(tmp_path):
            await held_to(pilot, case, asking(case.pressed))


async def test_the_command_that_leads_back_to_the_prompt_does(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        app.conversation.focus()
        await pilot.pause()
        assert app.focused is app.conversation
        await app.run_command("/prompt")
        await pilot.pause()
        assert app.focused is app.prompt


def test_every_command_has_a_case(tmp_path: Path) -> None:
    assert sorted([*(case.pressed.split()[0] for case in commands(tmp_path)), "/prompt"]) == sorted(action.command for action in ACTIONS)


def test_every_action_has_a_method_that_says_what_it_does() -> None:
    assert all(getattr(AlvhApp, f"action_{action.run}").__doc__ for action in ACTIONS)
