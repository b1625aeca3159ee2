"""What workers tell the app; the app alone changes what is on the screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.message import Message

if TYPE_CHECKING:
    from assistant.evidence import Evidence
    from assistant.history import SavedTurn
    from assistant.reply import Reply
    from knowledge.documents import Term
    from rules.parameters import Parameter, Parameters


@dataclass
class Ready(Message):
    """The knowledge base is open: how many documents, the encoder's name (empty: words alone), and the glossary."""

    documents: int
    encoder: str
    terms: Sequence[Term]


@dataclass
class Saved(Message):
    """A turn is in the history and may be shown."""

    turn: SavedTurn


@dataclass
class Computed(Message):
    """The calculation of a reply whose sentences are still being looked for."""

    calculation: Mapping[str, Any]


@dataclass
class Answered(Message):
    """A reply with its evidence and the seconds it took."""

    reply: Reply
    evidence: list[Evidence]
    seconds: float


@dataclass
class Planned(Message):
    """A finished plan or calculation, and the seconds it took (None: it was made in a form)."""

    calculation: Mapping[str, Any]
    seconds: float | None


@dataclass
class Failed(Message):
    """Something did not work: what happened and what to do, and the text to give back to the prompt."""

    text: str
    prompt: str


@dataclass
class Looked(Message):
    """The evidence of an earlier answer, and which citation of it is wanted (0: none in particular)."""

    reply: Reply
    evidence: list[Evidence]
    marker: int


@dataclass
class FactsKnown(Message):
    """What the dialogue knows."""

    facts: Mapping[str, Any]


@dataclass
class AssumptionsRead(Message):
    """The parameters that an answer assumes, and the one to show first (empty: the first)."""

    parameters: Sequence[Parameter]
    chosen: str


@dataclass
class FormReady(Message):
    """What a calculator's form needs: what is known of its inputs, and the parameters."""

    calculator: str
    given: Mapping[str, Any] | None
    parameters: Parameters


@dataclass
class Copied(Message):
    """Text for the clipboard."""

    text: str


@dataclass
class Finished(Message):
    """A job is over, whatever became of it."""
