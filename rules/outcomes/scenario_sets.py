"""The states of the market that a plan is read in: default sets of shocks, and the extremes at expiry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rules.errors import RulesError
from rules.ledger import Ledger
from rules.outcomes.models import SetName
from rules.outcomes.valuation import CondorPosition, Shock, World, is_finite_shock, moves_by_days


@dataclass(frozen=True, slots=True)
class State:
    """One state of the market, in words and as a shock."""

    label: str
    shock: Shock


def default_sets(world: World, days_to_expiry: int, ledger: Ledger) -> dict[SetName, list[State]]:
    """`vol_only` after the horizon and at the condors' expiry, `joint` and `historical` at once (docs/DEFINITIONS.md, scenarios).

    Raises RulesError when a shock would take SPX or the VIX to 0 or below.
    """
    horizon = ledger.parameter("scenario_horizon_days")
    horizons = sorted({min(horizon, days_to_expiry), days_to_expiry})
    vol_only = [
        State(f"VIX {points:+g}, SPX unchanged, after {days} days", Shock(world.spx, float(points), float(days)))
        for days in horizons
        for points in ledger.parameter("scenario_vix_shocks_vix_points")
    ]
    joint = [
        State(f"SPX {fraction * 100:+g} %, VIX {points:+g}, at once", Shock(world.spx * (1.0 + fraction), float(points), 0.0))
        for fraction, points in ledger.parameter("scenario_joint_shocks")
    ]
    historical = [
        State(
            f"{day['date']} again, at once",
            Shock(
                world.spx * (1.0 + day["spx_fraction"]),
                float(day["vix_points"]),
                0.0,
                moves_by_days(dict(zip(day["days"], day["future_points"], strict=True))),
            ),
        )
        for day in ledger.parameter("scenario_historical_moves")
    ]
    found: dict[SetName, list[State]] = {"vol_only": vol_only, "joint": joint, "historical": historical}
    refuse_impossible(world, [state for states in found.values() for state in states])
    return found


def gamma_states(world: World, ledger: Ledger) -> list[State]:
    """SPX moves either way at once with the VIX unchanged, for condors whose gamma dominates."""
    moves = sorted({sign * move for move in ledger.parameter("gamma_move_fractions") for sign in (-1, 1)})
    return [State(f"SPX {move * 100:+g} %, VIX unchanged, at once", Shock(world.spx * (1.0 + move), 0.0, 0.0)) for move in moves]


def expiry_extremes(world: World, condors: Sequence[CondorPosition], days: int, ledger: Ledger) -> list[State]:
    """States at the condors' expiry in which the worst lies: every strike, VIX lower or unchanged above today's SPX, higher or unchanged below.

    The payoff is straight between strikes and level beyond them, so at a given VIX no other level of SPX is worse. At a
    strike above today's SPX the VIX also falls by the estimated response to a rally that far, not below its floor: from
    a high VIX that is further than any declared fall. Rallies beyond the strikes are not followed.
    """
    response, floor = ledger.parameter("spx_vix_response_vix_points_per_percent"), ledger.parameter("vix_floor_vix_points")
    falls = [points for points in ledger.parameter("variation_margin_vix_shocks_vix_points") if points < 0]
    shocks = sorted({float(points) for points in [0, *falls, *ledger.parameter("scenario_vix_shocks_vix_points")]})
    strikes = sorted({strike for condor in condors for strike, _, _ in condor.legs})
    found = []
    for spx in strikes:
        by_response = response_vix(world, spx, response, floor) - world.vix
        for points in sorted({*shocks, by_response}):
            if (spx >= world.spx and points <= 0) or (spx < world.spx and points >= 0):
                shock = Shock(spx, points, float(days))
                if is_finite_shock(world, shock):
                    found.append(State(f"SPX at {spx:.6g}, VIX {points:+.4g}, at the condors' expiry", shock))
    return found


def response_vix(world: World, spx: float, response: float, floor: float) -> float:
    """The VIX where SPX stands at `spx`: moved by `response` VIX points per +1 % of SPX, not below `floor` or, if lower, today's VIX."""
    return max(world.vix + response * 100.0 * (spx / world.spx - 1.0), min(floor, world.vix))


def refuse_impossible(world: World, states: Sequence[State], field: str = "market.vix") -> None:
    """Raise RulesError for a state in which SPX or the VIX would be at or below 0."""
    for state in states:
        if not is_finite_shock(world, state.shock):
            remedy = "give a VIX and shocks of the size that markets have"
            raise RulesError(field, f"the scenario '{state.label}' takes SPX or the VIX to 0 or below", remedy)
