"""What changed between two saved calculations, and what changed it."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.canonical import plain
from rules.engine import run
from rules.errors import RulesError
from rules.explaining.attribution import MOST_CHANGES
from rules.explaining.compare import compare
from rules.explaining.compare_text import as_text
from rules.explaining.differences import differences, grouped, leaves_of, reversed_change, with_changes
from rules.parameter_file import overlaid

SPLIT = {"planned_hedge_vega_usd": 10000}


@pytest.fixture
def saved(calculate):
    return lambda name, raw: plain(calculate(name, raw).as_dict())


@pytest.fixture
def overlay(parameters, tmp_path):
    """`overlay("id: {value: 1}")` is the shipped parameters with a user's value."""

    def laid(*lines):
        mine = tmp_path / "mine.yaml"
        mine.write_text("parameters:\n" + "".join(f"  {line}\n" for line in lines), encoding="utf-8")
        return overlaid(parameters, mine)

    return laid


def causes(compared):
    return {cause["change"]: cause for cause in compared["attribution"]["causes"]}


def moved(cause):
    return {entry["path"] for entry in cause["moves"]}


def test_a_calculation_does_not_differ_from_itself(saved, parameters):
    one = saved("layer-split", SPLIT)
    compared = compare(one, copy.deepcopy(one), parameters)
    assert compared["inputs"] == compared["parameters"] == compared["results"] == compared["warnings"] == []
    assert compared["attribution"] == {"reproduced": True, "problem": None, "causes": [], "together": []}


def test_an_input_that_differs_is_named_with_both_values_and_moves_what_it_moves(saved, parameters):
    compared = compare(saved("layer-split", SPLIT), saved("layer-split", {"planned_hedge_vega_usd": 20000}), parameters)
    assert compared["inputs"] == [{"path": "planned_hedge_vega_usd", "a": 10000.0, "b": 20000.0}]
    assert moved(causes(compared)["planned_hedge_vega_usd"]) == {entry["path"] for entry in compared["results"]}
    assert compared["attribution"]["together"] == [], "one change alone explains all"
    assert {"path": "call_tranche_vega_usd", "a": 2000.0, "b": 4000.0} in compared["results"]


def test_an_input_that_one_side_leaves_out_has_no_value_there(saved, parameters):
    compared = compare(saved("layer-split", SPLIT), saved("layer-split", SPLIT | {"futures_share_fraction": 0.3}), parameters)
    assert compared["inputs"] == [{"path": "futures_share_fraction", "b": 0.3}]
    assert "futures_vega_usd.target" in moved(causes(compared)["futures_share_fraction"])
    assert "(absent)  ->  30 %" in as_text(compared)


def test_two_changes_are_told_apart(saved, parameters, worked):
    later = copy.deepcopy(worked)
    later["signals"]["macd"] = "fail"
    later["portfolio"]["condors"][0]["contracts"] = 20
    compared = compare(saved("plan-hedge", worked), saved("plan-hedge", later), parameters)
    by = causes(compared)
    assert set(by) == {"signals.macd", "portfolio.condors.0.contracts"}
    assert "stage" in moved(by["signals.macd"]) and "planned_hedge_vega_usd" not in moved(by["signals.macd"])
    assert "planned_hedge_vega_usd" in moved(by["portfolio.condors.0.contracts"])


def test_a_parameter_that_differs_is_found_in_the_steps_and_moves_what_it_moves(saved, parameters, overlay):
    theirs = plain(run("layer-split", SPLIT, overlay("futures_share_target_fraction: {value: 0.30}")).as_dict())
    compared = compare(saved("layer-split", SPLIT), theirs, parameters)
    assert compared["inputs"] == [] and compared["warnings"] == []
    assert compared["parameters"] == [{"path": "futures_share_target_fraction", "a": 0.325, "b": 0.3}]
    (cause,) = compared["attribution"]["causes"]
    assert cause["kind"] == "parameter" and "futures_vega_usd.target" in moved(cause)


def test_an_overridden_stated_value_is_told_and_attributed(saved, parameters, overlay):
    theirs = plain(run("layer-split", SPLIT, overlay("call_increment_fraction: {value: 0.15, override: true}")).as_dict())
    compared = compare(theirs, saved("layer-split", SPLIT), parameters)
    assert any("overridden: call_increment_fraction" in warning for warning in compared["warnings"])
    assert "call_tranche_vega_usd" in moved(causes(compared)["call_increment_fraction"])


def test_a_parameter_that_neither_has_read_is_said_to_differ_somewhere(saved, parameters, overlay):
    theirs = plain(run("layer-split", SPLIT, overlay("hedge_cost_limit_fraction: {value: 0.2}")).as_dict())
    compared = compare(saved("layer-split", SPLIT), theirs, parameters)
    assert compared["parameters"] == compared["results"] == []
    assert any("not all known" in warning for warning in compared["warnings"])
    assert any("none that these calculations read" in warning for warning in compared["warnings"])


def test_changes_that_only_work_together_are_said_to(saved, parameters):
    condor = {"long_put": 5500, "short_put": 5600, "short_call": 6300, "long_call": 6400, "credit_index_points": 20, "contracts": 10}
    moved_up = condor | {"long_put": 6500, "short_put": 6600, "short_call": 7300, "long_call": 7400}
    compared = compare(saved("iron-condor", condor), saved("iron-condor", moved_up), parameters)
    by = causes(compared)
    assert "cannot be made alone" in by["long_put"]["problem"] and "short_put" in by["long_put"]["problem"]
    assert "break_even_low" in compared["attribution"]["together"]
    assert "only the changes together move" in as_text(compared) and "break_even_low" in as_text(compared)


def test_more_changes_than_the_limit_are_grouped_by_branch(saved, parameters):
    closes = [100.0 + number % 7 for number in range(200)]
    found = differences({"closes": closes, "x": 1}, {"closes": [value + 1 for value in closes], "x": 2})
    groups = grouped(found, MOST_CHANGES)
    assert [(name, len(parts)) for name, parts in groups] == [("closes", 200), ("x", 1)]


def test_lists_of_another_length_are_one_change(saved, parameters, worked):
    longer = copy.deepcopy(worked)
    worked["market"]["futures"] = worked["market"]["futures"][:2]
    compared = compare(saved("plan-hedge", worked), saved("plan-hedge", longer), parameters)
    assert [entry["path"] for entry in compared["inputs"]] == ["market.futures"]
    assert "layers.2.reason" in moved(causes(compared)["market.futures"])


def test_a_result_that_was_edited_is_warned_of_and_nothing_is_attributed(saved, parameters):
    one, two = saved("layer-split", SPLIT), saved("layer-split", {"planned_hedge_vega_usd": 20000})
    two["result"]["call_tranche_vega_usd"] = 5000.0
    compared = compare(one, two, parameters)
    assert compared["attribution"]["reproduced"] is False and compared["attribution"]["causes"] == []
    assert compared["attribution"]["problem"].startswith("B does not come out again")
    assert any(warning.startswith("B: edited since") for warning in compared["warnings"])
    assert "B does not come out again" in as_text(compared)


def test_different_calculators_are_refused(saved, parameters):
    with pytest.raises(RulesError, match="layer-split and capm"):
        compare(saved("layer-split", SPLIT), saved("capm", {"risk_free_fraction": 0.04, "beta": 1.0, "market_return_fraction": 0.09}), parameters)


def test_the_command_writes_text_and_json_and_refuses_in_one_line(fresh, saved, tmp_path, parameters):
    one, two = saved("layer-split", SPLIT), saved("layer-split", {"planned_hedge_vega_usd": 20000})
    (tmp_path / "a.json").write_text(json.dumps(one), encoding="utf-8")
    (tmp_path / "b.json").write_text(json.dumps(two), encoding="utf-8")
    a, b = str(tmp_path / "a.json"), str(tmp_path / "b.json")
    text = fresh("compare", a, b)
    assert text.returncode == 0 and text.stdout.decode() == as_text(compare(one, two, parameters)) + "\n"
    assert "10,000.00 USD  ->  20,000.00 USD" in text.stdout.decode()
    assert json.loads(fresh("compare", "--json", a, b).stdout) == compare(one, two, parameters)
    assert fresh("compare", a, "-", stdin=json.dumps(two).encode()).stdout == text.stdout
    for words in ((a, str(tmp_path / "none.json")), ("-", "-"), (a,)):
        done = fresh("compare", *words)
        assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1)


def test_a_step_with_a_value_of_another_kind_is_refused(fresh, saved, tmp_path):
    one = saved("layer-split", SPLIT)
    (tmp_path / "a.json").write_text(json.dumps(one), encoding="utf-8")
    for step in one["steps"]:
        if step["formula"] == "parameter":
            step["value"] = "much"
    done = fresh("compare", str(tmp_path / "a.json"), "-", stdin=json.dumps(one).encode())
    assert done.returncode == 2 and done.stderr.count(b"\n") == 1 and b"much" in done.stderr


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["a", "b"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["x", "y", "z"]), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["p", "q"]), VALUES), st.dictionaries(st.sampled_from(["p", "q"]), VALUES))
def test_putting_every_difference_in_makes_one_value_the_other_and_back(a, b):
    found = differences(a, b)
    assert differences(with_changes(a, found), b) == []
    assert differences(with_changes(b, [reversed_change(each) for each in found]), a) == []
    assert bool(found) is (json.dumps(a, sort_keys=True) != json.dumps(b, sort_keys=True))


def test_leaves_have_dotted_names_and_a_true_is_not_a_one():
    assert dict(leaves_of({"a": [{"b": 1}, 2], "c": None})) == {"a.0.b": 1, "a.1": 2, "c": None}
    assert [each.name for each in differences({"a": 1, "b": 1}, {"a": True, "b": 1.0})] == ["a"]
