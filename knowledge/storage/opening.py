"""Opening the base in a folder, whatever state it is in."""

from __future__ import annotations

from pathlib import Path

from knowledge.errors import KnowledgeError
from knowledge.storage.connection import connect
from knowledge.storage.migration import migrate
from knowledge.storage.schema import FILE_NAME, SCHEMA_VERSION, version_of
from knowledge.storage.store import Store


def open_store(folder: Path) -> Store:
    """The base in a folder, created if absent, brought to this version if older.

    A folder that cannot be written is read as it stands, or served from memory when it holds no store. Raises KnowledgeError
    for a path that is no folder, and for a file that is no store, is damaged, or is of a version that this program does not know.
    """
    _check_folder(folder)
    path = folder / FILE_NAME
    if path.exists() and version_of(path) < SCHEMA_VERSION:
        migrate(path)
    return Store(connect(path))


def _check_folder(folder: Path) -> None:
    """Refuse a path at which, or above which, stands something else than a folder. Raises KnowledgeError."""
    try:
        standing = next((place for place in (folder, *folder.parents) if place.exists()), None)
    except (OSError, ValueError):  # a name that is too long, or that holds a NUL byte
        raise KnowledgeError(str(folder), "is no name of a folder", "name a folder with --knowledge or ALVH_KNOWLEDGE") from None
    if standing is not None and not standing.is_dir():
        remedy = "name the folder that your documents are to be kept in, with --knowledge or ALVH_KNOWLEDGE"
        raise KnowledgeError(str(standing), "is not a folder", f"{remedy}; a file of `knowledge export` is taken in by `knowledge import`")
