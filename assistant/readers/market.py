"""Days, levels and the futures curve."""

from __future__ import annotations

import re
from datetime import date

from assistant.draft import Draft
from assistant.patterns import Pattern
from assistant.quantities import Quantity
from assistant.quantities.dates import MONTH_NAME, month_number

_AS_OF = r"\b(?:as of|as at|asof|it['’]s|it is|today is|today|date|dated|on|from|starting|now|valuation date|trade date)\W*(?:the\s+)?$"
_EXPIRY = r"\b(?:expir\w*|exp|settl\w+|matur\w+)\W*(?:on|of|is|in|from|date)?\W*(?:the\s+)?$"
_EVENT = (
    r"\b(?:fomc|fed|cpi|ppi|earnings|meeting|holiday|vacation|bought|sold|opened|to be closed|rolled|entered|initiated|started|starts|begins|ends|since|"
    r"ex-?date|ex-?div\w*|tranche|went on|birthday|election)\b"
)
_FRONT = r"\b(?:m1|vx1|ux1|front(?:[- ]month)?(?: (?:vx|future|contract))?|first(?: month)?|1st(?: month)?|spot month|near(?:est)?(?: month)?)"
_SECOND = r"\b(?:m2|vx2|ux2|second(?:[- ]month)?(?: (?:vx|future|contract))?|2nd(?: month)?|back(?: month)?|next(?: month)?)"
PLAUSIBLE_FUTURE = (5.0, 150.0)


def read_as_of(draft: Draft, *, always: bool) -> None:
    """The day of the question: from its words; else the only date that is no expiry when `always`; else the reply's day."""
    if draft.slot("as_of") is None and not any(slot.last == "days_to_expiry" for slot in draft.slots):
        return
    dates = draft.free("date")
    dates = [quantity for quantity in dates if not is_event(draft, quantity)]
    said = [quantity for quantity in dates if re.search(_AS_OF, draft.left(quantity)) and not re.search(_EXPIRY, draft.left(quantity))]
    if not said and always:
        said = [quantity for quantity in dates if not re.search(_EXPIRY, draft.left(quantity)) and not _is_an_expiry(draft, quantity)]
        said = said if len(said) == 1 else []
    if said:
        draft.take("as_of", said[0])
    elif always and draft.as_of is not None:
        draft.inputs["as_of"] = draft.as_of


def is_event(draft: Draft, quantity: Quantity) -> bool:
    """Whether a date is that of something that happens or happened, and not the day of the question."""
    return re.search(_EVENT, f"{draft.left_clause(quantity)} {draft.right_clause(quantity)}") is not None


def _is_an_expiry(draft: Draft, quantity: Quantity) -> bool:
    return bool(re.match(r"\s*(?:expir|settle|exp\b)", draft.right(quantity)))


def read_expiry(draft: Draft, name: str = "expiry") -> None:
    """An expiry given as a date, with the day to count from: the one in the text, else the reply's."""
    read_as_of(draft, always=False)
    for quantity in draft.free("date"):
        if re.search(_EXPIRY, draft.left(quantity)) or _is_an_expiry(draft, quantity):
            draft.take(name, quantity)
            break
    else:
        return
    others = [
        quantity
        for quantity in draft.free("date")
        if not is_event(draft, quantity) and not _is_an_expiry(draft, quantity) and not re.search(_EXPIRY, draft.left(quantity))
    ]
    if "as_of" not in draft.inputs and len(others) == 1 and str(others[0].value) <= str(draft.inputs[name]):
        draft.take("as_of", others[0])
    if "as_of" not in draft.inputs:
        if draft.as_of is None:
            draft.ask("as_of", "date", "From which day are the days to expiry counted? Write it as YYYY-MM-DD.")
        else:
            draft.inputs["as_of"] = draft.as_of
    if "as_of" in draft.inputs and str(draft.inputs[name]) < str(draft.inputs["as_of"]):
        draft.ask(
            name,
            "date",
            f"The expiry {draft.inputs[name]} lies before {draft.inputs['as_of']}. Which expiry, or which day of the question, is meant?",
        )


def read_curve(draft: Draft, name: str) -> None:
    """VX futures: 'M1 19.2 M2 20.1', 'front month 19.2, second 20.1', 'June VX 18.9 exp 2026-06-17', 'curve 19.2/20.1'."""
    rows = _named_rows(draft) or _dated_rows(draft) or _numbered_rows(draft)
    if rows:
        draft.inputs[name] = [row for _, row in rows]
        for quantity, _ in rows:
            draft.origin[f"{name}.{quantity.start}"] = quantity


_A_CALL = Pattern(r"(?:\bthe\s+)?(?:\d+(?:\.\d+)?\s+)?(?:strike\s+)?(?:vix\s+)?\bcalls?\b")
_QUOTE_CLAUSE = Pattern(r"[^;.?!]*(?:\.\d[^;.?!]*)*")
_WORDS_BEHIND = Pattern(r"\b(?:ask|offer\w*)\b(?!\W*\d)")


def read_calls(draft: Draft) -> None:
    """Quotes of VIX calls: 'vix call 2026-10-21 K 27 bid 1.20 ask 1.30 iv 95%', each in a clause of its own with one expiry."""
    rows: list[dict[str, object]] = []
    for clause in _QUOTE_CLAUSE.finditer(draft.text):
        named = list(_A_CALL.finditer(clause.group()))
        if not named:
            continue
        start = clause.start() + named[-1].start()
        inside = [q for q in draft.free("date", "number", "fraction", "strike", "vol") if start <= q.start < clause.end()]
        row = _call_quote(draft, inside, words_behind=_WORDS_BEHIND.search(draft.text[start : clause.end()]) is not None)
        if row is not None:
            rows.append(row)
    if rows:
        draft.inputs["market.calls"] = rows


def _call_quote(draft: Draft, inside: list[Quantity], *, words_behind: bool) -> dict[str, object] | None:
    """One quote from the quantities of its clause, bid and ask behind or before their numbers; None where any of them has no place in it."""
    row: dict[str, object] = {}
    for quantity in inside:
        left, right = draft.left(quantity), draft.right(quantity)
        if quantity.unit == "date":
            name = "expiry"
        elif quantity.unit in ("fraction", "vol"):
            name = "implied_volatility"
        elif words_behind and re.match(r"\s*(?:bid|ask|offer\w*)\b", right):
            name = "bid" if re.match(r"\s*bid", right) else "ask"
        elif not words_behind and (side := re.search(r"\b(bid|ask|offer\w*)\s*(?:of|at|is|=|:)?\s*$", left)):
            name = "bid" if side.group(1) == "bid" else "ask"
        else:
            name = "strike"
        if name in row:
            return None
        row[name] = str(quantity.value) if name == "expiry" else quantity.number
    if not {"expiry", "strike"} <= set(row) or not ("implied_volatility" in row or {"bid", "ask"} <= set(row)):
        return None
    draft.use(*inside)
    for quantity in inside:
        draft.origin[f"market.calls.{quantity.start}"] = quantity
    return row


def _numbered_rows(draft: Draft) -> list[tuple[Quantity, dict[str, object]]]:
    found: list[tuple[Quantity, dict[str, object]]] = []
    pair = draft.after(r"\b(?:curve|futures|vx|m1/m2|strip)", "pair")
    values: list[tuple[Quantity, int, float]] = []
    if pair is not None:
        values = [(pair, number, value) for number, value in enumerate(pair.numbers, 1)]
    else:
        for number, words in ((1, _FRONT), (2, _SECOND)):
            quantity = draft.after(words, "number", "points")
            if quantity is not None:
                draft.use(quantity)
                values.append((quantity, number, quantity.number))
    dates = monthly_expiries(str(draft.inputs.get("as_of", "")), 2)
    for quantity, number, value in values:
        draft.use(quantity)
        row: dict[str, object] = {"price_index_points": value}
        expiry = _own_expiry(draft, quantity)
        if expiry is not None:
            draft.use(expiry)
        if expiry is not None or len(dates) >= number:
            row["expiry"] = str(expiry.value) if expiry is not None else dates[number - 1]
        found.append((quantity, row))
    return found


def _named_rows(draft: Draft) -> list[tuple[Quantity, dict[str, object]]]:
    """Futures by their month: 'Jun VX 20.1', 'June future at 18.9, expiring 2026-06-17'."""
    found: list[tuple[Quantity, dict[str, object]]] = []
    as_of = str(draft.inputs.get("as_of", ""))
    for quantity in draft.free("number", "points"):
        match = re.search(rf"\b({MONTH_NAME})\s+(?:20\d\d\s+)?(?:vx|vix|vx future|vix future|futures?)\s*(?:is|at|@|=|:)?\s*$", draft.left(quantity))
        if match is None:
            continue
        draft.use(quantity)
        expiry = _own_expiry(draft, quantity)
        if expiry is not None:
            draft.use(expiry)
        day = str(expiry.value) if expiry is not None else settlement_of_month(month_number(match.group(1)), as_of)
        found.append((quantity, {"price_index_points": quantity.number} | ({} if day is None else {"expiry": day})))
    return found


def _dated_rows(draft: Draft) -> list[tuple[Quantity, dict[str, object]]]:
    """Futures by their expiry: 'vx exp 2026-05-19 at 19.2, vx exp 2026-06-17 at 20.1', '2026-05-19: 19.2'."""
    found: list[tuple[Quantity, dict[str, object]]] = []
    for day in draft.free("date"):
        named = re.search(rf"\b(?:vx|vix|futures?|fut|contract)\W*(?:{MONTH_NAME}\W*)?(?:exp\w*|settl\w*)?\W*(?:on|of)?\W*$", draft.left(day))
        price = next((q for q in draft.free("number", "points") if q.start >= day.end), None)
        if (
            price is None
            or not (named or found)
            or not PLAUSIBLE_FUTURE[0] <= price.number <= PLAUSIBLE_FUTURE[1]
            or not re.fullmatch(
                r"\s*\)?\s*(?:vx|future)?\s*(?:at|@|=|:|is|trades|trading|priced|quoted|marked|,)?\s*(?:at\s+)?", draft.text[day.end : price.start]
            )
        ):
            continue
        draft.use(day, price)
        found.append((price, {"price_index_points": price.number, "expiry": str(day.value)}))
    return found


def _own_expiry(draft: Draft, quantity: Quantity) -> Quantity | None:
    """The date that follows a price as its expiry."""
    later = next((q for q in draft.quantities if q.start > quantity.start and q.unit != "name"), None)
    if later is None or later.unit != "date" or later.start in draft.used:
        return None
    return later if re.search(_EXPIRY + r"|\(\s*$", draft.text[quantity.end : later.start]) else None


def monthly_expiries(as_of: str, count: int) -> list[str]:
    """The next monthly settlement dates after a day; none for a day that is missing or outside the calendar."""
    from rules.errors import RulesError
    from rules.vix.expiries import vix_settlement_dates_from

    try:
        day = date.fromisoformat(as_of)
        return [found.isoformat() for found in vix_settlement_dates_from(day, count + 1) if found > day][:count]
    except (ValueError, RulesError):
        return []


def settlement_of_month(month: int, as_of: str) -> str | None:
    """The settlement date of the next contract of a month after a day; None without a day."""
    return next((day for day in monthly_expiries(as_of, 13) if int(day[5:7]) == month), None)


def read_level_as_volatility(draft: Draft) -> None:
    """'VIX 19.5' where a volatility of the S&P 500 is asked is 0.195."""
    slot = next((slot for slot in draft.slots if slot.is_volatility), None)
    if slot is None or slot.name in draft.inputs:
        return
    quantity = draft.after(r"\bvix\b", "number", "points")
    said = (
        None
        if quantity is None
        else re.match(r"\s*(?:as|for)\s+(?:the\s+|my\s+|our\s+|implied\s+|flat\s+)*(?:vol\w*|iv|sigma)\b", draft.right(quantity))
    )
    if quantity is not None and said is not None:
        draft.spans.append((quantity.start, quantity.end + said.end()))
    if quantity is not None and not quantity.signed and PLAUSIBLE_FUTURE[0] <= quantity.number <= PLAUSIBLE_FUTURE[1]:
        draft.take(slot.name, quantity, round(quantity.number / 100, 12))


_LEVEL_WORDS = (
    "index|spot|cash|level|last|itself|still|just|closed?|closing|opened|settled|print\\w*|finished|sitting|sits|hovering|hovers|marked|showing|"
    "shows|reads|reading|near|round|under|over|above|below"
)


_OTHER_INDEX = r"(?:vvix|skew(?: index)?|vxn|vxd|rvx|ovx|gvz|move index|dxy|put/call(?: ratio)?)"


def set_levels_aside(draft: Draft) -> dict[str, float]:
    """Levels of VIX and SPX that the calculation does not take, as facts: 'vix 19 fwiw' is no input of a WACC.

    A level that differs from the one that an input took stays, so that it is asked which of the two holds.
    """
    facts: dict[str, float] = {}
    draft.use(*[q for q in draft.free("number", "points") if re.search(rf"\b{_OTHER_INDEX}\s*(?:is|at|=|:|@)?\s*$", draft.left(q))])
    for name in ("vix", "spx"):
        while True:
            quantity = draft.after(rf"\b(?:spot )?{name}\b(?!\s*(?:up|down|gains|falls|drops|rises))(?:\s+(?:{_LEVEL_WORDS}))*", "number", "points")
            if (
                quantity is None
                or quantity.signed
                or re.search(rf"\b(?:of|on|for)\s+(?:the\s+)?{name}\b[^\d]*$", draft.left(quantity))
                or re.match(r"\s*-?\s*(?:strike|calls?|puts?|options?|pairs?)\b", draft.right(quantity))
            ):
                break
            if any(value not in (quantity.number, quantity.number / 100) for value in _levels_taken(draft, name)):
                break
            facts[name] = quantity.number
            draft.use(quantity)
            when = re.match(r"\s*(?:right now|now|today|currently|at the moment)\b", draft.right(quantity))
            draft.spans.append((quantity.start, quantity.end + (when.end() if when else 0)))
    return facts


def _levels_taken(draft: Draft, index: str) -> list[float]:
    """What the inputs that hold the level of an index were given."""
    names = ("vix",) if index == "vix" else ("spx", "spot")
    return [float(value) for path, value in draft.inputs.items() if path.rsplit(".", 1)[-1] in names and isinstance(value, (int, float))]
