"""Quotes of a call, a put and the future under them: bid and ask in words or as a pair, the side named before or behind."""

from __future__ import annotations

import re

from assistant.inputs.draft import Draft
from assistant.patterns import Pattern
from assistant.quantities import Quantity
from assistant.readers.options import SIDE, read_strike

_NUMBER = r"(?:\d+(?:\.\d+)?|\.\d+)(?![\d.]*\d)"
_ASK = r"(?:ask(?:ed|ing)?|offer(?:ed|s)?)\b"
_GAP = r"(?:[\s,:=]|\b(?:and|is|of|at|was|are|the|with|an?)\b)*"
_OPTION = r"(?:\b(?:calls?|puts?|c|p|futures?|fut)\b\s*)?"
# '1.75 bid, 1.85 ask', '1.75 bid, offered at 1.85', 'bid 1.75, ask 1.85', 'C bid 1.75 C ask 1.85', 'bid/ask 1.75, 1.85'.
_QUOTE = Pattern(
    rf"(?P<bid1>{_NUMBER})\s+bid\b{_GAP}(?:(?P<ask1>{_NUMBER})\s+{_ASK}|{_ASK}{_GAP}(?P<ask2>{_NUMBER}))|"
    rf"\bbid\b{_GAP}(?P<bid3>{_NUMBER}){_GAP}{_OPTION}{_ASK}{_GAP}(?P<ask3>{_NUMBER})|"
    rf"\bbid\s*(?:/|-|,|and)\s*{_ASK}{_GAP}(?P<bid4>{_NUMBER})(?:\s*,\s*|\s+and\s+|\s+)(?P<ask4>{_NUMBER})"
)
_NAMED = Pattern(r"\b(?P<option>calls?|puts?|c|p)\b|\b(?P<future>futures?|fut|vx|f)\b")
_BEHIND = Pattern(r"\s*(?:for|on|in)?\s*(?:the\s+)?(?:\d+(?:\.\d+)?[\s-]*)?(?:strike\s+)?(?:vix\s+|spx\s+)?(calls?|puts?)\b")
_MIDDLE = Pattern(r"\b(?:mid(?:dle|point|s)?|mid-?price|mid-?market)\b")
_TWO_PRICES = Pattern(rf"\b(?:quoted?|market|trades?|is|at|quotes?)\s+(?P<bid>{_NUMBER})\s+(?:at|x|by|/)\s+(?P<ask>{_NUMBER})")
_Quote = tuple[int, int, Quantity, Quantity]


def read_quotes(draft: Draft) -> None:
    """Bid and ask of the call and of the put, by the letter or word before or after each quote."""
    read_strike(draft)
    read_underlying(draft)
    _read_worded(draft)
    for quantity in draft.free("pair"):
        side = _side_of(draft, quantity)
        if side is None:
            continue
        bid, ask = quantity.numbers
        draft.take(f"{side}_bid", quantity, bid)
        draft.take(f"{side}_ask", quantity, ask)
    for side in ("call", "put", "future"):
        _read_two_sided(draft, side)
    for side in ("call", "put"):
        _read_one_sided(draft, side)


def _read_worded(draft: Draft) -> None:
    """Quotes whose bid and ask are told in words, and pairs with the side behind them: '1.75/1.85 for the call'."""
    worded = _worded_quotes(draft)
    quotes = sorted([*worded, *((q.start, q.end, q, q) for q in draft.free("pair"))], key=lambda quote: quote[0])
    sides = _sides_behind(draft, quotes)
    if not sides:
        quotes, sides = worded, _sides_before(draft, worded, quotes)
    for (_, _, bid, ask), side in zip(quotes, sides, strict=True):
        if side and f"{side}_bid" not in draft.inputs:
            draft.take(f"{side}_bid", bid, bid.numbers[0] if bid.numbers else bid.number)
            draft.take(f"{side}_ask", ask, ask.numbers[1] if ask.numbers else ask.number)


def _worded_quotes(draft: Draft) -> list[_Quote]:
    found: list[_Quote] = []
    for match in _QUOTE.finditer(draft.text):
        places = {name[:3]: match.start(name) for name, text in match.groupdict().items() if text is not None}
        bid, ask = _at(draft, places["bid"]), _at(draft, places["ask"])
        if bid is not None and ask is not None and bid is not ask and not bid.numbers and not ask.numbers:
            found.append((match.start(), match.end(), bid, ask))
    return found


def read_middle(draft: Draft) -> None:
    """'.85 bid, .95 offered', '0.85/0.95': what an implied volatility is taken from is the middle, where the question names it."""
    if _MIDDLE.search(draft.text) is None:
        return
    worded = [(bid, ask) for _, _, bid, ask in _worded_quotes(draft) if 0 < bid.number < ask.number]
    if len(worded) == 1:
        bid, ask = worded[0]
        draft.take("price_index_points", bid, round((bid.number + ask.number) / 2, 12))
        draft.use(ask)
        return
    said = _TWO_PRICES.search(draft.text)
    below, above = (draft.starting(said.start("bid")), draft.starting(said.start("ask"))) if said else (None, None)
    if below is not None and above is not None and 0 < below.number < above.number:
        draft.take("price_index_points", below, round((below.number + above.number) / 2, 12))
        draft.use(above)
        return
    pairs = [pair for pair in draft.free("pair") if 0 < pair.numbers[0] < pair.numbers[1]]
    if len(pairs) == 1:
        draft.take("price_index_points", pairs[0], round(sum(pairs[0].numbers) / 2, 12))


def _sides_behind(draft: Draft, quotes: list[_Quote]) -> list[str]:
    """The option right behind each of two quotes; empty unless one is a call's and the other a put's."""
    sides = []
    for number, (_, end, _, _) in enumerate(quotes):
        stop = quotes[number + 1][0] if number + 1 < len(quotes) else len(draft.text)
        match = _BEHIND.match(draft.text[end:stop])
        sides.append("" if match is None else match.group(1).rstrip("s"))
    named = [side for side in sides if side]
    last_is_named = bool(sides) and bool(sides[-1])
    return sides if sorted(named) == ["call", "put"] and last_is_named else []


def _sides_before(draft: Draft, quotes: list[_Quote], others: list[_Quote]) -> list[str]:
    """What each quote is of: the last name before it, not further back than the quote before."""
    sides = []
    for start, _, _, _ in quotes:
        back = max((stop for _, stop, _, _ in others if stop <= start), default=0)
        names = list(_NAMED.finditer(draft.text[back:start]))
        notes = [q for q in draft.quantities if q.unit == "strike" and q.note and back <= q.start < start]
        if notes and (not names or notes[-1].start >= back + names[-1].start()):
            sides.append("call" if notes[-1].note == "call" else "put")
        elif names:
            sides.append("future" if names[-1]["future"] else "call" if names[-1]["option"][0] == "c" else "put")
        else:
            sides.append("")
    return [side if sides.count(side) == 1 else "" for side in sides]


def _side_of(draft: Draft, quantity: Quantity) -> str | None:
    """Which option a quote is of: the last word for a call or a put before it, not further back than the quote before."""
    start = max((q.end for q in draft.quantities if q.end <= quantity.start and q.unit == "pair"), default=0)
    places = [(match.start(), match.group()[:1]) for match in SIDE.finditer(draft.text, start, quantity.start)]
    places += [(q.start, q.note[:1]) for q in draft.quantities if q.unit == "strike" and q.note and start <= q.start < quantity.start]
    if not places:
        after = SIDE.match(draft.right(quantity).lstrip())
        letter = after.group()[:1] if after else ""
        places = [(0, letter)] if letter else []
    if not places:
        future = re.search(r"\b(?:futures?|fut|vx\d?|f)\b\W*(?:bid\W+(?:ask|offer)\W*|\w+\W+)?$", draft.left(quantity))
        return "future" if future else None
    return "call" if max(places)[1] == "c" else "put"


def _read_two_sided(draft: Draft, side: str) -> None:
    """'call bid 1.05 ask 1.15', 'call 2.40 bid 2.20 ask', 'call 1.05 at 1.15'."""
    if f"{side}_bid" in draft.inputs:
        return
    number = r"\d+(?:\.\d+)?|\.\d+"
    named = "futures?|fut|vx|f" if side == "future" else f"{side}s?|{side[:3]}|{side[0]}"
    word = rf"\b(?:{named})\b[^\w.]*(?:(?:is|are|was|quoted|at|trades?|market)\b[^\w.]*)*"
    forms = (
        rf"{word}bid\W+(?P<bid>{number})\W+(?:and\s+)?(?:ask|offer)\W+(?P<ask>{number})",
        rf"{word}(?P<bid>{number})\s+bid\W+(?:and\s+|at\s+)?(?P<ask>{number})\s+(?:ask|offer\w*)",
        rf"{word}(?P<bid>{number})\s+(?:bid\s+)?(?:at|x|by)\s+(?P<ask>{number})",
        rf"\b\d+(?:\.\d+)?{side[0]}\s+(?P<bid>{number})\s+(?:bid\s+)?(?:at|x|by|/)\s+(?P<ask>{number})",
    )
    for form in forms:
        match = re.search(form, draft.text)
        bid, ask = (draft.starting(match.start("bid")), _at(draft, match.start("ask"))) if match else (None, None)
        if bid is not None and ask is not None:
            draft.take(f"{side}_bid", bid)
            draft.take(f"{side}_ask", ask, ask.number)
            return


def _read_one_sided(draft: Draft, side: str) -> None:
    """'P bid 2.40' where the other side of the quote is not given."""
    word = rf"\b(?:{side}s?|{side[:3]}|{side[0]})\b[^\w.]*(?:(?:is|are|was)\b[^\w.]*)*"
    for name, words in (("bid", "bid"), ("ask", _ASK)):
        if f"{side}_{name}" in draft.inputs:
            continue
        match = re.search(rf"{word}(?:{words}\W+(?P<behind>{_NUMBER})|(?P<before>{_NUMBER})\s+{words}\b)", draft.text)
        quantity = draft.starting(match.start("behind") if match["behind"] else match.start("before")) if match else None
        if quantity is not None and quantity.unit == "number":
            draft.take(f"{side}_{name}", quantity)


def _at(draft: Draft, place: int) -> Quantity | None:
    """The unused quantity whose digits begin at a place: '1.15' in 'x 1.15' is one."""
    return next((q for q in draft.free() if q.start <= place < q.end), None)


def read_underlying(draft: Draft) -> None:
    """Whether the options are on the VIX or on the S&P 500; a spot means the latter."""
    if re.search(r"\bvix\b", draft.text):
        draft.inputs["underlying"] = "vix"
    elif re.search(r"\b(?:spx|s&p)\b", draft.text):
        draft.inputs["underlying"] = "spx"
