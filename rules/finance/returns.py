"""Rates of return: annualising one return, and the internal rate of return of dated cash flows."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

AnnualisedStatus = Literal["ok", "total_loss", "undefined", "overflow"]
IrrStatus = Literal["ok", "total_loss", "no_sign_change", "not_unique", "no_rate", "overflow", "undetermined"]

# Beyond this many changes of sign the count of rates is no longer trusted to floating point.
MOST_SIGN_CHANGES = 20
# Net present value, as a share of the sum of its absolute terms, below which it counts as touching zero.
_TOUCHES = 1e-13


def annualised(return_fraction: float, days: float, days_per_year: float) -> tuple[float | None, AnnualisedStatus]:
    """The yearly rate (1 + R)^(days_per_year / days) - 1 of one return R over `days`, as a one-off.

    `return_fraction` is profit or loss over the capital at risk (-1 for all of it), `days` above 0. The rate is
    a fraction a year and comes with a status: `ok`; `total_loss` with -1 for R = -1; `undefined` with None below
    that, for no time, and for what is not a finite number; `overflow` with None when the rate is too large for a number.
    """
    if not (math.isfinite(return_fraction) and math.isfinite(days)) or days <= 0 or return_fraction < -1.0:
        return None, "undefined"
    if return_fraction == -1.0:
        return -1.0, "total_loss"
    try:
        rate = math.expm1(days_per_year / days * math.log1p(return_fraction))
    except OverflowError:
        return None, "overflow"
    return (rate, "ok") if math.isfinite(rate) else (None, "overflow")


@dataclass(frozen=True, slots=True)
class Irr:
    """An internal rate of return as a fraction a year, or why there is none.

    `rates` are all rates above -100 % that bring the net present value to zero, in ascending order; `rate` is
    set only when exactly one is crossed, or for a total loss. `reason` is a sentence for the status.
    """

    rate: float | None
    status: IrrStatus
    reason: str
    rates: tuple[float, ...] = ()


def net_flows(flows: Iterable[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Cash flows (day, amount) in the order of their days, amounts of the same day added; zero sums stay."""
    by_day: dict[float, list[float]] = {}
    for day, amount in flows:
        by_day.setdefault(float(day), []).append(amount)
    return tuple((day, math.fsum(by_day[day])) for day in sorted(by_day))


def internal_rate(flows: Iterable[tuple[float, float]], days_per_year: float) -> Irr:
    """The rate r with sum(amount / (1 + r)^(day / days_per_year)) = 0 for cash flows (day, amount), outlays negative.

    All rates above -100 % are counted: a sum of exponentials has at most as many zeros as its coefficients change
    sign (Descartes' rule, by Laguerre for real exponents), and they are isolated between the zeros of a derivative
    with one change less. Several rates, or one that is touched and not crossed, leave no rate (`not_unique`);
    one rate crossed is unique however often the signs change. Outlays alone are a `total_loss` of -100 % when a
    flow of zero on a later day says that nothing came back, and otherwise `no_sign_change`.
    """
    net = net_flows(flows)
    moved = [(day, amount) for day, amount in net if amount != 0.0]
    changes = sum(before < 0 < after or after < 0 < before for (_, before), (_, after) in pairwise(moved))
    if changes == 0:
        return _without_change(net, moved)
    if changes > MOST_SIGN_CHANGES:
        reason = f"the amounts change sign {changes} times, more than the {MOST_SIGN_CHANGES} for which the rates can be counted"
        return Irr(None, "undetermined", reason)
    start, span = moved[0][0], moved[-1][0] - moved[0][0]
    if len(moved) == 2:
        zeros = [(math.log(abs(moved[0][1]) / abs(moved[1][1])), True)]
    else:
        zeros = _zeros([(day - start) / span for day, _ in moved], [amount for _, amount in moved])
    try:
        rates = tuple(sorted(math.expm1(-log_discount / span * days_per_year) for log_discount, _ in zeros))
    except OverflowError:
        return Irr(None, "overflow", "the rate is too large for a number: the days are too close together")
    return _of_rates(rates, [crossed for _, crossed in zeros], changes)


def _without_change(net: Sequence[tuple[float, float]], moved: Sequence[tuple[float, float]]) -> Irr:
    if not moved:
        return Irr(None, "no_sign_change", "all amounts are zero, so every rate fits")
    if moved[0][1] > 0:
        return Irr(None, "no_sign_change", "money only comes in, so no rate brings the net present value to zero")
    if net[-1][0] > moved[-1][0]:
        return Irr(-1.0, "total_loss", "nothing comes back: all of the outlay is lost")
    return Irr(None, "no_sign_change", "money only goes out, so no rate brings the net present value to zero")


def _of_rates(rates: tuple[float, ...], crossed: Sequence[bool], changes: int) -> Irr:
    times = "once" if changes == 1 else "twice" if changes == 2 else f"{changes} times"
    if not rates:
        return Irr(None, "no_rate", f"the amounts change sign {times} and no rate above -100 % brings the net present value to zero")
    if len(rates) > 1:
        named = " and ".join(", ".join(f"{rate:.6%}" for rate in rates).rsplit(", ", 1))
        return Irr(None, "not_unique", f"the amounts change sign {times} and {len(rates)} rates fit: {named}", rates)
    if not crossed[0]:
        return Irr(None, "not_unique", f"the net present value touches zero at {rates[0]:.6%} and does not cross it: two rates coincide", rates)
    return Irr(rates[0], "ok", f"the amounts change sign {times} and one rate fits", rates)


def _zeros(times: Sequence[float], amounts: Sequence[float]) -> list[tuple[float, bool]]:
    """Zeros s of sum(amount * e^(time s)) in ascending order, each with whether it is crossed; times ascend, no amount is 0."""
    turns = [k for k in range(len(amounts) - 1) if (amounts[k] < 0) != (amounts[k + 1] < 0)]
    if not turns:
        return []
    value = _sum_of_exponentials(times, amounts)
    first, last = math.copysign(1.0, amounts[0]), math.copysign(1.0, amounts[-1])
    if len(turns) == 1:
        return [(_bisect(value, None, None, first, last), True)]
    # e^(-pivot s) times the sum has the same zeros, and its derivative changes sign once less.
    pivot = 0.5 * (times[turns[0]] + times[turns[0] + 1])
    critical = [s for s, _ in _zeros(times, [amount * (time - pivot) for time, amount in zip(times, amounts, strict=True)])]
    found: list[tuple[float, bool]] = []
    edge, sign, touching = None, first, list[float]()
    for point, here in [*((s, _sign(value(s))) for s in critical), (None, last)]:
        if here == 0.0 and point is not None:
            touching.append(point)
            continue
        if touching:
            found.append((0.5 * (touching[0] + touching[-1]), sign != here))
            touching = []
        elif sign != here:
            found.append((_bisect(value, edge, point, sign, here), True))
        edge, sign = point, here
    return found


def _sum_of_exponentials(times: Sequence[float], amounts: Sequence[float]) -> Callable[[float], float]:
    """s to the sum of amount * e^(time s) over the sum of its absolute terms: a number from -1 to 1, without overflow."""

    def value(s: float) -> float:
        most = s * (times[-1] if s > 0 else times[0])
        terms = [amount * math.exp(s * time - most) for time, amount in zip(times, amounts, strict=True)]
        return math.fsum(terms) / math.fsum(map(abs, terms))

    return value


def _sign(value: float) -> float:
    return 0.0 if abs(value) <= _TOUCHES else math.copysign(1.0, value)


def _bisect(value: Callable[[float], float], low: float | None, high: float | None, sign_low: float, sign_high: float) -> float:
    """The zero between `low` and `high` (None: without bound) at which the sign goes from `sign_low` to `sign_high`, to full precision."""
    anchor = next((end for end in (low, high) if end is not None), 0.0)
    step = 1.0
    while low is None:
        low = anchor - step if value(anchor - step) * sign_low > 0 else None
        step *= 2.0
    step = 1.0
    while high is None:
        high = anchor + step if value(anchor + step) * sign_high > 0 else None
        step *= 2.0
    while low < (middle := 0.5 * (low + high)) < high:
        found = value(middle)
        if found == 0.0:
            return middle
        low, high = (middle, high) if found * sign_low > 0 else (low, middle)
    return low
