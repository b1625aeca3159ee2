"""Numbers that say nothing new: counts that the method or the instrument always has, and the one unit that a figure is given for."""

from __future__ import annotations

import re

from assistant.inputs.draft import CLAUSE, Draft
from assistant.patterns import Pattern
from assistant.quantities import Quantity

# How many of each there always are.
_ALWAYS = (
    (3.0, r"(?:layers?|instruments?|engines?)\b"),
    (3.0, r"(?:tranches|increments|clips|steps)\b(?!\s+(?:only|filled|done|bought|on\b|already|held|left))"),
    (3.0, r"(?:shocks|scenarios|cases)\b"),
    (4.0, r"(?:legs|strikes|legged)\b"),
    (
        2.0,
        r"(?:wings|sides|break-?\s?evens?|shocks|scenarios|cases|things|questions|parts|bits|numbers|answers|figures|results|amounts|ends|bounds|limits|levels|values|vix months|"
        r"contract months|nearest|front months?)\b",
    ),
)
# A number said twice with its unit is one.
_RESTATED = frozenset({"sigma", "days", "trading_days", "count", "date", "usd", "multiple"})
_OF_ALL = r"\b(?:all|the|these|those|both|into|across|of|in|for|between|over|my|each|other)\s+(?:of\s+)?(?:the\s+|my\s+)?$"
_UNIT_OF = r"\s*(?:vx|vxm|mini|vix|futures?|calls?|puts?|options?|shares?|etfs?|contracts?|lots?|condor|points?|pts?|handles?)\b"
_HOLDER = r"\b(?:ytd|mtd|desk is|account|acct|portfolio|nav|net worth|savings|salary|income|aum|book size)\b"
_LEAST_WORTH = 1000.0
# What the numbers of a list are called: 'twelve daily closes', 'the last seven days', 'two hedge layers'.
_LISTED = Pattern(
    r"(?:\s+|-)(?:(?!and|with|at|for|on|in|by|after|from)[a-z/&]+\s+){0,3}?(?:closes|closings?(?: prices)?|prices|values|readings|"
    r"prints|bars|points|observations|days|sessions|entries|numbers|settlements|levels|flows|cash ?flows|payments|layers|components|rows)\b"
)
# '30-day constant maturity', and where nothing else is counted in days 'the thirty-day VIX future'.
_NAMES_A_SERIES = Pattern(r"\s*(?:rolling\s+)?(?:(?:constant|const)[- ]maturity\b|(?:vix|vx|front|cm)\b)")
_LONGEST = 400
_FRONT_MONTHS = 2.0
_SPAN = r"\b(?:last|past|these|those|previous|prior|preceding|latest|recent|during|over|for|of|in|on|the|are|with|here)\s+(?:the\s+)?(?:last\s+|past\s+)?$"
_A_MOVE = r"\bvix\b(?:\s+\w+){0,3}\s*$|\bper\s*$|\bby\s*$"


def _stands_apart(draft: Draft, quantity: Quantity) -> bool:
    """Whether a number of lots is a remark of its own beside an amount that is said to be the whole: '22 lots on. Total planned hedge vega 7,150'."""
    given = draft.origin.get("planned_hedge_vega_usd")
    if given is None or re.search(
        r"\b(?:per|each|every|a) (?:one|condor|lot|contract|ic|unit)\b|\bapiece\b|\beach\b(?! (?:layer|tranche|leg|slice|step|clip|piece))",
        draft.text,
    ):
        return False
    low, high = sorted([(given.start, given.end), (quantity.start, quantity.end)])
    whole = re.search(r"\b(?:total|whole|planned|overall|altogether|all in|in all|entire)\b", draft.left_clause(given) + draft.right_clause(given))
    return (whole is not None or _is_bracketed(draft, quantity, given)) and CLAUSE.search(draft.text[low[1] : high[0]]) is not None


def _is_bracketed(draft: Draft, quantity: Quantity, given: Quantity) -> bool:
    """Whether a quantity stands in brackets in which the given one does not stand."""
    opening = draft.text.rfind("(", 0, quantity.start)
    closing = draft.text.find(")", quantity.end)
    return opening > draft.text.rfind(")", 0, quantity.start) and closing >= 0 and not opening < given.start < closing


def counts_things(draft: Draft, quantity: Quantity) -> bool:
    """Whether a small whole number stands before what a list is made of: 'three payments'."""
    return (
        quantity.unit == "number" and 1 < quantity.number <= _LONGEST and quantity.number.is_integer() and bool(_LISTED.match(draft.right(quantity)))
    )


def _is_as_long_as_a_list(draft: Draft, quantity: Quantity) -> bool:
    return any(isinstance(given, list) and len(given) == quantity.value for given in draft.inputs.values())


def _counts_a_list(draft: Draft, quantity: Quantity) -> bool:
    """Whether a number only tells how long a list is that was read: 'seven days' before seven closes."""
    if not _is_as_long_as_a_list(draft, quantity):
        return False
    if quantity.unit in ("days", "trading_days"):
        timeless = not any(slot.unit in ("days", "trading_days", "date", "month") for slot in draft.slots)
        return timeless or quantity.unit == "trading_days" or re.search(_SPAN, draft.left(quantity)) is not None
    return counts_things(draft, quantity)


def _is_of_the_holder(draft: Draft, quantity: Quantity) -> bool:
    """Whether an amount is what the asker has, in a calculation that takes no further amount of money: '(my account is 250k btw)'."""
    if (
        quantity.unit not in ("usd", "number")
        or abs(quantity.number) < _LEAST_WORTH
        or any(slot.unit == "usd" and (draft.follow_up or slot.name not in draft.inputs) for slot in draft.slots)
    ):
        return False
    return re.search(_HOLDER, f"{draft.left_clause(quantity)} {draft.right_clause(quantity)}") is not None


def _is_a_credit(draft: Draft, quantity: Quantity) -> bool:
    """Whether an amount is what the condors brought in, beside a hedge vega that is given: 'took 31k credit on the 15 lots'."""
    if "planned_hedge_vega_usd" not in draft.origin or quantity.unit not in ("usd", "number") or draft.slot("credit_index_points") is not None:
        return False
    return (
        re.search(r"\b(?:took(?: in)?|collected|received|credit(?: of| is)?|premium(?: of| is)?)\W*$", draft.left_clause(quantity)) is not None
        and re.match(r"\s*(?:credit|premium|in (?:credit|premium))\b", draft.right(quantity)) is not None
    )


def _is_plain(quantity: Quantity) -> bool:
    """Whether a quantity is one number that is not negative, and no range or list."""
    return isinstance(quantity.value, float) and quantity.number >= 0 and quantity.low is None


def says_nothing_new(draft: Draft, quantity: Quantity) -> bool:
    """Whether a number that has no place can change no result."""
    said_before = (other for other in draft.origin.values() if other.start != quantity.start)
    if quantity.unit in _RESTATED and any(other.unit == quantity.unit and other.value == quantity.value for other in said_before):
        return True
    if quantity.unit == "sigma" and draft.inputs.get("z") == quantity.value:
        return True
    if quantity.note == "spelled" and quantity.value == draft.inputs.get("contracts") and re.search(r"\b(?:all|the)\s+$", draft.left(quantity)):
        return True
    timeless = not any(slot.unit in ("days", "trading_days", "date", "month") for slot in draft.slots)
    if quantity.unit == "days" and timeless and "planned_hedge_vega_usd" in draft.inputs:
        return re.search(r"\b(?:per|each|every|over|for|across|in)\s*(?:the\s+next\s+)?$", draft.left(quantity)) is None
    if quantity.unit == "days" and _NAMES_A_SERIES.match(draft.right(quantity)) and (timeless or "constant" in draft.text):
        return True
    if _counts_a_list(draft, quantity):
        return True
    if (
        _is_a_credit(draft, quantity)
        or _is_of_the_holder(draft, quantity)
        or (quantity.unit == "number" and str(draft.inputs.get("month", ""))[:4] == quantity.text.strip())
    ):
        return True
    return _repeats_or_names(draft, quantity) or _is_a_position_apart(draft, quantity) or _is_the_one(draft, quantity)


def _repeats_or_names(draft: Draft, quantity: Quantity) -> bool:
    """Whether a plain number counts what there always is so many of, or says again what was said: 'the three layers', 'the 20 put'."""
    value, left, right = quantity.value, draft.left(quantity), draft.right(quantity)
    if not _is_plain(quantity):
        return False
    if quantity.unit == "number" and any(value == count and re.match(rf"\s+(?:\w+\s+){{0,2}}?{noun}", right) for count, noun in _ALWAYS):
        return (
            re.search(_OF_ALL, left) is not None
            or quantity.note == "spelled"
            or re.match(r"\s+(?:call\s+)?(?:steps|tranches|increments|clips),? each\b", right) is not None
        )
    if quantity.note == "spelled" and re.search(r"\b(?:between|of|for) the\s+$", left) and re.match(r"\s*(?:[?.,;]|$|as\b|is\b|in\b|then\b)", right):
        return True  # 'the divergence between the two'
    if re.match(r"\s+(?:things|questions|parts|bits)\b", right) and not left.strip():
        return True
    if value == draft.inputs.get("strike") and re.match(r"\s*-?(?:strike\s+)?(?:calls?|puts?)\b", right):
        return True  # 'vix 20s: the 20 call 1.70/1.80, the 20 put 1.35/1.45'
    if draft.numbers_a_day(quantity) and _is_as_long_as_a_list(draft, quantity):
        return True
    if re.search(r"\b(?:yes|i\.?e\.?|that is|namely|right)\W*$", left) and any(other.value == value for other in draft.origin.values()):
        return True
    return value == _FRONT_MONTHS and re.search(r"\bfront\s+$", left) is not None


def _is_a_position_apart(draft: Draft, quantity: Quantity) -> bool:
    """Whether a number of lots is that of a position which the calculation does not take: '(10 lots on, vix 16.8)' beside a cost of capital."""
    if quantity.unit != "count" or not _is_plain(quantity):
        return False
    if draft.slot("contracts") is None and _stands_apart(draft, quantity):
        return True
    of_no_condors = draft.slot("planned_hedge_vega_usd") is None and not any(slot.unit == "count" for slot in draft.slots)
    return of_no_condors and re.match(r"\s+(?:on|open|short)\b", draft.right(quantity)) is not None


def _is_the_one(draft: Draft, quantity: Quantity) -> bool:
    """Whether a 1 is the one unit that a figure is given for: 'per 1 VX future', 'a move of 1 point'."""
    left, right = draft.left(quantity), draft.right(quantity)
    if not _is_plain(quantity) or quantity.value != 1.0 or not {"instrument", "strike"} & {slot.name for slot in draft.slots}:
        return False
    if quantity.unit == "count" or (quantity.unit in ("number", "points") and re.match(_UNIT_OF, right)):
        return draft.slot("contracts") is None
    return quantity.unit in ("number", "points") and draft.slot("instrument") is not None and re.search(_A_MOVE, left) is not None
