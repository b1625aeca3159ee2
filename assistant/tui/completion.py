"""What Tab completes in the prompt: commands at its beginning, glossary terms anywhere."""

from __future__ import annotations

import re
from collections.abc import Sequence

LEAST_CHARACTERS = 2
MOST_WORDS = 3
MOST_SHOWN = 40


def completions(before: str, commands: Sequence[str], terms: Sequence[str]) -> tuple[int, list[str]]:
    """Where the completed part of the text before the cursor begins, and what can stand there, in the order of `commands` and `terms`."""
    if before.startswith("/") and not re.search(r"\s", before):
        return 0, [command for command in commands if command.startswith(before)]
    starts = [match.start() for match in re.finditer(r"(?<![\w-])[\w-]", before)]
    for start in starts[-MOST_WORDS:]:
        typed = before[start:].casefold()
        found = [term for term in terms if term.casefold().startswith(typed) and term.casefold() != typed]
        if len(typed) >= LEAST_CHARACTERS and found:
            return start, found[:MOST_SHOWN]
    return len(before), []
