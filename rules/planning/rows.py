"""Numbers for the rows of the stack: exposure, share, cost, vega and delta, row by row and cumulative."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rules.outcomes.stack_outcomes import hedge_position
from rules.planning.cost import hedge_delta_usd, position_cost_usd
from rules.planning.inputs import HedgeInstrument
from rules.planning.layers import Position
from rules.planning.laying import Draft, Row, record_share
from rules.planning.models import PlanLayer

UNSIZED: Mapping[HedgeInstrument, str] = {"vx": "VX", "vxm": "VXM", "vix_call": "VIX call", "etf": "VIX ETF"}


@dataclass(slots=True)
class Totals:
    """What the rows so far add up to: USD per VIX point, USD; the cost is None from the first row on whose cost is not known."""

    exposure_usd: float = 0.0
    cost_usd: float | None = 0.0
    exposure_steps: dict[str, float] = field(default_factory=dict)
    cost_steps: dict[str, float] = field(default_factory=dict)


def number_rows(draft: Draft) -> list[PlanLayer]:
    """Every row with its numbers, cumulative in the order of the stack; `outcome` is filled in later."""
    totals = Totals()
    return [_number(draft, place, row, totals) for place, row in enumerate(draft.rows)]


def record_terms(draft: Draft, place: int) -> None:
    """Record what a row is: its quantity and share, the price it was or is bought at, and the terms of its contract."""
    position = draft.rows[place].entry
    assert isinstance(position, Position), "only positions have terms"
    record_share(draft, place)
    ledger, name = draft.ledger, f"layers.{place}"
    unit = "usd" if position.fund is not None else "index_points"
    ledger.derive(f"{name}.price", "as paid, or as quoted today", ledger.cite(position.price_step), position.price, unit)
    base = position.exposure_step.rsplit(".", 1)[0]
    used = ledger.cite(position.exposure_step, under=[f"{base}."])
    if position.fund is None:
        used |= ledger.cite({"vix_call": "vix_option"}.get(position.instrument, position.instrument) + "_multiplier_usd_per_index_point")
    ledger.derive(f"{name}.contract.name", "the contract", used, position.name, "name")


def _number(draft: Draft, place: int, row: Row, totals: Totals) -> PlanLayer:
    position = row.entry if isinstance(row.entry, Position) and row.quantity else None
    before, cost = totals.exposure_usd, None
    if position is not None:
        record_terms(draft, place)
        cost = _add(draft, place, row, position, totals)
    numbers = _greeks(draft, place, before, totals) | _against_credit(draft, place, totals)
    return PlanLayer(
        **_identity(row),
        quantity=row.quantity,
        held_quantity=row.held,
        entry_price=None if position is None else position.price,
        exposure_usd_per_vix_point=0.0 if position is None else totals.exposure_steps[f"layers.{place}.exposure_usd_per_vix_point"],
        share_fraction=0.0 if position is None else record_share(draft, place),
        layer_cost_usd=cost,
        hedge_cost_usd=totals.cost_usd,
        **numbers,
        outcome=None,
        state=row.state,
        reason=row.reason,
    )


def _identity(row: Row) -> dict[str, Any]:
    entry = row.entry
    if not isinstance(entry, Position):
        return {
            "layer": entry.layer, "instrument": entry.instrument, "name": UNSIZED[entry.instrument], "expiry": None, "strike": None, "tranche": entry.tranche,
            "exposure_usd_per_contract": None,
        }  # fmt: skip
    return {
        "layer": entry.layer,
        "instrument": entry.instrument,
        "name": entry.name,
        "expiry": entry.expiry,
        "strike": None if entry.call is None else entry.call.quote.strike,
        "tranche": entry.tranche,
        "exposure_usd_per_contract": entry.exposure_usd,
    }


def _add(draft: Draft, place: int, row: Row, position: Position, totals: Totals) -> float | None:
    """Add a row's exposure and cost to the totals, recorded, and return its cost."""
    ledger, name = draft.ledger, f"layers.{place}"
    exposure = row.quantity * position.exposure_usd
    used = ledger.cite(f"{name}.quantity", position.exposure_step)
    totals.exposure_steps[f"{name}.exposure_usd_per_vix_point"] = ledger.derive(
        f"{name}.exposure_usd_per_vix_point", "quantity * exposure of one", used, exposure, "usd"
    )
    totals.exposure_usd += exposure
    days = None if draft.book is None else draft.book.days_longest
    hedge = hedge_position(position, row.quantity, draft.view)
    cost = position_cost_usd(name, position, hedge, draft.view.world(), days, ledger)
    if cost is not None:
        totals.cost_steps[f"{name}.layer_cost_usd"] = cost
    totals.cost_usd = None if cost is None or totals.cost_usd is None else totals.cost_usd + cost
    return cost


def _greeks(draft: Draft, place: int, before: float, totals: Totals) -> dict[str, Any]:
    """Vega and delta of the hedge so far and of condors with hedge before and after a row, each recorded."""
    ledger, book, name, spx = draft.ledger, draft.book, f"layers.{place}", draft.view.spx
    mapping, response = ledger.parameter("vol_per_vix_point"), ledger.parameter("spx_vix_response_vix_points_per_percent")
    after = totals.exposure_usd
    left = draft.planned_usd - after
    used = ledger.cite("planned_hedge_vega_usd") | totals.exposure_steps
    ledger.derive(f"{name}.exposure_left_usd_per_vix_point", "planned_hedge_vega_usd - exposures so far", used, left, "usd")
    ledger.derive(f"{name}.hedge_vega_usd_per_vix_point", "sum of the exposures so far", totals.exposure_steps, after, "usd")
    responds = ledger.cite("spx_vix_response_vix_points_per_percent", *([] if spx is None else ["market.spx"])) | totals.exposure_steps
    deltas = {} if spx is None else {"before": hedge_delta_usd(before, spx, response), "after": hedge_delta_usd(after, spx, response)}
    ledger.derive(f"{name}.hedge_delta_usd", "hedge vega * response / (1 % of SPX)", responds, deltas.get("after"), "usd_per_index_point")
    found: dict[str, Any] = {
        "exposure_left_usd_per_vix_point": left,
        "hedge_vega_usd_per_vix_point": after,
        "hedge_delta_usd": deltas.get("after"),
        "delta_note": None if book is None or not deltas else _delta_note(book.delta_usd, deltas["after"] - deltas["before"]),
    }
    for side, vega in (("before", before), ("after", after)):
        both_vega = None if book is None or book.vega_usd is None else book.vega_usd * mapping + vega
        both_delta = None if book is None or book.delta_usd is None or not deltas else book.delta_usd + deltas[side]
        found |= {f"vega_{side}_usd_per_vix_point": both_vega, f"delta_{side}_usd": both_delta}
        if both_vega is not None and both_delta is not None:
            used = ledger.cite("book.vega_usd", "vol_per_vix_point") | totals.exposure_steps
            formula = f"book.vega_usd * vol_per_vix_point + exposures {side} this row"
            ledger.derive(f"{name}.vega_{side}_usd_per_vix_point", formula, used, both_vega, "usd")
            used = ledger.cite("book.delta_usd") | responds
            ledger.derive(f"{name}.delta_{side}_usd", f"book.delta_usd + hedge delta {side} this row", used, both_delta, "usd_per_index_point")
    return found


def _against_credit(draft: Draft, place: int, totals: Totals) -> dict[str, Any]:
    """The hedge's cost so far as a fraction of the credit, and what of the credit is left."""
    ledger, name = draft.ledger, f"layers.{place}"
    credit = None if draft.book is None else draft.book.credit_usd
    if credit is None or totals.cost_usd is None:
        return {"hedge_cost_of_credit_fraction": None, "max_profit_after_usd": None}
    ledger.derive(f"{name}.hedge_cost_usd", "sum of the costs so far", totals.cost_steps, totals.cost_usd, "usd")
    used = ledger.cite("book.credit_usd", f"{name}.hedge_cost_usd")
    fraction, left = totals.cost_usd / credit, credit - totals.cost_usd
    ledger.derive(f"{name}.hedge_cost_of_credit_fraction", "hedge cost / credit", used, fraction, "fraction")
    ledger.derive(f"{name}.max_profit_after_usd", "credit - hedge cost", used, left, "usd")
    return {"hedge_cost_of_credit_fraction": fraction, "max_profit_after_usd": left}


def _delta_note(book_delta: float | None, added: float) -> str | None:
    if book_delta is None or book_delta == 0.0 or added == 0.0:
        return None
    return "this layer adds to the condor's delta" if book_delta * added > 0 else "this layer offsets the condor's delta"
