"""What workers tell the app; the app alone changes what is on the screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from textual.message import Message

from assistant.evidence import Evidence
from assistant.reply import Reply


@dataclass
class Ready(Message):
    """The knowledge base is open: how many documents, and the encoder's name (empty: words alone)."""

    documents: int
    encoder: str


@dataclass
class Answered(Message):
    """A reply with its evidence and the seconds it took."""

    reply: Reply
    evidence: list[Evidence]
    seconds: float


@dataclass
class Planned(Message):
    """A finished calculation to be shown as tables."""

    calculation: Mapping[str, Any]


@dataclass
class Failed(Message):
    """Something did not work: what happened and what to do, and the text to give back to the prompt."""

    text: str
    prompt: str
