"""From a document's text to sentences and passages, as spans: pure functions."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from knowledge.documents import Document

Span = tuple[int, int]
MAX_PASSAGE_WORDS = 110
PARAGRAPH_WORDS = 40

_ABBREVIATIONS = frozenset(
    "vs e.g i.e approx etc no nos fig figs mr mrs ms dr st inc ltd co corp u.s u.k a.m p.m dec jan feb mar apr jun jul aug sep sept oct nov cf al eq ca est min max avg".split()
)
_BREAK = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s+[\"'“‘(\[]?[A-Z0-9$€£•\-–—]|\s*$)")
_PARAGRAPH = re.compile(r"[^\n](?:.|\n(?!\s*\n))*", re.MULTILINE)
_BULLET = re.compile(r"^\s*(?:[-*•·]|\d+[.)])\s+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of text[start:end] that is retrieved as one, with its sentences as spans of the document's text."""

    heading: str
    start: int
    end: int
    sentences: tuple[Span, ...]


def passages_of(document: Document) -> list[Passage]:
    """Passages in reading order: whole sentences of one section, at most about 110 words each.

    A new paragraph starts a new passage unless the one before is short.
    """
    found: list[Passage] = []
    for section in document.sections:
        run: list[Span] = []
        words = 0
        for paragraph in _paragraphs(document.text, section.start, section.end):
            if words >= PARAGRAPH_WORDS:
                found.append(_passage(section.heading, run))
                run, words = [], 0
            for span in sentences_of(document.text, *paragraph):
                count = len(document.text[span[0] : span[1]].split())
                if run and words + count > MAX_PASSAGE_WORDS:
                    found.append(_passage(section.heading, run))
                    run, words = [], 0
                run.append(span)
                words += count
        if run:
            found.append(_passage(section.heading, run))
    return found


def _passage(heading: str, run: list[Span]) -> Passage:
    return Passage(heading, run[0][0], run[-1][1], tuple(run))


def sentences_of(text: str, start: int, end: int) -> list[Span]:
    """Sentences of text[start:end] as trimmed spans. Bullets and single lines that end without a stop are sentences of their own."""
    found: list[Span] = []
    for line_start, line_end in _lines(text, start, end):
        begin = line_start
        for match in _BREAK.finditer(text, line_start, line_end):
            if _ends_sentence(text, begin, match.start()):
                found.append(_trimmed(text, begin, match.end()))
                begin = match.end()
        if text[begin:line_end].strip():
            found.append(_trimmed(text, begin, line_end))
    return [span for span in found if span[0] < span[1]]


def is_complete(sentence: str) -> bool:
    """Whether a sentence ends as one: a text cut off in the middle does not."""
    return bool(re.search(r"[.!?…:;\"'”’)\]%]$", sentence.rstrip()))


def _paragraphs(text: str, start: int, end: int) -> list[Span]:
    return [(match.start(), match.end()) for match in _PARAGRAPH.finditer(text, start, end) if match.group().strip()]


def _lines(text: str, start: int, end: int) -> list[Span]:
    """Bullets of a paragraph one by one; other lines joined, since a text may be wrapped."""
    bullets = list(_BULLET.finditer(text, start, end))
    if not bullets:
        return [(start, end)]
    edges = [start, *(match.start() for match in bullets), end]
    bodies = {match.start(): match.end() for match in bullets}
    return [(bodies.get(a, a), b) for a, b in itertools.pairwise(edges) if text[bodies.get(a, a) : b].strip()]


def _ends_sentence(text: str, begin: int, stop: int) -> bool:
    if text[stop] != ".":
        return True
    words = text[begin:stop].split()
    word = words[-1].lstrip("(\"'“‘[").lower() if words else ""
    if word in _ABBREVIATIONS or re.fullmatch(r"[a-z]", word):
        return stop + 1 >= len(text) or not text[stop + 1 :].strip()
    return True


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
