"""Weakness of the advance-decline line: below its average, or diverging from the index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rules.ledger import Ledger
from rules.reports.report import format_number
from rules.signals.indicators import any_of, below_average, divergence, mean_of_last
from rules.signals.recorded import RecordedBreadth


@dataclass(frozen=True, slots=True)
class BreadthRules:
    """The parameters of weakness."""

    average_days: int
    confirm_closes: int
    window_days: int
    index_near_fraction: float
    line_gap_deviations: float

    @classmethod
    def read(cls, ledger: Ledger) -> BreadthRules:
        """All five through the ledger."""
        return cls(
            ledger.parameter("advance_decline_average_days"),
            ledger.parameter("advance_decline_confirm_closes"),
            ledger.parameter("divergence_window_days"),
            ledger.parameter("divergence_index_near_high_fraction"),
            ledger.parameter("divergence_line_gap_standard_deviations"),
        )

    def below(self, found: RecordedBreadth, position: int) -> bool | None:
        """Below its average on the closes that have to confirm it."""
        return below_average(found.line, position, self.average_days, self.confirm_closes)

    def diverging(self, found: RecordedBreadth, position: int) -> bool | None:
        """The index near its high and the line well below its own."""
        gaps = divergence(found.line, found.closes, position, self.window_days)
        return None if gaps is None else gaps.holds(self.index_near_fraction, self.line_gap_deviations)

    def weak(self, found: RecordedBreadth, position: int) -> bool | None:
        """Either of the two; None where neither holds and one of them is not known."""
        return any_of(self.below(found, position), self.diverging(found, position))


@dataclass(frozen=True, slots=True)
class BreadthReading:
    """The line on its last day. None: not evaluated, the reason says why."""

    line: float
    average: float | None
    below: bool | None
    diverging: bool | None
    weak: bool | None
    reason: str


def read_breadth(found: RecordedBreadth, rules: BreadthRules, ledger: Ledger, prefix: str = "") -> BreadthReading:
    """Average, divergence and weakness of the last day, every part recorded."""
    last = len(found.line) - 1
    series = {f"{prefix}line_series": found.line}
    line = ledger.derive(f"{prefix}line", "last of line_series", series, found.line[-1], "issues")
    used: dict[str, Any] = {**series, "advance_decline_average_days": rules.average_days}
    average = mean_of_last(found.line, last, rules.average_days)
    ledger.derive(f"{prefix}average", "mean of the last values of line_series", used, average, "issues")
    below = rules.below(found, last)
    confirmed = {**used, "advance_decline_confirm_closes": rules.confirm_closes}
    ledger.derive(f"{prefix}below_average", "below its average on each of the last closes", confirmed, below, "switch")
    diverging = _read_divergence(found, rules, last, ledger, prefix)
    parts = {f"{prefix}below_average": below, f"{prefix}divergence": diverging}
    weak = ledger.derive(f"{prefix}weak", "below its average, or diverging", parts, any_of(below, diverging), "switch")
    return BreadthReading(line, average, below, diverging, weak, f"{_below_words(below, last, rules)}; {_gap_words(diverging, found, last, rules)}")


def _read_divergence(found: RecordedBreadth, rules: BreadthRules, last: int, ledger: Ledger, prefix: str) -> bool | None:
    gaps = divergence(found.line, found.closes, last, rules.window_days)
    near, limit = rules.index_near_fraction, rules.line_gap_deviations
    limits: dict[str, Any] = {"divergence_index_near_high_fraction": near, "divergence_line_gap_standard_deviations": limit}
    if gaps is not None:
        window = {"divergence_window_days": rules.window_days}
        index = {f"{prefix}closes": found.closes, **window}
        line = {f"{prefix}line_series": found.line, **window}
        for name, inputs, value, unit in (
            ("index_gap_fraction", index, gaps.index_gap_fraction, "fraction"),
            ("line_gap_deviations", line, gaps.line_gap_deviations, "standard_deviations"),
        ):
            limits[f"{prefix}{name}"] = ledger.derive(f"{prefix}{name}", "distance below the high of the window", inputs, value, unit)
    formula = "the index within its limit of its high while the line is further below its own than its limit"
    return ledger.derive(f"{prefix}divergence", formula, limits, rules.diverging(found, last), "switch")  # type: ignore[no-any-return]


def _below_words(below: bool | None, last: int, rules: BreadthRules) -> str:
    if below is None:
        needed = rules.average_days + rules.confirm_closes - 1
        return f"its {rules.average_days}-day average is not evaluated: {needed} days are needed, {last + 1} are given"
    place = f"its {rules.average_days}-day average on each of the last {rules.confirm_closes} closes"
    return f"the line is below {place}" if below else f"the line is not below {place}"


def _gap_words(diverging: bool | None, found: RecordedBreadth, last: int, rules: BreadthRules) -> str:
    if diverging is None:
        if found.closes is None:
            return "divergence is not evaluated: closes of the index are missing"
        return f"divergence is not evaluated: {rules.window_days} days are needed, {last + 1} are given"
    limits = f"{format_number(100 * rules.index_near_fraction)} % of its {rules.window_days}-day high"
    return f"it {'diverges' if diverging else 'does not diverge'} from an index within {limits}"
