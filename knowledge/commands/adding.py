"""Commands that take documents in or out: add, import, export, remove, restore, reencode."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from knowledge.adding import Encoding, Outcome, State, add_documents, add_files, no_vectors
from knowledge.base import KnowledgeBase
from knowledge.commands.parser import one_line
from knowledge.commands.progress import bar
from knowledge.commands.shared import opened, show
from knowledge.encoding.protocol import Encoder
from knowledge.errors import KnowledgeError
from knowledge.ingest.finding import found_files
from knowledge.ingest.limits import LimitedReader
from knowledge.search.index import open_index
from knowledge.storage.reencoding import encode_lacking

INTERRUPTED = 130


def add(options: argparse.Namespace, prog: str) -> int:
    """Add files; each outcome is listed, refusals on standard error. Ctrl-C keeps what is in."""
    base = opened(options)
    encoder = base.require_encoder()
    encoder = reencode_if_asked(base) or encoder
    files = list(found_files(options.paths))
    with LimitedReader() as reader, bar("reading and encoding", len(files), "files") as shown:
        code = _taken_in(options, prog, base, add_files(base.store, encoder, _counted(files, shown), reader.read), shown)
    base.close()
    return code


def import_base(options: argparse.Namespace, prog: str) -> int:
    """Take in a file that `export` has written, and remove the shipped documents that were removed there."""
    from knowledge.storage.transfer import opened_import

    base = opened(options)
    encoder = base.require_encoder()
    with opened_import(Path(options.file)) as source, bar("importing", source.count, "documents") as shown:
        same = source.encoder_identity == base.store.encoder_identity
        steps = add_documents(base.store, encoder, _counted(source.documents(), shown), source.vectors if same else no_vectors)
        code = _taken_in(options, prog, base, chain(steps, _removals(base, source.removed())), shown)
    base.close()
    return code


def _removals(base: KnowledgeBase, names: Sequence[str]) -> Iterator[Outcome]:
    """Remove the documents of the base that are named; `restore` brings them back."""
    titles = {document.document_id: document.title for document in base.store.documents("shipped")}
    for name in names:
        if name in titles:
            base.remove(name)
            yield Outcome(name, "removed", name, titles[name])


def export_base(options: argparse.Namespace, prog: str) -> int:
    """Write the user's part of the base to one file."""
    from knowledge.storage.transfer import export_base as write

    count = write(opened(options).store, Path(options.file))
    show(options, {"file": options.file, "documents": count}, lambda: f"exported {count} documents to {options.file}")
    return 0


def remove(options: argparse.Namespace, prog: str) -> int:
    """Remove a document."""
    opened(options).remove(options.id)
    show(options, {"removed": options.id}, lambda: f"removed  {options.id}")
    return 0


def restore(options: argparse.Namespace, prog: str) -> int:
    """Bring back a shipped document."""
    opened(options).restore(options.id)
    show(options, {"restored": options.id}, lambda: f"restored  {options.id}")
    return 0


def reencode(options: argparse.Namespace, prog: str) -> int:
    """Encode the base by the encoder that the setting names; also makes vectors that are lacking."""
    base = opened(options)
    base.require_encoder()
    before = base.store.encoder_identity
    if reencode_if_asked(base) is None:
        fill(base)
    value = {"before": before, "encoder": base.store.encoder_identity}
    show(options, value, lambda: f"encoded by {base.store.encoder_identity}")
    return 0


def reencode_if_asked(base: KnowledgeBase) -> Encoder | None:
    """Encode the base anew when the setting names another encoder than the base's, and give that; the old vectors serve until all are there."""
    wanted = base.wanted_encoder()
    if wanted is not None:
        _encode(base, wanted)
        base.adopt(wanted)
    return wanted


def fill(base: KnowledgeBase) -> None:
    """Make the vectors that the base lacks."""
    if base.encoder is not None:
        _encode(base, base.encoder)


def _encode(base: KnowledgeBase, encoder: Encoder) -> None:
    with bar(f"encoding by {encoder.name}", 0, "documents") as shown:
        for step in encode_lacking(base.store, encoder):
            if step.total != shown.total:
                shown.reset(total=step.total)
            shown.update(step.done - shown.n)


def _counted(items: Iterable[Any], shown: Any) -> Iterator[Any]:
    """The items, each counted on the bar when the next is asked for: it is then read."""
    for item in items:
        yield item
        shown.update(1)


def _taken_in(options: argparse.Namespace, prog: str, base: KnowledgeBase, steps: Iterable[Outcome | Encoding], shown: Any) -> int:
    """Run an addition to its end, or to Ctrl-C, and say of each document what became of it as soon as it is so."""
    results: list[Outcome] = []
    texts, code = 0, 0
    try:
        for step in steps:
            if isinstance(step, Encoding):
                texts += step.texts
                shown.set_postfix_str(f", {texts} texts encoded")
            else:
                results.append(step)
                _report(options, prog, step, shown)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except KnowledgeError as error:
        print(f"{prog}: {one_line(error)}", file=sys.stderr)
        code = 2
    shown.close()
    if options.json:
        show(options, [_entry(result) for result in results], str)
    if any(result.state in ("added", "replaced") for result in results):
        open_index(base.store)
    _summarise(options, prog, results, code)
    return code or (2 if any(result.state == "refused" for result in results) else 0)


def _report(options: argparse.Namespace, prog: str, result: Outcome, shown: Any) -> None:
    if result.state == "refused":
        shown.write(f"{prog}: {one_line(f'{result.place}: {result.problem}; {result.remedy}')}", file=sys.stderr)
    if result.note:
        shown.write(f"note: {one_line(result.note)}", file=sys.stderr)
    if not options.json:
        shown.write(f"{result.state:9}  {result.document_id or one_line(result.place)}", file=sys.stdout)
        sys.stdout.flush()


def _summarise(options: argparse.Namespace, prog: str, results: list[Outcome], code: int) -> None:
    if not options.json:
        counts = Counter(result.state for result in results)
        shown: list[State] = ["added", "replaced", "unchanged", "refused"]
        if counts["removed"]:
            shown.append("removed")
        print(", ".join(f"{counts[state]} {state}" for state in shown))
    if code == INTERRUPTED:
        print(f"{prog}: stopped; what is listed is in, run the same command again to go on", file=sys.stderr)


def _entry(result: Outcome) -> dict[str, Any]:
    if result.state == "refused":
        return {"path": one_line(result.place), "state": "refused", "problem": result.problem, "remedy": result.remedy}
    entry = {"path": one_line(result.place), "state": result.state, "document_id": result.document_id, "title": result.title}
    return entry if result.instead_of is None else entry | {"instead_of": one_line(result.instead_of)}
