"""Whether a quantity belongs to something else than the input that it would fit: a thing that no input is, another input, a move."""

from __future__ import annotations

import re

from assistant.inputs.draft import FILLERS, Draft
from assistant.inputs.movements import DOWN_VERBS, UP_VERBS
from assistant.inputs.plain_words import SAYING_NOTHING, SOMETHING_ELSE
from assistant.inputs.slots import Slot, every_name, fits
from assistant.patterns import Pattern
from assistant.quantities import Quantity

# 'mrp=5.2 %' is no market return only because that is what is left open.
_NAMED = Pattern(r"(?<![\w])([a-zβσ][\w-]*)\s*=\s*$")
_MOVED = Pattern(rf"\b(?:{UP_VERBS}|{DOWN_VERBS})\s+(?:by\s+)?$")
_CONDOR_WORDS = frozenset({"condor", "condors"})
_WEAK_LABELS = frozenset({"at", "for", "got", "in", "x", "s", "f"})


def names_another(draft: Draft, quantity: Quantity) -> bool:
    """Whether the words beside a quantity name something that no input is: 'ETF vega of 2,000' is no total hedge vega."""
    words = "|".join(re.escape(word) for slot in draft.slots if fits(quantity, slot) for word in slot.unless)
    left, right = draft.left_clause(quantity), draft.right_clause(quantity)
    if not words or re.search(r"\b(?:total|whole|planned|overall)\b", left + right):
        return False
    of_a_part = rf"\b(?:{words})\b(?:\s+\w+)?\s+(?:vega|exposure|layer|budget|tranche)\b"
    in_a_part = rf"\s*(?:of\s+)?vega\s+(?:in|of|for)\s+(?:the\s+|my\s+)?(?:{words})\b"
    return bool(
        re.search(of_a_part, left) or re.match(in_a_part, right) or re.match(rf"\s*(?:vega\s+)?(?:of|in)?\s*(?:the\s+|my\s+)?{of_a_part}", right)
    )


def is_called_otherwise(draft: Draft, quantity: Quantity) -> bool:
    """Whether a quantity is said to be a move, or the name of an input that this calculation does not have, or has filled, stands right before it."""
    left = draft.left_clause(quantity)
    if quantity.unit in ("number", "fraction") and _MOVED.search(left):
        return True
    named = _NAMED.search(left) if quantity.unit in ("number", "fraction") else None
    if named is not None and not any(named.group(1) in (*slot.synonyms, slot.last) for slot in draft.slots):
        return True
    match = re.search(rf"(?<![\w])([a-z][a-z-]*){FILLERS}$", left)
    if match is None or quantity.unit not in ("number", "fraction"):
        return False
    word = match.group(1)
    named_slots = [slot for slot in draft.slots if word in slot.synonyms and slot.name not in draft.inputs]
    return word in every_name() and not any(fits(quantity, slot) for slot in named_slots)


def is_of_something_else(draft: Draft, quantity: Quantity) -> bool:
    """Whether the clause of a quantity speaks of what no input here is: an account's worth, a margin, inflation, another position.

    In a follow-up every word of the clause has to be one of the calculation's own or one that says nothing.
    """
    own = {part for slot in draft.slots for word in (*slot.synonyms, slot.last.replace("_", " ")) for part in word.split()}
    own |= {part for slot in draft.slots for names in slot.choices.values() for name in names for part in name.split()}
    own |= {*_CONDOR_WORDS, "ic"} if _takes_condors(draft) else set()
    words = _words_beside(draft, quantity)
    if draft.follow_up:
        later = re.search(r"\b(?:in|after)\s*$", draft.left(quantity)) or re.match(
            r"\s*(?:from now|later|hence|of (?:them|those|these))\b", draft.right(quantity)
        )
        return bool(words - own - SAYING_NOTHING) or (later is not None and not any("horizon" in slot.name for slot in draft.slots))
    return quantity.unit in ("usd", "number", "fraction", "points") and bool((words & SOMETHING_ELSE) - own)


def leans_elsewhere(draft: Draft, label: str, quantity: Quantity) -> bool:
    """Whether a follow-up's words beside those of an input (`label`) speak of another thing: 'the VX future trades at 20.1', 'the condor expires in 30 days'."""
    if not draft.follow_up:
        return False
    if label in _WEAK_LABELS and is_of_something_else(draft, quantity):
        return True
    return not _takes_condors(draft) and bool(_words_beside(draft, quantity) & _CONDOR_WORDS)


def _words_beside(draft: Draft, quantity: Quantity) -> set[str]:
    """The words of the clause that a quantity stands in."""
    return set(re.findall(r"[a-z]+", f"{draft.left_clause(quantity)} {draft.right_clause(quantity)}"))


def _takes_condors(draft: Draft) -> bool:
    """Whether the strikes of a condor are among the inputs."""
    return any(slot.last == "short_put" for slot in draft.slots)


def is_spot(draft: Draft, quantity: Quantity, slot: Slot) -> bool:
    """Whether a level of the VIX would be taken for another price: its future's, a credit."""
    return (
        slot.unit == "index_points"
        and slot.last != "strike"
        and re.search(r"\bvix\b\W*(?:(?:is|at|now|spot|index)\W*)*$", draft.left(quantity)) is not None
    )


def is_anothers(draft: Draft, quantity: Quantity, slot: Slot) -> bool:
    """Whether a volatility belongs to another quantity that says so: '15.2 vol' beside '4.3 %'."""
    return slot.is_volatility and quantity.unit != "vol" and bool(draft.free("vol"))
