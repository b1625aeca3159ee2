"""The four strikes, the credit and the volatilities of an iron condor."""

from __future__ import annotations

import re
from itertools import pairwise

from assistant.draft import Draft
from assistant.quantities import Quantity

LEGS = ("long_put", "short_put", "short_call", "long_call")
LOWEST_STRIKE = 100.0
USD_PER_POINT = 100.0
# A smaller credit 'a contract' is rather a quoted price in points.
LEAST_USD = 50.0


def read_condor(draft: Draft, prefix: str = "") -> None:
    """Strikes, credit and volatilities by leg. Strikes out of order are asked about."""
    _read_strikes(draft, prefix)
    _read_credit_times(draft, prefix)
    _read_leg_volatilities(draft, prefix)
    _read_dollar_credit(draft, prefix)


def _read_strikes(draft: Draft, prefix: str) -> None:
    for quantity in draft.free("series"):
        if len(quantity.numbers) == len(LEGS) and min(quantity.numbers) >= LOWEST_STRIKE:
            _take_strikes(draft, prefix, [quantity] * 4, list(quantity.numbers))
            return
    lettered = draft.free("strike")
    if len(lettered) == len(LEGS) and [quantity.note for quantity in lettered].count("put") == 2:
        if _sides_differ(draft, lettered):
            draft.ask(f"{prefix}long_put", "index_points", "Which strikes are long and which short? A short iron condor is long the outer ones.")
            draft.use(*lettered)
            return
        ordered = sorted((q for q in lettered if q.note == "put"), key=_number) + sorted((q for q in lettered if q.note == "call"), key=_number)
        _take_strikes(draft, prefix, ordered, [quantity.number for quantity in ordered])
        return
    if _read_named_legs(draft, prefix):
        return
    if _read_wings(draft, prefix):
        return
    pairs = [quantity for quantity in draft.free("pair") if min(quantity.numbers) >= LOWEST_STRIKE]
    sides = {
        side: pair
        for pair in pairs
        for side in ("put", "call")
        if re.match(rf"\s*{side}", draft.right(pair)) or re.search(rf"{side}s?(?: spread)?\W*$", draft.left(pair))
    }
    if len(pairs) == 2 and not sides:
        _take_strikes(draft, prefix, [pairs[0], pairs[0], pairs[1], pairs[1]], [*pairs[0].numbers, *pairs[1].numbers])
    if len(pairs) == len(sides) == 2:
        values = sorted(sides["put"].numbers) + sorted(sides["call"].numbers)
        _take_strikes(draft, prefix, [sides["put"], sides["put"], sides["call"], sides["call"]], values)


def _sides_differ(draft: Draft, lettered: list[Quantity]) -> bool:
    """Whether words beside lettered strikes make an inner one long or an outer one short."""
    for right in ("put", "call"):
        inner, outer = sorted((q for q in lettered if q.note == right), key=_number, reverse=right == "put")
        if re.search(r"\b(?:long|bought|buy)\s*$", draft.left(inner)) or re.search(r"\b(?:short|sold|sell)\s*$", draft.left(outer)):
            return True
    for match in re.finditer(r"\b(?:bought|buy)\s+(?=\d)", draft.text):
        draft.spans.append(match.span())
    return False


def _read_credit_times(draft: Draft, prefix: str) -> None:
    """'for 6.85 x 5', '8.00 x10' is a credit and a number of condors; two whole numbers may be the other way round and are left."""
    draft.says(r"\b(?:got|get|was|were|been|being|condors?|ics?|trade|position|which|it) (?:paid|pays)\b")
    for held in draft.free("number"):
        if re.search(r"\bi (?:have|hold|own|did|do|trade|run) (?:only |just )?$", draft.left(held)) and re.match(
            r"\s*(?:[,.;?]|$|of (?:them|those|these)\b)", draft.right(held)
        ):
            draft.take(f"{prefix}contracts", held)
    for pair in draft.free("pair"):
        credit, count = pair.numbers
        if re.fullmatch(r"[\d.]+\s?x\s?\d+", pair.text.strip()) and count.is_integer() and ("." in pair.text.split("x")[0] or credit < count):
            draft.take(f"{prefix}credit_index_points", pair, credit)
            draft.take(f"{prefix}contracts", pair, count)
            return


def _read_named_legs(draft: Draft, prefix: str) -> bool:
    """'short 5450 put, long 5400 put, short 6100 call, long 6150 call' in any order."""
    legs: dict[str, Quantity] = {}
    for quantity in draft.free("number"):
        side = re.search(r"\b(short|long|sold|bought|sell|buy)\s*(?:the\s+)?$", draft.left(quantity))
        right = re.match(r"\s*(put|call)s?\b", draft.right(quantity))
        if side and right:
            name = f"{'short' if side.group(1)[0] == 's' else 'long'}_{right.group(1)}"
            if name in legs:
                return False
            legs[name] = quantity
    if set(legs) != set(LEGS):
        return False
    for match in re.finditer(r"\b(?:bought|buy)\b", draft.text):
        draft.spans.append(match.span())
    _take_strikes(draft, prefix, [legs[leg] for leg in LEGS], [legs[leg].number for leg in LEGS])
    return True


def _read_wings(draft: Draft, prefix: str) -> bool:
    """'wings 5425 & 6375, shorts 5475 & 6325'."""
    two = r"\W*(?:at\s+|are\s+)?(\d[\d,.]*)\s*(?:&|and|/|,)\s*(\d[\d,.]*)"
    outer = re.search(rf"\b(?:wings?|longs?){two}", draft.text)
    inner = re.search(rf"\b(?:shorts?|bodies|body){two}", draft.text)
    if outer is None or inner is None:
        return False
    places = (outer.start(1), inner.start(1), inner.start(2), outer.start(2))
    legs = [draft.starting(place) for place in places]
    found = [leg for leg in legs if leg is not None and leg.unit == "number"]
    if len(found) != len(LEGS):
        return False
    _take_strikes(draft, prefix, found, [leg.number for leg in found])
    return True


def _number(quantity: Quantity) -> float:
    return quantity.number


def _take_strikes(draft: Draft, prefix: str, quantities: list[Quantity], values: list[float]) -> None:
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


def _read_leg_volatilities(draft: Draft, prefix: str) -> None:
    """Four volatilities in strike order: '20.5/19.5/13/12.5 %', 'leg vols 20.5 19.5 13 12.5'."""
    name = "implied_volatility" if draft.slot("implied_volatility") is not None else f"{prefix}implied_volatility"
    for quantity in draft.free("series"):
        said = re.search(r"\b(?:vols?|ivs?|volatilit\w+)\b", draft.left_clause(quantity) + draft.right_clause(quantity))
        if len(quantity.numbers) != len(LEGS) or not (said or quantity.note == "percent"):
            continue
        if quantity.note == "percent" or max(quantity.numbers) <= 1.5:
            values = list(quantity.numbers)
        elif min(quantity.numbers) >= 3.0 and re.search(r"\bvols?\b", draft.left_clause(quantity) + draft.right_clause(quantity)):
            values = [round(value / 100, 12) for value in quantity.numbers]
        else:
            continue
        draft.take(name, quantity, values)


def _read_dollar_credit(draft: Draft, prefix: str) -> None:
    """A credit in USD a contract is a hundredth in points; a USD sign alone before a quoted price is points already."""
    name = f"{prefix}credit_index_points"
    wing = min(
        (
            high - low
            for low, high in ((draft.inputs.get(f"{prefix}{a}"), draft.inputs.get(f"{prefix}{b}")) for a, b in (LEGS[:2], LEGS[2:]))
            if isinstance(low, float) and isinstance(high, float)
        ),
        default=None,
    )
    for quantity in draft.free("usd"):
        beside = re.match(r"\s*(?:credit\s+|premium\s+)?(?:a|per|each|/)\s*(?:contract|condor|lot|ic)?\b", draft.right(quantity))
        each = quantity.note == "per_contract" or beside is not None
        if each and quantity.number >= LEAST_USD:
            draft.take(name, quantity, round(quantity.number / USD_PER_POINT, 9))
            return
        near = draft.left_clause(quantity) + draft.right_clause(quantity)
        if each or re.search(r"\b(?:credit|for|premium|collect\w*|sold|took|receiv\w+|at)\b|@", near):
            if not each and wing is not None and quantity.number <= wing / 2 and not re.search(r"\b(?:total|in all|altogether|overall)\b", near):
                draft.take(name, quantity)
            else:
                points = quantity.number / USD_PER_POINT
                draft.use(quantity)
                draft.ask(
                    name,
                    "index_points",
                    f"Is the credit of {quantity.text.strip()} in USD a contract (then it is {points:g} index points), in points, or for all contracts together?",
                )
            return
