"""What a document is: its text, where it is from, and the headings that divide it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["original", "paraphrase"]
Subject = Literal["method", "instrument", "market", "glossary"]
Layer = Literal["shipped", "user"]

_CONTROL = re.compile(
    r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[0-?]*[ -/]*[@-~]|\x1b.|[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


@dataclass(frozen=True, slots=True)
class Source:
    """A work that a document is taken from or put in other words.

    `paragraphs` are the numbers of the work's paragraphs that are covered; `headings` the document's
    headings it backs (empty: every heading that no other source names). `date` is ISO text.
    """

    title: str
    url: str | None = None
    author: str | None = None
    date: str | None = None
    paragraphs: tuple[int, ...] = ()
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of a document's text under one heading: text[start:end], the heading line not included."""

    heading: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """One document. Sentences are cited as spans of `text`, verbatim.

    `kind`: `original` for a page as published, `paraphrase` for a text written from its sources.
    `questions` are questions that the document answers.
    """

    document_id: str
    layer: Layer
    kind: Kind
    subject: Subject
    title: str
    text: str
    sections: tuple[Section, ...]
    sources: tuple[Source, ...]
    tags: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()

    @property
    def content_sha256(self) -> str:
        """Fingerprint of what the document says and how it is divided."""
        import hashlib

        parts = [self.title, self.text, *(f"{section.heading}|{section.start}|{section.end}" for section in self.sections)]
        return hashlib.sha256("\x1f".join(parts).encode("utf-8")).hexdigest()

    def source_of(self, heading: str) -> Source:
        """The source that backs a heading: the one that names it, else the first."""
        return next((source for source in self.sources if heading in source.headings), self.sources[0])


def without_controls(text: str) -> str:
    """`text` without control characters, terminal escapes and direction overrides; line ends as \\n."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def slug(text: str, words: int = 8) -> str:
    """A short lower-case name from the first words of a text: letters, digits and hyphens."""
    return "-".join(re.findall(r"[a-z0-9]+", text.lower())[:words]) or "document"


def user_document_id(title: str, address: str) -> str:
    """Identity of an added document: its title made readable, and eight digits of its address's hash."""
    import hashlib

    return f"{slug(title)}-{hashlib.sha256(address.encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"


def sections_from(text: str, headings: Sequence[tuple[str, int, int]]) -> tuple[Section, ...]:
    """Sections between heading lines, each given as (heading, line start, line end); text before the first has no heading."""
    marks = [("", 0, 0), *headings]
    ends = [start for _, start, _ in headings] + [len(text)]
    found = [Section(heading, line_end, end) for (heading, _, line_end), end in zip(marks, ends, strict=True)]
    return tuple(section for section in found if text[section.start : section.end].strip())
