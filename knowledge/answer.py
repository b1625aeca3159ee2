"""From ranked passages to an extractive answer: verbatim sentences, each with its page."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from knowledge.citing import Answer, Citation
from knowledge.documents import Document, Place
from knowledge.passages import Span, is_complete
from knowledge.question_kind import alternatives_of, asks_for_definition, definition_of, kinds_of
from knowledge.search.retriever import Found, Hit, phrases_of, plain
from knowledge.storage.store import Store
from knowledge.words import stems

if TYPE_CHECKING:
    import numpy.typing as npt

MAX_SENTENCES = 5
"""With those that are there for what they refer back to."""
MOST_SENTENCES = 4
_ANAPHORA = re.compile(r"^(this|that|these|those|they|it|its|such|he|she|however|therefore|also|here|both|either)\b", re.IGNORECASE)
_KEPT_BELOW_BEST = 0.75
_SAME_THING = 0.86
_WORD_WEIGHT, _PASSAGE_WEIGHT, _KIND_WEIGHT, _CHOICE_WEIGHT = 0.45, 1.20, 0.15, 0.15
_PHRASE_WEIGHT = 1.0
# More than any other sign but the quoted words: 'The VIX is ...' answers 'what is the VIX?', 'VIX ETFs are ...' does not.
_DEFINITION_WEIGHT = 0.6
# By facts held in the answers to our own questions, both halves alike; from 2.5 to 3.5 and from .2 to .35 they are the same within one.
_KNOWN_WEIGHT, _KNOWN_FROM = 3.0, 0.3
# What an added page, of which no questions are known, has of the closest section's standing: with less its own questions lose their sentences, with all the
# source's do.
_ADDED_PART = 0.85
_MOST_BESIDE_A_TERM = 1


@dataclass(frozen=True, slots=True)
class _Candidate:
    hit: Hit
    number: int
    span: Span
    text: str
    score: float
    vector: npt.NDArray[np.float32]
    known: float


def compose(question: str, found: Found, store: Store, most: int = MOST_SENTENCES, known: Mapping[Place, float] | None = None) -> Answer:
    """The best sentences of the hits: at most `most`, plus what they refer back to, at most five in all.

    `known`: of sections (document id, heading) the closest cosine of the question to those that they are known to answer; sentences of a
    section stand the higher the closer it comes. Of an added document no questions are known: it stands nearly as the closest section does.

    A sentence's score is its cosine to the question, plus the share of the question's words it holds (rare
    words of the hits count more), plus its passage's standing, plus a bonus when it is of the kind of answer
    asked for, defines what is asked for by name, names every alternative of a question that offers a choice, or holds what the question quotes.
    Sentences that say the same are given once.
    """
    documents, candidates = _ranked(question, found, store, known or {})
    return _answered(candidates, found, documents, most)


def composed(question: str, found: Found, store: Store, most: int, known: Mapping[Place, float]) -> tuple[Answer, Answer]:
    """The answer as `compose` gives it, and the one without `known`, by which it is decided whether the question is answered at all."""
    documents, candidates = _ranked(question, found, store, known)
    answer = _answered(candidates, found, documents, most)
    if not known:
        return answer, answer
    without = sorted((replace(one, score=one.score - one.known) for one in candidates), key=_best_first)
    return answer, _answered(without, found, documents, most)


def _ranked(question: str, found: Found, store: Store, known: Mapping[Place, float]) -> tuple[dict[str, Document], list[_Candidate]]:
    """The documents of the hits, and their sentences, best first."""
    documents = {hit.passage.document_id: store.document(hit.passage.document_id) for hit in found.hits}
    return documents, _candidates(question, found, documents, _standings(question, found, known, documents))


def _answered(candidates: Sequence[_Candidate], found: Found, documents: dict[str, Document], most: int) -> Answer:
    """The answer that the first of some candidates make."""
    if not candidates:
        return Answer((), 0.0)
    chosen = _chosen(candidates, most)
    closeness = max(float(candidate.vector @ found.vector) if found.vector is not None else 0.0 for candidate in chosen)
    return Answer(tuple(_citations(chosen, candidates, documents)), closeness)


def _best_first(candidate: _Candidate) -> tuple[float, int, int]:
    return -candidate.score, candidate.hit.passage.passage_id, candidate.number


def _standings(question: str, found: Found, known: Mapping[Place, float], documents: Mapping[str, Document]) -> list[float]:
    """Of each hit what the questions known to be answered in its section add to its sentences; the entry of a term that is asked for has as much as any."""
    words = stems(question) if asks_for_definition(question) else frozenset()
    places = [(hit.passage.document_id, hit.passage.heading) for hit in found.hits]
    closest = max((known.get(place, 0.0) for place in places), default=0.0)
    added = _ADDED_PART * max(closest - _KNOWN_FROM, 0.0)
    defined = [documents[name].subject == "glossary" and _names_what_is_asked(heading, words) for name, heading in places]
    own = [max((closest if named else known.get(place, 0.0)) - _KNOWN_FROM, 0.0) for place, named in zip(places, defined, strict=True)]
    return [_KNOWN_WEIGHT * (added if documents[place[0]].layer == "user" else share) for place, share in zip(places, own, strict=True)]


def _names_what_is_asked(heading: str, words: frozenset[str]) -> bool:
    """Whether a glossary entry is of what a short question asks for: nearly all of its words are the term's."""
    named = stems(re.sub(r"\s+in (?:ALVH|this program)$", "", heading))
    return bool(named) and bool(words & named) and len(words - named) <= _MOST_BESIDE_A_TERM


def _candidates(question: str, found: Found, documents: dict[str, Document], known: Sequence[float]) -> list[_Candidate]:
    wanted = stems(question)  # a set: only an exact sum is the same in every order
    bodies = [_stems_of(hit, documents[hit.passage.document_id].text) for hit in found.hits]
    weights = {word: 1.0 / (1 + sum(word in body for body in bodies)) for word in wanted}
    total = math.fsum(weights.values()) or 1.0
    best = max((hit.score for hit in found.hits), default=1.0) or 1.0
    kinds = kinds_of(question)
    phrases = [plain(phrase) for phrase in phrases_of(question)]
    defines = definition_of(question)
    choice = {stem for word in alternatives_of(question) for stem in stems(word)}
    candidates = []
    for hit, closeness in zip(found.hits, known, strict=True):
        text = documents[hit.passage.document_id].text
        for number, (span, vector) in enumerate(zip(hit.passage.sentences, hit.passage.sentence_vectors, strict=True)):
            sentence = text[span[0] : span[1]]
            if not is_complete(sentence):
                continue
            context = stems(hit.passage.heading)
            have = stems(sentence)
            overlap = math.fsum(weights[word] * (1.0 if word in have else 0.3) for word in wanted if word in have or word in context) / total
            dense = 0.0 if found.vector is None else float(vector @ found.vector)
            in_kind = _KIND_WEIGHT if any(kind.search(sentence) for kind in kinds) else 0.0
            in_kind += _CHOICE_WEIGHT if len(choice) > 1 and choice <= have else 0.0
            in_kind += _PHRASE_WEIGHT if phrases and all(phrase in plain(sentence) for phrase in phrases) else 0.0
            in_kind += _DEFINITION_WEIGHT if defines is not None and defines.match(sentence) else 0.0
            standing = _PASSAGE_WEIGHT * max(hit.score, 0.0) / best + closeness
            candidates.append(_Candidate(hit, number, span, sentence, dense + _WORD_WEIGHT * overlap + standing + in_kind, vector, closeness))
    return sorted(candidates, key=_best_first)


def _stems_of(hit: Hit, text: str) -> frozenset[str]:
    return frozenset().union(*(stems(text[start:end]) for start, end in hit.passage.sentences))


def _chosen(candidates: Sequence[_Candidate], most: int) -> list[_Candidate]:
    chosen = [candidates[0]]
    for candidate in candidates[1:]:
        if len(chosen) == most or candidate.score < _KEPT_BELOW_BEST * candidates[0].score:
            break
        if all(float(candidate.vector @ other.vector) < _SAME_THING for other in chosen):
            chosen.append(candidate)
    return chosen


def _citations(chosen: Sequence[_Candidate], candidates: Sequence[_Candidate], documents: dict[str, Document]) -> list[Citation]:
    """Chosen sentences with their antecedents, grouped by document and heading; the best group first, sentences in reading order."""
    by_place = {(candidate.hit.passage.passage_id, candidate.number): candidate for candidate in candidates}
    groups: dict[tuple[str, str], dict[Span, _Candidate]] = {}
    count = len(chosen)
    for candidate in chosen:
        group = groups.setdefault((candidate.hit.passage.document_id, candidate.hit.passage.heading), {})
        group[candidate.span] = candidate
        before = by_place.get((candidate.hit.passage.passage_id, candidate.number - 1))
        if before is not None and before.span not in group and _ANAPHORA.match(candidate.text) and count < MAX_SENTENCES:
            group[before.span] = before
            count += 1
    found = []
    for (document_id, heading), group in groups.items():
        document = documents[document_id]
        sentences = tuple((document.text[start:end], start, end) for start, end in sorted(group))
        score = max(candidate.score for candidate in group.values())
        found.append(Citation(document_id, document.kind, document.subject, document.title, heading, document.source_of(heading), sentences, score))
    return found
