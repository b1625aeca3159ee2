"""Cash flows with their days, and the capital of layers."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Any

from assistant.inputs.draft import CLAUSE, Draft
from assistant.inputs.idle import counts_things
from assistant.patterns import Pattern
from assistant.quantities import Quantity
from assistant.readers.flows import read_listed

_NOW = Pattern(
    r"\b(?:now|today|upfront|up front|(?:at|in|from) (?:the )?(?:very )?(?:start|outset|begin(?:ning)?)|initially|day zero|at inception|at once)\b"
)
_OUT = Pattern(
    r"\b(?:put(?:s|ting)? (?:in|out|up|to work)|pay(?:ed|s)?(?! (?:me|us)\b)|(?<!get )(?<!gets )(?<!got )(?<!am )(?<!i was )(?<!getting )paid(?! (?:me|us)\b)|"
    r"paying|deploy\w*|invest\w*|outlay|spend|spent|costs?|lay out|laid out|deposit\w*|buy|bought|outflows?|"
    r"(?<!took )(?<!take )(?<!takes )(?<!pull )(?<!pulled )(?<!came )(?<!taken )(?<!taking )(?<!pulling )(?<!comes )(?<!cashed )out|put down|lent)\b"
)
_IN = Pattern(
    r"\b(?:get back|got|(?<!put )(?<!puts )(?<!paid )(?<!pay )in(?=\W*$)|"
    r"gets? back|got back|receiv\w*|return\w*|collect\w*|comes? back|back|inflows?|get|gets|sold|sell|(?:took|takes?|"
    r"taken|taking|pull|pulled|pulling|came|comes|cashed) out|withdr\w+|(?:pays?|paid) (?:me|us)|(?:am|i was|getting) paid)\b"
)
_BE = (
    r"\s*(?:usd|us dollars|dollars|bucks)?\s*(?:(?:margin|capital|cash|premium|money)\s+)?"
    r"(?:(?:is|are|was|were|gets?|got|goes|go|going|went|being|to be|will be|has been|have been)\s+)*"
)
# The verb of an amount may stand behind it: '30k are paid today', '66.1k comes back'.
_PAID_BEHIND = Pattern(
    rf"{_BE}(?:paid(?! (?:back|out|to (?:me|us)))|payed|invested|spent|laid out|put (?:in|up|down)|deposited|deployed|outlay|at risk|out)\b(?! (?:of|at)\b)"
)
_BACK_BEHIND = Pattern(
    rf"{_BE}(?:(?:com(?:es?|ing)|came|flow(?:s|ed|ing)?|paid|given) (?:back|in)|back|received|returned|returns|collected|repaid|arriv(?:es?|ed|ing)|"
    r"lands?|landed|inflow|credited|in(?=\s+(?:at|on|after|by)\b))\b"
)
# Words between the amounts of a list, whose verb holds on: '9.5k on day zero and another 3k'.
_GOES_ON = Pattern(r"(?:\W|\b(?:and|then|another|again|further|plus|also|on|at|in|after|day|zero|now|today|later|more|same)\b)*")
_NOTHING_BACK = Pattern(
    r"\b(?:never|(?:don['’]?t|do not|didn['’]?t|did not) ever) (?:get|got|see|saw|receive[d]?) (?:anything|any of it|a cent|a dime|a penny|money|it|a dollar)\b(?: back)?|"
    r"\b(?:get|got|getting|receiv\w+) (?:nothing|zero|not a (?:cent|dime|penny)) (?:back|in return)\b|\bnothing (?:ever )?(?:comes|came) back\b"
)
_MOST_RATE = 1000.0
_MOST_TIMES = 500
_BOTH = 2
_LAYER = Pattern(r"\b(?P<name>condors?|futures?(?: margin)?|futs?|vx|calls?(?: premium)?|etfs?)\b")
_LAYER_NAMES = {"c": "condor", "f": "futures", "v": "futures"}


def read_cash_flows(draft: Draft) -> None:
    """Amounts one period apart ('-12,000, 4,100, 4,300 every 30 days'), or each with its day."""
    if read_listed(draft) or _read_repeated(draft) or _read_every(draft) or _read_periodic(draft) or _read_spaced(draft):
        return
    if re.search(r"\b(?:every|each)\s+(?:\d|month|week|quarter|year)|\bmonthly\b|\bweekly\b", draft.text):
        draft.ask(
            "cash_flows_usd",
            "list",
            "How many payments are there? Write each with its day, for example: -10k today, +5k in 30 days, +5.2k in 60 days.",
        )
        return
    amounts = [q for q in draft.free("usd", "number") if _day_number(draft, q) is None and not counts_things(draft, q)]
    days = _days(draft, amounts)
    if len(amounts) < 2 or days is None:
        return
    if len(set(days)) < len(days) and re.search(r"\b(?:later|after)\b", draft.text):
        draft.use(*amounts)
        draft.ask(
            "cash_flows_usd",
            "list",
            "On which days are the payments? Two would fall on one day. Count each from the first, for example: day 30, day 60.",
        )
        return
    signed = _signs(draft, amounts)
    if signed is None:
        draft.use(*amounts)
        draft.ask(
            "cash_flows_usd",
            "list",
            "Which of the amounts go out and which come in? Write money that goes out with a minus, for example: -10k today, +10.4k in 45 days.",
        )
        return
    flows = [{"day": day, "amount": amount} for day, amount in zip(days, signed, strict=True)]
    draft.inputs["cash_flows_usd"] = sorted(flows, key=lambda flow: flow["day"])
    for quantity in amounts:
        draft.origin[f"cash_flows_usd.{quantity.start}"] = quantity
    draft.use(*[q for q in draft.free("usd", "number", "days", "date") if not counts_things(draft, q)])


def _read_repeated(draft: Draft) -> bool:
    """'7.5k out now, then three inflows of 2.7k each at 60, 120 and 180 days': one amount on each of several days."""
    lists = [quantity for quantity in draft.free("series") if quantity.note == "days"]
    amounts = draft.free("usd", "number")
    if len(lists) != 1 or len(amounts) not in (2, 3):
        return False
    times = [quantity for quantity in amounts if quantity.number == len(lists[0].numbers)]
    amounts = [quantity for quantity in amounts if quantity not in times[:1]]
    near = draft.text[amounts[-1].start : lists[0].start] + draft.right_clause(lists[0])
    signed = _signs(draft, amounts)
    if len(amounts) != 2 or signed is None or amounts[1].start > lists[0].start or not re.search(r"\b(?:each|a time|apiece|payments?)\b", near):
        return False
    days = [0.0, *lists[0].numbers]
    draft.inputs["cash_flows_usd"] = [
        {"day": day, "amount": amount} for day, amount in zip(days, [signed[0], *([signed[1]] * (len(days) - 1))], strict=True)
    ]
    for quantity in (*amounts, *lists):
        draft.origin[f"cash_flows_usd.{quantity.start}"] = quantity
    draft.use(*amounts, *lists, *times)
    return True


def _read_every(draft: Draft) -> bool:
    """'-12,000 now, then +4,100 every 30 days three times': so many of one amount, the first of them a period after the start."""
    amounts = [q for q in draft.free("usd", "number") if not counts_things(draft, q)]
    every = draft.after(r"\b(?:every|each)", "days")
    counts = [q for q in draft.free("multiple", "number") if q.unit == "multiple" or counts_things(draft, q)]
    if len(amounts) != 2 or every is None or len(counts) != 1 or len(draft.free()) != len(amounts) + 2 or every.start < amounts[1].start:
        return False
    signed, times = _signs(draft, amounts), counts[0].number
    if signed is None or signed[0] * signed[1] >= 0 or not times.is_integer() or not 1 < times <= _MOST_TIMES:
        return False
    flows = [(0.0, signed[0]), *((number * every.number, signed[1]) for number in range(1, int(times) + 1))]
    draft.inputs["cash_flows_usd"] = [{"day": day, "amount": amount} for day, amount in flows]
    for quantity in amounts:
        draft.origin[f"cash_flows_usd.{quantity.start}"] = quantity
    draft.use(*amounts, every, *counts)
    return True


def _read_periodic(draft: Draft) -> bool:
    every = draft.after(r"\b(?:every|each|period of|spaced|apart)", "days") or draft.before(r"\b(?:apart|each|between)", "days")
    series = draft.free("series")
    if len(series) != 1:
        return False
    draft.take("amounts", series[0], list(series[0].numbers))
    if every is not None:
        draft.take("period_days", every)
    if not any(amount < 0 for amount in series[0].numbers) and not series[0].signed:
        draft.ask("amounts", "list", "Which of the amounts go out? Write money that goes out with a minus.")
    return True


def _read_spaced(draft: Draft) -> bool:
    """'I pay 12,000, then get 4,000, then 4,500, always 30 days between': a payment a period, the first on the first day."""
    amounts, days = draft.free("usd", "number"), draft.free("days")
    if len(amounts) < 3 or len(days) != 1 or len(draft.free()) != len(amounts) + 1:
        return False
    near = draft.left_clause(days[0]) + days[0].text + draft.right_clause(days[0])
    signed = _signs(draft, amounts)
    if not re.search(r"\b(?:between|apart|every|each|spaced|intervals?)\b", near) or signed is None or days[0].start < amounts[-1].start:
        return False
    draft.inputs["cash_flows_usd"] = [{"day": number * days[0].number, "amount": amount} for number, amount in enumerate(signed)]
    for quantity in amounts:
        draft.origin[f"cash_flows_usd.{quantity.start}"] = quantity
    draft.use(*amounts, *days)
    return True


def _day_number(draft: Draft, quantity: Quantity) -> float | None:
    """The day in 'day 90': a bare number behind the word."""
    return quantity.number if quantity.unit == "number" and re.search(r"\b(?:day|t\s*=)\s*$", draft.left(quantity)) else None


def _days(draft: Draft, amounts: list[Quantity]) -> list[float] | None:
    """The day of each amount; None when any has none or two."""
    marks: list[tuple[int, float]] = [
        (match.start(), 0.0) for match in _NOW.finditer(draft.text) if not any(start <= match.start() < end for start, end in draft.spans)
    ]
    marks += _dated(draft)
    marks += [(q.start, q.number) for q in draft.free("days")]
    marks += [(q.start, q.number) for q in draft.free("number") if _day_number(draft, q) is not None]
    marks = _said_once(sorted(marks), amounts)
    if len(marks) == len(amounts) - 1 and marks and marks[0][1] and _is_first_and_out(draft, amounts[0], marks[0][0]):
        between = draft.text[amounts[0].end : marks[0][0]]
        if marks[0][0] < amounts[1].start and not CLAUSE.search(between) and not re.search(r"[-=]>|→", between):
            return None  # the day may as well be the first one's own
        marks.insert(0, (amounts[0].end, 0.0))
    if len(marks) != len(amounts) or not amounts:
        return None
    order = sorted([q.start for q in amounts] + [place for place, _ in marks])
    starts = {quantity.start for quantity in amounts}
    # Each amount stands beside its own day, before or behind it.
    if any((first in starts) == (second in starts) for first, second in zip(order[::2], order[1::2], strict=True)):
        return None
    return [day for _, day in marks]


def _said_once(marks: list[tuple[int, float]], amounts: list[Quantity]) -> list[tuple[int, float]]:
    """Days without one that repeats the day before it with no amount between: 'today (day 0)'."""
    kept: list[tuple[int, float]] = []
    for place, day in marks:
        if not kept or kept[-1][1] != day or any(kept[-1][0] < amount.start < place for amount in amounts):
            kept.append((place, day))
    return kept


def _is_first_and_out(draft: Draft, amount: Quantity, first_day: int) -> bool:
    """Whether an amount without a day stands before all days and goes out: it is paid on the day that the others are counted from."""
    out = (_told_behind(draft, amount)[0] or (-1 if _is_out(draft, amount) else 1)) < 0
    days_of_others = [
        day
        for day in draft.free("days")
        if re.match(r"\s*(?:later|after|on\b|hence)", draft.right(day)) or re.search(r"\b(?:after|in)\W*$", draft.left(day))
    ]
    days_of_others += [day for day in draft.free("number") if _day_number(draft, day)]
    return out and amount.start < first_day and bool(days_of_others)


def _is_out(draft: Draft, amount: Quantity) -> bool:
    """Whether an amount is paid: by its sign, or by a verb before it."""
    left = draft.left(amount)
    return amount.number < 0 or (_OUT.search(left) is not None and _IN.search(left) is None)


def _dated(draft: Draft) -> list[tuple[int, float]]:
    """Dates as days after the earliest of them, where each amount has one."""
    dates = [(q.start, date.fromisoformat(str(q.value)).toordinal()) for q in draft.free("date")]
    first = min((day for _, day in dates), default=0)
    return [(place, float(day - first)) for place, day in dates] if len(dates) > 1 else []


def _signs(draft: Draft, amounts: list[Quantity]) -> list[float] | None:
    """The amounts with their signs, by sign or by verb, which holds for a list; None when nothing tells or two verbs disagree."""
    if any(quantity.signed for quantity in amounts):
        return [quantity.number for quantity in amounts]
    found: list[float] = []
    told_behind, told_alone = 0, False
    for quantity in amounts:
        left = draft.text[max(quantity.start - len(draft.left(quantity)), told_behind) : quantity.start]
        behind, told = _told_behind(draft, quantity)
        before = _told_before(CLAUSE.split(left)[-1] if behind else left)
        if behind and before and behind != before:
            return None
        direction = behind or before
        if not direction:
            # A verb holds on for the amounts behind it; one behind its amount is that amount's alone.
            if not found or told_alone or not _GOES_ON.fullmatch(left):
                return None
            direction = int(math.copysign(1, found[-1]))
        found.append(direction * quantity.number)
        told_alone, told_behind = bool(behind) and not before, told
    nothing = _NOTHING_BACK.search(draft.text) if all(amount < 0 for amount in found) else None
    if nothing is not None:
        draft.spans.append(nothing.span())
        return found
    return found if len({amount > 0 for amount in found}) > 1 else None


def _told_before(left: str) -> int:
    """-1 where the last verb before an amount says that it is paid, 1 that it is received, 0 where there is none."""
    out, back = list(_OUT.finditer(left)), list(_IN.finditer(left))
    if not out and not back:
        return 0
    return -1 if out and (not back or out[-1].end() >= back[-1].end()) else 1


def _told_behind(draft: Draft, amount: Quantity) -> tuple[int, int]:
    """The same by the verb right behind an amount, and where that ends."""
    right = draft.right(amount)
    for direction, verbs in ((-1, _PAID_BEHIND), (1, _BACK_BEHIND)):
        match = verbs.match(right)
        if match is not None:
            return direction, amount.end + match.end()
    return 0, 0


def read_layers(draft: Draft) -> None:
    """'condor 65,000, futures 15,000 with 40% borrowed', '24k futures margin all borrowed', in the order of the text."""
    layers: list[tuple[Quantity, dict[str, Any]]] = []
    for quantity in draft.free("usd", "number"):
        name = _layer_name(draft, quantity, [row["name"] for _, row in layers])
        if name is not None and quantity.number > 0 and (quantity.unit == "usd" or quantity.number >= _MOST_RATE):
            layers.append((quantity, {"name": name, "capital_usd": quantity.number}))
    if len({row["name"] for _, row in layers}) < len(layers):
        return
    lent = draft.after(r"\bborrowed at", "fraction", "bp") if layers else None
    if lent is not None:
        draft.take("cost_of_debt_fraction", lent)
    for number, (quantity, row) in enumerate(layers):
        end = layers[number + 1][0].start if number + 1 < len(layers) else len(draft.text)
        _read_borrowed(draft, quantity, row, end)
        draft.use(quantity)
        draft.origin[f"layers.{number}"] = quantity
    added = re.search(
        r"\badd(?:s|ed|ing)?\b[^.;?]*\b(?P<on>on top of|onto|to)\b(?= (?:a |the |my |an )?(?:\$|\d|condor|futures|calls?|etf))", draft.text
    )
    if added is not None:
        # What is added comes after what it is added to.
        layers = sorted(layers, key=lambda layer: layer[0].start < added.start("on"))
        draft.spans += [(added.start(), added.start() + len("adding")), added.span("on")]
    for adds in re.finditer(r"\b(?:then |and )?add(?:s|ed|ing)?\b(?= (?:a |the |my |another )?(?:\$|\d|futures|calls?|etf))", draft.text):
        if any(quantity.start < adds.start() for quantity, _ in layers) and any(quantity.start > adds.end() for quantity, _ in layers):
            draft.spans.append(adds.span())  # the layer that comes after what there is
    if len(layers) == _BOTH:
        draft.says(r"\b(?:ke|kd|cost of (?:equity|debt|capital))\b[^;?]*?\d\s?(?:%|pct|percent)?\s+(?:on|for|of) both\b")
    if layers:
        draft.inputs["layers"] = [row for _, row in layers]


def _layer_name(draft: Draft, quantity: Quantity, before_it: list[str]) -> str | None:
    behind = re.match(rf"\s*(?:usd|dollars)?\s*(?:of|in|for)?\s*(?:the\s+)?(?:vix\s+)?{_LAYER.pattern}", draft.right(quantity))
    before = list(_LAYER.finditer(draft.left_clause(quantity)))
    word = behind["name"] if behind else before[-1]["name"] if before else None
    if word is None and re.match(r"\s*(?:of\s+)?(?:initial\s+)?(?:margin|premium)\b", draft.right(quantity)):
        named = {_name_of(match["name"]) for match in _LAYER.finditer(draft.text)}
        left = named - set(before_it) or named
        return left.pop() if len(left) == 1 else None
    return None if word is None else _name_of(word)


def _name_of(word: str) -> str:
    return "calls" if word.startswith("call") else word if word.startswith("etf") else _LAYER_NAMES[word[0]]


def _read_borrowed(draft: Draft, quantity: Quantity, row: dict[str, Any], end: int) -> None:
    text = draft.text[quantity.end : end]
    whole = re.search(
        r"\b(?P<all>all|fully|entirely|completely|wholly)\s+(?:borrowed|financed|on margin|debt[- ](?:funded|financed)|debt\b)|\bunborrowed\b|\b(?:nothing|none(?: of it)?|"
        r"not)\s+(?:is\s+)?borrowed|"
        r"\b(?:no|without(?: any)?|zero)\s+(?:debt|borrowing|borrowed (?:money|funds|capital|part)|leverage|loan)\b|\b(?:paid |bought )?outright\b|"
        r"\b(?:all|fully|entirely) (?:equity|own (?:money|capital|funds|cash))\b|\bun-?levered\b|\bpaid in (?:full|cash)\b",
        text,
    )
    others = {_name_of(match["name"]) for match in _LAYER.finditer(text[: whole.start()])} - {row["name"]} if whole else set()
    if whole and not others:
        row["borrowed_fraction"] = 1.0 if whole["all"] else 0.0
        draft.spans.append((quantity.end + whole.start(), quantity.end + whole.end()))
    for part in draft.free("fraction", "number"):
        if not quantity.end <= part.start < end or not 0 <= part.number <= 1:
            continue
        behind = re.match(
            r"\s*(?:of (?:it|that|this|which|the margin|the capital|them)\s*)?(?:is\s+|was\s+)?(?:borrowed|debt[- ](?:funded|financed)|on (?:debt|margin))",
            draft.right(part),
        )
        if re.search(r"\b(?:kd|cost of debt|tax)\b", draft.text[quantity.end : part.start]) and behind:
            continue  # 'condor 80k, futures 25k, ke 9%, kd 5%, 20% borrowed' is of no layer in particular
        if "borrowed_fraction" not in row and (behind or re.search(r"borrow\w*\s*$", draft.left(part))):
            row["borrowed_fraction"] = part.number
            draft.use(part)
            draft.spans.extend(match.span() for match in re.finditer(r"borrow\w*", draft.text) if quantity.end <= match.start() < end)
        elif part.unit == "fraction" and _is_cost_of_layer(draft, part):
            row["cost_of_equity_fraction"] = part.number
            draft.use(part)


def _is_cost_of_layer(draft: Draft, part: Quantity) -> bool:
    """Whether a percentage is the cost of equity of the layer that it stands behind: '100k at 10% ke'."""
    own = r"\b(?:at|with)\s+(?:an?\s+)?"
    return (
        re.search(rf"{own}$", draft.left(part)) is not None and re.match(r"\s*(?:ke|cost of equity)\b", draft.right(part)) is not None
    ) or re.search(rf"{own}(?:cost of equity|ke)\s+(?:of\s+)?$", draft.left(part)) is not None
