"""To which of two sides a question leans, by all example questions of both together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from knowledge.encoding.protocol import Vectors

if TYPE_CHECKING:
    import numpy.typing as npt

WIDTH, RIDGE = 2.0, 0.3
# The far side: questions on which the method is silent, against those that are answered; questions on something else, against both.
FarSide = Literal["silent", "elsewhere"]
FAR_SIDES: tuple[FarSide, ...] = ("silent", "elsewhere")


class Sides:
    """Example questions of two sides, -1 for the near one and 1 for the far one: `vectors` (unit vectors, one row a question), `sides`, `texts`, `weights` (see `fitted`)."""

    def __init__(self, vectors: Vectors, sides: Sequence[float], texts: Sequence[str], weights: npt.NDArray[np.float64]) -> None:
        self.vectors, self.texts = vectors, tuple(texts)
        self._sides, self._weights = np.asarray(sides, dtype=np.float64), weights
        self._fitted_without: dict[frozenset[str], tuple[Vectors, npt.NDArray[np.float64]]] = {}

    def leaning(self, vector: npt.NDArray[np.float32], without: frozenset[str] = frozenset()) -> float:
        """About 1 where a question of this vector is like those of the far side, -1 for the near one; `without` leaves out the examples of these texts."""
        if not without:
            return leaning(vector, self.vectors, self._weights)
        if len(without) == 1:
            (text,) = without
            return self._left_out[text] if text in self._left_out else leaning(vector, self.vectors, self._weights)
        if without not in self._fitted_without:
            others = np.array([text not in without for text in self.texts])
            self._fitted_without[without] = self.vectors[others], fitted(self.vectors[others], self._sides[others].tolist())
        return leaning(vector, *self._fitted_without[without])

    @cached_property
    def _left_out(self) -> dict[str, float]:
        """The leaning of each example by the others."""
        return dict(zip(self.texts, left_out(self.vectors, self._sides.tolist()).tolist(), strict=True))


def leaning(vector: npt.NDArray[np.float32], examples: Vectors, weights: npt.NDArray[np.float64]) -> float:
    """About 1 where a question is like the examples of the far side, -1 where it is like those of the near one, 0 where it is like none.

    `examples`: unit vectors, one row each; `weights`: see `fitted`. A sum of Gaussian kernels of the distance to every example.
    """
    return float(_kernel(examples @ vector) @ weights) if len(weights) else 0.0


def fitted(examples: Vectors, sides: Sequence[float]) -> npt.NDArray[np.float64]:
    """The weight of each example by kernel ridge regression on their sides, 1 or -1 (Saunders, Gammerman, Vovk 1998)."""
    return np.asarray(np.linalg.solve(_system(examples), np.asarray(sides, dtype=np.float64)), dtype=np.float64) if len(examples) else np.empty(0)


def left_out(examples: Vectors, sides: Sequence[float]) -> npt.NDArray[np.float64]:
    """The leaning of each example by all others: y - w / C, where C is the diagonal of the inverse of the system (Cawley, Talbot 2004)."""
    inverse = np.linalg.inv(_system(examples))
    wanted = np.asarray(sides, dtype=np.float64)
    return np.asarray(wanted - (inverse @ wanted) / np.diagonal(inverse))


def _system(examples: Vectors) -> npt.NDArray[np.float64]:
    return _kernel(examples @ examples.T) + RIDGE * np.eye(len(examples))


def _kernel(cosines: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """The Gaussian kernel of unit vectors by their cosines: their squared distance is 2 - 2 c."""
    return np.asarray(np.exp(WIDTH * (2.0 * cosines.astype(np.float64) - 2.0)))
