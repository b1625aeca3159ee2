"""Futures made of a call and a put, beside the quoted ones (source paragraph 9: conversion mechanics during rebalancing)."""

from __future__ import annotations

import math

from rules.ledger import Ledger
from rules.options.parity import Quote, explained_gap, parity_gap, synthetic_future
from rules.planning.inputs import CallQuote, PutQuote
from rules.planning.market import MarketView, MonthlyFuture
from rules.planning.models import SyntheticFuture

NOTE = "It changes financing and delta and cannot rebalance vega; the put sold has to be margined."


def synthetic_futures(view: MarketView, ledger: Ledger) -> list[SyntheticFuture]:
    """Every quoted put with a quoted call of its strike and date, as a future, with its edge over the quoted one."""
    found: list[SyntheticFuture] = []
    for put in view.market.puts:
        expiry = put.expiry_date(view.as_of)
        future = view.future_on(expiry)
        call = next((c for c in view.market.calls if c.expiry_date(view.as_of) == expiry and c.strike == put.strike), None)
        if future is not None and call is not None:
            pair = _pair(len(found), call, put, future, view, ledger)
            found += [] if pair is None else [pair]
    return found


def _pair(number: int, call: CallQuote, put: PutQuote, future: MonthlyFuture, view: MarketView, ledger: Ledger) -> SyntheticFuture | None:
    if call.bid is None or call.ask is None or put.bid is None or put.ask is None:
        return None
    name, price = f"synthetic_futures.{number}", future.price
    quotes = {"call_bid": call.bid, "call_ask": call.ask, "put_bid": put.bid, "put_ask": put.ask, "strike": put.strike}
    used = {f"{name}.{key}": ledger.given(f"{name}.{key}", value, "index_points") for key, value in quotes.items()}
    used |= ledger.cite(f"futures.{future.expiry}.price_index_points", f"futures.{future.expiry}.days_to_expiry", "market.rate", "days_per_year")
    discount = math.exp(-view.rate * future.days / view.days_per_year)
    calls, puts = Quote(call.bid, call.ask), Quote(put.bid, put.ask)
    forward = Quote(price if future.quote.bid is None else future.quote.bid, price if future.quote.ask is None else future.quote.ask)
    made = synthetic_future(calls, puts, put.strike, discount)
    ledger.derive(f"{name}.synthetic_bid_index_points", "K + (C_bid - P_ask) e^(rT)", used, made.bid, "index_points")
    ledger.derive(f"{name}.synthetic_ask_index_points", "K + (C_ask - P_bid) e^(rT)", used, made.ask, "index_points")
    multiplier_id = "vix_option_multiplier_usd_per_index_point"
    multiplier = ledger.parameter(multiplier_id)
    edge = multiplier * discount * (forward.ask - made.ask)
    formula = f"{multiplier_id} * e^(-rT) * (future ask - synthetic ask)"
    ledger.derive(f"{name}.edge_usd_per_pair", formula, used | {multiplier_id: multiplier}, edge, "usd")
    consistent = abs(parity_gap(calls, puts, forward, put.strike, discount)) <= explained_gap(calls, puts, forward, discount)
    vx = ledger.parameter("vx_multiplier_usd_per_index_point")
    pairs = {multiplier_id: multiplier, "vx_multiplier_usd_per_index_point": vx}
    ledger.derive(f"{name}.pairs_per_future", "VX multiplier / option multiplier", pairs, round(vx / multiplier), "count")
    return SyntheticFuture(
        expiry=future.expiry,
        strike=put.strike,
        synthetic_bid_index_points=made.bid,
        synthetic_ask_index_points=made.ask,
        future_price_index_points=price,
        quotes_consistent=consistent,
        edge_usd_per_pair=edge,
        pairs_per_future=round(vx / multiplier),
        note=NOTE if consistent else f"Check time stamps, size and root: the quotes break parity. {NOTE}",
    )
