"""Break-evens with hedges and scenarios: entries, marks, shocks and horizons as people write them."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.session import Session
from tests.unit.assistant.test_corpus_of_numbers import same
from tests.unit.assistant.test_understanding import given_inputs

TODAY = "2026-05-08"
CONDORS = "8 condors 5450/5550/6250/6350 at 17.60"
MINIS: dict[str, Any] = {"instrument": "vxm", "quantity": 15, "entry_price": 18.9, "mark_price": 22.4}
FUTURES: dict[str, Any] = {"instrument": "vx", "quantity": 2, "entry_price": 20.1, "mark_price": 22.4}
CALLS: dict[str, Any] = {"instrument": "vix_call", "quantity": 20, "strike": 25, "entry_price": 1.1, "mark_price": 1.65}
STRESS = "stress 10 lots 5600/5700/6300/6400, credit 21.5, spx 6020, vol 16.5%, 35 dte, "


@pytest.mark.parametrize(
    ("hedge", "held"),
    [
        ("and then bought fifteen mini VIX futures at 18.90 which are now quoted at 22.40", [MINIS]),
        ("hedge: VXM, qty 15, entry 18.9, mark 22.4", [MINIS]),
        ("hedge: instrument=vxm, quantity=15, entry_price=18.9, mark_price=22.4", [MINIS]),
        ("hedge = 15 vxm in at 18.90 last 22.40", [MINIS]),
        ("15 mini vix futures, cost 18.90, current 22.40", [MINIS]),
        ("15 vxm, avg price 18.90, quoted at 22.40", [MINIS]),
        ("vxm: 15 contracts, entry 18.90, mark 22.40", [MINIS]),
        ("hedge: two VIX futures at 20.1, mark-to-market 22.4", [FUTURES]),
        ("VX qty 2 entry 20.1 mark 22.4; VIX call strike 25 qty 20 entry 1.10 mark 1.65", [FUTURES, CALLS]),
        ("2 VX paid 20.1 now 22.4 and 20x VIX 25c paid 1.10 now 1.65", [FUTURES, CALLS]),
        ("2 VX expiring 2026-06-17 entry 20.1 mark 22.4", [{**FUTURES, "expiry": "2026-06-17"}]),
    ],
)
def test_a_hedge_is_read_by_its_quantity_entry_and_mark(session: Session, hedge: str, held: list[dict[str, Any]]) -> None:
    reply = session.ask(f"combined break-evens: {CONDORS}; {hedge}", TODAY)
    inputs = given_inputs(reply)
    assert reply.route == "calculation" and same(held, inputs["hedges"]) and inputs["condor"]["credit_index_points"] == 17.6


@pytest.mark.parametrize(
    "hedge",
    [
        "hedge VX at 20, mark 22",
        "hedge: VXM, entry 18.9, mark 22.4",
        "hedge: qty 15, entry 18.9, mark 22.4",
        "15 vxm at 18.90 or 19.10, mark 22.40",
        "15 vxm, stop at 17, mark 22.4",
        "15 vxm at 18.9, last month 22.4",
        "sold fifteen vxm at 18.9, mark 22.4",
        "bought 15 vxm at 18.9, sold 5 at 20, mark 22.4",
    ],
)
def test_a_hedge_that_lacks_a_part_or_has_two_is_asked_about(session: Session, hedge: str) -> None:
    assert session.ask(f"combined break-evens: {CONDORS}; {hedge}", TODAY).route == "clarify"


def test_a_condor_that_was_bought_is_no_short_one(session: Session) -> None:
    for said in ("I bought a condor 5450/5550/6250/6350 for 17.60, 8 lots", "long 8 condors 5450/5550/6250/6350 for 17.60"):
        assert session.ask(f"break-evens: {said} and 15 vxm 18.9 -> 22.4", TODAY).route == "clarify"


@pytest.mark.parametrize("change", ["and with 15 vxm bought at 18.90, now 22.40?", "after adding a hedge of 15 vxm at 18.90 marked 22.40"])
def test_a_hedge_that_is_named_after_a_condor_gives_the_break_evens_with_it(session: Session, change: str) -> None:
    reply = session.ask(change, TODAY, [f"{CONDORS}, break-evens?"])
    assert reply.calculation is not None and reply.calculation["name"] == "break-even" and same([MINIS], given_inputs(reply)["hedges"])


@pytest.mark.parametrize(("change", "mark"), [("and if the minis go to 25?", 25.0), ("mark at 24", 24.0), ("and if they are marked at 17?", 17.0)])
def test_a_new_mark_is_that_of_the_only_hedge(session: Session, change: str, mark: float) -> None:
    reply = session.ask(change, TODAY, [f"combined break-evens: {CONDORS}, 15 vxm 18.90 -> 22.40"])
    assert same([{**MINIS, "mark_price": mark}], given_inputs(reply)["hedges"])


@pytest.mark.parametrize(
    ("first", "change"),
    [
        (f"combined break-evens: {CONDORS}, 15 vxm 18.90 -> 22.40", "what if I had 20 of them?"),
        (f"combined break-evens: {CONDORS}, 15 vxm 18.90 -> 22.40, 2 vx 20 -> 22", "marked at 24"),
    ],
)
def test_a_change_that_may_be_of_condors_or_of_either_hedge_is_asked_about(session: Session, first: str, change: str) -> None:
    assert session.ask(first, TODAY).route == "calculation"
    assert session.ask(change, TODAY, [first]).route == "clarify"


def shocks_of(*moves: tuple[float, float]) -> list[dict[str, float]]:
    """Shocks of SPX and the VIX."""
    return [{"spx_fraction": spx, "vix_points": vix} for spx, vix in moves]


@pytest.mark.parametrize(
    ("said", "moves"),
    [
        ("10 days fwd: spx -5% vix +8 | spx +3% vix -2 | unch unch", [(-0.05, 8), (0.03, -2), (0, 0)]),
        ("10 days ahead: spx -5% vix +8 / both unchanged", [(-0.05, 8), (0, 0)]),
        ("10 days ahead: spx -5% vix +8; no change", [(-0.05, 8), (0, 0)]),
        ("10 days ahead: spx -5% vix +8, no change in rates", [(-0.05, 8)]),
        (
            "10 days ahead: scenario one SPX falls 5 percent and VIX goes up 8 points; scenario two SPX up 3 percent and VIX down 2",
            [(-0.05, 8), (0.03, -2)],
        ),
        (
            "10 days ahead: scenario 1: SPX falls by 5 percent and VIX goes up by 8; scenario 2: SPX goes up 3 percent and VIX goes down 2",
            [(-0.05, 8), (0.03, -2)],
        ),
        ("10 days ahead: a) spx -5%, vix +8 b) spx +3%, vix -2", [(-0.05, 8), (0.03, -2)]),
        ("10 days out: down 5% / VIX +8, up 3% / VIX -2", [(-0.05, 8), (0.03, -2)]),
        ("ten days out (10 days): spx down 5% vix up 8", [(-0.05, 8)]),
        ("on day 10: spx moving -5% and vix moving +8", [(-0.05, 8)]),
        ("horizon_days=10, spx_fraction=-0.05 vix_points=8", [(-0.05, 8)]),
        ("10 days from now the SPX could be 5 percent lower and the VIX 8 points higher", [(-0.05, 8)]),
        ("10 days from now the market drops 5% and the vix spikes 8 points", [(-0.05, 8)]),
    ],
)
def test_shocks_are_read_with_their_signs_and_in_their_order(session: Session, said: str, moves: list[tuple[float, float]]) -> None:
    reply = session.ask(STRESS + said, TODAY)
    inputs = given_inputs(reply)
    assert reply.route == "calculation" and same(shocks_of(*moves), inputs["shocks"])
    assert (inputs["horizon_days"], inputs["days_to_expiry"]) == (10, 35)


@pytest.mark.parametrize(
    "said",
    [
        "10 days ahead: spx -5%; spx -3% vix +4",
        "10 days ahead: spx -5% vix +8, vix +4",
        "10 days ahead: spx 5% vix 8",
        "10 days ahead: spx -5% vix +40%",
        "10 days ahead: S&P falls by 5% and VIX goes from 18 to 26",
        "horizon 10 or 20 days: spx -5% vix +8",
    ],
)
def test_a_move_without_its_counterpart_or_sign_is_asked_about(session: Session, said: str) -> None:
    assert session.ask(STRESS + said, TODAY).route == "clarify"


def test_the_horizon_is_told_from_the_days_to_expiry_by_the_words_beside_each(session: Session) -> None:
    condor = "10 lots 5600/5700/6300/6400, credit 21.5, spx 6020, vol 16.5%; spx down 5% vix up 8"
    for days in ("one week out (7 days), 35 days to exp", "35 days remaining, in one week", "35 days to expiry. Seven days from now"):
        inputs = given_inputs(session.ask(f"scenario pnl, {days}: {condor}", TODAY))
        assert (inputs["horizon_days"], inputs["days_to_expiry"]) == (7, 35)


def test_an_expiry_given_as_a_date_counts_from_the_day_of_the_question(session: Session) -> None:
    question = (
        "scenario pnl as of 2026-05-08: condor 5600/5700/6300/6400 x 10 expiring 2026-06-18, 21.5 in, spx 6020, iv 16.5%, hedged with 2 VX expiring "
        "2026-06-17, entry 19.0 mark 19.0; horizon 10d; spx unchanged vix +10"
    )
    inputs = given_inputs(session.ask(question, TODAY))
    assert (inputs["as_of"], inputs["expiry"], inputs["horizon_days"], inputs["hedges"][0]["expiry"]) == (
        "2026-05-08",
        "2026-06-18",
        10,
        "2026-06-17",
    )


def test_new_shocks_take_the_place_of_those_before(session: Session) -> None:
    first = f"{STRESS}horizon 10 days: spx -5% vix +8"
    for said, moves in (("and spx -8% vix +15?", (-0.08, 15)), ("what if spx falls 10% and vix jumps 20?", (-0.1, 20))):
        assert same(shocks_of(moves), given_inputs(session.ask(said, TODAY, [first]))["shocks"])


def test_a_question_that_heads_its_numbers_asks_for_no_sentences(session: Session) -> None:
    for question in (
        f"where do combined BEs sit: {CONDORS}, hedge = 15 vxm in at 18.90 last 22.40",
        f"what are my break-evens and where is the most i keep: {CONDORS}, hedge = 15 vxm in at 18.90 last 22.40",
    ):
        assert session.ask(question, TODAY).route == "calculation"
    both = session.ask(f"why do break-evens move with a hedge, and where are they: {CONDORS}, 15 vxm 18.90 -> 22.40", TODAY)
    assert both.route == "both"
