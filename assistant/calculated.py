"""Replies to a calculation: computed with its steps, or asked back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from assistant import phrases
from assistant.follow_ups.about import About
from assistant.inputs.draft import Asked
from assistant.inputs.plausible import implausible
from assistant.inputs.requests import CalculationRequest
from assistant.inputs.slots import nested
from assistant.plan_parts import part_lines, why_lines
from assistant.reply import Missing, Reply, Route, Understood
from assistant.tables import plan_digest
from assistant.understanding import Understanding
from rules.errors import RulesError

if TYPE_CHECKING:
    from rules.parameters import Parameters


def calculated(reply: Reply, understood: Understanding, request: CalculationRequest, parameters: Parameters) -> Reply:
    """A reply completed by a calculation: route `calculation` with result and steps, or `clarify` with what is missing."""
    from rules.engine import run

    reply = replace(reply, understood=quantities_of(understood, request))
    if not request.complete:
        return asked_back(reply, request)
    doubts = implausible(request.calculator, request.inputs)
    if doubts:
        return asked_back(reply, request, doubts)
    given = nested(request.inputs)
    try:
        calculation = run(request.calculator, given, parameters).as_dict()
    except RulesError as error:
        return asked_back(reply, request, (Asked(error.field, "", f"{error.field} {error.problem}: {error.remedy}"),))
    calculation["inputs"] = _together(given, calculation["inputs"])
    assumptions = tuple(calculation["assumptions"])
    lines = [phrases.understood_line(request), *(_of_a_plan if calculation["name"] == "plan-hedge" else _whole)(calculation, understood.about)]
    return replace(
        reply,
        route="calculation",
        answer="\n".join(lines),
        calculation=calculation,
        assumptions=assumptions,
        parameters_overridden=parameters.overridden,
    )


def _whole(calculation: Mapping[str, Any], about: About | None) -> list[str]:
    """Result, steps and assumptions."""
    assumed = [phrases.assumption_line(assumption) for assumption in calculation["assumptions"]]
    return [*phrases.result_lines(calculation), "Steps:", *phrases.step_lines(calculation), *assumed]


def _of_a_plan(calculation: Mapping[str, Any], about: About | None) -> list[str]:
    """A plan in short, or what is asked of it: all that it holds has no room in an answer."""
    kind = None if about is None else about.kind
    lines = plan_digest(calculation["result"])
    if about is not None and kind == "part":
        lines = part_lines(calculation["result"], about.part)
    if about is not None and kind == "why":
        lines = why_lines(calculation, about.part)
    steps = phrases.step_lines(calculation) if kind == "steps" else [phrases.more_steps_line(calculation)]
    entries = calculation["assumptions"]
    assumed = [phrases.assumption_line(entry) for entry in entries] if kind in ("steps", "assumed") else [phrases.assumed_line(entries)]
    return [*lines, "Steps:", *steps, *assumed]


def _together(given: Mapping[str, Any], used: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs as the engine read them, with what the question gave in another form: a date beside its days."""
    found = dict(given)
    for name, value in used.items():
        before = found.get(name)
        if value is not None or before is None:
            found[name] = _together(before, value) if isinstance(before, Mapping) and isinstance(value, Mapping) else value
    return found


def asked_back(reply: Reply, request: CalculationRequest, doubts: tuple[Asked, ...] = ()) -> Reply:
    """Ask for what is missing, implausible or unclear; nothing is computed."""
    asked = [Missing(entry.name, entry.unit, entry.prompt) for entry in doubts or request.asked]
    if not doubts:
        asked += [Missing(slot.name, slot.unit, phrases.prompt_for(slot)) for slot in request.missing]
    if not asked and request.unmodelled:
        asked = [Missing("question", "", phrases.unmodelled_line(request.unmodelled))]
    if not asked:
        asked = [Missing("unplaced_quantity", "", phrases.unplaced_line(request.unplaced))]
    partial: dict[str, Any] = {"name": request.calculator, "inputs": nested(request.inputs), "result": None, "steps": []}
    lines = [phrases.understood_line(request), *(entry.prompt for entry in asked)]
    return replace(reply, route="clarify", answer="\n".join(lines), calculation=partial, missing=tuple(asked))


def with_sentences(reply: Reply, text: str, route: Route) -> Reply:
    """A calculated reply with the sentences of documents between its result and its steps."""
    if not text or reply.route == "clarify":
        return reply
    before, found, steps = reply.answer.partition("\nSteps:")
    return replace(reply, route=route, answer=f"{before}\n{text}{found}{steps}")


def quantities_of(understood: Understanding, request: CalculationRequest | None) -> tuple[Understood, ...]:
    """Every quantity of the question with its span as typed and the input it went to, empty where it went to none."""
    reading = understood.reading
    names: dict[int, str] = {}
    for name, quantity in request.origin.items() if request is not None else ():
        if any(own is quantity for own in reading.quantities):
            names.setdefault(quantity.start, name)
    kept = [quantity for quantity in reading.quantities if quantity.unit != "name"]
    return tuple(
        Understood(shown.text, shown.start, shown.end, names.get(own.start, ""), shown.value, shown.unit)
        for own, shown in zip(kept, reading.shown, strict=True)
    )
