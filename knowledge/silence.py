"""What the method does not state: recognising a question that asks for just that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from knowledge.documents import Silence
from knowledge.storage.store import Store
from knowledge.words import tokens

if TYPE_CHECKING:
    import numpy.typing as npt

CLOSE_ENOUGH = 0.55
LEAD_OVER_STATED = -0.02


@dataclass(frozen=True, slots=True)
class Standing:
    """How a question stands to questions known to be stated and known not to be (cosines), and the silence it comes closest to."""

    stated: float
    silent: float
    silence: Silence | None


class Silences:
    """What one generation of a base says the method does not state, with the vectors of the questions that ask for it."""

    def __init__(self, store: Store) -> None:
        self.generation = store.generation
        self._entries = store.silences()
        self._probes = store.probe_rows(["silence"])

    def standing(self, question: str, vector: npt.NDArray[np.float32], stated: float) -> Standing:
        """Compare a question with those known not to be answered; only silences whose words occur in it count.

        `stated`: its best cosine to a question that is known to be answered.
        """
        words = f" {' '.join(tokens(question))} "
        best, found = 0.0, None
        for owner, cosine in zip(self._probes.owners, self._probes.vectors @ vector, strict=True):
            if float(cosine) > best and _mentions(words, self._entries[owner]):
                best, found = float(cosine), self._entries[owner]
        return Standing(stated, best, found)


def is_silent(found: Standing) -> bool:
    """Whether the question asks for something known not to be stated: close to such a question, and no less than to a stated one."""
    return found.silence is not None and found.silent >= CLOSE_ENOUGH and found.silent >= found.stated + LEAD_OVER_STATED


def _mentions(words: str, silence: Silence) -> bool:
    return all(any(_occurs(words, word) for word in group) for group in silence.terms)


def _occurs(words: str, word: str) -> bool:
    if word == "#":
        return any(character.isdigit() for character in words)
    return f" {' '.join(tokens(word))} " in words
