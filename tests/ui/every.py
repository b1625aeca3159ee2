"""One case for each key and command: a state in which its effect is not there yet, and the effect."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from driving import ask, settled, shown
from textual.binding import Binding
from textual.command import CommandPalette
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import DataTable, OptionList

import assistant.tui
from assistant.tui.app import AlvhApp
from assistant.tui.assumptions import AssumptionsScreen
from assistant.tui.charts import ChartsPane
from assistant.tui.dialogs import AskLine, Confirm
from assistant.tui.form_fields import FieldRow, FormInput
from assistant.tui.forms import ChooseCalculator, FormScreen
from assistant.tui.help import HelpScreen
from assistant.tui.library import LibraryScreen
from assistant.tui.library_parts import DocumentScreen, PathInput
from assistant.tui.sessions import SessionsScreen
from rules.catalogue import calculator
from rules.charts import charts_of
from rules.engine import run
from rules.parameters import load_parameters

Act = Callable[[Pilot[Any]], Awaitable[object]]
ANSWERED = "What specific VIX instruments do you layer first when ALVH kicks in?"
CALCULATED = "My total planned hedge vega is $10,000. How much of it goes into futures?"


@dataclass(frozen=True)
class Case:
    """What is pressed or typed, whether its effect is there, and what is done before."""

    pressed: str
    done: Callable[[AlvhApp], object]
    before: Act | None = None


def keys_of(part: type[Any]) -> set[str]:
    """The keys that a part of the screen binds itself; an action without a key is bound to one that no keyboard has."""
    bound = [binding for binding in part.__dict__.get("BINDINGS", ()) if isinstance(binding, Binding)]
    return {key for binding in bound for key in binding.key.split(",") if not key.startswith("unbound_")}


def parts_with_keys() -> dict[str, set[str]]:
    """Every class of the terminal UI that binds keys, by its name."""
    modules = [import_module(f"assistant.tui.{module.name}") for module in iter_modules(assistant.tui.__path__)]
    parts = [part for module in modules for part in vars(module).values() if isinstance(part, type) and part.__module__ == module.__name__]
    return {part.__name__: keys for part in parts if (keys := keys_of(part))}


async def held_to(pilot: Pilot[Any], case: Case, act: Act) -> None:
    """Do what a case says, from the dialogue's own screen with an empty prompt, and see that it has its effect by that alone."""
    app = pilot.app
    assert isinstance(app, AlvhApp)
    while len(app.screen_stack) > 1:
        app.pop_screen()
    app.prompt.put("")
    app.prompt.focus()
    app._clipboard = ""
    await settled(pilot)
    if case.before is not None:
        await case.before(pilot)
        await settled(pilot)
    assert not case.done(app), f"the effect of {case.pressed} is there before it"
    await act(pilot)
    if app.is_running:
        await settled(pilot)
    assert case.done(app), f"{case.pressed} does nothing"


def on(kind: type[Screen[Any]]) -> Callable[[AlvhApp], bool]:
    """Whether a screen is open."""
    return lambda app: isinstance(app.screen, kind)


def closed(app: AlvhApp) -> bool:
    return len(app.screen_stack) == 1


def looks_at(tab: str) -> Callable[[AlvhApp], bool]:
    """Whether a pane is in front and has the keys."""
    return lambda app: app.side.active == tab and app.focused is not app.prompt


def copied(beginning: str) -> Callable[[AlvhApp], bool]:
    return lambda app: app.clipboard.startswith(beginning)


def cites(number: int) -> Callable[[AlvhApp], bool]:
    """Whether a citation is pointed at, or said not to be there; the answer has two."""
    if number > 2:
        return lambda app: any(f"[{number}] is not in the answer" in text for text in shown(app, "failure"))
    return lambda app: app.side.active == "evidence" and app.side.evidence.pointed is not None and app.side.evidence.pointed.marker == number


def noted(words: str) -> Callable[[AlvhApp], bool]:
    return lambda app: any(words in text for text in shown(app, "note"))


def highlighted(place: int, selector: str) -> Callable[[AlvhApp], bool]:
    return lambda app: app.screen.query_one(selector, OptionList).highlighted == place


def pressing(*keys: str) -> Act:
    async def press(pilot: Pilot[Any]) -> None:
        for key in keys:
            await pilot.press(key)
            await settled(pilot)

    return press


def asking(line: str) -> Act:
    return lambda pilot: ask(pilot, line)


def writing(text: str) -> Act:
    async def write(pilot: Pilot[Any]) -> None:
        pilot.app.prompt.put(text)

    return write


async def other_pane(pilot: Pilot[Any], tab: str) -> None:
    pilot.app.side.active = "plan" if tab != "plan" else "evidence"


def away_from(tab: str) -> Act:
    return lambda pilot: other_pane(pilot, tab)


async def at_answer_before(pilot: Pilot[Any]) -> None:
    pilot.app.conversation.step(-1)


def at_citation(step: int, *, in_pane: bool) -> Act:
    """Another citation than the one a key leads to, the keys in the pane or in the conversation."""

    async def point(pilot: Pilot[Any]) -> None:
        app: Any = pilot.app
        if in_pane:
            (await app.side.bring_up("evidence")).focus()
        else:
            app.conversation.focus()
        app.side.evidence.action_step(step)

    return point


def at_chart(place: int) -> Act:
    """One of fourteen charts: those of a plan, twice."""

    async def point(pilot: Pilot[Any]) -> None:
        app: Any = pilot.app
        pane = await app.side.bring_up("charts")
        pane.focus()
        await settled(pilot)
        plan = run("plan-hedge", calculator("plan-hedge").EXAMPLE, load_parameters()).as_dict()
        pane.post_message(ChartsPane.Made(pane._order, "plan-hedge", charts_of(plan) * 2))
        await settled(pilot)
        pane.action_pick(place)

    return point


def chart(place: int) -> Callable[[AlvhApp], bool]:
    return lambda app: app.side.query_one(ChartsPane)._place == place


def knowing(name: str) -> Act:
    """A fact that is pointed at."""

    async def know(pilot: Pilot[Any]) -> None:
        app: Any = pilot.app
        app.side.show_facts({name: 18.2})
        await pressing("f5")(pilot)

    return know


def at_option(place: int, *keys: str) -> Act:
    """A list that keys have opened, pointed at one of its lines."""

    async def point(pilot: Pilot[Any]) -> None:
        await pressing(*keys)(pilot)
        pilot.app.screen.query_one(OptionList).highlighted = place

    return point


async def confirm(pilot: Pilot[Any]) -> None:
    pilot.app.answers = []
    pilot.app.push_screen(Confirm("Sure?", "Yes"), pilot.app.answers.append)


async def ask_line(pilot: Pilot[Any]) -> None:
    pilot.app.answers = []
    pilot.app.push_screen(AskLine("Name?", "mine"), pilot.app.answers.append)


def answers(value: object) -> Callable[[AlvhApp], bool]:
    return lambda app: app.answers == [value]


class Addition:
    """An addition that is under way."""

    cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


async def adding(pilot: Pilot[Any]) -> None:
    await pressing("f9")(pilot)
    pilot.app.screen._addition = Addition()
    pilot.app.screen.refresh_bindings()


async def path_typed(pilot: Pilot[Any]) -> None:
    await pressing("f9", "f2")(pilot)
    pilot.app.screen.query_one(PathInput).value = pilot.app.begun_path


def fields(app: AlvhApp) -> list[str]:
    return [row.text for row in app.screen.query(FieldRow)]


def field(app: AlvhApp) -> int:
    """The place of the field that has the focus."""
    return [*app.screen.query(FormInput)].index(app.focused)


def numbered(cases: Callable[[int], Case]) -> Iterable[Case]:
    return map(cases, range(1, 10))


def form_filled(*, conversation_empty: bool = False) -> Act:
    async def fill(pilot: Pilot[Any]) -> None:
        app: Any = pilot.app
        if conversation_empty:
            app.conversation.empty()
        await ask(pilot, "/form wacc")
        await pressing("f5")(pilot)

    return fill


async def in_second_field(pilot: Pilot[Any]) -> None:
    await ask(pilot, "/form iron-condor")
    await pressing("down")(pilot)


KEYS: dict[str, tuple[Case, ...]] = {
    "Frame": (
        Case("f1", on(HelpScreen)),
        *(
            Case(key, looks_at(tab), away_from(tab))
            for key, tab in (("f2", "evidence"), ("f3", "plan"), ("f4", "charts"), ("f5", "facts"), ("f6", "glossary"))
        ),
        Case("f7", on(ChooseCalculator)),
        Case("f8", on(SessionsScreen)),
        Case("f9", on(LibraryScreen)),
        Case("ctrl+g", on(AssumptionsScreen)),
        Case("ctrl+p", on(CommandPalette)),
        Case("ctrl+s", on(AskLine)),
        Case("ctrl+up", lambda app: app.conversation.chosen is app.conversation.answers[0]),
        Case("ctrl+down", lambda app: app.conversation.chosen is app.conversation.answers[-1]),
        Case("ctrl+y", copied("Understood")),
        Case("escape", lambda app: app.focused is app.prompt, pressing("f3")),
        Case("ctrl+n", lambda app: not shown(app)),
        Case("ctrl+q", lambda app: not app.is_running),
    ),
    "Prompt": (
        Case("enter", lambda app: "You\nWhat is contango?" in shown(app, "question"), writing("What is contango?")),
        *(Case(key, lambda app: app.prompt.text == "a\n", writing("a")) for key in ("ctrl+j", "alt+enter")),
        Case("tab", lambda app: app.prompt.text == "/steps", writing("/ste")),
    ),
    "Conversation": (
        *numbered(lambda number: Case(str(number), cites(number), at_citation(1 if number == 1 else -1, in_pane=False))),
        Case("m", copied("## "), at_citation(0, in_pane=False)),
        Case("c", copied("Understood"), at_citation(0, in_pane=False)),
        Case("a", copied("VixShield"), at_citation(0, in_pane=False)),
    ),
    "EvidencePane": (
        *(Case(key, cites(2), at_citation(-1, in_pane=True)) for key in ("n", "right")),
        *(Case(key, cites(1), at_citation(1, in_pane=True)) for key in ("p", "left")),
        *numbered(lambda number: Case(str(number), cites(number), at_citation(1 if number == 1 else -1, in_pane=True))),
        Case("a", copied("VixShield"), at_citation(0, in_pane=True)),
    ),
    "ChartsPane": (
        *(Case(key, chart(3), at_chart(2)) for key in ("right", "n")),
        *(Case(key, chart(1), at_chart(2)) for key in ("left", "p")),
        *numbered(lambda number: Case(str(number), chart(number - 1), at_chart(number % 9))),
    ),
    "FactsPane": tuple(Case(key, noted(f"{name} is forgotten."), knowing(name)) for key, name in (("delete", "vix"), ("d", "spot"))),
    "AssumptionsScreen": (
        Case("c", copied("parameters:\n  futures_share_target"), pressing("ctrl+g")),
        *(Case(key, closed, pressing("ctrl+g")) for key in ("escape", "q")),
    ),
    "HelpScreen": tuple(Case(key, closed, pressing("f1")) for key in ("escape", "f1", "q")),
    "Words": (Case("enter", on(FormScreen), pressing("f7")),),
    "ChooseCalculator": (
        Case("escape", closed, pressing("f7")),
        *(
            Case(key, highlighted(to, "#calculators"), at_option(start, "f7"))
            for key, start, to in (("down", 0, 1), ("up", 4, 3), ("pagedown", 1, 11), ("pageup", 12, 2))
        ),
    ),
    "FormScreen": (
        Case("f5", lambda app: any(fields(app)), asking("/form wacc")),
        Case("f6", lambda app: not any(fields(app)), form_filled()),
        Case("f7", copied("echo"), form_filled()),
        Case("f8", lambda app: closed(app) and "wacc" in "".join(shown(app)), form_filled(conversation_empty=True)),
        Case("escape", closed, asking("/form wacc")),
    ),
    "FormInput": (
        *(Case(key, lambda app: field(app) == 1, asking("/form iron-condor")) for key in ("down", "enter")),
        Case("up", lambda app: field(app) == 0, in_second_field),
    ),
    "LibraryScreen": (
        Case("f2", lambda app: isinstance(app.focused, PathInput), pressing("f9")),
        Case("f3", lambda app: app.focused is not None and app.focused.id == "library-words", pressing("f9", "f2")),
        Case("f4", on(DocumentScreen), pressing("f9")),
        Case("f6", lambda app: app.screen._addition.cancelled, adding),
        Case("f8", on(Confirm), pressing("f9")),
        Case("escape", closed, pressing("f9")),
    ),
    "PathInput": (
        Case("tab", lambda app: app.screen.query_one(PathInput).value.endswith("note.md"), path_typed),
        Case("up", lambda app: isinstance(app.focused, DataTable), pressing("f9", "f2")),
    ),
    "DocumentScreen": (
        Case("n", highlighted(1, "#headings"), at_option(0, "f9", "f4")),
        Case("p", highlighted(0, "#headings"), at_option(1, "f9", "f4")),
        Case("escape", on(LibraryScreen), pressing("f9", "f4")),
    ),
    "Search": (
        Case("ctrl+d", on(Confirm), pressing("f8")),
        Case("enter", closed, pressing("f8")),
    ),
    "SessionsScreen": (
        Case("f2", on(AskLine), pressing("f8")),
        *(Case(key, on(Confirm), pressing("f8", "tab")) for key in ("ctrl+d", "delete")),
        Case("escape", closed, pressing("f8")),
        *(
            Case(key, highlighted(to, "#listed"), at_option(start, "f8"))
            for key, start, to in (("down", 0, 1), ("up", 1, 0), ("pagedown", 0, 1), ("pageup", 1, 0))
        ),
    ),
    "Confirm": (
        Case("y", answers(True), confirm),
        *(Case(key, answers(False), confirm) for key in ("n", "escape")),
        *(Case(key, lambda app: app.focused is not None and app.focused.id == "yes", confirm) for key in ("left", "right")),
    ),
    "Line": (Case("enter", answers("mine"), ask_line),),
    "AskLine": (Case("escape", answers(None), ask_line),),
}
