"""The parts of a plan as lines of an answer: what a follow-up such as 'show the scenarios' or 'why 2 futures?' is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rules.reports.report import in_words, percent, plain_number

Plan = Mapping[str, Any]


def part_lines(plan: Plan, part: str) -> list[str]:
    """A part of a plan by its name in PLAN_PARTS, a line an entry; one line that says so where the plan has nothing of it."""
    return list(PARTS[part](plan)) or [f"The plan has no {_words(part)}."]


def why_lines(calculation: Mapping[str, Any], layer: str) -> list[str]:
    """Why a layer of a saved plan is of its size, waits or cannot be had; without a layer those ordered today, else what all wait for."""
    from rules.explaining.explain_plan import explain_plan
    from rules.explaining.explain_text import layer_lines

    explained = explain_plan(calculation)
    layers = explained["layers"]
    of_layer = [entry for entry in layers if str(entry["layer"]) == layer]
    shown = of_layer or [entry for entry in layers if entry["orders"]] or layers
    return [line for entry in shown for line in layer_lines(entry)]


def _orders(plan: Plan) -> list[str]:
    """Today's, and what waits with the first day it can be ordered."""
    lines = [f"{order['on']}: buy {order['quantity']} {order['name']}; {order['reason']}." for order in plan["orders"]]
    for entry in plan["schedule"]:
        if entry["state"] == "waiting":
            day = "no day can be named yet" if entry["earliest_on"] is None else f"not before {entry['earliest_on']}"
            lines.append(f"Later, {day}: {plain_number(entry['quantity'])} {entry['name']}; {entry['reason']}.")
    return lines


def _layers(plan: Plan) -> list[str]:
    lines = []
    for layer in plan["layers"]:
        size = f"{plain_number(layer['quantity'])}, {_usd(layer['exposure_usd_per_vix_point'])} per VIX point, {percent(layer['share_fraction'])} of the hedge"
        tranche = "" if layer["tranche"] is None else f", tranche {layer['tranche']}"
        lines.append(f"Layer {layer['layer']}{tranche}, {layer['name']}: {size}; {_words(layer['state'])}: {layer['reason']}.")
    return lines


def _checks(plan: Plan) -> list[str]:
    return [f"{check['id']}, {_words(check['state'])}: {check['reason']}." for check in plan["checks"]]


def _scenarios(plan: Plan) -> list[str]:
    sets = [*plan["scenarios"], *([plan["gamma_moves"]] if plan["gamma_moves"] is not None else [])]
    lines = []
    for found in sets:
        share = _and_part(found["share_positive_fraction"], "of them earn")
        decides = "decides the check irr_positive" if found["decides"] else "shown, decides nothing"
        lines.append(f"Set {found['set']} ({decides}){share}:")
        lines += [f"  {_outcome(outcome)}" for outcome in found["outcomes"]]
    return lines


def _outcome(outcome: Mapping[str, Any]) -> str:
    if outcome["pnl_usd"] is None:
        return f"{outcome['label']}: hedge {_usd(outcome['hedge_pnl_usd'])}, the condors cannot be valued"
    parts = f"condors {_usd(outcome['condor_pnl_usd'])}, hedge {_usd(outcome['hedge_pnl_usd'])}"
    return f"{outcome['label']}: {_usd(outcome['pnl_usd'])} ({parts}){_and_part(outcome['return_fraction'], 'of the capital at risk')}"


def _break_evens(plan: Plan) -> list[str]:
    found = plan["break_evens"]
    if found is None:
        return []
    lines = [f"On {found['on']} with the VIX held, condors alone: {_edges(found['condor_alone'])}."]
    lines += [f"After {entry['name']}: {_edges(entry)}." for entry in found["after_layers"]]
    lines += [f"With the VIX at {plain_number(point['vix'])} that day: {_edges(point)}." for point in found["frontier"]]
    return [*lines, f"{found['along_response']['name'].capitalize()}: {_edges(found['along_response'])}."]


def _edges(entry: Mapping[str, Any]) -> str:
    low, high = ("none" if entry[edge] is None else plain_number(entry[edge]) for edge in ("low", "high"))
    return f"{low} to {high}, most profit {_usd(entry['max_profit_usd'])}"


def _signals(plan: Plan) -> list[str]:
    lines = []
    for signal in plan["signals"]:
        since = "" if signal["since"] is None else f" since {signal['since']}"
        rate = "" if signal["base_rate_fraction"] is None else f"; it passed on {percent(signal['base_rate_fraction'])} of days in history"
        lines.append(f"{signal['signal']}, {_words(signal['state'])}{since}: {signal['reason']}{rate}.")
    return lines


def _roll_calendar(plan: Plan) -> list[str]:
    return [
        f"{entry['name']}: settles {entry['expiry']}, trades until {entry['last_trading_date']}, look at it on {entry['prompt_on']}; {entry['advice']}."
        for entry in plan["roll_calendar"]
    ]


def _cost(plan: Plan) -> list[str]:
    lines = []
    for layer in plan["layers"]:
        if layer["quantity"]:
            own, so_far = (_known(layer[name]) for name in ("layer_cost_usd", "hedge_cost_usd"))
            of_credit = _and_part(layer["hedge_cost_of_credit_fraction"], "of the credit")
            lines.append(f"{plain_number(layer['quantity'])} {layer['name']}: {own}, with all before it {so_far}{of_credit}.")
    return lines


def _margin(plan: Plan) -> list[str]:
    return [
        f"VIX {plain_number(entry['vix_points'])} points today: the futures call for {_usd(entry['amount_usd'])}."
        for entry in plan["variation_margin_usd"]
    ]


def _capital(plan: Plan) -> list[str]:
    capital = plan["capital"]
    if capital is None:
        return []
    lines = [f"{part['name']}: {_usd(part['capital_usd'])}, {part['note']}." for part in capital["parts"]]
    lines.append(f"Capital at risk: {_usd(capital['capital_at_risk_usd'])}.")
    named = {
        "wacc_fraction": "WACC",
        "carry_drag_fraction": "Carry drag, apart from the WACC",
        "return_net_of_carry_fraction": "Return net of carry",
        "required_return_fraction": "Return that the WACC asks for",
    }
    return lines + [f"{words}: {percent(capital[name])}." for name, words in named.items() if capital[name] is not None]


def _worst(plan: Plan) -> list[str]:
    if plan["worst_combined_loss_usd"] is None:
        return []
    where = "" if plan["worst_at"] is None else f", {plan['worst_at']}"
    return [f"Worst combined loss of condors and hedge: {_usd(plan['worst_combined_loss_usd'])}, on the {plan['worst_side']} side{where}."]


def _alternatives(plan: Plan) -> list[str]:
    lines = []
    for entry in plan["alternatives"]:
        fits = "fits" if entry["feasible"] else "does not fit"
        share = _and_part(entry["share_fraction"], "of the hedge")
        chosen = " (chosen)" if entry["chosen"] else ""
        lines.append(f"{entry['choice']}{chosen}: {fits}{share}; {entry['reason']}.")
    return lines


def _holdings(plan: Plan) -> list[str]:
    return [f"{plain_number(entry['quantity'])} {entry['name']}: {_words(entry['action'])}; {entry['reason']}." for entry in plan["holdings"]]


def _greeks(plan: Plan) -> list[str]:
    lines = []
    for layer in plan["layers"]:
        if layer["quantity"]:
            vega = (
                f"vega {_known(layer['vega_before_usd_per_vix_point'])} before, {_known(layer['vega_after_usd_per_vix_point'])} after, per VIX point"
            )
            delta = f"delta {_known(layer['delta_before_usd'])} before, {_known(layer['delta_after_usd'])} after, per SPX point"
            lines.append(f"{plain_number(layer['quantity'])} {layer['name']}: {vega}; {delta}.")
    return lines


def _synthetics(plan: Plan) -> list[str]:
    return [
        f"{entry['expiry']}, strike {plain_number(entry['strike'])}: synthetic {plain_number(entry['synthetic_bid_index_points'])} to "
        f"{plain_number(entry['synthetic_ask_index_points'])}, future {plain_number(entry['future_price_index_points'])}, "
        f"edge {_usd(entry['edge_usd_per_pair'])} a pair; {entry['note']}."
        for entry in plan["synthetic_futures"]
    ]


def _notes(plan: Plan) -> list[str]:
    return list(plan["notes"])


def _words(state: str) -> str:
    return state.replace("_", " ")


def _usd(value: float) -> str:
    return in_words(value, "usd")


def _and_part(fraction: float | None, of: str) -> str:
    """What a line adds of a share; nothing where it is not known."""
    return "" if fraction is None else f", {percent(fraction)} {of}"


def _known(value: float | None) -> str:
    return "not known" if value is None else _usd(value)


PARTS: Mapping[str, Callable[[Plan], Sequence[str]]] = {
    "orders": _orders,
    "layers": _layers,
    "checks": _checks,
    "scenarios": _scenarios,
    "break_evens": _break_evens,
    "signals": _signals,
    "roll_calendar": _roll_calendar,
    "cost": _cost,
    "margin": _margin,
    "capital": _capital,
    "worst": _worst,
    "alternatives": _alternatives,
    "holdings": _holdings,
    "greeks": _greeks,
    "synthetics": _synthetics,
    "notes": _notes,
}
