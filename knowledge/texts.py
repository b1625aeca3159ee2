"""The texts of a document that have vectors, and the vectors brought back to their places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from knowledge.documents import Document
from knowledge.encoding.protocol import Vectors
from knowledge.passages import Passage, passages_of

UNIT_TOLERANCE = 1e-3
BATCH_TEXTS = 512


@dataclass(frozen=True, slots=True)
class Probe:
    """A question whose standing is known: a document's title or a question it answers (`stated`), or one that the method (`silence`) or the program (`elsewhere`) does not."""

    kind: str
    owner: str
    text: str


@dataclass(frozen=True, slots=True)
class Encodable:
    """A document as it is encoded: each passage with title and heading, each sentence, each probe."""

    document: Document
    passages: tuple[Passage, ...]
    passage_texts: tuple[str, ...]
    sentence_texts: tuple[tuple[str, ...], ...]
    probes: tuple[Probe, ...]

    @property
    def texts(self) -> list[str]:
        """Every text to encode, in the order that `placed` expects."""
        sentences = [text for group in self.sentence_texts for text in group]
        return [*self.passage_texts, *sentences, *(probe.text for probe in self.probes)]

    def placed(self, vectors: Vectors) -> Encoded:
        """The document with the vectors of its `texts`."""
        groups, begin = [], len(self.passage_texts)
        for group in self.sentence_texts:
            groups.append(vectors[begin : begin + len(group)])
            begin += len(group)
        return Encoded(self, vectors[: len(self.passage_texts)], tuple(groups), vectors[begin:])


@dataclass(frozen=True, slots=True)
class Encoded:
    """A document with its vectors: `passages` and `probes` have one row each, `sentences` one array a passage with one row a sentence."""

    of: Encodable
    passages: Vectors
    sentences: tuple[Vectors, ...]
    probes: Vectors


def encodable(document: Document) -> Encodable:
    """What of a document is encoded. An added document's title counts as a question it answers."""
    passages = tuple(passages_of(document))
    whole = tuple(encoded_passage(document, passage.heading, document.text[passage.start : passage.end]) for passage in passages)
    sentences = tuple(tuple(document.text[start:end] for start, end in passage.sentences) for passage in passages)
    return Encodable(document, passages, whole, sentences, tuple(_probes(document)))


def batched(texts: Iterable[str]) -> Iterator[list[str]]:
    """Texts in lists of BATCH_TEXTS, the last one shorter; none is taken before it is needed."""
    rest = iter(texts)
    while batch := list(islice(rest, BATCH_TEXTS)):
        yield batch


def of_unit_length(vectors: Mapping[str, Vectors]) -> dict[str, Vectors]:
    """The vectors that can be what they should be, from a file that is not trusted."""
    return {text: vector for text, vector in vectors.items() if abs(float(np.linalg.norm(vector.astype(np.float64))) - 1.0) < UNIT_TOLERANCE}


def placed_with(document: Document, vectors: Mapping[str, Vectors], dimensions: int) -> Encoded:
    """A document with the vectors that are known of its texts; zeros, which a store does not keep, where none is."""
    parts = encodable(document)
    rows = [vectors.get(text, np.zeros(dimensions, dtype=np.float32)) for text in parts.texts]
    return parts.placed(np.array(rows, dtype=np.float32).reshape(len(rows), dimensions))


def encoded_passage(document: Document, heading: str, body: str) -> str:
    """The text of a passage as it is encoded: title and heading give it context."""
    return f"{document.title}. {heading}. {body}" if heading else f"{document.title}. {body}"


def _probes(document: Document) -> Sequence[Probe]:
    kind = "elsewhere" if document.subject == "elsewhere" else "article"
    found = [Probe(kind, document.document_id, question) for question in document.questions]
    if document.layer == "user" and document.sections:
        found.append(Probe("title", document.document_id, document.title))
    return found + [Probe("silence", silence.id, question) for silence in document.silences for question in silence.questions]
