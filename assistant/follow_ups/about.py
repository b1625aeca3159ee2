"""Questions about the calculation before: why it came out so, its steps, what it assumes, a part of a plan."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from assistant.inputs.requests import CalculationRequest
from assistant.intent.clauses import asks_for_a_figure
from assistant.patterns import Pattern

_ANY_CALCULATION: Mapping[Literal["why", "steps", "result", "assumed"], Pattern] = {
    "why": Pattern(
        r"^(?:but |and |so )?(?:why|how come|why (?:is|so|that|this)\b.{0,30}|how did you get (?:that|this|it)|where does (?:that|this|it) come from)\W*$"
    ),
    "steps": Pattern(r"\b(?:show|list|print|see|explain)\b.*\bsteps?\b|^steps\W*$|\bshow (?:me )?(?:your|the) work"),
    "result": Pattern(
        r"^(?:and |so |ok(?:ay)? |now )*(?:what(?:'?s| is| are| about)?|whats|show(?: me)?|give me)?\s*(?:the |its |my )?(?:daily |per[- ]day )?"
        r"(?:theta|delta|gamma|vega|rho|greeks|max(?:imum)? (?:loss|profit)|break[- ]?evens?|return on risk|roi|probability of profit)"
        r" (?:on|of|for|in|from) (?:that|it|this|them|those|the same)(?: one)?(?:,? (?:per|a|each) (?:day|contract|condor|lot))?\W*$"
    ),
    "assumed": Pattern(
        r"\bwhich\b.*\b(?:assum\w+|guess\w*)\b|\bwhat(?:'?s| is| was| did you)\b.*\bassum\w+|^assumptions\W*$|\bwhat are the assumptions\b"
    ),
}
PLAN_PARTS: Mapping[str, str] = {
    "orders": r"orders?|trades?|purchases?|(?:order )?schedule|timetable",
    "layers": r"layers|stack|sizes|quantities",
    "checks": r"checks?|failed checks?",
    "scenarios": r"scenarios?(?: (?:sets?|table|results?))?|stress(?:es| tests?)?",
    "break_evens": r"break[- ]?evens?(?: points)?|frontier",
    "signals": r"signals?(?: states?)?|gates?",
    "roll_calendar": r"roll (?:calendar|dates?|days?|schedule|prompts?)|rolls",
    "cost": r"(?:hedge |total )?costs?|premium",
    "margin": r"(?:variation )?margin(?: calls?)?|cash calls?",
    "capital": r"capital(?: at risk)?|wacc|cost of capital",
    "worst": r"(?:worst|max(?:imum)?|biggest)[- ](?:case|loss|combined loss|outcome)s?|worst",
    "alternatives": r"alternatives?|(?:other )?(?:choices|ways)(?: to fill (?:it|layer (?:1|one)|the first layer))?",
    "holdings": r"holdings|review(?: of (?:the |my )?holdings)?",
    "greeks": r"greeks|vegas?|deltas?|(?:vega and delta|delta and vega)(?: after each layer)?",
    "synthetics": r"synthetics?(?: futures?)?",
    "notes": r"notes|warnings|caveats",
}
"""The parts of a plan with the words that ask for each; `assistant.plan_parts` writes their lines."""

_OF_IT = (
    r"(?:\s+(?:of|for|in|on|from|after|with|behind) (?:it|that|this|the (?:plan|hedge|stack|layers|hedges)|this plan|my plan|all (?:three )?layers))?"
)
_SHOWN = r"(?:show|list|print|display|give|see|tell)(?: me)?(?: (?:the|its|my|all|all the|this plan'?s|the plan'?s))?"
_ASKED = r"(?:what|which|where|how)(?:'?s| is| are| about|'?re)?(?: do(?:es)?)? (?:the|its|my|those|these)"
_PART_WORDS: Mapping[str, str] = {
    "cost": r"(?:how much|what) (?:does|will|would|do) (?:it|this|that|the hedge|all (?:of )?(?:it|this|that)) (?:all )?cost(?: me)?",
    "worst": r"(?:how much|what) (?:can|could|do|would) i lose(?: at (?:the )?(?:most|worst))?",
    "roll_calendar": r"when (?:do|should|must|will|would) i (?:have to |need to )?roll(?: (?:it|them|that|those|this))?",
    "checks": r"(?:which|what)(?: of the)?(?: checks?)? (?:fails?|failed|passes|passed)",
    "orders": r"what (?:do|would) i (?:buy|order)(?: (?:today|now|first))?",
}
_NAMED = "|".join(rf"(?P<{part}>{names})" for part, names in PLAN_PARTS.items())
_PART_SHOWN = Pattern(rf"{_SHOWN}\s+(?:{_NAMED}){_OF_IT}")
_PART_OF_THE_LAST = Pattern(rf"(?:{_ASKED}\s+|(?:the |my |its )?)(?:{_NAMED}){_OF_IT}")
_PART_TOLD = Pattern("|".join(rf"(?P<{part}>{words})" for part, words in _PART_WORDS.items()))
_MOST_WORDS_OF_RESULT, _OWN_CUE = 10, 0.5
# Longer questions are on the method.
_MOST_WORDS_OF_WHY = 9
_WHY_THAT = Pattern(r"^(?:and |but |so |ok(?:ay)? )*(?:why|how come|how (?:did|do) you (?:get|come to|size)|how (?:are|were) the)\b")
_OWN_FIGURE = Pattern(
    r"(?<![\w.%])\d[\d,]*(?:\.\d+)?(?!\s?(?:%|pct|percent|(?:[-–]|to|and|or)\s?\d|[\d.]))\b|\bso (?:few|many|much|little)\b|\bthat (?:few|many|much)\b|\bblocked\b|\bwaiting\b|"
    r"\bnot (?:armed|sized|ordered|bought|needed)\b|\b(?:no|not any) (?:\w+ )?(?:futures?|calls?|etfs?|orders?|vx|vxm|minis?)\b|\bnothing\b"
)
_LAYERS: Mapping[str, Pattern] = {
    "2": Pattern(r"\b(?:calls?|tranches?|options?|second layer|layer (?:2|two))\b"),
    "3": Pattern(r"\b(?:etfs?|funds?|shares?|third layer|layer (?:3|three)|vixy|uvxy|vxx)\b"),
    "1": Pattern(r"\b(?:futures?|vxm?|minis?|contracts|first layer|layer (?:1|one))\b"),
}


@dataclass(frozen=True, slots=True)
class About:
    """What is asked about a calculation.

    `part`: of a plan, for `part` one of PLAN_PARTS, for `why` the number of a layer; empty for the whole.
    """

    kind: Literal["why", "steps", "result", "assumed", "part"]
    part: str = ""


def asked_about(text: str, previous: CalculationRequest, *, is_last: bool) -> About | None:
    """What a lower-case question asks about the calculation before, None where it asks for something else.

    `is_last`: the calculation is the last thing that was answered, so that a bare 'why?' is of it.
    """
    is_plan = previous.calculator == "plan-hedge" and previous.complete
    if is_plan and (found := _of_a_plan(text, is_last=is_last)) is not None:
        return found
    kinds = [kind for kind, pattern in _ANY_CALCULATION.items() if pattern.search(text)]
    return About(kinds[0]) if kinds and (is_last or kinds[0] in ("steps", "assumed")) else None


def asks_for_its_result(text: str, previous: CalculationRequest, scores: Mapping[str, float]) -> bool:
    """Whether a short question without numbers asks for a figure of the calculation before, by its words (`scores`, see `cues`): 'so how big is one tranche?'"""
    best = max(scores, key=lambda name: scores[name])
    if previous.calculator == "vix-expiry":
        return False  # 'how many days is that?' asks for more than was computed
    short = len(text.split()) <= _MOST_WORDS_OF_RESULT
    return short and previous.complete and best == previous.calculator and scores[best] >= _OWN_CUE and asks_for_a_figure(text)


def _of_a_plan(text: str, *, is_last: bool) -> About | None:
    """A part that is asked for by its name, or why a layer is of its size or waits."""
    asked = re.sub(r"^(?:(?:and|so|ok|okay|now|then|please|also|pls)\b[\s,]*)+|[\s,]*\b(?:please|pls|then|now|again|too)\W*$|\W+$", "", text.strip())
    named = _PART_SHOWN.fullmatch(asked) or ((_PART_OF_THE_LAST.fullmatch(asked) or _PART_TOLD.fullmatch(asked)) if is_last else None)
    if named is not None and named.lastgroup is not None:
        return About("part", named.lastgroup)
    if len(text.split()) <= _MOST_WORDS_OF_WHY and _WHY_THAT.match(text) and _OWN_FIGURE.search(text):
        return About("why", next((layer for layer, words in _LAYERS.items() if words.search(text)), ""))
    return None
