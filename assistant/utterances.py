"""Example questions and their vectors: what kind of question comes closest to a new one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from knowledge.encoding.protocol import Encoder, Vectors
from knowledge.parsing import parse_yaml
from knowledge.shipped import ShippedVectors

if TYPE_CHECKING:
    import numpy.typing as npt

HERE = Path(__file__).parent
KEPT = "examples.json"


@dataclass(frozen=True, slots=True)
class Nearest:
    """For each label (a calculator, KNOWLEDGE, ADVICE, OTHER) the cosine of its closest example."""

    by_label: dict[str, float]

    @property
    def best(self) -> str:
        """The closest label; ties go to the first in the file."""
        return max(self.by_label, key=lambda label: self.by_label[label])


class Utterances:
    """The examples of `utterances.yaml`; examples without a shipped vector are encoded when first needed.

    Reading YAML costs more than the rest of a reply: labels in the order of the vectors are kept beside them
    with the checksum of the file they were read from, and used while it holds.
    """

    def __init__(self, encoder: Encoder | None, folder: Path = HERE) -> None:
        self._encoder, self._folder = encoder, folder

    @cached_property
    def _examples(self) -> tuple[list[str], Vectors]:
        data = (self._folder / "utterances.yaml").read_bytes()
        vectors = ShippedVectors(self._folder / "vectors")
        kept = self._folder / "vectors" / KEPT
        if kept.is_file():
            found = json.loads(kept.read_text(encoding="utf-8"))
            if found["checksum"] == checksum(data):
                return found["labels"], vectors.all()
        examples = parse_examples(data)
        return [label for label, _ in examples], vectors.vectors([text for _, text in examples], self._encoder)

    def nearest(self, vector: npt.NDArray[np.float32]) -> Nearest:
        """How close a question's vector comes to each label."""
        labels, vectors = self._examples
        by_label: dict[str, float] = {}
        for label, cosine in zip(labels, vectors @ vector, strict=True):
            by_label[label] = max(by_label.get(label, -1.0), float(cosine))
        return Nearest(by_label)


def checksum(data: bytes) -> str:
    """Length and CRC-32 of a file's bytes: enough to see that it was edited."""
    return f"{len(data)}:{crc32(data)}"


def parse_examples(data: bytes) -> list[tuple[str, str]]:
    """(label, example) from the bytes of a YAML file that maps labels to lists of examples, each example once."""
    raw = parse_yaml(data.decode("utf-8"), "utterances.yaml")
    return [(label, text) for label, texts in raw.items() for text in texts]
