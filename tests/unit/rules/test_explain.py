"""Why a saved plan orders or waits, and what a value rests on."""

from __future__ import annotations

import copy
import json

import pytest

from rules.canonical import plain
from rules.errors import RulesError
from rules.explaining.explain import explain, explain_value
from rules.explaining.explain_text import as_text
from rules.reports.report import basis_in_words


def walked(values):
    for value in values:
        yield value
        yield from walked(value["inputs"])


@pytest.fixture
def saved(calculate, worked):
    """The worked plan as it is written: first month armed, everything else waits."""
    worked["market"]["futures"] = worked["market"]["futures"][:2]
    worked["signals"] |= {"capm": "not_evaluated", "macro": "fail"}
    return plain(calculate("plan-hedge", worked).as_dict())


@pytest.fixture
def explained(saved):
    return explain(saved)


def layers(explained, state):
    return [layer for layer in explained["layers"] if layer["state"] == state]


def test_every_layer_of_the_plan_is_there_with_its_state_reason_and_orders(saved, explained):
    kept = [(layer["name"], layer["state"], layer["reason"], layer["quantity"]) for layer in saved["result"]["layers"]]
    assert [(layer["name"], layer["state"], layer["reason"], layer["quantity"]) for layer in explained["layers"]] == kept
    ordered = {layer["name"]: layer["orders"][0]["quantity"] for layer in explained["layers"] if layer["orders"]}
    assert ordered == {order["name"]: order["quantity"] for order in saved["result"]["orders"]} and ordered


def test_an_ordered_quantity_rests_on_beta_days_and_the_planned_hedge_vega_down_to_inputs_and_parameters(explained):
    tree = {value["name"]: value for value in walked(layers(explained, "ordered")[0]["values"])}
    assert {"market.spx", "condor_1.implied_volatility", "planned_hedge_vega_usd", "vix_beta_by_days", "futures_share_low_fraction"} <= set(tree)
    leaves = [value for value in tree.values() if not value["inputs"] and not value["above"]]
    assert {value["basis"] for value in leaves} == {"input", "stated", "assumed", "contract", "estimated"}


def test_the_chain_of_a_layer_begins_with_its_own_quantity_and_share(explained):
    for number, layer in enumerate(explained["layers"]):
        if layer["quantity"]:
            own = {value["name"]: value["value"] for value in layer["values"]}
            assert own[f"layers.{number}.quantity"] == layer["quantity"] and f"layers.{number}.share_fraction" in own


def test_a_stated_value_names_document_heading_and_paragraph(explained):
    tree = {value["name"]: value for value in walked(layers(explained, "ordered")[0]["values"])}
    words = basis_in_words(tree["futures_share_low_fraction"])
    assert words == "stated by the source: position-sizing, Share of the futures layer, paragraph 6"
    assert words in as_text(explained)


def test_what_decides_when_a_layer_is_bought_is_part_of_its_chain(explained):
    ordered, waiting = layers(explained, "ordered")[0], layers(explained, "waiting")[0]
    assert "layer_1_armed" in [value["name"] for value in ordered["values"]]
    assert "layer_2_timed" in [value["name"] for value in waiting["values"]]
    assert "no order today" in as_text(explained)


def test_assumptions_among_the_chain_are_listed_with_their_reason(explained):
    found = {item["id"]: item for item in layers(explained, "ordered")[0]["assumptions"]}
    assert {"hedge_ratio_fraction", "vix_beta_by_days", "vol_per_vix_point"} <= set(found)
    assert "etf_min_fraction" not in found, "the futures do not rest on it"
    assert all(item["note"] for item in found.values())


def test_a_step_that_was_laid_open_is_not_laid_open_again(explained):
    values = [value for layer in explained["layers"] for value in walked(layer["values"])]
    opened = [value["name"] for value in values if value["inputs"]]
    assert len(opened) == len(set(opened)) and any(value["above"] for value in values)


def test_failing_checks_come_first_and_signals_say_what_they_wait_for(explained):
    states = [check["state"] for check in explained["checks"]]
    assert states == sorted(states, key=["fail", "not_evaluated", "pass"].index)
    signals = {signal["signal"]: signal for signal in explained["signals"]}
    assert signals["macd"]["waits_for"] is None and signals["macd"]["decides"] == ["layer_1_armed"]
    assert signals["capm"]["waits_for"] == "data: give signals.capm"
    assert "does not pass" in signals["macro"]["waits_for"]


def test_a_part_that_could_not_be_sized_is_explained_by_its_reason(explained):
    text = as_text(explained)
    for layer in layers(explained, "blocked"):
        assert layer["quantity"] == 0 and f"why: {layer['reason']}" in text


def test_a_step_is_shown_with_its_tree_and_the_formula_with_numbers(saved):
    text = as_text(explain_value(saved, "call_tranche_vega_usd"))
    assert "planned_hedge_vega_usd * call_increment_fraction  (2,877.072 * 0.2)" in text
    assert "market.spx = 6,000 index points  [an input]" in text


def test_a_result_is_found_by_its_path_and_a_step_by_the_end_of_its_name(saved):
    assert explain_value(saved, "layers.0.share_fraction")["values"][0]["name"].endswith(".share_fraction")
    assert explain_value(saved, "vega_usd")["values"]


@pytest.mark.parametrize("name", ["vega_match", "checks.vega_match"])
def test_a_check_is_explained_by_its_id_with_the_steps_behind_its_value(saved, name):
    found = explain_value(saved, name)
    assert [check["id"] for check in found["checks"]] == ["vega_match"]
    assert [value["name"] for value in found["values"]] == ["checks.vega_match.covered_fraction"]
    text = as_text(found)
    assert "vega_match" in text and "limit 0.8" in text and "book.vega_usd" in text


def test_a_check_without_steps_of_its_own_rests_on_the_step_that_came_to_its_value(saved):
    found = explain_value(saved, "cost_within_credit")
    (check,) = found["checks"]
    assert found["values"][0]["name"].endswith(".hedge_cost_of_credit_fraction") and found["values"][0]["value"] == check["value"]


def test_an_unknown_name_is_refused_with_near_ones(saved):
    with pytest.raises(RulesError, match="planned_hedge_vega_us: is neither .* did you mean planned_hedge_vega_usd"):
        explain_value(saved, "planned_hedge_vega_us")
    with pytest.raises(RulesError, match="no step holds"):
        explain_value(saved, "stage")


@pytest.mark.parametrize("name", ["wacc", "capm", "layer-split", "vix-expiry", "iron-condor"])
def test_any_calculation_is_explained_from_its_last_steps(calculate, name):
    from rules.catalogue import calculator

    saved = plain(calculate(name, calculator(name).EXAMPLE).as_dict())
    explained = explain(saved)
    used = {key for step in saved["steps"] for key in step["inputs"]}
    assert [value["name"] for value in explained["values"]] == [step["name"] for step in saved["steps"] if step["name"] not in used]
    assert {value["name"] for value in walked(explained["values"])} == {step["name"] for step in saved["steps"]}
    assert [item["id"] for item in saved["assumptions"]] == sorted(
        (item["id"] for item in explained["assumptions"]), key=saved["receipt"]["assumptions"].index
    )
    assert as_text(explained)


def test_an_untouched_file_has_no_warning_and_an_edited_one_says_which_part(saved):
    assert explain(saved)["warnings"] == []
    for part, change in (("inputs", {"as_of": "2026-05-09"}), ("result", {"stage": "complete"})):
        edited = copy.deepcopy(saved)
        edited[part] |= change
        (warning,) = explain(edited)["warnings"]
        assert warning.startswith("edited since") and part in warning
        assert f"Warning: {warning}" in as_text(explain(edited))


def test_another_engine_and_overridden_values_are_warned_of(saved):
    saved["receipt"]["engine_version"] = "9.9"
    saved["parameters_overridden"] = ["layer_order"]
    assert len(explain(saved)["warnings"]) == 2


def test_a_file_and_standard_input_give_the_same_text_and_json_has_the_trees(fresh, saved, tmp_path):
    text = json.dumps(saved)
    (tmp_path / "plan.json").write_text(text, encoding="utf-8")
    from_file = fresh("explain", str(tmp_path / "plan.json"))
    assert from_file.returncode == 0 and from_file.stdout == fresh("explain", "-", stdin=text.encode()).stdout
    shown = json.loads(fresh("explain", str(tmp_path / "plan.json"), "--json").stdout)
    assert shown == json.loads(json.dumps(explain(saved)))
    one = json.loads(fresh("explain", str(tmp_path / "plan.json"), "planned_hedge_vega_usd", "--json").stdout)
    assert one["values"][0]["name"] == "planned_hedge_vega_usd"


def broken(saved, change):
    found = copy.deepcopy(saved)
    change(found)
    return json.dumps(found)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda found: found.pop("steps"), "steps"),
        (lambda found: found.pop("receipt"), "receipt"),
        (lambda found: found.update(steps=[1]), "steps.0"),
        (lambda found: found.update(steps=[{"name": "x"}]), "steps.0"),
        (lambda found: found.update(name="nonsense"), "nonsense"),
        (lambda found: found.update(result=[]), "result"),
        (lambda found: found["receipt"].pop("result_sha256"), "result_sha256"),
        (lambda found: found["result"]["layers"][0].pop("state"), "not a whole calculation"),
        (lambda found: found["result"].update(layers=[1]), "not a whole calculation"),
    ],
)
def test_what_is_no_whole_calculation_is_refused_in_one_line(fresh, saved, change, word):
    done = fresh("explain", "-", stdin=broken(saved, change).encode())
    text = done.stderr.decode()
    assert (done.returncode, done.stdout, text.count("\n")) == (2, b"", 1) and word in text, text


def test_steps_that_rest_on_themselves_come_to_an_end(saved):
    for step in saved["steps"]:
        step["inputs"] = {other["name"]: other["value"] for other in saved["steps"][:30]}
    assert as_text(explain(saved))
