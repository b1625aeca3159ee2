"""The passages behind a reply, with the sentences that were used marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.render import citation_line
from assistant.reply import Citation, Reply

if TYPE_CHECKING:
    from knowledge.documents import Document
    from knowledge.storage.store import Store


@dataclass(frozen=True, slots=True)
class Evidence:
    """The text around a citation's sentences; `used` are spans of `text` that the answer quotes, `line` names the source."""

    marker: int
    citation: Citation
    line: str
    heading: str
    text: str
    used: tuple[tuple[int, int], ...]


def evidence_of(reply: Reply, store: Store) -> list[Evidence]:
    """One entry a citation, in the order of the markers; a document removed meanwhile is left out."""
    present = set(store.document_ids())
    return [_evidence(citation, store.document(citation.document_id)) for citation in reply.citations if citation.document_id in present]


def _evidence(citation: Citation, document: Document) -> Evidence:
    """The section that holds the sentences; the whole text between them when they lie in several."""
    start, end = citation.sentences[0].start, citation.sentences[-1].end
    for section in document.sections:
        if section.start <= start < section.end:
            start = min(start, section.start)
        if section.start < end <= section.end:
            end = max(end, section.end)
    text = document.text[start:end]
    lead = len(text) - len(text.lstrip())
    used = tuple((sentence.start - start - lead, sentence.end - start - lead) for sentence in citation.sentences)
    return Evidence(citation.marker, citation, citation_line(citation), citation.heading, text.strip(), used)
