"""USD per VIX point of one hedging instrument."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import model_validator

from rules.common_fields import rate_field
from rules.fields import Frozen, unit_field
from rules.ledger import Ledger
from rules.options.pricing import black76
from rules.vix.instruments import beta_to_vix, etf_exposure_usd_per_vix_point

NAME = "instrument-vega"
DESCRIPTION = "USD per VIX point of one VX or VXM future, one VIX call, or one share of a VIX ETF."
SYNONYMS = ("vega of", "dollar vega", "usd per vix point", "hedge vega per contract", "exposure")
SOURCES = ("vix-betas", "vx-futures", "vix-options", "vix-etfs-and-etns")
EXAMPLE = {"instrument": "vix_call", "strike": 25, "future_price": 20.1, "days_to_expiry": 40, "implied_volatility": 1.0, "rate": 0.045}
_NEEDS = {
    "vx": ("days_to_expiry",),
    "vxm": ("days_to_expiry",),
    "vix_call": ("days_to_expiry", "strike", "future_price", "implied_volatility"),
    "etf": ("share_price_usd", "futures"),
}
_ALSO = {
    "vx": ("beta_to_vix",),
    "vxm": ("beta_to_vix",),
    "vix_call": ("beta_to_vix", "rate"),
    "etf": ("leverage", "weight_basis", "days_to_expiry", "beta_to_vix"),
}


class FundLeg(Frozen):
    """One future that a fund holds, with its weight."""

    price: float = unit_field("Price of the future", "index_points", gt=0)
    days_to_expiry: float = unit_field("Calendar days to its settlement", "days", ge=0)
    weight_fraction: float = unit_field("Weight of the future in the fund", "fraction", ge=0, le=1)


class Input(Frozen):
    """An instrument and what its exposure depends on; inputs of another instrument are refused."""

    instrument: Literal["vx", "vxm", "vix_call", "etf"] = unit_field(
        "Instrument: vx, vxm, vix_call or etf",
        "name",
        choices={
            "vxm": ("vxm", "mini", "minis", "mini vix future", "mini future"),
            "vix_call": ("vix call", "vix calls", "call", "calls"),
            "vx": ("vx", "vix future", "vix futures", "vx future", "future", "futures"),
            "etf": ("etf", "vxx", "vixy", "uvxy", "vixm", "fund"),
        },
    )
    days_to_expiry: float | None = unit_field(
        "Calendar days to settlement",
        "days",
        synonyms=("days", "dte", "days to expiry", "days out", "expires in", "settles in"),
        plausible=(0, 300),
        where="the futures or option chain",
        default=None,
        ge=0,
    )
    beta_to_vix: float | None = unit_field(
        "Move of the future per point of the VIX",
        "ratio",
        synonyms=("beta", "beta to vix", "beta to spot vix", "own beta", "b"),
        plausible=(0.05, 1.5),
        where="your own regression",
        parameter="vix_beta_by_days",
        default=None,
        gt=0,
        le=5,
    )
    strike: float | None = unit_field(
        "Strike of the call", "index_points", synonyms=("strike", "k", "struck", "struck at"), where="the option chain", default=None, gt=0
    )
    future_price: float | None = unit_field(
        "Price of the VX future of the same settlement date",
        "index_points",
        synonyms=("future", "futures", "fut", "forward", "f", "fwd", "vx", "vx future", "vix future", "future price"),
        plausible=(5, 150),
        where="the futures quote screen",
        default=None,
        gt=0,
    )
    implied_volatility: float | None = unit_field(
        "Implied volatility of the call, 1.0 for 100 %",
        "fraction",
        synonyms=("implied volatility", "iv", "sigma", "vol", "volatility", "implied vol", "implied"),
        plausible=(0.2, 4.0),
        where="the option chain",
        default=None,
        gt=0,
        lt=10,
    )
    rate: float | None = rate_field()
    share_price_usd: float | None = unit_field(
        "Price of one share", "usd", synonyms=("share price", "price", "at", "trading at", "share"), where="the quote screen", default=None, gt=0
    )
    futures: list[FundLeg] | None = unit_field("Futures the fund holds", "list", where="the fund's holdings page", default=None, min_length=1)
    leverage: float | None = unit_field("Daily leverage of the fund", "ratio", synonyms=("leverage", "x"), plausible=(-2, 2), default=None)
    weight_basis: Literal["contract_counts", "dollars"] | None = unit_field(
        "What the weights are shares of", "name", parameter="etf_weight_basis", default=None
    )

    @model_validator(mode="after")
    def _fits_instrument(self) -> Input:
        allowed = set(_NEEDS[self.instrument]) | set(_ALSO[self.instrument]) | {"instrument"}
        for name in _NEEDS[self.instrument]:
            if getattr(self, name) is None:
                raise ValueError(f"{name} is missing for {self.instrument}, add it")
        for name in type(self).model_fields:
            if getattr(self, name) is not None and name not in allowed:
                raise ValueError(f"{name} does not belong to {self.instrument}, leave it out")
        if self.futures is not None and sum(leg.weight_fraction for leg in self.futures) <= 0:
            raise ValueError("futures have no weight, give weight_fraction above 0")
        return self


class Result(Frozen):
    """USD per VIX point of one contract (`vega_usd_per_share` for a fund), signed; null where it does not apply."""

    vega_usd_per_contract: float | None
    vega_usd_per_share: float | None
    beta_to_vix: float | None
    delta: float | None


def calculate(inputs: Input, ledger: Ledger) -> Result:
    """Future: multiplier * beta. Call: 100 * delta * beta. Fund: by its weights. Betas are estimated unless given."""
    if inputs.instrument == "etf":
        return _fund(inputs, ledger)
    assert inputs.days_to_expiry is not None, "the validator lets no contract through without days"
    beta = _beta(inputs.beta_to_vix, inputs.days_to_expiry, ledger)
    if inputs.instrument == "vix_call":
        return _call(inputs, beta, ledger)
    multiplier_id = f"{inputs.instrument}_multiplier_usd_per_index_point"
    multiplier = ledger.parameter(multiplier_id)
    used = {multiplier_id: multiplier, "beta_to_vix": beta}
    vega = ledger.derive("vega_usd_per_contract", f"{multiplier_id} * beta_to_vix", used, multiplier * beta, "usd")
    return Result(vega_usd_per_contract=vega, vega_usd_per_share=None, beta_to_vix=beta, delta=1.0)


def _beta(given: float | None, days: float, ledger: Ledger, name: str = "beta_to_vix") -> float:
    if given is not None:
        return float(ledger.given(name, given, "ratio"))
    table = ledger.parameter("vix_beta_by_days")
    days_name = name.replace("beta_to_vix", "days_to_expiry")
    used = {days_name: ledger.given(days_name, days, "days"), "vix_beta_by_days": table}
    formula = "monotone table by days to expiry, linear between the middles of its rows"
    return float(ledger.derive(name, formula, used, beta_to_vix(table, days), "ratio"))


def _call(inputs: Input, beta: float, ledger: Ledger) -> Result:
    assert inputs.future_price is not None and inputs.strike is not None, "the validator asks for them"
    assert inputs.implied_volatility is not None and inputs.days_to_expiry is not None, "the validator asks for them"
    rate = ledger.resolve("rate", inputs.rate, "rate_fraction", "fraction")
    year = ledger.parameter("days_per_year")
    used = {
        "future_price": ledger.given("future_price", inputs.future_price, "index_points"),
        "strike": ledger.given("strike", inputs.strike, "index_points"),
        "days_to_expiry": ledger.given("days_to_expiry", inputs.days_to_expiry, "days"),
        "implied_volatility": ledger.given("implied_volatility", inputs.implied_volatility, "fraction"),
        "rate": rate,
        "days_per_year": year,
    }
    value = black76(inputs.future_price, inputs.strike, inputs.days_to_expiry / year, inputs.implied_volatility, rate, "call", year)
    delta = ledger.derive("delta", "Black-76: e^(-rT) N(d1) on the future of the same settlement date", used, value.delta, "fraction")
    multiplier_id = "vix_option_multiplier_usd_per_index_point"
    multiplier = ledger.parameter(multiplier_id)
    parts = {multiplier_id: multiplier, "delta": delta, "beta_to_vix": beta}
    vega = ledger.derive("vega_usd_per_contract", f"{multiplier_id} * delta * beta_to_vix", parts, multiplier * delta * beta, "usd")
    return Result(vega_usd_per_contract=vega, vega_usd_per_share=None, beta_to_vix=beta, delta=delta)


def _fund(inputs: Input, ledger: Ledger) -> Result:
    assert inputs.share_price_usd is not None and inputs.futures is not None, "the validator asks for them"
    price = ledger.given("share_price_usd", inputs.share_price_usd, "usd")
    leverage = ledger.given("leverage", 1.0 if inputs.leverage is None else inputs.leverage, "ratio")
    basis = ledger.resolve("weight_basis", inputs.weight_basis, "etf_weight_basis", "name")
    legs = []
    used = {"share_price_usd": price, "leverage": leverage, "weight_basis": basis}
    for number, leg in enumerate(inputs.futures, 1):
        beta = _beta(inputs.beta_to_vix, leg.days_to_expiry, ledger, f"beta_to_vix.{number}")
        weight = ledger.given(f"weight_fraction.{number}", leg.weight_fraction, "fraction")
        future = ledger.given(f"price.{number}", leg.price, "index_points")
        used |= {f"beta_to_vix.{number}": beta, f"weight_fraction.{number}": weight, f"price.{number}": future}
        legs.append((weight, future, beta))
    vega = etf_exposure_usd_per_vix_point(price, leverage, legs, basis == "dollars")
    formula = "share_price_usd * leverage * " + ("sum(v b / F)" if basis == "dollars" else "sum(w b) / sum(w F)")
    ledger.derive("vega_usd_per_share", formula, used, vega, "usd")
    return Result(vega_usd_per_contract=None, vega_usd_per_share=vega, beta_to_vix=None, delta=None)


def needed_beside(given: Mapping[str, Any]) -> tuple[str, ...]:
    """Inputs that the instrument given needs; they are optional in the model because other instruments do without."""
    return _NEEDS.get(str(given.get("instrument")), ())
