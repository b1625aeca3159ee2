"""Days and levels."""

from __future__ import annotations

import re
from datetime import date

from assistant.inputs.draft import Draft
from assistant.quantities import Quantity

_AS_OF = r"\b(?:as of|as at|asof|it['’]s|it is|today is|today|date|dated|on|from|starting|now|valuation date|trade date)\W*(?:the\s+)?$"
EXPIRY_WORDS = r"\b(?:expir\w*|exp|settl\w+|matur\w+)\W*(?:on|of|is|in|from|date)?\W*(?:the\s+)?$"
_EVENT = (
    r"\b(?:fomc|fed|cpi|ppi|earnings|meeting|holiday|vacation|bought|sold|opened|to be closed|rolled|entered|initiated|started|starts|begins|ends|since|"
    r"ex-?date|ex-?div\w*|tranche|went on|birthday|election)\b"
)
_NOTHING_DONE = (
    r"\b(?:nothing|none|no hedge)\b(?:\s+(?:has|have|had|was|were|is|been|yet|so far|at all))*\s+(?:bought|sold|opened|entered|started|done)\b"
)
PLAUSIBLE_FUTURE = (5.0, 150.0)


def read_as_of(draft: Draft, *, always: bool) -> None:
    """The day of the question: from its words; else the only date that is no expiry when `always`; else the reply's day."""
    if draft.slot("as_of") is None and not any(slot.last == "days_to_expiry" for slot in draft.slots):
        return
    dates = draft.free("date")
    dates = [quantity for quantity in dates if not is_event(draft, quantity)]
    said = [quantity for quantity in dates if re.search(_AS_OF, draft.left(quantity)) and not re.search(EXPIRY_WORDS, draft.left(quantity))]
    said = [quantity for quantity in said if not _is_an_expiry(draft, quantity)]
    if not said and always:
        said = [quantity for quantity in dates if not re.search(EXPIRY_WORDS, draft.left(quantity)) and not _is_an_expiry(draft, quantity)]
        said = said if len(said) == 1 else []
    if said:
        draft.take("as_of", said[0])
    elif always and draft.as_of is not None and "as_of" not in draft.origin:
        draft.inputs["as_of"] = draft.as_of


def is_event(draft: Draft, quantity: Quantity) -> bool:
    """Whether a date is that of something that happens or happened, and not the day of the question."""
    near = f"{draft.left_clause(quantity)} {draft.right_clause(quantity)}"
    return re.search(_EVENT, re.sub(_NOTHING_DONE, "", near)) is not None


def _is_an_expiry(draft: Draft, quantity: Quantity) -> bool:
    if re.match(r"\s*(?:expir|settle|exp\b)", draft.right(quantity)):
        return True
    return re.match(r"\s*(?:vix|spx)\s+\d[\d.,]*\s?(?:strike\s+)?(?:calls?|puts?|[cp])\b", draft.text[quantity.end :]) is not None


def read_expiry(draft: Draft, name: str = "expiry") -> None:
    """An expiry given as a date, with the day to count from: the one in the text, else the reply's."""
    read_as_of(draft, always=False)
    for quantity in draft.free("date"):
        if re.search(EXPIRY_WORDS, draft.left(quantity)) or _is_an_expiry(draft, quantity):
            draft.take(name, quantity)
            break
    else:
        return
    others = [
        quantity
        for quantity in draft.free("date")
        if not is_event(draft, quantity) and not _is_an_expiry(draft, quantity) and not re.search(EXPIRY_WORDS, draft.left(quantity))
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


def monthly_expiries(as_of: str, count: int) -> list[str]:
    """The next monthly settlement dates after a day; none for a day that is missing or outside the calendar."""
    from rules.errors import RulesError
    from rules.vix.expiries import vix_settlement_dates_from

    try:
        day = date.fromisoformat(as_of)
        return [found.isoformat() for found in vix_settlement_dates_from(day, count + 1) if found > day][:count]
    except (ValueError, RulesError):
        return []


def settlement_of(draft: Draft, quantity: Quantity) -> str | None:
    """A date as it stands; a day without its year, or a month, where it is a settlement that is to come: 'jun 17', 'June 2026'."""
    if quantity.unit == "date":
        return str(quantity.value)
    if quantity.unit not in ("day", "month"):
        return None
    written = str(quantity.value)
    number = int(written[:2] if quantity.unit == "day" else written[5:7])
    day = settlement_of_month(number, str(draft.inputs.get("as_of", "")))
    part = "" if day is None else day[5:] if quantity.unit == "day" else day[:7]
    return day if part == written else None


def settlement_of_month(month: int, as_of: str) -> str | None:
    """The settlement date of the next contract of a month after a day; None without a day."""
    return next((day for day in monthly_expiries(as_of, 13) if int(day[5:7]) == month), None)


def read_level_as_volatility(draft: Draft) -> None:
    """'VIX 19.5' where a volatility of the S&P 500 is asked is 0.195."""
    slot = next((slot for slot in draft.slots if slot.is_volatility), None)
    if slot is None or slot.name in draft.inputs:
        return
    quantity = draft.after(r"\bvix\b", "number", "points") or draft.before(r"vix\b(?=\s*(?:[,;.)]|$))", "number", "points")
    said = (
        None
        if quantity is None
        else re.match(r"\s*(?:as|for)\s+(?:the\s+|my\s+|our\s+|implied\s+|flat\s+)*(?:vol\w*|iv|sigma)\b", draft.right(quantity))
    )
    if quantity is not None and said is not None:
        draft.spans.append((quantity.start, quantity.end + said.end()))
    if quantity is not None and not quantity.signed and PLAUSIBLE_FUTURE[0] <= quantity.number <= PLAUSIBLE_FUTURE[1]:
        draft.take(slot.name, quantity, round(quantity.number / 100, 12))


def read_index_level(draft: Draft) -> None:
    """'S&P closed at 5,990', 'index 5,990', 'spot 5,990': a number of the size of SPX, for a calculation that takes it."""
    if any(level in draft.inputs for level in ("market.spx", "spx", "spot")):
        return
    slot = next((slot for slot in draft.slots if slot.last in ("spx", "spot")), None)
    words = rf"(?:{_LEVEL_WORDS}|trad(?:es|ing)|stands?|around|about|level|500)"
    quantity = draft.after(rf"\b(?:spx|s&p|index|spot|underlying)\b(?:\s+{words})*", "number", "points")
    if slot is not None and slot.plausible is not None and quantity is not None and slot.plausible[0] <= quantity.number <= slot.plausible[1]:
        draft.take(slot.name, quantity)


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
