"""Contract months of VIX futures and options."""

from __future__ import annotations

import re

from assistant.inputs.draft import Draft
from assistant.quantities import Quantity
from assistant.quantities.dates import MONTH_NAME, month_number, month_of_code
from assistant.readers.market import read_as_of, settlement_of_month

_NEXT = r"\b(?:next|upcoming|coming|following)\b"
_DAYS = r"\bhow (?:many (?:more |calendar )?days|long)\b|\bdays? (?:left|to|til+|until|remain\w*|away)\b|\bdte\b|\b(?:number|count) of days\b"
# 'days until the VIX expiry' is the next one; 'days to expiry should the calls have' asks for a rule.
_UNTIL_THE_NEXT = (
    r"\b(?:until|til+|to)\s+(?:(?:the|next|monthly)\s+)*(?:vix|vx)\s+(?:(?:futures?|options?|contracts?)\s+)?(?:expir\w+|settle\w*|exp)\b"
    r"(?=\W*(?:$|from\b|as of\b|counting\b|starting\b|today\b))"
)


def read_vix_expiry(draft: Draft) -> None:
    """A contract month, or a day and how many expiries from it on; with the day where days are asked for."""
    read_as_of(draft, always=False)
    if "month" not in draft.inputs:
        _read_month(draft)
    if "as_of" not in draft.inputs and len(draft.free("date")) == 1:
        draft.take("as_of", draft.free("date")[0])
    if "as_of" not in draft.inputs and re.search(_DAYS, draft.text):
        _count_from_the_day_of_the_question(draft)
    if "month" in draft.inputs:
        for quantity in [day for day in draft.free("day") if re.search(r"\b(?:from|since|starting|as of)\s+$", draft.left(day)) is None]:
            draft.use(quantity)  # 'is june 17 the expiration in june 2026?' is answered by the date itself
    elif all(asked.name != "month" for asked in draft.asked):
        _read_count(draft)
        _ask_whether_that_day_counts(draft)


def _ask_whether_that_day_counts(draft: Draft) -> None:
    """'the next 3 expiries after 19 May', which is one itself: it may be the first of them or not."""
    said = draft.origin.get("as_of")
    if said is None or "count" not in draft.inputs or re.search(r"\bafter\s+(?:the\s+)?$", draft.left(said)) is None:
        return
    day = str(draft.inputs["as_of"])
    if settlement_of_month(int(day[5:7]), f"{day[:8]}01") == day:
        draft.ask("as_of", "date", f"VIX contracts settle on {day} itself. From which day on are the expiries counted? Write it as YYYY-MM-DD.")


def _count_from_the_day_of_the_question(draft: Draft) -> None:
    if draft.as_of is None:
        draft.ask("as_of", "date", "From which day are the days counted? Write it as YYYY-MM-DD.")
    else:
        draft.inputs["as_of"] = draft.as_of


def _read_month(draft: Draft) -> None:
    coded = {month_of_code(str(quantity.value)) for quantity in draft.quantities if quantity.unit == "name"} - {None}
    if len(coded) == 1:
        draft.inputs["month"] = coded.pop()
        return
    months = draft.free("month")
    if len(months) == 1:
        draft.take("month", months[0])
        return
    if months:
        return
    for quantity in draft.free("day"):
        if quantity.note and re.match(r"\s*(?:vix|vx|contract|options?|futures?|expir)", draft.right(quantity)):
            draft.take("month", quantity, quantity.note)
            return
    dated = [(q.start, q.end) for q in draft.quantities if q.unit in ("date", "day")]
    found = (
        match for match in re.finditer(rf"\b({MONTH_NAME})\b(?!\s*\d)", draft.text) if not any(start <= match.start() < end for start, end in dated)
    )
    named = next(found, None)
    if named is None or (named.group(1) in ("may", "mar") and not re.search(r"\bmay\b\s+(?:vix|vx|contract|expir|settle)", draft.text)):
        return
    number = month_number(named.group(1))
    said = draft.inputs.get("as_of") or next((quantity.value for quantity in draft.free("date")), None)
    if re.search(_DAYS, draft.text):
        coming = settlement_of_month(number, str(said or draft.as_of or ""))  # days are counted until one that is still to come
        if coming is not None:
            draft.inputs["month"] = coming[:7]
            return
    if said is None:
        draft.ask("month", "month", f"Of which year is the month {named.group(1)}? Write it as YYYY-{number:02d}.")
    else:
        year, month = int(str(said)[:4]), int(str(said)[5:7])
        draft.inputs["month"] = f"{year + (number < month)}-{number:02d}"


def _read_count(draft: Draft) -> None:
    """How many expiries are asked for; there is one a month. The day of the question is where they are counted from when no other is said."""
    counted = _months_ahead(draft) or _counted_expiries(draft)
    if counted is not None:
        draft.take("count", counted, counted.number)
    elif _asks_for_the_next(draft):
        draft.inputs["count"] = 1
    if "count" in draft.inputs and "as_of" not in draft.inputs and draft.as_of is not None:
        draft.inputs["as_of"] = draft.as_of


def _months_ahead(draft: Draft) -> Quantity | None:
    """'for the next five months'"""
    for quantity in draft.free("unclear"):
        months = re.fullmatch(r"[\w.]+[\s-]?months", quantity.text.strip()) and re.search(rf"{_NEXT}\s*$", draft.left(quantity))
        if months and isinstance(quantity.value, float) and quantity.value.is_integer():
            draft.spans.append((quantity.start, quantity.end))
            return quantity
    return None


def _counted_expiries(draft: Draft) -> Quantity | None:
    """'next 3 expiries'"""
    for quantity in draft.free("number", "count", "multiple"):
        if re.search(rf"{_NEXT}\s*$|\bfirst\s*$", draft.left(quantity)) or re.match(
            r"\s*(?:(?!to\b|until\b|till\b|before\b|left\b)\w+\s+){0,3}(?:expir|settle|dates)", draft.right(quantity)
        ):
            return quantity
    return None


def _asks_for_the_next(draft: Draft) -> bool:
    """'the next VIX expiry', 'days until the VIX settles'"""
    until = "as_of" in draft.inputs and re.search(_DAYS, draft.text) and re.search(_UNTIL_THE_NEXT, draft.text)
    return draft.says(rf"{_NEXT}\s+(?:\w+\s+){{0,3}}(?:expir\w+|settle\w+|vix|vx)") or bool(until)
