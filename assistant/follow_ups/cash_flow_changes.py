"""What a follow-up changes in the payments of an internal rate of return."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from assistant.inputs.draft import Draft
from assistant.patterns import Pattern
from assistant.quantities import Quantity

if TYPE_CHECKING:
    from assistant.inputs.requests import CalculationRequest

_BACK = r"\b(?:back|get|got|receiv\w+|return\w*|collect\w*|out at the end|comes?)\b"
_PAID = r"\b(?:put in|pa(?:y|id)|invest\w*|spen[dt]|outlay|cost\w*)\b"
# A payment beside those that there are is no other day or amount of one of them.
_ADDS = Pattern(r"\b(?:another|add\w*|plus|also|extra|additional|further|more|too|as well|second|each|every)\b|(?<!\w)\+")
# 'plus another 6k at day 200'
_ONE_MORE = Pattern(
    r"\W*(?:(?:and|ok|then)\s+)?(?P<words>(?:plus|add|also)(?:\s+(?:another|an extra|a further))?|another)\s+(?!\d+ days\b)(?=[$+-]?\d|final |last |payment )"
)
_PLACES = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1, "final": -1}
_NUMBERED = Pattern(
    rf"\b(?:(?:make|change|set|put|let)\s+)?(?:the|that)\s+(?P<place>{'|'.join(_PLACES)})\s+"
    r"(?:one|payment|amount|(?:cash )?flow|inflow|receipt|instal\w+|payout)\b(?:\s+(?:is|was|be|to|at|becomes?|comes? (?:in|to|back) (?:at|as)?))*"
)


def change_flows(draft: Draft, previous: CalculationRequest) -> None:
    """'make it 90 days' moves the last of two payments, 'it only comes back as 25.9k' changes it, 'the 31k arrives on day 80' moves that one."""
    flows = previous.inputs.get("cash_flows_usd")
    if not isinstance(flows, list):
        return
    numbered = [quantity for quantity in draft.free("number") if draft.numbers_a_day(quantity)]
    days = draft.free("days") or numbered
    amounts = [quantity for quantity in draft.free("usd", "number") if quantity not in numbered]
    if len(draft.free()) == len(amounts) == 1 and (_change_numbered(draft, flows, amounts[0]) or _change_amount(draft, flows, amounts[0])):
        return
    on_day = [day for day in days if re.search(r"\bon day\s*$", draft.left(day)) or re.match(r"day\s", day.text.lower())]
    if len(flows) == 2 and len(days) == 2 and len(on_day) == 1 and not amounts and re.search(r"\b(?:later|earlier|sooner)\b", draft.text):
        shift = next(day for day in days if day is not on_day[0])
        if flows[1]["day"] + shift.number == on_day[0].number or flows[1]["day"] - shift.number == on_day[0].number:
            draft.take("cash_flows_usd", on_day[0], [flows[0], {**flows[1], "day": on_day[0].number}])
            draft.use(shift)
            draft.says(r"\d+ days? (?:later|earlier|sooner)(?: than that)?")
            return
    if len(flows) == 2 and len(draft.free()) == len(days) == 1:
        draft.take("cash_flows_usd", days[0], [flows[0], {**flows[1], "day": days[0].number}])
        draft.says(r"\b(?:rather than|instead of|not)\s+(?:day\s+)?\d+")
    elif len(days) == len(amounts) == 1 and len(draft.free()) == 2:
        more = _ONE_MORE.match(draft.text)
        if more is not None:
            _add_one(draft, flows, amounts[0], days[0], more.span("words"))
        elif _ADDS.search(draft.text) is None:
            _change_one(draft, flows, amounts[0], days[0])


def _add_one(draft: Draft, flows: Sequence[Mapping[str, Any]], amount: Quantity, day: Quantity, words: tuple[int, int]) -> None:
    """A payment more, in the direction of its sign or verb, else of the last one."""
    paid, back = re.search(_PAID, draft.text), re.search(_BACK, draft.text)
    if (paid and back) or re.search(r"\bto the\b", draft.text) or any(flow["day"] == day.number for flow in flows):
        return  # beside a payment of that day it may as well be its new amount
    last = -1.0 if flows[-1]["amount"] < 0 else 1.0
    sign = 1.0 if amount.signed else -1.0 if paid else 1.0 if back else last
    added = {"day": day.number, "amount": sign * amount.number}
    draft.take("cash_flows_usd", amount, sorted([*flows, added], key=lambda flow: flow["day"]))
    draft.use(day)
    draft.spans.append(words)


def _change_amount(draft: Draft, flows: Sequence[Mapping[str, Any]], amount: Quantity) -> bool:
    """Whether the amount of one of two payments was changed, which a verb names."""
    if len(flows) != 2 or amount.signed:
        return False
    back, paid = re.search(_BACK, draft.left(amount)), re.search(_PAID, draft.left(amount))
    back = back or re.match(
        r"\s*(?:only\s+)?back\b|\s*(?:only\s+)?(?:comes?|came|gets? paid|is paid|is returned|was returned)\s+(?:back|in)\b", draft.right(amount)
    )
    if (back is None) == (paid is None) or not flows[0]["amount"] < 0 < flows[1]["amount"]:
        return False
    place = 0 if paid else 1
    changed = [dict(flow) for flow in flows]
    changed[place]["amount"] = -amount.number if paid else amount.number
    draft.take("cash_flows_usd", amount, changed)
    return True


def _change_numbered(draft: Draft, flows: Sequence[Mapping[str, Any]], amount: Quantity) -> bool:
    """Whether one payment was given a new amount by its place: 'make the last one 24k'. Its direction stays."""
    named = _NUMBERED.search(draft.text)
    if named is None or _ADDS.search(draft.text[: named.start("place")] + draft.text[named.end("place") :]):
        return False
    place = _PLACES[named["place"]]
    new = _in_the_direction_of(flows[place], amount) if -len(flows) <= place < len(flows) else None
    if new is None:
        return False
    changed = [dict(flow) for flow in flows]
    changed[place]["amount"] = new
    draft.take("cash_flows_usd", amount, changed)
    draft.spans.append(named.span())
    return True


def _change_one(draft: Draft, flows: Sequence[Mapping[str, Any]], amount: Quantity, day: Quantity) -> None:
    """The payment of an amount on another day, or another amount on a day: whichever of the two only one payment has."""
    of_amount = [place for place, flow in enumerate(flows) if abs(flow["amount"]) == abs(amount.number)]
    on_day = [place for place, flow in enumerate(flows) if flow["day"] == day.number]
    if len(of_amount) + len(on_day) != 1:
        return
    place = (of_amount or on_day)[0]
    new = _in_the_direction_of(flows[place], amount)
    if new is None or (new > 0 and re.search(_PAID, draft.left(amount)) is not None):
        return
    changed = [dict(flow) for flow in flows]
    changed[place] = {"day": day.number, "amount": new}
    draft.take("cash_flows_usd", amount, changed)
    draft.use(day)


def _in_the_direction_of(flow: Mapping[str, Any], amount: Quantity) -> float | None:
    """A new amount that goes out or comes in as the one before did; None when its sign says otherwise."""
    if amount.signed and (amount.number < 0) != (flow["amount"] < 0):
        return None
    return abs(amount.number) if flow["amount"] > 0 else -abs(amount.number)
