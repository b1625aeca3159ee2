"""VIX funds: layer 3 for what futures and calls leave open, or in place of futures that an account may not trade."""

from __future__ import annotations

from collections.abc import Mapping

from rules.errors import RulesError
from rules.ledger import Ledger
from rules.planning.inputs import EtfQuote
from rules.planning.layers import FirstHeld, Gap, Position
from rules.planning.market import MarketView
from rules.planning.shares import call_tranche_count, etf_share_fraction
from rules.planning.sizing import Fit, contracts_within, fit_contracts
from rules.vix.instruments import beta_to_vix, etf_exposure_usd_per_vix_point


def etf_position(planned_usd: float, first_layer_shares: Mapping[str, float], view: MarketView, ledger: Ledger) -> Position | Gap:
    """Whole shares of the first quoted fund for the residual, at most high band edge less the futures share; or why none.

    `first_layer_shares` are the shares of the planned hedge vega that the first layer takes, by the step that holds
    each. Raises RulesError for a fund whose futures have expired.
    """
    share = sum(first_layer_shares.values())
    ledger.derive("futures_share_fraction", "sum of the shares of the first layer", first_layer_shares, share, "fraction")
    least = ledger.parameter("etf_min_fraction")
    residual = etf_share_fraction(ledger, share, call_tranche_count(ledger))
    budget = planned_usd * residual
    used = {"planned_hedge_vega_usd": planned_usd, "etf_share_fraction": residual}
    ledger.derive("layer_3.budget_usd", "planned_hedge_vega_usd * etf_share_fraction", used, budget, "usd")
    if residual < least:
        reason = f"only {residual:.1%} of the planned hedge vega is left, below the least of {least:.1%} (etf_min_fraction)"
        return Gap(3, "etf", None, reason, needed=False)
    if not view.market.etfs:
        return Gap(3, "etf", None, f"no VIX ETF is quoted; {residual:.1%} of the planned hedge vega ({budget:,.2f} USD per VIX point) is left for it")
    exposure = fund_exposure(view.market.etfs[0], 0, view, ledger)
    shares = contracts_within(budget, exposure)
    sizes = {"layer_3.budget_usd": budget, "market.etfs.0.exposure_usd_per_share": exposure}
    ledger.derive("layer_3.shares", "floor(budget / exposure per share)", sizes, shares, "shares")
    return fund_position(3, shares, "layer_3.shares", exposure, view)


def stand_in_fit(planned_usd: float, first: FirstHeld, view: MarketView, ledger: Ledger) -> Fit | None:
    """Whole shares of the first quoted fund inside the band of the futures layer (source paragraph 4), beside what is held; None without a fund."""
    if not view.market.etfs:
        return None
    exposure = fund_exposure(view.market.etfs[0], 0, view, ledger)
    edges = ("futures_share_low_fraction", "futures_share_high_fraction", "futures_share_target_fraction")
    low, high, target = (ledger.parameter(edge) for edge in edges)
    fit = fit_contracts(planned_usd, exposure, low, high, target, first.exposure_usd)
    used = {"planned_hedge_vega_usd": planned_usd, "market.etfs.0.exposure_usd_per_share": exposure}
    used |= {edge: ledger.parameter(edge) for edge in edges} | dict(first.steps)
    ledger.derive("layer_1.etf.shares", "whole n with low * H <= n * D <= high * H, closest to target * H", used, fit.best, "shares")
    return fit


def fund_position(layer: int, shares: int, sized_by: str, exposure_usd: float, view: MarketView) -> Position:
    """Shares of the first quoted fund as a position of a layer."""
    fund = view.market.etfs[0]
    return Position(
        1 if layer == 1 else 3,
        "etf",
        shares,
        exposure_usd,
        fund.share_price_usd,
        1.0,
        ticker=fund.ticker,
        fund=fund,
        sized_by=sized_by,
        sized=shares,
        exposure_step="market.etfs.0.exposure_usd_per_share",
        price_step="market.etfs.0.share_price_usd",
    )


def fund_exposure(fund: EtfQuote, place: int, view: MarketView, ledger: Ledger) -> float:
    """USD per VIX point of one share of the fund at `place` in the market, recorded.

    Raises RulesError for a future of the fund that has expired.
    """
    name = f"market.etfs.{place}"
    basis = ledger.resolve(f"{name}.weight_basis", fund.weight_basis, "etf_weight_basis", "name")
    table = ledger.parameter("vix_beta_by_days")
    legs = []
    used = {
        f"{name}.share_price_usd": ledger.given(f"{name}.share_price_usd", fund.share_price_usd, "usd"),
        f"{name}.leverage": ledger.given(f"{name}.leverage", fund.leverage, "ratio"),
    }
    for number, holding in enumerate(fund.futures):
        days = (holding.expiry_date(view.as_of) - view.as_of).days
        leg = f"{name}.futures.{number}"
        if days < 1:
            raise RulesError(
                f"{leg}.expiry", f"{holding.expiry_date(view.as_of)} is not after as_of {view.as_of}", "give the futures the fund holds now"
            )
        legs.append((holding.weight_fraction, holding.price, beta_to_vix(table, days)))
        used |= {
            f"{leg}.price": ledger.given(f"{leg}.price", holding.price, "index_points"),
            f"{leg}.weight_fraction": ledger.given(f"{leg}.weight_fraction", holding.weight_fraction, "fraction"),
            f"{leg}.days_to_expiry": ledger.given(f"{leg}.days_to_expiry", days, "days"),
        }
    exposure = etf_exposure_usd_per_vix_point(fund.share_price_usd, fund.leverage, legs, basis == "dollars")
    formula = "share_price * leverage * " + ("sum(v b / F)" if basis == "dollars" else "sum(w b) / sum(w F)")
    step = f"{name}.exposure_usd_per_share"
    return float(ledger.derive(step, formula, used | {f"{name}.weight_basis": basis, "vix_beta_by_days": table}, exposure, "usd"))
