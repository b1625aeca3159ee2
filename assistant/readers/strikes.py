"""The four strikes of an iron condor: a row, two spreads, legs by name, or short strikes with the width of the wings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from assistant.inputs.draft import Draft
from assistant.patterns import Pattern
from assistant.quantities import Quantity

LEGS = ("long_put", "short_put", "short_call", "long_call")
LOWEST_STRIKE = 100.0
Right = Literal["put", "call"]
_SIDE = Pattern(
    r"\b(?:(?P<short>short(?:ed|ing)?|sold|sell(?:ing)?|wrote|writing|write)|(?P<long>long|bought|bot|buy(?:ing)?|own(?:ed)?))\b(?!\s+(?:an?\s+|\d+\s+|\w+\s+)?(?:spx\s+)?(?:iron\s+)?(?:ics?|condors?)\b)"
)
_RIGHT = r"(?P<right>puts?|calls?)\b"
_TWO = r"(?P<first>\d[\d,.]*)\s*(?:and|&)\s*(?P<second>\d[\d,.]*)"
_BEHIND = Pattern(rf"\s*-?(?:strike\s+)?{_RIGHT}")
_AHEAD = Pattern(rf"\b{_RIGHT}\s*(?:strikes?\s*)?(?:spread\s*)?(?:at|@|of|is|=|:)?\s*$")
_JOINT = Pattern(r"\s*(?:\(?(?:short|long|sold|bought)\)?\s*)?(?:,|and|&|/|,\s*and)\s*(?:the\s+)?(?:long|short|bought|sold)?\s*(?:the\s+)?")
_WIDE = Pattern(
    r"[\s-]*(?:points?|pts?|handles?|strikes?)?[\s-]*(?:wide\b|wings?\b|width\b|(?:further|farther) (?:out|away)\b|outside\b|beyond (?:each|the shorts|them)\b)"
)
_WIDTH_OF = Pattern(r"\b(?:wings?|width|wide)\s*(?:are|is|of|at|=|:)?\s*$")


@dataclass(frozen=True, slots=True)
class _Leg:
    quantity: Quantity
    right: Right
    side: str | None


def read_strikes(draft: Draft, prefix: str) -> None:
    """Fill the strikes. Those that are out of order, or long and short the wrong way round, are asked about."""
    width = _width(draft)
    found = (
        _row(draft, prefix)
        or _read_signed(draft, prefix)
        or _read_codes(draft, prefix)
        or _read_wings(draft, prefix)
        or _read_sides(draft, prefix)
        or _read_spreads(draft, prefix)
        or _read_legs(draft, prefix)
    )
    if not found:
        _read_one_spread(draft, prefix)
    if width is not None and not found:
        _read_shorts(draft, prefix, width)
    if width is not None:
        _check_width(draft, prefix, width)


def _row(draft: Draft, prefix: str) -> bool:
    for quantity in draft.free("series"):
        if len(quantity.numbers) == len(LEGS) and min(quantity.numbers) >= LOWEST_STRIKE:
            falling = all(high > low for high, low in pairwise(quantity.numbers))  # the same condor, told from the calls down
            _take(draft, prefix, [quantity] * 4, sorted(quantity.numbers) if falling else list(quantity.numbers))
            return True
    free = draft.free("number", "strike")
    for start in range(len(free) - len(LEGS) + 1):
        legs = free[start : start + len(LEGS)]
        if _is_lettered_row(draft, legs):
            _take(draft, prefix, legs, [leg.number for leg in legs])
            return True
    return False


def _is_lettered_row(draft: Draft, legs: Sequence[Quantity]) -> bool:
    """'5925p-5950p-6275c-6300c', '5925p/5950p x 6275c/6300c': four rising strikes in a row, the puts before the calls."""
    letters = "".join({"put": "p", "call": "c"}.get(leg.note, "") for leg in legs)
    rising = all(low.number < high.number for low, high in pairwise(legs)) and legs[0].number >= LOWEST_STRIKE
    return (
        rising
        and letters == "ppcc"
        and all(re.fullmatch(r"\s?[-–/,x]\s?|\s", draft.text[before.end : after.start]) for before, after in pairwise(legs))
    )


def _read_signed(draft: Draft, prefix: str) -> bool:
    """'+5500P -5550P -6300C +6350C': bought with a plus, sold with a minus."""
    legs = [q for q in draft.free("strike") if q.signed and abs(q.number) >= LOWEST_STRIKE and q.note in ("put", "call")]
    named = {f"{'long' if leg.number > 0 else 'short'}_{leg.note}": leg for leg in legs}
    if len(legs) != len(LEGS) or set(named) != set(LEGS):
        return False
    _take(draft, prefix, [named[leg] for leg in LEGS], [abs(named[leg].number) for leg in LEGS])
    return True


def _read_codes(draft: Draft, prefix: str) -> bool:
    """'LP 5500 SP 5600 SC 6300 LC 6400'."""
    named = {}
    for quantity in draft.free("number"):
        match = re.search(r"\b(lp|sp|sc|lc)\s*[:=@]?\s*$", draft.left(quantity))
        if match is not None:
            named[match.group(1)] = quantity
    if len(named) != len(LEGS):
        return False
    legs = [named[code] for code in ("lp", "sp", "sc", "lc")]
    _take(draft, prefix, legs, [leg.number for leg in legs])
    return True


_OUTER = r"wings?|longs?|(?:long|outer) (?:strikes?|legs?|options?)"
_INNER = r"shorts?|bodies|body|(?:short|inner) (?:strikes?|legs?|options?)"


def _read_wings(draft: Draft, prefix: str) -> bool:
    """'wings 5425 & 6375, shorts 5475 & 6325', 'short 5600p 6300c, wings 5500p + 6400c'."""
    two = r"\W*(?:at\s+|are\s+)?(\d[\d,.]*)p?\s*(?:&|and|/|,|\+|(?<=p)\s)\s*(\d[\d,.]*)c?"
    outer = re.search(rf"\b(?:{_OUTER}){two}", draft.text)
    inner = re.search(rf"\b(?:{_INNER}){two}", draft.text)
    if outer is None or inner is None:
        return False
    pairs = {name: draft.starting(match.start(1)) for name, match in (("outer", outer), ("inner", inner))}
    longs, shorts = pairs["outer"], pairs["inner"]
    if longs is not None and shorts is not None and longs.unit == shorts.unit == "pair":
        _take(draft, prefix, [longs, shorts, shorts, longs], [longs.numbers[0], *shorts.numbers, longs.numbers[1]])
        return True
    places = (outer.start(1), inner.start(1), inner.start(2), outer.start(2))
    legs = [draft.starting(place) for place in places]
    found = [leg for leg in legs if leg is not None and leg.unit in ("number", "strike")]
    if len(found) != len(LEGS) or any(leg.note not in ("", right) for leg, right in zip(found, ("put", "put", "call", "call"), strict=True)):
        return False
    _take(draft, prefix, found, [leg.number for leg in found])
    return True


def _read_spreads(draft: Draft, prefix: str) -> bool:
    """'5550/5600 puts, 6300/6400 calls', or two pairs without words, the puts first."""
    pairs = [quantity for quantity in draft.free("pair") if min(quantity.numbers) >= LOWEST_STRIKE]
    if len(pairs) != 2:
        return False
    sides = [_right_of(draft, pair) for pair in pairs]
    if sides == [None, None]:
        _take(draft, prefix, [pairs[0], pairs[0], pairs[1], pairs[1]], [*pairs[0].numbers, *pairs[1].numbers])
        return True
    if set(sides) != {"put", "call"}:
        return False
    puts, calls = pairs if sides[0] == "put" else pairs[::-1]
    _take(draft, prefix, [puts, puts, calls, calls], [*sorted(puts.numbers), *sorted(calls.numbers)])
    return True


def _read_one_spread(draft: Draft, prefix: str) -> None:
    """'5500/5600 put spread, short 6300 call': the spread that is whole; the other side is asked for."""
    pairs = [quantity for quantity in draft.free("pair") if min(quantity.numbers) >= LOWEST_STRIKE]
    right = _right_of(draft, pairs[0]) if len(pairs) == 1 else None
    legs = LEGS[:2] if right == "put" else LEGS[2:]
    if right is None or {f"{prefix}{leg}" for leg in legs} & set(draft.inputs):
        return
    for leg, strike in zip(legs, sorted(pairs[0].numbers), strict=True):
        draft.take(f"{prefix}{leg}", pairs[0], strike)


def _read_sides(draft: Draft, prefix: str) -> bool:
    """'5580 and 5680 on the put side, 6280 and 6380 on the calls', 'the puts are 5580 and 5680, the calls 6280 and 6380'."""
    sides = _pairs_of_sides(draft, rf"{_TWO}\s+(?:on|for|in|as)\s+(?:the\s+|my\s+)?{_RIGHT}")
    sides = sides or _pairs_of_sides(draft, rf"\b{_RIGHT}\s+(?:strikes?\s+|side\s+)?(?:are\s+|at\s+|is\s+|:\s*)?{_TWO}")
    if set(sides) != {"put", "call"}:
        return False
    legs = [*sides["put"], *sides["call"]]
    _take(draft, prefix, legs, [leg.number for leg in legs])
    return True


def _pairs_of_sides(draft: Draft, pattern: str) -> dict[str, list[Quantity]]:
    """By side the two strikes that a pattern names it with."""
    sides: dict[str, list[Quantity]] = {}
    for match in re.finditer(pattern, draft.text):
        two = [draft.starting(match.start("first")), draft.starting(match.start("second"))]
        legs = [leg for leg in two if leg is not None and leg.unit == "number" and leg.number >= LOWEST_STRIKE]
        if len(legs) == len(two):
            sides[match["right"].removesuffix("s")] = legs
    return sides


def _right_of(draft: Draft, quantity: Quantity) -> Right | None:
    """Put or call by the word right behind or before a quantity, on the side on which the words of the text stand."""
    if quantity.note in ("put", "call"):
        return "put" if quantity.note == "put" else "call"
    behind, ahead = _BEHIND.match(draft.right(quantity)), _AHEAD.search(draft.left(quantity))
    match = (ahead or behind) if _words_come_first(draft) else (behind or ahead)
    return None if match is None else "put" if match["right"].startswith("p") else "call"


def _words_come_first(draft: Draft) -> bool:
    """Whether the first put or call of the text stands before the first strike."""
    strikes = [q.start for q in draft.free("number", "pair") if max((q.number, *q.numbers)) >= LOWEST_STRIKE]
    word = re.search(r"\b(?:puts?|calls?)\b", draft.text)
    return bool(strikes) and word is not None and word.start() < strikes[0]


def _legs(draft: Draft) -> list[_Leg]:
    """Strikes with their right and, where a verb tells, their side; a verb holds until the next one."""
    legs: list[_Leg] = []
    trailing = False
    for quantity in draft.free("number", "strike"):
        right: Right | None = "put" if quantity.note == "put" else "call" if quantity.note == "call" else _right_of(draft, quantity)
        joined = bool(legs) and _JOINT.fullmatch(draft.text[legs[-1].quantity.end : quantity.start]) is not None
        if right is None and joined:
            right = legs[-1].right
        wing = _is_wing(draft, quantity) and bool(legs) and legs[-1].side == "short"
        if right is None and wing:
            right = legs[-1].right
        if right is None or quantity.number < LOWEST_STRIKE:
            continue
        ahead = list(_SIDE.finditer(draft.left(quantity)))
        behind = _SIDE.match(re.sub(r"^\s*(?:puts?|calls?)?\W*", "", draft.right(quantity)))
        trailing = trailing or (not legs and not ahead and behind is not None)
        match = behind if trailing else ahead[-1] if ahead else None
        side = "long" if wing else match.lastgroup if match is not None else legs[-1].side if legs else None
        legs.append(_Leg(quantity, right, side))
    return legs


def _is_wing(draft: Draft, quantity: Quantity) -> bool:
    """Whether a strike is said to be the wing of the one before: 'short put 5750 with the 5700 wing'."""
    return (
        re.match(r"\s*(?:strike\s+)?(?:as (?:the |its )?)?wing\b", draft.right(quantity)) is not None
        or re.search(r"\bwing\s*(?:at|is|of|:)?\s*$", draft.left(quantity)) is not None
    )


def _read_legs(draft: Draft, prefix: str) -> bool:
    """'short 5450 put, long 5400 put', 'sold the 5700 put and 6250 call, bought ...', '5500p 5600p 6300c 6400c'; fewer than four are kept."""
    legs = _legs(draft)
    rights = [leg.right for leg in legs]
    if all(leg.side is None for leg in legs):
        if sorted(rights) != ["call", "call", "put", "put"]:
            return False
        ordered = sorted(legs, key=lambda leg: (leg.right != "put", leg.quantity.number))
        _take(draft, prefix, [leg.quantity for leg in ordered], [leg.quantity.number for leg in ordered])
        return True
    named = {f"{leg.side}_{leg.right}": leg.quantity for leg in legs}
    if len(named) < len(legs) or any(leg.side is None for leg in legs):
        if len(legs) == len(LEGS):
            _ask_which(draft, prefix, [leg.quantity for leg in legs])
        return False
    for match in re.finditer(r"\b(?:bought|bot|buy)\b", draft.text) if len(legs) > 1 else ():
        draft.spans.append(match.span())
    if set(named) == set(LEGS):
        _take(draft, prefix, [named[leg] for leg in LEGS], [named[leg].number for leg in LEGS])
        return True
    for name, quantity in named.items():
        draft.take(f"{prefix}{name}", quantity)
    return False


def _ask_which(draft: Draft, prefix: str, quantities: Sequence[Quantity]) -> None:
    draft.use(*quantities)
    draft.ask(f"{prefix}long_put", "index_points", "Which strikes are long and which short? A short iron condor is long the outer ones.")


def _take(draft: Draft, prefix: str, quantities: Sequence[Quantity], values: Sequence[float]) -> None:
    if any(low >= high for low, high in pairwise(values)):
        shown = "/".join(f"{value:g}" for value in values)
        draft.use(*quantities)
        draft.ask(
            f"{prefix}long_put",
            "index_points",
            f"The strikes {shown} are not in ascending order: long put, short put, short call, long call. What are they?",
        )
        return
    for leg, quantity, value in zip(LEGS, quantities, values, strict=True):
        draft.take(f"{prefix}{leg}", quantity, value)


def _width(draft: Draft) -> Quantity | None:
    """The width of the wings: '50 wide', '100 point wings', 'wings of 50'."""
    for quantity in draft.free("number", "points"):
        if quantity.number > 0 and (_WIDE.match(draft.right(quantity)) or _WIDTH_OF.search(draft.left(quantity))):
            return quantity if quantity.number < LOWEST_STRIKE * 10 else None
    return None


def _read_shorts(draft: Draft, prefix: str, width: Quantity) -> None:
    """'5600/6300, 50 wide', 'shorts at 5600 and 6300': the short strikes, and the long ones a wing further out."""
    _read_named_shorts(draft, prefix)
    pairs = [quantity for quantity in draft.free("pair") if min(quantity.numbers) >= LOWEST_STRIKE]
    put, call = draft.inputs.get(f"{prefix}short_put"), draft.inputs.get(f"{prefix}short_call")
    if len(pairs) == 1 and put is None and call is None:
        low, high = pairs[0].numbers
        _take(draft, prefix, [pairs[0]] * 4, [low - width.number, low, high, high + width.number])
    elif isinstance(put, float) and isinstance(call, float) and not {f"{prefix}long_put", f"{prefix}long_call"} & set(draft.inputs):
        draft.take(f"{prefix}long_put", width, put - width.number)
        draft.take(f"{prefix}long_call", width, call + width.number)


def _read_named_shorts(draft: Draft, prefix: str) -> None:
    """'shorts at 5900 and 6400': two strikes behind one word, the put below the call."""
    two = r"(\d[\d,.]*)\s*(?:\(?puts?\)?\s*)?(?:&|and|,|/)\s*(\d[\d,.]*)"
    match = re.search(rf"\b(?:shorts?(?: strikes| legs)?|bodies|body|sold)\W*(?:at\s+|are\s+|of\s+|the\s+)*{two}", draft.text)
    match = match or re.search(rf"{two}\s+(?:short strikes|shorts)\b", draft.text)
    legs = [draft.starting(match.start(1)), draft.starting(match.start(2))] if match else []
    found = [leg for leg in legs if leg is not None and leg.unit == "number" and leg.number >= LOWEST_STRIKE]
    if len(found) == 2 and found[0].number < found[1].number and not re.match(r"\s*(?:puts?|calls?)\b", draft.right(found[1])):
        draft.take(f"{prefix}short_put", found[0])
        draft.take(f"{prefix}short_call", found[1])


def _check_width(draft: Draft, prefix: str, width: Quantity) -> None:
    """A width that the strikes have says nothing new; one that they do not have is asked about."""
    legs = [draft.inputs.get(f"{prefix}{leg}") for leg in LEGS]
    strikes = [leg for leg in legs if isinstance(leg, float)]
    draft.use(width)
    draft.says(r"\bboth (?:wings|sides|spreads|verticals)\b|\b(?:(?:on )?(?:either|each) side|each way)\b")
    if len(strikes) < len(LEGS):
        return
    wings = {strikes[1] - strikes[0], strikes[3] - strikes[2]}
    other = _width(draft)
    if other is not None and wings == {width.number, other.number}:
        draft.use(other)  # '30 wide puts, 50 wide calls'
        draft.spans += [(match.start(), match.end()) for match in re.finditer(r"\bwide\b", draft.text)]
        return
    if wings == {width.number}:
        match = _WIDE.match(draft.text, width.end)
        draft.spans.append((width.start, match.end() if match else width.end))
        return
    draft.ask(f"{prefix}long_put", "index_points", f"The wings of these strikes are not {width.number:g} points wide. Which is right?")
