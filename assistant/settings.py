"""The user's settings: one JSON file in the home folder, strictly read. Loads nothing heavy: the screen waits for it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, get_args

from assistant.errors import AssistantError
from knowledge.errors import KnowledgeError
from knowledge.files import bytes_of
from knowledge.parsing import parse_json

ThemeName = Literal["dark", "light", "contrast"]
THEMES: tuple[ThemeName, ...] = get_args(ThemeName)
_WAY_OUT = "correct it, or delete it to have the usual settings"
FILE_NAME = "settings.json"
_PLAIN_TERMINALS = ("dumb", "linux", "vt100", "vt102", "vt220")


@dataclass(frozen=True, slots=True)
class Settings:
    """How the screen looks and which keys it has.

    `ascii`: draw with ASCII alone; None leaves it to the terminal. `keys`: the key of an action by the action's name, such as
    {"copy_answer": "ctrl+k"}; several keys are separated by commas.
    """

    theme: ThemeName = "dark"
    ascii: bool | None = None
    keys: Mapping[str, str] = field(default_factory=dict)


def read_settings(path: Path) -> Settings:
    """The settings of a file; the usual ones where there is none. Raises AssistantError naming the key that cannot be used."""
    try:
        raw = parse_json(bytes_of(path).decode("utf-8-sig"), path.name) if path.exists() else {}
    except KnowledgeError as error:
        raise AssistantError(error.field, error.problem, _WAY_OUT) from error
    except (OSError, UnicodeDecodeError) as error:
        raise AssistantError(str(path), f"cannot be read ({error})", _WAY_OUT) from error
    return checked(raw, path.name)


def checked(raw: Any, where: str) -> Settings:
    """Settings from JSON. Raises AssistantError for a key or a value that is not known."""
    if not isinstance(raw, dict):
        raise AssistantError(where, "holds no JSON object", 'write, for example, {"theme": "light"}')
    unknown = sorted(set(raw) - {"theme", "ascii", "keys"})
    if unknown:
        raise AssistantError(f"{where}: {unknown[0]}", "is not a setting", "use theme, ascii, keys")
    theme, plain, keys = raw.get("theme", "dark"), raw.get("ascii"), raw.get("keys", {})
    if theme not in THEMES:
        raise AssistantError(f"{where}: theme", f"{theme!r} is not known", f"use one of {', '.join(THEMES)}")
    if plain is not None and not isinstance(plain, bool):
        raise AssistantError(f"{where}: ascii", f"{plain!r} is not a switch", "use true, false, or null to leave it to the terminal")
    if not isinstance(keys, dict) or not all(isinstance(key, str) and key.strip() for key in keys.values()):
        raise AssistantError(f"{where}: keys", "is no object of keys by action", 'write, for example, {"keys": {"copy_answer": "ctrl+k"}}')
    return Settings(theme, plain, keys)


def write_settings(path: Path, settings: Settings) -> None:
    """Write the settings whole or not at all. Raises AssistantError when the file cannot be written."""
    kept = {"theme": settings.theme, "ascii": settings.ascii, "keys": dict(settings.keys)}
    new = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
        new.replace(path)
    except OSError as error:
        raise AssistantError(str(path), f"cannot be written ({error.strerror})", "make its folder writable, or set ALVH_HOME to another") from error


def draws_plainly(settings: Settings, environment: Mapping[str, str], encoding: str) -> bool:
    """Whether to draw with ASCII alone: as set, else where the terminal or the locale shows no UTF-8."""
    if settings.ascii is not None:
        return settings.ascii
    return environment.get("TERM", "") in _PLAIN_TERMINALS or encoding.lower().replace("-", "") not in ("utf8", "cp65001")


class SettingsFile:
    """The settings of a home folder, changed one by one. None for the folder keeps them in memory."""

    def __init__(self, home: Path | None) -> None:
        self._path = None if home is None else home / FILE_NAME
        self.settings = Settings()
        self.problem = ""
        if self._path is not None:
            try:
                self.settings = read_settings(self._path)
            except AssistantError as error:
                self.problem = str(error)

    def change(self, **values: Any) -> None:
        """Change some and write them; a file that could not be read is left as it is. Raises AssistantError when it cannot be written."""
        self.settings = replace(self.settings, **values)
        if self._path is not None and not self.problem:
            write_settings(self._path, self.settings)


def terminal_encoding() -> str:
    """The encoding of the locale, whatever Python itself uses."""
    import locale

    named = next((os.environ[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if os.environ.get(name)), "")
    return named.partition(".")[2].partition("@")[0] or locale.getpreferredencoding(False)
