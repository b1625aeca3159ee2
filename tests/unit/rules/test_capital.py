"""The cost of capital after each layer, and the drag of carry that is kept apart from it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import RulesError
from rules.finance.capital import CapitalLayer, cost_of_capital, layered_wacc
from rules.finance.rates import wacc
from tests.unit.rules.steps import untraced

CONDOR = {"name": "condor", "capital_usd": 80000}
FUTURES = {"name": "futures", "capital_usd": 10000, "borrowed_fraction": 0.5}
TWO = {"layers": [CONDOR, FUTURES], "cost_of_equity_fraction": 0.10, "cost_of_debt_fraction": 0.06, "tax_rate_fraction": 0.25}
LAYERS = st.lists(
    st.builds(
        CapitalLayer,
        name=st.just("layer"),
        capital_usd=st.floats(1, 1e7),
        borrowed_fraction=st.floats(0, 1),
        cost_of_equity=st.floats(-0.5, 0.5),
        carry_cost_usd_per_year=st.floats(-1e5, 1e5),
    ),
    min_size=1,
    max_size=6,
)


def test_a_half_borrowed_layer_lowers_the_wacc_by_hand():
    found = layered_wacc([CapitalLayer("condor", 80000), CapitalLayer("futures", 10000, 0.5)], 0.10, 0.06, 0.25)
    own = 0.5 * 0.10 + 0.5 * 0.06 * 0.75
    after = (80000 * 0.10 + 10000 * own) / 90000
    assert [cost.wacc for cost in found] == pytest.approx([0.10, after], abs=1e-15)
    assert [cost.capital_usd for cost in found] == [80000, 90000] and found[1].cost_of_capital == pytest.approx(own)
    assert found[0].change_bp is None and found[1].change_bp == pytest.approx((after - 0.10) * 10_000)


def test_without_debt_the_wacc_is_the_mean_of_the_costs_of_equity_weighted_by_capital():
    found = layered_wacc([CapitalLayer("a", 3.0, cost_of_equity=0.08), CapitalLayer("b", 1.0, cost_of_equity=-0.04)], None, 0.5, 0.0)
    assert found[-1].wacc == pytest.approx(0.05) and found[-1].change_bp == pytest.approx(-300)


@given(LAYERS, st.floats(-0.1, 0.4), st.floats(0, 0.9))
def test_each_layer_agrees_with_the_wacc_of_all_equity_and_debt_so_far(layers, debt_cost, tax):
    for number, cost in enumerate(layered_wacc(layers, None, debt_cost, tax), 1):
        so_far = layers[:number]
        equity = [Fraction(layer.capital_usd) * (1 - Fraction(layer.borrowed_fraction)) for layer in so_far]
        debt = sum(Fraction(layer.capital_usd) * Fraction(layer.borrowed_fraction) for layer in so_far)
        paid = sum(part * Fraction(layer.cost_of_equity) for part, layer in zip(equity, so_far, strict=True))
        expected = (paid + debt * Fraction(debt_cost) * (1 - Fraction(tax))) / (sum(equity) + debt)
        assert cost.wacc == pytest.approx(float(expected), rel=1e-9, abs=1e-12)


def test_one_layer_is_the_plain_wacc_of_its_equity_and_debt():
    found = layered_wacc([CapitalLayer("all", 100000, 0.2)], 0.10, 0.06, 0.25)[0]
    assert found.wacc == pytest.approx(wacc(80000, 20000, 0.10, 0.06, 0.25)) == pytest.approx(cost_of_capital(0.2, 0.10, 0.06, 0.25))


def test_carry_never_enters_the_wacc():
    plain = layered_wacc([CapitalLayer("a", 100.0)], 0.1, 0.05, 0.0)[0]
    dear = layered_wacc([CapitalLayer("a", 100.0, carry_cost_usd_per_year=60.0)], 0.1, 0.05, 0.0)[0]
    assert plain.wacc == dear.wacc and (plain.carry_drag, dear.carry_drag) == (None, 0.6)


def test_the_carry_of_the_structure_is_unknown_while_that_of_a_layer_is():
    layers = [CapitalLayer("a", 100.0, carry_cost_usd_per_year=10.0), CapitalLayer("b", 100.0), CapitalLayer("c", 100.0, carry_cost_usd_per_year=0.0)]
    found = layered_wacc(layers, 0.1, 0.05, 0.0)
    assert [cost.carry_drag for cost in found] == [0.1, None, None] and [cost.layer_carry_drag for cost in found] == [0.1, None, 0.0]


def test_a_layer_without_capital_or_cost_of_equity_is_refused():
    for layer in (CapitalLayer("a", 0.0, cost_of_equity=0.1), CapitalLayer("a", 5.0)):
        with pytest.raises(ValueError, match="layer a has no"):
            layered_wacc([layer], None, 0.05, 0.0)


def test_every_number_of_the_calculator_is_a_step(calculate):
    full = TWO | {
        "layers": [
            CONDOR | {"beta": 1.2, "carry_cost_usd_per_day": -30},
            FUTURES | {"cost_of_equity_fraction": 0.2, "carry_cost_usd": 400, "days": 40},
            {"name": "calls", "capital_usd": 5000, "beta": -2, "carry_cost_usd": 10, "days": 3},
        ]
    }
    for raw in (TWO, full, {key: value for key, value in full.items() if key != "cost_of_equity_fraction"}):
        assert untraced(calculate("capital-cost", raw)) == []


def test_the_carry_of_a_day_and_of_a_span_are_the_same_drag_a_year(calculate):
    by_day = calculate("capital-cost", TWO | {"layers": [CONDOR | {"carry_cost_usd_per_day": 10}]}).result
    by_span = calculate("capital-cost", TWO | {"layers": [CONDOR | {"carry_cost_usd": 400, "days": 40}]}).result
    assert by_day == by_span and by_day["carry_drag_fraction"] == pytest.approx(10 * 365 / 80000)


def test_a_beta_of_a_layer_is_turned_into_its_cost_of_equity_by_capm(calculate):
    layers = [CONDOR, {"name": "calls", "capital_usd": 20000, "beta": -3}]
    result = calculate("capital-cost", TWO | {"layers": layers, "risk_free_fraction": 0.045, "equity_risk_premium_fraction": 0.06}).result
    assert result["by_layer"][1]["cost_of_capital_fraction"] == pytest.approx(0.045 - 3 * 0.06)
    assert result["wacc_fraction"] == pytest.approx((80000 * 0.10 + 20000 * (0.045 - 0.18)) / 100000)


def test_capm_inputs_stand_in_for_the_cost_of_equity(calculate):
    raw = {"layers": [CONDOR], "cost_of_debt_fraction": 0.06, "risk_free_fraction": 0.045, "beta": 1.2, "market_return_fraction": 0.10}
    assert calculate("capital-cost", raw).result["wacc_fraction"] == pytest.approx(0.045 + 1.2 * 0.055)


def test_left_out_rates_are_the_parameters_and_are_listed(calculate):
    calculation = calculate("capital-cost", {"layers": [CONDOR | {"beta": 2}], "cost_of_debt_fraction": 0.06})
    assert {item.id for item in calculation.assumptions} == {"tax_rate_fraction", "rate_fraction", "equity_risk_premium_fraction"}
    assert calculation.result["wacc_fraction"] == pytest.approx(0.04 + 2 * 0.05, abs=1e-12)
    base = calculate("capital-cost", {"layers": [CONDOR], "cost_of_debt_fraction": 0.06, "risk_free_fraction": 0.04})
    assert base.result["wacc_fraction"] == pytest.approx(0.04 + 1.0 * 0.05, abs=1e-12)
    assert {item.id for item in base.assumptions} == {"tax_rate_fraction", "equity_risk_premium_fraction", "capm_beta"}


def test_without_a_tax_rate_debt_has_no_tax_shield(calculate):
    raw = {"layers": [CONDOR | {"borrowed_fraction": 1.0}], "cost_of_equity_fraction": 0.1, "cost_of_debt_fraction": 0.06}
    assert calculate("capital-cost", raw).result["wacc_fraction"] == pytest.approx(0.06, abs=1e-12)


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"cost_of_equity_fraction": None}, "cost_of_equity_fraction", "is missing without risk_free_fraction"),
        ({"beta": 1.0}, "cost_of_equity_fraction", "exclude each other"),
        ({"market_return_fraction": 0.1, "equity_risk_premium_fraction": 0.05}, "market_return_fraction", "exclude each other"),
        ({"risk_free_fraction": 0.04}, "risk_free_fraction", "used by no layer"),
        ({"layers": []}, "layers", "at least 1"),
        ({"layers": [CONDOR | {"capital_usd": 0}]}, "layers.0.capital_usd", "greater than 0"),
        ({"layers": [CONDOR | {"borrowed_fraction": 50}]}, "layers.0.borrowed_fraction", "is not written as a fraction"),
        ({"layers": [CONDOR | {"beta": 1.0, "cost_of_equity_fraction": 0.1}]}, "layers.0.cost_of_equity_fraction", "exclude each other"),
        ({"layers": [CONDOR | {"carry_cost_usd": 5}]}, "layers.0.carry_cost_usd", "belong together"),
        ({"layers": [CONDOR | {"carry_cost_usd": 5, "days": 5, "carry_cost_usd_per_day": 1}]}, "layers.0.carry_cost_usd", "exclude each other"),
    ],
)
def test_unusable_inputs_are_refused_with_their_field(calculate, change, field, words):
    with pytest.raises(RulesError) as caught:
        calculate("capital-cost", TWO | change)
    assert caught.value.field == field and words in str(caught.value)
