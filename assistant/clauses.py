"""The part of a question that asks about the method, beside one that asks for a number."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.patterns import Pattern
from assistant.quantities import Quantity

_CUT = Pattern(
    r"[?;:]\s*(?:and\s+|then\s+|also\s+)*|,\s*(?:and|then|also|plus)\s+|\.\s+(?:and\s+|also\s+|then\s+)?|"
    r"\s+(?:and|then|also|&)\s+(?=(?:also\s+|then\s+|please\s+)*(?:the (?:price|value|max|min|cost|vega|irr|wacc)|when|which|why|where|who|"
    r"give|compute|calculate|work|check|price|what|how|can you|tell|show|run|split|find|plan|the \$|the dollar))",
)
_METHOD = Pattern(
    r"\b(?:why|explain|describe|remind me|rationale|reason (?:for|behind|of)|role of|purpose of|logic (?:of|behind)|idea behind|how come)\b|"
    r"\bwhat says\b|\bwhat does the (?:method|article|source|page)\b|\btell me about\b|\bwhat(?:'?s| is| are| was)\b (?:\w+ ){1,3}?(?:used )?for\b(?! me\b| my\b|\W+\d)|"
    r"\bwhat(?:'?s| is| are)\b.*\b(?:role|purpose|reason|logic|idea|in this method|in the method)\b|"
    r"\bwhat (?:do|does|did)\b(?! (?:i|we)\b)|\bhow (?:do|does|did)\b(?! (?:i|we)\b)|\bhow .*\b(?:fits? in|works?|used|decided|chosen)\b|"
    r"\bwhat (?!i\b|we\b)(?:\w+ ){1,4}?(?:is|are) for$|\bwhat(?:'?s| is) (?:the )?(?:point|use|sense) of\b|\bwhat(?:'?s| is| are) (?:\w+ ){1,3}?doing in\b|"
    r"\bwhat (?:payoff|role|part|purpose|protection|benefit|signal|trigger|risk) (?:do|does|did)\b|\bwhere (?:do|does) (?:\w+ ){1,4}?(?:come in|fit|belong|enter)|"
    r"\bin general\b|\bhow (?:is|are)\b.*\b(?:defined|measured|computed|calculated|worked out|derived)\b|"
    r"\bwhich (?:layer|instrument|one|signals?|vix|vx|(?:contract )?months?)\b|"
    r"\bwhat comes (?:first|next)\b|\bwhen (?:does|do|is|are)\b|\bwhat (?:triggers|happens|counts)\b|"
    r"\bwhat(?:'?s| is) (?:the )?(?:rule|order|sequence|difference|layering)\b"
)
_FIGURE = Pattern(
    r"\bhow (?:much|many)\b|"
    r"\bwhat(?:'?s| is| are)(?: the| my)? (?:max|worst|break|price|value|delta|vega|irr|wacc|rsi|macd|edge|gap|roi|return|dollar|\$|band)"
    r"(?! (?:used )?for\b)|\bcan i lose\b|\bstop trading\b|\b(?:settle|expire|trade)s?\W*$|\bworth\b|\bleft\b"
)


def methodology_part(text: str, quantities: Sequence[Quantity]) -> tuple[str | None, str]:
    """(the clauses that ask about the method, None when there are none; the text with those blanked out).

    A clause asks about the method when it sounds so and holds no number but one that a rule is known by ('the 20% increments'),
    and when another clause holds the numbers.
    """
    asking: list[str] = []
    rest = text
    numbers_in_rest = 0
    for start, end in _pieces(text):
        piece = text[start:end].strip(" ,.?;:")
        inside = [q for q in quantities if start <= q.start < end and not _is_a_name(q) and not _is_rule(q, text)]
        figure = _FIGURE.search(piece) and "in general" not in piece
        if _METHOD.search(piece) and not inside and not figure:
            asking.append(piece)
            rest = rest[:start] + " " * (end - start) + rest[end:]
        else:
            numbers_in_rest += len(inside)
    return ("; ".join(asking), rest) if asking and numbers_in_rest else (None, text)


def _pieces(text: str) -> list[tuple[int, int]]:
    cuts = [match.span() for match in _CUT.finditer(text)]
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(text)]
    return [(start, end) for start, end in zip(starts, ends, strict=True) if text[start:end].strip()]


def _is_a_name(quantity: Quantity) -> bool:
    """Whether a number is a part of a name, or a small one in words that counts what the method has so many of: 'the front two'."""
    return quantity.unit == "name" or (quantity.note == "spelled" and quantity.number <= 4)


def _is_rule(quantity: Quantity, text: str) -> bool:
    """Whether a number in a clause about the method is the name of a rule."""
    behind = text[quantity.end : quantity.end + 24]
    return (
        quantity.unit in ("fraction", "pair")
        and re.match(
            r"\s*(?:(?:call )?(?:increments?|steps?|tranches?|clips?)|band|rule|range|of the hedge|(?:for|in|of) (?:the |vx |vix )*futures)", behind
        )
        is not None
    )
