"""Bulk encoding against `SentenceTransformer.encode` on the same texts: `python tests/benchmarks/bulk.py`.

Both run warm, 15 interleaved pairs; the median of the ratios of rates is printed. The texts are the shipped ones.
"""

from __future__ import annotations

import os
import statistics
import time

os.environ.setdefault("HF_HUB_OFFLINE", "1")

from knowledge.encoding.bulk import DefaultEncoder
from knowledge.encoding.model import model_folder
from knowledge.shipped import load_shipped
from knowledge.texts import batched

PAIRS = 15


def main() -> None:
    """The median ratio, and both rates."""
    from sentence_transformers import SentenceTransformer

    texts = list(dict.fromkeys(load_shipped().texts()))
    raw = SentenceTransformer(str(model_folder()), device="cpu")
    ours = DefaultEncoder(model_folder(), bulk_texts=1)

    def by_raw() -> None:
        raw.encode(texts, normalize_embeddings=True, show_progress_bar=False)

    def by_ours() -> None:
        for _ in ours.encode_batches(batched(texts)):
            pass

    by_raw()
    by_ours()
    pairs = []
    for number in range(PAIRS):
        seconds = {}
        for act in (by_raw, by_ours) if number % 2 else (by_ours, by_raw):
            started = time.perf_counter()
            act()
            seconds[act] = time.perf_counter() - started
        pairs.append((len(texts) / seconds[by_raw], len(texts) / seconds[by_ours]))
    ours.close()
    ratio = statistics.median(mine / theirs for theirs, mine in pairs)
    rates = [statistics.median(rate) for rate in zip(*pairs, strict=True)]
    print(
        f"bulk encoding: {ratio:.3f} of the raw rate ({rates[1]:.0f} against {rates[0]:.0f} texts/s, {len(texts)} texts, n = {PAIRS} pairs, limit 0.95)"
    )


if __name__ == "__main__":
    main()
