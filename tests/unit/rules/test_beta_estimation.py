"""Betas of VX futures from a settlement file, and the parameter file they become."""

from __future__ import annotations

import random
from datetime import date, timedelta

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import RulesError
from rules.parameter_file import overlaid
from rules.vix.beta_estimation import Settlement, estimate_betas, overlay_text, read_settlements, read_vix_closes
from rules.vix.expiries import is_business_day

TABLE = [{"from": 0, "to": 3}, {"from": 3, "to": 7}, {"from": 7, "to": 270}]
MONDAY = date(2026, 6, 1)


def business_days(count, start=MONDAY):
    days = []
    while len(days) < count:
        if is_business_day(start):
            days.append(start)
        start += timedelta(days=1)
    return days


def closes(days, values):
    return dict(zip(days, values, strict=True))


def rows_of(days, prices, expiry):
    return [Settlement(day, expiry, price) for day, price in zip(days, prices, strict=True)]


def test_a_future_that_moves_half_a_point_a_vix_point_has_a_beta_of_one_half():
    days = business_days(4)
    found = estimate_betas(rows_of(days, [20, 21, 20.5, 22], date(2026, 8, 19)), closes(days, [18, 20, 19, 22]), TABLE)
    assert [(row.beta, row.n) for row in found.rows] == [(None, 0), (None, 0), (pytest.approx(0.5), 3)]
    assert found.rows[2].r2 == pytest.approx(1.0) and (found.first, found.last) == (days[0], days[3])


def test_the_slope_goes_through_the_origin():
    days = business_days(3)
    found = estimate_betas(rows_of(days, [20, 21, 20], date(2026, 8, 19)), closes(days, [18, 19, 21]), TABLE).rows[2]
    assert found.beta == pytest.approx((1 * 1 + 2 * -1) / (1 + 4)) and found.r2 == pytest.approx(1 - ((1 + 0.2) ** 2 + (-1 + 0.4) ** 2) / 2)


@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5)), min_size=2, max_size=30))
def test_the_slope_is_the_one_that_numpy_finds(moves):
    days = business_days(len(moves) + 1)
    vix = np.concatenate(([100.0], 100.0 + np.cumsum([move for move, _ in moves])))
    future = np.concatenate(([200.0], 200.0 + np.cumsum([move for _, move in moves])))
    x, y = np.diff(vix), np.diff(future)
    found = estimate_betas(rows_of(days, future.tolist(), days[-1] + timedelta(days=200)), closes(days, vix.tolist()), TABLE).rows[2]
    if x @ x < 1e-6:
        return
    expected, errors, _, _ = np.linalg.lstsq(x[:, None], y, rcond=None)
    assert found.beta == pytest.approx(expected[0], rel=1e-6, abs=1e-9) and found.n == len(moves)
    if y @ y > 1e-6:
        assert found.r2 == pytest.approx(1 - errors[0] / (y @ y), abs=1e-6)


@pytest.mark.parametrize(("days_left", "place"), [(0, None), (1, 0), (3, 0), (4, 1), (7, 1), (8, 2), (270, 2), (271, None)])
def test_a_pair_belongs_to_the_bracket_of_its_later_day_above_from_and_up_to_to(days_left, place):
    before, after = business_days(2)
    rows = rows_of([before, after], [20, 21], after + timedelta(days=days_left))
    counts = [row.n for row in estimate_betas(rows, closes([before, after], [18, 19]), TABLE).rows]
    assert counts == [int(number == place) for number in range(3)]


def test_no_pair_looks_across_a_missing_day():
    days = business_days(5)
    rows = rows_of([days[0], days[1], days[3], days[4]], [20, 21, 22, 23], date(2026, 8, 19))
    assert estimate_betas(rows, closes(days, [18, 19, 20, 21, 22]), TABLE).rows[2].n == 2


def test_a_weekend_and_a_holiday_are_no_missing_days():
    days = [date(2026, 7, 2), date(2026, 7, 6)]
    assert estimate_betas(rows_of(days, [20, 21], date(2026, 8, 19)), closes(days, [18, 19]), TABLE).rows[2].n == 1


def test_a_day_without_a_close_of_the_vix_drops_both_of_its_pairs():
    days = business_days(4)
    vix = closes(days, [18, 19, 20, 21])
    del vix[days[1]]
    assert estimate_betas(rows_of(days, [20, 21, 22, 23], date(2026, 8, 19)), vix, TABLE).rows[2].n == 1


def test_changes_are_taken_inside_one_contract_only():
    first, second = business_days(2)
    rows = [Settlement(first, date(2026, 7, 22), 20.0), Settlement(second, date(2026, 8, 19), 21.0)]
    assert sum(row.n for row in estimate_betas(rows, closes([first, second], [18, 19]), TABLE).rows) == 0


def test_where_the_vix_never_moved_there_is_no_beta():
    days = business_days(3)
    found = estimate_betas(rows_of(days, [20, 21, 22], date(2026, 8, 19)), closes(days, [18, 18, 18]), TABLE).rows[2]
    assert (found.beta, found.n, found.r2) == (None, 2, None)


def test_the_order_of_the_rows_does_not_change_a_bit():
    generator = random.Random(7)
    days = business_days(60)
    rows = rows_of(days, [20 + generator.random() for _ in days], date(2026, 12, 16))
    vix = closes(days, [18 + generator.random() for _ in days])
    shuffled = rows.copy()
    generator.shuffle(shuffled)
    assert estimate_betas(shuffled, vix, TABLE) == estimate_betas(rows, vix, TABLE)


def csv_of(count, expiry=date(2026, 9, 16), with_vix=False):
    """Settlements that move 0.4 a VIX point, and the VIX, as CSV texts."""
    days = business_days(count)
    vix = [18 + 0.5 * (k % 3) for k in range(count)]
    head = "trade_date,expiry,settle" + (",vix" if with_vix else "")
    lines = [f"{day},{expiry},{20 + 0.4 * (v - 18):.4f}" + (f",{v}" if with_vix else "") for day, v in zip(days, vix, strict=True)]
    closes_text = "DATE,OPEN,HIGH,LOW,CLOSE\n" + "\n".join(f"{day:%m/%d/%Y},1,1,1,{v}" for day, v in zip(days, vix, strict=True))
    return "\n".join([head, *lines]) + "\n", closes_text


def test_the_text_is_an_overlay_that_the_program_takes(tmp_path, parameters):
    settlements, vix = csv_of(60)
    text = overlay_text(settlements, vix, ("mine.csv", "vix.csv"), parameters)
    path = tmp_path / "betas.yaml"
    path.write_text(text, encoding="utf-8")
    table = overlaid(parameters, path)["vix_beta_by_days"]
    changed = [row for row, shipped in zip(table.value, parameters["vix_beta_by_days"].value, strict=True) if row != shipped]
    assert (
        {row["beta"] for row in changed} == {0.4}
        and {row["from"] for row in changed} <= {21, 30, 45, 60, 90}
        and all(row["n"] >= 20 for row in changed)
    )
    assert table.basis == "assumed" and "betas.yaml" in (table.reason or "")
    assert "mine.csv and vix.csv" in text and "2026-06-01 to 2026-08-25" in text and "R^2 1.0000" in text


def test_the_same_files_give_the_same_bytes_and_a_vix_column_does_as_well_as_a_second_file(parameters):
    settlements, vix = csv_of(60)
    own, _ = csv_of(60, with_vix=True)
    first = overlay_text(settlements, vix, ("a.csv", "b.csv"), parameters)
    assert first == overlay_text(settlements, vix, ("a.csv", "b.csv"), parameters)
    alone = overlay_text(own, None, ("a.csv", None), parameters)
    assert yaml.safe_load(alone) == yaml.safe_load(first) and alone.splitlines()[1:] == first.splitlines()[1:]


def test_a_second_file_decides_over_a_vix_column(parameters):
    own, vix = csv_of(60, with_vix=True)
    doubled = "\n".join(
        line if k == 0 else line.rsplit(",", 1)[0] + f",{2 * float(line.rsplit(',', 1)[1])}" for k, line in enumerate(vix.splitlines())
    )
    text = overlay_text(own, doubled, ("a.csv", "b.csv"), parameters)
    assert "beta: 0.2000" in text and "beta: 0.4000" not in text


def test_without_any_vix_the_way_to_give_it_is_told(parameters):
    with pytest.raises(RulesError, match="has no column vix") as caught:
        overlay_text(csv_of(30)[0], None, ("mine.csv", None), parameters)
    assert caught.value.field == "mine.csv" and "--vix FILE" in caught.value.remedy


@pytest.mark.parametrize(("pairs", "estimated"), [(19, False), (20, True)])
def test_a_bracket_needs_20_pairs_of_days_to_replace_its_shipped_row(parameters, pairs, estimated):
    settlements, vix = csv_of(pairs + 1, expiry=business_days(pairs + 1)[-1] + timedelta(days=185))
    if not estimated:
        with pytest.raises(RulesError, match="fewer than 20 pairs"):
            overlay_text(settlements, vix, ("a.csv", "b.csv"), parameters)
        return
    lines = overlay_text(settlements, vix, ("a.csv", "b.csv"), parameters).splitlines()
    assert lines[-1].startswith("      - {from: 180, to: 270, beta: 0.4000, n: 20}") and lines[5].startswith(
        "      - {from: 0, to: 3, beta: 0.78, n: 293}"
    )
    assert "the shipped row is kept: 0 pairs" in lines[5]


def test_a_vix_that_never_moves_is_refused(parameters):
    settlements, vix = csv_of(60)
    flat = "\n".join(line if k == 0 else line.rsplit(",", 1)[0] + ",18" for k, line in enumerate(vix.splitlines()))
    with pytest.raises(RulesError, match="never moves"):
        overlay_text(settlements, flat, ("a.csv", "b.csv"), parameters)


def test_a_beta_that_is_not_positive_is_refused_as_a_mixed_up_file(parameters):
    settlements, vix = csv_of(60)
    turned = "\n".join(
        line if k == 0 else line.rsplit(",", 1)[0] + f",{60 - float(line.rsplit(',', 1)[1])}" for k, line in enumerate(vix.splitlines())
    )
    with pytest.raises(RulesError, match="not above 0"):
        overlay_text(settlements, turned, ("a.csv", "b.csv"), parameters)


def test_a_file_name_cannot_leave_its_comment(parameters):
    settlements, vix = csv_of(60)
    text = overlay_text(settlements, vix, ("a\nparameters: {}", "b\r.csv"), parameters)
    assert yaml.safe_load(text).keys() == {"parameters"} and text.count("\nparameters:") == 1


HEAD = "trade_date,expiry,settle\n"


@pytest.mark.parametrize(
    ("text", "field", "words"),
    [
        ("", "f.csv, line 1, column trade_date", "is missing"),
        ("trade_date,expiry\n", "f.csv, line 1, column settle", "is missing"),
        ("trade_date,expiry,settle,settle\n", "f.csv, line 1, column settle", "appears twice"),
        (HEAD + "2026-06-01,2026-09-16\n", "f.csv, line 2", "2 cells and the header 3"),
        (HEAD + "yesterday,2026-09-16,20\n", "f.csv, line 2, column trade_date", "not a date"),
        (HEAD + "2026-06-01,2026-09-16,20\n2026-06-02,2026-13-16,20\n", "f.csv, line 3, column expiry", "not a date"),
        (HEAD + "2026-06-01,2026-05-16,20\n", "f.csv, line 2, column expiry", "before the trading day"),
        (HEAD + "2026-06-01,2026-09-16,n/a\n", "f.csv, line 2, column settle", "not a number"),
        (HEAD + "2026-06-01,2026-09-16,2_0\n", "f.csv, line 2, column settle", "not a number"),
        (HEAD + "2026-06-01,2026-09-16,nan\n", "f.csv, line 2, column settle", "above 0"),
        (HEAD + "2026-06-01,2026-09-16,0\n", "f.csv, line 2, column settle", "above 0"),
        (HEAD + "2026-06-01,2026-09-16,20\n\n2026-06-01,2026-09-16,21\n", "f.csv, line 4, column trade_date", "given twice"),
        ("trade_date,expiry,settle,vix\n2026-06-01,2026-09-16,20,18\n2026-06-01,2026-10-21,21,19\n", "f.csv, line 3, column vix", "contradicts"),
    ],
)
def test_an_unreadable_settlement_file_is_refused_with_line_and_column(text, field, words):
    with pytest.raises(RulesError) as caught:
        read_settlements(text, "f.csv")
    assert caught.value.field == field and words in str(caught.value)


def test_columns_come_in_any_order_and_case_and_rows_without_a_settlement_are_left_out():
    text = "\ufeffSettle,VOLUME, Expiry ,Trade_Date\r\n20.5,7,2026-09-16,2026-06-01\r\n,7,2026-09-16,2026-06-02\r\n"
    assert read_settlements(text, "f.csv") == ([Settlement(MONDAY, date(2026, 9, 16), 20.5)], None)


def test_closes_are_read_by_either_way_of_writing_a_date():
    assert read_vix_closes("DATE,CLOSE\n06/01/2026,18.5\n2026-06-02,19\n2026-06-03,\n", "v.csv") == {MONDAY: 18.5, date(2026, 6, 2): 19.0}


@pytest.mark.parametrize(
    ("text", "field"), [("DATE,OPEN\n", "v.csv, line 1, column close"), ("DATE,CLOSE\n2026-06-01,1\n2026-06-01,1\n", "v.csv, line 3, column date")]
)
def test_an_unreadable_file_of_closes_is_refused_with_line_and_column(text, field):
    with pytest.raises(RulesError) as caught:
        read_vix_closes(text, "v.csv")
    assert caught.value.field == field
