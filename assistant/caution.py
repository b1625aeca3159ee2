"""Words that change a number in a way the grammar does not model: then the question is asked back, not computed."""

from __future__ import annotations

import re
from collections.abc import Sequence

_ANY = (
    r"twice|double|doubled|doubling|triple|tripled|thrice|plus|minus|times|across|both|per account|euros?|eur|gbp|pounds?|not|no,|never|instead|"
    r"rather than|"
    r"less than|more than|at least|at most|up to|excess|above (?:the )?risk|over (?:the )?(?:risk|t-?bills?)|quarterly|weekly|business days|"
    r"reali[sz]ed|historical|"
    r"pair of|couple of|how (?:large|big|much) must|how (?:large|big) (?:should|would)|what(?: is|'s) (?:the|my) total (?:planned )?hedge|"
    r"after[- ]tax|roughly|between(?! (?:the|them|my|all|layers|futures)\b)|"
    r"either|or so|maybe|minimum of|except|excluding|without|ignoring|increase[sd]?|decrease[sd]?|halve[sd]?|extra|another|additional|further|"
    r"tenths?|eighths?|sixths?|fifths?|thirds?|quarters|(?<!day )(?<!from )(?<!is )zero(?!-)|"
    r"libor|sofr|euribor|prime (?:rate|plus)|the reverse|vice versa|the opposite|the other way|same as|"
    r"squared|average of|(?:each|per|either|every|a) side|"
    r"(?:is|are|was|were|do|does|did|ca|wo)n['’]?t"
)
_SHORT_HEDGE = r"(?:short|sold|sell) \d+ (?:x )?(?:vx|vxm|minis?|vix|calls?|futures?|vxx|uvxy|etfs?)\b"
_BY_CALCULATOR = {
    "iron-condor": r"bought|buy|debit|paid|long (?:iron )?condor|reverse|broken[- ]wing|butterfly|strangle|calendar|wide",
    "instrument-vega": r"theta|gamma|rho|spread|short|calls? and|puts?|vomma|pair",
    "option-price": r"short|sold|sell|spread|straddle|strangle|american|american-style|dollar vega|hedge vega",
    "implied-volatility": r"short|sold|spread|straddle|strangle",
    "layer-split": r"already|the rest of|split the rest|(?:percent|pct) (?:in|to|for|into) (?:the )?(?:calls|etfs?)|(?:calls?|etfs?) (?:(?:get|take|at) )?\d+(?: ?%)?",
    "wacc": r"preferred|monthly",
    "capm": r"monthly|daily|alpha|two[- ]factor|fama",
    "irr": r"monthly|npv|reinvest\w*",
    "macro-signal": r"mom|month over month|month on month|monthly|core",
    "vix-expiry": r"spx|weeklys?|(?:month|one) (?:after|before)(?= (?!that|this|it)[a-z])",
    "next-step": r"sold|closed|exited|unwound|not filled",
    "break-even": rf"{_SHORT_HEDGE}",
    "scenarios": rf"{_SHORT_HEDGE}",
    "capm-levels": r"calendar",
}
_ONLY_AN_OUTPUT = {
    "advance-decline": r"between",
    "macro-signal": r"between|gap between|not",
    "irr": r"minus|plus",
    "scenarios": r"minus|plus|another",
    "break-even": r"plus",
    "vix-expiry": r"not|between|both|after",
    "conversion": r"both|plus|minus",
}


def unmodelled(text: str, calculator: str, spans: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    """Words of a lower-case question whose effect on its numbers is not understood, in the order of the text.

    `spans` are stretches that were understood: 'no tax', 'not 40 but 25 lots'.
    """
    patterns = [_ANY, *([_BY_CALCULATOR[calculator]] if calculator in _BY_CALCULATOR else [])]
    harmless = _ONLY_AN_OUTPUT.get(calculator)
    found = []
    for match in re.finditer(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)", text):
        understood = any(start <= match.start() and match.end() <= end for start, end in spans)
        if not understood and not (harmless and re.fullmatch(harmless, match.group())):
            found.append(match.group())
    return tuple(found)
