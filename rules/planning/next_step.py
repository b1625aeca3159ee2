"""The next step of a hedge whose size is planned: which layer, armed or not, and what it waits for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from rules.ledger import Ledger
from rules.planning.inputs import HedgeInstrument
from rules.planning.models import Stage
from rules.planning.shares import call_tranche_budget_usd, call_tranche_count, etf_share_fraction
from rules.vix.expiries import add_business_days

_TOLERANCE = 1e-9
Waiting = Literal["macd", "advance_decline", "rsi_shift", "capm_breach", "macro_accelerates", "last_tranche_on", "tranche_spacing"]


@dataclass(frozen=True, slots=True)
class Situation:
    """A hedge on one day. Vegas are USD per VIX point held in each layer; a signal that is None was not looked up."""

    as_of: date
    planned_usd: float
    futures_usd: float = 0.0
    calls_usd: float = 0.0
    etf_usd: float = 0.0
    last_tranche_on: date | None = None
    macd_bullish: bool | None = None
    breadth_weak: bool | None = None
    rsi: float | None = None
    rsi_shift: bool | None = None
    capm_breach: bool | None = None
    macro_accelerates: bool | None = None
    futures_allowed: bool = True
    options_allowed: bool = True
    etfs_allowed: bool = True
    etf_stands_in: bool = False

    @property
    def stand_in(self) -> bool:
        """Whether a fund takes the place of futures: the trader chose so, and the account leaves no other way."""
        return self.etf_stands_in and self.etfs_allowed and not self.futures_allowed

    @property
    def first_layer_usd(self) -> float:
        """Vega of the first layer, USD per VIX point: futures, and the fund that stands in for them."""
        return self.futures_usd + (self.etf_usd if self.stand_in else 0.0)


@dataclass(frozen=True, slots=True)
class NextStep:
    """What comes next. `buy` and `vega_usd` are set only where something may be bought today; `waits_for` is then empty."""

    stage: Stage
    armed: bool | None
    action: str
    waits_for: Sequence[Waiting] = ()
    buy: HedgeInstrument | None = None
    vega_usd: float | None = None
    next_tranche_on: date | None = None
    choices: list[str] = field(default_factory=list)
    advice: list[str] = field(default_factory=list)


def all_known_true(values: Sequence[bool | None]) -> bool | None:
    """Whether all hold: False as soon as one is known not to, None while the answer hangs on an unknown one."""
    return False if False in values else None if None in values else True


def any_known_true(values: Sequence[bool | None]) -> bool | None:
    """Whether one holds: True as soon as one is known to, None while the answer hangs on an unknown one."""
    return True if True in values else None if None in values else False


def armed(situation: Situation, ledger: Ledger) -> bool | None:
    """MACD and the advance-decline line start the hedge (source paragraph 2); both by default, either by the switch."""
    both = bool(ledger.parameter("layer_1_needs_both_signals"))
    values = (situation.macd_bullish, situation.breadth_weak)
    found = all_known_true(values) if both else any_known_true(values)
    used = {"signals.macd": ledger.given("signals.macd", situation.macd_bullish, "switch"), "layer_1_needs_both_signals": both}
    used["signals.advance_decline"] = ledger.given("signals.advance_decline", situation.breadth_weak, "switch")
    ledger.derive("armed", "macd bullish and advance-decline weak or divergent" if both else "either of the two", used, found, "switch")
    return found


def timed(situation: Situation, ledger: Ledger) -> bool:
    """An RSI shift or a CAPM breach times the calls (paragraph 3), and a macro signal removes that waiting (paragraph 5)."""
    names = ("rsi_shift", "capm_breach", "macro_accelerates")
    used = {f"signals.{name}": ledger.given(f"signals.{name}", getattr(situation, name), "switch") for name in names}
    return bool(ledger.derive("calls_timed", "rsi_shift or capm_breach or macro_accelerates", used, True in used.values(), "switch"))


def tranches_filled(calls_usd: float, tranche_usd: float, least_fraction: float, count: int) -> int:
    """Tranches that calls of a vega make up, filled one after the other; the last counts from `least_fraction` of it on."""
    return min(int(calls_usd / tranche_usd + 1.0 - least_fraction + _TOLERANCE), count)


def next_step(situation: Situation, ledger: Ledger) -> NextStep:
    """The next step in the stated order (source paragraph 1): futures, calls, funds.

    Nothing is ordered without its signals; an unknown signal is never read as one that fails or passes. Futures
    above their band are told as an advice, never an order.
    """
    start = armed(situation, ledger)
    planned = ledger.given("planned_hedge_vega_usd", situation.planned_usd, "usd")
    for name, value in (("futures", situation.futures_usd), ("calls", situation.calls_usd), ("etf", situation.etf_usd)):
        ledger.given(f"holdings.{name}_vega_usd", value, "usd")
    if planned == 0:
        return NextStep("nothing_to_hedge", start, "Nothing: the planned hedge vega is 0.")
    low, high = ledger.parameter("futures_share_low_fraction"), ledger.parameter("futures_share_high_fraction")
    used = {"holdings.futures_vega_usd": situation.futures_usd, "holdings.etf_vega_usd": situation.etf_usd, "planned_hedge_vega_usd": planned}
    share = situation.first_layer_usd / planned
    formula = "(futures_vega_usd + etf_vega_usd) / planned_hedge_vega_usd" if situation.stand_in else "futures_vega_usd / planned_hedge_vega_usd"
    ledger.derive("futures_share_fraction", formula, used, share, "fraction")
    advice = []
    if share > high + _TOLERANCE:
        advice.append(f"above_band: the first layer makes up {share:.2%} of the planned hedge vega, above {high:.2%}; an advice, never an order")
    if share == 0 or share < low - _TOLERANCE:
        found = _first_layer(situation, start, share, ledger)
    elif situation.options_allowed:
        found = _calls(situation, start, "", ledger) or _funds(situation, start, ledger)
    else:
        found = _funds(situation, start, ledger)
    found.advice.extend(advice)
    return found


def _first_layer(situation: Situation, start: bool | None, share: float, ledger: Ledger) -> NextStep:
    ahead = situation.futures_allowed or situation.stand_in
    choices = []
    if not ahead and situation.etfs_allowed:
        vega = _to_target(situation, ledger)
        choices.append(f"A VIX ETF of {vega:,.2f} USD per VIX point may stand in for layer 1 if you choose so (account.etf_stands_in).")
    if start is not True:
        found = _not_armed(situation, start)
        found.choices.extend(choices)
        return found
    if ahead:
        vega, band = _to_target(situation, ledger), f"{ledger.parameter('futures_share_low_fraction'):.2%}"
        what: HedgeInstrument = "etf" if situation.stand_in else "vx"
        name = "shares of a VIX ETF, which stand in for futures," if situation.stand_in else "VIX futures of the front two months"
        held = f"; {share:.2%} is held, below {band}" if share > 0 else ""
        target = ledger.parameter("futures_share_target_fraction")
        action = f"Buy {name} worth {vega:,.2f} USD per VIX point, up to {target:.2%} of the planned hedge vega{held}."
        return NextStep("layer_1_futures", start, action, buy=what, vega_usd=vega)
    left_out = "Layer 1 is left out, the account may not trade futures. "
    found = (_calls(situation, start, left_out, ledger) if situation.options_allowed else None) or _funds(situation, start, ledger)
    found.choices.extend(choices)
    return found


def _to_target(situation: Situation, ledger: Ledger) -> float:
    """Vega from what the first layer holds up to its target share, USD per VIX point."""
    target, planned = ledger.parameter("futures_share_target_fraction"), situation.planned_usd
    used = {"futures_share_target_fraction": target, "planned_hedge_vega_usd": planned, "futures_share_fraction": situation.first_layer_usd / planned}
    formula = "(futures_share_target_fraction - futures_share_fraction) * planned_hedge_vega_usd"
    return float(ledger.derive("first_layer_to_add_usd", formula, used, target * planned - situation.first_layer_usd, "usd"))


def _not_armed(situation: Situation, start: bool | None) -> NextStep:
    wanted = {"macd": "MACD on the VIX futures curve turning bullish", "advance_decline": "the advance-decline line turning weak or divergent"}
    values = {"macd": situation.macd_bullish, "advance_decline": situation.breadth_weak}
    words: list[Waiting] = [name for name in ("macd", "advance_decline") if values[name] is not True]
    unknown = [name for name in words if values[name] is None]
    action = f"Wait, buy nothing: {' and '.join(wanted[name] for name in words)} would arm the hedge."
    if unknown:
        action += f" Look up {' and '.join(unknown)}: not given, and not read as false."
    if situation.macro_accelerates:
        action += " A macro signal speeds the calls and never starts a hedge."
    return NextStep("waiting_for_signals", start, action, words)


def _calls(situation: Situation, start: bool | None, before: str, ledger: Ledger) -> NextStep | None:
    """The step of layer 2; None once all tranches are filled."""
    budget, least = call_tranche_budget_usd(situation.planned_usd, ledger), ledger.parameter("call_tranche_filled_fraction")
    count = call_tranche_count(ledger)
    filled = tranches_filled(situation.calls_usd, budget, least, count)
    used = {"holdings.calls_vega_usd": situation.calls_usd, "call_tranche_vega_usd": budget, "call_tranche_filled_fraction": least}
    formula = "min(floor(calls_vega_usd / call_tranche_vega_usd + 1 - call_tranche_filled_fraction), call_tranches)"
    ledger.derive("tranches_filled", formula, used | {"call_tranches": count}, filled, "count")
    if filled == count:
        return None
    used = {"call_tranche_vega_usd": budget, "holdings.calls_vega_usd": situation.calls_usd, "tranches_filled": filled}
    vega = budget - max(situation.calls_usd - filled * budget, 0.0)
    formula = "call_tranche_vega_usd - max(calls_vega_usd - tranches_filled * call_tranche_vega_usd, 0)"
    ledger.derive("calls_to_add_usd", formula, used, vega, "usd")
    tranche = f"call tranche {filled + 1} of {count}, {vega:,.2f} USD per VIX point"
    words, reasons = _timing(situation, ledger)
    free_on = _free_on(situation, filled, ledger)
    if situation.calls_usd > 0 and situation.last_tranche_on is None and filled:
        words.append("last_tranche_on")
        reasons.append("the day of the last tranche, without which the spacing cannot be kept")
    elif free_on is not None and free_on > situation.as_of:
        words.append("tranche_spacing")
        reasons.append(f"the spacing of tranches, which ends on {free_on}")
    if words:
        return NextStep("layer_2_calls", start, f"{before}Wait with {tranche}, for {'; and for '.join(reasons)}.", words, next_tranche_on=free_on)
    action = f"{before}Buy out-of-the-money VIX calls: {tranche}."
    return NextStep("layer_2_calls", start, action, buy="vix_call", vega_usd=vega, next_tranche_on=free_on)


def _timing(situation: Situation, ledger: Ledger) -> tuple[list[Waiting], list[str]]:
    if timed(situation, ledger):
        return [], []
    names: tuple[Waiting, ...] = ("rsi_shift", "capm_breach", "macro_accelerates")
    unknown = [name for name in names if getattr(situation, name) is None]
    reason = "an RSI shift, a CAPM breach or a macro signal"
    if unknown:
        reason += f" (look up {', '.join(unknown)}: not given, and not read as false)"
    if situation.rsi is not None:
        level, points, days = (ledger.parameter(f"rsi_{name}") for name in ("trigger_level", "shift_points", "shift_days"))
        used = {"signals.rsi": ledger.given("signals.rsi", situation.rsi, "rsi_points"), "rsi_trigger_level": level}
        above = ledger.derive("rsi_at_level", "rsi >= rsi_trigger_level", used, situation.rsi >= level, "switch")
        side = "at or above" if above else "below"
        reason += f" (an RSI of {situation.rsi:g} is {side} {level:g}, a level and not a shift: it must cross {level:g} upward, or rise {points:g} in {days} days)"
    return list(names), [reason]


def _free_on(situation: Situation, filled: int, ledger: Ledger) -> date | None:
    """The first day on which a new tranche may be bought; None without a tranche before, and while the first one is being filled."""
    if situation.last_tranche_on is None or (situation.calls_usd > 0 and not filled):
        return None
    spacing, closures = ledger.parameter("call_tranche_spacing_days"), ledger.parameter("exchange_closures_announced")
    last = ledger.given("holdings.last_tranche_on", situation.last_tranche_on, "date")
    used = {"holdings.last_tranche_on": last, "call_tranche_spacing_days": spacing, "exchange_closures_announced": closures}
    found: date = ledger.derive(
        "next_tranche_on", "that many business days after the last tranche", used, add_business_days(last, spacing, closures), "date"
    )
    return found


def _funds(situation: Situation, start: bool | None, ledger: Ledger) -> NextStep:
    """The step of layer 3, or that the hedge is complete."""
    complete = NextStep("complete", start, "Nothing: every layer that the account allows is in place.")
    if not situation.etfs_allowed or situation.stand_in:
        return complete
    planned, least = situation.planned_usd, ledger.parameter("etf_min_fraction")
    room = etf_share_fraction(ledger, situation.first_layer_usd / planned, call_tranche_count(ledger))
    used = {"etf_share_fraction": room, "planned_hedge_vega_usd": planned, "holdings.etf_vega_usd": situation.etf_usd}
    vega = room * planned - situation.etf_usd
    ledger.derive("etf_to_add_usd", "etf_share_fraction * planned_hedge_vega_usd - etf_vega_usd", used, vega, "usd")
    if vega < (least - _TOLERANCE) * planned:
        return complete
    action = f"Buy a VIX ETF worth {vega:,.2f} USD per VIX point, the last of the hedge."
    return NextStep("layer_3_etfs", start, action, buy="etf", vega_usd=vega)
