"""Checks and notes of a plan."""

from __future__ import annotations

from collections.abc import Sequence

from rules.book import Book
from rules.inputs import Account, State
from rules.layers import FuturesChoice
from rules.ledger import Ledger
from rules.market import MarketView
from rules.plan_models import Check, PlanLayer


def plan_checks(
    planned_usd: float | None, book: Book | None, layers: Sequence[PlanLayer], choices: Sequence[FuturesChoice], held_share: float, ledger: Ledger
) -> list[Check]:
    """The futures band, the cost against the credit, and whether matching vega means anything.

    `held_share` is the share of the planned hedge vega that futures already held make up, a fraction.
    """
    return [_band(planned_usd, layers, choices, held_share, ledger), _cost(layers, ledger), _vega_match(planned_usd, book, layers, ledger)]


def _band(planned_usd: float | None, layers: Sequence[PlanLayer], choices: Sequence[FuturesChoice], held_share: float, ledger: Ledger) -> Check:
    low, high = ledger.parameter("futures_share_low_fraction"), ledger.parameter("futures_share_high_fraction")

    def check(state: State, value: float | None, reason: str) -> Check:
        return Check(id="futures_share_in_band", state=state, value=value, limit=high, reason=reason)

    band = f"the band is {low:.0%} to {high:.0%}"
    planned = [layer.share_fraction for layer in layers if layer.layer == 1]
    if held_share > high:
        return check(
            "fail", held_share, f"above_band: futures held make up {held_share:.1%} of the planned hedge vega, {band}; an advice, never an order"
        )
    if planned or held_share >= low:
        share = held_share if held_share >= low else sum(planned)
        return check("pass", share, f"futures make up {share:.1%} of the planned hedge vega; {band}")
    if not planned_usd or not choices:
        return check("not_evaluated", None, "there is no planned hedge vega")
    if any(choice.feasible for choice in choices):
        return check("not_evaluated", None, "the account may not trade futures")
    return check("fail", None, "no whole number of futures fits the band; the alternatives name the nearest hedge vega that would fit")


def _cost(layers: Sequence[PlanLayer], ledger: Ledger) -> Check:
    limit = ledger.parameter("hedge_cost_limit_fraction")
    sized = [layer for layer in layers if layer.quantity]
    fraction = sized[-1].hedge_cost_of_credit_fraction if sized else None
    if fraction is None:
        return Check(id="cost_within_credit", state="not_evaluated", value=None, limit=limit, reason="the cost or the credit is not known")
    unsized = [layer for layer in layers if not layer.quantity]
    missing = f"; without {len(unsized)} part(s) that could not be sized" if unsized else ""
    ledger.derive("cost_of_credit_fraction", "hedge cost of the sized layers / credit", {"hedge_cost_limit_fraction": limit}, fraction, "fraction")
    return Check(
        id="cost_within_credit",
        state="pass" if fraction <= limit else "fail",
        value=fraction,
        limit=limit,
        reason=f"premium, roll-down to the condor's expiry with the VIX held, and fees come to {fraction:.1%} of the credit; the limit is {limit:.0%}{missing}",
    )


def _vega_match(planned_usd: float | None, book: Book | None, layers: Sequence[PlanLayer], ledger: Ledger) -> Check:
    least = ledger.parameter("short_leg_min_days")
    if book is None or book.vega_usd is None:
        return Check(id="vega_match", state="not_evaluated", value=None, limit=None, reason="no condor with volatilities is given")
    if book.days_shortest < least:
        return Check(
            id="vega_match",
            state="not_evaluated",
            value=float(book.days_shortest),
            limit=float(least),
            reason=f"the shortest condor has {book.days_shortest} days left, below {least}: gamma dominates",
        )
    need = max(-book.vega_usd, 0.0) * ledger.parameter("vol_per_vix_point")
    if not need or planned_usd is None:
        return Check(id="vega_match", state="not_evaluated", value=None, limit=None, reason="the book is not short vega, or no hedge vega is planned")
    covered = sum(layer.exposure_usd_per_vix_point for layer in layers) / need
    open_parts = [layer for layer in layers if layer.state == "blocked"]
    reason = (
        f"the planned hedge vega is {planned_usd / need:.1%} of the condors' vega mapped to VIX points; the layers sized so far cover {covered:.1%}"
    )
    reason += f", {len(open_parts)} part(s) could not be sized" if open_parts else ""
    return Check(id="vega_match", state="fail" if open_parts else "pass", value=covered, limit=None, reason=reason)


def plan_notes(view: MarketView, account: Account, chosen: FuturesChoice | None, ledger: Ledger) -> list[str]:
    """Sentences a reader of the plan must not miss."""
    silent_above = ledger.parameter("source_silent_above_vix_points")
    notes = [
        "A VIX future costs its roll: exchange settlements 2013-2026 show the largest roll cost at the front of the curve, whatever the method says of longer contracts."
    ]
    if view.vix > silent_above:
        notes.append(f"The VIX is above {silent_above}: the source is silent on levels this extreme.")
    if not account.futures_allowed:
        notes.append("The account may not trade futures: layer 1 is left out; an ETF may stand in for it if you choose so.")
    elif chosen is None:
        notes.append("No whole number of futures fits the band: change the planned hedge vega to one that fits, allow minis, or let an ETF stand in.")
    return notes
