"""What a trader looks at beside the orders: the hedges held, what waits until when, advices, synthetic futures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import fsum, sqrt
from typing import Literal

from rules.ledger import Ledger
from rules.planning.inputs import State
from rules.planning.layers import Position
from rules.planning.laying import Draft, Row
from rules.planning.models import Advice, HoldingReview, ScheduledOrder
from rules.vix.expiries import add_business_days


def review_holdings(draft: Draft) -> list[HoldingReview]:
    """Each hedge held: what to add to, what to leave, and what exceeds the band; never a sale."""
    high = draft.ledger.parameter("futures_share_high_fraction")
    found = []
    for held in draft.held.positions:
        position, number = held.position, held.number
        exposure = None if position is None else position.quantity * position.exposure_usd
        first = held.holding.instrument in (("vx", "vxm", "etf") if draft.stand_in else ("vx", "vxm"))
        row = next((row for row in draft.rows if isinstance(row.entry, Position) and position is not None and row.entry.name == position.name), None)
        share = None
        if exposure is not None:
            used = draft.ledger.cite(f"holdings.{number}.exposure_usd_per_vix_point", "planned_hedge_vega_usd")
            share = draft.ledger.derive(
                f"holdings.{number}.share_fraction", "exposure / planned_hedge_vega_usd", used, exposure / draft.planned_usd, "fraction"
            )
        review = HoldingReview(
            name=held.holding.instrument if position is None else position.name,
            instrument=held.holding.instrument,
            quantity=held.holding.quantity,
            exposure_usd_per_vix_point=exposure,
            share_fraction=share,
            action="leave",
            reason="in place",
        )
        if position is None:
            review = review.model_copy(update={"action": "quote_it", "reason": held.problem or ""})
        elif first and draft.held.first_layer_share_fraction > high:
            text = f"the first layer makes up {draft.held.first_layer_share_fraction:.1%}, above {high:.0%}: an advice to look at it, never an order"
            review = review.model_copy(update={"action": "above_band", "reason": text})
        elif row is not None and row.due:
            review = review.model_copy(update={"action": "add", "reason": f"{row.due} more belong to it: {row.reason}"})
        found.append(review)
    return found


MOST_SCHEDULED = 30  # lines; what a daily limit stretches beyond them is one line without a day


def schedule(draft: Draft) -> list[ScheduledOrder]:
    """Everything still to be bought in the order of the stack, with the first day it can be, as far as a day can be named.

    Days follow from the order of layers, the spacing of tranches and the daily limits, each order taken as filled on its
    first day and paid from what the account has; where a signal or money has to come first no day can be named.
    """
    today, found = draft.view.as_of, []
    ordered = {order.name: order.quantity for order in draft.orders}
    # A first layer that is neither in place nor being bought holds up all that comes after it.
    open_first = draft.first_layer_wanted and not draft.held.first_layer_filled and not any(row.due and row.entry.layer == 1 for row in draft.rows)
    previous: date | None = None if open_first else today
    for row in draft.rows:
        if not isinstance(row.entry, Position) or row.due == 0 or row.state not in ("ordered", "waiting", "blocked"):
            previous = None if row.state == "blocked" else previous
            continue
        now = ordered.get(row.entry.name, 0)
        if row.state == "ordered" and now:
            found.append(_scheduled(row, today, now, "ordered"))
            previous = today
            left, short = draft.purse.affordable(row.entry, row.due - now)
            unpaid = row.due - now - left
            while left > 0 and len(found) < MOST_SCHEDULED:
                previous = add_business_days(previous, 1, draft.view.closures)
                found.append(_scheduled(row, previous, min(now, left), "waiting"))
                left -= now
            if left > 0 or unpaid > 0:
                previous = None
                found.append(_scheduled(row, None, max(left, 0) + unpaid, "waiting", short))
        else:
            previous = None if row.state == "blocked" else _earliest(draft, row, previous)
            paid, short = draft.purse.affordable(row.entry, row.due)
            if paid:
                found.append(_scheduled(row, previous, paid, "waiting"))
            if paid < row.due:
                previous = None
                found.append(_scheduled(row, None, row.due - paid, "waiting", short))
    return found


def _scheduled(row: Row, day: date | None, quantity: int, state: Literal["ordered", "waiting"], short: str | None = None) -> ScheduledOrder:
    """A line of the schedule; `short` says what the account has too little of."""
    assert isinstance(row.entry, Position), "only positions are scheduled"
    entry, reason = row.entry, row.reason if short is None else f"{row.reason}; {short}"
    return ScheduledOrder(earliest_on=day, instrument=entry.instrument, name=entry.name, quantity=quantity, state=state, reason=reason)


def _earliest(draft: Draft, row: Row, previous: date | None) -> date | None:
    """The first day a waiting row can be ordered; None while it needs a signal, or what it waits for has no day."""
    entry = row.entry
    if not draft.start.armed and not draft.held.first_layer_filled:
        return None
    if entry.layer == 2:
        return None if previous is None or not draft.timing.armed else _earliest_tranche(draft, entry.tranche or 0, previous)
    return None if previous is None else add_business_days(previous, 1, draft.view.closures)


def _earliest_tranche(draft: Draft, tranche: int, previous: date) -> date | None:
    """As `_earliest` for calls: after the first layer, and spaced from the tranche before; None while the spacing is not known."""
    held, closures = draft.held, draft.view.closures
    if tranche != draft.tranches_filled + 1:
        return add_business_days(previous, draft.ledger.parameter("call_tranche_spacing_days"), closures)
    behind_first = draft.first_layer_wanted and not held.first_layer_filled
    after = add_business_days(previous, 1, closures) if behind_first else draft.view.as_of
    if tranche in held.tranches or draft.spacing_override is not None:
        return after
    if not held.spacing_known:
        return None
    return after if held.next_tranche_on is None else max(held.next_tranche_on, after)


def advices(draft: Draft | None, need_usd: float | None, ratios: Sequence[float] | None, ledger: Ledger) -> list[Advice]:
    """`review_strikes` from price-to-cash-flow (source paragraph 6), `above_band`, and the need of today."""
    found = [_review_strikes(ratios, ledger)]
    if draft is not None:
        high = ledger.parameter("futures_share_high_fraction")
        share = draft.held.first_layer_share_fraction
        state: State = "pass" if share > high else "fail"
        text = f"the first layer held makes up {share:.1%} of the planned hedge vega; the band ends at {high:.0%}"
        found.append(Advice(id="above_band", state=state, value=share, limit=high, reason=text))
        if need_usd is not None and need_usd > draft.planned_usd * (1.0 + 1e-6):
            text = f"the condors' vega asks for {need_usd:,.2f} USD per VIX point today, more than the {draft.planned_usd:,.2f} planned: raised on request only"
            found.append(Advice(id="need_above_plan", state="pass", value=need_usd, limit=draft.planned_usd, reason=text))
    return found


def _review_strikes(ratios: Sequence[float] | None, ledger: Ledger) -> Advice:
    """z of the present price-to-cash-flow ratio against the quarters before it; the source gives no direction and no size."""
    trigger, quarters = ledger.parameter("pcf_trigger_z"), ledger.parameter("pcf_history_quarters")
    if ratios is None or len(ratios) < quarters + 1:
        have = 0 if ratios is None else max(len(ratios) - 1, 0)
        text = f"price_to_cash_flow needs the present quarter and {quarters} before it; {have} before it are given"
        return Advice(id="review_strikes", state="not_evaluated", value=None, limit=trigger, reason=text)
    ledger.given("price_to_cash_flow", list(ratios), "ratio")
    history, now = ratios[-quarters - 1 : -1], ratios[-1]
    mean = fsum(history) / quarters
    spread = sqrt(fsum((ratio - mean) ** 2 for ratio in history) / (quarters - 1))
    if spread == 0.0:
        return Advice(
            id="review_strikes", state="not_evaluated", value=None, limit=trigger, reason="price_to_cash_flow has not moved, so it has no z-score"
        )
    used = ledger.cite("price_to_cash_flow", "pcf_history_quarters")
    z = ledger.derive("advices.review_strikes.value", "(present - mean of history) / standard deviation", used, (now - mean) / spread, "z_score")
    applies = z <= trigger
    words = "has deteriorated: look at the strikes" if applies else "has not deteriorated to the trigger"
    text = (
        f"the market's price-to-cash-flow {words} (z {z:+.2f}, trigger {trigger:g}); the source gives no direction and no size, so nothing is changed"
    )
    return Advice(id="review_strikes", state="pass" if applies else "fail", value=z, limit=trigger, reason=text)
