"""Number literals: digits with separators, spelled numbers, parts such as half."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.patterns import Pattern

ONES = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
    )
}
TENS = {word: 10 * value for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
MAGNITUDES = {"hundred": 100.0, "thousand": 1e3, "million": 1e6, "billion": 1e9}
SCALES = {"k": 1e3, "thousand": 1e3, "grand": 1e3, "m": 1e6, "mm": 1e6, "mn": 1e6, "mln": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}
_PART_NAMES = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
PARTS = {
    "half": 0.5,
    **dict.fromkeys(("fifty-fifty", "fifty fifty", "50-50"), 0.5),
    "quarter": 0.25,
    **{f"{one} {name}": 1 / parts for name, parts in _PART_NAMES.items() for one in ("a", "an", "one")},
    **{
        f"{word}{gap}{name}s": count / parts
        for word, count in (("two", 2), ("three", 3), ("four", 4), ("five", 5), ("seven", 7), ("nine", 9))
        for name, parts in _PART_NAMES.items()
        if count < parts
        for gap in (" ", "-")
    },
    **{f"{count}/{parts}": count / parts for count, parts in ((1, 2), (1, 3), (2, 3), (1, 4), (3, 4))},
}
_DIGITS = Pattern(
    r"(?:[1-9]\d{0,2}(?:,\d{3})+(?![\d])(?:\.\d+)?|[1-9]\d?(?:,\d{2})+,\d{3}(?![\d,])(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)(?!\d|,\d|\.\d|[½¼¾⅓⅔⅛])"
)
# '43 000 usd' and '$ 43 000'; without money two numbers in a row are two numbers.
_GROUPS = r"[1-9]\d{0,2}(?:[ \u00a0\u202f]\d{3})+"
_SPACED = Pattern(rf"{_GROUPS}(?=\s?(?:usd|us dollars?|dollars?|bucks)\b)", re.IGNORECASE)
_SPACED_BEHIND_MONEY = Pattern(rf"{_GROUPS}(?![\d.,]*\d|\s?[\w%])")
_SCALE = Pattern(r"\s?(thousand|grand|million|mln|billion)\b|(k|mm|mn|m|bn)(?![\w])|\s(k|bn)(?![\w])(?!\s*[=:@]?\s*\d)", re.IGNORECASE)
# '8 and a quarter'
_AND_PART = Pattern(r"(\d{1,4})\s+and\s+(a\s+half|a\s+quarter|three[\s-]quarters)\b(?!\s+(?:of|in|to|into|go(?:es)?)\b)", re.IGNORECASE)
# '4 1/4 %' and '17 3/8'.
_MIXED = Pattern(r"(\d{1,3})\s([1-7])/([248])(?![\d/.,])")
_WORD = Pattern(r"[a-z]+", re.IGNORECASE)
_SPELLED_START = Pattern(
    rf"(?:(?:a|half a)\s+(?:hundred|thousand|million|billion|dozen)|{'|'.join([*ONES, *TENS, *MAGNITUDES])}|dozen)\b", re.IGNORECASE
)
_NO_PART = (
    r"(?!-months?\b|\s+(?:of\s+)?an?\s+(?:million|thousand|billion|hundred|dozen)|(?<=\d)(?:\s?/|[.,/-]?\d)|(?<=quarter)-?(?:\s+point|ly|\s+end))"
)
# Other parts are written in digits before what they are a part of: '2/5 in futures', '3/8 of it'.
DIGIT_PART = Pattern(
    r"([1-9])/([2-9]|10)(?=\s+(?:of|in|into|to|hedged?|futures?)\b(?!\s+\d))|(?<=futures )([1-9])/([2-9]|10)(?=\s*(?:[,.;]|$))|"
    r"(?<=share )([1-9])/([2-9]|10)(?=\s*(?:[,.;]|$))",
    re.IGNORECASE,
)
# 'third of it' without its article; 'third of June' is a day.
_BARE = {name: 1 / parts for name, parts in _PART_NAMES.items() if name not in PARTS}
_OF_THE_WHOLE = r"(?=\s+(?:of (?:it|that|this|them|which|the (?:hedge|whole|total|book|vega|plan|lot)|my (?:hedge|book|vega))|(?:in|into|to) (?:the |vx |vix )*(?:futures|vx))\b)"
PARTS |= _BARE
PART = Pattern(
    rf"(?:(?:{'|'.join(sorted(set(PARTS) - set(_BARE), key=len, reverse=True))})\b{_NO_PART}|(?:{'|'.join(_BARE)})\b{_OF_THE_WHOLE})", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Literal:
    """A number that ends at `end`; `spelled` in words."""

    end: int
    value: float
    spelled: bool = False


def read_literal(text: str, start: int) -> Literal | None:
    """The number that begins at `start`, with its scale (k, million); None when there is none."""
    match = _DIGITS.match(text, start)
    spaced = _SPACED.match(text, start) or (_SPACED_BEHIND_MONEY.match(text, start) if text[:start].rstrip().endswith("$") else None)
    if spaced:
        return Literal(spaced.end(), float(re.sub(r"\D", "", spaced.group())))
    if part := _PART_OF_SCALE.match(text, start):
        return Literal(part.end(), PARTS[part[1].lower()] * MAGNITUDES[part[2].lower()], True)
    mixed = _MIXED.match(text, start)
    if mixed and int(mixed[2]) < int(mixed[3]):
        return Literal(mixed.end(), int(mixed[1]) + int(mixed[2]) / int(mixed[3]))
    joined = _AND_PART.match(text, start)
    if joined:
        return Literal(joined.end(), int(joined[1]) + PARTS[" ".join(re.split(r"[\s-]+", joined[2].lower()))])
    if match:
        return _scaled(text, match.end(), float(match.group().replace(",", "")))
    return _read_spelled(text, start)


# 'a quarter of a million'; '4,00,000' is grouped as in India.
_PART_OF_SCALE = Pattern(r"(?:(?:a|one)\s+)?(half|quarter)\s+(?:of\s+)?an?\s+(million|thousand|hundred|billion)\b", re.IGNORECASE)


def _scaled(text: str, end: int, value: float, spelled: bool = False) -> Literal:
    match = _SCALE.match(text, end)
    if match is None:
        return Literal(end, value, spelled)
    factor = SCALES[(match.group(1) or match.group(2) or match.group(3)).lower()]
    return Literal(match.end(), round(value * factor, 9), spelled)


def _read_spelled(text: str, start: int) -> Literal | None:
    """'thirty-five', 'one hundred and twenty', 'eight thousand', 'a hundred', 'half a million', 'a dozen', 'one and a half'."""
    if not _SPELLED_START.match(text, start):
        return None
    total = current = 0.0
    position, end, joined = start, start, False
    while match := _WORD.match(text, position):
        word = match.group().lower()
        step = _added(word, total, current, text, match.end())
        if step is None:
            break
        total, current, counts = step
        if counts:
            end = match.end()
        gap = re.compile(r"[\s-]+").match(text, match.end())
        if gap is None:
            break
        position, joined = gap.end(), True
    value = total + current
    half = re.compile(r"\s+and\s+a\s+half\b", re.IGNORECASE).match(text, end)
    if half:
        return _scaled(text, half.end(), value + 0.5, True)
    point = re.compile(r"\s+point\s+(zero|one|two|three|four|five|six|seven|eight|nine)\b(?!\s+\w*(?:teen|ty)\b)", re.IGNORECASE).match(text, end)
    if point and joined is not None:
        return Literal(point.end(), value + ONES[point.group(1).lower()] / 10, True)
    return Literal(end, value, True) if end > start else None


def _added(word: str, total: float, current: float, text: str, end: int) -> tuple[float, float, bool] | None:
    """(total, current, whether the word ends a number) after one more word of a spelled number; None when it is none."""
    if word == "a" and current == total == 0:
        return total, 1.0, False
    if word == "half" and current == total == 0:
        return total, 0.5, False
    if word == "a" and current == 0.5:
        return total, current, False
    if word == "dozen":
        return total, (current or 1.0) * 12, True
    if word == "and":
        follows = re.compile(rf"\s+(?:{'|'.join([*ONES, *TENS])})\b", re.IGNORECASE).match(text, end)
        return (total, current, False) if follows and (total or current >= 100) else None
    if word in ONES:
        fits = current % 100 == 0 or (current % 10 == 0 and current % 100 >= 20 and ONES[word] < 10)
        return (total, current + ONES[word], True) if fits else None
    if word in TENS:
        return (total, current + TENS[word], True) if current % 100 == 0 else None
    if word == "hundred":
        return (total, (current or 1.0) * 100, True) if current < 100 else None
    if word in MAGNITUDES:
        return total + (current or 1.0) * MAGNITUDES[word], 0.0, True
    return None
