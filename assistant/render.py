"""A reply as plain text."""

from __future__ import annotations

from assistant.reply import Citation, Reply


def as_text(reply: Reply) -> str:
    """The reply for a terminal: answer, sources, warnings, disclaimer."""
    lines = [reply.answer]
    if reply.citations:
        lines += ["", "Sources:"]
        lines += [citation_line(citation) for citation in reply.citations]
    if reply.related:
        lines += ["", "Read next:", *(f"- {question}" for question in reply.related)]
    if reply.read_as is not None:
        lines += ["", f"Read as: {reply.read_as}"]
    if reply.parameters_overridden:
        lines += ["", f"Warning: stated values were overridden: {', '.join(reply.parameters_overridden)}"]
    if reply.warning is not None:
        lines += ["", f"Warning: {reply.warning}"]
    return "\n".join([*lines, "", reply.disclaimer])


def citation_line(citation: Citation) -> str:
    """One source: marker, document, heading, and the work behind it with author, date, paragraphs and address."""
    work = [part for part in (citation.author, citation.date) if part]
    behind = f"{'in other words from ' if citation.kind == 'paraphrase' else ''}{citation.source_title}"
    paragraphs = f", paragraph {', '.join(str(number) for number in citation.paragraphs)}" if citation.paragraphs else ""
    heading = f", {citation.heading}" if citation.heading else ""
    address = f" {citation.url}" if citation.url else ""
    named = f" ({', '.join(work)})" if work else ""
    return f"[{citation.marker}] {citation.title}{heading}: {behind}{named}{paragraphs}.{address}"
