"""How the planned hedge vega divides over the layers, each part against what it may take."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from rules.charts.again import Again
from rules.charts.models import Axis, Bar, BarChart, Chart
from rules.planning.shares import call_tranche_count, call_tranche_share_fraction
from rules.reports.report import in_words

SHARE = Axis("share of the planned hedge vega", "fraction")
TITLE = "Share of the planned hedge vega by layer"
NOTES = ("Futures have a band from the source; a call tranche takes one increment; funds at most what the band's upper edge leaves.",)


def of_plan(again: Again) -> list[Chart]:
    """The rows of a plan by layer and tranche: what the hedge holds once each is in place. None where nothing is planned."""
    layers = again.result["layers"]
    if not layers:
        return []
    bars = [_first([layer for layer in layers if layer["layer"] == 1], again)]
    increment = call_tranche_share_fraction(again.ledger)
    planned = set(range(1, call_tranche_count(again.ledger) + 1))
    for tranche in sorted(planned | {layer["tranche"] for layer in layers if layer["layer"] == 2}):
        rows = [layer for layer in layers if layer["layer"] == 2 and layer["tranche"] == tranche]
        bars.append(Bar(f"calls, tranche {tranche}", _share(rows), None, increment if tranche in planned else None, _states(rows)))
    rows = [layer for layer in layers if layer["layer"] == 3]
    bars.append(Bar("funds", _share(rows), None, again.steps.get("etf_share_fraction"), _states(rows)))
    return [BarChart("shares", TITLE, SHARE, tuple(bars), NOTES)]


def of_split(again: Again) -> list[Chart]:
    """The parts of a planned hedge vega."""
    steps, result = again.steps, again.result
    increment = call_tranche_share_fraction(again.ledger)
    low, high = steps["futures_share_low_fraction"], steps["futures_share_high_fraction"]
    bars = [Bar("futures", steps["futures_share_fraction"], low, high, in_words(result["futures_vega_usd"]["target"], "usd"))]
    words = in_words(result["call_tranche_vega_usd"], "usd")
    bars += [Bar(f"calls, tranche {tranche}", increment, None, increment, words) for tranche in range(1, result["call_tranches"] + 1)]
    bars.append(Bar("funds", steps["etf_share_fraction"], None, steps["etf_share_fraction"], in_words(result["etf_vega_usd"], "usd")))
    return [BarChart("shares", TITLE, SHARE, tuple(bars), NOTES)]


def _first(rows: Sequence[Mapping[str, Any]], again: Again) -> Bar:
    low, high = again.ledger.parameter("futures_share_low_fraction"), again.ledger.parameter("futures_share_high_fraction")
    label = "futures" if all(row["instrument"] in ("vx", "vxm") for row in rows) else "fund for futures"
    return Bar(label, _share(rows), low, high, _states(rows))


def _share(rows: Sequence[Mapping[str, Any]]) -> float:
    return math.fsum(row["share_fraction"] for row in rows)


def _states(rows: Sequence[Mapping[str, Any]]) -> str:
    """What the rows hold and how far they are, `2 VX 2026-06-17 ordered`; a row that is not sized says only its state."""
    found = [f"{row['quantity']} {row['name']} {row['state']}" if row["quantity"] else row["state"].replace("_", " ") for row in rows]
    return "; ".join(found) or "not needed"
