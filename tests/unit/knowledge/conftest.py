"""Fixtures of the knowledge tests: one open base a session, encoders that only pretend, a command line in a fresh process."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

import knowledge
from knowledge.adding import Outcome, add_documents
from knowledge.base import KnowledgeBase
from knowledge.documents import Document, Source, sections_from, user_document_id
from knowledge.encoding.model import MODEL_IDENTITY, MODEL_NAME, model_folder
from knowledge.encoding.protocol import Encoder, Vectors
from knowledge.encoding.quick import DIMENSIONS, QuickEncoder
from knowledge.ingest import read_document
from knowledge.shipped import HERE, Shipped, ShippedVectors, load_shipped, shipped_signature
from knowledge.storage.opening import open_store
from knowledge.storage.shipped_layer import is_laid, lay_shipped
from knowledge.storage.store import Store

PROJECT = Path(__file__).parents[3]
PAGES = PROJECT / "tests" / "fixtures" / "knowledge_pages"


class PretendEncoder:
    """Unit vectors drawn from a text's hash; remembers what it was asked to encode."""

    name, identity, dimensions = MODEL_NAME, MODEL_IDENTITY, DIMENSIONS

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode_batches(self, batches: Iterable[Sequence[str]]) -> Iterator[Vectors]:
        return (self.encode(batch) for batch in batches)

    def close(self) -> None:
        pass

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        rows = [np.random.default_rng(list(hashlib.sha256(text.encode()).digest())).normal(size=DIMENSIONS) for text in texts]
        return np.array([row / np.linalg.norm(row) for row in rows], dtype=np.float32).reshape(len(texts), DIMENSIONS)


class ForbiddenEncoder(PretendEncoder):
    """Fails when it is asked to encode."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        raise AssertionError(f"asked to encode {len(texts)} texts, first {texts[0]!r}")


@pytest.fixture
def pretend() -> PretendEncoder:
    return PretendEncoder()


@pytest.fixture
def forbidden() -> ForbiddenEncoder:
    return ForbiddenEncoder()


@pytest.fixture(scope="session")
def project() -> Path:
    return PROJECT


@pytest.fixture(scope="session")
def shared(project: Path) -> Path:
    """The folder of the real source; tests skip only when it is absent."""
    folder = Path(os.environ.get("ALVH_SHARED", project.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent; set ALVH_SHARED")
    return folder


@pytest.fixture(scope="session")
def quick() -> QuickEncoder:
    return QuickEncoder(model_folder())


@pytest.fixture(scope="session")
def shipped() -> Shipped:
    return load_shipped()


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    """A base with the shipped layer alone; only read."""
    opened = KnowledgeBase(tmp_path_factory.mktemp("base"))
    yield opened
    opened.close()


def laid(folder: Path, encoder: Encoder, shipped_folder: Path = HERE) -> Store:
    """An open store with the shipped layer."""
    store = open_store(folder)
    signature = shipped_signature(shipped_folder)
    if not is_laid(store, signature):
        lay_shipped(store, load_shipped(shipped_folder), signature, ShippedVectors(shipped_folder / "vectors"), encoder)
    return store


def added(store: Store, document: Document, encoder: Encoder) -> str:
    """Add one document and say what became of it."""
    (outcome,) = (step for step in list(add_documents(store, encoder, [document])) if isinstance(step, Outcome))
    return outcome.state


@pytest.fixture(scope="session")
def open_laid() -> Callable[..., Store]:
    return laid


@pytest.fixture(scope="session")
def add_to() -> Callable[[Store, Document, Encoder], str]:
    return added


@pytest.fixture
def store(tmp_path: Path, pretend: PretendEncoder) -> Iterator[Store]:
    with laid(tmp_path / "base", pretend) as opened:
        yield opened


@pytest.fixture(scope="session")
def page() -> Callable[[str], Document]:
    """A page of tests/fixtures by name, read as the program reads it."""
    return lambda name: read_document(PAGES / f"{name}.txt")


@pytest.fixture(scope="session")
def page_file() -> Callable[[str], Path]:
    return lambda name: PAGES / f"{name}.txt"


@pytest.fixture(scope="session")
def written() -> Callable[..., Document]:
    """A user's document made from a title and a text."""

    def write(title: str, text: str) -> Document:
        address = f"https://www.example.com/{title}"
        return Document(
            user_document_id(title, address), "user", "original", "market", title, text, sections_from(text, []), (Source(title, address),), address
        )

    return write


@pytest.fixture(scope="session")
def contents() -> Callable[[Store], dict[str, list[tuple[object, ...]]]]:
    """Everything a store holds, by table."""

    def read(store: Store) -> dict[str, list[tuple[object, ...]]]:
        names = [name for (name,) in store.connection.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name != 'sqlite_sequence'")]
        return {name: sorted(store.connection.rows(f"SELECT * FROM {name}"), key=repr) for name in names}

    return read


@pytest.fixture(scope="session")
def fresh_python(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run Python in a fresh process, with the tested packages and without the caller's settings."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ALVH_")}
    environment |= {
        "PYTHONPATH": str(Path(knowledge.__file__).parents[1]),
        "PYTHONIOENCODING": "utf-8",
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
    }

    def run(*arguments: str, home: Path | None = None, stdin: str = "") -> subprocess.CompletedProcess[str]:
        extra = {} if home is None else {"ALVH_HOME": str(home)}
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, env=environment | extra, cwd=elsewhere, input=stdin, capture_output=True, encoding="utf-8", timeout=120, check=False
        )

    return run


@pytest.fixture
def command(fresh_python: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`python -m knowledge` with its home in the test's folder."""
    return lambda *arguments, stdin="": fresh_python("-m", "knowledge", *arguments, home=tmp_path / "home", stdin=stdin)
