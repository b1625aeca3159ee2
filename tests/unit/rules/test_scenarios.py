"""Scenarios of a condor with hedges: every leg, future and call moved as docs/DEFINITIONS.md says, and the return made of it."""

from __future__ import annotations

import copy

import pytest

from rules.errors import RulesError
from tests.unit.rules import reference as ref

CONDOR = {"long_put": 5500, "short_put": 5600, "short_call": 6300, "long_call": 6400, "credit_index_points": 20.4644, "contracts": 10}
CALL_PRICE = ref.black(20.1, 25, 40 / 365, 1.0, 0.045)
FUTURES = {"instrument": "vx", "quantity": 2, "entry_price": 20.1, "days_to_expiry": 40}
CALLS = {"instrument": "vix_call", "quantity": 123, "entry_price": CALL_PRICE, "strike": 25, "days_to_expiry": 40, "implied_volatility": 1.0}
WORKED = {
    "condor": CONDOR, "spot": 6000, "days_to_expiry": 41, "implied_volatility": [0.205, 0.195, 0.13, 0.125], "rate": 0.045, "dividend_yield": 0.013,
    "hedges": [FUTURES, CALLS], "vix": 18, "futures": [{"days_to_expiry": 11, "price_index_points": 19.2}, {"days_to_expiry": 40, "price_index_points": 20.1}],
    "horizon_days": 0, "shocks": [{"spx_fraction": 0.05, "vix_points": -3}],
}  # fmt: skip


@pytest.fixture
def raw():
    return copy.deepcopy(WORKED)


@pytest.fixture
def scenarios(calculate):
    return lambda raw: dict(calculate("scenarios", raw).result)


def test_in_a_rally_of_five_percent_the_worked_condor_loses_28_and_its_hedge_7_thousand(scenarios, raw):
    (found,) = scenarios(raw)["outcomes"]
    assert found["condor_pnl_usd"] == pytest.approx(-28_200, abs=50) and found["hedge_pnl_usd"] == pytest.approx(-7_300, abs=50)
    assert found["pnl_usd"] == found["condor_pnl_usd"] + found["hedge_pnl_usd"]


@pytest.mark.parametrize("horizon", [0, 1, 10, 29, 39, 40, 41])
@pytest.mark.parametrize(("spx", "points"), [(0.0, 0.0), (0.0, 20.0), (0.05, -3.0), (-0.08, 15.0), (-0.02, 3.0)])
def test_each_part_is_valued_as_the_reference_values_it(scenarios, raw, horizon, spx, points):
    raw |= {"horizon_days": horizon, "shocks": [{"spx_fraction": spx, "vix_points": points}]}
    (found,) = scenarios(raw)["outcomes"]
    future = ref.future_at(ref.CURVE, 40, horizon, points)
    hedge = 2 * 1000 * (future - 20.1) + 123 * 100 * (ref.call_at(ref.CURVE, 40, 25, 1.0, horizon, points) - CALL_PRICE)
    assert found["condor_pnl_usd"] == pytest.approx(ref.condor_pnl(6000 * (1 + spx), points, 41 - horizon), abs=1e-6)
    assert found["hedge_pnl_usd"] == pytest.approx(hedge, abs=1e-6)


def test_a_future_keeps_its_distance_to_the_curve_while_it_lives_and_settles_at_the_vix(scenarios, raw):
    raw |= {"hedges": [FUTURES | {"mark_price": 20.6}], "shocks": [{"spx_fraction": 0, "vix_points": 0}]}
    assert scenarios(raw)["outcomes"][0]["hedge_pnl_usd"] == pytest.approx(2000 * 0.5)
    assert scenarios(raw | {"horizon_days": 29})["outcomes"][0]["hedge_pnl_usd"] == pytest.approx(2000 * (19.2 + 0.5 - 20.1))
    assert scenarios(raw | {"horizon_days": 40})["outcomes"][0]["hedge_pnl_usd"] == pytest.approx(2000 * (18 - 20.1))


def test_a_call_without_its_volatility_has_the_one_that_its_mark_implies(scenarios, raw):
    given = scenarios(raw | {"shocks": [{"spx_fraction": -0.05, "vix_points": 8}]})
    del raw["hedges"][1]["implied_volatility"]
    solved = scenarios(raw | {"shocks": [{"spx_fraction": -0.05, "vix_points": 8}]})
    assert solved["outcomes"][0]["pnl_usd"] == pytest.approx(given["outcomes"][0]["pnl_usd"], abs=1e-3)


def test_a_call_that_has_settled_needs_neither_future_nor_volatility(scenarios, raw):
    raw["hedges"] = [{key: value for key, value in CALLS.items() if key != "implied_volatility"} | {"mark_price": 0.01, "days_to_expiry": 20}]
    raw |= {"horizon_days": 20, "shocks": [{"spx_fraction": -0.05, "vix_points": 9}]}
    assert scenarios(raw)["outcomes"][0]["hedge_pnl_usd"] == pytest.approx(12300 * (27 - 25 - CALL_PRICE))


def test_the_return_is_over_maximum_loss_premium_and_margin_and_is_annualised_as_a_one_off(scenarios, raw):
    raw["hedges"][0]["margin_usd"] = 18_000
    raw["horizon_days"] = 10
    found = scenarios(raw)
    capital = ref.MAX_LOSS + 12300 * CALL_PRICE + 18_000
    assert found["capital_at_risk_usd"] == pytest.approx(capital)
    (outcome,) = found["outcomes"]
    assert outcome["return_fraction"] == pytest.approx(outcome["pnl_usd"] / capital)
    assert outcome["irr_fraction"] == pytest.approx((1 + outcome["pnl_usd"] / capital) ** 36.5 - 1) and outcome["status"] == "ok"


def test_a_total_loss_is_minus_one_and_a_loss_beyond_the_capital_has_no_rate(scenarios, raw):
    raw |= {"hedges": [], "horizon_days": 41, "shocks": [{"spx_fraction": 0.1, "vix_points": 0}]}
    total = scenarios(raw)["outcomes"][0]
    assert (total["return_fraction"], total["irr_fraction"], total["status"]) == (pytest.approx(-1.0), -1.0, "total_loss")
    raw["hedges"] = [FUTURES]
    beyond = scenarios(raw)["outcomes"][0]
    assert beyond["return_fraction"] < -1 and (beyond["irr_fraction"], beyond["status"]) == (None, "undefined")


def test_at_once_there_is_a_return_and_no_annual_rate(scenarios, raw):
    found = scenarios(raw)["outcomes"][0]
    assert found["return_fraction"] < 0 and (found["irr_fraction"], found["status"]) == (None, "undefined")


def test_the_worst_scenario_is_named_by_its_place_and_the_share_of_profits_counted(scenarios, raw):
    raw["shocks"] = [{"spx_fraction": spx, "vix_points": 0} for spx in (0, 0.05, -0.09, 0.001)]
    raw |= {"hedges": [], "horizon_days": 41}
    found = scenarios(raw)
    pnl = [ref.payoff(6000 * (1 + spx)) for spx in (0, 0.05, -0.09, 0.001)]
    assert [item["pnl_usd"] for item in found["outcomes"]] == pytest.approx(pnl)
    assert found["share_positive_fraction"] == 0.75
    assert (found["worst"]["number"], found["worst"]["pnl_usd"]) == (2, pytest.approx(min(pnl)))


def test_a_smaller_mapping_of_vix_points_moves_the_legs_less(raw, parameters, tmp_path):
    from rules.engine import run
    from rules.parameter_file import overlaid

    (tmp_path / "half.yaml").write_text("parameters:\n  vol_per_vix_point: {value: 0.5}\n", encoding="utf-8")
    raw |= {"hedges": [], "shocks": [{"spx_fraction": -0.02, "vix_points": 10}]}
    found = run("scenarios", raw, overlaid(parameters, tmp_path / "half.yaml")).result["outcomes"][0]
    assert found["pnl_usd"] == pytest.approx(ref.condor_pnl(5880, 10, 41, per_point=0.5), abs=1e-6)


def test_dates_with_a_day_read_as_days_to_expiry(scenarios, raw):
    by_days = scenarios(raw)
    raw |= {"as_of": "2026-05-08", "expiry": "2026-06-18"}
    del raw["days_to_expiry"]
    for item, day in zip([*raw["hedges"], *raw["futures"]], ("2026-06-17", "2026-06-17", "2026-05-19", "2026-06-17"), strict=True):
        del item["days_to_expiry"]
        item["expiry"] = day
    assert scenarios(raw) == by_days


REFUSED = {
    "a hedge that settles before the horizon without the VIX": ({"vix": None, "futures": [], "horizon_days": 41}, "vix"),
    "a curve without the VIX": ({"vix": None}, "vix"),
    "a fund without its futures": ({"hedges": [{"instrument": "etf", "quantity": 1, "entry_price": 40}]}, "hedges.0.instrument"),
    "a hedge without its settlement": ({"hedges": [{"instrument": "vx", "quantity": 1, "entry_price": 20}]}, "hedges.0.days_to_expiry"),
    "a date without a day": ({"hedges": [{"instrument": "vx", "quantity": 1, "entry_price": 20, "expiry": "2026-06-17"}]}, "as_of"),
    "a future that is quoted twice": ({"futures": [{"days_to_expiry": 40, "price_index_points": 20}] * 2}, "futures.1"),
    "a horizon beyond the expiry": ({"horizon_days": 42}, "horizon_days"),
    "a VIX at zero": ({"shocks": [{"spx_fraction": 0, "vix_points": -18}]}, "shocks"),
    "percent for a fraction": ({"shocks": [{"spx_fraction": -5, "vix_points": 3}]}, "shocks.0.spx_fraction"),
    "no volatility": ({"implied_volatility": None}, "implied_volatility"),
}


@pytest.mark.parametrize(("change", "field"), REFUSED.values(), ids=REFUSED.keys())
def test_scenarios_that_cannot_be_read_are_refused_with_their_field(scenarios, raw, change, field):
    with pytest.raises(RulesError) as caught:
        scenarios({key: value for key, value in (raw | change).items() if value is not None})
    assert caught.value.field == field
