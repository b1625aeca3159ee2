"""Series of numbers: closes, counts of issues, paths of futures, and the periods that stand before them."""

from __future__ import annotations

import re
from itertools import pairwise

from assistant.inputs.draft import Draft
from assistant.patterns import Pattern
from assistant.quantities import Quantity

_WEEKDAY = r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri)(?:day)?\b"
_UP, _DOWN = r"(?:ups?|adv\w*|risers|gainers|rose|rising)", r"(?:downs?|dec\w*|fell|falling|losers|decliners)"
_FROM_ZERO = Pattern(
    r"\b(?:from|(?:start\w*|begin\w*|base|initial|init|opening)(?:\s+(?:line|value|level|point))?(?:\s+(?:from|at|with|of|is|being))?)\s*=?\s*(?:0(?![\d.,]*\d)|zero)\b"
)
_COUNTED = rf"\W*(?:issues|stocks|names)?\W*(?:were|was|of|are|on)?\W*(?:{_WEEKDAY})?\W*"


def read_closes(draft: Draft, name: str = "closes") -> None:
    """The longest row of numbers; two or more bare numbers after 'closes' when there is none."""
    series = sorted((q for q in draft.free("series", "pair") if min(q.numbers) > 0), key=lambda q: -len(q.numbers))
    if series and (len(series[0].numbers) > 2 or re.search(r"\b(?:closes|prices|path)\b", draft.left_clause(series[0]))):
        draft.take(name, series[0], list(series[0].numbers))
        return
    numbers = [q for q in draft.free("number") if re.search(r"\b(?:closes|prices|path)\b", draft.text[: q.start])]
    if len(numbers) == 2 and re.fullmatch(r"\s*,\s*|\s+and\s+|\s+", draft.text[numbers[0].end : numbers[1].start]):
        draft.inputs[name] = [q.number for q in numbers]
        draft.use(*numbers)
        draft.origin[name] = numbers[0]


def read_rsi(draft: Draft) -> None:
    """The period beside RSI, then the closes; how many days the closes are of is no period where another is named."""
    _read_call_of_rsi(draft)
    quantity = (
        None
        if "period_days" in draft.inputs
        else (
            draft.after(r"\brsi\b\W*(?:(?:with|using|over|for|on|of|at|a|an|period|periods|length|lookback|window)\b\W*)*", "number", "days")
            or next((q for q in draft.free("days") if re.match(r"[\s-]*(?:period\s+|wilder\s+)*rsi", draft.right(q))), None)
            or next((q for q in draft.free("number") if re.match(r"[\s-]*(?:period|bar|day)s?\b", draft.right(q))), None)
            or draft.after(r"\b(?:period|n|length|lookback|standard|usual|default)\b", "number", "days")
            or next(iter(_no_length(draft)), None)
        )
    )
    if quantity is not None:
        draft.take("period_days", quantity)
    read_closes(draft)


def _no_length(draft: Draft) -> list[Quantity]:
    """The single number of days that is not the length of a row; one that is may be the period all the same where it is the only one."""
    days, lengths = draft.free("days"), {len(row.numbers) for row in draft.free("series")}
    others = [quantity for quantity in days if quantity.number not in lengths]
    return days if len(days) == 1 else others if len(others) == 1 else []


def _read_call_of_rsi(draft: Draft) -> None:
    """'rsi(closes, 4)'."""
    called = re.search(r"\brsi\s*\(\s*(?:[a-z]+\s*,\s*)?(?=\d{1,3}\s*\))", draft.text)
    period = draft.starting(called.end()) if called else None
    if period is not None and period.unit == "number":
        draft.take("period_days", period)


def read_macd(draft: Draft) -> None:
    """Fast, slow and signal as three numbers beside MACD or by name, then the closes."""
    periods = [
        q
        for q in draft.free("series")
        if len(q.numbers) == 3 and all(n.is_integer() for n in q.numbers) and (q.note == "slash" or _is_beside(draft, q, r"\bmacd\b"))
    ]
    if periods:
        for name, value in zip(("fast", "slow", "signal"), periods[0].numbers, strict=True):
            draft.take(name, periods[0], int(value))
    for name in ("fast", "slow", "signal"):
        quantity = (
            None if name in draft.inputs else draft.after(rf"\b{name}(?: (?:period|line|span|length|window|ema|average))?(?: of)?", "number", "days")
        )
        if quantity is not None:
            draft.take(name, quantity, int(quantity.number))
    read_closes(draft)
    fast, slow = draft.inputs.get("fast"), draft.inputs.get("slow")
    if isinstance(fast, int) and isinstance(slow, int) and fast >= slow:
        draft.ask("fast", "count", f"A fast period of {fast} is not below the slow one of {slow}. Which is which?")


def _is_beside(draft: Draft, quantity: Quantity, pattern: str) -> bool:
    return bool(
        re.search(rf"{pattern}\W*(?:(?:histogram|line|of|with|using|at|periods?|settings?|parameters?|params)\W*)*$", draft.left(quantity))
        or re.search(
            r"\b(?:periods?|settings?|parameters?|params|lengths?|spans?|windows?|fast\W+(?:and\W+)?slow\W+(?:and\W+)?signal(?: periods?| lines?)?)\W*"
            r"(?:(?:of|are|is|at|to)\W*)*$",
            draft.left(quantity),
        )
        or re.match(rf"\s*(?:{pattern}|settings?\b|parameters?\b|(?:as|for)\s+(?:the\s+)?fast,?\s*(?:and\s+)?slow)", draft.right(quantity))
    )


def read_breadth(draft: Draft) -> None:
    """Advances and declines as two series, or day by day: '1,300 up / 1,500 down, then 900 up / 1,950 down'."""
    for zero in _FROM_ZERO.finditer(draft.text):
        draft.spans.append(zero.span())
        draft.use(*[q for q in draft.free("number") if zero.start() <= q.start < zero.end()])
    for quantity in draft.free("series"):
        if re.search(
            r"\b(?:spx|s&p(?: ?500)?|index|closes?|closed|closing)\W*(?:(?:at|was|were|levels?|prices?|closes?|closed|closing)\W*)*$",
            draft.left(quantity),
        ):
            draft.take("closes", quantity, list(quantity.numbers))
            break
    draft.use(*[day for day in draft.free("days") if day.text.lower().startswith("day")])
    draft.use(*[number for number in draft.free("number") if draft.numbers_a_day(number)])
    _join_weekdays(draft)
    if _read_alternating(draft) or _read_days_of_breadth(draft) or _read_against(draft) or _read_told_behind(draft):
        return
    for name, words in (("advances", _UP), ("declines", _DOWN)):
        if name in draft.inputs:
            continue
        for quantity in draft.free("series", "pair"):
            before = re.search(rf"\b{words}\b[^;]*$", draft.left(quantity)) or re.search(rf"\b{words}\b[^;.:]{{0,30}}$", draft.text[: quantity.start])
            if before or re.match(rf"\s*\b{words}\b", draft.right(quantity)):
                draft.take(name, quantity, list(quantity.numbers))
                break
        else:
            numbers = _with_the_next(draft, [q for q in draft.free("number") if _is_counted(draft, q, words)])
            if numbers:
                draft.inputs[name] = [q.number for q in numbers]
                draft.use(*numbers)
                draft.origin[name] = numbers[0]


def _read_alternating(draft: Draft) -> bool:
    """'adv 1905 dec 1010, adv 1220 dec 1700': each number right behind its word, the two words in turn."""
    numbers = draft.free("number")
    words = [re.search(rf"\b(?:(?P<up>{_UP})|{_DOWN})\s*[:=]?\s*$", draft.left(number)) for number in numbers]
    ups = [word is not None and word["up"] is not None for word in words]
    if len(numbers) < 4 or len(numbers) % 2 or None in words or any(first == second for first, second in pairwise(ups)):
        return False
    for name, place in (("advances", 0), ("declines", 1)) if ups[0] else (("declines", 0), ("advances", 1)):
        draft.inputs[name] = [number.number for number in numbers[place::2]]
        draft.origin[name] = numbers[place]
    draft.use(*numbers)
    return True


def _join_weekdays(draft: Draft) -> None:
    """'1,820 on Monday, 1,140 on Tuesday and 930 on Thursday' behind a word for rising or falling issues is a row."""
    for name, words in (("advances", _UP), ("declines", _DOWN)):
        numbers = draft.free("number")
        starts = [place for place, q in enumerate(numbers) if re.search(rf"\b{words}{_COUNTED}$", draft.left_clause(q))]
        if name in draft.inputs or len(starts) != 1:
            continue
        row = [numbers[starts[0]]]
        for before, after in pairwise(numbers[starts[0] :]):
            if not re.fullmatch(rf"\s*(?:on\s+)?{_WEEKDAY}\s*(?:,|and|,\s*and|then|,\s*then)\s*", draft.text[before.end : after.start]):
                break
            row.append(after)
        if len(row) > 1:
            draft.take(name, row[0], [number.number for number in row])
            draft.use(*row)


def _read_told_behind(draft: Draft) -> bool:
    """'1,640, 1,205 and 870 issues rose and 1,250, 1,702 and 905 fell': two rows, each with its word behind it."""
    told = {}
    for name, words in (("advances", _UP), ("declines", _DOWN)):
        rows = [q for q in draft.free("series") if re.match(rf"\s*(?:issues|stocks|names|shares|of them)?\s*\b{words}\b", draft.right(q))]
        if len(rows) != 1:
            return False
        told[name] = rows[0]
    for name, row in told.items():
        draft.take(name, row, list(row.numbers))
    return True


def _read_days_of_breadth(draft: Draft) -> bool:
    """'2010/850, 1440/1390 (adv/dec)': a pair for each day, where the text says which comes first."""
    pairs = draft.free("pair")
    order = re.search(r"\b(?:(?:adv\w*|up|ups|winners)\s*(?:/|-|to|,|vs\.?|and)\s*(?:dec\w*|down|downs|losers)|a/d)\b", draft.text)
    others = [q for q in draft.free() if q.unit != "pair" and not (q.unit == "days" and q.number == len(pairs))]
    if len(pairs) < 2 or others or order is None or re.search(r"\bdec\w*\s*/\s*adv", draft.text):
        return False
    for place, name in enumerate(("advances", "declines")):
        draft.take(name, pairs[0], [pair.numbers[place] for pair in pairs])
    draft.use(*pairs, *draft.free("days"))
    return True


def _read_against(draft: Draft) -> bool:
    """'Tues 1,204 advancers vs 1,655 decliners, wed 1,990 vs 870': pairs whose first names the order."""
    pairs: list[tuple[float, float]] = []
    used: list[Quantity] = []
    free = draft.free("number", "pair")
    while free:
        first, *free = free
        used.append(first)
        if first.unit == "pair":
            pairs.append((first.numbers[0], first.numbers[1]))
            continue
        if not free or not re.fullmatch(rf"\s*(?:{_UP}|{_DOWN})?\s*(?:vs\.?|versus|against|/)\s*", draft.text[first.end : free[0].start]):
            return False
        pairs.append((first.number, free[0].number))
        used.append(free.pop(0))
    numbered = [quantity for quantity in used if quantity.unit == "number"]
    if len(pairs) < 2 or len(numbered) < 2:
        return False
    first_up = re.match(rf"\s*{_UP}\b", draft.right(numbered[0])) and re.match(rf"\s*{_DOWN}\b", draft.right(numbered[1]))
    first_down = re.match(rf"\s*{_DOWN}\b", draft.right(numbered[0])) and re.match(rf"\s*{_UP}\b", draft.right(numbered[1]))
    if not first_up and not first_down:
        return False
    for place, name in enumerate(("advances", "declines") if first_up else ("declines", "advances")):
        draft.inputs[name] = [pair[place] for pair in pairs]
        draft.origin[name] = used[0]
    draft.use(*used)
    return True


def _with_the_next(draft: Draft, counted: list[Quantity]) -> list[Quantity]:
    """With the number that follows a single one in a list of two: 'advances 1820 and 1050'."""
    if len(counted) != 1:
        return counted
    earlier = next((q for q in reversed(draft.free("number")) if q.end <= counted[0].start), None)
    if earlier is not None and re.fullmatch(r"\s*,?\s*(?:then|and then)\s*", draft.text[earlier.end : counted[0].start]):
        return [earlier, counted[0]]
    later = next((q for q in draft.free() if q.start > counted[0].start), None)
    joined = (
        later is not None
        and re.fullmatch(rf"\s*(?:,|and|&|,\s*and|,?\s*then|\s)\s*(?:{_WEEKDAY}\s*)?", draft.text[counted[0].end : later.start]) is not None
    )
    return [counted[0], later] if joined and later is not None and later.unit == "number" else counted


def _is_counted(draft: Draft, quantity: Quantity, words: str) -> bool:
    """Whether a number counts the issues of some words: behind it, or before it where no other number has them behind it."""
    first_word = re.search(rf"\b(?:{_UP}|{_DOWN})\b", draft.text[draft.text.find("line") + 1 :])
    first_number = next(iter(draft.quantities)).start
    named_before = first_word is not None and first_word.start() + draft.text.find("line") + 1 < first_number
    if named_before:
        return bool(re.search(rf"\b{words}{_COUNTED}$", draft.left_clause(quantity)))
    if re.match(rf"\s*(?:issues\s+|stocks\s+|names\s+)?(?:were\s+)?{words}\b", draft.right(quantity)):
        return True
    other = rf"\s*(?:issues\s+|stocks\s+)?(?:{_UP}|{_DOWN})\b"
    return bool(re.search(rf"\b{words}{_COUNTED}$", draft.left_clause(quantity))) and not re.match(other, draft.right(quantity))


def read_leverage(draft: Draft) -> None:
    """The leverage of a fund in words: 'unlevered', 'twice-leveraged'."""
    if draft.says(r"\b(?:un-?levered|un-?leveraged|non-?leveraged|not leveraged|without leverage|no leverage)\b"):
        draft.inputs["leverage"] = 1.0
        draft.use(*[again for again in draft.free("multiple") if again.number == 1.0])
    for word, times in (("twice|double|doubly|two times", 2.0), ("triple|triply|three times", 3.0)):
        if draft.says(rf"\b(?:{word})[- ](?:lever(?:ed|aged))\b"):
            draft.inputs["leverage"] = times


def read_fund_path(draft: Draft) -> None:
    """A path of the futures index, or the slope of the curve; leverage of the fund and days held."""
    read_closes(draft, "futures_path")
    draft.says(r"\b(?:fees?|expense ratio|ter)\b\D{0,12}[\d.]+\s?(?:%|pct|percent|bps?)?\s?(?:/|per |a )\s?(?:yr|year|annum)\b")
    for quantity in draft.free("fraction"):
        near = draft.left_clause(quantity) + quantity.text + draft.right_clause(quantity)
        if quantity.note == "per_month" or (re.search(r"\b(?:contango|backward\w*|slope|curve|roll)\b", near) and re.search(r"\bmonth", near)):
            backward = re.search(r"\bbackwardat\w+", draft.text)
            sign = -1.0 if backward and quantity.number > 0 else 1.0
            draft.spans += [backward.span()] if backward and not re.search(r"\bcontango\b", draft.text) else []
            draft.take("slope_fraction_per_month", quantity, sign * quantity.number)
            break
    read_leverage(draft)
    for quantity in draft.free("multiple"):
        short = re.search(r"\b(?:inverse|short)\b", draft.text) is not None and quantity.number > 0
        draft.take("leverage", quantity, -quantity.number if short else quantity.number)
        draft.says(r"\binverse\b")
        break
    if re.search(r"\b(?:uvxy|svxy|svix)\b", draft.text) and "leverage" not in draft.inputs:
        draft.ask("leverage", "ratio", "What is the daily leverage of the fund, negative for an inverse one?")
    year = re.search(r"(?<!% )(?<!%)(?<!pct )(?<!percent )\ba year\b", draft.text)
    if year and draft.free("days"):
        draft.spans.append(year.span())
