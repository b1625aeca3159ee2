"""Whether a page is about the method."""

from __future__ import annotations

import re

from knowledge.documents import Subject

_METHOD = re.compile(r"\b(alvh|adaptive layered vix hedge|vixshield|spx mastery)\b", re.IGNORECASE)


def subject_of(title: str, body: str) -> Subject:
    """`method` for a page that names the method, its publisher or its book; `market` otherwise."""
    return "method" if _METHOD.search(title) or _METHOD.search(body) else "market"
