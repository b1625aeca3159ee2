"""Put-call parity on quotes, and what a conversion or reversal would earn."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import ValidationInfo, field_validator, model_validator

from rules.common_fields import dividend_yield_field, rate_field
from rules.fields import Frozen, unit_field
from rules.ledger import Ledger
from rules.options import parity
from rules.options.parity import Quote
from rules.options.pricing import forward_price

NAME = "conversion"
DESCRIPTION = "Put-call parity of VIX or SPX options on their future or forward, and the edge of a conversion and a reversal."
SYNONYMS = ("conversion", "reversal", "parity", "put-call parity", "parity check", "synthetic future")
SOURCES = ("second-engine-conversion",)
EXAMPLE = {
    "underlying": "vix",
    "future_price": 20.1,
    "strike": 25,
    "call_bid": 1.05,
    "call_ask": 1.15,
    "put_bid": 3.05,
    "put_ask": 3.15,
    "days_to_expiry": 40,
    "rate": 0.045,
}
Executable = Literal["conversion", "reversal", "none", "not_evaluated"]
ROUNDING = 1e-9
"""Index points by which sums of quotes may miss each other through rounding; far below any tick."""


class Input(Frozen):
    """A call and a put of one strike and expiry, with the future of that expiry, or for SPX the spot."""

    underlying: Literal["vix", "spx"] = unit_field("Options on the VIX or on the S&P 500", "name", choices={"vix": ("vix",), "spx": ("spx", "s&p")})
    future_price: float | None = unit_field(
        "Price of the future of the same expiry",
        "index_points",
        synonyms=("future", "futures", "fut", "f", "forward", "fwd", "vx", "vx future", "future price"),
        where="the futures quote screen",
        default=None,
        gt=0,
    )
    future_bid: float | None = unit_field(
        "Bid of the future, with its ask", "index_points", synonyms=("future bid",), where="the futures quote screen", default=None, gt=0
    )
    future_ask: float | None = unit_field(
        "Ask of the future", "index_points", synonyms=("future ask",), where="the futures quote screen", default=None, gt=0
    )
    spot: float | None = unit_field(
        "SPX now", "index_points", synonyms=("spot", "index", "spx", "cash", "s"), where="the index quote", default=None, gt=0
    )
    strike: float = unit_field(
        "Strike of both options", "index_points", synonyms=("strike", "k", "struck", "struck at"), where="the option chain", gt=0
    )
    call_bid: float = unit_field("Bid of the call", "index_points", synonyms=("call bid",), where="the option chain", group="call quote", ge=0)
    call_ask: float = unit_field("Ask of the call", "index_points", synonyms=("call ask",), where="the option chain", group="call quote", gt=0)
    put_bid: float = unit_field("Bid of the put", "index_points", synonyms=("put bid",), where="the option chain", group="put quote", ge=0)
    put_ask: float = unit_field("Ask of the put", "index_points", synonyms=("put ask",), where="the option chain", group="put quote", gt=0)
    days_to_expiry: float = unit_field(
        "Calendar days to expiry",
        "days",
        synonyms=("days", "dte", "days to expiry", "expires in"),
        plausible=(0, 1100),
        where="the option chain",
        gt=0,
    )
    rate: float | None = rate_field()
    dividend_yield: float | None = dividend_yield_field()  # fmt: skip
    fees_usd: float | None = unit_field(
        "Fees of the whole trade", "usd", synonyms=("fees", "commission"), where="your broker", parameter="fee_usd_per_contract", default=None, ge=0
    )
    contracts: int = unit_field("Option pairs: so many calls and so many puts", "count", synonyms=("pairs", "contracts"), default=1, ge=1)
    quotes_stamped_within_seconds: float | None = unit_field(
        "Seconds between the earliest and the latest of the quotes",
        "seconds",
        synonyms=("seconds apart",),
        where="the quotes' time stamps",
        default=None,
        ge=0,
    )

    @field_validator("spot")
    @classmethod
    def _the_vix_stands_in_no_parity(cls, value: float | None, info: ValidationInfo) -> float | None:
        if value is not None and info.data.get("underlying") == "vix":
            raise ValueError("has no place beside VIX options, give the future of the same expiry")
        return value

    @model_validator(mode="after")
    def _one_underlying_and_no_crossed_quote(self) -> Input:
        pair = self.future_bid is not None and self.future_ask is not None
        if (self.future_bid is None) != (self.future_ask is None):
            absent, there = ("future_bid", "future_ask") if self.future_bid is None else ("future_ask", "future_bid")
            raise ValueError(f"{absent} is missing beside {there}, give both or future_price")
        ways = (self.future_price is not None) + pair + (self.spot is not None)
        if ways != 1:
            names = "future_price or both future_bid and future_ask" + (" or spot" if self.underlying == "spx" else "")
            raise ValueError(f"future_price is {'one of two prices given for the underlying' if ways else 'missing'}, give {names}")
        if self.dividend_yield is not None and self.spot is None:
            raise ValueError("dividend_yield has no place beside a future, leave it out")
        for name in ("call", "put", "future"):
            bid, ask = getattr(self, f"{name}_bid"), getattr(self, f"{name}_ask")
            if bid is not None and ask is not None and bid > ask:
                raise ValueError(f"{name}_bid {bid:g} is above {name}_ask {ask:g}, correct the quote")
        return self


class Result(Frozen):
    """Edges in USD for all option pairs, before and after fees; prices in index points.

    `quotes_consistent`: the parity gap is within half the sum of the spreads. `executable` is the trade that could
    have been done on these quotes, `none`, or `not_evaluated` where they cannot tell; `executable_reason` says why.
    """

    conversion_edge_usd: float
    reversal_edge_usd: float
    conversion_edge_after_fees_usd: float
    reversal_edge_after_fees_usd: float
    fees_usd: float
    parity_gap_index_points: float
    explained_gap_index_points: float
    quotes_consistent: bool
    executable: Executable
    executable_reason: str
    forward_index_points: float
    synthetic_future_bid_index_points: float
    synthetic_future_ask_index_points: float
    futures_contracts: float | None
    notes: list[str]


def calculate(inputs: Input, ledger: Ledger) -> Result:
    """Edges at the quotes that each trade would meet, the parity gap at the middles, and whether the quotes can be believed."""
    call, put = Quote(inputs.call_bid, inputs.call_ask), Quote(inputs.put_bid, inputs.put_ask)
    quotes = {name: getattr(inputs, name) for name in ("call_bid", "call_ask", "put_bid", "put_ask", "strike")}
    for name, value in quotes.items():
        ledger.given(name, value, "index_points")
    discount, forward, sides = _forward(inputs, ledger)
    quotes |= {"discount_factor": discount} | sides
    points = {
        "conversion_edge": ("(call_bid - put_ask) - discount_factor * (F_ask - strike)", parity.conversion_edge),
        "reversal_edge": ("(put_bid - call_ask) + discount_factor * (F_bid - strike)", parity.reversal_edge),
        "parity_gap": ("C - P - discount_factor * (F - strike) at the middles", parity.parity_gap),
    }
    for name, (formula, function) in points.items():
        value = function(call, put, forward, inputs.strike, discount)
        ledger.derive(f"{name}_index_points", formula, quotes, value, "index_points")
    gap = parity.parity_gap(call, put, forward, inputs.strike, discount)
    explained = parity.explained_gap(call, put, forward, discount)
    ledger.derive("explained_gap_index_points", "half the sum of the spreads, the future's discounted", quotes, explained, "index_points")
    bounds = {"parity_gap_index_points": gap, "explained_gap_index_points": explained}
    consistent = abs(gap) <= explained + ROUNDING
    ledger.derive("quotes_consistent", "|parity_gap_index_points| is at most explained_gap_index_points", bounds, consistent, "switch")
    synthetic = parity.synthetic_future(call, put, inputs.strike, discount)
    ledger.derive("synthetic_future_bid_index_points", "strike + (call_bid - put_ask) / discount_factor", quotes, synthetic.bid, "index_points")
    ledger.derive("synthetic_future_ask_index_points", "strike + (call_ask - put_bid) / discount_factor", quotes, synthetic.ask, "index_points")
    futures = _futures(inputs, ledger)
    money = _money(inputs, (call, put, forward), discount, futures, ledger)
    executable, reason = _executable(inputs, money["conversion_edge_usd"], money["reversal_edge_usd"], money["fees_usd"], ledger)
    ledger.derive("executable", reason, {name: money[name] for name in ("conversion_edge_usd", "reversal_edge_usd", "fees_usd")}, executable, "name")
    return Result(
        **money,
        **bounds,
        futures_contracts=futures,
        quotes_consistent=consistent,
        executable=executable,
        executable_reason=reason,
        forward_index_points=forward.mid,
        synthetic_future_bid_index_points=synthetic.bid,
        synthetic_future_ask_index_points=synthetic.ask,
        notes=_notes(inputs, gap, explained, consistent),
    )


def _forward(inputs: Input, ledger: Ledger) -> tuple[float, Quote, dict[str, float]]:
    """Discount factor, the forward's bid and ask, and the steps that hold them."""
    rate, year = ledger.resolve("rate", inputs.rate, "rate_fraction", "fraction"), ledger.parameter("days_per_year")
    days = ledger.given("days_to_expiry", inputs.days_to_expiry, "days")
    time = {"rate": rate, "days_to_expiry": days, "days_per_year": year}
    years = days / year
    discount = ledger.derive("discount_factor", "exp(-rate * days_to_expiry / days_per_year)", time, math.exp(-rate * years), "ratio")
    name = "forward_index_points"
    if inputs.spot is not None:
        dividend = ledger.resolve("dividend_yield", inputs.dividend_yield, "dividend_yield_fraction", "fraction")
        used = time | {"spot": ledger.given("spot", inputs.spot, "index_points"), "dividend_yield": dividend}
        formula = "spot * exp((rate - dividend_yield) * days_to_expiry / days_per_year)"
        forward = ledger.derive(name, formula, used, forward_price(inputs.spot, years, rate, dividend), "index_points")
        return discount, Quote(forward, forward), {name: forward}
    if inputs.future_price is not None:
        price = ledger.given("future_price", inputs.future_price, "index_points")
        ledger.derive(name, "future_price", {"future_price": price}, price, "index_points")
        return discount, Quote(price, price), {"future_price": price}
    assert inputs.future_bid is not None and inputs.future_ask is not None, "the validator lets nothing through without an underlying"
    quote = Quote(inputs.future_bid, inputs.future_ask)
    sides = {side: ledger.given(side, getattr(inputs, side), "index_points") for side in ("future_bid", "future_ask")}
    ledger.derive(name, "middle of future_bid and future_ask", sides, quote.mid, "index_points")
    return discount, quote, sides


def _futures(inputs: Input, ledger: Ledger) -> float | None:
    """VX futures that stand against the pairs; None for SPX, whose options no one future fits."""
    pairs = ledger.given("contracts", inputs.contracts, "count")
    if inputs.underlying == "spx":
        return None
    names = ("vix_option_multiplier_usd_per_index_point", "vx_multiplier_usd_per_index_point")
    option, future = (ledger.parameter(name) for name in names)
    used = {"contracts": pairs, names[0]: option, names[1]: future}
    return float(ledger.derive("futures_contracts", f"contracts * {names[0]} / {names[1]}", used, pairs * option / future, "contracts"))


def _money(inputs: Input, quotes: tuple[Quote, Quote, Quote], discount: float, futures: float | None, ledger: Ledger) -> dict[str, float]:
    """Edges in USD for all pairs, before and after fees; `quotes` are those of the call, the put and the forward."""
    multiplier_id = f"{inputs.underlying}_option_multiplier_usd_per_index_point"
    scale = {multiplier_id: ledger.parameter(multiplier_id), "contracts": inputs.contracts}
    fees = _fees(inputs, futures, ledger)
    found = {"fees_usd": fees}
    for name, function in (("conversion", parity.conversion_edge), ("reversal", parity.reversal_edge)):
        points = function(*quotes, inputs.strike, discount)
        step, usd, after = f"{name}_edge_index_points", f"{name}_edge_usd", f"{name}_edge_after_fees_usd"
        edge = points * scale[multiplier_id] * inputs.contracts
        found[usd] = ledger.derive(usd, f"{step} * {multiplier_id} * contracts", scale | {step: points}, edge, "usd")
        found[after] = ledger.derive(after, f"{usd} - fees_usd", {usd: edge, "fees_usd": fees}, edge - fees, "usd")
    return found


def _fees(inputs: Input, futures: float | None, ledger: Ledger) -> float:
    if inputs.fees_usd is not None:
        return float(ledger.given("fees_usd", inputs.fees_usd, "usd"))
    fee = ledger.parameter("fee_usd_per_contract")
    used = {"fee_usd_per_contract": fee, "contracts": inputs.contracts} | ({} if futures is None else {"futures_contracts": futures})
    formula = "fee_usd_per_contract * (2 * contracts + futures_contracts)" if futures is not None else "fee_usd_per_contract * 2 * contracts"
    return float(ledger.derive("fees_usd", formula, used, fee * (2 * inputs.contracts + (0.0 if futures is None else futures)), "usd"))


def _executable(inputs: Input, conversion: float, reversal: float, fees: float, ledger: Ledger) -> tuple[Executable, str]:
    """The trade that these quotes would have let through, and why. An edge alone is a warning: it always is a parity gap beyond the spreads."""
    best: Executable = "conversion" if conversion >= reversal else "reversal"
    sold, bid = ("call", inputs.call_bid) if best == "conversion" else ("put", inputs.put_bid)
    if max(conversion, reversal) <= fees:
        return "none", "neither edge exceeds the fees"
    if bid == 0.0:
        return "none", f"the {best} sells the {sold}, which has no bid"
    limit, apart = ledger.parameter("executable_quote_gap_seconds"), inputs.quotes_stamped_within_seconds
    if apart is not None and ledger.given("quotes_stamped_within_seconds", apart, "seconds") > limit:
        return "none", f"the quotes are {apart:g} seconds apart, more than {limit:g}"
    if inputs.future_bid is None:
        return "not_evaluated", "the underlying has one price and no bid and ask to trade at: give future_bid and future_ask"
    if apart is None:
        return "not_evaluated", "how far apart in time the quotes are is not given: give quotes_stamped_within_seconds"
    return best, f"its edge exceeds the fees on two-sided quotes within {limit:g} seconds of each other"


def _notes(inputs: Input, gap: float, explained: float, consistent: bool) -> list[str]:
    notes = ["A conversion changes financing and delta. Call and put of one strike have the same vega, so it cannot rebalance vega."]
    if not consistent:
        notes.append(
            f"The parity gap of {gap:.4g} points is beyond the {explained:.4g} that the spreads explain: "
            "check the time stamps, the sizes, the root and the future's expiry before believing an edge."
        )
    if inputs.underlying == "vix":
        notes.append("The underlying is the future of the same expiry, one VX to ten option pairs; the VIX itself stands in no parity.")
    else:
        notes.append("SPX has no shares: the underlying leg is a future or a synthetic, whose basis and expiry are not in the edge.")
    return notes


def needed_beside(given: Mapping[str, Any]) -> tuple[str, ...]:
    """The price of the underlying, as the options given need it."""
    if given.get("future_bid") is not None or given.get("future_ask") is not None:
        return ("future_bid", "future_ask")
    if given.get("underlying") == "spx" and given.get("future_price") is None:
        return ("spot",)
    return ("future_price",) if given.get("underlying") == "vix" else ()
