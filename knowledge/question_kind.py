"""What kind of answer a question asks for, and whether a sentence is of that kind."""

from __future__ import annotations

import re
from functools import cache

_PAIRS: tuple[tuple[str, str], ...] = (
    # an order or a first step: ordinal words
    (
        r"\bfirst\b|\border\b|\bsequence\b|\bstart(s|ed|ing)? with\b|\binitial(ly)?\b|\bbefore (the )?others?\b|\bcomes? (next|before|after|last)\b|\bbegin with\b",
        r"\b(come|comes|order|sequence|hierarchy)\b.*\b(first|second|third|then|last|before|after)\b",
    ),
    # an amount: a number
    (
        r"\bhow (much|many|large|big|high|low|long|far|wide|often)\b|\bwhat (share|part|percentage|percent|fraction|size|level|number)\b|\brange\b",
        r"\d",
    ),
    # a reason
    (
        r"\bwhy\b|\breason\b|\bpurpose\b|\bwhat for\b|\bused for\b",
        r"\bbecause\b|\bso that\b|\bin order to\b|\breason\b|\bpurpose\b|\bprevents?\b|\bkeeps?\b|\bavoids?\b|\bminimizes?\b|\bto see\b|\bessential\b",
    ),
    # a definition
    (
        r"^\W*(what('?s| is| are)|define|meaning of|explain)\b(?!.*\b(first|when|how)\b)|\b(definition|meaning|stands? for)\b",
        r"^[^.]{2,60}? (is|are|means|refers to|combines|describes) ",
    ),
    # a time or a condition
    (
        r"\bwhen (do|does|did|is|are|was|should|can|could|will|would|must|to)\b|\bat what (time|point)\b|\bwhat (triggers?|activates?|decides?)\b",
        r"\b(when|once|after|only|until|as soon as|triggers?|decides?)\b",
    ),
    # somebody
    (r"\bwho(se)?\b", r"\b(traders?|accounts?|committee|issuer|holder|brokers?)\b"),
)


_DEFINITION = re.compile(
    r"^\W*(?:what(?:['’]?s| is| are| does)?|define|definition of|meaning of|explain)\b|\b(?:mean(?:s|ing)?|definition|stands? for)\b", re.IGNORECASE
)
_NOW = re.compile(
    r"\b(today|tonight|tomorrow|yesterday|current(ly)?|right now|at the moment|latest|so far this|next|upcoming|(last|this|past) (week|month|quarter|year))\b",
    re.IGNORECASE,
)
_MEASURE = (
    r"(share|part|percentages?|percent|fraction|size|levels?|numbers?|ratio|deltas?|strikes?|widths?|prices?|values?|readings?|settings?|periods?|intervals?"
    r"|lookback|lengths?|points?|days?|dte|expir\w+|years?|time|dates?|thresholds?|minimum|maximum)"
)
_NUMBER = re.compile(
    r"\bhow (much|many|large|big|high|low|long|far|wide|often|steep|deep|close|small|near|late|early|old|soon|fast|weak|strong)\b"
    rf"|\b(what|which|exact)( [\w/&'-]+){{0,3}} {_MEASURE}\b"
    r"|\b(minimum|maximum|threshold|cut-?off|cap|percentage|longest|shortest|smallest|largest|number of|amount|contracts of|price of|initial margin|after how)\b"
    r"|^\W*(is|are|was|does|do|did|can|could|should|must|would)\b.*\d",
    re.IGNORECASE,
)
_CHOICE = re.compile(r"\b((?:[\w/-]+,\s*)*[\w/-]+),?\s+or\s+([\w/-]+)", re.IGNORECASE)
_LETTERS = r"[A-Za-z]{2,6}"
_ABBREVIATION_ASKED = (
    rf"\bwhat (?:does|do|did) (?:the )?(?:abbreviation |acronym |letters |initials )?['\"“]?(?P<it>{_LETTERS})['\"”]? (?:even |actually |really )?(?:stands? for|mean)\b",
    rf"\b(?:what is|what's) (?:the )?['\"“]?(?P<it>{_LETTERS})['\"”]? (?:short for|an abbreviation of|an acronym for|spelled out|in full)\b",
    rf"\b(?:abbreviation|acronym|letters|initials|full form of|meaning of|short form) ['\"“]?(?P<it>{_LETTERS})\b",
    rf"^\W*(?P<it>{_LETTERS}) (?:stands for what|meaning|acronym|abbreviation|full form|stands? for|spelled out)\b",
)
_PLAINLY_ASKED = rf"\W*(?:what is|what's|define|definition of) (?:the )?['\"“]?(?P<it>{_LETTERS})['\"”]?\W*"
_TERM_ASKED = re.compile(
    r"\W*(?:(?:what(?:['’]?s| is| are)|define|(?:the )?(?:definition|meaning) of|explain) (?:an? |the )?['\"“]?(?P<behind>.+?)['\"”]?"
    r"|what does (?:an? |the )?['\"“]?(?P<between>.+?)['\"”]? mean|['\"“]?(?P<before>.+?)['\"”]? (?:meaning|definition|defined))\W*",
    re.IGNORECASE,
)
# One of these stands in every question that asks for an abbreviation by more than "what is".
_WORDS_OF_ASKING = ("stand", "mean", "short", "abbreviation", "acronym", "letters", "initials", "full", "spelled")


def alternatives_of(question: str) -> tuple[str, ...]:
    """The words a question lets choose between: futures, calls and ETFs in 'futures, calls or ETFs?'; empty without a choice."""
    match = _CHOICE.search(question)
    return () if match is None else (*re.split(r",\s*", match.group(1)), match.group(2))


@cache
def _compiled() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    return tuple((re.compile(question, re.IGNORECASE), re.compile(sentence, re.IGNORECASE)) for question, sentence in _PAIRS)


def kinds_of(question: str) -> tuple[re.Pattern[str], ...]:
    """For each kind of answer that a question asks for, the pattern of a sentence of that kind."""
    return tuple(sentence for cue, sentence in _compiled() if cue.search(question))


def asks_for_definition(question: str) -> bool:
    """Whether a question asks what a word means: 'what is contango?', 'define vega', 'contango meaning'."""
    return _DEFINITION.search(question) is not None


def term_asked(question: str) -> str | None:
    """What a question asks the meaning of and nothing else, lower case: 'contango' in 'what is contango?'; None for other questions."""
    found = _TERM_ASKED.fullmatch(question)
    return None if found is None else str(found[found.lastgroup or 0]).casefold()


def definition_of(question: str) -> re.Pattern[str] | None:
    """How a sentence begins that says what the term is that a question asks the meaning of; None for other questions."""
    term = term_asked(question)
    if term is None:
        return None
    return re.compile(
        rf"(?:the |an? )?{re.escape(term)}(?:,[^,.;]{{1,60}},| \([^)]*\))? (?:is|are|means?|stands? for|refers? to|combines?|describes?)\b",
        re.IGNORECASE,
    )


def asks_for_now(question: str) -> bool:
    """Whether a question asks for what holds now, lately or next: a document cannot state it."""
    return _NOW.search(question) is not None


def asks_for_number(question: str) -> bool:
    """Whether a number, a level, a length of time or a date is asked for."""
    return _NUMBER.search(question) is not None


def abbreviation_asked(question: str) -> str | None:
    """The abbreviation whose words a question asks for, as it is typed; "What is X?" asks for them when X has two capitals at least."""
    words = question.casefold()
    if any(word in words for word in _WORDS_OF_ASKING):
        for pattern in _ABBREVIATION_ASKED:
            found = re.search(pattern, question, re.IGNORECASE)
            if found is not None:
                return found["it"]
    plain = re.fullmatch(_PLAINLY_ASKED, question, re.IGNORECASE)
    return plain["it"] if plain is not None and sum(letter.isupper() for letter in plain["it"]) > 1 else None
