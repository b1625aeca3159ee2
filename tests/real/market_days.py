"""Days of market history for tests, read from the shared data: curve, VIX, S&P 500, breadth, and the signals' series up to a day.

Nothing of it is copied: a test that needs a file skips where the file is absent.
"""

from __future__ import annotations

import csv
import os
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

DATA = Path(os.environ.get("ALVH_SHARED", Path(__file__).resolve().parents[2].parent / "shared")) / "data"
LINE_SCALE = 18.0
"""The scaled cumulative line moves by about this many times net over total issues a day."""
COUNTS_FROM = date(2023, 6, 21)
BARS = 400


@cache
def _rows(name: str) -> list[dict[str, str]]:
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"{path} is not on this machine")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def settlements() -> dict[date, dict[date, float]]:
    """Settlement of every living monthly contract, by day and settlement date."""
    found: dict[date, dict[date, float]] = {}
    for row in _rows("vx_futures/vx_clean_2004_2026.csv"):
        day, expiry = date.fromisoformat(row["trade_date"]), date.fromisoformat(row["expiry"])
        if expiry > day and row["settle"]:
            found.setdefault(day, {})[expiry] = float(row["settle"])
    return found


def curve(day: date, count: int) -> list[tuple[date, float]]:
    """The nearest monthly contracts of a day: settlement date and settlement."""
    return sorted(settlements()[day].items())[:count]


@cache
def vix(column: str = "CLOSE") -> dict[date, float]:
    """The VIX by day: CLOSE, or HIGH."""
    return {date.fromisoformat(row["DATE"]): float(row[column]) for row in _rows("vix/vix-daily.csv")}


@cache
def spx() -> dict[date, float]:
    """Closes of the S&P 500 by day, from 2016-06-28 on."""
    return {date.fromisoformat(row["date"]): float(row["close"]) for row in _rows("spx/SPX_2016_2026.csv")}


def day_before(day: date) -> date:
    """The trading day before."""
    return max(other for other in spx() if other < day)


def net_advances(day: date) -> list[tuple[date, float, float]]:
    """Day, advances and declines up to a day: counts over about 1,630 stocks from June 2023 on, before that what the scaled line implies.

    The line tells net advances only: they stand as advances or as declines, as a share of all issues.
    """
    if day > COUNTS_FROM:
        rows = _rows("breadth/nyse_ad_computed_2023_2026.csv")[:-1]
        found = [(date.fromisoformat(row["date"]), float(row["nyse_advancers"]), float(row["nyse_decliners"])) for row in rows]
    else:
        line = [
            (date.fromisoformat(row["Date"]), float(row["Close"])) for row in _rows("breadth/NYAD_NYMO_2005_2025.csv") if row["Symbol"] == "$NYAD.N"
        ]
        moves = [(after, (now - then) / LINE_SCALE) for (_, then), (after, now) in pairwise(line)]
        found = [(on, max(net, 0.0), max(-net, 0.0)) for on, net in moves]
    return [row for row in found if row[0] <= day and row[0] in spx()][-BARS:]


def signals_until(day: date, risk_free_fraction: float) -> dict[str, Any]:
    """The input `signals` of a plan: MACD from the two nearest contracts, breadth with the index, the VIX, and index with VIX."""
    days = [other for other in sorted(settlements()) if other <= day][-BARS:]
    places = list(zip(*(curve(other, 2) for other in days), strict=True))
    front, second = ({"closes": [price for _, price in place], "expiries": [str(expiry) for expiry, _ in place]} for place in places)
    breadth = net_advances(day)
    closes = [other for other in sorted(vix()) if other <= day and other in spx()][-BARS:]
    dated = {"dates": [str(other) for other in closes]}
    return {
        "macd": {"dates": [str(other) for other in days], "front": front, "second": second},
        "advance_decline": {
            "dates": [str(on) for on, _, _ in breadth],
            "advances": [up for _, up, _ in breadth],
            "declines": [down for _, _, down in breadth],
            "closes": [spx()[on] for on, _, _ in breadth],
        },
        "rsi": dated | {"closes": [vix()[other] for other in closes]},
        "capm": dated
        | {
            "spx_closes": [spx()[other] for other in closes],
            "vix_closes": [vix()[other] for other in closes],
            "risk_free_fraction": risk_free_fraction,
        },
    }
