"""Contract months of VIX futures and options."""

from __future__ import annotations

import re

from assistant.draft import Draft
from assistant.quantities.dates import MONTH_NAME, month_number
from assistant.readers.market import read_as_of

_NEXT = r"\b(?:next|upcoming|coming|following)\b"


def read_vix_expiry(draft: Draft) -> None:
    """A contract month, or a day and how many expiries from it on."""
    if "month" not in draft.inputs:
        _read_month(draft)
    if "month" in draft.inputs:
        read_as_of(draft, always=False)
        if "as_of" not in draft.inputs and len(draft.free("date")) == 1:
            draft.take("as_of", draft.free("date")[0])
        for quantity in draft.free("day"):
            draft.use(quantity)  # 'is june 17 the expiration in june 2026?' is answered by the date itself
        return
    read_as_of(draft, always=False)
    if "as_of" not in draft.inputs and len(draft.free("date")) == 1:
        draft.take("as_of", draft.free("date")[0])
    _read_count(draft)


def _read_month(draft: Draft) -> None:
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
    named = re.search(rf"\b({MONTH_NAME})\b(?!\s*\d)", draft.text)
    as_of = next(iter(draft.free("date")), None)
    if (named and named.group(1) not in ("may", "mar")) or (named and re.search(r"\bmay\b\s+(?:vix|vx|contract|expir|settle)", draft.text)):
        number = month_number(named.group(1))
        if as_of is not None:
            year, month = int(str(as_of.value)[:4]), int(str(as_of.value)[5:7])
            draft.inputs["month"] = f"{year + (number < month)}-{number:02d}"
        else:
            draft.ask("month", "month", f"Of which year is the month {named.group(1)}? Write it as YYYY-{number:02d}.")


def _read_count(draft: Draft) -> None:
    for quantity in draft.free("number", "count", "multiple"):
        if re.search(rf"{_NEXT}\s*$|\bfirst\s*$", draft.left(quantity)) or re.match(
            r"\s*(?:\w+\s+){0,3}(?:expir|settle|dates)", draft.right(quantity)
        ):
            draft.take("count", quantity)
            break
    else:
        if draft.says(rf"{_NEXT}\s+(?:\w+\s+){{0,3}}(?:expir\w+|settle\w+|vix|vx)"):
            draft.inputs["count"] = 1
    if "count" in draft.inputs and "as_of" not in draft.inputs and draft.as_of is not None:
        draft.inputs["as_of"] = draft.as_of
