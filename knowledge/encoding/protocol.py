"""What every encoder offers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Vectors = npt.NDArray[np.float32]
else:
    Vectors = np.ndarray


class Encoder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def name(self) -> str:
        """What the model is called: a name, a hub id or a folder."""

    @property
    def identity(self) -> str:
        """Name and hash of the weights: vectors of one identity can be compared, of two cannot."""

    @property
    def dimensions(self) -> int:
        """Length of a vector."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row a text, shape (len(texts), dimensions), float32, each of length 1. For a question or a few passages."""

    def encode_batches(self, batches: Iterable[Sequence[str]]) -> Iterator[Vectors]:
        """The same for many texts, batch by batch and in order; a batch is taken before the vectors of the one before are given."""

    def close(self) -> None:
        """End whatever process works for the encoder."""
