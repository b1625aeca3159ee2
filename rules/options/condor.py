"""The short SPX iron condor: its legs, payoff and Greeks."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import model_validator

from rules.common_fields import dividend_yield_field, rate_field
from rules.errors import RulesError
from rules.fields import Frozen, unit_field
from rules.ledger import Ledger
from rules.options.implied_volatility import solve_black_scholes
from rules.options.pricing import Right, black_scholes, forward_price, probability_below
from rules.options.volatility_fields import PriceByLeg, VolatilityByLeg
from rules.vix.instruments import interpolate

Leg = Literal["long_put", "short_put", "short_call", "long_call"]
LEGS: tuple[tuple[Leg, int, Right], ...] = (("long_put", 1, "put"), ("short_put", -1, "put"), ("short_call", -1, "call"), ("long_call", 1, "call"))


class CondorStrikes(Frozen):
    """Strikes, credit and size of one short iron condor, and the volatility of its legs."""

    long_put: float = unit_field(
        "Strike of the long put, the lowest",
        "index_points",
        synonyms=("long put", "put wing", "lower wing"),
        where="your trade confirmation",
        group="strikes",
        gt=0,
    )
    short_put: float = unit_field(
        "Strike of the short put", "index_points", synonyms=("short put",), where="your trade confirmation", group="strikes", gt=0
    )
    short_call: float = unit_field(
        "Strike of the short call", "index_points", synonyms=("short call",), where="your trade confirmation", group="strikes", gt=0
    )
    long_call: float = unit_field(
        "Strike of the long call, the highest",
        "index_points",
        synonyms=("long call", "call wing", "upper wing"),
        where="your trade confirmation",
        group="strikes",
        gt=0,
    )
    credit_index_points: float = unit_field(
        "Credit received per condor",
        "index_points",
        synonyms=(
            "credit",
            "got",
            "cr",
            "for",
            "premium",
            "sold for",
            "sold at",
            "took in",
            "take",
            "took",
            "net",
            "net credit",
            "collect",
            "paid",
            "pays",
            "cred",
            "collects",
            "collected",
            "collecting",
            "receives",
            "received",
            "at",
            "@",
        ),
        where="your trade confirmation; a credit of $310 a contract is 3.10",
        gt=0,
    )
    contracts: int = unit_field(
        "Number of condors",
        "count",
        synonyms=("contracts", "lots", "condors", "qty", "quantity", "size", "n"),
        plausible=(1, 10_000),
        where="your position screen",
        ge=1,
    )
    implied_volatility: VolatilityByLeg | None = unit_field(
        "Implied volatility: one number, four in strike order, or by leg",
        "fraction",
        synonyms=("implied volatility", "iv", "sigma", "vol", "vols", "volatility"),
        plausible=(0.03, 1.5),
        where="the option chain",
        default=None,
    )
    leg_prices_index_points: PriceByLeg | None = unit_field(
        "Prices of the legs now, instead of implied volatility: four in strike order, or by leg",
        "index_points",
        synonyms=("leg prices", "prices of the legs"),
        where="the option chain; the middle of bid and ask",
        default=None,
    )

    @model_validator(mode="after")
    def _strikes_and_volatilities(self) -> CondorStrikes:
        order: list[Leg] = ["long_put", "short_put", "short_call", "long_call"]
        for low, high in itertools.pairwise(order):
            if not getattr(self, low) < getattr(self, high):
                low_value, high_value = getattr(self, low), getattr(self, high)
                raise ValueError(
                    f"{high} {high_value:g} is not above {low} {low_value:g}, give the strikes as long_put < short_put < short_call < long_call"
                )
        wing = max(self.short_put - self.long_put, self.long_call - self.short_call)
        if self.credit_index_points > wing:
            points = self.credit_index_points / 100
            problem = f"credit_index_points {self.credit_index_points:g} is above the wider wing of {wing:g}, which no condor is worth"
            raise ValueError(f"{problem}, write a credit in dollars a contract as points: did you mean {points:g}?")
        if self.implied_volatility is not None and self.leg_prices_index_points is not None:
            raise ValueError("leg_prices_index_points is given beside implied_volatility, give one of the two")
        return self

    def leg_volatilities(self) -> dict[Leg, float] | None:
        """Volatility by leg as it was given; None when none was."""
        return _by_leg(self.implied_volatility)

    def leg_prices(self) -> dict[Leg, float] | None:
        """Price by leg in index points; None when none was given."""
        return _by_leg(self.leg_prices_index_points)


def _by_leg(given: float | list[float] | Frozen | None) -> dict[Leg, float] | None:
    if given is None:
        return None
    if isinstance(given, Frozen):
        return {leg: float(getattr(given, leg)) for leg, _, _ in LEGS}
    numbers = given if isinstance(given, list) else [given] * 4
    return {leg: float(number) for (leg, _, _), number in zip(LEGS, numbers, strict=True)}


class CondorInput(CondorStrikes):
    """A condor with, for its Greeks, the market it stands in."""

    spot: float | None = unit_field(
        "SPX now",
        "index_points",
        synonyms=("spot", "spx", "s&p", "index", "underlying", "s", "s0"),
        plausible=(500, 50_000),
        where="the index quote",
        default=None,
        gt=0,
    )
    days_to_expiry: float | None = unit_field(
        "Calendar days to expiry",
        "days",
        synonyms=("days", "dte", "expiry", "expires in"),
        plausible=(0, 1100),
        where="the option chain",
        default=None,
        gt=0,
    )
    rate: float | None = rate_field()
    dividend_yield: float | None = dividend_yield_field()

    @model_validator(mode="after")
    def _volatilities_need_a_market(self) -> CondorInput:
        needed, absent = for_greeks(self.leg_prices_index_points is not None), self.absent_for_greeks()
        if absent and needed[-1] not in absent:
            given = " and ".join(name for name in needed if name not in absent)
            raise ValueError(f"{' and '.join(absent)} missing beside {given}, give all three for the Greeks")
        return self

    def absent_for_greeks(self) -> list[str]:
        """Names of the inputs that the Greeks need and that are not given."""
        return [name for name in for_greeks(self.leg_prices_index_points is not None) if getattr(self, name) is None]


def for_greeks(with_leg_prices: bool) -> tuple[str, str, str]:
    """Names of the inputs that the Greeks of a condor need; prices of its legs stand for volatilities."""
    return "spot", "days_to_expiry", "leg_prices_index_points" if with_leg_prices else "implied_volatility"


def given_strikes(condor: CondorStrikes, ledger: Ledger, prefix: str = "") -> dict[str, float]:
    """Record the strikes, credit and size of a condor and return them by name."""
    names = [leg for leg, _, _ in LEGS] + ["credit_index_points"]
    values = {name: ledger.given(f"{prefix}{name}", getattr(condor, name), "index_points") for name in names}
    return values | {"contracts": ledger.given(f"{prefix}contracts", condor.contracts, "count")}


def payoff(condor: CondorStrikes, ledger: Ledger, prefix: str = "") -> dict[str, Any]:
    """Maximum profit and loss in USD, break-evens in index points and return on risk, at expiry.

    Maximum loss is the wider wing less the credit. A credit of at least the width of a wing makes that
    side's break-even null: the position cannot lose there.
    """
    given = {f"{prefix}{name}": value for name, value in given_strikes(condor, ledger, prefix).items()}
    multiplier_id = "spx_option_multiplier_usd_per_index_point"
    scale = {multiplier_id: ledger.parameter(multiplier_id), f"{prefix}contracts": condor.contracts}
    per_point = scale[multiplier_id] * condor.contracts
    put_wing, call_wing, credit = condor.short_put - condor.long_put, condor.long_call - condor.short_call, condor.credit_index_points

    def record(name: str, formula: str, used: list[str], value: float | None, unit: str) -> float | None:
        inputs = {key: given[f"{prefix}{key}"] for key in used}
        inputs = {f"{prefix}{key}": value for key, value in inputs.items()} | (scale if unit == "usd" else {})
        return ledger.derive(f"{prefix}{name}", formula, inputs, value, unit)  # type: ignore[no-any-return]

    profit = record("max_profit_usd", "credit * multiplier * contracts", ["credit_index_points"], round(credit * per_point, 6), "usd")
    loss_value = round(max(max(put_wing, call_wing) - credit, 0.0) * per_point, 6)
    strikes = [leg for leg, _, _ in LEGS]
    loss = record("max_loss_usd", "(wider wing - credit) * multiplier * contracts", [*strikes, "credit_index_points"], loss_value, "usd")
    low = round(condor.short_put - credit, 10) if credit < put_wing else None
    high = round(condor.short_call + credit, 10) if credit < call_wing else None
    record("break_even_low", "short_put - credit", ["short_put", "credit_index_points"], low, "index_points")
    record("break_even_high", "short_call + credit", ["short_call", "credit_index_points"], high, "index_points")
    ratio = None if not loss or profit is None else profit / loss
    ledger.derive(
        f"{prefix}return_on_risk_fraction",
        "max_profit_usd / max_loss_usd",
        {f"{prefix}max_profit_usd": profit, f"{prefix}max_loss_usd": loss},
        ratio,
        "fraction",
    )
    return {"max_profit_usd": profit, "max_loss_usd": loss, "break_even_low": low, "break_even_high": high, "return_on_risk_fraction": ratio}


def position_greeks(
    condor: CondorStrikes,
    spot: float,
    days_to_expiry: float,
    volatilities: Mapping[Leg, float],
    rate: float,
    dividend_yield: float,
    days_per_year: float,
    multiplier: float,
) -> dict[str, float]:
    """Vega (USD per vol point), delta (USD per SPX point) and theta (USD per day) of the whole position, signed."""
    totals = {"vega_usd": 0.0, "delta_usd": 0.0, "theta_usd_per_day": 0.0}
    for leg, side, right in LEGS:
        value = black_scholes(
            spot, getattr(condor, leg), days_to_expiry / days_per_year, volatilities[leg], rate, dividend_yield, right, days_per_year
        )
        size = side * condor.contracts * multiplier
        totals["vega_usd"] += size * value.vega_per_vol_point
        totals["delta_usd"] += size * value.delta
        totals["theta_usd_per_day"] += size * value.theta_per_day
    return totals


def credit_of_legs(condor: CondorStrikes, ledger: Ledger) -> tuple[float | None, list[str]]:
    """Credit that the prices of the legs make, index points, and a note where the credit given is far from it; None without prices.

    The credit given stays the one that is used: legs priced today may belong to a condor sold at another time.
    """
    prices = condor.leg_prices()
    if prices is None:
        return None, []
    used = {f"leg_price_index_points.{leg}": ledger.given(f"leg_price_index_points.{leg}", prices[leg], "index_points") for leg, _, _ in LEGS}
    name, limit = "credit_of_leg_prices_index_points", ledger.parameter("leg_credit_gap_fraction")
    value = round(-sum(side * prices[leg] for leg, side, _ in LEGS), 10)
    ledger.derive(name, "prices of the short legs less those of the long ones", used, value, "index_points")
    if abs(value - condor.credit_index_points) <= limit * condor.credit_index_points:
        return value, []
    note = f"The prices of the legs make a credit of {value:g} points and credit_index_points is {condor.credit_index_points:g}, which is used: "
    return value, [note + f"they differ by more than {limit:.0%}, check both unless the condor was sold at another time."]


@dataclass(frozen=True, slots=True)
class LegMarket:
    """What the legs are priced in: index points, calendar days, fractions a year. `steps` names each value's step in the ledger."""

    spot: float
    days_to_expiry: float
    rate: float
    dividend_yield: float
    days_per_year: float
    steps: Mapping[str, float]


def solved_volatilities(condor: CondorStrikes, market: LegMarket, ledger: Ledger, prefix: str = "", path: str = "") -> dict[Leg, float] | None:
    """Volatility by leg, recorded as the step `{prefix}implied_volatility`: as given, or solved from the prices of the legs.

    None when neither was given. `prefix` starts the names of steps, `path` the field of a refusal
    (`portfolio.condors.0.`). Raises RulesError at the leg whose price has no implied volatility.
    """
    prices = condor.leg_prices()
    if prices is None:
        given = condor.leg_volatilities()
        return None if given is None else ledger.given(f"{prefix}implied_volatility", given, "fraction")
    volatilities: dict[Leg, float] = {}
    steps: dict[str, float] = {}
    formula = "Black-Scholes price of the leg = leg_price_index_points, solved for the volatility"
    for number, (leg, _, right) in enumerate(LEGS):
        strike, price = getattr(condor, leg), prices[leg]
        solved = solve_black_scholes(
            market.spot, strike, market.days_to_expiry / market.days_per_year, price, market.rate, market.dividend_yield, right
        )
        if solved.volatility is None:
            key = number if isinstance(condor.leg_prices_index_points, list) else leg
            raise RulesError(f"{path}leg_prices_index_points.{key}", f"the {leg}'s price {solved.problem}", solved.remedy)
        name, step = f"{prefix}leg_price_index_points.{leg}", f"{prefix}implied_volatility.{leg}"
        used = {**market.steps, f"{prefix}{leg}": strike, name: ledger.given(name, price, "index_points")}
        volatilities[leg] = steps[step] = ledger.derive(step, formula, used, solved.volatility, "fraction")
    return ledger.derive(f"{prefix}implied_volatility", "the four legs' volatilities", steps, volatilities, "fraction")  # type: ignore[no-any-return]


def add_greeks(condor: CondorInput, ledger: Ledger, break_even_low: float | None, break_even_high: float | None) -> dict[str, Any]:
    """Greeks and the risk-neutral probability of profit, recorded leg by leg inputs first."""
    assert condor.spot is not None and condor.days_to_expiry is not None, "the validator asks for all three"
    rate = ledger.resolve("rate", condor.rate, "rate_fraction", "fraction")
    dividend = ledger.resolve("dividend_yield", condor.dividend_yield, "dividend_yield_fraction", "fraction")
    year = ledger.parameter("days_per_year")
    multiplier = ledger.parameter("spx_option_multiplier_usd_per_index_point")
    used: dict[str, Any] = {
        "spot": ledger.given("spot", condor.spot, "index_points"),
        "days_to_expiry": ledger.given("days_to_expiry", condor.days_to_expiry, "days"),
        "rate": rate,
        "dividend_yield": dividend,
        "days_per_year": year,
    }
    volatilities = solved_volatilities(condor, LegMarket(condor.spot, condor.days_to_expiry, rate, dividend, year, dict(used)), ledger)
    assert volatilities is not None, "the validator asks for all three"
    used |= {"implied_volatility": volatilities, "spx_option_multiplier_usd_per_index_point": multiplier, "contracts": condor.contracts}
    used |= {leg: getattr(condor, leg) for leg, _, _ in LEGS}
    greeks = position_greeks(condor, condor.spot, condor.days_to_expiry, volatilities, rate, dividend, year, multiplier)
    units = {"vega_usd": "usd_per_vol_point", "delta_usd": "usd_per_index_point", "theta_usd_per_day": "usd_per_day"}
    for name, value in greeks.items():
        ledger.derive(name, "sum over legs of side * contracts * multiplier * Black-Scholes value", used, value, units[name])
    probability = _probability_of_profit(condor, volatilities, rate, dividend, year, break_even_low, break_even_high)
    edges = {"break_even_low": break_even_low, "break_even_high": break_even_high}
    ledger.derive("probability_of_profit_fraction", "N(d2 at the lower break-even) - N(d2 at the upper)", used | edges, probability, "fraction")
    return greeks | {"probability_of_profit_fraction": probability}


def _probability_of_profit(
    condor: CondorInput,
    volatilities: Mapping[Leg, float],
    rate: float,
    dividend_yield: float,
    days_per_year: float,
    low: float | None,
    high: float | None,
) -> float:
    """Risk-neutral probability of ending between the break-evens, each at the volatility interpolated there."""
    assert condor.spot is not None and condor.days_to_expiry is not None, "Greeks are asked for"
    years = condor.days_to_expiry / days_per_year
    forward = forward_price(condor.spot, years, rate, dividend_yield)
    smile = [(float(getattr(condor, leg)), volatilities[leg]) for leg, _, _ in LEGS]
    below_high = 1.0 if high is None else probability_below(forward, high, years, interpolate(smile, high))
    below_low = 0.0 if low is None else probability_below(forward, low, years, interpolate(smile, low))
    return below_high - below_low
