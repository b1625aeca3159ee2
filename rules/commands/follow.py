"""`rules follow PLAN MARKET`: a saved plan on a later day."""

from __future__ import annotations

import argparse

from rules.canonical import to_json
from rules.commands.command_line import Output, given_parameters
from rules.files import source_name, text_of
from rules.json_input import parse_json


def command(options: argparse.Namespace) -> Output:
    """The report as JSON, or as a table for the terminal."""
    from rules.explaining.saved import read_calculation, trusted
    from rules.following.follow import follow

    source = source_name(options.plan)
    plan = read_calculation(text_of(options.plan), source)
    today = parse_json(text_of(options.market), source_name(options.market))
    with trusted((source, plan)):
        calculation = follow(plan, today, options.move, given_parameters(options)).as_dict()
    if options.format == "json":
        return to_json(calculation, indent=2)
    from rules.reports.report import as_table

    return as_table(calculation)
