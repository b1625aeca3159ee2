"""The pane of charts, driven by a pilot, and pictures of it at three sizes."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest
from driving import settled, texts
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Static, TabbedContent, TabPane

from assistant.tui.chart_text import bar_lines, number_lines, tick_values
from assistant.tui.charts import HINT, ChartsPane
from rules.catalogue import calculator
from rules.charts import charts_of
from rules.engine import run
from rules.parameters import load_parameters
from tests.unit.rules.conftest import WORKED

PARAMETERS = load_parameters()


def calculated(name: str, raw: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return run(name, calculator(name).EXAMPLE if raw is None else raw, PARAMETERS).as_dict()


class Alone(App[None]):
    """The pane and nothing else."""

    def __init__(self, calculation: Mapping[str, Any] | None = None, *, ascii_only: bool = False) -> None:
        super().__init__()
        self._calculation, self._ascii = calculation, ascii_only

    def compose(self) -> ComposeResult:
        yield ChartsPane(ascii_only=self._ascii)

    def on_mount(self) -> None:
        pane = self.query_one(ChartsPane)
        pane.focus()
        if self._calculation is not None:
            pane.show(self._calculation)


async def made(pilot: Pilot[None]) -> ChartsPane:
    """Wait until the thread's charts are on the screen."""
    await settled(pilot)
    return pilot.app.query_one(ChartsPane)


def on_screen(app: App[None]) -> str:
    """The screen as text."""
    return "\n".join("".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips())


async def test_before_any_calculation_the_pane_says_what_will_stand_there() -> None:
    app = Alone()
    async with app.run_test(size=(80, 24)) as pilot:
        assert texts(await made(pilot)) == HINT


async def test_a_plan_shows_its_first_chart_with_legend_numbers_and_break_evens_in_words() -> None:
    app = Alone(calculated("plan-hedge", WORKED))
    async with app.run_test(size=(100, 50)) as pilot:
        words = texts(await made(pilot))
        assert words.startswith("1/7  P/L at expiry\nLeft, Right or 1-7: other charts")
        assert "● condors alone\n× after VX 2026-06-17" in words
        assert "│ SPX 6,000" in words and "◎ 5,579.54; 6,320.46" in words
        assert "5,500  -79,536  -83,736" in words
        assert "Break-evens, condors alone: 5,579.54 and 6,320.46." in words
        assert "●●●●" in on_screen(app) and "×" in on_screen(app)


@pytest.mark.parametrize(
    ("keys", "place"),
    [(["right"], 1), (["n", "n"], 2), (["left"], 6), (["right", "p"], 0), (["4"], 3), (["7", "right"], 0), (["9"], 0)],
)
async def test_keys_step_through_the_charts_and_pick_one(keys: list[str], place: int) -> None:
    calculation = calculated("plan-hedge", WORKED)
    app = Alone(calculation)
    async with app.run_test(size=(100, 40)) as pilot:
        pane = await made(pilot)
        await pilot.press(*keys)
        await pilot.pause()
        assert pane.chart == charts_of(calculation)[place]
        assert texts(pane).startswith(f"{place + 1}/7  ")


async def test_every_chart_of_every_calculator_can_be_shown_in_the_narrowest_pane() -> None:
    app = Alone()
    async with app.run_test(size=(34, 16)) as pilot:
        pane = app.query_one(ChartsPane)
        for name in ("plan-hedge", "iron-condor", "break-even", "scenarios", "layer-split", "rsi", "macd", "advance-decline", "capm-levels"):
            pane.show(calculated(name))
            await made(pilot)
            for chart in charts_of(calculated(name)):
                assert pane.chart == chart
                assert chart.title in texts(pane).replace("\n", " ")
                await pilot.press("right")
                await pilot.pause()


async def test_a_calculation_without_charts_and_one_that_was_edited_say_so() -> None:
    app = Alone(calculated("vix-expiry"))
    async with app.run_test(size=(80, 24)) as pilot:
        pane = await made(pilot)
        assert texts(pane) == "There is nothing to draw for vix-expiry."
        edited = calculated("iron-condor")
        edited["result"]["max_loss_usd"] = 1.0
        pane.show(edited)
        await made(pilot)
        assert texts(pane).startswith("No charts: calculation: does not come out again")
        assert pane.chart is None
        await pilot.press("right", "3")


async def test_only_the_last_of_several_calculations_is_shown() -> None:
    app = Alone()
    async with app.run_test(size=(80, 24)) as pilot:
        pane = app.query_one(ChartsPane)
        pane.show(calculated("plan-hedge", WORKED))
        pane.show(calculated("layer-split"))
        await made(pilot)
        assert "Share of the planned hedge vega" in texts(pane)
        pane.show(calculated("plan-hedge", WORKED))
        pane.show(None)
        await made(pilot)
        assert texts(pane) == HINT


async def test_a_hidden_pane_makes_its_charts_when_it_is_first_seen() -> None:
    class Tabs(App[None]):
        def compose(self) -> ComposeResult:
            with TabbedContent(initial="other"):
                yield TabPane("Other", Static("other"), id="other")
                with TabPane("Charts", id="charts"):
                    yield ChartsPane()

    app = Tabs()
    async with app.run_test(size=(80, 24)) as pilot:
        pane = app.query_one(ChartsPane)
        pane.show(calculated("layer-split"))
        await made(pilot)
        assert pane.chart is None
        app.query_one(TabbedContent).active = "charts"
        await made(pilot)
        assert pane.chart is not None and pane.chart.id == "shares"


async def test_in_ascii_nothing_else_is_on_the_screen() -> None:
    app = Alone(calculated("plan-hedge", WORKED), ascii_only=True)
    async with app.run_test(size=(90, 46)) as pilot:
        pane = await made(pilot)
        for _ in range(7):
            assert texts(pane).isascii()
            drawn = [line[:-3] for line in on_screen(app).split("\n")]  # the scroll bar is the app's
            assert all(line.isascii() for line in drawn), [line for line in drawn if not line.isascii()]
            await pilot.press("right")
            await pilot.pause()


async def test_markup_in_a_name_is_shown_as_it_is() -> None:
    raw = {**WORKED, "market": {**WORKED["market"], "etfs": [{**WORKED["market"]["etfs"][0], "ticker": "[red]X[/]"}]}}
    app = Alone(calculated("plan-hedge", raw))
    async with app.run_test(size=(100, 50)) as pilot:
        assert "# after [red]X[/]" in texts(await made(pilot))


def test_bars_reach_their_value_on_the_scale_and_edges_stand_at_their_limits() -> None:
    chart = charts_of(calculated("layer-split"))[0]
    lines = bar_lines(chart, 16 + 2 + 40 + 1, ascii_only=True)  # type: ignore[arg-type]
    futures = next(line for line in lines if line.startswith("futures"))
    scale = futures[18:]
    assert len(scale) == 40
    assert (scale.index("|"), scale.rindex("#"), scale.rindex("|")) == (25, 32, 39)


def test_numbers_that_do_not_fit_stand_in_a_block_below() -> None:
    chart = charts_of(calculated("plan-hedge", WORKED))[0]
    wide, narrow = number_lines(chart, 100, True), number_lines(chart, 40, True)
    assert max(map(len, narrow)) <= 40
    assert sorted(" ".join(narrow).split()) == sorted([*" ".join(wide).split(), "SPX", "5,500", "5,600", "6,000", "6,300", "6,400"])


@pytest.mark.parametrize(("low", "high", "most"), [(0, 100, 5), (-101_357.9, 20_464.4, 6), (5320, 6580, 4), (-1.8, 2.0, 7), (0.001, 0.0013, 3)])
def test_ticks_are_round_lie_inside_and_are_no_more_than_fit(low: float, high: float, most: int) -> None:
    ticks = tick_values(low, high, most)
    assert 1 <= len(ticks) <= most
    assert all(low - 1e-9 <= tick <= high + 1e-9 for tick in ticks)
    step = ticks[1] - ticks[0] if len(ticks) > 1 else 10.0 ** math.floor(math.log10(high - low))
    assert round(step / 10 ** math.floor(math.log10(step) + 1e-9), 6) in (1, 2, 5, 10)
    assert tick_values(3.0, 3.0, 4) == [3.0]


def test_plotext_is_loaded_only_with_the_first_chart_that_has_lines() -> None:
    code = "import sys, assistant.tui.charts; print('plotext' in sys.modules or 'textual_plotext' in sys.modules or 'rules.charts' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("chart", ["1", "2", "3", "5"], ids=["payoff", "today", "shares", "table"])
def test_charts_look_as_they_did(snap_compare: Any, size: tuple[int, int], chart: str) -> None:
    async def shown(pilot: Pilot[None]) -> None:
        await made(pilot)
        await pilot.press(chart)
        await pilot.pause()

    assert snap_compare(Alone(calculated("plan-hedge", WORKED)), terminal_size=size, run_before=shown)
