"""Inflation and rate decisions."""

from __future__ import annotations

import re

from assistant.inputs.draft import Draft
from assistant.patterns import Pattern
from assistant.quantities import Quantity

_CUT = r"\b(?:cut|cuts|lower\w*|reduc\w+|eas\w+|down|fell|falls?|drop\w*)\b"
_OVER_A_YEAR = Pattern(
    r"\b(?:year[- ](?:on|over)[- ](?:the[- ])?year|yoy|y/y|y-o-y|year over year|(?:on|over|in|from|against|vs) (?:the|a) year|a year (?:ago|earlier|before)|annual\w*|"
    r"(?:twelve|12)[- ]months?)\b"
)
_RISEN = r"up|rose|risen|gained|increased|climbed|advanced|grew|grown"
_FALLEN = r"down|fell|fallen|lost|decreased|declined|dropped"
# '10bp above expectations', where no cut or hike makes it doubtful which way that goes.
_BEYOND = Pattern(
    r"\s*(?:(?:above|over|higher than|more than|north of)|(?P<below>below|under|lower than|less than|south of))\s+(?:the\s+|market\s+|street\s+|what was\s+)*"
    r"(?:expect\w*|consensus|priced(?: in)?|forecasts?|pricing|anticipated)\b"
)
PRICES_OF_FED_FUNDS = (90.0, 100.5)
_FEW, _MOST_BP = 2, 150
# What is said of the decision itself, after the number that was expected: '22bp was priced and got 25'.
_DONE = Pattern(r"\b(?:got|gets?|did|delivered|delivers|came|comes|actual\w*|went|goes|decided|announced|saw|took|gave)\b")
_EXPECTED = (
    r"\b(?:(?:strip|curve|fedwatch|ois|swaps?) (?:had|has|was at|saw)|expect\w*|pric(?:ed|ing)(?: in)?|consensus|implied|anticipat\w+|"
    r"forecast|discounted|look(?:ed|ing|s)? for|(?:street|markets?|desk|they) had|street|whisper)\b"
)


def read_macro(draft: Draft) -> None:
    """CPI and PPI as fractions; a surprise as itself, as decided against expected, or from the change of the futures' rate."""
    _read_inflation(draft)
    if _read_prices(draft):
        return
    basis_points = draft.free("bp")
    quarter = draft.free("fraction")
    if len(basis_points) < 2 and re.search(_EXPECTED, draft.text) and re.search(r"\b(?:fomc|fed|decision|hike|cut)", draft.text):
        basis_points = sorted([*basis_points, *(q for q in quarter if abs(q.number) <= 0.02)], key=lambda q: q.start)
    if not basis_points and re.search(_EXPECTED, draft.text) and re.search(r"\(bps?\)|\bin bps?\b|\bbasis points\b", draft.text):
        basis_points = [q for q in draft.free("number") if 0 < abs(q.number) <= _MOST_BP and float(q.number).is_integer()]
    if len(basis_points) == 1 and re.search(_EXPECTED, draft.text):
        # '50 when 25bp was priced in': the unit of one is that of the other.
        bare = [q for q in draft.free("number") if 0 < abs(q.number) <= _MOST_BP and q.number.is_integer() and not draft.numbers_a_day(q)]
        basis_points = sorted([*basis_points, *bare], key=lambda q: q.start) if len(bare) == 1 else basis_points
    if len(basis_points) == 2 and re.search(_EXPECTED, draft.text):
        _read_decision(draft, basis_points)
    elif len(basis_points) == 1:
        _read_change(draft, basis_points[0])


def _read_inflation(draft: Draft) -> None:
    """'CPI is up 3.4 percent year on year': over a year a rise is the very figure, and a fall its negative."""
    if _OVER_A_YEAR.search(draft.text) is None:
        return
    for name, words in (("cpi_yoy_fraction", "cpi|consumer"), ("ppi_yoy_fraction", "ppi|producer")):
        for quantity in draft.free("fraction"):
            match = re.search(
                rf"\b(?:{words})\b(?:\s+(?:price|prices|index|inflation|headline))*\s+(?:(?:is|are|was|were|has|have|had|been|stands|runs|running)\s+)*(?P<way>{_RISEN}|{_FALLEN})\s+(?:by\s+)?$",
                draft.left_clause(quantity),
            )
            if match is not None and not quantity.signed and quantity.low is None:
                draft.take(name, quantity, -quantity.number if re.fullmatch(_FALLEN, match["way"]) else quantity.number)
                draft.spans.append((quantity.start - len(draft.left_clause(quantity)) + match.start(), quantity.end))
                break


def _read_decision(draft: Draft, pair: list[Quantity]) -> None:
    # Words that may stand between, but none of a cut or a hike further away: 'expected a cut of 25, got 50' leaves open what was got.
    moves = rf"{_CUT}|\b(?:hike\w*|rais\w+|increas\w+)\b"
    near = [re.search(rf"{_EXPECTED}\W*(?P<between>(?:\w+\W+){{0,4}})$", draft.left_clause(q)) for q in pair]
    before = [
        q
        for q, found in zip(pair, near, strict=True)
        if found is not None
        and not _DONE.search(found["between"])
        and (len(found["between"].split()) <= _FEW or not re.search(moves, found["between"]))
    ]
    expected = before or [q for q in pair if re.match(rf"\s*(?:\w+\s+){{0,3}}?{_EXPECTED}", draft.right_clause(q))]
    if len(expected) != 1:
        return
    actual = next(q for q in pair if q is not expected[0])
    cut = re.search(_CUT, draft.text) is not None
    hike = re.search(r"\b(?:hike\w*|rais\w+|up(?= (?:by )?\d)|increas\w+)\b", draft.text) is not None
    if cut and hike:
        draft.use(*pair)
        draft.ask("actual_bp", "bp", "Which is a cut and which a hike? Write a cut with a minus, for example: actual -50bp, expected -25bp.")
        return
    for name, quantity in (("actual_bp", actual), ("expected_bp", expected[0])):
        points = quantity.number if quantity.unit in ("bp", "number") else round(quantity.number * 10_000, 9)
        draft.take(name, quantity, -abs(points) if cut else points)
    _is_understood(draft)


def _is_understood(draft: Draft) -> None:
    """The words of a cut have given the numbers their sign."""
    draft.spans.extend(match.span() for match in re.finditer(_CUT, draft.text))


def _read_change(draft: Draft, quantity: Quantity) -> None:
    beyond = _BEYOND.match(draft.right(quantity))
    if beyond is not None and not re.search(rf"{_CUT}|\b(?:hike\w*|rais\w+|dovish|hawkish)\b", _BEYOND.sub("", draft.text)):
        draft.take("fomc_surprise_bp", quantity, -quantity.number if beyond["below"] else quantity.number)
        draft.spans.append((quantity.end, quantity.end + beyond.end()))
        return
    near = draft.left(quantity) + draft.right_clause(quantity)
    if re.search(r"\b(?:surprise (?:of|was|is)|surprised by)\W*$", draft.left(quantity)) or re.match(
        r"\s*(?:fomc |fed |hawkish |dovish )*surprise", draft.right(quantity)
    ):
        draft.take("fomc_surprise_bp", quantity)
        return
    of_month = re.search(r"\bkuttner\b|\b(?:spot|front|current)[- ]month\b", draft.text)
    if of_month and draft.free("ordinal", "date", "day") and not re.search(r"\bprices?\b", draft.text):
        down = re.search(_CUT, near) is not None
        draft.take("rate_change_bp", quantity, -abs(quantity.number) if down else quantity.number)
        _is_understood(draft)
        _read_days(draft)
        return
    moved = re.search(rf"\b(?:price|futures?|contract)\b[^,;]*\b(?:{_RISEN}|{_FALLEN}|change\w*)\b", near)
    if moved is not None and not re.search(r"\b(?:implied|implies|rate|yield)\b", near):
        draft.use(quantity)
        draft.ask("rate_change_bp", "bp", "Did the price of the future move so, or the rate that it implies, which is 100 less the price?")
        _read_days(draft)
        return
    moved_rate = re.search(r"\b(?:rate|implied)\b[^,;]*\b(?:moved?|rose|fell|changed?|jumped|dropped)\W*$", draft.left(quantity)) is not None
    by_day = bool(draft.free("ordinal")) or re.search(r"\bday\b", draft.text) is not None or (moved_rate and "kuttner" in draft.text)
    if re.search(r"\b(?:rate|futures|funds)\b", near) and by_day:
        down = re.search(_CUT, near) is not None
        draft.take("rate_change_bp", quantity, -abs(quantity.number) if down else quantity.number)
        _is_understood(draft)
        _read_days(draft)


def _read_prices(draft: Draft) -> bool:
    """'the contract went from 95.685 to 95.62': fed funds futures are quoted as 100 less the rate, so that a lower price is a higher rate."""
    if re.search(r"\b(?:fed funds?|ff|funds|zq)\b", draft.text) is None:
        return False
    prices = [quantity for quantity in draft.free("number") if PRICES_OF_FED_FUNDS[0] <= quantity.number <= PRICES_OF_FED_FUNDS[1]]
    if len(prices) != 2 or not re.fullmatch(r"\s*(?:[-=]+>|→|to|before,?(?: and)?|,?\s*then|and)\s*", draft.text[prices[0].end : prices[1].start]):
        return False
    draft.take("rate_change_bp", prices[0], round((prices[0].number - prices[1].number) * 100, 9))
    draft.use(prices[1])
    _is_understood(draft)
    _read_days(draft)
    return True


def change_days(draft: Draft) -> None:
    """'it's a 31 day month', 'the meeting is on the 12th': what a follow-up says of the decision's day and month."""
    if not draft.free("bp"):
        _read_days(draft)


def _read_days(draft: Draft) -> None:
    """The day of the decision and the length of its month."""
    for day in draft.free("ordinal"):
        draft.take("decision_day", day)
        break
    else:
        numbered = draft.after(r"\bday", "number")
        if numbered is not None:
            draft.take("decision_day", numbered)
        elif dated := draft.free("day", "date"):
            draft.take("decision_day", dated[0], int(str(dated[0].value)[-2:]))
    for days in draft.free("days"):
        if re.match(r"\s*month", draft.right(days)) or re.search(r"\bmonth (?:of|has|with)\W*$", draft.left(days)):
            draft.take("month_days", days)
