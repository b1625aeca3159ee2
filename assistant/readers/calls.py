"""Quotes of VIX calls beside a plan."""

from __future__ import annotations

from itertools import pairwise

from assistant.inputs.draft import Draft
from assistant.patterns import Pattern
from assistant.quantities import Quantity
from assistant.readers.market import settlement_of

_A_CALL = Pattern(r"(?:\bthe\s+)?(?:\bvix\s+)?\bcalls?\b|\b\d+(?:\.\d+)?\s?c\b")
_CLAUSE = Pattern(r"[^;.?!]*(?:\.\d[^;.?!]*)*")
# '1.40 bid 1.50 ask' and not '26 bid 1.40 ask 1.50'.
_SIDES_BEHIND = Pattern(r"\d\s*bid\s*,?\s*(?:and\s+|/\s*)?[\d.]+\s*(?:ask\w*|offer\w*)(?P<rest>.{0,14})")
_A_PRICE = Pattern(r"\s*(?:of|at|is|=|:)?\s*\d+(?:\.\d+)?(?!\s*(?:%|pct|percent|[\d.]))")
_SIDE_BEHIND = Pattern(r"\s*(bid|ask(?:ed)?|offer\w*)\b")
_SIDE_AHEAD = Pattern(r"\b(bid|ask|offer\w*)\s*(?:of|at|is|=|:)?\s*$")
_IS_STRIKE = Pattern(r"\s*-?\s*(?:strikes?\b|(?:vix\s+)?calls?\b)")
_STRIKE_AHEAD = Pattern(r"(?:\b(?:strike|struck(?: at)?|k|calls?)|\(|,|-|\bthe)\s*(?:price\s+)?(?:of|at|is|=|:)?\s*$|^\s*$")
_VOLATILITY = Pattern(r"\b(?:ivs?|implied|vols?|volatility|sigma)\b")
# A date right before the call is its own, and so is a strike that no comma parts from it.
_AHEAD = Pattern(r"[\s-]*(?:(?:the|vix|k|strike)\s*=?\s*)*")


def read_calls(draft: Draft) -> None:
    """'vix call 2026-10-21 K 27 bid 1.20 ask 1.30 iv 95%', '2026-10-21 27 call 1.20/1.30 iv 95%', each with one expiry."""
    rows: list[dict[str, object]] = []
    for clause in _CLAUSE.finditer(draft.text):
        starts = [_start_of(draft, clause.start() + match.start()) for match in _A_CALL.finditer(clause.group())]
        for start, end in pairwise([*starts, clause.end()]):
            inside = [q for q in draft.free("date", "day", "number", "fraction", "strike", "vol", "pair") if start <= q.start < end]
            row = _quote(draft, inside, start)
            if row is not None:
                rows.append(row)
    if rows:
        draft.inputs["market.calls"] = rows


def _start_of(draft: Draft, start: int) -> int:
    """Where what is said of a call begins: at its strike or expiry, where they stand right before it."""
    for quantity in reversed(draft.free("date", "day", "number", "strike")):
        if quantity.start <= start <= quantity.end or (quantity.end <= start and _AHEAD.fullmatch(_gap(draft, quantity, start))):
            start = quantity.start
    return start


def _gap(draft: Draft, quantity: Quantity, start: int) -> str:
    """The text from a quantity to what it may belong to; a comma behind a date says nothing."""
    gap = draft.text[quantity.end : start]
    return gap.replace(",", "", 1) if quantity.unit in ("date", "day") else gap


def _quote(draft: Draft, inside: list[Quantity], start: int) -> dict[str, object] | None:
    """One quote from the quantities behind its name, up to the first that has no place in it; None where it is none."""
    row: dict[str, object] = {}
    used: list[Quantity] = []
    end = inside[-1].end if inside else start
    sides = _SIDES_BEHIND.search(draft.text[start : end + 12])
    behind = sides is not None and _A_PRICE.match(sides["rest"]) is None
    for quantity in inside:
        part = _part(draft, quantity, sides_behind=behind)
        if not part or set(part) & set(row):
            break
        row.update(part)
        used.append(quantity)
    if not {"expiry", "strike"} <= set(row) or not ("implied_volatility" in row or {"bid", "ask"} <= set(row)):
        return None
    draft.use(*used)
    for quantity in used:
        draft.origin[f"market.calls.{quantity.start}"] = quantity
    return row


def _part(draft: Draft, quantity: Quantity, *, sides_behind: bool) -> dict[str, object]:
    """What a quantity is to a quote; empty where it is nothing."""
    left, right = draft.left_clause(quantity), draft.right(quantity)
    if quantity.unit in ("date", "day"):
        day = settlement_of(draft, quantity)
        return {} if day is None else {"expiry": day}
    if quantity.unit in ("fraction", "vol"):
        said = _VOLATILITY.search(left) or _VOLATILITY.match(right.strip()) or quantity.unit == "vol"
        return {"implied_volatility": quantity.number} if said and quantity.low is None else {}
    if quantity.unit == "pair":
        bid, ask = quantity.numbers
        return {"bid": bid, "ask": ask} if bid <= ask else {}
    side = _SIDE_BEHIND.match(right) if sides_behind else _SIDE_AHEAD.search(draft.left(quantity))
    if side is not None:
        return {"bid" if side.group(1) == "bid" else "ask": quantity.number}
    if quantity.note == "call" or _IS_STRIKE.match(right) or _STRIKE_AHEAD.search(draft.left(quantity)):
        return {"strike": quantity.number}
    return {}
