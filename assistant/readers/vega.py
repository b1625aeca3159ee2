"""The planned hedge vega, as it is or as a part of the book's vega, and the futures' share of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.inputs.belonging import is_of_something_else
from assistant.inputs.draft import Draft, between
from assistant.patterns import Pattern
from assistant.quantities import Quantity

if TYPE_CHECKING:
    from assistant.inputs.requests import CalculationRequest

SMALLEST_USD = 50.0
# A smaller part of the whole is no amount but a percentage or a count.
LEAST_SHARE = 0.01
_HEDGED = r"(?:hedg\w+|cover\w*|protect\w*|insur\w+|offset\w*)"
_VEGA = r"\b(?:vegas?|h|hedge|hedged|plan(?:ned)?|budget)\b"
_PART_WORDS = r"\b(?:etfs?|funds?|calls?|tranches?|futures? (?:layer|leg|vega)|vx|vxm|minis?)\b"
# A level, with no word of the hedge between it and its number.
_LEVEL = r"\b(?:spx|s&p|spot|index|underlying|strike|nav|cash|account of)\b(?![^;,.?!]*\b(?:vega|hedge\w*|plan\w*|total|h)\b)"
_INDEX = r"\b(?:spx|s&p)\b"
_IN_FUTURES = r"^\s*(?:usd|dollars)?\s*(?:worth\s+|vega\s+)*(?:of (?:that|it|this|which|them)\s+)?(?:\w+\s+){0,2}?(?:in|into|to|as)\s+(?:the\s+|vx\s+|vix\s+)*futures?\b"


_OF_WHOLE = r"\s*(?:out )?of (?:the |my |our |a )*(?:total |whole |planned |hedge |vega )*"
_WHOLE_IN_FUTURES = (
    r"\s*(?:usd |dollars |of |in )*(?:total |whole |planned |hedge |vega |book |plan )*(?:that |which )?(?:\w+ )?(?:goes|go|going|sits?|is|are|put|to go)\s+"
    r"(?:in|into|to)\s+(?:the |vix |vx )*(?:futures?|vx)\b"
)


_GOES_INTO_FUTURES = (
    r"(?:\s*of (?:the |my |our |this |that |it|which)+\s*(?:\w+ ){0,4}?(?:goes|go|going|gone|be|is|are|put|sits?|placed)\s+|"
    r"\W*(?:to be (?:precise|exact)|exactly|precisely)\W*)(?:in|into|to)\s+(?:the |vix |vx )*futures?\b"
)
_PLACE_IN_BAND = Pattern(
    r"\b(?:mid\w*|middle|cent(?:re|er)|top|bottom|(?:low|high|lower|upper)(?: end)?)\s+of\s+(?:the |that |its )?(?:futures )?(?:band|range)\W*(?:i\.?e\.?\W*)?$"
)
_PART_IS = Pattern(
    r"(?P<share>\d[\d.]*\s?(?:%|pct|percent))\s+(?:of (?:it|the hedge|my hedge)\s+)?(?:call\s+)?(?:clip|tranche|increment|step|slice|futures(?: layer)?)\b"
    r"[^;?.\d]{0,25}?\b(?:is|equals|comes to|worth|costs|=)\s*(?:worth\s+|about\s+)?\$?(?P<amount>\d)"
)
_ASKS_FOR_WHOLE = (
    r"\b(?:how (?:big|large|much)|what)(?:'?s| is| must)?\s+(?:the|my|our)\s+(?:total|whole|planned|entire)\s+(?:planned\s+)?(?:hedge|vega|plan)\b"
)
_END_OF_BAND = Pattern(
    r"\b(?:(?P<low>bottom|low(?:er)? end|floor|minimum)|(?P<middle>mid-?point|middle|centre|center|midway|half-?way)|"
    r"top|(?:high|upper) end|cap|ceiling|maximum)\s+of\s+(?:the\s+|its\s+|that\s+)?"
    r"(?P<band>\d[\d.]*\s?%?\s?(?:-|–|to|/)\s?\d[\d.]*\s?(?:%|pct|percent)?)\s*(?:futures\s+)?(?:band|range)\b"
)


def read_planned_vega(draft: Draft, name: str = "planned_hedge_vega_usd", *, lone: bool = True) -> None:
    """Find the total planned hedge vega: the number beside vega words, times the part to be hedged; a magnitude.

    `lone`: the only amount of a question on a hedge is that vega without words of its own.
    """
    if _read_per_condor(draft, name) or _read_from_part(draft, name):
        return
    found = [quantity for quantity in draft.free("usd", "number") if _is_total(draft, quantity)]
    labelled = [quantity for quantity in found if _vega_score(draft, quantity) > 0]
    if not labelled and len(found) == 1 and lone and re.search(r"\bvega|hedge|split|layers?\b", draft.text):
        labelled = found
    if not labelled:
        return
    scores = [_vega_score(draft, quantity) for quantity in labelled]
    if scores.count(max(scores)) > 1:
        return
    total = labelled[scores.index(max(scores))]
    amount = abs(total.number)
    part = _hedged_part(draft, total)
    if part is not None:
        amount = round(amount * part.number, 9)
        draft.use(part)
    draft.take(name, total, amount)
    draft.says(r"\bminus\s+(?=\$?\d)")
    draft.says(rf"\b{_HEDGED}\s+(?:all|the whole|everything|100 ?%)(?: of it| thing| book)?\b")


def _read_per_condor(draft: Draft, name: str) -> bool:
    """'-142 vega per condor and I carry 45 of them': the vega of one times how many there are."""
    counts = [q for q in draft.free("count", "multiple", "number") if q.number > 0 and q.number.is_integer() and _counts_condors(draft, q)]
    each = [q for q in draft.free("usd", "number") if q not in counts and _is_of_one(draft, q)]
    if len(counts) != 1 or len(each) != 1:
        return False
    amount = abs(each[0].number) * counts[0].number
    part = _hedged_part(draft, each[0])
    if part is not None:
        draft.use(part)
        amount *= part.number
    draft.take(name, each[0], round(amount, 9))
    draft.use(counts[0])
    draft.says(r"\b(?:full(?:y)? hedged?|hedge (?:it |them )?(?:in full|fully|all|the lot|everything))\b")
    draft.says(r"\bminus\s+(?=\$?\d)")
    return True


def _read_from_part(draft: Draft, name: str) -> bool:
    """'one 20% call clip of my plan is 1,150, how big is the total hedge': the whole from a part whose share is told."""
    match = _PART_IS.search(draft.text)
    if match is None:
        return False
    share, amount = (next((q for q in draft.free() if q.start <= match.start(group) < q.end), None) for group in ("share", "amount"))
    if share is None or amount is None or share.unit != "fraction" or share.low is not None or amount.unit not in ("usd", "number"):
        return False
    if re.search(_ASKS_FOR_WHOLE, draft.text) is None or amount.number < SMALLEST_USD:
        return False
    draft.take(name, amount, round(amount.number / share.number, 9))
    draft.use(share)
    draft.spans += [match.span(), *(found.span() for found in re.finditer(_ASKS_FOR_WHOLE, draft.text))]
    return True


def _counts_condors(draft: Draft, quantity: Quantity) -> bool:
    """Whether a number says how many condors there are."""
    if quantity.unit in ("count", "multiple"):
        return True
    return re.match(r"\s*(?:of (?:them|those|these)|(?:spx |iron |short )*(?:condors?|ics|lots|contracts))\b", draft.right(quantity)) is not None


def _is_of_one(draft: Draft, quantity: Quantity) -> bool:
    """Whether an amount of vega is said of a single condor."""
    one = r"(?:per|a|each|every|one|/)\s?(?:iron\s|spx\s|single\s)*(?:condor|ic|lot|contract|unit)\b"
    left, right = draft.left_clause(quantity), draft.right_clause(quantity)
    named = (
        re.search(
            rf"\beach (?:is |one |of them )?(?:net )?(?:short|long)\s*$|\bvega\b[^,;]*{one}|{one}[^,;]*\bvega\b|\beach (?:condor|one|ic)\b[^,;]*\bvega\b",
            left,
        )
        is not None
    )
    behind = re.match(rf"\s*(?:usd |dollars |of |net |short |hedge )*(?:vega\s*)?(?:short\s*)?(?:{one}|each\b|apiece\b)", right) is not None
    return (named or behind or quantity.note == "per_contract") and re.search(r"\bvega\b", draft.text) is not None


def _is_total(draft: Draft, quantity: Quantity) -> bool:
    if abs(quantity.number) < SMALLEST_USD or quantity.note in ("per_contract", "spelled-out"):
        return False
    left, right = draft.left_clause(quantity), draft.right_clause(quantity)
    if not re.search(r"\bvega\b|\bhedge\b", left + right) and is_of_something_else(draft, quantity):
        return False
    if re.search(r"\b(?:account|portfolio|margin|cash|budget|max(?:imum)? loss|credit|savings|hedge with|spend)\b", left + right) and not re.search(
        r"\bvega\b", left + right
    ):
        return False
    if re.match(_IN_FUTURES, right) or re.search(rf"{_LEVEL}[^;,.?!]*$", left) or re.match(rf"\s*(?:on (?:the )?)?{_INDEX}", right):
        return False
    of_a_part = re.search(rf"{_PART_WORDS}(?:\s\w+){{0,3}}\W*$", left) or re.match(
        rf"\s*(?:vega\s+|usd\s+|dollars\s+)?(?:in\s+|of\s+|for\s+)?(?:the\s+)?{_PART_WORDS}", right
    )
    return not (of_a_part and not re.search(r"\b(?:total|whole|planned|overall|hedge vega|vega hedge|vega for the whole)\b", left + right))


def _vega_score(draft: Draft, quantity: Quantity) -> float:
    left, right = draft.left_clause(quantity), draft.right_clause(quantity)
    score = 0.0
    if re.search(r"\b(?:total|whole|planned?|hedge vega|vega to hedge)\b", left + " " + right):
        score += 2.0
    if re.search(rf"{_VEGA}\W*(?:\w+\W+){{0,4}}$", left) or re.match(rf"\W*(?:\w+\W+){{0,4}}?{_VEGA}", right):
        score += 1.0
    return score


def _hedged_part(draft: Draft, total: Quantity) -> Quantity | None:
    """The part of the book that is hedged: 'hedge half of it', 'hedging 60 %'."""
    for quantity in draft.free("fraction"):
        if quantity.low is not None or not 0 < quantity.number <= 1:
            continue
        left, right = draft.left(quantity), draft.right(quantity)
        if re.search(rf"\b(?:futures|vx|vxm|calls?|etfs?)\s+(?:will |would |to |should )?{_HEDGED}\W*$", left):
            continue  # a layer's share, not the hedge's
        beside = re.search(rf"{_HEDGED}\s+(?:only\s+|just\s+|about\s+|up to\s+)*$", left)
        behind = re.match(
            rf"\s*(?:of (?:it|that|this|the book|my book|them|the position)\s*)?(?:(?:is|gets?|being|will be|to be|shall be)\s+)*{_HEDGED}", right
        )
        of_total = (
            re.match(r"\s*of\s+(?:a\s+|the\s+|my\s+)?$", right) and quantity.end < total.start and total.start - quantity.end < len(" of a the my ")
        )
        of_book = (
            re.match(r"\s*of\s+(?:an?\s+|the\s+|my\s+)?(?:total\s+|net\s+|short\s+)?$", draft.text[quantity.end : total.start]) is not None
            and re.match(
                r"\s*(?:usd |dollars |of |short |net |in )*(?:vega\s+)?(?:condor\s+)?(?:book|position|exposure|condors)\b", draft.right(total)
            )
            and re.search(r"\b(?:in|into|to)\s+(?:the\s+|vix\s+|vx\s+)*futures?\b", draft.right(total)) is None
        )
        if of_book:
            return quantity
        if (beside and not re.match(r"\s*(?:in|into|to|with)\b", right)) or behind or (of_total and re.search(rf"{_HEDGED}\W*(?:\w+\W+)?$", left)):
            return quantity
    return None


def read_futures_share(draft: Draft) -> None:
    """The futures' share given as an amount of the whole: '2.5k of that sits in futures'."""
    total = draft.inputs.get("planned_hedge_vega_usd")
    if not isinstance(total, float) or total <= 0:
        return
    whole = draft.origin.get("planned_hedge_vega_usd")
    for part in draft.free("fraction"):
        if part.low is None and "futures_share_fraction" not in draft.inputs and _whole_goes_into_futures(draft, part, whole):
            draft.take("futures_share_fraction", part)
    for quantity in draft.free("usd", "number"):
        left = draft.left_clause(quantity)
        in_futures = _whole_goes_into_futures(draft, quantity, whole) or re.match(_IN_FUTURES, draft.right_clause(quantity))
        in_futures = in_futures or re.search(r"\bfutures\s+(?:get|take|hold|have|at|are|is|being)\s*$", left)
        of_it = re.search(r"\bfutures\s*$", left) and re.match(r"\s*of (?:it|that|this|which|them)\b", draft.right_clause(quantity))
        if (in_futures or of_it) and LEAST_SHARE * total < quantity.number <= total:
            draft.take("futures_share_fraction", quantity, round(quantity.number / total, 12))
            return


def _whole_goes_into_futures(draft: Draft, part: Quantity, whole: Quantity | None) -> bool:
    """'1,200 of my 4,000 total hedge vega goes in futures': the part, told before its whole."""
    if whole is None or part.end > whole.start or not re.fullmatch(_OF_WHOLE, draft.text[part.end : whole.start]):
        return False
    return re.match(_WHOLE_IN_FUTURES, draft.right_clause(whole)) is not None


def change_share(draft: Draft, previous: CalculationRequest) -> None:
    """'the futures get 2k' of a total that is known is a share; an amount of another layer, or more than the total, is asked about."""
    total = previous.inputs.get("planned_hedge_vega_usd")
    if not isinstance(total, float):
        return
    for quantity in draft.free("usd", "number"):
        left, right = draft.left_clause(quantity), draft.right_clause(quantity)
        any_layer = rf"(?:{_PART_WORDS}|\bfutures\b)"
        layer = re.search(any_layer, left) or re.match(rf"[^;,.]{{0,30}}?{any_layer}", right)
        if layer is None or re.search(r"\b(?:total|whole|hedge|planned|overall)\b", left + right) or quantity.number < SMALLEST_USD:
            continue
        if re.search(r"futures|\bvx\b", layer.group()) and LEAST_SHARE * total < quantity.number <= total:
            draft.take("futures_share_fraction", quantity, round(quantity.number / total, 12))
        else:
            draft.use(quantity)
            draft.ask("planned_hedge_vega_usd", "usd", f"Is {quantity.text.strip()} the vega of one layer or the planned hedge vega in all?")


def read_layer_split(draft: Draft) -> None:
    """The total first, then a share that is an amount; the rule of 20 % increments is no share."""
    draft.says(r"\bat (?:least|most),?\s*(?:and|or|,)?\s*(?:at )?(?:least|most)\b")
    read_planned_vega(draft)
    read_futures_share(draft)
    for quantity in draft.free("fraction"):
        near = draft.right_clause(quantity)
        if (
            quantity.low is None
            and re.match(r"\s*(?:call\s+)?(?:increments?|tranches?|steps?|clips?|rule|call)\b", near)
            and abs(quantity.number - 0.2) < 1e-9
        ) or (
            quantity.note == "part"
            and abs(quantity.number - 0.2) < 1e-9
            and re.search(r"\b(?:steps?|tranches?|increments?|clips?)\b", draft.left(quantity))
        ):
            draft.use(quantity)
            draft.spans.append((quantity.start, quantity.end))
    _read_share_of_the_whole(draft)
    _read_share_further_on(draft)
    _read_bare_share(draft)
    for steps in re.finditer(r"\b(?:three|3)\s?(?:x\s?|times\s|at\s)?20\s?(?:s|%|pct|percent)?s?\b", draft.text):
        draft.use(*between(draft.free(), *steps.span()))  # the rule of three increments
        draft.spans.append(steps.span())


def _read_bare_share(draft: Draft) -> None:
    """'split 9k vega at 30 %': the one percentage of a split, inside the band, that no word gives to another layer or to the part that is hedged."""
    slot, left = draft.slot("futures_share_fraction"), draft.free("fraction")
    if slot is None or slot.plausible is None or slot.name in draft.inputs or len(left) != 1 or left[0].low is not None:
        return
    before, behind = draft.left_clause(left[0]), draft.right_clause(left[0])
    end = r"\b(?:bottom|top|low|high|lower|upper)(?: end)? of (?:the |that |its )?(?:futures |vx )?(?:band|range)\W*(?:i\.?e\.?|so|namely|at|is)?\W*$"
    bare = re.search(end, draft.left(left[0])) is not None or (
        re.search(r"(?:\b(?:at|with|using|use|say|share)|@)\s*$", before) is not None
        and re.match(r"\s*(?:$|share\b|please\b|pls\b)", behind) is not None
    )
    other = re.search(rf"{_HEDGED}\W*(?:\w+\W+)?$|\b(?:calls?|etfs?|vix|vol|hedged)\b", before) is not None
    if bare and not other and slot.plausible[0] <= left[0].number <= slot.plausible[1]:
        draft.take(slot.name, left[0])


def _read_share_of_the_whole(draft: Draft) -> None:
    """'35 % of my planned hedge vega shall go into futures'."""
    for quantity in draft.free("fraction"):
        if quantity.low is None and re.match(_GOES_INTO_FUTURES, draft.right(quantity)):
            draft.take("futures_share_fraction", quantity)
            return


def note_end_of_band(draft: Draft) -> None:
    """'At the top of the band, i.e. 40 %': an end of the band that the share itself stands for."""
    slot, share = draft.slot("futures_share_fraction"), draft.inputs.get("futures_share_fraction")
    if slot is None or slot.plausible is None:
        return
    if share is None:
        _read_end_of_given_band(draft, slot.plausible)
        return
    if not isinstance(share, float):
        return
    words = {slot.plausible[0]: r"lower|low|bottom|floor|min(?:imum)?", slot.plausible[1]: r"upper|high|top|cap|max(?:imum)?"}.get(share)
    if words is not None:
        draft.says(rf"\b(?:{words})(?: end)?(?: of (?:the |that |its )?(?:futures )?(?:band|range))?\b")


def _read_end_of_given_band(draft: Draft, band: tuple[float, float]) -> None:
    """'At the bottom of the 25-40 band' with the band in numbers, which are the method's own."""
    match = _END_OF_BAND.search(draft.text)
    if match is None:
        return
    ends = [quantity for quantity in draft.quantities if match.start("band") <= quantity.start < match.end("band")]
    values = [(quantity.low, quantity.number) if quantity.low is not None else tuple(n / 100 for n in quantity.numbers) for quantity in ends]
    if len(values) == 1 and len(values[0]) == 2 and values[0] == band:
        draft.take("futures_share_fraction", ends[0], _end_of(band, match))
        draft.spans.append(match.span())


def _end_of(band: tuple[float, float], match: re.Match[str]) -> float:
    """The end of a band that is named, or its middle."""
    low, high = band
    return low if match["low"] else round((low + high) / 2, 12) if match["middle"] else high


def _read_share_further_on(draft: Draft) -> None:
    """'For futures i take the low end, 25%', 'the middle of the band (32.5 %)': the one percentage, inside the band, of a sentence on futures."""
    left = [quantity for quantity in draft.free("fraction") if quantity.low is None and quantity.note != "part"]
    if "futures_share_fraction" in draft.inputs or len(left) != 1:
        return
    slot = draft.slot("futures_share_fraction")
    of_band = _PLACE_IN_BAND.search(draft.left(left[0]))
    if slot is not None and slot.plausible is not None and of_band is not None and slot.plausible[0] <= left[0].number <= slot.plausible[1]:
        draft.take("futures_share_fraction", left[0])
        return
    before = re.search(r"\b(?:futures?|vx)\b(?P<between>[^.;?!]{0,40})$", draft.text[: left[0].start])
    if slot is None or slot.plausible is None or before is None or re.search(r"\b(?:calls?|etfs?|vix|up|down|not)\b|\d", before["between"]):
        return
    if slot.plausible[0] <= left[0].number <= slot.plausible[1] and not re.match(
        r"\s*(?:to |of |for |in )?(?:the )?(?:calls?|etfs?)\b", draft.right(left[0])
    ):
        draft.take("futures_share_fraction", left[0])
