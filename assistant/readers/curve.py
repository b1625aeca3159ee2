"""The curve of VIX futures: prices by month, by settlement date or by their place."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.inputs.draft import Draft
from assistant.quantities import Quantity
from assistant.quantities.dates import CODE, CODES, MONTH_NAME, month_number
from assistant.readers.market import EXPIRY_WORDS, PLAUSIBLE_FUTURE, monthly_expiries, settlement_of, settlement_of_month

Row = tuple[Quantity, dict[str, object]]
_FRONT = r"\b(?:m1|vx1|ux1|(?:front|nearest|near|first|1st)(?:[- ]month)?(?: (?:vx|vix|futures?|contract))*|spot month)"
_SECOND = r"\b(?:m2|vx2|ux2|(?:second|2nd|back|next)(?:[- ]month)?(?: (?:vx|vix|futures?|contract|one))*)"
_FUTURE = r"(?:vx|vix|futures?|contract)"
# What may stand between the name of a future and its price.
_IS = (
    r"\s*\)?\s*(?:(?:vx|futures?|contract|is|are|at|@|=|:|->|→|trad(?:es|ing|ed)|priced?|quoted|marked|last|settled|closed|stands?|sits?|"
    r"currently|now|it)\s*)*"
)
_NAMES_A_DATE = (
    rf"(?:\b(?:vx\d?|vix|futures?|fut|contract|curve|strip)|{_FRONT}|{_SECOND})\W*(?:{MONTH_NAME}\W*)?(?:{_FUTURE}\W*)?"
    r"(?:(?:which|that)\W*)?(?:exp\w*|settl\w*|matur\w*|due)?\W*(?:on|of|in)?\W*$"
)
_GOES_ON = rf"(?:[\s,;/&+()|–-]|\b(?:and|then|the|vx\d?|vix|futures?|contract|m2|second|2nd|back|next|month|one|on|of|which|that|exp\w*|settl\w*)\b|{MONTH_NAME})*"
_OF_AN_OPTION = r"\s*-?\s*(?:strike|calls?|puts?|bid|credit|vol|lots?|contracts?|condors?)\b"


def read_curve(draft: Draft, name: str) -> None:
    """VX futures: 'M1 19.2 M2 20.1', 'VX 17 jun 18.4, 22 jul 19.6', 'June VX 18.9 exp 2026-06-17', 'curve 19.2/20.1'."""
    rows = _rows_by_month(draft) or _rows_by_date(draft) or _rows_before_dates(draft) or _rows_by_place(draft)
    if rows:
        draft.inputs[name] = [row for _, row in rows]
        for quantity, _ in rows:
            draft.origin[f"{name}.{quantity.start}"] = quantity


def _may_be_a_price(draft: Draft, quantity: Quantity) -> bool:
    low, high = PLAUSIBLE_FUTURE
    return not quantity.signed and low <= quantity.number <= high and re.match(_OF_AN_OPTION, draft.right(quantity)) is None


def _rows_by_place(draft: Draft) -> list[Row]:
    """'M1 19.2 M2 20.1', 'front month 19.2, second 20.1', 'curve 19.2/20.1'."""
    found: list[Row] = []
    pair = draft.after(rf"\b(?:curve|futures|vx|m1/m2|strip)(?:\s*\({MONTH_NAME}\s*[/,&]\s*{MONTH_NAME}\))?", "pair")
    values: list[tuple[Quantity, int, float]] = []
    if pair is not None:
        values = [(pair, number, value) for number, value in enumerate(pair.numbers, 1)]
    else:
        for number, words in ((1, _FRONT), (2, _SECOND)):
            quantity = draft.after(words, "number", "points")
            if quantity is not None:
                draft.use(quantity)
                values.append((quantity, number, quantity.number))
    both = _two_prices(draft)
    if not values and both is not None:
        values = [(price, number, price.number) for number, price in enumerate(both, 1)]
    dates = _months_named(draft, values) or monthly_expiries(str(draft.inputs.get("as_of", "")), 2)
    for quantity, number, value in values:
        draft.use(quantity)
        row: dict[str, object] = {"price_index_points": value}
        day = _own_expiry(draft, quantity)
        if day is not None or len(dates) >= number:
            row["expiry"] = day if day is not None else dates[number - 1]
        found.append((quantity, row))
    return found


def _rows_by_month(draft: Draft) -> list[Row]:
    """Futures by their month: 'Jun VX 20.1', 'VX Jun 20.1, Jul 20.9', 'June future at 18.9, expiring 2026-06-17'."""
    found: list[Row] = []
    as_of = str(draft.inputs.get("as_of", ""))
    for quantity in draft.free("number", "points"):
        named = _month_before(draft.left(quantity), goes_on=bool(found) or draft.follow_up)
        if named is None or not _may_be_a_price(draft, quantity):
            continue
        number, year = named
        coming = settlement_of_month(number, as_of)
        if year and (coming is None or coming[3] != year):
            continue
        draft.use(quantity)
        day = _own_expiry(draft, quantity) or coming
        found.append((quantity, {"price_index_points": quantity.number} | ({} if day is None else {"expiry": day})))
    return found


def _two_prices(draft: Draft) -> tuple[Quantity, Quantity] | None:
    """'futures at 18.4 and 19.6', 'front two VX 18.4, 19.6': two prices behind one word."""
    first = draft.after(rf"\b(?:curve|futures|strip|(?:front|first) two(?: (?:months?|vx))?)\s*(?:\([^()\d]*\))?{_IS}", "number", "points")
    second = None if first is None else next((q for q in draft.quantities if q.start > first.start), None)
    if first is None or second is None or second.start in draft.used or second.unit not in ("number", "points"):
        return None
    joined = re.fullmatch(r"\s*(?:and|,|&)\s*", draft.text[first.end : second.start])
    return (first, second) if joined and _may_be_a_price(draft, first) and _may_be_a_price(draft, second) else None


def _months_named(draft: Draft, values: Sequence[tuple[Quantity, int, float]]) -> list[str]:
    """The settlements of 'June and July futures', where two months are named right before their prices; else none."""
    match = re.search(rf"\b({MONTH_NAME})\s*(?:and|/|&|,)\s*({MONTH_NAME})[^\d;.]*$", draft.left(values[0][0])) if values else None
    as_of = str(draft.inputs.get("as_of", ""))
    days = [settlement_of_month(month_number(name), as_of) for name in match.groups()] if match else []
    return [day for day in days if day is not None]


def _month_before(left: str, *, goes_on: bool) -> tuple[int, str] | None:
    """The month that names a future right before its price, with the last digit of the year that its code may hold: 'VXM6'."""
    code = re.search(rf"\b{CODE}{_IS}$", left)
    if code is not None:
        return CODES.index(code["letter"]) + 1, code["year"][-1]
    match = re.search(rf"\b({MONTH_NAME})\s+(?:20\d\d\s+)?{_FUTURE}(?:\s+{_FUTURE})*{_IS}$", left) or re.search(
        rf"(?:\b(?:vx|vix futures?|futures?|curve|strip)|{_FRONT}|{_SECOND})\s*[:,(]?\s*({MONTH_NAME}){_IS}$", left
    )
    if match is None and goes_on:
        match = re.fullmatch(rf"(?:[\s,;/&+]|\band\b)*({MONTH_NAME}){_IS}", left)
    if match is not None and re.search(rf"{MONTH_NAME}\s*(?:and|or|/|&|,)\s*$", left[: match.start(1)]):
        return None  # 'June and July futures at 18.4'
    return None if match is None else (month_number(match.group(1)), "")


def _rows_by_date(draft: Draft) -> list[Row]:
    """Futures by their expiry: 'vx exp 2026-05-19 at 19.2, vx exp 2026-06-17 at 20.1', 'M1 (jun 17) 18.4', 'futures: 2026-05-19: 19.2'."""
    found: list[Row] = []
    for day in draft.free("date", "day", "month"):
        expiry = settlement_of(draft, day)
        price = next((q for q in draft.free("number", "points") if q.start >= day.end), None)
        if expiry is None or price is None or not _may_be_a_price(draft, price):
            continue
        named = re.search(_NAMES_A_DATE, draft.left(day)) or (found and re.fullmatch(_GOES_ON, draft.text[found[-1][0].end : day.start]))
        if not named or not re.fullmatch(rf"{_IS}(?:(?:,|and|/)\s*)?{_IS}", draft.text[day.end : price.start]):
            continue
        draft.use(day, price)
        found.append((price, {"price_index_points": price.number, "expiry": expiry}))
    return found


def _rows_before_dates(draft: Draft) -> list[Row]:
    """'futures 18.4 (2026-06-17) and 19.6 (2026-07-22)': prices with their expiry behind each."""
    found: list[Row] = []
    place = 0
    for price in draft.free("number", "points"):
        named = re.search(rf"\b(?:vx|futures?|curve|strip)\s*:?{_IS}$", draft.left(price))
        goes_on = bool(found) and re.fullmatch(_GOES_ON, draft.text[place : price.start])
        if not (named or goes_on) or not _may_be_a_price(draft, price):
            continue
        behind = next((q for q in draft.quantities if q.start > price.start and q.unit != "name"), None)
        month = re.match(rf"\s*\(\s*({MONTH_NAME})\s*(?:{_FUTURE}\s*)?\)", draft.text[price.end :])
        coming = None if month is None else settlement_of_month(month_number(month.group(1)), str(draft.inputs.get("as_of", "")))
        day = _own_expiry(draft, price) if month is None else coming
        if day is None or (month is None and behind is None):
            continue
        draft.use(price)
        place = price.end + month.end() if month is not None else behind.end if behind is not None else place
        found.append((price, {"price_index_points": price.number, "expiry": day}))
    return found


def _own_expiry(draft: Draft, price: Quantity) -> str | None:
    """The date that follows a price as its expiry; it is taken."""
    later = next((q for q in draft.quantities if q.start > price.start and q.unit != "name"), None)
    if later is None or later.unit not in ("date", "day") or later.start in draft.used:
        return None
    day = settlement_of(draft, later)
    if day is None or not re.search(EXPIRY_WORDS + r"|\(\s*$", draft.text[price.end : later.start]):
        return None
    draft.use(later)
    return day
