"""Encoding by sentence-transformers in a process of its own, so that no other process loads torch.

Started by `bulk.EncodingProcess` with one argument, MODEL, it first writes a JSON line about the model (`dimensions`, `folder`) or about
what is wrong (`error`). Then for every request on standard input (four bytes of length, little-endian, and a JSON list of
texts) it writes four bytes of row count and the float32 rows. It ends when its input ends.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from knowledge.encoding.protocol import Vectors

BATCH_SIZE = 32
PADDING_RATIO = 1.2


def main() -> int:
    """The child process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle: it closes the input
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not mix with the answers
    requests: queue.Queue[list[str] | None] = queue.Queue()
    threading.Thread(target=_read, args=(sys.stdin.buffer, requests), daemon=True).start()
    try:
        model = _model(sys.argv[1])
        about = {"dimensions": model.get_embedding_dimension(), "folder": _folder_of(model, sys.argv[1])}
    except Exception as error:
        about = {"error": " ".join(str(error).split())[:300] or type(error).__name__}
    answers.write(json.dumps(about).encode("utf-8") + b"\n")
    answers.flush()
    if "error" in about:
        return 1
    _answer(model, requests, answers)
    return 0


def _read(stream: BinaryIO, requests: queue.Queue[list[str] | None]) -> None:
    """Requests as they come, so that a parent that sends one ahead never waits for its answers to be read."""
    while len(head := stream.read(4)) == 4:
        size = int.from_bytes(head, "little")
        body = stream.read(size)
        if len(body) < size:
            break
        requests.put(json.loads(body))
    requests.put(None)


def _model(name: str) -> Any:
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(name, device="cpu", local_files_only=True)
    except Exception:
        if Path(name).is_dir():
            raise
        _require_hub()
        return SentenceTransformer(name, device="cpu")


def _require_hub() -> None:
    """Raise OSError when the hub cannot be reached: its client would try for more than a minute."""
    from urllib.parse import urlsplit

    from huggingface_hub.constants import ENDPOINT

    host = urlsplit(ENDPOINT).hostname or ""
    try:
        socket.getaddrinfo(host, 443)
    except OSError as error:
        raise OSError(f"it is not on this machine, and {host} cannot be reached") from error


def _folder_of(model: Any, name: str) -> str:
    """Folder of the loaded weights: the name itself, or the hub's snapshot."""
    inner = getattr(model[0], "auto_model", None)
    return str(getattr(getattr(inner, "config", None), "_name_or_path", "") or name)


def _answer(model: Any, requests: queue.Queue[list[str] | None], answers: BinaryIO) -> None:
    while (texts := requests.get()) is not None:
        rows = _encoded(model, texts)
        answers.write(len(rows).to_bytes(4, "little") + rows.tobytes())
        answers.flush()


def _encoded(model: Any, texts: list[str]) -> Vectors:
    """Unit vectors in the order of the texts, which are encoded in groups of nearly one length: padding is work for nothing."""
    import numpy as np

    order = sorted(range(len(texts)), key=lambda row: -len(texts[row]))
    rows = np.empty((len(texts), model.get_embedding_dimension()), dtype=np.float32)
    for group in groups_of_one_length([len(texts[row]) for row in order]):
        places = order[group]
        rows[places] = model.encode([texts[row] for row in places], normalize_embeddings=True, show_progress_bar=False, batch_size=BATCH_SIZE)
    return rows


def groups_of_one_length(lengths: list[int]) -> list[slice]:
    """Slices of descending lengths, at most BATCH_SIZE each, none longer than PADDING_RATIO times its shortest (20 characters are free)."""
    groups, start = [], 0
    for place in range(1, len(lengths) + 1):
        if place == len(lengths) or place - start == BATCH_SIZE or (lengths[place] + 20) * PADDING_RATIO < lengths[start] + 20:
            groups.append(slice(start, place))
            start = place
    return groups


if __name__ == "__main__":
    raise SystemExit(main())
