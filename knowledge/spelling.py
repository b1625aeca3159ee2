"""Words of a question that occur nowhere, read as the word of the documents that they were meant to be."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from knowledge.storage.store import Store
from knowledge.words import STOP_WORDS

SHORTEST = 4
LETTERS_AN_EDIT = 4
MOST_EDITS = 2
_WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")


@dataclass(frozen=True, slots=True)
class Repaired:
    """A question as it is read, and which words were changed to what, in order."""

    text: str
    changes: tuple[tuple[str, str], ...]


class EnglishWords(Container[str]):
    """The words that a file holds, one a line. They are looked for in its text: a question has few words, and to part the file into all of its own costs more."""

    def __init__(self, lines: bytes) -> None:
        self._lines = b"\n" + lines + b"\n"

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and f"\n{word}\n".encode() in self._lines


@cache
def english_words(vocabulary: Path | None) -> Container[str]:
    """English words: those that the encoder's vocabulary file holds whole; without it none."""
    return EnglishWords(vocabulary.read_bytes() if vocabulary is not None and vocabulary.is_file() else b"")


class Speller:
    """Repairs spelling against the words of one generation of a base.

    A word is changed only when no document holds it, in no form, and it is no English word: one that the encoder's
    vocabulary holds whole. Tickers and other words with capitals inside, numbers, and words under four letters stay as they are.
    One edit (a letter more, less, other, or two exchanged) is allowed for every four letters, two at most, the first letter
    kept; of the words within reach the nearest counts, then the most frequent, then the first by alphabet.
    """

    def __init__(self, store: Store, english: Path | None) -> None:
        self.generation = store.generation
        self._store, self._english_file = store, english

    @property
    def _english(self) -> Container[str]:
        return english_words(self._english_file)

    @cached_property
    def _words(self) -> Mapping[str, int]:
        rows = self._store.connection.rows("SELECT word, passages FROM vocabulary")
        words = dict.fromkeys((word for word in STOP_WORDS if len(word) >= SHORTEST - 1), 0)  # they are left out of the vocabulary
        return words | {word: count for word, count in rows if len(word) >= SHORTEST - 1 and word.isascii() and word.isalpha()}

    def repaired(self, question: str) -> Repaired:
        """The question with its unknown words replaced. Quoted stretches are left alone."""
        changes: list[tuple[str, str]] = []
        parts = re.split(r"(\"[^\"]*\"|“[^”]*”)", question)
        for place in range(0, len(parts), 2):
            parts[place] = _WORD.sub(lambda match: self._instead(match.group(), changes), parts[place])
        return Repaired("".join(parts), tuple(changes))

    def _instead(self, word: str, changes: list[tuple[str, str]]) -> str:
        if len(word) < SHORTEST or word[1:] != word[1:].lower() or self._is_known(word.lower()):
            return word
        found = self._nearest(word.lower())
        if found is None:
            return word
        changes.append((word, found))
        return found

    def _is_known(self, word: str) -> bool:
        stem = word.partition("'")[0]
        return word in STOP_WORDS or stem in STOP_WORDS or self._occurs(stem) or stem in self._english

    def _occurs(self, word: str) -> bool:
        """Whether a word occurs as it is, or with a common ending more or less."""
        forms = {word, f"{word}s", f"{word}ed", f"{word}ing", f"{word}es"}
        forms |= {word.removesuffix(ending) for ending in ("s", "es", "ed", "ing", "d", "ly", "er")}
        forms |= {word.removesuffix(ending) + "e" for ending in ("ing", "ed")}
        forms |= {word[:-1] + "ing", word[:-1] + "ed"} if word.endswith("e") else set()
        forms |= {word[:-3] + "y"} if word.endswith("ies") else set()
        asked = sorted(form for form in forms if len(form) >= SHORTEST - 1)
        marks = ",".join("?" * len(asked))
        return self._store.connection.value(f"SELECT 1 FROM vocabulary WHERE word IN ({marks})", asked) is not None  # noqa: S608 - only marks

    def _nearest(self, word: str) -> str | None:
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import extract

        reach = min(MOST_EDITS, len(word) // LETTERS_AN_EDIT)
        found = extract(word, list(self._words), scorer=OSA.distance, score_cutoff=reach, limit=None)
        close = [(distance, -self._words[candidate], candidate) for candidate, distance, _ in found if candidate[0] == word[0]]
        return min(close)[2] if close else None
