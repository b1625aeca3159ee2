"""What a question asks for: sentences, a calculation with its inputs, both, or neither."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant import dialogue
from assistant.choice import NAMING_CUE, Signs, chosen
from assistant.clauses import methodology_part
from assistant.corrections import corrected
from assistant.cues import cue_scores, knowledge_score
from assistant.dialogue import refers_back
from assistant.patterns import Pattern
from assistant.quantities import Quantity
from assistant.quantities.dates import month_of_code
from assistant.quantities.decimals import with_points
from assistant.quantities.lists import without_markers
from assistant.quantities.reader import shifted
from assistant.requests import CalculationRequest, request_for
from assistant.spelling import Spelled, spaced, spelled
from assistant.utterances import Nearest, Utterances

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["CalculationRequest", "Reading", "Understanding", "is_of_the_domain", "read_question", "refers_back", "understand"]

# A question that speaks of nobody is advice only where it is far closer to such questions than to all others.
ADVICE_FLOOR, IMPERSONAL_LEAD = 0.60, 0.25
_IN_DOMAIN = Pattern(r"\b(?:vix|vx|vxm|spx|hedg\w*|futures?|layers?|condors?|alvh|calls?|puts?|vega|tranches?|etfs?|h|increments?|clips?)\b")
_PERSONAL = Pattern(
    r"\b(should i|recommend\w*|my (account|savings|ira|portfolio|money)|for me|will (the )?(vix|spx|market|volatility|it)|going to|predict|forecast|"
    r"tell me (what|which)|good (time|idea)|right for|where will|which .*\bbetter)\b"
)
_ADVICE = Pattern(
    r"\bpersonally\b|\b(?:better|best|safer|safest|right) for (?:me|my (?!hedge|condor|book))|"
    r"\bmy (?:\$?\d+[.,\d]*k? )?(?:pension|savings|401k|retirement|nest egg|life savings)\b|"
    r"\btarget price\b|"
    r"(?<!as an )(?<!as a )(?<!is this a )(?<!this a specific )\b(?:buy|sell|trade|trading|stock|investment) recommendation|\brecommend (?:me|a|an|some|which|what)\b|\bhot tip\b|"
    r"\bshould i (?:buy|sell|invest|put (?:my|all|some|\$?\d)|park|go (?:long|short)|short|bet)\b|"
    r"\bwill (?:the )?(?:vix|spx|s&p|market|volatility|vx)\b[^?]*\b(?:be|go|rise|fall|hit|reach|close|spike|drop|crash|stay|end)\b|"
    r"\bwhere (?:will|is|does|do) (?:the )?(?:vix|spx|market|s&p)\b[^?]*\b(?:go|be|headed|heading|close|end up|finish|open)\b"
    r"[^?]*(?:\?|\b(?:today|tomorrow|week|month|year|mon|tues?|wednes|thurs?|fri)\w*)|"
    r"\bposition size\b[^?]*\bmy account\b|"
    r"^(?:so |ok )?do i (?:buy|short)\b[^?]*\bnow\b|\bshould (?:the|a) trader (?:buy|sell|short|hold)\b|\b(?:tell|advise) me (?:whether|if|to|what to (?:buy|sell|trade))\b|"
    r"\bhow (?:many|much)\b[^?]*\bshould i (?:hold|own|have)\b|"
    r"\bwhat should i (?:buy|sell|trade)\b|\b(?:you|can|please|want|need) (?:\w+ )?guarantee\b|\bguaranteed (?:profits?|returns?|gains?|money|win\w*|income)\b|"
    r"\b(?:vix|spx|market|vol\w*|vx)\b[^?]*\b(?:go\w*|headed|heading|mov\w+|tomorrow|next week)\b[^?]*\bup or down\b|\bup or down (?:today|tomorrow|next|this)\b|"
    r"\bis (?:the |a )?\w+(?: \w+)? a (?:buy|sell|short)\b|\bpick (?:me|us) (?:a|an|the|one|some)\b|"
    r"\bwould you (?:buy|sell|short|hold|go long|trade|put|invest)\b|"
    r"^(?:so |ok )?do i (?:sell|dump|close|puke|exit|get out)\b|\b(?:do|should) i\b[^?]*\bor (?:hold|wait|close|keep|stay|sit|not|quit|stop|cut|exit|roll|leave|bail)\b|"
    r"\b(?:too (?:many|much|big|large|risky|small)|safe|suitable) for (?:me|my account|us|someone)\b|"
    r"\bis (?:the )?(?:vix|spx|market)\b[^?]*\b(?:heading|going) to\b|"
    r"\bhow (?:many|much)\b[^?]*\b(?:should (?:i|we|he|she|they|my)|ought (?:i|we|he|she|they|my))\b[^?]*\b(?:buy|sell|put|invest|allocate|park|stick)\b|"
    r"\b(?:should|ought) (?:she|he|they|my \w+)\b[^?]*\b(?:buy|sell|invest|put|hold|short|trade)\b|"
    r"(?:^|[.?!;,] )(?:so |ok )?(?:buy|sell|short|hold|roll|close|go long)\b(?! (?:futures|calls|etfs|vx|vix)\b)[^?]*\bor (?:wait|hold|pass|skip|sit|not|sell|buy)\b"
)


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

    `again` says that the calculation is the one before, asked about (`why`, `steps`, `assumed`).
    """

    reading: Reading
    label: str
    calculation: CalculationRequest | None
    methodology: str | None
    advice: bool
    again: str = ""


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
) -> Understanding:
    """Decide by words, by the closest example question and by what the quantities fit.

    `rules` are the shares that the method states, by parameter id: a quantity that repeats one of them names a rule and
    is no input. `with_facts`: a file or 'my condor' stands for numbers. `previous` is the calculation of the question before, which a follow-up changes.
    """
    nearest = Nearest({"KNOWLEDGE": 0.0}) if vector is None else utterances.nearest(vector)
    label = nearest.best
    if _asks_for_advice(reading.text, nearest):
        return Understanding(reading, "ADVICE", None, None, True)
    again = dialogue.asked_about(reading.text) if previous is not None else ""
    if again:
        return Understanding(reading, label, previous, None, False, again)
    if previous is not None and "as_of" in previous.origin:
        as_of = str(previous.inputs["as_of"])  # a day that was said holds until another is said
    methodology, numeric = methodology_part(reading.text, reading.quantities)
    own = _own_calculation(reading, numeric, nearest, rules, as_of, methodology, with_facts)
    if own is not None and own.calculator == "layer-split" and previous is None and not is_of_the_domain(reading.text):
        own, label = None, "OTHER"  # a bill that is split
    if own is not None and label == "OTHER" and not own.complete and previous is None and not is_of_the_domain(reading.text):
        own = None
    if previous is not None and (own is None or not own.complete or refers_back(reading.text) or dialogue.answers(own, previous, reading.text)):
        followed = dialogue.followed_up(reading.text, reading.quantities, previous, own, rules, as_of)
        if followed is not None:
            return Understanding(reading, label, followed, None, False)
    return Understanding(reading, label, own, methodology if own is not None else None, False)


def is_of_the_domain(text: str) -> bool:
    """Whether a lower-case text names anything of the hedge, its instruments or its layers."""
    return _IN_DOMAIN.search(text) is not None


def _asks_for_advice(text: str, nearest: Nearest) -> bool:
    if _ADVICE.search(text):
        return True
    advice = nearest.by_label.get("ADVICE", 0.0)
    if advice < ADVICE_FLOOR or nearest.best != "ADVICE":
        return False
    rest = max((cosine for label, cosine in nearest.by_label.items() if label != "ADVICE"), default=1.0)
    return advice >= rest + IMPERSONAL_LEAD or _PERSONAL.search(text) is not None


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
    numbers = sum(quantity.unit != "name" or month_of_code(str(quantity.value)) is not None for quantity in reading.quantities)
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
