"""The engine's parity, implied volatilities and deltas on chains that were traded."""

from __future__ import annotations

import csv
import math
import os
import statistics
from datetime import date
from pathlib import Path

import pytest

from rules.options.implied_volatility import solve_black76
from rules.options.parity import Quote, explained_gap, implied_forward, parity_gap
from rules.options.pricing import black76

SHARED = Path(os.environ.get("ALVH_SHARED", Path(__file__).resolve().parents[2].parent / "shared"))
SPX_CHAIN = SHARED / "data" / "chains" / "spx_2022-07-12_1155ET.csv"
VIX_CHAIN = SHARED / "data" / "chains" / "vix_options_2024-06.csv"
SPX_DAYS, SPX_RATE = 45, 0.02  # 12 July to 26 August 2022; near the money the rate hardly moves the forward
VIX_DAYS, VIX_RATE = (date(2024, 7, 17) - date(2024, 6, 3)).days, 0.053


def table(path, header):
    if not path.is_file():
        pytest.skip(f"{path} is not on this machine")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    start = next(number for number, row in enumerate(rows) if row and row[0] == header)
    return rows[start], rows[start + 1 :]


@pytest.fixture(scope="module")
def august():
    """Strike, call quote and put quote of the SPX options that expire on 26 August 2022."""
    _, rows = table(SPX_CHAIN, "Expiration Date")
    chain = [row for row in rows if row and row[0] == "Fri Aug 26 2022"]
    return [(float(row[11]), Quote(float(row[4]), float(row[5])), Quote(float(row[15]), float(row[16]))) for row in chain]


@pytest.fixture(scope="module")
def july_calls():
    """Last trade by strike of the VIX calls of 17 July 2024, on 3 June 2024."""
    names, rows = table(VIX_CHAIN, "as_of_date")
    records = (dict(zip(names, row, strict=True)) for row in rows)
    return {
        float(record["strike_price"]): float(record["close"])
        for record in records
        if (record["as_of_date"], record["expiration_date"], record["contract_type"]) == ("2024-06-03", "2024-07-17", "call") and record["close"]
    }


def test_parity_on_the_chain_of_july_2022_gives_the_forward_of_26_august(august):
    discount = math.exp(-SPX_RATE * SPX_DAYS / 365)
    near = [implied_forward(call.mid, put.mid, strike, discount) for strike, call, put in august if abs(strike - 3858) <= 100]
    assert len(near) >= 30
    assert statistics.median(near) == pytest.approx(3858.1, abs=0.1)
    assert max(near) - min(near) < 1.0


def test_every_pair_of_that_chain_near_the_money_is_consistent_on_one_forward(august):
    discount, forward = math.exp(-SPX_RATE * SPX_DAYS / 365), Quote(3858.1, 3858.1)
    for strike, call, put in august:
        if abs(strike - 3858) <= 300:
            assert abs(parity_gap(call, put, forward, strike, discount)) <= explained_gap(call, put, forward, discount), strike


def test_call_and_put_of_that_chain_imply_the_same_volatility_and_less_of_it_at_higher_strikes(august):
    smile = []
    for strike, call, put in august:
        if strike in (3500.0, 3700.0, 3850.0, 4000.0):
            pair = [
                solve_black76(3858.1, strike, SPX_DAYS / 365, middle, SPX_RATE, right).volatility
                for middle, right in ((call.mid, "call"), (put.mid, "put"))
            ]
            assert pair[0] == pytest.approx(pair[1], abs=0.005)
            smile.append(pair[1])
    assert len(smile) == 4 and smile == sorted(smile, reverse=True)
    assert 0.15 < smile[-1] < smile[0] < 0.40


@pytest.mark.parametrize(("strike", "last", "delta"), [(15, 1.24, 0.50), (17, 0.83, 0.34), (20, 0.56, 0.23), (25, 0.35, 0.14), (30, 0.24, 0.09)])
def test_vix_calls_of_june_2024_have_the_deltas_of_their_future(july_calls, strike, last, delta):
    assert july_calls[float(strike)] == last
    solved = solve_black76(14.51, strike, VIX_DAYS / 365, last, VIX_RATE, "call")
    assert black76(14.51, strike, VIX_DAYS / 365, solved.volatility, VIX_RATE, "call").delta == pytest.approx(delta, abs=0.01)


def test_their_volatility_rises_with_the_strike_from_73_to_134_percent(july_calls):
    smile = [solve_black76(14.51, k, VIX_DAYS / 365, july_calls[float(k)], VIX_RATE, "call").volatility for k in (15, 17, 20, 25, 30)]
    assert smile == sorted(smile)
    assert (smile[0], smile[-1]) == pytest.approx((0.73, 1.34), abs=0.006)
