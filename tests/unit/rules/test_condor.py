"""Payoff and Greeks of the short iron condor."""

from __future__ import annotations

import itertools

import pytest

from rules.errors import RulesError

CONDOR = {"long_put": 5500, "short_put": 5600, "short_call": 6300, "long_call": 6400, "credit_index_points": 20.0, "contracts": 3}
MARKET = {"spot": 6000, "days_to_expiry": 41, "implied_volatility": [0.205, 0.195, 0.13, 0.125], "rate": 0.045, "dividend_yield": 0.013}


def at_expiry(condor, level):
    """USD at expiry by the definition of four legs."""
    put_spread = max(condor["short_put"] - level, 0) - max(condor["long_put"] - level, 0)
    call_spread = max(level - condor["short_call"], 0) - max(level - condor["long_call"], 0)
    return 100 * condor["contracts"] * (condor["credit_index_points"] - put_spread - call_spread)


@pytest.mark.parametrize(("long_put", "long_call", "credit"), itertools.product((5500, 5450), (6400, 6500), (3.1, 20.0, 60.0)))
def test_profit_loss_and_break_evens_are_those_of_the_four_legs_at_expiry(calculate, long_put, long_call, credit):
    condor = CONDOR | {"long_put": long_put, "long_call": long_call, "credit_index_points": credit}
    result = calculate("iron-condor", condor).result
    outcomes = [at_expiry(condor, level) for level in range(5000, 7001)]
    assert result["max_profit_usd"] == pytest.approx(max(outcomes))
    assert result["max_loss_usd"] == pytest.approx(-min(outcomes))
    for edge in ("break_even_low", "break_even_high"):
        assert at_expiry(condor, result[edge]) == pytest.approx(0, abs=1e-6)
    assert result["return_on_risk_fraction"] == pytest.approx(max(outcomes) / -min(outcomes))


def test_the_loss_is_that_of_the_wider_wing(calculate):
    assert calculate("iron-condor", CONDOR | {"long_call": 6550}).result["max_loss_usd"] == 100 * 3 * (250 - 20)


def test_a_credit_of_a_whole_wing_leaves_no_break_even_on_that_side(calculate):
    result = calculate("iron-condor", CONDOR | {"credit_index_points": 100.0, "long_call": 6550}).result
    assert result["break_even_low"] is None
    assert result["break_even_high"] == 6400


def test_a_credit_of_both_wings_cannot_lose(calculate):
    result = calculate("iron-condor", CONDOR | {"credit_index_points": 100.0}).result
    assert (result["max_loss_usd"], result["break_even_low"], result["break_even_high"], result["return_on_risk_fraction"]) == (0, None, None, None)


def test_without_a_market_there_are_no_greeks(calculate):
    result = calculate("iron-condor", CONDOR).result
    assert [result[name] for name in ("vega_usd", "delta_usd", "theta_usd_per_day", "probability_of_profit_fraction")] == [None] * 4


def test_volatility_may_be_one_number_a_list_or_by_leg(calculate):
    by_leg = {"long_put": 0.2, "short_put": 0.2, "short_call": 0.2, "long_call": 0.2}
    results = [dict(calculate("iron-condor", CONDOR | MARKET | {"implied_volatility": given}).result) for given in (0.2, [0.2] * 4, by_leg)]
    assert results[0] == results[1] == results[2]


def test_a_list_of_volatilities_is_read_in_strike_order(calculate):
    by_leg = {"long_call": 0.125, "short_call": 0.13, "short_put": 0.195, "long_put": 0.205}
    assert calculate("iron-condor", CONDOR | MARKET).result == calculate("iron-condor", CONDOR | MARKET | {"implied_volatility": by_leg}).result


def test_vega_is_what_one_vol_point_more_on_every_leg_changes(calculate):
    greeks = calculate("iron-condor", CONDOR | MARKET).result
    legs = {"long_put": ("put", 1), "short_put": ("put", -1), "short_call": ("call", -1), "long_call": ("call", 1)}

    def worth(shift, spot=6000.0):
        total = 0.0
        for (leg, (right, side)), volatility in zip(legs.items(), MARKET["implied_volatility"], strict=True):
            option = {"model": "black_scholes", "right": right, "spot": spot, "strike": CONDOR[leg], "days_to_expiry": 41,
                      "implied_volatility": volatility + shift, "rate": 0.045, "dividend_yield": 0.013}  # fmt: skip
            total += side * 300 * calculate("option-price", option).result["price_index_points"]
        return total

    assert greeks["vega_usd"] == pytest.approx((worth(1e-4) - worth(-1e-4)) / 2e-2, rel=1e-5)
    assert greeks["delta_usd"] == pytest.approx((worth(0, 6001.0) - worth(0, 5999.0)) / 2, rel=1e-3)
    assert greeks["vega_usd"] < 0 < greeks["theta_usd_per_day"]


@pytest.mark.parametrize(("low", "high"), itertools.pairwise(("long_put", "short_put", "short_call", "long_call")))
def test_strikes_out_of_order_are_refused_by_name(calculate, low, high):
    with pytest.raises(RulesError) as caught:
        calculate("iron-condor", CONDOR | {high: CONDOR[low]})
    assert caught.value.field == high and low in str(caught.value) and "long_put < short_put < short_call < long_call" in caught.value.remedy


@pytest.mark.parametrize("field", ["spot", "days_to_expiry", "implied_volatility"])
def test_greeks_with_one_input_missing_name_the_missing_one(calculate, field):
    with pytest.raises(RulesError, match=field):
        calculate("iron-condor", CONDOR | {name: value for name, value in MARKET.items() if name != field})


@pytest.mark.parametrize(
    "volatility", [18, 0, -0.2, [0.2] * 3, [0.2, 0.2, 0.2, 20], float("nan"), "0.2", [0.2, 0.2, 0.2, float("nan")], {"long_put": 0.2}], ids=repr
)
def test_a_volatility_that_is_none_is_refused_under_its_own_name(calculate, volatility):
    with pytest.raises(RulesError) as caught:
        calculate("iron-condor", CONDOR | MARKET | {"implied_volatility": volatility})
    words = caught.value.field.split(".")
    assert words[0] == "implied_volatility"
    assert set(words[1:]) <= {"0", "1", "2", "3", "long_put", "short_put", "short_call", "long_call"}, (
        "a path into the input, not into the types of the program"
    )
