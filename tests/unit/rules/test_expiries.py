"""CFE Rule 1202(b), and business days around holidays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from rules.errors import RulesError
from rules.vix.expiries import (
    FIRST_YEAR,
    LAST_YEAR,
    add_business_days,
    business_day_before,
    is_business_day,
    third_friday,
    vix_settlement_date,
    vix_settlement_dates_from,
)

MONTHS = [(year, month) for year in range(FIRST_YEAR, LAST_YEAR + 1) for month in range(1, 13)]


def test_every_settlement_date_is_a_wednesday_or_the_business_day_before_one():
    for year, month in MONTHS:
        day = vix_settlement_date(year, month)
        assert (day.year, day.month) == (year, month)
        assert is_business_day(day)
        assert day.weekday() in (1, 2), day


def test_a_settlement_on_a_wednesday_lies_thirty_days_before_a_third_friday_that_is_open():
    for year, month in MONTHS:
        day = vix_settlement_date(year, month)
        friday = third_friday(year + month // 12, month % 12 + 1)
        wednesday = friday - timedelta(days=30)
        both_open = is_business_day(wednesday) and is_business_day(friday)
        assert (day == wednesday) is both_open, day


def test_settlement_dates_from_a_day_are_in_order_and_include_that_day():
    dates = vix_settlement_dates_from(date(2026, 5, 19), 13)
    assert dates[0] == date(2026, 5, 19) and dates == sorted(set(dates)) and len(dates) == 13
    assert vix_settlement_dates_from(date(2026, 5, 20), 1) == [date(2026, 6, 17)]


def test_a_closure_announced_later_moves_settlement_like_a_holiday():
    assert vix_settlement_date(2026, 6, closures=[date(2026, 6, 17)]) == date(2026, 6, 16)
    assert vix_settlement_date(2026, 6, closures=[date(2026, 7, 17)]) == date(2026, 6, 16)
    assert vix_settlement_date(2026, 6, closures=[date(2026, 6, 16)]) == date(2026, 6, 17)


@pytest.mark.parametrize(("year", "month", "day"), [(2026, 6, 19), (2026, 5, 15), (2027, 6, 18), (2025, 4, 18), (2027, 1, 15)])
def test_the_third_friday_is_the_third_friday(year, month, day):
    assert third_friday(year, month) == date(year, month, day)


@pytest.mark.parametrize("closed", ["2026-06-19", "2027-06-18", "2025-04-18", "2026-07-03", "2026-12-25", "2026-05-09", "2026-05-10", "2025-01-09"])
def test_holidays_and_weekends_are_no_business_days(closed):
    assert not is_business_day(date.fromisoformat(closed))


def test_the_business_day_before_a_monday_after_a_holiday_skips_both():
    assert business_day_before(date(2026, 6, 22)) == date(2026, 6, 18)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [("2026-05-01", 5, "2026-05-08"), ("2026-05-21", 5, "2026-05-29"), ("2026-05-08", 0, "2026-05-08"), ("2026-06-18", 1, "2026-06-22")],
)
def test_business_days_are_counted_over_weekends_and_holidays(start, count, end):
    assert add_business_days(date.fromisoformat(start), count) == date.fromisoformat(end)


@pytest.mark.parametrize("year", [FIRST_YEAR - 1, LAST_YEAR + 1])
def test_a_year_outside_the_holiday_calendar_is_refused_with_its_range(year):
    with pytest.raises(RulesError, match=f"{FIRST_YEAR} to {LAST_YEAR}"):
        vix_settlement_date(year, 1)


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"as_of": "2026-05-08"},
        {"count": 3},
        {"month": "2026-13"},
        {"month": "May 2026"},
        {"month": "2026-05", "count": 2},
        {"as_of": "2026-02-30", "count": 1},
    ],
)
def test_a_question_about_expiries_that_says_too_little_or_too_much_is_refused(calculate, raw):
    with pytest.raises(RulesError):
        calculate("vix-expiry", raw)


def test_a_date_beyond_the_calendar_is_named_as_the_field_that_was_given(calculate):
    with pytest.raises(RulesError) as caught:
        calculate("vix-expiry", {"as_of": "2050-12-30", "count": 2})
    assert caught.value.field in ("as_of", "count")
