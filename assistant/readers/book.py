"""The condor that a plan is asked for, typed into the question."""

from __future__ import annotations

from assistant.inputs.binding import bind_labelled
from assistant.inputs.draft import Draft
from assistant.inputs.slots import Slot, slots_of
from assistant.readers.condor import read_condor
from assistant.readers.market import read_expiry
from assistant.readers.strikes import LEGS

_PREFIX = "condor."
_BOOK = "portfolio.condors"
_PARTS = ("credit_index_points", "contracts", "implied_volatility", "expiry")


def read_book(draft: Draft) -> None:
    """Strikes, credit, contracts, expiry and volatility of one condor, after what the words of the plan's own inputs decide."""
    bind_labelled(draft)
    part = Draft(draft.text, draft.quantities, _slots(), draft.as_of, used=draft.used, asked=draft.asked, spans=draft.spans)
    part.inputs.update({"as_of": draft.inputs["as_of"]} if "as_of" in draft.inputs else {})
    read_condor(part, _PREFIX)
    if not any(f"{_PREFIX}{leg}" in part.inputs for leg in LEGS):
        return
    bind_labelled(part)
    counts = part.free("count", "multiple")
    if len(counts) == 1 and f"{_PREFIX}contracts" not in part.inputs and counts[0].number.is_integer():
        part.take(f"{_PREFIX}contracts", counts[0])
    read_expiry(part, f"{_PREFIX}expiry")
    found = {name: part.inputs[f"{_PREFIX}{name}"] for name in (*LEGS, *_PARTS) if f"{_PREFIX}{name}" in part.inputs}
    for name in (*LEGS, "credit_index_points", "contracts", "expiry"):
        if name not in found:
            slot = part.slot(f"{_PREFIX}{name}")
            draft.ask(f"{_BOOK}.0.{name}", "" if slot is None else slot.unit, f"What is the condor's {name}?")
    draft.inputs[_BOOK] = [found]
    draft.origin.update({f"{_BOOK}.0.{name.removeprefix(_PREFIX)}": quantity for name, quantity in part.origin.items()})


def _slots() -> tuple[Slot, ...]:
    return tuple(slot for slot in slots_of("break-even") if slot.name.startswith(_PREFIX))
