"""Numbers and units in a question are read with their spans."""

from __future__ import annotations

import itertools

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
    ("25%", "fraction", 0.25),
    ("25 pct", "fraction", 0.25),
    ("40 bp", "fraction", 0.004),
    ("90 vol", "fraction", 0.9),
    ("a quarter", "fraction", 0.25),
    ("ten lots", "count", 10.0),
    ("10 condors", "count", 10.0),
    ("45 DTE", "days", 45.0),
    ("6 weeks", "days", 42.0),
    ("5500/5600/6300/6400", "strikes", (5500.0, 5600.0, 6300.0, 6400.0)),
    ("2026-06-18", "date", "2026-06-18"),
    ("2026-06", "month", "2026-06"),
    ("-2,877", "number", -2877.0),
    ("18.4", "number", 18.4),
]


@pytest.mark.parametrize(("text", "unit", "value"), READINGS)
def test_a_quantity_is_read_with_its_unit_inside_a_sentence(text: str, unit: str, value: object) -> None:
    sentence = f"it says {text} here"
    (found,) = read_quantities(sentence)
    assert (found.unit, found.value) == (unit, value)
    assert sentence[found.start : found.end].strip() == text


def test_a_range_keeps_both_ends() -> None:
    (found,) = read_quantities("the 25-40% band")
    assert (found.low, found.value, found.unit) == (0.25, 0.4, "fraction")


def test_four_numbers_out_of_order_are_no_strikes() -> None:
    assert all(found.unit != "strikes" for found in read_quantities("5600/5500/6300/6400"))


def test_a_date_that_does_not_exist_is_no_date() -> None:
    assert all(found.unit != "date" for found in read_quantities("2026-02-30"))


@given(st.integers(min_value=1, max_value=10**9))
def test_money_with_separators_is_read_back(amount: int) -> None:
    (found,) = read_quantities(f"${amount:,}")
    assert (found.unit, found.value) == ("usd", float(amount))


@given(st.integers(min_value=0, max_value=10000))
def test_a_percentage_is_read_back(hundredths: int) -> None:
    (found,) = read_quantities(f"{hundredths / 100:.2f} %")
    assert found.unit == "fraction" and found.value == pytest.approx(hundredths / 10000)


@given(st.text(max_size=200))
def test_any_text_is_read_without_failure_and_spans_do_not_overlap(text: str) -> None:
    found = read_quantities(text)
    assert all(text[q.start : q.end] == q.text for q in found)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
