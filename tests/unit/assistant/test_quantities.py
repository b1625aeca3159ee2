"""Numbers and units in a question are read with their spans."""

from __future__ import annotations

import itertools
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.quantities import read_quantities

READINGS = [
    ("$10,000", "usd", 10000.0),
    ("$10k", "usd", 10000.0),
    ("$1.2m", "usd", 1200000.0),
    ("2.5 million dollars", "usd", 2500000.0),
    ("10,000 USD", "usd", 10000.0),
    ("eight thousand dollars", "usd", 8000.0),
    ("2.5 million", "number", 2500000.0),
    ("half a million", "number", 500000.0),
    ("25%", "fraction", 0.25),
    ("25 pct", "fraction", 0.25),
    ("thirty-five percent", "fraction", 0.35),
    ("a quarter", "fraction", 0.25),
    ("two thirds", "fraction", 2 / 3),
    ("1/3", "fraction", 1 / 3),
    ("minus 1.1", "number", -1.1),
    ("half a dozen", "count", 6.0),
    ("9 times", "multiple", 9.0),
    ("4 SPX iron condors", "count", 4.0),
    ("-5%", "fraction", -0.05),
    ("40 bp", "bp", 40.0),
    ("550bp", "bp", 550.0),
    ("90 vol", "vol", 0.9),
    ("ten lots", "count", 10.0),
    ("10 condors", "count", 10.0),
    ("twenty five contracts", "count", 25.0),
    ("a hundred and twenty contracts", "count", 120.0),
    ("a dozen lots", "count", 12.0),
    ("10x", "multiple", 10.0),
    ("x20", "multiple", 20.0),
    ("45 DTE", "days", 45.0),
    ("sixty days", "days", 60.0),
    ("6 weeks", "days", 42.0),
    ("10 trading days", "trading_days", 10.0),
    ("two sigma", "sigma", 2.0),
    ("10th", "ordinal", 10.0),
    ("15.8 pts", "points", 15.8),
    ("10 vol points", "vol_points", 0.1),
    ("6300C", "strike", 6300.0),
    ("5500/5600/6300/6400", "series", (5500.0, 5600.0, 6300.0, 6400.0)),
    ("5,250 / 5,300 / 5,900 / 5,950", "series", (5250.0, 5300.0, 5900.0, 5950.0)),
    ("20/19/13/12.5%", "series", (0.2, 0.19, 0.13, 0.125)),
    ("-12,000, 4,100, 4,100, 4,300", "series", (-12000.0, 4100.0, 4100.0, 4300.0)),
    ("1,510, 1,320 and 2,040", "series", (1510.0, 1320.0, 2040.0)),
    ("12,26,9", "series", (12.0, 26.0, 9.0)),
    ("17.2 18.1 17.6", "series", (17.2, 18.1, 17.6)),
    ("1.05-1.15", "pair", (1.05, 1.15)),
    ("2.05/2.15", "pair", (2.05, 2.15)),
    ("2026-06-18", "date", "2026-06-18"),
    ("June 17, 2026", "date", "2026-06-17"),
    ("8th of May 2026", "date", "2026-05-08"),
    ("06/17/2026", "date", "2026-06-17"),
    ("June 17", "day", "06-17"),
    ("2026-06", "month", "2026-06"),
    ("sept 2026", "month", "2026-09"),
    ("june '26", "month", "2026-06"),
    ("-2,877", "number", -2877.0),
    ("one and a half", "number", 1.5),
    ("18.4", "number", 18.4),
    ("black 76", "name", "black 76"),
    ("M1", "name", "m1"),
]
TWO_READINGS = ["12,5", "10-15 lots", "ten to fifteen lots", "500 euros", "€500", "30 years", "2026-02-30", "50 delta", "x1y2"]


@pytest.mark.parametrize(("text", "unit", "value"), READINGS)
def test_a_quantity_is_read_with_its_unit_inside_a_sentence(text: str, unit: str, value: object) -> None:
    sentence = f"it says {text} here"
    (found,) = read_quantities(sentence)
    assert (found.unit, found.value) == (unit, value)
    assert sentence[found.start : found.end].strip() == text


@pytest.mark.parametrize("text", TWO_READINGS)
def test_what_has_two_readings_or_no_unit_here_is_unclear_and_no_guess(text: str) -> None:
    found = read_quantities(f"it says {text} here")
    assert found and any(quantity.unit == "unclear" for quantity in found)


def test_a_range_keeps_both_ends() -> None:
    for text in ("the 25-40% band", "25 % to 40 %", "between 25 and 40 %"):
        (found,) = read_quantities(text)
        assert (found.low, found.value, found.unit) == (0.25, 0.4, "fraction")


@pytest.mark.parametrize(
    ("text", "note"),
    [("$310 a contract", "per_contract"), ("5.5% a month", "per_month"), ("6300C", "call"), ("25P", "put"), ("half", "part"), ("2026", "")],
)
def test_words_around_a_number_are_kept_as_a_note(text: str, note: str) -> None:
    (found,) = read_quantities(text)
    assert found.note == note


def test_a_multiple_before_a_row_is_a_count_and_no_part_of_it() -> None:
    assert [found.unit for found in read_quantities("12 x 5400/5450/6100/6150")] == ["multiple", "series"]


def test_days_before_their_number_are_not_taken_from_a_price() -> None:
    found = read_quantities("spot 5900 dte 28")
    assert [(quantity.unit, quantity.value) for quantity in found] == [("number", 5900.0), ("number", 28.0)]


def test_a_percentage_ends_a_row_of_numbers() -> None:
    assert [found.unit for found in read_quantities("closes 100, 104, 97, 103, 0.9 pct fee")] == ["series", "fraction"]


MONEY = st.integers(min_value=1, max_value=10**9)
MONEY_FORMS = ("${:,}", "${}", "{:,} USD", "{} dollars", "US${:,}")
FRACTION_FORMS = ("{} %", "{}%", "{} pct", "{} percent", "{} per cent")
DAYS_FORMS = ("{} days", "{} dte", "{}-day", "{}d", "{} calendar days")
COUNT_FORMS = ("{} lots", "{:,} contracts", "{} condors")
NUMBER_FORMS = ("{}", "vix {}", "at {}", "={}")


@given(MONEY, st.sampled_from(MONEY_FORMS))
def test_money_in_any_form_is_read_back(amount: int, form: str) -> None:
    (found,) = read_quantities(form.format(amount))
    assert (found.unit, found.value) == ("usd", float(amount))


@given(st.integers(min_value=0, max_value=10000), st.sampled_from(FRACTION_FORMS))
def test_a_percentage_in_any_form_is_read_back(hundredths: int, form: str) -> None:
    (found,) = read_quantities(form.format(f"{hundredths / 100:.2f}"))
    assert found.unit == "fraction" and found.value == pytest.approx(hundredths / 10000)


@given(st.integers(min_value=0, max_value=3000), st.sampled_from(DAYS_FORMS))
def test_days_in_any_form_are_read_back(days: int, form: str) -> None:
    (found,) = read_quantities(form.format(days))
    assert (found.unit, found.value) == ("days", float(days))


@given(st.integers(min_value=1, max_value=10**6), st.sampled_from(COUNT_FORMS))
def test_a_count_in_any_form_is_read_back(count: int, form: str) -> None:
    (found,) = read_quantities(form.format(count))
    assert (found.unit, found.value) == ("count", float(count))


@given(st.integers(min_value=1, max_value=10**7), st.sampled_from(NUMBER_FORMS))
def test_a_level_in_any_form_is_read_back(cents: int, form: str) -> None:
    (found,) = read_quantities(form.format(f"{cents / 100:.2f}"))
    assert (found.unit, found.value) == ("number", cents / 100)


@given(st.lists(st.integers(min_value=1000, max_value=9999), min_size=3, max_size=12), st.sampled_from([", ", "/", " ", " / "]))
def test_a_row_in_any_form_is_read_back(hundredths: list[int], separator: str) -> None:
    (found,) = read_quantities(separator.join(f"{value / 100:.2f}" for value in hundredths))
    assert (found.unit, found.value) == ("series", tuple(value / 100 for value in hundredths))


@given(st.dates(min_value=date(2004, 1, 1)))
def test_a_date_is_read_back(day: object) -> None:
    (found,) = read_quantities(f"on {day} it is")
    assert (found.unit, found.value) == ("date", str(day))


ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = " ten twenty thirty forty fifty sixty seventy eighty ninety".split(" ")


def in_words(number: int) -> str:
    """A number below a million as it is spelled."""
    if number < 20:
        return ONES[number]
    if number < 100:
        return TENS[number // 10] + (f"-{ONES[number % 10]}" if number % 10 else "")
    if number < 1000:
        return f"{ONES[number // 100]} hundred" + (f" and {in_words(number % 100)}" if number % 100 else "")
    return f"{in_words(number // 1000)} thousand" + (f" {in_words(number % 1000)}" if number % 1000 else "")


@given(st.integers(min_value=1, max_value=999_999))
def test_a_spelled_number_is_read_back(number: int) -> None:
    (found,) = read_quantities(f"{in_words(number)} contracts")
    assert (found.unit, found.value) == ("count", float(number))


@given(st.text(max_size=120))
def test_every_digit_of_any_text_lies_in_a_quantity_and_none_overlap(text: str) -> None:
    found = read_quantities(text)
    spans = [(quantity.start, quantity.end) for quantity in found]
    assert all(first[1] <= second[0] for first, second in itertools.pairwise(spans))
    for match in re.finditer(r"[0-9]", text):
        assert any(start <= match.start() < end for start, end in spans)
