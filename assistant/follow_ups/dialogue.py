"""Questions that lean on the calculation before: changes, corrections, answers to what was asked, and questions about it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from assistant.follow_ups.becoming import told_as_values
from assistant.follow_ups.doubts import doubt
from assistant.follow_ups.dropping import dropped
from assistant.follow_ups.held import with_hedges
from assistant.follow_ups.plan_changes import shocked
from assistant.follow_ups.relative_changes import read_relative
from assistant.follow_ups.special_changes import SPECIAL
from assistant.follow_ups.switching import switched, volatility_asked
from assistant.inputs.binding import labels_of
from assistant.inputs.draft import FILLERS, Draft
from assistant.inputs.requests import CalculationRequest, assembled, new_draft, request_for
from assistant.inputs.slots import Slot, fits, is_percentage_as_number, words_pattern
from assistant.intent.cues import cue_scores
from assistant.patterns import Pattern
from assistant.quantities import Quantity
from assistant.quantities.dates import MONTH_NAME
from assistant.quantities.lists import without_markers
from assistant.quantities.reader import read_quantities
from assistant.readers import read

MOST_WORDS = 14
_MARKET = Pattern(r"\b(?:vix|spx|s&p|spot|index|market)\b")
_BACKWARD = Pattern(
    r"^(and|n|but|so|same|damn|hmm?|um|uh|wait|oops|lol|k|okay|suppose|supposing|say|assuming|imagine|just|"
    r"what about|how about|what if|make|why|with|no|wrong|if|the|now|try|change|use|set|put|raise|lower|move|switch|swap|replace|actually|"
    r"sorry|ok|then|at|for|also|or|show|which|double|twice|triple|halve|half)\b|"
    r"\b(it|its|that|this|those|these|they|them|one|ones|instead|either|same|again|not|add|until then|by then)\b|"
    r"\b(?:too|as well)\W*$",
    re.IGNORECASE,
)
# 'vega drops to 8k' and nothing more.
_MOVES_TO = Pattern(
    r"\W*(?:the |my |our )?[a-z]+(?: [a-z]+)? (?:drops?|falls?|rises?|goes|climbs?|shrinks?|grows?|jumps?|comes? down|goes? up) to \$?[\d.,]+\s?(?:k|%|pct)?\W*",
    re.IGNORECASE,
)
OWN_CUE = 1.5
_FAR = 5.0
_TAKES_BACK = Pattern(
    r"^\W*(?:(?:no|sorry|i mean|i meant|make (?:it|that)|it(?:['’]?s| is| was)|wait|rather|actually|same|and|with|for|at|try|use|say|what about|how about|"
    r"what if)\W+){1,3}\$?[\d.,]+k?(?:\W+(?:instead|then|now|please|pls|again))*\W*$"
)
_ZERO = Pattern(r"^\W*(?:with |at |and )?(?:no|zero|nil|without)\b(?: \w+){1,3}\W*$|\b(?:is|are) (?:zero|nil)\W*$")
_SIGNAL = Pattern(
    r"\b(?:rsi shift|rsi|macd|a/d|breadth|capm|macro)\b.*\b(?:fired|shift\w*|turned|breach\w*|bullish|bearish|weak|strong|accelerat\w*|now)\b"
)
# 'why not 30 %?' may be meant as a change, 'why 20 % increments?' is none.
_ASKS_WHY = Pattern(r"^\W*(?:and |but |so )?(?:why|how come)\b(?! not\b)")
# What holds numbers in lists besides its inputs, any of which a bare number may be.
_OF_MANY_NUMBERS = frozenset({"plan-hedge", "scenarios", "break-even"})
_BARE_ANSWER_WORDS = 3
_SHORT_WORDS = 8
_AGREES = Pattern(
    r"\W*(?:(?:yes|yep|yeah|yup|right|correct|exactly|sure|ok(?:ay)?|that['’]?s right|i do|i did|percent|pct|%|in percent|yes please)\W*)+"
)
_MONEY = Pattern(r"\$\s?\d[\d.,]*k?\b|\b\d[\d.,]*k? ?(?:usd|dollars|bucks)\b")
_OF_ONE = Pattern(r"\W*(?:it['’]?s |that['’]?s |is )?(?:in usd )?(?:per|a|each|for each|for one|of one)(?: (?:contract|condor|lot|one|ic))?\W*")
_OF_ALL = Pattern(
    r"\W*(?:it['’]?s |that['’]?s |is )?(?:in )?(?:total|all|altogether|for all|all (?:contracts |of them |condors )?together|the total|for all (?:contracts|of them|condors))\W*"
)
_COUNTS = frozenset({"number", "count", "multiple"})
_FEWEST_OF_A_QUESTION = 3
_GOES_ON_OR_POINTS = Pattern(
    r"^\W*(?:and|n|but|so|same|also|or|then|what about|how about|what if|why|for what reason|with|without|if|at|for|instead)\b|"
    r"\b(?:it|its|that|this|those|these|they|them|their|one|ones|instead|either|same|there|then|both|each|the others?|the rest|until then|by then)\b|"
    r"\b(?:too|as well)\W*$",
    re.IGNORECASE,
)


def refers_back(question: str) -> bool:
    """Whether a question leans on the one before it: short and with a word that points back, or only a number."""
    words = question.split()
    if _MOVES_TO.fullmatch(question) is not None:
        return True
    return len(words) <= MOST_WORDS and (bool(_BACKWARD.search(question)) or (len(words) <= 3 and any(c.isdigit() for c in question)))


def leans_on_an_answer(question: str) -> bool:
    """Whether a question on the method leans on the one before it: few words, or words that go on or point back and name nothing themselves."""
    words = question.split()
    return len(words) <= _FEWEST_OF_A_QUESTION or (len(words) <= MOST_WORDS and _GOES_ON_OR_POINTS.search(question) is not None)


def answers(own: CalculationRequest, previous: CalculationRequest, text: str) -> bool:
    """Whether a calculation of its own is rather the answer to what the one before asked for: 'planned hedge vega is 7,500'."""
    wanted = {slot.name for slot in previous.missing} | {entry.name for entry in previous.asked}
    return set(own.origin) <= wanted and own.calculator != previous.calculator and cue_scores(text)[own.calculator] < OWN_CUE


def followed_up(
    text: str,
    quantities: Sequence[Quantity],
    previous: CalculationRequest,
    own: CalculationRequest | None,
    rules: Mapping[str, float],
    as_of: str | None,
) -> CalculationRequest | None:
    """The previous calculation with what a follow-up changes; None when the question is about something else."""
    scenario = shocked(text, quantities, previous, own, as_of)
    if scenario is not None or not _may_follow(text, previous, own, quantities):
        return scenario
    # A hedge that 'goes to 25' has a new mark; in a scenario a market that moves to a level is a shock and no new level.
    if "hedges" not in previous.inputs and not (previous.calculator == "scenarios" and _MARKET.search(text)):
        text = told_as_values(text)
    told = _told_together(text, previous, rules, as_of) or _credit_told(text, previous, rules, as_of)
    if told is not None:
        return told
    previous = with_hedges(text, quantities, previous) or previous
    other = volatility_asked(text, quantities, previous)
    if other is None and own is not None and own.calculator != previous.calculator:
        other = switched(previous, own)
    if other is not None:
        return other
    draft, gone = _draft_of_change(text, quantities, previous, as_of)
    previous = replace(previous, inputs={name: value for name, value in previous.inputs.items() if name not in gone})
    changes = {name: value for name, value in draft.inputs.items() if name != "as_of" or name in draft.origin or _counts_days(draft, previous)}
    unread = own is None and bool(draft.free()) and len(text.split()) <= _SHORT_WORDS
    if not changes and not draft.asked and not unread and not gone:
        return None
    merged = _merged(previous, draft, changes)
    combined = replace(draft, as_of=as_of, inputs=merged, origin={**previous.origin, **draft.origin}, wanted=previous.wanted | draft.wanted)
    return _with_what_is_open(assembled(previous.calculator, combined, rules, previous.facts), previous, draft)


def _told_together(text: str, previous: CalculationRequest, rules: Mapping[str, float], as_of: str | None) -> CalculationRequest | None:
    """The calculation before read once more with what a short answer adds to its list: 'I put in 12k today and get 12.5k back', 'after 110 days'."""
    lists = {slot.name for slot in previous.missing if slot.unit == "list"} | {entry.name for entry in previous.asked if entry.unit == "list"}
    if previous.complete or not lists or len(text.split()) > _SHORT_WORDS:
        return None
    whole = f"{previous.text.rstrip(' ?!.')} {text}"
    request = request_for(previous.calculator, whole, without_markers(whole, read_quantities(whole)), rules, as_of)
    return request if request.complete else None


def _credit_told(text: str, previous: CalculationRequest, rules: Mapping[str, float], as_of: str | None) -> CalculationRequest | None:
    """The condor read once more with what its credit is of: 'per contract', 'in total'."""
    money = _MONEY.search(previous.text)
    of_one, of_all = _OF_ONE.fullmatch(text), _OF_ALL.fullmatch(text)
    if money is None or not (of_one or of_all) or all(not entry.name.endswith("credit_index_points") for entry in previous.asked):
        return None
    whole = f"{previous.text[: money.end()]} {'a contract' if of_one else 'in total'}{previous.text[money.end() :]}"
    request = request_for(previous.calculator, whole, without_markers(whole, read_quantities(whole)), rules, as_of)
    return request if request.complete else None


def _counts_days(draft: Draft, previous: CalculationRequest) -> bool:
    """Whether the day of the question comes in: a date was asked for without days ('how many days is that?'), or an expiry is told as a date."""
    dated = any(name.endswith("expiry") and name in draft.origin for name in draft.inputs)
    return (previous.calculator == "vix-expiry" or dated) and "as_of" not in previous.inputs


def _with_what_is_open(request: CalculationRequest, previous: CalculationRequest, draft: Draft) -> CalculationRequest:
    """With what was not understood before and the follow-up does not settle, so that no change makes it forgotten.

    A quantity of the same unit settles an unplaced one, a value for an input what was asked of it, and new values of all inputs that were read beside
    a word that word.
    """
    units = {_unit_or_count(quantity) for quantity in draft.origin.values()}
    unplaced = tuple(quantity for quantity in previous.unplaced if _unit_or_count(quantity) not in units)
    settled = {*request.inputs, *draft.origin, *(new.name for new in request.asked)}
    asked = tuple(entry for entry in previous.asked if entry.name not in settled)
    words = () if draft.origin and previous.touched <= set(draft.origin) else previous.unmodelled
    return replace(
        request,
        unplaced=(*request.unplaced, *unplaced),
        asked=(*request.asked, *asked),
        unmodelled=(*request.unmodelled, *words),
        touched=frozenset(draft.origin) | (previous.touched if words else frozenset()),
    )


def _unit_or_count(quantity: Quantity) -> str:
    """A quantity's unit, the same for all that only count."""
    return "number" if quantity.unit in _COUNTS else quantity.unit


def _may_follow(text: str, previous: CalculationRequest, own: CalculationRequest | None, quantities: Sequence[Quantity]) -> bool:
    if _ASKS_WHY.match(text):
        return False
    scores = cue_scores(text)
    best = max(scores, key=lambda name: scores[name])
    if own is not None and own.calculator != previous.calculator and scores[best] >= OWN_CUE and len(own.origin) > 1:
        return False
    month = previous.calculator == "vix-expiry" and re.fullmatch(rf"\W*(?:and |n )?(?:for |in )?{MONTH_NAME}\W*", text) is not None
    signal = previous.calculator in ("next-step", "plan-hedge") and len(text.split()) <= _SHORT_WORDS and _SIGNAL.search(text) is not None
    short_answer = not previous.complete and len(text.split()) <= _BARE_ANSWER_WORDS
    return (
        month
        or signal
        or short_answer
        or refers_back(text)
        or (len(text.split()) <= MOST_WORDS and (bool(quantities) or _ZERO.search(text) is not None))
    )


def _draft_of_change(text: str, quantities: Sequence[Quantity], previous: CalculationRequest, as_of: str | None) -> tuple[Draft, frozenset[str]]:
    """What a follow-up changes, and the inputs that it takes back: relative changes, words that belong to one calculator, then its inputs as in any question."""
    draft = new_draft(previous.calculator, text, quantities, as_of, follow_up=True)
    suggested = [entry for entry in previous.asked if entry.suggested is not None]
    if len(suggested) == 1 and _AGREES.fullmatch(text):
        draft.inputs[suggested[0].name] = suggested[0].suggested
        draft.spans.append((0, len(text)))
    gone = dropped(draft, previous)
    draft.given = frozenset(previous.inputs)
    draft.percents = frozenset(name for name, old in previous.origin.items() if old.unit in ("fraction", "vol") and old.low is None and not old.note)
    if "as_of" in previous.inputs:
        draft.as_of = str(previous.inputs["as_of"])
    read_relative(draft, previous)
    special = SPECIAL.get(previous.calculator)
    if special is not None:
        special(draft, previous)
    if len(text.split()) <= _BARE_ANSWER_WORDS or _TAKES_BACK.search(text):
        _answer_what_was_asked(draft, previous)
        _correct_the_only_like(draft, previous)
    read(previous.calculator, draft)
    _answer_what_was_asked(draft, previous)
    draft.says(r"^\W*no\s*(?:,|(?=i (?:mean|meant)\b))")
    draft.says(r"\b(?:instead|either|too|as well)\W*$")
    for name in ("model", "underlying", "instrument"):
        if name in draft.inputs and not _names_choice(draft, name, previous):
            del draft.inputs[name]
    if "market.futures" in draft.inputs and "as_of" not in draft.origin:
        draft.inputs.pop("as_of", None)
    doubt(draft, previous)
    for name, quantity in draft.origin.items():
        added = re.search(r"\badd(?:ing)?\s+(?:an? |the |in )?$", draft.left(quantity))
        if added is not None and name not in previous.inputs:
            draft.spans.append((quantity.start - len(added.group()), quantity.start))  # 'add a 45 bp fee' where there was none
    return draft, gone


def _names_choice(draft: Draft, name: str, previous: CalculationRequest) -> bool:
    """Whether a follow-up changes the instrument or model: its word stands for itself and not before a price."""
    if name not in previous.inputs or draft.inputs[name] == previous.inputs[name]:
        return True
    slot = draft.slot(name)
    if slot is None or name != "instrument":
        return bool(re.search(r"\bblack|\bspx\b|\bvix\b", draft.text))
    words = words_pattern(tuple(slot.choices[str(draft.inputs[name])]))
    return not any(
        q.start >= m.end() and re.fullmatch(FILLERS, draft.text[m.end() : q.start]) for m in words.finditer(draft.text) for q in draft.quantities
    )


def _answer_what_was_asked(draft: Draft, previous: CalculationRequest) -> None:
    """A single number that fits a single input that was asked for."""
    free = draft.free()
    asked = {entry.name for entry in previous.asked}
    open_slots = [slot for slot in (*previous.missing, *(slot for slot in draft.slots if slot.name in asked)) if slot.unit != "list"]
    named = [label for label in labels_of(draft) if not {slot.name for slot in label.slots} & {slot.name for slot in open_slots}]
    if named:
        return  # 'erp 525bp' where the market's return was asked for
    _answer_with_a_date(draft, open_slots)
    fitting = [(q, slot) for q in free for slot in open_slots if fits(q, slot) and not is_percentage_as_number(q, slot)]
    if len(free) == len(fitting) == 1:
        draft.take(fitting[0][1].name, fitting[0][0])


def _answer_with_a_date(draft: Draft, open_slots: Sequence[Slot]) -> None:
    """A lone date where the days to expiry were asked for is the expiry; the days are counted from the day of the question."""
    dates, lives = draft.free("date"), [slot for slot in open_slots if slot.last == "days_to_expiry"]
    if len(dates) == len(lives) == 1 and draft.free() == dates and draft.as_of is not None:
        draft.take(f"{lives[0].name.removesuffix('days_to_expiry')}expiry", dates[0])
        draft.inputs.setdefault("as_of", draft.as_of)


def _correct_the_only_like(draft: Draft, previous: CalculationRequest) -> None:
    """'no, 30': a bare number takes the place of the one input of the calculation before that it is like, by unit and size."""
    free = draft.free("number")
    if len(free) != 1 or draft.free() != free or _TAKES_BACK.search(draft.text) is None or free[0].signed or previous.calculator in _OF_MANY_NUMBERS:
        return
    like = [
        slot
        for slot in draft.slots
        if (old := previous.origin.get(slot.name)) is not None and fits(free[0], slot) and _is_like(_meant(free[0], slot, draft), old.number)
    ]
    like = [slot for slot in like if previous.origin[slot.name].unit not in ("fraction", "bp", "vol")] or like
    if len(like) == 1:
        slot = like[0]
        draft.take(slot.name, free[0], _meant(free[0], slot, draft) if slot.name in draft.percents else None)


def _meant(quantity: Quantity, slot: Slot, draft: Draft) -> float:
    """The value of a number, a percentage without its sign where the input was one before."""
    return round(quantity.number / 100, 12) if slot.name in draft.percents and is_percentage_as_number(quantity, slot) else quantity.number


def _is_like(new: float, old: float) -> bool:
    return 0 < new <= _FAR * abs(old) and abs(old) <= _FAR * new


_ADDS = Pattern(r"\W*(?:and|also|add|plus)\b(?! (?:with|if|what)\b)")
_GROWS = Pattern(r"\badd\b|\balso\b|\b(?:mon|tues|wednes|thurs|fri)day\b|\bnext day\b|\bthen\b")


def _merged(previous: CalculationRequest, draft: Draft, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The previous inputs with the changes; a curve is changed row by row, counts of issues may grow by a day."""
    merged = {**previous.inputs, **changes}
    if previous.calculator == "advance-decline" and _GROWS.search(draft.text):
        for name in ("advances", "declines"):
            if name in changes and name in previous.inputs:
                merged[name] = [*previous.inputs[name], *changes[name]]
    layers, before = changes.get("layers"), previous.inputs.get("layers")
    if isinstance(layers, list) and isinstance(before, list):
        # 'and calls 14k' adds a layer, 'futures 25k' changes one.
        named = {row["name"]: row for row in before}
        merged["layers"] = list({**named, **{row["name"]: {**named.get(row["name"], {}), **row} for row in layers}}.values())
    hedges, held = changes.get("hedges"), previous.inputs.get("hedges")
    if isinstance(hedges, list) and isinstance(held, list) and "hedges" not in draft.origin and _ADDS.match(draft.text):
        merged["hedges"] = [*held, *hedges]
    rows = changes.get("market.futures")
    if rows and isinstance(previous.inputs.get("market.futures"), list):
        by_expiry = {row.get("expiry"): row for row in previous.inputs["market.futures"]} | {row.get("expiry"): row for row in rows}
        merged["market.futures"] = [by_expiry[day] for day in sorted(by_expiry, key=str)]
    if previous.calculator == "vix-expiry" and "month" in changes:
        merged.pop("count", None)
    if "days_to_expiry" in changes and "days_to_expiry" in draft.origin:
        merged.pop("expiry", None)
    return merged
