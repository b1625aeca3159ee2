"""The one error that user input can cause in this package."""

from __future__ import annotations


class AssistantError(ValueError):
    """Input that cannot be used: which field, what is wrong with it, and what to do instead."""

    def __init__(self, field: str, problem: str, remedy: str) -> None:
        super().__init__(f"{field}: {problem}; {remedy}")
        self.field = field
        self.problem = problem
        self.remedy = remedy
