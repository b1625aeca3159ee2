"""Movements that name the value they end at: 'debt goes up to 450k', 'cut the lots to 5'."""

from __future__ import annotations

import re

from assistant.patterns import Pattern

_TO_A_NUMBER = r"to(?= (?:about |around |like )?(?:\$?[-+]?\.?\d|(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty)\b))"
_MOVES = (
    r"goes|go|going|went|gone|mov(?:e|es|ed|ing)|ris(?:e|es|en|ing)|rose|fall(?:s|en|ing)?|fell|drop(?:s|ped)?|jump(?:s|ed)?|pop(?:s|ped)?|"
    r"spik(?:e|es|ed)|climb(?:s|ed)?|sinks?|sank|comes?|came|widens?|chang(?:e|es|ed)"
)
_PUTS = (
    r"chang(?:e|ed)|rais(?:e|ed)|lower(?:ed)?|cut|bump(?:ed)?|increas(?:e|ed)|decreas(?:e|ed)|reduc(?:e|ed)|drop(?:ped)?|trim(?:med)?|push(?:ed)?|"
    r"mov(?:e|ed)|set|switch|bring|brought|take|took"
)
_BECOMES = Pattern(rf"\b(?:{_MOVES}|{_PUTS})(?: it| that)?(?: right| back| all the way| straight)?(?: up| down| in| out)? {_TO_A_NUMBER}")
_IS_PUT = Pattern(rf"\b(?P<verb>{_PUTS}) (?P<what>(?:the |my |that |this )?[a-z]+(?: [a-z]+){{0,2}}?) (?P<to>(?:up |down |back )?{_TO_A_NUMBER})")


def told_as_values(text: str) -> str:
    """A lower-case text with movements to a value blanked out, so that the value stands beside what it is of; places stay."""
    text = _BECOMES.sub(lambda match: " " * len(match.group()), text)
    return _IS_PUT.sub(_without_movement, text)


def _without_movement(match: re.Match[str]) -> str:
    return f"{' ' * len(match['verb'])} {match['what']} {' ' * len(match['to'])}"
