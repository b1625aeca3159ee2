"""The sentences a reply is made of that no document wrote."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from assistant.inputs.slots import Slot, every_slot_of
from assistant.quantities import Quantity
from rules.reports.report import flatten, format_number, unit_of

if TYPE_CHECKING:
    from assistant.inputs.requests import CalculationRequest

OUT_OF_SCOPE = "This is outside what the documents cover, so there is no answer here. They cover ALVH, the layered VIX hedge of short SPX iron condors, and its instruments."
NO_ADVICE = "No recommendation: this program explains a method and computes its arithmetic, it does not tell anyone what to trade, makes no forecasts and places no orders."
OTHER_CALCULATION = "This program has no calculator for that. `alvh rules list` shows the ones it has."

WHAT_TO_ASK = "What should be explained or computed?"
HELP = (
    "Ask how ALVH hedges a short SPX iron condor, or give numbers to compute. For example: Which VIX instrument comes first? | "
    "My total planned hedge vega is $10,000, how much goes into futures? | 5500/5600/6300/6400 condor for 20.46, ten lots: break-evens?"
)
BESIDES = "Also close to the question:"
WHAT_TO_COMPUTE = "What should be computed or explained with it?"


def noted_line(facts: Mapping[str, Any]) -> str:
    """What a dialogue has named so far."""
    named = ", ".join(f"{name} = {_fact(value)}" for name, value in facts.items())
    return f"Noted: {named}. {WHAT_TO_COMPUTE}" if named else f"Nothing is kept from before. {WHAT_TO_COMPUTE}"


def _fact(value: Any) -> str:
    if isinstance(value, Mapping):
        return "(" + ", ".join(f"{name} {_fact(part)}" for name, part in value.items()) + ")"
    if isinstance(value, list):
        return "; ".join(_fact(part) for part in value)
    return format_number(value)


def prompt_for(slot: Slot) -> str:
    """The question for an input: what, in which unit, in which range, where it is found."""
    unit = {
        "fraction": "as a percentage",
        "usd": "in USD",
        "days": "in calendar days",
        "index_points": "in index points",
        "count": "as a whole number",
    }.get(slot.unit, "")
    plausible = f", usually {format_number(slot.plausible[0], slot.unit)} to {format_number(slot.plausible[1], slot.unit)}" if slot.plausible else ""
    where = f" ({slot.where})" if slot.where else ""
    said = not unit or re.search(rf"\b{unit.split()[-1]}\b", slot.description, re.IGNORECASE) is not None
    return f"{slot.description if said else f'{slot.description} {unit}'}{plausible}{where}?"


def understood_line(request: CalculationRequest) -> str:
    """One line with the calculator and the inputs as they were read."""
    units = {slot.name: slot.unit for slot in every_slot_of(request.calculator)}
    behind = {name: " trading days" for name, unit in units.items() if unit == "trading_days"}
    given = ", ".join(f"{name} = {format_number(value, units.get(name, ''))}{behind.get(name, '')}" for name, value in request.inputs.items())
    return f"Understood: {request.calculator}" + (f" with {given}." if given else ".")


def result_lines(calculation: Mapping[str, Any]) -> list[str]:
    """The result, a line each."""
    return [f"{name}: {format_number(value, unit_of(name))}" for name, value in flatten(calculation["result"]) if value is not None]


def step_lines(calculation: Mapping[str, Any]) -> list[str]:
    """The steps, a line each: value, formula, basis."""
    lines = []
    for step in calculation["steps"]:
        value = "(table)" if step["unit"] == "table" else format_number(step["value"], step["unit"])
        formula = "" if step["formula"] in ("given", "parameter") else f" = {step['formula']}"
        lines.append(f"  {step['name']}{formula} = {value} [{step['basis']}]")
    return lines


def more_steps_line(calculation: Mapping[str, Any]) -> str:
    """Where the steps of a plan are that an answer has no room for."""
    return f"  {len(calculation['steps'])} steps lead to these figures: ask “show the steps”, or add --json; “why 2 futures?”, “show the scenarios”, “show the checks” show parts."


def assumption_line(assumption: Mapping[str, Any]) -> str:
    """An assumed parameter in words."""
    value = "a table" if assumption["unit"] == "table" else format_number(assumption["value"], assumption["unit"])
    return f"Assumed: {assumption['id']} = {value}. {assumption['note']}"


def assumed_line(assumptions: Sequence[Mapping[str, Any]]) -> str:
    """The assumed parameters of a plan by name, whose reasons have no room."""
    named = ", ".join(str(assumption["id"]) for assumption in assumptions)
    return f"Assumed, {len(assumptions)} in all (ask “which are assumed?” for values and reasons): {named}."


def unplaced_line(quantities: Sequence[Quantity]) -> str:
    """The question about quantities that could not be placed."""
    named = " and ".join(f"'{quantity.text.strip()}'" for quantity in quantities)
    return f"What is {named}? I could not tell which input it is, so nothing was computed."


def unmodelled_line(words: Sequence[str]) -> str:
    """The question about words whose effect is not understood."""
    named = ", ".join(f"'{word}'" for word in words)
    return f"I cannot tell what {named} does to the numbers, so nothing was computed. Ask again with the final values alone."


def credit_line(credit: float, wing: float) -> str:
    """The question about a credit that no condor can have."""
    return f"A credit of {credit:g} points is not below the narrower wing of {wing:g} points. In index points ({credit:g} USD a contract would be {credit / 100:g}), what is it?"


def silence_line(subject: str) -> str:
    """What is said of something the method does not state."""
    return f"The documents do not state {subject}."


def disagreement_line(claim: str, source: Literal["first", "silent", "absent"]) -> str:
    """What is said before values that differ, each with its document: what the source states of it, or whether it is here at all."""
    if source == "silent":
        return f"The source does not state {claim}, and the added documents disagree:"
    return f"The documents disagree on {claim}{'; the source comes first' if source == 'first' else ''}:"


def more_values_line(count: int) -> str:
    """What is said of values that an answer has no room for."""
    return f"{count} more {'value' if count == 1 else 'values'}: `alvh knowledge conflicts` lists all."


def phrase_subject(phrase: str) -> str:
    """What is not stated where a question quotes something that no document holds."""
    return f"the words “{phrase}”"


def absent_line(phrase: str) -> str:
    """What is said of it."""
    return f"No document holds the words “{phrase}” as they are written here. Without the quotation marks they are searched by their meaning."
