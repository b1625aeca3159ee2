"""A text as stems with their places, and phrases found in it."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from knowledge.passages import Span
from knowledge.word_records import stem_of

Phrase = tuple[str, ...]
_WORD = re.compile(r"[^\W_]+")
_BREAK = re.compile(r"[,;.–—]|\b(?:and|or|but|while|whereas)\b", re.IGNORECASE)
_BREAK_COST = {";": 8, ".": 8}
_SMALL_BREAK_COST = 3
_NEGATION = frozenset("not no never nor neither without instead unlike isn aren don doesn".split())
_COMPARISON = frozenset("exceed exceeds more less above over below under greater smaller larger beyond later longer".split())
_NEGATION_REACH = 3


@dataclass(frozen=True, slots=True)
class Place:
    """Words[begin:end] of a wording."""

    begin: int
    end: int

    def overlaps(self, other: Place) -> bool:
        """Whether the two have a word in common."""
        return self.begin < other.end and other.begin < self.end


class Wording:
    """The words of a text by their stems; what divides them counts as distance."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._spans: list[Span] = [match.span() for match in _WORD.finditer(text)]
        self.stems: Phrase = tuple(stem_of(text[start:end].lower()) for start, end in self._spans)
        self._where: dict[str, list[int]] = {}
        for number, word in enumerate(self.stems):
            self._where.setdefault(word, []).append(number)

    def find(self, phrase: Phrase) -> list[Place]:
        """Every place of a phrase."""
        size = len(phrase)
        return [Place(number, number + size) for number in self._where.get(phrase[0], ()) if self.stems[number : number + size] == phrase]

    def holds(self, phrase: Phrase) -> bool:
        """Whether a phrase occurs."""
        return phrase[0] in self._where and bool(self.find(phrase))

    def holds_one_of_each(self, groups: Iterable[Sequence[Phrase]]) -> bool:
        """Whether of every group one phrase occurs."""
        return all(any(self.holds(phrase) for phrase in group) for group in groups)

    def longest(self, phrases: Mapping[Phrase, str]) -> list[tuple[str, Place]]:
        """The names of the phrases that occur, each word used once, by the longest phrase that holds it; in reading order."""
        found = [(name, place) for phrase, name in phrases.items() for place in self.find(phrase)]
        taken: list[tuple[str, Place]] = []
        for name, place in sorted(found, key=lambda item: (item[1].begin - item[1].end, item[1].begin, item[0])):
            if not any(place.overlaps(other) for _, other in taken):
                taken.append((name, place))
        return sorted(taken, key=lambda item: item[1].begin)

    def place_of(self, start: int, end: int) -> Place:
        """The words within text[start:end]."""
        begin = bisect.bisect_left([span[1] for span in self._spans], start + 1)
        return Place(begin, max(begin + 1, bisect.bisect_left([span[0] for span in self._spans], end)))

    def between(self, one: Place, other: Place) -> str:
        """The text between two places; empty when they touch."""
        first, last = sorted((one, other), key=lambda place: place.begin)
        if last.begin <= first.end - 1:
            return ""
        return self.text[self._spans[first.end - 1][1] : self._spans[last.begin][0]]

    def distance(self, one: Place, other: Place) -> int:
        """Words between two places, and more for every sign and conjunction that divides them."""
        if one.overlaps(other):
            return 0
        between = self.between(one, other)
        words = max(one.begin, other.begin) - min(one.end, other.end)
        return words + sum(_BREAK_COST.get(sign, _SMALL_BREAK_COST) for sign in _BREAK.findall(between))

    def negated(self, place: Place) -> bool:
        """Whether one of the few words before a place, in the same clause, says that it is not so; 'not more than 5' is a limit."""
        compared = False
        for number in range(place.begin - 1, max(-1, place.begin - 1 - _NEGATION_REACH), -1):
            start, end = self._spans[number]
            word = self.text[start:end].lower()
            if re.search(r"[,;:.]", self.text[end : self._spans[number + 1][0]]):
                return False
            compared = compared or word in _COMPARISON
            if word in _NEGATION or (word in ("rather", "other") and self.stems[number + 1] == "than"):
                return not compared
        return False


@cache
def phrase_of(words: str) -> Phrase:
    """Words as a phrase to look for: any of their forms, whatever joins them."""
    return tuple(stem_of(word) for word in _WORD.findall(words.lower()))
