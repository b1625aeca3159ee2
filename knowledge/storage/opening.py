"""Opening the base in a folder, whatever state it is in."""

from __future__ import annotations

from pathlib import Path

from knowledge.storage.connection import connect
from knowledge.storage.migration import migrate
from knowledge.storage.schema import FILE_NAME, SCHEMA_VERSION, version_of
from knowledge.storage.store import Store


def open_store(folder: Path) -> Store:
    """The base in a folder, created if absent, brought to this version if older.

    A folder that cannot be written is read as it stands, or served from memory when it holds no store. Raises KnowledgeError
    for a file that is no store, is damaged, or is of a version that this program does not know.
    """
    path = folder / FILE_NAME
    if path.exists() and version_of(path) < SCHEMA_VERSION:
        migrate(path)
    return Store(connect(path))
