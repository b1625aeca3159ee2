"""Numbers that stand in a row: ranges, quotes and series."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from assistant.patterns import Pattern
from assistant.quantities.model import Quantity, Unit

_RANGE = Pattern(r"\s?(?:-|–|(?:up )?to|through|until)\s?", re.IGNORECASE)
_QUOTE = Pattern(r"\s?[-–/]\s?|\s?x\s?", re.IGNORECASE)
_SERIES = (
    ("slash", re.compile(r"\s?/\s?")),
    ("comma", re.compile(r",\s?(?:and\s)?(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri)(?:day)?\s)?|\sand\s", re.IGNORECASE)),
    ("then", re.compile(r"\s+(?:and\s+)?then\s+", re.IGNORECASE)),
    ("semicolon", re.compile(r"\s?;\s?")),
    ("space", re.compile(r"\s+(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri)(?:day)?\s+)?", re.IGNORECASE)),
)
_VOLATILITIES = Pattern(r"\b(?:ivs?|vols?|volatilit\w+|sigmas?)\b[^\d,;.]*$", re.IGNORECASE)
_LISTS = ("comma", "space")
_TWO = 2
_LEGS = 4
# Numbers of one list that share a sign of percent are of one size.
_MOST_UNLIKE = 6.0
_LOWEST_STRIKE = 1000
_ELEMENTS: tuple[Unit, ...] = ("number", "usd", "fraction")


def joined(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """The quantities with those that stand in a row put together."""
    return _quotes(text, _ranges(text, _multiples(text, _series(text, found))))


def _series(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    kept: list[Quantity] = []
    position = 0
    while position < len(found):
        run, note = _run(text, found, position)
        values = _values(text, run, note)
        if len(run) > _TWO and values is not None:
            start, end = run[0].start, run[-1].end
            note = {"fraction": "percent", "days": "days"}.get(run[-1].unit, note)
            kept.append(Quantity(text[start:end], start, end, "series", values, signed=any(quantity.signed for quantity in run), note=note))
            position += len(run)
        else:
            kept.append(found[position])
            position += 1
    return kept


def _run(text: str, found: Sequence[Quantity], first: int) -> tuple[list[Quantity], str]:
    """The longest row of bare numbers from one on, with one kind of separator, and that kind."""
    best: list[Quantity] = []
    kind = ""
    for note, separator in _SERIES:
        run = [found[first]] if _is_bare(found[first]) else []
        for before, after in pairwise(found[first:]):
            between = text[before.end : after.start]
            closing = _closes(before, after) and ((note == "comma" and "and" in between) or (note in _LISTS and _is_fourth_volatility(text, run)))
            mixed = note != "slash" and not closing and (after.unit == "fraction") != (before.unit == "fraction")
            if not run or mixed or not (_is_bare(after) or closing) or not separator.fullmatch(between):
                break
            if "and" not in between and len(run) > 1 and "and" in text[run[-2].end : before.start]:
                break  # 'shorts at 5900 and 6400, 3.90 credit': the list is at its end
            run.append(after)
            if closing:
                break
        if len(run) > len(best):
            best, kind = run, note
    return best, kind


def _is_fourth_volatility(text: str, run: Sequence[Quantity]) -> bool:
    """Whether the three numbers before one are those of three legs: 'IVs 20.5, 19.5, 13, 12.5 %'."""
    return len(run) == _LEGS - 1 and _VOLATILITIES.search(text[: run[0].start]) is not None


def _closes(before: Quantity, last: Quantity) -> bool:
    """Whether the unit of the last number of a list is that of all: '21, 20.2 and 12.9 %', '60, 120 and 180 days'."""
    return before.unit == "number" and last.unit in ("fraction", "days") and last.low is None and not last.note and last.number >= 0


def _values(text: str, run: Sequence[Quantity], note: str) -> tuple[float, ...] | None:
    """The values of a row; None where only some are percentages, but '20/19/13 %' and '20, 19 and 13 %' mean all."""
    listed = len(run) > _TWO and note in _LISTS and ("and" in text[run[-2].end : run[-1].start] or _is_fourth_volatility(text, run[:-1]))
    if listed and run[-1].unit == "days" and all(low.number < high.number for low, high in pairwise(run)):
        return tuple(quantity.number for quantity in run)
    fractions = [quantity.unit == "fraction" for quantity in run]
    if not any(fractions) or all(fractions):
        return tuple(quantity.number for quantity in run)
    shown = [quantity.number * 100 if quantity.unit == "fraction" else quantity.number for quantity in run]
    alike = min(shown) > 0 and max(shown) <= _MOST_UNLIKE * min(shown)
    if fractions[-1] and sum(fractions) == 1 and (note == "slash" or (listed and alike)):
        return (*(round(quantity.number * 0.01, 12) for quantity in run[:-1]), run[-1].number)
    return None


def _is_bare(quantity: Quantity) -> bool:
    return quantity.unit in _ELEMENTS and not quantity.note and quantity.low is None


def _ranges(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """'25-40 %' and '25 % to 40 %' as ranges of fractions; '10-15 lots' as a quantity with two readings."""
    kept: list[Quantity] = []
    for quantity in found:
        before = kept[-1] if kept else None
        # '5925p-5950p' and '5925-5950p' are spreads
        legs = before is not None and quantity.unit == "strike" and (before.unit == "strike" or _is_pair(before, quantity))
        if before is None or legs or not _is_range(text, before, quantity) or quantity.unit in ("number", "name", "series", "usd"):
            kept.append(quantity)
            continue
        scale = 0.01 if quantity.unit in ("fraction", "vol") and before.unit == "number" else 1.0
        low, high = before.number * scale, quantity.number
        if before.unit in (quantity.unit, "number") and isinstance(before.value, float) and isinstance(quantity.value, float) and low < abs(high):
            unit: Unit = "fraction" if quantity.unit == "fraction" else "unclear"
            span = text[before.start : quantity.end]
            kept[-1] = Quantity(span, before.start, quantity.end, unit, abs(high), round(low, 12))
        else:
            kept.append(quantity)
    return kept


def _is_range(text: str, before: Quantity, after: Quantity) -> bool:
    """'25-40 %', '25 to 40 %', 'between 25 and 40 %'."""
    between = text[before.end : after.start]
    return bool(_RANGE.fullmatch(between)) or (between.strip().lower() == "and" and text[: before.start].rstrip().lower().endswith("between"))


def _multiples(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """'12 x 5500/5600/6300/6400' and 'ten 5500/5600/6300/6400 condors' are so many times the row."""
    kept = list(found)
    for place, (before, after) in enumerate(pairwise(found)):
        gap = text[before.end : after.start]
        times = re.fullmatch(r"\s?x\s?", gap, re.IGNORECASE) or (
            _is_counted(before, after) and re.fullmatch(r"\s+(?:of\s+(?:the\s+)?|spx\s+)?", gap, re.IGNORECASE)
        )
        if before.unit == "number" and after.unit == "series" and times:
            kept[place] = replace(before, unit="multiple")
    return kept


def _is_counted(count: Quantity, row: Quantity) -> bool:
    """Whether a whole number right before four strikes says how many there are."""
    return len(row.numbers) == _LEGS and min(row.numbers) >= _LOWEST_STRIKE > count.number and count.number.is_integer()


def _quotes(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """'1.05-1.15', '2.05/2.15' and '1.05 x 1.15' as bid and ask."""
    kept: list[Quantity] = []
    for quantity in found:
        before = kept[-1] if kept else None
        between = text[before.end : quantity.start] if before else ""
        minus = quantity.signed and between == "" and before is not None
        if before is not None and _is_pair(before, quantity) and (minus or (_QUOTE.fullmatch(between) and not quantity.signed)):
            span = text[before.start : quantity.end]
            kept[-1] = Quantity(span, before.start, quantity.end, "pair", (before.number, abs(quantity.number)), note=quantity.note or "slash")
        else:
            kept.append(quantity)
    return kept


def _is_pair(before: Quantity, after: Quantity) -> bool:
    if before.unit == "number" and after.unit == "strike" and not before.signed and min(before.number, after.number) >= _LOWEST_STRIKE:
        return True  # '5650/5700p' is a put spread
    return before.unit == after.unit == "number" and not before.signed and not before.note and not after.note
