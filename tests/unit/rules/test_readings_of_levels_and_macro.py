"""CAPM levels and macro releases read from series; ages, days and the record of every reading."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.signals import gates
from tests.unit.rules.signal_series import AS_OF, NAMES, breadth, days, one, read, rising, wave

# --- CAPM levels --------------------------------------------------------------------------------------------------


def edge(spot, vix, z=1.0, days_ahead=10, beta=1.0, risk_free=0.04):
    """Level of docs/DEFINITIONS.md at a distance; a negative one is above."""
    s, t = vix / 100, days_ahead / 252
    mean = risk_free + beta * 0.05 * (vix / 19.5) ** 2
    return spot * math.exp((mean - s * s / 2) * t - z * s * math.sqrt(t))


def capm(*last, before=20, vix=19.5, **more):
    closes = [5000.0] * before + list(last)
    return {"spx_closes": closes, "vix_closes": [vix] * len(closes), "risk_free_fraction": 0.04, "dates": days(len(closes)), **more}


LOWER, UPPER = edge(5000, 19.5), edge(5000, 19.5, -1)
JUST = 1e-6


@pytest.mark.parametrize(
    ("last", "state"),
    [
        ((LOWER - JUST, LOWER - JUST), "pass"), ((LOWER - JUST, LOWER + JUST), "fail"), ((LOWER + JUST, LOWER - JUST), "fail"),
        ((UPPER + JUST, UPPER + JUST), "pass"), ((UPPER + JUST, UPPER - JUST), "fail"), ((LOWER - JUST, UPPER + JUST), "fail"), ((5000.0, 5000.0), "fail"),
    ],
)  # fmt: skip
def test_a_close_beyond_a_level_counts_once_the_next_is_still_beyond_it(last, state):
    assert one("capm", capm(*last)).state == state


def test_a_breach_that_waits_for_its_confirmation_says_so_and_one_that_was_not_confirmed_too():
    assert "which the next close has to confirm" in one("capm", capm(4700.0)).reason
    assert "did not confirm it" in one("capm", capm(4700.0, 5000.0)).reason


def test_the_anchor_lies_ten_closes_before_each_close():
    closes = [5000.0 + 10 * number for number in range(30)]
    vix = [15.0 + 0.5 * number for number in range(30)]
    entry = one("capm", {"spx_closes": closes, "vix_closes": vix, "risk_free_fraction": 0.04})
    expected = min(closes[-1] - edge(closes[19], vix[19]), edge(closes[19], vix[19], -1) - closes[-1])
    assert entry.distance_to_trigger == pytest.approx(expected, abs=1e-8) and entry.distance_unit == "index_points"


def test_both_the_level_that_triggers_and_the_one_that_is_shown_are_told():
    reason = one("capm", capm(5000.0)).reason
    assert "at z = 1;" in reason and "at z = 2" in reason and f"{edge(5000, 19.5, 2):,.4f}".rstrip("0") in reason


def test_capm_needs_twelve_closes():
    assert one("capm", capm(before=12)).state == "fail"
    short = one("capm", capm(before=11))
    assert short.state == "not_evaluated" and "12 closes are needed, 11 are given" in short.reason


def test_a_confirmed_breach_holds_since_the_close_that_confirmed_it():
    assert one("capm", capm(4700.0, 4690.0, 4680.0, 4670.0)).since == AS_OF - timedelta(days=2)


@given(st.lists(st.sampled_from([5000.0, 4950.0, 4800.0, 4700.0, 5100.0, 5200.0]), min_size=12, max_size=30), st.integers(10, 40))
def test_the_state_follows_the_levels_on_any_closes(closes, vix):
    raw = {"spx_closes": closes, "vix_closes": [float(vix)] * len(closes), "risk_free_fraction": 0.04}
    anchor = closes[-12]
    low, high = edge(anchor, vix), edge(anchor, vix, -1)
    confirmed = (closes[-2] < low and closes[-1] < low) or (closes[-2] > high and closes[-1] > high)
    assert one("capm", raw).state == ("pass" if confirmed else "fail")


ANCHOR = {"spot": 5000, "implied_volatility": 0.195, "horizon_days": 10, "risk_free_fraction": 0.04}


@pytest.mark.parametrize(
    ("more", "state", "words"),
    [
        ({}, "not_evaluated", "give spot_now"),
        ({"spot_now": 5000}, "fail", "lies between the levels"),
        ({"spot_now": LOWER - JUST}, "not_evaluated", "give spot_before"),
        ({"spot_now": LOWER - JUST, "spot_before": LOWER - JUST}, "pass", "still beyond it"),
        ({"spot_now": LOWER - JUST, "spot_before": LOWER + JUST}, "fail", "has to confirm"),
        ({"spot_now": 5000, "spot_before": LOWER - JUST}, "fail", "did not confirm"),
    ],
)
def test_one_anchor_with_the_last_closes_is_judged_alike(more, state, words):
    entry = one("capm", ANCHOR | more)
    assert entry.state == state and words in entry.reason


# --- macro --------------------------------------------------------------------------------------------------------


def release_rows(count=38, last=0.05):
    """Releases of which only the last departs from the others, a month apart, the last on the day of the plan."""
    values = [0.001 * (number % 3) for number in range(count - 1)] + [last]
    rows = [{"cpi_yoy_fraction": 0.02 + value, "ppi_yoy_fraction": 0.02} for value in values]
    return rows[-1] | {"history": rows[:-1], "dates": [(AS_OF - timedelta(days=30 * (count - 1 - number))).isoformat() for number in range(count)]}


def test_a_crossing_with_the_last_release_passes_since_its_day():
    entry = one("macro", release_rows())
    assert (entry.state, entry.since, entry.distance_unit) == ("pass", AS_OF, "z_score") and entry.distance_to_trigger < 0
    assert entry.read == f"38 releases, {AS_OF - timedelta(days=1110)} to {AS_OF}"


def test_a_release_dated_after_the_plan_is_not_read():
    before = one("macro", release_rows(39), AS_OF - timedelta(days=1))
    assert before.state == "fail" and before.read.startswith("38 releases")


@pytest.mark.parametrize(("age", "state"), [(45, "pass"), (46, "not_evaluated")])
def test_a_release_counts_for_45_days(age, state):
    entry = one("macro", release_rows(), AS_OF + timedelta(days=age))
    assert entry.state == state
    assert state == "pass" or "46 days before" in entry.reason


@pytest.mark.parametrize(("surprise", "state"), [(9.995, "fail"), (10.0, "pass"), (-10.0, "pass")])
def test_an_fomc_surprise_of_ten_basis_points_passes(surprise, state):
    entry = one("macro", {"fomc_surprise_bp": surprise, "decided_on": "2026-05-06"})
    assert (entry.state, entry.since) == (state, date(2026, 5, 6) if state == "pass" else None)
    assert entry.distance_to_trigger == pytest.approx(10 - abs(surprise)) and entry.distance_unit == "bp"


@pytest.mark.parametrize(
    ("day", "state"), [("2026-05-09", "not_evaluated"), ("2026-05-08", "pass"), ("2026-03-24", "pass"), ("2026-03-23", "not_evaluated")]
)
def test_a_decision_counts_from_its_day_on_for_45_days(day, state):
    assert one("macro", {"fomc_surprise_bp": 12.0, "decided_on": day}).state == state


def test_a_release_that_is_too_old_leaves_a_small_surprise_unjudged_but_not_a_large_one():
    later = AS_OF + timedelta(days=46)
    for surprise, state in ((5.0, "not_evaluated"), (12.0, "pass")):
        assert one("macro", release_rows() | {"fomc_surprise_bp": surprise}, later).state == state


# --- rows, ages, days ---------------------------------------------------------------------------------------------


def full(count=200, last=AS_OF):
    """Every signal with dated series."""
    prices, dated = wave(count), days(count, last)
    return {
        "macd": {"closes": prices, "dates": dated},
        "advance_decline": breadth([100 * math.sin(number / 5) for number in range(count)], [4000.0 + number for number in range(count)]) | {"dates": dated},
        "rsi": {"closes": prices, "dates": dated},
        "capm": {"spx_closes": [5000 + 100 * math.sin(number / 4) for number in range(count)], "vix_closes": prices, "risk_free_fraction": 0.04, "dates": dated},
        "macro": release_rows(39),
    }  # fmt: skip


def longer(raw, rows, seed):
    """The same series with rows after the day of the plan."""
    dated = [(AS_OF + timedelta(days=1 + number)).isoformat() for number in range(rows)]
    found = {}
    for name, series in raw.items():
        if name == "macro":
            current = {key: series[key] for key in ("cpi_yoy_fraction", "ppi_yoy_fraction")}
            later = [{"cpi_yoy_fraction": 0.1 + seed / 2000, "ppi_yoy_fraction": -0.1}] * rows
            history = [*series["history"], current, *later][: len(series["history"]) + rows]
            found[name] = (later[-1] if rows else current) | {"history": history, "dates": series["dates"] + dated}
        else:
            grown = {
                key: values + [5.0 + seed + number for number in range(rows)]
                for key, values in series.items()
                if isinstance(values, list) and key != "dates"
            }
            found[name] = series | grown | {"dates": series["dates"] + dated}
    return found


@given(st.integers(0, 12), st.integers(0, 900))
def test_rows_after_the_day_of_the_plan_change_nothing(rows, seed):
    board, ledger = read(full())
    later_board, later_ledger = read(longer(full(), rows, seed))
    assert later_board == board and [step.as_dict() for step in later_ledger.steps] == [step.as_dict() for step in ledger.steps]


@pytest.mark.parametrize("name", ["macd", "advance_decline", "rsi", "capm"])
def test_a_series_tells_how_many_rows_were_read_and_their_days(name):
    assert one(name, full()[name]).read.endswith(f", {AS_OF - timedelta(days=199)} to {AS_OF}") and one(name, full()[name]).read.startswith("200 ")
    undated = {key: value for key, value in full()[name].items() if key != "dates"}
    entry = one(name, undated)
    assert "without dates" in entry.read and entry.since is None and entry.state == one(name, full()[name]).state


@pytest.mark.parametrize("name", ["macd", "advance_decline", "rsi", "capm"])
def test_rows_older_than_five_days_are_not_judged(name):
    assert one(name, full()[name], AS_OF + timedelta(days=5)).state in ("pass", "fail")
    old = one(name, full()[name], AS_OF + timedelta(days=6))
    assert (old.state, old.since, old.distance_to_trigger) == ("not_evaluated", None, None) and "6 days before" in old.reason


@pytest.mark.parametrize("name", NAMES)
def test_series_that_begin_after_the_plan_are_not_evaluated(name):
    entry = one(name, full()[name], date(2020, 1, 1))
    assert entry.state == "not_evaluated" and "2020-01-01 or before" in entry.reason


@pytest.mark.parametrize("name", ["macd", "advance_decline", "rsi", "capm"])
def test_one_row_is_never_a_failing_signal(name):
    single = {key: value[:1] if isinstance(value, list) else value for key, value in full(1).get(name).items()}
    assert one(name, single).state == "not_evaluated"


# --- the record ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw", [full(), {}, {"capm": ANCHOR | {"spot_now": 4000}}, {"macro": {"rate_change_bp": 3.5, "decision_day": 10, "month_days": 31}}]
)
def test_every_number_of_the_board_is_a_step_and_every_step_uses_earlier_ones(raw):
    board, ledger = read(raw)
    gates.layer_1(gates.states(list(board.values())), ledger)
    gates.layer_2(gates.states(list(board.values())), ledger)
    seen = {}
    for step in ledger.steps:
        assert all(name in seen and seen[name] == value for name, value in step.inputs.items()), step.name
        assert step.unit and step.formula and (step.basis not in ("assumed", "estimated") or step.note), step.name
        seen[step.name] = step.value
    for name, entry in board.items():
        assert seen[f"signals.{name}"] == entry.state and seen[f"{name}_base_rate_fraction"] == entry.base_rate_fraction
        if entry.distance_to_trigger is not None:
            assert seen[f"signals.{name}.distance_to_trigger"] == entry.distance_to_trigger
        if entry.since is not None:
            assert seen[f"signals.{name}.since"] == entry.since


def test_series_arm_the_layers_like_states_do():
    raw = {"macd": {"closes": rising(150)}, "advance_decline": breadth([10.0] * 100 + [-400.0, -10.0], None), "capm": capm(4700.0, 4690.0)}
    board, ledger = read(raw)
    found = gates.states(list(board.values()))
    assert gates.layer_1(found, ledger).armed and gates.layer_2(found, ledger).armed
    assert "the advance-decline line passes" in gates.layer_1(found, ledger).reason


def test_a_plan_orders_futures_on_series_that_arm_them_and_shows_what_was_read(plan, worked):
    weak = breadth([10.0] * 100 + [-400.0, -10.0], [200.0 - number for number in range(102)])
    worked["signals"] = {"macd": {"closes": rising(150), "dates": days(150)}, "advance_decline": weak}
    result = plan(worked)
    assert [order["instrument"] for order in result["orders"]] == ["vx"]
    assert result["signals"][0]["read"] == f"150 closes, {days(150)[0]} to 2026-05-08" and result["signals"][1]["since"] == "2026-05-08"
    worked["signals"]["macd"] = {"closes": rising(149), "dates": days(149)}
    assert plan(worked)["orders"] == [] and "is not evaluated" in plan(worked)["summary"]
