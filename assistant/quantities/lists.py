"""Numbers that only count the points of a list, '(1) why ... (2) price ...', or name the cells of a sheet, 'B1 planned vega = 9000, B2 share = 0.3'."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.patterns import Pattern
from assistant.quantities.model import Quantity

# In brackets, or at the beginning of a point: '(1) ', '; 2) ', '3. '. Behind other words a number in a bracket ends an aside: '(beta 1)'.
_MARKER = Pattern(r"\((?P<bracketed>[1-9])\)(?=\s*[A-Za-z])|(?:^|(?<=[;:.?!,]\s))(?P<leading>[1-9])[).](?=\s+[A-Za-z])")
# Letters of columns that no contract month has.
_CELL = Pattern(r"(?<![\w$])[A-E]\d{1,2}(?=\s*[:=]?\s+[A-Za-z][A-Za-z ]*\s*[=:])", re.IGNORECASE)


def without_markers(text: str, quantities: Sequence[Quantity]) -> list[Quantity]:
    """The quantities of a text, those that number the points of a list or name cells of a sheet turned into names.

    A list counts from one and has two points or more; of cells there are two or more, each before its label and a sign of equality.
    """
    cells = [match.span() for match in _CELL.finditer(text)]
    named = _as_names(quantities, cells) if len(cells) > 1 else list(quantities)
    markers = [(match, int(match["bracketed"] or match["leading"])) for match in _MARKER.finditer(text)]
    if [number for _, number in markers] != list(range(1, len(markers) + 1)) or len(markers) < 2:
        return named
    return _as_names(named, [match.span() for match, _ in markers])


def _as_names(quantities: Sequence[Quantity], stretches: Sequence[tuple[int, int]]) -> list[Quantity]:
    """The quantities with those that begin within some stretches turned into names."""
    return [replace(q, unit="name", value=q.text) if any(start <= q.start < end for start, end in stretches) else q for q in quantities]
