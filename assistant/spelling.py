"""Misspelled words of a question read as the domain's word that was meant, with every place still known."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from assistant.patterns import Pattern

# Words that decide what is asked for or which number is which. One that is misspelled is repaired to one of these.
DOMAIN_WORDS = frozenset(
    """
    advance advancers advances annualised backwardation bearish black borrowed breadth breakeven breakevens broken bullish call calls capital capm
    closes compounding condor days puts weeks condors contango contract contracts conversion convert cost credit cumulative debt decline decliners declines delta
    diverge diverges diverging divergence divergent dividend dollar dollars drag equity expiration expirations expire expires expiry fee forward future futures gamma greeks
    hedge hedged hedging expiries horizon implied increment increments inflation instrument internal iron layer layers leverage level levels line
    loss macd margin market maximum mini minis month months next option options parity percent plan planned portfolio position premium price profit
    quoted rate rates reversal return risk scenario scenarios settle settlement share shares short signal split spot step steps strike strikes
    january february april june july august september october november december
    surprise theta tracking tranche tranches vega volatility wacc weighted worth yield
    """.split()
)
# Words of the trade that are near one of those and mean something else.
_OTHER_WORDS = frozenset(
    """
    debit debits bonds spread spreads straddle strangle butterfly splits optional shorted strife stride puts weekly weeklys monthly quarterly parting
    expiring expired pricey priced prices charity captain gaming compound capped levered hedges hedger layered layering markets markers spots spotted dividends
    """.split()
)
_ALIASES = {
    "vxi": "vix", "mcad": "macd", "madc": "macd", "nxt": "next", "cal": "call", "cals": "calls", "futs": "futures", "fts": "futures",
    "strk": "strike", "prem": "premium", "beakeven": "breakeven", "wac": "wacc", "splt": "split", "spilt": "split", "capmm": "capm", "irrr": "irr",
    "yeild": "yield", "contarcts": "contracts", "contrats": "contracts", "lotts": "lots", "vgea": "vega", "veag": "vega",
    # Shorthand of the trade.
    "w": "with", "w/": "with ", "w/o": "without ", "ivol": "iv", "ivols": "ivs", "etp": "etf", "etps": "etfs", "etn": "etf", "etns": "etfs",
    "pe": "put", "ce": "call", "mult": "multiplier", "enuf": "enough", "soz": "sorry",
    "cr": "credit", "eq": "equity", "tx": "tax", "shr": "share", "shrs": "shares", "acct": "account", "accts": "accounts",
    "fut": "future", "px": "price", "imp": "implied", "sig": "sigma", "putt": "put", "putts": "puts",
    "bucket": "layer", "buckets": "layers", "sleeve": "layer", "sleeves": "layers",
    "pls": "please", "dys": "days", "dy": "day", "plz": "please",
    "gimme": "give me", "vixpiration": "vix expiration", "vixperation": "vix expiration",
}  # fmt: skip
_WORD = Pattern(r"(?<![\w/])w/o(?![\w/])|(?<![\w/])w/|[A-Za-z]+", re.IGNORECASE)
# A sign or a name written to its number: 'K5500', 'r4.5%', 'E90k', 'rsi14', 'spx6000'; 'Q1', 'VX1' and 'vix3m' are names.
_GLUED = Pattern(
    r"(?<![\w.@/$-])(?:s(?!0\s*[=:]|0\s+\d)(?=\d)|[kfetcph](?=\d)|d(?=\d)(?!\d{1,3}(?![\w%]|\.\d))|[rq](?=\.\d|\d{1,2}(?:\.\d+)?\s?(?:%|pct|percent))|"
    r"(?:rsi|macd|cpi|ppi|spx|rf|erp|beta|dte|vol|iv|fut|fwd|spot|strike|rate|credit|exp)(?=\d)|vix(?=\d+(?:\.\d+)?(?![\w.])))",
    re.IGNORECASE,
)
# 'VIX 23 C' and 'SPX 6300 P'.
_RIGHTS = {"c": "call", "p": "put"}
_OPTION_BEFORE = Pattern(r"\b(?:vix|spx|spxw)\s+\d[\d,.]*\s$", re.IGNORECASE)
_BEFORE_ITS_NUMBER = {
    "sig": (Pattern(r"\s*[=:]?\s*\d"), "signal"),
    "dy": (Pattern(r"\s*[=:]?\s*(?:\d*\.\d+|\d+\s?(?:%|pct\b|percent\b))"), "yield"),
}
# Not within '@my_book.json'.
_UNDERSCORE = Pattern(r"(?<=[A-Za-z0-9])_(?=[A-Za-z0-9])(?!(?:[^\s@]*)\.(?:json|csv)\b)")
_SHORTEST = 4
_LONG = 7
_SHORTEST_BARE = 4


@dataclass(frozen=True, slots=True)
class Spelled:
    """A text with its spelling repaired; `origin[i]` is the place in the text as typed of the i-th character."""

    text: str
    origin: tuple[int, ...]

    def changed(self, typed: str) -> bool:
        """Whether any word was changed."""
        return self.text != typed


def spaced(text: str) -> str:
    """The text with the underscores of names as blanks, every place kept: 'planned_hedge_vega=5k'; names of files stay."""
    return _UNDERSCORE.sub(" ", text)


def spelled(text: str, is_english: Callable[[str], bool]) -> Spelled:
    """The text with misspelled words repaired. A word is changed only when it is neither English nor the domain's."""
    pieces: list[str] = []
    origin: list[int] = []
    position = 0
    for match in _WORD.finditer(text):
        instead = f"{match.group()} " if _GLUED.match(text, match.start()) else None
        if instead is None and _stands_alone(text, match.start(), match.end()):
            instead = _by_its_place(text, match) or _instead(match.group(), is_english)
        if instead is None:
            continue
        pieces += [text[position : match.start()], instead]
        origin += range(position, match.start())
        origin += [min(match.start() + place, match.end() - 1) for place in range(len(instead))]
        position = match.end()
    pieces.append(text[position:])
    origin += range(position, len(text))
    return Spelled("".join(pieces), tuple(origin))


def _by_its_place(text: str, word: re.Match[str]) -> str | None:
    """A word that means something by what stands beside it: the C of 'VIX 23 C', the 'sig' of 'fast 3 slow 6 sig 3', the 'dy' of 'dy 1.25 %'."""
    lowered = word.group().lower()
    if lowered in _RIGHTS and _OPTION_BEFORE.search(text[: word.start()]):
        return _RIGHTS[lowered]
    named = _BEFORE_ITS_NUMBER.get(lowered)
    return named[1] if named is not None and named[0].match(text, word.end()) else None


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether letters are a word of their own and no part of '@book.json', 'VX1' or '35C'."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (before.isdigit() or before in ("@", ".", "_", "/") or after.isdigit() or after in ("_", "@"))


def _instead(word: str, is_english: Callable[[str], bool]) -> str | None:
    lowered = word.lower()
    if lowered in _ALIASES:
        return _ALIASES[lowered]
    if len(lowered) < _SHORTEST or lowered in _OTHER_WORDS or lowered in DOMAIN_WORDS or lowered.removesuffix("s") in DOMAIN_WORDS:
        return None
    return None if is_english(lowered) else _nearest(lowered) or _by_consonants(lowered)


@cache
def _nearest(word: str) -> str | None:
    """The one domain word within reach, its first letter kept; None where there is none or more than one."""
    from rapidfuzz.distance import OSA

    reach = 1 if len(word) < _LONG - 1 else 2
    found: list[tuple[int, str]] = []
    for known in sorted(DOMAIN_WORDS):
        if known[0] == word[0] and abs(len(known) - len(word)) <= reach:
            distance = OSA.distance(word, known, score_cutoff=reach)
            if distance <= reach:
                found.append((distance, known))
    found.sort()
    if not found or (len(found) > 1 and found[1][0] == found[0][0] and not _same_stem(found[0][1], found[1][1])):
        return None
    return found[0][1]


@cache
def _by_consonants(word: str) -> str | None:
    """The one domain word that a word without some of its vowels stands for: 'cndr', 'futrs', 'hdge'."""
    if len(word) < _SHORTEST_BARE:
        return None
    found = sorted(known for known in DOMAIN_WORDS if len(known) > len(word) and known[0] == word[0] and _bare(known) == _bare(word))
    return found[0] if len(found) == 1 else None


def _bare(word: str) -> str:
    """The word without the vowels behind its first letter."""
    return word[0] + "".join(letter for letter in word[1:] if letter not in "aeiouy")


def _same_stem(first: str, second: str) -> bool:
    return first.rstrip("s") == second.rstrip("s")
