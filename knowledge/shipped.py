"""The documents that come with the program, and their vectors."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from knowledge.documents import Document, Silence, Source, Subject, Term
from knowledge.encoding.model import MODEL_IDENTITY
from knowledge.encoding.protocol import Encoder, Vectors
from knowledge.encoding.quick import DIMENSIONS
from knowledge.frontmatter import (
    GLOSSARY_NOTES,
    article,
    example_questions,
    glossary_document,
    glossary_terms,
    silence_entries,
)
from knowledge.leaning import FAR_SIDES, FarSide, fitted
from knowledge.texts import encodable

if TYPE_CHECKING:
    import numpy.typing as npt

HERE = Path(__file__).parent
METHOD_ARTICLE = "layering-order"
LEANING_FILE, EXAMPLES_FILE = "leaning.npy", "examples.json"


class ShippedVectors:
    """Vectors of known texts, by the hash of the text; unknown texts are encoded when asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def _rows(self) -> dict[str, int]:
        path = self._folder / "texts.json"
        return {digest: row for row, digest in enumerate(json.loads(path.read_text(encoding="utf-8"))["sha256"])} if path.is_file() else {}

    @cached_property
    def _matrix(self) -> Vectors:
        path = self._folder / "vectors.npy"
        return np.load(path, mmap_mode="r") if path.is_file() else np.empty((0, DIMENSIONS), dtype=np.float32)

    def missing(self, texts: Sequence[str]) -> list[str]:
        """The texts without a vector, each once, in order."""
        return [text for text in dict.fromkeys(texts) if text_hash(text) not in self._rows]

    def all(self) -> Vectors:
        """Every shipped vector, in the order in which the texts were written."""
        return self._matrix

    def vectors(self, texts: Sequence[str], encoder: Encoder | None) -> Vectors:
        """One row a text; texts without a shipped vector go through `encoder` (zeros when there is none), and all do if it is not the default one."""
        if not texts:
            return np.empty((0, DIMENSIONS), dtype=np.float32)
        if encoder is not None and encoder.identity != MODEL_IDENTITY:
            return next(iter(encoder.encode_batches([texts])))
        new = self.missing(texts)
        encoded = dict(zip(new, encoder.encode(new), strict=True)) if new and encoder is not None else {}
        zero = np.zeros(DIMENSIONS, dtype=np.float32)
        rows = [encoded.get(text, zero) if text_hash(text) not in self._rows else self._matrix[self._rows[text_hash(text)]] for text in texts]
        return np.array(rows, dtype=np.float32).reshape(len(texts), DIMENSIONS)

    def leanings(self, far_side: FarSide, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        """The shipped weight of each text as an example for or against a far side (see `leaning.fitted`); 0 for texts without one."""
        path = self._folder / LEANING_FILE
        shipped = np.load(path)[FAR_SIDES.index(far_side)] if path.is_file() else np.zeros(len(self._rows))
        rows = (self._rows.get(text_hash(text)) for text in texts)
        return np.array([0.0 if row is None else shipped[row] for row in rows], dtype=np.float64)

    def examples(self, texts: Sequence[str]) -> tuple[Vectors, npt.NDArray[np.float64]] | None:
        """Vectors and weights (a row a far side) of the shipped examples, where `texts` are these in the order in which they ship; None for others."""
        path = self._folder / EXAMPLES_FILE
        kept = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {"count": 0}
        if len(texts) != kept["count"] or not texts or text_hash("\n".join(texts)) != kept["sha256"]:
            return None
        weights = np.load(self._folder / LEANING_FILE)[:, : len(texts)]
        return np.asarray(self._matrix[: len(texts)]), weights.astype(np.float64)

    def write_examples(self, examples: Mapping[FarSide, Mapping[str, float]]) -> None:
        """Fit and write the weights of texts whose vectors are written, by their sides (see `Shipped.examples`), and note that they come first."""
        weights = np.zeros((len(FAR_SIDES), len(self._rows)), dtype=np.float32)
        for far_side, sides in examples.items():
            rows = [self._rows[text_hash(text)] for text in sides]
            weights[FAR_SIDES.index(far_side), rows] = fitted(self.vectors(list(sides), None), list(sides.values()))
        np.save(self._folder / LEANING_FILE, weights)
        texts = list(examples["elsewhere"])
        note = {"count": len(texts), "sha256": text_hash("\n".join(texts))}
        (self._folder / EXAMPLES_FILE).write_text(json.dumps(note) + "\n", encoding="utf-8")

    def write(self, texts: Sequence[str], encoder: Encoder) -> int:
        """Write vectors of exactly these texts and return how many had to be encoded."""
        unique = list(dict.fromkeys(texts))
        new = self.missing(unique)
        matrix = self.vectors(unique, encoder)
        self._folder.mkdir(parents=True, exist_ok=True)
        np.save(self._folder / "vectors.npy", matrix)
        manifest = {"encoder": encoder.name, "sha256": [text_hash(text) for text in unique]}
        (self._folder / "texts.json").write_text(json.dumps(manifest, indent=0) + "\n", encoding="utf-8")
        return len(new)


def text_hash(text: str) -> str:
    """Short SHA-256 of a text, the key of its vector."""
    import hashlib

    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:24]


@cache
def shipped_vectors() -> ShippedVectors:
    """The vectors that come with the program, read once."""
    return ShippedVectors(HERE / "vectors")


@dataclass(frozen=True)
class Shipped:
    """Everything under `knowledge/` that is text: articles, the glossary, the silences, and questions that are not answered, each a document."""

    documents: tuple[Document, ...]

    @property
    def terms(self) -> tuple[Term, ...]:
        """The entries of the glossary."""
        return tuple(term for document in self.documents for term in document.terms)

    @property
    def silences(self) -> tuple[Silence, ...]:
        """What the method does not state."""
        return tuple(silence for document in self.documents for silence in document.silences)

    def examples(self) -> dict[FarSide, dict[str, float]]:
        """For each far side the example questions, each once, with 1 for those on it, which come last, and -1 for the others (see `leaning.Sides`)."""
        ours = [text for document in self.documents if document.subject != "elsewhere" for text in document.questions]
        silent = [text for silence in self.silences for text in silence.questions]
        elsewhere = [text for document in self.documents if document.subject == "elsewhere" for text in document.questions]
        return {
            "silent": dict.fromkeys(ours, -1.0) | dict.fromkeys(silent, 1.0),
            "elsewhere": dict.fromkeys((*ours, *silent), -1.0) | dict.fromkeys(elsewhere, 1.0),
        }

    def texts(self) -> list[str]:
        """Every text that has a shipped vector, each once, the example questions first."""
        texts = (text for document in self.documents for text in encodable(document).texts)
        return list(dict.fromkeys((*self.examples()["elsewhere"], *texts)))


def shipped_files(folder: Path = HERE) -> list[Path]:
    """The files of the shipped layer, in a fixed order."""
    return [*sorted((folder / "articles").glob("*.md")), folder / "glossary.yaml", folder / "silences.yaml", folder / "elsewhere.yaml"]


def shipped_signature(folder: Path = HERE) -> str:
    """Names, sizes and modification times of the shipped files: another signature means they may have changed."""
    return "|".join(f"{path.name}:{status.st_size}:{status.st_mtime_ns}" for path in shipped_files(folder) for status in (path.stat(),))


def load_shipped(folder: Path = HERE) -> Shipped:
    """Parse the shipped layer. Raises KnowledgeError naming the file that is not usable."""
    documents = [article(path.read_text(encoding="utf-8"), path.name, "shipped") for path in shipped_files(folder)[:-3]]
    terms = glossary_terms((folder / "glossary.yaml").read_text(encoding="utf-8"))
    silences = silence_entries((folder / "silences.yaml").read_text(encoding="utf-8"))
    method = next((document.sources[0] for document in documents if document.document_id == METHOD_ARTICLE), Source("Glossary"))
    glossary = replace(glossary_document(terms, method), terms=tuple(terms))
    elsewhere = example_questions((folder / "elsewhere.yaml").read_text(encoding="utf-8"), "elsewhere.yaml")
    return Shipped((*documents, glossary, _without_text("silences", silences=tuple(silences)), _without_text("elsewhere", questions=elsewhere)))


def _without_text(name: Literal["silences", "elsewhere"], **holds: Any) -> Document:
    """The list of silences, or of questions that the program does not answer, as a document without text: nothing of it is cited."""
    subject: Subject = "method" if name == "silences" else "elsewhere"
    title = "What the method does not state" if name == "silences" else "What this program does not answer"
    return Document(name, "shipped", "paraphrase", subject, title, "", (), (GLOSSARY_NOTES,), name, **holds)
