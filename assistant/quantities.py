"""Numbers and units in a question: money, shares, days, counts, strikes, levels, each with its span."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

Unit = Literal["usd", "fraction", "days", "count", "strikes", "date", "month", "number"]

_NUMBER = r"[-−]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+|\.\d+|\d+)"
_SCALE = r"(?:\s?(?:k|thousand|mm?|million|mln|bn|billion)\b)"
_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "mm": 1e6, "mln": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}
NUMBER_WORDS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "fifteen": 15,
    "twenty": 20,
    "twenty-five": 25,
    "thirty": 30,
    "forty": 40,
    "forty-five": 45,
    "fifty": 50,
    "hundred": 100,
}
_MAY_HOLD_ONE = re.compile(r"\d|half|third|quarter|" + "|".join(NUMBER_WORDS), re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<month>(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*)"
_SPELLED = "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
_PARTS = {"half": 0.5, "a third": 1 / 3, "one third": 1 / 3, "a quarter": 0.25, "one quarter": 0.25, "two thirds": 2 / 3, "three quarters": 0.75}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity in text[start:end]. `value` is in `unit`: USD, a fraction (0.25), days, a count, strikes in order, a date, or a bare number.

    `low` is set for a range, whose upper end is `value`.
    """

    text: str
    start: int
    end: int
    unit: Unit
    value: float | tuple[float, ...] | str
    low: float | None = None


def read_quantities(text: str) -> list[Quantity]:
    """Every quantity in a text, in order, none overlapping another."""
    found: list[Quantity] = []
    taken = [False] * len(text)
    for pattern, read in _compiled() if _MAY_HOLD_ONE.search(text) else ():
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(taken[start:end]):
                continue
            quantity = read(match)
            if quantity is not None:
                found.append(quantity)
                taken[start:end] = [True] * (end - start)
    return sorted(found, key=lambda quantity: quantity.start)


def _plain(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-"))


def _scaled(number: str, scale: str | None) -> float:
    return _plain(number) * _SCALES.get((scale or "").strip().lower(), 1.0)


def _made(match: re.Match[str], unit: Unit, value: float | tuple[float, ...] | str, low: float | None = None) -> Quantity:
    return Quantity(match.group(), match.start(), match.end(), unit, round(value, 12) if isinstance(value, float) else value, low)


def _strikes(match: re.Match[str]) -> Quantity | None:
    values = tuple(_plain(part) for part in re.findall(_NUMBER.replace("[-−]?", ""), match.group()))
    return _made(match, "strikes", values) if all(a < b for a, b in itertools.pairwise(values)) else None


def _date(match: re.Match[str]) -> Quantity | None:
    try:
        return _made(match, "date", date.fromisoformat(match.group()).isoformat())
    except ValueError:
        return None


def _named_day(match: re.Match[str]) -> Quantity | None:
    """'June 17, 2026' or '17 June 2026' as a date, 'June 2026' as a month."""
    month = next(number for number, name in enumerate(_MONTHS, 1) if match["month"].lower().startswith(name))
    day = match["before"] or match["after"]
    if day is None:
        return _made(match, "month", f"{match['year']}-{month:02d}")
    try:
        return _made(match, "date", date(int(match["year"]), month, int(day)).isoformat())
    except ValueError:
        return None


def _range(unit: Unit, scale: float) -> Callable[[re.Match[str]], Quantity | None]:
    def read(match: re.Match[str]) -> Quantity | None:
        low, high = _plain(match.group(1)) * scale, _plain(match.group(2)) * scale
        return _made(match, unit, high, round(low, 12)) if low < high else None

    return read


def _single(unit: Unit, factor: float = 1.0) -> Callable[[re.Match[str]], Quantity | None]:
    def read(match: re.Match[str]) -> Quantity | None:
        groups = match.groupdict()
        return _made(match, unit, _scaled(groups["n"], groups.get("scale")) * factor)

    return read


def _spelled_count(match: re.Match[str]) -> Quantity | None:
    return _made(match, "days" if match.group(2).lower().startswith("day") else "count", float(NUMBER_WORDS[match.group(1).lower()]))


def _part(match: re.Match[str]) -> Quantity | None:
    return _made(match, "fraction", _PARTS[match.group().lower()])


_N, _NS = f"(?P<n>{_NUMBER})", f"(?P<n>{_NUMBER})(?P<scale>{_SCALE})?"
_AT_START = r"(?<![\w.,/])"
_READERS: tuple[tuple[str, Callable[[re.Match[str]], Quantity | None]], ...] = (
    (rf"{_AT_START}\d{{4}}-\d\d-\d\d\b", _date),
    (rf"{_AT_START}\d{{4}}-(?:0[1-9]|1[0-2])\b", lambda match: _made(match, "month", match.group())),
    (
        rf"\b(?:(?P<before>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?{_MONTH}\.?\s+(?:(?P<after>\d{{1,2}})(?:st|nd|rd|th)?,?\s+)?(?P<year>20\d\d)\b",
        _named_day,
    ),
    (rf"{_AT_START}\d[\d,.]*\d(?:\s?/\s?\d[\d,.]*\d){{3}}\b", _strikes),
    (rf"{_AT_START}({_NUMBER})\s?(?:-|–|to)\s?({_NUMBER})\s?(?:%|percent\b|pct\b)", _range("fraction", 0.01)),
    (rf"{_AT_START}{_N}\s?(?:%|percent\b|pct\b|per cent\b)", _single("fraction", 0.01)),
    (rf"{_AT_START}{_N}\s?(?:bps?\b|basis points?\b)", _single("fraction", 0.0001)),
    (rf"{_AT_START}{_N}\s?vol\b", _single("fraction", 0.01)),
    (rf"{_AT_START}(?:us)?\$\s?{_NS}", _single("usd")),
    (rf"{_AT_START}{_NS}\s?(?:usd|dollars?|bucks)\b", _single("usd")),
    (rf"{_AT_START}{_N}[\s-]?(?:dte|days?|d)\b", _single("days")),
    (rf"{_AT_START}{_N}[\s-]?weeks?\b", _single("days", 7.0)),
    (rf"{_AT_START}{_N}[\s-]?(?:lots?|contracts?|condors?|ics?|x)\b", _single("count")),
    (rf"\b({_SPELLED})[\s-](lots?|contracts?|condors?|days?)\b", _spelled_count),
    (rf"\b(?:{'|'.join(sorted(_PARTS, key=len, reverse=True))})\b", _part),
    (rf"{_AT_START}{_NS}(?![\w])", _single("number")),
)


@cache
def _compiled() -> tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Quantity | None]], ...]:
    return tuple((re.compile(pattern, re.IGNORECASE), read) for pattern, read in _READERS)
