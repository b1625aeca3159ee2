"""The budget of a hedge closes in whole basis points."""

from __future__ import annotations

import pytest

from rules.errors import RulesError


def test_the_budget_closes_exactly_for_every_futures_share_in_the_band(calculate):
    for share_bp in range(2500, 4001):
        result = calculate("layer-split", {"planned_hedge_vega_usd": 10_000, "futures_share_fraction": share_bp / 10_000}).result
        parts = (result["futures_vega_usd"]["target"], result["calls_vega_usd"], result["etf_vega_usd"])
        assert parts == (share_bp, 6000, 4000 - share_bp), share_bp
        assert (result["call_tranches"], result["call_tranche_vega_usd"], result["futures_share_within_band"]) == (3, 2000, True)


@pytest.mark.parametrize(("share", "within"), [(0.2499, False), (0.25, True), (0.40, True), (0.4001, False)])
def test_a_share_outside_the_stated_band_is_named_as_outside(calculate, share, within):
    result = calculate("layer-split", {"planned_hedge_vega_usd": 5000, "futures_share_fraction": share}).result
    assert result["futures_share_within_band"] is within
    assert (result["futures_vega_usd"]["low"], result["futures_vega_usd"]["high"]) == (1250, 2000)


def test_a_share_given_is_no_assumption_and_a_share_left_out_is_one(calculate):
    given = calculate("layer-split", {"planned_hedge_vega_usd": 5000, "futures_share_fraction": 0.3})
    left_out = calculate("layer-split", {"planned_hedge_vega_usd": 5000})
    assert "futures_share_target_fraction" not in {item.id for item in given.assumptions}
    assert "futures_share_target_fraction" in {item.id for item in left_out.assumptions}
    assert {"futures_share_low_fraction", "call_increment_fraction"}.isdisjoint(item.id for item in left_out.assumptions)


@pytest.mark.parametrize("planned", [0, -2877, "10000", True, None])
def test_a_planned_hedge_vega_that_is_no_positive_number_is_refused(calculate, planned):
    with pytest.raises(RulesError) as caught:
        calculate("layer-split", {"planned_hedge_vega_usd": planned})
    assert caught.value.field == "planned_hedge_vega_usd"
