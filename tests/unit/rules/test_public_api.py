"""The engine from a Python program, as a user writes it."""

from __future__ import annotations

import json
from datetime import date

import pytest

import rules
from rules import HedgePlan, Market, Portfolio, RulesError, Signals, load_parameters, plan_hedge
from rules.engine import run

SCRIPT = """
import json, sys
import rules
before = sorted(name for name in sys.modules if name.startswith(("rules.", "pydantic", "numpy")))
from rules import HedgePlan, Market, Portfolio, load_parameters, plan_hedge

raw = json.load(sys.stdin)
market = Market(**raw["market"])
planned = plan_hedge(raw["as_of"], Portfolio(**raw["portfolio"]), market=market, signals=raw["signals"], parameters=load_parameters())
plan: HedgePlan = planned.plan
print(json.dumps({"before": before, "quantity": plan.layers[0].quantity, "order": plan.orders[0].name, "json": json.loads(planned.as_json())}))
"""


def test_a_users_script_plans_a_hedge_in_a_fresh_interpreter(fresh, worked, calculate):
    done = fresh("-c", SCRIPT, stdin=json.dumps(worked).encode(), module=False)
    assert (done.returncode, done.stderr) == (0, b"")
    found = json.loads(done.stdout)
    whole = calculate("plan-hedge", worked).as_dict()
    assert found["json"] == json.loads(json.dumps(whole))
    assert (found["quantity"], found["order"]) == (whole["result"]["layers"][0]["quantity"], whole["result"]["orders"][0]["name"])
    assert found["before"] == [], "importing the package loads nothing"


def test_models_and_mappings_dates_and_texts_give_the_same_plan(worked, parameters):
    models = plan_hedge(date(2026, 5, 8), Portfolio(**worked["portfolio"]), market=Market(**worked["market"]), signals=Signals(**worked["signals"]))
    mappings = plan_hedge("2026-05-08", worked["portfolio"], market=worked["market"], signals=worked["signals"], parameters=parameters)
    assert models == mappings and isinstance(models.plan, HedgePlan)
    assert models.as_json() == mappings.as_json()
    assert mappings.calculation == run("plan-hedge", worked, parameters)


def test_a_planned_hedge_vega_needs_no_book(worked):
    planned = plan_hedge("2026-05-08", market=worked["market"], planned_hedge_vega_usd=5000)
    assert planned.plan.planned_hedge_vega_usd == 5000 and planned.plan.condors == []


def test_a_users_parameter_file_is_read(worked, tmp_path):
    mine = tmp_path / "mine.yaml"
    mine.write_text("parameters:\n  hedge_ratio_fraction: {value: 0.5}\n", encoding="utf-8")
    half = plan_hedge("2026-05-08", worked["portfolio"], market=worked["market"], parameters=mine).plan
    whole = plan_hedge("2026-05-08", worked["portfolio"], market=worked["market"], parameters=load_parameters()).plan
    assert half.planned_hedge_vega_usd == pytest.approx(whole.planned_hedge_vega_usd / 2)


def test_a_plan_explains_itself(worked):
    planned = plan_hedge("2026-05-08", worked["portfolio"], market=worked["market"], signals=worked["signals"])
    assert planned.plan.summary in planned.explain()
    assert "hedge_ratio_fraction" in planned.explain("planned_hedge_vega_usd")


def test_input_that_cannot_be_used_is_named_by_its_path(worked):
    with pytest.raises(RulesError) as caught:
        plan_hedge("2026-05-08", worked["portfolio"], market=worked["market"] | {"vix": "18"})
    assert caught.value.field == "market.vix"
    with pytest.raises(RulesError, match="planned_hedge_vega_usd"):
        plan_hedge("2026-05-08", market=worked["market"])
    with pytest.raises(RulesError, match="as_of"):
        plan_hedge("tomorrow", worked["portfolio"], market=worked["market"])


def test_every_public_name_is_there_and_documented_and_no_other():
    for name in rules.__all__:
        assert getattr(rules, name) is not None
        assert name == "__version__" or getattr(rules, name).__doc__, name
    assert set(rules.__all__) <= set(dir(rules))
    with pytest.raises(AttributeError, match="no attribute 'plan_hegde'"):
        _ = rules.plan_hegde
