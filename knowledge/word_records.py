"""Words as they are indexed: tokens, Porter stems, and the record of a passage's words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import cache, lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge.words import STOP_WORDS

if TYPE_CHECKING:
    import numpy.typing as npt

_WORD = re.compile(r"[^\W_]+")
_MARKS = dict.fromkeys(range(0x300, 0x370))
MOST_COUNTED = 255
SHORTEST_STEMMED = 3

WORD_RECORD = np.dtype([("key", "<u8"), ("title", "u1"), ("heading", "u1"), ("body", "u1")])
"""One word of a passage: the key of its stem, and how often it stands in the title, the heading and the text (at most 255)."""


def index_tokens(text: str) -> list[str]:
    """Runs of letters and digits in lower case, without accents, stop words included."""
    plain = text if text.isascii() else unicodedata.normalize("NFKD", text).translate(_MARKS)
    return _WORD.findall(plain.lower())


@lru_cache(maxsize=200_000)
def stem_of(token: str) -> str:
    """The stem by Porter's algorithm (Porter 1980), as the Snowball project implements it; one and two letters stay as they are."""
    return token if len(token) < SHORTEST_STEMMED else str(_stemmer().stemWord(token))


@lru_cache(maxsize=5_000)
def stems_in(text: str) -> frozenset[str]:
    """Stems of all words of a text."""
    return frozenset(stem_of(token) for token in index_tokens(text))


@lru_cache(maxsize=200_000)
def stem_key(stem: str) -> int:
    """A stem's key: eight bytes of its BLAKE2b hash."""
    return int.from_bytes(blake2b(stem.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def query_keys(words: Iterable[str]) -> list[int]:
    """Keys of the stems of some words, stop words left out; a word in two forms counts twice, the same form once."""
    tokens = dict.fromkeys(token for word in words for token in index_tokens(word) if token not in STOP_WORDS)
    return [stem_key(stem_of(token)) for token in tokens]


def word_record(title: str, heading: str, body: str) -> tuple[npt.NDArray[Any], int]:
    """The words of a passage (dtype WORD_RECORD, by ascending key), and its length in tokens. Stop words are in: stems of other words can equal theirs."""
    counts: dict[str, list[int]] = {}
    length = 0
    for field, text in enumerate((title, heading, body)):
        tokens = index_tokens(text)
        length += len(tokens)
        for token, count in Counter(tokens).items():
            counts.setdefault(stem_of(token), [0, 0, 0])[field] += count
    rows = sorted((stem_key(stem), *(min(count, MOST_COUNTED) for count in found)) for stem, found in counts.items())
    return np.array(rows, dtype=WORD_RECORD), length


def vocabulary_of(title: str, heading: str, body: str) -> set[str]:
    """The different words of a passage as they are written, in lower case, stop words and numbers left out."""
    return {token for text in (title, heading, body) for token in index_tokens(text) if token not in STOP_WORDS and not token.isdigit()}


@cache
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("porter")
