"""Every number of an answer says where it comes from."""

from __future__ import annotations

import json

import pytest

from rules.catalogue import MODULES, calculator
from rules.engine import run

FUND = {
    "instrument": "etf", "share_price_usd": 40,
    "futures": [{"price": 19.2, "days_to_expiry": 11, "weight_fraction": 0.4}, {"price": 20.1, "days_to_expiry": 40, "weight_fraction": 0.6}],
}  # fmt: skip
MORE = {
    "a fund": ("instrument-vega", FUND),
    "a future": ("instrument-vega", {"instrument": "vxm", "days_to_expiry": 11}),
    "a future with its own beta": ("instrument-vega", {"instrument": "vx", "days_to_expiry": 11, "beta_to_vix": 0.7}),
    "an SPX put": (
        "option-price",
        {"model": "black_scholes", "right": "put", "spot": 6000, "strike": 5600, "days_to_expiry": 41, "implied_volatility": 0.195},
    ),
    "three expiries": ("vix-expiry", {"as_of": "2026-05-08", "count": 3}),
    "a split with its own share": ("layer-split", {"planned_hedge_vega_usd": 5000, "futures_share_fraction": 0.3}),
    "CAPM with a premium": ("capm", {"risk_free_fraction": 0.04, "beta": 1.1, "equity_risk_premium_fraction": 0.05}),
    "WACC without a tax rate": ("wacc", {"equity_usd": 8, "debt_usd": 2, "cost_of_equity_fraction": 0.1, "cost_of_debt_fraction": 0.06}),
}
CASES = {name: (name, calculator(name).EXAMPLE) for name in MODULES} | MORE


@pytest.fixture(params=CASES.values(), ids=CASES.keys())
def calculation(request, parameters):
    name, raw = request.param
    return run(name, raw, parameters)


def assert_inputs_are_earlier_steps(calculation):
    seen, unknown = {}, []
    for step in calculation.steps:
        unknown += [f"{name} (in {step.name})" for name in step.inputs if name not in seen]
        for name, value in step.inputs.items():
            assert name not in seen or seen[name] == value, f"{step.name} uses {name} with another value"
        assert step.name not in seen, f"{step.name} appears twice"
        seen[step.name] = step.value
    assert unknown == []


def test_every_name_that_a_step_uses_is_an_earlier_step_with_that_value(calculation):
    assert_inputs_are_earlier_steps(calculation)


def test_every_name_that_a_step_of_a_full_plan_uses_is_an_earlier_step_with_that_value(calculate, worked, held):
    worked["portfolio"]["holdings"] = held(True, 1)
    assert_inputs_are_earlier_steps(calculate("plan-hedge", worked))


def test_stated_and_contract_steps_carry_a_reference_and_assumed_and_estimated_ones_a_reason(calculation):
    for step in calculation.steps:
        assert step.unit and step.formula
        if step.basis in ("stated", "contract"):
            assert step.reference is not None, step.name
        if step.basis in ("assumed", "estimated"):
            assert step.note, step.name
        if step.formula == "given":
            assert step.basis == "input"


def test_every_assumption_of_a_step_is_listed_with_the_answer_and_in_its_receipt(calculation):
    resting = [step.name for step in calculation.steps if step.basis in ("assumed", "estimated")]
    assert [item.id for item in calculation.assumptions] == resting == calculation.receipt.assumptions
    assert all(item.note for item in calculation.assumptions)


def test_an_answer_is_strict_json_with_the_keys_of_the_contract(calculation):
    text = json.dumps(calculation.as_dict(), allow_nan=False)
    assert list(json.loads(text)) == ["name", "inputs", "result", "steps", "assumptions", "receipt", "parameters_overridden"]
    assert all(list(step)[:7] == ["name", "formula", "inputs", "value", "unit", "basis", "reference"] for step in json.loads(text)["steps"])


def test_an_answer_does_not_depend_on_what_was_calculated_before_it(calculation, parameters):
    again = run(calculation.name, calculation.inputs, parameters)
    assert again.as_dict() == calculation.as_dict()
