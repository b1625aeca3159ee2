"""Layer 3: funds for what futures and calls leave open."""

from __future__ import annotations

from collections.abc import Mapping

from rules.errors import RulesError
from rules.inputs import EtfQuote
from rules.instruments import beta_to_vix, etf_exposure_usd_per_vix_point
from rules.layers import Gap, Position
from rules.ledger import Ledger
from rules.market import MarketView
from rules.shares import call_tranche_count, etf_share_fraction
from rules.sizing import contracts_within


def etf_position(planned_usd: float, futures_shares: Mapping[str, float], view: MarketView, ledger: Ledger) -> Position | Gap:
    """Whole shares of the first quoted fund for the residual, at most high band edge less the futures share; or why none.

    `futures_shares` are the shares of the planned hedge vega that futures take, by the step that holds each.
    Raises RulesError for a fund whose futures have expired.
    """
    share = sum(futures_shares.values())
    ledger.derive("futures_share_fraction", "sum of the shares of the futures in the plan", futures_shares, share, "fraction")
    least = ledger.parameter("etf_min_fraction")
    residual = etf_share_fraction(ledger, share, call_tranche_count(ledger))
    budget = planned_usd * residual
    ledger.derive(
        "layer_3.budget_usd",
        "planned_hedge_vega_usd * etf_share_fraction",
        {"planned_hedge_vega_usd": planned_usd, "etf_share_fraction": residual},
        budget,
        "usd",
    )
    if residual < least:
        return Gap(
            3, "etf", None, f"only {residual:.1%} of the planned hedge vega is left, below the least of {least:.1%} (etf_min_fraction)", needed=False
        )
    if not view.market.etfs:
        return Gap(3, "etf", None, f"no VIX ETF is quoted; {residual:.1%} of the planned hedge vega ({budget:,.2f} USD per VIX point) is left for it")
    fund = view.market.etfs[0]
    exposure = _exposure_usd_per_share(fund, view, ledger)
    shares = contracts_within(budget, exposure)
    sizes = {"layer_3.budget_usd": budget, "layer_3.exposure_usd_per_share": exposure}
    ledger.derive("layer_3.shares", "floor(budget / exposure per share)", sizes, shares, "shares")
    return Position(
        3,
        "etf",
        shares,
        exposure,
        fund.share_price_usd,
        1.0,
        ticker=fund.ticker,
        sized_by="layer_3.shares",
        sized=shares,
        exposure_step="layer_3.exposure_usd_per_share",
    )


def _exposure_usd_per_share(fund: EtfQuote, view: MarketView, ledger: Ledger) -> float:
    """USD per VIX point of one share, recorded. Raises RulesError for a future of the fund that has expired."""
    basis = ledger.resolve("layer_3.weight_basis", fund.weight_basis, "etf_weight_basis", "name")
    table = ledger.parameter("vix_beta_by_days")
    legs = []
    used = {
        "layer_3.share_price_usd": ledger.given("layer_3.share_price_usd", fund.share_price_usd, "usd"),
        "layer_3.leverage": ledger.given("layer_3.leverage", fund.leverage, "ratio"),
    }
    for number, holding in enumerate(fund.futures, 1):
        days = (holding.expiry_date(view.as_of) - view.as_of).days
        if days < 1:
            where = f"market.etfs.0.futures.{number - 1}.expiry"
            raise RulesError(where, f"{holding.expiry_date(view.as_of)} is not after as_of {view.as_of}", "give the futures the fund holds now")
        legs.append((holding.weight_fraction, holding.price, beta_to_vix(table, days)))
        used |= {
            f"layer_3.price.{number}": ledger.given(f"layer_3.price.{number}", holding.price, "index_points"),
            f"layer_3.weight_fraction.{number}": ledger.given(f"layer_3.weight_fraction.{number}", holding.weight_fraction, "fraction"),
            f"layer_3.days_to_expiry.{number}": ledger.given(f"layer_3.days_to_expiry.{number}", days, "days"),
        }
    exposure = etf_exposure_usd_per_vix_point(fund.share_price_usd, fund.leverage, legs, basis == "dollars")
    formula = "share_price * leverage * " + ("sum(v b / F)" if basis == "dollars" else "sum(w b) / sum(w F)")
    return float(ledger.derive("layer_3.exposure_usd_per_share", formula, used | {"vix_beta_by_days": table}, exposure, "usd"))
