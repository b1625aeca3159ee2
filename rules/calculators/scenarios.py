"""P/L, return and IRR of a condor with hedges over shocks of SPX and the VIX."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import model_validator

from rules.common_fields import dividend_yield_field, rate_field
from rules.errors import RulesError
from rules.fields import Frozen, IsoDate, unit_field
from rules.finance.returns import AnnualisedStatus, annualised
from rules.ledger import Ledger
from rules.options.condor import LEGS, CondorStrikes, LegMarket, payoff, solved_volatilities
from rules.outcomes.hedge_inputs import CurveQuote, Hedge, dated_hedge, days_left, record_hedge
from rules.outcomes.scenario_sets import State, refuse_impossible
from rules.outcomes.valuation import CondorPosition, HedgePosition, Shock, World, condor_pnl_usd, hedge_pnl_usd
from rules.vix.instruments import monotone_betas

NAME = "scenarios"
DESCRIPTION = "P/L, return on the capital at risk and its annualised rate for a condor with hedges, over shocks of SPX and the VIX."
SYNONYMS = ("scenarios", "scenario", "what if", "stress", "shock")
SOURCES = ("cost-of-capital-check", "spx-iron-condor")
EXAMPLE = {
    "condor": {"long_put": 5500, "short_put": 5600, "short_call": 6300, "long_call": 6400, "credit_index_points": 20.4644, "contracts": 10},
    "spot": 6000,
    "days_to_expiry": 41,
    "implied_volatility": [0.205, 0.195, 0.13, 0.125],
    "rate": 0.045,
    "dividend_yield": 0.013,
    "hedges": [{"instrument": "vx", "quantity": 2, "entry_price": 20.1, "days_to_expiry": 40}],
    "vix": 18,
    "futures": [{"days_to_expiry": 11, "price_index_points": 19.2}, {"days_to_expiry": 40, "price_index_points": 20.1}],
    "horizon_days": 10,
    "shocks": [{"spx_fraction": 0, "vix_points": 0}, {"spx_fraction": -0.05, "vix_points": 8}, {"spx_fraction": 0.05, "vix_points": -3}],
}


class ShockInput(Frozen):
    """One shock: SPX moves by a fraction, the VIX by points."""

    spx_fraction: float = unit_field("Move of SPX", "fraction", plausible=(-0.35, 0.35), gt=-1, lt=1)
    vix_points: float = unit_field("Move of the VIX", "vix_points", plausible=(-40, 80), gt=-150, lt=150)


class Input(Frozen):
    """A condor, its market, hedges and shocks; the horizon is in calendar days."""

    condor: CondorStrikes = unit_field("The short iron condor", "object")
    spot: float = unit_field(
        "SPX now", "index_points", synonyms=("spot", "spx", "index", "s&p", "underlying", "s"), plausible=(500, 50_000), where="the index quote", gt=0
    )
    days_to_expiry: int = unit_field(
        "Calendar days to the condor's expiry",
        "days",
        synonyms=("dte", "days to expiry", "expires in"),
        plausible=(0, 1100),
        where="the option chain",
        ge=1,
    )
    implied_volatility: Any = unit_field(
        "Implied volatility: one number, four in strike order, or by leg; may stand in the condor",
        "fraction",
        synonyms=("implied volatility", "iv", "sigma", "vol", "vols", "volatility"),
        plausible=(0.03, 1.5),
        where="the option chain",
        default=None,
    )
    rate: float | None = rate_field()
    dividend_yield: float | None = dividend_yield_field()
    hedges: list[Hedge] = unit_field("Hedges", "list", default_factory=list)
    vix: float | None = unit_field("VIX now, needed when a hedge settles before the horizon", "vix_points", plausible=(8, 90), default=None, gt=0)
    futures: list[CurveQuote] = unit_field("VX futures curve, for the roll", "list", default_factory=list)
    horizon_days: int = unit_field("Calendar days until the scenario is read", "days", synonyms=("horizon",), plausible=(0, 365), ge=0)
    shocks: list[ShockInput] = unit_field(
        "Moves of SPX (a percentage) and of the VIX (points)", "list", where="your own scenario, for example SPX -5 % VIX +9", min_length=1
    )
    as_of: IsoDate | None = unit_field("Today, beside an expiry that is given as a date", "date", default=None)

    @model_validator(mode="before")
    @classmethod
    def _volatility_into_condor(cls, data: Any) -> Any:
        """The volatility may stand beside the condor; the condor's own validation reads it there."""
        if isinstance(data, Mapping) and data.get("implied_volatility") is not None and isinstance(data.get("condor"), Mapping):
            if "implied_volatility" in data["condor"]:
                raise ValueError("implied_volatility is given twice, give it once")
            return {**data, "condor": {**data["condor"], "implied_volatility": data["implied_volatility"]}, "implied_volatility": None}
        return data

    @model_validator(mode="after")
    def _can_be_valued(self) -> Input:
        if self.condor.implied_volatility is None and self.condor.leg_prices_index_points is None:
            raise ValueError("implied_volatility is missing, give it or the condor's leg_prices_index_points")
        if self.horizon_days > self.days_to_expiry:
            raise ValueError(f"horizon_days {self.horizon_days} is beyond the expiry in {self.days_to_expiry} days, give an earlier day")
        return self


class Outcome(Frozen):
    """One scenario: P/L since entry (USD), over the capital at risk, and annualised as a one-off; null: undefined."""

    spx_fraction: float
    vix_points: float
    pnl_usd: float
    condor_pnl_usd: float
    hedge_pnl_usd: float
    return_fraction: float | None
    irr_fraction: float | None
    status: AnnualisedStatus | Literal["no_capital"]


class Worst(Frozen):
    """The scenario with the lowest P/L: its place in `outcomes`, its shock and P/L."""

    number: int
    spx_fraction: float
    vix_points: float
    pnl_usd: float


class Result(Frozen):
    """Outcomes in the order of the shocks; `capital_at_risk_usd` is condor maximum loss + premium + margin given."""

    outcomes: list[Outcome]
    capital_at_risk_usd: float
    share_positive_fraction: float
    worst: Worst


def calculate(inputs: Input, ledger: Ledger) -> Result:
    """Each leg at its shocked volatility and shorter time, each future by its beta, calls on theirs (docs/DEFINITIONS.md, scenarios)."""
    values = payoff(inputs.condor, ledger)
    world, condor, hedges = positions_of(inputs, values["max_profit_usd"], ledger)
    capital = _capital(inputs, values["max_loss_usd"], ledger)
    states = [
        State(f"shock {number}", Shock(inputs.spot * (1.0 + shock.spx_fraction), shock.vix_points, float(inputs.horizon_days)))
        for number, shock in enumerate(inputs.shocks)
    ]
    refuse_impossible(world, states, "shocks")
    ledger.given("horizon_days", inputs.horizon_days, "days")
    outcomes = [_outcome(number, state, inputs, world, condor, hedges, capital, ledger) for number, state in enumerate(states)]
    steps = ledger.cite(*(f"outcomes.{number}.pnl_usd" for number in range(len(outcomes))))
    share = sum(item.pnl_usd > 0 for item in outcomes) / len(outcomes)
    ledger.derive("share_positive_fraction", "scenarios with a profit / scenarios", steps, share, "fraction")
    number = min(range(len(outcomes)), key=lambda place: outcomes[place].pnl_usd)
    lowest = outcomes[number]
    ledger.derive("worst", "the scenario with the lowest P/L", steps, number, "count")
    worst = Worst(number=number, spx_fraction=lowest.spx_fraction, vix_points=lowest.vix_points, pnl_usd=lowest.pnl_usd)
    return Result(outcomes=outcomes, capital_at_risk_usd=capital, share_positive_fraction=share, worst=worst)


def positions_of(inputs: Input, credit_usd: float, ledger: Ledger) -> tuple[World, CondorPosition, list[HedgePosition]]:
    """Market, condor and hedges as valuation reads them. Raises RulesError for what cannot be valued at the horizon."""
    world = _world(inputs, ledger)
    return world, _condor(inputs, world, credit_usd, ledger), _hedges(inputs, world, ledger)


def _world(inputs: Input, ledger: Ledger) -> World:
    """Today's market; without a curve or the VIX each future only moves by its beta."""
    rate = ledger.resolve("rate", inputs.rate, "rate_fraction", "fraction")
    dividend = ledger.resolve("dividend_yield", inputs.dividend_yield, "dividend_yield_fraction", "fraction")
    knots: dict[float, float] = {}
    for number, quote in enumerate(inputs.futures):
        days = days_left(quote, inputs.as_of, f"futures.{number}")
        if not days or float(days) in knots:
            raise RulesError(f"futures.{number}", "settles today, or appears twice", "quote every future that still trades once")
        ledger.given(f"futures.{number}.days_to_expiry", days, "days")
        knots[float(days)] = ledger.given(f"futures.{number}.price_index_points", quote.price_index_points, "index_points")
    curve = [(0.0, float(ledger.given("vix", inputs.vix, "vix_points")))] if inputs.vix is not None else []
    if knots and inputs.vix is None:
        raise RulesError("vix", "is missing beside futures", "add the VIX, from which the curve starts")
    return World(
        # Without the VIX nothing settles before the horizon, and a level curve keeps every future at its own mark.
        vix=inputs.vix if inputs.vix is not None else math.inf,
        spx=ledger.given("spot", inputs.spot, "index_points"),
        rate=rate,
        dividend_yield=dividend,
        days_per_year=ledger.parameter("days_per_year"),
        curve=(*curve, *sorted(knots.items())) if knots else ((0.0, 0.0),),
        betas=monotone_betas(ledger.parameter("vix_beta_by_days")),
        vol_per_vix_point=ledger.parameter("vol_per_vix_point"),
        volatility_floor=ledger.parameter("scenario_volatility_floor_fraction"),
    )


def _condor(inputs: Input, world: World, credit_usd: float, ledger: Ledger) -> CondorPosition:
    steps = ledger.cite("spot", "rate", "dividend_yield", "days_per_year") | {
        "days_to_expiry": ledger.given("days_to_expiry", inputs.days_to_expiry, "days")
    }
    market = LegMarket(inputs.spot, inputs.days_to_expiry, world.rate, world.dividend_yield, world.days_per_year, steps)
    volatilities = solved_volatilities(inputs.condor, market, ledger, "", "condor.")
    assert volatilities is not None, "the validator asks for volatilities or prices"
    legs = tuple((float(getattr(inputs.condor, leg)), side, right) for leg, side, right in LEGS)
    multiplier = ledger.parameter("spx_option_multiplier_usd_per_index_point")
    return CondorPosition(
        "condor", legs, inputs.condor.contracts, credit_usd, inputs.days_to_expiry, multiplier, tuple(volatilities[leg] for leg, _, _ in LEGS)
    )


def _hedges(inputs: Input, world: World, ledger: Ledger) -> list[HedgePosition]:
    found = []
    for number, hedge in enumerate(inputs.hedges):
        name, per_point = record_hedge(hedge, number, ledger)
        if hedge.instrument == "etf":
            raise RulesError(f"{name}.instrument", "a fund cannot be valued without the futures it holds", "use plan-hedge, which takes them")
        days = days_left(hedge, inputs.as_of, name)
        if days is None:
            raise RulesError(f"{name}.days_to_expiry", f"is missing for {hedge.instrument}", "add the calendar days to its settlement, or its expiry")
        if days <= inputs.horizon_days and inputs.vix is None:
            raise RulesError("vix", f"is missing: {name} settles before the horizon", "add the VIX it settles at when nothing moves")
        found.append(dated_hedge(hedge, name, days, per_point, world, inputs.horizon_days, ledger))
    return found


def _capital(inputs: Input, max_loss_usd: float, ledger: Ledger) -> float:
    """Condor maximum loss + premium of calls + margins given, USD."""
    used = ledger.cite("max_loss_usd")
    total = max_loss_usd
    for number, hedge in enumerate(inputs.hedges):
        name = f"hedges.{number}"
        if hedge.margin_usd is not None:
            used[f"{name}.margin_usd"] = ledger.given(f"{name}.margin_usd", hedge.margin_usd, "usd")
            total += hedge.margin_usd
        elif hedge.instrument == "vix_call":
            used |= ledger.cite(f"{name}.quantity", f"{name}.entry_price", "vix_option_multiplier_usd_per_index_point")
            total += hedge.quantity * hedge.entry_price * ledger.parameter("vix_option_multiplier_usd_per_index_point")
    formula = "condor maximum loss + premium + margin given"
    return float(ledger.derive("capital_at_risk_usd", formula, used, total, "usd"))


def _outcome(
    number: int, state: State, inputs: Input, world: World, condor: CondorPosition, hedges: list[HedgePosition], capital: float, ledger: Ledger
) -> Outcome:
    shock, name = inputs.shocks[number], f"outcomes.{number}"
    used: dict[str, Any] = {
        f"shocks.{number}.spx_fraction": ledger.given(f"shocks.{number}.spx_fraction", shock.spx_fraction, "fraction"),
        f"shocks.{number}.vix_points": ledger.given(f"shocks.{number}.vix_points", shock.vix_points, "vix_points"),
    }
    used |= ledger.cite("horizon_days", "days_to_expiry", "spot", "rate", "dividend_yield", "days_per_year", "vol_per_vix_point")
    own = condor_pnl_usd(condor, world, state.shock)
    assert own is not None, "the validator asks for volatilities or prices"
    of_condor = used | ledger.cite("max_profit_usd", "implied_volatility", "scenario_volatility_floor_fraction", *(leg for leg, _, _ in LEGS))
    ledger.derive(f"{name}.condor_pnl_usd", "credit + sum over legs of side * contracts * multiplier * value", of_condor, own, "usd")
    hedged = math.fsum(hedge_pnl_usd(hedge, world, state.shock) for hedge in hedges)
    of_hedges = used | ledger.cite("vix_beta_by_days", under=["hedges.", "futures."])
    ledger.derive(f"{name}.hedge_pnl_usd", "sum of quantity * multiplier * (price there - entry price)", of_hedges, hedged, "usd")
    pnl = ledger.derive(f"{name}.pnl_usd", "condor + hedges", ledger.cite(f"{name}.condor_pnl_usd", f"{name}.hedge_pnl_usd"), own + hedged, "usd")
    fraction, rate, status = None, None, "no_capital"
    if capital > 0:
        fraction = ledger.derive(
            f"{name}.return_fraction", "P/L / capital at risk", ledger.cite(f"{name}.pnl_usd", "capital_at_risk_usd"), pnl / capital, "fraction"
        )
        rate, status = annualised(fraction, inputs.horizon_days, world.days_per_year)
        used = ledger.cite(f"{name}.return_fraction", "horizon_days", "days_per_year")
        ledger.derive(f"{name}.irr_fraction", "(1 + R)^(days_per_year / days) - 1, annualised, one-off", used, rate, "fraction")
    return Outcome(
        spx_fraction=shock.spx_fraction,
        vix_points=shock.vix_points,
        pnl_usd=pnl,
        condor_pnl_usd=own,
        hedge_pnl_usd=hedged,
        return_fraction=fraction,
        irr_fraction=rate,
        status=status,  # type: ignore[arg-type]
    )


def needed_beside(given: Mapping[str, Any]) -> tuple[str, ...]:
    """A volatility, unless the condor holds it or the prices of its legs."""
    held = ("implied_volatility", "condor.implied_volatility", "condor.leg_prices_index_points")
    return () if any(name in given for name in held) else ("implied_volatility",)
