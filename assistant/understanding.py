"""What a question asks for: sentences, a calculation with its inputs, both, or neither."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.corrections import corrected
from assistant.follow_ups import dialogue
from assistant.follow_ups.about import About, asked_about, asks_for_its_result
from assistant.follow_ups.dialogue import refers_back
from assistant.inputs.requests import CalculationRequest, names_a_rule, request_for
from assistant.intent.advice import demands_advice, sounds_like_advice
from assistant.intent.choice import NAMING_CUE, Signs, chosen
from assistant.intent.clauses import is_bound, methodology_part
from assistant.intent.cues import cue_scores, knowledge_score
from assistant.patterns import Pattern
from assistant.quantities import Quantity
from assistant.quantities.dates import month_of_code
from assistant.quantities.decimals import with_points
from assistant.quantities.lists import without_markers
from assistant.quantities.reader import shifted
from assistant.spelling import Spelled, spaced, spelled
from assistant.utterances import Nearest, Utterances

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["CalculationRequest", "Reading", "Understanding", "is_of_the_domain", "read_question", "refers_back", "understand"]

# So many numbers with a place are a calculation, whatever the words around them.
_MANY = 4
_IN_DOMAIN = Pattern(r"\b(?:vix|vx|vxm|spx|hedg\w*|futures?|layers?|condors?|alvh|calls?|puts?|vega|tranches?|etfs?|h|increments?|clips?)\b")


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as typed and as read: spelling repaired, lower case, with its quantities."""

    typed: str
    spelled: Spelled
    text: str
    quantities: tuple[Quantity, ...]

    @property
    def shown(self) -> tuple[Quantity, ...]:
        """The quantities with their place in the question as typed; names such as 'M1' left out."""
        return tuple(shifted([q for q in self.quantities if q.unit != "name"], self.spelled.origin, self.typed))


@dataclass(frozen=True, slots=True)
class Understanding:
    """A question's kind: `calculation` is set when one is asked for; `methodology` is the part that asks for sentences beside it.

    `about` says that the calculation is the one before, asked about.
    """

    reading: Reading
    label: str
    calculation: CalculationRequest | None
    methodology: str | None
    advice: bool
    about: About | None = None


def read_question(question: str, is_english: Callable[[str], bool]) -> Reading:
    """Repair the spelling of a question, replace the numbers that it takes back, and read its quantities."""
    typed = with_points(spaced(question))
    repaired, quantities = corrected(spelled(typed, is_english))
    return Reading(typed, repaired, repaired.text.lower(), tuple(without_markers(repaired.text, quantities)))


def understand(
    reading: Reading,
    vector: npt.NDArray[np.float32] | None,
    utterances: Utterances,
    rules: Mapping[str, float],
    previous: CalculationRequest | None = None,
    as_of: str | None = None,
    with_facts: bool = False,
    earlier: CalculationRequest | None = None,
) -> Understanding:
    """Decide by words, by the closest example question and by what the quantities fit.

    `rules` are the shares that the method states, by parameter id: a quantity that repeats one of them names a rule and
    is no input. `with_facts`: a file or 'my condor' stands for numbers. `previous` is the calculation that a follow-up changes, `earlier` the last
    one there is, whose steps and parts may be asked for after other answers.
    """
    nearest = Nearest({"KNOWLEDGE": 0.0}) if vector is None else utterances.nearest(vector)
    label = nearest.best
    if demands_advice(reading.text):
        return Understanding(reading, "ADVICE", None, None, True)
    last = previous or earlier
    about = None if last is None else asked_about(reading.text, last, is_last=previous is not None)
    numberless = all(quantity.unit == "name" or names_a_rule(quantity, rules) for quantity in reading.quantities)
    if about is None and previous is not None and numberless and asks_for_its_result(reading.text, previous, cue_scores(reading.text)):
        about = About("result")
    if about is not None:
        return Understanding(reading, label, last, None, False, about)
    if previous is not None and "as_of" in previous.origin:
        as_of = str(previous.inputs["as_of"])  # a day that was said holds until another is said
    methodology, numeric = methodology_part(reading.text, reading.quantities)
    own = _own_calculation(reading, numeric, nearest, rules, as_of, methodology, with_facts)
    may_be_foreign = own is not None and (own.calculator == "layer-split" or (label == "OTHER" and not own.complete))
    if may_be_foreign and previous is None and not is_of_the_domain(reading.text):
        own, label = None, "OTHER"  # a bill that is split
    if (own is None or not (own.complete or len(own.origin) >= _MANY)) and sounds_like_advice(reading.text, nearest.by_label):
        return Understanding(reading, "ADVICE", None, None, True)
    if previous is not None and (own is None or not own.complete or refers_back(reading.text) or dialogue.answers(own, previous, reading.text)):
        followed = dialogue.followed_up(reading.text, reading.quantities, previous, own, rules, as_of)
        if followed is not None:
            return Understanding(reading, label, followed, None, False)
    return Understanding(reading, label, own, methodology if own is not None else None, False)


def is_of_the_domain(text: str) -> bool:
    """Whether a lower-case text names anything of the hedge, its instruments or its layers."""
    return _IN_DOMAIN.search(text) is not None


def _with_words(
    request: CalculationRequest | None, text: str, quantities: Sequence[Quantity], rules: Mapping[str, float], as_of: str | None
) -> CalculationRequest | None:
    """A calculation that lacks what only words tell, such as call or put, read with the words of the whole question."""
    if request is None or (not any(entry.unit == "name" for entry in request.asked) and not any(slot.choices for slot in request.missing)):
        return request
    whole = request_for(request.calculator, text, quantities, rules, as_of)
    return whole if whole.complete else request


def _own_calculation(
    reading: Reading, numeric: str, nearest: Nearest, rules: Mapping[str, float], as_of: str | None, methodology: str | None, with_facts: bool
) -> CalculationRequest | None:
    """The calculation that a question asks for by itself, if it asks for one."""
    telling = [quantity for quantity in reading.quantities if not is_bound(quantity, reading.text)]
    numbers = sum(quantity.unit != "name" or month_of_code(str(quantity.value)) is not None for quantity in telling)
    cues = cue_scores(numeric)
    if methodology is not None and max(cues.values()) < NAMING_CUE:
        cues = cue_scores(f"{numeric} {methodology}")  # 'why futures first, and how much is that of 9k?'
    signs = Signs(cues, nearest, knowledge_score(numeric), methodology is not None, numbers)
    within = [quantity for quantity in reading.quantities if numeric[quantity.start : quantity.end].strip()]
    request = _with_words(
        chosen(signs, lambda name: request_for(name, numeric, within, rules, as_of), 1.0 if within else 0.0), reading.text, within, rules, as_of
    )
    if request is None and with_facts and not signs.method:
        likeliest = signs.candidates()[0]
        return request_for(likeliest, numeric, within, rules, as_of) if cues[likeliest] >= NAMING_CUE else None
    return request
