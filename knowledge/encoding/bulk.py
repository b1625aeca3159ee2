"""The parent's side of the encoding process, and the two encoders that use it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np

from knowledge.encoding.model import MODEL_IDENTITY, MODEL_NAME, folder_identity
from knowledge.encoding.protocol import Vectors
from knowledge.encoding.quick import DIMENSIONS, QuickEncoder
from knowledge.errors import KnowledgeError
from knowledge.processes import command_for, environment_of_many_threads

if TYPE_CHECKING:
    import subprocess

BULK_TEXTS = 600


class EncodingProcess:
    """A child process that encodes with sentence-transformers; started when first needed, ended by `close`."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._process: subprocess.Popen[bytes] | None = None
        self._complaints: IO[bytes] | None = None
        self.dimensions, self.folder = 0, Path(model)

    def start(self) -> None:
        """Start the process and wait until the model is loaded. Raises KnowledgeError when it cannot be."""
        import subprocess
        import tempfile

        if self._process is not None:
            return
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the process
        command = command_for("knowledge.encoding.worker", self._model)
        self._process = subprocess.Popen(  # noqa: S603 - this interpreter
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._complaints, env=environment_of_many_threads()
        )
        about = json.loads(self._read_line() or b"{}")
        if "error" in about or "dimensions" not in about:
            reason = about.get("error") or self._last_complaint()
            self.close()
            raise KnowledgeError("encoder", f"{self._model} cannot be loaded ({reason})", "name another in ALVH_ENCODER, or unset it")
        self.dimensions, self.folder = int(about["dimensions"]), Path(about["folder"])

    def send(self, texts: Sequence[str]) -> None:
        """Hand over texts; their vectors come from `receive` in the order of sending. One request may be sent ahead."""
        assert self._process is not None
        assert self._process.stdin is not None
        body = json.dumps(list(texts)).encode("utf-8")
        try:
            self._process.stdin.write(len(body).to_bytes(4, "little") + body)
            self._process.stdin.flush()
        except OSError as error:
            raise self._failure() from error

    def receive(self) -> Vectors:
        """The vectors of the earliest request not yet answered. Raises KnowledgeError when the process has died."""
        rows = int.from_bytes(self._read(4), "little")
        data = self._read(rows * self.dimensions * 4)
        return np.frombuffer(data, dtype=np.float32).reshape(rows, self.dimensions)

    def close(self) -> None:
        """End the process at once; what it was working on is lost."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None
        if self._complaints is not None:
            self._complaints.close()
            self._complaints = None

    def _read_line(self) -> bytes:
        assert self._process is not None
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def _read(self, size: int) -> bytes:
        assert self._process is not None
        assert self._process.stdout is not None
        data = self._process.stdout.read(size)
        if len(data) < size:
            raise self._failure()
        return data

    def _failure(self) -> KnowledgeError:
        reason = self._last_complaint()
        self.close()
        return KnowledgeError(
            "encoder", f"bulk encoding failed ({reason})", "free memory and run the command again, or reinstall sentence-transformers and torch"
        )

    def _last_complaint(self) -> str:
        if self._complaints is None:
            return "no reason was given"
        self._complaints.seek(0)
        lines = self._complaints.read().decode("utf-8", "replace").strip().split("\n")
        return " ".join(lines[-1].split())[:200] or "the process ended without a word"


def encoded_by(process: EncodingProcess, batches: Iterable[Sequence[str]]) -> Iterator[Vectors]:
    """Vectors batch by batch; each batch is handed over before the one ahead of it is waited for, so that the process never idles."""
    process.start()
    waiting = 0
    for batch in batches:
        process.send(batch)
        waiting += 1
        if waiting > 1:
            yield process.receive()
            waiting -= 1
    for _ in range(waiting):
        yield process.receive()


class DefaultEncoder:
    """all-MiniLM-L6-v2: few texts on the quick path in process, many in a child process. The two agree to 1e-5."""

    name, identity, dimensions = MODEL_NAME, MODEL_IDENTITY, DIMENSIONS

    def __init__(self, folder: Path, bulk_texts: int = BULK_TEXTS) -> None:
        self._quick, self._bulk_texts = QuickEncoder(folder), bulk_texts
        self._process = EncodingProcess(str(folder))

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text. Raises KnowledgeError when many texts need the child process and it fails."""
        return self._quick.encode(texts) if len(texts) < self._bulk_texts else next(encoded_by(self._process, [texts]))

    def encode_batches(self, batches: Iterable[Sequence[str]]) -> Iterator[Vectors]:
        """Vectors batch by batch: on the quick path when all batches together are few texts."""
        rest = iter(batches)
        first: list[Sequence[str]] = []
        for batch in rest:
            first.append(batch)
            if sum(map(len, first)) >= self._bulk_texts:
                yield from encoded_by(self._process, chain(first, rest))
                return
        for batch in first:
            yield self._quick.encode(batch)

    def close(self) -> None:
        """End the child process, if there is one."""
        self._process.close()


class NamedEncoder:
    """Any other sentence-transformers model, a hub id or a folder, always in the child process."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._process = EncodingProcess(name)

    @cached_property
    def identity(self) -> str:
        """Name and hash of the weights; loads the model. Raises KnowledgeError when it cannot be loaded."""
        self._process.start()
        return folder_identity(self.name, self._process.folder)

    @cached_property
    def dimensions(self) -> int:
        """Length of a vector; loads the model. Raises KnowledgeError when it cannot be loaded."""
        self._process.start()
        return self._process.dimensions

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text. Raises KnowledgeError when the child process fails."""
        return next(encoded_by(self._process, [list(texts)])) if texts else np.empty((0, self.dimensions), dtype=np.float32)

    def encode_batches(self, batches: Iterable[Sequence[str]]) -> Iterator[Vectors]:
        """Vectors batch by batch."""
        return encoded_by(self._process, batches)

    def close(self) -> None:
        """End the child process."""
        self._process.close()
