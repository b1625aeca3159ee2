"""Encoding by sentence-transformers in a process of its own, so that no other process loads torch.

`python -m knowledge.encode_worker NAME` reads one JSON list of texts from standard input and writes the
vectors to standard output: the number of dimensions in text on the first line, then float32 rows.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from knowledge.encoder import MODEL_NAME, QuickEncoder, Vectors
from knowledge.errors import KnowledgeError

BULK_TEXTS = 600


class BulkAwareEncoder:
    """The default encoder: few texts on the quick path in process, many in a child process that ends with them."""

    name = MODEL_NAME

    def __init__(self, folder: Path, bulk_texts: int = BULK_TEXTS) -> None:
        self._folder, self._bulk_texts = folder, bulk_texts
        self._quick = QuickEncoder(folder)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text; the two ways agree to 1e-5. Raises KnowledgeError when the child process fails."""
        if len(texts) < self._bulk_texts:
            return self._quick.encode(texts)
        import subprocess

        command = [sys.executable, "-m", "knowledge.encode_worker", str(self._folder)]
        done = subprocess.run(command, input=json.dumps(list(texts)).encode("utf-8"), capture_output=True, check=False)  # noqa: S603 - this interpreter
        if done.returncode != 0:
            reason = done.stderr.decode("utf-8", "replace").strip().split("\n")[-1][:200]
            raise KnowledgeError("encoder", f"bulk encoding failed ({reason})", "reinstall sentence-transformers and torch")
        head, _, body = done.stdout.partition(b"\n")
        return np.frombuffer(body, dtype=np.float32).reshape(len(texts), int(head))


def main() -> int:
    """The child process."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    from sentence_transformers import SentenceTransformer

    texts = json.loads(sys.stdin.buffer.read())
    vectors = SentenceTransformer(sys.argv[1]).encode(texts, normalize_embeddings=True, show_progress_bar=False, batch_size=64)
    sys.stdout.buffer.write(f"{vectors.shape[1]}\n".encode() + np.ascontiguousarray(vectors, dtype=np.float32).tobytes())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
