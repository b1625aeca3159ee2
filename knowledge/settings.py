"""Where a knowledge base and the program's own files live."""

from __future__ import annotations

import os
from pathlib import Path


def home_folder() -> Path:
    """Folder of settings, history and the store: `ALVH_HOME`, else the platform's data folder."""
    if named := os.environ.get("ALVH_HOME"):
        return Path(named)
    from platformdirs import user_data_path

    return Path(user_data_path("alvh", appauthor=False))


def knowledge_folder(named: str | None) -> Path:
    """The user's knowledge folder: as named, else `ALVH_KNOWLEDGE`, else `knowledge` in the home folder."""
    if chosen := named or os.environ.get("ALVH_KNOWLEDGE"):
        return Path(chosen)
    return home_folder() / "knowledge"
