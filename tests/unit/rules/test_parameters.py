"""The shipped parameters, and files that change or break them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from rules.errors import RulesError
from rules.parameter_file import overlaid, read_parameters
from rules.parameters import KEPT, SHIPPED, Parameters, as_kept, load_parameters

ROOT = Path(__file__).resolve().parents[3]
ARTICLES = ROOT / "knowledge" / "articles"
BROKEN = sorted((ROOT / "tests" / "bad_parameters").glob("*.yaml"))


@pytest.fixture
def changed(parameters, tmp_path):
    """`changed("rate_fraction: {value: 0.05}")` lays these lines over the shipped parameters."""

    def change(*lines: str) -> Parameters:
        path = tmp_path / "mine.yaml"
        path.write_text("parameters:\n" + "".join(f"  {line}\n" for line in lines), encoding="utf-8")
        return overlaid(parameters, path)

    return change


# --- shipped --------------------------------------------------------------------------------------------------------


def test_the_kept_json_is_fresh():
    assert json.loads(KEPT.read_text(encoding="utf-8")) == as_kept(read_parameters(SHIPPED), SHIPPED.read_bytes())


def test_the_kept_json_loads_to_exactly_what_the_yaml_says():
    kept, read = load_parameters(), read_parameters(SHIPPED)
    assert dict(kept) == dict(read) and (kept.dated, kept.sha256) == (read.dated, read.sha256)


def test_a_yaml_file_that_was_edited_is_read_instead_of_the_kept_json(monkeypatch, tmp_path):
    import rules.parameters as module

    edited = tmp_path / "parameters.yaml"
    edited.write_text(SHIPPED.read_text(encoding="utf-8").replace("value: 0.04\n", "value: 0.05\n"), encoding="utf-8")
    monkeypatch.setattr(module, "SHIPPED", edited)
    assert load_parameters()["rate_fraction"].value == 0.05


REFERENCES = {key: entry.reference for key, entry in load_parameters().items() if entry.reference is not None and entry.reference.document_id}


def test_some_parameters_refer_to_articles():
    assert len(REFERENCES) >= 5


@pytest.mark.parametrize("key", REFERENCES)
def test_a_document_reference_resolves_to_an_article_its_heading_and_a_paragraph_of_its_source(key):
    reference = REFERENCES[key]
    _, front, body = (ARTICLES / f"{reference.document_id}.md").read_text(encoding="utf-8").split("---\n", 2)
    front = yaml.safe_load(front)
    assert front["id"] == reference.document_id
    assert reference.heading in re.findall(r"^#+ (.+)$", body, re.MULTILINE)
    assert reference.paragraph in front["sources"][0]["paragraphs"]


def test_every_number_lies_in_its_range_and_names_where_it_is_from(parameters):
    for entry in parameters.values():
        if isinstance(entry.value, (int, float)) and not isinstance(entry.value, bool):
            assert entry.low <= entry.value <= entry.high, entry.id
        assert (entry.reference is not None) if entry.basis in ("stated", "contract") else entry.reason, entry.id


@pytest.mark.parametrize(
    ("key", "value", "basis"),
    [
        ("futures_share_low_fraction", 0.25, "stated"), ("futures_share_high_fraction", 0.40, "stated"), ("call_increment_fraction", 0.20, "stated"),
        ("futures_months_eligible", 2, "stated"), ("futures_share_target_fraction", 0.325, "assumed"), ("vol_per_vix_point", 1.0, "assumed"),
        ("spx_vix_response_vix_points_per_percent", -1.20, "estimated"), ("front_month_avoided_within_days", 7, "assumed"),
        ("call_target_delta_fraction", 0.30, "assumed"), ("call_tranche_spacing_days", 5, "assumed"), ("call_min_days_to_expiry", 30, "assumed"),
        ("order_volume_share_fraction", 0.05, "assumed"), ("order_open_interest_share_fraction", 0.02, "assumed"), ("etf_min_fraction", 0.025, "assumed"),
        ("hedge_cost_limit_fraction", 0.35, "assumed"), ("rate_fraction", 0.04, "assumed"), ("dividend_yield_fraction", 0.013, "assumed"),
        ("vx_multiplier_usd_per_index_point", 1000, "contract"), ("vxm_multiplier_usd_per_index_point", 100, "contract"),
        ("vix_option_multiplier_usd_per_index_point", 100, "contract"), ("spx_option_multiplier_usd_per_index_point", 100, "contract"),
        ("layer_order", ["vix_futures", "vix_calls", "vix_etfs"], "stated"), ("layer_1_needs_both_signals", True, "assumed"),
    ],
)  # fmt: skip
def test_the_shipped_value_and_basis_are_those_of_the_methodology(parameters, key, value, basis):
    assert (parameters[key].value, parameters[key].basis) == (value, basis)


def test_the_shipped_beta_table_is_that_of_the_methodology(parameters):
    said = """0-3: 0.78; 293, 3-7: 0.64; 479, 7-14: 0.70; 779, 14-21: 0.55; 747, 21-30: 0.56; 1040, 30-45: 0.46; 1556, 45-60: 0.40; 1500,
              60-90: 0.32; 3373, 90-120: 0.25; 3369, 120-180: 0.20; 6406, 180-270: 0.16; 9633"""
    rows = [tuple(float(number) for number in row) for row in re.findall(r"(\d+)-(\d+): ([\d.]+); (\d+)", said)]
    assert [(row["from"], row["to"], row["beta"], row["n"]) for row in parameters["vix_beta_by_days"].value] == rows


# --- a user's file ----------------------------------------------------------------------------------------------------


def test_an_assumed_or_estimated_value_changes_freely(changed, parameters):
    found = changed("rate_fraction: {value: 0.05}", "spx_vix_response_vix_points_per_percent: {value: -1.0}")
    assert (found["rate_fraction"].value, found["spx_vix_response_vix_points_per_percent"].value, found.overridden) == (0.05, -1.0, ())
    assert parameters["rate_fraction"].value == 0.04 and found.sha256 != parameters.sha256


@pytest.mark.parametrize("key", ["futures_share_high_fraction", "vx_multiplier_usd_per_index_point"])
def test_a_stated_or_contract_value_needs_override_and_is_then_named(changed, key):
    value = {"futures_share_high_fraction": 0.5, "vx_multiplier_usd_per_index_point": 500}[key]
    with pytest.raises(RulesError, match="override: true"):
        changed(f"{key}: {{value: {value}}}")
    found = changed(f"{key}: {{value: {value}, override: true}}")
    assert (found[key].value, found.overridden) == (value, (key,))


@pytest.mark.parametrize("value", ["0.51", "-0.06", ".nan", ".inf", "-.inf"])
def test_a_value_outside_its_range_is_refused_with_the_range(changed, value):
    with pytest.raises(RulesError, match=r"rate_fraction\.value: .* range -0\.05 to 0\.5"):
        changed(f"rate_fraction: {{value: {value}}}")


@pytest.mark.parametrize("value", ["-0.05", "0.5"])
def test_both_ends_of_a_range_are_allowed(changed, value):
    assert changed(f"rate_fraction: {{value: {value}}}")["rate_fraction"].value == float(value)


def test_an_unknown_id_is_refused_with_the_nearest_known_one(changed):
    with pytest.raises(RulesError, match="did you mean rate_fraction"):
        changed("rate_fractoin: {value: 0.05}")


def test_changing_a_value_to_itself_keeps_the_fingerprint(changed, parameters):
    assert changed("rate_fraction: {value: 0.04}").sha256 == parameters.sha256


def test_a_changed_value_reaches_the_calculation_and_its_assumptions(changed):
    from rules.engine import run

    found = run("layer-split", {"planned_hedge_vega_usd": 1000}, changed("futures_share_target_fraction: {value: 0.30}"))
    assert found.result["futures_vega_usd"]["target"] == 300
    assert {item.id: item.value for item in found.assumptions}["futures_share_target_fraction"] == 0.30


def test_an_announced_closure_reaches_the_settlement_dates(changed):
    from rules.engine import run

    closed = changed("exchange_closures_announced: {value: [2026-06-17], override: true}")
    assert run("vix-expiry", {"month": "2026-06"}, closed).result["settlement_date"] == "2026-06-16"


# --- broken files -----------------------------------------------------------------------------------------------------


def test_there_are_broken_files_of_both_kinds_and_each_has_its_words():
    assert {path.name.split("-")[0] for path in BROKEN} == {"overlay", "whole"}
    assert all(path.with_suffix(".words").is_file() for path in BROKEN)


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_file_is_refused_and_the_error_says_what_is_wrong_and_where(path, parameters):
    with pytest.raises(RulesError) as caught:
        read_parameters(path) if path.name.startswith("whole-") else overlaid(parameters, path)
    for words in path.with_suffix(".words").read_text(encoding="utf-8").splitlines():
        assert words in str(caught.value)
    assert "\n" not in str(caught.value) and caught.value.remedy


def test_a_parameter_file_that_is_missing_or_not_text_is_refused(parameters, tmp_path):
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    for name, words in (("none.yaml", "cannot be read"), ("binary.yaml", "UTF-8"), ("", "cannot be read")):
        with pytest.raises(RulesError, match=words):
            overlaid(parameters, tmp_path / name)


def test_the_order_of_the_layers_cannot_be_changed(parameters, tmp_path):
    (tmp_path / "order.yaml").write_text(
        "parameters:\n  layer_order: {value: [vix_calls, vix_futures, vix_etfs], override: true}\n", encoding="utf-8"
    )
    with pytest.raises(RulesError, match="layer_order"):
        overlaid(parameters, tmp_path / "order.yaml")
