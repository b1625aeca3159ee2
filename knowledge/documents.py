"""What a document is: its text, where it is from, and the headings that divide it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["original", "paraphrase"]
Subject = Literal["method", "instrument", "market", "glossary", "elsewhere"]
Layer = Literal["shipped", "user"]

_CONTROL = re.compile(
    # Commands of a terminal: with a text up to their end (of a line at most), with parameters, of one letter.
    r"(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x90\x98\x9c-\x9f\n]*(?:\x07|\x1b\\|\x9c)|(?:\x1b\[[0-?]*|\x9b[0-?]+)[ -/]*[@-~]|\x1b."
    # Control characters; characters that are not seen, or turn the direction, or stand for parts of others; halves of characters.
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164]"
    r"|[\ud800-\udfff\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_LINE_END = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_TRACKING = re.compile(r"utm_|fbclid$|gclid$|mc_cid$|mc_eid$")


# A section: its document's id and its heading.
Place = tuple[str, str]


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
class Term:
    """A glossary entry; `aliases` are lower case, `expansion` is set for abbreviations.

    `in_method`: what the method says of it, in `paragraphs` of its source. `reference`: where the definition is from;
    `defined_by_source`: it is the method's own. `computed`: whether the engine computes it, `reason` why not.
    """

    term: str
    definition: str
    expansion: str | None = None
    aliases: tuple[str, ...] = ()
    in_method: str | None = None
    paragraphs: tuple[int, ...] = ()
    reference: Source | None = None
    computed: bool = True
    reason: str | None = None
    defined_by_source: bool = False


@dataclass(frozen=True, slots=True)
class Silence:
    """Something the method does not state.

    `terms`: groups of words, one of every group has to occur in a question (`#`: any number). `questions`: ways to ask.
    `parameters`: ids of what is assumed instead. `nearest`: document id and heading of the closest
    sentence that is stated.
    """

    id: str
    subject: str
    questions: tuple[str, ...]
    terms: tuple[tuple[str, ...], ...]
    parameters: tuple[str, ...]
    nearest: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Document:
    """One document. Sentences are cited as spans of `text`, verbatim.

    `kind`: `original` for a page as published, `paraphrase` for a text written from its sources. `address` tells
    documents apart: two with one address are one document (see `address_key`); a shipped article's is its id.
    `questions` are questions that the document answers (of the subject `elsewhere`: that the program does not), `asked_under` the heading under which each
    of them is answered, in their order, empty where that is not known; `terms` what it defines, `silences` what it says the method does not state.
    """

    document_id: str
    layer: Layer
    kind: Kind
    subject: Subject
    title: str
    text: str
    sections: tuple[Section, ...]
    sources: tuple[Source, ...]
    address: str
    tags: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    asked_under: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    silences: tuple[Silence, ...] = ()

    @property
    def text_sha256(self) -> str:
        """Fingerprint of what the document says and how it is divided, whatever is known about it."""
        import hashlib

        parts = [self.title, self.text, *(f"{section.heading}|{section.start}|{section.end}" for section in self.sections)]
        return hashlib.sha256("\x1f".join(parts).encode("utf-8")).hexdigest()

    def source_of(self, heading: str) -> Source:
        """The source that backs a heading: the one that names it, else the first."""
        return next((source for source in self.sources if heading in source.headings), self.sources[0])


def without_controls(text: str) -> str:
    """`text` without control characters, terminal escapes, direction overrides and invisible characters; line ends as \\n."""
    return _CONTROL.sub("", _LINE_END.sub("\n", text))


def shortened(text: str, longest: int) -> str:
    """A text on one line, cut at a word where it is too long to be a name."""
    line = " ".join(text[: 4 * longest].split())
    return line if len(line) <= longest else line[:longest].rsplit(" ", 1)[0] + " …"


def slug(text: str, words: int = 8) -> str:
    """A short lower-case name from the first words of a text: letters, digits and hyphens."""
    return "-".join(re.findall(r"[a-z0-9]+", text.lower())[:words]) or "document"


def user_document_id(title: str, address: str) -> str:
    """Name of an added document: its title made readable, and eight digits of its address's hash."""
    import hashlib

    return f"{slug(title)}-{hashlib.sha256(address_key(address).encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"


def file_address(path: Path) -> str:
    """The address of a document that is known only by its file: the full path, as a URI where its name is not clean text."""
    full = path.resolve()
    return str(full) if without_controls(str(full)) == str(full) else full.as_uri()


def file_title(path: Path) -> str:
    """A title for a document that has none: its file's name."""
    return " ".join(without_controls(path.stem).split()) or "Untitled"


def address_key(address: str) -> str:
    """An address as it tells documents apart: without scheme, `www.`, fragment, tracking parameters and a closing slash; others stay as they are."""
    from urllib.parse import parse_qsl, urlencode, urlsplit

    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return address
    if parts.scheme.lower() not in ("http", "https") or not parts.netloc:
        return address
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(name)]
    host = parts.netloc.lower().removeprefix("www.")
    return host + parts.path.rstrip("/") + (f"?{urlencode(query)}" if query else "")


def sections_from(text: str, headings: Sequence[tuple[str, int, int]]) -> tuple[Section, ...]:
    """Sections between heading lines, each given as (heading, line start, line end); text before the first has no heading."""
    marks = [("", 0, 0), *headings]
    ends = [start for _, start, _ in headings] + [len(text)]
    found = [Section(heading, line_end, end) for (heading, _, line_end), end in zip(marks, ends, strict=True)]
    return tuple(section for section in found if text[section.start : section.end].strip())
