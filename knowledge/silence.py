"""What the method does not state: recognising a question that asks for just that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from knowledge.frontmatter import Silence
from knowledge.store import Store
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


def standing(question: str, vector: npt.NDArray[np.float32], store: Store) -> Standing:
    """Compare a question with the known ones; only silences whose words occur in it count."""
    probes = store.probes()
    if not len(probes.texts):
        return Standing(0.0, 0.0, None)
    closeness = probes.vectors @ vector
    silences = store.silences()
    words = f" {' '.join(tokens(question))} "
    stated = max((float(score) for score, kind in zip(closeness, probes.kinds, strict=True) if kind != "silence"), default=0.0)
    best, best_silence = 0.0, None
    for score, kind, owner in zip(closeness, probes.kinds, probes.owners, strict=True):
        if kind == "silence" and float(score) > best and _mentions(words, silences[owner]):
            best, best_silence = float(score), silences[owner]
    return Standing(stated, best, best_silence)


def is_silent(found: Standing) -> bool:
    """Whether the question asks for something known not to be stated: close to such a question, and no less than to a stated one."""
    return found.silence is not None and found.silent >= CLOSE_ENOUGH and found.silent >= found.stated + LEAD_OVER_STATED


def _mentions(words: str, silence: Silence) -> bool:
    return all(any(_occurs(words, word) for word in group) for group in silence.terms)


def _occurs(words: str, word: str) -> bool:
    if word == "#":
        return any(character.isdigit() for character in words)
    return f" {' '.join(tokens(word))} " in words
