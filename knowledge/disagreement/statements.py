"""Which sentences of a passage state a value of a topic."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from knowledge.disagreement.readers import Mention, mentions
from knowledge.disagreement.topics import Topic
from knowledge.disagreement.values import Kind, Value
from knowledge.disagreement.wording import Phrase, Place, Wording
from knowledge.documents import Document
from knowledge.passages import Span, is_complete
from knowledge.storage.store import StoredPassage

FARTHEST = 16
FARTHEST_DEFINITION = 3
_LIST_REACH = 4
_LONGEST_SENTENCE = 600
_HEARSAY = re.compile(
    r"\b(e\.g\.|for instance|examples?\b|other (pages?|articles?|answers?)|elsewhere|widely copied|would\b|scenario|hypothetical)", re.I
)


@dataclass(frozen=True, slots=True)
class Stated:
    """A sentence that states a value: text[span[0]:span[1]] of its document, sentence `number` of its passage."""

    value: Value
    span: Span
    number: int


def stated_in(passage: StoredPassage, document: Document, topics: Iterable[Topic]) -> Iterator[tuple[Topic, Stated]]:
    """The values of topics that the sentences of a passage state, by their words; whether a sentence is close to the topic is left to the caller."""
    context: Wording | None = None
    topics = tuple(topics)
    for number, (start, end) in enumerate(passage.sentences):
        sentence = document.text[start:end]
        if not is_complete(sentence) or sentence.endswith("?") or end - start > _LONGEST_SENTENCE or _HEARSAY.search(sentence):
            continue
        wording = Wording(sentence)
        for topic in topics:
            if not wording.holds_one_of_each([topic.near, *topic.stated]) or any(wording.holds(phrase) for phrase in topic.not_stated):
                continue
            context = context or Wording(f"{document.title} \n {passage.heading}")
            if all(any(wording.holds(phrase) or context.holds(phrase) for phrase in group) for group in topic.about):
                value = value_of(wording, topic)
                if value is not None:
                    yield topic, Stated(value, (start, end), number)


def value_of(wording: Wording, topic: Topic) -> Value | None:
    """The value of a topic that a sentence gives, by the first kind that has one; None when no mention belongs to the topic."""
    for kind in topic.values:
        found = mentions(kind, wording, topic.names)
        if found and not topic.whole_sentence:
            found = _linked(wording, found, topic)
        if found:
            return _joined(kind, found)
    return None


def _linked(wording: Wording, found: Sequence[Mention], topic: Topic) -> list[Mention]:
    """The mention closest to what the topic is about, with those that stand in a list with it; those closer to a rival are left out."""
    anchors, rivals = _places(wording, topic.near), _places(wording, topic.rivals)
    distances = {mention: _least(wording, mention.place, anchors) for mention in found}
    found = [mention for mention in found if not topic.between or any(_between(wording, mention.place, anchor, topic) for anchor in anchors)]
    farthest = FARTHEST_DEFINITION if found and found[0].value.kind == "definition" else FARTHEST
    own = [mention for mention in found if distances[mention] <= min(farthest, _to_rivals(wording, mention.place, rivals))]
    if not own:
        return []
    first = min(own, key=lambda mention: (distances[mention], mention.place.begin))
    linked = [first]
    for mention in own:
        if mention.value != first.value and any(_listed(wording, mention.place, other.place) for other in linked):
            linked.append(mention)
    return linked


def _between(wording: Wording, place: Place, anchor: Place, topic: Topic) -> bool:
    """Whether one of the words that a value needs between it and an anchor stands there."""
    return Wording(wording.between(place, anchor)).holds_one_of_each([topic.between])


def _places(wording: Wording, phrases: Iterable[Phrase]) -> list[Place]:
    return [place for phrase in phrases for place in wording.find(phrase)]


def _least(wording: Wording, place: Place, others: Iterable[Place]) -> int:
    return min((wording.distance(place, other) for other in others), default=FARTHEST + 1)


def _to_rivals(wording: Wording, place: Place, rivals: Iterable[Place]) -> int:
    """Distance to the nearest rival that is no word of the mention itself: the third of 'one third' is none."""
    return _least(wording, place, (rival for rival in rivals if not place.overlaps(rival)))


def _listed(wording: Wording, one: Place, other: Place) -> bool:
    """Whether two mentions follow one another as members of a list."""
    words = max(one.begin, other.begin) - min(one.end, other.end)
    return words <= _LIST_REACH and bool(re.search(r",|/|\band\b|\bor\b|\bplus\b", wording.between(one, other)))


def _joined(kind: Kind, found: Sequence[Mention]) -> Value:
    """Several mentions as one value."""
    values = [mention.value for mention in found]
    first = values[0]
    if first.names:
        return Value(kind, names=tuple(sorted({name for value in values for name in value.names})))
    if kind == "delta":
        return first
    bases = [value.base for value in values if value.base]
    ranges = [part for value in values for part in value.ranges]
    ordered = tuple(sorted(set(ranges))) if kind == "days" else tuple(ranges)
    return Value(kind, ordered, base=bases[0] if bases else "")
