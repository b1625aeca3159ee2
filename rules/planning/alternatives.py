"""The ways to fill layer 1, each with what fits the band, or the nearest hedge vega that would fit."""

from __future__ import annotations

from collections.abc import Sequence

from rules.ledger import Ledger
from rules.planning.layers import FuturesChoice
from rules.planning.laying import Draft
from rules.planning.models import Alternative
from rules.planning.sizing import Fit
from rules.planning.stack import fund_exposure, stand_in_fit


def alternatives(choices: Sequence[FuturesChoice], chosen: FuturesChoice | None, draft: Draft, ledger: Ledger) -> list[Alternative]:
    """Every futures choice in the order of trial, then the fund that may stand in for them (source paragraph 4).

    Beside a first layer that is held in part they count what is still missing. The fund is a choice of the user,
    never taken by itself.
    """
    planned_usd, view, stand_in = draft.planned_usd, draft.view, draft.stand_in
    first = draft.held.first_held()
    beside = "" if not first.steps else f", beside the {draft.held.first_layer_share_fraction:.1%} of the hedge vega that are held"
    found = [_of_futures(number, choice, choice is chosen, planned_usd, beside, ledger) for number, choice in enumerate(choices)]
    fit = stand_in_fit(planned_usd, first, view, ledger)
    if fit is None:
        return found
    fund = view.market.etfs[0]
    exposure = fund_exposure(fund, 0, view, ledger)
    name = f"alternatives.{len(found)}"
    reason = f"{_words(fit, 'shares')}{beside}; in place of futures that are forbidden or do not fit, when etf_stands_in says so"
    item = _alternative(
        name, f"{fund.ticker} in place of futures", "market.etfs.0.exposure_usd_per_share", exposure, fit, reason, planned_usd, ledger
    )
    return [*found, item.model_copy(update={"stand_in": True, "instruments": ["etf"], "chosen": stand_in})]


def _of_futures(number: int, choice: FuturesChoice, chosen: bool, planned_usd: float, beside: str, ledger: Ledger) -> Alternative:
    unit = "minis (10 to a full contract)" if choice.instruments != ("vx",) else "contracts"
    reason = choice.problem or "not quoted" if choice.fit is None else _words(choice.fit, unit) + beside
    month = None if choice.future is None else choice.future.expiry
    step = f"layer_1.{choice.instruments[-1]}.{month}.exposure_usd_per_contract"
    item = _alternative(f"alternatives.{number}", choice.label, step, choice.unit_exposure_usd, choice.fit, reason, planned_usd, ledger)
    return item.model_copy(update={"instruments": list(choice.instruments), "expiry": month, "chosen": chosen})


def _words(fit: Fit, unit: str) -> str:
    if fit.feasible:
        return f"{fit.low} to {fit.high} {unit} lie inside the band"
    near = [value for value in (fit.nearest_below_usd, fit.nearest_above_usd) if value is not None]
    words = " or ".join(f"{value:,.2f}" for value in near)
    return f"no whole number lies inside the band; the nearest planned hedge vega that would fit: {words}"


def _alternative(
    name: str, label: str, exposure_step: str, exposure: float | None, fit: Fit | None, reason: str, planned_usd: float, ledger: Ledger
) -> Alternative:
    share = None
    if fit is not None and exposure is not None:
        edges = ("futures_share_low_fraction", "futures_share_high_fraction", "futures_share_target_fraction")
        used = ledger.cite("planned_hedge_vega_usd", exposure_step, *edges)
        ledger.derive(f"{name}.contracts", "fewest, most and closest to target inside the band", used, [fit.low, fit.high, fit.best], "contracts")
        nearest = [fit.nearest_below_usd, fit.nearest_above_usd]
        ledger.derive(f"{name}.nearest_feasible_usd", "nearest hedge vegas at which a whole number fits", used, nearest, "usd")
        if fit.best is not None:
            share = ledger.derive(f"{name}.share_fraction", "closest * exposure / hedge vega", used, fit.best * exposure / planned_usd, "fraction")
    feasible = fit is not None and fit.feasible
    return Alternative(
        choice=label,
        stand_in=False,
        instruments=[],
        expiry=None,
        chosen=False,
        feasible=feasible,
        exposure_usd_per_contract=exposure,
        contracts_low=fit.low if fit is not None and feasible else None,
        contracts_high=fit.high if fit is not None and feasible else None,
        contracts_best=None if fit is None else fit.best,
        share_fraction=share,
        nearest_feasible_below_usd=None if fit is None else fit.nearest_below_usd,
        nearest_feasible_above_usd=None if fit is None else fit.nearest_above_usd,
        reason=reason,
    )
