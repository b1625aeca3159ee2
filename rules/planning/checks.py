"""Checks and notes of a plan."""

from __future__ import annotations

from collections.abc import Sequence

from rules.ledger import Ledger
from rules.outcomes.models import Capital, ScenarioSet
from rules.planning.book import Book
from rules.planning.inputs import Portfolio, State
from rules.planning.layers import FuturesChoice
from rules.planning.laying import Draft
from rules.planning.market import MarketView
from rules.planning.models import Check, PlanLayer

TOLERANCE = 1e-9  # of a fraction: a cost of exactly the limit passes whatever floats make of it


def plan_checks(
    draft: Draft, layers: Sequence[PlanLayer], choices: Sequence[FuturesChoice], sets: Sequence[ScenarioSet] | None, capital: Capital | None
) -> list[Check]:
    """The futures band, the cost against the credit, the vega match, the IRR over the volatility scenarios, carry against WACC."""
    ledger = draft.ledger
    return [
        _band(draft.planned_usd, layers, choices, draft.held.first_layer_share_fraction, ledger),
        _cost(layers, ledger),
        _vega_match(draft.planned_usd, draft.book, layers, ledger),
        _irr(None if sets is None else sets[0]),
        _carry(capital),
    ]


def empty_checks(planned_usd: float | None, book: Book | None, ledger: Ledger) -> list[Check]:
    """The checks of a plan without layers: nothing to test them on."""
    return [_band(planned_usd, [], [], 0.0, ledger), _cost([], ledger), _vega_match(planned_usd, book, [], ledger), _irr(None), _carry(None)]


def irr_state(found: ScenarioSet) -> State:
    """Pass when every scenario of the set earns (source paragraph 5), fail when one does not, not evaluated when one cannot be valued."""
    if found.failing:
        return "fail"
    return "not_evaluated" if found.share_positive_fraction is None else "pass"


def _irr(found: ScenarioSet | None) -> Check:
    if found is None:
        return Check(id="irr_positive", state="not_evaluated", value=None, limit=0.0, reason="no condor is given")
    rates = [item.irr_fraction for item in found.outcomes if item.irr_fraction is not None]
    state = irr_state(found)
    if state == "not_evaluated":
        text = "not every scenario can be valued: give implied volatilities"
    elif state == "pass":
        text = f"all {len(found.outcomes)} scenarios of {found.set} earn"
    else:
        text = f"{len(found.failing)} of {len(found.outcomes)} scenarios of {found.set} lose: {'; '.join(found.failing)}"
    words = "; the joint and historical sets are shown and never part of the check: a hedge always loses in rallies"
    return Check(id="irr_positive", state=state, value=min(rates, default=None), limit=0.0, reason=text + words)


def _carry(capital: Capital | None) -> Check:
    if capital is None or capital.return_net_of_carry_fraction is None or capital.required_return_fraction is None:
        text = "give financing for the WACC, and a condor" if capital is None or capital.required_return_fraction is None else "the cost is not known"
        return Check(id="carry_covers_wacc", state="not_evaluated", value=None, limit=None, reason=text)
    net, need = capital.return_net_of_carry_fraction, capital.required_return_fraction
    text = f"credit less hedge cost earns {net:.2%} on the capital at risk to the condors' expiry with the VIX held; the WACC asks for {need:.2%}"
    return Check(id="carry_covers_wacc", state="pass" if net >= need - TOLERANCE else "fail", value=net, limit=need, reason=text)


def _band(planned_usd: float | None, layers: Sequence[PlanLayer], choices: Sequence[FuturesChoice], held_share: float, ledger: Ledger) -> Check:
    low, high = ledger.parameter("futures_share_low_fraction"), ledger.parameter("futures_share_high_fraction")

    def check(state: State, value: float | None, reason: str) -> Check:
        return Check(id="futures_share_in_band", state=state, value=value, limit=high, reason=reason)

    band = f"the band is {low:.0%} to {high:.0%}"
    planned = sum(layer.share_fraction for layer in layers if layer.layer == 1)
    if held_share > high:
        words = f"above_band: the first layer held makes up {held_share:.1%} of the planned hedge vega, {band}; an advice, never an order"
        return check("fail", held_share, words)
    if planned:
        return check("pass" if planned >= low else "fail", planned, f"the first layer makes up {planned:.1%} of the planned hedge vega; {band}")
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
    unsized = sum(layer.state == "blocked" for layer in layers)
    state: State = "fail" if fraction > limit + TOLERANCE else "not_evaluated" if unsized else "pass"
    missing = f"; {unsized} part(s) could not be sized and would cost more" if unsized else ""
    return Check(
        id="cost_within_credit",
        state=state,
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
    exposures = [
        f"layers.{number}.exposure_usd_per_vix_point" for number, layer in enumerate(layers) if layer.quantity and layer.exposure_usd_per_vix_point
    ]
    used = ledger.cite("book.vega_usd", "vol_per_vix_point", *exposures)
    covered = sum(layer.exposure_usd_per_vix_point for layer in layers) / need
    ledger.derive("checks.vega_match.covered_fraction", "sum of the exposures / (|book.vega_usd| * vol_per_vix_point)", used, covered, "fraction")
    open_parts = [layer for layer in layers if layer.state == "blocked"]
    reason = (
        f"the planned hedge vega is {planned_usd / need:.1%} of the condors' vega mapped to VIX points; the layers sized so far cover {covered:.1%}"
    )
    reason += f", {len(open_parts)} part(s) could not be sized" if open_parts else ""
    low, high = ledger.parameter("vega_match_low_fraction"), ledger.parameter("vega_match_high_fraction")
    matched = not open_parts and low <= covered <= high
    return Check(id="vega_match", state="pass" if matched else "fail", value=covered, limit=high if covered > high else low, reason=reason)


def sized_afresh(given_usd: float | None, portfolio: Portfolio | None) -> list[str]:
    """The warning that a hedge is held and the vega it was planned for is not given."""
    if given_usd is not None or portfolio is None or not portfolio.holdings:
        return []
    return [
        "Hedges are held and planned_hedge_vega_usd is not given, so it is taken afresh from the condors of today: give the one the hedge was planned for, "
        "with planned_on; it never falls because the condors lose."
    ]


def _roll_note(view: MarketView, layers: Sequence[PlanLayer]) -> str:
    """What the roll does: a cost as a rule, a gain while the curve lies below the VIX."""
    gains = [
        layer.layer_cost_usd for layer in layers if layer.instrument != "vix_call" and layer.layer_cost_usd is not None and layer.layer_cost_usd < 0
    ]
    if not gains:
        return (
            "A VIX future costs its roll: exchange settlements 2013-2026 show the largest roll cost at the front of the curve, "
            "whatever the method says of longer contracts."
        )
    return (
        f"With the VIX held at {view.vix:g} futures or funds bought below it come up to it: {-sum(gains):,.2f} USD that are taken off the hedge cost "
        "and are lost if the VIX falls to the curve instead."
    )


def plan_notes(draft: Draft, layers: Sequence[PlanLayer], chosen: FuturesChoice | None, ledger: Ledger) -> list[str]:
    """Sentences a reader of the plan must not miss."""
    view, account, stand_in = draft.view, draft.account, draft.stand_in
    silent_above = ledger.parameter("source_silent_above_vix_points")
    mapping = ledger.parameter("vol_per_vix_point")
    notes = [
        f"One VIX point is taken as {mapping:g} vol point(s) of the condors (vol_per_vix_point), the most influential assumption of all.",
        _roll_note(view, layers),
        "A hedge that is long the VIX loses in rallies: the joint scenarios show it beside the condors.",
    ]
    if view.vix > silent_above:
        notes.append(f"The VIX is above {silent_above}: the source is silent on levels this extreme.")
    if stand_in:
        notes.append(
            "A fund stands in for the futures layer because the account chose so: it resets daily, rolls, and tracks with error; its drag is in its cost."
        )
    elif not account.futures_allowed:
        notes.append("The account may not trade futures: layer 1 is left out; an ETF may stand in for it if you choose so (etf_stands_in).")
    elif chosen is None:
        notes.append(
            "No whole number of futures fits the band: change the planned hedge vega to one that fits, allow minis, or let an ETF stand in (etf_stands_in)."
        )
    if account.futures_margin is None and account.futures_allowed:
        notes.append(
            "No futures margin is given, so the capital at risk is without it: margins differ by broker and day (futures_margin with its date)."
        )
    return notes
