"""Text and vectors of any amount, like the shipped ones: words follow one another as in the articles, vectors are real ones with noise."""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from knowledge.documents import Document, Section, Source, user_document_id
from knowledge.encoding.protocol import Vectors
from knowledge.shipped import HERE, ShippedVectors, load_shipped
from knowledge.texts import Encoded, encodable

SEED = 20260509
PASSAGES_A_DOCUMENT, SENTENCES_A_PASSAGE, WORDS_A_SENTENCE = 5, 5, 18
NOISE = 0.5


class GrownDocuments:
    """Documents of five passages each; the same seed gives the same ones."""

    def __init__(self, seed: int = SEED) -> None:
        self._chance = random.Random(seed)
        self._noise = np.random.default_rng(seed)
        self._real = ShippedVectors(HERE / "vectors").all()
        words = " ".join(document.text for document in load_shipped().documents).split()
        self._words = words
        self._after: dict[str, list[str]] = defaultdict(list)
        for one, other in itertools.pairwise(words):
            self._after[one].append(other)

    def documents(self, passages: int) -> Iterator[Encoded]:
        """Documents with their vectors until so many passages are made."""
        made = number = 0
        while made < passages:
            parts = encodable(self.document(number))
            made += len(parts.passages)
            number += 1
            yield parts.placed(self._vectors(len(parts.texts)))

    def document(self, number: int) -> Document:
        """The document of a number; they are made in order."""
        paragraphs = [" ".join(self._sentence() for _ in range(SENTENCES_A_PASSAGE)) for _ in range(PASSAGES_A_DOCUMENT)]
        title, text = f"Grown page {number}: {self._sentence()[:60]}", "\n\n".join(paragraphs)
        address = f"https://www.example.com/grown/{number}"
        source = Source(title, address)
        name = user_document_id(title, address)
        return Document(name, "user", "original", "method", title, text, (Section("", 0, len(text)),), (source,), address)

    def _sentence(self) -> str:
        word = self._chance.choice(self._words)
        found = [word]
        while len(found) < WORDS_A_SENTENCE:
            word = self._chance.choice(self._after[word] or self._words)
            found.append(word)
        sentence = " ".join(found).replace(".", "").replace("?", "").replace("#", "").strip(" -*")
        return sentence[:1].upper() + sentence[1:] + "."

    def _vectors(self, count: int) -> Vectors:
        real = self._real[self._noise.integers(0, len(self._real), count)]
        noise = self._noise.normal(size=real.shape).astype(np.float32)
        grown = real + NOISE * noise / np.linalg.norm(noise, axis=1, keepdims=True)
        return np.asarray(grown / np.linalg.norm(grown, axis=1, keepdims=True), dtype=np.float32)
