"""What a follow-up changes in a plan: parts of its condor, and a shock of the market that asks for a scenario of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.inputs.draft import Draft
from assistant.inputs.requests import CalculationRequest, assembled, new_draft
from assistant.inputs.slots import MOST_VOLATILITY, by_path, fits, is_percentage_as_number, nested
from assistant.patterns import Pattern
from assistant.quantities import Quantity
from assistant.readers import read
from assistant.readers.book import BOOK, LIFE, condor_part, found_in, read_condor_again
from assistant.readers.strikes import LEGS

# A condor's volatility as a percentage lies below this one.
MOST_PERCENT = 150.0
# The number is then of those that come or go, not of those that there are.
_CHANGES_THE_COUNT = Pattern(
    r"\b(?:add(?:ing|ed)?|put(?:ting)? on|another|more|extra|sell(?:ing)?|sold|buy(?:ing)? back|bought back|take (?:off|away)|took off|close[ds]?|closing|unwind\w*|"
    r"cover(?:ed|ing)?|roll(?:ed|ing)?|assigned|exercised|expire[ds]?|drop(?:ped)?|remove[d]?)\b.*\b(?:condors?|ics?|lots?|contracts?|of (?:them|those))\b|"
    r"\b\d+\s+(?:more|fewer|less)\b|^\W*(?:buy back|take off|unwind|cover|close|add|sell|roll) \d+\W*$|\badd \$?[\d.]+ to the\b"
)
# Where the plan has what a scenario takes.
_MARKET = {"market.spx": "spot", "market.vix": "vix", "market.rate": "rate", "market.dividend_yield": "dividend_yield", "market.futures": "futures"}


def change_book(draft: Draft, previous: CalculationRequest) -> None:
    """'it expires 2026-06-18', 'and with 20 condors?': what is said of the only condor of the plan, asked for or not."""
    condor = _only_condor(previous)
    if condor is None:
        return
    part = condor_part(draft)
    _answer_what_was_asked(part, previous)
    if _CHANGES_THE_COUNT.search(draft.text):
        counts = part.free("count", "number")
        if counts:
            draft.use(counts[0])
            draft.ask(f"{BOOK}.0.contracts", "count", "How many condors, at which credit, are there then in all?")
            return
    read_condor_again(part)
    if "as_of" in part.origin:
        draft.take("as_of", part.origin["as_of"])
    found = found_in(part, draft)
    told = next((part.origin[f"condor.{name}"] for name in LIFE if f"condor.{name}" in part.origin), None)
    if told is not None:
        draft.origin[f"{BOOK}.0.expiry"] = told  # the days are an answer to the question for the expiry
    if found:
        kept = {name: value for name, value in condor.items() if not (name in LIFE and set(LIFE) & set(found))}
        draft.inputs[BOOK] = [{**kept, **found}]


def _answer_what_was_asked(part: Draft, previous: CalculationRequest) -> None:
    """What stands alone for something that was asked of the condor: 'june 18', '41 days', '19.5 %', '20.5/19.5/13/12.5'."""
    for entry in previous.asked:
        name = entry.name.removeprefix(f"{BOOK}.0.")
        slot = part.slot(f"condor.{name}")
        if slot is None:
            continue
        if name == "expiry":
            _take_life(part)
            continue
        fitting = [q for q in part.free() if fits(q, slot) and not is_percentage_as_number(q, slot)]
        rows = [q for q in part.free("series") if len(q.numbers) == len(LEGS) and all(0 < number < MOST_PERCENT for number in q.numbers)]
        if len(fitting) == 1:
            part.take(slot.name, fitting[0])
        elif name == "implied_volatility" and len(rows) == 1:
            scale = 1 if max(rows[0].numbers) < MOST_VOLATILITY else 100
            part.take(slot.name, rows[0], [round(number / scale, 12) for number in rows[0].numbers])


def _take_life(part: Draft) -> None:
    """A lone date, day or number of days as the condor's expiry."""
    told = part.free("date", "day", "days")
    if len(told) != 1:
        return
    if told[0].unit == "days":
        part.take("condor.days_to_expiry", told[0])
    elif (day := _next_such_day(told[0], part.as_of)) is not None:
        part.take("condor.expiry", told[0], day)


def _next_such_day(quantity: Quantity, as_of: str | None) -> str | None:
    """A date as it stands; a day without its year is the next one from the day of the question on."""
    if quantity.unit == "date":
        return str(quantity.value)
    if as_of is None:
        return None
    year = int(as_of[:4])
    return next(day for day in (f"{year}-{quantity.value}", f"{year + 1}-{quantity.value}") if day >= as_of)


def _only_condor(previous: CalculationRequest) -> Mapping[str, Any] | None:
    """The condor of a plan that has one."""
    condors = by_path(nested(previous.inputs)).get(BOOK)
    return condors[0] if isinstance(condors, list) and len(condors) == 1 else None


def shocked(
    text: str, quantities: Sequence[Quantity], previous: CalculationRequest, own: CalculationRequest | None, as_of: str | None
) -> CalculationRequest | None:
    """The scenario that a follow-up asks of a plan, 'what if spx drops 5 % and the vix jumps 10?'; None where it tells no shock of both.

    The hedges are those of the plan, which only the engine knows: `assistant.planned` adds them.
    """
    condor = _only_condor(previous)
    names_its_own = own is not None and (own.calculator not in ("scenarios", "plan-hedge") or "condor.long_put" in own.inputs or own.complete)
    if previous.calculator != "plan-hedge" or not previous.complete or condor is None or names_its_own:
        return None
    draft = new_draft("scenarios", text, quantities, as_of, follow_up=True)
    facts = read("scenarios", draft)
    if "shocks" not in draft.inputs:
        return None
    given = by_path(nested(previous.inputs))  # a file gives the market as a whole
    taken = {f"condor.{name}": value for name, value in condor.items() if name not in (*LIFE, "implied_volatility")}
    taken |= {name: condor[name] for name in (*LIFE, "implied_volatility") if name in condor}
    taken |= {name: given[path] for path, name in _MARKET.items() if path in given}
    draft.inputs = {**taken, "as_of": given["as_of"], **{name: value for name, value in draft.inputs.items() if name != "as_of"}}
    return assembled("scenarios", draft, {}, facts)
