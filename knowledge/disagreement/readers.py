"""Reading values from a sentence: shares, money, days, deltas, levels, and names from a list. Each reader gives every mention with its place."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from knowledge.disagreement.abbreviations import words_of
from knowledge.disagreement.values import Kind, Range, Value
from knowledge.disagreement.wording import Phrase, Place, Wording, phrase_of
from knowledge.words import stems


@dataclass(frozen=True, slots=True)
class Mention:
    """A value and the words that give it."""

    value: Value
    place: Place


_COUNTS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split()
)
_WORDS: dict[str, float] = {word: float(number) for number, word in enumerate(_COUNTS, 1)}
_WORDS |= {"thirty": 30.0, "forty": 40.0, "fifty": 50.0, "sixty": 60.0, "seventy": 70.0, "eighty": 80.0, "ninety": 90.0}
_PARTS = {"third": 1 / 3, "quarter": 1 / 4, "fifth": 1 / 5, "tenth": 1 / 10}
_FRACTIONS = {"half": 1 / 2, "one half": 1 / 2, "two thirds": 2 / 3, "three quarters": 3 / 4}
_FRACTIONS |= {f"{one} {name}": part for name, part in _PARTS.items() for one in ("a", "one")}
_DAYS_OF = {"d": 1.0, "w": 7.0, "m": 30.0, "y": 365.0}

_NUMBER = rf"(?:\d+(?:,\d{{3}})*(?:\.\d+)?|\.\d+|\b(?:{'|'.join(_WORDS)})\b)"
_DASH = r"\s*(?:-|–|—|to|\bor\b)\s*"
_PERCENT = r"\s*(?:%|per\s?cent\b|percent\b|pct\b)"
_ITEM = rf"{_NUMBER}(?:{_DASH}{_NUMBER})?(?:\s*\+|\s+or\s+more\b)?"
_JOIN = r"(?:\s*[,/&]\s*(?:and\s+|or\s+)?|\s+and\s+|\s+or\s+)"

_SHARE = re.compile(
    rf"(?:(?P<between>\bbetween\s+)?(?P<low>{_NUMBER})(?:{_PERCENT})?(?(between)\s+and\s+|{_DASH})(?P<high>{_NUMBER})"
    rf"|(?P<list>{_NUMBER}(?:\s*/\s*{_NUMBER}|\s*,\s*{_NUMBER},?\s+and\s+{_NUMBER})*)){_PERCENT}",
    re.I,
)
_FRACTION = re.compile(rf"(?P<by>\bby\s+(?:\w+\s+)?)?\b(?P<word>{'|'.join(word.replace(' ', '[ -]') for word in _FRACTIONS)})\b", re.I)
_MONEY = re.compile(
    rf"\$\s*(?P<low>{_NUMBER})(?:{_DASH}\$?\s*(?P<high>{_NUMBER}))?|(?P<low2>{_NUMBER})(?:{_DASH}(?P<high2>{_NUMBER}))?\s+(?:dollars|USD)\b", re.I
)
_DAYS = re.compile(
    rf"(?<![\d.$/%-])(?P<items>{_ITEM}(?:{_JOIN}{_ITEM})*)[\s-]*(?P<unit>(?:calendar|trading|business)?\s*(?:days?|dte|weeks?|months?|years?))\b",
    re.I,
)
_DELTA_AFTER = re.compile(
    rf"\b(?:delta|Δ)s?\s+(?:of|at|near|around|about|between|is|=|:|\s)*(?P<low>{_NUMBER})(?:(?:{_DASH}|\s+and\s+)(?P<high>{_NUMBER}))?(?!\s*%)", re.I
)
_DELTA_BEFORE = re.compile(rf"(?<![\d.$])(?P<low>{_NUMBER})(?:{_DASH}(?P<high>{_NUMBER}))?[\s-]*(?:deltas?\b|Δ)", re.I)
_LEVEL = re.compile(
    rf"(?<![\d.$/%-])(?P<low>\d+(?:\.\d+)?)(?:{_DASH}(?P<high>\d+(?:\.\d+)?))?(?![\d%/]|\.\d|{_PERCENT}|[\s-]*(?:days?|dte|weeks?|months?|bars?)\b)",
    re.I,
)
_UNITS_OF_LISTS = re.compile(r"[,/&]|\band\b|\bor\b", re.I)

_BASES = (
    "vega", "credit", "premium", "notional", "capital", "account", "equity", "margin", "budget", "risk", "loss", "width", "profit", "value", "gain"
)  # fmt: skip
_BASE = re.compile(rf"\s*(?:of|in)\s+(?P<words>(?:[\w'’-]+\s+){{0,6}}?(?P<base>risk capital|{'|'.join(_BASES)}))\b", re.I)
_PER = re.compile(r"\s*(?:per|for each|for every|a|an)\s+(?P<base>unit|condor|contract|lot|year|month|week)\b", re.I)

_DEFINITION = re.compile(
    r"\b(?:is|are|means?|denotes?|refers to|stands for)\s+(?:here\s+|simply\s+)?(?P<said>(?:an?|the|one's|[a-z]+ing)\s+[^.,;:()]{3,80})",
    re.IGNORECASE,
)
_SAYS_LITTLE = frozenset(
    stem
    for word in "part element key name idea concept term thing place reason way answer subject piece core heart layer hedge stage step component method"
    " approach label ratio split structure scheme rule second same most only best right point case kind sort".split()
    for stem in stems(word)
)

_STRIKES = {
    phrase_of(words): name
    for name, several in {
        "out of the money": ("out of the money", "otm"),
        "at the money": ("at the money", "atm"),
        "in the money": ("in the money", "itm"),
    }.items()
    for words in several
}


def mentions(kind: Kind, wording: Wording, names: Mapping[Phrase, str]) -> list[Mention]:
    """Every mention of a value of a kind that is not denied; `names` are the phrases of a list, for values that are words."""
    if kind == "words":
        found = _named(wording, names)
    elif kind == "expansion":
        found = _expanded(wording, names)
    else:
        found = _READERS[kind](wording)
    return [mention for mention in found if not wording.negated(mention.place)]


def _named(wording: Wording, names: Mapping[Phrase, str]) -> list[Mention]:
    return [Mention(Value("words", names=(name,)), place) for name, place in wording.longest(names) if name]


def _expanded(wording: Wording, names: Mapping[Phrase, str]) -> list[Mention]:
    """Words whose initials are an abbreviation of the list."""
    found = []
    for abbreviation in dict.fromkeys(names.values()):
        for match in words_of(abbreviation).finditer(wording.text):
            words = re.split(r"[\s-]+", match.group())
            name = " ".join(word if word.isupper() else word.capitalize() for word in words)
            found.append(_mention(wording, match, Value("expansion", names=(name,))))
    return found


def _shares(wording: Wording) -> list[Mention]:
    found = []
    for match in _SHARE.finditer(wording.text):
        ranges = (_range(match),) if match["low"] else tuple((n, n) for n in map(_number, re.findall(_NUMBER, match["list"], re.I)))
        fractions = tuple((low / 100.0, high / 100.0) for low, high in ranges)
        found.append(_mention(wording, match, Value("share", fractions, base=_base(wording.text, match.end()))))
    for match in _FRACTION.finditer(wording.text):
        base = _base(wording.text, match.end())
        if base or match["by"]:
            part = _FRACTIONS[" ".join(re.split(r"[ -]", match["word"].lower()))]
            found.append(_mention(wording, match, Value("share", ((part, part),), base=base)))
    return sorted(found, key=lambda mention: mention.place.begin)


def _money(wording: Wording) -> list[Mention]:
    found = []
    for match in _MONEY.finditer(wording.text):
        low, high = match["low"] or match["low2"], match["high"] or match["high2"]
        per = _PER.match(wording.text, match.end())
        found.append(_mention(wording, match, Value("money", (_pair(low, high),), base=per["base"].lower() if per else "")))
    return found


def _days(wording: Wording) -> list[Mention]:
    found = []
    for match in _DAYS.finditer(wording.text):
        scale = _DAYS_OF[match["unit"].split()[-1][0].lower()]
        ranges = tuple(sorted({_scaled(item, scale) for item in _items(match["items"])}))
        found.append(_mention(wording, match, Value("days", ranges)))
    return found


def _deltas(wording: Wording) -> list[Mention]:
    found = [Mention(Value("delta", names=(name,)), place) for name, place in wording.longest(_STRIKES)]
    for pattern in (_DELTA_AFTER, _DELTA_BEFORE):
        for match in pattern.finditer(wording.text):
            low, high = _range(match)
            scale = 100.0 if high > 1.0 else 1.0
            if 0.0 < low <= high <= scale:
                found.append(_mention(wording, match, Value("delta", ((low / scale, high / scale),))))
    return sorted(found, key=lambda mention: mention.place.begin)


def _levels(wording: Wording) -> list[Mention]:
    return [_mention(wording, match, Value("level", (_range(match),))) for match in _LEVEL.finditer(wording.text)]


def _definitions(wording: Wording) -> list[Mention]:
    """What follows a verb that defines, up to the next sign or clause, unless its first noun says little; the place begins with the verb."""
    found = []
    for match in _DEFINITION.finditer(wording.text):
        said = re.split(r"\b(?:that|which|who|when|while|where|because|so)\b", match["said"])[0].strip()
        if said and not stems(" ".join(said.split()[:3])) & _SAYS_LITTLE:
            found.append(Mention(Value("definition", names=(said,)), wording.place_of(match.start(), match.end())))
    return found


_READERS: dict[Kind, Callable[[Wording], list[Mention]]] = {
    "share": _shares,
    "money": _money,
    "days": _days,
    "delta": _deltas,
    "level": _levels,
    "definition": _definitions,
}


def _mention(wording: Wording, match: re.Match[str], value: Value) -> Mention:
    return Mention(value, wording.place_of(*match.span()))


def _base(text: str, end: int) -> str:
    """What a share is a share of, by the first word after it that can be one."""
    match = _BASE.match(text, end)
    return "" if match is None else match["base"].lower().removeprefix("risk ")


def _items(text: str) -> Iterator[Range]:
    for part in _UNITS_OF_LISTS.split(re.sub(r"\s+or\s+more", "+", text, flags=re.I)):
        bounds = re.findall(_NUMBER, part, re.I)
        if bounds:
            low = _number(bounds[0])
            yield low, math.inf if "+" in part else _number(bounds[-1])


def _scaled(part: Range, scale: float) -> Range:
    return part[0] * scale, part[1] * scale


def _range(match: re.Match[str]) -> Range:
    return _pair(match["low"], match["high"])


def _pair(low: str, high: str | None) -> Range:
    first = _number(low)
    last = first if high is None else _number(high)
    return (first, last) if first <= last else (last, first)


def _number(text: str) -> float:
    word = text.strip().lower()
    return _WORDS[word] if word in _WORDS else float(word.replace(",", ""))
