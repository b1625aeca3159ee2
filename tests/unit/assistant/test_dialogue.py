"""Questions that lean on those before them: changes, corrections, answers, facts, and files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import AssistantError
from assistant.session import Session

CONDOR = "iron condor 5500/5600/6300/6400 for 20.46, 10 lots, max loss?"
CALL = "price a vix 26 call with the future at 19.9, 38 days, 98% vol, rate 4.1%"
PLAN = "hedge plan for 3,300 vega, 2026-06-02, vix 18.7, M1 19.4 M2 20.9"
BOOK = {
    "condors": [
        {
            "long_put": 5500,
            "short_put": 5600,
            "short_call": 6300,
            "long_call": 6400,
            "credit_index_points": 20.46,
            "contracts": 10,
            "expiry": "2026-06-18",
        }
    ]
}


@pytest.mark.parametrize(
    ("before", "question", "changed"),
    [
        ([CONDOR], "same but 25 lots", {"contracts": 25}),
        ([CONDOR], "not 10 but 25 lots", {"contracts": 25}),
        ([CONDOR], "double the lots", {"contracts": 20}),
        ([CONDOR], "what if the credit was only 5.9", {"credit_index_points": 5.9}),
        ([CONDOR, "same but 25 lots"], "and a credit of 18?", {"contracts": 25, "credit_index_points": 18}),
        ([CALL], "the put instead", {"right": "put", "strike": 26}),
        ([CALL], "and with vol up ten points?", {"implied_volatility": 1.08}),
        ([CALL], "make it the 28 strike and 66 days", {"strike": 28, "days_to_expiry": 66}),
        (["dollar vega of a VX future 30 days out"], "what about the minis?", {"instrument": "vxm", "days_to_expiry": 30}),
        (["vix 26 call, future 20, 40 days: price"], "95%", {"implied_volatility": 0.95, "strike": 26}),
        (["split my hedge vega, 30% futures"], "4,125", {"planned_hedge_vega_usd": 4125, "futures_share_fraction": 0.3}),
        (["vix settlement date in june 2026?"], "same for the year after", {"month": "2027-06"}),
        (["vix expiry december 2024"], "what about the month after that?", {"month": "2025-01"}),
        (["vix expiry june 2026"], "and july?", {"month": "2026-07"}),
        (
            ["irr of -18k today and +18.6k in 120 days"],
            "make it 90 days",
            {"cash_flows_usd": [{"day": 0, "amount": -18000}, {"day": 90, "amount": 18600}]},
        ),
        (
            ["a/d line for advances 1,450, 1,610, 1,280 and declines 1,400, 1,190, 1,560"],
            "thursday was 1,120 up and 1,700 down, add it",
            {"declines": [1400, 1190, 1560, 1700]},
        ),
    ],
)
def test_a_follow_up_changes_what_it_names_and_keeps_the_rest(session: Session, before: list[str], question: str, changed: dict[str, Any]) -> None:
    reply = session.ask(question, "2026-05-08", before)
    assert reply.route == "calculation" and reply.calculation is not None, reply.answer
    assert {name: reply.calculation["inputs"][name] for name in changed} == changed


def test_a_correction_of_the_curve_changes_one_row(session: Session) -> None:
    reply = session.ask("M1 is 20.4 not 19.4", "2026-06-02", [PLAN])
    assert reply.calculation is not None
    assert [row["price_index_points"] for row in reply.calculation["inputs"]["market"]["futures"]] == [20.4, 20.9]


@pytest.mark.parametrize(("question", "route"), [("why?", "both"), ("show the steps", "calculation"), ("which of these is assumed?", "calculation")])
def test_questions_about_the_last_calculation_are_answered_from_it(session: Session, question: str, route: str) -> None:
    reply = session.ask(question, context=["split 9k of vega"])
    assert reply.route == route and reply.calculation is not None
    assert reply.calculation["inputs"] == {"planned_hedge_vega_usd": 9000.0}


def test_a_new_topic_drops_the_last_calculation(session: Session) -> None:
    reply = session.ask("how are VIX options settled?", context=[CONDOR])
    assert reply.route == "knowledge" and reply.calculation is None


def test_a_number_that_a_follow_up_leaves_open_is_asked_about(session: Session) -> None:
    reply = session.ask("next close is 21", context=["rsi(3) of 18 19 20 19 18"])
    assert reply.route == "clarify" and reply.calculation is not None and reply.calculation["result"] is None


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("split 10k hedge vega, 30% futures, 12% of something", "actually 9k"),
        ("split roughly 5k hedge vega", "with 30% in futures"),
        ("price a vix 26 call with the future at 19.9, 38 days, volatility 98, rate 4.1%", "make it 60 days"),
    ],
)
def test_what_was_not_understood_before_stays_open_until_it_is_settled(session: Session, before: str, question: str) -> None:
    reply = session.ask(question, "2026-05-08", [before])
    assert reply.route == "clarify" and reply.calculation is not None and reply.calculation["result"] is None


def test_the_same_inputs_given_anew_settle_what_was_open(session: Session) -> None:
    assert session.ask("5k", "2026-05-08", ["split roughly 5k hedge vega"]).route == "calculation"


def test_facts_are_named_once_and_used_later(session: Session) -> None:
    before = ["vix is 18", "my curve is M1 19.2 M2 20.1"]
    assert session.ask(before[1], context=before[:1]).facts["vix"] == 18.0
    reply = session.ask("plan the hedge for 2,877 vega as of 2026-05-08", context=before)
    assert reply.route == "calculation" and reply.calculation is not None
    market = reply.calculation["inputs"]["market"]
    assert market["vix"] == 18.0
    assert [row["expiry"] for row in market["futures"]] == ["2026-05-19", "2026-06-17"]


def test_my_condor_is_the_one_that_was_named(session: Session) -> None:
    reply = session.ask("max loss of my condor?", context=[CONDOR, "how are VIX options settled?"])
    assert reply.calculation is not None and reply.calculation["result"]["max_loss_usd"] == 79540.0


def test_facts_can_be_cleared(session: Session) -> None:
    assert session.ask("forget everything", context=["vix is 18"]).facts == {}


def test_a_book_and_a_curve_are_read_from_files(session: Session, tmp_path: Path) -> None:
    (tmp_path / "book.json").write_text(json.dumps(BOOK), encoding="utf-8")
    (tmp_path / "curve.csv").write_text("expiry,price\n2026-05-19,19.2\n2026-06-17,20.1\n", encoding="utf-8")
    question = f"plan the hedge for @{tmp_path}/book.json with @{tmp_path}/curve.csv as of 2026-05-08, vix 18, spx 6000"
    reply = session.ask(question)
    assert reply.route in ("calculation", "clarify") and reply.calculation is not None
    assert reply.calculation["inputs"]["portfolio"]["condors"][0]["contracts"] == 10
    assert len(reply.calculation["inputs"]["market"]["futures"]) == 2
    assert all(question[entry.start : entry.end] == entry.text for entry in reply.understood)


def test_a_book_needs_the_level_of_spx_and_a_given_hedge_vega_does_not(session: Session, tmp_path: Path) -> None:
    (tmp_path / "book.json").write_text(json.dumps(BOOK), encoding="utf-8")
    day = "as of 2026-05-08, vix 18, M1 19.2 M2 20.1"
    book = session.ask(f"plan the hedge for @{tmp_path}/book.json {day}")
    assert book.route == "clarify" and [entry.name for entry in book.missing] == ["market.spx"]
    vega = session.ask(f"plan the hedge for 2,877 vega {day}")
    assert vega.calculation is not None
    layer = vega.calculation["result"]["layers"][0]
    assert (layer["quantity"], layer["hedge_delta_usd"]) == (2, None)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("gone.json", None, "cannot be read"),
        ("list.json", "[1]", "no JSON object"),
        ("other.json", '{"x": 1}', "'x', which is not known"),
        ("bad.json", "{", "not a JSON value"),
        ("table.csv", "a,b\n1,2\n", "no futures curve"),
        ("words.csv", "expiry,price\n2026-05-19,dear\n", "no expiry and price"),
    ],
)
def test_a_file_that_cannot_be_used_is_said_in_one_line(session: Session, tmp_path: Path, name: str, text: str | None, words: str) -> None:
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=words) as caught:
        session.ask(f"plan the hedge for @{tmp_path}/{name}")
    assert "\n" not in str(caught.value) and (isinstance(caught.value, AssistantError) or hasattr(caught.value, "remedy"))


def test_a_bare_number_or_one_side_of_a_condor_changes_what_it_is_like(session: Session) -> None:
    later = session.ask("same with 35", context=["dollar vega of one VX, 20 days"])
    assert later.calculation is not None and later.calculation["inputs"]["days_to_expiry"] == 35
    moved = session.ask("move the call side to 6350/6450", context=["5500/5600/6300/6400 for 20.46, 10 lots, max loss?"])
    assert moved.calculation is not None and moved.route == "calculation"
    assert [moved.calculation["inputs"][leg] for leg in ("long_put", "short_put", "short_call", "long_call")] == [5500, 5600, 6350, 6450]


def test_a_calculation_outlives_a_question_on_the_method(session: Session) -> None:
    reply = session.ask("and at 35%?", context=["my hedge vega is 10k, give me the split", "what's the futures band?"])
    assert reply.calculation is not None and reply.calculation["inputs"]["futures_share_fraction"] == 0.35


def test_a_layer_named_later_is_added_to_those_before_and_one_named_again_is_changed(session: Session) -> None:
    first = "capital cost: condor 80k, futures 20k, cost of equity 9%, cost of debt 5%"
    added = session.ask("and calls 14k", "2026-11-26", [first])
    changed = session.ask("futures 25k", "2026-11-26", [first])
    assert added.calculation is not None and changed.calculation is not None
    assert [(row["name"], row["capital_usd"]) for row in added.calculation["inputs"]["layers"]] == [
        ("condor", 80e3),
        ("futures", 20e3),
        ("calls", 14e3),
    ]
    assert [(row["name"], row["capital_usd"]) for row in changed.calculation["inputs"]["layers"]] == [("condor", 80e3), ("futures", 25e3)]


def test_a_hedge_that_is_added_leaves_those_before(session: Session) -> None:
    first = "break-even: condor 5500/5600/6300/6400, credit 20.46, 10 lots, hedge 2 VX bought at 20.1 marked at 22"
    reply = session.ask("and 41 vix 25 calls bought at 1.1 marked at 2", "2026-11-26", [first])
    assert reply.calculation is not None
    assert [(row["instrument"], row["quantity"]) for row in reply.calculation["inputs"]["hedges"]] == [("vx", 2), ("vix_call", 41)]
