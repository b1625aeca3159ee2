"""What a signal reads on one day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rules.planning.inputs import State


@dataclass(frozen=True, slots=True)
class Reading:
    """One signal on one day.

    `distance` is how far the last value is from where the signal triggers, positive short of it, negative beyond.
    `read` says what was read, `reason` why the state is what it is.
    """

    state: State
    since: date | None
    distance: float | None
    unit: str | None
    read: str
    reason: str
