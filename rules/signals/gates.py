"""What the signals allow: each is pass, fail or not evaluated, and missing never reads as fail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from rules.errors import RulesError
from rules.ledger import Ledger
from rules.planning.inputs import STATE_OF_WORD, SignalReading, Signals, State
from rules.planning.models import SignalState
from rules.signals.reading import Reading

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


def board(signals: Signals, as_of: date, ledger: Ledger) -> list[SignalState]:
    """Each signal on the day: states as given, series evaluated; with its base rate and what history says of it.

    Raises RulesError for series that cannot be read.
    """
    return [_entry(name, getattr(signals, name), as_of, ledger) for name in LABELS]


def _entry(name: SignalName, given: Any, as_of: date, ledger: Ledger) -> SignalState:
    step = f"signals.{name}"
    if isinstance(given, str):
        reading = Reading(_state_of(step, given, ledger), None, None, None, "state given", "given as it is")
    elif isinstance(given, SignalReading):
        since = None if given.since is None else ledger.given(f"{step}.since", given.since, "date")
        if since is not None and since > as_of:
            raise RulesError(f"{step}.since", f"{since} lies after {as_of}, the day of the plan", "give the state that was known on that day")
        reading = Reading(ledger.given(step, given.state, "name"), since, None, None, "state given", "given as it is")
    else:
        from rules.signals.evaluation import evaluate

        reading = evaluate(name, given, as_of, ledger, f"{step}.")
        ledger.derive(step, reading.reason, _named_steps(ledger, f"{step}."), reading.state, "name")
    return SignalState(
        signal=name,
        state=reading.state,
        since=reading.since,
        distance_to_trigger=reading.distance,
        distance_unit=reading.unit,
        base_rate_fraction=ledger.parameter(f"{name}_base_rate_fraction"),
        read=reading.read,
        reason=reading.reason,
        history=_history(name, ledger),
    )


def _state_of(step: str, given: str, ledger: Ledger) -> State:
    """The state that was given, or that a given word such as `bullish` stands for."""
    if given not in STATE_OF_WORD:
        state: State = ledger.given(step, given, "name")
        return state
    said = ledger.given(f"{step}.said", given, "name")
    found: State = ledger.derive(step, f"{said} is the state", {f"{step}.said": said}, STATE_OF_WORD[given], "name")
    return found


def _named_steps(ledger: Ledger, prefix: str) -> dict[str, Any]:
    """What a state follows from: the parts of it that are no series."""
    return {step.name: step.value for step in ledger.steps if step.name.startswith(prefix) and not isinstance(step.value, list)}


def _history(name: SignalName, ledger: Ledger) -> str | None:
    """What the shipped figures say about days on which the signal stood."""
    if name in ("macd", "advance_decline"):
        both, jump = ledger.parameter("both_signals_base_rate_fraction"), ledger.parameter("vix_jump_fraction")
        days, armed = ledger.parameter("vix_jump_days"), ledger.parameter("vix_jump_days_armed")
        missed = " nor ".join(str(day) for day in ledger.parameter("vix_jumps_not_armed_before"))
        return (
            f"MACD and the advance-decline line both passed on {both:.0%} of days; they stood so at the close before {armed} of the {days} "
            f"days on which the VIX rose {jump:.0%} or more, and not before {missed}"
        )
    if name == "capm":
        first, second = ledger.parameter("capm_breach_base_rate_fraction"), ledger.parameter("capm_breach_shown_base_rate_fraction")
        return f"the close lay below the lower level that triggers on {first:.1%} of days, and below the lower one that is shown on {second:.1%}"
    return None


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
