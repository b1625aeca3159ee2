"""The terminal assistant: composes the knowledge base and the rules engine."""

from __future__ import annotations

__version__ = "0.1.0"
