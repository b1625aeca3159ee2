"""Put-call parity of European options on a forward: C - P = e^(-rT) (F - K), and the trades that lean on it.

Prices are index points per unit of the underlying, `discount` is e^(-rT). VIX options stand on the future of the same
expiry, never on the VIX itself; SPX options on the forward of the index.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quote:
    """Bid and ask in index points; equal where one price is all there is."""

    bid: float
    ask: float

    @property
    def mid(self) -> float:
        """Middle of bid and ask."""
        return 0.5 * (self.bid + self.ask)

    @property
    def spread(self) -> float:
        """Ask less bid."""
        return self.ask - self.bid


def conversion_edge(call: Quote, put: Quote, forward: Quote, strike: float, discount: float) -> float:
    """What a conversion earns at expiry in today's money: buy the underlying and the put, sell the call.

    (C_bid - P_ask) - e^(-rT) (F_ask - K), index points per option pair, before fees.
    """
    return (call.bid - put.ask) - discount * (forward.ask - strike)


def reversal_edge(call: Quote, put: Quote, forward: Quote, strike: float, discount: float) -> float:
    """The opposite trade: (P_bid - C_ask) + e^(-rT) (F_bid - K), index points per option pair, before fees."""
    return (put.bid - call.ask) + discount * (forward.bid - strike)


def parity_gap(call: Quote, put: Quote, forward: Quote, strike: float, discount: float) -> float:
    """C - P - e^(-rT) (F - K) at the middles, index points."""
    return call.mid - put.mid - discount * (forward.mid - strike)


def explained_gap(call: Quote, put: Quote, forward: Quote, discount: float) -> float:
    """The largest parity gap that spreads explain: half their sum, index points. Beyond it one of the two trades shows an edge."""
    return 0.5 * (call.spread + put.spread + discount * forward.spread)


def implied_forward(call: float, put: float, strike: float, discount: float) -> float:
    """Forward at which parity holds: K + (C - P) e^(rT), index points."""
    return strike + (call - put) / discount


def synthetic_future(call: Quote, put: Quote, strike: float, discount: float) -> Quote:
    """Bid and ask of the future made of a long call and a short put: K + (C_bid - P_ask) e^(rT) and K + (C_ask - P_bid) e^(rT)."""
    return Quote(implied_forward(call.bid, put.ask, strike, discount), implied_forward(call.ask, put.bid, strike, discount))
