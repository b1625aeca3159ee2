"""The command that lists where documents disagree: conflicts."""

from __future__ import annotations

import argparse
from typing import Any

from knowledge.commands.shared import opened, show
from knowledge.disagreement.finding import Disagreement, Statement


def conflicts(options: argparse.Namespace, prog: str) -> int:
    """Every topic on which documents give different values, each value with its document and sentence, the source first."""
    base = opened(options)
    found = [_entry(disagreement) for disagreement in base.disagreements.all()]
    base.close()
    show(options, found, lambda: "\n\n".join(_text(entry) for entry in found) or "no disagreements")
    return 0


def _entry(disagreement: Disagreement) -> dict[str, Any]:
    return {
        "id": disagreement.topic.id,
        "claim": disagreement.topic.claim,
        "source": disagreement.source,
        "values": [_value(statement) for statement in disagreement.statements],
    }


def _value(statement: Statement) -> dict[str, Any]:
    document = statement.document
    return {
        "value": statement.value.text,
        "document_id": document.document_id,
        "kind": document.kind,
        "title": document.title,
        "url": document.source_of(statement.heading).url,
        "heading": statement.heading,
        "sentence": {"text": statement.text, "start": statement.span[0], "end": statement.span[1]},
    }


def _text(entry: dict[str, Any]) -> str:
    lines = [entry["claim"] + (" (the source does not state it)" if entry["source"] == "silent" else "")]
    for value in entry["values"]:
        lines.append(f"  {value['value']}  {value['document_id']}  {value['url'] or ''}".rstrip())
        lines.append(f"    {' '.join(value['sentence']['text'].split())}")
    return "\n".join(lines)
