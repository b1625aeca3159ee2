"""What each part of retrieval is worth: `python tests/benchmarks/ablations.py FILE --knowledge DIR [--clean]`.

FILE is of the form that `knowledge evaluate` reads, DIR a base that holds its pages. Printed is the mean reciprocal rank at 10 of the
right page for words, vectors and their even sum alone, for the whole pipeline, and for the pipeline without each of its parts in
turn, each with its difference to the whole and the 95 % interval of that (bootstrap over the same questions).
With `--clean` besides: questions as they were typed against without their typos, and follow-ups with and without what they follow.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from unittest.mock import patch

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # a question is too small for threads to help

import numpy as np

from knowledge.base import KnowledgeBase
from knowledge.documents import address_key
from knowledge.encoding.protocol import Vectors
from knowledge.errors import KnowledgeError
from knowledge.evaluation import Figure, Item, figure, item_from, ranked, reciprocal
from knowledge.search import ranking
from knowledge.search.documents import Documents
from knowledge.search.index import SearchIndex
from knowledge.settings import knowledge_folder
from knowledge.spelling import Repaired, Speller
from knowledge.texts import batched

ALONE = {"words: BM25 of passages": "lexical", "vectors of passages": "dense", "even sum of both": "fused"}
WEIGHTS = {
    "sentence vectors": "SENTENCE_WEIGHT",
    "coverage": "COVERAGE_WEIGHT",
    "document words": "WORDS_WEIGHT",
    "meaning": "MEANING_WEIGHT",
    "known questions": "KNOWN_WEIGHT",
    "expansion": "EXPANSION_WEIGHT",
    "standing of originals": "ORIGINAL_WEIGHT",
}
Change = Callable[[], AbstractContextManager[object]]


def changes(base: KnowledgeBase) -> dict[str, Change]:
    """How the pipeline is changed for as long as each part is left out."""
    found: dict[str, Change] = {f"without {part}": partial(patch.object, ranking, weight, 0.0) for part, weight in WEIGHTS.items()}
    found["without spelling"] = lambda: patch.object(Speller, "repaired", lambda _, question: Repaired(question, ()))
    found["title, heading not encoded"] = lambda: encoded_without_titles(base)
    return found


@contextmanager
def encoded_without_titles(base: KnowledgeBase) -> Iterator[None]:
    """Search by passages encoded anew by their text alone; the base stays as it is."""
    whole = base.retriever.index
    segments = [replace(segment, vectors=vectors_of_bodies(base, segment.ids.tolist(), segment.vectors)) for segment in whole.segments]
    index = SearchIndex(segments, whole.forgotten.tolist(), whole.generation)
    with patch.object(base.retriever, "index", index), patch.object(base.retriever, "_documents", Documents(index)):
        yield


def vectors_of_bodies(base: KnowledgeBase, ids: Sequence[int], present: Vectors) -> Vectors:
    """Vectors of some passages' texts without title and heading; the present one of a passage that the base no longer holds."""
    places = {passage_id: row for row, passage_id in enumerate(ids)}
    passages = base.store.passages(ids)
    texts = [base.store.document(passage.document_id).text[passage.start : passage.end] for passage in passages]
    vectors = np.array(present)
    if texts:
        vectors[[places[passage.passage_id] for passage in passages]] = np.concatenate(list(base.require_encoder().encode_batches(batched(texts))))
    return vectors


def reciprocal_ranks(base: KnowledgeBase, asked: Sequence[tuple[str, str]], system: str = "pipeline") -> list[float]:
    """Of each question and address the reciprocal rank of the page among the ten best documents, 0 beyond them."""
    numbers = dict(base.store.connection.rows("SELECT address_key, document_number FROM documents"))
    found = []
    for question, url in asked:
        documents, wanted = ranked(base, question, system), numbers.get(address_key(url))
        found.append(reciprocal(documents.index(wanted) + 1 if wanted in documents else None))
    return found


def ablations(base: KnowledgeBase, items: Sequence[Item]) -> Iterator[tuple[str, list[float]]]:
    """Each system's name with its reciprocal ranks; the whole pipeline comes first."""
    asked = [(" ".join((*item.context, item.question)), item.url) for item in items]
    for name, change in ({"whole pipeline": nullcontext} | changes(base)).items():
        with change():
            yield name, reciprocal_ranks(base, asked)
    for name, system in ALONE.items():
        yield name, reciprocal_ranks(base, asked, system)


def paired(base: KnowledgeBase, entries: Sequence[Mapping[str, object]], items: Sequence[Item]) -> Iterator[str]:
    """Lines on typos and on follow-ups: the same questions in two forms."""
    typos = [(item, str(entry["clean_question"])) for entry, item in zip(entries, items, strict=True) if entry.get("clean_question")]
    typed = [(" ".join((*item.context, item.question)), item.url) for item, _ in typos]
    clean = [(" ".join((*item.context, text)), item.url) for item, text in typos]
    following = [item for item in items if item.context]
    joined = [(" ".join((*item.context, item.question)), item.url) for item in following]
    bare = [(item.question, item.url) for item in following]
    for name, one, other in (("typed, against clean", typed, clean), ("follow-up with context, against without", joined, bare)):
        if one:
            yield line(name, reciprocal_ranks(base, one), reciprocal_ranks(base, other))
        else:
            yield f"{name}: no such questions in the file"


def line(name: str, values: Sequence[float], others: Sequence[float] | None) -> str:
    """A row: the mean of some values, and their difference to others of the same questions."""
    row = f"{name:42}{figure(values).value:7.3f}"
    if others is None:
        return f"{row}{'':32}  n = {len(values)}"
    difference = figure([value - other for value, other in zip(values, others, strict=True)])
    return f"{row}{difference.value:+9.3f}  {_interval(difference):21}  n = {len(values)}"


def read(path: Path) -> tuple[list[Mapping[str, object]], list[Item]]:
    """The entries of a file and their items. Raises KnowledgeError naming what cannot be used."""
    try:
        entries = [json.loads(text) for text in path.read_text(encoding="utf-8").split("\n") if text.strip()]
    except (OSError, ValueError) as error:
        raise KnowledgeError(str(path), "cannot be read", "name a JSONL file of questions") from error
    if not entries:
        raise KnowledgeError(str(path), "holds no questions", 'write {"question": "...", "url": "..."} on each line')
    return entries, [item_from(entry, str(path), number) for number, entry in enumerate(entries, 1)]


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, metavar="FILE", help="questions, as `knowledge evaluate` reads them")
    parser.add_argument("--knowledge", metavar="DIR", help="folder of the base")
    parser.add_argument("--clean", action="store_true", help="also compare typed with clean questions, and follow-ups with and without context")
    options = parser.parse_args()
    try:
        entries, items = read(options.file)
        base = KnowledgeBase(knowledge_folder(options.knowledge))
        base.require_encoder()
    except KnowledgeError as error:
        parser.exit(2, f"{error.field} {error.problem}: {error.remedy}\n")
    print(f"{len(items)} questions, {base.store.count_passages()} passages, encoder {base.store.encoder_identity}")
    print(f"{'':42}MRR@10   to the whole, 95 % interval")
    whole: list[float] | None = None
    for name, values in ablations(base, items):
        print(line(name, values, whole), flush=True)
        whole = values if whole is None else whole
    if options.clean:
        print(f"\n{'':42}MRR@10   difference, 95 % interval")
        for text in paired(base, entries, items):
            print(text, flush=True)
    base.close()
    return 0


def _interval(difference: Figure) -> str:
    """The interval in brackets; under 30 questions there is none."""
    if difference.low is None or difference.high is None:
        return "(too few)"
    return f"[{difference.low:+.3f}, {difference.high:+.3f}]"


if __name__ == "__main__":
    sys.exit(main())
