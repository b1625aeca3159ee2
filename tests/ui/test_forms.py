"""Calculators as forms, driven by a pilot."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from driving import press, settled
from textual.app import App
from textual.events import Key
from textual.widgets import Input, OptionList, Select, Static, TextArea
from textual.widgets._footer import FooterKey

from assistant.forms.command import command_line
from assistant.forms.fields import form_of
from assistant.forms.filling import filled
from assistant.tui import forms
from assistant.tui.form_fields import FieldRow
from assistant.tui.form_results import FormResults
from assistant.tui.forms import ChooseCalculator, FormScreen
from rules.catalogue import MODULES, calculator
from rules.engine import run
from rules.parameter_file import overlaid
from rules.parameters import Parameters, load_parameters

SIZE = (140, 45)


class Host(App[Any]):
    """An app that opens a form at once, and ends with its result."""

    def __init__(
        self, name: str, given: Mapping[str, Any] | None = None, parameters: Parameters | None = None, parameters_file: str | None = None
    ) -> None:
        super().__init__()
        self.form = FormScreen(name, given, parameters or load_parameters(), parameters_file, wait_seconds=0)

    def on_mount(self) -> None:
        self.push_screen(self.form, self.exit)


class Chooser(App[Any]):
    """An app that opens the choice of a calculator at once, and ends with its result."""

    def on_mount(self) -> None:
        self.push_screen(ChooseCalculator(), self.exit)


def row(app: Host, name: str) -> FieldRow:
    return next(each for each in app.form.query(FieldRow) if each.field.name == name)


def under_field(app: Host, name: str) -> str:
    """What stands under a field; empty when it is not shown."""
    line = row(app, name).query_one(".said", Static)
    return str(line.render()) if line.display else ""


def results(app: Host) -> str:
    """The text of the results as it is drawn."""
    from rich.console import Console

    console = Console(width=200, force_terminal=False)
    with console.capture() as captured:
        for part in app.form.query_one(FormResults).query(Static):
            content = part.content
            console.print(content if not hasattr(content, "plain") else content.plain, markup=False)
    return captured.get()


def command(app: Host) -> str:
    return str(app.form.query_one("#form-command", Static).render())


def notices(app: App[Any]) -> list[str]:
    return [notice.message for notice in app._notifications]


@pytest.mark.parametrize("name", MODULES)
async def test_every_calculator_opens_as_a_form_and_its_example_is_computed(name: str) -> None:
    app = Host(name)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert "F5 fills in an example" in results(app)
        await press(pilot, "f5")
        await pilot.press("f8")
        await pilot.pause()
    assert app.return_value is not None
    assert app.return_value["result"] == run(name, calculator(name).EXAMPLE, load_parameters()).as_dict()["result"]


async def test_results_and_the_command_follow_what_is_typed() -> None:
    app = Host("layer-split")
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, *"10000")
        assert "2,500.00 USD" in results(app) and "4,000.00 USD" in results(app)
        assert command(app) == command_line("layer-split", {"planned_hedge_vega_usd": 10_000})
        await press(pilot, "0")
        assert "25,000.00 USD" in results(app)
        assert command(app) == command_line("layer-split", {"planned_hedge_vega_usd": 100_000})


async def test_what_is_wrong_stands_under_the_field_while_it_is_typed_and_no_result_is_shown() -> None:
    app = Host("option-price", calculator("option-price").EXAMPLE)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert "premium_usd" in results(app)
        row(app, "strike").editor.focus()
        await press(pilot, "end", "x")
        assert under_field(app, "strike") == "! '25x' is not a number; write it in digits, as 20.5"
        assert "premium_usd" not in results(app) and "marked !" in results(app) and not command(app)
        await press(pilot, "backspace")
        assert not under_field(app, "strike") and "premium_usd" in results(app)


async def test_what_is_still_needed_is_named_and_marked() -> None:
    app = Host("option-price", {"model": "black76", "right": "call"})
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert "Still needed: Price of the future or forward of the same expiry; Strike;" in results(app)
        assert row(app, "forward").has_class("needed") and row(app, "strike").has_class("needed")
        assert not row(app, "spot").has_class("needed")


async def test_an_unlikely_value_is_computed_with_a_caution_under_it() -> None:
    app = Host("layer-split", {"planned_hedge_vega_usd": 10_000, "futures_share_fraction": 0.9})
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert under_field(app, "futures_share_fraction").startswith("? futures_share_fraction = 90 % is unusual.")


async def test_what_the_engine_refuses_while_computing_is_said_in_place_of_results() -> None:
    app = Host("vix-expiry", {"month": "1999-13"})
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert "1999-13" in results(app) + under_field(app, "month")


async def test_a_result_of_earlier_inputs_is_never_shown_and_typing_goes_on_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = Event(), Event()

    def slow(name: str, inputs: Any, parameters: Parameters) -> Any:
        if inputs["planned_hedge_vega_usd"] == 1_000:
            begun.set()
            assert go_on.wait(30)
        return run(name, inputs, parameters)

    monkeypatch.setattr(forms, "run", slow)
    app = Host("layer-split", {"planned_hedge_vega_usd": 500})
    shown: list[int] = []
    async with app.run_test(
        size=SIZE, message_hook=lambda message: shown.append(message.number) if isinstance(message, FormScreen.Read) else None
    ) as pilot:
        await settled(pilot)
        assert "125.00 USD" in results(app)
        row(app, "planned_hedge_vega_usd").text = "1000"
        while not begun.is_set():
            await pilot.pause()
        assert results(app).strip() == "computing" and not command(app)
        await pilot.press("end", "0")
        assert row(app, "planned_hedge_vega_usd").text == "10000"
        await pilot.press("f8")
        assert app.is_running and "no result yet" in notices(app)[-1]
        go_on.set()
        await settled(pilot)
        assert " 2,500.00 USD" in results(app) and " 250.00 USD" not in results(app)
    assert shown[-1] == max(shown)


async def test_a_result_that_arrives_after_the_form_has_changed_is_dropped() -> None:
    app = Host("layer-split", {"planned_hedge_vega_usd": 500})
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        late = run("layer-split", {"planned_hedge_vega_usd": 7_000}, load_parameters()).as_dict()
        before = results(app)
        app.form.post_message(FormScreen.Read(app.form._number - 1, filled(form_of("layer-split"), {"planned_hedge_vega_usd": "7000"}), late, ""))
        await pilot.pause()
        assert results(app) == before and "500" in command(app)


async def test_a_defect_of_the_engine_is_said_and_the_form_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Any:
        raise ZeroDivisionError("no such thing")

    monkeypatch.setattr(forms, "run", broken)
    app = Host("capm", calculator("capm").EXAMPLE)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert "a defect of the program (ZeroDivisionError: no such thing" in results(app)


async def test_the_clear_key_empties_every_field() -> None:
    app = Host("option-price", calculator("option-price").EXAMPLE)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await press(pilot, "f6")
        assert not any(each.text for each in app.form.query(FieldRow)) and not command(app)


async def test_the_copy_key_copies_the_command_once_there_is_one() -> None:
    app = Host("capm")
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("f7")
        assert "no command yet" in notices(app)[-1] and not app.clipboard
        await press(pilot, "f5")
        await pilot.press("f7")
        assert app.clipboard == command_line("capm", calculator("capm").EXAMPLE)
        assert notices(app)[-1] == "Command copied."


@pytest.mark.parametrize(("label", "after"), [("Example", "0.045"), ("Clear", "")])
async def test_the_buttons_below_do_what_their_keys_do(label: str, after: str) -> None:
    app = Host("capm", {"risk_free_fraction": 0.03})
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.click(next(key for key in app.form.query(FooterKey) if key.description == label))
        await settled(pilot)
        assert row(app, "risk_free_fraction").text == after


async def test_escape_closes_an_untouched_form_at_once_and_asks_before_it_drops_what_was_typed() -> None:
    app = Host("capm", calculator("capm").EXAMPLE)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("escape")
        await pilot.pause()
    assert not app.is_running and app.return_value is None
    app = Host("capm", calculator("capm").EXAMPLE)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("end", "1")
        await pilot.press("escape")
        assert app.is_running and "drops what was typed" in notices(app)[-1]
        await pilot.press("2", "escape")
        assert app.is_running
        await pilot.press("escape")
        await pilot.pause()
    assert app.return_value is None


async def test_the_arrows_and_enter_go_from_field_to_field() -> None:
    app = Host("capm")
    async with app.run_test(size=SIZE) as pilot:
        focused = lambda: next(name for name in ("risk_free_fraction", "beta", "market_return_fraction") if row(app, name).has_focus_within)  # noqa: E731
        assert focused() == "risk_free_fraction"
        await pilot.press("enter")
        assert focused() == "beta"
        await pilot.press("down")
        assert focused() == "market_return_fraction"
        await pilot.press("up")
        assert focused() == "beta"
        await pilot.press("shift+tab")
        assert focused() == "risk_free_fraction"


async def test_a_word_is_chosen_from_a_list_by_keys() -> None:
    app = Host("option-price")
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert isinstance(row(app, "model").editor, Select)
        await press(pilot, "enter", "down", "enter")
        assert row(app, "model").text == "black76"
        await press(pilot, "tab", "down", "down", "down", "enter")
        assert row(app, "right").text == "put"


async def test_a_column_of_numbers_is_pasted_as_it_comes_from_a_spreadsheet() -> None:
    from textual.events import Paste

    app = Host("rsi", {"period_days": 3})
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert isinstance(row(app, "closes").editor, TextArea)
        app.post_message(Paste("22.5\r\n21.8\r\n21.9\r\n20.6\r\n19.9\r\n"))
        await settled(pilot)
        assert '"closes": [22.5, 21.8, 21.9, 20.6, 19.9]' in command(app)


async def test_the_line_below_the_fields_says_range_place_and_what_stands_in() -> None:
    app = Host("layer-split")
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "down")
        hint = str(app.form.query_one("#form-hint", Static).render())
        for words in (
            "futures_share_fraction: ",
            "above 0, at most 1",
            "usually 0.25 to 0.4",
            "your own choice",
            "futures_share_target_fraction, assumed",
        ):
            assert words in hint


async def test_units_stand_beside_the_fields() -> None:
    app = Host("option-price")
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        units = {each.field.name: str(each.query_one(".unit", Static).render()) for each in app.form.query(FieldRow)}
        assert units["strike"] == "index points" and units["multiplier"] == "USD per index point" and units["rate"] == "fraction"


async def test_text_of_the_user_is_shown_as_it_is() -> None:
    app = Host("capital-cost", calculator("capital-cost").EXAMPLE | {"layers": [{"name": "[bold]x[/bold]", "capital_usd": 5}]})
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert "[bold]x[/bold]" in results(app) and "[bold]x[/bold]" in command(app)


async def test_changed_parameters_are_used_and_the_command_names_their_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("parameters:\n  futures_share_target_fraction: {value: 0.4}\n", encoding="utf-8")
    changed = overlaid(load_parameters(), file)
    for named, words in ((str(file), str(file)), (None, "YOUR_PARAMETERS.yaml")):
        app = Host("layer-split", {"planned_hedge_vega_usd": 10_000}, changed, named)
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            assert "40 %" in row(app, "futures_share_fraction").hint
            assert command(app).endswith(f"--parameters {words}")


async def test_a_calculator_is_found_by_typing_and_opened_by_enter() -> None:
    app = Chooser()
    async with app.run_test(size=(80, 24)) as pilot:
        listed = app.screen.query_one(OptionList)
        assert [option.id for option in listed.options] == list(MODULES)
        assert "Open" in [key.description for key in app.screen.query(FooterKey)]
        await pilot.press(*"cost capital")
        assert [option.id for option in listed.options] == ["wacc", "capital-cost"]
        await pilot.press("down", "enter")
        await pilot.pause()
    assert app.return_value == "capital-cost"


async def test_enter_does_not_overtake_what_was_typed_before_it() -> None:
    app = Chooser()
    async with app.run_test(size=(80, 24)) as pilot:
        for key in [*"wacc", "enter"]:
            app.post_message(Key(key, key if len(key) == 1 else "\r"))
        await pilot.pause()
    assert app.return_value == "wacc"


async def test_words_that_no_calculator_has_are_said_to_be_so_and_nothing_opens() -> None:
    app = Chooser()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"zebra", "enter", "down")
        assert app.is_running and app.screen.query_one(".none").display
        app.screen.query_one(Input).value = ""
        await pilot.pause()
        assert not app.screen.query_one(".none").display


@pytest.mark.parametrize(
    ("keys", "chosen"),
    [
        ("enter", "layer-split"),
        ("down,down,up,enter", "instrument-vega"),
        ("pagedown,enter", "capital-cost"),
        ("pagedown,pageup,enter", "layer-split"),
        ("up,enter", "layer-split"),
        ("pagedown,pagedown,pagedown,enter", "plan-hedge"),
        ("escape", None),
    ],
)
async def test_the_keys_of_the_choice(keys: str, chosen: str | None) -> None:
    app = Chooser()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys.split(","))
        await pilot.pause()
    assert app.return_value == chosen


async def test_a_calculator_is_opened_by_a_click() -> None:
    app = Chooser()
    async with app.run_test(size=(80, 40)) as pilot:
        await pilot.click(OptionList, offset=(4, 2))
        await pilot.pause()
    assert app.return_value == "option-price"
