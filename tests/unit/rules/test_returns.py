"""Annualised returns and internal rates of return, where there are none, one or several."""

from __future__ import annotations

import itertools
import math

import mpmath
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from rules.errors import RulesError
from rules.finance.returns import MOST_SIGN_CHANGES, annualised, internal_rate, net_flows
from tests.unit.rules.steps import untraced

YEAR = 365
AMOUNT = st.integers(-1000, 1000)
FLOWS = st.lists(st.tuples(st.integers(0, 1500), AMOUNT), min_size=2, max_size=8)


def present_value(flows, rate):
    with mpmath.workdps(50):
        return mpmath.fsum(mpmath.mpf(amount) / (1 + mpmath.mpf(rate)) ** (mpmath.mpf(day) / YEAR) for day, amount in flows)


@pytest.mark.parametrize(
    ("flows", "rate"),
    [
        ([(0, -50000), (90, 20000), (180, 20000), (270, 15000)], 0.22649164030),
        ([(0, -18000), (90, 18600)], 0.14222823652),
        ([(0, -100), (365, 110)], 0.10),
        ([(0, -100), (730, 121)], 0.10),
        ([(0, -100), (365, 50)], -0.50),
        ([(0, -100), (365, 10), (730, 110)], 0.10),
        ([(7, -100), (372, 110)], 0.10),
    ],
)
def test_the_rate_brings_the_net_present_value_of_the_flows_to_zero(flows, rate):
    found = internal_rate(flows, YEAR)
    assert found.status == "ok" and found.rate == pytest.approx(rate, abs=1e-10) and found.rates == (found.rate,)


def test_two_flows_follow_the_closed_form():
    assert internal_rate([(3, -250.0), (45, 261.5)], YEAR).rate == pytest.approx((261.5 / 250.0) ** (365 / 42) - 1, rel=1e-14)


def test_the_order_of_the_days_does_not_matter_and_amounts_of_one_day_add_up():
    flows = [(0, -50000.0), (90, 20000.0), (180, 20000.0), (270, 15000.0)]
    split = [(270, 5000.0), (0, -60000.0), (180, 20000.0), (0, 10000.0), (270, 10000.0), (90, 20000.0)]
    assert internal_rate(split, YEAR) == internal_rate(flows, YEAR)
    assert net_flows(split) == tuple((float(day), amount) for day, amount in flows)


def test_moving_every_day_by_the_same_time_leaves_the_rate():
    flows = [(0, -50000.0), (90, 20000.0), (180, 20000.0), (270, 15000.0)]
    moved = [(day + 1000, amount) for day, amount in flows]
    assert internal_rate(moved, YEAR).rate == pytest.approx(internal_rate(flows, YEAR).rate, rel=1e-13)


def test_two_rates_leave_none_and_both_are_named():
    found = internal_rate([(0, -100), (365, 230), (730, -132)], YEAR)
    assert (found.rate, found.status) == (None, "not_unique")
    assert found.rates == pytest.approx((0.10, 0.20), abs=1e-12)
    assert "twice" in found.reason and "10.000000% and 20.000000%" in found.reason


def test_a_losing_trade_whose_flows_change_sign_twice_has_no_rate_to_boast_of():
    flows = [(0, 500), (10, -1500), (41, 900)]
    assert sum(amount for _, amount in flows) < 0
    found = internal_rate(flows, YEAR)
    assert found.rate is None and found.status in ("not_unique", "no_rate")


def test_flows_that_change_sign_twice_without_a_rate_say_so():
    found = internal_rate([(0, 100), (365, -230), (730, 200)], YEAR)
    assert (found.rate, found.status, found.rates) == (None, "no_rate", ())


def test_a_rate_that_is_touched_and_not_crossed_is_two_rates_in_one():
    found = internal_rate([(0, -100), (365, 220), (730, -121)], YEAR)
    assert (found.rate, found.status) == (None, "not_unique") and found.rates == pytest.approx((0.10,), abs=1e-6)
    assert "does not cross" in found.reason


def test_flows_that_change_sign_three_times_and_cross_one_rate_have_that_rate():
    found = internal_rate([(0, -100), (365, 150), (730, -10), (1095, 20)], YEAR)
    assert found.status == "ok" and len(found.rates) == 1
    assert abs(present_value([(0, -100), (365, 150), (730, -10), (1095, 20)], found.rate)) < 1e-9


def test_a_threefold_rate_is_crossed_once():
    found = internal_rate([(0, -1), (365, 3.3), (730, -3.63), (1095, 1.331)], YEAR)
    assert found.status == "ok" and found.rate == pytest.approx(0.1, abs=1e-4)


@pytest.mark.parametrize(
    ("flows", "words"),
    [
        ([(0, 100.0)], "only comes in"),
        ([(0, 100.0), (9, 5.0)], "only comes in"),
        ([(0, -100.0)], "only goes out"),
        ([(0, -100.0), (90, -50.0)], "only goes out"),
        ([(0, 0.0), (90, 0.0)], "all amounts are zero"),
        ([(0, -100.0), (0, 100.0)], "all amounts are zero"),
        ([(0, 0.0), (90, -50.0)], "only goes out"),
    ],
)
def test_flows_without_a_change_of_sign_have_no_rate(flows, words):
    found = internal_rate(flows, YEAR)
    assert (found.rate, found.status) == (None, "no_sign_change") and words in found.reason


@pytest.mark.parametrize("flows", [[(0, -100.0), (90, 0.0)], [(0, -100.0), (30, -20.0), (31, 0.0)], [(0, -100.0), (9, 5.0), (9, -5.0)]])
def test_an_outlay_of_which_nothing_comes_back_is_a_total_loss(flows):
    found = internal_rate(flows, YEAR)
    assert (found.rate, found.status) == (-1.0, "total_loss")


def test_a_rate_beyond_any_number_is_told_as_such():
    assert internal_rate([(0, -1.0), (1, 1e6)], YEAR).status == "overflow"
    assert internal_rate([(0, -1.0), (1, 1e6), (2, 1e6)], YEAR).rate is None


def test_flows_that_change_sign_more_often_than_can_be_counted_have_no_rate():
    most = [(day, (-1.0) ** (day + 1)) for day in range(MOST_SIGN_CHANGES + 1)]
    assert internal_rate(most, YEAR).status != "undetermined"
    found = internal_rate([*most, (MOST_SIGN_CHANGES + 1, (-1.0) ** MOST_SIGN_CHANGES)], YEAR)
    assert (found.rate, found.status) == (None, "undetermined")


def positive_zeros(amounts):
    """Real zeros above 0 of sum(a_k v^k), all of them simple, by mpmath."""
    with mpmath.workdps(60):
        zeros = mpmath.polyroots([mpmath.mpf(a) for a in reversed(amounts)], maxsteps=500, extraprec=400)
        real = sorted(zero.real for zero in zeros if abs(zero.imag) < mpmath.mpf(10) ** -25 and zero.real > 0)
        near = [zero for zero in zeros if mpmath.mpf(10) ** -25 <= abs(zero.imag) < mpmath.mpf(10) ** -4]
        assume(not near and all(b - a > 1e-4 for a, b in itertools.pairwise(real)))
        return [float(1 / zero - 1) for zero in reversed(real)]


@settings(max_examples=150, deadline=None)
@given(st.lists(AMOUNT, min_size=3, max_size=8).filter(lambda amounts: amounts[0] != 0 and amounts[-1] != 0))
@example([-100, 230, -132])
@example([-10, 61, -111, 61, -1])
def test_the_rates_of_yearly_amounts_are_the_positive_zeros_that_mpmath_finds(amounts):
    expected = positive_zeros(amounts)
    found = internal_rate([(YEAR * k, amount) for k, amount in enumerate(amounts)], YEAR)
    if found.status == "total_loss":
        assert expected == []
    else:
        assert found.rates == pytest.approx(tuple(expected), rel=1e-7, abs=1e-7)
        assert (found.status == "ok") == (len(expected) == 1) and (found.rate is None) == (len(expected) != 1)


@settings(max_examples=150)
@given(FLOWS)
def test_a_rate_that_is_given_is_one_and_its_present_value_changes_sign_there(flows):
    found = internal_rate(flows, YEAR)
    if found.status != "ok":
        assert found.rate is None or found.rate == -1.0
        return
    assume(-0.999 < found.rate < 1e6)
    width = 1e-6 * (1 + found.rate)
    below, above = present_value(flows, found.rate - width), present_value(flows, found.rate + width)
    assert below * above < 0


@pytest.mark.parametrize(
    ("one_off", "days", "rate", "status"),
    [
        (600 / 18000, 90, 0.14222823652311645, "ok"),
        (0.10, 365, 0.10, "ok"),
        (0.0, 40, 0.0, "ok"),
        (-0.5, 365, -0.5, "ok"),
        (-1.0, 40, -1.0, "total_loss"),
        (-1.0000001, 40, None, "undefined"),
        (-2.0, 40, None, "undefined"),
        (0.1, 0, None, "undefined"),
        (0.1, -3, None, "undefined"),
        (math.nan, 40, None, "undefined"),
        (math.inf, 40, None, "undefined"),
        (5.0, 0.01, None, "overflow"),
        (0.0, 5e-324, None, "overflow"),
    ],
)
def test_a_one_off_return_is_annualised_or_says_why_not(one_off, days, rate, status):
    found, said = annualised(one_off, days, YEAR)
    assert said == status and (found is None if rate is None else found == pytest.approx(rate, abs=1e-14))


@given(st.floats(-0.999, 50), st.floats(1, 4000))
def test_annualising_agrees_with_the_rate_of_the_two_flows(one_off, days):
    rate, status = annualised(one_off, days, YEAR)
    found = internal_rate([(0, -1000.0), (days, 1000.0 * (1 + one_off))], YEAR)
    assert status == found.status and (rate is None or found.rate == pytest.approx(rate, rel=1e-9, abs=1e-12))


def test_a_year_of_another_length_changes_the_annualised_rate():
    assert annualised(0.1, 365, 366)[0] > annualised(0.1, 365, 365)[0] > annualised(0.1, 365, 364)[0]


DATED = {"cash_flows_usd": [{"day": 0, "amount": -100}, {"day": 30, "amount": 50}, {"day": 60, "amount": 60}]}


def test_amounts_one_period_apart_are_the_flows_of_those_days(calculate):
    by_period = calculate("irr", {"amounts": [-100, 50, 60], "period_days": 30}).result
    assert by_period == calculate("irr", DATED).result


def test_the_calculator_rests_on_the_days_of_a_year_and_names_its_steps(calculate):
    calculation = calculate("irr", DATED)
    assert untraced(calculation) == []
    assert [item.id for item in calculation.assumptions] == ["days_per_year"]
    shown = {step.name: step.value for step in calculation.steps}
    assert shown["irr_fraction"] == calculation.result["irr_fraction"] and shown["rates_fraction"] == calculation.result["rates_fraction"]


def test_money_that_comes_in_first_is_told_as_a_cost_of_financing(calculate):
    result = calculate("irr", {"cash_flows_usd": [{"day": 0, "amount": 100}, {"day": 365, "amount": -106}]}).result
    assert result["irr_fraction"] == pytest.approx(0.06) and "what the financing costs" in result["reason"]
    assert "financing" not in calculate("irr", DATED).result["reason"]


@pytest.mark.parametrize(
    ("raw", "field", "words"),
    [
        ({}, "cash_flows_usd", "is missing without amounts"),
        ({"amounts": [-1, 2]}, "period_days", "is missing beside amounts"),
        ({"period_days": 30} | DATED, "period_days", "belongs to amounts"),
        ({"amounts": [-1, 2], "period_days": 30} | DATED, "cash_flows_usd", "exclude each other"),
        ({"amounts": [-1, 2], "period_days": 0}, "period_days", "greater than 0"),
        ({"amounts": [-1, 1e16], "period_days": 30}, "amounts.1", "less than or equal"),
        ({"cash_flows_usd": []}, "cash_flows_usd", "at least 1"),
        ({"cash_flows_usd": [{"day": -1, "amount": 5}]}, "cash_flows_usd.0.day", "greater than or equal to 0"),
        ({"cash_flows_usd": [{"day": 0, "amount": float("nan")}]}, "cash_flows_usd.0.amount", "finite"),
    ],
)
def test_unusable_flows_are_refused_with_their_field(calculate, raw, field, words):
    with pytest.raises(RulesError) as caught:
        calculate("irr", raw)
    assert caught.value.field == field and words in str(caught.value)
