"""A turn as it is drawn: a word that says what it is, the text as it is, and which places of it can be clicked."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from textual.content import Content, Span
from textual.style import Style

from assistant.history import SavedTurn
from assistant.reply import Reply, reply_of

_HEADINGS = {"question": "You", "failure": "Not possible", "note": "Note", "plan": "Plan"}
_BY_ROUTE = {"knowledge": "Answer", "calculation": "Computed", "both": "Computed and explained", "clarify": "Asked back", "refused": "Not answered"}
_MARKER = re.compile(r"\[(\d+)\]")
_ASSUMED = re.compile(r"^Assumed: (?P<id>[\w.]+)", re.MULTILINE)
NEXT = "Read next:"


@dataclass(frozen=True, slots=True)
class Link:
    """What a place of a text leads to: a citation's number, an assumption's id, or a question to ask."""

    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands behind an entry: the reply of an answer, or the calculation of a plan."""

    reply: Reply | None = None
    plan: Mapping[str, Any] | None = None

    @property
    def calculation(self) -> Mapping[str, Any] | None:
        """The finished calculation, if there is one."""
        found = self.plan if self.reply is None else self.reply.calculation
        return found if found is not None and found.get("result") is not None else None

    @property
    def assumptions(self) -> tuple[Mapping[str, Any], ...]:
        """What it assumes."""
        if self.reply is not None:
            return self.reply.assumptions
        return () if self.plan is None else tuple(self.plan["assumptions"])


def shown_of(turn: SavedTurn) -> Shown:
    """What stands behind a saved turn; nothing where an older program wrote it in another shape."""
    if turn.reply is None or turn.kind not in ("answer", "plan"):
        return Shown()
    try:
        return Shown(reply=reply_of(turn.reply)) if turn.kind == "answer" else Shown(plan=json.loads(turn.reply))
    except (ValueError, TypeError, KeyError):
        return Shown()


def style_class(turn: SavedTurn, shown: Shown) -> str:
    """The class that an entry is styled by: its kind, an answer's by its route."""
    if turn.kind != "answer" or shown.reply is None:
        return "answer" if turn.kind == "plan" else turn.kind
    if shown.reply.route == "clarify":
        return "asked-back"
    return "answer" if shown.reply.answered else "unanswered"


def heading(turn: SavedTurn, shown: Shown) -> str:
    """The word above an entry."""
    reply = shown.reply
    if turn.kind != "answer" or reply is None:
        return _HEADINGS.get(turn.kind, "Answer")
    return "Not stated" if reply.silent_on else _BY_ROUTE[reply.route]


def drawn(turn: SavedTurn, shown: Shown) -> Content:
    """Heading and text; citations, assumptions and next questions are links."""
    text = body(turn, shown)
    head = heading(turn, shown)
    content = Content(f"{head}\n{text}", spans=[Span(0, len(head), "bold")])
    spans = list(content.spans)
    offset = len(head) + 1
    markers = {str(citation.marker) for citation in shown.reply.citations} if shown.reply is not None else set()
    spans += [_link(found, offset, "citation", found.group(1)) for found in _MARKER.finditer(text) if found.group(1) in markers]
    if shown.assumptions or turn.kind == "answer":
        spans += [_link(found, offset, "assumption", found["id"]) for found in _ASSUMED.finditer(text)]
    if shown.reply is not None and shown.reply.related:
        start = text.rindex(NEXT)
        for question in shown.reply.related:
            at = text.index(question, start)
            spans.append(Span(offset + at, offset + at + len(question), _style("question", question)))
    return Content(content.plain, spans=spans)


def body(turn: SavedTurn, shown: Shown) -> str:
    """The text of an entry: a calculation's steps are left to the plan pane, questions to read next come last."""
    if shown.reply is None:
        return turn.text
    answer = shown.reply.answer if shown.calculation is None else _with_plan_in_short(shown.reply.answer, shown.calculation)
    before, steps, after = answer.partition("\nSteps:")
    lines = [before, *(line for line in after.splitlines() if _ASSUMED.match(line))]
    if steps and shown.calculation is not None:
        lines.append(f"{len(shown.calculation['steps'])} steps in the plan pane.")
    if shown.reply.read_as is not None:
        lines.append(f"Read as: {shown.reply.read_as}")
    if shown.reply.parameters_overridden:
        lines.append(f"Stated values were overridden: {', '.join(shown.reply.parameters_overridden)}")
    if shown.reply.warning is not None:
        lines.append(f"Warning: {shown.reply.warning}")
    if shown.reply.related:
        lines += [NEXT, *(f"  {number}. {question}" for number, question in enumerate(shown.reply.related, 1))]
    return "\n".join(lines)


def _with_plan_in_short(answer: str, calculation: Mapping[str, Any]) -> str:
    """An answer that computes a plan without its hundreds of results: the plan pane has them all."""
    if calculation["name"] != "plan-hedge":
        return answer
    from assistant.phrases import result_lines
    from assistant.tables import plan_lines

    return answer.replace("\n".join(result_lines(calculation)), "\n".join(plan_lines(calculation["result"])))


def link_at(style: Any) -> Link | None:
    """The link of a place that was clicked, by the style that stands there."""
    meta: Mapping[str, Any] = getattr(style, "meta", None) or {}
    return Link(str(meta["link"]), str(meta["target"])) if "link" in meta else None


def _link(found: re.Match[str], offset: int, kind: str, target: str) -> Span:
    return Span(offset + found.start(), offset + found.end(), _style(kind, target))


def _style(kind: str, target: str) -> Style:
    return Style(underline=True, bold=kind != "question") + Style.from_meta({"link": kind, "target": target})
