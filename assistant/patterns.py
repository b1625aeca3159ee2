"""Regular expressions that are compiled when they are first used: one question needs few of all that there are."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator


class Pattern:
    """A regular expression with the methods of `re.Pattern` that are needed here; raises re.error at its first use if it is none."""

    __slots__ = ("_compiled", "_flags", "text")

    def __init__(self, text: str, flags: re.RegexFlag = re.NOFLAG) -> None:
        self.text, self._flags = text, flags
        self._compiled: re.Pattern[str] | None = None

    @property
    def compiled(self) -> re.Pattern[str]:
        """The compiled expression."""
        if self._compiled is None:
            self._compiled = re.compile(self.text, self._flags)
        return self._compiled

    @property
    def pattern(self) -> str:
        """The text of the expression."""
        return self.text

    def search(self, string: str, pos: int = 0) -> re.Match[str] | None:
        """The first match at or after a position."""
        return self.compiled.search(string, pos)

    def match(self, string: str, pos: int = 0) -> re.Match[str] | None:
        """The match that begins at a position."""
        return self.compiled.match(string, pos)

    def fullmatch(self, string: str) -> re.Match[str] | None:
        """The match of the whole string."""
        return self.compiled.fullmatch(string)

    def finditer(self, string: str, pos: int = 0, endpos: int = sys.maxsize) -> Iterator[re.Match[str]]:
        """All matches, one after the other."""
        return self.compiled.finditer(string, pos, endpos)

    def sub(self, replacement: str | Callable[[re.Match[str]], str], string: str, count: int = 0) -> str:
        """The string with its matches replaced."""
        return self.compiled.sub(replacement, string, count)

    def split(self, string: str) -> list[str]:
        """The string parted at its matches."""
        return [part for part in self.compiled.split(string) if part is not None]
