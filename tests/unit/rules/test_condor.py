"""Payoff and Greeks of the short iron condor."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rules.engine import run
from rules.errors import RulesError
from rules.options.condor import CondorStrikes, position_greeks
from rules.parameters import load_parameters

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


@pytest.mark.parametrize("field", ["spot", "days_to_expiry"])
def test_a_volatility_without_its_market_names_what_is_missing(calculate, field):
    with pytest.raises(RulesError, match=field):
        calculate("iron-condor", CONDOR | {name: value for name, value in MARKET.items() if name != field})


@pytest.mark.parametrize("given", [("spot",), ("days_to_expiry",), ("spot", "days_to_expiry")])
def test_a_level_or_days_without_a_volatility_give_the_payoff_and_say_what_the_greeks_lack(calculate, given):
    result = calculate("iron-condor", CONDOR | {name: MARKET[name] for name in given}).result
    assert (result["max_profit_usd"], result["vega_usd"]) == (calculate("iron-condor", CONDOR).result["max_profit_usd"], None)
    lacking = [name for name in ("spot", "days_to_expiry", "implied_volatility") if name not in given]
    assert result["notes"] == [f"No Greeks are computed: {' and '.join(lacking)} missing for them."]


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


PRICES = [17.2023, 25.3606, 20.7065, 8.4004]
PRICED = CONDOR | {"credit_index_points": 20.4644, "contracts": 10, "leg_prices_index_points": PRICES}
PRICED |= {name: value for name, value in MARKET.items() if name != "implied_volatility"}
LEGS = ("long_put", "short_put", "short_call", "long_call")


def test_the_prices_of_the_worked_legs_give_their_volatilities_back(calculate):
    steps = {step.name: step for step in calculate("iron-condor", PRICED).steps}
    assert list(steps["implied_volatility"].value.values()) == pytest.approx([0.205, 0.195, 0.13, 0.125], abs=1e-6)
    assert steps["implied_volatility.short_put"].basis == "derived" and steps["leg_price_index_points.short_put"].basis == "input"


def test_every_name_that_a_step_on_leg_prices_uses_is_an_earlier_step_with_that_value(calculate, worked):
    condor = worked["portfolio"]["condors"][0]
    condor.pop("implied_volatility")
    condor["leg_prices_index_points"] = PRICES
    for calculation in (calculate("iron-condor", PRICED), calculate("plan-hedge", worked)):
        seen = {}
        for step in calculation.steps:
            assert all(seen.get(name, "absent") == value for name, value in step.inputs.items()), step.name
            seen[step.name] = step.value


def test_a_book_given_by_leg_prices_has_the_vega_of_the_book_given_by_volatilities(calculate, worked):
    expected = calculate("plan-hedge", worked).result["planned_hedge_vega_usd"]
    condor = worked["portfolio"]["condors"][0]
    condor.pop("implied_volatility")
    condor["leg_prices_index_points"] = dict(zip(LEGS, PRICES, strict=True))
    assert calculate("plan-hedge", worked).result["planned_hedge_vega_usd"] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("calculator", "path"), [("iron-condor", "leg_prices_index_points."), ("plan-hedge", "portfolio.condors.0.leg_prices_index_points.")]
)
@pytest.mark.parametrize("by_leg", [False, True])
def test_a_leg_price_without_a_volatility_is_refused_at_its_leg_with_the_reason(calculate, worked, calculator, path, by_leg):
    prices = [17.2, 6000.0, 20.7, 8.4]
    given = dict(zip(LEGS, prices, strict=True)) if by_leg else prices
    condor = worked["portfolio"]["condors"][0]
    condor.pop("implied_volatility")
    condor["leg_prices_index_points"] = given
    with pytest.raises(RulesError, match="without arbitrage") as caught:
        calculate(calculator, worked if calculator == "plan-hedge" else PRICED | {"leg_prices_index_points": given})
    assert caught.value.field == path + ("short_put" if by_leg else "1")


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"implied_volatility": 0.2}, "leg_prices_index_points", "one of the two"),
        ({"leg_prices_index_points": PRICES[:3]}, "leg_prices_index_points", "four in strike order"),
        ({"leg_prices_index_points": [*PRICES[:3], float("inf")]}, "leg_prices_index_points.3", "finite"),
        ({"leg_prices_index_points": [*PRICES[:3], 0]}, "leg_prices_index_points.3", "greater than 0"),
        ({"leg_prices_index_points": 20.0}, "leg_prices_index_points", "list"),
        ({"leg_prices_index_points": {"short_put": 25.0}}, "leg_prices_index_points.long_put", "missing"),
        ({"spot": None}, "spot", "missing beside days_to_expiry and leg_prices_index_points"),
    ],
)
def test_leg_prices_that_cannot_be_used_are_refused_under_their_name(calculate, change, field, words):
    with pytest.raises(RulesError, match=words) as caught:
        calculate("iron-condor", PRICED | change)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("volatility", "field"),
    [(18, "implied_volatility"), ([0.2, 0.2, 18, 0.2], "implied_volatility.2"),
     ({"long_put": 0.2, "short_put": 18, "short_call": 0.2, "long_call": 0.2}, "implied_volatility.short_put")],
)  # fmt: skip
def test_a_percentage_typed_for_a_fraction_is_refused_with_the_fraction_that_was_meant(calculate, volatility, field):
    with pytest.raises(RulesError) as caught:
        calculate("iron-condor", CONDOR | MARKET | {"implied_volatility": volatility})
    assert (caught.value.field, caught.value.remedy) == (field, "did you mean 0.18?")


def test_a_credit_far_from_the_prices_of_the_legs_is_noted_and_still_used(calculate):
    near, far = (calculate("iron-condor", PRICED | {"credit_index_points": credit}).result for credit in (17.0, 12.0))
    assert near["notes"] == [] and near["credit_of_leg_prices_index_points"] == pytest.approx(20.4644)
    assert "20.4644" in far["notes"][0] and "12" in far["notes"][0] and "25%" in far["notes"][0]
    assert far["max_profit_usd"] == 12 * 1000
    assert calculate("iron-condor", CONDOR).result["credit_of_leg_prices_index_points"] is None


wings = {
    "strikes": st.lists(st.integers(800, 1600), min_size=4, max_size=4, unique=True).map(lambda steps: [5.0 * step for step in sorted(steps)]),
    "credit": st.floats(0.05, 300), "contracts": st.integers(1, 500),
}  # fmt: skip


@settings(deadline=None, derandomize=True, database=None, max_examples=80)
@given(**wings)
def test_at_every_level_a_condor_is_the_sum_of_its_legs_within_its_maximum_profit_and_loss(strikes, credit, contracts):
    assume(credit <= max(strikes[1] - strikes[0], strikes[3] - strikes[2]))
    condor = dict(zip(LEGS, strikes, strict=True)) | {"credit_index_points": credit, "contracts": contracts}
    result = run("iron-condor", condor, load_parameters()).result
    draw, scale = random.Random(1), 100 * contracts
    outcomes = [at_expiry(condor, level) for level in [*strikes, 0.0, 20_000.0] + [draw.uniform(3000, 9000) for _ in range(50)]]
    assert -result["max_loss_usd"] - 1e-9 * scale * 1e4 <= min(outcomes) and max(outcomes) <= result["max_profit_usd"] + 1e-9 * scale * 1e4
    assert result["max_profit_usd"] == pytest.approx(max(outcomes), rel=1e-9)
    assert result["max_loss_usd"] == pytest.approx(max(-min(outcomes), 0.0), rel=1e-9, abs=1e-5 * scale)
    for edge in ("break_even_low", "break_even_high"):
        assert result[edge] is None or at_expiry(condor, result[edge]) == pytest.approx(0, abs=1e-6 * scale)


def test_greeks_are_linear_in_size_and_change_sign_with_the_side():
    volatilities = dict(zip(LEGS, (0.205, 0.195, 0.13, 0.125), strict=True))

    def greeks(contracts):
        condor = CondorStrikes.model_construct(**{leg: float(CONDOR[leg]) for leg in LEGS}, contracts=contracts)
        return position_greeks(condor, 6000.0, 41, volatilities, 0.045, 0.013, 365.0, 100.0)

    one, seven, opposite = greeks(1), greeks(7), greeks(-1)
    for name, value in one.items():
        assert seven[name] == pytest.approx(7 * value, rel=1e-13)
        assert opposite[name] == pytest.approx(-value, rel=1e-13)


def test_a_credit_above_the_wider_wing_is_asked_about(calculate):
    legs = {"long_put": 5500, "short_put": 5600, "short_call": 6300, "long_call": 6400, "contracts": 1}
    assert calculate("iron-condor", legs | {"credit_index_points": 100}).result["max_loss_usd"] == 0
    with pytest.raises(RulesError) as caught:
        calculate("iron-condor", legs | {"credit_index_points": 2046.44})
    assert caught.value.field == "credit_index_points" and "20.4644" in caught.value.remedy
