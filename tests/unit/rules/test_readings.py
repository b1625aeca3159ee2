"""The board of signals: evaluated on series up to the day of the plan, three-valued, with since when and how far from the trigger."""

from __future__ import annotations

import statistics
from datetime import date, timedelta
from itertools import pairwise

import pytest

from rules.errors import RulesError
from tests.unit.rules.signal_series import AS_OF, NAMES, breadth, days, one, read, rising, wave

# --- states that are given ----------------------------------------------------------------------------------------


def test_a_state_that_is_given_stays_and_has_no_distance():
    board, _ = read({"macd": "pass", "rsi": {"state": "fail", "since": "2026-05-06"}})
    assert (board["macd"].state, board["macd"].since, board["macd"].read) == ("pass", None, "state given")
    assert (board["rsi"].state, board["rsi"].since) == ("fail", date(2026, 5, 6))
    assert [board[name].state for name in ("advance_decline", "capm", "macro")] == ["not_evaluated"] * 3
    assert all(entry.distance_to_trigger is None and entry.distance_unit is None for entry in board.values())


@pytest.mark.parametrize(
    ("name", "word", "state"),
    [("macd", "bullish", "pass"), ("macd", "bearish", "fail"), ("advance_decline", "weak", "pass"), ("advance_decline", "divergent", "pass"),
     ("advance_decline", "strong", "fail")],
)  # fmt: skip
def test_the_words_of_a_next_step_stand_for_their_states(name, word, state):
    board, ledger = read({name: word})
    assert board[name].state == state
    steps = {step.name: step.value for step in ledger.steps}
    assert (steps[f"signals.{name}.said"], steps[f"signals.{name}"]) == (word, state)


@pytest.mark.parametrize(("name", "word"), [("macd", "weak"), ("advance_decline", "bullish"), ("rsi", "bullish")])
def test_a_word_of_another_signal_is_refused(name, word):
    with pytest.raises(RulesError, match=rf"signals\.{name}"):
        read({name: word})


def test_a_state_since_a_day_after_the_plan_is_refused():
    assert one("rsi", {"state": "pass", "since": "2026-05-08"}).since == AS_OF
    with pytest.raises(RulesError, match=r"signals\.rsi\.since"):
        read({"rsi": {"state": "pass", "since": "2026-05-09"}})


def test_every_signal_shows_its_base_rate_and_what_history_says():
    board, _ = read({})
    assert [board[name].base_rate_fraction for name in NAMES] == [0.47, 0.35, 0.30, 0.12, 0.06]
    history = board["macd"].history
    assert history == board["advance_decline"].history
    for words in (
        "both passed on 20% of days",
        "before 39 of the 110 days on which the VIX rose 20% or more",
        "not before 2020-02-24 nor 2024-08-05",
    ):
        assert words in history
    assert "on 10.0% of days" in board["capm"].history and "on 1.7%" in board["capm"].history


def test_states_that_are_given_load_no_numpy(fresh):
    code = (
        "import sys; from datetime import date\nfrom rules.signals import gates as signals; from rules.planning.inputs import Signals; from rules.ledger import Ledger\n"
        "from rules.parameters import load_parameters\n"
        "signals.board(Signals(macd='pass'), date(2026, 5, 8), Ledger(load_parameters()))\n"
        "print([name for name in ('numpy', 'talib', 'rules.signals.evaluation') if name in sys.modules])"
    )
    assert fresh("-c", code, module=False).stdout.decode().strip() == "[]"


@pytest.mark.parametrize(
    ("raw", "where"),
    [
        ({"macd": "sideways"}, "signals.macd"), ({"macd": 3}, "signals.macd"), ({"rsi": [1.0]}, "signals.rsi"), ({"capm": None}, "signals.capm"),
        ({"rsi": {"closes": [1.0, -2.0]}}, "signals.rsi.closes.1"), ({"rsi": {"closes": [1.0, float("nan")]}}, "signals.rsi.closes.1"),
        ({"macd": {"closes": [1.0, 2.0], "dates": ["2026-05-08", "2026-05-07"]}}, "signals.macd.dates"),
        ({"macd": {"closes": [1.0, 2.0], "dates": ["2026-05-08", "2026-05-08"]}}, "signals.macd.dates"),
        ({"rsi": {"closes": [1.0, 2.0], "dates": ["2026-05-08"]}}, "signals.rsi"), ({"rsi": {"closes": [1.0], "colour": 1}}, "signals.rsi.colour"),
        ({"macd": {"closes": wave(160), "fast": 30}}, "signals.macd.fast"), ({"macro": {}}, "signals.macro"),
        ({"macd": {"spot": 1.0}}, "signals.macd.spot"), ({"capm": {"spot": 1.0}}, "signals.capm.risk_free_fraction"),
        ({"advance_decline": {"advances": [1.0], "declines": [1.0], "dates": ["2026-13-01"]}}, "signals.advance_decline.dates.0"),
        ({"capm": {"spx_closes": [1.0], "vix_closes": [1.0, 2.0], "risk_free_fraction": 0.04}}, "signals.capm.vix_closes"),
        ({"macro": {"fomc_surprise_bp": 5.0, "dates": ["2026-05-08"]}}, "signals.macro"),
    ],
)  # fmt: skip
def test_a_signal_that_cannot_be_read_is_refused_with_its_path(raw, where):
    with pytest.raises(RulesError) as caught:
        read(raw)
    assert caught.value.field == where and caught.value.remedy


# --- MACD ---------------------------------------------------------------------------------------------------------


def histogram(closes, fast=12, slow=26, signal=9):
    """MACD less its signal line from the first bar that has both, each average started from a plain mean."""

    def ema(values, period, start):
        found = [sum(values[start - period + 1 : start + 1]) / period]
        for value in values[start + 1 :]:
            found.append(found[-1] + 2 / (period + 1) * (value - found[-1]))
        return found

    line = [quick - slower for quick, slower in zip(ema(closes, fast, slow - 1), ema(closes, slow, slow - 1), strict=True)]
    return [value - smooth for value, smooth in zip(line[signal - 1 :], ema(line, signal, signal - 1), strict=True)]


def test_macd_passes_exactly_when_the_histogram_is_above_zero_on_the_last_two_closes():
    closes, states = wave(260), []
    for count in range(150, 261):
        last = histogram(closes[:count])[-2:]
        entry = one("macd", {"closes": closes[:count], "dates": days(count)})
        states.append(entry.state)
        assert entry.state == ("pass" if min(last) > 0 else "fail"), count
        assert entry.distance_to_trigger == pytest.approx(-last[-1], abs=1e-9) and entry.distance_unit == "index_points"
        changes = [number for number in range(1, len(states)) if states[number] != states[number - 1]]
        since = None if not changes else AS_OF - timedelta(days=len(states) - 1 - changes[-1])
        assert entry.since == since, count
    assert {"pass", "fail"} == set(states)


def test_a_histogram_above_zero_on_one_close_does_not_pass_and_on_two_does():
    closes = wave(260)
    above = [value > 0 for value in histogram(closes)]
    first = next(at for at in range(130, len(above)) if above[at] and not above[at - 1]) + 34
    assert [one("macd", {"closes": closes[:count]}).state for count in (first, first + 1)] == ["fail", "pass"]


def test_macd_needs_150_closes():
    assert one("macd", {"closes": rising(150), "dates": days(150)}).state == "pass"
    short = one("macd", {"closes": rising(149), "dates": days(149)})
    assert (short.state, short.distance_to_trigger, short.since) == ("not_evaluated", None, None)
    assert "150 closes are needed, 149 are given" in short.reason and "149 closes" in short.read


def test_macd_reads_the_30_day_price_of_two_futures():
    count = 160
    front, second = wave(count), [price + 1.5 for price in wave(count)]
    near = [33 - number % 30 for number in range(count)]
    weights = [min(1.0, max(0.0, (day + 30 - 30) / 30)) for day in near]
    price = [weight * first + (1 - weight) * later for weight, first, later in zip(weights, front, second, strict=True)]
    raw = {"front": {"closes": front, "days_to_expiry": near}, "second": {"closes": second, "days_to_expiry": [day + 30 for day in near]}}
    assert one("macd", raw).distance_to_trigger == pytest.approx(-histogram(price)[-1], abs=1e-9)


# --- advance-decline line -----------------------------------------------------------------------------------------


def test_breadth_passes_when_weak_fails_when_not_and_says_the_distance_to_its_average():
    nets = [10.0] * 100 + [-400.0, -10.0]
    line = [sum(nets[: number + 1]) for number in range(102)]
    falling = [200.0 - number for number in range(102)]
    for count, state, since in ((101, "fail", None), (102, "pass", AS_OF)):
        entry = one("advance_decline", breadth(nets[:count], falling[:count]))
        assert (entry.state, entry.since, entry.distance_unit) == (state, since, "issues")
        assert entry.distance_to_trigger == pytest.approx(line[count - 1] - statistics.fmean(line[count - 50 : count]))


def test_breadth_without_the_index_is_weak_or_not_evaluated_and_never_strong():
    weak = breadth([10.0] * 100 + [-400.0, -10.0], None)
    assert one("advance_decline", weak).state == "pass"
    strong = one("advance_decline", breadth([10.0] * 100, None))
    assert strong.state == "not_evaluated" and "closes of the index are missing" in strong.reason


def test_breadth_is_judged_from_sixty_days_on():
    assert one("advance_decline", breadth([10.0] * 60, [100.0] * 60)).state == "fail"
    assert one("advance_decline", breadth([10.0] * 59, [100.0] * 59)).state == "not_evaluated"


# --- RSI ----------------------------------------------------------------------------------------------------------


def closes_for(targets, count=150):
    """`count` closes whose last RSI values (Wilder, 14 days) are the targets: each next change is solved for."""
    closes = [500 + 0.2 * (number % 2) for number in range(count - len(targets))]
    changes = [after - before for before, after in pairwise(closes)]
    gain, loss = (sum(max(sign * change, 0) for change in changes[:14]) / 14 for sign in (1, -1))
    for change in changes[14:]:
        gain, loss = (gain * 13 + max(change, 0)) / 14, (loss * 13 + max(-change, 0)) / 14
    for target in targets:
        ratio = target / (100 - target)
        change = 13 * (ratio * loss - gain) if ratio * loss >= gain else -13 * (gain / ratio - loss)
        gain, loss = (gain * 13 + max(change, 0)) / 14, (loss * 13 + max(-change, 0)) / 14
        closes.append(closes[-1] + change)
    assert min(closes) > 0
    return closes


def rsi_state(*targets, count=150):
    return one("rsi", {"closes": closes_for(targets, count), "dates": days(count)}).state


LOW, MID = [30.0] * 8, [45.0] * 8


@pytest.mark.parametrize(("top", "state"), [(49.995, "fail"), (50.005, "pass")])
def test_an_upward_cross_of_fifty_triggers_and_the_next_close_confirms_it(top, state):
    assert rsi_state(*MID, top, top + 0.001) == state
    assert rsi_state(*MID, top) == "fail"


def test_an_rsi_that_falls_on_the_next_close_does_not_confirm():
    assert rsi_state(*MID, 51.0, 50.9) == "fail"
    assert rsi_state(*MID, 51.0, 51.1) == "pass"


@pytest.mark.parametrize(("top", "state"), [(39.995, "fail"), (40.005, "pass")])
def test_a_rise_of_ten_points_triggers_too(top, state):
    assert rsi_state(*LOW, top, top + 0.001) == state


def test_the_rise_is_measured_from_the_lowest_of_the_five_days_before():
    assert rsi_state(*LOW, 32.1, 34.2, 36.3, 38.4, 40.5, 40.6) == "pass"
    assert rsi_state(*LOW, 31.9, 33.8, 35.7, 37.6, 39.5, 41.4, 41.5) == "fail"
    assert rsi_state(*[40.0] * 8, 30.0, 36.0, 40.5, 40.6) == "pass"


@pytest.mark.parametrize(("day", "state"), [(1, "pass"), (2, "pass"), (4, "pass"), (5, "pass"), (6, "fail")])
def test_a_confirmed_trigger_is_valid_on_five_days_and_lapses_on_the_sixth(day, state):
    entry = one("rsi", {"closes": closes_for([*MID, 50.5, 50.6, *[50.6] * (day - 1)], 170), "dates": days(170)})
    assert entry.state == state
    assert entry.since == (AS_OF - timedelta(days=day - 1) if state == "pass" else AS_OF)


def test_rsi_needs_150_closes():
    assert rsi_state(*MID, 51.0, 51.1, count=150) == "pass"
    short = one("rsi", {"closes": closes_for([*MID, 51.0, 51.1], 149)})
    assert short.state == "not_evaluated" and "150 closes are needed, 149 are given" in short.reason


@pytest.mark.parametrize(
    ("targets", "distance"),
    [([*MID], 5.0), ([*LOW], 10.0), ([*LOW, 36.0], 4.0), ([*MID, 55.0], 0.0), ([*[60.0] * 8], 10.0), ([*[42.0] * 8, 48.0], 2.0)],
)
def test_the_distance_of_the_rsi_is_to_the_nearer_of_its_two_triggers(targets, distance):
    entry = one("rsi", {"closes": closes_for(targets)})
    assert entry.distance_to_trigger == pytest.approx(distance, abs=1e-6) and entry.distance_unit == "rsi_points"


def test_a_vix_that_never_moves_has_no_rsi_signal_rather_than_a_failing_one():
    flat = one("rsi", {"closes": [20.0] * 200, "dates": days(200)})
    assert flat.state == "not_evaluated" and "not defined" in flat.reason
