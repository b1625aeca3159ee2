"""The one error that user input can cause in this package, and how a defect is worded."""

from __future__ import annotations

from pathlib import Path


class RulesError(ValueError):
    """Input that cannot be used: which field, what is wrong with it, and what to do instead.

    `field` is a dotted path into the input (`market.futures.0.expiry`) or a file name;
    `problem` and `remedy` are sentences without a trailing full stop.
    """

    def __init__(self, field: str, problem: str, remedy: str) -> None:
        super().__init__(f"{field}: {problem}; {remedy}")
        self.field = field
        self.problem = problem
        self.remedy = remedy

    def as_object(self) -> dict[str, dict[str, str]]:
        """What stands in the place of a result: {"error": {field, problem, remedy}}."""
        return {"error": {"field": self.field, "problem": self.problem, "remedy": self.remedy}}


class Defect(Exception):
    """Something went wrong that no input should cause; the message is one sentence."""


def described(error: BaseException) -> str:
    """A defect in one line: its kind, its message, the line of code where it arose, and what to do."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = "" if trace is None else f", {Path(trace.tb_frame.f_code.co_filename).name} line {trace.tb_lineno}"
    return f"a defect of the program ({type(error).__name__}: {str(error)[:200]}{where}); please report it with the input"
