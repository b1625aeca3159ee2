"""The grammar: sign, money sign, number, scale, unit; then what numbers in a row are together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.patterns import Pattern
from assistant.quantities.dates import read_date
from assistant.quantities.model import Quantity, Unit
from assistant.quantities.numbers import DIGIT_PART, PART, PARTS, Literal, read_literal
from assistant.quantities.rows import joined
from assistant.quantities.units import BEFORE, FOREIGN, NAMES, PER_CONTRACT, STRUCTURAL, SUFFIXES

_STARTS = Pattern(r"[\d.$€£¥₹+−–-]|[a-z]", re.IGNORECASE)
_INSIDE_A_WORD = Pattern(r"[\w]")
_UNREAD = Pattern(r"[\w]*\d[\w.,]*")
# 'minus 1.1' is a negative number where no number stands before it to be lessened.
_MINUS = Pattern(
    r"(?:minus|negative)\s+(?=\$?\s?\.?\d|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty)\b)", re.IGNORECASE
)
_DAY_NUMBER = Pattern(r"(?:d|day|t\s?\+\s?)(?=\d{1,4}\b(?![.,/]\d))", re.IGNORECASE)
_TIMES = Pattern(r"x\s?(?=\d)(?!\s?\d{3,5}[cp]\b)", re.IGNORECASE)
_PRICE_BEFORE = Pattern(r"\b(?:futures?|fut|forward|fwd|spot|spx|vix|strike|price|credit|f|k|s)\W*(?:is |at )?$", re.IGNORECASE)
_BARE_BEHIND = Pattern(r"\s+\d+(?![\d.,/]*\d|\w|\s?%)")
_FLOWS = Pattern(r"\b(?:irr|internal rate|cash ?flows?)\b", re.IGNORECASE)
_PLAIN_BEHIND = Pattern(r"\s+\.?\d[\d.]*(?!\d|\s?(?:d|dte|days?|c|p|calls?|puts?)\b)", re.IGNORECASE)
_NAMED_NEXT = Pattern(r"\s?=\s?[-+$.\d]")
BASE_RATE = Pattern(r"\b(?:sofr|libor|euribor|prime|fed funds|base rate|t-?bills?|bills)\b\W*(?:(?:is|at|of)\W*)?$", re.IGNORECASE)
_SURPRISE = Pattern(r"\s*(?:fomc|fed|surprise|above|below|over|under)", re.IGNORECASE)
_MOST_DAYS = 3660
# A vol as the trade counts it is a hundredth: 'vol 95' is '95 vol'.
_LEAST_VOL, _MOST_VOL = 5, 400
_VOL_BEFORE = Pattern(r"(?<![\w-])(?<!implied )(?:vol|iv|(?P<rows>vols|ivs))\s*[=:]?\s*$", re.IGNORECASE)
_NO_VOL_BEHIND = Pattern(r"\s*-?\s*(?:calls?|puts?|strikes?|[cp]\b|%|pct|percent)|\s*(?:[-–/]|\bto\b)\s*\d", re.IGNORECASE)
_ROW_GOES_ON = Pattern(r"\s*(?:,|\band\b|\s)\s*\d")
_OF_A = r"\s+(?:of\s+)?(?:an?\s+|one\s+)?"
_UNITS_IN_PARTS: tuple[tuple[Pattern, Unit, float], ...] = (
    (Pattern(rf"{_OF_A}(?:percentage\s+point|percent|pct|per\s?cent)\b", re.IGNORECASE), "fraction", 0.01),
    (Pattern(rf"{_OF_A}(?:basis\s+point|bp)\b", re.IGNORECASE), "bp", 1.0),
    (Pattern(rf"{_OF_A}(?:vol|volatility)\s+point\b", re.IGNORECASE), "vol_points", 0.01),
    (Pattern(rf"{_OF_A}(?:vix\s+|index\s+|spx\s+)?(?:point|pt|handle)\b", re.IGNORECASE), "points", 1.0),
)
# In '5500/5550/6250/6300 condors' the last number is a strike and counts nothing.
_ROW_BEFORE = Pattern(r"\d\s?[/–-]?\s?$")
_LOWEST_STRIKE = 1000
# 'at 8.00 x10' is ten times; a quote such as '1.05 x 1.15' has decimals or blanks on both sides.
_GLUED_TIMES = Pattern(r"x\d{1,3}(?![\d.,]*\d|\w)", re.IGNORECASE)
_IN_A_ROW = Pattern(r"\d\s?[/,-]?\s?$|\b(?:c|p|calls?|puts?|quote[ds]?)\s?$", re.IGNORECASE)
# Behind four strikes 'x 8' counts them.
_FOUR_BEFORE = Pattern(r"\d[pc]?(?:\s?/\s?\d[\d.,]*[pc]?){3},?\s*$", re.IGNORECASE)
_AFTER_NUMBER = Pattern(r"\d\s*$")
# '12,26,9' without blanks is a list; two such numbers ('12,5') may be a list or a decimal comma.
_TIGHT_LIST = Pattern(r"(?!\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d|,\d)|[1-9]\d?(?:,\d{2})+,\d{3}(?!\d|,\d))\d+(?:\.\d+)?(?:,\d+(?:\.\d+)?)+(?!\d|[,.]\d)")


def read_quantities(text: str) -> list[Quantity]:
    """Every quantity in a text, in order, none overlapping another; every digit of the text lies in one."""
    found: list[Quantity] = []
    position = 0
    while match := _STARTS.search(text, position):
        start = match.start()
        quantity = _read(text, start) if _may_start(text, start) else None
        if quantity is None:
            position = _word_end(text, start)
        else:
            found.append(quantity)
            position = quantity.end
    return _with_unread(text, _with_spreads(text, joined(text, found)))


def _with_spreads(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """A base rate and its spread are one rate: '4.3% + 150bp', 'sofr 4.3% plus 150bp'."""
    kept: list[Quantity] = []
    for quantity in found:
        if kept and _is_spread(text, kept[-1], quantity):
            base = kept[-1]
            total = round(base.number + quantity.number / 10_000, 12)
            kept[-1] = replace(base, text=text[base.start : quantity.end], end=quantity.end, value=total, note="sum")
        else:
            kept.append(quantity)
    return kept


def _is_spread(text: str, base: Quantity, spread: Quantity) -> bool:
    """Whether basis points behind a percentage are added to it: by a sign, or by 'plus' behind a rate that is lent at with a spread."""
    if (base.unit, spread.unit) != ("fraction", "bp") or base.low is not None or spread.low is not None or base.note == "part" or spread.number <= 0:
        return False
    gap = text[base.end : spread.start].strip().lower()
    added = gap == "+" or (not gap and spread.signed) or (gap == "plus" and BASE_RATE.search(text[: base.start]) is not None)
    return added and _SURPRISE.match(text, spread.end) is None


def _may_start(text: str, start: int) -> bool:
    """Whether a quantity can begin here: not inside a word or a number."""
    if start == 0:
        return True
    before = text[start - 1]
    if text[start] in "+−–-":
        return not _INSIDE_A_WORD.match(before) and before not in ").%"
    if text[start].isdigit() and before in "xX" and text[start - 2 : start - 1].isdigit():
        return True
    return not _INSIDE_A_WORD.match(before) and not (before == "." and start > 1 and text[start - 2].isdigit())


def _word_end(text: str, start: int) -> int:
    match = re.compile(r"[a-z]+", re.IGNORECASE).match(text, start)
    return match.end() if match else start + 1


def _read(text: str, start: int) -> Quantity | None:
    if name := NAMES.match(text, start):
        return Quantity(name.group(), start, name.end(), "name", name.group().lower())
    if day := read_date(text, start):
        return day
    if (part := PART.match(text, start)) and not (text[start].isdigit() and _IN_A_ROW.search(text[:start])):
        return _part_of_a_unit(text, start, part.end(), PARTS[part.group().lower()]) or Quantity(
            part.group(), start, part.end(), "fraction", PARTS[part.group().lower()], note="part"
        )
    if part := DIGIT_PART.match(text, start):
        count, parts = (int(number) for number in part.group().split("/"))
        if count < parts:
            return Quantity(part.group(), start, part.end(), "fraction", count / parts, note="part")
    if tight := _TIGHT_LIST.match(text, start):
        values = tuple(float(number) for number in tight.group().split(","))
        return Quantity(tight.group(), start, tight.end(), "series" if len(values) > 2 else "unclear", values, note="comma")
    may_count = not _AFTER_NUMBER.search(text[:start]) or (_GLUED_TIMES.match(text, start) and text[start - 1].isspace())
    may_count = may_count or _FOUR_BEFORE.search(text[:start]) is not None
    times = _TIMES.match(text, start) if may_count else None
    if times and (counted := read_literal(text, times.end())):
        return Quantity(text[start : counted.end], start, counted.end, "multiple", counted.value)
    if (day_number := _DAY_NUMBER.match(text, start)) and (counted := read_literal(text, day_number.end())):
        return Quantity(text[start : counted.end], start, counted.end, "days", counted.value)
    if (minus := _MINUS.match(text, start)) and not _AFTER_NUMBER.search(text[:start]):
        positive = _read(text, minus.end())
        return None if positive is None or positive.signed else _negative(positive, text[start : positive.end], start)
    foreign = FOREIGN.match(text, start)
    before = BEFORE.match(text, start)
    opening = foreign.end() if foreign else before.end() if before else start
    literal = read_literal(text, opening)
    if literal is None or (opening > start and literal.spelled):
        return None
    if foreign:
        return Quantity(text[start : literal.end], start, literal.end, "unclear", literal.value)
    sign = (before["sign"] or before["late"] or "") if before else ""
    money = bool(before and before["money"])
    return _with_unit(text, start, literal, sign, money)


def _part_of_a_unit(text: str, start: int, end: int, value: float) -> Quantity | None:
    """'half a percent' and 'a quarter of a point', which are no parts of a whole."""
    for pattern, unit, factor in _UNITS_IN_PARTS:
        match = pattern.match(text, end)
        if match is not None:
            return Quantity(text[start : match.end()], start, match.end(), unit, round(value * factor, 12))
    return None


def _negative(quantity: Quantity, text: str, start: int) -> Quantity | None:
    if not isinstance(quantity.value, float):
        return None
    return replace(quantity, text=text, start=start, value=-quantity.value, signed=True)


def _with_unit(text: str, start: int, literal: Literal, sign: str, money: bool) -> Quantity | None:
    value = -literal.value if sign in "-−–" and sign else literal.value
    if money:
        per = PER_CONTRACT.match(text, literal.end)
        end = per.end() if per else literal.end
        return Quantity(text[start:end], start, end, "usd", value, signed=bool(sign), note="per_contract" if per else "")
    for suffix in SUFFIXES:
        match = suffix.pattern.match(text, literal.end)
        if match and _NAMED_NEXT.match(text, match.end()):
            break  # 'spx fraction=-0.05 vix points=8'
        if match and suffix.unit == "days" and _is_before_its_number(text, start, match.end(), literal.value):
            break
        if match and suffix.unit == "vol" and _names_the_next(text, start, match.end(), literal.value):
            break
        if match and suffix.unit == "count" and _ROW_BEFORE.search(text[:start]) and literal.value >= _LOWEST_STRIKE:
            break
        scaled = not literal.spelled and not text[literal.end - 1].isdigit()
        if match and not (literal.spelled and suffix.unit in ("strike", "ordinal")) and not (scaled and suffix.unit in ("count", "days")):
            unit = suffix.unit
            return Quantity(
                text[start : match.end()],
                start,
                match.end(),
                unit,
                round(value * suffix.factor, 12),
                signed=bool(sign),
                note=suffix.note or _note(literal, unit),
            )
    if literal.spelled and ((literal.value <= 3 and STRUCTURAL.match(text, literal.end)) or text[start : literal.end].lower() in ("one", "zero")):
        return None
    if literal.spelled and text[start : literal.end].lower().endswith("dozen"):
        return Quantity(text[start : literal.end], start, literal.end, "count", value)
    if not (sign or literal.spelled) and _is_a_vol(text, start, literal.end, value):
        return Quantity(text[start : literal.end], start, literal.end, "vol", round(value / 100, 12))
    return Quantity(text[start : literal.end], start, literal.end, "number", value, signed=bool(sign), note="spelled" if literal.spelled else "")


def _is_a_vol(text: str, start: int, end: int, value: float) -> bool:
    """Whether 'vol' or 'iv' stands right before a bare number, which is then a hundredth as in '95 vol'; one of a row is read with the row."""
    word = _VOL_BEFORE.search(text[:start])
    if word is None or not _LEAST_VOL <= value <= _MOST_VOL or _NO_VOL_BEHIND.match(text, end):
        return False
    return not (word["rows"] and _ROW_GOES_ON.match(text, end))


def _note(literal: Literal, unit: Unit) -> str:
    """What a number in words adds where its unit is none that is computed with: 'the front two months'."""
    return "spelled" if literal.spelled and unit == "unclear" else ""


def _is_before_its_number(text: str, start: int, end: int, value: float) -> bool:
    """Whether 'dte' or 'day' belongs to the number behind it: 'spot 5900 dte 28', 'future 20 dte 28', a payment of '300 day 30'."""
    if text[start:end].lower().endswith("day") and _FLOWS.search(text) and _BARE_BEHIND.match(text, end):
        return True  # '-1000 day 0, 300 day 30'
    named = _PRICE_BEFORE.search(text[:start]) is not None and _BARE_BEHIND.match(text, end) is not None
    return value > _MOST_DAYS or (named and text[start:end].lower().endswith("dte"))


def _names_the_next(text: str, start: int, end: int, value: float) -> bool:
    """Whether 'vol' belongs to the number behind it: 'spx 6000 vol 18', 'strike 25 vol 90'."""
    return value > _MOST_VOL or (_PRICE_BEFORE.search(text[:start]) is not None and _PLAIN_BEHIND.match(text, end) is not None)


def _with_unread(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """With digits that no rule read as `unclear`, so that none is passed over in silence."""
    covered = [False] * len(text)
    for quantity in found:
        covered[quantity.start : quantity.end] = [True] * (quantity.end - quantity.start)
    rest = []
    for match in _UNREAD.finditer(text):
        if any(text[place].isdigit() and not covered[place] for place in range(*match.span())):
            free = [place for place in range(*match.span()) if not covered[place]]
            start, end = free[0], free[-1] + 1
            if not any(covered[start:end]):
                rest.append(Quantity(text[start:end], start, end, "unclear", text[start:end]))
            else:
                rest += [Quantity(text[place], place, place + 1, "unclear", text[place]) for place in free if text[place].isdigit()]
    return sorted([*found, *rest], key=lambda quantity: quantity.start)


def shifted(quantities: Sequence[Quantity], origin: Sequence[int], text: str) -> list[Quantity]:
    """Quantities of a repaired text with the spans of the text that it was made from; `origin` gives each place."""
    moved = []
    for quantity in quantities:
        start, end = origin[quantity.start], origin[quantity.end - 1] + 1
        moved.append(replace(quantity, start=start, end=end, text=text[start:end]))
    return moved
