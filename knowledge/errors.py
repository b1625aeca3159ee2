"""The one error that user input can cause in this package."""

from __future__ import annotations


class KnowledgeError(ValueError):
    """Input or files that cannot be used: what it is about, what is wrong, and what to do instead.

    `field` names a file, a document or an argument; `problem` and `remedy` are sentences without a
    trailing full stop.
    """

    def __init__(self, field: str, problem: str, remedy: str) -> None:
        super().__init__(f"{field}: {problem}; {remedy}")
        self.field = field
        self.problem = problem
        self.remedy = remedy

    def as_object(self) -> dict[str, dict[str, str]]:
        """What stands in the place of a result: {"error": {field, problem, remedy}}."""
        return {"error": {"field": self.field, "problem": self.problem, "remedy": self.remedy}}
