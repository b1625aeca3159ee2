"""What changed between two saved calculations, and which input or parameter changed it."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from rules.canonical import to_json
from rules.commands.command_line import Output, given_parameters
from rules.errors import RulesError
from rules.explaining.attribution import attribute, changes_between, parameter_differences, read_parameters, settings_of
from rules.explaining.differences import differences
from rules.explaining.saved import read_calculation, trusted, warnings
from rules.files import source_name, text_of
from rules.parameters import Parameters


def command(options: argparse.Namespace) -> Output:
    """`compare A.json B.json`: text, or JSON with --json."""
    files = (options.file_a, options.file_b)
    if files == ("-", "-"):
        raise RulesError("standard input", "is given twice", "name at least one of the two as a file")
    a, b = (read_calculation(text_of(file), source_name(file)) for file in files)
    with trusted((source_name(files[0]), a), (source_name(files[1]), b)):
        compared = compare(a, b, given_parameters(options))
        if options.json:
            return to_json(compared, indent=2)
        from rules.explaining.compare_text import as_text

        return as_text(compared)


def compare(a: Mapping[str, Any], b: Mapping[str, Any], shipped: Parameters) -> dict[str, Any]:
    """The differences of two saved calculations of one calculator, as JSON types.

    Returns {name, warnings, inputs [{path, a, b}], parameters [{path, a, b}], results [{path, a, b}],
    attribution {reproduced, problem, causes [{kind, change, moves, moves_back, problem}], together}}. A side
    on which a path does not exist is left out. Raises RulesError when the calculators are not the same.
    """
    if a["name"] != b["name"]:
        raise RulesError("calculations", f"are of different calculators ({a['name']} and {b['name']})", "compare two of the same")
    settings_a, settings_b = settings_of(a, b, shipped), settings_of(b, a, shipped)
    names = list(dict.fromkeys([*read_parameters(a), *read_parameters(b)]))
    inputs = differences(a["inputs"], b["inputs"])
    parameters = parameter_differences(settings_a.parameters, settings_b.parameters, names)
    notes = [*(f"A: {warning}" for warning in warnings(a)), *(f"B: {warning}" for warning in warnings(b))]
    for label, settings in (("A", settings_a), ("B", settings_b)):
        if not settings.known:
            notes.append(f"{label}: its parameters are not all known; those that it did not read are taken as shipped")
    if not parameters and a["receipt"]["parameters_sha256"] != b["receipt"]["parameters_sha256"]:
        notes.append("the parameters differ, but none that these calculations read")
    return {
        "name": a["name"],
        "warnings": notes,
        "inputs": [each.as_dict() for each in inputs],
        "parameters": [each.as_dict() for each in parameters],
        "results": [each.as_dict() for each in differences(a["result"], b["result"])],
        "attribution": attribute(a, b, settings_a, settings_b, changes_between(inputs, parameters)),
    }
