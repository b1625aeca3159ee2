"""The four strikes, the credit and the volatilities of an iron condor."""

from __future__ import annotations

import re

from assistant.inputs.draft import Draft
from assistant.patterns import Pattern
from assistant.quantities import Quantity
from assistant.readers.strikes import LEGS, LOWEST_STRIKE, read_strikes

USD_PER_POINT = 100.0
# A smaller credit 'a contract' is rather a quoted price in points.
LEAST_USD = 50.0
_MOST_VOLATILITY = 1.5
# 'each one paid me $1,240'
_EACH_PAID = Pattern(
    r"\b(?:each|every)(?: (?:one|condor|ic|lot|of them|of those))? (?:has )?(?:paid|pays|brought|brings|gave|gives|earned|earns|took in|collected|netted)"
    r"(?: (?:me|us|in))?\s*$"
)
_SIDE_CREDIT, _SIDE = (
    r"\$?(?P<price>\d+(?:\.\d+)?|\.\d+)(?![\d.]*\d|\s?[/%]|\s?wide)",
    r"(?P<right>put|call)\s+(?:side|spread|vertical|wing|credit)s?",
)
_CREDIT_OF_SIDE = (
    Pattern(
        rf"\b{_SIDE}\b\s*(?:\d[\d,.]*\s?/\s?\d[\d,.]*\s*)?(?:credit\s*)?(?:(?:for|at|@|is|of|=|:|got|brought(?: in)?|pays|paid|took in|gave)\s*)?{_SIDE_CREDIT}"
    ),
    Pattern(rf"{_SIDE_CREDIT}\s*(?:credit\s*)?(?:for|on|from|off)?\s*(?:the\s+)?{_SIDE}\b"),
)
_PRICED_LEG = Pattern(
    r"(?:(?<![\w.])(?P<sign>[+-])|\b)(?:(?P<verb>sold|short|sell|bot|bought|buy|long)\s+)?(?:the\s+)?(?:(?P<count>\d{1,4})\s+(?:x\s+)?)?(?:spx\s+)?(?P<strike>\d[\d,.]{2,})\s*-?(?P<right>puts?|calls?|p|c)\b"
    r"\s*(?:@|at|for)?\s*(?P<price>\$?(?:\d+(?:\.\d+)?|\.\d+))(?![\d.]*\d|\s?[pc%]\b)"
)


def read_condor(draft: Draft, prefix: str = "") -> None:
    """Strikes, credit and volatilities by leg. Strikes out of order are asked about."""
    _read_single(draft, prefix)
    _read_priced_legs(draft, prefix)
    read_strikes(draft, prefix)
    _read_credit_times(draft, prefix)
    _read_credit_of_sides(draft, prefix)
    _read_leg_volatilities(draft, prefix)
    _read_dollar_credit(draft, prefix)


def _read_single(draft: Draft, prefix: str) -> None:
    """'one single iron condor', 'one 5900/5950/6400/6450 condor': a number word that the grammar leaves alone."""
    match = re.search(
        r"\b(?:just |only )?(?:(?:one|a) single|one|single)\s+(?:spx\s+|short\s+)*(?:iron condor|condor|ic|lot|contract\b|(?=\d{4}|\d,\d{3}))",
        draft.text,
    )
    if match is None or draft.free("count", "multiple"):
        return
    # 'for one condor' is a rate; 'on a single condor' tells how many there are.
    of_each = "per|each|a" if "single" in match.group() else "per|for|each|a|on"
    if not re.search(rf"\b(?:{of_each})\s*$", draft.text[: match.start()]):
        draft.take(f"{prefix}contracts", Quantity(match.group().strip(), match.start(), match.end(), "count", 1.0, note="spelled"))


def _read_credit_times(draft: Draft, prefix: str) -> None:
    """'for 6.85 x 5', '8.00 x10' is a credit and a number of condors; two whole numbers may be the other way round and are left."""
    draft.says(
        r"\b(?:make|lose|earn|gain|risk|win|owe)\b(?: \w+){0,2} at (?:the )?(?:most|worst|best)\b|"
        r"\bat (?:the )?(?:most|worst|best)\b(?= (?:can|could|do|would|will) (?:i|we)\b)"
    )
    draft.says(r"\b(?:put|call) spreads?\s+(?:plus|and)\s+(?:the\s+|a\s+)?(?=\d[\d,.]*\s*[/–-]\s*\d[\d,.]*\s+(?:put|call) spreads?\b)")
    draft.says(r"\bwings? (?:are not|aren['’]?t|not) (?:equal|even|the same|equally wide)(?: width)?\b")
    draft.says(r"\b(?:net|credit|for|collected|took in)\b[^;?]{0,12}?\d\s+(?:for|on|from) both\b")
    among_hedges = "hedges" in draft.given  # '20 of them' may be condors or hedges
    draft.says(r"\b(?:got|get|was|were|been|being|condors?|ics?|trade|position|which|it) (?:paid|pays)\b")
    for held in draft.free("number") if not among_hedges else ():
        if re.search(r"\bi (?:have|hold|own|did|do|trade|run) (?:only |just )?$", draft.left(held)) and re.match(
            r"\s*(?:[,.;?]|$|of (?:them|those|these)\b)", draft.right(held)
        ):
            draft.take(f"{prefix}contracts", held)
    if f"{prefix}contracts" not in draft.inputs and not among_hedges:
        of_them = [q for q in draft.free("number") if q.number.is_integer() and _is_of_them(draft, q)]
        if len(of_them) == 1:
            draft.take(f"{prefix}contracts", of_them[0])
    for pair in draft.free("pair"):
        credit, count = pair.numbers
        if re.fullmatch(r"[\d.]+\s?x\s?\d+", pair.text.strip()) and count.is_integer() and ("." in pair.text.split("x")[0] or credit < count):
            draft.take(f"{prefix}credit_index_points", pair, credit)
            draft.take(f"{prefix}contracts", pair, count)
            return


def _read_credit_of_sides(draft: Draft, prefix: str) -> None:
    """'put side 9.20 + call side 8.15', '9.20 for the put spread and 8.15 for the call spread': the credit is their sum."""
    for pattern in _CREDIT_OF_SIDE:
        found = {match["right"]: match for match in pattern.finditer(draft.text)}
        prices = {right: draft.starting(match.start("price")) for right, match in found.items()}
        sides = [
            price for price in prices.values() if price is not None and price.unit in ("number", "points", "usd") and price.note != "per_contract"
        ]
        if set(prices) == {"put", "call"} and len(sides) == len(prices) and all(0 < side.number < LOWEST_STRIKE for side in sides):
            draft.take(f"{prefix}credit_index_points", sides[0], round(sum(side.number for side in sides), 9))
            draft.use(*sides)
            draft.spans.append((min(match.start() for match in found.values()), max(match.end() for match in found.values())))
            return


def _is_of_them(draft: Draft, quantity: Quantity) -> bool:
    """Whether a number says how many of the condors there are: '7 of them', 'sold twelve of the 5925p-...', 'I did 25 of an iron condor'."""
    if re.match(r"\s*of (?:them|em|those|these|the things)\b(?!\s+(?:last|before|back|earlier|already|in \w+ \d))", draft.right(quantity)):
        return True
    done = re.search(r"\b(?:sold|short|wrote|did|do|have|hold|trad(?:e|ed)|on|sell|opened)\s+$", draft.left(quantity))
    return done is not None and re.match(r"\s*of (?:an?|the|my|this|that)\b", draft.right(quantity)) is not None


def _read_leg_volatilities(draft: Draft, prefix: str) -> None:
    """Four volatilities in strike order: '20.5/19.5/13/12.5 %', 'leg vols 20.5 19.5 13 12.5'."""
    name = "implied_volatility" if draft.slot("implied_volatility") is not None else f"{prefix}implied_volatility"
    if _read_volatility_of_each(draft, prefix, name):
        return
    implied = draft.after(r"\bimplied\b", "fraction", "vol")
    if implied is not None and implied.low is None:
        draft.take(name, implied)
        return
    for quantity in draft.free("series"):
        said = re.search(r"\b(?:vols?|ivs?|volatilit\w+)\b", draft.left_clause(quantity) + draft.right_clause(quantity))
        if len(quantity.numbers) != len(LEGS) or not (said or quantity.note == "percent"):
            continue
        if quantity.note == "percent" or max(quantity.numbers) <= 1.5:
            values = list(quantity.numbers)
        elif min(quantity.numbers) >= 3.0 and re.search(r"\bvols?\b", draft.left_clause(quantity) + draft.right_clause(quantity)):
            values = [round(value / 100, 12) for value in quantity.numbers]
        else:
            continue
        draft.take(name, quantity, values)


def _read_volatility_of_each(draft: Draft, prefix: str, name: str) -> bool:
    """'long 5600p at 21.2 % iv, short 5700p at 20.1 %, ...': a volatility right behind each strike."""
    legs = [draft.origin.get(f"{prefix}{leg}") for leg in LEGS]
    strikes = [leg for leg in legs if leg is not None]
    if len({strike.start for strike in strikes}) < len(LEGS) or not re.search(r"\b(?:ivs?|vols?|volatilit\w+)\b", draft.text):
        return False
    found = []
    for strike in strikes:
        behind = next((quantity for quantity in draft.quantities if quantity.start >= strike.end and quantity.unit != "name"), None)
        if behind is None or behind.start in draft.used or behind.low is not None or not _is_volatility(draft, behind):
            return False
        found.append(behind)
    if any(re.search(r"\b(?:rate|yield|div\w*|tax)\b", draft.left(quantity)) for quantity in found):
        return False
    draft.take(name, found[0], [quantity.number for quantity in found])
    draft.use(*found)
    return True


def _is_volatility(draft: Draft, quantity: Quantity) -> bool:
    """Whether a quantity has the unit of a volatility, or is a fraction that is called one: '(iv .212)'."""
    if quantity.unit in ("fraction", "vol"):
        return True
    return (
        quantity.unit == "number"
        and 0 < quantity.number <= _MOST_VOLATILITY
        and re.search(r"\b(?:iv|vol|sigma)\W*$", draft.left(quantity)) is not None
    )


def _read_priced_legs(draft: Draft, prefix: str) -> None:
    """'sold 5650p 31.20, bot 5550p 22.85, sold 6350c 18.40, bot 6450c 8.15': the credit is what was sold less what was bought."""
    legs: dict[str, tuple[Quantity, Quantity, float]] = {}
    verb = ""
    counts: list[Quantity] = []
    for match in _PRICED_LEG.finditer(draft.text):
        strike, price = draft.starting(match.start("sign" if match["sign"] else "strike")), draft.starting(match.start("price"))
        if strike is None or price is None or price.unit not in ("number", "usd", "points") or abs(strike.number) < LOWEST_STRIKE:
            return
        verb = {"-": "sold", "+": "bought"}.get(match["sign"] or "", match["verb"] or verb)
        count = draft.starting(match.start("count")) if match["count"] else None
        counts += [count] if count is not None else []
        if not verb:
            return
        side, sign = ("short", 1) if verb.startswith("s") else ("long", -1)
        legs[f"{side}_{'put' if match['right'].startswith('p') else 'call'}"] = (strike, price, sign * price.number)
    credit = round(sum(signed for _, _, signed in legs.values()), 9)
    if set(legs) != set(LEGS) or credit <= 0:
        return
    for leg, (strike, price, _) in legs.items():
        draft.take(f"{prefix}{leg}", strike, abs(strike.number))
        draft.use(price)
    draft.take(f"{prefix}credit_index_points", legs["short_put"][1], credit)
    if counts and len({count.number for count in counts}) == 1 and f"{prefix}contracts" not in draft.inputs:
        draft.take(f"{prefix}contracts", counts[0])
        draft.use(*counts)
    draft.spans += [match.span() for match in _PRICED_LEG.finditer(draft.text)]


def _read_total(draft: Draft, name: str, quantity: Quantity) -> bool:
    """'$2,480 in total' beside a number of condors is so much for all of them."""
    counts = {q.number for q in draft.quantities if q.unit in ("count", "multiple")}
    near = draft.left_clause(quantity) + draft.right_clause(quantity)
    if (
        len(counts) != 1
        or min(counts) < 1
        or not re.search(r"\b(?:in total|total|altogether|in all|for all|overall|all in|all told|combined|together|for the lot)\b", near)
    ):
        return False
    draft.take(name, quantity, round(quantity.number / (USD_PER_POINT * counts.pop()), 9))
    return True


def _read_dollar_credit(draft: Draft, prefix: str) -> None:
    """A credit in USD a contract is a hundredth in points; a USD sign alone before a quoted price is points already."""
    name = f"{prefix}credit_index_points"
    wing = min(
        (
            high - low
            for low, high in ((draft.inputs.get(f"{prefix}{a}"), draft.inputs.get(f"{prefix}{b}")) for a, b in (LEGS[:2], LEGS[2:]))
            if isinstance(low, float) and isinstance(high, float)
        ),
        default=None,
    )
    single = draft.inputs.get(f"{prefix}contracts") == 1 or {q.number for q in draft.quantities if q.unit in ("count", "multiple")} == {1.0}
    for quantity in draft.free("usd"):
        if _read_total(draft, name, quantity):
            return
        beside = re.match(r"\s*(?:credit\s+|premium\s+)?(?:a|per|each|/)\s*(?:contract|condor|lot|ic)?\b", draft.right(quantity))
        paid = _EACH_PAID.search(draft.left(quantity))
        each = quantity.note == "per_contract" or beside is not None or paid is not None
        draft.spans += [(quantity.start - len(paid.group()), quantity.start)] if paid else []
        if each and quantity.number >= LEAST_USD:
            draft.take(name, quantity, round(quantity.number / USD_PER_POINT, 9))
            return
        near = draft.left_clause(quantity) + draft.right_clause(quantity)
        if each or re.search(r"\b(?:credit|for|premium|collect\w*|sold|took|receiv\w+|at)\b|@", near):
            if single and wing is not None and wing < quantity.number < wing * USD_PER_POINT:
                # Of one contract or of all of them is the same, and it is too much for points.
                draft.take(name, quantity, round(quantity.number / USD_PER_POINT, 9))
            elif not each and wing is not None and quantity.number <= wing / 2 and not re.search(r"\b(?:total|in all|altogether|overall)\b", near):
                draft.take(name, quantity)
            else:
                points = quantity.number / USD_PER_POINT
                draft.use(quantity)
                draft.ask(
                    name,
                    "index_points",
                    f"Is the credit of {quantity.text.strip()} in USD a contract (then it is {points:g} index points), in points, or for all contracts together?",
                )
            return
