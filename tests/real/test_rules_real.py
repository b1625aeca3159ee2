"""The settlement rule against every contract that the exchange has settled or listed."""

from __future__ import annotations

import csv
import os
from datetime import date
from pathlib import Path

import pytest

from rules.vix.expiries import vix_settlement_date, vix_settlement_dates_from

SHARED = Path(os.environ.get("ALVH_SHARED", Path(__file__).resolve().parents[2].parent / "shared"))
CONTRACTS = SHARED / "data" / "vx_futures" / "vx_clean_2004_2026.csv"
ABSENT_FROM_THE_FILE = {date(2026, 3, 18)}


@pytest.fixture(scope="module")
def rows():
    if not CONTRACTS.is_file():
        pytest.skip(f"{CONTRACTS} is not on this machine")
    with CONTRACTS.open(encoding="utf-8", newline="") as file:
        return [
            (date.fromisoformat(row["trade_date"]), date.fromisoformat(row["expiry"]), row["is_final_settlement_day"] == "1")
            for row in csv.DictReader(file)
        ]


def test_the_rule_gives_every_settlement_date_of_every_contract(rows):
    expiries = sorted({expiry for _, expiry, _ in rows})
    assert len(expiries) >= 267
    wrong = [
        (expiry, vix_settlement_date(expiry.year, expiry.month)) for expiry in expiries if vix_settlement_date(expiry.year, expiry.month) != expiry
    ]
    assert wrong == []


def test_the_rule_gives_no_date_between_the_contracts_that_the_exchange_did_not_have(rows):
    expiries = sorted({expiry for _, expiry, _ in rows if expiry > date(2006, 1, 1)})
    months = (expiries[-1].year - expiries[0].year) * 12 + expiries[-1].month - expiries[0].month + 1
    assert set(vix_settlement_dates_from(expiries[0], months)) - set(expiries) <= ABSENT_FROM_THE_FILE


def test_no_contract_traded_after_its_settlement_date_and_the_last_row_is_that_day(rows):
    last: dict[date, date] = {}
    for traded, expiry, final in rows:
        last[expiry] = max(traded, last.get(expiry, traded))
        assert not final or traded == vix_settlement_date(expiry.year, expiry.month)
    assert all(traded <= expiry for expiry, traded in last.items())
