"""Every calculator of the catalogue keeps the promises of its protocol."""

from __future__ import annotations

import re

import pytest

from rules.catalogue import MODULES, calculator
from rules.errors import RulesError
from rules.fields import Frozen
from rules.reports.report import DISCLAIMER, as_markdown, as_table

ARTICLE = "knowledge/articles/{}.md"


@pytest.fixture(params=MODULES, ids=str)
def module(request):
    return calculator(request.param)


def test_every_example_runs(module, calculate):
    calculation = calculate(module.NAME, module.EXAMPLE)
    assert calculation.name == module.NAME and set(calculation.inputs) == set(module.EXAMPLE)
    assert set(calculation.result) == set(module.Result.model_fields)


def test_every_calculator_says_its_name_its_words_and_its_articles(module, request):
    assert module.NAME in MODULES and module.DESCRIPTION and module.SYNONYMS and module.SOURCES
    assert all(word == word.lower() for word in module.SYNONYMS)
    missing = [source for source in module.SOURCES if not (request.config.rootpath / ARTICLE.format(source)).is_file()]
    assert missing == []


def test_inputs_and_results_are_frozen_and_refuse_unknown_names(module, calculate):
    assert issubclass(module.Input, Frozen) and issubclass(module.Result, Frozen)
    with pytest.raises(RulesError) as caught:
        calculate(module.NAME, dict(module.EXAMPLE) | {"colour": "blue"})
    assert caught.value.field == "colour"


def test_every_input_has_a_description_and_a_unit(module):
    for name, field in module.Input.model_fields.items():
        assert field.description and (field.json_schema_extra or {}).get("unit"), name


def test_every_parameter_behind_an_optional_input_exists(module, parameters):
    named = [(field.json_schema_extra or {}).get("parameter") for field in module.Input.model_fields.values()]
    assert all(name in parameters for name in named if name)


@pytest.mark.parametrize(
    "hostile", [10**400, 1e308, -1e308, 1e-320, float("nan"), float("inf"), True, None, "", "\ud800", [], {}], ids=lambda value: repr(value)[:12]
)
def test_a_hostile_value_in_any_field_of_any_example_is_answered_or_refused_but_never_a_crash(module, calculate, hostile):
    crashes = {}
    for name in module.EXAMPLE:
        try:
            calculate(module.NAME, dict(module.EXAMPLE) | {name: hostile})
        except RulesError as error:
            assert error.problem and error.remedy
        except Exception as error:
            crashes[name] = repr(error)[:120]
    assert crashes == {}


def test_every_required_field_left_out_is_named(module, calculate):
    for name, field in module.Input.model_fields.items():
        if field.is_required():
            with pytest.raises(RulesError, match="is missing") as caught:
                calculate(module.NAME, {key: value for key, value in module.EXAMPLE.items() if key != name})
            assert caught.value.field == name


def test_tables_and_worked_examples_end_with_the_disclaimer_and_print_no_python(module, calculate):
    calculation = calculate(module.NAME, module.EXAMPLE).as_dict()
    for text in (as_table(calculation), as_markdown(calculation)):
        assert text.endswith(DISCLAIMER) and "Educational only" in DISCLAIMER
        assert not re.search(r"\bNone\b|\bTrue\b|\bFalse\b|nan\b|Decimal|datetime", text)


def test_an_unknown_calculator_is_refused_with_the_nearest_known_one():
    with pytest.raises(RulesError, match="did you mean layer-split"):
        calculator("layersplit")
    with pytest.raises(RulesError, match="plan-hedge"):
        calculator("zzz")
