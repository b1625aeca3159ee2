"""A number held against a rule that the method states: 'is 30 % in futures within the rules?'"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.patterns import Pattern
from assistant.quantities import Quantity

if TYPE_CHECKING:
    from rules.parameters import Parameters

_CHECK = Pattern(
    r"\b(?:within|inside|outside|rules?|fits?|satisf\w+|prescrib\w+|falls? short|(?:stated|required) (?:minimum|maximum|limit|range|band)|"
    r"allowed|permitted|ok|okay|fine|enough|"
    r"too (?:much|little|high|low|many|few|big|large|small|heavy|light)|over the (?:top|limit|maximum)|under the minimum|acceptable|drifted|"
    r"still count|count as|exclusive|inclusive|"
    r"break|breach\w*|exceeds?|violat\w+|comply|complies|compliant|conforms?|in range|in band|the band|in line|at least|instead of|rather than)\b"
)
_MAY_BE = Pattern(r"\W*(?:can|could|may|must|should) (?:the |my )?(?:first layer|layer (?:1|one)|futures?(?: layer| share)?|vx) be\b")
# A share that a question says the documents give: 'why does the source say 50 %?'
_ATTRIBUTED = Pattern(
    r"\b(?:source|article|method\w*|alvh|documents?|docs|rules?|they|you)\s+"
    r"(?:says?|states?|gives?|uses?|wants?|recommends?|puts?|sets?|asks? for)\b"
)
# A share of something else than the planned hedge vega, or of another layer.
_ELSEWHERE = Pattern(r"%\s+(?:of (?:my |the |our )?(?:account|notional|capital|portfolio|equity|cash|margin)|(?:in )?(?:calls|etfs?))\b")
_FUTURES, _CALLS = r"\b(?:futures?|vx|(?:the|my|an?) first layer|layer (?:1|one))\b", r"\b(?:calls?|increments?|clips?|steps?|tranches?)\b"
_LOW, _HIGH, _STEP = "futures_share_low_fraction", "futures_share_high_fraction", "call_increment_fraction"


@dataclass(frozen=True, slots=True)
class RuleCheck:
    """What the comparison says, and the parameters that it read."""

    line: str
    parameters: tuple[str, ...]


def is_held_against_a_rule(text: str) -> bool:
    """Whether a lower-case text asks if something keeps to a rule."""
    return _CHECK.search(text) is not None or _MAY_BE.match(text) is not None


def rule_check(text: str, quantities: Sequence[Quantity], parameters: Parameters) -> RuleCheck | None:
    """The comparison of a question's one number with the stated rule that it names; None when the question asks for none."""
    attributed = _ATTRIBUTED.search(text) is not None
    if not is_held_against_a_rule(text) and not attributed:
        return None
    low, high, step = (float(parameters[name].value) for name in (_LOW, _HIGH, _STEP))
    rules = {round(value, 9) for value in (low, high, step)}
    given = [q for q in quantities if q.unit == "fraction" and q.low is None and 0 < q.number <= 2]
    others = [q for q in given if round(q.number, 9) not in rules]
    if attributed and not others:
        return None  # what the documents state is only repeated
    asked = others or given
    if re.search(_FUTURES, text):
        share = asked[0].number if asked else _share_of_amounts(quantities)
        if share is None:
            return None
        if _ELSEWHERE.search(text):
            return None
        if share >= high and re.search(r"\b(?:exceed\w*|above|over|more than|beyond|go past)\b", text):
            return RuleCheck(
                f"More than {_percent(share)} in futures is above the stated band of {_percent(low)} to {_percent(high)}.", (_LOW, _HIGH)
            )
        place = "inside" if low <= share <= high else "below" if share < low else "above"
        edge = ", its edge" if share in (low, high) else ""
        return RuleCheck(f"{_percent(share)} in futures is {place} the stated band of {_percent(low)} to {_percent(high)}{edge}.", (_LOW, _HIGH))
    if asked and re.search(_CALLS, text):
        verdict = "is the stated increment" if abs(asked[0].number - step) < 1e-9 else f"is not the stated increment of {_percent(step)}"
        return RuleCheck(f"{_percent(asked[0].number)} {verdict} for calls.", (_STEP,))
    return None


def _share_of_amounts(quantities: Sequence[Quantity]) -> float | None:
    """The smaller of two amounts over the larger: '3,100 in futures on a 9,200 total'."""
    amounts = [q.number for q in quantities if q.unit in ("usd", "number") and q.number > 0]
    return min(amounts) / max(amounts) if len(amounts) == 2 else None


def _percent(value: float) -> str:
    return f"{100 * value:.4g} %"
