"""How well questions find their page: recall and reciprocal rank with intervals, for words, vectors, both, and the whole pipeline side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from knowledge.base import KnowledgeBase
from knowledge.documents import address_key
from knowledge.errors import KnowledgeError
from knowledge.search.ranking import standardised
from knowledge.word_records import query_keys
from knowledge.words import content_words

if TYPE_CHECKING:
    import numpy.typing as npt

DEPTH = 10
SEED = 20260509
RESAMPLES = 2_000
FEWEST_FOR_INTERVAL = 30
EXAMPLE = '{"question": "...", "url": "...", "answer_contains": ["..."]}'
SYSTEMS = ("lexical", "dense", "fused", "pipeline")


@dataclass(frozen=True, slots=True)
class Item:
    """A question, the address of the page that answers it, and what a right answer holds (any of these, whatever the case)."""

    id: str
    question: str
    url: str
    answer_contains: tuple[str, ...]
    style: str
    context: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Rank of the right page by each system (None: not among the first ten), and whether the answer holds what it should."""

    item: Item
    ranks: Mapping[str, int | None]
    hit: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over n items with its 95 % interval (bootstrap, percentiles); the interval is None under 30 items."""

    value: float
    low: float | None
    high: float | None
    n: int


def item_from(entry: Mapping[str, object], where: str, number: int) -> Item:
    """An item from its mapping on line `number`. Raises KnowledgeError naming the place (`where`) that is not usable."""
    try:
        patterns = entry.get("answer_contains", [])
        context = entry.get("context", [])
        return Item(
            id=str(entry.get("id", number)),
            question=str(entry["question"]),
            url=str(entry["url"]),
            answer_contains=(patterns,) if isinstance(patterns, str) else tuple(str(text) for text in patterns),  # type: ignore[attr-defined]
            style=str(entry.get("style", "all")),
            context=tuple(str(text) for text in context),  # type: ignore[attr-defined]
        )
    except (KeyError, TypeError) as error:
        raise KnowledgeError(where, f"lacks {error}", f"write {EXAMPLE}") from error


def outcomes(base: KnowledgeBase, items: Iterable[Item]) -> Iterator[Outcome]:
    """Each item asked of every system; a question comes with those before it, as in a search."""
    documents = _addresses(base)
    for item in items:
        question = " ".join((*item.context, item.question))
        ranks = {system: _rank(ranked(base, question, system), documents, item.url) for system in SYSTEMS}
        said = " ".join(sentence for citation in base.ask(question).answer.citations for sentence, _, _ in citation.sentences).lower()
        yield Outcome(item, ranks, any(text.lower() in said for text in item.answer_contains))


def ranked(base: KnowledgeBase, question: str, system: str) -> list[int]:
    """Numbers of the ten best documents, best first, by their best passages."""
    index, vector = base.retriever.index, base.vector(question)
    if system == "pipeline":
        hits = base.search(question, 2 * DEPTH).hits
        rows = index.row_of([hit.passage.passage_id for hit in hits])
        return _first_of_each(index.documents[rows])
    words = index.lexical(query_keys(content_words(question)))
    cosines = np.zeros(len(words)) if vector is None else index.similarities(vector).astype(np.float64)
    scores = {"lexical": words, "dense": cosines, "fused": standardised(words) + standardised(cosines)}[system]
    return _first_of_each(index.documents[np.argsort(-scores, kind="stable")])


def figures(found: Sequence[Outcome]) -> dict[str, dict[str, Figure]]:
    """Recall at 1 and 5 and mean reciprocal rank at 10 of each system, and the share of answers that hold what they should."""
    table = {
        system: {
            "recall_at_1": figure([float(outcome.ranks[system] == 1) for outcome in found]),
            "recall_at_5": figure([float((outcome.ranks[system] or DEPTH + 1) <= 5) for outcome in found]),
            "mrr_at_10": figure([reciprocal(outcome.ranks[system]) for outcome in found]),
        }
        for system in SYSTEMS
    }
    return table | {"answer": {"hit_rate": figure([float(outcome.hit) for outcome in found])}}


def figure(values: Sequence[float]) -> Figure:
    """The mean of some values with its interval."""
    low, high = interval(np.array(values)) if len(values) >= FEWEST_FOR_INTERVAL else (None, None)
    return Figure(float(np.mean(values)) if values else 0.0, low, high, len(values))


def interval(values: npt.NDArray[np.float64]) -> tuple[float, float]:
    """95 % interval of the mean by resampling whole items, with a fixed seed (Efron 1979)."""
    chance = np.random.default_rng(SEED)
    samples = values[chance.integers(0, len(values), (RESAMPLES, len(values)))]
    means = samples.mean(axis=1)
    return float(np.percentile(means, 2.5)), float(np.percentile(means, 97.5))


def lead(found: Sequence[Outcome], system: str, over: str) -> Figure:
    """How much higher the reciprocal rank of one system is than another's on the same items."""
    return figure([reciprocal(outcome.ranks[system]) - reciprocal(outcome.ranks[over]) for outcome in found])


def reciprocal(rank: int | None) -> float:
    """1 / rank, 0 beyond the first ten."""
    return 0.0 if rank is None else 1.0 / rank


def worst(found: Sequence[Outcome], count: int = 10) -> list[Outcome]:
    """The items whose page the pipeline ranks lowest, then those whose answer lacks what it should."""
    return sorted(found, key=lambda outcome: (reciprocal(outcome.ranks["pipeline"]), outcome.hit))[:count]


def _addresses(base: KnowledgeBase) -> dict[int, str]:
    return dict(base.store.connection.rows("SELECT document_number, address_key FROM documents"))


def _rank(documents: Sequence[int], addresses: Mapping[int, str], url: str) -> int | None:
    wanted = address_key(url)
    return next((place for place, number in enumerate(documents, 1) if addresses.get(number) == wanted), None)


def _first_of_each(documents: npt.NDArray[np.int64]) -> list[int]:
    return list(dict.fromkeys(documents.tolist()))[:DEPTH]
