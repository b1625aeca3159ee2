"""What a question asks for: sentences, a calculation with its inputs, or neither."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.caution import unmodelled
from assistant.quantities import Quantity, read_quantities
from assistant.slots import Filled, Slot, fill, slots_of, unread_digits
from assistant.utterances import Nearest, Utterances

if TYPE_CHECKING:
    import numpy.typing as npt

CALCULATION_FLOOR = 0.45
ADVICE_FLOOR = 0.60
LABELS_NOT_CALCULATORS = ("KNOWLEDGE", "ADVICE", "OTHER")
_EXPLAIN = re.compile(r"\b(why|explain|how (does|do|is|are) .* (work|fit|used)|what(?:'?s| is) .*\bfor\b)", re.IGNORECASE)
_PERSONAL = re.compile(
    r"\b(should i|recommend\w*|my (account|savings|ira|portfolio|money)|for me|will (the )?(vix|spx|market|volatility|it)|going to|predict|forecast|"
    r"tell me (what|which)|good (time|idea)|right for|where will|which .*\bbetter)\b",
    re.IGNORECASE,
)
_RULE_CHECK = re.compile(r"\b(within|inside|break|allowed|rule|rules|band|still count|ok|fine)\b.*\?|^(can|may|do|does|is|are|would) ", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CalculationRequest:
    """A calculation asked for: inputs found, inputs missing, and quantities that could not be placed.

    `unmodelled` are words that may change a number in a way that is not understood.
    """

    calculator: str
    slots: tuple[Slot, ...]
    inputs: Mapping[str, Any]
    origin: Mapping[str, Quantity]
    missing: tuple[Slot, ...]
    unplaced: tuple[Quantity, ...]
    unread: bool
    unmodelled: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether it can be calculated without guessing."""
        return not self.missing and not self.unplaced and not self.unread and not self.unmodelled


@dataclass(frozen=True, slots=True)
class Understanding:
    """A question's kind: `calculation` is set when one is asked for; `explain` when sentences are asked for beside it."""

    quantities: tuple[Quantity, ...]
    label: str
    calculation: CalculationRequest | None
    explain: bool
    advice: bool


def understand(
    question: str,
    vector: npt.NDArray[np.float32] | None,
    utterances: Utterances,
    stated: Mapping[str, float],
    previous: CalculationRequest | None = None,
) -> Understanding:
    """Decide by the closest example question and by what the quantities fit.

    `stated` are the method's own numbers by parameter id: a quantity that repeats one of them names a rule and
    is no input. `previous` is the calculation of the question before, which a follow-up changes.
    """
    quantities = tuple(read_quantities(question))
    nearest = Nearest({"KNOWLEDGE": 0.0}) if vector is None else utterances.nearest(vector)
    label = nearest.best
    calculator = label if label not in LABELS_NOT_CALCULATORS and nearest.by_label[label] >= CALCULATION_FLOOR else None
    advice = label == "ADVICE" and nearest.by_label[label] >= ADVICE_FLOOR and bool(_PERSONAL.search(question))
    request = None
    if calculator is not None and quantities:
        request = _request(question, calculator, quantities, stated)
        if not request.origin and _RULE_CHECK.search(question):
            request = None
    if previous is not None and (request is None or not request.complete):
        request = _followed_up(question, previous, quantities) or request
    return Understanding(quantities, label, request, bool(_EXPLAIN.search(question)), advice and request is None)


_BACKWARD = re.compile(r"^(and|but|so|same|what about|how about|make it|why)\b|\b(it|its|that|this|those|these|they|them|one|ones)\b", re.IGNORECASE)


def refers_back(question: str) -> bool:
    """Whether a question leans on the one before it: short and with a word that points back, or only a number."""
    words = question.split()
    return len(words) <= 12 and (bool(_BACKWARD.search(question)) or (len(words) <= 3 and any(c.isdigit() for c in question)))


def _request(question: str, calculator: str, quantities: Sequence[Quantity], stated: Mapping[str, float]) -> CalculationRequest:
    from rules.catalogue import calculator as module_of

    slots = tuple(slots_of(module_of(calculator).Input))
    filled = fill(question, slots)
    return _assembled(question, calculator, slots, filled, stated)


def _assembled(question: str, calculator: str, slots: tuple[Slot, ...], filled: Filled, stated: Mapping[str, float]) -> CalculationRequest:
    missing = tuple(
        slot for slot in slots if slot.name not in filled.inputs and (slot.required or slot.name in _needed_beside(calculator, filled.inputs))
    )
    unplaced = tuple(quantity for quantity in filled.unused if not _names_a_rule(quantity, stated))
    words = unmodelled(question, calculator, read_quantities(question))
    return CalculationRequest(calculator, slots, filled.inputs, filled.origin, missing, unplaced, unread_digits(question) or filled.ambiguous, words)


def _needed_beside(calculator: str, inputs: Mapping[str, Any]) -> tuple[str, ...]:
    """Inputs that are optional in the model and needed with the ones given, by the calculator's own table."""
    from rules.catalogue import calculator as module_of

    needs = getattr(module_of(calculator), "needed_beside", None)
    return () if needs is None else tuple(needs(inputs))


def _names_a_rule(quantity: Quantity, stated: Mapping[str, float]) -> bool:
    """Whether a quantity only repeats the method's numbers: '20 % increments', 'the 25-40 % band'."""
    if quantity.unit != "fraction" or not isinstance(quantity.value, float) or not stated:
        return False
    if quantity.low is None:
        return abs(quantity.value - stated["call_increment_fraction"]) < 1e-9
    low, high = stated["futures_share_low_fraction"], stated["futures_share_high_fraction"]
    return abs(quantity.low - low) < 1e-9 and abs(quantity.value - high) < 1e-9


def _followed_up(question: str, previous: CalculationRequest, quantities: Sequence[Quantity]) -> CalculationRequest | None:
    """The previous calculation with the inputs that a follow-up gives; None when it gives none."""
    if not quantities:
        return None
    open_names = {slot.name for slot in previous.missing}
    filled = fill(question, [slot for slot in previous.slots if slot.name in open_names] or previous.slots, follow_up=True)
    if not filled.origin:
        filled = fill(question, previous.slots, follow_up=True)
    if not filled.origin:
        return None
    inputs = {**previous.inputs, **filled.inputs}
    missing = tuple(slot for slot in previous.missing if slot.name not in inputs)
    words = unmodelled(question, previous.calculator, quantities)
    origin = {**previous.origin, **filled.origin}
    return CalculationRequest(
        previous.calculator, previous.slots, inputs, origin, missing, tuple(filled.unused), unread_digits(question) or filled.ambiguous, words
    )
