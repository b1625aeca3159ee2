"""Words that change a number in a way the grammar does not model: then the question is asked back, not computed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.quantities import NUMBER_WORDS, Quantity

_ANY = (
    r"twice|double|doubled|triple|thrice|plus|minus|times|across|both|each|per account|euros?|eur|gbp|pounds?|not|no,|instead|rather than|"
    r"less than|more than|excess|above (?:the )?risk|monthly|quarterly|weekly|trading days|business days|reali[sz]ed|historical|dozen|pair of|couple of|"
    r"how (?:large|big|much) must|what(?: is|'s) (?:the|my) total (?:planned )?hedge|after[- ]tax|roughly|between"
)
_BY_CALCULATOR = {
    "iron-condor": r"bought|buy|debit|paid|long (?:iron )?condor|reverse|per contract|broken[- ]wing",
    "instrument-vega": r"theta|gamma|rho|spread|short|calls? and|puts?",
    "option-price": r"short|sold|sell|spread|straddle|strangle",
}
_NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(word for word in NUMBER_WORDS if word != 'one')})\b", re.IGNORECASE)


def unmodelled(question: str, calculator: str, quantities: Sequence[Quantity]) -> tuple[str, ...]:
    """Words of a question whose effect on its numbers is not understood, in the order of the text.

    Number words that belong to no quantity ('twenty' in 'twenty five contracts', where 'five contracts' was
    read) are among them.
    """
    patterns = [_ANY, *([_BY_CALCULATOR[calculator]] if calculator in _BY_CALCULATOR else [])]
    found = [(match.start(), match.group()) for match in re.finditer(rf"\b(?:{'|'.join(patterns)})(?!\w)", question, re.IGNORECASE)]
    for match in _NUMBER_WORD.finditer(question):
        if not any(quantity.start <= match.start() and match.end() <= quantity.end for quantity in quantities):
            found.append((match.start(), match.group()))
    return tuple(word for _, word in sorted(found))
