"""The example questions of a base: those that its articles answer, those that its silences stand for, and those on something else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from knowledge.encoding.model import MODEL_IDENTITY
from knowledge.encoding.protocol import Vectors
from knowledge.leaning import FAR_SIDES, FarSide, Sides, fitted
from knowledge.shipped import shipped_vectors
from knowledge.storage.probes import probe_texts, probe_vectors
from knowledge.storage.store import Store

if TYPE_CHECKING:
    import numpy.typing as npt

KINDS = ("article", "silence", "elsewhere")


@dataclass(frozen=True, slots=True)
class Questions:
    """Questions with what each belongs to (a document's or a silence's id) and their vectors, one row a question."""

    owners: tuple[str, ...]
    texts: tuple[str, ...]
    vectors: Vectors


class Examples:
    """The example questions of one generation of a base, by kind, and how they tell a new one apart.

    Those that ship have their vectors and weights beside them in the order in which a base holds them. A base that holds others reads its own, and with
    another encoder than the default the weights are fitted to its vectors.
    """

    def __init__(self, store: Store) -> None:
        self._default_encoder = store.encoder_identity == MODEL_IDENTITY
        held = [probe_texts(store, kind) for kind in KINDS]
        self._texts = tuple(text for _, texts in held for text in texts)
        self._shipped = shipped_vectors().examples(self._texts) if self._default_encoder else None
        self._vectors = np.concatenate([probe_vectors(store, kind) for kind in KINDS]) if self._shipped is None else self._shipped[0]
        ends = np.cumsum([0, *(len(texts) for _, texts in held)]).tolist()
        self.stated, self.silent, self.elsewhere = (
            Questions(owners, texts, self._vectors[start:end]) for (owners, texts), (start, end) in zip(held, pairwise(ends), strict=True)
        )

    @cached_property
    def sides(self) -> Mapping[FarSide, Sides]:
        """For each far side the examples that a question leans to or from."""
        end = len(self._texts) - len(self.elsewhere.texts)
        return {"silent": self._told_apart("silent", self.silent, end), "elsewhere": self._told_apart("elsewhere", self.elsewhere, len(self._texts))}

    def _told_apart(self, name: FarSide, far: Questions, end: int) -> Sides:
        """The first so many examples, of which those of the far side are the last."""
        vectors, texts = self._vectors[:end], self._texts[:end]
        sides = [-1.0] * (end - len(far.texts)) + [1.0] * len(far.texts)
        return Sides(vectors, sides, texts, self._weights(name, vectors, texts, sides))

    def _weights(self, name: FarSide, vectors: Vectors, texts: Sequence[str], sides: Sequence[float]) -> npt.NDArray[np.float64]:
        if self._shipped is not None:
            return self._shipped[1][FAR_SIDES.index(name), : len(texts)]
        return shipped_vectors().leanings(name, texts) if self._default_encoder else fitted(vectors, sides)
