"""Many questions from a file: one reply a line, a bad line answered in place."""

from __future__ import annotations

from assistant.errors import AssistantError
from assistant.refusals import REFUSALS, defect, error_to_json
from assistant.session import Session, checked_day
from knowledge.files import lines_of
from knowledge.parsing import parse_json_object

_EXAMPLE = '{"question": "..."}'


def answer_batch(session: Session, name: str, as_of: str) -> int:
    """Answer every line of a JSONL file ("-": standard input) in order; returns 0 when each line got a reply.

    A line is {"question": str, "context": [str, ...], "as_of": date}. A line that meets a defect of the program is answered with it in
    place, and the rest go on. Raises KnowledgeError for a file that cannot be read, and after the last line the first defect.
    """
    met: Exception | None = None
    for number, line in lines_of(name):
        try:
            text = _reply(session, line, f"line {number}", as_of)
        except REFUSALS as error:
            text = error_to_json(error)
        except Exception as error:  # one line's defect must not cost the replies to all others
            text, met = error_to_json(defect(error)), met or error
        print(text, flush=True)
    if met is not None:
        raise met
    return 0


def _reply(session: Session, line: bytes, where: str, as_of: str) -> str:
    entry = parse_json_object(line, where, _EXAMPLE)
    if not isinstance(entry.get("question"), str):
        raise AssistantError("question", "is missing", f"write {_EXAMPLE}")
    context = entry.get("context", [])
    if not isinstance(context, list) or not all(isinstance(earlier, str) for earlier in context):
        raise AssistantError("context", "is not a list of questions", "give a list of texts")
    return session.ask(entry["question"], checked_day(entry.get("as_of", as_of)), context).as_json()
