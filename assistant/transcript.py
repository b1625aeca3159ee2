"""A conversation as a document: Markdown to read, JSON to work with. Pure; knows no screen and no clock."""

from __future__ import annotations

import json
from collections.abc import Sequence

from assistant.history import SavedTurn
from assistant.reply import DISCLAIMER, Reply

_HEADINGS = {"question": "Question", "answer": "Answer", "failure": "Not possible", "note": "Note", "plan": "Plan"}
_SPECIAL = set("\\`*_[]<>#|~")


def reply_markdown(reply: Reply) -> str:
    """A reply as Markdown: the question as a heading, the answer, its sources as APA entries, warnings, disclaimer."""
    parts = [f"## {_escaped(_one_line(reply.question))}", _lines(reply.answer)]
    if reply.citations:
        parts.append("### Sources\n\n" + "\n".join(f"- \\[{citation.marker}\\] {_escaped(citation.apa)}" for citation in reply.citations))
    if reply.parameters_overridden:
        parts.append(f"Stated values were overridden: {_escaped(', '.join(reply.parameters_overridden))}")
    if reply.warning is not None:
        parts.append(_escaped(reply.warning))
    return "\n\n".join([*parts, f"*{_escaped(reply.disclaimer)}*"]) + "\n"


def references(reply: Reply) -> str:
    """The sources of a reply as APA entries, each once, in alphabetical order as a reference list has them."""
    return "\n".join(sorted({citation.apa for citation in reply.citations}, key=str.casefold))


def session_markdown(title: str, turns: Sequence[SavedTurn]) -> str:
    """A session as Markdown, each turn under the time it was said at."""
    parts = [f"# {_escaped(_one_line(title))}"]
    for turn in turns:
        parts.append(f"## {_HEADINGS[turn.kind]}, {turn.at}\n\n{_lines(turn.text)}{_sources_of(turn)}")
    return "\n\n".join([*parts, f"*{_escaped(DISCLAIMER)}*"]) + "\n"


def session_json(title: str, turns: Sequence[SavedTurn]) -> str:
    """A session as JSON: {title, turns: [{at, kind, text, reply}]}; `reply` is the whole reply or calculation, or null."""
    said = [{"at": turn.at, "kind": turn.kind, "text": turn.text, "reply": None if turn.reply is None else json.loads(turn.reply)} for turn in turns]
    return json.dumps({"title": title, "turns": said, "disclaimer": DISCLAIMER}, ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def _sources_of(turn: SavedTurn) -> str:
    cited = json.loads(turn.reply).get("citations", []) if turn.reply is not None else []
    entries = [f"- \\[{entry['marker']}\\] {_escaped(entry['apa'])}" for entry in cited]
    return "\n".join(["\n\nSources:\n", *entries]) if entries else ""


def _lines(text: str) -> str:
    """Text line by line: Markdown would run lines together, so each but the last ends with a break."""
    return "  \n".join(_escaped(line.strip()) for line in text.splitlines() if line.strip())


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _escaped(text: str) -> str:
    escaped = "".join(f"\\{character}" if character in _SPECIAL else character for character in text)
    return f"\\{escaped}" if escaped.startswith(("-", "+")) else escaped
