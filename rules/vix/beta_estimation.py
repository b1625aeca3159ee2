"""Betas of VX futures to the VIX from a user's own settlement file, as text to lay over the shipped parameters."""

from __future__ import annotations

import csv
import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from rules.errors import RulesError
from rules.parameters import Parameter
from rules.vix.expiries import is_business_day

_TABLE = "vix_beta_by_days"
_LONGEST_GAP_DAYS = 7


@dataclass(frozen=True, slots=True)
class Settlement:
    """Settlement price (index points) of one contract, named by its final settlement date, on one trading day."""

    trade_date: date
    expiry: date
    settle: float


@dataclass(frozen=True, slots=True)
class BetaRow:
    """One bracket of days to expiry: slope through the origin, pairs of days, share of squared changes explained.

    `beta` and `r2` are None where the VIX did not change in any pair, or there is none.
    """

    from_days: float
    to_days: float
    beta: float | None
    n: int
    r2: float | None


@dataclass(frozen=True, slots=True)
class BetaEstimate:
    """Betas by bracket, and the first and last trading day that a change was taken from (None without any)."""

    rows: tuple[BetaRow, ...]
    first: date | None
    last: date | None


def estimate_betas(rows: Iterable[Settlement], vix_closes: Mapping[date, float], brackets: Sequence[Mapping[str, Any]]) -> BetaEstimate:
    """Least squares through the origin of daily settlement changes of VX futures on the VIX's changes, by days to expiry.

    A pair is two rows of one contract with no exchange business day between them and a close of the VIX on both days.
    It belongs to the bracket with from < days <= to, days counted to the expiry from the later of the two; the day of final settlement
    itself (0 days), whose price is the special opening value, belongs to none. `brackets` are rows with `from` and `to`.
    R^2 is one less squared errors over squared changes. Sums are exact, so the order of rows does not matter.
    """
    edges = [float(row["to"]) for row in brackets]
    lowest = float(brackets[0]["from"])
    products: list[list[tuple[float, float]]] = [[] for _ in brackets]
    used: set[date] = set()
    for before, after in _pairs(rows):
        if before.trade_date not in vix_closes or after.trade_date not in vix_closes:
            continue
        days = (after.expiry - after.trade_date).days
        place = bisect_left(edges, days)
        if lowest < days and place < len(edges):
            products[place].append((vix_closes[after.trade_date] - vix_closes[before.trade_date], after.settle - before.settle))
            used |= {before.trade_date, after.trade_date}
    found = tuple(_fit(float(row["from"]), float(row["to"]), changes) for row, changes in zip(brackets, products, strict=True))
    return BetaEstimate(found, min(used, default=None), max(used, default=None))


def _pairs(rows: Iterable[Settlement]) -> Iterator[tuple[Settlement, Settlement]]:
    """Neighbouring rows of one contract between which no business day is missing."""
    by_contract: dict[date, list[Settlement]] = {}
    for row in rows:
        by_contract.setdefault(row.expiry, []).append(row)
    for expiry in sorted(by_contract):
        ordered = sorted(by_contract[expiry], key=lambda row: row.trade_date)
        for before, after in pairwise(ordered):
            gap = (after.trade_date - before.trade_date).days
            if 0 < gap <= _LONGEST_GAP_DAYS and not any(is_business_day(before.trade_date + timedelta(days=k)) for k in range(1, gap)):
                yield before, after


def _fit(low: float, high: float, changes: Sequence[tuple[float, float]]) -> BetaRow:
    xx, yy = math.fsum(x * x for x, _ in changes), math.fsum(y * y for _, y in changes)
    if xx == 0.0:
        return BetaRow(low, high, None, len(changes), None)
    beta = math.fsum(x * y for x, y in changes) / xx
    errors = math.fsum((y - beta * x) ** 2 for x, y in changes)
    return BetaRow(low, high, beta, len(changes), 1.0 - errors / yy if yy > 0.0 else None)


def overlay_text(settlements_text: str, vix_text: str | None, names: tuple[str, str | None], parameters: Mapping[str, Parameter]) -> str:
    """A parameter file that replaces the shipped betas by those of a settlement file.

    `settlements_text` is CSV with the columns trade_date, expiry and settle; the VIX comes from its column `vix` or from
    `vix_text`, CSV with DATE and CLOSE, which decides when both are there. `names` are the files' names for messages. Brackets are those of the
    shipped table; one with fewer pairs than `beta_estimate_min_observations` keeps its shipped row and says so. R^2 and the period stand in
    comments. Raises RulesError naming file, line and column of what cannot be read, and when no bracket can be estimated.
    """
    rows, own_vix = read_settlements(settlements_text, names[0])
    if vix_text is not None:
        closes: Mapping[date, float] = read_vix_closes(vix_text, names[1] or "the VIX file")
    elif own_vix is not None:
        closes = own_vix
    else:
        raise RulesError(names[0], "has no column vix, and no file with closes of the VIX is given", "add --vix FILE with the columns DATE and CLOSE")
    shipped = parameters[_TABLE].value
    estimate = estimate_betas(rows, closes, shipped)
    least = parameters["beta_estimate_min_observations"].value
    if all(row.n < least or row.beta is None for row in estimate.rows):
        problem = f"holds fewer than {least} pairs of days with a close of the VIX in every bracket of days to expiry, or a VIX that never moves"
        raise RulesError(names[0], problem, "give a longer history, or closes of the VIX for the same days")
    sources = _plain(names[0]) if vix_text is None else f"{_plain(names[0])} and {_plain(names[1] or 'a VIX file')}"
    lines = [
        f"# Betas of VX futures to the VIX, estimated from {sources}.",
        f"# Trading days {estimate.first} to {estimate.last}; daily settlement changes on changes of the VIX, least squares through the origin.",
        "parameters:",
        f"  {_TABLE}:",
        "    value:",
    ]
    return "\n".join([*lines, *(_line(row, kept, least, names[0]) for row, kept in zip(estimate.rows, shipped, strict=True))]) + "\n"


def _line(row: BetaRow, kept: Mapping[str, Any], least: int, name: str) -> str:
    where = f"{kept['from']} to {kept['to']} days"
    if row.n < least or row.beta is None:
        return f"      - {_flow(kept, kept['beta'], kept['n'])}  # the shipped row is kept: {row.n} pairs of days, fewer than {least} or without a change of the VIX"
    if not row.beta > 0.0:
        raise RulesError(
            name, f"the beta for {where} is {row.beta:.4f}, not above 0", "check that settlements and closes of the VIX are of the same days"
        )
    shown = "not defined" if row.r2 is None else f"{row.r2:.4f}"
    return f"      - {_flow(kept, f'{row.beta:.4f}', row.n)}  # R^2 {shown}"


def _flow(kept: Mapping[str, Any], beta: Any, n: int) -> str:
    return f"{{from: {kept['from']}, to: {kept['to']}, beta: {beta}, n: {n}}}"


def _plain(name: str) -> str:
    """A file name as one line of a comment."""
    return "".join(character if character.isprintable() else "?" for character in name)


def read_settlements(text: str, name: str) -> tuple[list[Settlement], dict[date, float] | None]:
    """Settlements of a CSV text, and the VIX by day when it has a column `vix`. Rows without a settlement are left out.

    Raises RulesError naming file, line and column for what is missing, not a date, not a number above 0, or given twice.
    """
    rows: list[Settlement] = []
    vix: dict[date, float] = {}
    seen: set[tuple[date, date]] = set()
    has_vix = False
    for line, cells in _records(text, name, ("trade_date", "expiry", "settle")):
        day, expiry = _day(cells, "trade_date", name, line), _day(cells, "expiry", name, line)
        if expiry < day:
            raise RulesError(f"{name}, line {line}, column expiry", f"{expiry} is before the trading day {day}", "correct the row")
        has_vix = has_vix or "vix" in cells
        if cells.get("vix"):
            close = _price(cells, "vix", name, line)
            if vix.setdefault(day, close) != close:
                raise RulesError(f"{name}, line {line}, column vix", f"{close:g} contradicts {vix[day]:g} of the same day", "keep one close a day")
        if not cells["settle"]:
            continue
        if (day, expiry) in seen:
            raise RulesError(
                f"{name}, line {line}, column trade_date", f"{day} is given twice for the contract of {expiry}", "keep one of the two rows"
            )
        seen.add((day, expiry))
        rows.append(Settlement(day, expiry, _price(cells, "settle", name, line)))
    return rows, vix if has_vix else None


def read_vix_closes(text: str, name: str) -> dict[date, float]:
    """Closes of the VIX by day, of a CSV text with DATE and CLOSE (YYYY-MM-DD or MM/DD/YYYY). Raises RulesError naming file, line, column."""
    closes: dict[date, float] = {}
    for line, cells in _records(text, name, ("date", "close")):
        day = _day(cells, "date", name, line)
        if not cells["close"]:
            continue
        if day in closes:
            raise RulesError(f"{name}, line {line}, column date", f"{day} is given twice", "keep one of the two rows")
        closes[day] = _price(cells, "close", name, line)
    return closes


def _records(text: str, name: str, needed: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells by lower-case column name of each row that is not empty."""
    reader = csv.reader(text.removeprefix("\ufeff").splitlines())
    try:
        header = [column.strip().lower() for column in next(reader, [])]
        for column in needed:
            if header.count(column) != 1:
                problem = "is missing" if column not in header else "appears twice"
                raise RulesError(f"{name}, line 1, column {column}", problem, f"give a CSV file with the columns {', '.join(needed)}")
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != len(header):
                raise RulesError(f"{name}, line {reader.line_num}", f"has {len(row)} cells and the header {len(header)}", "repair the line")
            yield reader.line_num, {column: cell.strip() for column, cell in zip(header, row, strict=True)}
    except csv.Error as error:
        raise RulesError(f"{name}, line {reader.line_num}", f"is not CSV ({error})", "repair the line") from error


def _day(cells: Mapping[str, str], column: str, name: str, line: int) -> date:
    for form in ("%Y-%m-%d", "%m/%d/%Y"):
        try:
            return datetime.strptime(cells[column], form).date()
        except ValueError:
            continue
    raise RulesError(f"{name}, line {line}, column {column}", f"{cells[column]!r} is not a date", "write it as YYYY-MM-DD")


def _price(cells: Mapping[str, str], column: str, name: str, line: int) -> float:
    where = f"{name}, line {line}, column {column}"
    try:
        value = float(cells[column].replace("_", "?"))
    except ValueError as error:
        raise RulesError(where, f"{cells[column]!r} is not a number", "give a price in index points") from error
    if not 0.0 < value < 10_000.0:
        raise RulesError(where, f"{cells[column]} is not a price above 0 and below 10000", "give a price in index points")
    return value
