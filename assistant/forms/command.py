"""The command line that computes what a form shows."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any


def command_line(calculator: str, inputs: Mapping[str, Any], parameters_file: str | None = None) -> str:
    """A command for a POSIX shell with the inputs as JSON on standard input, quoted so that the shell changes nothing.

    `parameters_file`: the file whose values are laid over the shipped parameters.
    """
    written = json.dumps(inputs, ensure_ascii=False)
    # Some shells' echo reads a backslash as the start of a sign.
    says = "printf '%s\\n'" if "\\" in written else "echo"
    overlay = "" if parameters_file is None else f" --parameters {shlex.quote(parameters_file)}"
    return f"{says} {shlex.quote(written)} | alvh rules run {calculator} -{overlay}"
