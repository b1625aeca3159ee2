"""Moved strikes, the record of a report, refusals and the command lines of following."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
import yaml

from rules.canonical import to_json
from rules.errors import RulesError
from rules.following.follow import follow
from rules.parameter_file import overlaid
from rules.vix.expiries import is_business_day
from tests.unit.rules.later_days import (
    CREDIT,
    LOTS,
    STRIKES,
    between,
    condor_value,
    moved,
    volatility_step,
)
from tests.unit.rules.steps import untraced

# --- moving a strike ------------------------------------------------------------------------------------------------


def modelled(leg, points, spx=5850, days=38, vix_move=6):
    """Credit (points) and vega (USD per vol point) of the condor with one strike moved, its volatility read between the strikes."""
    smile = moved(vix_move)
    strikes = STRIKES | {leg: STRIKES[leg] + points}
    volatilities = smile | {leg: between(STRIKES, smile, strikes[leg])}
    old, _ = condor_value(spx, days, smile)
    new, vega = condor_value(spx, days, volatilities, strikes)
    return CREDIT - (new - old), 100 * LOTS * vega


@pytest.mark.parametrize(
    ("leg", "points", "less_credit", "smaller_vega"),
    [("short_put", -25, True, True), ("long_put", -50, False, False), ("short_call", 40, True, True), ("long_call", 60, False, False)],
)
def test_a_moved_strike_changes_credit_vega_break_even_and_hedge_as_black_scholes_has_it(followed, later, leg, points, less_credit, smaller_vega):
    found = followed(later(), f"{leg}={points}")["what_if"]
    before, after = found["before"], found["after"]
    credit, vega = modelled(leg, points)
    assert after["credit_usd"] == pytest.approx(100 * LOTS * credit, abs=1e-3) and before["credit_usd"] == pytest.approx(100 * LOTS * CREDIT)
    assert after["vega_usd"] == pytest.approx(vega, rel=1e-9) and after["needed_hedge_vega_usd"] == pytest.approx(-vega, rel=1e-9)
    strikes = STRIKES | {leg: STRIKES[leg] + points}
    assert after["break_even_low"] == pytest.approx(strikes["short_put"] - credit, abs=1e-6)
    assert after["break_even_high"] == pytest.approx(strikes["short_call"] + credit, abs=1e-6)
    wing = max(strikes["short_put"] - strikes["long_put"], strikes["long_call"] - strikes["short_call"])
    assert after["max_loss_usd"] == pytest.approx(100 * LOTS * (wing - credit), abs=1e-3)
    assert (after["credit_usd"] < before["credit_usd"]) is less_credit
    assert (after["needed_hedge_vega_usd"] < before["needed_hedge_vega_usd"]) is smaller_vega
    assert (after["hedge_cost_usd"] < before["hedge_cost_usd"]) is smaller_vega
    assert any("modelled" in note for note in found["notes"])


def test_a_short_put_moved_far_enough_away_takes_another_first_layer(followed, later):
    """The front's 677 USD a VIX point lie inside 25 to 40 % of 2,041 and above those of the smaller need."""
    found = followed(later(holdings=[]), "short_put=-75")["what_if"]
    assert 0.40 * found["after"]["needed_hedge_vega_usd"] < 677 < 0.40 * found["before"]["needed_hedge_vega_usd"]
    assert (found["before"]["first_layer"], found["after"]["first_layer"]) == ("1 VX 2026-05-19", "1 VX 2026-06-17")


def test_two_moves_of_one_leg_add_up_and_a_move_leaves_the_other_condor_alone(followed, plan_of, two_condors, later):
    plan = plan_of(two_condors)
    once = followed(later(), "condors.1.short_put=-25", plan=plan)["what_if"]["after"]
    twice = followed(later(), "condors.1.short_put=-10", "condors.1.short_put=-15", plan=plan)["what_if"]["after"]
    other = followed(later(), "condors.0.short_put=-25", plan=plan)["what_if"]["after"]
    assert once == twice and once["credit_usd"] != other["credit_usd"]
    assert once["credit_usd"] == pytest.approx(100 * (8.0 + LOTS * modelled("short_put", -25)[0]), abs=1e-3)


def test_without_a_move_there_is_no_what_if(followed, later):
    assert followed(later())["what_if"] is None


def test_a_book_that_is_no_longer_short_vega_needs_no_hedge_on_either_side(followed, later):
    found = followed(later(spx=5300, vix=20.0, condors=[{"implied_volatility": 0.12}]), "long_put=-10")["what_if"]
    assert found["before"]["needed_hedge_vega_usd"] == 0.0 and found["before"]["first_layer"] is None


# --- every number has its step --------------------------------------------------------------------------------------


@pytest.mark.parametrize("moves", [[], ["short_put=-25", "long_call=25"]])
def test_every_number_of_a_report_is_the_value_of_a_step(saved, later, parameters, moves):
    held = [
        {"instrument": "vx", "quantity": 2, "expiry": "2026-06-17", "entry_price": 20.1},
        {"instrument": "vix_call", "quantity": 41, "expiry": "2026-06-17", "strike": 25, "entry_price": 1.2, "tranche": 1},
        {"instrument": "vix_call", "quantity": 3, "expiry": "2026-06-17", "strike": 27, "entry_price": 1.0, "tranche": 2},
        {"instrument": "etf", "quantity": 50, "ticker": "VIXY"},
    ]
    assert untraced(follow(saved, later(holdings=held), moves, parameters)) == []


def test_the_same_plan_and_day_give_the_same_bytes(saved, later, parameters):
    first, second = (to_json(follow(saved, later(), ["short_put=-25"], parameters).as_dict()) for _ in range(2))
    assert first == second


def test_a_plan_that_was_edited_since_it_was_written_is_followed_with_a_warning(followed, saved, later):
    assert not any("edited" in note for note in followed(later())["notes"])
    saved["result"]["orders"][0]["quantity"] = 1
    report = followed(later(), plan=saved)
    assert report["positions"][0]["quantity"] == 1 and any("edited since" in note for note in report["notes"])


def test_a_plan_made_with_other_parameters_is_followed_with_a_note(saved, later, parameters, tmp_path):
    (tmp_path / "half.yaml").write_text("parameters:\n  vol_per_vix_point: {value: 0.5}\n", encoding="utf-8")
    calculation = follow(saved, later(), [], overlaid(parameters, tmp_path / "half.yaml"))
    assert any("other parameters" in note for note in calculation.result["notes"])
    assert volatility_step(calculation).value == pytest.approx(moved(3))


# --- refusals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spoil",
    [
        lambda plan: [],
        lambda plan: plan | {"name": "capm"},
        lambda plan: {key: value for key, value in plan.items() if key != "inputs"},
        lambda plan: {key: value for key, value in plan.items() if key != "receipt"},
        lambda plan: plan | {"result": {}},
        lambda plan: plan | {"result": {key: value for key, value in plan["result"].items() if key != "layers"}},
        lambda plan: plan | {"result": plan["result"] | {"planned_hedge_vega_usd": 0.0}},
        lambda plan: plan | {"inputs": {"as_of": "2026-05-08"}},
    ],
)
def test_what_is_no_plan_with_a_hedge_is_refused(saved, later, parameters, spoil):
    with pytest.raises(RulesError, match="plan"):
        follow(spoil(saved), later(), [], parameters)


def test_a_plan_that_found_nothing_to_hedge_cannot_be_followed(plan_of, worked, later, parameters):
    worked["market"]["spx"] = 5300
    worked["portfolio"]["condors"][0]["implied_volatility"] = 0.12
    with pytest.raises(RulesError, match="no hedge to follow"):
        follow(plan_of(worked), later(), [], parameters)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"as_of": "2026-05-07"}, "as_of"),
        ({"condors": []}, "condors"),
        ({"condors": [{}, {}]}, "condors"),
        ({"condors": [{"implied_volatility": 18}]}, "condors.0.implied_volatility"),
        ({"condors": [{"implied_volatility": 0.2, "leg_prices_index_points": [1, 2, 2, 1]}]}, "condors.0"),
        ({"planned_hedge_vega_usd": 0}, "planned_hedge_vega_usd"),
        ({"holdings": [{"instrument": "vx", "quantity": 2, "expiry": "2026-04-15"}]}, "holdings.0.expiry"),
        ({"holdings": [{"instrument": "vx", "quantity": -2, "expiry": "2026-06-17"}]}, "holdings.0.quantity"),
        ({"spx": 5000}, "spx"),
    ],
)
def test_a_day_that_cannot_be_used_is_refused_at_its_field(followed, later, change, field):
    with pytest.raises(RulesError) as refused:
        followed(later() | change)
    assert field in refused.value.field


def test_hedges_of_the_plan_that_have_settled_since_are_asked_for(followed, later):
    with pytest.raises(RulesError, match="has settled") as refused:
        followed(later(as_of="2026-06-17"))
    assert refused.value.field == "holdings"


def test_condors_given_for_a_plan_without_condors_are_refused(followed, plan_of, worked, later):
    raw = {key: value for key, value in worked.items() if key != "portfolio"} | {"planned_hedge_vega_usd": 2877.0}
    with pytest.raises(RulesError, match="without condors"):
        followed(later(condors=[{"implied_volatility": 0.2}]), plan=plan_of(raw))


@pytest.mark.parametrize(
    ("move", "words"),
    [
        ("short_put", "is not a move"),
        ("short_put=", "is not a move"),
        ("short_put=1e3", "is not a move"),
        ("strike=25", "is not a move"),
        ("short_put=nan", "is not a move"),
        ("condors.1.short_put=-25", "not there"),
        ("short_put=800", "is not above"),
        ("short_put=-100", "is not above"),
        ("long_put=99.9", "no credit"),
        ("long_put=-5500", "takes long_put to 0"),
        ("long_put=-9000", "takes long_put to -3500"),
    ],
)
def test_a_move_that_cannot_be_read_or_made_is_refused(followed, later, move, words):
    with pytest.raises(RulesError, match=words) as refused:
        followed(later(), move)
    assert refused.value.field.startswith("--move")


def test_a_strike_cannot_be_moved_where_no_condor_is_open(followed, later):
    with pytest.raises(RulesError, match="no open condor"):
        followed(later(as_of="2026-06-22", holdings=[]), "short_put=-25")


# --- the command lines ----------------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path, saved, later):
    """Paths of a saved plan and of a later day."""
    plan, day = tmp_path / "plan.json", tmp_path / "later.json"
    plan.write_text(to_json(saved), encoding="utf-8")
    day.write_text(json.dumps(later()), encoding="utf-8")
    return str(plan), str(day)


def test_the_command_writes_a_table_or_the_json_of_the_report(fresh, files, followed, later):
    shown = fresh("follow", *files, "--format", "table", "--move", "short_put=-25")
    assert shown.returncode == 0, shown.stderr
    text = shown.stdout.decode()
    for words in ("follow", "2026-05-08", "VX 2026-06-17", "5,800", "in_band", "short_put=-25", "moved with the VIX"):
        assert words in text, words
    written = fresh("follow", *files)
    assert written.returncode == 0 and json.loads(written.stdout)["result"] == json.loads(to_json(followed(later())))


@pytest.mark.parametrize("content", ['{"name": "plan-hedge"}', "[]", "not json"])
def test_the_command_refuses_a_file_that_is_not_a_plan_in_one_line(fresh, files, tmp_path, content):
    (tmp_path / "other.json").write_text(content, encoding="utf-8")
    refused = fresh("follow", str(tmp_path / "other.json"), files[1])
    assert refused.returncode == 2 and refused.stdout == b"" and refused.stderr.count(b"\n") == 1 and b"other.json" in refused.stderr


def test_the_command_refuses_a_plan_whose_parts_were_edited_away(fresh, files, saved, tmp_path):
    del saved["result"]["orders"][0]["quantity"]
    (tmp_path / "spoilt.json").write_text(to_json(saved), encoding="utf-8")
    refused = fresh("follow", str(tmp_path / "spoilt.json"), files[1])
    assert refused.returncode == 2 and refused.stderr.count(b"\n") == 1 and b"spoilt.json" in refused.stderr


def test_estimated_betas_are_printed_as_a_file_that_parameters_takes(fresh, tmp_path, worked):
    """A future that moves 0.3 points a VIX point in one bracket of days; every other bracket keeps its shipped row."""
    days = [day for day in (date(2026, 3, 2) + timedelta(days=n) for n in range(60)) if is_business_day(day)]
    vix = [18 + (number * 7 % 5) * 0.5 for number in range(len(days))]
    expiry = date(2026, 7, 22)
    settlements = [f"{day},{expiry},{20 + 0.3 * level:.4f}" for day, level in zip(days, vix, strict=True)]
    (tmp_path / "vx.csv").write_text("\n".join(["trade_date,expiry,settle", *settlements]), encoding="utf-8")
    (tmp_path / "vix.csv").write_text("\n".join(["DATE,CLOSE", *(f"{day},{level}" for day, level in zip(days, vix, strict=True))]), encoding="utf-8")
    found = fresh("estimate-betas", str(tmp_path / "vx.csv"), "--vix", str(tmp_path / "vix.csv"))
    assert found.returncode == 0, found.stderr
    overlay = tmp_path / "betas.yaml"
    overlay.write_bytes(found.stdout)
    rows = {(row["from"], row["to"]): row["beta"] for row in yaml.safe_load(found.stdout)["parameters"]["vix_beta_by_days"]["value"]}
    assert rows[90, 120] == pytest.approx(0.3) and rows[30, 45] == 0.46
    asked = json.dumps({"instrument": "vx", "days_to_expiry": 105}).encode()
    given = fresh("run", "instrument-vega", "--parameters", str(overlay), stdin=asked)
    shipped = fresh("run", "instrument-vega", stdin=asked)
    assert (given.returncode, shipped.returncode) == (0, 0), given.stderr
    assert json.loads(shipped.stdout)["result"]["beta_to_vix"] == 0.25
    assert json.loads(given.stdout)["result"]["beta_to_vix"] == pytest.approx(0.3)


def test_estimating_betas_without_closes_of_the_vix_is_refused_with_the_remedy(fresh, tmp_path):
    (tmp_path / "vx.csv").write_text("trade_date,expiry,settle\n2026-03-02,2026-07-22,20.0\n", encoding="utf-8")
    refused = fresh("estimate-betas", str(tmp_path / "vx.csv"))
    assert refused.returncode == 2 and b"--vix" in refused.stderr and refused.stderr.count(b"\n") == 1
