"""Follow-ups that tell of a move to a level, which is a plain new value: 'vix pops to 24' is 'vix to 24'."""

from __future__ import annotations

import re

from assistant.patterns import Pattern
from assistant.slots import slots_of

# Where moves are inputs themselves, such as the shocks of a scenario, they stay moves.
_TAKES_MOVES = frozenset({"scenarios", "break-even"})
_VERBS = (
    r"goes|gone|go|went|moves?|moved|pops?|popped|jumps?|jumped|rises?|rose|risen|spikes?|spiked|falls?|fell|fallen|drops?|dropped|slips?|slipped|slides?|slid|"
    r"climbs?|climbed|sinks?|sank|comes?|came|grows?|grew|shoots?|shot|crash(?:es|ed)|eases?|eased|increase[sd]?|decrease[sd]?|raised?|lowered|lifted|cut|reduced"
)
_REACHES = Pattern(
    rf"\b(?P<verb>(?:(?:has|have|had|just|now|only|suddenly)\s+)*(?:{_VERBS})(?:\s+(?:up|down|back|in|out|all the way))*)\s+to\s+"
    r"(?=\$?\s?[\d.]+(?P<percent>\s?(?:%|percent\b|pct\b))?)"
)


def plainly_set(text: str, calculator: str) -> str:
    """A lower-case follow-up with the verbs before 'to' blanked out, as long as it was.

    'debt rises to 8 %' stays: it may be what debt costs or how much of it there is.
    """
    if calculator in _TAKES_MOVES:
        return text

    def blanked(match: re.Match[str]) -> str:
        words = text[: match.start()].split()
        if match["percent"] and words and _names_an_amount(words[-1], calculator):
            return match.group()
        return match.group().replace(match["verb"], " " * len(match["verb"]), 1)

    return _REACHES.sub(blanked, text)


def _names_an_amount(word: str, calculator: str) -> bool:
    """Whether a word names an amount as well as a rate."""
    units = {slot.unit for slot in slots_of(calculator) if word in slot.synonyms}
    return {"usd", "fraction"} <= units
