"""How the errors of all three packages are told apart from defects, and written."""

from __future__ import annotations

import json

from assistant.errors import AssistantError
from knowledge.errors import KnowledgeError
from rules.errors import RulesError, described

REFUSALS = (AssistantError, KnowledgeError, RulesError)
"""What input that cannot be used raises; everything else is a defect of the program."""


def defect(error: Exception) -> AssistantError:
    """A defect of the program as an error with a remedy."""
    problem, _, remedy = described(error).partition("; ")
    return AssistantError("program", problem, remedy)


def error_to_json(error: AssistantError | KnowledgeError | RulesError) -> str:
    """{"error": {field, problem, remedy}} on one line, without line breaks and control characters in its texts."""
    from knowledge.commands.parser import one_line

    found = {"field": one_line(error.field), "problem": one_line(error.problem), "remedy": one_line(error.remedy)}
    return json.dumps({"error": found}, ensure_ascii=False)
