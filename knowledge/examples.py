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
        kinds, owners, texts = store.probes(KINDS)
        shipped = shipped_vectors().examples(texts) if self._default_encoder else None
        self._texts, self._vectors = texts, store.probe_vectors(KINDS) if shipped is None else shipped[0]
        self._shipped_weights = None if shipped is None else shipped[1]
        ends = np.cumsum([0, *(kinds.count(kind) for kind in KINDS)]).tolist()
        self.stated, self.silent, self.elsewhere = (
            Questions(owners[start:end], texts[start:end], self._vectors[start:end]) for start, end in pairwise(ends)
        )

    @cached_property
    def sides(self) -> Mapping[FarSide, Sides]:
        """For each far side the examples that a question leans to or from."""
        return {"silent": self._told_apart("silent", len(self.silent.texts)), "elsewhere": self._told_apart("elsewhere", len(self.elsewhere.texts))}

    def _told_apart(self, name: FarSide, far: int) -> Sides:
        """The examples up to and with those of a far side, which are the last so many of them."""
        count = len(self._texts) if name == "elsewhere" else len(self._texts) - len(self.elsewhere.texts)
        vectors, texts = self._vectors[:count], self._texts[:count]
        sides = np.repeat([-1.0, 1.0], [count - far, far])
        return Sides(vectors, sides.tolist(), texts, self._weights(name, vectors, texts, sides.tolist()))

    def _weights(self, name: FarSide, vectors: Vectors, texts: Sequence[str], sides: Sequence[float]) -> npt.NDArray[np.float64]:
        if self._shipped_weights is not None:
            return self._shipped_weights[FAR_SIDES.index(name), : len(texts)]
        return shipped_vectors().leanings(name, texts) if self._default_encoder else fitted(vectors, sides)
