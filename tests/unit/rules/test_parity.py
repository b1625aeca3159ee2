"""Put-call parity on quotes, conversions and reversals."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.errors import RulesError
from rules.options.parity import Quote, conversion_edge, explained_gap, implied_forward, parity_gap, reversal_edge, synthetic_future
from rules.options.pricing import black76

WIDE = {
    "underlying": "vix", "future_price": 20.1, "strike": 25, "call_bid": 1.05, "call_ask": 1.15,
    "put_bid": 3.05, "put_ask": 3.15, "days_to_expiry": 40, "rate": 0.045,
}  # fmt: skip
QUOTED = {name: value for name, value in WIDE.items() if name != "future_price"} | {"future_bid": 20.05, "future_ask": 20.15}
SPX = {
    "underlying": "spx", "spot": 6000, "strike": 6000, "call_bid": 99.0, "call_ask": 100.0, "put_bid": 77.5, "put_ask": 78.5,
    "days_to_expiry": 41, "rate": 0.045, "dividend_yield": 0.013,
}  # fmt: skip
DISCOUNT = math.exp(-0.045 * 40 / 365)


def quote(middle, spread):
    return Quote(middle - spread / 2, middle + spread / 2)


market = {
    "forward": st.floats(10, 80), "strike": st.floats(10, 80), "volatility": st.floats(0.3, 2), "years": st.floats(0.02, 1),
    "rate": st.floats(-0.02, 0.1), "spread": st.floats(0, 1),
}  # fmt: skip
quiet = settings(deadline=None, derandomize=True, database=None, max_examples=100)


@quiet
@given(**market)
def test_fair_prices_have_no_gap_and_no_edge_and_both_trades_pay_the_spreads(forward, strike, volatility, years, rate, spread):
    discount = math.exp(-rate * years)
    call, put = (quote(black76(forward, strike, years, volatility, rate, right).price, spread) for right in ("call", "put"))
    future = quote(forward, spread)
    assert parity_gap(call, put, future, strike, discount) == pytest.approx(0, abs=1e-12 * 80)
    for edge in (conversion_edge, reversal_edge):
        assert edge(call, put, future, strike, discount) == pytest.approx(-spread - discount * spread / 2, abs=1e-12 * 80)


@quiet
@given(**market, gap=st.floats(-3, 3))
def test_an_edge_is_the_gap_less_what_the_spreads_explain_on_either_side(forward, strike, volatility, years, rate, spread, gap):
    discount = math.exp(-rate * years)
    call, put = (quote(black76(forward, strike, years, volatility, rate, right).price, spread) for right in ("call", "put"))
    call, future = Quote(call.bid + gap, call.ask + gap), quote(forward, spread)
    found, explained = parity_gap(call, put, future, strike, discount), explained_gap(call, put, future, discount)
    assert conversion_edge(call, put, future, strike, discount) == pytest.approx(found - explained, abs=1e-11)
    assert reversal_edge(call, put, future, strike, discount) == pytest.approx(-found - explained, abs=1e-11)


@quiet
@given(**market)
def test_the_synthetic_future_of_fair_options_stands_around_the_future(forward, strike, volatility, years, rate, spread):
    discount = math.exp(-rate * years)
    call, put = (quote(black76(forward, strike, years, volatility, rate, right).price, spread) for right in ("call", "put"))
    synthetic = synthetic_future(call, put, strike, discount)
    assert implied_forward(call.mid, put.mid, strike, discount) == pytest.approx(forward, rel=1e-12)
    assert synthetic.mid == pytest.approx(forward, rel=1e-12)
    assert synthetic.spread == pytest.approx(2 * spread / discount, abs=1e-11)


def test_a_conversion_against_the_synthetic_future_earns_what_parity_says(calculate):
    result = calculate("conversion", WIDE).result
    assert DISCOUNT * (result["synthetic_future_bid_index_points"] - 20.1) * 100 == pytest.approx(result["conversion_edge_usd"])
    assert DISCOUNT * (20.1 - result["synthetic_future_ask_index_points"]) * 100 == pytest.approx(result["reversal_edge_usd"])


def test_each_trade_meets_the_side_of_the_future_that_it_would_trade_at(calculate):
    marked, quoted = calculate("conversion", WIDE).result, calculate("conversion", QUOTED).result
    assert marked["conversion_edge_usd"] - quoted["conversion_edge_usd"] == pytest.approx(100 * DISCOUNT * 0.05)
    assert marked["reversal_edge_usd"] - quoted["reversal_edge_usd"] == pytest.approx(100 * DISCOUNT * 0.05)
    assert quoted["parity_gap_index_points"] == pytest.approx(marked["parity_gap_index_points"])
    assert quoted["explained_gap_index_points"] == pytest.approx(0.1 + DISCOUNT * 0.05)


def test_edges_grow_with_the_pairs_and_fees_are_taken_off_apart(calculate):
    one, ten = (calculate("conversion", WIDE | {"contracts": pairs, "fees_usd": 13.0}).result for pairs in (1, 10))
    assert ten["conversion_edge_usd"] == pytest.approx(10 * one["conversion_edge_usd"])
    assert ten["conversion_edge_after_fees_usd"] == pytest.approx(ten["conversion_edge_usd"] - 13)
    assert (one["futures_contracts"], ten["futures_contracts"]) == (0.1, 1.0)


def test_the_forward_of_the_spx_comes_from_its_spot_the_rate_and_the_yield(calculate):
    result = calculate("conversion", SPX).result
    forward, discount = 6000 * math.exp(0.032 * 41 / 365), math.exp(-0.045 * 41 / 365)
    assert result["forward_index_points"] == pytest.approx(forward, rel=1e-14)
    assert result["parity_gap_index_points"] == pytest.approx(99.5 - 78 - discount * (forward - 6000))
    assert result["quotes_consistent"] is True and result["futures_contracts"] is None
    assert "no shares" in " ".join(result["notes"])


@pytest.mark.parametrize(
    ("change", "executable", "words"),
    [
        ({}, "not_evaluated", "quotes_stamped_within_seconds"),
        ({"quotes_stamped_within_seconds": 0.4}, "conversion", "exceeds the fees"),
        ({"quotes_stamped_within_seconds": 1}, "conversion", "within 1 seconds"),
        ({"quotes_stamped_within_seconds": 1.5}, "none", "1.5 seconds apart"),
        ({"quotes_stamped_within_seconds": 0, "fees_usd": 300.0}, "none", "fees"),
        ({"quotes_stamped_within_seconds": 0, "call_bid": 0}, "none", "no bid"),
        ({"quotes_stamped_within_seconds": 0, "put_bid": 6.5, "put_ask": 6.6}, "reversal", "exceeds the fees"),
        (
            {"quotes_stamped_within_seconds": 0, "future_bid": None, "future_ask": None, "future_price": 20.1},
            "not_evaluated",
            "future_bid and future_ask",
        ),
    ],
)
def test_a_trade_is_called_executable_only_on_two_sided_quotes_of_one_moment_that_beat_the_fees(calculate, change, executable, words):
    result = calculate("conversion", QUOTED | change).result
    assert result["executable"] == executable and words in result["executable_reason"]


def test_inconsistent_quotes_carry_a_warning_and_consistent_ones_none(calculate):
    warned = calculate("conversion", WIDE).result
    assert warned["quotes_consistent"] is False and "time stamps" in " ".join(warned["notes"])
    fair = calculate("conversion", WIDE | {"put_bid": 5.9, "put_ask": 6.05}).result
    assert fair["quotes_consistent"] is True and "time stamps" not in " ".join(fair["notes"]) and "vega" in fair["notes"][0]


def test_a_gap_of_exactly_the_spreads_is_consistent_although_binary_fractions_miss_it(calculate):
    terms = WIDE | {"rate": 0.0, "future_price": 24.9, "call_bid": 1.0, "call_ask": 1.1, "put_bid": 1.0, "put_ask": 1.1}
    result = calculate("conversion", terms).result
    assert result["parity_gap_index_points"] > result["explained_gap_index_points"]
    assert result["quotes_consistent"] is True


def test_an_edge_that_only_equals_the_fees_is_no_trade(calculate):
    terms = QUOTED | {"rate": 0.0, "future_bid": 26.0, "future_ask": 26.0, "call_bid": 2.0, "call_ask": 2.1, "put_bid": 0.9, "put_ask": 1.0}
    result = calculate("conversion", terms | {"quotes_stamped_within_seconds": 0}).result
    assert (result["conversion_edge_usd"], result["executable"]) == (0.0, "none")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"call_bid": 1.2}, "call_bid"),
        ({"put_bid": 3.2}, "put_bid"),
        ({"future_price": None, "future_bid": 20.2, "future_ask": 20.1}, "future_bid"),
        ({"future_price": None, "future_bid": 20.2}, "future_ask"),
        ({"future_price": None}, "future_price"),
        ({"future_bid": 20.0, "future_ask": 20.2}, "future_price"),
        ({"spot": 18.0}, "spot"),
        ({"dividend_yield": 0.013}, "dividend_yield"),
        ({"call_ask": float("nan")}, "call_ask"),
        ({"strike": float("inf")}, "strike"),
        ({"rate": 45}, "rate"),
        ({"contracts": 0}, "contracts"),
        ({"days_to_expiry": 0}, "days_to_expiry"),
    ],
)
def test_crossed_missing_and_misplaced_quotes_are_refused_under_their_field(calculate, change, field):
    with pytest.raises(RulesError) as caught:
        calculate("conversion", WIDE | change)
    assert caught.value.field == field


def test_every_name_that_a_step_uses_is_an_earlier_step_with_that_value(calculate):
    for terms in (WIDE, QUOTED | {"quotes_stamped_within_seconds": 0.5}, SPX, SPX | {"fees_usd": 4.0, "contracts": 3}):
        calculation = calculate("conversion", terms)
        seen = {}
        for step in calculation.steps:
            assert all(seen.get(name, "absent") == value for name, value in step.inputs.items()), step.name
            seen[step.name] = step.value
        numbers = [value for value in calculation.result.values() if isinstance(value, float)]
        assert all(value in seen.values() for value in numbers)
