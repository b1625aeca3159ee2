"""Hedges that are held, shocks, and what a fund holds."""

from __future__ import annotations

import re
from typing import Any, Literal

from assistant.draft import Draft, between
from assistant.patterns import Pattern
from assistant.quantities import Quantity
from assistant.readers.market import PLAUSIBLE_FUTURE

_INSTRUMENT = Pattern(
    r"\b(?:(?P<vxm>vxms?|mini (?:vix|vx) futures?|(?:vix |vx )?minis?(?: futures?)?)|(?P<vix_call>(?:vix\s+)?calls?)|(?P<vx>vx(?: futures?)?|vix futures?|futures?)|"
    r"(?P<etf>vxx|uvxy|vixy|svix|vixm|etfs?))\b"
)
_MARK = r"(?:now|mark(?:ed|s|ing)?|mark-to-market|worth|currently|today|trading|->|→|to)\W*(?:at|is|marked)?\W*(?:at\s*)?$"
_DOWN = (
    r"(?:down|drops?|dropping|falls?|falling|loses?|losing|declines?|minus|off|lower|sells? off|crash\w*|slips?|slides?|tumbles?|dips?|"
    r"sinks?|eases?|plunges?|gives? (?:up|back)|sheds?)"
)
_UP = r"(?:up|gains?|gaining|rises?|rising|rallies|rally|jumps?|adds?|plus|higher|climbs?|spikes?|pops?|leaps?|surges?|soars?)"
_FALL, _RISE = r"(?:drop|fall|decline|loss|sell-?off|slide|dip)", r"(?:rise|gain|rally|jump|spike|climb|pop|increase)"
_INDEX = r"(?:spx|s&p(?: ?500)?|index|the market|sp500)"
_FLAT = r"(?:unchanged|flat|unch|steady|where it is)"


def read_hedges(draft: Draft) -> None:
    """'long 2 VX from 20.1 now marked 22.4', '20 vix 25 calls 1.10 -> 1.65', in the order of the text."""
    starts = [place for place in (_hedge_at(draft, match) for match in _INSTRUMENT.finditer(draft.text)) if place is not None]
    rows: list[dict[str, Any]] = []
    for number, (count, match, strike) in enumerate(starts):
        end = starts[number + 1][0].start if number + 1 < len(starts) else len(draft.text)
        row = _hedge(draft, count, match, strike, end)
        if row is not None:
            rows.append(row)
            draft.origin[f"hedges.{len(rows) - 1}"] = count
    if rows:
        draft.inputs["hedges"] = rows


def _hedge_at(draft: Draft, match: re.Match[str]) -> tuple[Quantity, re.Match[str], Quantity | None] | None:
    """Quantity, instrument and, for a call, strike: '2 VX', '20 vix 25 calls', '20 25-strike calls'."""
    count = _one_of(draft, match) or next(
        (
            q
            for q in draft.free("number", "multiple", "count")
            if re.fullmatch(r"\s*(?:of\s+|x\s+)?(?:long\s+)?(?:vix\s+)?", draft.text[q.end : match.start()])
        ),
        None,
    )
    if match["vix_call"] is None:
        return None if count is None else (count, match, None)
    behind = re.match(r"\s*,?\s*(?:k|strike|struck(?: at)?)\s*=?\s*(?=\d)", draft.text[match.end() :])
    own_strike = draft.starting(match.end() + behind.end()) if behind else None
    if count is not None and own_strike is not None:
        return count, match, own_strike  # '30 vix calls K 24'
    before = [q for q in draft.free("number", "strike", "multiple", "count") if q.end <= match.start()][-2:]
    if len(before) == 2 and re.fullmatch(r"\s*(?:of\s+|x\s+)?(?:vix\s+)?", draft.text[before[0].end : before[1].start]):
        return before[0], match, before[1]
    return None


def _one_of(draft: Draft, match: re.Match[str]) -> Quantity | None:
    """'one VX', 'a single VX' as a quantity of one; a call names its strike in between and is not counted so."""
    word = re.search(r"\b(?:one|a single|an?)\s+(?:long\s+)?$", draft.text[: match.start()])
    if (
        word is None
        or match["vix_call"] is not None
        or not re.match(
            r"\s*(?:future\s+)?(?:\(|,)?\s*(?:(?:that|which)\s+went\s+|in\s+)?(?:from|at|@|entry|bought|opened|\d)", draft.text[match.end() :]
        )
    ):
        return None
    return Quantity(word.group().strip(), word.start(), word.end(), "number", 1.0, note="spelled")


def _hedge(draft: Draft, count: Quantity, match: re.Match[str], strike: Quantity | None, end: int) -> dict[str, Any] | None:
    rows = [q.start for q in draft.quantities if q.unit in ("series", "multiple") and q.start > match.end() and q is not strike]
    end = min([end, *rows])
    prices = [
        q
        for q in between(draft.free("number", "points", "usd"), match.end(), end)
        if q is not strike and not re.search(r"\b(?:credit|premium)\W*(?:of\s+)?$", draft.left(q))
    ]
    marks = [
        q
        for q in prices
        if re.search(rf"\b{_MARK}|(?:->|→)\s*$", draft.left(q)) or re.match(r"\s*(?:now|marked)\s*(?:[),;.?]|and\b|$)", draft.text[q.end :])
    ]
    entries = [q for q in prices if q not in marks]
    if any(re.match(r"\s*(?:points?\s+|pts?\s+)?(?:higher|lower|up|down|above|below|more|less)\b", draft.text[q.end :]) for q in marks):
        return None
    if not count.number.is_integer() or not entries or len(entries) > 1 or len(marks) > 1:
        return None
    instrument = match.lastgroup or "vx"
    row: dict[str, Any] = {"instrument": instrument, "quantity": int(count.number), "entry_price": entries[0].number}
    if marks:
        row["mark_price"] = marks[0].number
    if strike is not None:
        row["strike"] = strike.number
        draft.use(strike)
    days = between(draft.free("days"), match.end(), end)
    if len(days) == 1 and days[0].number.is_integer():
        row["days_to_expiry"] = int(days[0].number)
        draft.use(days[0])
    draft.use(count, *entries, *marks)
    return row


def read_shocks(draft: Draft) -> None:
    """Moves of SPX and VIX together: 'SPX down 5% and VIX up 9', 'spx -5% vix +9'. Several are read in order."""
    written = _written_pairs(draft)
    moves = [] if written else sorted([*_moves(draft, _INDEX, ("fraction",)), *_moves(draft, "vix", ("number", "points"))], key=lambda move: move[0])
    shocks: list[dict[str, float]] = written or (_signed_pairs(draft) if not moves else [])
    open_shock: dict[str, float] = {}
    for _, name, value in moves:
        open_shock[name] = value
        if len(open_shock) == 2:
            shocks.append({"spx_fraction": open_shock["spx_fraction"], "vix_points": open_shock["vix_points"]})
            open_shock = {}
    if shocks and not open_shock:
        draft.inputs["shocks"] = shocks


def _written_pairs(draft: Draft) -> list[dict[str, float]]:
    """'(0%, +5), (0%, +10)', '-2%/+3 vix, -8%/+15 vix': a percentage of SPX and points of the VIX, each pair written together."""
    number = r"[+-−–]?\s?\d+(?:\.\d+)?"
    found: list[tuple[Quantity, Quantity]] = []
    for match in re.finditer(
        rf"(?:spx\s*)?({number})\s?%\s*[,/&]\s*(?:vix\s*)?([+−–-]\s?\d+(?:\.\d+)?|\d+(?:\.\d+)?(?=\s*\)))(?=\s*(?:vix\b|pts?\b|points?\b|[),;.?]|and\b|or\b|$))",
        draft.text,
    ):
        inside = [q for q in draft.free("fraction", "number", "points") if match.start() <= q.start < match.end()]
        if len(inside) == 2 and inside[0].unit == "fraction" and inside[1].unit != "fraction":
            found.append((inside[0], inside[1]))
    for move, points in found:
        draft.use(move, points)
        draft.origin[f"shocks.{move.start}"] = move
        draft.origin[f"shocks.{points.start}"] = points
    return [{"spx_fraction": move.number, "vix_points": points.number} for move, points in found]


def _signed_pairs(draft: Draft) -> list[dict[str, float]]:
    """'shocks -3% +6 and +2% -1.5': a signed percentage of SPX and a signed number of VIX points in turn."""
    signed = [q for q in draft.free("fraction", "number", "points") if q.signed and "shock" in draft.text[: q.start]]
    pairs = list(zip(signed[::2], signed[1::2], strict=False))
    if len(signed) % 2 or any(move.unit != "fraction" or points.unit == "fraction" for move, points in pairs):
        return []
    for quantity in signed:
        draft.use(quantity)
        draft.origin[f"shocks.{quantity.start}"] = quantity
    return [{"spx_fraction": move.number, "vix_points": points.number} for move, points in pairs]


def _way_of(draft: Draft, quantity: Quantity, index: str) -> Literal["down", "up", "written"] | None:
    """Which way an index moves by a quantity: by words, or as its sign is written; None where it is no move of the index."""
    left, right = draft.left(quantity), draft.right(quantity)
    noun = re.match(rf"\s*(?:points?\s+)?(?P<noun>{_FALL}|{_RISE})\s+(?:in|of|for)\s+(?:the\s+)?{index}\b", right)
    if noun is not None:
        return "down" if re.fullmatch(_FALL, noun["noun"]) else "up"
    moved = rf"(?P<way>{_DOWN}|{_UP})?\s*(?:by\s+|another\s+)*$"
    match = re.search(rf"\b{index}\b\s*(?:only\s+|just\s+|moves?\s+|is\s+)*{moved}", left)
    if match is None and index != "vix":
        # 'down 4 % with vix +7': a percentage that moves by itself is the index's.
        match = re.search(rf"(?:^|[:;,.(]|\b(?:and|or|then|if|of|either|versus|vs)\b)\s*{moved}", left)
        match = match if match and match["way"] else None
    if match is None:
        return None
    behind = re.match(rf"\s*(?:points?\s+|pts?\s+)?(?P<way>{_DOWN}|{_UP})\b(?!\s*(?:\d|by\b))", right)
    way = match["way"] or (behind["way"] if behind and not quantity.signed else None)
    if way is not None:
        return "down" if re.fullmatch(_DOWN, way) else "up"
    return "written" if quantity.signed or quantity.number == 0 else None


def _moves(draft: Draft, index: str, units: tuple[Any, ...]) -> list[tuple[int, str, float]]:
    name = "vix_points" if index == "vix" else "spx_fraction"
    found = []
    for quantity in draft.free(*units):
        way = _way_of(draft, quantity, index)
        if way is None:
            continue
        draft.use(quantity)
        draft.origin[f"shocks.{quantity.start}"] = quantity
        found.append((quantity.start, name, -abs(quantity.number) if way == "down" else quantity.number))
    for flat in re.finditer(rf"\b{index}\s+(?:is\s+|stays\s+|at\s+)?{_FLAT}", draft.text):
        draft.spans.append(flat.span())
        found.append((flat.start(), name, 0.0))
    return found


def read_horizon(draft: Draft) -> None:
    """Days until the scenario is read, apart from the days to expiry."""
    for quantity in draft.free("days"):
        left, right = draft.left(quantity), draft.right(quantity)
        if "dte" in quantity.text or re.match(r"\s*(?:to expir|left|until expir|to go)", right) or re.search(r"expir\w*\W*(?:in\s*)?$", left):
            draft.take("days_to_expiry", quantity)
        elif re.match(r"\s*(?:on\b|later|from now|ahead|out from now|hence|in\b)", right) or re.search(
            r"\b(?:horizon|after|in|over|within|next)\W*(?:of\s*|is\s*)?$", left
        ):
            draft.take("horizon_days", quantity)
    open_days = draft.free("days")
    names = [name for name in ("days_to_expiry", "horizon_days") if name not in draft.inputs]
    if len(open_days) == len(names) == 1 and names[0] == "days_to_expiry":
        draft.take(names[0], open_days[0])


_LEG_NAMES = {"number": "price", "days": "days_to_expiry"}


def _leg_unit(quantity: Quantity) -> str:
    """What a number is to a fund's future: a weight may be written as a fraction of one, 'w .55'."""
    weight = quantity.unit == "number" and 0 < quantity.number < 1
    return "fraction" if weight else "number" if quantity.unit == "points" else quantity.unit


def read_fund_legs(draft: Draft) -> None:
    """'60% in the 19.2 future (11 days) and 40% in the 20.1 (40 days)': weight, price and days of each future."""
    found = draft.free("fraction", "number", "days", "points")
    legs, used = _longest_legs(found)
    if not legs:
        legs, used = _legs_with_weights_apart(draft)
    if legs:
        draft.inputs["futures"] = legs
        draft.use(*used)
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
