"""Dates and months in a text."""

from __future__ import annotations

import re
from datetime import date

from assistant.patterns import Pattern
from assistant.quantities.model import Quantity

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH_NAME = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b"
)
_TAIL = r"(?!\d|[-/]\d)"
_ISO_DATE = Pattern(r"\d{4}-\d{1,2}-\d{1,2}(?!\d|-)")
_ISO_MONTH = Pattern(rf"20\d\d-(?:0[1-9]|1[0-2]){_TAIL}")
_NUMERIC = Pattern(r"(\d{1,2})/(\d{1,2})/(20\d\d)(?!\d)")
_SLASH_MONTH = Pattern(r"(0?[1-9]|1[0-2])/(20\d\d)(?![\d/])")
# With a year of two digits only behind a word that a date follows: '12/26/9' and '5/10/25' are also settings and rows.
_SHORT_NUMERIC = Pattern(r"(\d{1,2})/(\d{1,2})/([23]\d)(?![\d/])")
# '13.05.2026' is written where the day comes first.
_DOTTED = Pattern(r"(\d{1,2})\.(\d{1,2})\.(20\d\d)(?!\d)")
# '3sep26', '28aug2026'.
_GLUED = Pattern(rf"(\d{{1,2}})({'|'.join(MONTHS)})(?:20)?(\d\d)(?!\w)", re.IGNORECASE)
# 'exp 5/19': a day of this or the next year.
_MONTH_DAY = Pattern(r"(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])(?![\d/.])")
_BEFORE_A_DAY = Pattern(r"\b(?:expir\w*|exp|settl\w+|tranche)\.?\s*(?:on|is|was|in|=|:)?\s*$", re.IGNORECASE)
# The second number is no month: '5/28/26'.
_UNMISTAKABLE = Pattern(r"(0?[1-9]|1[0-2])/(1[3-9]|2\d|3[01])/(2[4-9]|3\d)(?![\d/.]|\s?(?:%|pct|percent|vol))")
_BEFORE_A_DATE = Pattern(r"\b(?:as of|as at|on|today(?: is)?|date|dated|expir\w*|exp|settl\w+|it's|its|since|until|till|by|now)\W*$", re.IGNORECASE)
_NAMED = Pattern(
    rf"(?:(?P<before>\d{{1,2}})(?:(?:st|nd|rd|th)?\s+(?:of\s+)?|[-/]))?(?P<month>{MONTH_NAME})\.?"
    rf"(?:(?:\s*|-(?=\d{{1,2}}-20\d\d))(?P<after>\d{{1,2}})(?:st|nd|rd|th)?(?![\d%]|\.\d|,\d{{3}}(?!\d)|\s?(?:%|pct|percent|lots|contracts|days|k\b)))?(?:(?:,?\s*|[-/])(?P<year>20\d\d)(?!\d)|\s*['’](?P<short>\d\d)(?!\d)|(?(before)[-/](?P<dashed>[23]\d)(?![\d.%/-])|(?!)))?",
    re.IGNORECASE,
)


_ADVANCES = Pattern(r"\badv(?:anc\w+)?\b", re.IGNORECASE)
# The letters of the exchange for the contract months, January first (Cboe, VX contract specifications).
CODES = "fghjkmnquvxz"
CODE = rf"vxm?[\s/]?(?P<letter>[{CODES}])(?P<year>2[4-9]|3\d|[4-9])(?![\w.%])"
_CODE = Pattern(CODE, re.IGNORECASE)


def month_of_code(name: str) -> str | None:
    """The contract month of a code such as 'VXZ6' or 'vx m26', YYYY-MM, None where it is none; a year of one digit is one of the twenties."""
    match = _CODE.fullmatch(name)
    if match is None:
        return None
    year = 2000 + int(match["year"]) if len(match["year"]) > 1 else 2020 + int(match["year"])
    return f"{year}-{CODES.index(match['letter'].lower()) + 1:02d}"


def month_number(name: str) -> int:
    """1 to 12 of a month's name or its abbreviation."""
    return MONTHS.index(name.lower()[:3]) + 1


def read_date(text: str, start: int) -> Quantity | None:
    """The date or month that begins at `start`.

    'June 17' has no year (`day`) and 'July 26' may be a day or July 2026 (`day` with the month as its note). 03/04/2026 is read as
    the exchanges of these instruments write it, the month first, unless another date of the text can only have the day first.
    A date that does not exist is `unclear`.
    """
    if match := _ISO_DATE.match(text, start):
        return _dated(text, match.start(), match.end(), *(int(part) for part in match.group().split("-")))
    if match := _ISO_MONTH.match(text, start):
        return Quantity(match.group(), start, match.end(), "month", match.group())
    if match := _SLASH_MONTH.match(text, start):
        return Quantity(match.group(), start, match.end(), "month", f"{match[2]}-{int(match[1]):02d}")
    if match := _NUMERIC.match(text, start) or (_SHORT_NUMERIC.match(text, start) if _BEFORE_A_DATE.search(text[:start]) else None):
        first, second, year = (int(part) for part in match.groups())
        month, day = (second, first) if first > 12 or (second <= 12 and _day_first(text)) else (first, second)
        return _dated(text, start, match.end(), year if year > 99 else 2000 + year, month, day)
    if match := _DOTTED.match(text, start):
        return _dated(text, start, match.end(), int(match[3]), int(match[2]), int(match[1]))
    if match := _GLUED.match(text, start):
        return _dated(text, start, match.end(), 2000 + int(match[3]), month_number(match[2]), int(match[1]))
    if (match := _MONTH_DAY.match(text, start)) and _BEFORE_A_DAY.search(text[:start]):
        try:
            return Quantity(match.group(), start, match.end(), "day", date(2024, int(match[1]), int(match[2])).isoformat()[5:])
        except ValueError:
            return Quantity(match.group(), start, match.end(), "unclear", match.group())
    if (match := _UNMISTAKABLE.match(text, start)) and not re.search(r"\bmacd\b", text, re.IGNORECASE):
        return _dated(text, start, match.end(), 2000 + int(match[3]), int(match[1]), int(match[2]))
    return _named(text, start)


def _day_first(text: str) -> bool:
    """Whether a date of a text can only be read with the day before the month, and none only with the month first."""
    numeric = [(int(match.group(1)), int(match.group(2))) for match in _NUMERIC.finditer(text)]
    return any(first > 12 for first, _ in numeric) and not any(second > 12 for _, second in numeric)


def _named(text: str, start: int) -> Quantity | None:
    match = _NAMED.match(text, start)
    if match is None:
        return None
    if match["month"].lower() == "dec" and match["before"] is None and _ADVANCES.search(text[:start]):
        return None  # 'adv 1905 dec 2050' counts declines
    number = month_number(match["month"])
    day = match["before"] or match["after"]
    short = match["short"] or match["dashed"]
    year = match["year"] or (f"20{short}" if short else None)
    if day is None and year is None:
        return None
    if match["before"] and match["after"] and year is None and len(match["after"]) == 2:
        year = f"20{match['after']}"
    if day is None:
        return Quantity(match.group(), start, match.end(), "month", f"{year}-{number:02d}")
    if year is not None:
        return _dated(text, start, match.end(), int(year), number, int(day))
    try:
        date(2024, number, int(day))
    except ValueError:
        return None
    note = f"20{day}-{number:02d}" if match["before"] is None and int(day) >= 24 else ""
    return Quantity(match.group(), start, match.end(), "day", f"{number:02d}-{int(day):02d}", note=note)


def _dated(text: str, start: int, end: int, year: int, month: int, day: int) -> Quantity:
    try:
        return Quantity(text[start:end], start, end, "date", date(year, month, day).isoformat())
    except ValueError:
        return Quantity(text[start:end], start, end, "unclear", text[start:end])
