"""Shocks of SPX and the VIX, and the day on which they are read."""

from __future__ import annotations

import re
from typing import Any, Literal

from assistant.inputs.draft import Draft
from assistant.inputs.movements import DOWN_VERBS, UP_VERBS
from assistant.patterns import Pattern
from assistant.quantities import Quantity

# Where a move stands, of which index it is, and its value.
Move = tuple[int, str, float]

_DOWN, _UP = rf"(?:{DOWN_VERBS})", rf"(?:{UP_VERBS})"
_FALL, _RISE = r"(?:drop|fall|decline|loss|sell-?off|slide|dip)", r"(?:rise|gain|rally|jump|spike|climb|pop|increase)"
_INDEX = r"(?:spx|s&p(?: ?500)?|index|(?:the )?market|sp500)"
_FLAT = r"(?:unchanged|flat|unch|steady|where it is)"
_MOVES = r"(?:(?:only|just|moves?|moving|moved|is|was|are|be|being|goes|going|go|went|could|would|may|might|will|trades|change[sd]?|by|of)\s+)*"
# Neither index moves.
_BOTH_FLAT = Pattern(
    rf"(?:^|[,;:|/(.]|\bor|\band|\bthen)\s*(?P<flat>(?:both|all|everything)\s+(?:(?:are|is|stays?|remains?)\s+)?{_FLAT}|"
    rf"{_FLAT}\s*(?:,|/|and|&)?\s*{_FLAT}|(?:no (?:changes?|moves?|shocks?)|nothing (?:moves|changes))\b(?!\s+(?:in|of|to|for)\b))"
)
_VIX_HELD = Pattern(
    rf"\bvix\s+(?:is\s+|stays\s+|held\s+|at\s+)*{_FLAT}\s*(?:each time|every time|in (?:each|every|all)(?: (?:one|case|of them|scenario)s?)?|throughout|always|for all)\b"
)
_BEHIND_INDEX = Pattern(rf"\b{_INDEX}\b\W*(?:(?:at|moves?|by)\W*)?$")
# '-7% with vix +12'
_WITH_VIX = Pattern(r"[+−–-]\s?\d+(?:\.\d+)?\s?%\s*(?:with|w/|and|&|,)\s+(?:the\s+)?vix\s+(?:at\s+)?[+−–-]\s?\d+(?:\.\d+)?")
_TO_EXPIRY = Pattern(r"\s*(?:(?:to|until|till|before|from)\s+(?:the\s+|its\s+)?(?:exp\w*|maturity|go\b)|left\b|remain\w*|of life)")
_IS_EXPIRY = r"(?:=|\b(?:is|i\.?e\.?|which is|that is))\s*(?:at\s+|the\s+)?(?:expir(?:y|ation)|maturity)\b"
_AHEAD = Pattern(r"\s*(?:on\b|later|from now|ahead|out\b|fwd\b|forward\b|hence|in\b)")
_AFTER = Pattern(r"\b(?:horizon|after|in|over|within|next)\W*(?:of\s*|is\s*)?$")


def read_shocks(draft: Draft) -> None:
    """Moves of SPX and VIX together: 'SPX down 5% and VIX up 9', 'spx -5% vix +9'. Several are read in order."""
    if "shocks" in draft.inputs:
        return
    if _read_vix_held(draft):
        return
    moves = moves_of(draft)
    shocks: list[dict[str, float]] = [] if moves else _signed_pairs(draft)
    open_shock: dict[str, float] = {}
    for _, name, value in sorted(moves, key=lambda move: move[0]):
        if name in open_shock:
            return  # a move of one index without one of the other: which shocks are meant is asked
        open_shock[name] = value
        if len(open_shock) == 2:
            shocks.append({"spx_fraction": open_shock["spx_fraction"], "vix_points": open_shock["vix_points"]})
            open_shock = {}
    if shocks and not open_shock:
        draft.inputs["shocks"] = shocks


def _read_vix_held(draft: Draft) -> bool:
    """'spx -3%, -8%, +4%, vix unchanged each time': moves of SPX in a row, the VIX where it is in each."""
    held = _VIX_HELD.search(draft.text)
    rows = [row for row in draft.free("series") if row.signed and max(map(abs, row.numbers)) < 1 and _BEHIND_INDEX.search(draft.left(row))]
    if held is None or len(rows) != 1:
        return False
    draft.take("shocks", rows[0], [{"spx_fraction": number, "vix_points": 0.0} for number in rows[0].numbers])
    draft.spans.append(held.span())
    return True


def moves_of(draft: Draft) -> list[Move]:
    """Every move of SPX and of the VIX that a text tells; the quantities are marked as understood."""
    written = [*_written_pairs(draft), *_named_moves(draft)]
    return [*written, *_moves(draft, _INDEX, ("fraction",)), *_moves(draft, "vix", ("number", "points")), *_flat(draft)]


def _flat(draft: Draft) -> list[Move]:
    """'unch unch', 'both unchanged', 'no change': a shock of its own, in which nothing moves."""
    found: list[Move] = []
    for match in _BOTH_FLAT.finditer(draft.text):
        draft.spans.append(match.span("flat"))
        found += [(match.start("flat"), "spx_fraction", 0.0), (match.start("flat"), "vix_points", 0.0)]
    return found


def _named_moves(draft: Draft) -> list[Move]:
    """'spx_fraction=-0.05 vix_points=8': moves by the names of the inputs."""
    found: list[Move] = []
    for quantity in draft.free("number", "fraction"):
        match = re.search(r"\b(spx fraction|vix points)\s*[:=]?\s*$", draft.left(quantity))
        if match is not None and (match.group(1).startswith("vix") or abs(quantity.number) < 1):
            found.append(_taken(draft, quantity, match.group(1).replace(" ", "_"), quantity.number))
    return found


def _taken(draft: Draft, quantity: Quantity, name: str, value: float) -> Move:
    """A quantity as a move; its sign is its own and adds to nothing."""
    draft.use(quantity)
    draft.origin[f"shocks.{quantity.start}"] = quantity
    draft.spans.append((quantity.start, quantity.end))
    return quantity.start, name, value


def _written_pairs(draft: Draft) -> list[Move]:
    """'(0%, +5), (0%, +10)', '-2%/+3 vix, -8%/+15 vix': a percentage of SPX and points of the VIX, each pair written together."""
    number = r"[+-−–]?\s?\d+(?:\.\d+)?"
    found: list[tuple[Quantity, Quantity]] = []
    for match in (
        *_WITH_VIX.finditer(draft.text),
        *re.finditer(
            rf"(?:spx\s*)?({number})\s?%\s*[,/&]\s*(?:vix\s*)?([+−–-]\s?\d+(?:\.\d+)?|\d+(?:\.\d+)?(?=\s*\)))(?=\s*(?:vix\b|pts?\b|points?\b|[),;.?]|and\b|or\b|$))",
            draft.text,
        ),
    ):
        inside = [q for q in draft.free("fraction", "number", "points") if match.start() <= q.start < match.end()]
        if len(inside) != 2 or inside[0].unit != "fraction" or inside[1].unit == "fraction":
            continue
        if any(inside[0] is move for move, _ in found):
            continue
        if inside[0].signed or inside[0].number == 0:  # in 'down 5% / VIX +8' a word has the sign
            found.append((inside[0], inside[1]))
    taken = [(_taken(draft, move, "spx_fraction", move.number), _taken(draft, points, "vix_points", points.number)) for move, points in found]
    return [move for pair in taken for move in pair]


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
    match = re.search(rf"\b{index}\b\s*{_MOVES}{moved}", left)
    if match is None and index != "vix":
        # 'down 4 % with vix +7': a percentage that moves by itself is the index's.
        match = re.search(rf"(?:^|[:;,.(]|\b(?:and|or|then|if|of|either|versus|vs)\b)\s*(?:it\s+)?{moved}", left)
        match = match if match and match["way"] else None
    if match is None:
        return None
    behind = re.match(rf"\s*(?:points?\s+|pts?\s+)?(?P<way>{_DOWN}|{_UP})\b(?!\s*(?:\d|by\b))", right)
    way = match["way"] or (behind["way"] if behind and not quantity.signed else None)
    if way is not None:
        return "down" if re.fullmatch(_DOWN, way) else "up"
    return "written" if quantity.signed or quantity.number == 0 else None


def _moves(draft: Draft, index: str, units: tuple[Any, ...]) -> list[Move]:
    name = "vix_points" if index == "vix" else "spx_fraction"
    found = []
    for quantity in draft.free(*units):
        way = _way_of(draft, quantity, index)
        if way is None:
            continue
        found.append(_taken(draft, quantity, name, -abs(quantity.number) if way == "down" else quantity.number))
    for flat in re.finditer(
        rf"\b{index}\s+(?:is\s+|stays\s+|at\s+)?{_FLAT}|(?<!spx )(?<!vix )(?<!index )(?<!market )\b(?:an?\s+)?{_FLAT}\s+{index}\b", draft.text
    ):
        draft.spans.append(flat.span())
        found.append((flat.start(), name, 0.0))
    return found


def read_horizon(draft: Draft) -> None:
    """Days until the scenario is read, apart from the days to expiry; a scenario at expiry is read then."""
    _read_days(draft)
    at_expiry = re.search(r"\bat (?:the )?(?:expiry|expiration|maturity)\b|\bscenarios? (?:run )?to (?:expiry|expiration|maturity)\b", draft.text)
    if "days_to_expiry" not in draft.inputs and "horizon_days" in draft.origin and draft.says(_IS_EXPIRY):
        draft.inputs["days_to_expiry"] = draft.inputs["horizon_days"]  # '28 days from now = expiration'
    if at_expiry is not None and "horizon_days" not in draft.inputs and "days_to_expiry" in draft.origin:
        draft.inputs["horizon_days"] = draft.inputs["days_to_expiry"]


def _read_days(draft: Draft) -> None:
    on_day = draft.after(r"\bday", "number")
    if on_day is not None and on_day.number.is_integer():
        draft.take("horizon_days", on_day)
    for quantity in draft.free("days"):
        left, right = draft.left(quantity), draft.right(quantity)
        is_day = re.match(r"(?:d|day|t)\s?\+?\s?\d", quantity.text) is not None and not quantity.text.endswith(("dte", "days"))
        to_expiry = "dte" in quantity.text or _TO_EXPIRY.match(right) or re.search(r"expir\w*[\s:=(]*(?:(?:in|is)\s*)?$", left)
        if to_expiry and "days_to_expiry" not in draft.inputs:
            draft.take("days_to_expiry", quantity)
        elif to_expiry and draft.inputs.get("days_to_expiry") != quantity.number:
            draft.use(quantity)
            draft.ask("horizon_days", "days", f"Is the scenario read in {quantity.text.strip()}, or so many days before the expiry?")
        elif not to_expiry and "horizon_days" not in draft.inputs and (is_day or _AHEAD.match(right) or _AFTER.search(left)):
            draft.take("horizon_days", quantity)
    open_days = draft.free("days")
    names = [name for name in ("days_to_expiry", "horizon_days") if name not in draft.inputs]
    if len(open_days) == len(names) == 1 and names[0] == "days_to_expiry":
        draft.take(names[0], open_days[0])
