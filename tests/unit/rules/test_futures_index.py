"""Roll weights and daily returns of the VIX futures indices."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import RulesError
from rules.vix.expiries import add_business_days, business_day_before, is_business_day, vix_settlement_dates_from
from rules.vix.futures_index import contract_return, contract_weights, roll

RULE = 30
DAYS = st.dates(date(2006, 1, 3), date(2040, 12, 31)).filter(is_business_day)


@pytest.mark.parametrize(
    ("close", "days", "left", "front", "second"),
    [
        (date(2018, 2, 2), 20, 7, date(2018, 2, 14), date(2018, 3, 21)),
        (date(2024, 8, 2), 25, 12, date(2024, 8, 21), date(2024, 9, 18)),
    ],
)
def test_the_worked_days_carry_the_days_that_the_index_rules_give(close, days, left, front, second):
    found = roll(close, 2, RULE)
    assert (found.days, found.days_left, found.settlements) == (days, left, (front, second))


def test_into_5_february_2018_the_index_held_35_of_the_first_to_65_of_the_second_and_rose_96_10_percent():
    weights = contract_weights("short_term", date(2018, 2, 2), RULE)
    front, second = sorted(weights)
    assert weights == {front: pytest.approx(0.35), second: pytest.approx(0.65)}
    assert contract_return(weights, {front: 15.625, second: 14.975}, {front: 33.225, second: 27.975}) == pytest.approx(0.9610, abs=5e-5)


def test_into_5_august_2024_the_index_held_48_of_the_first_to_52_of_the_second_and_rose_42_38_percent():
    weights = contract_weights("short_term", date(2024, 8, 2), RULE)
    front, second = sorted(weights)
    assert weights == {front: pytest.approx(0.48), second: pytest.approx(0.52)}
    assert contract_return(weights, {front: 21.8527, second: 21.9844}, {front: 32.0986, second: 30.3911}) == pytest.approx(0.4238, abs=5e-5)


def test_weights_are_counts_of_contracts_and_not_of_dollars():
    first, second = date(2026, 5, 19), date(2026, 6, 17)
    weights = {first: 0.5, second: 0.5}
    assert contract_return(weights, {first: 10.0, second: 30.0}, {first: 20.0, second: 30.0}) == pytest.approx(50 / 40 - 1)


def test_from_the_day_before_a_settlement_on_all_of_the_index_is_in_the_next_future():
    settlement = date(2026, 6, 17)
    weights = contract_weights("short_term", business_day_before(settlement), RULE)
    assert weights == {date(2026, 7, 22): 1.0}
    before = contract_weights("short_term", business_day_before(business_day_before(settlement)), RULE)
    assert sorted(before) == [settlement, date(2026, 7, 22)] and before[settlement] == pytest.approx(1 / 20)


def test_a_settlement_moved_to_a_tuesday_moves_the_roll_with_it():
    assert contract_weights("short_term", date(2026, 5, 18), RULE) == {date(2026, 6, 17): 1.0}
    assert date(2026, 5, 19) in contract_weights("short_term", date(2026, 5, 15), RULE)


def test_a_closure_announced_later_takes_a_day_out_of_the_roll():
    usual, closed = roll(date(2018, 11, 30), 2, RULE), roll(date(2018, 11, 30), 2, RULE, (date(2018, 12, 7),))
    assert (closed.days, closed.days_left) == (usual.days - 1, usual.days_left - 1)


def test_the_mid_term_index_holds_the_fourth_to_seventh_future():
    close = date(2018, 2, 2)
    held = contract_weights("mid_term", close, RULE)
    months = vix_settlement_dates_from(date(2018, 2, 5), 7, RULE)
    assert held == dict(zip(months[3:], (pytest.approx(0.35), 1.0, 1.0, pytest.approx(0.65)), strict=True))


@given(DAYS)
def test_the_weights_of_every_day_add_up_and_shrink_by_one_business_day_at_a_time(close):
    found, following = roll(close, 2, RULE), roll(add_business_days(close, 1), 2, RULE)
    assert 1 <= found.days_left <= found.days and 15 <= found.days <= 25
    assert following.days_left == (found.days_left - 1 if found.days_left > 1 else following.days)
    assert sum(contract_weights("short_term", close, RULE).values()) == pytest.approx(1)
    assert sum(contract_weights("mid_term", close, RULE).values()) == pytest.approx(3)


@given(DAYS, st.floats(0.5, 2.0))
def test_when_every_future_moves_alike_so_does_the_index(close, factor):
    weights = contract_weights("short_term", close, RULE)
    before = {settlement: 20.0 + k for k, settlement in enumerate(weights)}
    after = {settlement: price * factor for settlement, price in before.items()}
    assert contract_return(weights, before, after) == pytest.approx(factor - 1, abs=1e-12)


@pytest.mark.parametrize("price", [None, 0.0, -1.0, float("nan"), float("inf")])
def test_a_contract_held_without_a_price_is_refused_by_its_settlement_date(price):
    day = date(2026, 5, 19)
    prices = {} if price is None else {day: price}
    for before, after, where in ((prices, {day: 20.0}, "before"), ({day: 20.0}, prices, "after")):
        with pytest.raises(RulesError) as caught:
            contract_return({day: 1.0}, before, after)
        assert caught.value.field == f"{where}.2026-05-19"


def test_a_day_outside_the_holiday_calendar_is_refused():
    for day in (date(2003, 1, 2), date(2050, 12, 30)):
        with pytest.raises(RulesError, match="holiday calendar"):
            roll(day, 2, RULE)


def test_another_distance_to_the_third_friday_moves_the_roll():
    assert roll(date(2018, 2, 2), 1, 31).settlements == (date(2018, 2, 14) - timedelta(days=1),)
