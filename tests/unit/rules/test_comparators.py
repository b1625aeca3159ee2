"""The public tail-hedge index beside a plan, and sizes of quotes given day by day."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("price", "budget"),
    [(14.99, 0.0), (15.0, 0.0), (15.01, 0.01), (30.0, 0.01), (30.01, 0.005), (50.0, 0.005), (50.01, 0.0)],
)
def test_the_index_spends_by_the_price_of_the_future_with_upper_edges_inclusive(plan, worked, price, budget):
    worked["market"]["futures"][1]["price_index_points"] = price
    found = plan(worked | {"planned_hedge_vega_usd": 3000})["comparators"]
    assert [(item["name"], item["expiry"], item["call_budget_fraction"]) for item in found] == [("VXTH", "2026-06-17", budget)]


def test_the_index_is_read_on_the_future_that_settles_nearest_a_month_out(plan, worked):
    assert plan(worked)["comparators"][0]["expiry"] == "2026-06-17", "40 days are nearer to 30 than 11 are"
    assert plan(worked | {"as_of": "2026-04-25"})["comparators"][0]["expiry"] == "2026-05-19", "24 days are nearer than 53"


@pytest.mark.parametrize(("volumes", "ordered"), [([0] + [40] * 20, 2), ([0] + [40] * 19, 1), ([1000, *[20] * 20], 1), ([1000, *[20] * 19], 2)])
def test_daily_volumes_are_averaged_over_the_last_twenty_days(plan, worked, volumes, ordered):
    worked["market"]["futures"][1]["volume_contracts"] = volumes
    assert plan(worked)["orders"][0]["quantity"] == ordered
