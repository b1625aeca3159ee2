"""Break-evens: the condor alone, with the VIX held, with hedges at their mark, and the set of (SPX, VIX) without P/L."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.errors import RulesError
from rules.outcomes.break_even import break_even_along, break_even_at_expiry
from tests.unit.rules import reference as ref

PRICE = ref.black(20.1, 25, 40 / 365, 1.0, 0.045)
FUTURES = {"instrument": "vx", "quantity": 2, "entry_price": 20.1, "mark_price": 20.1, "expiry": "2026-06-17"}
CALLS = {"instrument": "vix_call", "quantity": 41, "entry_price": PRICE, "mark_price": PRICE, "strike": 25, "expiry": "2026-06-17"}
JULY = {"instrument": "vx", "quantity": 1, "entry_price": 20.8, "expiry": "2026-07-22"}
WORKED = {
    "condor": {
        "long_put": 5500, "short_put": 5600, "short_call": 6300, "long_call": 6400, "credit_index_points": 20.4644, "contracts": 10, "expiry": "2026-06-18",
    },
    "hedges": [FUTURES, CALLS], "as_of": "2026-05-08", "vix": 18, "spx": 6000, "rate": 0.045,
    "futures": [
        {"expiry": "2026-05-19", "price_index_points": 19.2}, {"expiry": "2026-06-17", "price_index_points": 20.1},
        {"expiry": "2026-07-22", "price_index_points": 20.8}, {"expiry": "2026-08-19", "price_index_points": 21.3},
    ],
}  # fmt: skip
LEGS = [(strike, side * 1000, right) for strike, side, right, _ in ref.LEGS]


@pytest.fixture
def raw():
    return copy.deepcopy(WORKED)


@pytest.fixture
def breaks(calculate):
    return lambda raw: dict(calculate("break-even", raw).result)


def test_hedges_that_settle_before_the_condor_take_their_cost_from_the_credit(breaks, raw):
    found = breaks(raw)
    cost = 0.0
    for layer, more in zip(found["after_layers"], (2000 * (20.1 - 18), 4100 * PRICE), strict=True):
        cost += more
        low, high, most = ref.flat_range(-cost)
        assert (layer["low"], layer["high"], layer["max_profit_usd"]) == (pytest.approx(low), pytest.approx(high), pytest.approx(most))
    assert found["condor_alone"] == {"low": pytest.approx(5579.5356), "high": pytest.approx(6320.4644)}


def test_a_future_that_lives_on_is_worth_todays_curve_at_its_remaining_time(breaks, raw):
    raw["hedges"] = [JULY]
    (layer,) = breaks(raw)["after_layers"]
    living = 18 + (19.2 - 18) * (75 - 41) / 11 if 75 - 41 <= 11 else 19.2 + (20.1 - 19.2) * (34 - 11) / 29
    assert layer["max_profit_usd"] == pytest.approx(20464.4 + 1000 * (living - 20.8))


def test_a_call_that_lives_on_is_worth_black_on_its_future_at_the_volatility_of_its_mark(breaks, raw):
    price = ref.black(21.3, 28, 103 / 365, 0.85, 0.045)
    raw["hedges"] = [{"instrument": "vix_call", "quantity": 10, "entry_price": 1.5, "mark_price": price, "strike": 28, "expiry": "2026-08-19"}]
    (layer,) = breaks(raw)["after_layers"]
    later = ref.call_at(ref.LONG_CURVE, 103, 28, 0.85, 41, 0.0)
    assert layer["max_profit_usd"] == pytest.approx(20464.4 + 1000 * (later - 1.5), abs=1e-3)


@pytest.mark.parametrize("mark", [15.0, 20.1, 22.5, 41.0])
def test_held_at_mark_shifts_both_sides_by_the_gain_per_condor(breaks, raw, mark):
    raw["hedges"] = [FUTURES | {"mark_price": mark}]
    (layer,) = breaks(raw)["after_layers"]
    shift = (mark - 20.1) * 2 * 1000 / (100 * 10)
    wide = 20.4644 + shift
    assert layer["held_at_mark"] == {
        "low": pytest.approx(5600 - wide) if wide < 100 else None,
        "high": pytest.approx(6300 + wide) if wide < 100 else None,
    }
    assert layer["low"] != layer["held_at_mark"]["low"] or mark == 18


@pytest.mark.parametrize("gone", ["vix", "dates"])
def test_without_the_vix_or_dates_only_the_reading_at_the_mark_is_given_and_says_so(breaks, raw, gone):
    raw["hedges"][0]["mark_price"] = 22.0
    if gone == "vix":
        del raw["vix"]
    else:
        raw["hedges"] = [{key: value for key, value in hedge.items() if key != "expiry"} for hedge in raw["hedges"]]
    found = breaks(raw)
    for layer in found["after_layers"]:
        assert layer["low"] is None and layer["high"] is None and layer["held_at_mark"]["low"] == pytest.approx(5600 - 20.4644 - 3.8)
        assert "needs vix" in layer["note"]
    assert found["frontier"] == [] and found["along_response"] is None


def test_a_call_that_settles_first_needs_no_curve(breaks, raw):
    raw["futures"] = []
    raw["hedges"] = [CALLS | {"expiry": "2026-06-17"}]
    assert breaks(raw)["after_layers"][0]["max_profit_usd"] == pytest.approx(20464.4 - 4100 * PRICE)


def test_hedges_that_cost_more_than_the_credit_leave_no_break_even_and_the_note_says_it(breaks, raw):
    raw["hedges"] = [CALLS | {"quantity": 200}]
    (layer,) = breaks(raw)["after_layers"]
    assert (layer["low"], layer["high"]) == (None, None) and layer["max_profit_usd"] < 0 and "earns nowhere" in layer["note"]


def test_every_point_of_the_frontier_has_no_profit_and_no_loss(breaks, raw):
    raw["hedges"].append(JULY)
    found = breaks(raw)["frontier"]
    assert [point["vix"] - 18 for point in found] == [-5, -3, -1, 0, 5, 10, 20]
    for point in found:
        move = point["vix"] - 18
        hedge = 2000 * (18 + move - 20.1) + 4100 * (max(18 + move - 25, 0) - PRICE) + 1000 * (ref.future_at(ref.LONG_CURVE, 75, 41, move) - 20.8)
        low, high, most = ref.flat_range(hedge)
        assert (point["low"], point["high"]) == (low and pytest.approx(low), high and pytest.approx(high)), move
        assert point["max_profit_usd"] == pytest.approx(most)


def test_along_the_declared_response_the_combined_result_is_zero_at_each_edge(breaks, raw):
    edges = breaks(raw)["along_response"]
    for spx in (edges["low"], edges["high"]):
        vix = max(18 - 1.20 * 100 * (spx / 6000 - 1), 9)
        assert ref.payoff(spx) + 2000 * (vix - 20.1) + 4100 * (max(vix - 25, 0) - PRICE) == pytest.approx(0, abs=0.01)
    assert 5500 < edges["low"] < 5600 and 6000 < edges["high"] < 6320
    far_below, around = edges["ranges"]
    assert far_below["low"] is None and far_below["high"] < 5500, "so far down the hedge earns more than the condor can lose"
    assert around == {"low": edges["low"], "high": edges["high"]}


def test_without_hedges_the_section_along_the_response_is_the_condor_alone(breaks, raw):
    raw["hedges"] = []
    found = breaks(raw)
    edges = {side: pytest.approx(value, abs=1e-6) for side, value in found["condor_alone"].items()}
    assert found["along_response"] == edges | {"ranges": [edges]}


@pytest.mark.parametrize(
    ("fixed", "ranges"),
    [
        (-200_000.0, []),
        (-100_000.0, []),
        (200_000.0, [(None, None)]),
        (50_000.0, [(5550.0, 6350.0)]),
    ],
)
def test_no_edge_and_two_edges_are_both_answers(fixed, ranges):
    found = break_even_at_expiry(LEGS, fixed)
    assert [(edge.low, edge.high) for edge in found.ranges] == ranges


def test_a_put_spread_alone_has_one_edge_and_two_condors_may_have_four():
    one = break_even_at_expiry([(5500, 1000, "put"), (5600, -1000, "put")], 20_000)
    assert (one.low, one.high) == (5580, None)
    apart = [(5000, 1.0, "put"), (5100, -1.0, "put"), (5200, -1.0, "call"), (5300, 1.0, "call"), (6000, 1.0, "call"), (6100, -1.0, "call")]
    four = break_even_at_expiry([(k, size * 100, right) for k, size, right in apart], 4_000)
    assert [(edge.low, edge.high) for edge in four.ranges] == [(5060, 5240), (6060, None)]


@settings(max_examples=50, deadline=None)
@given(
    strikes=st.lists(st.integers(1000, 9000), min_size=2, max_size=6, unique=True),
    sizes=st.lists(st.integers(-5, 5).filter(bool), min_size=6, max_size=6),
    rights=st.lists(st.sampled_from(["put", "call"]), min_size=6, max_size=6),
    fixed=st.integers(-3000, 3000),
)
def test_the_payoff_is_zero_at_every_edge_and_positive_inside_every_range(strikes, sizes, rights, fixed):
    legs = [(float(strike), float(size), right) for strike, size, right in zip(strikes, sizes, rights, strict=False)]
    found = break_even_at_expiry(legs, fixed + 0.5)

    def total(spx):
        return fixed + 0.5 + sum(size * max(spx - strike if right == "call" else strike - spx, 0.0) for strike, size, right in legs)

    edges = [edge for item in found.ranges for edge in (item.low, item.high) if edge is not None]
    assert all(total(edge) == pytest.approx(0, abs=1e-6) for edge in edges) and edges == sorted(edges)
    for item in found.ranges:
        if item.low is not None and item.high is not None:
            assert total((item.low + item.high) / 2) > 0 or any(item.low < strike < item.high for strike, _, _ in legs)


def test_a_scan_finds_the_roots_of_a_curve_that_bends():
    found = break_even_along(lambda spx: (spx - 5000) * (6000 - spx), 4000, 7000, 5500)
    assert (found.low, found.high) == (pytest.approx(5000, abs=1e-6), pytest.approx(6000, abs=1e-6))


REFUSED = {
    "a condor dated without a day": ({"as_of": None}, "as_of"),
    "a condor that has expired": ({"as_of": "2026-06-18"}, "condor.expiry"),
    "a hedge that has settled": ({"hedges": [FUTURES | {"expiry": "2026-05-01"}]}, "hedges.0.expiry"),
    "a call without a strike": ({"hedges": [{key: value for key, value in CALLS.items() if key != "strike"}]}, "hedges.0.strike"),
    "a living call without its future": ({"hedges": [CALLS | {"expiry": "2026-07-22"}], "futures": []}, "hedges.0.future_price"),
    "a living future without a curve": ({"hedges": [JULY], "futures": []}, "futures"),
    "a mark that fits no volatility": ({"hedges": [CALLS | {"expiry": "2026-07-22", "mark_price": 30.0}]}, "hedges.0.mark_price"),
    "a rate in percent": ({"rate": 4.5}, "rate"),
}


@pytest.mark.parametrize(("change", "field"), REFUSED.values(), ids=REFUSED.keys())
def test_break_evens_that_cannot_be_read_are_refused_with_their_field(breaks, raw, change, field):
    with pytest.raises(RulesError) as caught:
        breaks({key: value for key, value in (raw | change).items() if value is not None})
    assert caught.value.field == field
