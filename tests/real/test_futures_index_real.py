"""The short-term futures index of three volatility days from the exchange's settlements."""

from __future__ import annotations

import csv
import itertools
import os
from datetime import date
from pathlib import Path

import pytest

from rules.vix.futures_index import contract_return, contract_weights

SHARED = Path(os.environ.get("ALVH_SHARED", Path(__file__).resolve().parents[2].parent / "shared"))
CONTRACTS = SHARED / "data" / "vx_futures" / "vx_clean_2004_2026.csv"


@pytest.fixture(scope="module")
def settlements():
    if not CONTRACTS.is_file():
        pytest.skip(f"{CONTRACTS} is not on this machine")
    found: dict[date, dict[date, float]] = {}
    with CONTRACTS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["settle"]:
                found.setdefault(date.fromisoformat(row["trade_date"]), {})[date.fromisoformat(row["expiry"])] = float(row["settle"])
    return found


@pytest.mark.parametrize(
    ("day", "expected", "tolerance"),
    [(date(2018, 2, 5), 0.9610, 5e-5), (date(2024, 8, 5), 0.4238, 5e-5), (date(2020, 3, 16), 0.349, 5e-4)],
)
def test_the_short_term_index_rose_as_published(settlements, day, expected, tolerance):
    before = max(other for other in settlements if other < day)
    weights = contract_weights("short_term", before, 30)
    assert contract_return(weights, settlements[before], settlements[day]) == pytest.approx(expected, abs=tolerance)


def test_the_one_month_position_of_2010_to_february_2026_lost_about_half_a_year(settlements):
    growth, held = 1.0, 0
    days = sorted(day for day in settlements if date(2009, 12, 31) <= day <= date(2026, 2, 28))
    for before, day in itertools.pairwise(days):
        weights = contract_weights("short_term", before, 30)
        if all(settlement in settlements[before] and settlement in settlements[day] for settlement in weights):
            growth *= 1.0 + contract_return(weights, settlements[before], settlements[day])
            held += 1
    assert growth ** (252 / held) - 1 == pytest.approx(-0.508, abs=0.01)
