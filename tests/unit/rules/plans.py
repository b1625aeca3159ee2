"""Short ways to look at a plan."""

from __future__ import annotations

import itertools

STATES = ("pass", "fail", "not_evaluated")
SIGNALS = ("macd", "advance_decline", "rsi", "capm", "macro")
WORDS = {"macd": "MACD", "advance_decline": "advance-decline", "rsi": "RSI", "capm": "CAPM", "macro": "macro"}


def every_signal_state():
    return [dict(zip(SIGNALS, states, strict=True)) for states in itertools.product(STATES, repeat=5)]


def instruments(result):
    return [order["instrument"] for order in result["orders"]]


def layer(result, number, tranche=None):
    return next(item for item in result["layers"] if item["layer"] == number and item["tranche"] == tranche)
