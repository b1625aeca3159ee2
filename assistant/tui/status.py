"""The line at the bottom."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

_ORDER = ("busy", "said", "adding", "base", "latency", "encoder")


class StatusLine(Static):
    """What is going on, what was just done, documents, how long the last answer took, encoder: the most pressing first."""

    def __init__(self, id: str) -> None:
        super().__init__("", id=id, markup=False)
        self._parts: dict[str, str] = {}

    def say(self, part: str, text: str) -> None:
        """Set one part; empty text takes it away."""
        self._parts[part] = text
        self.update(Content(" | ".join(self._parts[name] for name in _ORDER if self._parts.get(name))))
