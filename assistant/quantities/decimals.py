"""Numbers whose decimals stand behind a comma: '4,1 %' and 'beta 0,85'."""

from __future__ import annotations

import re

from assistant.patterns import Pattern

_ONE_COMMA = r"(?<![\w.,/])(?<!\d )(?P<whole>\d{1,4}),(?P<decimals>\d{1,2})(?![\d]|[.,/]\d)"
_TOKEN = Pattern(_ONE_COMMA)
_BELOW_ONE = Pattern(r"(?<![\w.,/])0,\d{1,6}(?![\d]|[.,/]\d)")
_UNIT = r"\s?(?:%|percent\b|pct\b|per\s?cent\b|vols?\b)"
_ONE_DECIMAL = Pattern(rf"(?<![\w.,/])\d{{1,2}},\d{_UNIT}", re.IGNORECASE)
_WITH_UNIT = Pattern(rf"{_ONE_COMMA}{_UNIT}", re.IGNORECASE)
_LISTED = Pattern(rf"{_ONE_COMMA}\s?;\s?\d{{1,4}},\d{{1,2}}(?![\d]|[.,/]\d)")
_ENOUGH = 2
_POINT = Pattern(r"\d\.\d")
_THOUSANDS = Pattern(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?![\d,])")


def with_points(text: str) -> str:
    """The text with decimal points where its commas can only be decimal ones; as long as before, so that every place holds.

    '5,10 %' alone may be two numbers, and beside a decimal point or thousands ('6,000') a comma is no decimal one: such a text is left alone.
    """
    below = [match.group() for match in _BELOW_ONE.finditer(text)]
    sure = bool(below) or _ONE_DECIMAL.search(text) is not None or _LISTED.search(text) is not None
    if not sure and (_WITH_UNIT.search(text) is None or len(list(_TOKEN.finditer(text))) < _ENOUGH):
        return text
    thousands = [match for match in _THOUSANDS.finditer(text) if not match.group().startswith("0,")]
    if _POINT.search(text) or thousands:
        return text
    text = _BELOW_ONE.sub(lambda match: match.group().replace(",", "."), text)
    return _TOKEN.sub(lambda match: f"{match['whole']}.{match['decimals']}", text)
