"""The ASCII mode: whatever is drawn leaves as ASCII, each character in the room it had."""

from __future__ import annotations

from functools import lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_SAME = str.maketrans(
    {
        **dict.fromkeys("─━═╌╍┄┅┈┉▔▁╴╶╸╺", "-"),
        **dict.fromkeys("│┃║╎╏┆┇┊┋▏▎▍▌▐▕▊▉▋╵╷╹╻", "|"),
        **dict.fromkeys("█▇▆▅▄▃▂▀▓▒░■", "#"),
        **dict.fromkeys("“”„‟″", '"'),
        **dict.fromkeys("‘’‚‛′", "'"),
        **dict.fromkeys("–—−‐‑‒", "-"),
        **dict.fromkeys("•●◉▪", "*"),
        **dict.fromkeys("▶▸►→❯›", ">"),
        **dict.fromkeys("◀◂◄←‹", "<"),
        **dict.fromkeys("▲△▴↑⭘", "^"),
        **dict.fromkeys("▼▽▾↓", "v"),
        "…": ".",
        "×": "x",
        "÷": "/",
        "\u00a0": " ",
        "\u2009": " ",
        "\u202f": " ",
    }
)
_BOX = range(0x2500, 0x2580)


@lru_cache(4096)
def as_ascii(text: str) -> str:
    """The text in ASCII with the width it has on the screen: lines become - | +, what has no likeness becomes ?."""
    if text.isascii():
        return text
    return "".join(character if character.isascii() else _plain(character) for character in text.translate(_SAME))


def _plain(character: str) -> str:
    if ord(character) in _BOX:
        return "+"
    return "?" * cell_len(character)


class AsciiFilter(LineFilter):
    """Applied to every line that goes to the terminal."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments in ASCII."""
        return [Segment(as_ascii(text), style, control) for text, style, control in segments]
