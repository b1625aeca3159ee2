"""Files by the names that a user gives: files, folders, patterns."""

from __future__ import annotations

import fnmatch
import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from knowledge.documents import without_controls
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
        matches = _matching(name)
        if not matches:
            yield KnowledgeError(name, "matches no file", "check the pattern")
        for match in matches:
            yield from _below(match) if match.is_dir() else _file(match)
    else:
        yield path


def _matching(pattern: str) -> list[Path]:
    """What a pattern matches; with `**`, files alone. Links to folders are entered only where the pattern names them."""
    if "**" not in pattern:
        return [Path(match) for match in sorted(glob.glob(pattern))]  # noqa: PTH207 - a pattern may begin at the root or go up
    parts = Path(pattern).parts
    fixed = next(number for number, part in enumerate(parts) if "**" in part)
    wanted = parts[fixed:]
    roots = glob.glob(str(Path(*parts[:fixed]))) if fixed else ["."]  # noqa: PTH207 - as above
    found = []
    for root in sorted(roots):
        for file in _walked(Path(root)):
            if isinstance(file, Path) and _matches(file.relative_to(root).parts, wanted):
                found.append(file)
    return found


def _matches(parts: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether a path matches a pattern, part by part; `**` stands for any number of parts."""
    places = {0}
    for part in parts:
        places = _beyond(places, wanted)
        places = {place if wanted[place] == "**" else place + 1 for place in places if place < len(wanted) and _part(part, wanted[place])}
    return len(wanted) in _beyond(places, wanted)


def _beyond(places: set[int], wanted: Sequence[str]) -> set[int]:
    """The places of a pattern that can be reached without a part more: `**` may stand for none."""
    found = set(places)
    for place in range(len(wanted)):
        if place in found and wanted[place] == "**":
            found.add(place + 1)
    return found


def _part(part: str, wanted: str) -> bool:
    return wanted == "**" or fnmatch.fnmatch(part, wanted)


def _below(folder: Path) -> Iterator[Path | KnowledgeError]:
    """Files below a folder in order, and errors for those of no known format and for folders that cannot be read."""
    empty = True
    for found in _walked(folder):
        empty = False
        yield from (found,) if isinstance(found, KnowledgeError) else _file(found)
    if empty:
        yield KnowledgeError(str(folder), "holds no files", "name a folder with text, Markdown, HTML or PDF files")


def _walked(folder: Path) -> Iterator[Path | KnowledgeError]:
    """Files below a folder, hidden ones left out; folders that are links are not entered, so that a loop of them ends."""
    closed: list[OSError] = []
    for place, folders, files in os.walk(folder, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(place) / name for name in sorted(files) if not name.startswith("."))
    for error in closed:
        yield KnowledgeError(str(error.filename), f"cannot be read ({error.strerror})", "see that you may read the folder, or name another")


def _file(path: Path) -> Iterator[Path | KnowledgeError]:
    if path.is_dir():
        return
    if path.suffix.lower() in SUFFIXES:
        yield path
    else:
        suffix = without_controls(path.suffix)[:40]
        what = f"is a {suffix} file" if suffix else "has no ending that tells what it is"
        yield KnowledgeError(str(path), what, "add text (.txt), Markdown (.md), HTML (.html), PDF (.pdf) or notes (.yaml)")
