"""What the signals allow: each is pass, fail or not evaluated, and missing never reads as fail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rules.inputs import SignalReading, Signals, State
from rules.ledger import Ledger
from rules.plan_models import SignalState

SignalName = Literal["macd", "advance_decline", "rsi", "capm", "macro"]
LABELS: dict[SignalName, str] = {
    "macd": "MACD on the VIX futures curve",
    "advance_decline": "the advance-decline line",
    "rsi": "the RSI of the VIX",
    "capm": "the CAPM levels",
    "macro": "the macro signal (CPI against PPI, FOMC)",
}


@dataclass(frozen=True, slots=True)
class Arming:
    """Whether a layer may be ordered, and the sentence that says why."""

    armed: bool
    reason: str


def board(signals: Signals) -> list[SignalState]:
    """Each signal with its state and the day it came to it."""
    found = []
    for name in LABELS:
        reading = getattr(signals, name)
        state, since = (reading.state, reading.since) if isinstance(reading, SignalReading) else (reading, None)
        found.append(SignalState(signal=name, state=state, since=since))
    return found


def states(signals: Sequence[SignalState]) -> dict[SignalName, State]:
    """The state of each signal by name."""
    return {name: entry.state for name in LABELS for entry in signals if entry.signal == name}


def layer_1(found: dict[SignalName, State], ledger: Ledger) -> Arming:
    """MACD and the advance-decline line decide the start (source paragraph 2); both by default, either by the switch."""
    both = bool(ledger.parameter("layer_1_needs_both_signals"))
    names: tuple[SignalName, ...] = ("macd", "advance_decline")
    passed = [name for name in names if found[name] == "pass"]
    armed = len(passed) == len(names) if both else bool(passed)
    if armed:
        reason = f"armed: {_named(tuple(passed), found)}"
    else:
        need = "both are needed" if both else "one is needed"
        reason = f"not armed: {_named(names, found)}; {need}"
    return _recorded("layer_1_armed", names, found, armed, reason, ledger, {"layer_1_needs_both_signals": both})


def layer_2(found: dict[SignalName, State], ledger: Ledger) -> Arming:
    """RSI or CAPM levels time the calls (source paragraph 3); a macro signal removes that waiting (paragraph 5)."""
    names: tuple[SignalName, ...] = ("rsi", "capm", "macro")
    passed = [name for name in names if found[name] == "pass"]
    if passed:
        reason = f"timed: {_named(tuple(passed), found)}"
    else:
        reason = f"not timed: {_named(names, found)}; one is needed"
    return _recorded("layer_2_timed", names, found, bool(passed), reason, ledger, {})


def _named(names: tuple[SignalName, ...], found: dict[SignalName, State]) -> str:
    words = {"pass": "passes", "fail": "fails", "not_evaluated": "is not evaluated"}
    return ", ".join(f"{LABELS[name]} {words[found[name]]}" for name in names)


def _recorded(
    step: str, names: tuple[SignalName, ...], found: dict[SignalName, State], armed: bool, reason: str, ledger: Ledger, extra: dict[str, bool]
) -> Arming:
    used = {f"signals.{name}": ledger.given(f"signals.{name}", found[name], "name") for name in names}
    ledger.derive(step, reason, used | extra, armed, "switch")
    return Arming(armed, reason)
