"""Retrieval beside txtai, Haystack and LlamaIndex: `python tests/benchmarks/rivals.py --python /tmp/rivals-venv/bin/python`.

All have the same passages (the shipped articles and 44 pages of the corpus), the same weights and the same questions, and work offline
from an index that each has saved. Fresh processes run in turn: cold is from the start of a process to its first answer, warm the
median of 40 questions in a running one with their encoding, memory the most that it held. Exit code 1 when a limit is missed.

The libraries are installed in an environment of their own, with a CPU build of torch:

    python3.11 -m venv /tmp/rivals-venv && /tmp/rivals-venv/bin/pip install torch==2.13.0
    /tmp/rivals-venv/bin/pip install torch==2.13.0 sentence-transformers==6.2.0 txtai==9.14.0 haystack-ai==3.4.1 \
        sentence-transformers-haystack==2.0.0 llama-index-core==0.14.25 llama-index-embeddings-huggingface==0.8.0 \
        llama-index-retrievers-bm25==0.8.0
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rival_worker import DEPTH, LIBRARIES

from knowledge.base import KnowledgeBase
from knowledge.documents import address_key
from knowledge.encoding.model import model_folder
from knowledge.texts import encodable

CORPUS = Path(__file__).parent.parent / "corpus" / "retrieval"
QUESTIONS, COLD_RUNS, WARM_RUNS = 40, 5, 3
LEAST_RATIO = {"cold, s": 10.0, "warm, ms": 1.0, "memory, MB": 1.0}
LONGEST_SECONDS = 900.0
OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HAYSTACK_TELEMETRY_ENABLED": "False", "TOKENIZERS_PARALLELISM": "false"}


@dataclass
class Measured:
    """What was measured of one library; `why_not` says why nothing could be."""

    cold_seconds: list[float] = field(default_factory=list)
    warm_milliseconds: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    pages_first: int = 0
    why_not: str | None = None

    def figures(self) -> dict[str, float]:
        """The median of each measure."""
        measures = (self.cold_seconds, self.warm_milliseconds, self.megabytes)
        return dict(zip(LEAST_RATIO, (statistics.median(values) for values in measures), strict=True))


def questions() -> list[dict[str, str]]:
    """Evenly chosen questions of the corpus, each after those it follows, with the address of its page."""
    entries = [json.loads(line) for line in (CORPUS / "page_questions.jsonl").read_text(encoding="utf-8").splitlines()]
    fit = [entry for entry in entries if entry["half"] == "fit"]
    chosen = fit[:: len(fit) // QUESTIONS][:QUESTIONS]
    return [{"question": " ".join((*entry.get("context", []), entry["question"])), "url": entry["url"]} for entry in chosen]


def prepare(work: Path, asked: Sequence[Mapping[str, str]]) -> list[str]:
    """The base and the files of `rival_worker.py` in a folder; returns the key of each passage's page."""
    pages = [str(page) for page in sorted((CORPUS / "pages").glob("2*.txt"))]
    command = [sys.executable, "-m", "knowledge", "--knowledge", str(work / "base"), "add", *pages]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    base = KnowledgeBase(work / "base")
    texts: list[str] = []
    keys: list[str] = []
    for number, key in base.store.connection.rows("SELECT document_number, address_key FROM documents ORDER BY document_number"):
        document = base.store.document_numbered(number)
        assert document is not None
        found = encodable(document).passage_texts
        texts += found
        keys += [key] * len(found)
    base.close()
    (work / "passages.json").write_text(json.dumps(texts), encoding="utf-8")
    (work / "questions.json").write_text(json.dumps([entry["question"] for entry in asked]), encoding="utf-8")
    (work / "model.txt").write_text(str(model_folder()), encoding="utf-8")
    return keys


def worker(python: str, name: str, act: str, work: Path) -> list[str]:
    """The command of one library's process."""
    return [python, str(Path(__file__).with_name("rival_worker.py")), name, act, str(work)]


def first_answer_seconds(command: Sequence[str]) -> float:
    """From the start of a process to the line of its answer, a JSON list. Raises CalledProcessError when it gives none."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        started = time.perf_counter()
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as process:
            assert process.stdout is not None
            answered = any(line.startswith("[") for line in process.stdout)
            seconds = time.perf_counter() - started
            process.communicate(timeout=LONGEST_SECONDS)
        errors.seek(0)
        if process.returncode or not answered:
            raise subprocess.CalledProcessError(process.returncode, list(command), stderr=errors.read())
    return seconds


def output_of(command: Sequence[str]) -> str:
    """What a process prints. Raises CalledProcessError when it fails."""
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=LONGEST_SECONDS).stdout


def build(python: str, name: str, work: Path, made: Measured) -> None:
    """Let a library make its index, unless that is there from an earlier run."""
    done = work / f"{name}.built"
    if done.exists():
        return
    try:
        output_of(worker(python, name, "build", work))
        done.touch()
    except (subprocess.SubprocessError, OSError) as error:
        made.why_not = _reason(error)


def measure(options: argparse.Namespace, work: Path, asked: Sequence[Mapping[str, str]], keys: Sequence[str]) -> dict[str, Measured]:
    """Every library's figures, its processes in turn with the others'."""
    python, runs = options.python, options.cold_runs + options.warm_runs
    found = {name: Measured() for name in LIBRARIES}
    for name, made in found.items():
        build(_python_of(python, name), name, work, made)
    for number in range(runs):
        for name, made in found.items():
            if made.why_not is None:
                print(f"run {number + 1} of {runs}: {name}", file=sys.stderr)
                try:
                    if number < options.cold_runs:
                        made.cold_seconds.append(first_answer_seconds(_cold(python, name, work, asked[number % len(asked)]["question"])))
                    else:
                        _keep_warm(made, output_of(worker(_python_of(python, name), name, "warm", work)), asked, keys)
                except (subprocess.SubprocessError, OSError) as error:
                    made.why_not = _reason(error)
    return found


def table(found: Mapping[str, Measured]) -> tuple[list[str], bool]:
    """The lines to print, and whether every limit was kept."""
    ours, kept = found["ours"], True
    lines = [f"{'':12}" + "".join(f"{name:>14}{'ratio':>9}" for name in LEAST_RATIO) + f"{f'page first of {QUESTIONS}':>22}"]
    for name, made in found.items():
        if made.why_not is not None or ours.why_not is not None:
            lines.append(f"{name:12}  not measured: {made.why_not or 'ours was not'}")
            kept = kept and name != "ours"
            continue
        ratios = {measure: value / ours.figures()[measure] for measure, value in made.figures().items()}
        cells = "".join(f"{value:14.2f}{ratios[measure]:9.2f}" for measure, value in made.figures().items())
        missed = [] if name == "ours" else [measure for measure, least in LEAST_RATIO.items() if _is_missed(measure, ratios[measure], least)]
        kept = kept and not missed
        lines.append(f"{name:12}{cells}{made.pages_first:22}" + (f"  MISSED: {'; '.join(missed)}" if missed else ""))
    return lines, kept and any(made.why_not is None for name, made in found.items() if name != "ours")


def main() -> int:
    """Measure and print; 1 when a limit is missed or no other library could be measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", required=True, metavar="PATH", help="python of the environment with the other libraries")
    parser.add_argument("--work", type=Path, metavar="DIR", help="folder that keeps the base and the indexes for the next run")
    parser.add_argument("--cold-runs", type=int, default=COLD_RUNS, metavar="N", help="processes a library that answer one question")
    parser.add_argument("--warm-runs", type=int, default=WARM_RUNS, metavar="N", help="processes a library that answer all questions")
    options = parser.parse_args()
    if min(options.cold_runs, options.warm_runs) < 1:
        parser.error("--cold-runs and --warm-runs have to be 1 or more")
    os.environ.update(OFFLINE)
    with tempfile.TemporaryDirectory() as home:
        os.environ["ALVH_HOME"] = home
        work = options.work or Path(home) / "work"
        work.mkdir(parents=True, exist_ok=True)
        asked = questions()
        keys = prepare(work, asked)
        lines, kept = table(measure(options, work, asked, keys))
    cold, warm = options.cold_runs, options.warm_runs
    print(f"{len(keys)} passages; cold: median of n = {cold} processes; warm: of n = {warm} x {QUESTIONS} questions; memory: of n = {warm} processes")
    print("ratio: theirs to ours; limits: cold at least 10, warm at least 1, memory above 1")
    print("\n".join(lines))
    return 0 if kept else 1


def _keep_warm(made: Measured, output: str, asked: Sequence[Mapping[str, str]], keys: Sequence[str]) -> None:
    """Take up what a warm process has printed on its last line."""
    result = json.loads(output.splitlines()[-1])
    made.warm_milliseconds += result["milliseconds"]
    made.megabytes.append(result["megabytes"])
    pages = [keys[places[0]] if places else None for places in result["found"]]
    made.pages_first = sum(page == address_key(entry["url"]) for page, entry in zip(pages, asked, strict=True))


def _cold(python: str, name: str, work: Path, question: str) -> list[str]:
    """The command that answers one question in a new process; ours is the program's own."""
    if name == "ours":
        return [sys.executable, "-m", "knowledge", "--knowledge", str(work / "base"), "search", question, "-k", str(DEPTH), "--json"]
    return [*worker(python, name, "cold", work), question]


def _python_of(python: str, name: str) -> str:
    return sys.executable if name == "ours" else python


def _is_missed(measure: str, ratio: float, least: float) -> bool:
    """Memory has to be less; the others may be just at their limit."""
    return ratio <= least if measure == "memory, MB" else ratio < least


def _reason(error: subprocess.SubprocessError | OSError) -> str:
    """The last line that a process wrote, or how it ended."""
    said = error.stderr if isinstance(error, subprocess.CalledProcessError) else None
    return (said or str(error)).strip().splitlines()[-1]


if __name__ == "__main__":
    sys.exit(main())
