"""Bracket tables at every edge, and betas that never rise with time."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.brackets import bracket_for, check_brackets
from rules.errors import RulesError
from rules.vix.instruments import beta_to_vix, etf_exposure_usd_per_vix_point, interpolate, monotone_betas

UP, DOWN = math.inf, -math.inf


@pytest.fixture
def budgets(parameters):
    return parameters["vxth_call_budget_by_forward"].value


@pytest.fixture
def betas(parameters):
    return parameters["vix_beta_by_days"].value


@pytest.mark.parametrize(
    ("price", "budget"),
    [
        (0.5, 0.0), (15.0, 0.0), (math.nextafter(15, UP), 0.01), (20, 0.01), (30.0, 0.01), (math.nextafter(30, UP), 0.005),
        (50.0, 0.005), (math.nextafter(50, UP), 0.0), (90, 0.0),
    ],
)  # fmt: skip
def test_the_vxth_budget_is_looked_up_with_inclusive_upper_edges(budgets, price, budget):
    assert bracket_for(budgets, price)["budget_fraction"] == budget


@pytest.mark.parametrize(
    ("days", "beta"),
    [
        (0, 0.78),
        (math.nextafter(3, DOWN), 0.78),
        (3, 0.64),
        (7, 0.70),
        (14, 0.55),
        (21, 0.56),
        (30, 0.46),
        (45, 0.40),
        (60, 0.32),
        (90, 0.25),
        (120, 0.20),
        (180, 0.16),
        (269.9, 0.16),
    ],
)
def test_the_beta_table_is_looked_up_with_inclusive_lower_edges(betas, days, beta):
    assert bracket_for(betas, days)["beta"] == beta


@pytest.mark.parametrize("days", [-1, 270])
def test_a_lookup_outside_the_table_is_an_error_and_not_a_neighbour(betas, days):
    with pytest.raises(ValueError, match="outside"):
        bracket_for(betas, days)


BROKEN = {
    "a gap": [{"from": 0, "to": 3}, {"from": 4, "to": 7}],
    "an overlap": [{"from": 0, "to": 3}, {"from": 2, "to": 7}],
    "rows out of order": [{"from": 3, "to": 7}, {"from": 0, "to": 3}],
    "a row of no length": [{"from": 3, "to": 3}],
    "a row that runs backwards": [{"from": 3, "to": 1}],
    "an open end before the last row": [{"from": 0, "to": None}, {"from": 3, "to": 7}],
    "a row without edges": [{"from": 0, "to": 3}, {"beta": 1}],
    "a shadowed row": [{"above": None, "up_to": 15}, {"above": 15, "up_to": 50}, {"above": 30, "up_to": 50}],
    "mixed spellings": [{"from": 0, "to": 3}, {"above": 3, "up_to": 7}],
    "no rows": [],
    "no list": {"from": 0, "to": 3},
    "an open start spelled with from": [{"from": None, "to": 3}, {"from": 3, "to": 7}],
    "edges that are words": [{"from": "zero", "to": 3}],
}


@pytest.mark.parametrize("rows", BROKEN.values(), ids=BROKEN.keys())
def test_a_table_that_is_not_sorted_disjoint_and_complete_is_refused(rows):
    with pytest.raises(RulesError, match="my table"):
        check_brackets("my table", rows)


@settings(deadline=None, derandomize=True, database=None)
@given(st.lists(st.floats(0.1, 10), min_size=1, max_size=8), st.floats(0, 100))
def test_every_point_inside_a_complete_table_lies_in_exactly_one_row(widths, x):
    edges = [0.0]
    for width in widths:
        edges.append(edges[-1] + width)
    rows = [{"from": low, "to": high} for low, high in itertools.pairwise(edges)]
    check_brackets("table", rows)
    covering = [row for row in rows if row["from"] <= x < row["to"]]
    if x < edges[-1]:
        assert covering == [bracket_for(rows, x)]
    else:
        with pytest.raises(ValueError, match="outside"):
            bracket_for(rows, x)


@settings(deadline=None, derandomize=True, database=None, max_examples=200)
@given(st.lists(st.tuples(st.floats(0.01, 1.5), st.integers(1, 10_000)), min_size=1, max_size=12))
def test_betas_made_monotone_never_rise_and_keep_their_weighted_mean(rows):
    table = [{"from": number, "to": number + 1, "beta": beta, "n": n} for number, (beta, n) in enumerate(rows)]
    pooled = [beta for _, beta in monotone_betas(table)]
    assert all(later <= earlier + 1e-12 for earlier, later in itertools.pairwise(pooled))
    weights = [n for _, n in rows]
    assert sum(b * n for b, n in zip(pooled, weights, strict=True)) == pytest.approx(sum(b * n for b, n in rows))


def test_betas_that_never_rise_are_left_as_they_are():
    table = [{"from": 0, "to": 2, "beta": 0.8, "n": 5}, {"from": 2, "to": 4, "beta": 0.8, "n": 1}, {"from": 4, "to": 8, "beta": 0.5, "n": 9}]
    assert monotone_betas(table) == ((1.0, 0.8), (3.0, 0.8), (6.0, 0.5))


def test_the_shipped_betas_never_rise_with_the_days_and_are_flat_outside_the_table(betas):
    curve = [beta_to_vix(betas, tenth / 10) for tenth in range(4000)]
    assert all(later <= earlier + 1e-12 for earlier, later in itertools.pairwise(curve))
    assert curve[0] == curve[15] == 0.78 and curve[-1] == curve[2250] == 0.16


def test_the_two_violations_of_the_published_table_are_pooled_by_their_observations(betas):
    near, far = (479 * 0.64 + 779 * 0.70) / 1258, (747 * 0.55 + 1040 * 0.56) / 1787
    knots = dict(monotone_betas(betas))
    assert (knots[5.0], knots[10.5], knots[17.5], knots[25.5]) == pytest.approx((near, near, far, far))
    assert beta_to_vix(betas, 11) == pytest.approx(near + (far - near) * 0.5 / 7)


def test_interpolation_meets_its_knots_and_is_linear_between_them():
    knots = [(0.0, 18.0), (10.0, 20.0), (30.0, 19.0)]
    assert [interpolate(knots, x) for x in (-5, 0, 5, 10, 20, 30, 99)] == [18.0, 18.0, 19.0, 20.0, 19.5, 19.0, 19.0]


def test_a_fund_by_contract_counts_and_by_dollars_differ_as_the_weights_say():
    legs = [(0.4, 19.2, 0.67), (0.6, 20.1, 0.45)]
    counts = 40 * (0.4 * 0.67 + 0.6 * 0.45) / (0.4 * 19.2 + 0.6 * 20.1)
    dollars = 40 * (0.4 * 0.67 / 19.2 + 0.6 * 0.45 / 20.1)
    assert etf_exposure_usd_per_vix_point(40, 1.0, legs, False) == pytest.approx(counts)
    assert etf_exposure_usd_per_vix_point(40, 1.0, legs, True) == pytest.approx(dollars)
    assert etf_exposure_usd_per_vix_point(40, 1.5, legs, False) == pytest.approx(1.5 * counts)


@pytest.mark.parametrize("dollar_weights", [False, True])
def test_the_exposure_of_a_fund_does_not_depend_on_the_scale_of_its_weights(dollar_weights):
    small = etf_exposure_usd_per_vix_point(40, 1.0, [(0.04, 19.2, 0.67), (0.06, 20.1, 0.45)], dollar_weights)
    assert small == pytest.approx(etf_exposure_usd_per_vix_point(40, 1.0, [(4, 19.2, 0.67), (6, 20.1, 0.45)], dollar_weights))
