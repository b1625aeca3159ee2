"""The knowledge base from the command line. `python -m knowledge` and `alvh knowledge`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

from knowledge.errors import KnowledgeError


def main(argv: Sequence[str] | None = None, prog: str = "knowledge") -> int:
    """Run a command and return the exit code: 0 done, 2 bad input with one line on standard error for each refusal."""
    options = _parser(prog).parse_args(argv, argparse.Namespace(knowledge=None, parameters=None, json=False))
    try:
        code = _COMMANDS[options.command](options, prog)
        sys.stdout.flush()
        return code
    except KnowledgeError as error:
        print(f"{prog}: {one_line(error)}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # Whoever read the output has seen enough; what is still buffered has no reader either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


class _OneLineParser(argparse.ArgumentParser):
    """An argument parser whose errors are one line; sub-commands inherit it."""

    def error(self, message: str) -> NoReturn:
        """Leave with exit code 2."""
        self.exit(2, f"{self.prog}: {one_line(message)}; see {self.prog} --help\n")


def one_line(text: object) -> str:
    """A message without line breaks and control characters."""
    return " ".join("".join(character if character.isprintable() else " " for character in str(text)).split())


def _parser(prog: str) -> argparse.ArgumentParser:
    common = _OneLineParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--knowledge", metavar="DIR", help="the knowledge folder")
    common.add_argument("--parameters", metavar="FILE", help=argparse.SUPPRESS)
    common.add_argument("--json", action="store_true", help="JSON output")
    parser = _OneLineParser(parents=[common], prog=prog, description="Add, list, search and remove the documents that answers come from.")
    commands = parser.add_subparsers(dest="command", required=True)
    add = commands.add_parser("add", parents=[common], help="add text, Markdown or page files")
    add.add_argument("paths", nargs="+", metavar="PATH")
    commands.add_parser("list", parents=[common], help="the documents")
    show = commands.add_parser("show", parents=[common], help="one document")
    show.add_argument("id")
    remove = commands.add_parser("remove", parents=[common], help="remove a document")
    remove.add_argument("id")
    search = commands.add_parser("search", parents=[common], help="the passages for some words, best of each document first")
    search.add_argument("words", nargs="?")
    search.add_argument("--batch", metavar="FILE", help="one JSON object with a question on each line; - reads standard input")
    search.add_argument("-k", type=int, default=10, help="how many documents")
    commands.add_parser("stats", parents=[common], help="what the base holds")
    return parser


def _base(options: argparse.Namespace) -> Any:
    from knowledge.base import KnowledgeBase
    from knowledge.settings import knowledge_folder

    return KnowledgeBase(knowledge_folder(options.knowledge))


def _print(options: argparse.Namespace, value: Any, text: Callable[[], str]) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2) if options.json else text())


def _files(paths: Sequence[str]) -> Iterator[Path]:
    """Files named, and the files below folders named, in order."""
    for name in paths:
        if not name:
            raise KnowledgeError("PATH", "is empty", "name a file or a folder")
        path = Path(name)
        if path.is_dir():
            yield from sorted(found for found in path.rglob("*") if found.is_file() and not found.name.startswith("."))
        else:
            yield path


def _add(options: argparse.Namespace, prog: str) -> int:
    from knowledge.ingest import read_document

    base = _base(options)
    results: list[dict[str, Any]] = []
    for path in _files(options.paths):
        try:
            document = read_document(path)
            results.append({"path": one_line(path), "state": base.add(document), "document_id": document.document_id, "title": document.title})
        except KnowledgeError as error:
            print(f"{prog}: {one_line(error)}", file=sys.stderr)
            results.append({"path": one_line(path), "state": "refused", "problem": error.problem, "remedy": error.remedy})
    base.close()
    _print(options, results, lambda: "\n".join(f"{entry['state']:9}  {entry.get('document_id', entry['path'])}" for entry in results))
    return 2 if any(entry["state"] == "refused" for entry in results) else 0


def _list(options: argparse.Namespace, prog: str) -> int:
    rows = _base(options).store.overview()
    _print(options, rows, lambda: "\n".join(f"{row['layer']:8}{row['kind']:11}{row['document_id']}  {row['title']}" for row in rows))
    return 0


def _show(options: argparse.Namespace, prog: str) -> int:
    document = _base(options).store.document(options.id)
    value = {
        "document_id": document.document_id,
        "layer": document.layer,
        "kind": document.kind,
        "subject": document.subject,
        "title": document.title,
        "tags": list(document.tags),
        "questions": list(document.questions),
        "text": document.text,
        "sources": [{"title": s.title, "url": s.url, "author": s.author, "date": s.date, "paragraphs": list(s.paragraphs)} for s in document.sources],
    }
    named = [f"{source.title}  {source.url or ''}  {source.date or ''}".rstrip() for source in document.sources]
    _print(options, value, lambda: "\n".join([document.title, *(f"source: {line}" for line in named), "", document.text.strip()]))
    return 0


def _remove(options: argparse.Namespace, prog: str) -> int:
    _base(options).remove(options.id)
    _print(options, {"removed": options.id}, lambda: f"removed  {options.id}")
    return 0


def _search(options: argparse.Namespace, prog: str) -> int:
    if (options.words is None) == (options.batch is None):
        raise KnowledgeError("search", "needs either words or --batch", "give one of them")
    if options.k < 1:
        raise KnowledgeError("-k", f"{options.k} is not a number of documents", "give 1 or more")
    base = _base(options)
    if options.words is not None:
        rows = _ranked(base, options.words, options.k)
        _print(
            options,
            rows,
            lambda: "\n".join(f"{row['rank']:2}  {row['score']:6.2f}  {row['document_id']}: {row['heading']}\n    {row['text']}" for row in rows),
        )
        return 0
    for number, line in enumerate(_lines(options.batch), 1):
        try:
            reply: Any = _ranked(base, _question(line, number), options.k)
        except KnowledgeError as error:
            reply = {"error": {"field": error.field, "problem": error.problem, "remedy": error.remedy}}
        print(json.dumps(reply, ensure_ascii=False))
    return 0


def _ranked(base: Any, question: str, count: int) -> list[dict[str, Any]]:
    """The best passage of each document, best document first."""
    rows: list[dict[str, Any]] = []
    seen: set[str] = set()
    for hit in base.retriever.search(question, max(8 * count, 50), base.vector(question)).hits:
        document_id = hit.passage.document_id
        if document_id in seen or len(rows) == count:
            continue
        seen.add(document_id)
        document = base.store.document(document_id)
        source = document.source_of(hit.passage.heading)
        text = document.text[hit.passage.start : hit.passage.end]
        rows.append(
            {
                "rank": len(rows) + 1,
                "document_id": document_id,
                "url": source.url,
                "title": document.title,
                "heading": hit.passage.heading,
                "text": text,
                "score": hit.score,
            }
        )
    return rows


def _lines(name: str) -> list[str]:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(name, "cannot be read", "name a readable JSONL file") from error
    return [line for line in text.split("\n") if line.strip()]


def _question(line: str, number: int) -> str:
    try:
        entry = json.loads(line)
        return " ".join([*entry.get("context", []), entry["question"]])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KnowledgeError(f"line {number}", "is not a JSON object with a question", 'write {"question": "..."}') from error


def _stats(options: argparse.Namespace, prog: str) -> int:
    base = _base(options)
    rows = base.store.overview()
    value = {
        "documents": len(rows),
        "shipped": sum(row["layer"] == "shipped" for row in rows),
        "user": sum(row["layer"] == "user" for row in rows),
        "passages": base.store.count_passages(),
        "encoder": base.store.encoder_name,
        "folder": None if base.store.folder is None else str(base.store.folder),
    }
    _print(options, value, lambda: "\n".join(f"{key:10}{item}" for key, item in value.items()))
    return 0


_COMMANDS: dict[str, Callable[[argparse.Namespace, str], int]] = {
    "add": _add,
    "list": _list,
    "show": _show,
    "remove": _remove,
    "search": _search,
    "stats": _stats,
}

if __name__ == "__main__":
    raise SystemExit(main())
