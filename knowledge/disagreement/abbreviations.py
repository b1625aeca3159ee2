"""What abbreviations stand for, as topics on which documents may differ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from knowledge.disagreement.topics import Topic
from knowledge.disagreement.wording import phrase_of

_WRITTEN = re.compile(r"\b[A-Z][A-Za-z]?[A-Z][A-Za-z]{0,3}\b|\b[A-Z]{3,6}\b")
_FILLER = r"(?:(?:of|the|and|for|to|in|on|a|&)[\s-]+)?"


def spelled_out(text: str) -> Iterator[str]:
    """The abbreviations of a text whose words stand in it as well, each once."""
    for letters in dict.fromkeys(_WRITTEN.findall(text)):
        if words_of(letters).search(text):
            yield letters


def topic_of(letters: str) -> Topic:
    """What an abbreviation stands for, as a topic: a sentence states it that holds the letters and, near them, words with these initials."""
    phrase = phrase_of(letters)
    return Topic(
        id=f"abbreviation {letters.lower()}",
        claim=f"what {letters} stands for",
        questions=(),
        asked=(),
        near=(phrase,),
        values=("expansion",),
        cues=letters.lower(),
        closeness=-1.0,
        names={phrase: letters},
    )


@cache
def words_of(letters: str) -> re.Pattern[str]:
    """Words in a row, the first with a capital, whose initials are some letters; small words between them do not count."""
    words = rf"[\s-]+{_FILLER}".join(rf"(?i:{re.escape(letter)})[A-Za-z']{{2,}}" for letter in letters)
    return re.compile(rf"\b(?={letters[0].upper()}){words}\b")
