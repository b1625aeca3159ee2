"""From pages to cited sentences: documents, passages, vectors, retrieval, extractive answers."""

from __future__ import annotations

__version__ = "0.1.0"
