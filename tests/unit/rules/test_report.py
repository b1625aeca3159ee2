"""Reports that a trader can read at a terminal and check by hand."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.canonical import plain
from rules.catalogue import MODULES, calculator
from rules.engine import run
from rules.reports.report import (
    as_markdown,
    as_rows,
    as_table,
    basis_in_words,
    in_words,
    named_value,
    percent,
    plain_number,
    sections,
    table_in_words,
)
from rules.reports.substitution import with_numbers


@pytest.fixture
def saved(calculate):
    return lambda name, raw=None: plain(calculate(name, calculator(name).EXAMPLE if raw is None else raw).as_dict())


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (2877.0720260637167, "usd", "2,877.07 USD"),
        (-40.61317, "usd_per_index_point", "-40.61 USD per index point"),
        (0.325, "fraction", "32.5 %"),
        (0.31281802883167314, "fraction", "31.2818 %"),
        (20.1, "index_points", "20.1 index points"),
        (18, "vix_points", "18 VIX points"),
        (41, "contracts", "41 contracts"),
        (1234567, "count", "1,234,567"),
        (0.45, "ratio", "0.45"),
        (None, "usd", "-"),
        (True, "switch", "yes"),
        ([], "dates", "none"),
        ([0.1, 0.2], "fractions", "10 %, 20 %"),
        ({"low": 0.1, "high": 0.2}, "fraction", "low 10 %, high 20 %"),
        ("pass", "name", "pass"),
        (2050, "year", "2050"),
    ],
)
def test_a_value_is_written_with_its_unit(value, unit, words):
    assert in_words(value, unit) == words


def test_a_result_is_written_with_the_unit_of_its_name():
    assert named_value("layers.0.hedge_cost_usd", 4200.0) == "4,200.00 USD"
    assert named_value("futures_vega_usd.low", 2500.0) == "2,500.00 USD"
    assert named_value("credit_index_points", 20.4644) == "20.4644 index points"
    assert named_value("by_layer.0.change_bp", 12.5) == "12.5 bp"
    assert named_value("break_even_low", 5579.5356) == "5,579.5356"


def test_a_basis_is_said_in_plain_words():
    reference = {"document_id": "layering-order", "heading": "The fixed order", "paragraph": 1}
    assert basis_in_words({"basis": "stated", "reference": reference}) == "stated by the source: layering-order, The fixed order, paragraph 1"
    assert basis_in_words({"basis": "contract", "reference": {"url": "https://x.org"}}) == "exchange fact: https://x.org"
    assert basis_in_words({"basis": "assumed", "reference": None, "note": "The source is silent."}) == "assumed: The source is silent."
    assert basis_in_words({"basis": "estimated", "reference": None, "note": "Closes."}) == "estimated from data: Closes."
    assert basis_in_words({"basis": "input", "reference": None}) == "an input"


FORMULAS = [
    ("a * b", {"a": 2, "b": 3}, 6, "2 * 3"),
    ("credit * multiplier * contracts", {"c.credit_index_points": 2.5, "x_multiplier_usd": 100, "c.contracts": 4}, 1000, "2.5 * 100 * 4"),
    ("ratio * |book.vega_usd|; 0 when not short", {"ratio": 0.5, "book.vega_usd": -10.0}, 5.0, "0.5 * abs(-10)"),
    ("floor(budget / price)", {"budget": 10, "f.price_index_points": 3}, 3, "floor(10 / 3)"),
    ("2 * (price - price_at_expiry)", {"f.price_index_points": 20, "c.price_at_expiry": 18}, 4, "2 * (20 - 18)"),
    ("a - b", {"a": 1, "b": -2}, 3, "1 - (-2)"),
    ("max(1 - a, 0)", {"a": 3}, 0, "max(1 - 3, 0)"),
]


@pytest.mark.parametrize(("formula", "inputs", "value", "text"), FORMULAS)
def test_an_arithmetic_formula_is_shown_with_its_numbers(formula, inputs, value, text):
    assert with_numbers(formula, inputs, value, plain_number) == text


@pytest.mark.parametrize(
    ("formula", "inputs", "value"),
    [
        ("a * b", {"a": 2, "b": 3}, 7),
        ("price * 2", {"x.price_index_points": 2, "y.price_index_points": 2}, 4),
        ("a * c", {"a": 2, "b": 3}, 6),
        ("monotone table, linear between its rows", {"days": 11}, 0.67),
        ("floor((1 - a) / b)", {"a": 0.4, "b": 0.2}, 3),
        ("a ** b", {"a": 9, "b": 9}, None),
        ("__import__('os')", {"a": 1}, 1),
        ("a.real", {"a": 1}, 1),
        ("a", {"a": True}, True),
        ("a / b", {"a": 1, "b": 0}, 1),
        ("(" * 500 + "a" + ")" * 500, {"a": 1}, 1),
    ],
)
def test_a_formula_whose_numbers_do_not_give_the_value_is_not_shown_with_numbers(formula, inputs, value):
    assert with_numbers(formula, inputs, value, plain_number) is None


@given(st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=3))
def test_numbers_that_are_shown_work_out_to_the_value_of_the_step(numbers):
    inputs = dict(zip(("a.first_usd", "b.second_usd", "third"), numbers, strict=True))
    value = numbers[0] * numbers[1] - numbers[2]
    text = with_numbers("first * second - third", inputs, value, repr)
    assert text is not None and math.isclose(eval(text), value, rel_tol=1e-9, abs_tol=1e-9)
    assert with_numbers("first * second - third", inputs, value + 1 + abs(value), repr) is None


@pytest.mark.parametrize("name", MODULES)
def test_a_worked_example_has_its_parts_in_order_and_every_step(saved, name):
    calculation = saved(name)
    text = as_markdown(calculation)
    titles = re.findall(r"^## (.*)$", text, re.M)
    worked = ["Inputs", "What the method and the exchanges state", "Assumptions", "Steps"]
    order = ["Result", *worked, "Receipt"] if name == "plan-hedge" else [*worked, "Result", "Receipt"]
    assert titles == [title for title in order if title in titles] and {"Result", "Receipt"} <= set(titles)
    for step in calculation["steps"]:
        assert step["name"] in text, step["name"]
    for assumption in calculation["assumptions"]:
        assert assumption["note"] in text
    assert "{'" not in text and "None" not in text


@pytest.mark.parametrize("name", MODULES)
def test_a_terminal_table_begins_with_the_result_and_keeps_every_step(saved, name):
    calculation = saved(name)
    text = as_table(calculation)
    assert text.index("\nsteps\n") > text.index("\n\n"), "the result comes first"
    for step in calculation["steps"]:
        assert f"  {step['name']}" in text[text.index("\nsteps\n") :], step["name"]
    assert "{'" not in text and "None" not in text and all(line == line.rstrip() for line in text.split("\n"))


def test_a_step_of_a_worked_example_shows_formula_numbers_value_and_basis(saved):
    text = as_markdown(saved("plan-hedge"))
    assert "**call_tranche_vega_usd** = 575.41 USD\n   - formula: planned_hedge_vega_usd * call_increment_fraction\n" in text
    assert "   - numbers: 2,877.072 * 0.2 = 575.41 USD\n   - basis: computed from the steps before it\n" in text
    assert "- futures_share_low_fraction = 25 %: stated by the source: position-sizing, Share of the futures layer, paragraph 6" in text
    assert "- market.spx = 6,000 index points" in text


def test_the_beta_table_is_shown_once_in_full_on_one_line(saved):
    lines = [line for line in as_markdown(saved("plan-hedge")).split("\n") if "vix_beta_by_days" in line]
    assert sum("0, 3, 0.78" in line for line in lines) == 1
    assert all("(in its own step)" in line for line in lines[1:]) and len(lines) > 1
    assert table_in_words([{"from": 0, "to": 3}, {"from": 3, "to": 7}]) == "from, to: 0, 3; 3, 7"


def test_a_plan_for_the_terminal_begins_with_summary_layers_orders_checks_and_signals(saved):
    calculation = saved("plan-hedge")
    text, plan = as_table(calculation), calculation["result"]
    places = [text.index(word) for word in (plan["summary"], "\nlayers\n", "\norders\n", "\nchecks\n", "\nsignals\n", "\nsteps\n")]
    assert places == sorted(places)
    heading = next(line for line in text.split("\n") if line.strip().startswith("layer "))
    assert re.split(r"\s{2,}", heading.strip()) == [
        "layer", "what", "quantity", "share", "vega after", "cost", "state", "why",
    ]  # fmt: skip
    for layer in plan["layers"]:
        assert layer["reason"] in text
    assert "layers.0" not in text[: text.index("\nsteps\n")]


def test_a_list_of_objects_is_a_table_with_a_column_for_each_known_value(saved):
    result = saved("vix-expiry", {"as_of": "2026-05-08", "count": 3})["result"]
    singles, tables = sections(result)
    assert [name for name, _ in tables] == ["expiries"] and all(not isinstance(value, list) for _, value in singles)
    rows = as_rows(tables[0][1])
    assert rows[0] == ["settlement_date", "last_option_trading_date", "days_to_expiry", "weekday"]
    assert [row[0] for row in rows[1:]] == [expiry["settlement_date"] for expiry in result["expiries"]]
    assert as_rows([{"a": 1, "b": None}, {"a": None, "b": None}]) == [["a"], ["1"], ["-"]]


def test_long_texts_come_last_and_wide_tables_are_turned_on_their_side():
    assert as_rows([{"why": "x" * 80, "n": 1}])[0] == ["n", "why"]
    wide = [{f"a_rather_long_name_{number}": number for number in range(20)}]
    assert as_rows([wide[0] | {"why": "x" * 80}])[0][-2:] == ["a_rather_long_name_19", "why"], "a long text would make a column too wide"
    assert as_rows(wide)[:2] == [["", "1"], ["a_rather_long_name_0", "0"]]


def test_overridden_stated_values_are_warned_of_in_both(parameters, tmp_path):
    from rules.parameter_file import overlaid

    mine = tmp_path / "mine.yaml"
    mine.write_text("parameters:\n  call_increment_fraction: {value: 0.15, override: true}\n", encoding="utf-8")
    calculation = run("layer-split", {"planned_hedge_vega_usd": 10000}, overlaid(parameters, mine)).as_dict()
    for text in (as_table(calculation), as_markdown(calculation)):
        assert "Warning: stated values were overridden: call_increment_fraction" in text


def test_percents_have_four_decimals_at_most():
    assert [percent(value) for value in (0.25, 1 / 3, 12.0, -0.001)] == ["25 %", "33.3333 %", "1,200 %", "-0.1 %"]
