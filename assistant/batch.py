"""Many questions from a file: one reply a line, a bad line answered in place."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from assistant.errors import AssistantError
from assistant.session import Session, checked_day
from knowledge.errors import KnowledgeError
from rules.errors import RulesError


def answer_batch(session: Session, name: str, as_of: str) -> int:
    """Answer every line of a JSONL file ("-": standard input) in order; returns 0 when each line got a reply.

    A line is {"question": str, "context": [str, ...], "as_of": date}. Raises AssistantError for a file that
    cannot be read.
    """
    for line in _lines(name):
        try:
            text = _reply(session, line, as_of)
        except (AssistantError, KnowledgeError, RulesError) as error:
            text = json.dumps({"error": {"field": error.field, "problem": error.problem, "remedy": error.remedy}}, ensure_ascii=False)
        print(text, flush=True)
    return 0


def _lines(name: str) -> list[str]:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AssistantError(name, "cannot be read", "name a readable JSONL file, or - for standard input") from error
    return [line for line in text.split("\n") if line.strip()]


def _reply(session: Session, line: str, as_of: str) -> str:
    try:
        entry = json.loads(line)
    except ValueError as error:
        raise AssistantError("line", "is not JSON", 'write {"question": "..."}') from error
    if not isinstance(entry, dict) or not isinstance(entry.get("question"), str):
        raise AssistantError("question", "is missing", 'write {"question": "..."}')
    context = entry.get("context", [])
    if not isinstance(context, list) or not all(isinstance(earlier, str) for earlier in context):
        raise AssistantError("context", "is not a list of questions", "give a list of texts")
    return session.ask(entry["question"], checked_day(entry.get("as_of", as_of)), context).as_json()
