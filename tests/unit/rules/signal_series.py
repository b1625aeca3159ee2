"""Short ways to put series before the five signals."""

from __future__ import annotations

import math
from datetime import date, timedelta

from rules.fields import validated
from rules.ledger import Ledger
from rules.parameters import load_parameters
from rules.planning.inputs import Signals
from rules.signals import gates

AS_OF = date(2026, 5, 8)
NAMES = ("macd", "advance_decline", "rsi", "capm", "macro")


def days(count, last=AS_OF):
    return [(last - timedelta(days=count - 1 - number)).isoformat() for number in range(count)]


def read(raw, as_of=AS_OF):
    """The board by name, and the ledger it was recorded in."""
    ledger = Ledger(load_parameters())
    board = gates.board(validated(Signals, raw, "signals"), as_of, ledger)
    return {entry.signal: entry for entry in board}, ledger


def one(name, series, as_of=AS_OF):
    return read({name: series}, as_of)[0][name]


def wave(count):
    return [18 + 3 * math.sin(number / 9) + math.cos(number / 2.3) for number in range(count)]


def rising(count):
    return [10 + (number / 20) ** 2 for number in range(count)]


def breadth(nets, closes):
    return {"advances": [2000.0 + net for net in nets], "declines": [2000.0] * len(nets), "closes": closes, "dates": days(len(nets))}
