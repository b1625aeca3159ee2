"""One question to one reply: the meeting of knowledge base and rules engine. No screen, no clock."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant import phrases
from assistant.calculated import calculated, quantities_of, with_sentences
from assistant.errors import AssistantError
from assistant.facts import filled, forgets, named_in, speaks_of
from assistant.files import load, without_files
from assistant.follow_ups.dialogue import leans_on_an_answer
from assistant.follow_ups.relative_changes import scales
from assistant.from_documents import absent, cited, disagreed, others
from assistant.inputs.requests import RULE_PARAMETERS, CalculationRequest
from assistant.inputs.slots import by_path
from assistant.own_parameters import OwnParameters
from assistant.patterns import Pattern
from assistant.planned import with_planned_hedges
from assistant.reply import Missing, Reply, Route
from assistant.rule_check import is_held_against_a_rule, rule_check
from assistant.understanding import Reading, Understanding, is_of_the_domain, read_question, understand
from assistant.utterances import Utterances
from knowledge.base import KnowledgeBase
from knowledge.citing import Answer
from knowledge.documents import without_controls
from rules.canonical import plain

if TYPE_CHECKING:
    from knowledge.answering import Response
    from knowledge.search.retriever import Candidate
    from rules.parameters import Parameters

MAX_QUESTION_CHARACTERS = 1000
MOST_LATE_WORDS = 6
# A number speaks for a calculation even where no input takes it.
_NUMBERS_SPEAK = 0.1
_REASON = Pattern(r"\W*(?:why|how come|for what reason)\b")
_HOW_MUCH = Pattern(r"\b(?:how (?:much|many)|what|which|split|compute|calculate|work out)\b")
_GREETING = Pattern(
    r"\W*(?:hi|hello|hey|help|good (?:morning|afternoon|evening|day)|thanks|thank you|what can (?:you|i) (?:do|ask)(?: here)?|how do(?:es)? (?:this|it|you) work|who are you)"
    r"(?: there| please| alvh)?\W*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Turn:
    """A dialogue after one of its questions: the last calculation, the facts named so far, how the question was understood, and the question.

    `is_last` says that the calculation is of the last question; an older one is changed only by a question that names numbers.
    A turn holds what all questions before it have left behind, so a dialogue is followed without reading them again.
    """

    previous: CalculationRequest | None
    facts: Mapping[str, Any]
    understood: Understanding | None
    is_last: bool = True
    question: str = ""


START = Turn(None, {}, None)


@dataclass(frozen=True, slots=True)
class Before:
    """The question before another; `by_documents` says that it asked for no calculation, whose numbers would only mislead the documents."""

    question: str
    by_documents: bool


# A question and the finished calculation that answered it; a calculation of a form or a plan file has no question.
Exchange = tuple[str, Mapping[str, Any] | None]


class Session:
    """Answers questions over one knowledge base and one set of parameters.

    Without `reads_files` a question that names a file (`@book.json`) is refused: whoever asks need not be the one whose files they are.
    """

    def __init__(self, base: KnowledgeBase, parameters_file: Path | None = None, *, reads_files: bool = True) -> None:
        self.base = base
        self.own_parameters = OwnParameters(parameters_file)
        self._reads_files = reads_files

    @property
    def parameters(self) -> Parameters:
        """The method's numbers, with the user's changes. Raises RulesError for a file that cannot be used."""
        return self.own_parameters.current

    @cached_property
    def _utterances(self) -> Utterances:
        return Utterances(self.base.default_encoder)

    @property
    def _rules(self) -> dict[str, float]:
        """The shares that the method is known by: a question that repeats one names a rule."""
        return {name: float(self.parameters[name].value) for name in RULE_PARAMETERS}

    def ask(self, question: str, as_of: str | None = None, context: Sequence[str] = ()) -> Reply:
        """Answer a question; `context` are the questions before it, oldest first.

        Raises AssistantError for a question that is empty or too long.
        """
        clean = checked_question(question)
        turn = START
        for earlier in context:
            turn = self._turn(checked_question(earlier), turn, as_of)
        return self._replied(self._turn(clean, turn, as_of), _question_of(turn), as_of, _unseen)

    def follow(self, question: str, before: Turn, as_of: str | None = None, computed: Callable[[Reply], None] | None = None) -> tuple[Reply, Turn]:
        """Answer the next question of a dialogue, and where the dialogue stands after it.

        The documents are asked with the question before only when this one leans on it. `computed` is handed a calculation as soon as it
        is there, before the sentences that belong to it. Raises AssistantError for a question that is empty or too long.
        """
        turn = self._turn(checked_question(question), before, as_of)
        return self._replied(turn, _question_of(before), as_of, computed or _unseen), turn

    def taken_up(self, exchanges: Sequence[Exchange], facts: Mapping[str, Any], as_of: str | None = None) -> Turn:
        """Where a dialogue stands whose last exchanges and facts are known. A question that cannot be read any more is passed over."""
        turn = Turn(None, facts, None)
        for question, calculation in exchanges:
            if question:
                with suppress(AssistantError):
                    turn = self._turn(checked_question(question), turn, as_of)
            if calculation is not None:
                turn = replace(self.after_calculation(calculation, turn), question=question)
        return replace(turn, facts=facts)

    @staticmethod
    def after_calculation(calculation: Mapping[str, Any], before: Turn) -> Turn:
        """Where a dialogue stands after a calculation that was not asked for in words, such as a form's: the next question may change it."""
        request = CalculationRequest(str(calculation["name"]), by_path(calculation["inputs"]), {}, (), ())
        return replace(before, previous=request, is_last=True, question="")

    def _replied(self, turn: Turn, before: Before | None, as_of: str | None, computed: Callable[[Reply], None]) -> Reply:
        understood = turn.understood
        assert understood is not None, "a turn that was taken is understood"
        return replace(self._reply(turn.question, as_of, before, understood, turn.facts, computed), facts=turn.facts)

    def _turn(self, question: str, before: Turn, as_of: str | None) -> Turn:
        """One question understood after those before it, with the facts that are known then."""
        text, names = without_files(question)
        if names and not self._reads_files:
            raise AssistantError(f"@{names[0]}", "is not read in a browser", "write the numbers into the question, or ask in the terminal")
        reading = read_question(text, self.base.is_english)
        kept = {} if forgets(reading.text) else {**before.facts, **load(names)}
        rules = self._rules if reading.quantities else {}
        vector = self.base.default_vector(text.strip() or question)
        previous = before.previous if before.is_last or reading.quantities or scales(reading.text) else None
        understood = understand(
            reading, vector, self._utterances, rules, previous, as_of, bool(names) or speaks_of(kept, reading.text), before.previous
        )
        if understood.calculation is None and _adds_numbers(reading, before):
            understood = self._with_the_question_before(reading, before, as_of) or understood
        request = understood.calculation
        if request is not None:
            request = filled(request, kept, reading.text, as_of)
            if request.calculator == "scenarios":
                request = with_planned_hedges(request, previous, self.parameters)
            understood = replace(understood, calculation=request)
        named = named_in(reading.text, reading.quantities, request)
        return Turn(request or before.previous, {**kept, **named}, understood, request is not None, question)

    def _with_the_question_before(self, reading: Reading, before: Turn, as_of: str | None) -> Understanding | None:
        """The calculation that a question becomes with the numbers told after it: 'how much goes into futures?', '27,500 in total'."""
        whole = read_question(f"{before.question.rstrip(' ?!.')} {reading.typed}", self.base.is_english)
        understood = understand(whole, self.base.default_vector(whole.text), self._utterances, self._rules, None, as_of)
        is_whole = understood.calculation is not None and understood.calculation.complete
        return replace(understood, reading=reading, methodology=None) if is_whole else None

    def _reply(
        self,
        question: str,
        as_of: str | None,
        before: Before | None,
        understood: Understanding,
        facts: Mapping[str, Any],
        computed: Callable[[Reply], None],
    ) -> Reply:
        request = understood.calculation
        if request is not None:
            is_none = not request.complete and _is_no_calculation(understood.reading, request)
            follows = before is not None and before.by_documents
            asked = self._asked(understood, before) if is_none or not (follows or request.complete or request.origin) else None
            if asked is not None and (is_none or self._is_closer_to_none(understood, request, asked[1])):
                return self._from_documents(question, as_of, understood, *asked)
            return self._calculated(question, as_of, understood, request, computed)
        if understood.advice:
            return self._plain(question, as_of, understood, "refused", phrases.NO_ADVICE)
        reading = understood.reading
        if _GREETING.fullmatch(question):
            missing = (Missing("question", "", phrases.WHAT_TO_ASK),)
            return replace(self._plain(question, as_of, understood, "clarify", phrases.HELP), missing=missing)
        stated = named_in(reading.text, reading.quantities, None)
        if stated or forgets(reading.text):
            missing = (Missing("question", "", phrases.WHAT_TO_COMPUTE),)
            return replace(self._plain(question, as_of, understood, "clarify", phrases.noted_line(facts)), missing=missing)
        if understood.label == "OTHER" and reading.quantities and not is_of_the_domain(reading.text):
            return self._plain(question, as_of, understood, "refused", phrases.OTHER_CALCULATION)
        return self._from_documents(question, as_of, understood, *self._asked(understood, before))

    def _asked(self, understood: Understanding, before: Before | None) -> tuple[str, Response]:
        """A question as the documents are asked it, and what they have for it.

        By itself unless it leans on a question that they have answered before; with the one before where it is about nothing alone.
        """
        text = understood.reading.spelled.text
        leans = before is not None and before.by_documents and leans_on_an_answer(text)
        alone = self._resolved(text, before.question if before is not None and leans else "")
        response = self.base.ask(alone)
        if response.in_scope or leans or before is None:
            return alone, response
        together = self._resolved(text, before.question)
        both = self.base.ask(together)
        return (together, both) if both.in_scope else (alone, response)

    def _is_closer_to_none(self, understood: Understanding, request: CalculationRequest, response: Response) -> bool:
        """Whether a question whose numbers no input takes comes closer to one that nothing here answers than to one for its calculator."""
        vector = self.base.default_vector(understood.reading.spelled.text)
        if vector is None or response.evidence is None or (response.in_scope and not response.silent):
            return False
        unanswered = response.evidence.silent if response.in_scope else response.evidence.elsewhere
        own = self._utterances.nearest(vector).by_label[request.calculator]
        return unanswered > own + (_NUMBERS_SPEAK if understood.reading.quantities else 0.0)

    def _plain(self, question: str, as_of: str | None, understood: Understanding, route: Route, answer: str) -> Reply:
        return Reply(question, route, as_of, None, quantities_of(understood, None), answer, warning=self.base.warning)

    def _from_documents(self, question: str, as_of: str | None, understood: Understanding, resolved: str, response: Response) -> Reply:
        read_as = None if resolved == question else resolved
        start = Reply(question, "knowledge", as_of, read_as, quantities_of(understood, None), "", warning=self.base.warning)
        checked = rule_check(understood.reading.text, understood.reading.quantities, self.parameters) if understood.reading.quantities else None
        if checked is not None:
            places = [parameter.reference for parameter in (self.parameters[name] for name in checked.parameters) if parameter.reference is not None]
            stated = self.base.stated_at(sorted({(place.document_id or "", place.heading or "") for place in places}))
            text, citations = cited(Answer((*stated.citations, *others(response, stated)), 1.0))
            return replace(start, answer=f"{checked.line}\n{text}", citations=citations)
        if response.disagreement is not None:
            return disagreed(start, response.answer, response.disagreement)
        if response.found.absent:
            return absent(start, response.found.absent)
        if not response.in_scope:
            return replace(start, route="refused", answer=phrases.OUT_OF_SCOPE)
        if response.silent:
            return self._silent(start, response)
        text, citations = cited(response.answer)
        return replace(start, answer=text, citations=citations, related=self.base.related(response))

    def _resolved(self, question: str, before: str) -> str:
        """A question as the documents are asked it: after the one before it, its spelling repaired."""
        return self.base.repaired(f"{before} {question}" if before else question).text

    def explanation(self, question: str, context: Sequence[str] = ()) -> tuple[Candidate, ...]:
        """Why the documents that answer a question come before the others. Raises AssistantError for a question that is empty or too long."""
        earlier = [checked_question(one) for one in context]
        return self.base.explained(self._resolved(checked_question(question), earlier[-1] if earlier else ""))

    def _silent(self, start: Reply, response: Response) -> Reply:
        """Say what is not stated, give the nearest that is, and show what the engine assumes instead."""
        silence = response.silence
        subject = "an answer to this question" if silence is None else silence.subject
        parameters = () if silence is None else silence.parameters
        nearest, citations = cited(response.nearest) if response.nearest is not None else ("", ())
        assumptions = [self._assumption(parameter_id) for parameter_id in parameters if parameter_id in self.parameters]
        parts = [phrases.silence_line(subject)]
        parts += [f"Nearest to it: {nearest}"] if nearest else []
        parts += [phrases.assumption_line(assumption) for assumption in assumptions]
        return replace(
            start,
            answer="\n".join(parts),
            citations=citations,
            assumptions=tuple(assumptions),
            silent_on=(subject,),
            parameters_overridden=self.parameters.overridden if parameters else (),
        )

    def _assumption(self, parameter_id: str) -> Mapping[str, Any]:
        parameter = self.parameters[parameter_id]
        return {"id": parameter.id, "value": plain(parameter.value), "unit": parameter.unit, "note": parameter.note or parameter.reason or ""}

    def _calculated(
        self, question: str, as_of: str | None, understood: Understanding, request: CalculationRequest, computed: Callable[[Reply], None]
    ) -> Reply:
        reading = understood.reading
        read_as = reading.spelled.text if reading.spelled.changed(question) else None
        reply = calculated(Reply(question, "clarify", as_of, read_as, (), "", warning=self.base.warning), understood, request, self.parameters)
        if reply.route == "clarify" or reply.calculation is None:
            return reply
        computed(reply)
        about = understood.about
        if about is not None and about.kind == "part":
            return reply
        explained = understood.methodology is not None or (about is not None and about.kind == "why")
        stated = self.base.ask(understood.methodology).answer if understood.methodology is not None else self._sentences_behind(reply.calculation)
        sentences, citations = cited(stated)
        return replace(with_sentences(reply, sentences, "both" if explained else "calculation"), citations=citations)

    def _sentences_behind(self, calculation: Mapping[str, Any]) -> Answer:
        """The sentences that state what the calculation's stated steps rest on."""
        places = {
            (step["reference"]["document_id"], step["reference"]["heading"])
            for step in calculation["steps"]
            if step["basis"] == "stated" and step["reference"]
        }
        return self.base.stated_at(sorted(places))


def _question_of(turn: Turn) -> Before | None:
    """The question of a turn as the next one may lean on it."""
    understood = turn.understood
    return Before(turn.question, understood.calculation is None) if turn.question and understood is not None else None


def _adds_numbers(reading: Reading, before: Turn) -> bool:
    """Whether a few words with a number come after a question without any that asked for no calculation."""
    earlier = before.understood
    words = len(reading.text.split())
    return (
        earlier is not None
        and earlier.calculation is None
        and not earlier.reading.quantities
        and bool(reading.quantities)
        and words <= MOST_LATE_WORDS
    )


def _is_no_calculation(reading: Reading, request: CalculationRequest) -> bool:
    """Whether a question that lacks inputs asks for a reason, or only holds a share against the band that is stated for it."""
    if _REASON.match(reading.text):
        return True
    return set(request.inputs) <= {"futures_share_fraction"} and not _HOW_MUCH.search(reading.text) and is_held_against_a_rule(reading.text)


def _unseen(reply: Reply) -> None:
    """Nobody waits for the first part of a reply."""


def checked_day(given: object) -> str:
    """A day as ISO text. Raises AssistantError for anything else."""
    try:
        return date.fromisoformat(str(given)).isoformat()
    except ValueError as error:
        raise AssistantError("as_of", f"{given!r} is not a date", "write it as YYYY-MM-DD") from error


def checked_question(question: str) -> str:
    """A question without control characters. Raises AssistantError when nothing is left or it is too long."""
    clean = " ".join(without_controls(question.replace("\t", " ")).split())
    if not clean:
        raise AssistantError("question", "is empty", "type a question")
    if len(question) > MAX_QUESTION_CHARACTERS:
        raise AssistantError("question", f"has {len(question):,} characters", f"ask in at most {MAX_QUESTION_CHARACTERS:,}")
    return clean
