"""RSI, MACD, constant maturity and the advance-decline line, against short references and values worked by hand."""

from __future__ import annotations

import math
import statistics
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import RulesError
from rules.signals.indicators import constant_maturity, cross_of, rsi_series

prices = st.integers(500, 9000).map(lambda cents: cents / 100)
walks = st.lists(prices, min_size=20, max_size=120)


def wilder(closes, period):
    """RSI by Wilder's own recipe: plain means first, then (n - 1) parts old and one part new."""
    changes = [after - before for before, after in pairwise(closes)]
    gain = sum(max(change, 0) for change in changes[:period]) / period
    loss = sum(max(-change, 0) for change in changes[:period]) / period
    found = []
    for number in range(period, len(changes) + 1):
        found.append(None if gain + loss == 0 else 100 * gain / (gain + loss))
        if number < len(changes):
            gain = (gain * (period - 1) + max(changes[number], 0)) / period
            loss = (loss * (period - 1) + max(-changes[number], 0)) / period
    return found


def ema(values, period, start):
    """Exponential average from the mean of the `period` values that end at `start`."""
    found = [sum(values[start - period + 1 : start + 1]) / period]
    for value in values[start + 1 :]:
        found.append(found[-1] + 2 / (period + 1) * (value - found[-1]))
    return found


def textbook_macd(closes, fast, slow, signal):
    """MACD, signal and histogram of the last two bars; the second last is None where it does not exist."""
    line = [quick - slower for quick, slower in zip(ema(closes, fast, slow - 1), ema(closes, slow, slow - 1), strict=True)]
    smooth = ema(line, signal, signal - 1)
    return line[-1], smooth[-1], line[-1] - smooth[-1], line[-2] - smooth[-2] if len(smooth) > 1 else None


def wave(count):
    return [18 + 3 * math.sin(number / 9) + math.cos(number / 2.3) for number in range(count)]


# --- RSI ----------------------------------------------------------------------------------------------------------


def test_rsi_of_five_closes_worked_by_hand(calculate):
    # Changes -0.7, +0.1, -1.3: means 1/30 and 2/3, RSI 100 / 21. Then -0.7: 2/90 and 61/90, RSI 200 / 63.
    result = calculate("rsi", {"closes": [22.5, 21.8, 21.9, 20.6, 19.9], "period_days": 3}).result
    assert result["series"] == pytest.approx([100 / 21, 200 / 63], abs=1e-9) and result["rsi"] == pytest.approx(200 / 63, abs=1e-9)


@given(walks, st.integers(2, 18))
def test_rsi_follows_wilders_recipe_on_any_closes(calculate, closes, period):
    result, expected = calculate("rsi", {"closes": closes, "period_days": period}).result, wilder(closes, period)
    assert [value is None for value in result["series"]] == [value is None for value in expected]
    assert all(a == pytest.approx(b, abs=1e-7) and 0 <= a <= 100 for a, b in zip(result["series"], expected, strict=True) if b is not None)


def test_rsi_without_a_period_takes_fourteen_days(calculate):
    closes = wave(90)
    assert calculate("rsi", {"closes": closes}).result["rsi"] == pytest.approx(wilder(closes, 14)[-1], abs=1e-9)


def test_rsi_of_closes_that_never_move_is_null_with_a_reason_and_not_zero(calculate):
    result = calculate("rsi", {"closes": [20.0] * 6, "period_days": 3}).result
    assert result["rsi"] is None and result["series"] == [None] * 3 and "not defined" in result["reason"]


def test_rsi_is_100_with_gains_only_and_0_with_losses_only(calculate):
    assert calculate("rsi", {"closes": [1, 2, 3, 3, 4.0], "period_days": 3}).result["rsi"] == 100
    falling = calculate("rsi", {"closes": [5, 4, 3, 3, 1.0], "period_days": 3}).result
    assert falling["rsi"] == 0 and falling["reason"] is None


def test_rsi_of_a_long_flat_stretch_after_gains_only_stays_100_and_after_both_is_not_zero():
    assert rsi_series([1.0, 2.0, 3.0] + [3.0] * 900, 2)[-1] == 100
    assert rsi_series([1.0, 2.0, 1.0, 2.0] + [2.0] * 1200, 2)[-1] is None
    assert rsi_series([3.0, 2.0, 1.0] + [1.0] * 900, 2)[-1] == 0


@pytest.mark.parametrize("count", range(1, 15))
def test_rsi_of_too_few_closes_is_refused_with_the_number_needed(calculate, count):
    with pytest.raises(RulesError, match="at least 15 for a period of 14") as caught:
        calculate("rsi", {"closes": [20.0 + number for number in range(count)]})
    assert caught.value.field == "closes" and f"{count} closes" in caught.value.problem


def test_fifteen_closes_are_enough_for_one_value_of_rsi(calculate):
    assert calculate("rsi", {"closes": [20.0 + number for number in range(15)]}).result["series"] == [100]


# --- MACD ---------------------------------------------------------------------------------------------------------


def test_macd_of_a_straight_line_is_half_its_slope_times_the_difference_of_the_spans(calculate):
    closes = [round(18 + number / 10, 1) for number in range(20)]
    result = calculate("macd", {"closes": closes, "fast": 3, "slow": 6, "signal": 3}).result
    assert (result["macd"], result["signal"]) == (pytest.approx(0.15), pytest.approx(0.15))
    assert result["histogram"] == 0 and result["cross"] is None


@given(st.lists(prices, min_size=40, max_size=120), st.integers(2, 12), st.integers(1, 12), st.integers(1, 12))
def test_macd_follows_the_textbook_on_any_closes(calculate, closes, fast, more, signal):
    result = calculate("macd", {"closes": closes, "fast": fast, "slow": fast + more, "signal": signal}).result
    macd, line, histogram, _ = textbook_macd(closes, fast, fast + more, signal)
    assert (result["macd"], result["signal"], result["histogram"]) == (
        pytest.approx(macd, abs=1e-8),
        pytest.approx(line, abs=1e-8),
        pytest.approx(histogram, abs=1e-8),
    )


def test_macd_without_settings_is_12_26_9(calculate):
    closes = wave(120)
    result = calculate("macd", {"closes": closes}).result
    assert [result[key] for key in ("macd", "signal", "histogram")] == pytest.approx(textbook_macd(closes, 12, 26, 9)[:3], abs=1e-9)


def test_a_cross_is_named_on_the_bar_it_happens_and_not_on_the_next(calculate):
    closes, seen = wave(120), set()
    for count in range(60, 120):
        *_, now, before = textbook_macd(closes[:count], 3, 6, 3)
        expected = "up" if before < 0 < now else "down" if before > 0 > now else None
        assert calculate("macd", {"closes": closes[:count], "fast": 3, "slow": 6, "signal": 3}).result["cross"] == expected
        seen.add(expected)
    assert seen == {"up", "down", None}


def test_leaving_zero_is_a_cross_and_coming_to_zero_is_none():
    assert [cross_of(0.0, 0.1), cross_of(0.0, -0.1), cross_of(0.1, 0.0), cross_of(-0.1, 0.0), cross_of(None, 1.0)] == ["up", "down", None, None, None]


@pytest.mark.parametrize("count", [1, 33])
def test_macd_of_too_few_closes_is_refused_with_the_number_needed(calculate, count):
    with pytest.raises(RulesError, match="at least 34"):
        calculate("macd", {"closes": wave(count)})


def test_thirty_four_closes_give_one_value_and_no_cross(calculate):
    assert calculate("macd", {"closes": wave(34)}).result["cross"] is None


@pytest.mark.parametrize(("fast", "slow"), [(6, 6), (7, 6)])
def test_a_fast_average_that_is_not_faster_is_refused(calculate, fast, slow):
    with pytest.raises(RulesError, match="not fewer than"):
        calculate("macd", {"closes": wave(60), "fast": fast, "slow": slow})


# --- constant maturity --------------------------------------------------------------------------------------------


def test_the_30_day_price_lies_between_two_futures_by_their_days(calculate):
    # 11 and 40 days: w = 10 / 29, price 20.1 - 0.9 * 10 / 29.
    front = {"closes": [19.2] * 60, "days_to_expiry": [11] * 60}
    second = {"closes": [20.1] * 60, "days_to_expiry": [40] * 60}
    result = calculate("macd", {"front": front, "second": second}).result
    assert result["price"] == pytest.approx(20.1 - 9 / 29) and result["macd"] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(("near", "far", "expected"), [(30, 58, 19.0), (31, 59, 19.0), (45, 73, 19.0), (2, 30, 21.0), (1, 29, 21.0), (16, 44, 20.0)])
def test_outside_its_two_contracts_the_constant_maturity_takes_the_nearer_one(near, far, expected):
    assert constant_maturity([19.0], [21.0], [near], [far], 30) == [expected]


def test_expiries_with_dates_count_the_same_as_days(calculate):
    dates = [f"2026-{month:02d}-{day:02d}" for month in (1, 2, 3) for day in range(1, 21)]
    days = [(date(2026, 3, 21) - date.fromisoformat(day)).days for day in dates]
    closes, later = wave(60), [price + 1 for price in wave(60)]
    by_days = {"front": {"closes": closes, "days_to_expiry": days}, "second": {"closes": later, "days_to_expiry": [day + 35 for day in days]}}
    by_dates = {
        "dates": dates,
        "front": {"closes": closes, "expiries": ["2026-03-21"] * 60},
        "second": {"closes": later, "expiries": ["2026-04-25"] * 60},
    }
    assert calculate("macd", by_days).result == calculate("macd", by_dates).result


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({}, "give closes or both futures series"),
        ({"front": {"closes": [1.0], "days_to_expiry": [3]}}, "give closes or both futures series"),
        ({"closes": [1.0], "front": {"closes": [1.0], "days_to_expiry": [3]}}, "exclude each other"),
        ({"front": {"closes": [1.0], "days_to_expiry": [30]}, "second": {"closes": [1.0], "days_to_expiry": [30]}}, "expire in this order"),
        ({"front": {"closes": [1.0], "days_to_expiry": [30]}, "second": {"closes": [1.0, 2.0], "days_to_expiry": [60, 61]}}, "give one for each"),
        ({"front": {"closes": [1.0], "expiries": ["2026-06-17"]}, "second": {"closes": [1.0], "days_to_expiry": [60]}}, "dates: are missing"),
        ({"front": {"closes": [1.0]}, "second": {"closes": [1.0], "days_to_expiry": [60]}}, "front: needs days_to_expiry or expiries"),
        ({"closes": [1.0, 2.0], "dates": ["2026-06-17"]}, "dates: has 1 entries for 2"),
    ],
)
def test_futures_series_that_do_not_fit_each_other_are_refused(calculate, raw, words):
    with pytest.raises(RulesError) as caught:
        calculate("macd", raw)
    assert words in str(caught.value)


# --- advance-decline line -----------------------------------------------------------------------------------------


def breadth(nets, closes=None):
    raw = {"advances": [1500.0 + max(net, 0) for net in nets], "declines": [1500.0 + max(-net, 0) for net in nets]}
    return raw if closes is None else raw | {"closes": closes}


def test_the_line_is_the_running_sum_of_advances_less_declines(calculate):
    raw = {"advances": [1510, 1320, 2040], "declines": [1290, 1580, 760]}
    result = calculate("advance-decline", raw).result
    assert (result["line"], result["average"], result["weak"], result["divergence"]) == (1240, None, None, None)
    assert "51 days are needed, 3 are given" in result["reason"] and "closes of the index are missing" in result["reason"]


@given(st.lists(st.integers(-2000, 2000), min_size=50, max_size=90))
def test_the_average_is_the_mean_of_the_last_fifty_values_of_the_line(calculate, nets):
    line = [sum(nets[: number + 1]) for number in range(len(nets))]
    assert calculate("advance-decline", breadth(nets)).result["average"] == pytest.approx(statistics.fmean(line[-50:]), abs=1e-6)


def test_fifty_days_have_an_average_and_forty_nine_have_none(calculate):
    assert calculate("advance-decline", breadth([1] * 50)).result["average"] == 25.5
    assert calculate("advance-decline", breadth([1] * 49)).result["average"] is None


def weak(calculate, nets, closes=None):
    return calculate("advance-decline", breadth(nets, closes)).result["weak"]


def test_one_close_below_the_average_is_not_enough_and_two_are(calculate):
    rising, flat = [10] * 60, [100.0] * 30 + [50.0] * 32
    assert weak(calculate, [*rising, -400], flat[:61]) is False
    assert weak(calculate, [*rising, -400, -10], flat) is True
    assert weak(calculate, [*rising, -400, 400], flat) is False


def test_the_average_is_judged_from_51_days_on_since_two_closes_are_compared_with_it(calculate):
    assert weak(calculate, [-1] * 51) is True
    assert weak(calculate, [-1] * 50) is None


def test_a_line_that_is_not_below_its_average_is_not_called_strong_while_divergence_is_unknown(calculate):
    assert weak(calculate, [10] * 80) is None
    assert weak(calculate, [10] * 59, [100.0] * 59) is None
    assert weak(calculate, [10] * 60, [100.0] * 60) is False


def gap_line(gap):
    """Daily nets of 60 days whose line ends `gap` sample deviations below its high and above its mean."""
    low, high = 0.0, 1e6
    shape = [1000.0 * (number % 2) for number in range(30)] + [8000.0 + number for number in range(28)]
    peak = 9000.0
    for _ in range(200):
        drop = (low + high) / 2
        line = [*shape, peak, peak - drop]
        low, high = (drop, high) if drop / statistics.stdev(line) < gap else (low, drop)
    line = [*shape, peak, peak - low]
    assert line[-1] > statistics.fmean(line[-50:])
    return [after - before for before, after in zip([0.0, *line], line, strict=False)]


@pytest.mark.parametrize(("gap", "diverges"), [(0.495, False), (0.505, True)])
def test_the_line_diverges_from_half_a_deviation_below_its_high_on(calculate, gap, diverges):
    result = calculate("advance-decline", breadth(gap_line(gap), [100.0] * 60)).result
    assert (result["divergence"], result["weak"]) == (diverges, diverges)


@pytest.mark.parametrize(("last", "diverges"), [(100.0, True), (99.0, True), (98.995, False), (98.0, False)])
def test_the_index_counts_as_near_its_high_within_one_percent(calculate, last, diverges):
    assert calculate("advance-decline", breadth(gap_line(0.9), [100.0] * 59 + [last])).result["divergence"] is diverges


def test_the_highs_are_those_of_sixty_days_and_not_of_sixty_one(calculate):
    nets = gap_line(0.9)
    for back, diverges in ((60, True), (59, False)):
        closes = [90.0] * 61
        closes[-1 - back] = 100.0
        assert calculate("advance-decline", breadth([0.0, *nets], closes)).result["divergence"] is diverges, back
    assert calculate("advance-decline", breadth(nets[1:], [90.0] * 59)).result["divergence"] is None


def test_series_of_different_lengths_are_refused(calculate):
    with pytest.raises(RulesError, match="declines: has 1 entries for 2 advances"):
        calculate("advance-decline", {"advances": [1.0, 2.0], "declines": [1.0]})


# --- what is loaded -----------------------------------------------------------------------------------------------


def test_rsi_and_macd_load_neither_pandas_nor_polars_even_where_they_are_installed(fresh, tmp_path):
    for name in ("pandas", "polars"):
        (tmp_path / f"{name}.py").write_text("class Series: pass\n", encoding="utf-8")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from rules.engine import run; from rules.parameters import load_parameters\n"
        "run('rsi', {'closes': [1.0, 2.0, 1.5, 3.0], 'period_days': 2}, load_parameters())\n"
        "print([name for name in ('talib', 'numpy', 'pandas', 'polars', 'scipy') if name in sys.modules])\n"
        "import pandas; print(pandas.Series)"
    )
    done = fresh("-c", code, module=False)
    assert done.stdout.decode().splitlines() == ["['talib', 'numpy']", "<class 'pandas.Series'>"], done.stderr


def test_levels_breadth_and_macro_load_no_numpy(fresh):
    code = (
        "import sys\nfrom rules.engine import run; from rules.parameters import load_parameters; from rules.catalogue import calculator\n"
        "for name in ('advance-decline', 'capm-levels', 'macro-signal'):\n    run(name, calculator(name).EXAMPLE, load_parameters())\n"
        "print([name for name in ('talib', 'numpy') if name in sys.modules])"
    )
    assert fresh("-c", code, module=False).stdout.decode().strip() == "[]"
