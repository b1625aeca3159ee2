"""The budget of a hedge closes exactly, whatever the shares."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rules.engine import run
from rules.errors import RulesError
from rules.parameter_file import overlaid


def test_the_budget_closes_exactly_for_every_futures_share_in_the_band(calculate):
    for share_bp in range(2500, 4001):
        result = calculate("layer-split", {"planned_hedge_vega_usd": 10_000, "futures_share_fraction": share_bp / 10_000}).result
        parts = (result["futures_vega_usd"]["target"], result["calls_vega_usd"], result["etf_vega_usd"])
        assert parts == (share_bp, 6000, 4000 - share_bp), share_bp
        assert (result["call_tranches"], result["call_tranche_vega_usd"], result["futures_share_within_band"]) == (3, 2000, True)


@pytest.mark.parametrize("planned", [12_000, 7, 1234.56, 1_000_000 / 7, 98_765.4321])
@pytest.mark.parametrize("share", [1 / 3, 0.31415926535, 0.299999, 2 / 7, 0.25, 0.38555])
def test_the_budget_closes_for_shares_finer_than_a_basis_point(calculate, planned, share):
    result = calculate("layer-split", {"planned_hedge_vega_usd": planned, "futures_share_fraction": share}).result
    parts = (result["futures_vega_usd"]["target"], result["calls_vega_usd"], result["etf_vega_usd"])
    assert sum(Decimal(repr(part)) for part in parts) == Decimal(repr(planned))
    assert parts[0] == pytest.approx(planned * share, abs=1e-9)


def test_a_third_of_twelve_thousand_leaves_eight_hundred_for_funds(calculate):
    result = calculate("layer-split", {"planned_hedge_vega_usd": 12_000, "futures_share_fraction": 1 / 3}).result
    assert (result["futures_vega_usd"]["target"], result["calls_vega_usd"], result["etf_vega_usd"]) == (4000, 7200, 800)


@pytest.mark.parametrize(("increment", "high", "tranches"), [(1 / 7, 0.4, 4), (0.15, 0.4, 4), (0.12345, 0.35, 5), (0.2, 0.4, 3)])
def test_the_budget_closes_for_increments_finer_than_a_basis_point(parameters, tmp_path, increment, high, tranches):
    values = {"call_increment_fraction": increment, "futures_share_high_fraction": high}
    lines = [f"  {name}: {{value: {value!r}, override: true}}" for name, value in values.items()]
    (tmp_path / "mine.yaml").write_text("\n".join(["parameters:", *lines]), encoding="utf-8")
    changed = overlaid(parameters, tmp_path / "mine.yaml")
    result = run("layer-split", {"planned_hedge_vega_usd": 12_000, "futures_share_fraction": 0.25}, changed).result
    parts = (result["futures_vega_usd"]["target"], result["calls_vega_usd"], result["etf_vega_usd"])
    assert result["call_tranches"] == tranches
    assert sum(parts) == pytest.approx(12_000, abs=1e-8)


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
