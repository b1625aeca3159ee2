"""The condors of an earlier plan on a later day: which are open, at what volatilities, and what hedge vega is left to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from rules.errors import RulesError
from rules.following.today import Today
from rules.ledger import Ledger
from rules.parameters import Parameters
from rules.planning.request import PlanInput


def planned_volatilities(plan: Mapping[str, Any], earlier: PlanInput, now: Today) -> dict[int, dict[str, float]]:
    """The planned volatilities by leg of each open condor that today's input says nothing of, by its place in the plan."""
    if earlier.portfolio is None:
        return {}
    recorded = {step["name"]: step["value"] for step in plan.get("steps", []) if isinstance(step, Mapping) and "name" in step and "value" in step}
    found = {}
    for number, condor in enumerate(earlier.portfolio.condors):
        told = now.condors is not None and number < len(now.condors) and now.condors[number].model_dump(exclude_none=True)
        smile = condor.leg_volatilities()
        values = smile if smile is not None else recorded.get(f"condor_{number + 1}.implied_volatility")
        if not told and values is not None and condor.expiry_date(earlier.as_of) > now.as_of:
            found[number] = {str(leg): float(value) for leg, value in values.items()}
    return found


def moved(smiles: Mapping[int, Mapping[str, float]], earlier: PlanInput, now: Today, parameters: Parameters) -> dict[int, dict[str, float]]:
    """Planned volatilities moved with the VIX by the assumed mapping, not below the floor."""
    per_point, floor = parameters["vol_per_vix_point"].value, parameters["scenario_volatility_floor_fraction"].value
    move = 0.01 * per_point * (now.market.vix - earlier.market.vix)
    return {number: {leg: max(value + move, floor) for leg, value in smile.items()} for number, smile in smiles.items()}


def record_volatilities(smiles: Mapping[int, Mapping[str, float]], earlier: PlanInput, request: PlanInput, ledger: Ledger) -> None:
    """Say of moved volatilities that they are derived: the book would take them for inputs."""
    if not smiles or request.portfolio is None:
        return
    ledger.given("plan.market.vix", earlier.market.vix, "vix_points")
    ledger.given("market.vix", request.market.vix, "vix_points")
    for name in ("vol_per_vix_point", "scenario_volatility_floor_fraction"):
        ledger.parameter(name)
    for place, number in enumerate(open_condors(earlier, request.as_of), 1):
        if number in smiles:
            step = f"plan.condor_{number + 1}.implied_volatility"
            used = {step: ledger.given(step, dict(smiles[number]), "fraction")}
            used |= ledger.cite("plan.market.vix", "market.vix", "vol_per_vix_point", "scenario_volatility_floor_fraction")
            values = request.portfolio.condors[place - 1].leg_volatilities()
            formula = "planned volatility + 0.01 * vol_per_vix_point * move of the VIX"
            ledger.derive(f"condor_{place}.implied_volatility", formula, used, values, "fraction")


def open_condors(earlier: PlanInput, as_of: date) -> list[int]:
    """Places in the plan of the condors that have not expired."""
    condors = [] if earlier.portfolio is None else earlier.portfolio.condors
    return [number for number, condor in enumerate(condors) if condor.expiry_date(earlier.as_of) > as_of]


def open_share_fraction(earlier: PlanInput, result: Mapping[str, Any], as_of: date) -> float | None:
    """Share of the vega at planning that the condors still open had; None where a vega is not known.

    The hedge vega never falls because a condor loses; the part of a condor that has expired has nothing left to hedge.
    """
    condors = [] if earlier.portfolio is None else earlier.portfolio.condors
    alive = open_condors(earlier, as_of)
    if len(alive) == len(condors):
        return 1.0
    vegas = [condor.get("vega_usd") for condor in result.get("condors", [])]
    if not alive or len(vegas) != len(condors) or any(vega is None for vega in vegas) or sum(vegas) == 0:
        return None if alive else 0.0
    return float(max(sum(vegas[number] for number in alive) / sum(vegas), 0.0))


def record_hedge_vega(result: Mapping[str, Any], earlier: PlanInput, request: PlanInput, ledger: Ledger) -> None:
    """Say of a hedge vega that is scaled to the condors still open how it came about."""
    share = open_share_fraction(earlier, result, request.as_of)
    if share is None or share in (0.0, 1.0):
        return
    step = "plan.planned_hedge_vega_usd"
    used = {step: ledger.given(step, float(result["planned_hedge_vega_usd"]), "usd")}
    used |= {"plan.condor_vegas_usd": ledger.given("plan.condor_vegas_usd", [c["vega_usd"] for c in result["condors"]], "usd_per_vol_point")}
    formula = "planned hedge vega * vega at planning of the condors still open / of all"
    ledger.derive("planned_hedge_vega_usd", formula, used, request.planned_hedge_vega_usd, "usd")


def condors_today(earlier: PlanInput, now: Today, smiles: Mapping[int, Mapping[str, float]]) -> list[dict[str, Any]]:
    """The plan's condors that are still open, with today's volatilities where given, else the planned ones moved with the VIX."""
    assert earlier.portfolio is not None, "only a portfolio has condors"
    condors = earlier.portfolio.condors
    if now.condors is not None and len(now.condors) != len(condors):
        raise RulesError("condors", f"has {len(now.condors)} entries for {len(condors)} condors", "give one entry a condor of the plan, {} for none")
    found = []
    for number in open_condors(earlier, now.as_of):
        condor = condors[number]
        kept = ("days_to_expiry", "implied_volatility", "leg_prices_index_points")
        raw = {key: value for key, value in condor.model_dump(exclude_unset=True).items() if key not in kept}
        raw["expiry"] = condor.expiry_date(earlier.as_of)
        if number in smiles:
            raw["implied_volatility"] = dict(smiles[number])
        elif now.condors is not None:
            raw |= now.condors[number].model_dump(exclude_none=True)
        found.append(raw)
    return found
