"""What a base of 1,000, 10,000 and 100,000 passages costs: `python tests/benchmarks/scale.py [PASSAGES ...]`.

Text is grown from the shipped articles' bigrams, vectors are real ones with noise, both with a fixed seed. Prints a table of build
time, size on disk, memory, warm latency by part, a cold answer, what adding one page costs, and whether the ten best
passages by words are those of SQLite's FTS5 without pruning.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from grown_text import GrownDocuments
from peak_memory import peak_megabytes

from knowledge.answer import compose
from knowledge.answering import CANDIDATE_PASSAGES
from knowledge.base import KnowledgeBase
from knowledge.search.index import SearchIndex, open_index, refreshed
from knowledge.search.postings import BODY_WEIGHT, HEADING_WEIGHT, TITLE_WEIGHT
from knowledge.shipped import load_shipped
from knowledge.word_records import index_tokens, query_keys
from knowledge.words import content_words

SIZES = (1_000, 10_000, 100_000)
RUNS = 5


def milliseconds(act: Callable[[], object]) -> float:
    """Wall time of an act."""
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000.0


def build(folder: Path, passages: int) -> dict[str, float]:
    """Make a base of so many grown passages above the shipped ones."""
    base = KnowledgeBase(folder)
    written = 0.0
    for encoded in GrownDocuments().documents(passages):
        written += milliseconds(partial(base.store.put, encoded, base.store.encoder_identity))
    indexed = milliseconds(lambda: open_index(base.store))
    base.close()
    index = sum(path.stat().st_size for path in (folder / "index").rglob("*") if path.is_file()) if (folder / "index").is_dir() else 0
    return {
        "store, s": written / 1000.0,
        "index, s": indexed / 1000.0,
        "file, MB": (folder / "knowledge.sqlite3").stat().st_size / 1e6,
        "index files, MB": index / 1e6,
    }


def questions() -> list[str]:
    """The questions that the shipped articles answer."""
    return [question for document in load_shipped().documents for question in document.questions]


def by_words(index: SearchIndex, question: str) -> None:
    """Score every passage by a question's words."""
    index.lexical(query_keys(content_words(question)))


def asked_anew(base: KnowledgeBase, question: str) -> None:
    """Answer a question whose vector is not remembered."""
    base._vectors.clear()
    base.ask(question)


def warm(folder: Path) -> dict[str, float]:
    """Median latency of each part of a question in a running process, in ms."""
    base = KnowledgeBase(folder)
    index, encoder = base.retriever.index, base.require_encoder()
    asked = questions()[:: max(1, len(questions()) // 40)]
    base.ask(asked[0])
    rows: dict[str, list[float]] = {}
    for question in asked:
        vector = encoder.encode([question])[0]
        found = base.retriever.search(question, CANDIDATE_PASSAGES, vector)
        parts: dict[str, Callable[[], object]] = {
            "encoding, ms": partial(encoder.encode, [question]),
            "words, ms": partial(by_words, index, question),
            "vectors, ms": partial(index.similarities, vector),
            "known questions, ms": partial(index.known_questions, vector),
            "search, ms": partial(base.retriever.search, question, CANDIDATE_PASSAGES, vector),
            "sentences, ms": partial(compose, question, found, base.store),
            "answer with encoding, ms": partial(asked_anew, base, question),
        }
        for name, act in parts.items():
            rows.setdefault(name, []).append(statistics.median(milliseconds(act) for _ in range(RUNS)))
    base.close()
    medians = {name: statistics.median(values) for name, values in rows.items()}
    return medians | {
        "answer in encodings": medians["answer with encoding, ms"] / medians["encoding, ms"],
        "memory, MB": peak_megabytes(),
    }


def cold(folder: Path) -> float:
    """Median wall time of `python -m knowledge search` in a new process, in s."""
    command = [sys.executable, "-m", "knowledge", "search", "What is contango?", "-k", "3", "--knowledge", str(folder)]
    return statistics.median(milliseconds(lambda: subprocess.run(command, stdout=subprocess.DEVNULL, check=True)) for _ in range(RUNS)) / 1000.0


def addition(folder: Path) -> dict[str, float]:
    """What one more page costs when its vectors are made: writing it, and taking it up in an open index, in ms."""
    base = KnowledgeBase(folder)
    index = open_index(base.store)
    (page,) = GrownDocuments(seed=7).documents(1)
    write = milliseconds(lambda: base.store.put(page, base.store.encoder_identity))
    follow = milliseconds(lambda: refreshed(index, base.store))
    base.store.remove(page.of.document.document_id)
    base.close()
    return {"one page written, ms": write, "one page taken up, ms": follow}


def against_fts(folder: Path) -> dict[str, float]:
    """Share of questions whose ten best passages by words are those of FTS5, and FTS5's own latency."""
    base = KnowledgeBase(folder)
    index = open_index(base.store)
    oracle = sqlite3.connect(":memory:")
    oracle.execute("CREATE VIRTUAL TABLE t USING fts5 (title, heading, body, tokenize = 'porter unicode61')")
    rows = base.store.connection.rows(
        'SELECT passage_id, title, heading, substr(text, start + 1, "end" - start) FROM passages JOIN documents USING (document_number)'
    )
    oracle.executemany("INSERT INTO t (rowid, title, heading, body) VALUES (?, ?, ?, ?)", rows)
    same, times = [], []
    for question in questions():
        keys = query_keys(content_words(question))
        words = dict.fromkeys(token for word in content_words(question) for token in index_tokens(word) if query_keys([token]))
        if not keys:
            continue
        query = " OR ".join(f'"{word}"' for word in words)
        sql = f"SELECT rowid, -bm25(t, {TITLE_WEIGHT}, {HEADING_WEIGHT}, {BODY_WEIGHT}) AS s FROM t WHERE t MATCH ? ORDER BY s DESC, rowid LIMIT 10"
        started = time.perf_counter()
        wanted = [row for row, _ in oracle.execute(sql, (query,)).fetchall()]
        times.append((time.perf_counter() - started) * 1000.0)
        scores = index.lexical(keys)
        order = np.lexsort((index.ids, -scores))[: len(wanted)]
        same.append(set(index.ids[order].tolist()) == set(wanted))
    base.close()
    return {"ten best as FTS5, %": 100.0 * sum(same) / len(same), "FTS5 itself, ms": statistics.median(times)}


def main() -> None:
    """All figures of all sizes, one JSON line each."""
    if sys.argv[1:2] == ["--warm"]:
        print(json.dumps(warm(Path(sys.argv[2]))))
        return
    for passages in [int(argument) for argument in sys.argv[1:]] or SIZES:
        folder = Path(tempfile.mkdtemp(prefix="alvh-scale-"))
        try:
            figures: dict[str, float] = {"passages": passages} | build(folder, passages)
            done = subprocess.run([sys.executable, __file__, "--warm", str(folder)], capture_output=True, text=True, check=True)
            figures |= json.loads(done.stdout.splitlines()[-1])
            figures |= {"cold search, s": cold(folder)} | addition(folder) | against_fts(folder)
            print(json.dumps({name: round(value, 3) for name, value in figures.items()}), flush=True)
        finally:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
