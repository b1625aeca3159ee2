"""Words and signs before and after a number that give it its unit."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.patterns import Pattern
from assistant.quantities.dates import CODE
from assistant.quantities.model import Unit


@dataclass(frozen=True, slots=True)
class Suffix:
    """What follows a number: its unit, the factor to that unit, and what it adds in words."""

    pattern: Pattern
    unit: Unit
    factor: float = 1.0
    note: str = ""


def _suffix(pattern: str, unit: Unit, factor: float = 1.0, note: str = "") -> Suffix:
    return Suffix(Pattern(pattern, re.IGNORECASE), unit, factor, note)


_PERCENT = r"\s?(?:%|percent\b|pct\b|pc\b|per\s?cent\b)"
_A_MONTH = r"\s?(?:a|per|each|every|/)\s?(?:month|mo)\b|\s?monthly\b"
_A_CONTRACT = r"\s?(?:for\s)?(?:a|per|/|each|every|one)\s?(?:iron\s)?(?:contract|condor|lot|ic)\b|\s?(?:each|apiece)\b"
SUFFIXES = (
    _suffix(rf"{_PERCENT}(?:\s?(?:of\s)?(?:contango|backwardation|slope|roll))?(?:{_A_MONTH})", "fraction", 0.01, "per_month"),
    _suffix(_PERCENT, "fraction", 0.01),
    _suffix(r"\s?(?:bps?\b|basis points?\b)", "bp"),
    _suffix(r"\s?(?:vol|volatility)\s?(?:points?|pts?)\b", "vol_points", 0.01),
    _suffix(r"\s?vols?\b(?!\s?(?:points?|pts?|(?:of |at |is |= ?)?[\d.]+\s?(?:%|pct|percent)))", "vol", 0.01),
    _suffix(r"[\s-]?(?:trading|business|market)[\s-]?(?:days?|sessions?)\b", "trading_days"),
    _suffix(r"[\s-]?sessions?\b|\s?td\b", "trading_days"),
    _suffix(r"[\s-]?(?:calendar\s)?(?:dte\b|days?\b|d\b)", "days"),
    _suffix(r"[\s-]?weeks?\b", "days", 7.0, "weeks"),
    _suffix(r"[\s-]?(?:months?|years?|yrs?|hours?|minutes?)\b", "unclear"),
    _suffix(rf"\s?(?:usd|us dollars?|dollars?|bucks)\b(?:{_A_CONTRACT})", "usd", 1.0, "per_contract"),
    _suffix(r"\s?(?:usd|us dollars?|dollars?|bucks)\b", "usd"),
    _suffix(r"[\s-]?deltas?\b", "unclear"),
    _suffix(r"\s?(?:€|£|¥|₹|eur\b|euros?\b|gbp\b|pounds?\b|yen\b|chf\b)", "unclear"),
    _suffix(r"\s?(?:sigmas?|sds?|stdevs?|standard deviations?)\b", "sigma"),
    _suffix(
        r"[\s-]?(?:(?:spx|short|iron)\s)*(?:lots?|contracts?(?!\s+months?)|condors|ics|cars?|spreads|pieces|units)\b|(?<=\b1)[\s-]?(?:condor|ic)\b",
        "count",
    ),
    _suffix(r"x(?![\w])|\s?times\b(?! as\b| the\b| more\b)", "multiple"),
    _suffix(r"\s?(?:index |vix |spx )?(?:pts?|points?|handles?)\b", "points"),
    _suffix(r"(?:st|nd|rd|th)\b", "ordinal"),
    _suffix(r"['’]?s\b", "strike"),
    _suffix(r"c\b", "strike", 1.0, "call"),
    _suffix(r"p\b", "strike", 1.0, "put"),
)
PER_CONTRACT = Pattern(_A_CONTRACT, re.IGNORECASE)
BEFORE = Pattern(r"(?P<sign>[-−–+])?(?P<money>us\$|\$)?(?P<late>[-−–+])?", re.IGNORECASE)
FOREIGN = Pattern(r"[€£¥₹]")
NAMES = Pattern(
    r"(?:m|vx|ux)[1-9](?![\w.])|" + CODE + r"|black[- ]?(?:and )?(?:19)?76|b-?76(?![\w.])|vix9d|vix3m|s&p ?500|sp500|"
    r"(?:scenario|case|shock)\s(?:[1-9]|one|two|three|four|five)(?=\s*(?:[:=)]|is\b|spx|s&p|vix\b|the\b|if\b|index|market))|"
    r"(?:1st|2nd)(?=\s(?:month|vx|vix|futures?|contract)\b)|"
    r"(?:layer|step|stage|tranche|engine|row|paragraph)\s(?:[1-9]|one|two|three)(?![\w.%/]|,\d|[\s-](?:halves|thirds|quarters|fifths|sixths|eighths|tenths|hundred|thousand|million|percent|pct|bps?|%|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))|s0(?![\w.])|4/4/2|1:1|cpi/ppi|a/d|p/cf|p/l",
    re.IGNORECASE,
)
# Number words that count what the method or a language always has so many of: 'the three layers', 'these two'.
STRUCTURAL = Pattern(
    r"\s+(?:vix\s+)?(?:layers?|tranches?|sessions?|months|instruments?|steps?|wings?|sides?|things?|signals?|legs?|engines?|ways?|of\b|clips?|together|futures\b|ones?\b)",
    re.IGNORECASE,
)
