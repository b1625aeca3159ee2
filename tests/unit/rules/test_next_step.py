"""The next step of a hedge: order, arming, spacing, and what is unknown."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.engine import run
from rules.errors import RulesError
from rules.parameter_file import overlaid
from rules.planning.next_step import all_known_true, any_known_true, tranches_filled
from tests.unit.rules.steps import untraced

ARMED = {"macd": "bullish", "advance_decline": "weak"}
TIMED = ARMED | {"rsi_shift": True, "capm_breach": False}
UNTIMED = ARMED | {"rsi_shift": False, "capm_breach": False, "macro_accelerates": False}
FUTURES = {"futures_vega_usd": 3250}
ALL_CALLS = FUTURES | {"calls_vega_usd": 6000, "last_tranche_on": "2026-04-30"}
NO_FUTURES = {"futures_allowed": False}


@pytest.fixture
def step(calculate):
    def ask(holdings=None, signals=None, account=None, **more):
        raw = {"as_of": "2026-05-08", "planned_hedge_vega_usd": 10000} | more
        given_parts = {"holdings": holdings, "signals": signals, "account": account}
        return calculate("next-step", raw | {name: value for name, value in given_parts.items() if value is not None}).result

    return ask


@pytest.fixture
def changed(parameters, tmp_path):
    def with_values(lines):
        path = tmp_path / "mine.yaml"
        path.write_text("parameters:\n" + "\n".join(f"  {line}" for line in lines) + "\n", encoding="utf-8")
        mine = overlaid(parameters, path)
        return lambda raw: run("next-step", {"as_of": "2026-05-08", "planned_hedge_vega_usd": 10000} | raw, mine).result

    return with_values


def test_an_armed_hedge_without_anything_buys_futures_up_to_the_middle_of_the_band(step):
    result = step(signals=ARMED)
    assert (result["stage"], result["armed"], result["buy"], result["waits_for"]) == ("layer_1_futures", True, "vx", [])
    assert result["vega_to_add_usd"] == pytest.approx(3250, abs=0.01) and "3,250.00 USD per VIX point" in result["next_action"]


@pytest.mark.parametrize(("macd", "advance_decline", "armed", "waits"), [
    ("bullish", "weak", True, []), ("bullish", "divergent", True, []), ("bullish", "strong", False, ["advance_decline"]),
    ("bearish", "weak", False, ["macd"]), ("bearish", "strong", False, ["macd", "advance_decline"]),
    ("bullish", None, None, ["advance_decline"]), (None, "weak", None, ["macd"]), (None, None, None, ["macd", "advance_decline"]),
    ("bearish", None, False, ["macd", "advance_decline"]), (None, "strong", False, ["macd", "advance_decline"]),
])  # fmt: skip
def test_both_signals_arm_and_an_unknown_one_leaves_it_open(step, macd, advance_decline, armed, waits):
    signals = {name: value for name, value in (("macd", macd), ("advance_decline", advance_decline)) if value is not None}
    result = step(signals=signals)
    assert (result["armed"], result["waits_for"]) == (armed, waits)
    assert result["stage"] == ("layer_1_futures" if armed else "waiting_for_signals") and (result["buy"] is None) == (armed is not True)
    for name in ("macd", "advance_decline"):
        assert (f"{name}: not given" in result["next_action"] or f"{name} and" in result["next_action"]) == (name not in signals and bool(waits))


def test_no_signals_at_all_buy_nothing(step):
    result = step()
    assert (result["stage"], result["armed"], result["buy"], result["vega_to_add_usd"]) == ("waiting_for_signals", None, None, None)
    assert "not read as false" in result["next_action"]


def test_by_the_switch_either_signal_arms(changed):
    ask = changed(["layer_1_needs_both_signals: {value: false}"])
    assert ask({"signals": {"macd": "bullish", "advance_decline": "strong"}})["armed"] is True
    assert ask({"signals": {"macd": "bullish"}})["armed"] is True
    assert ask({"signals": {"macd": "bearish"}})["armed"] is None
    assert ask({"signals": {"macd": "bearish", "advance_decline": "strong"}})["armed"] is False


@pytest.mark.parametrize(
    "signals", [{"rsi_shift": True}, {"capm_breach": True}, {"macro_accelerates": True}, {"rsi": 80, "rsi_shift": True, "macro_accelerates": True}]
)
def test_what_times_the_calls_never_starts_a_hedge(step, signals):
    for start in ({}, {"macd": "bearish", "advance_decline": "weak"}):
        result = step(signals=signals | start)
        assert (result["stage"], result["buy"]) == ("waiting_for_signals", None)


def test_macro_acceleration_never_skips_the_futures(step):
    result = step({"futures_vega_usd": 2400}, ARMED | {"macro_accelerates": True})
    assert (result["stage"], result["buy"]) == ("layer_1_futures", "vx")


@pytest.mark.parametrize(
    ("held", "stage"), [(0, "layer_1_futures"), (2499.99, "layer_1_futures"), (2500, "layer_2_calls"), (2500.01, "layer_2_calls")]
)
def test_the_first_layer_is_filled_from_the_lower_edge_of_the_band_on(step, held, stage):
    assert step({"futures_vega_usd": held}, TIMED)["stage"] == stage


def test_only_what_is_missing_to_the_target_is_bought(step):
    result = step({"futures_vega_usd": 2000}, ARMED)
    assert result["vega_to_add_usd"] == pytest.approx(1250, abs=0.01) and "20.00%" in result["next_action"]


@pytest.mark.parametrize(("held", "advised"), [(4000, False), (4000.5, True), (4500, True)])
def test_futures_above_the_band_are_an_advice_and_never_an_order(step, held, advised):
    result = step({"futures_vega_usd": held}, TIMED)
    assert any("above_band" in text for text in result["advice"]) == advised and result["buy"] == "vix_call"
    if advised:
        assert "40.00%" in result["advice"][0]


def test_with_futures_held_arming_is_no_longer_asked_for(step):
    result = step(FUTURES, {"rsi_shift": True})
    assert (result["stage"], result["armed"], result["buy"]) == ("layer_2_calls", None, "vix_call")
    assert result["vega_to_add_usd"] == pytest.approx(2000, abs=0.01) and "tranche 1 of 3" in result["next_action"]


@pytest.mark.parametrize(
    ("more", "buys"), [({"rsi_shift": True}, True), ({"capm_breach": True}, True), ({"macro_accelerates": True}, True), ({}, False)]
)
def test_an_rsi_shift_or_a_breach_times_the_calls_and_macro_removes_that_waiting(step, more, buys):
    result = step(FUTURES, UNTIMED | more)
    assert (result["buy"] == "vix_call") == buys and result["stage"] == "layer_2_calls"
    assert result["waits_for"] == ([] if buys else ["rsi_shift", "capm_breach", "macro_accelerates"])


def test_timing_that_was_not_looked_up_is_asked_for_and_not_read_as_false(step):
    assert "look up rsi_shift, capm_breach, macro_accelerates" in step(FUTURES, ARMED)["next_action"]
    assert "look up macro_accelerates:" in step(FUTURES, ARMED | {"rsi_shift": False, "capm_breach": False})["next_action"]
    assert "look up" not in step(FUTURES, UNTIMED)["next_action"]


@pytest.mark.parametrize(("rsi", "side"), [(49.99, "below 50"), (50, "at or above 50"), (80, "at or above 50")])
def test_a_bare_level_of_the_rsi_is_reported_and_triggers_nothing(step, rsi, side):
    result = step(FUTURES, ARMED | {"rsi": rsi, "capm_breach": False})
    assert result["buy"] is None and side in result["next_action"] and "rise 10 in 5 days" in result["next_action"]


@pytest.mark.parametrize(("calls", "number", "vega"), [
    (0, 1, 2000), (500, 1, 1500), (1599.99, 1, 400.01), (1600, 2, 2000), (2000, 2, 2000), (2500, 2, 1500), (3599.99, 2, 400.01), (3600, 3, 2000),
    (5599.99, 3, 400.01),
])  # fmt: skip
def test_a_tranche_counts_from_80_percent_on_and_only_the_rest_of_it_is_bought(step, calls, number, vega):
    result = step(FUTURES | {"calls_vega_usd": calls, "last_tranche_on": "2026-04-01"}, TIMED)
    assert f"tranche {number} of 3" in result["next_action"] and result["vega_to_add_usd"] == pytest.approx(vega, abs=1e-6)


def test_three_tranches_are_enough(step):
    result = step(FUTURES | {"calls_vega_usd": 5600, "last_tranche_on": "2026-05-08"}, {})
    assert (result["stage"], result["buy"]) == ("layer_3_etfs", "etf")


@pytest.mark.parametrize(("as_of", "buys"), [("2026-05-07", False), ("2026-05-08", True)])
def test_a_tranche_waits_five_business_days_after_the_one_before(step, as_of, buys):
    result = step(FUTURES | {"calls_vega_usd": 2000, "last_tranche_on": "2026-05-01"}, TIMED, as_of=as_of)
    assert (result["buy"] == "vix_call") == buys and result["next_tranche_on"] == "2026-05-08"
    assert result["waits_for"] == ([] if buys else ["tranche_spacing"]) and ("2026-05-08" in result["next_action"]) != buys


def test_the_spacing_counts_holidays_out(step):
    result = step(FUTURES | {"calls_vega_usd": 2000, "last_tranche_on": "2026-05-20"}, TIMED, as_of="2026-05-27")
    assert (result["next_tranche_on"], result["buy"]) == ("2026-05-28", None)


def test_macro_acceleration_does_not_remove_the_spacing(step):
    result = step(FUTURES | {"calls_vega_usd": 2000, "last_tranche_on": "2026-05-06"}, ARMED | {"macro_accelerates": True})
    assert (result["buy"], result["waits_for"]) == (None, ["tranche_spacing"])


def test_the_first_tranche_may_be_completed_without_spacing(step):
    assert step(FUTURES | {"calls_vega_usd": 500, "last_tranche_on": "2026-05-07"}, TIMED)["buy"] == "vix_call"
    assert step(FUTURES | {"calls_vega_usd": 500}, TIMED)["buy"] == "vix_call"


def test_calls_without_the_day_of_their_purchase_wait_for_it(step):
    result = step(FUTURES | {"calls_vega_usd": 2000}, TIMED)
    assert (result["buy"], result["waits_for"], result["next_tranche_on"]) == (None, ["last_tranche_on"], None)


def test_timing_and_spacing_are_both_waited_for(step):
    result = step(FUTURES | {"calls_vega_usd": 2000, "last_tranche_on": "2026-05-07"}, UNTIMED)
    assert result["waits_for"] == ["rsi_shift", "capm_breach", "macro_accelerates", "tranche_spacing"]


def test_after_the_calls_a_fund_takes_what_is_left(step):
    result = step(ALL_CALLS)
    assert (result["stage"], result["buy"]) == ("layer_3_etfs", "etf") and result["vega_to_add_usd"] == pytest.approx(750, abs=0.01)
    assert step(ALL_CALLS | {"futures_vega_usd": 2500})["vega_to_add_usd"] == pytest.approx(1500, abs=0.01)


@pytest.mark.parametrize(("held", "stage"), [(0, "layer_3_etfs"), (500, "layer_3_etfs"), (500.01, "complete"), (750, "complete"), (900, "complete")])
def test_less_than_2_and_a_half_percent_is_left_open(step, held, stage):
    result = step(ALL_CALLS | {"etf_vega_usd": held})
    assert result["stage"] == stage and (result["buy"] == "etf") == (stage == "layer_3_etfs")
    if stage == "complete":
        assert result["waits_for"] == [] and result["next_action"].startswith("Nothing")


@pytest.mark.parametrize(("futures", "stage"), [(3750, "layer_3_etfs"), (3751, "complete"), (4000, "complete")])
def test_futures_near_the_upper_edge_leave_nothing_for_a_fund(step, futures, stage):
    assert step(ALL_CALLS | {"futures_vega_usd": futures})["stage"] == stage


def test_an_account_without_options_goes_from_futures_to_funds(step):
    result = step(FUTURES, {}, {"options_allowed": False})
    assert (result["stage"], result["buy"]) == ("layer_3_etfs", "etf")
    assert step({}, TIMED, {"options_allowed": False})["stage"] == "layer_1_futures"


def test_an_account_without_funds_is_complete_after_the_calls(step):
    assert step(ALL_CALLS, {}, {"etfs_allowed": False})["stage"] == "complete"


def test_forbidden_futures_offer_the_fund_as_a_choice_and_never_order_it(step):
    result = step({}, TIMED, NO_FUTURES)
    assert (result["stage"], result["buy"]) == ("layer_2_calls", "vix_call") and "may not trade futures" in result["next_action"]
    assert len(result["choices"]) == 1 and "3,250.00" in result["choices"][0] and "if you choose so" in result["choices"][0]
    assert step({}, TIMED, NO_FUTURES | {"etfs_allowed": False})["choices"] == []
    assert step({}, TIMED)["choices"] == []


def test_forbidden_futures_still_need_the_hedge_to_be_armed(step):
    result = step({}, {"rsi_shift": True}, NO_FUTURES)
    assert (result["stage"], result["buy"], len(result["choices"])) == ("waiting_for_signals", None, 1)


def test_a_fund_that_the_trader_lets_stand_in_is_the_first_layer(step):
    account = NO_FUTURES | {"etf_stands_in": True}
    first = step({}, TIMED, account)
    assert (first["stage"], first["buy"], first["choices"]) == ("layer_1_futures", "etf", []) and first["vega_to_add_usd"] == pytest.approx(
        3250, abs=0.01
    )
    assert step({"etf_vega_usd": 2500}, TIMED, account)["buy"] == "vix_call"
    assert step({"etf_vega_usd": 2499}, TIMED, account)["buy"] == "etf"
    assert step({"etf_vega_usd": 3250, "calls_vega_usd": 6000}, TIMED, account)["stage"] == "complete"
    assert step({"etf_vega_usd": 3250}, TIMED, {"etf_stands_in": True})["buy"] == "vx"


def test_with_neither_futures_nor_options_the_fund_takes_the_upper_edge_of_the_band(step):
    result = step({}, TIMED, NO_FUTURES | {"options_allowed": False})
    assert (result["stage"], result["buy"]) == ("layer_3_etfs", "etf") and result["vega_to_add_usd"] == pytest.approx(4000, abs=0.01)


def test_nothing_planned_is_nothing_to_hedge(step):
    result = step({}, TIMED, planned_hedge_vega_usd=0)
    assert (result["stage"], result["armed"], result["buy"]) == ("nothing_to_hedge", True, None)


def test_increments_of_the_call_budget_make_smaller_tranches(changed):
    result = changed(["call_increment_base: {value: call_budget}"])({"holdings": FUTURES, "signals": TIMED})
    assert result["vega_to_add_usd"] == pytest.approx(1200) and "of 5" in result["next_action"]


@pytest.mark.parametrize(("values", "expected_all", "expected_any"), [
    ((True, True), True, True), ((True, False), False, True), ((False, None), False, None), ((True, None), None, True), ((None, None), None, None),
    ((False, False), False, False),
])  # fmt: skip
def test_an_unknown_value_decides_nothing_that_a_known_one_does_not(values, expected_all, expected_any):
    assert (all_known_true(values), any_known_true(values)) == (expected_all, expected_any)


@given(st.floats(0, 1e6), st.floats(1, 1e5), st.sampled_from([0.1, 0.8, 1.0]), st.integers(1, 9))
def test_filled_tranches_never_exceed_what_the_calls_make_up(calls, tranche, least, count):
    filled = tranches_filled(calls, tranche, least, count)
    assert 0 <= filled <= count and (filled == 0 or calls >= (filled - 1 + least) * tranche * (1 - 1e-6))


LEVEL = st.sampled_from([0, 1000, 2500, 3250, 4000, 6000, 9000])
FLAG = st.sampled_from([None, False, True])
SIGNALS = st.fixed_dictionaries({
    "macd": st.sampled_from([None, "bullish", "bearish"]), "advance_decline": st.sampled_from([None, "weak", "strong", "divergent"]),
    "rsi": st.sampled_from([None, 30, 50, 70]), "rsi_shift": FLAG, "capm_breach": FLAG, "macro_accelerates": FLAG,
})  # fmt: skip
HOLDINGS = st.fixed_dictionaries({
    "futures_vega_usd": LEVEL, "calls_vega_usd": LEVEL, "etf_vega_usd": LEVEL, "last_tranche_on": st.sampled_from([None, "2026-05-07", "2026-04-01"]),
})  # fmt: skip
ACCOUNT = st.fixed_dictionaries({name: st.booleans() for name in ("futures_allowed", "options_allowed", "etfs_allowed", "etf_stands_in")})


@given(HOLDINGS, SIGNALS, ACCOUNT)
def test_whatever_is_held_and_known_only_an_allowed_instrument_is_bought_in_order(calculate, holdings, signals, account):
    raw = {"as_of": "2026-05-08", "planned_hedge_vega_usd": 10000, "holdings": holdings, "signals": signals, "account": account}
    calculation = calculate("next-step", raw)
    assert untraced(calculation) == []
    result = calculation.result
    buys = result["buy"]
    assert (buys is None) == (result["vega_to_add_usd"] is None) and (buys is None or (result["waits_for"] == [] and result["vega_to_add_usd"] > 0))
    assert {"vx": account["futures_allowed"], "vix_call": account["options_allowed"], "etf": account["etfs_allowed"], None: True}[buys]
    futures_filled = holdings["futures_vega_usd"] >= 2500
    if buys in ("vix_call", "etf") and account["futures_allowed"]:
        assert futures_filled
    if buys == "vx" or (buys and not futures_filled and not (account["etf_stands_in"] and holdings["etf_vega_usd"] >= 2500)):
        assert result["armed"] is True
    if buys == "vix_call":
        assert True in (signals["rsi_shift"], signals["capm_breach"], signals["macro_accelerates"])
    if buys is None and result["stage"] not in ("complete", "nothing_to_hedge"):
        assert result["waits_for"]


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"holdings": {"futures_vega_usd": -5}}, "holdings.futures_vega_usd", "greater than or equal to 0"),
        ({"holdings": {"last_tranche_on": "2026-05-09"}}, "holdings.last_tranche_on", "is after as_of"),
        ({"holdings": {"last_tranche_on": "1990-05-09"}}, "holdings.last_tranche_on", "holiday calendar"),
        ({"as_of": "2060-05-09"}, "as_of", "holiday calendar"),
        ({"signals": {"macd": "pass"}}, "signals.macd", "bullish"),
        ({"signals": {"rsi": 101}}, "signals.rsi", "less than or equal to 100"),
        ({"signals": {"rsi_shift": 1}}, "signals.rsi_shift", "bool"),
        ({"planned_hedge_vega_usd": -2877}, "planned_hedge_vega_usd", "greater than or equal to 0"),
    ],
)
def test_unusable_inputs_are_refused_with_their_field(calculate, change, field, words):
    with pytest.raises(RulesError) as caught:
        calculate("next-step", {"as_of": date(2026, 5, 8), "planned_hedge_vega_usd": 10000} | change)
    assert caught.value.field == field and words in str(caught.value)
