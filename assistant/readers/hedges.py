"""Hedges that are held, and what a fund holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from assistant.inputs.draft import Draft, between
from assistant.patterns import Pattern
from assistant.quantities import Quantity
from assistant.readers.market import EXPIRY_WORDS, PLAUSIBLE_FUTURE

_INSTRUMENT = Pattern(
    r"\b(?:(?P<vxm>vxms?|mini (?:vix|vx) futures?|(?:vix |vx )?minis?(?: futures?)?)|(?P<vix_call>(?:vix\s+)?calls?|vix(?=\s+\d+(?:\.\d+)?c\b))|"
    r"(?P<vx>vx(?: futures?)?|vix futures?|futures?)|"
    r"(?P<etf>vxx|uvxy|vixy|svix|vixm|etfs?))(?!\w)"
)
_MARK = (
    r"(?:\b(?:now|mkt|mark(?:ed|s|ing)?(?:[ _-](?:to[ -]market|price))?|worth|current(?:ly)?|today|trading|quote[ds]?|market(?: price)?|last(?: trade[ds]?| price)?|to)\b|->|→)"
    r"(?:\W*\b(?:at|is|are|was|price|value|marked|quoted|trading|now|of)\b)*\W*$"
)
_MARKED_BEHIND = Pattern(r"\s*(?:points?\s+|pts?\s+)?(?:now|marked|mark|last)\s*(?:[),;?]|\.(?!\d)|and\b|$)")
_BOUGHT_BEHIND = Pattern(r"\s*,?\s*(?:(?:bought|paid|in|opened)(?: at| for| from)?|from|at|@)\s+\$?[\d.]")
_MOVED_BEHIND = Pattern(r"\s*(?:points?\s+|pts?\s+)?(?:higher|lower|up|down|above|below|more|less)\b")
_CREDIT_AHEAD, _CREDIT_BEHIND = Pattern(r"\b(?:credit|premium)\W*(?:of\s+)?$"), Pattern(r"\s*(?:points?\s+|pts?\s+)?(?:credit|premium)\b")
_COUNT_BEHIND = Pattern(r"\b(?:qty|quantity|size|contracts|count|n|x)\W*(?:of|is)?\W*$")
_LATER = Pattern(r"\b(?:horizon|after|in|over|within|next)\W*(?:of\s*|is\s*)?$")
_SOLD = Pattern(r"\b(?:sold|sell(?:ing)?|short(?:ed|ing)?|wrote|write|writing)\s+(?:the\s+|my\s+|another\s+)?$")
_ONES = {"one": 1.0, "a single": 1.0, "a": 1.0, "an": 1.0, "two": 2.0, "three": 3.0}
# Words before the price that was paid; any other makes it another price, such as a stop.
_PAID = frozenset(
    """
    vx vxm vxms vix mini minis future futures call calls vxx uvxy vixy svix vixm etf etfs fund funds share shares at entry entered enter entries price prices
    paid pay cost costs costing bought bot buy buying in opened open from for avg average per each of held long we i you they it a an the was were is are and which
    that them on board with hedge hedged hedges strike struck point points bid went put had have got contracts contract lots index entry_price instrument quantity then k c x
    expiring expiry expires exp
    """.split()
)
_MARKED = frozenset("mark marked marks marking now current currently today top mkt market quoted quote trading worth last".split())


@dataclass(frozen=True, slots=True)
class _Named:
    """A hedge where it is named: how many, of what, the strike of a call, and where its words begin."""

    start: int
    count: Quantity
    match: re.Match[str]
    strike: Quantity | None


def read_hedges(draft: Draft) -> None:
    """'long 2 VX from 20.1 now marked 22.4', '20 vix 25 calls 1.10 -> 1.65', 'VXM, qty 15, entry 18.3', in the order of the text."""
    matches = list(_INSTRUMENT.finditer(draft.text))
    ends = [match.start() for match in matches[1:]] + [len(draft.text)]
    found = [_named_at(draft, match, end) for match, end in zip(matches, ends, strict=False)]
    named = [place for place in found if place is not None]
    rows: list[dict[str, Any]] = []
    for number, place in enumerate(named):
        end = named[number + 1].start if number + 1 < len(named) else len(draft.text)
        row = None if _SOLD.search(draft.text[: place.start]) else _hedge(draft, place, end)
        if row is not None:
            added = re.search(r"\badd(?:ed|ing)?\s+(?:(?:an?|the|my)\s+hedges?\s+)?(?:of\s+)?(?:long\s+)?$", draft.text[: place.start])
            draft.spans += [added.span()] if added else []
            rows.append(row)
            draft.origin[f"hedges.{len(rows) - 1}"] = place.count
            if "entry_price" not in row:
                draft.ask(
                    f"hedges.{len(rows) - 1}.entry_price",
                    "index_points",
                    f"What was paid for the hedge in {row['instrument']} (your trade confirmation)?",
                )
    said = draft.after(r"\bhedges? (?:is |are |now |currently |being )*(?:marked|worth)\b", "number", "points")
    if len(rows) == 1 and "mark_price" not in rows[0] and said is not None:
        rows[0]["mark_price"] = said.number
        draft.use(said)
    if rows:
        draft.inputs["hedges"] = rows


def _named_at(draft: Draft, match: re.Match[str], end: int) -> _Named | None:
    """Quantity, instrument and, for a call, strike: '2 VX', '20 vix 25 calls', '20 25-strike calls', 'VIX call strike 25 qty 20'."""
    ahead = _one_of(draft, match) or next(
        (
            q
            for q in draft.free("number", "multiple", "count")
            if q.end <= match.start() and re.fullmatch(r"\s*(?:of\s+|x\s+)?(?:long\s+)?(?:vix\s+)?", draft.text[q.end : match.start()])
        ),
        None,
    )
    later = between(draft.free("number", "count"), match.end(), end)
    behind = next((q for q in later if _COUNT_BEHIND.search(draft.left(q)) or (q.unit == "count" and q.start - match.end() <= len(": x"))), None)
    if match["vix_call"] is None:
        count = ahead or behind
        return None if count is None else _Named(min(count.start, match.start()), count, match, None)
    word = re.match(r"\s*,?\s*(?:k|strike|struck(?: at)?)\s*[:=]?\s*(?=\d)|\s*(?=\d+(?:\.\d+)?c\b)", draft.text[match.end() :])
    own_strike = draft.starting(match.end() + word.end()) if word else None
    count = ahead or behind
    if count is not None and own_strike is not None:
        return _Named(min(count.start, match.start()), count, match, own_strike)  # '30 vix calls K 24'
    before = [q for q in draft.free("number", "strike", "multiple", "count") if q.end <= match.start()][-2:]
    if len(before) == 2 and re.fullmatch(r"\s*(?:of\s+|x\s+)?(?:vix\s+)?", draft.text[before[0].end : before[1].start]):
        return _Named(before[0].start, before[0], match, before[1])
    if ahead is not None and match["vix_call"].startswith("vix") and _BOUGHT_BEHIND.match(draft.text[match.end() :]):
        return _Named(ahead.start, ahead, match, None)  # '40 vix calls paid 1.40 now 0.90'
    return None


def _one_of(draft: Draft, match: re.Match[str]) -> Quantity | None:
    """'one VX', 'two VIX futures' as a quantity, though the grammar leaves such words alone; a call names its strike in between."""
    word = re.search(r"\b(?P<count>one|a single|an?|two|three)\s+(?:long\s+)?$", draft.text[: match.start()])
    if (
        word is None
        or match["vix_call"] is not None
        or not re.match(
            r"\s*(?:future\s+)?(?:\(|,)?\s*(?:(?:that|which)\s+went\s+|in\s+)?(?:from|at|@|entry|bought|opened|paid|\d)", draft.text[match.end() :]
        )
    ):
        return None
    return Quantity(word.group().strip(), word.start(), word.end(), "number", _ONES[word["count"]], note="spelled")


def _prices(draft: Draft, place: _Named, end: int) -> tuple[list[Quantity], list[Quantity]]:
    """The prices of a hedge: paid, and now."""
    found = [
        q
        for q in between(draft.free("number", "points", "usd"), place.match.end(), end)
        if q not in (place.strike, place.count) and not _CREDIT_AHEAD.search(draft.left(q)) and not _CREDIT_BEHIND.match(draft.right(q))
    ]
    marks = [q for q in found if re.search(_MARK, draft.left(q)) or _MARKED_BEHIND.match(draft.text[q.end :])]
    return [q for q in found if q not in marks], marks


def _hedge(draft: Draft, place: _Named, end: int) -> dict[str, Any] | None:
    rows = [q.start for q in draft.quantities if q.unit in ("series", "multiple") and q.start > place.match.end() and q is not place.strike]
    end = min([end, *rows])
    entries, marks = _prices(draft, place, end)
    if any(_MOVED_BEHIND.match(draft.text[q.end :]) for q in marks):
        return None
    if not place.count.number.is_integer() or len(entries) > 1 or len(marks) > 1 or not (entries or marks):
        return None
    if not _are_words_of_its_price(draft.text[place.match.end() : (entries or marks)[0].start], bool(entries)):
        return None
    row: dict[str, Any] = {"instrument": place.match.lastgroup or "vx", "quantity": int(place.count.number)}
    if entries:
        row["entry_price"] = entries[0].number
    if marks:
        row["mark_price"] = marks[0].number
    if place.strike is not None:
        row["strike"] = place.strike.number
        draft.use(place.strike)
    days = [
        q
        for q in between(draft.free("days"), place.match.end(), end)
        if not _LATER.search(draft.left(q)) and ";" not in draft.text[entries[0].end : q.start]
    ]
    if len(days) == 1 and days[0].number.is_integer():
        row["days_to_expiry"] = int(days[0].number)
        draft.use(days[0])
    _read_settlement(draft, place, end, row)
    draft.use(place.count, *entries, *marks)
    return row


def _are_words_of_its_price(before: str, paid: bool) -> bool:
    """Whether the words between a hedge and its first number call that the price paid, or, where none is told, the price now."""
    others = set(re.findall(r"[a-z_]+", before)) - _PAID
    if not paid:
        return not others - _MARKED
    return not others or re.search(r"\b(?:entry|entered|paid|bought|cost)\W*(?:price\W*)?(?:at|of|for|is)?\W*$", before) is not None


def _read_settlement(draft: Draft, place: _Named, end: int, row: dict[str, Any]) -> None:
    """'2 VX expiring 2026-06-17': a date that is said to be the hedge's own expiry."""
    own = re.split(r";|\bcondors?\b", draft.text[place.match.end() : end])[0]
    dates = between(draft.free("date"), place.match.end(), place.match.end() + len(own))
    if len(dates) == 1 and "days_to_expiry" not in row and re.search(EXPIRY_WORDS, draft.left(dates[0])):
        row["expiry"] = str(dates[0].value)
        draft.use(dates[0])


_BETA_AHEAD = Pattern(r"\bbeta\b(?:\W|\b(?:to|vs|on|the|spot|vix|of|is|at)\b)*$")
_COUNTS_LEGS = Pattern(r"\s*(?:vx\s+|vix\s+)?(?:futures|contracts|legs|months)\b")
_LEG_NAMES = {"number": "price", "days": "days_to_expiry"}


def _leg_unit(quantity: Quantity) -> str:
    """What a number is to a fund's future: a weight may be written as a fraction of one, 'w .55'."""
    weight = quantity.unit == "number" and 0 < quantity.number < 1
    return "fraction" if weight else "number" if quantity.unit == "points" else quantity.unit


def read_fund_legs(draft: Draft) -> None:
    """'60% in the 19.2 future (11 days) and 40% in the 20.1 (40 days)': weight, price and days of each future."""
    found = [q for q in draft.free("fraction", "number", "days", "points") if not _BETA_AHEAD.search(draft.left(q))]
    legs, used = _longest_legs(found)
    if not legs:
        legs, used = _legs_with_weights_apart(draft)
    if legs:
        draft.inputs["futures"] = legs
        draft.use(*used)
        draft.use(*[q for q in draft.free("number", "count") if q.number == len(legs) and _COUNTS_LEGS.match(draft.right(q))])
        for quantity in used:
            draft.origin[f"futures.{quantity.start}"] = quantity


def _legs_with_weights_apart(draft: Draft) -> tuple[list[dict[str, float]], list[Quantity]]:
    """'holds 18.9 (12 days) and 20.05 (40 days), 45/55': two futures with their days, then weights of 100 in all."""
    free = draft.free("number", "days", "points", "pair")
    for place, weights in enumerate(free):
        before = free[max(place - 4, 0) : place]
        legs = [before[:2], before[2:]]
        if weights.unit != "pair" or abs(sum(weights.numbers) - 100) > 1e-9 or len(before) != 4:
            continue
        if all(sorted(_leg_unit(q) for q in leg) == ["days", "number"] for leg in legs):
            rows = [
                {_LEG_NAMES[_leg_unit(q)]: q.number for q in leg} | {"weight_fraction": share / 100}
                for leg, share in zip(legs, weights.numbers, strict=True)
            ]
            if all(PLAUSIBLE_FUTURE[0] <= row["price"] <= PLAUSIBLE_FUTURE[1] for row in rows):
                return rows, [*before, weights]
    return [], []


def _longest_legs(found: list[Quantity]) -> tuple[list[dict[str, float]], list[Quantity]]:
    """The longest stretch of quantities that parts into threes of weight, price and days; none where two stretches are as long."""
    for threes in range(len(found) // 3, 0, -1):
        stretches = [found[first : first + 3 * threes] for first in range(len(found) - 3 * threes + 1)]
        whole = [stretch for stretch in stretches if all(_is_leg(stretch[place : place + 3]) for place in range(0, len(stretch), 3))]
        if len(whole) == 1:
            return [_leg(whole[0][place : place + 3]) for place in range(0, len(whole[0]), 3)], whole[0]
        if whole:
            break
    return [], []


def _is_leg(three: list[Quantity]) -> bool:
    prices = [quantity.number for quantity in three if _leg_unit(quantity) == "number"]
    whole = sorted(_leg_unit(quantity) for quantity in three) == ["days", "fraction", "number"]
    return whole and PLAUSIBLE_FUTURE[0] <= prices[0] <= PLAUSIBLE_FUTURE[1]


def _leg(three: list[Quantity]) -> dict[str, float]:
    by_unit = {_leg_unit(quantity): quantity.number for quantity in three}
    return {"price": by_unit["number"], "days_to_expiry": by_unit["days"], "weight_fraction": by_unit["fraction"]}
