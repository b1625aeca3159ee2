"""What a dialogue has named and may use later: levels of VIX and SPX, the curve, the condor, the hedge vega, loaded files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from assistant.inputs.draft import Draft
from assistant.inputs.requests import CalculationRequest, still_missing
from assistant.inputs.slots import slots_of
from assistant.patterns import Pattern
from assistant.quantities import Quantity
from assistant.readers.book import BOOK, CONDOR_PARTS, lacking
from assistant.readers.curve import read_curve
from assistant.readers.market import monthly_expiries, set_levels_aside
from assistant.readers.strikes import LEGS

CONDOR = (*LEGS, "credit_index_points", "contracts")
_FORGET = Pattern(
    r"\b(?:forget|clear|drop|reset|start over)\b.*\b(?:facts?|everything|all|that|what i (?:said|told)|condor|curve|vix|over|book)\b|\bstart over\b"
)
_STATEMENT = Pattern(
    r"^(?:so |ok |and |note:? |my |the |spot |today'?s )*(?:vix|spx|curve|futures curve|m1|front month|hedge vega|planned hedge vega)\b[^?]*$"
)
_QUESTION = Pattern(r"\b(?:how|what|when|which|why|who|where|should|can|could|do|does|roll|or|if|would|will|explain|tell)\b")
_MY_CONDOR = Pattern(r"\b(?:my|the|this|that|same|our) (?:short )?(?:iron )?condors?\b|\bmy (?:ic|ics|position|book)\b")
_FOR_IT = Pattern(r"\b(?:hedge|plan|cover|protect)\b[^.;?]*\b(?:it|this|that|them|these)\b")
_MY_VEGA = Pattern(r"\b(?:my|the|that|same|our) (?:total |planned )*(?:hedge(?: vega)?|vega)\b|\bplan (?:it|my hedge|the hedge)\b")
_LEVELS = {"market.vix": "vix", "vix": "vix", "market.spx": "spx", "spx": "spx"}
_ON_SPX = ("iron-condor", "scenarios", "capm-levels")


def forgets(text: str) -> bool:
    """Whether a question asks to forget what was named before."""
    return _FORGET.search(text) is not None


def speaks_of(facts: Mapping[str, Any], text: str) -> bool:
    """Whether a question names something by what was said of it before: 'my condor', 'my hedge vega'."""
    condor = "condor" in facts and (_MY_CONDOR.search(text) is not None or _FOR_IT.search(text) is not None)
    return condor or ("planned_hedge_vega_usd" in facts and _MY_VEGA.search(text) is not None)


def named_in(text: str, quantities: tuple[Quantity, ...], request: CalculationRequest | None) -> dict[str, Any]:
    """The facts that a question names: what its calculation takes, or what it only states."""
    if request is not None:
        return {**request.facts, **_of_inputs(request.inputs)}
    if not _STATEMENT.search(text) or _QUESTION.search(text):
        return {}
    draft = Draft(text, quantities, slots_of("plan-hedge"))
    read_curve(draft, "curve")
    curve = {"curve": draft.inputs["curve"]} if "curve" in draft.inputs else {}
    facts: dict[str, Any] = {**curve, **set_levels_aside(draft)}
    vega = draft.after(r"\b(?:planned )?hedge vega", "usd", "number")
    if vega is not None:
        draft.use(vega)
        facts["planned_hedge_vega_usd"] = abs(vega.number)
    return facts if not draft.free() else {}


def _of_inputs(inputs: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {fact: inputs[name] for name, fact in _LEVELS.items() if name in inputs}
    if "market.futures" in inputs:
        found["curve"] = inputs["market.futures"]
    if "planned_hedge_vega_usd" in inputs:
        found["planned_hedge_vega_usd"] = inputs["planned_hedge_vega_usd"]
    condors = inputs.get(BOOK)
    if isinstance(condors, list) and len(condors) == 1 and set(LEGS) <= set(condors[0]):
        found["condor"] = dict(condors[0])
    for prefix in ("", "condor."):
        condor = {name: inputs[f"{prefix}{name}"] for name in CONDOR if f"{prefix}{name}" in inputs}
        if set(LEGS) <= set(condor):
            beside = {name: inputs.get(f"condor.{name}", inputs.get(name)) for name in CONDOR_PARTS if name not in CONDOR}
            found["condor"] = {**condor, **{name: value for name, value in beside.items() if value is not None}}
            if "spot" in inputs:
                found["spx"] = inputs["spot"]
    return found


def filled(request: CalculationRequest, facts: Mapping[str, Any], text: str, as_of: str | None) -> CalculationRequest:
    """A request with what it misses taken from facts that were named before, where the question speaks of them."""
    if not facts or not (request.missing or "portfolio" in facts or "plan" in facts):
        return request
    inputs, asked = dict(request.inputs), request.asked
    names, is_plan = {slot.name for slot in request.missing}, request.calculator == "plan-hedge"
    for name, fact in _LEVELS.items():
        if name in names and fact in facts:
            inputs[name] = facts[fact]
    if "spot" in names and "spx" in facts and request.calculator in _ON_SPX:
        inputs["spot"] = facts["spx"]
    if "implied_volatility" in names and "vix" in facts and request.calculator == "capm-levels":
        inputs["implied_volatility"] = round(facts["vix"] / 100, 12)
    if "market.futures" in names and "curve" in facts:
        inputs["market.futures"] = dated_curve(facts["curve"], str(inputs.get("as_of", as_of or "")))
    if "planned_hedge_vega_usd" in names and "planned_hedge_vega_usd" in facts and _MY_VEGA.search(text):
        inputs["planned_hedge_vega_usd"] = facts["planned_hedge_vega_usd"]
    if is_plan:
        file = {**facts.get("plan", {}), **({"portfolio": facts["portfolio"]} if "portfolio" in facts else {})}
        inputs = {**file, **{name: value for name, value in inputs.items() if name != "as_of" or name in request.origin or name not in file}}
    if isinstance(facts.get("condor"), Mapping) and (_MY_CONDOR.search(text) or (is_plan and _FOR_IT.search(text))):
        if is_plan and "planned_hedge_vega_usd" in names and "planned_hedge_vega_usd" not in inputs:
            inputs[BOOK] = [_planned(facts["condor"])]
            asked = (*asked, *lacking(inputs[BOOK][0]))
            inputs.update({"market.spx": facts["spx"]} if "spx" in facts and "market.spx" not in inputs else {})
        for name in names:
            last = name.removeprefix("condor.")
            if last in CONDOR and last in facts["condor"]:
                inputs[name] = facts["condor"][last]
    return replace(request, inputs=inputs, asked=asked, missing=still_missing(request, inputs))


def _planned(condor: Mapping[str, Any]) -> dict[str, Any]:
    """A condor as a plan takes it: its life once, as a date where there is one."""
    found = {name: condor[name] for name in CONDOR_PARTS if name in condor and not (name == "days_to_expiry" and "expiry" in condor)}
    return found | ({"days_to_expiry": int(found["days_to_expiry"])} if "days_to_expiry" in found else {})


def dated_curve(rows: list[dict[str, Any]], as_of: str) -> list[dict[str, Any]]:
    """Curve rows with the settlement dates of the next months where they have none."""
    dates = monthly_expiries(as_of, len(rows))
    return [row if "expiry" in row or number >= len(dates) else {**row, "expiry": dates[number]} for number, row in enumerate(rows)]
