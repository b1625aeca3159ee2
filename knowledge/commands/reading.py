"""Commands that look: list, show, search, stats."""

from __future__ import annotations

import argparse
import json
from typing import Any

from knowledge.base import KnowledgeBase
from knowledge.commands.parser import error_to_json
from knowledge.commands.shared import opened, show
from knowledge.documents import shortened, without_controls
from knowledge.errors import KnowledgeError
from knowledge.files import lines_of
from knowledge.parsing import parse_json_object
from knowledge.search.retriever import CANDIDATE_DOCUMENTS

MOST_SHOWN = 700


def list_documents(options: argparse.Namespace, prog: str) -> int:
    """One line a document."""
    rows = opened(options).store.overview()
    show(options, rows, lambda: "\n".join(f"{row['layer']:8}{row['kind']:11}{row['document_id']}  {row['title']}" for row in rows))
    return 0


def show_document(options: argparse.Namespace, prog: str) -> int:
    """A document with its sources, terms and text."""
    document = opened(options).store.document(options.id)
    value = {
        "document_id": document.document_id,
        "layer": document.layer,
        "kind": document.kind,
        "subject": document.subject,
        "title": document.title,
        "address": document.address,
        "tags": list(document.tags),
        "questions": list(document.questions),
        "text": document.text,
        "terms": [{"term": term.term, "expansion": term.expansion, "definition": term.definition} for term in document.terms],
        "silences": [{"id": silence.id, "subject": silence.subject} for silence in document.silences],
        "sources": [{"title": s.title, "url": s.url, "author": s.author, "date": s.date, "paragraphs": list(s.paragraphs)} for s in document.sources],
    }
    lines = [document.title]
    lines += [f"source: {source.title}  {source.url or ''}  {source.date or ''}".rstrip() for source in document.sources]
    lines += [f"tags: {', '.join(document.tags)}"] if document.tags else []
    lines += [f"not stated: {silence.subject}" for silence in document.silences]
    show(options, value, lambda: "\n".join([*lines, "", document.text.strip()]))
    return 0


def search(options: argparse.Namespace, prog: str) -> int:
    """The best passage of each document, for words or for every line of a batch."""
    if (options.words is None) == (options.batch is None):
        raise KnowledgeError("search", "needs either words or --batch", "give one of them")
    if options.words is not None and not options.words.strip():
        raise KnowledgeError("WORDS", "are empty", "give words to search for")
    if options.k < 1:
        raise KnowledgeError("-k", f"{options.k} is not a number of documents", "give 1 or more")
    base = opened(options)
    if options.words is not None:
        rows = _ranked(base, without_controls(options.words), options.k)
        lines = (
            f"{row['rank']:2}  {row['score']:6.2f}  {row['document_id']}: {row['heading']}\n    {shortened(row['text'], MOST_SHOWN)}" for row in rows
        )
        show(options, rows, lambda: "\n".join(lines))
        return 0
    for number, line in lines_of(options.batch):
        try:
            text = json.dumps(_ranked(base, _question(line, f"line {number}"), options.k), ensure_ascii=False)
        except KnowledgeError as error:
            text = error_to_json(error)
        print(without_controls(text))
    return 0


def stats(options: argparse.Namespace, prog: str) -> int:
    """Counts, the encoder and the folder."""
    store = opened(options).store
    rows = store.overview()
    size = None if store.connection.path is None else store.connection.path.stat().st_size
    value = {
        "documents": len(rows),
        "shipped": sum(row["layer"] == "shipped" for row in rows),
        "user": sum(row["layer"] == "user" for row in rows),
        "passages": store.count_passages(),
        "words": int(store.connection.value("SELECT count(*) FROM vocabulary")),
        "encoder": store.encoder_name,
        "folder": None if store.folder is None else str(store.folder),
        "file_bytes": size,
    }
    show(options, value, lambda: "\n".join(f"{key:11}{item}" for key, item in value.items()))
    return 0


def _ranked(base: KnowledgeBase, question: str, count: int) -> list[dict[str, Any]]:
    """The best passage of each document, best document first."""
    rows: list[dict[str, Any]] = []
    seen: set[str] = set()
    for hit in base.search(question, max(count, CANDIDATE_DOCUMENTS)).hits:
        document_id = hit.passage.document_id
        if document_id in seen or len(rows) == count:
            continue
        seen.add(document_id)
        document = base.store.document(document_id)
        source = document.source_of(hit.passage.heading)
        rows.append(
            {
                "rank": len(rows) + 1,
                "document_id": document_id,
                "url": source.url,
                "title": document.title,
                "heading": hit.passage.heading,
                "text": document.text[hit.passage.start : hit.passage.end],
                "score": hit.score,
            }
        )
    return rows


def _question(line: bytes, where: str) -> str:
    example = '{"question": "..."}'
    entry = parse_json_object(line, where, example)
    try:
        return without_controls(" ".join([*entry.get("context", []), entry["question"]]))
    except (KeyError, TypeError) as error:
        raise KnowledgeError(where, "is not a JSON object with a question", f"write {example}") from error
