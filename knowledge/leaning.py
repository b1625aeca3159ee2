"""To which side a question leans, that of the questions which the documents answer or that of those on which the method is silent, by all examples together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from knowledge.encoding.protocol import Vectors

if TYPE_CHECKING:
    import numpy.typing as npt

WIDTH, RIDGE = 2.0, 0.3


def leaning(vector: npt.NDArray[np.float32], examples: Vectors, weights: npt.NDArray[np.float64]) -> float:
    """About 1 where a question is like the silent examples, -1 where it is like the answered ones, 0 where it is like none.

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
