"""Measuring retrieval: ranks by address, means with intervals, counts where there are few."""

from __future__ import annotations

import json

import numpy as np
import pytest

from knowledge.errors import KnowledgeError
from knowledge.evaluation import FEWEST_FOR_INTERVAL, SYSTEMS, Item, Outcome, figure, figures, interval, item_from, lead, outcomes, reciprocal, worst


def outcome(rank: int | None, lexical: int | None = None, hit: bool = True) -> Outcome:
    item = Item("x", "What?", "https://www.example.com/x", ("a",), "all", ())
    return Outcome(item, dict.fromkeys(SYSTEMS, rank) | {"lexical": lexical}, hit)


@pytest.mark.parametrize(("rank", "value"), [(1, 1.0), (4, 0.25), (10, 0.1), (None, 0.0)])
def test_a_reciprocal_rank(rank, value):
    assert reciprocal(rank) == value


def test_figures_are_means_over_all_items():
    table = figures([outcome(1), outcome(2), outcome(6), outcome(None, hit=False)])
    assert table["pipeline"]["recall_at_1"].value == 0.25
    assert table["pipeline"]["recall_at_5"].value == 0.5
    assert table["pipeline"]["mrr_at_10"].value == pytest.approx((1 + 1 / 2 + 1 / 6) / 4)
    assert table["answer"]["hit_rate"].value == 0.75


def test_under_thirty_items_there_is_no_interval():
    assert figure([1.0] * (FEWEST_FOR_INTERVAL - 1)).low is None
    assert figure([1.0] * FEWEST_FOR_INTERVAL).low == 1.0
    assert figure([]).n == 0


def test_the_interval_of_a_share_is_about_two_standard_errors_wide_and_the_same_each_time():
    values = np.array([1.0] * 80 + [0.0] * 20)
    low, high = interval(values)
    assert (low, high) == interval(values)
    assert 0.8 - low == pytest.approx(1.96 * 0.04, abs=0.015)
    assert high - 0.8 == pytest.approx(1.96 * 0.04, abs=0.015)


def test_a_lead_is_paired():
    assert lead([outcome(1, 2), outcome(2, 4)], "pipeline", "lexical").value == pytest.approx((0.5 + 0.25) / 2)


def test_the_worst_come_first():
    found = [outcome(1), outcome(None), outcome(3), outcome(1, hit=False)]
    assert [reciprocal(entry.ranks["pipeline"]) for entry in worst(found, 3)] == [0.0, 1 / 3, 1.0]
    assert worst(found)[2].hit is False


def test_a_page_is_found_by_its_address_in_any_form(base):
    items = [item_from({"question": "Which VIX instrument comes first?", "url": "shipped:layering-order"}, "line 1", 1)]
    (found,) = outcomes(base, items)
    assert found.ranks["pipeline"] == 1


@pytest.mark.parametrize(("entry", "words"), [({"url": "x"}, "lacks 'question'"), ({"question": "x"}, "lacks 'url'")])
def test_an_item_that_is_not_usable_is_named(entry, words):
    with pytest.raises(KnowledgeError, match=rf"questions\.jsonl, line 7: {words}"):
        item_from(entry, "questions.jsonl, line 7", 7)


def test_the_command_prints_every_system_and_style(command, page_file, tmp_path):
    command("add", str(page_file("digest")))
    line = {
        "question": "When is the lighthouse gauge lit?",
        "url": "https://example.com/ask/when-does-the-lighthouse-gauge-switch-on/",
        "answer_contains": ["lit"],
        "style": "sentence",
    }
    (tmp_path / "questions.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    report = json.loads(command("evaluate", str(tmp_path / "questions.jsonl"), "--json").stdout)
    assert set(report["by_style"]) == {"all", "sentence"}
    assert set(report["by_style"]["all"]) == {*SYSTEMS, "answer"}
    assert report["by_style"]["all"]["pipeline"]["recall_at_1"] == {"value": 1.0, "low": None, "high": None, "n": 1}
    text = command("evaluate", str(tmp_path / "questions.jsonl")).stdout
    assert "1 questions" in text and "pipeline" in text and "worst:" in text


@pytest.mark.parametrize(
    ("content", "words"), [("", "holds no questions"), ("[1]\n", "line 1: is not a JSON object"), ("{\n", "line 1, column 2: is not JSON")]
)
def test_a_file_that_is_not_usable_is_refused(command, tmp_path, content, words):
    (tmp_path / "questions.jsonl").write_text(content, encoding="utf-8")
    run = command("evaluate", str(tmp_path / "questions.jsonl"))
    assert run.returncode == 2
    assert words in run.stderr
