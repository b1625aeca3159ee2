"""Every number of an answer says where it comes from."""

from __future__ import annotations

import copy
import json
from dataclasses import replace

import pytest

from rules.catalogue import MODULES, calculator
from rules.engine import run
from rules.parameters import Parameters
from tests.unit.rules.conftest import FUTURES_HELD, WORKED, call_held

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


# --- of every number of every answer ----------------------------------------------------------------------------------

WHOLE = {
    "financing": {
        "cost_of_debt_fraction": 0.06, "condor": {"beta": 0.3}, "futures": {"beta": -2.5}, "calls": {"beta": -3.0, "borrowed_fraction": 0.2},
        "etfs": {"cost_of_equity_fraction": 0.01},
    },
    "price_to_cash_flow": [14 + 0.1 * (quarter % 5) for quarter in range(20)] + [12.5],
    "grid": {"spx_points": 3, "vix_points": 3, "days": 5},
}  # fmt: skip
MARGINS = {"vx_usd_per_contract": 9000, "vxm_usd_per_contract": 900, "dated": "2026-05-08"}


def whole():
    """The worked book with everything that a plan may be asked: holdings, margin, financing, a table, puts, P/CF."""
    raw = copy.deepcopy(WORKED) | copy.deepcopy(WHOLE)
    raw["portfolio"] |= {
        "holdings": [FUTURES_HELD | {"quantity": 1, "entry_price": 19.9}, call_held(1) | {"quantity": 20, "entry_price": 1.0}, call_held(2)],
        "account": {"futures_margin": MARGINS},
    }
    quote = {key: value for key, value in raw["market"]["calls"][0].items() if key != "implied_volatility"}
    raw["market"]["calls"][0] = quote | {"bid": 1.08, "ask": 1.12}
    raw["market"]["puts"] = [{"expiry": "2026-06-17", "strike": 25, "bid": 5.9, "ask": 6.1}]
    del raw["market"]["rate"], raw["market"]["dividend_yield"]
    return raw


def in_the_last_week(raw):
    raw["portfolio"]["condors"][0]["expiry"] = "2026-05-13"
    raw["planned_hedge_vega_usd"] = 2600


def with_a_fund_standing_in(raw):
    raw["portfolio"] |= {"holdings": [], "account": {"futures_allowed": False, "etf_stands_in": True}}


def without_a_need(raw):
    raw["market"]["spx"] = 5500


def without_a_book(raw):
    raw |= {"planned_hedge_vega_usd": 2600, "portfolio": None, "grid": None}


def of_two_condors(raw):
    raw["portfolio"]["condors"].append(raw["portfolio"]["condors"][0] | {"expiry": "2026-07-16", "contracts": 3})


def with_every_layer_held(raw):
    raw["portfolio"]["holdings"] = [FUTURES_HELD, *(call_held(number) for number in (1, 2, 3)), {"instrument": "etf", "quantity": 30}]


def as_it_stands(raw):
    pass


CHANGES = (
    as_it_stands, in_the_last_week, with_a_fund_standing_in, without_a_need, without_a_book, of_two_condors, with_every_layer_held,
)  # fmt: skip
PLANS = {change.__name__.replace("_", " "): change for change in CHANGES}


def plan_of(change):
    raw = whole()
    change(raw)
    return {key: value for key, value in raw.items() if value is not None}


ANSWERS = {name: (lambda raw=raw: raw) for name, raw in CASES.items()} | {
    f"a plan {name}": (lambda change=change: ("plan-hedge", plan_of(change))) for name, change in PLANS.items()
}


def leaves(value, path=""):
    """(path, number) of every number in a JSON value."""
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in leaves(item, f"{path}.{key}")]
    if isinstance(value, (list, tuple)):
        return [leaf for number, item in enumerate(value) for leaf in leaves(item, f"{path}.{number}")]
    return [(path, value)] if isinstance(value, (int, float)) and not isinstance(value, bool) else []


# A future moves one for one with itself: a definition, which nobody computes.
DEFINED = {(".delta", 1.0)}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
def test_every_number_of_every_answer_is_the_value_of_a_step(parameters, answer):
    found = run(*answer(), parameters)
    known = {number for step in found.steps for _, number in leaves(step.value)}
    assert [leaf for leaf in leaves(found.result) if leaf[1] not in known and leaf not in DEFINED] == []


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
def test_every_step_goes_back_to_inputs_and_parameters(parameters, answer):
    found = run(*answer(), parameters)
    rests_on = {}
    for step in found.steps:
        if step.basis != "derived":
            assert step.inputs == {}, step.name
            rests_on[step.name] = {step.name}
            continue
        assert step.inputs, f"{step.name} is derived from nothing"
        rests_on[step.name] = set().union(*(rests_on[name] for name in step.inputs))
        assert rests_on[step.name]
    assert_inputs_are_earlier_steps(found)


# --- of every assumption ---------------------------------------------------------------------------------------------------


def moved(parameter):
    """The parameter's value a small step away, inside its range; None for a switch, a name or dates."""
    value, low, high = parameter.value, parameter.low, parameter.high
    if isinstance(value, bool) or not isinstance(value, (int, float, list)) or parameter.unit == "dates":
        return None
    if isinstance(value, list):
        return _moved_list(parameter.unit, value)
    near = (value + 1, value - 1) if isinstance(value, int) else (value * 1.01 or 0.01, value * 0.99)
    return next(item for item in near if low <= item <= high)


def _moved_list(unit, value):
    if unit == "shocks":
        return [[spx * 1.01, points * 1.01] for spx, points in value]
    if unit == "day_moves":
        return [day | {"vix_points": day["vix_points"] * 1.01, "future_points": [points * 1.01 for points in day["future_points"]]} for day in value]
    if unit == "table":
        return [row | {"beta": row["beta"] * 1.01} for row in value]
    return [item * 1.01 for item in value]


def citing(calculation):
    """Numbers of the steps, each with the parameters that some step of that value rests on."""
    rests_on, found = {}, {}
    for step in calculation.steps:
        own = {step.name} if step.formula == "parameter" else set()
        rests_on[step.name] = own.union(*(rests_on[name] for name in step.inputs))
        for _, number in leaves(step.value):
            found.setdefault(number, set()).update(rests_on[step.name])
    return found


def uncited(name, raw, parameters):
    """Numbers that a changed assumption changes although no step of theirs cites it: (parameter, path, before, after)."""
    before = run(name, raw, parameters)
    numbers, cites, missing, changed = dict(leaves(before.result)), citing(before), [], 0
    for assumption in before.assumptions:
        value = moved(parameters[assumption.id])
        if value is None:
            continue
        overlay = Parameters(parameters.dated, dict(parameters) | {assumption.id: replace(parameters[assumption.id], value=value)})
        after = run(name, raw, overlay)
        now = citing(after)
        for path, number in leaves(after.result):
            if path in numbers and numbers[path] != number:
                changed += 1
                if assumption.id not in cites.get(numbers[path], ()) and assumption.id not in now.get(number, ()):
                    missing.append((assumption.id, path, numbers[path], number))
    return missing, changed


@pytest.mark.parametrize("change", PLANS.values(), ids=PLANS.keys())
def test_a_changed_assumption_changes_only_numbers_of_a_plan_whose_steps_cite_it(parameters, change):
    missing, changed = uncited("plan-hedge", plan_of(change), parameters)
    assert missing == [] and changed > 20


@pytest.mark.parametrize("name", [name for name in MODULES if name != "plan-hedge"])
def test_a_changed_assumption_changes_only_numbers_of_an_example_whose_steps_cite_it(parameters, name):
    assert uncited(name, calculator(name).EXAMPLE, parameters)[0] == []
