"""Files by the names that a user gives: files, folders, patterns."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from knowledge.errors import KnowledgeError

SUFFIXES = frozenset({".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".pdf", ".yaml", ".yml"})


def found_files(names: Sequence[str]) -> Iterator[Path | KnowledgeError]:
    """The files that the names stand for, each once, in order; an error in the place of a name that stands for none.

    A folder stands for the files below it, hidden ones left out; files in it whose ending is of no known format are an
    error each. A name with `*`, `?` or `[` that is no file is a pattern, `**` for folders at any depth.
    """
    seen: set[str] = set()
    for name in names:
        for found in _found(name):
            if isinstance(found, KnowledgeError):
                yield found
            elif (key := os.path.realpath(found)) not in seen:
                seen.add(key)
                yield found


def _found(name: str) -> Iterator[Path | KnowledgeError]:
    path = Path(name)
    if not name:
        yield KnowledgeError("PATH", "is empty", "name a file or a folder")
    elif path.is_dir():
        yield from _below(path)
    elif not os.path.lexists(path) and glob.has_magic(name):
        matches = sorted(glob.glob(name, recursive=True))  # noqa: PTH207 - a pattern may begin at the root or go up
        if not matches:
            yield KnowledgeError(name, "matches no file", "check the pattern")
        for match in matches:
            yield from _below(Path(match)) if Path(match).is_dir() and "**" not in name else _file(Path(match))
    else:
        yield path


def _below(folder: Path) -> Iterator[Path | KnowledgeError]:
    """Files below a folder in order; folders that are links are not entered, so that a loop of them ends."""
    empty = True
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith("."):
                empty = False
                yield from _file(Path(place) / name)
    if empty:
        yield KnowledgeError(str(folder), "holds no files", "name a folder with text, Markdown, HTML or PDF files")


def _file(path: Path) -> Iterator[Path | KnowledgeError]:
    if path.is_dir():
        return
    if path.suffix.lower() in SUFFIXES:
        yield path
    else:
        what = f"is a {path.suffix} file" if path.suffix else "has no ending that tells what it is"
        yield KnowledgeError(str(path), what, "add text (.txt), Markdown (.md), HTML (.html), PDF (.pdf) or notes (.yaml)")
