"""The first questions of a user, and five rewordings of each, written without sight of the code."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

import knowledge.shipped
from assistant.reply import Reply
from assistant.session import Session
from knowledge.base import KnowledgeBase

CORPUS = yaml.safe_load((Path(__file__).parents[2] / "corpus" / "first_light.yaml").read_text(encoding="utf-8"))
ORDER = ["What specific VIX instruments do you layer first when ALVH kicks in?", *CORPUS["layer_order"]]
SHARE: list[dict[str, Any]] = [
    {"question": "My total planned hedge vega is $10,000. How much of it goes into futures?", "low": 2500.0, "high": 4000.0},
    *CORPUS["futures_share"],
]
RSI = ["What RSI level on the VIX triggers the calls?", *CORPUS["rsi_level"]]
EGG = ["How do I boil an egg?", *CORPUS["off_topic"]]
SOURCE_URL = "https://www.vixshield.com/ask/what-specific-vix-instruments-do-you-layer-first-when-alvh-kicks-in-futures-calls-or-etfs"


def named_in_order(answer: str, words: list[str]) -> bool:
    """Whether the words first occur in this order."""
    places = [match.start() if (match := re.search(word, answer, re.IGNORECASE)) else -1 for word in words]
    return -1 not in places and places == sorted(places)


@pytest.mark.parametrize("question", ORDER)
def test_the_order_of_layers_is_futures_then_calls_then_etfs_cited_to_the_source(session: Session, question: str) -> None:
    reply = session.ask(question)
    assert reply.route == "knowledge" and reply.answered
    assert named_in_order(reply.answer, ["futures", "calls", "etfs"])
    assert any(citation.url == SOURCE_URL for citation in reply.citations)


@pytest.mark.parametrize("case", SHARE, ids=lambda case: str(case["question"])[:50])
def test_the_futures_share_is_computed_with_a_stated_band_and_an_assumed_target(session: Session, case: dict[str, Any]) -> None:
    reply = session.ask(case["question"])
    assert reply.route in ("calculation", "both") and reply.calculation is not None
    futures = reply.calculation["result"]["futures_vega_usd"]
    assert (futures["low"], futures["high"]) == (case["low"], case["high"])
    basis = {step["name"]: step["basis"] for step in reply.calculation["steps"]}
    assert basis["futures_share_low_fraction"] == basis["futures_share_high_fraction"] == "stated"
    assert basis["futures_share_target_fraction"] == "assumed"
    assert any(citation.url == SOURCE_URL for citation in reply.citations)


@pytest.mark.parametrize("question", RSI)
def test_no_rsi_level_is_stated_and_the_engines_own_is_shown_as_an_assumption(session: Session, question: str) -> None:
    reply = session.ask(question)
    assert reply.silent_on and not reply.answered
    assert "do not state" in reply.answer
    assert {entry["id"]: entry["value"] for entry in reply.assumptions if entry["id"] == "rsi_trigger_level"} == {"rsi_trigger_level": 50}


@pytest.mark.parametrize("question", EGG)
def test_a_question_about_eggs_is_refused_without_an_invented_answer(session: Session, question: str) -> None:
    reply = session.ask(question)
    assert (reply.route, reply.citations, reply.calculation) == ("refused", (), None)


def edited_base(tmp_path: Path, file: str, old: str, new: str) -> KnowledgeBase:
    """A base over a copy of the shipped files in which one text is changed."""
    copy = tmp_path / "shipped"
    shutil.copytree(knowledge.shipped.HERE, copy, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    path = copy / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    base = KnowledgeBase(tmp_path / "base")
    base.store.close()
    base = KnowledgeBase(tmp_path / "base", copy)
    base.__dict__.pop("retriever", None)
    return base


@pytest.mark.parametrize("question", ORDER)
def test_another_order_in_the_article_is_another_order_in_the_answer(tmp_path: Path, question: str) -> None:
    old = "VIX futures come first, listed VIX calls come second, and VIX ETFs come third."
    new = "VIX ETFs come first, listed VIX calls come second, and VIX futures come third."
    base = edited_base(tmp_path, "articles/layering-order.md", old, new)
    reply = Session(base).ask(question)
    assert new in reply.answer and old not in reply.answer


@pytest.mark.parametrize("question", RSI)
def test_without_its_entry_a_silence_is_no_silence(tmp_path: Path, question: str) -> None:
    base = edited_base(tmp_path, "silences.yaml", "terms: [[rsi, relative strength], [$amount]]", "terms: [[no such word]]")
    reply = Session(base).ask(question)
    assert "an RSI level that triggers the calls" not in reply.silent_on


def test_another_assumed_level_is_another_level_in_the_answer(session: Session, tmp_path: Path) -> None:
    overlay = tmp_path / "mine.yaml"
    overlay.write_text("parameters:\n  rsi_trigger_level: {value: 55}\n", encoding="utf-8")
    reply: Reply = Session(session.base, overlay).ask(RSI[0])
    assert "rsi_trigger_level = 55" in reply.answer


@pytest.mark.parametrize("case", SHARE, ids=lambda case: str(case["question"])[:50])
def test_another_stated_share_is_another_number_with_a_warning(session: Session, tmp_path: Path, case: dict[str, Any]) -> None:
    overlay = tmp_path / "mine.yaml"
    overlay.write_text("parameters:\n  futures_share_high_fraction: {value: 0.35, override: true}\n", encoding="utf-8")
    reply = Session(session.base, overlay).ask(case["question"])
    assert reply.calculation is not None
    assert reply.calculation["result"]["futures_vega_usd"]["high"] == pytest.approx(case["high"] * 0.35 / 0.40, rel=1e-12)
    assert reply.parameters_overridden == ("futures_share_high_fraction",)
