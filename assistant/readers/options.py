"""Options: model, right, strike, and the bid and ask of a call and a put."""

from __future__ import annotations

import re

from assistant.inputs.draft import Draft
from assistant.patterns import Pattern
from assistant.quantities import Quantity

_EQUALS_STRIKE = Pattern(r"\b(?:(?P<letter>spot|s|f|forward)\s*=\s*(?:k|strike)|(?:k|strike)\s*=\s*(?P<last>spot|s|f|forward))\s*=\s*(?=\d)")
_WITH_ITS_LETTER = Pattern(r"(?:\d{2}(?:\.5)?|\d,?\d{3}|\d{5})\s?k")
_STRIKE_LABEL = r"\b(?:k|strikes?|struck(?: at)?)\s*[=:]?\s*"
_LABELLED_STRIKE, _LABEL_AHEAD = Pattern(rf"{_STRIKE_LABEL}(?P<value>\d+(?:\.\d+)?)"), Pattern(rf"{_STRIKE_LABEL}$")
_TWO_LEVELS = Pattern(r"\d[\d,.]*\s+\d,?\d{3}(?:\.\d+)?\b(?!\s?(?:%|days?|dte|d\b))")
# '1 call' counts calls.
LEAST_STRIKE = 2.0
USD_PER_POINT = 100.0
MOST_BETA = 2.0
LEAST_INDEX_STRIKE = 500.0
# A smaller premium 'a contract' may as well be a quote in points.
LEAST_PREMIUM_USD = 20.0
_DENIED_RIGHT = Pattern(r"\b(?:not|no|isn['’]?t|rather than|instead of|never)\s+(?:the\s+|an?\s+)?(?:calls?|puts?)\b")
_OTHER_FUTURE = Pattern(r"\bvx[12]?\b|(?<!mini )\bvix futures?\b")
_MINI_BY_NAME = Pattern(r"\bmini[- ](?:vix|vx)(?: futures?)?\b|\b(?:vix|vx) minis?\b")
SIDE = Pattern(r"\b(calls?|puts?|c|p)\b(?!\w)")
_BEFORE_OPTION = Pattern(r"\s*-?\s*(?:strike\s+)?(?:vix\s+|spx\s+)?(?:calls?|puts?|strikes?|conversions?|reversals?|pairs?|combos?|lines?)\b")
_OTHER_PRICE = Pattern(r"\b(?:futures?|fut|forward|fwd|spot|price|premium|f|s)\W*(?:is |at )?$")
_UNDERLYING_PRICE = Pattern(r"\b(?:futures?|fut|forward|fwd|spot|vx|index|f|s)\s*(?:is|at|=|:|of)?\s*$")
_NAMED_MODEL = (("black_scholes", r"black[- ]?scholes|\bbsm?\b"), ("black76", r"black[- ]?(?:19)?76|\bb76\b"))
_GIVEN_FORWARD = Pattern(r"\d\s+(?:forward|fwd)\b|\b(?:forward|fwd)\b(?:\s+(?:price|level))?\s*(?:is|at|of|=|:)?\s*\d")
_OPTION = r"(?:[^,;:?.]|\.(?=\d))*\b(?:calls?|puts?|options?|\d+(?:\.\d+)?[cp])\b"
_UNDERLYING = (
    ("black_scholes", r"\b(?:calls?|puts?|options?)\s+(?:on|of)\s+(?:the\s+)?(?:spx|s&p)\b"),
    ("black76", r"\b(?:calls?|puts?|options?)\s+(?:on|of)\s+(?:the\s+)?vix\b"),
    ("black76", rf"\bvix\b{_OPTION}"),
    ("black_scholes", rf"\b(?:spx|s&p)\b{_OPTION}"),
    ("black76", r"\bvix\b(?!\W*\d[\d.]*\s+(?:as|for)\b)"),
    ("black_scholes", r"\bspx|s&p\b"),
    ("black76", r"\b(?:futures?|fut|forward|fwd)\b"),
    ("black_scholes", r"\bspot\b"),
)


def read_option(draft: Draft) -> None:
    """Model, right and strike of one option."""
    _read_right(draft)
    if draft.slot("model") is not None:
        forward = _GIVEN_FORWARD.search(draft.text) is not None and re.search(r"\bspot\b", draft.text) is None
        named = _NAMED_MODEL if not forward else (*_NAMED_MODEL, ("black76", _GIVEN_FORWARD.pattern))
        model = next((name for name, pattern in (*named, *_UNDERLYING) if re.search(pattern, draft.text)), None)
        if model is not None:
            draft.inputs["model"] = model
    _read_at_the_money(draft)
    read_strike(draft)
    _read_strike_behind(draft)


def _read_at_the_money(draft: Draft) -> None:
    """'S=K=5980' is a spot and a strike, 'F=K=20' a forward and a strike."""
    match = _EQUALS_STRIKE.search(draft.text)
    quantity = draft.starting(match.end()) if match else None
    if match is None or quantity is None or quantity.unit != "number":
        return
    letter = match["letter"] or match["last"]
    underlying = "spot" if letter.startswith("s") else "forward" if draft.slot("forward") is not None else "future_price"
    for name in (underlying, "strike"):
        draft.take(name, quantity)
    draft.inputs.setdefault("model", "black_scholes" if underlying == "spot" else "black76")


def _read_strike_behind(draft: Draft) -> None:
    """'spx put 5650': a number of the size of an index right behind the option's word."""
    behind = draft.after(r"\b(?:calls?|puts?)", "number")
    if _LABELLED_STRIKE.search(draft.text) or (behind is not None and _TWO_LEVELS.match(draft.text, behind.start)):
        return  # which of two levels is the strike is told by its own word, or not at all
    if "strike" not in draft.inputs and behind is not None and behind.number >= LEAST_INDEX_STRIKE:
        draft.take("strike", behind)


def read_premium(draft: Draft) -> None:
    """A premium in USD a contract is a hundredth of it in points: '$62 a contract' is .62."""
    for quantity in draft.free("usd"):
        each = quantity.note == "per_contract" or re.match(
            r"\s*(?:premium\s+)?(?:(?:a|per|each|/)\s*(?:contract|lot|option)\b|for (?:one|a single|1|an?) (?:spx |vix |\d[\d.]* )*(?:calls?|puts?|options?|contract)\b)",
            draft.right(quantity),
        )
        if each and quantity.number >= LEAST_PREMIUM_USD:
            draft.take("price_index_points", quantity, round(quantity.number / USD_PER_POINT, 9))
            return
    strike = draft.origin.get("strike")
    if strike is None:
        return
    for quantity in draft.free("number", "points", "usd"):
        paid = re.search(r"\b(?:from|for|at|of)\s*$", draft.left(quantity)) and re.fullmatch(
            r"\s*(?:points?\s+|pts?\s+)?(?:on|for|in)\s+(?:the\s+|an?\s+|my\s+)?(?:spx\s+|vix\s+)?",
            draft.text[quantity.end : max(strike.start, quantity.end)],
        )
        if paid and quantity.end <= strike.start and quantity.number < strike.number / 2:
            draft.take("price_index_points", quantity)  # 'from 31.50 on the spx 6200 call'
            return
        if (quantity.unit == "usd" and quantity.number >= LEAST_PREMIUM_USD) or _UNDERLYING_PRICE.search(draft.left(quantity)):
            continue
        between = draft.text[strike.end : quantity.start]
        if (
            strike.end <= quantity.start
            and re.fullmatch(r"[^,;@\d]{0,20}(?:@|\b(?:for|at|costs?|paid|trades at|bid at)\b)\s*", between)
            and quantity.number < strike.number / 2
        ):
            draft.take("price_index_points", quantity)
            return


def _read_right(draft: Draft) -> None:
    if draft.slot("right") is None:
        return
    rights = {match.group()[:1] for match in SIDE.finditer(draft.text) if len(match.group()) > 1}
    if not rights:
        # A letter alone, which stands for nothing else: 'B76 C, K=21'.
        rights = {match.group() for match in SIDE.finditer(draft.text) if not re.match(r"\s*[=:@]", draft.text[match.end() :])}
    rights |= {quantity.note[:1] for quantity in draft.quantities if quantity.unit == "strike" and quantity.note}
    if _DENIED_RIGHT.search(draft.text):
        draft.ask("right", "name", "Call or put? The question denies one of them.")
    elif len(rights) == 1:
        draft.inputs["right"] = "call" if rights == {"c"} else "put"
    elif rights:
        draft.ask("right", "name", "Call or put? The question names both.")


def read_strike(draft: Draft) -> None:
    """A number right before call, put or strike, or with its letter: '26 call', '35C', '6000 strike'."""
    strikes = draft.free("strike")
    if strikes:
        if len({quantity.number for quantity in strikes}) == 1:
            draft.take("strike", strikes[0])
            again = [
                q
                for q in draft.free("number")
                if q.number == strikes[0].number
                and (
                    re.search(r"\b(?:strike|struck|k)\W*(?:at\s+)?$", draft.left(q))
                    or re.match(r"\s*-?\s*(?:strikes?|line|pairs?|combos?)\b", draft.right(q))
                )
            ]
            draft.use(*strikes, *again)
        return
    written = [q for q in draft.free("number") if _WITH_ITS_LETTER.fullmatch(q.text.strip())]
    if len(written) == 1:
        draft.take("strike", written[0], written[0].number / 1000)  # the letter of a strike, which elsewhere is a thousand
        return
    if draft.follow_up and draft.slot("contracts") is not None:
        for pairs in draft.free("number"):
            counted = re.match(r"\s*(?:pairs?|combos?|lines?|conversions?|reversals?)\b", draft.right(pairs))
            if counted and not re.search(r"\b(?:vix|spx|strike|k)\W*$", draft.left(pairs)) and pairs.number.is_integer():
                draft.take("contracts", pairs)
    struck = [q for q in draft.free("number") if q.number > LEAST_STRIKE and re.match(r"\s*-?\s*strikes?\b", draft.right(q))]
    if len(struck) == 1 and not _OTHER_PRICE.search(draft.left_clause(struck[0])):
        draft.take("strike", struck[0])
        _read_beside_strike(draft, struck[0])
        return
    labelled = _LABELLED_STRIKE.search(draft.text)
    for quantity in draft.free("number"):
        if labelled and not _LABEL_AHEAD.search(draft.left(quantity)):
            says_again = quantity.number == float(labelled["value"]) and _BEFORE_OPTION.match(draft.right(quantity))
            if says_again and not _OTHER_PRICE.search(draft.left_clause(quantity)):
                draft.use(quantity)
            continue  # 'strike=18 future ask=19.20 call bid=2.30': what stands before the call is no strike
        if quantity.number > LEAST_STRIKE and _BEFORE_OPTION.match(draft.right(quantity)) and not _OTHER_PRICE.search(draft.left_clause(quantity)):
            draft.take("strike", quantity)
            _read_beside_strike(draft, quantity)
            return


def _read_beside_strike(draft: Draft, strike: Quantity) -> None:
    """The same strike said again ('22 puts ..., 22 calls'), and how many right before it ('ten vix 18 pairs')."""
    for other in draft.free("number"):
        named = _BEFORE_OPTION.match(draft.right(other)) and not _OTHER_PRICE.search(draft.left_clause(other))
        if other.number == strike.number and (named or re.search(r"\b(?:strikes?|struck|k)\W*(?:at\s+)?$", draft.left(other))):
            draft.use(other)
        elif (
            draft.slot("contracts") is not None
            and other.number.is_integer()
            and re.fullmatch(r"\s*(?:x\s+|of\s+(?:the\s+)?)?(?:vix|spx)\s*", draft.text[other.end : strike.start]) is not None
        ):
            draft.take("contracts", other)


def _read_beta(draft: Draft) -> None:
    """'VX moves 0.62 per VIX point' is the beta of the future."""
    said = draft.after(r"\bbeta(?:\s+to\s+(?:the\s+)?(?:spot\s+)?(?:vix|index|spot))?\s*,", "number")
    if said is not None and 0 < said.number < MOST_BETA:
        draft.take("beta_to_vix", said)
        return
    for quantity in draft.free("number", "points"):
        moves = re.search(r"\b(?:moves?|moving|goes|gains?|adds?)\s+(?:by\s+|about\s+)?$", draft.left(quantity))
        if (
            moves
            and 0 < quantity.number < MOST_BETA
            and re.match(r"\s*(?:points?\s+)?(?:per|for (?:a|each|every)|a)\s+(?:vix\s+)?(?:point|pt|handle)\b", draft.right(quantity))
        ):
            draft.take("beta_to_vix", quantity)
            return


def read_instrument(draft: Draft) -> str | None:
    """The hedging instrument: a fund is named before the futures it holds, a call before the future under it."""
    for instrument, words in (
        ("etf", r"\b(?:etfs?|etns?|funds?|vxx|vixy|uvxy|vixm|svix|per share)\b"),
        ("vix_call", r"\bcalls?\b|\b\d+(?:\.\d+)?c\b"),
        ("vxm", r"\b(?:vxms?|minis?)\b"),
        ("vx", r"\b(?:vx|vix futures?|futures?|vx1|vx2)\b"),
    ):
        if re.search(words, draft.text):
            if instrument == "vxm" and _OTHER_FUTURE.search(_MINI_BY_NAME.sub(" ", draft.text)):
                draft.ask("instrument", "name", "VX or VXM, the future or the mini? The question names both.")
                return instrument
            draft.inputs["instrument"] = instrument
            draft.use(*[q for q in draft.free("number") if q.number == 1 and re.match(rf"\s*(?:{words})", draft.right(q))])
            if instrument in ("vx", "vxm"):
                _read_beta(draft)
            return instrument
    return None
