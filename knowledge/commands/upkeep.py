"""Commands that keep a base sound: check, new."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

from knowledge.base import KnowledgeBase
from knowledge.commands.adding import fill
from knowledge.commands.parser import one_line
from knowledge.commands.progress import bar
from knowledge.commands.shared import opened, show
from knowledge.errors import KnowledgeError
from knowledge.settings import knowledge_folder
from knowledge.storage.checking import Finding, check_store


def check(options: argparse.Namespace, prog: str) -> int:
    """Check the base, or files written by hand; 2 when something does not agree and was not mended."""
    if options.files:
        return _check_files(options, prog)
    folder = knowledge_folder(options.knowledge)
    lost: tuple[str, ...] = ()
    try:
        base = opened(options)
        findings = _findings(base)
    except KnowledgeError as error:
        if not options.repair:
            raise
        lost = _salvaged(folder, error)
        base = opened(options)
        findings = [Finding(str(folder), error.problem, error.remedy), *_findings(base)]
    repaired = bool(findings) and options.repair
    left = _mended(options, base, findings) if repaired else findings
    _print_check(options, base, findings, left, lost, repaired)
    base.close()
    return 2 if left or lost else 0


def new(options: argparse.Namespace, prog: str) -> int:
    """Write a skeleton; an existing file is never overwritten."""
    from knowledge.ingest.authoring import skeleton

    path = Path(options.file)
    kind: Literal["article", "terms", "silences"] = options.kind or ("terms" if path.suffix in (".yaml", ".yml") else "article")
    suffixes = (".md",) if kind == "article" else (".yaml", ".yml")
    if path.suffix not in suffixes:
        raise KnowledgeError(str(path), f"has not the ending of {kind}", f"name a file that ends in {suffixes[0]}")
    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write(skeleton(kind, options.title))
    except FileExistsError as error:
        raise KnowledgeError(str(path), "exists already", "name another file") from error
    except OSError as error:
        raise KnowledgeError(str(path), f"cannot be written ({error.strerror})", "name a file in a folder that can be written") from error
    steps = f"fill it in, then: {prog} check {path} && {prog} add {path}"
    show(options, {"file": str(path), "kind": kind}, lambda: f"written  {path}\n{steps}")
    return 0


def _check_files(options: argparse.Namespace, prog: str) -> int:
    from knowledge.ingest.authoring import problems_of

    base = opened(options)
    places = {(name, section.heading) for name in base.store.document_ids() for section in base.store.document(name).sections}
    base.close()
    problems = [problem for name in options.files for problem in problems_of(Path(name), places)]
    value = [asdict(problem) | {"path": str(problem.path)} for problem in problems]
    lines = [one_line(f"{problem.path}:{problem.line}: {problem.problem}; {problem.remedy}") for problem in problems]
    show(options, value, lambda: "\n".join(lines) or f"ok  {len(options.files)} {'file' if len(options.files) == 1 else 'files'}")
    return 2 if problems else 0


def _findings(base: KnowledgeBase) -> list[Finding]:
    found: list[Finding] = []
    with bar("checking", len(base.store.document_ids()), "documents") as shown:
        for step in check_store(base.store, base.encoder):
            if isinstance(step, Finding):
                found.append(step)
            else:
                shown.update(1)
    return found


def _salvaged(folder: Path, error: KnowledgeError) -> tuple[str, ...]:
    """Read a damaged file out into a new one; returns what was lost. Raises the error again when there is no file to read."""
    from knowledge.storage.salvage import salvage
    from knowledge.storage.schema import FILE_NAME, version_of

    path = folder / FILE_NAME
    version_of(path)
    if error.field != str(path):
        raise error
    result = salvage(folder)
    print(f"saved {len(result.saved)} documents, lost {len(result.lost)}; the damaged file is {result.damaged}", file=sys.stderr)
    return result.lost


def _mended(options: argparse.Namespace, base: KnowledgeBase, findings: list[Finding]) -> list[Finding]:
    """Mend, make the vectors that are then lacking, and look again; returns what is left."""
    from knowledge.storage.repair import mend

    mend(base.store, findings)
    base.lay_shipped()
    fill(base)
    return _findings(base)


def _print_check(
    options: argparse.Namespace, base: KnowledgeBase, findings: list[Finding], left: list[Finding], lost: tuple[str, ...], repaired: bool
) -> None:
    value: dict[str, Any] = {
        "ok": not left and not lost,
        "documents": len(base.store.document_ids()),
        "passages": base.store.count_passages(),
        "findings": [asdict(finding) for finding in findings],
        "repaired": repaired,
        "left": [asdict(finding) for finding in left],
        "lost": list(lost),
        "encoder": _about_encoder(base),
    }
    lines = [f"{'left' if repaired else 'found'}  {one_line(f'{finding.where}: {finding.problem}; {finding.remedy}')}" for finding in left]
    lines += [f"lost  {one_line(name)}: could not be read; add it again" for name in lost]
    verdict = "not ok" if left else f"repaired, {len(lost)} lost" if lost else "repaired" if repaired else "ok"
    lines.append(f"{verdict}  {value['documents']} documents, {value['passages']} passages")
    lines += [f"encoder {key}: {item}" for key, item in value["encoder"].items()]
    show(options, value, lambda: "\n".join(lines))


def _about_encoder(base: KnowledgeBase) -> dict[str, str | None]:
    """Where the model came from, and its hash."""
    from knowledge.encoding.model import MODEL_NAME, MODEL_PACKAGE, model_folder, weights_sha256

    identity = base.store.encoder_identity
    if base.store.encoder_name != MODEL_NAME or base.encoder is None:
        return {"identity": identity, "package": None, "folder": None, "weights_sha256": None}
    folder = model_folder()
    return {"identity": identity, "package": MODEL_PACKAGE, "folder": str(folder), "weights_sha256": weights_sha256(folder)}
