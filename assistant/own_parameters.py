"""The method's numbers with the user's changes: those of a file, and those made while the program runs."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rules.parameters import Parameter, Parameters

SOURCE = "this session"
_SWITCHES = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}


class OwnParameters:
    """Reads nothing before the first use. A change made here holds until the program ends; a file holds beyond."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._changes: dict[str, dict[str, Any]] = {}
        self._changed: Parameters | None = None

    @property
    def current(self) -> Parameters:
        """All numbers as they are now. Raises RulesError for a file that cannot be used."""
        return self._of_the_file if self._changed is None else self._changed

    def check(self) -> None:
        """Read the file now, though the first answer may need none of it. Raises RulesError for one that cannot be used."""
        _ = self._of_the_file

    @cached_property
    def _of_the_file(self) -> Parameters:
        from rules.parameters import load_parameters

        shipped = load_parameters()
        if self._file is None:
            return shipped
        from rules.parameter_file import overlaid

        return overlaid(shipped, self._file)

    def change(self, name: str, text: str) -> tuple[Parameter, Parameter]:
        """Give a parameter the value that was typed; returns it as it was and as it is.

        Raises RulesError for a text that is no value, and for a value or a parameter that cannot be changed.
        """
        from rules.parameter_file import laid_over

        before = self.current
        value = value_of(text, before[name]) if name in before else text
        changes = {**self._changes, name: {"value": value}}
        self._changed, self._changes = laid_over(self._of_the_file, changes, SOURCE), changes
        return before[name], self._changed[name]


def value_of(text: str, parameter: Parameter) -> Any:
    """A typed value as its parameter takes it: '30 %' for a fraction, 'no' for a switch, a word as it is, else JSON. Raises RulesError for none of these."""
    from rules.json_input import parse_json

    said = text.strip()
    if parameter.unit == "switch" and said.lower() in _SWITCHES:
        return _SWITCHES[said.lower()]
    if parameter.unit == "name":
        return said
    if parameter.unit == "fraction" and said.endswith("%"):
        number = parse_json(said.removesuffix("%"), parameter.id)
        return round(number / 100, 12) if isinstance(number, (int, float)) and not isinstance(number, bool) else said
    return parse_json(said, parameter.id)
