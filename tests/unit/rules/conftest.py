"""The worked book of docs/DEFINITIONS.md, and short ways to calculate on it."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rules.canonical import to_json
from rules.engine import Calculation, run
from rules.following.follow import follow
from rules.parameters import Parameters, load_parameters
from tests.unit.rules.later_days import PRICES

ROOT = Path(__file__).resolve().parents[3]

WORKED: dict[str, Any] = {
    "as_of": "2026-05-08",
    "portfolio": {
        "condors": [
            {
                "long_put": 5500, "short_put": 5600, "short_call": 6300, "long_call": 6400, "credit_index_points": 20.4644,
                "contracts": 10, "expiry": "2026-06-18", "implied_volatility": [0.205, 0.195, 0.13, 0.125],
            }
        ],
        "holdings": [],
        "account": {},
    },
    "market": {
        "vix": 18, "spx": 6000, "rate": 0.045, "dividend_yield": 0.013,
        "futures": [
            {"expiry": "2026-05-19", "price_index_points": 19.2},
            {"expiry": "2026-06-17", "price_index_points": 20.1},
            {"expiry": "2026-07-22", "price_index_points": 20.8},
            {"expiry": "2026-08-19", "price_index_points": 21.3},
        ],
        "calls": [
            {"expiry": "2026-06-17", "strike": 25, "implied_volatility": 1.0},
            {"expiry": "2026-07-22", "strike": 27, "implied_volatility": 0.9},
            {"expiry": "2026-08-19", "strike": 28, "implied_volatility": 0.85},
        ],
        "etfs": [
            {
                "ticker": "VIXY", "share_price_usd": 40,
                "futures": [
                    {"expiry": "2026-05-19", "price": 19.2, "weight_fraction": 0.4},
                    {"expiry": "2026-06-17", "price": 20.1, "weight_fraction": 0.6},
                ],
            }
        ],
    },
    "signals": {"macd": "pass", "advance_decline": "pass", "rsi": "pass", "capm": "pass", "macro": "pass"},
}  # fmt: skip
FUTURES_HELD = {"instrument": "vx", "quantity": 2, "expiry": "2026-06-17"}


def call_held(tranche: int, acquired_on: str = "2026-04-01", quantity: int | None = None) -> dict[str, Any]:
    """One call tranche that is held."""
    expiry, strike = {1: ("2026-06-17", 25), 2: ("2026-07-22", 27), 3: ("2026-08-19", 28)}[tranche]
    return {
        "instrument": "vix_call",
        "quantity": quantity or {1: 41, 2: 54, 3: 65}[tranche],
        "expiry": expiry,
        "strike": strike,
        "tranche": tranche,
        "acquired_on": acquired_on,
    }


@pytest.fixture(scope="session")
def parameters() -> Parameters:
    """The shipped parameters."""
    return load_parameters()


@pytest.fixture(scope="session")
def calculate(parameters: Parameters) -> Callable[..., Calculation]:
    """`calculate(name, raw)` with the shipped parameters."""
    return lambda name, raw: run(name, raw, parameters)


@pytest.fixture
def worked() -> dict[str, Any]:
    """A copy of the worked book with four futures, three calls and a fund quoted, and every signal passing."""
    return copy.deepcopy(WORKED)


@pytest.fixture
def plan(calculate: Callable[..., Calculation]) -> Callable[..., dict[str, Any]]:
    """`plan(raw)` is the hedge plan as plain JSON types."""
    return lambda raw: dict(calculate("plan-hedge", raw).result)


@pytest.fixture(scope="session")
def held() -> Callable[..., list[dict[str, Any]]]:
    """`held(futures=True, tranches=2)` is a list of holdings."""
    return lambda futures=False, tranches=0: ([FUTURES_HELD] if futures else []) + [call_held(number) for number in range(1, tranches + 1)]


@pytest.fixture(scope="session")
def fresh() -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """`fresh("run", "capm", stdin=b"...")` runs `python -m rules` in a new interpreter; `hash_seed` sets PYTHONHASHSEED."""

    def start(*words: str, stdin: bytes = b"", hash_seed: str = "0", module: bool = True) -> subprocess.CompletedProcess[bytes]:
        environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": hash_seed, "PYTHONIOENCODING": "utf-8"}
        command = [sys.executable, *(("-m", "rules") if module else ()), *words]
        return subprocess.run(command, input=stdin, capture_output=True, cwd=ROOT, env=environment, check=False, timeout=60)

    return start


@pytest.fixture
def plan_of(parameters):
    """`plan_of(raw)` is a plan as it is saved and read back."""
    return lambda raw: json.loads(to_json(run("plan-hedge", raw, parameters).as_dict()))


@pytest.fixture
def saved(plan_of, worked):
    """The worked book as a saved plan."""
    return plan_of(worked)


@pytest.fixture
def later(worked):
    """`later(as_of=..., vix=..., spx=..., **more)` is a later day: contracts that have settled are not quoted."""

    def day(as_of="2026-05-11", vix=24.0, spx=5850.0, prices=PRICES, **more):
        market = copy.deepcopy(worked["market"]) | {"vix": vix, "spx": spx}
        for future, price in zip(market["futures"], prices, strict=True):
            future["price_index_points"] = price
        for quotes in ("futures", "calls"):
            market[quotes] = [quote for quote in market[quotes] if quote["expiry"] > as_of]
        if as_of >= "2026-05-19":
            market["etfs"] = []
        return {"as_of": as_of, "market": market} | more

    return day


@pytest.fixture
def followed(saved, parameters):
    """`followed(today, *moves, plan=...)` is the report as plain JSON types."""
    return lambda today, *moves, plan=None: dict(follow(saved if plan is None else plan, today, moves, parameters).result)


@pytest.fixture
def two_condors(worked):
    """The worked book with a nearer condor before it."""
    near = copy.deepcopy(worked["portfolio"]["condors"][0]) | {"expiry": "2026-05-15", "contracts": 1, "credit_index_points": 8.0}
    worked["portfolio"]["condors"].insert(0, near)
    return worked
