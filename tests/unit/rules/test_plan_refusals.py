"""Input that cannot be planned on is refused by its field, and the same input gives the same bytes."""

from __future__ import annotations

import copy
import json
import random

import pytest

from rules.errors import RulesError

# --- refusals -------------------------------------------------------------------------------------------------------------


def crossed_future(raw):
    raw["market"]["futures"][1] |= {"bid": 20.2, "ask": 20.0}


def crossed_call(raw):
    raw["market"]["calls"][0] |= {"bid": 1.3, "ask": 1.2}


def future_twice(raw):
    raw["market"]["futures"].append({"days_to_expiry": 40, "price_index_points": 20.2})


def call_twice(raw):
    raw["market"]["calls"].append({"expiry": "2026-06-17", "strike": 25, "implied_volatility": 0.4})


def expired_condor(raw):
    raw["portfolio"]["condors"][0]["expiry"] = "2026-05-08"


def expired_future(raw):
    raw["market"]["futures"].insert(0, {"expiry": "2026-04-15", "price_index_points": 18.5})


def expired_call(raw):
    raw["market"]["calls"].insert(0, {"expiry": "2026-04-15", "strike": 25, "implied_volatility": 1.0})


def expired_fund_leg(raw):
    raw["market"]["etfs"][0]["futures"][0]["expiry"] = "2026-04-15"


def expired_holding(raw):
    raw["portfolio"]["holdings"].append({"instrument": "vx", "quantity": 2, "expiry": "2026-04-15"})


def holding_without_quote(raw):
    raw["portfolio"]["holdings"].append({"instrument": "vx", "quantity": 2, "expiry": "2026-09-16"})


def holding_without_expiry(raw):
    raw["portfolio"]["holdings"].append({"instrument": "vx", "quantity": 2})


def expiry_twice_over(raw):
    raw["market"]["futures"][0]["days_to_expiry"] = 11


def nameless_signal(raw):
    raw["signals"]["macd"] = "sideways"


def unknown_key(raw):
    raw["market"]["futures"][2]["price"] = 20.8


def no_monthly_future(raw):
    raw["market"]["futures"] = [{"expiry": "2026-05-27", "price_index_points": 19.5}]


def strikes_out_of_order(raw):
    raw["portfolio"]["condors"][0]["short_call"] = 5550


def volatility_missing(raw):
    del raw["market"]["calls"][1]["implied_volatility"]


REFUSED = {
    crossed_future: "market.futures.1", crossed_call: "market.calls.0", future_twice: "market.futures.4.expiry", call_twice: "market.calls.3",
    expired_condor: "portfolio.condors.0.expiry", expired_future: "market.futures.0.expiry", expired_call: "market.calls.0.expiry",
    expired_fund_leg: "market.etfs.0.futures.0.expiry", expired_holding: "portfolio.holdings.0.expiry", holding_without_quote: "portfolio.holdings.0.expiry",
    holding_without_expiry: "portfolio.holdings.0", expiry_twice_over: "market.futures.0", nameless_signal: "signals.macd",
    unknown_key: "market.futures.2.price", no_monthly_future: "market.futures", strikes_out_of_order: "portfolio.condors.0.short_call",
    volatility_missing: "market.calls.1.implied_volatility",
}  # fmt: skip


@pytest.mark.parametrize(("spoil", "field"), REFUSED.items(), ids=[spoil.__name__.replace("_", " ") for spoil in REFUSED])
def test_input_that_cannot_be_planned_on_is_refused_with_the_dotted_path_of_the_field(plan, worked, spoil, field):
    spoil(worked)
    with pytest.raises(RulesError) as caught:
        plan(worked)
    assert caught.value.field.startswith(field)
    assert caught.value.problem and caught.value.remedy


def test_a_day_beyond_the_holiday_calendar_is_refused_as_the_field_as_of(plan, worked):
    with pytest.raises(RulesError) as caught:
        plan(
            {
                "as_of": "2050-12-01",
                "planned_hedge_vega_usd": 3000,
                "market": {"vix": 18, "spx": 6000, "futures": [{"days_to_expiry": 20, "price_index_points": 19}]},
            }
        )
    assert caught.value.field == "as_of"


# --- same input, same bytes -----------------------------------------------------------------------------------------------


def shuffled(value, chance):
    """The same JSON value with the keys of every object in another order."""
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {key: shuffled(value[key], chance) for key in keys}
    return [shuffled(item, chance) for item in value] if isinstance(value, list) else value


def test_the_order_of_keys_changes_no_byte_of_the_answer(calculate, worked):
    texts = {json.dumps(calculate("plan-hedge", shuffled(worked, random.Random(seed))).as_dict()) for seed in range(20)}
    assert len(texts) == 1


def test_fresh_interpreters_with_different_hash_seeds_give_the_same_bytes(fresh, worked):
    answers = set()
    for seed in ("0", "1", "4242"):
        raw = json.dumps(shuffled(worked, random.Random(seed))).encode()
        done = fresh("run", "plan-hedge", stdin=raw, hash_seed=seed)
        assert (done.returncode, done.stderr) == (0, b"")
        answers.add(done.stdout)
    assert len(answers) == 1


def test_planning_does_not_change_its_input(plan, worked):
    before = copy.deepcopy(worked)
    plan(worked)
    assert worked == before


def test_the_receipt_names_version_parameters_input_result_calendar_and_assumptions(calculate, worked, parameters):
    first = calculate("plan-hedge", worked)
    receipt = first.receipt
    assert receipt.parameters_sha256 == parameters.sha256 and len(receipt.input_sha256) == len(receipt.result_sha256) == 64
    assert receipt.calendar_last_year >= 2030 and "vol_per_vix_point" in receipt.assumptions
    worked["market"]["vix"] = 18.5
    second = calculate("plan-hedge", worked).receipt
    assert second.input_sha256 != receipt.input_sha256 and second.result_sha256 != receipt.result_sha256
