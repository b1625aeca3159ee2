"""What a question asks for: sentences, a calculation with its inputs, both, or neither."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant import dialogue
from assistant.clauses import methodology_part
from assistant.corrections import corrected
from assistant.cues import cue_scores, knowledge_score
from assistant.dialogue import refers_back
from assistant.patterns import Pattern
from assistant.quantities import Quantity
from assistant.quantities.dates import MONTH_NAME
from assistant.quantities.reader import shifted
from assistant.requests import CalculationRequest, request_for
from assistant.spelling import Spelled, spelled
from assistant.utterances import Nearest, Utterances

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["CalculationRequest", "Reading", "Understanding", "read_question", "refers_back", "understand"]

ADVICE_FLOOR = 0.60
CUE_FLOOR = 1.0
WEAK_CUE, WEAK_COSINE = 0.4, 0.6
STRONG_CUE = 1.4
SURE_PLACES, MANY_PLACES = 3, 5
LEAST_CLOSENESS = 0.25
FEW_PLACES = 2
CANDIDATES = 3
CANDIDATE_REACH = 1.2
MOST_CLOSENESS = 2.0
CLOSENESS_WEIGHT = 0.8
COSINE_WEIGHT = 1.2
_PERSONAL = Pattern(
    r"\b(should i|recommend\w*|my (account|savings|ira|portfolio|money)|for me|will (the )?(vix|spx|market|volatility|it)|going to|predict|forecast|"
    r"tell me (what|which)|good (time|idea)|right for|where will|which .*\bbetter)\b"
)
_ADVICE = Pattern(
    r"\bpersonally\b|\b(?:better|best|safer|safest|right) for (?:me|my (?!hedge|condor|book))|"
    r"\bmy (?:\$?\d+[.,\d]*k? )?(?:pension|savings|401k|retirement|nest egg|life savings)\b|\byes (?:or|/) ?no\b|\byes/no\b|"
    r"\btarget price\b|"
    r"\b(?:buy|sell|trade|trading|stock|investment) recommendation|\brecommend (?:me|a|an|some|which|what)\b|\bhot tip\b|"
    r"\bshould i (?:buy|sell|invest|go (?:long|short)|short|bet)\b|"
    r"\bwill (?:the )?(?:vix|spx|s&p|market|volatility|vx)\b[^?]*\b(?:be|go|rise|fall|hit|reach|close|spike|drop|crash|stay|end)\b|"
    r"\bwhere (?:will|is) (?:the )?(?:vix|spx|market)\b[^?]*\b(?:go|be|headed|heading)\b|\bposition size\b[^?]*\bmy account\b|"
    r"\bwhat should i (?:buy|sell|trade)\b|"
    r"\bhow (?:many|much)\b[^?]*\bshould i\b[^?]*\b(?:buy|sell|put|invest)\b"
)
_A_MONTH = Pattern(rf"\b{MONTH_NAME}|\bnext (?:monthly )?(?:vix|vx|expir|settle)")
_IMPERATIVE = Pattern(
    r"^(?:please\s+)?(?:compute|calculate|work out|run|split|price|give me the|find|solve|plan my|build|make me)\b|"
    r"\b(?:compute|calculate) (?:it|the|my)\b|\b(?:split|compute|calculate|work (?:it )?out)(?: it)?(?:,? (?:please|pls|plz|thanks))?\W*$"
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
    repaired, quantities = corrected(spelled(question, is_english))
    return Reading(question, repaired, repaired.text.lower(), tuple(quantities))


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
    methodology, numeric = methodology_part(reading.text, reading.quantities)
    own = _own_calculation(reading, numeric, nearest, rules, as_of, methodology, with_facts)
    if previous is not None and not (own is not None and own.complete and not refers_back(reading.text)):
        followed = dialogue.followed_up(reading.text, reading.quantities, previous, own, rules, as_of)
        if followed is not None:
            return Understanding(reading, label, followed, None, False)
    return Understanding(reading, label, own, methodology if own is not None else None, False)


def _asks_for_advice(text: str, nearest: Nearest) -> bool:
    if _ADVICE.search(text):
        return True
    return nearest.best == "ADVICE" and nearest.by_label["ADVICE"] >= ADVICE_FLOOR and _PERSONAL.search(text) is not None


def _own_calculation(
    reading: Reading, numeric: str, nearest: Nearest, rules: Mapping[str, float], as_of: str | None, methodology: str | None, with_facts: bool
) -> CalculationRequest | None:
    """The calculation that a question asks for by itself, if it asks for one."""
    quantities = [quantity for quantity in reading.quantities if quantity.unit != "name"]
    if not (quantities or with_facts or _IMPERATIVE.search(numeric) or _A_MONTH.search(numeric)):
        return None  # most questions on the method end here, before anything is weighed
    cues = cue_scores(numeric if methodology is None else f"{numeric} {methodology}")
    scores = {name: cue + COSINE_WEIGHT * max(nearest.by_label.get(name, 0.0), 0.0) for name, cue in cues.items()}
    best = max(scores, key=lambda name: scores[name])
    asked_plainly = with_facts or _IMPERATIVE.search(numeric) or (best == "vix-expiry" and _A_MONTH.search(numeric))
    if not quantities and not (asked_plainly and cues[best] >= CUE_FLOOR and not knowledge_score(numeric)):
        return None
    near = [name for name in sorted(scores, key=lambda name: (-scores[name], name))[:CANDIDATES] if scores[name] >= scores[best] - CANDIDATE_REACH]
    within = [quantity for quantity in reading.quantities if numeric[quantity.start : quantity.end].strip()]
    requests: dict[str, CalculationRequest] = {}
    total: dict[str, float] = {}
    for name in near:
        if max(total.values(), default=-1.0) >= scores[name] + MOST_CLOSENESS * CLOSENESS_WEIGHT:
            break  # the best that it could reach is not better
        requests[name] = request_for(name, numeric, within, rules, as_of)
        total[name] = scores[name] + CLOSENESS_WEIGHT * (requests[name].closeness + requests[name].complete)
    chosen = max(total, key=lambda name: total[name])
    request = requests[chosen]
    if cues[chosen] < CUE_FLOOR and not _is_sure(chosen, request, cues[chosen], nearest):
        return None
    if with_facts and cues[chosen] >= CUE_FLOOR and not knowledge_score(numeric):
        return request
    return request if methodology is not None or _is_meant(numeric, request, total[chosen], nearest) else None


def _is_sure(chosen: str, request: CalculationRequest, cue: float, nearest: Nearest) -> bool:
    """Whether few words are enough: every number has its place, or an example comes very close.

    A volatility is solved for only where it is asked for in words: its inputs are those of a price but for one.
    """
    placed = len({quantity.start for quantity in request.origin.values()})
    if chosen == "implied-volatility":
        return False
    close = nearest.best == chosen and nearest.by_label[chosen] >= WEAK_COSINE
    return cue >= WEAK_CUE and (close or (request.complete and placed >= SURE_PLACES))


def _is_meant(text: str, request: CalculationRequest, score: float, nearest: Nearest) -> bool:
    """Whether a calculation is asked for rather than a sentence about the method."""
    method = knowledge_score(text) + COSINE_WEIGHT * max(nearest.by_label.get("KNOWLEDGE", 0.0), 0.0)
    several = len(request.unplaced) > 1 or bool(request.origin)
    if request.complete and len({quantity.start for quantity in request.origin.values()}) >= MANY_PLACES:
        return True
    named = several and cue_scores(text)[request.calculator] >= STRONG_CUE and not knowledge_score(text)
    few = request.closeness < LEAST_CLOSENESS and len(request.origin) < FEW_PLACES
    if not request.complete and few and not named and not _IMPERATIVE.search(text):
        return False
    if nearest.best == "OTHER" and score < CUE_FLOOR + COSINE_WEIGHT * nearest.by_label["OTHER"]:
        return False
    return score > method
