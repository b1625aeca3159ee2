"""What a follow-up changes that words of one calculator tell: months, counts, strikes, periods, levels, shocks, shares, payments."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from assistant.follow_ups.cash_flow_changes import change_flows
from assistant.follow_ups.held import change_hedges
from assistant.follow_ups.plan_changes import change_book
from assistant.follow_ups.series_changes import change_closes, change_counts
from assistant.follow_ups.shock_changes import change_shocks
from assistant.inputs.draft import Draft
from assistant.inputs.requests import CalculationRequest
from assistant.quantities.dates import MONTH_NAME, month_number
from assistant.readers.macro import change_days
from assistant.readers.strikes import LOWEST_STRIKE
from assistant.readers.vega import change_share

MOST_EXPIRIES = 24


def _change_month(draft: Draft, previous: CalculationRequest) -> None:
    """'the month after that', 'same for the year after', 'and july?'"""
    month = previous.inputs.get("month")
    free = draft.free()
    if (
        "count" in previous.inputs
        and len(free) == 1
        and free[0].unit == "number"
        and free[0].number.is_integer()
        and 0 < free[0].number <= MOST_EXPIRIES
    ):
        draft.take("count", free[0], int(free[0].number))
    if not isinstance(month, str):
        return
    year, number = int(month[:4]), int(month[5:7])
    named = re.search(rf"\b({MONTH_NAME})\b(?!\s*\d)", draft.text)
    back = re.search(r"\b(?:before|previous|earlier|prior)\b", draft.text) is not None
    step = -1 if back else 1
    if re.search(r"\byear\b", draft.text) and re.search(r"\b(?:after|next|later|following|before|previous|earlier|prior)\b", draft.text):
        draft.inputs["month"] = f"{year + step}-{number:02d}"
    elif re.search(r"\bmonth\b|\bone (?:after|before)\b|\b(?:next|previous) one\b", draft.text) and re.search(
        r"\b(?:after|next|later|following|before|previous|earlier|prior)\b", draft.text
    ):
        place = year * 12 + number - 1 + step
        draft.inputs["month"] = f"{place // 12}-{place % 12 + 1:02d}"
    elif named and (named.group(1) != "may" or re.fullmatch(r"\W*(?:and|what about|how about)?\s*(?:for\s+)?may\W*", draft.text)):
        coming = f"{year}-{month_number(named.group(1)):02d}"
        passed = draft.as_of is not None and coming < draft.as_of[:7] <= month
        draft.inputs["month"] = f"{year + 1}{coming[4:]}" if passed else coming
    else:
        for quantity in draft.free("number"):
            if 2000 <= quantity.number <= 2050 and quantity.number.is_integer():
                draft.take("month", quantity, f"{int(quantity.number)}-{number:02d}")


def _change_count(draft: Draft, previous: CalculationRequest) -> None:
    """'what if i only do 3?' changes how many condors there are."""
    free = draft.free()
    if len(free) != 1 or free[0].unit != "number" or not free[0].number.is_integer() or free[0].number <= 0:
        return
    if re.search(r"\blast (?:month|week|year|time)\b|\b(?:before that|earlier)\b", draft.text):
        return
    if re.search(r"\b(?:do|did|sell|sold|trade|traded|put on|had|have)\s+(?:only\s+|just\s+)?$", draft.left(free[0])):
        draft.take("contracts", free[0])


def _change_condor(draft: Draft, previous: CalculationRequest) -> None:
    """How many condors there are, or the strikes of one side: 'move the calls to 6350/6450'."""
    _change_count(draft, previous)
    for pair in draft.free("pair"):
        side = re.search(r"\b(put|call)s?\b(?:\s+(?:side|spread|wing|strikes?))?(?:\s+(?:to|at|is|are|now))*\s*$", draft.left(pair)) or re.match(
            r"\s*(put|call)s?\b", draft.right(pair)
        )
        side = side or _only_side(draft)
        if side is None or min(pair.numbers) < LOWEST_STRIKE:
            continue
        low, high = sorted(pair.numbers)
        names = ("long_put", "short_put") if side.group(1) == "put" else ("short_call", "long_call")
        _use_shift(draft, low - float(previous.inputs.get(names[0], low)))
        draft.take(names[0], pair, low)
        draft.take(names[1], pair, high)


def _only_side(draft: Draft) -> re.Match[str] | None:
    """The one side that a follow-up with one pair of strikes names anywhere: 'roll the call side up 50: 6300/6400'."""
    found = list(re.finditer(r"\b(put|call)s?\b", draft.text))
    return found[0] if len({match.group(1) for match in found}) == 1 and len(draft.free("pair")) == 1 else None


def _use_shift(draft: Draft, shift: float) -> None:
    """A number of points that says what the new strikes say: 'up 50'."""
    for quantity in draft.free("number", "points"):
        moved = re.search(r"\b(?P<way>up|higher|down|lower|out)\s+(?:by\s+)?$", draft.left(quantity))
        if moved is not None and quantity.number == abs(shift) and (moved["way"] in ("up", "higher")) <= (shift > 0):
            draft.use(quantity)
            draft.spans.append((quantity.start - len(moved.group()), quantity.end))


def _change_levels(draft: Draft, previous: CalculationRequest) -> None:
    """'and the 2 sigma one?' asks for other levels."""
    found = draft.free("sigma")
    if len(found) == 1 and found[0].number > 0:
        draft.take("z", found[0])


def _change_scenario(draft: Draft, previous: CalculationRequest) -> None:
    """The shock, or the hedges held."""
    change_shocks(draft, previous)
    change_hedges(draft, previous)


def _change_periods(draft: Draft, previous: CalculationRequest) -> None:
    """'same closes with 3/5/2' changes the periods of a MACD and not its closes."""
    change_closes(draft, previous)
    rows = draft.free("series")
    if len(rows) == 1 and len(rows[0].numbers) == 3 and all(number.is_integer() for number in rows[0].numbers) and "closes" in previous.inputs:
        for name, value in zip(("fast", "slow", "signal"), rows[0].numbers, strict=True):
            draft.take(name, rows[0], int(value))


def _change_macro(draft: Draft, previous: CalculationRequest) -> None:
    """The day of the decision, or the length of its month; of a new figure beside a cut it is asked whether it is one too."""
    was_cut = any(float(previous.inputs.get(name) or 0.0) < 0.0 for name in ("actual_bp", "expected_bp"))
    told_now = re.search(r"\b(?:cut|hike)", draft.text) is not None
    for quantity in draft.free("bp", "number") if was_cut and not told_now else ():
        named = re.search(r"\bexpect\w*|\bpriced\b|\bactual\w*|\bconsensus\b", draft.left(quantity) + draft.right(quantity)) is not None
        if named and not quantity.signed:
            draft.use(quantity)
            draft.ask("expected_bp", "bp", f"Is {quantity.text.strip()} a cut or a hike? Write a cut with a minus.")
    change_days(draft)


SPECIAL: Mapping[str, Callable[[Draft, CalculationRequest], None]] = {
    "layer-split": change_share,
    "macd": _change_periods,
    "rsi": change_closes,
    "advance-decline": change_counts,
    "iron-condor": _change_condor,
    "vix-expiry": _change_month,
    "irr": change_flows,
    "break-even": change_hedges,
    "scenarios": _change_scenario,
    "capm-levels": _change_levels,
    "plan-hedge": change_book,
    "macro-signal": _change_macro,
}
