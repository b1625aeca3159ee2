"""The kept exchange closures against the library they were taken from."""

from __future__ import annotations

import json

from rules.ship import scheduled_closures
from rules.vix.expiries import KEPT_CLOSURES, exchange_closures


def test_the_kept_closures_are_those_of_the_library():
    kept = json.loads(KEPT_CLOSURES.read_text(encoding="utf-8"))
    assert kept == scheduled_closures(), "run `python -m rules.ship`"
    assert {day.isoformat() for day in exchange_closures()} == set(kept)
