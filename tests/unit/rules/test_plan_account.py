"""What an account may trade and can pay for, what a day's market takes, and when the rest can follow."""

from __future__ import annotations

import pytest

from rules.engine import run
from rules.errors import RulesError
from rules.parameter_file import overlaid
from tests.unit.rules import reference as ref

JUNE_CALL = ref.black(20.1, 25, 40 / 365, 1.0, 0.045)
MARGIN = {"vx_usd_per_contract": 9000, "vxm_usd_per_contract": 900, "dated": "2026-05-07"}
SHARE = 40 * (0.4 * ref.beta(11) + 0.6 * ref.beta(40)) / (0.4 * 19.2 + 0.6 * 20.1)


@pytest.fixture
def account(plan, worked):
    """`account(cash_available_usd=5000)` is the worked plan of such an account; `holdings` may be given beside."""

    def planned(holdings=(), **switches):
        worked["portfolio"] |= {"account": switches, "holdings": list(holdings)}
        return plan(worked)

    return planned


def orders(result):
    return [(order["instrument"], order["quantity"]) for order in result["orders"]]


def dated(result):
    return [(item["instrument"], item["quantity"], item["earliest_on"], item["state"]) for item in result["schedule"]]


def layer(result, number, tranche=None):
    return next(item for item in result["layers"] if item["layer"] == number and item["tranche"] == tranche)


# --- what may be traded --------------------------------------------------------------------------------------------


def test_a_fund_stands_in_for_forbidden_futures_only_when_the_account_chooses_so(account):
    refused, chosen = account(futures_allowed=False), account(futures_allowed=False, etf_stands_in=True)
    assert orders(refused) == [("vix_call", 41)] and any("etf_stands_in" in note for note in refused["notes"])
    ((instrument, shares),) = orders(chosen)
    assert instrument == "etf" and layer(chosen, 1)["instrument"] == "etf"
    assert any("stands in for the futures layer" in note for note in chosen["notes"])
    assert 0.25 <= shares * SHARE / 2877.07 <= 0.40 and shares == pytest.approx(0.325 * 2877.07 / SHARE, abs=0.5001)


def test_with_a_fund_standing_in_the_third_layer_is_not_needed(account):
    third = layer(account(futures_allowed=False, etf_stands_in=True), 3)
    assert (third["state"], third["quantity"]) == ("not_needed", 0)


def test_a_fund_never_stands_in_while_whole_futures_fit(account):
    assert orders(account(etf_stands_in=True)) == [("vx", 2)]


def test_a_fund_stands_in_when_no_whole_future_fits_and_the_account_chooses_so(plan, worked):
    worked["portfolio"]["account"] = {"vxm_allowed": False, "etf_stands_in": True}
    ((instrument, shares),) = orders(plan(worked | {"planned_hedge_vega_usd": 1000}))
    assert instrument == "etf" and 250 <= shares * SHARE <= 400


def test_calls_wait_for_the_fund_that_stands_in(account):
    chosen = account(futures_allowed=False, etf_stands_in=True)
    assert "the fund that stands in for futures" in layer(chosen, 2, 1)["reason"]
    shares = chosen["orders"][0]["quantity"]
    after = account(futures_allowed=False, etf_stands_in=True, holdings=[{"instrument": "etf", "quantity": shares}])
    assert orders(after) == [("vix_call", 41)] and layer(after, 1)["state"] == "filled"
    assert next(item for item in after["checks"] if item["id"] == "futures_share_in_band")["state"] == "pass"


@pytest.mark.parametrize("market", [[], "too dear"])
def test_a_stand_in_that_cannot_be_had_is_infeasible_and_says_why(plan, worked, market):
    worked["portfolio"]["account"] = {"futures_allowed": False, "etf_stands_in": True}
    worked["market"]["etfs"] = [] if market == [] else [worked["market"]["etfs"][0] | {"share_price_usd": 1e6}]
    result = plan(worked)
    assert (result["stage"], result["orders"]) == ("layer_1_infeasible", [])
    assert ("no VIX ETF is quoted" if market == [] else "no whole number of shares") in result["summary"]
    assert all(item["earliest_on"] is None for item in result["schedule"]), "nothing that waits for it has a day"


def test_without_minis_only_full_contracts_are_choices(account):
    result = account(vxm_allowed=False)
    assert [item["instruments"] for item in result["alternatives"]] == [["vx"], ["vx"], ["etf"]]


def test_an_account_that_may_trade_nothing_gets_no_order_and_reasons(account):
    result = account(futures_allowed=False, options_allowed=False, etfs_allowed=False)
    assert result["orders"] == [] and {item["state"] for item in result["layers"]} == {"forbidden"}


# --- what it can pay for -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("available", "ordered"), [(18_000, 2), (17_999.99, 1), (9_000, 1), (8_999, 0), (0, 0)])
def test_futures_are_limited_to_the_margin_that_is_free(account, available, ordered):
    result = account(margin_available_usd=available, futures_margin=MARGIN)
    assert orders(result) == ([("vx", ordered)] if ordered else [])
    text = layer(result, 1)["reason"]
    assert ("margin_available_usd" in text) is (ordered < 2) and layer(result, 1)["quantity"] == 2


@pytest.mark.parametrize("contracts", [41, 40, 7, 0])
def test_calls_are_limited_to_the_cash_that_is_there(account, held, contracts):
    cash = contracts * 100 * JUNE_CALL + 1
    result = account(cash_available_usd=cash, holdings=held(futures=True))
    assert orders(result) == ([("vix_call", contracts)] if contracts else [])
    assert (f"limited to {contracts} of 41 by cash_available_usd" in layer(result, 2, 1)["reason"]) is (contracts < 41)


def test_cash_does_not_limit_futures_and_margin_does_not_limit_calls(account, held):
    assert orders(account(cash_available_usd=0)) == [("vx", 2)]
    assert orders(account(margin_available_usd=0, futures_margin=MARGIN, holdings=held(futures=True))) == [("vix_call", 41)]


def test_what_full_contracts_take_of_the_margin_is_gone_for_the_minis(plan, worked):
    worked["market"]["futures"] = worked["market"]["futures"][:1]
    worked["portfolio"]["account"] = {"margin_available_usd": 10_000, "futures_margin": MARGIN}
    assert orders(plan(worked | {"planned_hedge_vega_usd": 3000})) == [("vx", 1), ("vxm", 1)], "1,000 are left for minis at 900"


def test_free_margin_needs_the_margin_of_a_contract_with_its_date(account):
    with pytest.raises(RulesError) as caught:
        account(margin_available_usd=18_000)
    assert caught.value.field == "portfolio.account.futures_margin"
    with pytest.raises(RulesError) as caught:
        account(futures_margin={key: value for key, value in MARGIN.items() if key != "dated"})
    assert caught.value.field == "portfolio.account.futures_margin.dated"


def test_a_margin_is_capital_at_risk_with_the_day_it_was_read_and_its_absence_is_said(account):
    given, absent = account(futures_margin=MARGIN), account()
    assert given["capital"]["parts"][1] == {"name": "VX 2026-06-17", "capital_usd": 18_000, "note": "initial margin as of 2026-05-07"}
    assert given["capital"]["capital_at_risk_usd"] - absent["capital"]["capital_at_risk_usd"] == pytest.approx(18_000)
    assert absent["capital"]["parts"][1]["note"] == "margin not given" and any("No futures margin is given" in note for note in absent["notes"])
    assert not any("No futures margin" in note for note in given["notes"])


# --- liquidity and the days that follow --------------------------------------------------------------------------------


def test_what_a_days_volume_does_not_take_follows_on_the_next_business_days(plan, worked, held):
    worked["portfolio"]["holdings"] = held(futures=True)
    worked["market"]["calls"][0] |= {"volume_contracts": 300, "open_interest_contracts": 5000}
    result = plan(worked)
    assert orders(result) == [("vix_call", 15)] and "the rest on later days" in result["orders"][0]["reason"]
    assert dated(result)[2] == ("vix_call", 11, "2026-05-12", "waiting")
    assert dated(result)[:2] == [("vix_call", 15, "2026-05-08", "ordered"), ("vix_call", 15, "2026-05-11", "waiting")]


def test_liquidity_and_cash_limit_together(plan, worked, held):
    worked["portfolio"] |= {"holdings": held(futures=True), "account": {"cash_available_usd": 1000}}
    worked["market"]["calls"][0] |= {"volume_contracts": 300}
    result = plan(worked)
    assert orders(result) == [("vix_call", int(1000 // (100 * JUNE_CALL)))]
    assert "by volume and open interest" in result["orders"][0]["reason"] and "by cash_available_usd" in result["orders"][0]["reason"]


def test_the_stack_is_scheduled_in_order_with_tranches_five_business_days_apart(account):
    assert dated(account()) == [
        ("vx", 2, "2026-05-08", "ordered"),
        ("vix_call", 41, "2026-05-11", "waiting"),
        ("vix_call", 54, "2026-05-18", "waiting"),
        ("vix_call", 65, "2026-05-26", "waiting"),  # five business days over Memorial Day
        ("etf", layer(account(), 3)["quantity"], "2026-05-27", "waiting"),
    ]


@pytest.mark.parametrize("signal", ["macd", "advance_decline"])
@pytest.mark.parametrize("state", ["fail", "not_evaluated"])
def test_nothing_has_a_day_while_an_arming_signal_is_missing(plan, worked, signal, state):
    worked["signals"][signal] = state
    schedule = dated(plan(worked))
    assert len(schedule) == 5 and all(day is None and status == "waiting" for _, _, day, status in schedule)


def test_calls_and_what_follows_have_no_day_while_no_timing_signal_passes(plan, worked):
    worked["signals"] |= {"rsi": "fail", "capm": "not_evaluated", "macro": "fail"}
    assert [day for _, _, day, _ in dated(plan(worked))] == ["2026-05-08", None, None, None, None]


def test_what_waits_for_a_part_that_cannot_be_sized_has_no_day(plan, worked):
    del worked["market"]["calls"][0]
    assert [(name, day) for name, _, day, _ in dated(plan(worked))] == [("vx", "2026-05-08"), ("vix_call", None), ("vix_call", None), ("etf", None)]


def test_what_waits_for_futures_that_do_not_fit_has_no_day(plan, worked):
    worked["portfolio"]["account"] = {"vxm_allowed": False}
    result = plan(worked | {"planned_hedge_vega_usd": 1000})
    assert result["schedule"] and all(item["earliest_on"] is None for item in result["schedule"])


def test_a_later_tranche_has_its_day_after_the_futures_it_waits_for(plan, worked, held):
    worked["portfolio"]["holdings"] = held(tranches=1)
    schedule = dated(plan(worked))
    assert schedule[:2] == [("vx", 2, "2026-05-08", "ordered"), ("vix_call", 54, "2026-05-11", "waiting")]


def test_a_tranche_has_its_day_after_the_spacing_from_the_one_before(plan, worked, held):
    worked["portfolio"]["holdings"] = [*held(futures=True), held(tranches=1)[0] | {"acquired_on": "2026-05-06"}]
    result = plan(worked)
    assert result["orders"] == [] and dated(result)[0] == ("vix_call", 54, "2026-05-13", "waiting")


def test_calls_without_the_day_they_were_bought_leave_the_next_tranche_without_a_day(plan, worked, held):
    call = {key: value for key, value in held(tranches=1)[0].items() if key != "acquired_on"}
    worked["portfolio"]["holdings"] = [*held(futures=True), call]
    result = plan(worked)
    assert result["orders"] == [] and "acquired_on" in layer(result, 2, 2)["reason"]
    assert all(item["earliest_on"] is None for item in result["schedule"])


def test_a_spacing_that_is_set_aside_is_recorded_in_the_order_and_in_the_inputs(calculate, worked, held):
    worked["portfolio"]["holdings"] = [*held(futures=True), held(tranches=1)[0] | {"acquired_on": "2026-05-07"}]
    assert calculate("plan-hedge", worked).result["orders"] == []
    done = calculate("plan-hedge", worked | {"spacing_override": "the desk wants it filled before the holiday"})
    ((instrument, count),) = orders(done.result)
    assert (instrument, count) == ("vix_call", 54) and "the desk wants it filled before the holiday" in done.result["orders"][0]["reason"]
    assert done.inputs["spacing_override"] == "the desk wants it filled before the holiday"


@pytest.mark.parametrize("reason", ["", "why"])
def test_a_spacing_is_not_set_aside_without_a_reason(calculate, worked, reason):
    with pytest.raises(RulesError) as caught:
        calculate("plan-hedge", worked | {"spacing_override": reason})
    assert caught.value.field == "spacing_override"


def test_a_spacing_that_is_set_aside_starts_no_hedge_and_times_no_call(plan, worked, held):
    override = {"spacing_override": "no time to wait for it"}
    assert orders(plan(worked | override | {"signals": {"rsi": "pass"}})) == []
    worked["portfolio"]["holdings"] = held(True, 1)
    assert orders(plan(worked | override | {"signals": {"macd": "pass", "advance_decline": "pass"}})) == []


def test_what_the_cash_of_today_does_not_pay_has_no_day_and_says_so(plan, worked, held):
    worked["portfolio"] |= {"holdings": held(futures=True), "account": {"cash_available_usd": 1000}}
    lines = [(item["name"], item["quantity"], item["earliest_on"]) for item in plan(worked)["schedule"]]
    assert lines[0] == ("VIX call 25 2026-06-17", int(1000 // (100 * JUNE_CALL)), "2026-05-08")
    assert all(day is None for _, _, day in lines[1:])
    assert all("cash_available_usd" in item["reason"] for item in plan(worked)["schedule"][1:4])


def test_an_account_that_may_trade_nothing_is_not_called_complete(plan, worked):
    worked["portfolio"]["account"] = {"futures_allowed": False, "options_allowed": False, "etfs_allowed": False}
    result = plan(worked)
    assert result["stage"] == "forbidden" and result["orders"] == [] and "may trade none" in result["summary"]
    assert next(item for item in result["checks"] if item["id"] == "vega_match")["state"] == "fail"


@pytest.mark.parametrize(("edge", "inside"), [(0.80, 1e-5), (1.10, -1e-5)])
def test_vegas_match_from_80_to_110_percent_of_what_the_condors_ask_for(parameters, worked, tmp_path, edge, inside):
    worked["planned_hedge_vega_usd"] = 2400
    plain = run("plan-hedge", worked, parameters).result
    covered = sum(item["exposure_usd_per_vix_point"] for item in plain["layers"])

    def state(share):
        mapping = covered / (share * -plain["book_vega_usd"])
        (tmp_path / "mapping.yaml").write_text(f"parameters:\n  vol_per_vix_point: {{value: {mapping!r}}}\n", encoding="utf-8")
        changed = run("plan-hedge", worked, overlaid(parameters, tmp_path / "mapping.yaml"))
        return next(item for item in changed.result["checks"] if item["id"] == "vega_match")["state"]

    assert (state(edge + inside), state(edge - inside)) == ("pass", "fail")
