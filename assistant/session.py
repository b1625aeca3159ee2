"""One question to one reply: the meeting of knowledge base and rules engine. No screen, no clock."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant import phrases
from assistant.errors import AssistantError
from assistant.reply import Citation, CitedSentence, Missing, Reply, Route, Understood
from assistant.understanding import CalculationRequest, Understanding, understand
from assistant.utterances import Utterances
from knowledge.answer import Answer
from knowledge.answer import Citation as Cited
from knowledge.base import KnowledgeBase, Response
from knowledge.disagreement.answering import values_first
from knowledge.disagreement.finding import Disagreement
from knowledge.documents import without_controls
from rules.errors import RulesError

if TYPE_CHECKING:
    from rules.parameters import Parameters

MAX_QUESTION_CHARACTERS = 1000


class Session:
    """Answers questions over one knowledge base and one set of parameters."""

    def __init__(self, base: KnowledgeBase, parameters_file: Path | None = None) -> None:
        self.base = base
        self._parameters_file = parameters_file

    @cached_property
    def parameters(self) -> Parameters:
        """The method's numbers, with the user's changes. Raises RulesError for a file that cannot be used."""
        from rules.parameters import load_parameters

        shipped = load_parameters()
        if self._parameters_file is None:
            return shipped
        from rules.parameter_file import overlaid

        return overlaid(shipped, self._parameters_file)

    @cached_property
    def _utterances(self) -> Utterances:
        return Utterances(self.base.default_encoder)

    @cached_property
    def _stated_fractions(self) -> dict[str, float]:
        """The method's own shares: numbers that name a rule when a question repeats them."""
        return {p.id: float(p.value) for p in self.parameters.values() if p.basis == "stated" and p.unit == "fraction"}

    def ask(self, question: str, as_of: str | None = None, context: Sequence[str] = ()) -> Reply:
        """Answer a question; `context` are the questions before it, oldest first.

        Raises AssistantError for a question that is empty or too long.
        """
        clean = checked_question(question)
        before = [checked_question(earlier) for earlier in context]
        previous = self._previous_calculation(before)
        vector = self.base.default_vector(clean)
        understood = understand(
            clean, vector, self._utterances, self._stated_fractions if previous or re.search(r"\d|half|third|quarter", clean) else {}, previous
        )
        if understood.calculation is not None:
            return self._calculated(clean, as_of, understood, understood.calculation)
        if understood.advice:
            return self._plain(clean, as_of, understood, "refused", phrases.NO_ADVICE)
        if understood.label == "OTHER" and understood.quantities:
            return self._plain(clean, as_of, understood, "refused", phrases.OTHER_CALCULATION)
        return self._from_documents(clean, as_of, before, understood)

    def _previous_calculation(self, context: Sequence[str]) -> CalculationRequest | None:
        previous = None
        for question in context:
            previous = understand(question, self.base.default_vector(question), self._utterances, self._stated_fractions, previous).calculation
        return previous

    def _plain(self, question: str, as_of: str | None, understood: Understanding, route: Route, answer: str) -> Reply:
        return Reply(question, route, as_of, None, _quantities(understood, None), answer, warning=self.base.warning)

    def _from_documents(self, question: str, as_of: str | None, context: Sequence[str], understood: Understanding) -> Reply:
        resolved = self.base.repaired(f"{context[-1]} {question}" if context else question).text
        response = self.base.ask(resolved)
        quantities = _quantities(understood, None)
        read_as = None if resolved == question else resolved
        if response.disagreement is not None:
            return self._disagreed(question, as_of, read_as, understood, response.answer, response.disagreement)
        if not response.in_scope:
            return Reply(question, "refused", as_of, read_as, quantities, phrases.OUT_OF_SCOPE, warning=self.base.warning)
        if response.silent:
            return self._silent(question, as_of, read_as, understood, response)
        text, citations = _cited(response.answer)
        return Reply(question, "knowledge", as_of, read_as, quantities, text, citations, warning=self.base.warning)

    def _disagreed(
        self, question: str, as_of: str | None, read_as: str | None, understood: Understanding, answer: Answer, disagreement: Disagreement
    ) -> Reply:
        """Each value with its document, the source's first, and after them what else is close to the question."""
        values, rest = values_first(disagreement, answer)
        stated, citations = _marked(values)
        besides, others = _marked(rest, len(citations) + 1)
        lines = [phrases.disagreement_line(disagreement.topic.claim, disagreement.source), *stated]
        left = len(disagreement.statements) - len(stated)
        lines += [phrases.more_values_line(left)] if left else []
        lines += [phrases.BESIDES, *besides] if besides else []
        named = [{"value": statement.value.text, "document_id": statement.document.document_id} for statement in disagreement.statements]
        return Reply(
            question,
            "knowledge",
            as_of,
            read_as,
            _quantities(understood, None),
            "\n".join(lines),
            citations + others,
            conflicts=({"claim": disagreement.topic.claim, "values": named},),
            warning=self.base.warning,
        )

    def _silent(self, question: str, as_of: str | None, read_as: str | None, understood: Understanding, response: Response) -> Reply:
        """Say what is not stated, give the nearest that is, and show what the engine assumes instead."""
        silence = response.silence
        subject = "an answer to this question" if silence is None else silence.subject
        parameters = () if silence is None else silence.parameters
        nearest, citations = _cited(response.nearest) if response.nearest is not None else ("", ())
        assumptions = [self._assumption(parameter_id) for parameter_id in parameters if parameter_id in self.parameters]
        parts = [phrases.silence_line(subject)]
        parts += [f"Nearest to it: {nearest}"] if nearest else []
        parts += [phrases.assumption_line(assumption) for assumption in assumptions]
        return Reply(
            question,
            "knowledge",
            as_of,
            read_as,
            _quantities(understood, None),
            "\n".join(parts),
            citations,
            assumptions=tuple(assumptions),
            silent_on=(subject,),
            parameters_overridden=self.parameters.overridden if parameters else (),
            warning=self.base.warning,
        )

    def _assumption(self, parameter_id: str) -> Mapping[str, Any]:
        parameter = self.parameters[parameter_id]
        return {"id": parameter.id, "value": parameter.value, "unit": parameter.unit, "note": parameter.note or parameter.reason or ""}

    def _calculated(self, question: str, as_of: str | None, understood: Understanding, request: CalculationRequest) -> Reply:
        from rules.engine import run

        if not request.complete:
            return self._asked_back(question, as_of, understood, request)
        implausible = _implausible(request)
        if implausible:
            return self._asked_back(question, as_of, understood, request, implausible)
        try:
            calculation = run(request.calculator, dict(request.inputs), self.parameters).as_dict()
        except RulesError as error:
            missing = Missing(error.field, "", f"{error.field} {error.problem}: {error.remedy}")
            return self._asked_back(question, as_of, understood, request, (missing,))
        lines = [phrases.understood_line(request), *phrases.result_lines(calculation)]
        route: Route = "both" if understood.explain else "calculation"
        stated = self.base.ask(question).answer if understood.explain else self._sentences_behind(calculation)
        sentences, citations = _cited(stated)
        lines += [sentences] if sentences else []
        lines += ["Steps:", *phrases.step_lines(calculation), *(phrases.assumption_line(assumption) for assumption in calculation["assumptions"])]
        return Reply(
            question,
            route,
            as_of,
            None,
            _quantities(understood, request),
            "\n".join(lines),
            citations,
            calculation=calculation,
            assumptions=tuple(calculation["assumptions"]),
            parameters_overridden=self.parameters.overridden,
            warning=self.base.warning,
        )

    def _sentences_behind(self, calculation: Mapping[str, Any]) -> Answer:
        """The sentences that state what the calculation's stated steps rest on."""
        places = {
            (step["reference"]["document_id"], step["reference"]["heading"])
            for step in calculation["steps"]
            if step["basis"] == "stated" and step["reference"]
        }
        return self.base.stated_at(sorted(places))

    def _asked_back(
        self, question: str, as_of: str | None, understood: Understanding, request: CalculationRequest, missing: tuple[Missing, ...] = ()
    ) -> Reply:
        """Ask for what is missing, implausible or unclear; nothing is computed."""
        asked = missing or tuple(Missing(slot.name, slot.unit, phrases.prompt_for(slot)) for slot in request.missing)
        if not asked and request.unmodelled:
            asked = (Missing("question", "", phrases.unmodelled_line(request.unmodelled)),)
        if not asked and request.unplaced:
            asked = (Missing("unplaced_quantity", "", phrases.unplaced_line(request.unplaced)),)
        if not asked:
            asked = (Missing("question", "", "I could not read every number in the question. Write each with its name, for example: credit 20.46."),)
        lines = [phrases.understood_line(request), *(entry.prompt for entry in asked)]
        partial: dict[str, Any] = {"name": request.calculator, "inputs": dict(request.inputs), "result": None, "steps": []}
        return Reply(
            question,
            "clarify",
            as_of,
            None,
            _quantities(understood, request),
            "\n".join(lines),
            calculation=partial,
            missing=asked,
            warning=self.base.warning,
        )


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


def _implausible(request: CalculationRequest) -> tuple[Missing, ...]:
    """Inputs outside their plausible range, as questions with the likely correction."""
    found = []
    for slot in request.slots:
        value = request.inputs.get(slot.name)
        if (
            slot.plausible is None
            or not isinstance(value, (int, float))
            or isinstance(value, bool)
            or slot.plausible[0] <= value <= slot.plausible[1]
        ):
            continue
        found.append(Missing(slot.name, slot.unit, f"{slot.name} = {value:g} is unusual. {phrases.prompt_for(slot)}"))
    credit, wings = request.inputs.get("credit_index_points"), _wings(request.inputs)
    if isinstance(credit, (int, float)) and wings and credit >= min(wings):
        found.append(Missing("credit_index_points", "index_points", phrases.credit_line(credit, min(wings))))
    return tuple(found)


def _wings(inputs: Mapping[str, Any]) -> list[float]:
    """Widths of a condor's wings in index points; empty for anything else."""
    legs = [inputs.get(name) for name in ("long_put", "short_put", "short_call", "long_call")]
    strikes = [leg for leg in legs if isinstance(leg, (int, float))]
    return [strikes[1] - strikes[0], strikes[3] - strikes[2]] if len(strikes) == 4 else []


def _cited(answer: Answer) -> tuple[str, tuple[Citation, ...]]:
    """The answer's sentences with their markers as one text, and the citations."""
    parts, citations = _marked(answer)
    return " ".join(parts), citations


def _marked(answer: Answer, first: int = 1) -> tuple[list[str], tuple[Citation, ...]]:
    """The answer's sentences with their markers, and the citations in the order of the markers, which begin at `first`."""
    parts, citations = [], []
    for marker, cited in enumerate(answer.citations, first):
        sentences = tuple(CitedSentence(text, start, end) for text, start, end in cited.sentences)
        parts += [f"{' '.join(sentence.text.split())} [{marker}]" for sentence in sentences]
        citations.append(_citation(marker, cited, sentences))
    return parts, tuple(citations)


def _citation(marker: int, cited: Cited, sentences: tuple[CitedSentence, ...]) -> Citation:
    source = cited.source
    return Citation(
        marker,
        cited.document_id,
        cited.kind,
        cited.title,
        source.url,
        cited.heading,
        sentences,
        cited.score,
        source.title,
        source.author,
        source.date,
        source.paragraphs,
    )


def _quantities(understood: Understanding, request: CalculationRequest | None) -> tuple[Understood, ...]:
    names = {} if request is None else {quantity.start: name for name, quantity in request.origin.items()}
    return tuple(Understood(q.text, q.start, q.end, names.get(q.start, ""), q.value, q.unit) for q in understood.quantities)
