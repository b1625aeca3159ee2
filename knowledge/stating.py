"""How closely the sentences of added documents state what a question asks, in a space where what all example questions share counts little."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.documents import Document
from knowledge.encoding.protocol import Vectors
from knowledge.passages import is_complete
from knowledge.search.retriever import Hit
from knowledge.word_records import stems_in

COVERAGE_WEIGHT = 0.5


class DistinctiveSpace:
    """Unit vectors turned so that directions which many examples share become short: all of them speak of hedging, few of one threshold.

    The turn is the inverse square root of the examples' second moment with its mean eigenvalue added (whitening with a ridge, as in
    Kessy, Lewin, Strimmer 2018, without centring).
    """

    def __init__(self, examples: Vectors) -> None:
        moment = (examples.T @ examples).astype(np.float64) / max(1, len(examples))
        ridge = np.trace(moment) / len(moment) if moment.any() else 1.0
        self._turn = np.linalg.inv(np.linalg.cholesky(moment + ridge * np.eye(len(moment)))).T.astype(np.float32)

    def turned(self, vectors: Vectors) -> Vectors:
        """The vectors, one row each, in this space and of length 1; zeros stay zeros."""
        return unit(vectors @ self._turn)


def unit(vectors: Vectors) -> Vectors:
    """The same directions with length 1; zeros stay zeros."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), np.float32(1e-12)))


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks, in a distinctive space: its direction together with that of the ways to ask for the silence it comes closest to.

    `closest`: the cosine of the closest question that is known to be silent.
    """

    space: DistinctiveSpace
    direction: Vectors
    closest: float


def share_of(weights: Mapping[str, float], stems: Collection[str]) -> float:
    """Share of a question's words, given by their stems with their rarity, that are among some stems; rare ones count more."""
    return math.fsum(weight for stem, weight in weights.items() if stem in stems) / (math.fsum(weights.values()) or 1.0)


def statement(
    asked: Asked, weights: Mapping[str, float], hits: Sequence[Hit], documents: Mapping[str, Document], titles: Mapping[str, Vectors]
) -> float:
    """How closely a sentence of the hits in added documents states what is asked: the best sum of the sentence's cosine, that of its
    passage under the document's title, and the share of the question's words in it, its neighbours, heading and title. 0 without one.

    `weights`: rarity by stem of the question's words; `documents`: those of the hits; `titles`: vectors of the added documents' titles, both by document id.
    """
    best = 0.0
    for hit in hits:
        document = documents[hit.passage.document_id]
        if document.layer == "user":
            best = max([best, *_statements(asked, weights, hit, document, titles.get(document.document_id))])
    return best


def _statements(asked: Asked, weights: Mapping[str, float], hit: Hit, document: Document, title: Vectors | None) -> list[float]:
    passage = hit.passage
    whole = unit(passage.sentence_vectors.sum(axis=0))
    under_title = whole if title is None else whole + title
    cosines = asked.space.turned(np.vstack([passage.sentence_vectors, under_title])) @ asked.direction
    sentences = [document.text[start:end] for start, end in passage.sentences]
    around = stems_in(f"{document.title} {passage.heading}")
    return [
        float(cosines[number] + cosines[-1])
        + COVERAGE_WEIGHT * share_of(weights, around | stems_in(" ".join(sentences[max(0, number - 1) : number + 2])))
        for number, sentence in enumerate(sentences)
        if is_complete(sentence)
    ]
