"""The part of a question that asks about the method, beside one that asks for a number."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.patterns import Pattern
from assistant.quantities import Quantity

_CUT = Pattern(
    r",\s+(?=(?:what|why) (?:does|do|would)\b|how (?:does|do)\b)|"
    r",\s*with (?:the |its )?(?:numbers|figures)\s+|[?;:]\s*(?:and\s+|then\s+|also\s+)*|,\s*(?:and|then|also|plus)\s+|\.\s+(?:and\s+|also\s+|then\s+)?|"
    r"\s+(?:and|then|also|n|&|\+)\s+(?=(?:also\s+|then\s+|please\s+)*(?:the (?:\w+ )?"
    r"(?:price|value|max|min|cost|vega|irr|wacc|return|rsi|macd|line|split|edge|drag|range|break-?evens?)\b|\$ |dollars? |"
    r"when|which|why|where|who|size|(?:tranche|clip|increment|call) size|futures (?:band|range)|"
    r"give|compute|calculate|calc|get|do|work|check|price|what|how|can you|tell|show|run|split|find|plan|the \$|the dollar))",
)
_METHOD = Pattern(
    r"^y (?:only|is|do|does|are|the|not|so|would|should|no)\b|\b(?:motivate|justify|elaborate on|walk me through|talk me through)\b|"
    r"\bwhat (?:do|does|did|would) (?:i|we|you|one|people) (?:\w+ ){0,2}?(?:use|need|want)\b.*\bfor\b|"
    r"\b(?:why|explain|describe|remind me|rationale|reason (?:for|behind|of)|role of|purpose of|logic (?:of|behind)|idea behind|how come)\b|"
    r"\b\w+['’]s (?:job|role|purpose|point|use)\b|\bwhat says\b|\bwhat does the (?:method|article|source|page)\b|\btell me about\b|\bwhat(?:'?s| is| are|"
    r" was)\b (?:\w+ ){1,3}?(?:used )?(?<!waiting )for\b(?! me\b| my\b|\W+\d)|"
    r"\bwhat(?:'?s| is| are)\b.*\babout$|\bwhat(?:'?s| is| are) (?:\w+ ){1,5}?for$|"
    r"\bwhat(?:'?s| is| are)\b.*\b(?:role|purpose|reason|logic|idea|in this method|in the method)\b|"
    r"\bwhat (?:do|does|did)\b(?! (?:i|we)\b)|\bhow (?:do|does|did)\b(?! (?:i|we)\b)|\bhow .*\b(?:fits? in|works?|used|decided|chosen)\b|"
    r"\bwhat (?!i\b|we\b)(?:\w+ ){1,4}?(?:is|are) for$|\bwhat(?:'?s| is) (?:the )?(?:point|use|sense)(?: of\b|$)|\bwhat(?:'?s| is| are) (?:\w+ ){1,3}?doing in\b|"
    r"\bwhat (?:payoff|role|part|purpose|protection|benefit|signal|trigger|risk) (?:do|does|did)\b|\bwhere (?:do|does) (?:\w+ ){1,4}?(?:come in|fit|belong|enter)|"
    r"\bin general\b|\bhow (?:is|are)\b.*\b(?:defined|measured|computed|calculated|worked out|derived)\b|"
    r"\bwhich (?:\w+ ){0,2}?(?:layer|instrument|one|signals?|vix|vx|months?)\b|\bhow (?:can|could|would|will|might)\b(?! (?:i|we|you|one)\b)|"
    r"^(?:is|are|was) (?:\w+ ){1,3}?(?:meant|supposed|required|intended|expected|allowed) to\b|"
    r"^(?:should|must|does|do|may|can)\b(?! (?:you|i|we|it|that|this|these|they|there|my|our)\b)|\bwhat comes (?:first|next)\b|\bshould (?:i|we|"
    r"one) (?:monitor|watch|check|track|look)\b|\bwhen (?:does|do|is|"
    r"are|would|should|can|could|will)\b(?! (?:i|we)\b)|\bwhat (?:triggers|happens|counts)\b|"
    r"\bwhat(?:'?s| is) (?:the )?(?:rule|order|sequence|difference|layering)\b"
)
_NO_FIGURE = Pattern(r"\bin general\b|\b(?:about|(?<!waiting )for)$")
# 'the front two contracts' names those that qualify.
_FRONT = 2
_WHY = Pattern(r"(?:and |so |but )?(?:why|how come)\b(?!.*\b(?:my|i|we|our)\b)")
# A question by its first words, told or asked.
_ASKS = Pattern(
    r"(?:so |ok(?:ay)? |and |please |first,? |also |can you |could you |would you )*(?:what|whats|which|how|where|when|who|tell me|remind me|say)\b"
    r"(?! (?:do|does|did|is|are|would|will|much|many|\w+ do) (?:i|we|my|our)\b)(?!.*\b(?:my|i|we|it|that|this one)\b)"
)
_YES_OR_NO = Pattern(r"(?:and |so )?(?:do|does|did|is|are|was|can|may|should|must|will)\b")
_REASONS = Pattern(
    r"\bdo (?:to|for) (?:the|my) (?:layers?|hedge|order|stack)\b|"
    r"\b(?:why|explain|describe|remind me|rationale|reason|role|purpose|logic|idea behind|how come|tell me about|in general|according to|"
    r"the (?:article|method|source|page|documents?))\b"
)
_REQUEST = Pattern(
    r"(?:^|[,.;:?!]|\b(?:and|then|also|please|pls|just|n|to|can you|could you)\b|&|\+)\s*(?:what|whats|how|when|where|which|give|show|compute|calculate|calc|work out|"
    r"price|px|run|find|check|split|size|plan|i need|i want|need|tell|quote|value|stress|build|make)\b|\b(?:please|pls)\b|\b(?:break[- ]?evens?|b/e|max|worst|greeks|annuali[sz]e|"
    r"(?:irr|wacc|vega|edge|delta|price|rsi|split|surprise) (?:of|on|for|if|when)|is there (?:an?|any) (?:edge|arb\w*))\b"
)
_TELLS = Pattern(r"\b(?:is|are|was|were|am|have|has|had|sits?|stands?|went|carry|hold|costs?|trades?|i'm|we're|planning|going)\b")
_FIGURE = Pattern(
    r"\bhow (?:much|many)\b|\b(?:prob|probability|odds|chances?|pop)\b(?: of|\W*$)|"
    r"\bwhat(?:'?s| is| are)(?: the| my)? (?:max|(?:min|low|high|least|most|range|floor|cap|size|smallest|largest|biggest|lowest|highest)\b|"
    r"(?:conversion|reversal|parity) (?:edge|gap)|"
    r"worst|break|price|value|delta|vega|irr|wacc|weighted average|rsi|macd|edge|gap|roi|return|dollar|\$|band)"
    r"(?! (?:used )?for\b)|\bcan i lose\b|\bstop trading\b|\b(?:settle|expire)s?\W*$|\bworth\b|\bleft\b(?! for\b)|"
    r"^(?:and |so |then )*(?:what|whats|how|which)(?:'?s| is| are| would| does)?(?: the| each| every| one| big)*(?: \w+){0,2}? (?:comes? (?:to|out)|"
    r"size[ds]?|amounts?|dollars?|totals?|"
    r"cost(?! of capital\b)|big|large)\b|\bhow (?:big|large)\b|\bremains?\b|\bthe rest\b|\bhow (?:small|little|low|high)\b|\bin (?:dollars|usd|bp)\b|\bwaiting (?:for|on)\b|"
    r"\b(?:what|which) stage\b|\barmed\b|\blast (?:trading )?day\b|^where (?:do|does|is|are)\b.*\bbreak[- ]?evens?\b|^(?:and |so )?what(?:s| is|'s)? in (?:the )?\w+$|"
    r"\b(?:combined|net|total) (?:break|p/?l|loss)|"
    r"^(?:and |so |then )*what(?:'?s| is| comes)?(?: the)? (?:next|due|first)(?: step| action| move| order)?(?: under the method| here| now)?$|"
    r"\b(?:can|could|do|would) (?:\w+ )?(?:lose|make)\b|\b(?:what|which) (?:band|range|share|amount) (?:do|does|would|will)\b"
)


# 'why cap futures at 40 %': a bound that the method sets.
_BOUNDS = Pattern(
    r"\b(?:cap|caps|capped|capping|limits?|limited|ceiling|floor|max(?:imum)?|min(?:imum)?|(?:no|never|not) more than|at most|at least)\b[^;?.\d]*$"
)


def methodology_part(text: str, quantities: Sequence[Quantity]) -> tuple[str | None, str]:
    """(the clauses that ask about the method, None when there are none; the text with those blanked out).

    A clause asks about the method when it sounds so and holds no number but one that a rule is known by ('the 20% increments'),
    and when another clause holds the numbers. A clause that only sounds like a question ('what comes next?') does so where the
    numbers have a request of their own; without one it is theirs.
    """
    asking: list[tuple[int, int]] = []
    for start, end in _pieces(text):
        piece = text[start:end].strip(" ,.?;:")
        inside = [q for q in quantities if start <= q.start < end and not _is_a_name(q) and not _is_rule(q, text)]
        figure = _FIGURE.search(piece) and not _NO_FIGURE.search(piece)
        if _WHY.match(piece) and all(quantity.unit == "fraction" for quantity in inside):
            inside = []  # 'why can't futures be 50 %?' asks about a share and gives none
        heads = text[end : end + 1] == ":" and any(quantity.start > end for quantity in quantities)  # 'where do the break-evens sit: ...'
        if not inside and not figure and (_METHOD.search(piece) or (_ASKS.match(piece) and not heads)):
            asking.append((start, end))
    while asking and not _requests(text, asking, quantities):
        # The numbers' own request is the last of the questions.
        own = next((stretch for stretch in reversed(asking) if not _REASONS.search(text[slice(*stretch)])), None)
        if own is None:
            break
        asking.remove(own)
    rest = _without(text, asking)
    has_numbers = any(rest[q.start : q.end].strip() and not _is_a_name(q) and not _is_rule(q, text) for q in quantities)
    return ("; ".join(text[start:end].strip(" ,.?;:") for start, end in asking), rest) if asking and has_numbers else (None, text)


def asks_for_a_figure(text: str) -> bool:
    """Whether a lower-case text asks what something comes to: 'how big is one tranche?', 'what's left for the etfs?'"""
    return _FIGURE.search(text) is not None


def _without(text: str, stretches: Sequence[tuple[int, int]]) -> str:
    """The text with some stretches blanked out."""
    for start, end in stretches:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _requests(text: str, asking: Sequence[tuple[int, int]], quantities: Sequence[Quantity]) -> bool:
    """Whether what is left beside some questions asks for something: in words, or as a row of numbers behind them that tells no state."""
    rest = re.sub(r"\bwhil(?:e|st) (?:we|you|i)['’]?\s?(?:re|m|are|am) at it\b", "", _without(text, asking))
    behind = any(quantity.start >= asking[-1][1] for quantity in quantities)
    open_question = _YES_OR_NO.match(text[slice(*asking[-1])].strip()) is None
    return _REQUEST.search(rest) is not None or (behind and open_question and _TELLS.search(rest) is None)


def _pieces(text: str) -> list[tuple[int, int]]:
    cuts = [match.span() for match in _CUT.finditer(text)]
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(text)]
    return [(start, end) for start, end in zip(starts, ends, strict=True) if text[start:end].strip()]


def _is_a_name(quantity: Quantity) -> bool:
    """Whether a number is a part of a name, or a small one in words that counts or numbers what the method has so many of: 'the front two', 'the 2nd engine'."""
    return quantity.unit == "name" or ((quantity.note == "spelled" or quantity.unit == "ordinal") and quantity.number <= 4)


def is_bound(quantity: Quantity, text: str) -> bool:
    """Whether a zero is what something has to stay above or below: 'irr must stay > 0'."""
    return (
        quantity.value == 0.0
        and re.search(r"(?:[<>≥≤]=?|\b(?:above|over|below|under|than))\s*$", text[max(quantity.start - 40, 0) : quantity.start]) is not None
    )


def _is_rule(quantity: Quantity, text: str) -> bool:
    """Whether a number in a clause about the method is the name of a rule."""
    behind, before = text[quantity.end : quantity.end + 24], text[max(quantity.start - 40, 0) : quantity.start]
    if quantity.low is not None and quantity.unit == "fraction":
        return True
    if quantity.unit == "fraction" and _BOUNDS.search(before):
        return True
    if is_bound(quantity, text):
        return True
    if quantity.unit == "count" and quantity.number <= _FRONT and re.search(r"\b(?:front|first|nearest)\s+$", before):
        return True
    return (
        quantity.unit in ("fraction", "pair")
        and re.match(
            r"\s*(?:(?:call )?(?:increments?|steps?|tranches?|clips?|chunks?|slices?|pieces?)|band|rule|range|of the hedge|(?:for|in|of) (?:the |vx |vix )*futures)",
            behind,
        )
        is not None
    )
