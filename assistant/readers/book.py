"""The condor that a plan is asked for, typed into the question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.inputs.binding import bind_labelled
from assistant.inputs.draft import Asked, Draft
from assistant.inputs.slots import Slot, slots_of
from assistant.patterns import Pattern
from assistant.readers.condor import read_condor
from assistant.readers.market import read_expiry
from assistant.readers.strikes import LEGS

BOOK = "portfolio.condors"
_PREFIX = "condor."
# Days with the words that make them those of the condor: '41 dte', 'expires in 41 days'.
_TO_EXPIRY = Pattern(r"\d+\s*-?(?:d|days?|calendar days?)?\s*(?:dte\b|(?:to|until|till) (?:exp\w*|go)\b|left\b)")
LIFE = ("expiry", "days_to_expiry")
"""Either tells when a condor ends."""
_WORDS = {"implied_volatility": "implied volatility (one number, or four in strike order)", "credit_index_points": "credit in index points"}
_NEEDED = (*LEGS, "credit_index_points", "contracts")
CONDOR_PARTS = (*_NEEDED, "implied_volatility", *LIFE)


def read_book(draft: Draft) -> None:
    """Strikes, credit, contracts, expiry and volatility of one condor, after what the words of the plan's own inputs decide."""
    bind_labelled(draft)
    part = condor_part(draft)
    read_condor(part, _PREFIX)
    if not any(f"{_PREFIX}{leg}" in part.inputs for leg in LEGS):
        return
    _read_counts_and_life(part)
    found = found_in(part, draft)
    draft.inputs[BOOK] = [found]
    for entry in lacking(found):
        if not (entry.name.endswith("implied_volatility") and "planned_hedge_vega_usd" in draft.inputs):  # a hedge vega that is given needs none
            draft.ask(entry.name, entry.unit, entry.prompt)


def condor_part(draft: Draft) -> Draft:
    """A draft of the condor's own inputs over the same text, which shares what is understood and asked."""
    slots = tuple(slot for slot in slots_of("break-even") if slot.name.startswith(_PREFIX))
    part = Draft(draft.text, draft.quantities, slots, draft.as_of, follow_up=draft.follow_up, used=draft.used, asked=draft.asked, spans=draft.spans)
    part.inputs.update({"as_of": draft.inputs["as_of"]} if "as_of" in draft.inputs else {})
    return part


def read_condor_again(part: Draft) -> None:
    """What a follow-up says of the condor."""
    read_condor(part, _PREFIX)
    _read_counts_and_life(part)


def _read_counts_and_life(part: Draft) -> None:
    bind_labelled(part)
    counts = part.free("count", "multiple")
    if len(counts) == 1 and f"{_PREFIX}contracts" not in part.inputs and counts[0].number.is_integer():
        part.take(f"{_PREFIX}contracts", counts[0])
    read_expiry(part, f"{_PREFIX}expiry")
    days = [q for q in part.free("days") if _TO_EXPIRY.match(part.text, q.start)]
    if len(days) == 1 and not any(f"{_PREFIX}{name}" in part.inputs for name in LIFE):
        part.take(f"{_PREFIX}days_to_expiry", days[0])


def found_in(part: Draft, draft: Draft) -> dict[str, Any]:
    """What was read of the condor; its quantities are noted in the plan's draft."""
    own = {name.removeprefix(_PREFIX): quantity for name, quantity in part.origin.items() if name.startswith(_PREFIX)}
    draft.origin.update({f"{BOOK}.0.{name}": quantity for name, quantity in own.items()})
    return {name: part.inputs[f"{_PREFIX}{name}"] for name in CONDOR_PARTS if f"{_PREFIX}{name}" in part.inputs}


def lacking(condor: Mapping[str, Any]) -> tuple[Asked, ...]:
    """The questions for what a condor of a plan lacks."""
    slots: dict[str, Slot] = {slot.name.removeprefix(_PREFIX): slot for slot in slots_of("break-even")}
    names = [name for name in _NEEDED if name not in condor]
    names += [] if any(life in condor for life in LIFE) else ["expiry"]
    names += [] if "implied_volatility" in condor or "leg_prices_index_points" in condor else ["implied_volatility"]
    return tuple(Asked(f"{BOOK}.0.{name}", slots[name].unit, f"What is the condor's {_WORDS.get(name, name)}?") for name in names)
