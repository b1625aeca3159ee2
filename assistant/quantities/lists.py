"""Numbers that only count the points of a list: '(1) why ... (2) price ...'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.patterns import Pattern
from assistant.quantities.model import Quantity

# In brackets, or at the beginning of a point: '(1) ', '; 2) ', '3. '. Behind other words a number in a bracket ends an aside: '(beta 1)'.
_MARKER = Pattern(r"\((?P<bracketed>[1-9])\)(?=\s*[A-Za-z])|(?:^|(?<=[;:.?!,]\s))(?P<leading>[1-9])[).](?=\s+[A-Za-z])")


def without_markers(text: str, quantities: Sequence[Quantity]) -> list[Quantity]:
    """The quantities of a text, those that number the points of a list turned into names; a list counts from one and has two points or more."""
    markers = [(match, int(match["bracketed"] or match["leading"])) for match in _MARKER.finditer(text)]
    if [number for _, number in markers] != list(range(1, len(markers) + 1)) or len(markers) < 2:
        return list(quantities)
    stretches = [match.span() for match, _ in markers]
    return [replace(q, unit="name", value=q.text) if any(start <= q.start < end for start, end in stretches) else q for q in quantities]
