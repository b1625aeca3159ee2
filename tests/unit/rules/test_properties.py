"""What holds for every input: the properties of the engine that no example decides.

Where each of the twenty is held:

| property | where |
|---|---|
| put-call parity on the future | test_pricing: call minus put is the discounted future less the strike |
| price bounds and convexity in the strike | test_pricing: a price lies between its bounds and falls and bends with the strike |
| analytic against finite-difference Greeks | test_pricing: Greeks are the slopes of the price, for both models |
| linearity and sign in quantity and side | test_condor (size and side of condors); here (hedges, and the rows of a plan) |
| a condor is the sum of its legs, within its bounds | test_condor: at every level |
| P/L of 0 at the break-evens | test_condor (alone), test_break_even (any legs); here (a whole plan) |
| bracket tables sorted, disjoint, complete | test_brackets_and_betas |
| the budget closes in basis points for every futures share from 25 to 40 % | here |
| order of the layers | test_plan_hedge (every state of the signals); here (any holdings, account and signals) |
| never above the band when ordered | test_sizing (the count), test_plan_hedge (no holdings); here (any holdings) |
| infeasible orders nothing and names both nearest hedge vegas | test_sizing, test_plan_hedge; here (any hedge vega, checked by planning with them) |
| more condors: the target never falls, nor the contracts of one instrument | here |
| an n-fold book gives an n-fold unrounded plan | test_plan_hedge (hedge vega, credit); here (every unrounded size) |
| macro only accelerates | test_plan_hedge (alone it creates nothing); here (it never removes an order, nor starts a hedge) |
| spacing holds unless an override is recorded | here |
| no look-ahead | test_readings (each series); here (a plan on series) |
| the hedge vega never falls because the condor loses | test_plan_maintenance (worked levels); here (any level) |
| provenance total | test_provenance |
| same input, same bytes | test_plan_hedge (key order, hash seed, process); here (time zone, locale, every calculator) |
| missing is never false, never zero; hostile numbers are refused with their path | test_catalogue (no crash); here (every number of every example) |
"""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from rules.catalogue import MODULES, calculator
from rules.engine import run
from rules.errors import RulesError
from rules.outcomes.valuation import HedgePosition, Shock, World, hedge_pnl_usd
from rules.parameters import Parameters, load_parameters
from rules.vix.expiries import add_business_days
from tests.unit.rules import reference as ref
from tests.unit.rules.conftest import FUTURES_HELD, ROOT, WORKED, call_held

PARAMETERS = load_parameters()
STATES = ("pass", "fail", "not_evaluated")
SIGNALS = ("macd", "advance_decline", "rsi", "capm", "macro")
FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
signals = st.fixed_dictionaries({name: st.sampled_from(STATES) for name in SIGNALS})
accounts = st.fixed_dictionaries(
    {}, optional={name: st.booleans() for name in ("futures_allowed", "vxm_allowed", "options_allowed", "etfs_allowed", "etf_stands_in")}
)
futures_held = st.builds(
    lambda instrument, expiry, quantity: {"instrument": instrument, "expiry": expiry, "quantity": quantity},
    st.sampled_from(["vx", "vxm"]),
    st.sampled_from(["2026-05-19", "2026-06-17", "2026-07-22"]),
    st.integers(1, 6),
)
calls_held = st.builds(
    lambda tranche, day, quantity: call_held(tranche, day.isoformat(), quantity),
    st.integers(1, 3),
    st.dates(min_value=date(2026, 4, 20), max_value=date(2026, 5, 8)),
    st.integers(1, 80),
)
holdings = st.builds(lambda futures, calls: [*futures, *calls], st.lists(futures_held, max_size=2), st.lists(calls_held, max_size=2))


def planned(held=(), account=None, market=None, condors=None, parameters=PARAMETERS, **more):
    """The result of a plan of the worked book with changes."""
    raw = copy.deepcopy(WORKED) | more
    raw["portfolio"] |= {"holdings": list(held), "account": account or {}} | ({} if condors is None else {"condors": condors})
    raw["market"] |= market or {}
    return run("plan-hedge", raw, parameters).result


def condors(contracts):
    return [WORKED["portfolio"]["condors"][0] | {"contracts": contracts}]


def ordered(result):
    return {(order["instrument"], order["name"]): order["quantity"] for order in result["orders"]}


# --- sizes -----------------------------------------------------------------------------------------------------------


@settings(max_examples=50, deadline=None)
@given(quantity=st.integers(1, 500), spx=st.floats(4500, 7500), points=st.floats(-10, 30), days=st.integers(0, 60))
def test_the_profit_of_a_hedge_is_linear_in_its_quantity_and_turns_its_sign_with_the_side(quantity, spx, points, days):
    curve = tuple((float(x), y) for x, y in ref.CURVE)
    world = World(18.0, 6000.0, 0.045, 0.013, 365, curve, tuple((float(x), b) for x, b in ref.BETAS), 1.0, 0.03)
    one = HedgePosition("call", "call", 1, 100.0, 1.1, 1.1, 40.0, strike=25.0, volatility=1.0, future_price=20.1)
    shock = Shock(spx, points, float(days))
    single = hedge_pnl_usd(one, world, shock)
    assert hedge_pnl_usd(replace(one, quantity=quantity), world, shock) == pytest.approx(quantity * single)
    assert hedge_pnl_usd(replace(one, quantity=-quantity), world, shock) == pytest.approx(-quantity * single)


@pytest.mark.parametrize("share", range(2500, 4001, 125))
@pytest.mark.parametrize("planned_usd", [2877.07, 1438.5, 1e6, 333.33])
def test_the_budget_of_the_layers_closes_for_every_share_of_the_futures(share, planned_usd):
    found = run("layer-split", {"planned_hedge_vega_usd": planned_usd, "futures_share_fraction": share / 10_000}, PARAMETERS).result
    funds = found["etf_vega_usd"]
    assert found["call_tranches"] == 3
    assert round(funds / planned_usd * 10_000) == 4000 - share, "in basis points nothing is lost and nothing is left"
    total = planned_usd * share / 10_000 + 3 * found["call_tranche_vega_usd"] + funds
    assert total == pytest.approx(planned_usd, rel=1e-12)


@FEW
@given(planned_usd=st.floats(400, 40_000))
def test_an_infeasible_hedge_vega_orders_nothing_and_both_nearest_ones_are_feasible(planned_usd):
    account = {"vxm_allowed": False}
    result = planned(account=account, planned_hedge_vega_usd=planned_usd)
    futures = [item for item in result["alternatives"] if not item["stand_in"]]
    if any(item["feasible"] for item in futures):
        assert result["stage"] == "layer_1_futures" and result["orders"]
        return
    assert (result["stage"], result["orders"]) == ("layer_1_infeasible", [])
    for place, item in enumerate(futures):
        below, above = item["nearest_feasible_below_usd"], item["nearest_feasible_above_usd"]
        assert above > planned_usd and (below is None or below < planned_usd)
        for near in (below, above):
            if near is not None:
                assert planned(account=account, planned_hedge_vega_usd=near)["alternatives"][place]["feasible"]


@FEW
@given(fewer=st.integers(1, 120), more=st.integers(1, 60))
def test_more_condors_never_lower_the_target_nor_the_contracts_of_one_instrument(fewer, more):
    small, large = (planned(condors=condors(contracts)) for contracts in (fewer, fewer + more))
    assert small["planned_hedge_vega_usd"] < large["planned_hedge_vega_usd"]
    for one, two in zip(small["alternatives"], large["alternatives"], strict=True):
        if one["feasible"] and two["feasible"]:
            assert one["contracts_best"] <= two["contracts_best"] and one["contracts_low"] <= two["contracts_low"]
    for one, two in zip(*([row for row in result["layers"] if row["layer"] == 2] for result in (small, large)), strict=True):
        assert one["quantity"] <= two["quantity"]


UNROUNDED = ("planned_hedge_vega_usd", "book.vega_usd", "book.delta_usd", "book.credit_usd", "book.max_loss_usd", "call_tranche_vega_usd")


@FEW
@given(times=st.integers(2, 400))
def test_an_n_fold_book_has_an_n_fold_plan_before_rounding(times):
    def sizes(contracts):
        steps = run("plan-hedge", WORKED | {"portfolio": {"condors": condors(contracts)}}, PARAMETERS).steps
        return {step.name: step.value for step in steps if step.name in UNROUNDED}

    one, many = sizes(10), sizes(10 * times)
    assert set(one) == set(UNROUNDED)
    assert many == {name: pytest.approx(times * value, rel=1e-9) for name, value in one.items()}


# --- orders -----------------------------------------------------------------------------------------------------------


@FEW
@given(held=holdings, account=accounts, states=signals, planned_usd=st.floats(900, 12_000))
def test_whatever_is_held_and_known_a_layer_is_ordered_only_behind_those_before_it(held, account, states, planned_usd):
    result = planned(held, account, signals=states, planned_hedge_vega_usd=planned_usd)
    layers = {row["layer"] for row in result["layers"] if row["state"] == "ordered"}
    assert len(layers) <= 1, "one layer a day"
    first_filled = any(row["layer"] == 1 and row["state"] == "filled" for row in result["layers"])
    futures_wanted = account.get("futures_allowed", True)
    if layers & {2, 3} and futures_wanted:
        assert first_filled
    if 3 in layers and account.get("options_allowed", True):
        assert {row["state"] for row in result["layers"] if row["layer"] == 2} == {"filled"}
    allowed = {"vx": "futures_allowed", "vxm": "futures_allowed", "vix_call": "options_allowed", "etf": "etfs_allowed"}
    assert all(account.get(allowed[order["instrument"]], True) and order["side"] == "long" for order in result["orders"])


@FEW
@given(held=st.lists(futures_held, max_size=3), planned_usd=st.floats(900, 12_000))
def test_futures_are_never_ordered_beyond_the_band_whatever_is_held(held, planned_usd):
    exposure = {"vx": 1000, "vxm": 100}
    days = {"2026-05-19": 11, "2026-06-17": 40, "2026-07-22": 75}
    result = planned(held, planned_hedge_vega_usd=planned_usd)
    total = sum(item["quantity"] * exposure[item["instrument"]] * ref.beta(days[item["expiry"]]) for item in held)
    bought = sum(
        count * exposure[instrument] * ref.beta(days[name[-10:]]) for (instrument, name), count in ordered(result).items() if instrument in exposure
    )
    assert bought == 0 or total + bought <= 0.40 * planned_usd * (1 + 1e-9)


@FEW
@given(held=holdings, states=signals)
def test_the_macro_signal_only_accelerates(held, states):
    without, with_it = (planned(held, signals=states | {"macro": state}) for state in ("fail", "pass"))
    assert set(ordered(without)) <= set(ordered(with_it)), "it removes no order"
    gained = set(ordered(with_it)) - set(ordered(without))
    assert {instrument for instrument, _ in gained} <= {"vix_call"}, "it starts no hedge and buys no fund"


@FEW
@given(
    last=st.integers(0, 20),
    tranches=st.integers(1, 2),
    override=st.sampled_from([None, "because the desk asks for it"]),
)
def test_tranches_keep_their_spacing_unless_a_reason_is_recorded(last, tranches, override):
    bought = date(2026, 5, 8) - timedelta(days=last)
    held = [FUTURES_HELD, *(call_held(number, bought.isoformat()) for number in range(1, tranches + 1))]
    result = planned(held, **({} if override is None else {"spacing_override": override}))
    free = add_business_days(bought, 5, ()) <= date(2026, 5, 8)
    assert bool(result["orders"]) is (free or override is not None)
    if override is not None:
        assert override in result["orders"][0]["reason"]


@FEW
@given(spx=st.floats(5300, 6600), vix=st.floats(12, 45), held=holdings)
def test_a_planned_hedge_vega_never_falls_because_the_condor_loses(spx, vix, held):
    market = {"spx": spx, "vix": vix}
    result = planned(held, market=market, planned_hedge_vega_usd=2877.07, planned_on="2026-05-01")
    assert (result["planned_hedge_vega_usd"], result["planned_on"]) == (2877.07, "2026-05-01")
    calm = planned(held, planned_hedge_vega_usd=2877.07, planned_on="2026-05-01")
    assert [(row["instrument"], row["quantity"]) for row in result["layers"]] == [(row["instrument"], row["quantity"]) for row in calm["layers"]]


@FEW
@given(spx=st.floats(5750, 6250), contracts=st.integers(1, 40))
def test_at_the_break_evens_of_a_plan_condors_and_hedge_come_to_nothing(spx, contracts):
    result = planned(condors=condors(contracts), market={"spx": spx, "etfs": []})
    for number, edges in enumerate(result["break_evens"]["after_layers"], 1):
        rows = [row for row in result["layers"] if row["quantity"]][:number]
        hedge = edges["max_profit_usd"] - contracts * 2046.44
        for edge in (edges["low"], edges["high"]):
            if edge is not None:
                assert contracts / 10 * ref.payoff(edge) + hedge == pytest.approx(0, abs=1e-4)
        assert len(rows) == number


# --- time ---------------------------------------------------------------------------------------------------------------


@FEW
@given(later=st.lists(st.floats(9, 80), min_size=1, max_size=4), cut=st.integers(155, 170))
def test_rows_after_the_day_of_a_plan_change_nothing_in_it(later, cut):
    days = [date(2026, 5, 8) - timedelta(days=cut - number) for number in range(cut + 1)]
    closes = [18 + 3 * ((number * 37) % 11) / 11 for number in range(cut + 1)]
    after = [days[-1] + timedelta(days=number + 1) for number in range(len(later))]

    def on(extra_days, extra):
        series = {"dates": [day.isoformat() for day in [*days, *extra_days]], "closes": [*closes, *extra]}
        return planned([FUTURES_HELD], signals={"macd": series, "advance_decline": "pass", "rsi": series})

    early, late = on([], []), on(after, later)
    assert early["signals"][0]["state"] != "not_evaluated" != early["signals"][2]["state"]
    assert early == late


@pytest.mark.parametrize("name", MODULES)
def test_every_answer_is_the_same_again(name):
    example = calculator(name).EXAMPLE
    texts = {json.dumps(run(name, copy.deepcopy(example), PARAMETERS).as_dict()) for _ in range(2)}
    assert len(texts) == 1


def test_time_zone_and_locale_change_no_byte(tmp_path):
    raw = json.dumps(WORKED).encode()
    answers = set()
    for zone, language in (("UTC", "C.UTF-8"), ("Pacific/Kiritimati", "de_DE.UTF-8"), ("America/Adak", "tr_TR.UTF-8")):
        environment = os.environ | {"TZ": zone, "LC_ALL": language, "LANG": language, "PYTHONIOENCODING": "utf-8"}
        command = [sys.executable, "-m", "rules", "run", "plan-hedge"]
        done = subprocess.run(command, input=raw, capture_output=True, cwd=ROOT, env=environment, check=False, timeout=120)
        assert done.returncode == 0, done.stderr
        answers.add(done.stdout)
    assert len(answers) == 1


# --- what is missing or impossible ------------------------------------------------------------------------------------------


@FEW
@given(states=signals, gone=st.sets(st.sampled_from(SIGNALS), min_size=1))
def test_a_signal_that_is_left_out_is_neither_failed_nor_passed(states, gone):
    left = {name: state for name, state in states.items() if name not in gone}
    result = planned([FUTURES_HELD], signals=left)
    assert {item["signal"]: item["state"] for item in result["signals"]} == {name: left.get(name, "not_evaluated") for name in SIGNALS}
    assert result == planned([FUTURES_HELD], signals=left | dict.fromkeys(gone, "not_evaluated"))


@pytest.mark.parametrize(
    ("missing", "unknown"),
    [
        ("implied_volatility", ["book_vega_usd", "book_delta_usd", "current_need_usd_per_vix_point", "planned_hedge_vega_usd"]),
        ("portfolio", ["credit_usd", "worst_combined_loss_usd", "capital", "break_evens", "book_vega_usd"]),
    ],
)
def test_what_is_not_known_is_null_and_never_zero(missing, unknown):
    raw = copy.deepcopy(WORKED)
    if missing == "portfolio":
        del raw["portfolio"]
        raw["planned_hedge_vega_usd"] = 2600
    else:
        del raw["portfolio"]["condors"][0]["implied_volatility"]
    result = run("plan-hedge", raw, PARAMETERS).result
    assert {name: result[name] for name in unknown} == dict.fromkeys(unknown)
    states = {check["id"]: check["state"] for check in result["checks"]}
    assert {states["vega_match"], states["irr_positive"], states["carry_covers_wacc"]} == {"not_evaluated"}


def numbers_of(value, path=()):
    """The path of every number in a JSON value."""
    if isinstance(value, dict):
        return [found for key, item in value.items() for found in numbers_of(item, (*path, key))]
    if isinstance(value, list):
        return [found for place, item in enumerate(value) for found in numbers_of(item, (*path, place))]
    return [path] if isinstance(value, (int, float)) and not isinstance(value, bool) else []


def put(raw, path, value):
    found = copy.deepcopy(raw)
    inner = found
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = value
    return found


def dotted(path):
    return ".".join(str(part) for part in path)


def sampled(name):
    """Every number of an example; of long series the first, the middle and the last."""
    found, seen = numbers_of(calculator(name).EXAMPLE), {}
    for path in found:
        seen.setdefault(tuple(part for part in path if not isinstance(part, int)), []).append(path)
    return [path for paths in seen.values() for path in ({paths[0], paths[len(paths) // 2], paths[-1]} if len(paths) > 8 else paths)]


@pytest.mark.parametrize("name", MODULES)
@pytest.mark.parametrize("hostile", [float("nan"), float("inf"), float("-inf")], ids=["not a number", "infinity", "minus infinity"])
def test_a_number_that_is_none_is_refused_with_the_path_of_its_field(name, hostile):
    paths = sampled(name)
    for path in paths:
        with pytest.raises(RulesError) as caught:
            run(name, put(calculator(name).EXAMPLE, path, hostile), PARAMETERS)
        assert caught.value.field.endswith(dotted(path)), f"{dotted(path)} was refused as {caught.value.field}"


PERCENT = ("implied_volatility", "rate", "risk_free_fraction", "dividend_yield", "tax_rate_fraction", "futures_share_fraction", "borrowed_fraction")


@pytest.mark.parametrize("name", MODULES)
def test_eighteen_typed_for_a_fraction_of_eighteen_percent_is_refused_with_its_path(name):
    for path in sampled(name):
        words = [part for part in path if isinstance(part, str)]
        if words[-1] in PERCENT:
            with pytest.raises(RulesError) as caught:
                run(name, put(calculator(name).EXAMPLE, path, 18), PARAMETERS)
            assert caught.value.field.endswith(dotted(path)), f"{dotted(path)} was refused as {caught.value.field}"


@pytest.mark.parametrize("name", MODULES)
def test_a_number_in_quotation_marks_is_refused_and_not_read(name):
    for path in sampled(name):
        with pytest.raises(RulesError):
            run(name, put(calculator(name).EXAMPLE, path, "18"), PARAMETERS)


@FEW
@given(mapping=st.floats(0.3, 1.2), planned_ratio=st.floats(0.2, 2.0))
def test_the_hedge_vega_is_the_ratio_times_the_vega_times_the_mapping(mapping, planned_ratio):
    values = {"vol_per_vix_point": mapping, "hedge_ratio_fraction": planned_ratio}
    changed = Parameters(PARAMETERS.dated, dict(PARAMETERS) | {key: replace(PARAMETERS[key], value=value) for key, value in values.items()})
    result = planned(parameters=changed)
    assume(result["planned_hedge_vega_usd"] is not None)
    assert result["planned_hedge_vega_usd"] == pytest.approx(-planned_ratio * result["book_vega_usd"] * mapping)
