"""From a question to ranked passages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from knowledge.documents import Term
from knowledge.search.documents import Documents
from knowledge.search.index import SearchIndex, open_index, refreshed
from knowledge.search.ranking import Query, Signals, best_rows, nearness, standing
from knowledge.storage.store import Store, StoredPassage
from knowledge.word_records import query_keys
from knowledge.words import content_words, expansions

if TYPE_CHECKING:
    import numpy.typing as npt

CANDIDATE_DOCUMENTS = 20
PASSAGES_A_DOCUMENT = 6
READ_AT_ONCE = 2_000
_QUOTED = re.compile(r"\"([^\"]+)\"|“([^”]+)”")


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found: its fused score, and two of the values it is made of (`dense` is a cosine, `lexical` BM25)."""

    passage: StoredPassage
    score: float
    dense: float
    lexical: float


@dataclass(frozen=True, slots=True)
class Found:
    """Hits, best first, with the question's vector (None when no encoder is at hand) and the expansions used.

    `closest`: the question's best cosine to any passage; `covered`: the largest share of its words that a passage holds; `absent`:
    stretches in quotation marks that no document holds.
    """

    hits: tuple[Hit, ...]
    vector: npt.NDArray[np.float32] | None
    expansions: tuple[str, ...]
    closest: float = 0.0
    covered: float = 0.0
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """Why a document stands where it does: its score, and the raw value and rank of each part. Words and meaning are the two that are fused."""

    document_id: str
    score: float
    words: float
    words_rank: int
    coverage: float
    meaning: float
    meaning_rank: int
    known: float
    sentences: float
    original: float


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A document by its place, with its best passages by row, and the parts of its score."""

    place: int
    passages: list[tuple[int, StoredPassage]]
    signals: float
    sentences: float
    original: float

    @property
    def score(self) -> float:
        return self.signals + self.sentences + self.original


class Retriever:
    """Searches one store. Without a question's vector it searches by words alone."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.index: SearchIndex = open_index(store)
        self._documents = Documents(self.index)
        self._terms: list[Term] | None = None

    def search(self, question: str, count: int, vector: npt.NDArray[np.float32] | None, documents: int = CANDIDATE_DOCUMENTS) -> Found:
        """The best `count` passages of the best documents for a question and its unit vector; ties go to the earlier passage.

        A document's score is the weighted sum of standardised values (BM25 of its words, the largest share of the question's words
        that one passage holds, its closest passage, the closest question it is known to answer), of how close its sentences come, and of
        its standing as an original. A passage has its document's score, less what it falls behind the document's best passage.
        A stretch in quotation marks has to stand in the passage as it is written, whatever the case; nothing is then expanded.
        """
        self.refresh()
        other_names = self._other_names(question)
        signals = self._signals(question, other_names, vector)
        weighed, absent = self._weighed(question, signals, documents)
        return Found(_hits(signals, weighed)[:count], vector, tuple(other_names), _largest(signals.dense), _largest(signals.coverage), absent)

    def explained(self, question: str, vector: npt.NDArray[np.float32] | None) -> list[Candidate]:
        """The candidates for a question with every part of their scores, best first."""
        self.refresh()
        signals = self._signals(question, self._other_names(question), vector)
        words_rank, meaning_rank = _ranks(signals.words), _ranks(signals.meaning)
        found = []
        for one in self._weighed(question, signals, CANDIDATE_DOCUMENTS)[0]:
            place = one.place
            found.append(
                Candidate(
                    document_id=one.passages[0][1].document_id,
                    score=one.score,
                    words=float(signals.words[place]),
                    words_rank=int(words_rank[place]),
                    coverage=float(signals.coverage[place]),
                    meaning=float(signals.meaning[place]),
                    meaning_rank=int(meaning_rank[place]),
                    known=float(signals.known[place]),
                    sentences=one.sentences,
                    original=one.original,
                )
            )
        return sorted(found, key=lambda candidate: (-candidate.score, candidate.document_id))

    def within(self, document_id: str, heading: str, vector: npt.NDArray[np.float32] | None) -> Found:
        """The passages under one heading of a document, scored by their cosine to a question's vector."""
        self.refresh()
        passages = self._store.passages(self._store.passages_under(document_id, heading))
        rows = self.index.row_of([passage.passage_id for passage in passages]).tolist()
        cosines = np.zeros(len(self.index.ids)) if vector is None else self.index.similarities(vector)
        return Found(tuple(Hit(p, float(cosines[row]), float(cosines[row]), 0.0) for p, row in zip(passages, rows, strict=True)), vector, ())

    def knows(self, word: str) -> bool:
        """Whether a word, in any of its forms, occurs in the base."""
        self.refresh()
        return any(self.index.holding(key) for key in query_keys([word]))

    def refresh(self) -> None:
        """Take up what another process changed since."""
        index = refreshed(self.index, self._store)
        if index is not self.index:
            self.index, self._terms = index, None
            self._documents = Documents(index)

    def glossary(self) -> list[Term]:
        """The terms of the base."""
        self.refresh()
        if self._terms is None:
            self._terms = self._store.terms()
        return self._terms

    def _signals(self, question: str, other_names: Sequence[str], vector: npt.NDArray[np.float32] | None) -> Signals:
        return Signals(Query(query_keys(content_words(question)), query_keys(other_names), vector), self._documents)

    def _other_names(self, question: str) -> list[str]:
        """Expansions to search for as well; none where the question quotes."""
        return [] if phrases_of(question) else expansions(question, self.glossary())

    def _weighed(self, question: str, signals: Signals, documents: int) -> tuple[list[_Weighed], tuple[str, ...]]:
        """The best documents, among those that hold what the question quotes if some do; and the quoted stretches that none holds."""
        quoted = phrases_of(question)
        holding, absent = self._with_phrases(quoted)
        if not quoted or absent:
            return list(self._candidates(signals, best_rows(signals.documents, documents), None)), absent
        places = self._documents.places(holding)
        return list(self._candidates(signals, places[best_rows(signals.documents[places], documents)], holding)), absent

    def _candidates(self, signals: Signals, places: npt.NDArray[np.int64], within: npt.NDArray[np.int64] | None) -> Iterator[_Weighed]:
        """Documents with their best passages; of `within`, where it is given. What another process removed meanwhile is left out."""
        chosen = []
        for place in places.tolist():
            rows = self._documents.rows(place)
            rows = rows if within is None else rows[np.isin(rows, within)]
            chosen.append((place, rows[best_rows(signals.passages[rows], PASSAGES_A_DOCUMENT)].tolist()))
        numbers = {row: int(self.index.ids[row]) for _, rows in chosen for row in rows}
        passages = {passage.passage_id: passage for passage in self._store.passages(list(numbers.values()))}
        for place, rows in chosen:
            present = [(row, passages[numbers[row]]) for row in rows if numbers[row] in passages]
            if present:
                near = nearness([passage for _, passage in present], signals.query.vector)
                yield _Weighed(place, present, float(signals.documents[place]), near, standing(present[0][1]))

    def _with_phrases(self, phrases: Sequence[str]) -> tuple[npt.NDArray[np.int64], tuple[str, ...]]:
        """Rows of the passages that hold every phrase, and the phrases that none holds."""
        held: npt.NDArray[np.int64] | None = None
        absent = []
        for phrase in phrases:
            rows = self._holding_phrase(phrase)
            held = rows if held is None else np.intersect1d(held, rows)
            if not len(rows):
                absent.append(phrase)
        if held is not None and not len(held) and not absent:
            absent = list(phrases)
        return np.empty(0, dtype=np.int64) if held is None else held, tuple(absent)

    def _holding_phrase(self, phrase: str) -> npt.NDArray[np.int64]:
        rows: npt.NDArray[np.int64] | None = None
        for key in query_keys(content_words(phrase)):
            found, _ = self.index.postings(key)
            rows = found if rows is None else np.intersect1d(rows, found)
        rows = np.arange(len(self.index.ids)) if rows is None else rows
        wanted = plain(phrase)
        held: list[int] = []
        for begin in range(0, len(rows), READ_AT_ONCE):
            some = rows[begin : begin + READ_AT_ONCE]
            texts = {p.passage_id: self._text(p) for p in self._store.passages(self.index.ids[some].tolist())}
            held += [row for row in some.tolist() if wanted in texts.get(int(self.index.ids[row]), "")]
        return np.array(held, dtype=np.int64)

    def _text(self, passage: StoredPassage) -> str:
        document = self._store.document(passage.document_id)
        return plain(f"{document.title}\n{passage.heading}\n{document.text[passage.start : passage.end]}")


def _hits(signals: Signals, weighed: Sequence[_Weighed]) -> tuple[Hit, ...]:
    """The passages of some documents, best first."""
    hits = []
    for one in weighed:
        best = max(float(signals.passages[row]) for row, _ in one.passages)
        hits += [
            Hit(passage, one.score + float(signals.passages[row]) - best, float(signals.dense[row]), float(signals.lexical[row]))
            for row, passage in one.passages
        ]
    return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.passage.passage_id)))


def phrases_of(question: str) -> list[str]:
    """Stretches of a question in quotation marks."""
    return [found for match in _QUOTED.finditer(question) if (found := (match.group(1) or match.group(2)).strip())]


def plain(text: str) -> str:
    """A text as quoted stretches are compared: in lower case, spaces made one."""
    return " ".join(text.lower().split())


def _ranks(values: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Rank of each value, 1 for the highest; ties by place."""
    ranks = np.empty(len(values), dtype=np.int64)
    ranks[np.lexsort((np.arange(len(values)), -values))] = np.arange(1, len(values) + 1)
    return ranks


def _largest(values: npt.NDArray[np.float64]) -> float:
    return float(values.max()) if len(values) else 0.0
