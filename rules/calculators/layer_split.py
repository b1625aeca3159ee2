"""How a planned hedge vega divides into the futures band, the call tranches and what is left for ETFs."""

from __future__ import annotations

from rules.fields import Frozen, unit_field
from rules.ledger import Ledger
from rules.planning.shares import as_written, call_tranche_budget_usd, call_tranche_count, etf_share_fraction

NAME = "layer-split"
DESCRIPTION = "Splits a total planned hedge vega into the futures band (25-40 %), 20 % call tranches and the rest for ETFs."
SYNONYMS = ("layer split", "split", "futures share", "tranche", "increment", "hedge vega")
SOURCES = ("position-sizing",)
EXAMPLE = {"planned_hedge_vega_usd": 10000}


class Input(Frozen):
    """A planned hedge vega and, if not the assumed one, the futures share inside the band."""

    planned_hedge_vega_usd: float = unit_field(
        "Total planned hedge vega, a positive magnitude in USD per VIX point",
        "usd",
        synonyms=("planned hedge vega", "hedge vega", "total vega", "vega to hedge", "hedge budget", "vega", "planned vega", "h"),
        plausible=(100.0, 50_000_000.0),
        unless=("etf", "etfs", "futures", "future", "vx", "vxm", "call", "calls", "tranche", "condor", "condors", "layer"),
        where="the absolute vega of the condor book times the part of it to be hedged",
        gt=0,
    )
    futures_share_fraction: float | None = unit_field(
        "Share of the planned hedge vega that the futures layer takes",
        "fraction",
        synonyms=(
            "futures share",
            "layer one",
            "layer 1",
            "first layer",
            "share in futures",
            "in futures",
            "into futures",
            "futures at",
            "f",
            "futures",
            "future",
            "fut",
            "vx",
            "in vx",
            "share",
            "band",
            "futures get",
            "futures take",
        ),
        plausible=(0.25, 0.40),
        where="your own choice inside the stated band of 25 to 40 %",
        parameter="futures_share_target_fraction",
        default=None,
        gt=0,
        le=1,
    )


class FuturesVega(Frozen):
    """The futures layer in USD per VIX point: lower edge, chosen point, upper edge of the band."""

    low: float
    target: float
    high: float


class Result(Frozen):
    """USD per VIX point for each layer; `call_tranches` is a count."""

    futures_vega_usd: FuturesVega
    call_tranche_vega_usd: float
    call_tranches: int
    calls_vega_usd: float
    etf_vega_usd: float
    futures_share_within_band: bool


def calculate(inputs: Input, ledger: Ledger) -> Result:
    """The split by the stated shares (source paragraph 6); the point inside the band is assumed unless given."""
    total = ledger.given("planned_hedge_vega_usd", inputs.planned_hedge_vega_usd, "usd")
    low = ledger.parameter("futures_share_low_fraction")
    high = ledger.parameter("futures_share_high_fraction")
    share = ledger.resolve("futures_share_fraction", inputs.futures_share_fraction, "futures_share_target_fraction", "fraction")

    def part(name: str, fraction_name: str, fraction: float) -> float:
        value = round(total * fraction, 10)
        formula = f"planned_hedge_vega_usd * {fraction_name}"
        return float(ledger.derive(name, formula, {"planned_hedge_vega_usd": total, fraction_name: fraction}, value, "usd"))

    futures = FuturesVega(
        low=part("futures_vega_usd.low", "futures_share_low_fraction", low),
        high=part("futures_vega_usd.high", "futures_share_high_fraction", high),
        target=part("futures_vega_usd.target", "futures_share_fraction", share),
    )
    tranche = call_tranche_budget_usd(total, ledger)
    count = call_tranche_count(ledger)
    calls = ledger.derive(
        "calls_vega_usd",
        "call_tranches * call_tranche_vega_usd",
        {"call_tranches": count, "call_tranche_vega_usd": tranche},
        float(count * as_written(tranche)),
        "usd",
    )
    etf_share_fraction(ledger, share, count)
    left = as_written(total) - as_written(futures.target) - as_written(calls)
    used = ledger.cite("planned_hedge_vega_usd", "futures_vega_usd.target", "calls_vega_usd")
    formula = "max(planned_hedge_vega_usd - futures_vega_usd.target - calls_vega_usd, 0)"
    etf = float(ledger.derive("etf_vega_usd", formula, used, max(float(left), 0.0), "usd"))
    return Result(
        futures_vega_usd=futures,
        call_tranche_vega_usd=tranche,
        call_tranches=count,
        calls_vega_usd=calls,
        etf_vega_usd=etf,
        futures_share_within_band=low <= share <= high,
    )
