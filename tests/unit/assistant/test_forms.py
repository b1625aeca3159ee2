"""Forms of the calculators without a screen: what is typed, what the engine is given, and the command that does the same."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.forms.command import command_line
from assistant.forms.fields import Field, form_of, value_at
from assistant.forms.filling import filled, texts_of
from assistant.forms.values import text_of, value_of
from rules.catalogue import MODULES, calculator
from rules.engine import run
from rules.errors import RulesError
from rules.parameters import load_parameters

CASES = [case for path in sorted((Path(__file__).parents[2] / "cases").glob("*.yaml")) for case in yaml.safe_load(path.read_text(encoding="utf-8"))]


def field_of(name: str, path: str) -> Field:
    """A field of a calculator's form."""
    return next(field for field in form_of(name).fields if field.name == path)


@pytest.mark.parametrize("name", MODULES)
def test_the_example_of_a_calculator_comes_back_from_its_form_as_it_went_in(name: str) -> None:
    form = form_of(name)
    found = filled(form, texts_of(form, form.example))
    assert found.complete and not found.cautions
    assert found.inputs == form.example


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_inputs_of_a_calculation_open_as_a_form_that_computes_the_same(case: dict[str, Any]) -> None:
    form = form_of(case["calculator"])
    before = run(form.name, case["input"], load_parameters()).as_dict()
    found = filled(form, texts_of(form, before["inputs"]))
    assert found.complete, (found.problems, found.missing)
    after = run(form.name, found.inputs, load_parameters()).as_dict()
    assert after["result"] == before["result"]


@pytest.mark.parametrize("name", MODULES)
def test_an_empty_form_names_what_it_needs_and_finds_nothing_else_wrong(name: str) -> None:
    form = form_of(name)
    found = filled(form, {})
    assert list(found.missing) == [field.name for field in form.fields if field.required]
    assert not found.problems and not found.complete


@pytest.mark.parametrize("name", [name for name in MODULES if sum(field.required for field in form_of(name).fields) > 1])
def test_a_form_with_one_value_names_the_others_that_it_needs(name: str) -> None:
    form = form_of(name)
    first, *others = [field.name for field in form.fields if field.required]
    texts = texts_of(form, form.example)
    assert set(others) <= set(filled(form, {first: texts[first]}).missing)


@pytest.mark.parametrize("name", MODULES)
def test_every_field_says_what_it_is_and_its_unit(name: str) -> None:
    for field in form_of(name).fields:
        assert field.label and field.label[0].isupper(), field.name
        assert field.unit, field.name
        assert field.kind != "word" or field.choices, field.name
        assert field.kind != "rows" or field.columns, field.name


@pytest.mark.parametrize("name", MODULES)
def test_the_command_line_gives_the_engine_the_inputs_of_the_form(name: str) -> None:
    line = command_line(name, calculator(name).EXAMPLE)
    says, _, rest = line.rpartition(" | ")
    printed = subprocess.run(["sh", "-c", says], capture_output=True, text=True, check=True).stdout
    assert json.loads(printed) == calculator(name).EXAMPLE
    assert rest == f"alvh rules run {name} -"


@pytest.mark.parametrize("reason", ['it\'s "quoted" $HOME `date` \\n', "50 % · naïve — 日本", "a\tb\nc"])
def test_the_command_line_is_quoted_so_that_the_shell_changes_nothing(reason: str) -> None:
    line = command_line("plan-hedge", {"spacing_override": reason}, "my file.yaml")
    says, _, rest = line.rpartition(" | ")
    printed = subprocess.run(["sh", "-c", says], capture_output=True, check=True).stdout.decode()
    assert json.loads(printed) == {"spacing_override": reason}
    assert rest == "alvh rules run plan-hedge - --parameters 'my file.yaml'"


@pytest.mark.parametrize(
    ("name", "path", "text", "value"),
    [
        ("layer-split", "planned_hedge_vega_usd", "10,000", 10_000),
        ("layer-split", "planned_hedge_vega_usd", "$1,438.50", 1438.5),
        ("layer-split", "planned_hedge_vega_usd", "-$5", -5),
        ("layer-split", "futures_share_fraction", "32.5 %", 0.325),
        ("layer-split", "futures_share_fraction", " 0.3 ", 0.3),
        ("capm", "beta", "−1.2", -1.2),
        ("iron-condor", "contracts", "10", 10),
        ("iron-condor", "implied_volatility", "0.19", 0.19),
        ("iron-condor", "implied_volatility", "20.5%; 19.5%; 13%; 12.5%", [0.205, 0.195, 0.13, 0.125]),
        ("iron-condor", "implied_volatility", '{"long_put": 0.2}', {"long_put": 0.2}),
        ("rsi", "closes", "22.5", [22.5]),
        ("rsi", "closes", "22.5\n21.8\n21.9", [22.5, 21.8, 21.9]),
        ("advance-decline", "advances", "1510,1320,2040", [1510, 1320, 2040]),
        ("advance-decline", "advances", "510, 320, 204", [510, 320, 204]),
        ("macd", "dates", "2026-05-07, 2026-05-08", ["2026-05-07", "2026-05-08"]),
        ("next-step", "signals.rsi_shift", "Yes", True),
        ("vix-expiry", "month", "2026-05", "2026-05"),
        ("plan-hedge", "signals.macd", "pass", "pass"),
        ("plan-hedge", "signals.rsi", '{"closes": [20, 21]}', {"closes": [20, 21]}),
        ("irr", "cash_flows_usd", "day,amount\n0,-50\n90, 60", [{"day": 0, "amount": -50}, {"day": 90, "amount": 60}]),
        ("irr", "cash_flows_usd", "day\tamount\n0\t-50,000\n", [{"day": 0, "amount": -50_000}]),
        ("irr", "cash_flows_usd", '{"day": 0, "amount": -50},\n{"day": 9, "amount": 60}', [{"day": 0, "amount": -50}, {"day": 9, "amount": 60}]),
        ("irr", "cash_flows_usd", '[{"day": 0, "amount": -50}]', [{"day": 0, "amount": -50}]),
        ("scenarios", "shocks", "spx_fraction;vix_points\n-5 %;8", [{"spx_fraction": -0.05, "vix_points": 8}]),
        ("scenarios", "hedges", "instrument,quantity,entry_price,strike\nvx,2,20.1,", [{"instrument": "vx", "quantity": 2, "entry_price": 20.1}]),
        ("rsi", "closes", "  ", None),
    ],
)
def test_a_value_is_read_as_a_trader_writes_it(name: str, path: str, text: str, value: Any) -> None:
    read = value_of(text, field_of(name, path))
    assert read == value and type(read) is type(value)


@pytest.mark.parametrize(
    ("name", "path", "text", "words"),
    [
        ("layer-split", "planned_hedge_vega_usd", "ten", "'ten' is not a number; write it in digits"),
        ("layer-split", "planned_hedge_vega_usd", "10,00", "write decimals with a point"),
        ("layer-split", "planned_hedge_vega_usd", "5 %", "is not a number"),
        ("option-price", "strike", "$25", "is not a number"),
        ("advance-decline", "advances", "1,510", "1,510 may be one number or two; write 1510 or 1, 510"),
        ("advance-decline", "advances", "1,510 1,320", "1,510 may be one number or two"),
        ("next-step", "signals.rsi_shift", "maybe", "is neither yes nor no"),
        ("irr", "cash_flows_usd", "0,-50\n90,60", "no line with the names of the columns; begin with day,amount"),
        ("irr", "cash_flows_usd", "day,amount\n0,-50,000", "row 1 has 3 cells for 2 columns"),
        ("irr", "cash_flows_usd", "day,amount\n0,x", "row 1, amount: 'x' is not a number"),
        ("irr", "cash_flows_usd", "[{]", "is not a JSON value"),
    ],
)
def test_what_cannot_be_read_is_said_with_what_to_write_instead(name: str, path: str, text: str, words: str) -> None:
    with pytest.raises(RulesError) as caught:
        value_of(text, field_of(name, path))
    assert words in f"{caught.value.problem}; {caught.value.remedy}"


def test_each_field_has_the_words_of_the_engine_and_all_are_said_at_once() -> None:
    form = form_of("option-price")
    texts = texts_of(form, form.example) | {"right": "cal", "strike": "0", "implied_volatility": "19.5", "days_to_expiry": "ten"}
    problems = filled(form, texts).problems
    assert set(problems) == {"right", "strike", "implied_volatility", "days_to_expiry"}
    assert "did you mean 0.195" in problems["implied_volatility"]
    with pytest.raises(RulesError) as caught:
        run("option-price", {**form.example, "strike": 0}, load_parameters())
    assert problems["strike"] == f"{caught.value.problem}; {caught.value.remedy}"


def test_an_error_inside_a_table_names_the_row_and_the_column() -> None:
    form = form_of("irr")
    assert filled(form, {"cash_flows_usd": "day,amount\n0,-50\n-3,60"}).problems["cash_flows_usd"].startswith("row 2, day ")


def test_an_error_in_a_list_names_which_value_it_is() -> None:
    form = form_of("rsi")
    assert filled(form, {"closes": "20, 0, 21"}).problems["closes"].startswith("value 2 ")


def test_what_is_wrong_with_no_single_field_is_said_of_the_form() -> None:
    form = form_of("capm")
    texts = texts_of(form, form.example) | {"equity_risk_premium_fraction": "0.05"}
    found = filled(form, texts)
    assert list(found.problems) and not found.complete


def test_an_object_of_which_one_value_is_given_says_what_else_it_needs() -> None:
    form = form_of("plan-hedge")
    texts = texts_of(form, form.example) | {"portfolio.account.futures_margin.vx_usd_per_contract": "9000"}
    assert set(filled(form, texts).missing) == {
        "portfolio.account.futures_margin.vxm_usd_per_contract",
        "portfolio.account.futures_margin.dated",
    }


def test_a_possible_and_unlikely_value_is_computed_with_a_caution() -> None:
    form = form_of("layer-split")
    found = filled(form, {"planned_hedge_vega_usd": "10000", "futures_share_fraction": "0.9"})
    assert found.complete
    assert "unusual" in found.cautions["futures_share_fraction"]


def test_a_field_says_its_range_and_unit() -> None:
    share = field_of("layer-split", "futures_share_fraction")
    assert (share.unit_words, share.bounds, share.plausible, share.required) == ("fraction", "above 0, at most 1", (0.25, 0.4), False)
    assert field_of("option-price", "multiplier").unit_words == "USD per index point"
    assert field_of("irr", "cash_flows_usd").bounds == "at least 1, at most 500"


def test_rows_of_nested_values_are_shown_as_one_object_a_line() -> None:
    field = field_of("plan-hedge", "portfolio.condors")
    rows = value_at(form_of("plan-hedge").example, field.name)
    assert text_of(rows, field).startswith("{")
    assert value_of(text_of([*rows, *rows], field), field) == [*rows, *rows]


@pytest.mark.parametrize("row", [{"name": " a "}, {"name": ""}, {"name": "a\nb"}, {"name": 5}, {"nonsense": 1}, {}])
def test_a_cell_that_would_read_back_differently_is_not_written_as_a_cell(row: dict[str, Any]) -> None:
    field = field_of("capital-cost", "layers")
    assert value_of(text_of([row], field), field) == [row]


def test_a_number_is_shown_in_the_fewest_digits_that_read_back_as_it() -> None:
    field = field_of("capm", "beta")
    for value, text in ((10_000.0, "10000"), (0.1, "0.1"), (-3, "-3"), (1e-7, "1e-07"), (123456789012345678.0, "1.2345678901234568e+17")):
        assert text_of(value, field) == text
        assert value_of(text, field) == value


def test_an_unknown_calculator_has_no_form() -> None:
    with pytest.raises(RulesError, match="did you mean capm"):
        form_of("cap")


def test_a_check_of_the_whole_does_not_hide_what_is_wrong_with_a_field() -> None:
    found = filled(form_of("option-price"), {"model": "black76", "strike": "-5", "implied_volatility": "19.5"})
    assert set(found.problems) == {"strike", "implied_volatility"}
    assert found.missing == ("right", "forward", "days_to_expiry")
